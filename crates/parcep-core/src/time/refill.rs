//! When budgets refill on a device that does not know the day (R-TIME-008).

use super::asked::chosen;
use super::{Interval, TimeKeeper};
use crate::constitution::UncertainTime;
use crate::registry::constants::{REFILL_WALL_TIME, TIME_JUMP};

/// When a dependant's budgets were refilled last, on every clock that there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Refills {
    pub(super) lower: Option<i64>,
    pub(super) wall: Option<i64>,
    pub(super) powered: Option<u64>,
    /// The wall clock refilled once since this start.
    pub(super) by_wall: bool,
}

impl Refills {
    pub(super) const fn restarted(&mut self) {
        self.by_wall = false;
    }
}

/// Why budgets may be refilled now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refill {
    /// The interval is narrow: with the policy day.
    ByDay,
    /// 86 400 s of T_lo have passed since the last time, or there was none.
    ByLowerBound,
    /// A protected wall clock shows 72 000 s since the last time; once per start.
    ByWallClock,
    /// 86 400 s of boot time have passed since the last time, or there was none. Of a shared budget
    /// the share is refilled, of a budget of its own the allowance.
    ByBootTime,
}

impl TimeKeeper {
    /// Whether budgets of a day may be refilled now, and why. While the interval is narrow, the answer
    /// is always [`Refill::ByDay`]: the caller looks whether the policy day is another one.
    #[must_use]
    pub fn refill_due(&self, uncertain: UncertainTime) -> Option<Refill> {
        if matches!(self.interval(), Interval::Narrow(_)) {
            return Some(Refill::ByDay);
        }
        let last = &self.refills;
        match chosen(uncertain, self.is_protected()) {
            UncertainTime::WallClock => {
                let passed = |now: Option<i64>, last: Option<i64>, least: i64| match (now, last) {
                    (Some(now), Some(last)) => now.saturating_sub(last) >= least,
                    _ => false,
                };
                if last.powered.is_none() || passed(self.lower, last.lower, TIME_JUMP) {
                    Some(Refill::ByLowerBound)
                } else if self.is_protected()
                    && !last.by_wall
                    && passed(self.wall(), last.wall, REFILL_WALL_TIME)
                {
                    Some(Refill::ByWallClock)
                } else {
                    None
                }
            }
            _ => {
                let day = TIME_JUMP.unsigned_abs();
                let due = last
                    .powered
                    .is_none_or(|last| self.powered.saturating_sub(last) >= day);
                due.then_some(Refill::ByBootTime)
            }
        }
    }

    /// Takes note that budgets were refilled now. The caller stores [`TimeKeeper::encode`] before it
    /// lets anybody use what was refilled.
    pub fn refilled(&mut self, why: Refill) {
        self.refills.lower = self.lower;
        self.refills.wall = self.wall;
        self.refills.powered = Some(self.powered);
        self.unstored = true;
        self.refills.by_wall |= why == Refill::ByWallClock;
    }
}
