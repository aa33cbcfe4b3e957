//! Steps 6 and 7: windows, then budgets. The guardian who has custody asks them.

use super::acts::Acts;
use super::apps::Explicit;
use super::budgets::CompiledBudget;
use super::by_target::needs_time;
use super::clock::Day;
use super::compile::Layer;
use super::names::RuleNumber;
use super::question::{Progress, Question};
use super::tally::{Rules, Tally};
use super::{Action, Effect, Reason};

impl<'a> Question<'a> {
    /// Whether steps 6 and 7 of a layer are asked: it is in force and not suspended (R-EVAL-044,
    /// R-EVAL-061).
    #[inline]
    pub(super) fn asks_lifestyle(&self, layer: &Layer, at: i64) -> bool {
        let policy = self.policy;
        policy.in_force(layer, at) && !policy.acts.suspended(layer.author, at)
    }

    /// Whether the windows of a layer close the action; `note` is told by which rules
    /// (R-EVAL-020).
    #[inline]
    pub(super) fn closed(
        &self,
        layer: &Layer,
        day: &Day,
        mut note: impl FnMut(RuleNumber),
    ) -> bool {
        let acts = &self.policy.acts;
        if !layer.jurisdiction && acts.extends_window(self.context, day.at) {
            return false;
        }
        let clock = self.clock();
        let mut closed = false;
        layer.windows.around(self.context, |schedule| {
            closed |= schedule.closed(clock, day, layer.author, &acts.exceptions, &mut note);
        });
        closed
    }

    /// Whether closed windows change whom a layer lets the dependant talk to (R-EVAL-028).
    pub(super) fn closed_for_contact(&self, layer: &Layer, day: &Day) -> bool {
        layer.communication.when_closed.is_some()
            && self.asks_lifestyle(layer, day.at)
            && self.closed(layer, day, |_| {})
    }

    /// Steps 6 and 7 of one layer.
    #[inline]
    pub(super) fn lifestyle<N: Rules>(
        &self,
        layer: &Layer,
        said: &Explicit,
        day: &Day,
        progress: &Progress,
        tally: &mut Tally<N>,
    ) {
        if said.always_allowed || !self.asks_lifestyle(layer, day.at) {
            return;
        }
        let talks = matches!(
            self.context.action,
            Action::Contact { .. } | Action::Service(_)
        );
        let skips_windows = talks && layer.communication.when_closed.is_some();
        if !skips_windows && self.closed(layer, day, |rule| tally.deny(Reason::Window, rule)) {
            return;
        }
        self.budgets(layer, |budget| {
            if self.left(layer, budget, said.counts, day, progress) == Some(0) {
                tally.deny(Reason::Budget, budget.rule);
            }
        });
    }

    /// Whether windows or budgets end the action: steps 6 and 7 by themselves.
    pub(super) fn time_is_over(&self, day: &Day, progress: &Progress) -> bool {
        let mut tally = Tally::<()>::allowed();
        for layer in &self.policy.layers {
            let said = self.explicit(layer);
            self.lifestyle(layer, &said, day, progress, &mut tally);
        }
        tally.effect == Effect::Deny
    }

    /// Seconds of use until the first budget runs out that still has time; `None` if none will.
    pub(super) fn runs_out_in(&self, day: &Day, progress: &Progress) -> Option<u64> {
        let mut least = None;
        for layer in &self.policy.layers {
            if !self.explicit(layer).counts {
                continue;
            }
            self.budgets(layer, |budget| {
                let left = self.left(layer, budget, true, day, progress);
                let left = left.filter(|left| *left > 0);
                least = [least, left].into_iter().flatten().min();
            });
        }
        least
    }

    /// The budgets on the action's target and on what contains it (R-EVAL-030).
    #[inline]
    fn budgets(&self, layer: &'a Layer, mut look: impl FnMut(&'a CompiledBudget)) {
        if needs_time(self.context.action) {
            let look = |budgets: &'a Vec<CompiledBudget>| budgets.iter().for_each(&mut look);
            layer.budgets.around(self.context, look);
        }
    }

    /// Seconds that a budget has left: limit + extra − spent, at least 0; `None` when there is no
    /// limit on this day (R-EVAL-031). Grants do not reach a jurisdiction's budgets (R-EVAL-041),
    /// and a use that the layer does not count takes nothing.
    fn left(
        &self,
        layer: &Layer,
        budget: &CompiledBudget,
        counts: bool,
        day: &Day,
        progress: &Progress,
    ) -> Option<u64> {
        let limit = u64::from(budget.limit(day.weekday)?);
        let policy = self.policy;
        let extra = if layer.jurisdiction {
            0
        } else {
            let acts: &Acts = &policy.acts;
            acts.extra_seconds(&budget.target, policy.extra_cap, day.at)
        };
        let (refilled, used) = if budget.is_weekly() {
            (progress.week_refilled, progress.used_in_week)
        } else {
            (progress.day_refilled, progress.used_in_day)
        };
        let used = if counts { used } else { 0 };
        let before = if refilled {
            0
        } else {
            let author = || policy.names.author(layer.author);
            let (target, scope) = (&budget.target, budget.scope);
            self.usage
                .seconds(target, author, scope, budget.is_weekly())
        };
        let granted = limit.saturating_add(extra);
        Some(granted.saturating_sub(before.saturating_add(used)))
    }
}
