//! Mistakes about time, about how fresh a view is, and about what is kept.

use super::decisions::{all_open, changed, denied, opened};
use super::{Folder, Follow, Hooks, PointOffer, RIGHT, fault};
use parcep_core::decide::Reason;
use parcep_driver::Stands;

/// A view is fresh for a day.
const DAY: i64 = 86_400;

pub(super) const FAULTS: &[PointOffer] = &[
    fault(
        "point/trusts-the-wall",
        "R-TIME-003",
        "believes the clock on the wall, also after somebody turned it",
        Hooks {
            decide: |memory, told| {
                let turned = memory.turned();
                let is_opened = |reason| match reason {
                    Reason::Window => turned < 0,
                    Reason::Locked => turned > 0,
                    _ => false,
                };
                changed(
                    told,
                    |told| is_opened(told.reason),
                    super::decisions::allowed,
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/takes-the-relays-time",
        "R-TIME-007",
        "opens windows when a relay says that it is earlier",
        Hooks {
            follow: Follow::AskingForTime,
            decide: |memory, told| match memory.relay_is_behind() {
                true => opened(told, Reason::Window),
                false => told,
            },
            ..RIGHT
        },
    ),
    fault(
        "point/opens-without-clock",
        "R-TIME-008",
        "opens windows where it does not know the time and is to be strict",
        Hooks {
            decide: |memory, told| all_open(|memory| memory.wall().is_none(), memory, told),
            ..RIGHT
        },
    ),
    fault(
        "point/closes-without-clock",
        "R-TIME-008",
        "closes everything where it does not know the time",
        Hooks {
            decide: |memory, told| {
                let is_lost = memory.wall().is_none();
                changed(told, |_| is_lost, |told| denied(told, Reason::Window))
            },
            ..RIGHT
        },
    ),
    fault(
        "point/opens-when-expired",
        "R-TIME-015",
        "enforces nothing when no guardian was heard for a week",
        Hooks {
            decide: |memory, told| all_open(|memory| memory.freshness == "expired", memory, told),
            ..RIGHT
        },
    ),
    fault(
        "point/closes-when-stale",
        "R-TIME-015",
        "denies everything when no guardian was heard for a day",
        Hooks {
            decide: |memory, told| {
                let is_old = !matches!(memory.freshness.as_str(), "fresh" | "");
                changed(told, |_| is_old, |told| denied(told, Reason::Locked))
            },
            ..RIGHT
        },
    ),
    fault(
        "point/opens-at-fallback",
        "R-TIME-012",
        "drops all rules, and not only locks, after 60 days without a guardian",
        Hooks {
            decide: |memory, told| all_open(|memory| memory.freshness == "fallback", memory, told),
            ..RIGHT
        },
    ),
    fault(
        "point/never-falls-back",
        "R-TIME-012",
        "keeps locks for ever without a guardian",
        Hooks {
            decide: |memory, told| {
                let locked = told
                    .as_ref()
                    .is_some_and(|told| told.reason == Reason::Locked);
                memory.locked |= locked;
                let is_kept = memory.locked && memory.freshness == "fallback";
                changed(
                    told,
                    |told| is_kept && told.reason == Reason::Allowed,
                    |told| denied(told, Reason::Locked),
                )
            },
            ..RIGHT
        },
    ),
    fault(
        "point/always-fresh",
        "R-TIME-011",
        "says that its view is fresh, whatever it heard",
        Hooks {
            state: |_, stands| is(stands, "fresh"),
            ..RIGHT
        },
    ),
    fault(
        "point/fresh-by-any-beat",
        "R-REG-001",
        "is made fresh by a relay that answers, not by what a guardian signed",
        Hooks {
            state: |memory, stands| {
                let heard = memory.wall().zip(memory.followed_at);
                if heard.is_some_and(|(now, then)| now - then < DAY) {
                    is(stands, "fresh");
                }
            },
            ..RIGHT
        },
    ),
    fault(
        "point/never-expires",
        "R-TIME-012",
        "stays stale when it has expired",
        Hooks {
            state: |_, stands| {
                let freshness = stands.of.as_ref().map(|of| of.freshness.clone());
                if freshness.as_deref() == Some("expired") {
                    is(stands, "stale");
                }
            },
            ..RIGHT
        },
    ),
    fault(
        "point/confirms-by-itself",
        "R-JOIN-008",
        "names no guardian who has not confirmed its view",
        Hooks {
            state: |_, stands| {
                if let Some(of) = &mut stands.of {
                    of.unconfirmed.clear();
                }
            },
            ..RIGHT
        },
    ),
    fault(
        "point/joins-for-ever",
        "R-JOIN-007",
        "says that it is joining when it has joined",
        Hooks {
            state: |_, stands| stands.joining = true,
            ..RIGHT
        },
    ),
    fault(
        "point/forgets-on-restart",
        "R-TIME-015",
        "keeps everything in memory alone",
        Hooks {
            folder: Folder::EmptyAtStart,
            ..RIGHT
        },
    ),
    fault(
        "point/forgets-its-place",
        "R-LOG-005",
        "keeps what it was given at joining, and not how far it followed",
        Hooks {
            folder: Folder::AsJoinedAtStart,
            ..RIGHT
        },
    ),
    fault(
        "point/forgets-the-time",
        "R-TIME-004",
        "keeps no lower bound of time over a start",
        Hooks {
            folder: Folder::TimelessAtStart,
            ..RIGHT
        },
    ),
];

fn is(stands: &mut Stands, freshness: &str) {
    if let Some(of) = &mut stands.of {
        freshness.clone_into(&mut of.freshness);
    }
}
