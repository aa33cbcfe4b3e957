//! Release at majority, and the erasure after it (R-TIME-013, R-TIME-014).

use super::TimeKeeper;
use crate::constitution::YearMonth;
use crate::id::PrincipalId;
use crate::registry::constants::{ERASE_AFTER_RELEASE, RELEASE_ALONE_AFTER};
use crate::zones::{Zone, day_number};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What is known of each dependant's release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Releases(pub(super) BTreeMap<PrincipalId, Release>);

/// One dependant's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Release {
    /// The month in which it is, and the first second of it.
    pub(super) due: Option<(i64, i64)>,
    /// Powered seconds since some M first reached that instant.
    pub(super) claimed_for: Option<u64>,
    pub(super) released: bool,
    /// T_lo at the release; `None` if that was never known.
    pub(super) released_at: Option<i64>,
}

impl Releases {
    /// Boot time passed; `claimed` is the greatest M after it.
    pub(super) fn advance(&mut self, elapsed: u64, claimed: Option<i64>) {
        for release in self.0.values_mut() {
            let Some((_, instant)) = release.due else {
                continue;
            };
            release.claimed_for = match release.claimed_for {
                Some(seconds) => Some(seconds.saturating_add(elapsed)),
                None => claimed
                    .filter(|claimed| *claimed >= instant)
                    .map(|claimed| {
                        // It may have been reached on the way.
                        let since = claimed.abs_diff(instant);
                        since.min(elapsed)
                    }),
            };
        }
    }

    /// Looks who is free; whether somebody is since.
    pub(super) fn settle(
        &mut self,
        proven: Option<i64>,
        claimed: Option<i64>,
        lower: Option<i64>,
    ) -> bool {
        let mut new = false;
        for release in self.0.values_mut() {
            if let Some((_, instant)) = release.due {
                if release.claimed_for.is_none() && claimed >= Some(instant) {
                    release.claimed_for = Some(0);
                }
                let alone = release.claimed_for;
                let alone = alone >= Some(RELEASE_ALONE_AFTER.unsigned_abs());
                let free = proven >= Some(instant) || alone;
                new |= free && !release.released;
                release.released |= free;
            }
            if release.released {
                release.released_at = release.released_at.or(lower);
            }
        }
        new
    }
}

impl TimeKeeper {
    /// Says in which month a dependant is released, as the constitution has it now, and which
    /// instant that is ([`release_instant`]); `None` if it names no month. A month that moves begins
    /// the 30 days anew. A release stays one, whatever is said afterwards.
    pub fn release_on(&mut self, dependant: PrincipalId, due: Option<(YearMonth, i64)>) {
        let due = due.map(|(month, instant)| (number_of(month), instant));
        let release = self.releases.0.entry(dependant).or_default();
        let month = |due: Option<(i64, i64)>| due.map(|(month, _)| month);
        if month(release.due) != month(due) {
            release.claimed_for = None;
        }
        release.due = due;
        self.settle();
    }

    /// Releases a person who showed this product that they are of age (R-DEP-012).
    pub fn release(&mut self, dependant: PrincipalId) {
        self.releases.0.entry(dependant).or_default().released = true;
        self.unstored = true;
        self.settle();
    }

    /// Forgets the month of a dependant whose time of R-TIME-014 is over, or whom the constitution left out
    /// (R-PRIV-014). Whether they are free is remembered.
    pub fn forget(&mut self, dependant: PrincipalId) {
        let Some(release) = self.releases.0.get_mut(&dependant) else {
            return;
        };
        if !release.released {
            self.releases.0.remove(&dependant);
            self.unstored = true;
        } else if release.due.take().is_some() {
            release.claimed_for = None;
            self.unstored = true;
        }
    }

    /// Whether a dependant is free (R-TIME-013). There is no way back.
    #[must_use]
    pub fn is_released(&self, dependant: PrincipalId) -> bool {
        let release = self.releases.0.get(&dependant);
        release.is_some_and(|release| release.released)
    }

    /// T_lo when a dependant was released; `None` if they were not, or T_lo was not known yet.
    #[must_use]
    pub fn released_at(&self, dependant: PrincipalId) -> Option<i64> {
        self.releases.0.get(&dependant)?.released_at
    }

    /// Everything about them is to be destroyed from this T_lo on (R-TIME-014); `None` while they are
    /// not released.
    #[must_use]
    pub fn erase_from(&self, dependant: PrincipalId) -> Option<i64> {
        let released = self.released_at(dependant)?;
        Some(released.saturating_add(ERASE_AFTER_RELEASE))
    }

    /// Whether the time of R-TIME-014 is over.
    #[must_use]
    pub fn erasure_due(&self, dependant: PrincipalId) -> bool {
        let from = self.erase_from(dependant);
        from.is_some_and(|from| self.lower() >= Some(from))
    }
}

/// The first second of a month in a zone (R-TIME-013). Take UTC for a device that was never given the
/// dependant's.
#[must_use]
pub fn release_instant(month: YearMonth, zone: &Zone) -> i64 {
    let first = Date::new(
        i16::try_from(month.year).unwrap_or(i16::MAX),
        i8::try_from(month.month).unwrap_or(1),
        1,
    );
    zone.instant(first.map_or_else(|_| i64::from(i32::MAX), day_number), 0)
}

fn number_of(month: YearMonth) -> i64 {
    i64::from(month.year) * 12 + i64::from(month.month) - 1
}
