//! All layers together.

use super::acts;
use super::answer::{Effect, Reason, Rule};
use super::asked::{Asked, Now};
use super::limits;
use super::model::Act;
use super::question::{Action, Subject};
use super::steps::{self, Finding};
use std::collections::BTreeSet;

/// R-EVAL-001: what is on the floor, with everything below it.
const FLOOR: [&str; 2] = ["urn:service:sos", "urn:service:counseling"];

/// Steps 1, 1b and 1c: what answers ALLOW before anything else is asked.
pub(super) fn always_open(asked: &Asked<'_>) -> Option<Reason> {
    if rights_floor(&asked.question.action) {
        return Some(Reason::RightsFloor);
    }
    // R-EVAL-046.
    if asked.question.subject == Subject::GuardianPresent {
        return Some(Reason::GuardianPresent);
    }
    limits::protects(asked).then_some(Reason::Protected)
}

/// R-EVAL-001: services on the floor, and what is below them.
fn rights_floor(action: &Action) -> bool {
    let Action::Service(urn) = action else {
        return false;
    };
    let urn = urn.to_ascii_lowercase();
    FLOOR.iter().any(|service| {
        let rest = urn.strip_prefix(service);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// Effect, reason and names at an instant, from step 2 on.
pub(super) fn answer(now: &Now<'_>) -> Finding {
    let denied = |reason, rules: BTreeSet<Rule>| Finding {
        effect: Effect::Deny,
        reason,
        rules,
    };
    let locks = acts::locks(now);
    if !locks.is_empty() {
        let rules = locks.into_iter().map(Act::rule).collect();
        return denied(Reason::Locked, rules);
    }
    // R-EVAL-049.
    let deny_access = &now.asked.reading.deny_access;
    if !deny_access.is_empty() {
        return denied(Reason::Unenforceable, deny_access.clone());
    }
    strictest(now)
}

/// R-EVAL-060: the strictest effect, its reason with the least number, all names of those who say it.
fn strictest(now: &Now<'_>) -> Finding {
    let layers = now.layers.iter();
    let mut findings: Vec<_> = layers.map(|laid| steps::layer(now, laid)).collect();
    findings.extend(steps::pending(now));
    // R-EVAL-002: without any layer.
    let effect = findings.iter().map(|finding| finding.effect).max();
    let effect = effect.unwrap_or(Effect::Allow);
    findings.retain(|finding| finding.effect == effect);
    let reason = findings.iter().map(|finding| finding.reason).min();
    Finding {
        effect,
        reason: reason.unwrap_or(Reason::Allowed),
        rules: findings
            .into_iter()
            .flat_map(|finding| finding.rules)
            .collect(),
    }
}
