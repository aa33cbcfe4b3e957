//! Mistakes in following the log: refusals that nobody looks at, and rules that fall with them.

use super::decisions::{all_open, changed, denied};
use super::memory::Memory;
use super::{Folder, Follow, Hooks, PointOffer, RIGHT, fault};
use parcep_core::decide::Reason;
use parcep_driver::{Acted, Followed, Synced};

/// A check whose result is not looked at.
macro_rules! overlooks {
    ($($name:literal, $requirement:literal, $reason:literal, $what:literal;)*) => {
        &[$(fault($name, $requirement, $what, Hooks {
            synced: |_, synced| overlooked(synced, $reason),
            ..RIGHT
        })),*]
    };
}

/// Checks whose results nobody looks at.
pub(super) const OVERLOOKS: &[PointOffer] = overlooks! {
    "point/overlooks-bodies", "R-DOC-022", "BODY_MISMATCH", "does not mind that a body is another one";
    "point/overlooks-cuts", "R-LOG-002", "MALFORMED", "does not mind that an entry is cut";
    "point/overlooks-limits", "R-WIRE-006", "TOO_LARGE", "does not mind how large a header is";
    "point/overlooks-gaps", "R-LOG-004", "GAP", "does not mind that an entry is missing";
    "point/overlooks-order", "R-LOG-014", "OUT_OF_ORDER", "does not mind in what order a page is";
    "point/overlooks-places", "R-DOC-004", "WRONG_PLACE", "does not mind that an entry names another slot";
    "point/overlooks-status", "R-LOG-016", "NOT_SERVED", "does not mind that a relay names more than it serves";
    "point/overlooks-withheld", "R-LOG-015", "WITHHELD", "does not mind what others have seen";
    "point/overlooks-rollback", "R-LOG-005", "ROLLBACK", "does not mind that a relay went back";
    "point/overlooks-old-beats", "R-REG-005", "ROLLBACK", "does not mind that a beat is an old one";
    "point/overlooks-forks", "R-LOG-006", "FORK", "does not mind that there are two logs";
};

/// Everything else.
pub(super) const FAULTS: &[PointOffer] = &[
    fault(
        "point/never-follows",
        "R-LOG-004",
        "keeps the rules that it had when it joined",
        Hooks {
            follow: Follow::OnlyAtJoin,
            ..RIGHT
        },
    ),
    fault(
        "point/takes-nothing-twice",
        "R-LOG-014",
        "takes a page for broken that holds an entry which it has",
        Hooks {
            follow: Follow::NothingTwice,
            ..RIGHT
        },
    ),
    fault(
        "point/never-reports",
        "R-REG-009",
        "writes no report of what it applies",
        Hooks {
            follow: Follow::WithoutReport,
            ..RIGHT
        },
    ),
    fault(
        "point/stays-in-its-epoch",
        "R-EPOCH-003",
        "does not find its wrap in a new epoch, and stops before it",
        Hooks {
            follow: Follow::WithinEpoch,
            ..RIGHT
        },
    ),
    fault(
        "point/rejoins-after-rollback",
        "R-LOG-005",
        "begins anew with the log of a relay that went back",
        Hooks {
            folder: Folder::AsJoinedAtRollback,
            ..RIGHT
        },
    ),
    fault(
        "point/opens-on-rollback",
        "R-LOG-005",
        "enforces nothing while it refuses a relay",
        Hooks {
            decide: |memory, told| all_open(|memory| memory.has_refused("ROLLBACK"), memory, told),
            ..RIGHT
        },
    ),
    fault(
        "point/opens-during-a-fork",
        "R-MOVE-002",
        "enforces nothing while there are two logs",
        Hooks {
            decide: |memory, told| all_open(|memory| memory.forked, memory, told),
            ..RIGHT
        },
    ),
    fault(
        "point/opens-without-relay",
        "R-TIME-015",
        "enforces nothing while no relay answers",
        Hooks {
            decide: |memory, told| all_open(Memory::is_cut_off, memory, told),
            ..RIGHT
        },
    ),
    fault(
        "point/closes-without-relay",
        "R-TIME-015",
        "denies everything while no relay answers",
        Hooks {
            decide: |memory, told| {
                let is_cut_off = memory.is_cut_off();
                changed(told, |_| is_cut_off, |told| denied(told, Reason::Locked))
            },
            ..RIGHT
        },
    ),
    fault(
        "point/stays-when-removed",
        "R-EPOCH-012",
        "goes on as if it were of the household when it was taken out",
        Hooks {
            synced: |_, mut synced| {
                if synced.followed == Followed::Left {
                    synced.followed = Followed::Current;
                    synced.at = synced.at.or(Some((0, [0; 32])));
                }
                synced
            },
            ..RIGHT
        },
    ),
    fault(
        "point/takes-changed-answers",
        "R-JOIN-005",
        "does not mind that the seal of a Welcome is broken",
        Hooks {
            joined: |_, _| Acted::Taken,
            ..RIGHT
        },
    ),
    fault(
        "point/takes-one-answer",
        "R-JOIN-005",
        "takes no answer any more after a broken one",
        Hooks {
            joined: |memory, acted| {
                if memory.refused {
                    return Acted::Refused("SEAL_BROKEN".to_owned());
                }
                memory.refused = matches!(acted, Acted::Refused(_));
                acted
            },
            ..RIGHT
        },
    ),
    fault(
        "point/keeps-its-first-answer",
        "R-JOIN-016",
        "passes over a further answer, and waits for what the first one promised",
        Hooks {
            follow: Follow::FirstAnswer,
            ..RIGHT
        },
    ),
    fault(
        "point/joins-anybody",
        "R-LOG-003",
        "does not compare the log with the anchor that a person gave it",
        Hooks {
            joined: |_, acted| match acted {
                Acted::Refused(reason) if reason == "WRONG_ANCHOR" => Acted::Taken,
                acted => acted,
            },
            ..RIGHT
        },
    ),
];

fn overlooked(mut synced: Synced, reason: &str) -> Synced {
    if matches!(&synced.followed, Followed::Refused(told) if told == reason) {
        synced.followed = Followed::Current;
    }
    synced
}
