//! What a judge can say, of a test and of a run.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What one test says of the implementation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every step agreed.
    Pass,
    /// A step did not agree, or agreed only when tried again.
    Fail,
    /// The environment got in the way in every attempt.
    Inconclusive,
    /// The implementation or the tester does not offer what the test needs.
    NotApplicable,
    /// Not selected.
    Skip,
    /// The suite's own fault.
    Error,
}

impl Verdict {
    /// Whether the test ran to an end that says something.
    pub fn is_executed(self) -> bool {
        matches!(self, Self::Pass | Self::Fail)
    }

    /// The name, as reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
            Self::NotApplicable => "not-applicable",
            Self::Skip => "skip",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a run says of the implementation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// Every required test ran and passed.
    Conformant,
    /// Every required test ran and passed, but for known failures.
    ConformantWithExceptions,
    /// At least one test failed.
    NonConformant,
    /// Nothing failed, but the suite itself did.
    HarnessError,
    /// Nothing failed that is not known, but the list of known failures is not true any more.
    StaleBaseline,
    /// Nothing failed, but not everything that is required ran; or nothing ran at all.
    Incomplete,
}

impl Conclusion {
    /// Exit code of the program (R-CONF-001, R-CONF-018).
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Conformant | Self::ConformantWithExceptions => 0,
            Self::NonConformant => 1,
            Self::HarnessError => 3,
            Self::Incomplete => 4,
            Self::StaleBaseline => 5,
        }
    }

    /// The name, as reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Conformant => "conformant",
            Self::ConformantWithExceptions => "conformant-with-exceptions",
            Self::NonConformant => "non-conformant",
            Self::HarnessError => "harness-error",
            Self::Incomplete => "incomplete",
            Self::StaleBaseline => "stale-baseline",
        }
    }
}

impl fmt::Display for Conclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
