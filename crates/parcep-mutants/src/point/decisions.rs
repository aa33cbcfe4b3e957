//! Mistakes in what is asked of the rules, and in what is made of their answer.

use super::memory::Memory;
use super::{Hooks, PointOffer, RIGHT, fault};
use parcep_core::decide::{Effect, Reason};
use parcep_driver::{Told, Words};

pub(super) const FAULTS: &[PointOffer] = &[
    fault(
        "point/always-allows",
        "R-EVAL-043",
        "allows everything, whatever the rules say",
        Hooks {
            decide: |_, told| told.map(allowed),
            ..RIGHT
        },
    ),
    fault(
        "point/always-denies",
        "R-EVAL-001",
        "denies everything, emergency help too",
        Hooks {
            decide: |_, told| told.map(|told| denied(told, Reason::Blocked)),
            ..RIGHT
        },
    ),
    fault(
        "point/closed-by-default",
        "R-EVAL-002",
        "denies what no rule speaks of",
        Hooks {
            decide: |_, told| {
                changed(
                    told,
                    |told| told.reason == Reason::Allowed,
                    |told| denied(told, Reason::Blocked),
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/locks-out-help",
        "R-EVAL-001",
        "has no rights floor under a lock",
        Hooks {
            decide: |_, told| {
                changed(
                    told,
                    |told| told.reason == Reason::RightsFloor,
                    |told| denied(told, Reason::Locked),
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/ignores-acts",
        "R-EVAL-043",
        "does not know locks",
        Hooks {
            decide: |_, told| opened(told, Reason::Locked),
            ..RIGHT
        },
    ),
    fault(
        "point/keeps-locks",
        "R-EVAL-043",
        "never opens again what was locked once",
        Hooks {
            decide: |memory, told| {
                let is_locked = told
                    .as_ref()
                    .is_some_and(|told| told.reason == Reason::Locked);
                memory.locked |= is_locked;
                let locked = memory.locked;
                changed(
                    told,
                    |told| locked && told.reason == Reason::Allowed,
                    |told| denied(told, Reason::Locked),
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/no-windows",
        "R-EVAL-020",
        "does not evaluate windows",
        Hooks {
            decide: |_, told| opened(told, Reason::Window),
            ..RIGHT
        },
    ),
    fault(
        "point/no-budgets",
        "R-EVAL-030",
        "does not evaluate budgets",
        Hooks {
            decide: |_, told| opened(told, Reason::Budget),
            ..RIGHT
        },
    ),
    fault(
        "point/counts-no-use",
        "R-EVAL-031",
        "takes every budget for unused",
        Hooks {
            ask: |_, ask| ask.usage = Words::default(),
            ..RIGHT
        },
    ),
    fault(
        "point/one-second-over",
        "R-EVAL-031",
        "closes a budget one second after it ran out",
        Hooks {
            ask: |_, ask| ask.usage.0.iter_mut().for_each(one_less),
            ..RIGHT
        },
    ),
    fault(
        "point/no-ratings",
        "R-EVAL-014",
        "does not compare ratings",
        Hooks {
            decide: |_, told| opened(told, Reason::Rating),
            ..RIGHT
        },
    ),
    fault(
        "point/takes-silence-for-a-yes",
        "R-REQ-001",
        "allows what it was to ask about once it has asked",
        Hooks {
            decide: |memory, told| {
                let asks = told.as_ref().is_some_and(|told| told.effect == Effect::Ask);
                let again = memory.was_to_ask && asks;
                memory.was_to_ask |= asks;
                changed(told, |_| again, allowed)
            },
            ..RIGHT
        },
    ),
    fault(
        "point/counts-visitors-as-a-child",
        "R-BUD-004",
        "takes whom nobody knows for the child who asked first",
        Hooks {
            ask: |memory, ask| {
                if ask.subject.as_deref() == Some("unidentified") {
                    ask.subject = None;
                    ask.dependant = memory.first_child;
                }
            },
            ..RIGHT
        },
    ),
    fault(
        "point/reads-no-labels",
        "R-EVAL-014",
        "takes every item for unrated",
        Hooks {
            ask: |_, ask| ask.labels = Words::default(),
            ..RIGHT
        },
    ),
    fault(
        "point/exact-hosts",
        "R-POL-013",
        "compares whole names of hosts, so that `www.` is another one",
        Hooks {
            decide: |memory, told| {
                let is_below = memory.action.starts_with("host:www.");
                changed(told, |_| is_below, allowed)
            },
            ..RIGHT
        },
    ),
    fault(
        "point/one-guardian-is-enough",
        "R-EVAL-060",
        "enforces the layer of one guardian, whose rules it met first",
        Hooks {
            decide: |memory, told| {
                let met = told.as_ref().and_then(guardian);
                if memory.first_guardian.is_none() {
                    memory.first_guardian.clone_from(&met);
                }
                let is_other = met.is_some() && met != memory.first_guardian;
                changed(told, |_| is_other, allowed)
            },
            ..RIGHT
        },
    ),
    fault(
        "point/opens-what-is-pending",
        "R-EVAL-062",
        "allows where it cannot open the rules",
        Hooks {
            decide: |_, told| opened(told, Reason::Pending),
            ..RIGHT
        },
    ),
    fault(
        "point/denies-areas-that-are-fine",
        "R-DOC-014",
        "is pending about everything when it cannot open one section",
        Hooks {
            state: |_, stands| {
                if let Some(of) = &mut stands.of
                    && of.pending.is_empty()
                {
                    of.pending.push("app".to_owned());
                }
            },
            ..RIGHT
        },
    ),
    fault(
        "point/serves-anyone",
        "R-JOIN-006",
        "answers for people whose rules it was not given",
        Hooks {
            decide: |_, told| told.or_else(|| Some(nothing_known())),
            ..RIGHT
        },
    ),
    fault(
        "point/mixes-up-children",
        "R-JOIN-006",
        "has one set of rules, that of the child who asked first",
        Hooks {
            ask: |memory, ask| {
                if ask.dependant.is_some() {
                    ask.dependant = memory.first_child;
                }
            },
            ..RIGHT
        },
    ),
];

/// The decision, changed where it is one of some kind.
pub(super) fn changed(
    told: Option<Told>,
    is: impl FnOnce(&Told) -> bool,
    change: impl FnOnce(Told) -> Told,
) -> Option<Told> {
    told.map(|told| if is(&told) { change(told) } else { told })
}

/// Allowed where it was not, by this reason.
pub(super) fn opened(told: Option<Told>, reason: Reason) -> Option<Told> {
    changed(told, |told| told.reason == reason, allowed)
}

pub(super) fn allowed(_: Told) -> Told {
    nothing_known()
}

pub(super) fn denied(told: Told, reason: Reason) -> Told {
    Told {
        effect: Effect::Deny,
        reason,
        ..told
    }
}

fn nothing_known() -> Told {
    Told {
        effect: Effect::Allow,
        reason: Reason::Allowed,
        rules: Vec::new(),
        remaining_seconds: None,
        next_change: None,
    }
}

/// The guardian of the first rule that is named.
fn guardian(told: &Told) -> Option<String> {
    let (guardian, _) = told.rules.first()?.split_once('/')?;
    Some(guardian.to_owned())
}

fn one_less(row: &mut String) {
    let spent = row.rsplit_once('=').and_then(|(what, amount)| {
        let amount: u64 = amount.parse().ok()?;
        Some(format!("{what}={}", amount.saturating_sub(1)))
    });
    if let Some(spent) = spent {
        *row = spent;
    }
}

/// Whether a memory of what happened opens everything.
pub(super) fn all_open(
    is: fn(&Memory) -> bool,
    memory: &Memory,
    told: Option<Told>,
) -> Option<Told> {
    changed(told, |_| is(memory), allowed)
}
