//! A reply on disk, beside the account that it is about.

use serde::{Deserialize, Serialize};

use crate::age::{
    AgeAssurance, AgeAssuranceScheme, AgeBinding, AgeClaimScope, AgeConsent, AgeError, AgeHandle,
    AgeInterval, AgeMethod, AgePurpose, AgeSignal, Coarse, IssuerRole,
};
use crate::crypto::Hash;
use crate::hex;

use super::reply::Accepted;
use super::{KnownAs, Reply};

/// What a service keeps of a claim that it accepted, so as to judge by it until it ends, is revoked,
/// or its issuer is trusted no more. It was verified when it was accepted and is not signed any more:
/// whoever can write the service's disk can write it.
///
/// Nonce, id, controls and changes are not kept. Keep nothing longer than `not_after`.
///
/// ```
/// use parcep_core::age::AgeOutcome;
/// use parcep_core::age::party::{Reply, StoredReply};
/// // Without a claim there is nothing to keep.
/// assert_eq!(StoredReply::of(&Reply::transport_failed()), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredReply {
    lower: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upper: Option<u32>,
    exact_cell: bool,
    claim_scope: AgeClaimScope,
    method: AgeMethod,
    assurance: AgeAssurance,
    assurance_scheme: AgeAssuranceScheme,
    binding: AgeBinding,
    audience: String,
    purpose: AgePurpose,
    issued_bucket: i64,
    not_after: i64,
    consent: AgeConsent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    handle: Option<AgeHandle>,
    issuer: String,
    key_id: String,
    role: IssuerRole,
    asked: i64,
    least_assurance: AgeAssurance,
    known_as: KnownAs,
}

impl StoredReply {
    /// What is kept of a reply; `None` where it has no claim.
    #[must_use]
    pub fn of(reply: &Reply) -> Option<Self> {
        let accepted = reply.accepted.as_ref()?;
        let signal = &accepted.signal;
        Some(Self {
            lower: signal.interval.lower(),
            upper: signal.interval.upper(),
            exact_cell: signal.exact_cell,
            claim_scope: signal.claim_scope,
            method: signal.method,
            assurance: signal.assurance,
            assurance_scheme: signal.assurance_scheme,
            binding: signal.binding,
            audience: signal.audience.clone(),
            purpose: signal.purpose,
            issued_bucket: signal.issued_bucket,
            not_after: signal.not_after,
            consent: signal.guardianship.consent,
            handle: signal.guardianship.handle,
            issuer: accepted.issuer.clone(),
            key_id: accepted.key_id.to_hex(),
            role: accepted.role,
            asked: accepted.asked,
            least_assurance: accepted.least,
            known_as: accepted.known_as,
        })
    }

    /// The reply, to judge by as before.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] if the bounds or the key id are none.
    pub fn reply(self) -> Result<Reply, AgeError> {
        let told = Coarse {
            interval: AgeInterval::new(self.lower, self.upper)?,
            exact_cell: self.exact_cell,
        };
        let key_id = hex::decode(&self.key_id);
        let key_id = key_id.and_then(|id| Hash::try_from(id.as_slice()).ok());
        let mut signal = AgeSignal {
            claim_scope: self.claim_scope,
            method: self.method,
            assurance: self.assurance,
            assurance_scheme: self.assurance_scheme,
            binding: self.binding,
            issued_bucket: self.issued_bucket,
            not_after: self.not_after,
            ..AgeSignal::new(told, self.audience, self.purpose)
        };
        signal.guardianship.consent = self.consent;
        signal.guardianship.handle = self.handle;
        Ok(Reply::accepted(Accepted {
            signal,
            issuer: self.issuer,
            key_id: key_id.ok_or(AgeError::Malformed("key_id"))?,
            role: self.role,
            asked: self.asked,
            least: self.least_assurance,
            known_as: self.known_as,
        }))
    }

    /// From which instant on it says nothing, seconds since the Unix epoch.
    #[must_use]
    pub const fn not_after(&self) -> i64 {
        self.not_after
    }
}
