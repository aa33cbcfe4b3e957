//! How much time there is.

use super::by_target::ByTarget;
use super::names::RuleNumber;
use crate::policy::{Allowance, Budget, BudgetScope, BudgetSection, BudgetTarget};

/// The budgets of one layer by target.
pub(super) type Budgets = ByTarget<Vec<CompiledBudget>>;

#[derive(Debug)]
pub(super) struct CompiledBudget {
    pub(super) rule: RuleNumber,
    pub(super) target: BudgetTarget,
    pub(super) scope: BudgetScope,
    limit: Limit,
}

#[derive(Debug)]
enum Limit {
    /// By weekday, Monday first.
    Daily([Option<u32>; 7]),
    Weekly(u32),
}

/// The budgets of one layer.
pub(super) fn compile(
    section: &BudgetSection,
    mut name: impl FnMut(&str) -> RuleNumber,
) -> Budgets {
    let mut budgets = Budgets::default();
    for budget in &section.budgets {
        let compiled = CompiledBudget::new(budget, name(budget.id.as_str()));
        budgets.entry(&budget.target).push(compiled);
    }
    budgets
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
                            let least = limit.map_or(row.seconds, |known| known.min(row.seconds));
                            *limit = Some(least);
                        }
                    }
                }
                Limit::Daily(limits)
            }
        };
        Self {
            rule,
            target: budget.target.clone(),
            scope: budget.scope,
            limit,
        }
    }

    /// Seconds per period; `None` on a day without a limit.
    #[inline]
    pub(super) fn limit(&self, weekday: usize) -> Option<u32> {
        match &self.limit {
            Limit::Daily(limits) => limits.get(weekday).copied().flatten(),
            Limit::Weekly(seconds) => Some(*seconds),
        }
    }

    pub(super) const fn is_weekly(&self) -> bool {
        matches!(self.limit, Limit::Weekly(_))
    }
}
