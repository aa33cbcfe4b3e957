//! Step 7: budgets.

use super::acts;
use super::asked::{Asked, Laid, Now};
use super::calendar::weekday;
use super::model::{Layer, Period};
use super::targets::{self, Target};
use super::usage;
use parcep_proto::v1alpha1 as pb;
use pb::budget_rule::Allowance;

/// A budget that is about the action, with its target.
#[derive(Debug)]
pub(super) struct Limited<'a> {
    pub(super) rule: &'a pb::BudgetRule,
    pub(super) target: Target,
}

/// R-POL-005: without a target or an allowance of a known kind.
pub(super) fn is_unknown(rule: &pb::BudgetRule) -> bool {
    Target::read(rule.target.as_ref()).is_none() || rule.allowance.is_none()
}

/// R-EVAL-030: every budget on the target of the action and on what contains it.
pub(super) fn about<'a>(asked: &Asked<'_>, layer: &'a Layer) -> Vec<Limited<'a>> {
    let mut found = Vec::new();
    for rule in layer.budget.budgets.iter().filter(|rule| !is_unknown(rule)) {
        if let Some(target) = Target::read(rule.target.as_ref())
            && targets::of_budgets(asked, &target)
        {
            found.push(Limited { rule, target });
        }
    }
    found
}

/// Step 7: the names of the budgets on which nothing is left (R-EVAL-031).
pub(super) fn spent_out(now: &Now<'_>, laid: &Laid<'_>) -> Vec<String> {
    if laid.always_allowed {
        return Vec::new();
    }
    let budgets = laid.budgets.iter();
    budgets
        .filter(|budget| left(now, laid, budget).is_some_and(|left| left <= 0))
        .map(|budget| budget.rule.id.clone())
        .collect()
}

/// What a budget leaves now; `None` where it sets no limit.
pub(super) fn left(now: &Now<'_>, laid: &Laid<'_>, budget: &Limited<'_>) -> Option<i128> {
    let (limit, period) = limit(now, budget.rule)?;
    let extra = acts::extra_time(now, laid, &budget.target);
    let spent = usage::seconds(now, laid, budget, period);
    Some(i128::from(limit) + i128::from(extra) - spent)
}

/// R-EVAL-030: the limit of the current period; of several rows on a day the least.
fn limit(now: &Now<'_>, rule: &pb::BudgetRule) -> Option<(u32, Period)> {
    match rule.allowance.as_ref()? {
        Allowance::WeeklySeconds(seconds) => Some((*seconds, Period::Week)),
        Allowance::Daily(daily) => {
            let today = weekday(now.asked.calendar.day(now.at));
            let mut rows: Vec<_> = daily.limits.iter().collect();
            rows.retain(|row| row.weekdays.iter().any(|day| i64::from(*day) - 1 == today));
            let least = rows.iter().map(|row| row.seconds).min();
            least.map(|seconds| (seconds, Period::Day))
        }
    }
}
