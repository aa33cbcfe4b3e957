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

/// Whether the table permits a document with this header. `guardians` is their number: with more
/// than one, a constitution needs a proposal, which this version does not evaluate.
///
/// # Errors
/// [`NotPermitted`].
pub fn may_write(
    header: &Header,
    standing: &Standing,
    guardians: usize,
) -> Result<(), NotPermitted> {
    let Some(row) = registry::payload_type(header.payload_type) else {
        return Err(NotPermitted);
    };
    let in_force = row.state == State::V1 && row.place == Place::Log;
    let role = row.roles.contains(&standing.role());
    let named = row.names_dependant == header.dependant.is_some();
    let scope = header
        .dependant
        .is_none_or(|dependant| standing.covers(dependant));
    let threshold = header.payload_type != PayloadType::Constitution || guardians == 1;
    (in_force && role && named && scope && threshold)
        .then_some(())
        .ok_or(NotPermitted)
}

impl Standing {
    fn role(&self) -> Role {
        match self {
            Self::Guardian(..) => Role::Guardian,
            Self::Dependant(_) => Role::Dependant,
            Self::EnforcementPoint => Role::EnforcementPoint,
        }
    }

    /// Whether a header of this author may name the dependant.
    fn covers(&self, dependant: PrincipalId) -> bool {
        matches!(self, Self::Guardian(_, scope) if scope.contains(&dependant))
    }
}
