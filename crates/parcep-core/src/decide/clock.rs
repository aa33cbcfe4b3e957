//! Policy days (R-EVAL-003).

use super::Known;
use crate::zones::{DAY, Zone, day_and_second, weekday_of};

/// An instant and the policy day it lies in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    pub(super) at: i64,
    /// Days from 1970-01-01 to the date on which the policy day begins.
    pub(super) number: i64,
    /// Of that date; Monday is 0.
    pub(super) weekday: usize,
    /// Seconds since the policy day began, when the offset is steady around the instant.
    pub(super) steady: Option<i64>,
}

/// How the days of one policy run in one zone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock<'a> {
    pub(super) zone: &'a Zone,
    pub(super) day_start: i64,
    pub(super) known: Known,
}

impl Clock<'_> {
    /// The policy day of an instant: the latest that has begun (R-EVAL-003).
    #[inline]
    pub(super) fn day(&self, at: i64) -> Day {
        // Windows reach at most two days back and two days on.
        if let Some(offset) = self.zone.steady(at, 3 * DAY) {
            let local = at + offset - self.day_start;
            let (number, second) = day_and_second(local);
            return Day {
                at,
                number,
                weekday: weekday_of(number),
                steady: Some(second),
            };
        }
        let mut number = self.zone.local(at).0 + 1;
        // Offsets are less than two days, so this ends at once; the bound keeps it total.
        for _ in 0..4 {
            if self.begins(number) <= at {
                break;
            }
            number -= 1;
        }
        Day {
            at,
            number,
            weekday: weekday_of(number),
            steady: None,
        }
    }

    /// The instant at which a policy day begins.
    pub(super) fn begins(&self, number: i64) -> i64 {
        self.zone.instant(number, self.day_start)
    }

    /// First instant after `day` that belongs to another policy day.
    pub(super) fn ends(&self, day: &Day) -> i64 {
        let later = (1..=3).map(|days| self.begins(day.number + days));
        later
            .into_iter()
            .find(|begin| *begin > day.at)
            .unwrap_or(day.at + DAY)
    }
}
