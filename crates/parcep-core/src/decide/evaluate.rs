//! The steps of an evaluation, in their order.

use super::approval::approval;
use super::apps::Said;
use super::clock::Day;
use super::compile::Layer;
use super::content::content;
use super::question::{Progress, Question};
use super::tally::{Rules, Tally};
use super::{Action, Effect, Reason, Subject};
use crate::policy::SectionName;
use crate::zones::DAY;

/// Every step, at one instant.
pub(super) fn evaluate<N: Rules>(
    question: &Question<'_>,
    day: &Day,
    progress: &Progress,
) -> Tally<N> {
    // Step 1 comes before anything that could fail or be wrong.
    if let Some(reason) = question.is_open() {
        return Tally::of(Effect::Allow, reason);
    }
    let mut tally = Tally::allowed();
    if closed_altogether(question, day, &mut tally) {
        return tally;
    }
    if question.is_pending() {
        tally.note(question.ask(), Reason::Pending, None);
    }
    for layer in &question.policy.layers {
        evaluate_layer(question, layer, day, progress, &mut tally);
    }
    tally
}

/// Step 2: locks; then rules that cannot be kept here and close everything (R-EVAL-049).
#[inline]
fn closed_altogether<N: Rules>(question: &Question<'_>, day: &Day, tally: &mut Tally<N>) -> bool {
    let policy = question.policy;
    for lock in &policy.acts.locks {
        let when = question.when(day.at);
        // Outside its author's custody a lock holds for 24 h (R-EVAL-043).
        let binds = || {
            when.ended < lock.from.saturating_add(DAY) || question.in_custody(lock.author, day.at)
        };
        if lock.takes(&when) && binds() {
            tally.deny(Reason::Locked, lock.name);
        }
    }
    if tally.effect != Effect::Deny {
        for rule in &policy.deny_access {
            tally.deny(Reason::Unenforceable, *rule);
        }
    }
    tally.effect == Effect::Deny
}

/// Steps 3 to 7 of one layer, up to the first that denies.
#[inline]
fn evaluate_layer<N: Rules>(
    question: &Question<'_>,
    layer: &Layer,
    day: &Day,
    progress: &Progress,
    tally: &mut Tally<N>,
) {
    let said = question.explicit(layer);
    let denied = match said.says {
        Said::Block(rule) => {
            tally.deny(Reason::Blocked, rule);
            true
        }
        Said::Allow(rule) => {
            tally.allow(Reason::Allowed, rule);
            false
        }
        Said::Ask(_) => false,
        Said::Nothing => content(question, layer, day, tally),
    };
    if !denied && !approval(question, layer, &said, day, progress, tally) {
        question.lifestyle(layer, &said, day, progress, tally);
    }
}

impl Question<'_> {
    /// Why the action is open whatever any rule says: step 1.
    #[inline]
    pub(super) fn is_open(&self) -> Option<Reason> {
        let action = self.context.action;
        if matches!(action, Action::Service(urn) if urn.on_rights_floor()) {
            Some(Reason::RightsFloor)
        } else if self.context.subject == Subject::GuardianPresent {
            Some(Reason::GuardianPresent)
        } else if self.policy.protected.holds(action) {
            Some(Reason::Protected)
        } else {
            None
        }
    }

    /// ASK; DENY where the enforcement point cannot ask (R-EVAL-017).
    pub(super) const fn ask(&self) -> Effect {
        if self.context.can_ask {
            Effect::Ask
        } else {
            Effect::Deny
        }
    }

    /// Whether a section that the action is in the area of should open and does not (R-EVAL-062).
    #[inline]
    fn is_pending(&self) -> bool {
        let context = self.context;
        let lacks_a_list = matches!(context.action, Action::Host(_) | Action::UnnamedHost)
            && self.policy.names_lists
            && {
                let mut layers = self.policy.layers.iter();
                layers.any(|layer| layer.web.lacks_a_list(context.lists))
            };
        lacks_a_list
            || self
                .policy
                .pending
                .iter()
                .any(|section| self.is_in(*section))
    }

    /// Whether the action asks while this section is pending. A rating says something about an app
    /// or a host only where there is something rated.
    fn is_in(&self, section: SectionName) -> bool {
        let context = self.context;
        let rated =
            || context.explicit || !context.labels.is_empty() || !context.verdicts.is_empty();
        match (context.action, section) {
            (Action::App(_) | Action::Install(_), SectionName::App)
            | (Action::Host(_) | Action::UnnamedHost, SectionName::Web)
            | (Action::Content(_), SectionName::Rating)
            | (
                Action::App(_)
                | Action::Install(_)
                | Action::Host(_)
                | Action::UnnamedHost
                | Action::Content(_),
                SectionName::Age,
            )
            | (
                Action::Contact { .. } | Action::AddContact(_) | Action::Service(_),
                SectionName::Communication,
            )
            | (Action::Purchase { .. }, SectionName::Spending)
            | (Action::Feature(_), SectionName::Feature) => true,
            (
                Action::App(_) | Action::Install(_) | Action::Host(_) | Action::UnnamedHost,
                SectionName::Rating,
            ) => rated(),
            _ => false,
        }
    }
}
