//! Step 7: budgets.

use super::acts;
use super::apps;
use super::calendar::weekday;
use super::model::{Action, Layer, Now, Period, Target};
use parcep_proto::v1alpha1 as pb;
use pb::budget_rule::Allowance;

/// R-EVAL-030: whether a target is that of the action, or contains it.
pub(super) fn contains(now: &Now<'_>, target: &Target) -> bool {
    let action = &now.question.action;
    let is_use = matches!(
        action,
        Action::Device | Action::App(_) | Action::Host(_) | Action::Content
    );
    match target {
        Target::Everything => is_use,
        Target::Category(category) => {
            is_use && *action != Action::Device && now.question.categories.contains(category)
        }
        Target::App(app) => matches!(action, Action::App(used) if used == app),
    }
}

/// Step 7: the names of the budgets on which nothing is left (R-EVAL-031).
pub(super) fn spent_out(now: &Now<'_>, layer: &Layer) -> Vec<String> {
    if apps::always_allowed(now, layer) {
        return Vec::new();
    }
    let budgets = layer.budget.budgets.iter();
    budgets
        .filter(|budget| left(now, layer, budget).is_some_and(|left| left <= 0))
        .map(|budget| budget.id.clone())
        .collect()
}

/// What a budget leaves now; `None` where it is not about the action or sets no limit.
pub(super) fn left(now: &Now<'_>, layer: &Layer, budget: &pb::BudgetRule) -> Option<i128> {
    let target = Target::read(budget.target.as_ref())?;
    if !contains(now, &target) {
        return None;
    }
    let (limit, period) = limit(now, budget)?;
    let extra = acts::extra_time(now, layer, &target);
    let spent = spent(now, layer, &target, period);
    Some(i128::from(limit) + i128::from(extra) - spent)
}

/// R-EVAL-030: the limit of the current period; of several rows on a day the least.
fn limit(now: &Now<'_>, budget: &pb::BudgetRule) -> Option<(u32, Period)> {
    match budget.allowance.as_ref()? {
        Allowance::WeeklySeconds(seconds) => Some((*seconds, Period::Week)),
        Allowance::Daily(daily) => {
            let today = weekday(now.calendar.day(now.at));
            let rows = daily.limits.iter();
            let todays =
                rows.filter(|row| row.weekdays.iter().any(|day| i64::from(*day) - 1 == today));
            todays
                .map(|row| row.seconds)
                .min()
                .map(|seconds| (seconds, Period::Day))
        }
    }
}

/// R-EVAL-031: what was spent in the period of the instant.
fn spent(now: &Now<'_>, layer: &Layer, target: &Target, period: Period) -> i128 {
    let calendar = now.calendar;
    let (asked_on, today) = (calendar.day(now.question.at), calendar.day(now.at));
    let begins = |day| match period {
        Period::Week => calendar.week(day),
        Period::Day | Period::Month => day,
    };
    let before = if begins(asked_on) == begins(today) {
        in_rows(now, target, period)
    } else {
        0
    };
    let mut since = 0;
    if now.goes_on && !apps::not_counted(now, layer) {
        let began = calendar.starts(begins(today)).max(now.question.at);
        since = now.at.saturating_sub(began);
    }
    i128::from(before) + i128::from(since)
}

/// R-EVAL-031: a missing row is 0, and a week holds at least what its day holds.
fn in_rows(now: &Now<'_>, target: &Target, period: Period) -> u64 {
    let rows = now.usage.time.iter().filter(|row| row.target == *target);
    let counts = rows.filter(|row| row.period == period || row.period == Period::Day);
    counts.map(|row| row.seconds).max().unwrap_or(0)
}
