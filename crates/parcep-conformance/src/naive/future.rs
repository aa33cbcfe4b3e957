//! What comes later: remaining seconds and the next change.
//!
//! Nothing but the instants collected here can change an answer, so each of them is asked.

use super::acts;
use super::budgets;
use super::combine;
use super::model::{Effect, Now};
use super::steps;
use super::windows;
use parcep_proto::v1alpha1 as pb;
use pb::date_exception::Change;
use pb::r#override::Act as Body;
use std::collections::BTreeSet;

const DAY: i64 = 86_400;

/// R-EVAL-050: until step 6 or 7 denies, on the same policy day, if use goes on without a break.
pub(super) fn remaining_seconds(now: &Now<'_>, effect: Effect) -> Option<u64> {
    if effect != Effect::Allow {
        return None;
    }
    let today = now.calendar.day(now.at);
    instants(now, true).into_iter().find_map(|at| {
        let then = now.later(at, true);
        let denies = now
            .policy
            .layers
            .iter()
            .any(|layer| steps::lifestyle_denies(&then, layer));
        (now.calendar.day(at) == today && denies).then(|| at.abs_diff(now.at))
    })
}

/// R-EVAL-051: the first later instant at which the effect differs.
pub(super) fn next_change(now: &Now<'_>, effect: Effect) -> Option<i64> {
    let goes_on = effect == Effect::Allow;
    let mut instants = instants(now, goes_on).into_iter();
    instants.find(|at| combine::answer(&now.later(*at, goes_on)).effect != effect)
}

/// Every instant, after now and at most 8 times 86 400 seconds later, at which anything may change.
fn instants(now: &Now<'_>, goes_on: bool) -> BTreeSet<i64> {
    let last = now.at.saturating_add(8 * DAY);
    let mut found: BTreeSet<i64> = edges(now);
    found.insert(last);
    found.retain(|at| now.at < *at && *at <= last);
    if goes_on {
        let mut begin = now.at;
        for end in found.clone() {
            found.extend(run_out(now, begin, end));
            begin = end;
        }
    }
    found
}

/// Where days, windows, acts and custody begin and end.
fn edges(now: &Now<'_>) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    let today = now.calendar.day(now.at);
    for day in today - 5..=today + 13 {
        found.insert(now.calendar.starts(day));
        for layer in &now.policy.layers {
            let mut placed = windows::usual(now, layer, day);
            for act in &now.policy.acts {
                if let Some(Body::DateException(exception)) = &act.body.act
                    && i64::from(exception.day) == day
                {
                    placed.extend(match &exception.change {
                        Some(Change::Replace(by)) => windows::replacing(now, by, "", day),
                        Some(Change::ExtendUntilSeconds(end)) => {
                            windows::extended(now, layer, *end, day)
                        }
                        None => Vec::new(),
                    });
                }
            }
            found.extend(placed.iter().flat_map(|window| [window.from, window.until]));
        }
    }
    for act in &now.policy.acts {
        found.extend([act.body.from, act.body.from.saturating_add(DAY)]);
        found.extend(acts::ends(act));
    }
    found.extend(
        now.policy
            .custody
            .iter()
            .flat_map(|custody| [custody.from, custody.until]),
    );
    found
}

/// Between two edges only budgets change: each runs out when what it leaves has been used.
fn run_out(now: &Now<'_>, begin: i64, end: i64) -> BTreeSet<i64> {
    let then = now.later(begin, true);
    let mut found = BTreeSet::new();
    for layer in &now.policy.layers {
        for budget in &layer.budget.budgets {
            let left =
                budgets::left(&then, layer, budget).and_then(|left| i64::try_from(left).ok());
            let at = left
                .filter(|left| *left > 0)
                .map(|left| begin.saturating_add(left));
            found.extend(at.filter(|at| *at < end));
        }
    }
    found
}
