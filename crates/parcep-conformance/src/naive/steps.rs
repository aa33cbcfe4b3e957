//! One layer, step by step.

use super::acts;
use super::apps::{self, Explicit};
use super::budgets;
use super::contacts;
use super::custody;
use super::hosts;
use super::model::{Action, Effect, Kind, Layer, Now, Reason, Rule};
use super::purchases;
use super::ratings;
use super::windows;
use std::collections::BTreeSet;

/// What one step says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) effect: Effect,
    pub(super) reason: Reason,
    pub(super) rules: BTreeSet<Rule>,
}

impl Finding {
    /// By rules of a layer.
    pub(super) fn by(
        layer: &Layer,
        effect: Effect,
        reason: Reason,
        names: impl IntoIterator<Item = String>,
    ) -> Self {
        let author = &layer.author;
        let rule = |name| Rule {
            author: author.clone(),
            name,
        };
        Self {
            effect,
            reason,
            rules: names.into_iter().map(rule).collect(),
        }
    }
}

/// What a layer says by itself.
pub(super) fn layer(now: &Now<'_>, layer: &Layer) -> Finding {
    let explicit = explicit(now, layer);
    let unblocks = acts::unblocks(now, layer);
    let skips = matches!(explicit, Some(Explicit::Allow(_)));
    let lifted = !unblocks.is_empty();
    let own = unblocks.iter().any(|act| act.author == layer.author);
    let rated = ratings::judged(now, layer);
    let steps: [Vec<Finding>; 6] = [
        blocked(layer, &explicit).into_iter().collect(),
        if skips {
            Vec::new()
        } else {
            web(now, layer, lifted, own)
        },
        if skips || lifted {
            Vec::new()
        } else {
            rated.findings
        },
        fifth_b(now, layer).into_iter().collect(),
        window(now, layer).into_iter().collect(),
        budget(now, layer).into_iter().collect(),
    ];
    let mut asks: Vec<Finding> = Vec::new();
    for step in steps {
        let (denials, others): (Vec<_>, Vec<_>) = step
            .into_iter()
            .partition(|finding| finding.effect == Effect::Deny);
        if let Some(first) = denials.into_iter().min_by_key(|finding| finding.reason) {
            return first;
        }
        asks.extend(others);
    }
    if let Some(reason) = asks.iter().map(|finding| finding.reason).min() {
        return Finding {
            effect: Effect::Ask,
            reason,
            rules: asks.into_iter().flat_map(|finding| finding.rules).collect(),
        };
    }
    // R-EVAL-053, row `allowed`.
    let (effect, reason) = (Effect::Allow, Reason::Allowed);
    match explicit {
        Some(Explicit::Allow(name)) => Finding::by(layer, effect, reason, [name]),
        _ if lifted => Finding {
            effect,
            reason,
            rules: unblocks.iter().map(|act| act.rule()).collect(),
        },
        _ => Finding::by(layer, effect, reason, rated.admitted_by),
    }
}

/// Whether step 6 or 7 of a layer denies, whatever other steps say.
pub(super) fn lifestyle_denies(now: &Now<'_>, layer: &Layer) -> bool {
    window(now, layer).is_some() || budget(now, layer).is_some()
}

/// Step 3: the explicit rule for the action.
fn explicit(now: &Now<'_>, layer: &Layer) -> Option<Explicit> {
    match &now.question.action {
        Action::App(_) | Action::Install(_) => apps::explicit(now, layer),
        Action::Host(host) => hosts::explicit(layer, host),
        _ => None,
    }
}

/// Step 3.
fn blocked(layer: &Layer, explicit: &Option<Explicit>) -> Option<Finding> {
    match explicit {
        Some(Explicit::Block(name)) => Some(Finding::by(
            layer,
            Effect::Deny,
            Reason::Blocked,
            [name.clone()],
        )),
        _ => None,
    }
}

/// R-EVAL-062, R-EVAL-017: a section in whose area the action is should open and does not.
///
/// It answers like one more layer: whatever a layer that can be read denies is named beside it.
pub(super) fn pending(now: &Now<'_>) -> Option<Finding> {
    let labelled = now.question.explicit || ratings::is_labelled(now);
    let areas: &[Kind] = match &now.question.action {
        Action::Device => &[],
        Action::App(_) | Action::Install(_) if labelled => &[Kind::App, Kind::Rating],
        Action::App(_) | Action::Install(_) => &[Kind::App],
        Action::Host(_) if labelled => &[Kind::Web, Kind::Rating],
        Action::Host(_) => &[Kind::Web],
        Action::Content => &[Kind::Rating],
        Action::Buy(_) => &[Kind::Spending],
        Action::Communicate { .. } | Action::Service(_) => &[Kind::Communication],
    };
    let effect = ask_or_deny(now);
    let any = areas.iter().any(|area| now.policy.pending.contains(area));
    any.then(|| Finding {
        effect,
        reason: Reason::Pending,
        rules: BTreeSet::new(),
    })
}

/// R-EVAL-017.
pub(super) const fn ask_or_deny(now: &Now<'_>) -> Effect {
    if now.question.can_ask {
        Effect::Ask
    } else {
        Effect::Deny
    }
}

/// Step 4, as far as unblocks leave it: R-EVAL-012, R-EVAL-042.
fn web(now: &Now<'_>, layer: &Layer, lifted: bool, by_its_author: bool) -> Vec<Finding> {
    let Action::Host(host) = &now.question.action else {
        return Vec::new();
    };
    let mode = hosts::not_listed(layer, host).filter(|_| !by_its_author);
    let category = hosts::filtered(now, layer, host).filter(|_| !lifted);
    let denied = |reason| move |name| Finding::by(layer, Effect::Deny, reason, [name]);
    let mode = mode.map(denied(Reason::WebMode));
    mode.into_iter()
        .chain(category.map(denied(Reason::Category)))
        .collect()
}

/// Step 5b.
fn fifth_b(now: &Now<'_>, layer: &Layer) -> Option<Finding> {
    let denied = |name| Finding::by(layer, Effect::Deny, Reason::Contact, [name]);
    match &now.question.action {
        Action::Buy(purchase) => purchases::judged(now, layer, purchase),
        Action::Communicate {
            identifier,
            incoming,
        } => contacts::denied(layer, identifier.as_deref(), *incoming).map(denied),
        Action::Service(urn) => contacts::denied(layer, Some(urn), false).map(denied),
        Action::Install(_) => install_approval(layer),
        _ => None,
    }
}

/// R-EVAL-022.
fn install_approval(layer: &Layer) -> Option<Finding> {
    let flag = layer.app.install_approval.as_ref().filter(|flag| flag.on)?;
    Some(Finding::by(
        layer,
        Effect::Ask,
        Reason::Approval,
        [flag.id.clone()],
    ))
}

/// Step 6, where it is asked: R-EVAL-061, R-EVAL-044.
fn window(now: &Now<'_>, layer: &Layer) -> Option<Finding> {
    if !custody::is_asked(now, layer) || acts::is_suspended(now, layer) {
        return None;
    }
    let names = windows::closed(now, layer);
    (!names.is_empty()).then(|| Finding::by(layer, Effect::Deny, Reason::Window, names))
}

/// Step 7, where it is asked.
fn budget(now: &Now<'_>, layer: &Layer) -> Option<Finding> {
    if !custody::is_asked(now, layer) || acts::is_suspended(now, layer) {
        return None;
    }
    let names = budgets::spent_out(now, layer);
    (!names.is_empty()).then(|| Finding::by(layer, Effect::Deny, Reason::Budget, names))
}
