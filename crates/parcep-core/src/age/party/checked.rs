//! From the bytes of an answer to a claim that counts, or to the reason why there is none.
//!
//! ```text
//! size, parses ── key id in the trust list ── signature, shape ── the days of the key
//!   ── audience, purpose ── nonce, still open ── time ── not seen before
//! ```

use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

use crate::age::{
    AgeConsent, AgeError, AgeOutcome, AgeSignal, Expectation, ReplayError, SignalRequest,
    TrustList, Trusted, TrustedIssuer, verify, verify_presented,
};
use crate::reason::Reason;

use super::Memory;

/// Room for a signal of 2 048 bytes and what stands around it.
const MAX_RESPONSE: usize = 2048 + 64;

/// Why a claim is not taken. To the application it is [`AgeOutcome::AgeUnknown`], whatever the reason
/// (R-AGE-033); the reason is for logs, and tells nothing about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It does not verify.
    #[error(transparent)]
    Claim(#[from] AgeError),
    /// It was presented before, or that cannot be said.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

impl Refused {
    /// The stable reason code.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::Claim(error) => error.reason(),
            Self::Replay(error) => error.reason(),
        }
    }
}

/// A claim that verified, and who made it.
pub(super) struct Checked<'a> {
    pub(super) signal: AgeSignal,
    pub(super) issuer: &'a TrustedIssuer,
    /// When the party asked for it: what was issued before, answers another nonce.
    pub(super) asked: i64,
}

/// What an answer says beside the claim.
pub(super) struct Said {
    pub(super) outcome: AgeOutcome,
    pub(super) consent: AgeConsent,
    pub(super) retry_after: Option<u32>,
    /// The bytes of a `SignedAgeSignal`; only with [`AgeOutcome::Signal`].
    pub(super) signal: Option<Vec<u8>>,
}

impl Said {
    pub(super) const fn unknown() -> Self {
        Self::only(AgeOutcome::AgeUnknown)
    }

    pub(super) const fn only(outcome: AgeOutcome) -> Self {
        Self {
            outcome,
            consent: AgeConsent::NotReported,
            retry_after: None,
            signal: None,
        }
    }

    /// Reads an `AgeSignalResponse` (R-AGE-033): what does not fit together is unknown.
    pub(super) fn read(bytes: &[u8]) -> Self {
        if bytes.len() > MAX_RESPONSE {
            return Self::unknown();
        }
        let Ok(response) = pb::AgeSignalResponse::decode(bytes) else {
            return Self::unknown();
        };
        let outcome = AgeOutcome::read(response.outcome);
        if (outcome == AgeOutcome::Signal) != response.signal.is_some() {
            return Self::unknown();
        }
        Self {
            outcome,
            consent: AgeConsent::read(response.consent),
            retry_after: response.retry_after_seconds,
            signal: response.signal.map(|signal| signal.encode_to_vec()),
        }
    }
}

/// A kind of claim: how it is verified, and where its issuer's key id stands.
#[derive(Clone, Copy)]
pub(super) struct Form {
    key_id: fn(&[u8]) -> Option<Vec<u8>>,
    verify: fn(&[u8], Expectation<'_>) -> Result<AgeSignal, AgeError>,
}

/// A `SignedAgeSignal`.
pub(super) const SIGNAL: Form = Form {
    key_id: |bytes| Some(pb::SignedAgeSignal::decode(bytes).ok()?.issuer_key_id),
    verify,
};

/// A `PresentedAge`.
pub(super) const PRESENTED: Form = Form {
    key_id: |bytes| Some(pb::PresentedAge::decode(bytes).ok()?.token?.issuer_key_id),
    verify: verify_presented,
};

impl Form {
    /// Takes a claim that answers `question`, or says what is wrong with it. Only a claim that is
    /// taken closes its nonce and is remembered.
    pub(super) fn take<'a>(
        self,
        bytes: &[u8],
        question: &SignalRequest,
        trust: &'a TrustList,
        memory: &mut Memory,
        now: i64,
    ) -> Result<Checked<'a>, Refused> {
        let expected = Expectation {
            issuers: Trusted::List(trust),
            audience: &question.audience,
            purpose: question.purpose,
            nonce: Some(&question.nonce),
            now,
        };
        let verified = (self.verify)(bytes, expected);
        // The nonce is looked at before the time.
        let asked = memory.challenges.given(&question.nonce, now);
        let in_turn = matches!(verified, Ok(_) | Err(AgeError::Expired));
        if in_turn && asked.is_none() {
            return Err(AgeError::WrongNonce.into());
        }
        let signal = verified?;
        let asked = asked.ok_or(AgeError::WrongNonce)?;
        let key_id = (self.key_id)(bytes).unwrap_or_default();
        let issuer = trust.find_for(&key_id, signal.issued_bucket);
        let issuer = issuer.ok_or(AgeError::UntrustedIssuer)?;
        memory
            .replay
            .first_time(signal.once, signal.not_after, now)?;
        memory.challenges.close_bytes(&question.nonce);
        Ok(Checked {
            signal,
            issuer,
            asked,
        })
    }
}
