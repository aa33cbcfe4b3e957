//! What a person reads: a day, who does what, who sees what, and what was checked.

use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::{answer, time};
use serde::Serialize;
use std::time::Instant;

/// One line of the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(super) enum Line {
    /// A new day or hour.
    Moment { at: String, what: String },
    /// Somebody does something.
    Does { who: String, what: String },
    /// Somebody sees something.
    Sees { who: String, what: String },
    /// Something must hold, and does or does not.
    Check { passed: bool, what: String },
}

/// Tells a story as it happens.
#[derive(Debug)]
pub(super) struct Stage {
    json: bool,
    name: &'static str,
    began: Instant,
    /// The first second of the story; days are counted from it.
    first: i64,
    lines: Vec<Line>,
}

impl Stage {
    pub(super) fn new(name: &'static str, title: &str, first: i64, json: bool) -> Self {
        let stage = Self {
            json,
            name,
            began: Instant::now(),
            first,
            lines: Vec::new(),
        };
        stage.print(&format!("{name}: {title}\n"));
        stage
    }

    /// A new moment of virtual time.
    pub(super) fn moment(&mut self, now: i64, what: impl Into<String>) {
        let day = (now - self.first) / 86_400 + 1;
        let at = format!("Day {day}, {}", time::at(now));
        self.tell(Line::Moment {
            at,
            what: what.into(),
        });
    }

    /// Somebody does something.
    pub(super) fn does(&mut self, who: &str, what: impl Into<String>) {
        self.tell(Line::Does {
            who: who.to_owned(),
            what: what.into(),
        });
    }

    /// Somebody sees something.
    pub(super) fn sees(&mut self, who: &str, what: impl Into<String>) {
        self.tell(Line::Sees {
            who: who.to_owned(),
            what: what.into(),
        });
    }

    /// Something must hold.
    pub(super) fn check(&mut self, passed: bool, what: impl Into<String>) {
        self.tell(Line::Check {
            passed,
            what: what.into(),
        });
    }

    /// Ends the story.
    ///
    /// # Errors
    /// `SCENARIO_FAILED` if a check failed, or none was made.
    pub(super) fn end(self) -> Result<(), Failure> {
        let checks = self.lines.iter().filter_map(|line| match line {
            Line::Check { passed, what } => Some((*passed, what.as_str())),
            _ => None,
        });
        let (held, broken): (Vec<_>, Vec<_>) = checks.partition(|(passed, _)| *passed);
        let seconds = self.began.elapsed().as_secs_f64();
        let words = format!(
            "\n{} of {} checks hold, in {seconds:.1} s.\n",
            held.len(),
            held.len() + broken.len()
        );
        let passed = broken.is_empty() && !held.is_empty();
        let value = serde_json::json!({
            "scenario": self.name, "passed": passed, "checks": held.len() + broken.len(),
            "seconds": seconds, "lines": self.lines,
        });
        answer(self.json, &value, &words)?;
        if passed {
            return Ok(());
        }
        let broken: Vec<_> = broken.iter().map(|(_, what)| *what).collect();
        let message = format!("does not hold: {}", broken.join("; "));
        Err(Failure::new(Kind::Failed, "SCENARIO_FAILED", message))
    }

    fn tell(&mut self, line: Line) {
        let words = match &line {
            Line::Moment { at, what } => format!("\n{at}  {what}"),
            Line::Does { who, what } => row(who, "", what),
            Line::Sees { who, what } => row(who, "sees: ", what),
            Line::Check { passed, what } => {
                format!("  {} {what}", if *passed { "✓" } else { "✗" })
            }
        };
        self.print(&words);
        self.lines.push(line);
    }

    fn print(&self, words: &str) {
        if !self.json {
            // Where nobody listens any more the story still ends as it should.
            let _ = files::print(&format!("{words}\n"));
        }
    }
}

/// A name, and what it does beside it, every line of it.
fn row(who: &str, verb: &str, what: &str) -> String {
    let lines = what.trim_end().lines().enumerate();
    let lines = lines.map(|(index, line)| match index {
        0 => format!("  {who:<10} {verb}{line}"),
        _ => format!("  {:<10} {line}", ""),
    });
    lines.collect::<Vec<_>>().join("\n")
}
