//! Mistakes in what a product says of itself.

use super::decisions::{changed, denied, opened};
use super::{Folder, Follow, Hooks, Kit, PointOffer, RIGHT, fault};
use parcep_core::decide::{Effect, Reason};
use parcep_driver::Told;

/// Something that it declares and does not do: what is denied for this reason is open.
macro_rules! boasts {
    ($name:literal, $what:literal, $reason:ident) => {
        fault(
            $name,
            "R-CAP-001",
            $what,
            Hooks {
                decide: |_, told| opened(told, Reason::$reason),
                ..RIGHT
            },
        )
    };
}

pub(super) const FAULTS: &[PointOffer] = &[
    boasts!(
        "point/boasts-budgets",
        "declares budgets, and counts nothing",
        Budget
    ),
    boasts!(
        "point/boasts-contacts",
        "declares that it decides by contact, and lets everybody through",
        Contact
    ),
    boasts!(
        "point/boasts-ratings",
        "declares that it knows ratings, and looks at none",
        Rating
    ),
    boasts!(
        "point/boasts-spending",
        "declares that it keeps the sum of purchases, and adds nothing up",
        Spending
    ),
    boasts!(
        "point/boasts-locks",
        "declares that it locks, and does not",
        Locked
    ),
    fault(
        "point/closes-what-it-can",
        "R-CAP-001",
        "declares everything, can do little, and closes where a rule says so for those that cannot",
        Hooks {
            kit: Kit::BOASTS,
            ..RIGHT
        },
    ),
    fault(
        "point/never-asks",
        "R-CAP-001",
        "declares that it can ask a guardian, and denies instead",
        Hooks {
            decide: |_, told| {
                let asks = |told: &Told| told.effect == Effect::Ask;
                changed(told, asks, |told| {
                    let reason = told.reason;
                    denied(told, reason)
                })
            },
            ..RIGHT
        },
    ),
    fault(
        "point/asks-nobody",
        "R-EVAL-017",
        "cannot ask a guardian, and has people wait for an answer",
        Hooks {
            kit: Kit::HIDES,
            ..RIGHT
        },
    ),
    fault(
        "point/opens-what-it-cannot",
        "R-POL-019",
        "leaves out what it cannot enforce, whatever the rule says of that",
        Hooks {
            kit: Kit::HIDES,
            ..RIGHT
        },
    ),
    fault(
        "point/reports-no-lack",
        "R-POL-019",
        "cannot enforce much, and tells no guardian",
        Hooks {
            kit: Kit::SIMPLE,
            follow: Follow::WithoutReport,
            ..RIGHT
        },
    ),
    fault(
        "point/reads-another-clock",
        "R-CONF-022",
        "declares that it reads no clock but the one that it is told, and reads its own",
        Hooks {
            kit: Kit::BOASTS_CLOCK,
            ..RIGHT
        },
    ),
    fault(
        "point/hides-its-clock",
        "R-CONF-022",
        "says that it has a clock of its own, and can be told the time",
        Hooks {
            kit: Kit::HIDES_CLOCK,
            ..RIGHT
        },
    ),
    fault(
        "point/declares-restart",
        "R-CONF-022",
        "declares that it keeps what it must, and keeps nothing",
        Hooks {
            folder: Folder::EmptyAtStart,
            ..RIGHT
        },
    ),
    fault(
        "point/hides-restart",
        "R-CONF-022",
        "keeps everything over a start, and does not say so, so that nobody pulls its plug",
        Hooks {
            kit: Kit::HIDES_RESTART,
            ..RIGHT
        },
    ),
    fault(
        "point/declares-lists",
        "R-CONF-022",
        "declares that it takes long lists, and takes none",
        Hooks {
            kit: Kit::BOASTS_LISTS,
            ..RIGHT
        },
    ),
    fault(
        "point/hides-lists",
        "R-CONF-022",
        "takes long lists, and does not say so",
        Hooks {
            kit: Kit::HIDES_LISTS,
            ..RIGHT
        },
    ),
    fault(
        "point/skips-lists",
        "R-POL-017",
        "takes no long lists, and opens what waits for one",
        Hooks {
            kit: Kit::SIMPLE,
            decide: |_, told| opened(told, Reason::Pending),
            ..RIGHT
        },
    ),
];
