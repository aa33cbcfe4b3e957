//! Documents: signed headers, sealed sections, and the one order in which they are read.
//!
//! ```text
//! author   Draft ──seal_body──► SealedBody ──seal_at(place)──► Entry
//!
//! reader   Entry ──open_header──► OpenedHeader ──verify(key)──► VerifiedHeader
//!                └──────────────── body hash ◄─────────────────────┘
//!          VerifiedHeader ──with_body──► VerifiedDocument ──section(kind)──► bytes, to be parsed
//! ```
//! Each arrow consumes what stands before it, so nothing is parsed before it is verified (R-DOC-001).

mod body;
mod frame;
mod header;
mod kind;
mod open;
mod seal;

pub use body::{MAX_WRAPS, Wraps};
pub use frame::{frame, unframe};
pub use header::{GenerationUse, Header, READER, SectionEntry};
pub use kind::{
    PayloadType, Protection, SectionKind, decides_membership, max_body, protection, sections_of,
};
pub use open::{OpenedHeader, VerifiedDocument, VerifiedHeader, open_header};
pub(crate) use open::{open_committed, open_section};
pub use seal::{Author, Draft, Place, SealedBody};
pub(crate) use seal::{kind_number, message_context, payload_number, seal_committed};

use crate::crypto::CryptoError;
use crate::reason::Reason;

/// Why a document is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// Bytes end too early or do not parse.
    #[error("`{0}` is malformed")]
    Malformed(&'static str),
    /// Something is larger than its limit.
    #[error("`{0}` is too large")]
    TooLarge(&'static str),
    /// No secret at hand opens this.
    #[error("no secret at hand opens this")]
    CannotOpen,
    /// A key, a signature or a seal is wrong.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// Signed for another household.
    #[error("document belongs to another household")]
    WrongHousehold,
    /// Signed for another place than the one it stands in.
    #[error("document was signed for another place")]
    WrongPlace,
    /// The body is not the one that was signed.
    #[error("body does not match the signed hash")]
    BodyMismatch,
    /// The body was pruned and cannot be read.
    #[error("body was pruned")]
    Pruned,
    /// A section is not the one that was committed to.
    #[error("section does not match its commitment")]
    BadCommitment,
    /// A newer reader is needed.
    #[error("document needs a newer reader")]
    ReaderTooOld,
    /// The household was ended before.
    #[error("household was ended")]
    Ended,
    /// Written by a device whose register it is not.
    #[error("register belongs to another writer")]
    NotPermitted,
}

impl DocumentError {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self {
            Self::Malformed(_) => Reason::Malformed,
            Self::TooLarge(_) => Reason::TooLarge,
            Self::CannotOpen => Reason::CannotOpen,
            Self::Crypto(error) => error.reason(),
            Self::WrongHousehold => Reason::WrongHousehold,
            Self::WrongPlace => Reason::WrongPlace,
            Self::BodyMismatch | Self::Pruned => Reason::BodyMismatch,
            Self::BadCommitment => Reason::BadCommitment,
            Self::ReaderTooOld => Reason::ReaderTooOld,
            Self::Ended => Reason::Ended,
            Self::NotPermitted => Reason::NotPermittedByTable,
        }
    }
}

#[cfg(test)]
mod tests;
