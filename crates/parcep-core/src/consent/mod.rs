//! Consent: acts that need more than one signature, or a week in everybody's sight (chapter 11).
//!
//! ```text
//! PROPOSAL ──APPROVE──► all consents stand ──no delay──► takes effect there
//!     │                        └──delay──► announced ──EFFECT with proof──► takes effect there
//!     └──CANCEL──► ends
//! ```
//! What an act needs is one pure question, [`Needs`]: the fold of the log asks it, and an app prints its
//! answer before a person signs (R-CONS-007).

mod convert;
#[cfg(test)]
pub(crate) mod fault;
mod message;
mod needs;
mod open;
mod proof;

pub use message::{
    Accept, Act, Approval, BeatStatement, BookmarkStatement, Cancel, Completion, Head, Proposal,
    Resolve, Span, Statement,
};
pub use needs::{Needs, Quorum, Settled, StoppableBy, needs_of_law};
pub use open::{Begun, OpenProposal};
pub use proof::{Kind, Source, Witnessed};
pub(crate) use proof::{gather, proves, suffice};

use crate::registry::constants;

pub use constants::{DELAY, PROPOSAL_LIFE};

/// Most proposals that are open at once, so that nobody fills a household with them (R-CONS-027).
pub const MAX_OPEN: usize = constants::PROPOSALS_OPEN as usize;
/// Most of them begun by one principal (R-CONS-027).
pub const MAX_OPEN_EACH: usize = constants::PROPOSALS_OPEN_EACH as usize;
/// Most acceptances of one proposal.
pub const MAX_ACCEPTS: usize = constants::ACCEPTS as usize;
/// Most pairs of statements in one proof.
pub const MAX_SPANS: usize = constants::SPANS as usize;
/// Most branches that one RESOLVE ends.
pub const MAX_ENDED: usize = constants::BRANCHES as usize;
