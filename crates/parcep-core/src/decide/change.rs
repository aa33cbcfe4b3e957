//! When a decision will change: by walking from edge to edge.
//!
//! Between two edges of windows, days, overrides and custody nothing changes but the time that use
//! takes, and that ends at the instant at which the first budget runs out. So it is enough to look
//! at these instants, in order.

use std::slice;

use jiff::Timestamp;

use super::clock::Day;
use super::evaluate::evaluate;
use super::question::{Progress, Question};
use super::{Decision, Effect};

/// How far ahead the next change is looked for.
const HORIZON: i64 = crate::registry::constants::CHANGE_HORIZON;

/// R-EVAL-051. Where nobody is known, of the strictest of all (R-CAP-015).
pub(super) fn next_change(decision: &Decision<'_>) -> Option<Timestamp> {
    let asked: Vec<_> = decision.asked().collect();
    let using = decision.effect == Effect::Allow;
    let start = decision.question().now().at;
    let found = walk(&asked, start.saturating_add(HORIZON), using, |stops| {
        let effects = stops.iter().map(Stop::effect);
        effects.max() != Some(decision.effect)
    });
    found.and_then(|at| Timestamp::from_second(at).ok())
}

/// R-EVAL-050.
pub(super) fn remaining_seconds(decision: &Decision<'_>) -> Option<u64> {
    let question = decision.question();
    // No window and no budget ends what step 1 opens.
    if decision.effect != Effect::Allow || question.is_open().is_some() {
        return None;
    }
    let now = question.now();
    // The end of the day is no longer part of it.
    let last = question.clock().ends(&now) - 1;
    let over = walk(slice::from_ref(&question), last, true, |stops| {
        let mut stops = stops.iter();
        stops.any(|stop| stop.question.time_is_over(&stop.day, &stop.progress))
    });
    over.and_then(|at| u64::try_from(at - now.at).ok())
}

/// One question at a later instant.
struct Stop<'q, 'a> {
    question: &'q Question<'a>,
    day: Day,
    progress: Progress,
}

impl Stop<'_, '_> {
    fn effect(&self) -> Effect {
        evaluate::<()>(self.question, &self.day, &self.progress).effect
    }
}

/// First instant after the questions', up to `until` inclusive, at which `found` holds. All
/// questions are asked at one instant.
fn walk(
    questions: &[Question<'_>],
    until: i64,
    using: bool,
    found: impl Fn(&[Stop<'_, '_>]) -> bool,
) -> Option<i64> {
    let stop = |question| Stop {
        question,
        day: Question::now(question),
        progress: Progress::default(),
    };
    let mut stops: Vec<_> = questions.iter().map(stop).collect();
    let mut at = stops.first()?.day.at;
    let edges = edges(questions, at, until);
    let mut edges = edges.into_iter().peekable();
    loop {
        while edges.next_if(|edge| *edge <= at).is_some() {}
        let runs_out = |stop: &Stop<'_, '_>| stop.question.runs_out_in(&stop.day, &stop.progress);
        let runs_out = stops.iter().filter(|_| using).filter_map(runs_out).min();
        let runs_out =
            runs_out.map(|seconds| at.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX)));
        let next = [runs_out, edges.peek().copied()];
        at = next.into_iter().flatten().min()?;
        if at > until {
            return None;
        }
        for stop in &mut stops {
            let question = stop.question;
            question.advance(&mut stop.day, &mut stop.progress, at, using);
        }
        if found(&stops) {
            return Some(at);
        }
    }
}

/// Every instant in `(from, until]` at which anything but spent time can change, in order.
fn edges(questions: &[Question<'_>], from: i64, until: i64) -> Vec<i64> {
    let mut edges = Vec::new();
    for question in questions {
        let (policy, clock) = (question.policy, question.clock());
        let (first, last) = (clock.day(from).number, clock.day(until).number);
        edges.extend((first..=last + 1).map(|number| clock.begins(number)));
        for layer in &policy.layers {
            let exceptions = &policy.acts.exceptions;
            layer.windows.around(question.context, |schedule| {
                schedule.edges(clock, layer.author, exceptions, (from, until), &mut edges);
            });
        }
        edges.extend(policy.acts.edges());
        edges.extend(policy.custody.edges());
    }
    edges.retain(|edge| from < *edge && *edge <= until);
    edges.sort_unstable();
    edges.dedup();
    edges
}
