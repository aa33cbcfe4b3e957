//! What a service asks whoever knows.

use parcep_core::age::{
    Answer, InvalidRequest, RevokedHandles, SignalRequest, TokenAnswer, TokenRequest,
};

/// Whoever knows the age of one person, and what the household shares: mostly an
/// [`Issuer`](parcep_core::age::Issuer) with its key, its pins and its list of what was shared behind a lock.
///
/// Calls run on threads that may block. One that panics is answered by INTERNAL and harms no other.
pub trait Answers: Send + Sync + 'static {
    /// Answers an audience (R-AGE-030). `seen` is the name that the issuer has seen (R-AGE-013), `request` what
    /// became of the bytes; `now` seconds since the Unix epoch.
    ///
    /// # Errors
    /// [`Fault`], which the caller is told as INTERNAL and nothing more.
    fn ask(
        &self,
        seen: &str,
        request: Result<&SignalRequest, InvalidRequest>,
        now: i64,
    ) -> Result<Answer, Fault>;

    /// Answers a holder (R-AGE-019). Keep no key and no token (R-AGE-059).
    ///
    /// # Errors
    /// As [`Self::ask`].
    fn issue_tokens(
        &self,
        request: Result<&TokenRequest, InvalidRequest>,
        now: i64,
    ) -> Result<TokenAnswer, Fault>;

    /// Handles of one audience that were revoked in the last 90 days, at most 4 096, as of the day of `now`, its 00:00
    /// UTC (R-AGE-046).
    ///
    /// # Errors
    /// As [`Self::ask`].
    fn revoked_handles(&self, seen: &str, now: i64) -> Result<RevokedHandles, Fault>;
}

/// A fault of the issuer's own: no randomness, a store that fails. Its cause is not told to callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the issuer cannot answer by a fault of its own")]
pub struct Fault;
