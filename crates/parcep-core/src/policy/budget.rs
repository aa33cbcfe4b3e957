//! How long: time budgets in whole seconds.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::is_default;
use super::{AppId, Category, FeatureCode, OnUnenforceable, RuleId, Weekdays};

/// Budgets of one layer. Empty: no budget rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetSection {
    /// All that apply hold; the least remaining binds (R-EVAL-030).
    #[serde(default)]
    pub budgets: Vec<Budget>,
    /// Most extra time, in seconds, that grants may add to one target at one time; absent means
    /// this layer sets no cap. The least cap of all layers holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_time_cap: Option<u32>,
}

/// How much time one target has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Name of the rule.
    pub id: RuleId,
    /// What the time is spent on.
    pub target: BudgetTarget,
    /// How much, per day or per week.
    pub allowance: Allowance,
    /// Who spends from it together.
    #[serde(default)]
    pub scope: BudgetScope,
    /// Which seconds enforcement points count; no decision depends on it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub counting: BudgetCounting,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

/// What a window, a budget or a grant is for. A row of usage names the same targets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetTarget {
    /// All use together.
    #[default]
    Overall,
    /// Use of everything in one category.
    Category(Category),
    /// Use of one app.
    App(AppId),
    /// Use of one feature, with everything below it.
    Feature(FeatureCode),
}

/// How much time, in whole seconds; 0 means nothing is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowance {
    /// Per policy day; a day that no row names has no limit, a day that several name the least.
    Daily(Vec<DayLimit>),
    /// Per policy week.
    Weekly(u32),
}

/// One row of a daily allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayLimit {
    /// On which policy days.
    pub days: Weekdays,
    /// Seconds of use on each of them; 0 means none.
    pub seconds: u32,
}

/// Who spends from a budget together. Spent time in a decision is always that of the whole scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetScope {
    /// All devices of the dependant.
    #[default]
    Dependant,
    /// Enforcement points of the same class.
    PepClass,
    /// Each enforcement point by itself.
    Pep,
}

/// Which seconds count as spent from a budget (R-BUD-001).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetCounting {
    /// While the target is in the foreground.
    #[default]
    Foreground,
    /// While the dependant is signed in.
    SignedIn,
}

impl Budget {
    /// `seconds` for `target` on each of `days`, shared by all devices.
    #[must_use]
    pub fn daily(id: RuleId, target: BudgetTarget, days: Weekdays, seconds: u32) -> Self {
        let allowance = Allowance::Daily(vec![DayLimit { days, seconds }]);
        Self {
            id,
            target,
            allowance,
            scope: BudgetScope::Dependant,
            counting: BudgetCounting::Foreground,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        }
    }
}
