//! All layers together.

use super::acts;
use super::model::{Act, Answer, Effect, Now, Reason};
use super::steps;

/// Effect, reason and names at an instant.
pub(super) fn answer(now: &Now<'_>) -> Answer {
    let locks = acts::locks(now);
    if !locks.is_empty() {
        let mut answer = Answer::bare(Effect::Deny, Reason::Locked);
        answer.rules = locks.into_iter().map(Act::rule).collect();
        return answer;
    }
    strictest(now)
}

/// R-EVAL-060: the strictest effect, its reason with the least number, all names of those who say it.
fn strictest(now: &Now<'_>) -> Answer {
    let layers = now.policy.layers.iter();
    let mut findings: Vec<_> = layers.map(|layer| steps::layer(now, layer)).collect();
    findings.extend(steps::pending(now));
    // R-EVAL-002: without any layer.
    let effect = findings
        .iter()
        .map(|f| f.effect)
        .max()
        .unwrap_or(Effect::Allow);
    let binding: Vec<_> = findings.iter().filter(|f| f.effect == effect).collect();
    let reason = binding
        .iter()
        .map(|f| f.reason)
        .min()
        .unwrap_or(Reason::Allowed);
    let mut answer = Answer::bare(effect, reason);
    answer.rules = binding
        .iter()
        .flat_map(|finding| finding.rules.clone())
        .collect();
    answer
}
