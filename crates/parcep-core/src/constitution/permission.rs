//! Who may write what: the rows of `spec/registry/payload-types.toml` that this version carries
//! out (R-MEM-010). What no row permits keeps its place in the log and has no effect.

use crate::document::{Header, PayloadType};
use crate::id::PrincipalId;
use crate::reason::Reason;
use crate::registry::{self, Place, Role, State};

/// What the author of a document is to the household, as of the entry before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A live device of a guardian, with the dependants in scope.
    Guardian(PrincipalId, Vec<PrincipalId>),
    /// A live device of a dependant.
    Dependant(PrincipalId),
    /// A recovery key of a guardian or dependant: it proposes that person's devices, and nothing else
    /// (R-CONS-019).
    Recovery(PrincipalId),
    /// An enforcement point: it writes registers only.
    EnforcementPoint,
}

/// The document is not the author's to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("author may not write this document")]
pub struct NotPermitted;

impl NotPermitted {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        Reason::NotPermittedByTable
    }
}

/// Whether the table permits a document with this header, as far as the header says. What its body would
/// do, and whose consent that takes, is asked behind this.
///
/// # Errors
/// [`NotPermitted`].
pub fn may_write(header: &Header, standing: &Standing) -> Result<(), NotPermitted> {
    let scope = header
        .dependant
        .is_none_or(|dependant| standing.covers(dependant));
    let row = registry::payload_type(header.payload_type).ok_or(NotPermitted)?;
    let named = row.names_dependant == header.dependant.is_some();
    (named && scope).then_some(()).ok_or(NotPermitted)?;
    may_sign(header.payload_type, standing)
}

/// Whether the row of a payload type gives entries of it to such an author at all.
///
/// # Errors
/// [`NotPermitted`].
pub fn may_sign(payload_type: PayloadType, standing: &Standing) -> Result<(), NotPermitted> {
    let row = registry::payload_type(payload_type).ok_or(NotPermitted)?;
    let in_force = row.state == State::V1 && row.place == Place::Log;
    let role = row.roles.contains(&standing.role());
    (in_force && role).then_some(()).ok_or(NotPermitted)
}

impl Standing {
    /// The person who answers for what the device signs; `None` for an enforcement point.
    pub fn principal(&self) -> Option<PrincipalId> {
        match self {
            Self::Guardian(who, _) | Self::Dependant(who) | Self::Recovery(who) => Some(*who),
            Self::EnforcementPoint => None,
        }
    }

    fn role(&self) -> Role {
        match self {
            Self::Guardian(..) => Role::Guardian,
            Self::Dependant(_) => Role::Dependant,
            Self::Recovery(_) => Role::Recovery,
            Self::EnforcementPoint => Role::EnforcementPoint,
        }
    }

    /// Whether a header of this author may name the dependant.
    fn covers(&self, dependant: PrincipalId) -> bool {
        matches!(self, Self::Guardian(_, scope) if scope.contains(&dependant))
    }
}
