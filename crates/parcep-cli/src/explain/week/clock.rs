//! One policy day on the clock of the child: where an instant stands on a dial of 24 hours, which
//! hours come twice and which never.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// Seconds of a dial.
const DAY: i64 = 86_400;

/// One policy day.
#[derive(Debug, Clone)]
pub(super) struct Dial {
    /// What the clock shows when the day should begin.
    origin: DateTime,
    pub(super) begins: Timestamp,
    pub(super) ends: Timestamp,
    /// Parts of the day in which the clock runs on without a jump.
    runs: Vec<Run>,
}

/// The clock runs on without a jump.
#[derive(Debug, Clone, Copy)]
struct Run {
    from: Timestamp,
    until: Timestamp,
    /// Seconds on the dial at `from`.
    starts: i64,
}

impl Run {
    fn dial(&self, at: Timestamp) -> i64 {
        self.starts + (at.as_second() - self.from.as_second())
    }

    fn ends(&self) -> i64 {
        self.dial(self.until)
    }
}

/// A part of the dial, in seconds from where the day should begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Arc {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) lane: Lane,
}

/// Where a dial shows a time twice, each pass has a lane of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Lane {
    Whole,
    First,
    Second,
}

/// A jump of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Jump {
    /// What the clock showed last.
    pub(super) shows: DateTime,
    /// Seconds forward; back where negative.
    pub(super) seconds: i64,
    pub(super) from: i64,
    pub(super) until: i64,
}

impl Dial {
    /// The policy day of a date. Instants follow R-EVAL-004, as in a decision; a date that the zone
    /// drops is an empty day.
    pub(super) fn of(date: Date, day_start: jiff::civil::Time, zone: &TimeZone) -> Option<Self> {
        let instant = |date: Date| zone.to_timestamp(date.to_datetime(day_start)).ok();
        let origin = date.to_datetime(day_start);
        let (begins, ends) = (instant(date)?, instant(date.tomorrow().ok()?)?);
        let changes = zone.following(begins).map(|change| change.timestamp());
        let mut edges: Vec<Timestamp> = changes.take_while(|at| *at < ends).collect();
        edges.insert(0, begins);
        edges.push(ends);
        let mut runs: Vec<Run> = Vec::new();
        for pair in edges.windows(2) {
            let [from, until] = *pair else { continue };
            let shows = zone.to_datetime(from);
            let starts = origin.duration_until(shows).as_secs();
            // A change that leaves the offset alone is no jump.
            match runs.last_mut().filter(|last| last.ends() == starts) {
                Some(last) => last.until = until,
                None => runs.push(Run {
                    from,
                    until,
                    starts,
                }),
            }
        }
        runs.retain(|run| run.from < run.until);
        Some(Self {
            origin,
            begins,
            ends,
            runs,
        })
    }

    pub(super) fn date(&self) -> Date {
        self.origin.date()
    }

    /// What the clock shows at second 0, in seconds after midnight.
    pub(super) fn clock_start(&self) -> i64 {
        let midnight = self
            .origin
            .date()
            .to_datetime(jiff::civil::Time::midnight());
        midnight.duration_until(self.origin).as_secs()
    }

    pub(super) fn seconds(&self) -> i64 {
        self.ends.as_second() - self.begins.as_second()
    }

    /// First and last second that the dial has to show.
    pub(super) fn reach(&self) -> (i64, i64) {
        let first = self.runs.iter().map(|run| run.starts).min();
        let last = self.runs.iter().map(Run::ends).max();
        (first.unwrap_or(0).min(0), last.unwrap_or(0).max(DAY))
    }

    /// Jumps of the clock within the day, one at its very begin included: it takes from the day.
    pub(super) fn jumps(&self) -> Vec<Jump> {
        let mut before = 0;
        let mut found = Vec::new();
        for (index, run) in self.runs.iter().enumerate() {
            let seconds = run.starts - before;
            if seconds != 0 && (index > 0 || seconds > 0) {
                found.push(self.jump(before, run.starts));
            }
            before = run.ends();
        }
        // A gap up to midnight ends the day early; a date that is dropped has no end to miss.
        if !self.runs.is_empty() && before < DAY {
            found.push(self.jump(before, DAY));
        }
        found
    }

    /// From what the clock shows last to what it shows next.
    fn jump(&self, before: i64, after: i64) -> Jump {
        Jump {
            shows: self
                .origin
                .saturating_add(SignedDuration::from_secs(before)),
            seconds: after - before,
            from: before.min(after),
            until: before.max(after),
        }
    }

    /// Where a stretch of time stands on the dial.
    pub(super) fn arcs(&self, from: Timestamp, until: Timestamp) -> Vec<Arc> {
        let mut arcs = Vec::new();
        for (index, run) in self.runs.iter().enumerate() {
            let (from, until) = (from.max(run.from), until.min(run.until));
            if from >= until {
                continue;
            }
            let earlier = index
                .checked_sub(1)
                .and_then(|before| self.runs.get(before));
            let later = self.runs.get(index + 1);
            // Below this the dial was shown before; from that on it will be shown again.
            let again = earlier.map_or(i64::MIN, Run::ends);
            let twice = later.map_or(i64::MAX, |later| later.starts);
            let (first, last) = (run.dial(from), run.dial(until));
            let mut cuts = vec![first, last];
            cuts.extend(
                [again, twice]
                    .into_iter()
                    .filter(|cut| first < *cut && *cut < last),
            );
            cuts.sort_unstable();
            for pair in cuts.windows(2) {
                let [from, until] = *pair else { continue };
                let lane = if until <= again {
                    Lane::Second
                } else if from >= twice {
                    Lane::First
                } else {
                    Lane::Whole
                };
                arcs.push(Arc { from, until, lane });
            }
        }
        arcs
    }
}
