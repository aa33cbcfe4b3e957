//! How a driver broke the contract.

use crate::tape::redacted;
use std::time::Duration;

/// How much of an offending line is shown.
const SHOWN: usize = 600;

/// How a driver broke the contract, with the line that did. The report shows it as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The program is not there, or nobody listens or comes.
    #[error("it cannot be started: {0}")]
    Start(String),
    /// No answer came.
    #[error("no answer to `{op}` within {after:?}: is the output flushed behind every line?")]
    Late {
        /// The request.
        op: String,
        /// How long the suite waited.
        after: Duration,
    },
    /// The program ended, or the connection was closed.
    #[error("it ended without an answer to `{op}` ({how})")]
    Ended {
        /// The request.
        op: String,
        /// Exit status, or how the connection went.
        how: String,
    },
    /// It does not read what it is asked.
    #[error("it does not read its input: {0}")]
    Deaf(String),
    /// A line without end.
    #[error("its answer is longer than {limit} bytes; it begins with `{start}`")]
    Long {
        /// The longest line, bytes.
        limit: usize,
        /// How it begins.
        start: String,
    },
    /// A line that is no object.
    #[error("not a JSON object on one line: `{0}`; only answers belong on the standard output")]
    NoJson(String),
    /// A member that is an object, a list or null.
    #[error("the member `{member}` is {kind}; answers are flat: `{line}`")]
    NotFlat {
        /// The member.
        member: String,
        /// What it is.
        kind: &'static str,
        /// The line.
        line: String,
    },
    /// An answer to something else.
    #[error("it answered `{got}` where `{asked}` was asked: `{line}`")]
    Order {
        /// The request.
        asked: String,
        /// What came.
        got: String,
        /// The line.
        line: String,
    },
    /// A member is not there, or of another type.
    #[error("the answer has no `{member}` that is {kind}: `{line}`")]
    Member {
        /// The member.
        member: String,
        /// What it should be.
        kind: &'static str,
        /// The line.
        line: String,
    },
    /// An outcome with which nothing goes on, such as `error`.
    #[error("`{op}` came to `{outcome}`, and nothing goes on without it: `{line}`")]
    Outcome {
        /// The request.
        op: String,
        /// What came.
        outcome: String,
        /// The line, which says why.
        line: String,
    },
    /// A line that nobody asked for.
    #[error("it said something that nobody asked for: `{0}`")]
    Unasked(String),
    /// It goes on after `stop`.
    #[error("it did not end within {0:?} after `stop`")]
    Immortal(Duration),
    /// It ended after `stop` with another exit code than 0.
    #[error("it ended after `stop` with {0}")]
    Exit(String),
}

/// The start of a line, as reports show it.
impl Fault {
    /// Whether nothing came in time.
    pub(crate) fn is_late(&self) -> bool {
        matches!(self, Self::Late { .. })
    }
}

pub(super) fn shown(line: &str) -> String {
    let line = &redacted(line);
    let mut short: String = line.chars().take(SHOWN).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}
