//! The rules alone: no store, no wire.

use super::admin::{KeyBounds, announce, grant, is_void, revoke, room_for_an_act};
use super::{Offer, Place, Slotted, Standing, create, is_prunable, restored};
use crate::access::{AccessRecord, Handle, Right, Rights};
use crate::refusal::Refusal;
use crate::store::{ActRecord, LogState, NewLog, Replays, What};
use parcep_core::crypto::{Hash, SigningKey, VerifyingKey};
use parcep_core::log::{Entry, EntryBody};
use std::num::NonZeroU32;

const NOW: i64 = 1_700_000_000;
const DAY: i64 = 86_400;
const BOUNDS: KeyBounds = KeyBounds {
    max_keys: 5,
    own_rate: 600,
};
const NOT_PERMITTED: Result<(), Refusal> = Err(Refusal::NotPermitted("admin"));

fn key(number: u8) -> VerifyingKey {
    SigningKey::from_seed([number; 32]).unwrap().public()
}

fn record(number: u8, group: u8) -> AccessRecord {
    AccessRecord {
        key: key(number),
        rights: Rights::ALL,
        group: [group; 16],
        rate_per_minute: None,
        quota_bytes: None,
        root: false,
    }
}

fn reader(number: u8, group: u8) -> AccessRecord {
    AccessRecord {
        rights: Rights::default().with(Right::Read),
        ..record(number, group)
    }
}

fn root(number: u8, group: u8) -> AccessRecord {
    AccessRecord {
        root: true,
        ..record(number, group)
    }
}

fn entry(seq: u64, prev: Hash) -> Entry {
    Entry {
        seq,
        prev,
        slot: vec![9; 4].into(),
        generation: 1,
        header: vec![1; 1024].into(),
        body: EntryBody::Kept(vec![2; 1024].into()),
    }
}

fn log(replays: Replays) -> LogState {
    LogState {
        relay_epoch: 3,
        next_seq: 7,
        head: Hash([5; 32]),
        used_bytes: 0,
        replays,
    }
}

fn new_log() -> NewLog {
    NewLog {
        handle: Handle::try_from([1; 16].as_slice()).unwrap(),
        genesis: entry(0, Hash::ZERO),
        access: record(1, 1),
        voucher: None,
        log_bytes: 1 << 20,
        relay_epoch: None,
        more: Vec::new(),
        max_keys: 2,
        now: NOW,
    }
}

/// What the rules say to an offer of the entry behind the head.
fn decide(
    log: &LogState,
    replay: bool,
    now: i64,
    standing: Option<Standing>,
) -> Result<Place, Refusal> {
    let entry = entry(7, log.head);
    let hash = entry.hash();
    let offer = Offer {
        entry: &entry,
        hash,
        replay,
        now,
        log_bytes: 1 << 20,
    };
    offer.place(log, &record(1, 1), 0, standing)
}

/// R-MOVE-009.
#[test]
fn a_restore_begins_a_relay_epoch_above_the_last_and_not_below_the_clock() {
    let at = |epoch, now| {
        let before = LogState {
            relay_epoch: epoch,
            ..log(Replays::None)
        };
        restored(&before, now)
    };
    assert_eq!(at(1, NOW).relay_epoch, NOW as u32);
    assert_eq!(at(NOW as u32, NOW).relay_epoch, NOW as u32 + 1);
    assert_eq!(at(4_000_000_000, NOW).relay_epoch, 4_000_000_001);
    assert_eq!(at(5, -1).relay_epoch, 6, "a clock that is far off");
    assert_eq!(at(5, i64::MAX).relay_epoch, 4_000_000_000, "far off, too");
    let until = NOW + DAY;
    assert_eq!(at(1, NOW).replays, Replays::Restore { until });
    assert_eq!(at(1, NOW).head, log(Replays::None).head);
}

/// R-MOVE-020.
#[test]
fn only_a_log_that_names_its_relay_epoch_begins_with_a_history() {
    let plain = create(&new_log(), Hash([1; 32])).unwrap();
    assert_eq!((plain.relay_epoch, plain.replays), (1, Replays::None));
    let moved = NewLog {
        relay_epoch: Some(1_700),
        more: vec![reader(2, 2)],
        ..new_log()
    };
    let state = create(&moved, Hash([1; 32])).unwrap();
    let until = NOW + DAY;
    assert_eq!(state.relay_epoch, 1_700);
    assert_eq!(state.replays, Replays::History { until });
    let crowded = NewLog {
        more: vec![reader(2, 2), reader(3, 3)],
        ..moved
    };
    let (of, limit) = ("keys", 2);
    let full = create(&crowded, Hash([1; 32]));
    assert_eq!(full, Err(Refusal::Quota { of, limit }));
}

/// R-MOVE-010, R-MOVE-020, R-RELAY-019.
#[test]
fn replays_and_new_entries_have_their_times() {
    let until = NOW + DAY;
    let restore = log(Replays::Restore { until });
    let history = log(Replays::History { until });
    let plain = log(Replays::None);
    let placed =
        |result: Result<Place, Refusal>| result.map(|place| matches!(place, Place::Behind(_)));
    let none = Err(Refusal::NotPermitted("replay"));
    let cases = [
        (&restore, true, until - 1, Ok(true)),
        (&restore, true, until, none.clone()),
        (&restore, false, until - 1, Err(Refusal::Restoring)),
        (&restore, false, until, Ok(true)),
        (&history, true, until - 1, Ok(true)),
        (&history, true, until, none.clone()),
        (&history, false, NOW, Ok(true)),
        (&plain, true, NOW, none),
        (&plain, false, NOW, Ok(true)),
    ];
    for (log, replay, now, expected) in cases {
        let said = placed(decide(log, replay, now, None));
        assert_eq!(said, expected, "{:?} {replay} {}", log.replays, now - NOW);
    }
    let Ok(Place::Behind(after)) = decide(&history, false, NOW, None) else {
        panic!("a new entry is taken");
    };
    assert_eq!(after.replays, Replays::None, "the history is closed");
    let Ok(Place::Behind(after)) = decide(&history, true, NOW, None) else {
        panic!("a replay is taken");
    };
    assert_eq!(after.replays, history.replays, "and goes on");
}

/// R-MOVE-010, R-RELAY-019.
#[test]
fn what_stands_is_answered_as_if_it_had_just_been_appended_and_may_get_its_body_back() {
    let until = NOW + DAY;
    let restore = log(Replays::Restore { until });
    let same = |lacks_body| {
        let hash = entry(7, restore.head).hash();
        Some(Standing { hash, lacks_body })
    };
    let other = Some(Standing {
        hash: Hash([9; 32]),
        lacks_body: false,
    });
    let behind = LogState {
        next_seq: 8,
        ..restore
    };
    assert_eq!(decide(&behind, true, NOW, same(false)), Ok(Place::Stands));
    assert_eq!(decide(&behind, true, until, same(false)), Ok(Place::Stands));
    let filled = decide(&behind, true, NOW, same(true));
    let used_bytes = 1024;
    assert_eq!(
        filled,
        Ok(Place::Completes(LogState {
            used_bytes,
            ..behind
        }))
    );
    assert_eq!(decide(&behind, true, until, same(true)), Ok(Place::Stands));
    let taken = decide(&behind, true, NOW, other);
    assert!(matches!(taken, Err(Refusal::StaleHead { next_seq: 8, .. })));
}

/// R-MOVE-025.
#[test]
fn a_body_is_pruned_by_its_own_group_a_week_after_the_day_of_the_newer_one() {
    let (own, other) = ([1; 16], [2; 16]);
    let entry = Slotted::new(own, NOW);
    let newer = Slotted::new(own, NOW);
    let end_of_day = (NOW / DAY + 1) * DAY;
    let due = end_of_day + 7 * DAY;
    assert!(is_prunable(&own, Some(&entry), [newer], due));
    assert!(!is_prunable(&own, Some(&entry), [newer], due - 1));
    assert!(!is_prunable(&own, Some(&entry), [], due), "nothing newer");
    assert!(
        !is_prunable(&other, Some(&entry), [newer], due),
        "of others"
    );
    let of_others = Slotted::new(other, NOW);
    assert!(!is_prunable(&own, Some(&entry), [of_others], due));
    assert!(!is_prunable(&own, None, [newer], due), "given back");
    let late = Slotted::new(own, NOW + 30 * DAY);
    assert!(is_prunable(&own, Some(&entry), [late, newer], due));
}

/// R-RELAY-016, R-CONS-020.
#[test]
fn grants_that_put_an_admin_at_somebodys_mercy_are_delayed() {
    let alone = [record(1, 1), record(9, 2)];
    let two = [record(1, 1), record(2, 1)];
    let caller = &record(1, 1);
    let said = |keys: &[AccessRecord], new| grant(caller, keys, &new, BOUNDS);
    assert_eq!(
        said(&alone, root(3, 1)),
        Ok(()),
        "the only admin of its group"
    );
    assert_eq!(said(&two, root(3, 1)), Err(Refusal::Delayed));
    assert_eq!(said(&two, record(3, 1)), Ok(()));
    assert_eq!(said(&two, root(3, 3)), Ok(()), "of a new group");
    assert_eq!(said(&two, root(2, 1)), NOT_PERMITTED, "never set later");
    let rooted = [record(1, 1), root(2, 1)];
    assert_eq!(said(&rooted, record(2, 1)), NOT_PERMITTED, "never cleared");
    assert_eq!(said(&two, reader(2, 1)), Err(Refusal::Delayed));
    let slower = AccessRecord {
        rate_per_minute: NonZeroU32::new(599),
        ..record(2, 1)
    };
    assert_eq!(said(&two, slower), Err(Refusal::Delayed));
    assert_eq!(said(&alone, reader(9, 2)), NOT_PERMITTED);
}

/// R-RELAY-017, R-CONS-020.
#[test]
fn a_root_key_removes_any_key_of_its_group_and_others_remove_no_admin() {
    let (plain, rooted) = (&record(1, 1), &root(1, 1));
    assert_eq!(revoke(plain, Some(&reader(2, 1))), Ok(()));
    assert_eq!(revoke(plain, Some(&record(2, 1))), Err(Refusal::Delayed));
    assert_eq!(revoke(rooted, Some(&record(2, 1))), Ok(()));
    assert_eq!(revoke(rooted, Some(&record(2, 2))), NOT_PERMITTED);
    assert_eq!(revoke(plain, None), Ok(()));
}

/// R-RELAY-037.
#[test]
fn what_may_be_announced() {
    let keys = [record(1, 1), record(2, 1), record(3, 2), reader(4, 2)];
    let said = |what| announce(&record(1, 1), &keys, &what, true, BOUNDS);
    assert_eq!(said(What::Revoke(key(2))), Ok(()));
    assert_eq!(said(What::Revoke(key(3))), Ok(()), "of another group");
    assert_eq!(said(What::Revoke(key(1))), Ok(()), "its own");
    let nobody = Err(Refusal::InvalidArgument("revoke"));
    assert_eq!(said(What::Revoke(key(8))), nobody);
    assert_eq!(said(What::Change(reader(2, 1))), Ok(()));
    assert_eq!(said(What::Change(root(5, 1))), Ok(()));
    assert_eq!(said(What::Change(reader(3, 2))), Ok(()), "loses by it");
    assert_eq!(said(What::Change(record(4, 2))), NOT_PERMITTED, "gains");
    assert_eq!(said(What::Change(reader(4, 1))), NOT_PERMITTED, "moves");
    assert_eq!(said(What::Change(root(3, 2))), NOT_PERMITTED);
    assert_eq!(said(What::Change(reader(5, 2))), NOT_PERMITTED);
    assert_eq!(said(What::DeleteLog), Ok(()));
    let bare = announce(
        &record(1, 1),
        &keys,
        &What::EraseBodies(vec![1]),
        false,
        BOUNDS,
    );
    assert_eq!(bare, Err(Refusal::InvalidArgument("erase_bodies")));
    assert_eq!(room_for_an_act(15), Ok(()));
    let (of, limit) = ("acts", 16);
    assert_eq!(room_for_an_act(16), Err(Refusal::Quota { of, limit }));
}

/// R-RELAY-037.
#[test]
fn an_act_ends_with_the_admin_right_of_its_announcer_and_with_the_key_that_it_names() {
    let act = |what| ActRecord {
        id: 1,
        announced_at: NOW,
        due_at: NOW + 7 * DAY,
        by: key(1),
        what,
    };
    let change = act(What::Change(reader(2, 1)));
    assert!(!is_void(&change, &record(1, 1), Some(&record(1, 1))));
    assert!(is_void(&change, &record(1, 1), Some(&reader(1, 1))));
    assert!(is_void(&change, &record(1, 1), None));
    assert!(is_void(&change, &record(2, 1), None), "lest it come back");
    assert!(!is_void(&change, &record(2, 1), Some(&record(2, 1))));
    assert!(!is_void(&act(What::DeleteLog), &record(2, 1), None));
}
