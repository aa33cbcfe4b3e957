//! What to do after an outcome: a plan, without a clock or a timer (R-AGE-032).

use crate::age::AgeOutcome;
use crate::registry::{RetryClass, constants};

/// The next step after an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Next {
    /// There is a signal: verify and judge it.
    Use,
    /// The age is unknown, and asking this again does not help.
    Unknown,
    /// The age is unknown until the person has done something about it; then ask anew.
    AfterUserAction,
    /// Ask once more after so many seconds.
    Wait {
        /// Seconds, 1 to 60.
        seconds: u32,
    },
}

/// The tries of one ask. A transport that fails counts as
/// [`AgeOutcome::TemporarilyUnavailable`].
///
/// ```
/// use parcep_core::age::AgeOutcome::TemporarilyUnavailable;
/// use parcep_core::age::party::{Next, Tries};
/// let mut tries = Tries::new();
/// assert_eq!(tries.after(TemporarilyUnavailable, None), Next::Wait { seconds: 1 });
/// assert_eq!(tries.after(TemporarilyUnavailable, Some(30)), Next::Wait { seconds: 30 });
/// assert_eq!(tries.after(TemporarilyUnavailable, None), Next::Unknown);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tries(u32);

impl Tries {
    /// Before the first try.
    #[must_use]
    pub const fn new() -> Self {
        Self(0)
    }

    /// What to do after a try with this outcome, and `retry_after_seconds` if the answer had it.
    pub fn after(&mut self, outcome: AgeOutcome, retry_after: Option<u32>) -> Next {
        self.0 = self.0.saturating_add(1);
        match class(outcome) {
            _ if outcome == AgeOutcome::Signal => Next::Use,
            RetryClass::No => Next::Unknown,
            RetryClass::AfterUserAction => Next::AfterUserAction,
            RetryClass::Backoff if self.0 >= constants::AGE_TRIES => Next::Unknown,
            RetryClass::Backoff => Next::Wait {
                seconds: wait(self.0, retry_after),
            },
        }
    }
}

/// When it is worth asking again after an outcome.
#[must_use]
pub const fn class(outcome: AgeOutcome) -> RetryClass {
    match outcome {
        AgeOutcome::Signal
        | AgeOutcome::NotRegulated
        | AgeOutcome::Unsupported
        | AgeOutcome::NotOwned
        | AgeOutcome::InvalidRequest => RetryClass::No,
        AgeOutcome::Refused
        | AgeOutcome::AgeUnknown
        | AgeOutcome::VerificationRequired
        | AgeOutcome::AccountIneligible
        | AgeOutcome::InsufficientAssurance => RetryClass::AfterUserAction,
        AgeOutcome::TemporarilyUnavailable => RetryClass::Backoff,
    }
}

/// The own wait of this try, or the longer one that the answer asks for, up to 60 s.
fn wait(tried: u32, retry_after: Option<u32>) -> u32 {
    let own = match tried {
        1 => constants::AGE_WAIT_FIRST,
        _ => constants::AGE_WAIT_SECOND,
    };
    let asked = retry_after
        .map_or(0, i64::from)
        .min(constants::AGE_WAIT_MOST);
    u32::try_from(own.max(asked)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::age_outcome;
    use AgeOutcome::{TemporarilyUnavailable, VerificationRequired};

    /// R-AGE-032: the code and the registry say the same.
    #[test]
    fn every_outcome_has_the_class_of_its_row() {
        for outcome in AgeOutcome::ALL {
            let wire = parcep_proto::v1alpha1::AgeOutcome::try_from(outcome.wire()).unwrap();
            assert_eq!(
                class(*outcome),
                age_outcome(wire).unwrap().retry,
                "{outcome:?}"
            );
        }
    }

    /// R-AGE-032
    #[test]
    fn age_13_verification_required_is_asked_again_after_the_person_acted_and_never_by_itself() {
        let mut tries = Tries::new();
        for _ in 0..5 {
            let next = tries.after(VerificationRequired, Some(1));
            assert_eq!(next, Next::AfterUserAction);
        }
    }

    /// R-AGE-032: a transport that never works.
    fn waits(plan: fn(&mut Tries, Option<u32>) -> Next, retry_after: Option<u32>) -> Vec<u32> {
        let mut tries = Tries::new();
        let next = std::iter::from_fn(|| match plan(&mut tries, retry_after) {
            Next::Wait { seconds } => Some(seconds),
            _ => None,
        });
        next.take(50).collect()
    }

    fn plan(tries: &mut Tries, retry_after: Option<u32>) -> Next {
        tries.after(TemporarilyUnavailable, retry_after)
    }

    #[test]
    fn age_17_a_transport_that_never_works_is_tried_three_times_and_then_the_age_is_unknown() {
        let table = [
            (None, [1, 4]),
            (Some(0), [1, 4]),
            (Some(2), [2, 4]),
            (Some(60), [60, 60]),
            (Some(61), [60, 60]),
            (Some(u32::MAX), [60, 60]),
        ];
        for (retry_after, expected) in table {
            assert_eq!(waits(plan, retry_after), expected, "{retry_after:?}");
        }
        // The law notices one that goes on for ever.
        let forgetful = |tries: &mut Tries, retry_after| {
            *tries = Tries::new();
            plan(tries, retry_after)
        };
        assert_eq!(waits(forgetful, None).len(), 50);
    }

    #[test]
    fn an_outcome_after_a_failed_try_counts_as_any_other() {
        let mut tries = Tries::new();
        let _ = plan(&mut tries, None);
        assert_eq!(tries.after(AgeOutcome::Signal, None), Next::Use);
        let mut tries = Tries::new();
        let _ = plan(&mut tries, None);
        assert_eq!(tries.after(AgeOutcome::NotRegulated, None), Next::Unknown);
    }
}
