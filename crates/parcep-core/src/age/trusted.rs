//! Whose claims are taken: bare keys, or a list that gives each key its days (R-AGE-024).

use super::{AgeError, TrustList};
use crate::crypto::{Hash, VerifyingKey, sha256};

/// Issuers that a relying party or a holder trusts.
#[derive(Debug, Clone, Copy)]
pub enum Trusted<'a> {
    /// These keys, at any time.
    Keys(&'a [VerifyingKey]),
    /// The keys of a list, each for claims whose `issued_bucket` lies in its days.
    List(&'a TrustList),
}

impl Trusted<'_> {
    /// The key of an id; no other is tried.
    pub(super) fn key(self, id: &[u8]) -> Result<VerifyingKey, AgeError> {
        let key = match self {
            Self::Keys(keys) => keys.iter().find(|key| key_id(key).0 == id).copied(),
            Self::List(list) => list.find(id).map(|issuer| issuer.key),
        };
        key.ok_or(AgeError::UntrustedIssuer)
    }

    /// Whether that key is trusted for what was issued then: known only when the claim is read.
    pub(super) fn holds_for(self, id: &[u8], issued_bucket: i64) -> Result<(), AgeError> {
        let holds = match self {
            Self::Keys(_) => true,
            Self::List(list) => list.find_for(id, issued_bucket).is_some(),
        };
        holds.then_some(()).ok_or(AgeError::UntrustedIssuer)
    }
}

impl<'a> From<&'a [VerifyingKey]> for Trusted<'a> {
    fn from(keys: &'a [VerifyingKey]) -> Self {
        Self::Keys(keys)
    }
}

impl<'a, const N: usize> From<&'a [VerifyingKey; N]> for Trusted<'a> {
    fn from(keys: &'a [VerifyingKey; N]) -> Self {
        Self::Keys(keys)
    }
}

impl<'a> From<&'a Vec<VerifyingKey>> for Trusted<'a> {
    fn from(keys: &'a Vec<VerifyingKey>) -> Self {
        Self::Keys(keys)
    }
}

impl<'a> From<&'a TrustList> for Trusted<'a> {
    fn from(list: &'a TrustList) -> Self {
        Self::List(list)
    }
}

/// SHA-256 of an issuer's key.
pub(super) fn key_id(key: &VerifyingKey) -> Hash {
    sha256(key.as_bytes())
}
