//! Who may write what: the rows of `spec/registry/payload-types.toml` that this version carries
//! out (R-MEM-010). What no row permits keeps its place in the log and has no effect.

use crate::document::{Header, PayloadType};
use crate::id::PrincipalId;
use crate::reason::Reason;

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
    let about_household = header.dependant.is_none();
    let permitted = match (header.payload_type, standing) {
        (PayloadType::Constitution, Standing::Guardian(..)) => about_household && guardians == 1,
        (PayloadType::PrincipalDevices, Standing::Guardian(..) | Standing::Dependant(_)) => {
            about_household
        }
        (PayloadType::EnforcementPoint | PayloadType::Epoch, Standing::Guardian(..)) => {
            about_household
        }
        (
            PayloadType::PolicyLayer | PayloadType::Override | PayloadType::Identity,
            Standing::Guardian(_, scope),
        ) => header
            .dependant
            .is_some_and(|dependant| scope.contains(&dependant)),
        _ => false,
    };
    permitted.then_some(()).ok_or(NotPermitted)
}
