//! The steps of an evaluation, in their order.

use super::apps::{Said, explicit};
use super::budgets::{CompiledBudget, needs_time};
use super::compile::{CompiledPolicy, Layer};
use super::safety::Purchase;
use super::schedule::{Clock, Day};
use super::tally::{Rules, Tally};
use super::{Action, Context, Effect, Reason, Usage};
use crate::policy::{SectionName, UnratedEffect};
use crate::zones::{DAY, month_of};

/// One question and everything its answer depends on but the instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) policy: &'a CompiledPolicy,
    pub(super) usage: &'a Usage,
    pub(super) context: Context<'a>,
    pub(super) clock: Clock<'a>,
}

/// What use and refills since the question's instant have changed. Default at that instant.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Progress {
    pub(super) used_in_day: u64,
    pub(super) used_in_week: u64,
    pub(super) day_refilled: bool,
    pub(super) week_refilled: bool,
    pub(super) month_refilled: bool,
}

impl<'a> Question<'a> {
    pub(super) fn new(policy: &'a CompiledPolicy, usage: &'a Usage, context: Context<'a>) -> Self {
        let followed = context.device_zone.filter(|_| policy.follow_device);
        let zone = followed.unwrap_or(&policy.zone);
        Self {
            policy,
            usage,
            context,
            clock: Clock {
                zone,
                day_start: policy.day_start,
            },
        }
    }

    pub(super) fn now(&self) -> Day {
        self.clock.day(self.context.now.as_second())
    }

    /// Moves to a later instant; `using` tells whether the time between was used.
    pub(super) fn advance(&self, day: &mut Day, progress: &mut Progress, to: i64, using: bool) {
        let used = if using {
            u64::try_from(to - day.at).unwrap_or(0)
        } else {
            0
        };
        progress.used_in_day = progress.used_in_day.saturating_add(used);
        progress.used_in_week = progress.used_in_week.saturating_add(used);
        let later = self.clock.day(to);
        if later.number != day.number {
            (progress.used_in_day, progress.day_refilled) = (0, true);
            // Monday, 1969-12-29, was day −3.
            let week = |number: i64| (number + 3 - self.policy.week_start).div_euclid(7);
            if week(later.number) != week(day.number) {
                (progress.used_in_week, progress.week_refilled) = (0, true);
            }
            progress.month_refilled |= month_of(later.number) != month_of(day.number);
        }
        *day = later;
    }

    /// What a budget of `layer` has left. Grants of guardians do not reach a jurisdiction's
    /// (R-EVAL-041), and a use that the layer does not count takes nothing from it.
    fn left(
        &self,
        layer: &Layer,
        budget: &CompiledBudget,
        day: &Day,
        progress: &Progress,
    ) -> Option<u64> {
        let policy = self.policy;
        let grants = (!layer.jurisdiction).then_some((&policy.acts, policy.extra_cap));
        let mut progress = *progress;
        let used = progress.used_in_day > 0 || progress.used_in_week > 0;
        if used && !explicit(&layer.apps, &layer.hosts, &self.context).counts {
            (progress.used_in_day, progress.used_in_week) = (0, 0);
        }
        budget.left(grants, self.usage, &progress, day)
    }

    /// Seconds of use until the first budget runs out that still has time; `None` if none will.
    pub(super) fn runs_out_in(&self, day: &Day, progress: &Progress) -> Option<u64> {
        let counting = self
            .policy
            .layers
            .iter()
            .filter(|layer| explicit(&layer.apps, &layer.hosts, &self.context).counts);
        let left = |layer: &'a Layer| {
            let on = layer.budgets.on(&self.context);
            on.filter_map(move |budget| self.left(layer, budget, day, progress))
        };
        counting.flat_map(left).filter(|left| *left > 0).min()
    }

    /// Whether windows or budgets end the action: steps 6 and 7 by themselves.
    pub(super) fn time_is_over(&self, day: &Day, progress: &Progress) -> bool {
        let mut tally = Tally::<()>::allowed();
        for layer in &self.policy.layers {
            let always = explicit(&layer.apps, &layer.hosts, &self.context).always_allowed;
            self.lifestyle(layer, day, progress, always, &mut tally);
        }
        tally.effect == Effect::Deny
    }

    /// Steps 6 and 7 for one layer: windows, then budgets.
    fn lifestyle<N: Rules>(
        &self,
        layer: &Layer,
        day: &Day,
        progress: &Progress,
        always_allowed: bool,
        tally: &mut Tally<N>,
    ) {
        let policy = self.policy;
        let in_force = policy.in_force(layer, day.at);
        if !in_force || always_allowed || policy.acts.suspended(layer.author, day.at) {
            return;
        }
        let exceptions = &policy.acts.exceptions;
        let mut closed = false;
        if layer.jurisdiction || !policy.acts.extends_window(&self.context, day.at) {
            closed = layer
                .schedule
                .closed(self.clock, day, layer.author, exceptions, |rule| {
                    tally.note(Effect::Deny, Reason::Window, Some(rule));
                });
        }
        if closed || !needs_time(self.context.action) {
            return;
        }
        for budget in layer.budgets.on(&self.context) {
            if self.left(layer, budget, day, progress) == Some(0) {
                tally.note(Effect::Deny, Reason::Budget, Some(budget.rule));
            }
        }
    }
}

/// Every step, at one instant.
pub(super) fn evaluate<N: Rules>(
    question: &Question<'_>,
    day: &Day,
    progress: &Progress,
) -> Tally<N> {
    let mut tally = Tally::<N>::allowed();
    let policy = question.policy;
    let action = question.context.action;
    // Step 1 comes before anything that could fail or be wrong.
    if matches!(action, Action::Service(urn) if urn.on_rights_floor()) {
        tally.reason = Reason::RightsFloor;
        return tally;
    }
    for lock in &policy.acts.locks {
        // Outside its author's custody a lock holds for 24 h (R-EVAL-043).
        let binds =
            || day.at < lock.from.saturating_add(DAY) || policy.in_custody(lock.author, day.at);
        if lock.live(day.at) && binds() {
            tally.note(Effect::Deny, Reason::Locked, Some(lock.name));
        }
    }
    if tally.effect == Effect::Deny {
        return tally;
    }
    let asked = |section: &SectionName| asks(*section, &question.context);
    if policy.pending.iter().any(asked) {
        tally.note(ask(&question.context), Reason::Pending, None);
    }
    for layer in &policy.layers {
        evaluate_layer(question, layer, day, progress, &mut tally);
    }
    tally
}

/// Steps 3 to 7 for one layer. What a layer denies at an earlier step, it does not deny again at a
/// later one; that it asked is replaced by that it denies.
fn evaluate_layer<N: Rules>(
    question: &Question<'_>,
    layer: &Layer,
    day: &Day,
    progress: &Progress,
    tally: &mut Tally<N>,
) {
    let said = explicit(&layer.apps, &layer.hosts, &question.context);
    let mut denied = false;
    match said.says {
        Said::Block(rule) => {
            return tally.note(Effect::Deny, Reason::Blocked, Some(rule));
        }
        Said::Allow(rule) => tally.note(Effect::Allow, Reason::Allowed, Some(rule)),
        Said::Nothing => denied = content_rules(question, layer, day, tally),
    }
    denied |= approval_rules(question, layer, progress, tally);
    if !denied {
        question.lifestyle(layer, day, progress, said.always_allowed, tally);
    }
}

/// Step 5, with step 4 before it: an unblock of the item skips these rules, but not another
/// guardian's allow-list mode, nor anything a jurisdiction wrote. Returns whether it denies.
fn content_rules<N: Rules>(
    question: &Question<'_>,
    layer: &Layer,
    day: &Day,
    tally: &mut Tally<N>,
) -> bool {
    let acts = &question.policy.acts;
    let reaches = !layer.jurisdiction;
    let unblocks = || acts.unblocks_of(question, day.at).filter(|_| reaches);
    let own = unblocks().any(|act| act.author == layer.author);
    let is_host = match question.context.action {
        Action::Host(_) => true,
        Action::App(_) | Action::Install(_) | Action::Content(_) => false,
        // No other action is in the area of these steps, whatever it is marked or labelled with.
        Action::Device | Action::Purchase { .. } | Action::Contact { .. } | Action::Service(_) => {
            return false;
        }
    };
    if is_host
        && !own
        && let Some(rule) = layer.web.allow_list
    {
        tally.note(Effect::Deny, Reason::WebMode, Some(rule));
        return true;
    }
    if unblocks().next().is_some() {
        unblocks().for_each(|act| tally.note(Effect::Allow, Reason::Allowed, Some(act.name)));
        return false;
    }
    if is_host && let Some(rule) = layer.web.blocked_category(&question.context) {
        tally.note(Effect::Deny, Reason::Category, Some(rule));
        return true;
    }
    let mut denied = false;
    // Marked as explicit comes behind a rating and before no rating (R-EVAL-052).
    let explicit = layer
        .ratings
        .no_explicit
        .filter(|_| question.context.explicit);
    layer.ratings.judge(question, |effect, reason, rule| {
        if reason == Reason::Unrated && explicit.is_some() {
            return;
        }
        let (effect, reason) = match effect {
            UnratedEffect::Allow => (Effect::Allow, Reason::Allowed),
            UnratedEffect::Ask => (ask(&question.context), reason),
            UnratedEffect::Block => (Effect::Deny, reason),
        };
        denied |= effect == Effect::Deny;
        tally.note(effect, reason, Some(rule));
    });
    if !denied && let Some(rule) = explicit {
        tally.note(Effect::Deny, Reason::Explicit, Some(rule));
        return true;
    }
    denied
}

/// Step 5b: installation, purchase, contact. Returns whether it denies.
fn approval_rules<N: Rules>(
    question: &Question<'_>,
    layer: &Layer,
    progress: &Progress,
    tally: &mut Tally<N>,
) -> bool {
    let mut note = |effect, reason, rule| {
        tally.note(effect, reason, Some(rule));
        effect == Effect::Deny
    };
    match question.context.action {
        Action::Install(_) => layer
            .install_approval
            .is_some_and(|rule| note(Effect::Ask, Reason::Approval, rule)),
        Action::Purchase { amount, kind } => {
            let spent = if progress.month_refilled {
                0
            } else {
                question.usage.month_minor()
            };
            match layer.spending.judge(*amount, *kind, spent) {
                Purchase::Admitted => false,
                Purchase::Approval(rule) => note(Effect::Ask, Reason::Approval, rule),
                Purchase::Denied(rule) => note(Effect::Deny, Reason::Spending, rule),
            }
        }
        Action::Contact { id, incoming } => layer
            .communication
            .denies(id, *incoming)
            .is_some_and(|rule| note(Effect::Deny, Reason::Contact, rule)),
        // Off the floor, a service is a contact whose identifier is its URN.
        Action::Service(urn) => layer
            .communication
            .denies(urn.contact(), false)
            .is_some_and(|rule| note(Effect::Deny, Reason::Contact, rule)),
        Action::Device | Action::App(_) | Action::Host(_) | Action::Content(_) => false,
    }
}

const fn ask(context: &Context<'_>) -> Effect {
    if context.can_ask {
        Effect::Ask
    } else {
        Effect::Deny
    }
}

/// Whether an action asks while this section is pending (R-EVAL-062). A rating says something about
/// an app or a host only where there is something rated.
fn asks(section: SectionName, context: &Context<'_>) -> bool {
    let rated = || context.explicit || !context.labels.is_empty();
    match (context.action, section) {
        (Action::App(_) | Action::Install(_), SectionName::App)
        | (Action::Host(_), SectionName::Web)
        | (Action::Content(_), SectionName::Rating)
        | (Action::Contact { .. } | Action::Service(_), SectionName::Communication)
        | (Action::Purchase { .. }, SectionName::Spending) => true,
        (Action::App(_) | Action::Install(_) | Action::Host(_), SectionName::Rating) => rated(),
        _ => false,
    }
}
