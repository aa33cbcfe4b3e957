//! Why the relay refuses a call: the cause, without any words about its caller.

use parcep_core::crypto::Hash;
use parcep_core::reason::Reason;
use std::time::Duration;

/// A refusal that a caller is told, with its stable reason (R-RELAY-020).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A field is missing, malformed or out of range.
    #[error("field `{0}` is missing, malformed or out of range")]
    InvalidArgument(&'static str),
    /// A field is larger than its limit.
    #[error("field `{field}` is larger than {limit}")]
    TooLarge {
        /// The field.
        field: &'static str,
        /// Its limit, in bytes or items.
        limit: u64,
    },
    /// A public key is of small order or not canonical.
    #[error("public key is of small order or not canonical")]
    WeakKey,
    /// No session, or one that is over.
    #[error("no session; open a new one")]
    NoSession,
    /// The challenge is unknown, used or expired, the key unknown, or the signature wrong.
    #[error("the challenge was not answered")]
    BadChallenge,
    /// The access key lacks a right.
    #[error("the access key lacks the right `{0}`")]
    NotPermitted(&'static str),
    /// A log with this handle exists.
    #[error("a log with this handle exists")]
    LogExists,
    /// The relay asks for an admission voucher, or refuses the one given.
    #[error("the relay admits new logs by voucher only, and not by this one")]
    Admission,
    /// An act that takes 7 days in everybody's sight.
    #[error("takes seven days: announce it")]
    Delayed,
    /// The store went back, and for a day only replays are taken.
    #[error("the relay was restored; until its day is over it takes replays only")]
    Restoring,
    /// The head moved.
    #[error("the head moved; the next place is {next_seq}")]
    StaleHead {
        /// Place of the next entry.
        next_seq: u64,
        /// Hash of the last entry.
        head: Hash,
    },
    /// The place named is not in this log.
    #[error("the place named is not in this log")]
    UnknownPosition,
    /// The register's version moved.
    #[error("the register stands at version {0}")]
    StaleVersion(u64),
    /// Too many calls.
    #[error("too many calls; wait {} ms", .0.as_millis())]
    RateLimited(Duration),
    /// A quota is used up.
    #[error("the quota `{of}` of {limit} is used up")]
    Quota {
        /// What is counted.
        of: &'static str,
        /// Its limit.
        limit: u64,
    },
    /// Storage failed; nothing of this call was acknowledged.
    #[error("storage failed; try again later")]
    Storage,
    /// The relay is shutting down or has too many callers.
    #[error("the relay takes no calls now; connect again in {} ms", .0.as_millis())]
    Unavailable(Duration),
    /// The watcher was too slow.
    #[error("this watcher was too slow; resume from the last entry it has")]
    Lagged,
    /// An act that this version does not carry out.
    #[error("this version of the protocol does not carry out `{0}`")]
    Unsupported(&'static str),
    /// A fault of the relay's own.
    #[error("a fault of the relay's own")]
    Internal,
}

impl Refusal {
    /// The stable reason code.
    pub fn reason(&self) -> Reason {
        match self {
            Self::InvalidArgument(_) => Reason::InvalidArgument,
            Self::TooLarge { .. } => Reason::TooLarge,
            Self::WeakKey => Reason::WeakKey,
            Self::NoSession => Reason::NoSession,
            Self::BadChallenge => Reason::BadChallenge,
            Self::NotPermitted(_) => Reason::NotPermitted,
            Self::LogExists => Reason::LogExists,
            Self::Admission => Reason::Admission,
            Self::Delayed => Reason::Delayed,
            Self::Restoring => Reason::Restoring,
            Self::StaleHead { .. } => Reason::StaleHead,
            Self::UnknownPosition => Reason::UnknownPosition,
            Self::StaleVersion(_) => Reason::StaleVersion,
            Self::RateLimited(_) => Reason::RateLimited,
            Self::Quota { .. } => Reason::Quota,
            Self::Storage => Reason::Storage,
            Self::Unavailable(_) => Reason::Unavailable,
            Self::Lagged => Reason::Lagged,
            Self::Unsupported(_) => Reason::Unsupported,
            Self::Internal => Reason::Internal,
        }
    }
}
