//! Generated from `spec/registry/age-outcomes.toml` by `tests/registry_codegen`: do not edit.

use crate::registry::{AgeOutcomeRow, RetryClass};
use parcep_proto::v1alpha1::AgeOutcome;

/// Why there is an age signal or none, by number.
pub static AGE_OUTCOMES: [AgeOutcomeRow; 11] = [
    AgeOutcomeRow {
        outcome: AgeOutcome::Signal,
        name: "SIGNAL",
        retry: RetryClass::No,
        text: "There is a signal, or a batch of tokens.",
        action: "Verify it, then judge by its bracket.",
    },
    AgeOutcomeRow {
        outcome: AgeOutcome::NotRegulated,
        name: "NOT_REGULATED",
        retry: RetryClass::No,
        text: "No law asks for a signal here. It does not mean adult.",
        action: "Treat the age as unknown. Rules of the household hold all the same.",
    },
    AgeOutcomeRow {
        outcome: AgeOutcome::Refused,
        name: "REFUSED",
        retry: RetryClass::AfterUserAction,
        text: "It is not shared. Mostly told as AGE_UNKNOWN (R-AGE-031).",
        action: "Treat the age as unknown. Who refuses is not thereby younger.",
    },
    AgeOutcomeRow {
        outcome: AgeOutcome::AgeUnknown,
        name: "AGE_UNKNOWN",
        retry: RetryClass::AfterUserAction,
        text: "Nobody knows the age, or nobody says it.",
        action: "Treat the age as unknown.",
    },
    AgeOutcomeRow {
        outcome: AgeOutcome::VerificationRequired,
        name: "VERIFICATION_REQUIRED",
        retry: RetryClass::AfterUserAction,
        text: "The person has to be checked before anything may be said.",
        action: "Treat the age as unknown. Say how the person can be checked, then ask again.",
    },
    AgeOutcomeRow {
        outcome: AgeOutcome::AccountIneligible,
        name: "ACCOUNT_INELIGIBLE",
        retry: RetryClass::AfterUserAction,
        text: "The account can have no signal: nobody is signed in, or it is an account of another kind.",
        action: "Treat the age as unknown. Ask again when another account is signed in.",
    },
    AgeOutcomeRow {
        outcome: AgeOutcome::TemporarilyUnavailable,
        name: "TEMPORARILY_UNAVAILABLE",
        retry: RetryClass::Backoff,
        text: "Not now: the source or the way to it does not answer.",
        action: "Wait and ask again. After the last try treat the age as unknown.",
    },
    AgeOutcomeRow {
        outcome: AgeOutcome::Unsupported,
        name: "UNSUPPORTED",
        retry: RetryClass::No,
        text: "This issuer or this platform has no signal to give.",
        action: "Treat the age as unknown, and never make a signal up.",
    },
    AgeOutcomeRow {
        outcome: AgeOutcome::NotOwned,
        name: "NOT_OWNED",
        retry: RetryClass::No,
        text: "The app that asks is not one that this person got from the store.",
        action: "Treat the age as unknown.",
    },
    AgeOutcomeRow {
        outcome: AgeOutcome::InvalidRequest,
        name: "INVALID_REQUEST",
        retry: RetryClass::No,
        text: "The request has a fault, or cut points other than those kept for the audience.",
        action: "Correct the request. Until then treat the age as unknown.",
    },
    AgeOutcomeRow {
        outcome: AgeOutcome::InsufficientAssurance,
        name: "INSUFFICIENT_ASSURANCE",
        retry: RetryClass::AfterUserAction,
        text: "What is known does not meet the request's filters. Nothing of it is told.",
        action: "Treat the age as unknown. Say which check would do, or ask for less.",
    },
];
