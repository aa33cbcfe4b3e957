//! What has passed for certain: the proven time P, what each kind of source claims, and the lower
//! bound T_lo (R-TIME-003 to R-TIME-005).
//!
//! Every number here runs on with boot time, so between two signed times nothing but boot time moves
//! anything. A wall clock moves none of them.

use super::clock::{Boot, BootId};
use super::fresh::Freshness;
use super::refill::Refills;
use super::release::Releases;
use super::{Asked, asked};
use crate::constitution::UncertainTime;
use crate::registry::constants::{TIME_JUMP, TIME_STORED_EVERY};

/// The three kinds of source that time is taken from (R-TIME-002).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Accepted beats of guardians.
    Guardian,
    /// Bookmarks under a relay key of the constitution.
    Relay,
    /// Signed timestamps of pinned artefacts.
    InformationPoint,
}

impl Source {
    /// All of them, in the order in which they are stored.
    pub const ALL: [Self; 3] = [Self::Guardian, Self::Relay, Self::InformationPoint];

    const fn place(self) -> usize {
        match self {
            Self::Guardian => 0,
            Self::Relay => 1,
            Self::InformationPoint => 2,
        }
    }
}

/// How well a device knows the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// T_hi is at most a day above T_lo; it is this instant.
    Narrow(i64),
    /// T_hi is none, or lies further ahead.
    Wide,
}

/// What one device knows about time and about whom it heard of when. It reads no clock: readings are
/// given to it, and [`TimeKeeper::encode`] is stored at least every 60 s of boot time.
///
/// ```
/// use parcep_core::time::{Boot, BootId, Interval, Source, TimeKeeper};
///
/// let start = BootId([1; 16]);
/// let mut time = TimeKeeper::new(false);
/// time.read(Boot { id: start, seconds: 10 }, None);
/// // A guardian stands beside the device that is paired; then its relay signs the time.
/// time.first(1_700_000_000);
/// time.signed(Source::Relay, 1_700_000_020);
/// assert_eq!(time.lower(), Some(1_700_000_020));
///
/// // A relay alone that lies years ahead moves nothing.
/// time.signed(Source::Relay, 2_000_000_000);
/// assert_eq!(time.lower(), Some(1_700_000_020));
///
/// // Nobody sets boot time.
/// time.read(Boot { id: start, seconds: 70 }, Some(0));
/// assert_eq!(time.lower(), Some(1_700_000_080));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeKeeper {
    /// The platform keeps the person who uses the device from setting its wall clock.
    pub(super) protected: bool,
    pub(super) start: Option<BootId>,
    /// Greatest boot time seen of this start.
    pub(super) boot: u64,
    /// Boot time, summed over starts.
    pub(super) powered: u64,
    pub(super) wall: Option<i64>,
    pub(super) proven: Option<i64>,
    pub(super) claimed: [Option<i64>; 3],
    pub(super) lower: Option<i64>,
    /// The guardian who made the Welcome was heard (rule 2).
    pub(super) introduced: bool,
    /// The newest bookmark of this start, as it runs on.
    pub(super) bookmark: Option<i64>,
    /// A bookmark of this start was within a day of T_lo.
    pub(super) confirmed: bool,
    /// Boot time at which the values were last stored.
    pub(super) stored: Option<u64>,
    /// Something has happened since that is not to be lost.
    pub(super) unstored: bool,
    pub(super) fresh: Freshness,
    pub(super) releases: Releases,
    pub(super) refills: Refills,
}

impl TimeKeeper {
    /// Of a device that was never told the time. `protected`: the platform keeps the person who uses
    /// the device from setting the wall clock (capability `clock.protected`).
    #[must_use]
    pub fn new(protected: bool) -> Self {
        Self {
            protected,
            start: None,
            boot: 0,
            powered: 0,
            wall: None,
            proven: None,
            claimed: [None; 3],
            lower: None,
            introduced: false,
            bookmark: None,
            confirmed: false,
            stored: None,
            unstored: false,
            fresh: Freshness::default(),
            releases: Releases::default(),
            refills: Refills::default(),
        }
    }

    /// Takes what the device's clocks show. To be called before anything is asked, and before what
    /// arrived is told.
    ///
    /// Boot time that goes back under the same id is a fault of the platform: nothing moves until it
    /// is past what was seen. Boot time of another start counts from that start.
    pub fn read(&mut self, boot: Boot, wall: Option<i64>) {
        let elapsed = if self.start == Some(boot.id) {
            boot.seconds.saturating_sub(self.boot)
        } else if self.start.is_some() {
            self.restarted();
            boot.seconds
        } else {
            0
        };
        self.boot = if self.start == Some(boot.id) {
            self.boot.max(boot.seconds)
        } else {
            boot.seconds
        };
        self.start = Some(boot.id);
        self.wall = wall;
        self.advance(elapsed);
        self.settle();
    }

    /// The time of the first beat of the guardian's device that made the Welcome: a person stood
    /// beside it. Counts once, and sets nothing back.
    pub fn first(&mut self, time: i64) {
        if !self.introduced {
            self.introduced = true;
            self.proven = self.proven.max(Some(time));
        }
        self.signed(Source::Guardian, time);
    }

    /// A signed time that was verified, of one kind. [`TimeKeeper::bookmark`] takes bookmarks.
    pub fn signed(&mut self, source: Source, time: i64) {
        if let Some(claimed) = self.claimed.get_mut(source.place()) {
            *claimed = (*claimed).max(Some(time));
        }
        self.settle();
    }

    /// The time of a verified bookmark under a relay key of the constitution. `live`: the connection
    /// that it came on was opened since this start of the system.
    pub fn bookmark(&mut self, time: i64, live: bool) {
        if live {
            self.bookmark = Some(time);
        }
        self.signed(Source::Relay, time);
    }

    /// P, which two kinds of source or elapsed time prove; `None` before the first signed time.
    #[must_use]
    pub const fn proven(&self) -> Option<i64> {
        self.proven
    }

    /// M: the greatest time that a kind of source signed, as it runs on.
    #[must_use]
    pub fn claimed(&self, source: Source) -> Option<i64> {
        self.claimed.get(source.place()).copied().flatten()
    }

    /// T_lo: a time that has passed for certain; `None` before the first signed time.
    #[must_use]
    pub const fn lower(&self) -> Option<i64> {
        self.lower
    }

    /// T_hi: a time that has not yet passed, if there is one (R-TIME-005).
    #[must_use]
    pub fn upper(&self) -> Option<i64> {
        if self.confirmed {
            self.lower
        } else if self.protected {
            self.wall.map(|wall| self.lower.unwrap_or(wall).max(wall))
        } else {
            None
        }
    }

    /// Whether T_hi lies within a day of T_lo.
    #[must_use]
    pub fn interval(&self) -> Interval {
        match (self.lower, self.upper()) {
            (Some(lower), Some(upper)) if upper.saturating_sub(lower) <= TIME_JUMP => {
                Interval::Narrow(upper)
            }
            _ => Interval::Wide,
        }
    }

    /// What a decision is asked with (R-TIME-006 to R-TIME-008).
    #[must_use]
    pub fn asked(&self, uncertain: UncertainTime) -> Asked {
        asked::of(self, uncertain)
    }

    /// Whether the platform keeps the person who uses the device from setting the wall clock.
    #[must_use]
    pub const fn is_protected(&self) -> bool {
        self.protected
    }

    /// What the wall clock showed at the last reading. It can be shown, and moves nothing.
    #[must_use]
    pub const fn wall(&self) -> Option<i64> {
        self.wall
    }

    /// Seconds that the device was on, summed over starts, as far as they were stored.
    #[must_use]
    pub const fn powered(&self) -> u64 {
        self.powered
    }

    /// When each guardian was heard.
    #[must_use]
    pub const fn fresh(&self) -> &Freshness {
        &self.fresh
    }

    /// Whether [`TimeKeeper::encode`] must be stored now: 60 s of boot time have passed, this start was
    /// never stored, time leapt by more than that, or somebody was released. Look after each reading
    /// and after whatever arrived.
    #[must_use]
    pub fn store_due(&self) -> bool {
        let since = self.stored.map(|at| self.boot.saturating_sub(at));
        self.unstored || since.is_none_or(|since| since >= TIME_STORED_EVERY.unsigned_abs())
    }

    /// Another start of the system: what arrived in the last one tells nothing about how long the
    /// device was off.
    fn restarted(&mut self) {
        self.bookmark = None;
        self.confirmed = false;
        self.stored = None;
        self.refills.restarted();
    }

    /// Boot time passes.
    fn advance(&mut self, elapsed: u64) {
        let later = |value: &mut Option<i64>| {
            *value = value.map(|value| value.saturating_add_unsigned(elapsed));
        };
        later(&mut self.proven);
        later(&mut self.lower);
        later(&mut self.bookmark);
        self.claimed.iter_mut().for_each(later);
        self.powered = self.powered.saturating_add(elapsed);
        let claimed = self.claimed.iter().copied().max().flatten();
        self.releases.advance(elapsed, claimed);
    }

    /// Rules 4 and 5 of R-TIME-003, and what follows from them.
    pub(super) fn settle(&mut self) {
        let mut sorted = self.claimed;
        sorted.sort_unstable();
        let [_, second, _] = sorted;
        self.proven = self.proven.max(second);
        // A claim beside a P that was never set stands on nothing.
        let believable = self.proven.map(|proven| proven.saturating_add(TIME_JUMP));
        let claims = self.claimed.iter().copied();
        let believed = claims.filter(|claim| *claim <= believable);
        let greatest = believed.max().flatten();
        let before = self.lower;
        self.lower = before.max(self.proven).max(greatest);
        self.unstored |= match (before, self.lower) {
            (Some(before), Some(lower)) => lower.saturating_sub(before) > TIME_STORED_EVERY,
            (before, lower) => before != lower,
        };
        self.fresh.since = self.fresh.since.or(self.lower);
        if let (Some(lower), Some(bookmark)) = (self.lower, self.bookmark) {
            self.confirmed |= lower.abs_diff(bookmark) <= TIME_JUMP.unsigned_abs();
        }
        let claimed = self.claimed.iter().copied().max().flatten();
        self.unstored |= self.releases.settle(self.proven, claimed, self.lower);
    }
}
