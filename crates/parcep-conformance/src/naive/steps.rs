//! One layer, step by step.

use super::acts;
use super::answer::{Effect, Reason, Rule};
use super::apps::{self, Explicit};
use super::asked::{Asked, Laid, Now};
use super::budgets;
use super::contacts;
use super::custody;
use super::features;
use super::hosts;
use super::model::{Kind, Layer};
use super::purchases;
use super::question::{Action, Question};
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

/// What a layer says by itself: the first step that denies, else what asks, else what admits.
pub(super) fn layer(now: &Now<'_>, laid: &Laid<'_>) -> Finding {
    let unblocks = acts::unblocks(now, laid);
    let skips = matches!(laid.explicit, Some(Explicit::Allow(_)));
    let lifted = !unblocks.is_empty();
    let own = unblocks.iter().any(|act| act.author == laid.layer.author);
    let steps: [&dyn Fn() -> Vec<Finding>; 6] = [
        &|| blocked(laid).into_iter().collect(),
        &|| {
            if skips {
                Vec::new()
            } else {
                web(now.asked, laid.layer, lifted, own)
            }
        },
        &|| {
            if skips || lifted {
                Vec::new()
            } else {
                laid.rated.findings.clone()
            }
        },
        &|| fifth_b(now, laid).into_iter().collect(),
        &|| window(now, laid).into_iter().collect(),
        &|| budget(now, laid).into_iter().collect(),
    ];
    let mut asks: Vec<Finding> = Vec::new();
    for step in steps {
        let (denials, others): (Vec<_>, Vec<_>) = step()
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
    match &laid.explicit {
        Some(Explicit::Allow(name)) => Finding::by(laid.layer, effect, reason, [name.clone()]),
        _ if lifted => Finding {
            effect,
            reason,
            rules: unblocks.iter().map(|act| act.rule()).collect(),
        },
        _ => Finding::by(laid.layer, effect, reason, laid.rated.admitted_by.clone()),
    }
}

/// Whether step 6 or 7 of a layer denies, whatever other steps say.
pub(super) fn lifestyle_denies(now: &Now<'_>, laid: &Laid<'_>) -> bool {
    window(now, laid).is_some() || budget(now, laid).is_some()
}

/// Step 3.
fn blocked(laid: &Laid<'_>) -> Option<Finding> {
    match &laid.explicit {
        Some(Explicit::Block(name)) => Some(Finding::by(
            laid.layer,
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
    let question = now.asked.question;
    let rateable =
        question.explicit || now.asked.labels.is_labelled() || !question.verdicts.is_empty();
    let areas: &[Kind] = match &question.action {
        Action::Device => &[],
        Action::App(_) | Action::Install(_) if rateable => &[Kind::App, Kind::Age, Kind::Rating],
        Action::App(_) | Action::Install(_) => &[Kind::App, Kind::Age],
        Action::Host(_) if rateable => &[Kind::Web, Kind::Age, Kind::Rating],
        Action::Host(_) => &[Kind::Web, Kind::Age],
        Action::Content => &[Kind::Rating, Kind::Age],
        Action::Buy(_) => &[Kind::Spending],
        Action::Communicate { .. } | Action::Service(_) | Action::AddContact(_) => {
            &[Kind::Communication]
        }
        Action::Feature(_) => &[Kind::Feature],
    };
    let pending = &now.asked.reading.policy.pending;
    let any = areas.iter().any(|area| pending.contains(area));
    any.then(|| Finding {
        effect: ask_or_deny(question),
        reason: Reason::Pending,
        rules: BTreeSet::new(),
    })
}

/// R-EVAL-017.
pub(super) const fn ask_or_deny(question: &Question) -> Effect {
    if question.can_ask {
        Effect::Ask
    } else {
        Effect::Deny
    }
}

/// Step 4, as far as unblocks leave it: R-EVAL-012, R-EVAL-042.
fn web(asked: &Asked<'_>, layer: &Layer, lifted: bool, by_its_author: bool) -> Vec<Finding> {
    if !matches!(asked.question.action, Action::Host(_)) {
        return Vec::new();
    }
    let mode = hosts::not_listed(asked, layer).filter(|_| !by_its_author);
    let category = hosts::filtered(asked, layer).filter(|_| !lifted);
    let denied = |reason| move |name| Finding::by(layer, Effect::Deny, reason, [name]);
    let mode = mode.map(denied(Reason::WebMode));
    mode.into_iter()
        .chain(category.map(denied(Reason::Category)))
        .collect()
}

/// Step 5b.
fn fifth_b(now: &Now<'_>, laid: &Laid<'_>) -> Option<Finding> {
    let layer = laid.layer;
    let denied = |name| Finding::by(layer, Effect::Deny, Reason::Contact, [name]);
    let asks = |name| Finding::by(layer, Effect::Ask, Reason::Approval, [name]);
    match &now.asked.question.action {
        Action::Buy(purchase) => purchases::judged(now, laid, purchase),
        Action::Communicate { incoming, .. } => contacts::denied(now, laid, *incoming).map(denied),
        Action::Service(_) => contacts::denied(now, laid, false).map(denied),
        Action::Install(_) => apps::install_approval(layer).map(asks),
        Action::AddContact(_) => contacts::approval(layer).map(asks),
        Action::Feature(code) => features::asks(layer, code).map(asks),
        Action::Device | Action::App(_) | Action::Host(_) | Action::Content => None,
    }
}

/// Step 6, where it is asked: R-EVAL-061, R-EVAL-044, R-EVAL-028.
fn window(now: &Now<'_>, laid: &Laid<'_>) -> Option<Finding> {
    if contacts::has_when_closed(now, laid) || !custody::is_in_force(now, laid) {
        return None;
    }
    let names = windows::closed(now, laid);
    (!names.is_empty()).then(|| Finding::by(laid.layer, Effect::Deny, Reason::Window, names))
}

/// Step 7, where it is asked.
fn budget(now: &Now<'_>, laid: &Laid<'_>) -> Option<Finding> {
    if !custody::is_in_force(now, laid) {
        return None;
    }
    let names = budgets::spent_out(now, laid);
    (!names.is_empty()).then(|| Finding::by(laid.layer, Effect::Deny, Reason::Budget, names))
}
