//! A bar on stderr while tests run; silent where nobody looks.

use crate::catalogue::Test;
use crate::report;
use crate::runner::Progress;
use crate::verdict::Verdict;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

#[derive(Debug)]
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// A bar, or nothing to see when a program reads.
    pub(super) fn new(quiet: bool) -> Self {
        let bar = ProgressBar::new(0);
        if quiet {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// There are so many rows.
    pub(super) fn begins_with(&self, rows: usize) {
        self.0.set_length(rows as u64);
    }

    /// One row has ended.
    pub(super) fn one_more(&self, id: &str) {
        self.0.set_message(id.to_owned());
        self.0.inc(1);
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn begins(&self, tests: usize) {
        self.0.set_length(tests as u64);
    }

    fn test(&self, test: &Test) {
        self.0.set_message(test.id);
    }

    fn ended(&self, result: &report::Result) {
        if result.verdict == Verdict::Fail {
            self.0.println(format!("✗ {}", result.id));
        }
        self.0.inc(1);
    }

    fn passed(&self) {
        self.0.inc(1);
    }
}
