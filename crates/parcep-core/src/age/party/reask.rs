//! When a party may ask about the same person again (R-AGE-050).

use crate::registry::ReaskEvent;

use super::Regime;

const DAY: i64 = 86_400;

/// Whether to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Reask {
    /// Ask.
    Now,
    /// Not before this instant, seconds since the Unix epoch, unless an event of the regime happens.
    NotBefore(i64),
}

/// Whether a party may ask about a person whom it asked about at `last`, at `now`; seconds since the
/// Unix epoch. `events` are those that have happened since.
///
/// ```
/// use parcep_core::age::party::{Reask, Regime, may_ask};
/// let utah = Regime::of("US-UT");
/// let (first, next_day) = (1_800_000_000, 1_800_086_400);
/// assert_eq!(may_ask(utah, None, &[], first), Reask::Now);
/// assert!(matches!(may_ask(utah, Some(first), &[], next_day), Reask::NotBefore(_)));
/// assert_eq!(may_ask(Regime::of("US-TX"), Some(first), &[], first), Reask::Now);
/// ```
pub fn may_ask(regime: Regime, last: Option<i64>, events: &[ReaskEvent], now: i64) -> Reask {
    let row = regime.row();
    let interval = i64::from(row.reask_days) * DAY;
    let Some(again) = last.map(|last| last.saturating_add(interval)) else {
        return Reask::Now;
    };
    let event = events.iter().any(|event| row.reask_on.contains(event));
    if event || now >= again {
        Reask::Now
    } else {
        Reask::NotBefore(again)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::REGIMES;

    const FIRST: i64 = 1_800_000_000;

    /// R-AGE-050
    #[test]
    fn age_43_texas_asks_at_every_launch_and_utah_once_in_twelve_months_or_after_an_event() {
        let (texas, utah) = (Regime::of("US-TX"), Regime::of("US-UT"));
        for second in [FIRST, FIRST + 1, FIRST + DAY] {
            assert_eq!(may_ask(texas, Some(FIRST), &[], second), Reask::Now);
        }
        let year = i64::from(utah.row().reask_days) * DAY;
        assert_eq!(utah.row().reask_days, 365);
        let later = |second| may_ask(utah, Some(FIRST), &[], second);
        assert_eq!(later(FIRST + 1), Reask::NotBefore(FIRST + year));
        assert_eq!(later(FIRST + year - 1), Reask::NotBefore(FIRST + year));
        assert_eq!(later(FIRST + year), Reask::Now);
    }

    /// R-AGE-050, for each regime and each event: only what the regime names shortens the interval.
    #[test]
    fn age_43_an_event_that_the_regime_does_not_name_changes_nothing() {
        let events = [
            ReaskEvent::Download,
            ReaskEvent::Purchase,
            ReaskEvent::FirstLaunch,
            ReaskEvent::SignificantChange,
            ReaskEvent::NewAccount,
            ReaskEvent::SuspectedTransfer,
            ReaskEvent::SuspectedMisuse,
            ReaskEvent::LegalDuty,
            ReaskEvent::Correction,
        ];
        let (mut admitted, mut refused) = (0, 0);
        for row in &REGIMES {
            for event in events {
                let asked = may_ask(Regime::new(row), Some(FIRST), &[event], FIRST + 1);
                let named = row.reask_on.contains(&event) || row.reask_days == 0;
                assert_eq!(asked == Reask::Now, named, "{} {}", row.code, event.name());
                admitted += u32::from(named);
                refused += u32::from(!named);
            }
        }
        assert!(admitted > 0 && refused > 0);
    }

    #[test]
    fn nobody_who_was_never_asked_about_has_to_wait() {
        for row in &REGIMES {
            let asked = may_ask(Regime::new(row), None, &[], i64::MIN);
            assert_eq!(asked, Reask::Now);
            let far = may_ask(Regime::new(row), Some(i64::MAX), &[], 0);
            assert!(row.reask_days == 0 || far == Reask::NotBefore(i64::MAX));
        }
    }
}
