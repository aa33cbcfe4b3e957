//! How much time is left.

use super::acts::{Acts, app_of};
use super::evaluate::Progress;
use super::hash::TextMap;
use super::names::RuleNumber;
use super::schedule::Day;
use super::{Action, Context, Usage};
use crate::policy::{Allowance, Budget, BudgetSection, BudgetTarget};

/// The budgets of one layer by target.
#[derive(Debug, Default)]
pub(super) struct Budgets {
    overall: Vec<CompiledBudget>,
    categories: TextMap<Vec<CompiledBudget>>,
    apps: TextMap<Vec<CompiledBudget>>,
}

#[derive(Debug)]
pub(super) struct CompiledBudget {
    pub(super) rule: RuleNumber,
    target: BudgetTarget,
    limit: Limit,
}

#[derive(Debug)]
enum Limit {
    /// By weekday, Monday first.
    Daily([Option<u32>; 7]),
    Weekly(u32),
}

impl Budgets {
    pub(super) fn compile(
        section: &BudgetSection,
        mut name: impl FnMut(&str) -> RuleNumber,
    ) -> Self {
        let mut budgets = Self::default();
        for budget in &section.budgets {
            let compiled = CompiledBudget::new(budget, name(budget.id.as_str()));
            match &budget.target {
                BudgetTarget::Overall => budgets.overall.push(compiled),
                BudgetTarget::Category(category) => {
                    budgets
                        .categories
                        .entry(category.as_str().into())
                        .or_default()
                        .push(compiled);
                }
                BudgetTarget::App(app) => {
                    budgets
                        .apps
                        .entry(app.as_str().into())
                        .or_default()
                        .push(compiled);
                }
                // No action of this version uses a feature.
                BudgetTarget::Feature(_) => {}
            }
        }
        budgets
    }

    /// The budgets on the action's target and on what contains it (R-EVAL-030).
    pub(super) fn on<'a>(
        &'a self,
        context: &Context<'a>,
    ) -> impl Iterator<Item = &'a CompiledBudget> + use<'a> {
        let uses_time = needs_time(context.action);
        let categories = if self.categories.is_empty() {
            &[]
        } else {
            context.categories
        };
        let app = app_of(context.action).filter(|_| !self.apps.is_empty());
        let category_budgets = categories
            .iter()
            .filter_map(|of| self.categories.get(of.as_str()))
            .flatten();
        let app_budgets = app
            .and_then(|app| self.apps.get(app.as_str()))
            .into_iter()
            .flatten();
        let all = self
            .overall
            .iter()
            .chain(category_budgets)
            .chain(app_budgets);
        all.take_while(move |_| uses_time)
    }
}

/// Device, app, host and content need time and consume it.
pub(super) const fn needs_time(action: &Action) -> bool {
    matches!(
        action,
        Action::Device | Action::App(_) | Action::Host(_) | Action::Content(_)
    )
}

impl CompiledBudget {
    fn new(budget: &Budget, rule: RuleNumber) -> Self {
        let limit = match &budget.allowance {
            Allowance::Weekly(seconds) => Limit::Weekly(*seconds),
            Allowance::Daily(rows) => {
                let mut limits = [None::<u32>; 7];
                for row in rows {
                    for day in row.days.iter() {
                        if let Some(limit) = limits.get_mut(usize::from(day.index())) {
                            *limit =
                                Some(limit.map_or(row.seconds, |least| least.min(row.seconds)));
                        }
                    }
                }
                Limit::Daily(limits)
            }
        };
        Self {
            rule,
            target: budget.target.clone(),
            limit,
        }
    }

    /// Seconds left: limit + extra − spent, at least 0; `None` when there is no limit on this day
    /// (R-EVAL-031). `grants` and their cap, if they reach the layer.
    pub(super) fn left(
        &self,
        grants: Option<(&Acts, u64)>,
        usage: &Usage,
        progress: &Progress,
        day: &Day,
    ) -> Option<u64> {
        let (limit, weekly) = match &self.limit {
            Limit::Daily(limits) => (limits.get(day.weekday).copied().flatten()?, false),
            Limit::Weekly(seconds) => (*seconds, true),
        };
        let extra = grants.map_or(0, |(acts, cap)| {
            acts.extra_seconds(&self.target, cap, day.at)
        });
        let (refilled, since) = if weekly {
            (progress.week_refilled, progress.used_in_week)
        } else {
            (progress.day_refilled, progress.used_in_day)
        };
        let before = if refilled {
            0
        } else {
            usage.seconds(&self.target, weekly)
        };
        let granted = u64::from(limit).saturating_add(extra);
        Some(granted.saturating_sub(before.saturating_add(since)))
    }
}
