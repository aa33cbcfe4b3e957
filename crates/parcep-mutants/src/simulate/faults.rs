//! Faults that break one invariant each, on purpose: in the harness or between it and core, never in
//! core.

use super::Invariant;

/// A seeded fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Relays acknowledge every fourth entry and drop it.
    Forgets,
    /// Nobody is asked about what a restore or a move took.
    Unasked,
    /// Enforcement points are given a shorter log for ever.
    Deaf,
    /// One enforcement point shuts the floor while it is locked.
    ShutFloor,
    /// One enforcement point believes its wall clock.
    WallClock,
    /// A dependant's device signs with a guardian's key.
    StolenKey,
    /// An inviter hands every secret it has to a television.
    AllSecrets,
    /// A guardian's app writes a name into the slot.
    PlainSlot,
}

/// What `--fault` shows of one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offer {
    /// The fault.
    pub(crate) fault: Fault,
    /// Value of `--fault`.
    pub(crate) name: &'static str,
    /// The invariant that it breaks.
    pub(crate) breaks: Invariant,
    /// What it does.
    pub(crate) what: &'static str,
}

const fn offer(fault: Fault, name: &'static str, breaks: Invariant, what: &'static str) -> Offer {
    Offer {
        fault,
        name,
        breaks,
        what,
    }
}

/// Every fault, in the order of the invariants.
pub(crate) const FAULTS: &[Offer] = &[
    offer(
        Fault::Forgets,
        "forgets",
        Invariant::Kept,
        "relays acknowledge every fourth entry and drop it",
    ),
    offer(
        Fault::Unasked,
        "unasked",
        Invariant::Kept,
        "nobody is asked about what a restore or a move left behind",
    ),
    offer(
        Fault::Deaf,
        "deaf",
        Invariant::Converged,
        "enforcement points are served a log that ends early, for ever",
    ),
    offer(
        Fault::ShutFloor,
        "shut-floor",
        Invariant::FloorOpen,
        "one enforcement point denies an emergency call while it is locked",
    ),
    offer(
        Fault::WallClock,
        "wall-clock",
        Invariant::ClockProof,
        "one enforcement point takes its wall clock for a signed time",
    ),
    offer(
        Fault::StolenKey,
        "stolen-key",
        Invariant::ByTheTable,
        "a dependant's device signs a layer with a guardian's key",
    ),
    offer(
        Fault::AllSecrets,
        "all-secrets",
        Invariant::Sealed,
        "whoever admits an enforcement point hands it every secret",
    ),
    offer(
        Fault::PlainSlot,
        "plain-slot",
        Invariant::Sealed,
        "a guardian's app writes a word into the slot, which is in the clear",
    ),
];

impl Fault {
    /// The fault of this name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let offer = FAULTS.iter().find(|offer| offer.name == name);
        offer.map(|offer| offer.fault)
    }
}
