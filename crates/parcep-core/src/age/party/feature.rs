//! Whether a feature that somebody has to agree to is on (R-AGE-043, R-AGE-044).
//!
//! The bracket does not enter, nor does this change one: a denied change closes its feature and leaves
//! the age as it is.

use crate::age::{AgeChange, AgeChangeState, AgeConsent};

/// Whether what was there before is on: features that no open change is about.
#[must_use]
pub const fn service_is_on(consent: AgeConsent) -> bool {
    matches!(consent, AgeConsent::Granted | AgeConsent::NotRequired)
}

/// Whether a feature is on that the service gave notice of as the change `id`. While the change waits
/// or is denied it is off, and so it is where the issuer does not name the change; only where nobody
/// has to consent, an unnamed change holds nothing up.
///
/// ```
/// use parcep_core::age::{AgeChange, AgeChangeState, AgeConsent};
/// use parcep_core::age::party::{feature_is_on, service_is_on};
/// let denied = AgeChange {
///     id: b"chat".to_vec(), state: AgeChangeState::Denied, decided_day: Some(20_000),
///     adult_ack_required: false, earlier: vec![],
/// };
/// assert!(!feature_is_on(AgeConsent::Granted, Some(&denied), b"chat"));
/// assert!(service_is_on(AgeConsent::Granted));
/// ```
#[must_use]
pub fn feature_is_on(consent: AgeConsent, change: Option<&AgeChange>, id: &[u8]) -> bool {
    let named = change.filter(|change| names(change, id));
    let agreed = match named.map(|change| (change.state, change.adult_ack_required)) {
        Some((AgeChangeState::Approved, _)) => true,
        Some((AgeChangeState::Pending, false)) | None => consent == AgeConsent::NotRequired,
        Some(_) => false,
    };
    agreed && service_is_on(consent)
}

fn names(change: &AgeChange, id: &[u8]) -> bool {
    change.id == id || change.earlier.iter().any(|earlier| earlier == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use AgeChangeState::{Approved, Denied, Pending};

    fn change(state: AgeChangeState, adult_ack_required: bool) -> AgeChange {
        AgeChange {
            id: vec![2],
            state,
            decided_day: None,
            adult_ack_required,
            earlier: vec![vec![1]],
        }
    }

    /// R-AGE-043, R-AGE-044
    #[test]
    fn age_38_a_denied_or_pending_change_keeps_its_feature_off_and_the_rest_on() {
        for state in [Denied, Pending] {
            let change = change(state, false);
            for id in [1, 2] {
                assert!(!feature_is_on(AgeConsent::Granted, Some(&change), &[id]));
            }
        }
        assert!(service_is_on(AgeConsent::Granted));
        let approved = change(Approved, false);
        for id in [1, 2] {
            assert!(feature_is_on(AgeConsent::Granted, Some(&approved), &[id]));
        }
        assert!(!feature_is_on(AgeConsent::Granted, Some(&approved), &[3]));
        assert!(!feature_is_on(AgeConsent::Granted, None, &[1]));
    }

    #[test]
    fn an_adult_agrees_to_nothing_and_sees_what_has_to_be_seen() {
        let adult = AgeConsent::NotRequired;
        assert!(feature_is_on(adult, None, &[1]));
        assert!(feature_is_on(adult, Some(&change(Pending, false)), &[1]));
        assert!(!feature_is_on(adult, Some(&change(Pending, true)), &[1]));
        assert!(feature_is_on(adult, Some(&change(Approved, true)), &[1]));
        assert!(!feature_is_on(adult, Some(&change(Denied, false)), &[1]));
    }

    #[test]
    fn without_a_yes_nothing_is_on_whatever_was_approved() {
        for consent in AgeConsent::ALL {
            let yes = matches!(consent, AgeConsent::Granted | AgeConsent::NotRequired);
            assert_eq!(service_is_on(*consent), yes);
            let approved = change(Approved, false);
            assert_eq!(feature_is_on(*consent, Some(&approved), &[1]), yes);
        }
    }
}
