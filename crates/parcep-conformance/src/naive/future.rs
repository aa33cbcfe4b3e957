//! What comes later: remaining seconds and the next change.
//!
//! Nothing but the instants collected here can change an answer, so each of them is asked.

use super::acts;
use super::answer::Effect;
use super::asked::Now;
use super::budgets;
use super::combine;
use super::steps;
use std::collections::BTreeSet;

const DAY: i64 = 86_400;

/// R-EVAL-050: until step 6 or 7 denies, on the same policy day, if use goes on without a break.
pub(super) fn remaining_seconds(now: &Now<'_>, effect: Effect) -> Option<u64> {
    if effect != Effect::Allow {
        return None;
    }
    let calendar = &now.asked.calendar;
    let today = calendar.day(now.at);
    let denies = |at| {
        let then = now.later(at, true);
        let mut layers = then.layers.iter();
        layers.any(|laid| steps::lifestyle_denies(&then, laid))
    };
    let ends = first(&[*now], true, |at| calendar.day(at) > today || denies(at))?;
    (calendar.day(ends) == today).then(|| ends.abs_diff(now.at))
}

/// R-EVAL-051: the first later instant at which the effect differs, of one dependant's decision or of
/// the strictest of several.
pub(super) fn next_change(all: &[Now<'_>], effect: Effect) -> Option<i64> {
    let goes_on = effect == Effect::Allow;
    first(all, goes_on, |at| {
        let later = all.iter().map(|now| effect_at(now, at, goes_on));
        later.max() != Some(effect)
    })
}

fn effect_at(now: &Now<'_>, at: i64, goes_on: bool) -> Effect {
    if combine::always_open(now.asked).is_some() {
        return Effect::Allow;
    }
    combine::answer(&now.later(at, goes_on)).effect
}

/// The first instant at which something holds, of all, after now and at most 8 times 86 400 seconds
/// later, at which anything may change.
fn first(all: &[Now<'_>], goes_on: bool, holds: impl Fn(i64) -> bool) -> Option<i64> {
    let start = all.first()?.at;
    let last = start.saturating_add(8 * DAY);
    let mut edges: BTreeSet<i64> = all.iter().flat_map(edges).collect();
    edges.insert(last);
    edges.retain(|at| start < *at && *at <= last);
    let mut begin = start;
    for end in edges {
        let mut instants = BTreeSet::from([end]);
        if goes_on {
            instants.extend(all.iter().flat_map(|now| run_out(now, begin, end)));
        }
        if let Some(found) = instants.into_iter().find(|at| holds(*at)) {
            return Some(found);
        }
        begin = end;
    }
    None
}

/// Where days, windows, acts and custody begin and end.
pub(super) fn edges(now: &Now<'_>) -> BTreeSet<i64> {
    let (calendar, policy) = (&now.asked.calendar, &now.asked.reading.policy);
    let today = calendar.day(now.at);
    let mut found: BTreeSet<i64> = (today - 1..=today + 10)
        .map(|day| calendar.starts(day))
        .collect();
    for laid in now.layers {
        let days = laid.groups.iter().flat_map(|group| &group.days);
        found.extend(days.flat_map(|day| day.edges()));
    }
    for act in &now.asked.reading.acts {
        found.extend([act.body.from, act.body.from.saturating_add(DAY)]);
        found.extend(acts::ends(act));
    }
    let custody = policy.custody.iter();
    found.extend(custody.flat_map(|custody| [custody.from, custody.until]));
    found
}

/// Between two edges only budgets change: each runs out when what it leaves has been used.
fn run_out(now: &Now<'_>, begin: i64, end: i64) -> BTreeSet<i64> {
    let then = now.later(begin, true);
    let mut found = BTreeSet::new();
    for laid in now.layers {
        for budget in &laid.budgets {
            let left = budgets::left(&then, laid, budget).and_then(|left| i64::try_from(left).ok());
            let at = left
                .filter(|left| *left > 0)
                .map(|left| begin.saturating_add(left));
            found.extend(at.filter(|at| *at < end));
        }
    }
    found
}
