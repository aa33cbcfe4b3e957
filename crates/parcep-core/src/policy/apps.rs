//! Which apps: explicit rules and install approval.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::is_default;
use super::layer::Flag;
use super::{AppId, Category, OnUnenforceable, PolicyError, RuleId};

/// App rules of one layer. Empty: no app rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppSection {
    /// The most specific rule for an app counts: app, then publisher, then category, then any.
    #[serde(default)]
    pub rules: Vec<AppRule>,
    /// Whether a guardian must approve each installation; absent means no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install_approval: Option<Flag>,
}

/// What one rule says about some apps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppRule {
    /// Name of the rule.
    pub id: RuleId,
    /// Which apps.
    pub target: AppTarget,
    /// Block or allow explicitly; absent says neither, and only the flags count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<AppAccess>,
    /// Why, for the dependant to read: display text, at most 512 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Neither windows nor budgets end its use (a block still does).
    #[serde(default)]
    pub always_allowed: bool,
    /// Whether its use is counted as spent.
    #[serde(default = "yes")]
    pub counts_toward_budget: bool,
    /// Display name of the app, for people only; at most 256 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

/// What an explicit rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppAccess {
    /// Denied.
    Block,
    /// Admitted in spite of ratings and categories.
    Allow,
}

/// Which apps a rule is about, most specific first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppTarget {
    /// One app.
    App(AppId),
    /// Every app of a publisher, by its exact name, 1 to 256 bytes.
    Publisher(String),
    /// Every app of a category.
    Category(Category),
    /// Every app.
    Any,
}

impl AppRule {
    /// Blocks `target`.
    #[must_use]
    pub const fn block(id: RuleId, target: AppTarget) -> Self {
        Self::new(id, target, Some(AppAccess::Block))
    }

    /// Allows `target` explicitly.
    #[must_use]
    pub const fn allow(id: RuleId, target: AppTarget) -> Self {
        Self::new(id, target, Some(AppAccess::Allow))
    }

    /// Allows `target` explicitly and at any time.
    #[must_use]
    pub const fn always(id: RuleId, target: AppTarget) -> Self {
        let mut rule = Self::new(id, target, Some(AppAccess::Allow));
        rule.always_allowed = true;
        rule
    }

    const fn new(id: RuleId, target: AppTarget, access: Option<AppAccess>) -> Self {
        Self {
            id,
            target,
            access,
            reason: None,
            always_allowed: false,
            counts_toward_budget: true,
            display_name: None,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        }
    }

    /// What no reader takes (R-POL-007).
    pub(super) fn check_ranges(&self) -> Result<(), PolicyError> {
        let too_long = |text: &Option<String>, most| text.as_ref().is_some_and(|t| t.len() > most);
        if too_long(&self.reason, 512) || too_long(&self.display_name, 256) {
            return Err(PolicyError::Range {
                what: "display text",
                range: "at most 512 bytes (names 256)",
            });
        }
        if matches!(&self.target, AppTarget::Publisher(name) if name.is_empty() || name.len() > 256)
        {
            return Err(PolicyError::Range {
                what: "a publisher's name",
                range: "1 to 256 bytes",
            });
        }
        Ok(())
    }
}

const fn yes() -> bool {
    true
}
