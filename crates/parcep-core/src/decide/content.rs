//! Steps 4 and 5: what is inside a host, an app, a film.

use super::clock::Day;
use super::compile::Layer;
use super::question::Question;
use super::rated::Rated;
use super::tally::{Rules, Tally};
use super::{Action, Effect, Reason};
use crate::policy::{AgeOnUnknown, GuidanceLabels, UnratedEffect, VerdictEffect};
use crate::ratings::{CeilingVerdict, CompiledCeiling};

/// Steps 4 and 5 of one layer; returns whether they deny. An unblock of the item skips them, but
/// not another author's allow-list mode, nor anything a jurisdiction wrote (R-EVAL-042).
pub(super) fn content<N: Rules>(
    question: &Question<'_>,
    layer: &Layer,
    day: &Day,
    tally: &mut Tally<N>,
) -> bool {
    let is_host = match question.context.action {
        Action::Host(_) | Action::UnnamedHost => true,
        Action::App(_) | Action::Install(_) | Action::Content(_) => false,
        // No other action is in the area of these steps, whatever it is marked or labelled with.
        _ => return false,
    };
    let unblocks = || {
        let acts = question.policy.acts.unblocks_of(question, day.at);
        acts.filter(|_| !layer.jurisdiction)
    };
    let unblocked = unblocks().next().is_some() && !above_unblock_ceiling(question);
    if is_host
        && let Some(rule) = layer.web.allow_list
        && !(unblocked && unblocks().any(|act| act.author == layer.author))
    {
        tally.deny(Reason::WebMode, rule);
        return true;
    }
    if unblocked {
        unblocks().for_each(|act| tally.allow(Reason::Allowed, act.name));
        return false;
    }
    if matches!(question.context.action, Action::Host(_))
        && let Some(rule) = layer.web.blocked_category(question.context)
    {
        tally.deny(Reason::Category, rule);
        return true;
    }
    rating(question, layer, tally) || age_gates(question, layer, tally)
}

/// The end of step 5: gates that ask for an age.
fn age_gates<N: Rules>(question: &Question<'_>, layer: &Layer, tally: &mut Tally<N>) -> bool {
    let mut denied = false;
    layer.ages.judge(question.context, |unknown, reason, rule| {
        let effect = match unknown {
            AgeOnUnknown::Allow => return,
            AgeOnUnknown::Ask => question.ask(),
            AgeOnUnknown::Block => Effect::Deny,
        };
        denied |= effect == Effect::Deny;
        tally.note(effect, reason, Some(rule));
    });
    denied
}

/// Step 5: rating, the mark for explicit content, no rating, verdicts.
fn rating<N: Rules>(question: &Question<'_>, layer: &Layer, tally: &mut Tally<N>) -> bool {
    let mut denied = false;
    // Marked as explicit comes behind a rating and before no rating (R-EVAL-052).
    let explicit = layer.ratings.no_explicit;
    let explicit = explicit.filter(|_| question.context.explicit);
    layer.ratings.judge(question, |effect, reason, rule| {
        if reason == Reason::Unrated && explicit.is_some() {
            return;
        }
        let (effect, reason) = match effect {
            UnratedEffect::Allow => (Effect::Allow, Reason::Allowed),
            UnratedEffect::Ask => (question.ask(), reason),
            UnratedEffect::Block => (Effect::Deny, reason),
        };
        denied |= effect == Effect::Deny;
        tally.note(effect, reason, Some(rule));
    });
    if !denied && let Some(rule) = explicit {
        tally.deny(Reason::Explicit, rule);
        denied = true;
    }
    if !denied {
        layer.ratings.judge_verdicts(question, |effect, rule| {
            let effect = match effect {
                VerdictEffect::Ask => question.ask(),
                VerdictEffect::Block => Effect::Deny,
            };
            denied |= effect == Effect::Deny;
            tally.note(effect, Reason::Classifier, Some(rule));
        });
    }
    denied
}

/// Whether the constitution lets nobody unblock the item (R-REQ-012).
fn above_unblock_ceiling(question: &Question<'_>) -> bool {
    let Some(ceiling) = question.policy.unblock_max_age.map(CompiledCeiling::MaxAge) else {
        return false;
    };
    let above = |item: Rated<'_>| item.under(&ceiling, None, GuidanceLabels::Count);
    Rated::new(question).and_then(above) == Some(CeilingVerdict::Above)
}
