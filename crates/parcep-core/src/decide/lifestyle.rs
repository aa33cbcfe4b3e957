//! Steps 6 and 7: windows, then budgets. The guardian who has custody asks them.

use super::apps::Explicit;
use super::budgets::CompiledBudget;
use super::by_target::needs_time;
use super::clock::Day;
use super::compile::Layer;
use super::names::RuleNumber;
use super::question::{Progress, Question};
use super::tally::{Rules, Tally};
use super::{Action, Effect, Reason, Windows};

impl<'a> Question<'a> {
    /// Whether steps 6 and 7 of a layer are asked: it is in force and not suspended (R-EVAL-044,
    /// R-EVAL-061).
    #[inline]
    pub(super) fn asks_lifestyle(&self, layer: &Layer, at: i64) -> bool {
        (layer.jurisdiction || self.in_custody(layer.author, at))
            && !self.policy.acts.suspended(layer.author, &self.when(at))
    }

    /// Whether the windows of a layer close the action (R-EVAL-020).
    #[inline]
    fn closed(&self, layer: &Layer, day: &Day) -> bool {
        let acts = &self.policy.acts;
        if !layer.jurisdiction && acts.extends_window(self.context, &self.when(day.at)) {
            return false;
        }
        match self.context.windows {
            Windows::Evaluated => {}
            Windows::NotEvaluated => return false,
            Windows::Closed => return layer.has_windows,
        }
        let clock = self.clock();
        let mut closed = false;
        layer.windows.around(self.context, |schedule| {
            closed |= schedule.closed(clock, day, layer.author, &acts.exceptions);
        });
        closed
    }

    /// Tells `note` the rules by which the windows of a closed layer close the action
    /// (R-EVAL-053).
    fn closed_by(&self, layer: &Layer, day: &Day, mut note: impl FnMut(RuleNumber)) {
        if self.context.windows == Windows::Closed {
            let all = layer.windows.all();
            let rules = all.flat_map(|schedule| schedule.windows.iter().map(|window| window.rule));
            return rules.for_each(note);
        }
        let exceptions = &self.policy.acts.exceptions;
        let clock = self.clock();
        layer.windows.around(self.context, |schedule| {
            schedule.closed_on_date(clock, day, layer.author, exceptions, &mut note);
        });
    }

    /// Whether closed windows change whom a layer lets the dependant talk to (R-EVAL-028).
    pub(super) fn closed_for_contact(&self, layer: &Layer, day: &Day) -> bool {
        layer.communication.when_closed.is_some()
            && self.asks_lifestyle(layer, day.at)
            && self.closed(layer, day)
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
        if !skips_windows && self.closed(layer, day) {
            tally.note(Effect::Deny, Reason::Window, None);
            if N::NAMED {
                self.closed_by(layer, day, |rule| tally.deny(Reason::Window, rule));
            }
            return;
        }
        self.budgets(layer, day.at, |budget, extra| {
            if self.left(layer, budget, extra, said.counts, day, progress) == Some(0) {
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

    /// Seconds of use until the first budget runs out that still has time; `None` if none will. Where
    /// step 7 is not asked now, it is not asked before the next edge, and nothing changes when one of
    /// its budgets runs out: to stop there would cost a step for each budget of whoever wrote many.
    pub(super) fn runs_out_in(&self, day: &Day, progress: &Progress) -> Option<u64> {
        let mut least = None;
        for layer in &self.policy.layers {
            let said = self.explicit(layer);
            if said.always_allowed || !said.counts || !self.asks_lifestyle(layer, day.at) {
                continue;
            }
            self.budgets(layer, day.at, |budget, extra| {
                let left = self.left(layer, budget, extra, true, day, progress);
                let left = left.filter(|left| *left > 0);
                least = [least, left].into_iter().flatten().min();
            });
        }
        least
    }

    /// The budgets on the action's target and on what contains it (R-EVAL-030), each with its live
    /// extra time. Grants do not reach a jurisdiction's budgets (R-EVAL-041).
    #[inline]
    fn budgets(&self, layer: &'a Layer, at: i64, mut look: impl FnMut(&'a CompiledBudget, u64)) {
        if !needs_time(self.context.action) {
            return;
        }
        let policy = self.policy;
        let each = |budgets: &'a Vec<CompiledBudget>| {
            // All of them are on one target.
            let Some(first) = budgets.first() else {
                return;
            };
            let extra = if layer.jurisdiction {
                0
            } else {
                let acts = &policy.acts;
                acts.extra_seconds(&first.target, policy.extra_cap, &self.when(at))
            };
            budgets.iter().for_each(|budget| look(budget, extra));
        };
        layer.budgets.around(self.context, each);
    }

    /// Seconds that a budget has left: limit + extra − spent, at least 0; `None` when there is no
    /// limit on this day (R-EVAL-031). A use that the layer does not count takes nothing.
    fn left(
        &self,
        layer: &Layer,
        budget: &CompiledBudget,
        extra: u64,
        counts: bool,
        day: &Day,
        progress: &Progress,
    ) -> Option<u64> {
        let limit = u64::from(budget.limit(day.weekday)?);
        let policy = self.policy;
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
