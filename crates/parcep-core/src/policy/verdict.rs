//! Classifiers: what follows from what they say about items without a rating.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::is_default;
use super::{Category, OnUnenforceable, PolicyError, RuleId};
pub use crate::registry::Concern;

/// What follows when a classifier says something about an item that has no rating (R-EVAL-027).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerdictRule {
    /// Name of the rule.
    pub id: RuleId,
    /// Which verdicts it is about.
    pub about: VerdictAbout,
    /// Least confidence that a verdict needs; 0 takes every one.
    #[serde(
        default,
        rename = "min_confidence_percent",
        skip_serializing_if = "is_default"
    )]
    pub min_confidence: Percent,
    /// What holds then.
    pub effect: VerdictEffect,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

/// Which verdicts a rule is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictAbout {
    /// Verdicts that put the item into this category.
    Category(Category),
    /// Verdicts of this concern, whatever their category.
    Concern(Concern),
}

/// What a verdict leads to, mildest first; it never loosens anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictEffect {
    /// A guardian is asked; denied where the enforcement point cannot ask.
    Ask,
    /// Denied.
    Block,
}

/// A confidence in whole percent, 0 to 100.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "u32", into = "u32")]
pub struct Percent(u8);

impl Percent {
    /// The number, 0 to 100.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }
}

impl TryFrom<u32> for Percent {
    type Error = PolicyError;
    fn try_from(percent: u32) -> Result<Self, PolicyError> {
        match u8::try_from(percent) {
            Ok(value) if value <= 100 => Ok(Self(value)),
            _ => Err(PolicyError::Range {
                what: "a confidence",
                range: "0 to 100 percent",
            }),
        }
    }
}

impl From<Percent> for u32 {
    fn from(percent: Percent) -> Self {
        percent.0.into()
    }
}
