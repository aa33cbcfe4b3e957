//! A second evaluator, written from the text of the specification alone: chapters 13 and 14, and what
//! they take from 15, 16, 20 and 21.
//!
//! It shares nothing with `parcep-core` but the messages of the wire and a library of zones, and is
//! slow and obvious on purpose: one function per requirement, nothing compiled. Where the two answer
//! differently, one of them or the text is wrong.

mod acts;
mod ages;
mod answer;
mod apps;
mod asked;
mod budgets;
mod calendar;
mod combine;
mod contacts;
mod custody;
mod ending;
mod features;
mod future;
mod hosts;
mod limits;
mod model;
mod purchases;
mod question;
mod ratings;
mod reading;
mod steps;
mod targets;
mod unenforceable;
mod usage;
mod verdicts;
mod windows;

pub use answer::{Answer, Effect, Ending, Reason, Rule};
pub use calendar::UnknownZone;
pub use model::{
    Act, Author, Custody, Kind, Layer, Limit, Money, Period, Policy, Scope, Spent, Usage,
};
pub use question::{
    Action, Age, Known, Purchase, PurchaseKind, Question, Subject, Verdict, Windows,
};
pub use ratings::{BadTable, Ratings};
pub use reading::Reading;
pub use targets::Target;

use asked::{Asked, Laid, Now};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One answer for every policy, usage and question.
///
/// # Errors
/// The zone database lacks the zone of the profile: a reader refuses such a profile (R-POL-020) and
/// never asks with it.
pub fn decide(policy: &Policy, usage: &Usage, question: &Question) -> Result<Answer, UnknownZone> {
    Reading::of(policy).decide(usage, question)
}

/// R-CAP-015: the strictest of the decisions for all dependants, of equal ones the one with the least
/// remaining time, and of these the first. Where nobody is served there is no policy (R-EVAL-002).
///
/// # Errors
/// As [`decide`].
pub fn decide_unidentified(
    served: &[(&Reading, &Usage)],
    question: &Question,
) -> Result<Answer, UnknownZone> {
    let asked: Result<Vec<_>, _> = served
        .iter()
        .map(|(reading, usage)| Asked::new(reading, usage, question))
        .collect();
    let asked = asked?;
    let laid: Vec<_> = asked.iter().map(lay).collect();
    let all: Vec<_> = asked
        .iter()
        .zip(&laid)
        .map(|(asked, laid)| at_once(asked, laid))
        .collect();
    let strictest = all.iter().map(told).min_by_key(|answer| {
        let remaining = answer.remaining_seconds.unwrap_or(u64::MAX);
        (Reverse(answer.effect), remaining)
    });
    match strictest {
        None => decide(&Policy::empty(Arc::default()), &Usage::default(), question),
        Some(answer) => Ok(Answer {
            next_change: future::next_change(&all, answer.effect),
            ..answer
        }),
    }
}

fn one(reading: &Reading, usage: &Usage, question: &Question) -> Result<Answer, UnknownZone> {
    let asked = Asked::new(reading, usage, question)?;
    let laid = lay(&asked);
    Ok(told(&at_once(&asked, &laid)))
}

fn later_usage(
    reading: &Reading,
    usage: &Usage,
    question: &Question,
    goes_on: bool,
    instants: &[i64],
) -> Result<Vec<Usage>, UnknownZone> {
    let asked = Asked::new(reading, usage, question)?;
    let laid = lay(&asked);
    let now = at_once(&asked, &laid);
    let instants = instants.iter();
    Ok(instants
        .map(|at| usage::later(&now.later(*at, goes_on)))
        .collect())
}

fn edges(reading: &Reading, question: &Question) -> Result<Vec<i64>, UnknownZone> {
    let nothing = Usage::default();
    let asked = Asked::new(reading, &nothing, question)?;
    let laid = lay(&asked);
    Ok(future::edges(&at_once(&asked, &laid)).into_iter().collect())
}

fn lay<'a>(asked: &'a Asked<'a>) -> Vec<Laid<'a>> {
    let layers = asked.reading.policy.layers.iter();
    layers.map(|layer| Laid::new(asked, layer)).collect()
}

const fn at_once<'a>(asked: &'a Asked<'a>, layers: &'a [Laid<'a>]) -> Now<'a> {
    Now {
        asked,
        layers,
        at: asked.question.at,
        goes_on: false,
    }
}

fn told(now: &Now<'_>) -> Answer {
    if let Some(reason) = combine::always_open(now.asked) {
        return Answer {
            effect: Effect::Allow,
            reason,
            rules: BTreeSet::new(),
            remaining_seconds: None,
            next_change: None,
            ending: None,
        };
    }
    let found = combine::answer(now);
    Answer {
        effect: found.effect,
        reason: found.reason,
        rules: found.rules,
        remaining_seconds: future::remaining_seconds(now, found.effect),
        next_change: future::next_change(&[*now], found.effect),
        ending: ending::told(now),
    }
}
