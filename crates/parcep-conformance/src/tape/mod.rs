//! What crossed the interface during one attempt, in order, in bounds, and with secrets taken out.
//!
//! A relay's calls and a driver's lines go onto the tape where they are sent and where they arrive; between
//! them stand the steps of the test, so that the part around a step that failed can be cut out.

mod message;
mod redact;

pub(crate) use redact::redacted;

use crate::trial::Step;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Bytes of text at the beginning that are always kept.
const BEGINNING: usize = 16 * 1024;
/// Bytes of text in all: what stands oldest behind the beginning goes when there is more.
const MOST: usize = 64 * 1024;
/// Bytes of one line.
const LINE: usize = 2000;
/// Lines of a slice.
const SLICE: usize = 24;

/// One line of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Milliseconds since the attempt began.
    pub at_ms: u64,
    /// Which way it went.
    pub way: Way,
    /// What it was. Long bytes are a size and the start of a hash.
    pub text: String,
}

/// Which way a line went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// From the suite to the implementation.
    Out,
    /// From the implementation to the suite.
    In,
    /// What else happened, such as a program that was started or ended.
    Event,
    /// A step that agreed.
    Agreed,
    /// A step that did not.
    Disagreed,
    /// Lines were left out here.
    Cut,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>6} ms {} {}", self.at_ms, self.way.sign(), self.text)
    }
}

impl Way {
    /// As people read it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Out => "→",
            Self::In => "←",
            Self::Event => "·",
            Self::Agreed => "✓",
            Self::Disagreed => "✗",
            Self::Cut => "…",
        }
    }

    /// Whether it is a step of the test and crossed nothing.
    pub(crate) fn is_step(self) -> bool {
        matches!(self, Self::Agreed | Self::Disagreed)
    }
}

/// Records one attempt; copies of it record the same one. The default records nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tape(Option<Arc<Mutex<Reel>>>);

#[derive(Debug)]
struct Reel {
    begun: Instant,
    beginning: Vec<Line>,
    rest: VecDeque<Line>,
    bytes: usize,
    cut: usize,
}

impl Tape {
    /// A tape that runs.
    pub(crate) fn running() -> Self {
        Self(Some(Arc::new(Mutex::new(Reel {
            begun: Instant::now(),
            beginning: Vec::new(),
            rest: VecDeque::new(),
            bytes: 0,
            cut: 0,
        }))))
    }

    /// A line to a driver.
    pub(crate) fn sent(&self, line: &str) {
        self.add(Way::Out, || redacted(line));
    }

    /// A line from a driver.
    pub(crate) fn came(&self, line: &str) {
        self.add(Way::In, || redacted(line));
    }

    /// A message to a method, such as `/parcep.v1alpha1.RelayService/Append`.
    pub(crate) fn called(&self, method: &str, request: &[u8]) {
        self.add(Way::Out, || {
            format!("{} {}", rpc(method), message::request(method, request))
        });
    }

    /// The answer of a method, or why there is none.
    pub(crate) fn answered(&self, method: &str, answer: Result<&[u8], String>) {
        self.add(Way::In, || match answer {
            Ok(bytes) => format!("{} {}", rpc(method), message::response(method, bytes)),
            Err(why) => format!("{} {}", rpc(method), redacted(&why)),
        });
    }

    /// Something else that happened.
    pub(crate) fn event(&self, what: &str) {
        self.add(Way::Event, || redacted(what));
    }

    /// A step of the test.
    pub(crate) fn step(&self, step: &Step) {
        let way = match step.ok {
            true => Way::Agreed,
            false => Way::Disagreed,
        };
        self.add(way, || match step.ok {
            true => redacted(&step.what),
            false => redacted(&format!(
                "{}: expected {}, observed {}",
                step.what, step.expected, step.observed
            )),
        });
    }

    /// Everything that was kept.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let Some(reel) = &self.0 else {
            return Vec::new();
        };
        let reel = reel.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = reel.beginning.clone();
        if reel.cut > 0 {
            lines.push(Line {
                at_ms: lines.last().map_or(0, |line| line.at_ms),
                way: Way::Cut,
                text: format!("{} lines are left out here", reel.cut),
            });
        }
        lines.extend(reel.rest.iter().cloned());
        lines
    }

    fn add(&self, way: Way, text: impl FnOnce() -> String) {
        let Some(reel) = &self.0 else { return };
        let text = short(text());
        let mut reel = reel.lock().unwrap_or_else(PoisonError::into_inner);
        let at_ms = u64::try_from(reel.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        reel.bytes += text.len();
        let line = Line { at_ms, way, text };
        if reel.bytes <= BEGINNING {
            reel.beginning.push(line);
            return;
        }
        reel.rest.push_back(line);
        while reel.bytes > MOST {
            let Some(oldest) = reel.rest.pop_front() else {
                return;
            };
            reel.bytes -= oldest.text.len();
            reel.cut += 1;
        }
    }
}

/// The shortest part that shows why an attempt failed: from the step before to the one that did not agree, with
/// something that crossed the interface in it; the end, where no step says it.
pub(crate) fn slice(lines: &[Line]) -> Vec<Line> {
    let failed = lines.iter().position(|line| line.way == Way::Disagreed);
    let end = failed.map_or(lines.len(), |at| at + 1);
    let until = lines.get(..end).unwrap_or_default();
    let before = match failed {
        Some(at) => lines.get(..at).unwrap_or_default(),
        None => until,
    };
    let crossed = before
        .iter()
        .rposition(|line| matches!(line.way, Way::Out | Way::In))
        .unwrap_or(0);
    let step = before.get(..crossed).unwrap_or_default();
    let begin = step
        .iter()
        .rposition(|line| line.way.is_step())
        .map_or(0, |at| at + 1);
    let begin = begin.max(end.saturating_sub(SLICE));
    until.get(begin..).unwrap_or_default().to_vec()
}

fn rpc(method: &str) -> &str {
    method.rsplit('/').next().unwrap_or(method)
}

fn short(mut text: String) -> String {
    if text.len() > LINE {
        let end = (0..=LINE)
            .rev()
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or(0);
        let all = text.len();
        text.truncate(end);
        text.push_str(&format!("… ({all} bytes)"));
    }
    text
}

#[cfg(test)]
mod tests;
