//! Mistakes about help and privacy, and over the life of a product: joining, cuts, acts, leaving.

use super::decisions::{all_open, allowed, changed, denied};
use super::memory::Memory;
use super::{Calls, Folder, Hooks, PointOffer, RIGHT, fault};
use parcep_core::decide::{Effect, Reason};
use parcep_driver::{Act, Told};

pub(super) const FAULTS: &[PointOffer] = &[
    fault(
        "point/no-help-before-joining",
        "R-FLOOR-004",
        "answers nothing before it has joined and after it was taken out, not even calls for help",
        Hooks {
            decide: |memory, told| told.filter(|_| memory.is_member()),
            ..RIGHT
        },
    ),
    fault(
        "point/no-help-for-strangers",
        "R-FLOOR-004",
        "admits calls for help of those alone whom it serves",
        Hooks {
            decide: |memory, told| {
                told.filter(|told| {
                    told.reason != Reason::RightsFloor || !memory.freshness.is_empty()
                })
            },
            ..RIGHT
        },
    ),
    fault(
        "point/no-help-when-cut-off",
        "R-FLOOR-004",
        "admits no call for help while no relay answers",
        Hooks {
            decide: |memory, told| {
                let is_cut_off = memory.is_cut_off();
                changed(
                    told,
                    |told| is_cut_off && told.reason == Reason::RightsFloor,
                    |told| denied(told, Reason::Locked),
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/help-by-urn-alone",
        "R-FLOOR-001",
        "takes a number of the help directory for a contact like any other",
        Hooks {
            decide: |memory, told| {
                let is_name = !memory.action.starts_with("service:");
                changed(
                    told,
                    |told| is_name && told.reason == Reason::RightsFloor,
                    |told| denied(told, Reason::Locked),
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/opens-beside-help",
        "R-FLOOR-002",
        "opens every host below one of the help directory",
        Hooks {
            decide: |memory, told| {
                let is_below = memory.action.ends_with(".childline.org.uk");
                changed(told, |_| is_below, |told| helped(&told))
            },
            ..RIGHT
        },
    ),
    fault(
        "point/counts-help",
        "R-FLOOR-005",
        "takes a minute off the budget for each call for help",
        Hooks {
            decide: |memory, told| {
                let spent = 60 * memory.helped;
                changed(
                    told,
                    |_| spent > 0,
                    |told| Told {
                        remaining_seconds: told
                            .remaining_seconds
                            .map(|left| left.saturating_sub(spent)),
                        ..told
                    },
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/tells-of-help",
        "R-FLOOR-007",
        "calls its relay when somebody called for help",
        Hooks {
            calls: Calls::ForHelp,
            ..RIGHT
        },
    ),
    fault(
        "point/logs-help",
        "R-FLOOR-006",
        "writes down who was called for help",
        Hooks {
            folder: Folder::HelpHistory,
            ..RIGHT
        },
    ),
    fault(
        "point/keeps-history",
        "R-PRIV-009",
        "writes down whatever was asked",
        Hooks {
            folder: Folder::History,
            ..RIGHT
        },
    ),
    fault(
        "point/leaks-a-name",
        "R-PRIV-002",
        "tells its relay the name of a rule, in the metadata of a call",
        Hooks {
            calls: Calls::WithName,
            ..RIGHT
        },
    ),
    fault(
        "point/tells-what-was-asked",
        "R-PRIV-007",
        "tells its relay what was wanted last, in the metadata of a call",
        Hooks {
            calls: Calls::WithAction,
            ..RIGHT
        },
    ),
    fault(
        "point/leaks-an-id",
        "R-PRIV-003",
        "fills the handle of a call with the id of a child",
        Hooks {
            calls: Calls::WithId,
            ..RIGHT
        },
    ),
    fault(
        "point/leaks-a-hash",
        "R-PRIV-003",
        "fills the handle of a call with the hash of a name",
        Hooks {
            calls: Calls::WithHash,
            ..RIGHT
        },
    ),
    fault(
        "point/asks-about-blocks",
        "R-PRIV-002",
        "calls its relay whenever a rule blocks something",
        Hooks {
            calls: Calls::ForBlocks,
            ..RIGHT
        },
    ),
    fault(
        "point/says-names-to-the-suite",
        "R-PRIV-010",
        "names rules where nobody asked for them",
        Hooks {
            state: |memory, stands| {
                if let (Some(of), Some(rule)) = (&mut stands.of, &memory.rule) {
                    of.pending.push(rule.clone());
                }
            },
            ..RIGHT
        },
    ),
    fault(
        "point/same-after-reset",
        "R-OPS-019",
        "is the same device with the same rules after a reset",
        Hooks {
            folder: Folder::NeverReset,
            ..RIGHT
        },
    ),
    fault(
        "point/remembers-after-removal",
        "R-PRIV-017",
        "goes on by what it remembers when it was taken out",
        Hooks {
            decide: |memory, told| {
                told.or_else(|| memory.before.clone().filter(|_| memory.has_left()))
            },
            ..RIGHT
        },
    ),
    fault(
        "point/forgets-on-update",
        "R-OPS-018",
        "begins with an empty folder when its program was started anew",
        Hooks {
            folder: Folder::EmptyAtStart,
            ..RIGHT
        },
    ),
    fault(
        "point/loses-the-last-day",
        "R-CONF-016",
        "goes back to what it had when it joined, after a loss of power",
        Hooks {
            folder: Folder::AsJoinedAtStart,
            ..RIGHT
        },
    ),
    fault(
        "point/frees-nobody",
        "R-DEP-012",
        "does not mind that somebody is of age",
        Hooks {
            acts: |act| !matches!(act, Act::OfAge { .. }),
            ..RIGHT
        },
    ),
    fault(
        "point/frees-everybody",
        "R-DEP-012",
        "frees all whom it serves when one of them is of age",
        Hooks {
            decide: |memory, told| all_open(|memory| memory.freed, memory, told),
            ..RIGHT
        },
    ),
    fault(
        "point/says-more-than-it-joins-as",
        "R-JOIN-002",
        "says that it can do what its join request does not say",
        Hooks {
            about: |about| about.capabilities.push("feature.social".to_owned()),
            ..RIGHT
        },
    ),
    fault(
        "point/allows-when-asked-again",
        "R-EVAL-010",
        "allows what it denied when it is asked once more",
        Hooks {
            decide: |memory, told| {
                let blocked = |told: &Told| told.reason == Reason::Blocked;
                let is_new = told.as_ref().is_some_and(blocked)
                    && memory.blocked.insert(memory.action.clone());
                changed(told, |told| blocked(told) && !is_new, allowed)
            },
            ..RIGHT
        },
    ),
    fault(
        "point/allows-what-looks-odd",
        "R-EVAL-010",
        "allows where the question says more than it has to",
        Hooks {
            decide: |memory, told| {
                let is_odd = memory.is_odd;
                changed(
                    told,
                    |told| is_odd && told.reason == Reason::Blocked,
                    allowed,
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/locks-everybody",
        "R-EVAL-043",
        "locks every child when one is locked",
        Hooks {
            decide: |memory, told| {
                memory.locked |= told
                    .as_ref()
                    .is_some_and(|told| told.reason == Reason::Locked);
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
        "point/keeps-what-was-taken-back",
        "R-EVAL-040",
        "goes on with a lock that was taken back",
        Hooks {
            decide: |memory, told| {
                memory.locked |= told
                    .as_ref()
                    .is_some_and(|told| told.reason == Reason::Locked);
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
        "point/locks-beforehand",
        "R-EVAL-040",
        "locks as soon as it hears that it will",
        Hooks {
            decide: |_, told| {
                changed(
                    told,
                    |told| told.reason == Reason::Allowed && told.next_change.is_some(),
                    |told| denied(told, Reason::Locked),
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/extra-time-for-ever",
        "R-EVAL-041",
        "never takes extra time away",
        Hooks {
            decide: |memory, told| {
                let is_over = memory.is_over(Reason::Budget);
                changed(
                    told,
                    |told| is_over && told.reason == Reason::Budget,
                    allowed,
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/suspends-for-ever",
        "R-EVAL-044",
        "never ends a suspension",
        Hooks {
            decide: |memory, told| {
                let is_over = memory.is_over(Reason::Window);
                changed(
                    told,
                    |told| is_over && told.reason == Reason::Window,
                    allowed,
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/unblocks-for-ever",
        "R-EVAL-042",
        "never ends an unblock",
        Hooks {
            decide: |memory, told| {
                let is_over = memory.is_over(Reason::Rating);
                changed(
                    told,
                    |told| is_over && told.reason == Reason::Rating,
                    allowed,
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/keeps-its-zone",
        "R-POL-020",
        "reads hours in the zone that it knew first",
        Hooks {
            decide: |memory, told| {
                let was_open = memory.was_open;
                memory.was_open |= told
                    .as_ref()
                    .is_some_and(|told| told.reason == Reason::Allowed);
                changed(
                    told,
                    |told| was_open && told.reason == Reason::Window,
                    allowed,
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/last-layer-wins",
        "R-EVAL-060",
        "enforces the budget of one guardian until another one writes rules",
        Hooks {
            decide: |memory, told| {
                let is_over = memory.is_over(Reason::Window);
                changed(
                    told,
                    |told| is_over && told.reason == Reason::Budget,
                    allowed,
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/drops-what-was-lost",
        "R-MOVE-008",
        "enforces nothing while its relay lacks what it had",
        Hooks {
            decide: |memory, told| all_open(Memory::is_in_trouble, memory, told),
            ..RIGHT
        },
    ),
];

fn helped(told: &Told) -> Told {
    Told {
        effect: Effect::Allow,
        reason: Reason::RightsFloor,
        ..told.clone()
    }
}
