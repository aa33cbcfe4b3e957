//! When a decision will change: by walking from edge to edge.
//!
//! Between two edges of windows, days, overrides and custody nothing changes but the time that use
//! takes, and that ends at the instant at which the first budget runs out. So it is enough to look
//! at these instants, in order.

use jiff::Timestamp;

use super::evaluate::{Progress, Question, evaluate};
use super::{Decision, Effect, Reason};

/// How far ahead the next change is looked for.
const HORIZON: i64 = crate::registry::constants::CHANGE_HORIZON;

/// R-EVAL-051.
pub(super) fn next_change(decision: &Decision<'_>) -> Option<Timestamp> {
    let question = decision.question;
    let using = decision.effect == Effect::Allow;
    let start = question.now().at;
    let found = walk(
        &question,
        start.saturating_add(HORIZON),
        using,
        |day, progress| evaluate::<()>(&question, day, progress).effect != decision.effect,
    );
    found.and_then(|at| Timestamp::from_second(at).ok())
}

/// R-EVAL-050.
pub(super) fn remaining_seconds(decision: &Decision<'_>) -> Option<u64> {
    // No window and no budget ends help (R-EVAL-001).
    if decision.effect != Effect::Allow || decision.reason == Reason::RightsFloor {
        return None;
    }
    let question = decision.question;
    let now = question.now();
    // The end of the day is no longer part of it.
    let last = question.clock.ends(&now) - 1;
    let over = walk(&question, last, true, |day, progress| {
        question.time_is_over(day, progress)
    });
    over.and_then(|at| u64::try_from(at - now.at).ok())
}

/// First instant after the question's, up to `until` inclusive, at which `found` holds.
fn walk(
    question: &Question<'_>,
    until: i64,
    using: bool,
    found: impl Fn(&super::schedule::Day, &Progress) -> bool,
) -> Option<i64> {
    let mut day = question.now();
    let mut progress = Progress::default();
    let edges = edges(question, day.at, until);
    let mut edges = edges.into_iter().peekable();
    loop {
        while edges.next_if(|edge| *edge <= day.at).is_some() {}
        let runs_out = if using {
            question.runs_out_in(&day, &progress)
        } else {
            None
        };
        let runs_out = runs_out.map(|seconds| {
            day.at
                .saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX))
        });
        let next = [runs_out, edges.peek().copied()]
            .into_iter()
            .flatten()
            .min()?;
        if next > until {
            return None;
        }
        question.advance(&mut day, &mut progress, next, using);
        if found(&day, &progress) {
            return Some(next);
        }
    }
}

/// Every instant in `(from, until]` at which anything but spent time can change, in order.
fn edges(question: &Question<'_>, from: i64, until: i64) -> Vec<i64> {
    let (policy, clock) = (question.policy, question.clock);
    let first = clock.day(from).number;
    let last = clock.day(until).number;
    let mut edges: Vec<i64> = (first..=last + 1)
        .map(|number| clock.begins(number))
        .collect();
    for layer in &policy.layers {
        let exceptions = &policy.acts.exceptions;
        layer
            .schedule
            .edges(clock, layer.author, exceptions, (from, until), &mut edges);
    }
    edges.extend(policy.acts.edges());
    edges.extend(
        policy
            .custody
            .iter()
            .flat_map(|(begin, end, _)| [*begin, *end]),
    );
    edges.retain(|edge| from < *edge && *edge <= until);
    edges.sort_unstable();
    edges.dedup();
    edges
}
