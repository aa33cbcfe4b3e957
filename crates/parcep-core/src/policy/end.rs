//! What happens when a window or a budget ends use.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::is_default;
use super::{OnUnenforceable, PolicyError, RuleId};

/// What an enforcement point does when use ends (R-POL-023, R-EVAL-054). A layer without one means
/// [`EndAction::Lock`] at once, without warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndRule {
    /// Name of the rule.
    pub id: RuleId,
    /// What it does.
    pub action: EndAction,
    /// How long use may go on, so that it can be brought to an end.
    #[serde(default, rename = "grace_seconds", skip_serializing_if = "is_default")]
    pub grace: GraceSeconds,
    /// How long before the end the dependant is told.
    #[serde(
        default,
        rename = "warning_seconds",
        skip_serializing_if = "is_default"
    )]
    pub warnings: WarningSeconds,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

/// What happens when use ends, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndAction {
    /// The dependant is told that the time is over, and use goes on.
    Notify,
    /// Use is hidden behind a lock, and goes on from there when it is open again.
    Lock,
    /// What is in use is ended.
    Stop,
}

impl EndAction {
    /// The name in JSON, on the command line and in texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notify => "notify",
            Self::Lock => "lock",
            Self::Stop => "stop",
        }
    }
}

/// Seconds of grace, 0 to 600.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "u32", into = "u32")]
pub struct GraceSeconds(u32);

impl GraceSeconds {
    /// The longest there is.
    pub const MOST: u32 = 600;

    /// The seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for GraceSeconds {
    type Error = PolicyError;
    fn try_from(seconds: u32) -> Result<Self, PolicyError> {
        if seconds > Self::MOST {
            return Err(PolicyError::Range {
                what: "a grace period",
                range: "0 to 600 seconds",
            });
        }
        Ok(Self(seconds))
    }
}

impl From<GraceSeconds> for u32 {
    fn from(grace: GraceSeconds) -> Self {
        grace.0
    }
}

/// Seconds before the end at which the dependant is told: at most 8, each 1 to 3600. Kept
/// descending, each once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<u32>", into = "Vec<u32>")]
pub struct WarningSeconds(Vec<u32>);

impl WarningSeconds {
    /// Most warnings of one rule.
    pub const MOST: usize = 8;

    /// The seconds, descending, each once.
    #[must_use]
    pub fn seconds(&self) -> &[u32] {
        &self.0
    }
}

impl TryFrom<Vec<u32>> for WarningSeconds {
    type Error = PolicyError;
    fn try_from(mut seconds: Vec<u32>) -> Result<Self, PolicyError> {
        if seconds.len() > Self::MOST || !seconds.iter().all(|one| (1..=3_600).contains(one)) {
            return Err(PolicyError::Range {
                what: "warnings",
                range: "at most 8, each 1 to 3600 seconds",
            });
        }
        seconds.sort_unstable_by(|one, other| other.cmp(one));
        seconds.dedup();
        Ok(Self(seconds))
    }
}

impl From<WarningSeconds> for Vec<u32> {
    fn from(warnings: WarningSeconds) -> Self {
        warnings.0
    }
}
