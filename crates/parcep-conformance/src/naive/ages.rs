//! Step 5: gates that ask for an age (R-EVAL-056).

use super::answer::{Effect, Reason};
use super::asked::Asked;
use super::model::Layer;
use super::question::{Action, Age};
use super::steps::{Finding, ask_or_deny};
use super::targets::Target;
use parcep_proto::v1alpha1 as pb;

/// R-POL-024: a target of no kind, or a feature.
pub(super) fn is_unknown(gate: &pb::AgeGate) -> bool {
    target(gate).is_none()
}

fn target(gate: &pb::AgeGate) -> Option<Target> {
    match &gate.target {
        None => Some(Target::Everything),
        some => Target::read(some.as_ref()).filter(|on| !matches!(on, Target::Feature(_))),
    }
}

/// What absence means: ASK.
pub(super) fn asks(gate: &pb::AgeGate) -> bool {
    let asks = pb::AgeOnUnknown::Ask as i32;
    gate.on_unknown.unwrap_or(asks) == asks
}

/// What the gates of a layer say: those that deny as one, and those that ask.
pub(super) fn judged(asked: &Asked<'_>, layer: &Layer) -> Vec<Finding> {
    let mut denials = Vec::new();
    let mut questions = Vec::new();
    for gate in layer.age.gates.iter().filter(|gate| reaches(asked, gate)) {
        match answer(asked, gate) {
            Some((Effect::Deny, reason)) => denials.push((reason, gate.id.clone())),
            Some((Effect::Ask, reason)) => questions.push((reason, gate.id.clone())),
            Some((Effect::Allow, _)) | None => {}
        }
    }
    [(Effect::Deny, denials), (Effect::Ask, questions)]
        .into_iter()
        .filter_map(|(effect, gates)| {
            let reason = gates.iter().map(|(reason, _)| *reason).min()?;
            let names = gates.into_iter().map(|(_, name)| name);
            Some(Finding::by(layer, effect, reason, names))
        })
        .collect()
}

fn reaches(asked: &Asked<'_>, gate: &pb::AgeGate) -> bool {
    match (target(gate), &asked.question.action) {
        (
            Some(Target::Everything),
            Action::App(_) | Action::Install(_) | Action::Host(_) | Action::Content,
        ) => true,
        // A host that is no name has none (R-EVAL-024).
        (
            Some(Target::Category(category)),
            Action::App(_) | Action::Install(_) | Action::Host(_) | Action::Content,
        ) => asked.categories.contains(&category),
        (Some(Target::App(app)), Action::App(item) | Action::Install(item)) => app == *item,
        _ => false,
    }
}

/// The table of R-EVAL-056, row by row.
fn answer(asked: &Asked<'_>, gate: &pb::AgeGate) -> Option<(Effect, Reason)> {
    if let Some(age) = asked.question.age {
        if age.upper.is_some_and(|upper| upper <= gate.minimum_age) {
            return Some((Effect::Deny, Reason::Age));
        }
        if age.lower >= gate.minimum_age && assurance(age) >= least(gate) {
            return None;
        }
    }
    match gate.on_unknown.map(pb::AgeOnUnknown::try_from) {
        Some(Ok(pb::AgeOnUnknown::Allow)) => None,
        None | Some(Ok(pb::AgeOnUnknown::Ask)) => {
            Some((ask_or_deny(asked.question), Reason::AgeUnknown))
        }
        // R-POL-006.
        Some(_) => Some((Effect::Deny, Reason::AgeUnknown)),
    }
}

/// Not told is ASSERTED.
fn assurance(age: Age) -> i32 {
    match age.assurance {
        None | Some(pb::AgeAssurance::Unspecified) => pb::AgeAssurance::Asserted as i32,
        Some(told) => told as i32,
    }
}

/// Absent is ASSERTED, and what is unknown STRICT (R-POL-006).
fn least(gate: &pb::AgeGate) -> i32 {
    match gate.least_assurance.map(pb::AgeAssurance::try_from) {
        None => pb::AgeAssurance::Asserted as i32,
        Some(Ok(pb::AgeAssurance::Unspecified) | Err(_)) => pb::AgeAssurance::Strict as i32,
        Some(Ok(least)) => least as i32,
    }
}
