//! A bar on stderr while tests run, with the time left; silent where nobody looks.

use crate::catalogue::{Test, template};
use crate::report;
use crate::runner::Progress;
use crate::verdict::Verdict;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

#[derive(Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
    pace: Mutex<Pace>,
}

impl Bar {
    /// A bar, or nothing to see when a program reads.
    pub(super) fn new(quiet: bool) -> Self {
        let bar = ProgressBar::new(0);
        if quiet {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {prefix} {msg}") {
            bar.set_style(style);
        }
        Self {
            bar,
            pace: Mutex::new(Pace::default()),
        }
    }

    /// There are so many rows.
    pub(super) fn begins_with(&self, rows: usize) {
        self.bar.set_length(rows as u64);
    }

    /// One row has ended.
    pub(super) fn one_more(&self, id: &str) {
        self.bar.set_message(id.to_owned());
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    fn pace(&self) -> std::sync::MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Bar {
    fn begins(&self, tests: usize) {
        self.bar.set_length(tests as u64);
    }

    fn asks(&self, tests: &[&Test]) {
        *self.pace() = Pace::of(tests.iter().map(|test| test.id));
        self.bar.set_prefix("time left unknown");
    }

    fn test(&self, test: &Test) {
        self.bar.set_message(test.id);
    }

    fn ended(&self, result: &report::Result) {
        if result.verdict == Verdict::Fail {
            self.bar.println(format!("✗ {}", result.id));
        }
        let left = {
            let mut pace = self.pace();
            pace.ended(result.id, Duration::from_millis(result.duration_ms()));
            pace.left()
        };
        self.bar.set_prefix(said(left));
        self.bar.inc(1);
    }

    fn passed(&self) {
        self.bar.inc(1);
    }
}

fn said(left: Option<Duration>) -> String {
    match left.map(|left| left.as_secs_f64().ceil() as u64) {
        None => "time left unknown".into(),
        Some(seconds) if seconds >= 60 => {
            format!("about {} min {} s left", seconds / 60, seconds % 60)
        }
        Some(seconds) => format!("about {seconds} s left"),
    }
}

/// How long tests of each kind took so far. A kind is a test with all cases of its axes: those of decisions take a
/// tenth of those that wait for a relay.
#[derive(Debug)]
struct Pace {
    begun: Instant,
    to_come: BTreeMap<String, u32>,
    took: BTreeMap<String, (u32, Duration)>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            to_come: BTreeMap::new(),
            took: BTreeMap::new(),
        }
    }
}

impl Pace {
    fn of<'a>(ids: impl Iterator<Item = &'a str>) -> Self {
        let mut pace = Self::default();
        for id in ids {
            *pace.to_come.entry(template(id).to_owned()).or_default() += 1;
        }
        pace
    }

    fn ended(&mut self, id: &str, took: Duration) {
        let kind = template(id).to_owned();
        if let Some(count) = self.to_come.get_mut(&kind) {
            *count = count.saturating_sub(1);
        }
        let (count, all) = self.took.entry(kind).or_default();
        *count += 1;
        *all += took;
    }

    /// Time left; none as long as too few tests have ended to tell.
    fn left(&self) -> Option<Duration> {
        let ended: u32 = self.took.values().map(|(count, _)| count).sum();
        let spent: f64 = self.took.values().map(|(_, all)| all.as_secs_f64()).sum();
        if ended < 5 || spent <= 0.0 {
            return None;
        }
        let usual = spent / f64::from(ended);
        let to_come: f64 = self
            .to_come
            .iter()
            .map(|(kind, count)| {
                let known = self.took.get(kind).filter(|(count, _)| *count > 0);
                let each =
                    known.map_or(usual, |(count, all)| all.as_secs_f64() / f64::from(*count));
                each * f64::from(*count)
            })
            .sum();
        // Tests that run at once share the time.
        let at_once = self.begun.elapsed().as_secs_f64() / spent;
        Some(Duration::from_secs_f64((to_come * at_once).clamp(0.0, 1e6)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_unknown_at_first_and_follows_the_kinds_of_tests() {
        let fast = (0..90).map(|n| format!("T-A/{n}"));
        let slow = (0..10).map(|n| format!("T-B/{n}"));
        let ids: Vec<String> = fast.chain(slow).collect();
        let mut pace = Pace::of(ids.iter().map(String::as_str));
        assert_eq!(pace.left(), None);
        for id in ids.iter().take(80) {
            pace.ended(id, Duration::from_millis(10));
        }
        pace.ended("T-B/0", Duration::from_millis(1200));
        // 10 fast ones and 9 slow ones are to come, five times what was spent.
        let spent = pace.begun.elapsed().as_secs_f64();
        let left = pace.left().unwrap().as_secs_f64();
        let most = pace.begun.elapsed().as_secs_f64();
        assert!((spent * 5.4..=most * 5.5).contains(&left), "{left} {spent}");
    }

    #[test]
    fn the_time_left_is_said_in_words() {
        assert_eq!(said(None), "time left unknown");
        assert_eq!(said(Some(Duration::from_millis(1200))), "about 2 s left");
        assert_eq!(said(Some(Duration::from_secs(75))), "about 1 min 15 s left");
    }
}
