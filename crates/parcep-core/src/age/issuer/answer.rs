//! Answers as values and as messages.

use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

use super::super::{AgeConsent, AgeOutcome, AgeSignal, SignedToken};
use super::known::NotTold;

/// An answer to an audience.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What came of it.
    pub outcome: AgeOutcome,
    /// What is told, for the person's own list (R-AGE-052); only with [`AgeOutcome::Signal`].
    pub told: Option<AgeSignal>,
    /// What a guardian said; only beside a refusal that shows.
    pub consent: AgeConsent,
    /// Seconds after which to ask again; only where that may help.
    pub retry_after_seconds: Option<u32>,
    pub(super) signed: Option<pb::SignedAgeSignal>,
}

/// An answer to a holder.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenAnswer {
    /// What came of it.
    pub outcome: AgeOutcome,
    /// One for each key, in order; only with [`AgeOutcome::Signal`].
    pub tokens: Vec<SignedToken>,
    /// Seconds after which to ask again; only where that may help.
    pub retry_after_seconds: Option<u32>,
}

impl Answer {
    pub(super) fn of(outcome: AgeOutcome) -> Self {
        Self {
            outcome,
            told: None,
            consent: AgeConsent::NotReported,
            retry_after_seconds: None,
            signed: None,
        }
    }

    /// The bytes of a `SignedAgeSignal`, if there is one.
    pub fn signal_bytes(&self) -> Option<Vec<u8>> {
        self.signed.as_ref().map(|signed| signed.encode_to_vec())
    }

    /// The bytes of an `AgeSignalResponse`.
    pub fn to_bytes(&self) -> Vec<u8> {
        pb::AgeSignalResponse::from(self).encode_to_vec()
    }
}

impl TokenAnswer {
    pub(super) fn of(outcome: AgeOutcome) -> Self {
        Self {
            outcome,
            tokens: Vec::new(),
            retry_after_seconds: None,
        }
    }

    /// The bytes of an `IssueAgeTokensResponse`.
    pub fn to_bytes(&self) -> Vec<u8> {
        pb::IssueAgeTokensResponse::from(self).encode_to_vec()
    }
}

impl From<NotTold> for Answer {
    fn from(why: NotTold) -> Self {
        match why {
            NotTold::Because(outcome) => Self::of(outcome),
            NotTold::Unavailable(retry_after_seconds) => Self {
                retry_after_seconds,
                ..Self::of(AgeOutcome::TemporarilyUnavailable)
            },
        }
    }
}

impl From<NotTold> for TokenAnswer {
    fn from(why: NotTold) -> Self {
        match why {
            NotTold::Because(outcome) => Self::of(outcome),
            NotTold::Unavailable(retry_after_seconds) => Self {
                retry_after_seconds,
                ..Self::of(AgeOutcome::TemporarilyUnavailable)
            },
        }
    }
}

impl From<&Answer> for pb::AgeSignalResponse {
    fn from(answer: &Answer) -> Self {
        Self {
            outcome: answer.outcome.wire(),
            signal: answer.signed.clone(),
            consent: answer.consent.wire(),
            retry_after_seconds: answer.retry_after_seconds,
        }
    }
}

impl From<&TokenAnswer> for pb::IssueAgeTokensResponse {
    fn from(answer: &TokenAnswer) -> Self {
        let tokens = answer.tokens.iter();
        Self {
            outcome: answer.outcome.wire(),
            tokens: tokens.map(|token| token.0.clone()).collect(),
            retry_after_seconds: answer.retry_after_seconds,
        }
    }
}
