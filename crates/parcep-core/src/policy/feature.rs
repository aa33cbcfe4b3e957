//! Features: sensors, assistants, social functions, feeds, privacy.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::{is_default, text};
use super::{OnUnenforceable, PolicyError, RuleId};

/// Feature rules of one layer. Empty: no feature rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSection {
    /// The rule with the longest code that covers the feature counts; BLOCK over ASK over ALLOW
    /// between equals (R-EVAL-026).
    #[serde(default)]
    pub rules: Vec<FeatureRule>,
}

/// What one rule says about a feature and all below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureRule {
    /// Name of the rule.
    pub id: RuleId,
    /// Which feature, with everything below it.
    pub feature: FeatureCode,
    /// What holds.
    pub effect: FeatureEffect,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

/// What a feature rule says, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureEffect {
    /// Admitted.
    Allow,
    /// A guardian approves it first.
    Ask,
    /// Denied.
    Block,
}

text! {
    /// A feature, such as `ai.voice`: 1 to 64 bytes, labels of `a-z`, `0-9` and `_-` joined by single
    /// dots (R-POL-018). [`crate::registry::FEATURES`] names the standard ones; any other code is
    /// compared by its text.
    ///
    /// ```
    /// use parcep_core::policy::FeatureCode;
    /// let voice: FeatureCode = "ai.voice".parse()?;
    /// assert_eq!(voice.prefixes().collect::<Vec<_>>(), ["ai.voice", "ai"]);
    /// assert!("AI Voice".parse::<FeatureCode>().is_err());
    /// # Ok::<(), parcep_core::policy::PolicyError>(())
    /// ```
    FeatureCode, "feature code", |text| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        let label = |label: &str| !label.is_empty() && label.bytes().all(fits);
        if text.len() <= 64 && text.split('.').all(label) {
            Ok(text)
        } else {
            Err("expected 1 to 64 bytes, labels of `a-z`, `0-9` and `_-` joined by single dots")
        }
    }
}

impl FeatureCode {
    /// This code, then every code above it, longest first: `ai.voice`, `ai`.
    pub fn prefixes(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.as_str()), |code| {
            code.rsplit_once('.').map(|(up, _)| up)
        })
    }

    /// Whether a rule for this code covers `feature`: the same, or below it.
    #[must_use]
    pub fn covers(&self, feature: &Self) -> bool {
        feature
            .as_str()
            .strip_prefix(self.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}
