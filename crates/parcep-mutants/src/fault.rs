//! What each relay does wrong, and which requirement it breaks by that.

/// One way to break a requirement, or to keep all of them in an unusual way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "`FAULTS` says of each what it does")]
pub enum Fault {
    None,
    SmallPages,
    Chatty,
    Slow,
    ReusesNonce,
    IgnoresSignature,
    AnySignatureCreates,
    NeedsNoSession,
    TellsUnknownHandles,
    CreatesTwice,
    TakesWeakKeys,
    StaleHeadTaken,
    RefusedButStored,
    TakesAnySize,
    TakesOffGrid,
    TakesReplays,
    FlipsBody,
    DropsSlot,
    DropsEntry,
    Reorders,
    Forks,
    RollsBack,
    MixesLogs,
    WatchSkips,
    WatchRepeats,
    ResumesAnywhere,
    WatchesQuietly,
    BookmarkUnsigned,
    BookmarkElsewhere,
    RegisterLostUpdate,
    RegisterTakesAnySize,
    IgnoresRights,
    GrantsTooMuch,
    KeepsRevoked,
    RemovesAdmins,
    WrongReason,
    NoReason,
    LeaksRequest,
    RefusesAll,
    SessionsForDays,
    TakesAnyChallenge,
    TellsUnknownKeys,
    TakesBadGenesis,
    TakesAnyLimit,
    RegisterServesFirst,
    TellsNoRegisters,
    WatchGapsLate,
    KeepsExpired,
    TakesExpired,
    ChangesOtherGroups,
    KeepsOldRights,
    IgnoresBudgets,
    LibraryOnly,
    NoHealth,
    HashesOtherwise,
    OpensGroups,
    RefusesSameGrant,
    LooksAtFieldsFirst,
    NewEpoch,
    Prunes,
    ActsAtOnce,
    ActsSooner,
    ActsUnbounded,
    HidesActs,
    WatchesNoActs,
    AnybodyCancels,
    CancelsAnything,
    WeakensAdmins,
    RootReachesFar,
    RootWaits,
    RefusesReplays,
    TakesPruned,
    ReplaysForEver,
    DropsMore,
    PrunesAtOnce,
    PrunesForStrangers,
    SmallRoom,
    SmallLog,
    OneSession,
    CreationOpens,
    FirstVersionIsOne,
    AcknowledgesRepeats,
    NamesAnyField,
    AnnouncesAnything,
    FlipsValues,
    StopsAtUnknown,
    KeepsBeside,
    MisnamesItself,
    TakesAnyHandle,
    TakesManyPlaces,
    TakesLongVouchers,
}

/// A fault as `--list` shows it.
#[derive(Debug, Clone, Copy)]
pub struct Offer {
    /// The fault.
    pub fault: Fault,
    /// Value of `--fault`.
    pub name: &'static str,
    /// Requirement it breaks; empty for an honest relay.
    pub requirement: &'static str,
    /// What it does.
    pub what: &'static str,
}

impl Offer {
    /// Whether it breaks nothing.
    pub fn is_honest(&self) -> bool {
        self.requirement.is_empty()
    }

    /// The offer of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        FAULTS.iter().find(|offer| offer.name == name)
    }
}

const fn offer(
    fault: Fault,
    name: &'static str,
    requirement: &'static str,
    what: &'static str,
) -> Offer {
    Offer {
        fault,
        name,
        requirement,
        what,
    }
}

/// Every relay that the program offers, the honest ones first.
pub const FAULTS: &[Offer] = &[
    offer(Fault::None, "none", "", "the honest relay"),
    offer(
        Fault::SmallPages,
        "small-pages",
        "",
        "reads return two entries at most",
    ),
    offer(
        Fault::Chatty,
        "chatty",
        "",
        "watches carry a bookmark before each item",
    ),
    offer(Fault::Slow, "slow", "", "every call takes 5 ms more"),
    offer(
        Fault::ReusesNonce,
        "reuses-nonce",
        "R-RELAY-003",
        "opens a session for a nonce that was used",
    ),
    offer(
        Fault::IgnoresSignature,
        "ignores-signature",
        "R-RELAY-004",
        "opens a session for any signature",
    ),
    offer(
        Fault::AnySignatureCreates,
        "any-signature-creates",
        "R-RELAY-004",
        "accepts a new log for any signature",
    ),
    offer(
        Fault::NeedsNoSession,
        "needs-no-session",
        "R-RELAY-005",
        "answers calls without a session",
    ),
    offer(
        Fault::TellsUnknownHandles,
        "tells-unknown-handles",
        "R-RELAY-006",
        "says when a handle is not known",
    ),
    offer(
        Fault::CreatesTwice,
        "creates-twice",
        "R-RELAY-007",
        "accepts a second log for a handle",
    ),
    offer(
        Fault::TakesWeakKeys,
        "takes-weak-keys",
        "R-WIRE-011",
        "accepts keys of small order",
    ),
    offer(
        Fault::StaleHeadTaken,
        "stale-head-taken",
        "R-RELAY-008",
        "moves an entry for another head behind the head there is",
    ),
    offer(
        Fault::RefusedButStored,
        "refused-but-stored",
        "R-ERR-002",
        "refuses a stale entry and stores it",
    ),
    offer(
        Fault::TakesAnySize,
        "takes-any-size",
        "R-WIRE-006",
        "accepts entries above the limits",
    ),
    offer(
        Fault::TakesOffGrid,
        "takes-off-grid",
        "R-LOG-002",
        "accepts malformed entries",
    ),
    offer(
        Fault::TakesReplays,
        "takes-replays",
        "R-RELAY-019",
        "appends with the replay flag at any time",
    ),
    offer(
        Fault::FlipsBody,
        "flips-body",
        "R-RELAY-009",
        "changes one bit of every body it gives back",
    ),
    offer(
        Fault::DropsSlot,
        "drops-slot",
        "R-WIRE-003",
        "gives entries back without their slot",
    ),
    offer(
        Fault::DropsEntry,
        "drops-entry",
        "R-RELAY-010",
        "leaves the second entry of a page out",
    ),
    offer(
        Fault::Reorders,
        "reorders",
        "R-RELAY-010",
        "gives back pages in reverse order",
    ),
    offer(
        Fault::Forks,
        "forks",
        "R-RELAY-009",
        "shows every second session another last entry",
    ),
    offer(
        Fault::RollsBack,
        "rolls-back",
        "R-RELAY-002",
        "shows a reconnecting key the log without its last entry",
    ),
    offer(
        Fault::MixesLogs,
        "mixes-logs",
        "R-RELAY-021",
        "finds registers in other households' logs",
    ),
    offer(
        Fault::WatchSkips,
        "watch-skips",
        "R-RELAY-023",
        "leaves the third entry of a watch out",
    ),
    offer(
        Fault::WatchRepeats,
        "watch-repeats",
        "R-RELAY-023",
        "sends the second entry of a watch twice",
    ),
    offer(
        Fault::ResumesAnywhere,
        "resumes-anywhere",
        "R-RELAY-011",
        "resumes whatever hash the watcher names",
    ),
    offer(
        Fault::WatchesQuietly,
        "watches-quietly",
        "R-RELAY-012",
        "sends no bookmarks",
    ),
    offer(
        Fault::BookmarkUnsigned,
        "bookmark-unsigned",
        "R-RELAY-012",
        "leaves the signature of bookmarks out",
    ),
    offer(
        Fault::BookmarkElsewhere,
        "bookmark-elsewhere",
        "R-RELAY-012",
        "names the place before the last in bookmarks",
    ),
    offer(
        Fault::RegisterLostUpdate,
        "register-lost-update",
        "R-RELAY-014",
        "writes registers whatever version stands",
    ),
    offer(
        Fault::RegisterTakesAnySize,
        "register-takes-any-size",
        "R-WIRE-006",
        "accepts register values above the limit",
    ),
    offer(
        Fault::IgnoresRights,
        "ignores-rights",
        "R-RELAY-021",
        "lets every member do everything",
    ),
    offer(
        Fault::GrantsTooMuch,
        "grants-too-much",
        "R-RELAY-021",
        "grants the append right to everybody",
    ),
    offer(
        Fault::KeepsRevoked,
        "keeps-revoked",
        "R-RELAY-018",
        "acknowledges a revocation and does nothing",
    ),
    offer(
        Fault::RemovesAdmins,
        "removes-admins",
        "R-RELAY-017",
        "acknowledges what would remove an admin at once",
    ),
    offer(
        Fault::WrongReason,
        "wrong-reason",
        "R-ERR-001",
        "calls a stale head an invalid argument",
    ),
    offer(
        Fault::NoReason,
        "no-reason",
        "R-ERR-001",
        "refuses without google.rpc.ErrorInfo",
    ),
    offer(
        Fault::LeaksRequest,
        "leaks-request",
        "R-ERR-003",
        "repeats slots in messages",
    ),
    offer(
        Fault::RefusesAll,
        "refuses-all",
        "R-RELAY-008",
        "refuses every append",
    ),
    offer(
        Fault::SessionsForDays,
        "sessions-for-days",
        "R-RELAY-005",
        "opens sessions that last two days",
    ),
    offer(
        Fault::TakesAnyChallenge,
        "takes-any-challenge",
        "R-RELAY-003",
        "takes a nonce for any handle, key and expiry",
    ),
    offer(
        Fault::TellsUnknownKeys,
        "tells-unknown-keys",
        "R-RELAY-006",
        "says when a key has no access",
    ),
    offer(
        Fault::TakesBadGenesis,
        "takes-bad-genesis",
        "R-RELAY-007",
        "accepts logs that begin elsewhere",
    ),
    offer(
        Fault::TakesAnyLimit,
        "takes-any-limit",
        "R-RELAY-010",
        "takes limits above 256",
    ),
    offer(
        Fault::RegisterServesFirst,
        "register-serves-first",
        "R-RELAY-014",
        "serves the first value of a register for ever",
    ),
    offer(
        Fault::TellsNoRegisters,
        "tells-no-registers",
        "R-RELAY-024",
        "sends no registers on watches",
    ),
    offer(
        Fault::WatchGapsLate,
        "watch-gaps-late",
        "R-RELAY-013",
        "leaves the twelfth entry of a watch out",
    ),
    offer(
        Fault::KeepsExpired,
        "keeps-expired",
        "R-RELAY-015",
        "serves registers that have expired",
    ),
    offer(
        Fault::TakesExpired,
        "takes-expired",
        "R-RELAY-015",
        "accepts registers that have expired",
    ),
    offer(
        Fault::ChangesOtherGroups,
        "changes-other-groups",
        "R-RELAY-016",
        "acknowledges changes to keys of other groups",
    ),
    offer(
        Fault::KeepsOldRights,
        "keeps-old-rights",
        "R-RELAY-018",
        "acknowledges a change of a key and does nothing",
    ),
    offer(
        Fault::IgnoresBudgets,
        "ignores-budgets",
        "R-RELAY-022",
        "grants no rate and no quota",
    ),
    offer(
        Fault::LibraryOnly,
        "library-only",
        "R-RELAY-020",
        "leaves refusals of the gRPC library unexplained",
    ),
    offer(
        Fault::NoHealth,
        "no-health",
        "R-RELAY-033",
        "has neither health nor reflection",
    ),
    offer(
        Fault::HashesOtherwise,
        "hashes-otherwise",
        "R-LOG-001",
        "names other heads than the entries' hashes when it acknowledges",
    ),
    offer(
        Fault::OpensGroups,
        "opens-groups",
        "R-RELAY-016",
        "acknowledges new keys in groups of others",
    ),
    offer(
        Fault::RefusesSameGrant,
        "refuses-same-grant",
        "R-RELAY-016",
        "refuses a grant to a key that has had a session",
    ),
    offer(
        Fault::LooksAtFieldsFirst,
        "looks-at-fields-first",
        "R-RELAY-034",
        "tells a caller without the right which field is wrong",
    ),
    offer(
        Fault::NewEpoch,
        "new-epoch",
        "R-MOVE-026",
        "begins logs in relay epoch 2",
    ),
    offer(
        Fault::Prunes,
        "prunes",
        "R-MOVE-025",
        "drops bodies as soon as a newer entry is in their slot",
    ),
    offer(
        Fault::ActsAtOnce,
        "acts-at-once",
        "R-CONS-025",
        "carries announced changes of keys out at once",
    ),
    offer(
        Fault::ActsSooner,
        "acts-sooner",
        "R-RELAY-037",
        "has announced acts due after a day",
    ),
    offer(
        Fault::ActsUnbounded,
        "acts-unbounded",
        "R-RELAY-037",
        "acknowledges announcements above the bound",
    ),
    offer(
        Fault::HidesActs,
        "hides-acts",
        "R-RELAY-038",
        "lists no pending acts",
    ),
    offer(
        Fault::WatchesNoActs,
        "watches-no-acts",
        "R-RELAY-038",
        "tells watchers of no acts",
    ),
    offer(
        Fault::AnybodyCancels,
        "anybody-cancels",
        "R-RELAY-021",
        "lets every key cancel an act",
    ),
    offer(
        Fault::CancelsAnything,
        "cancels-anything",
        "R-RELAY-038",
        "acknowledges that an act is cancelled which is not pending",
    ),
    offer(
        Fault::WeakensAdmins,
        "weakens-admins",
        "R-RELAY-016",
        "acknowledges at once what takes something from an admin key",
    ),
    offer(
        Fault::RootReachesFar,
        "root-reaches-far",
        "R-RELAY-017",
        "acknowledges that a root key removes keys of other groups",
    ),
    offer(
        Fault::RootWaits,
        "root-waits",
        "R-CONS-020",
        "lets a root key wait like any other",
    ),
    offer(
        Fault::RefusesReplays,
        "refuses-replays",
        "R-RELAY-019",
        "refuses the replay of what stands",
    ),
    offer(
        Fault::TakesPruned,
        "takes-pruned",
        "R-RELAY-019",
        "acknowledges new entries without their bodies",
    ),
    offer(
        Fault::ReplaysForEver,
        "replays-for-ever",
        "R-MOVE-020",
        "takes replays into a log with a history at any time",
    ),
    offer(
        Fault::DropsMore,
        "drops-more",
        "R-MOVE-020",
        "begins a log with a history with its first key alone",
    ),
    offer(
        Fault::PrunesAtOnce,
        "prunes-at-once",
        "R-MOVE-025",
        "acknowledges pruning of what was just replaced",
    ),
    offer(
        Fault::PrunesForStrangers,
        "prunes-for-strangers",
        "R-MOVE-025",
        "acknowledges pruning of what another group wrote",
    ),
    offer(
        Fault::SmallRoom,
        "small-room",
        "R-RELAY-036",
        "has room for 32 access keys and as many registers of a log",
    ),
    offer(
        Fault::SmallLog,
        "small-log",
        "R-RELAY-036",
        "stores 16 MiB of a log",
    ),
    offer(
        Fault::OneSession,
        "one-session",
        "R-RELAY-036",
        "ends a session when its key opens another",
    ),
    offer(
        Fault::CreationOpens,
        "creation-opens",
        "R-RELAY-003",
        "opens a session for the nonce that the log was created with",
    ),
    offer(
        Fault::FirstVersionIsOne,
        "first-version-is-one",
        "R-RELAY-014",
        "refuses registers that begin at a higher version than 1",
    ),
    offer(
        Fault::AcknowledgesRepeats,
        "acknowledges-repeats",
        "R-RELAY-008",
        "acknowledges entries for places that are taken",
    ),
    offer(
        Fault::NamesAnyField,
        "names-any-field",
        "R-RELAY-034",
        "calls the wrong field `entry`, whichever it is",
    ),
    offer(
        Fault::AnnouncesAnything,
        "announces-anything",
        "R-RELAY-037",
        "acknowledges announcements that it does not take",
    ),
    offer(
        Fault::FlipsValues,
        "flips-values",
        "R-RELAY-014",
        "gives register values back with their last byte first",
    ),
    offer(
        Fault::StopsAtUnknown,
        "stops-at-unknown",
        "R-WIRE-004",
        "cannot read a request with a field that it does not know",
    ),
    offer(
        Fault::KeepsBeside,
        "keeps-beside",
        "R-RELAY-009",
        "keeps what stands in an access key beside its fields, and lists it",
    ),
    offer(
        Fault::MisnamesItself,
        "misnames-itself",
        "R-RELAY-003",
        "names something else than the hash of its key in challenges",
    ),
    offer(
        Fault::TakesAnyHandle,
        "takes-any-handle",
        "R-RELAY-007",
        "takes handles of any length",
    ),
    offer(
        Fault::TakesManyPlaces,
        "takes-many-places",
        "R-RELAY-030",
        "takes any number of places in an announcement and a pruning",
    ),
    offer(
        Fault::TakesLongVouchers,
        "takes-long-vouchers",
        "R-WIRE-006",
        "reads as much of a voucher as there may be, and overlooks the rest",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_every_fault_is_offered_once() {
        let names: BTreeSet<_> = FAULTS.iter().map(|offer| offer.name).collect();
        assert_eq!(names.len(), FAULTS.len());
        for (index, offer) in FAULTS.iter().enumerate() {
            assert_eq!(offer.fault as usize, index, "{}", offer.name);
        }
    }
}
