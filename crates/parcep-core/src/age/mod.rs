//! Age signals: the coarsest true statement about an age, for one audience (R-AGE-001 …).
//!
//! ```
//! use parcep_core::age::{AgeInterval, Cuts, coarsen};
//! let child = AgeInterval::new(10, Some(11))?;
//! let told = coarsen(child, &Cuts::new(vec![13, 16, 18])?);
//! assert_eq!((told.interval.lower(), told.interval.upper(), told.exact_cell), (0, Some(13), true));
//! # Ok::<(), parcep_core::age::AgeError>(())
//! ```

mod claim;
mod consent;
mod cuts;
mod disclosure;
mod handle;
mod holder;
mod interval;
mod issuer;
pub mod party;
mod pins;
mod replay;
mod request;
mod rollover;
mod share;
mod signal;
mod statement;
mod token;
mod trust;
mod trusted;

pub use claim::{
    AgeAssurance, AgeAssuranceScheme, AgeBasis, AgeBinding, AgeChange, AgeChangeState,
    AgeClaimScope, AgeConsent, AgeControl, AgeEstablished, AgeMethod, AgeOutcome, AgePurpose,
    AgeSupervision, DeclarantCheck,
};
pub use consent::{ChangeAct, ChangeId, ConsentAct, ConsentError, ConsentLedger};
pub use cuts::{Coarse, Cuts, coarsen, youngest};
pub use disclosure::{
    DISCLOSURE_DAYS, Disclosure, DisclosureError, DisclosureEvent, DisclosureLog, utc_day,
};
pub use handle::{AgeHandle, HandleState, RevokedHandles};
pub use holder::{Batch, HolderKeys, Presented, check_batch};
pub use interval::AgeInterval;
pub use issuer::{Answer, Ask, Issuer, IssuerSettings, Knowledge, Known, KnownAge, TokenAnswer};
pub use pins::{Admitted, Pins, Withheld};
pub use replay::{Once, ReplayError, ReplayMemory};
pub use request::{InvalidRequest, Needs, SignalRequest, TokenRequest};
pub use rollover::{Born, Rollover, latest_day};
pub use share::{Share, share};
pub use signal::{AgeSignal, Expectation, Guardianship, issue, verify};
pub use statement::{Claim, Statement};
pub use token::{AgeToken, SignedToken, issue_tokens, verify_presented};
pub use trust::{IssuerRole, KEYS_AT_ONCE, TRUST_FORMAT, TrustError, TrustList, TrustedIssuer};
pub use trusted::Trusted;

use crate::crypto::CryptoError;
use crate::reason::Reason;

/// Why an age signal is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgeError {
    /// A field is missing or out of range.
    #[error("age signal field `{0}` is missing or out of range")]
    Malformed(&'static str),
    /// The issuer is not among those trusted.
    #[error("issuer of the age signal is not trusted")]
    UntrustedIssuer,
    /// The signature is wrong.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// It is for somebody else, or for something else.
    #[error("age signal is for another audience or purpose")]
    WrongAudience,
    /// It answers another challenge, or none.
    #[error("age signal answers another challenge")]
    WrongNonce,
    /// It is over, or not yet issued.
    #[error("age signal has expired or is not valid yet")]
    Expired,
}

impl AgeError {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self {
            Self::Malformed(_) => Reason::Malformed,
            Self::UntrustedIssuer => Reason::UntrustedIssuer,
            Self::Crypto(error) => error.reason(),
            Self::WrongAudience => Reason::WrongAudience,
            Self::WrongNonce => Reason::WrongNonce,
            Self::Expired => Reason::Expired,
        }
    }
}

#[cfg(test)]
mod tests;
