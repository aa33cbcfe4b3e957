//! What every store must do, written once and called for each implementation.

use crate::member::entry;
use parcep_core::crypto::{Hash, SigningKey, VerifyingKey, sha256};
use parcep_core::log::{Entry, EntryBody};
use parcep_server::Refusal;
use parcep_server::access::{AccessRecord, Handle, Right, Rights};
use parcep_server::store::{
    Change, ChangeError, Effect, KeyBounds, LogState, NewLog, RegisterRecord, Replays, Store,
    StoreError, What, Window,
};

pub(crate) const NOW: i64 = 1_700_000_000;
const WEEK: i64 = 604_800;
const BOUNDS: KeyBounds = KeyBounds {
    max_keys: 4,
    own_rate: 6000,
};
pub(crate) const LOG_BYTES: u64 = 1 << 30;
const WIDE: Window = Window {
    entries: 1000,
    bytes: 1 << 30,
};

pub(crate) fn handle(number: u8) -> Handle {
    Handle::try_from([number; 16].as_slice()).unwrap()
}

pub(crate) fn key(number: u8) -> VerifyingKey {
    SigningKey::from_seed([number; 32]).unwrap().public()
}

pub(crate) fn record(number: u8) -> AccessRecord {
    AccessRecord {
        key: key(number),
        rights: Rights::ALL,
        group: [number; 16],
        rate_per_minute: None,
        quota_bytes: None,
        root: false,
    }
}

/// A log of this number, with the key of the same number.
pub(crate) fn new_log(number: u8) -> NewLog {
    NewLog {
        handle: handle(number),
        genesis: entry(0, Hash::ZERO, number),
        access: record(number),
        voucher: None,
        log_bytes: LOG_BYTES,
        relay_epoch: None,
        more: Vec::new(),
        max_keys: 128,
        now: NOW,
    }
}

/// Creates the log of this number, with the key of the same number.
pub(crate) async fn create(store: &impl Store, number: u8) -> Result<LogState, ChangeError> {
    let log = new_log(number);
    let created = store.change(Change::CreateLog(Box::new(log))).await?;
    Ok(created.log)
}

pub(crate) fn append(number: u8, entry: &Entry) -> Change {
    Change::Append {
        handle: handle(number),
        by: key(number),
        entry: entry.clone(),
        replay: false,
        now: NOW,
        log_bytes: LOG_BYTES,
    }
}

pub(crate) fn register(version: u64, expires_at: Option<i64>) -> RegisterRecord {
    RegisterRecord {
        name: [9; 32],
        version,
        value: vec![version as u8; 100].into(),
        expires_at,
    }
}

pub(crate) fn write(number: u8, register: RegisterRecord, now: i64) -> Change {
    Change::WriteRegister {
        handle: handle(number),
        by: key(number),
        register,
        now,
        max_registers: 3,
    }
}

fn refused<T>(result: Result<T, ChangeError>) -> Refusal {
    match result {
        Err(ChangeError::Refused(refusal)) => refusal,
        Err(ChangeError::Failed(error)) => panic!("storage failed: {error}"),
        Ok(_) => panic!("not refused"),
    }
}

/// The whole contract, on an empty store.
pub(crate) async fn holds(store: &impl Store) -> Result<(), StoreError> {
    what_is_not_there_is_none(store).await?;
    logs_are_created_once(store).await?;
    entries_follow_the_head_and_come_back_as_they_went(store).await?;
    registers_are_compared_and_swapped_and_expire(store).await?;
    keys_are_granted_listed_in_order_and_revoked(store).await?;
    vouchers_are_good_once(store).await?;
    bodies_go_and_hashes_stay(store).await?;
    acts_are_kept_until_they_are_due_or_cancelled(store).await?;
    a_deleted_log_is_no_more(store).await?;
    a_copy_begins_relay_epochs_and_takes_replays(store).await
}

async fn bodies_go_and_hashes_stay(store: &impl Store) -> Result<(), StoreError> {
    create(store, 60).await.unwrap();
    let mut chain = vec![entry(0, Hash::ZERO, 60)];
    for seq in 1..3 {
        let mut next = entry(seq, chain[chain.len() - 1].hash(), 1);
        next.slot = vec![4; 8].into();
        store.change(append(60, &next)).await.unwrap();
        chain.push(next);
    }
    let prune = |seqs: &[u64], now| Change::Prune {
        handle: handle(60),
        by: key(60),
        seqs: seqs.to_vec(),
        now,
    };
    let late = NOW + 2 * WEEK;
    for (seqs, now) in [
        (&[1][..], NOW + WEEK),
        (&[2], late),
        (&[0], late),
        (&[1, 2], late),
    ] {
        let early = store.change(prune(seqs, now)).await;
        assert_eq!(refused(early), Refusal::NotPermitted("append"));
    }
    let done = store.change(prune(&[1], late)).await.unwrap();
    assert_eq!(done.effects, [Effect::BodiesDropped { below: 2 }]);
    assert_eq!(done.log.used_bytes, 3 * 2048 - 1024);
    let again = store.change(prune(&[1], late)).await.unwrap();
    assert_eq!(again.effects, []);
    let kept = store.entries(&handle(60), 0, WIDE).await?;
    let hashes = |chain: &[Entry]| chain.iter().map(Entry::hash).collect::<Vec<_>>();
    assert_eq!(hashes(&kept), hashes(&chain));
    assert_eq!(kept[1].body, EntryBody::Pruned(chain[1].body.hash()));
    Ok(())
}

async fn acts_are_kept_until_they_are_due_or_cancelled(
    store: &impl Store,
) -> Result<(), StoreError> {
    create(store, 61).await.unwrap();
    let announce = |what, now| Change::Announce {
        handle: handle(61),
        by: key(61),
        what,
        now,
        bounds: BOUNDS,
    };
    let carry_out = |now| Change::CarryOut {
        handle: handle(61),
        now,
        bounds: BOUNDS,
    };
    let new = What::Change(AccessRecord {
        key: key(62),
        ..record(61)
    });
    store.change(announce(new, NOW)).await.unwrap();
    let erase = What::EraseBodies(vec![0]);
    let no_slot = store.change(announce(erase, NOW)).await;
    assert_eq!(refused(no_slot), Refusal::InvalidArgument("erase_bodies"));
    let second = announce(What::DeleteLog, NOW + 1);
    let second = store.change(second).await.unwrap().effects;
    let acts = store.acts(&handle(61)).await?;
    assert_eq!(second, [Effect::Announced(acts[1].clone())]);
    assert_eq!((acts.len(), acts[0].due_at, acts[1].id), (2, NOW + WEEK, 2));
    assert_eq!(store.agenda().await?, [(handle(61), NOW + WEEK)]);

    let early = store.change(carry_out(NOW + WEEK - 1)).await.unwrap();
    assert_eq!(early.effects, []);
    let done = store.change(carry_out(NOW + WEEK)).await.unwrap();
    let expected = [Effect::KeyEnded(key(62)), Effect::Done(acts[0].clone())];
    assert_eq!(done.effects, expected);
    assert!(store.access(&handle(61), &key(62)).await?.is_some());
    let cancel = |id| Change::CancelAct {
        handle: handle(61),
        by: key(62),
        id,
    };
    let gone = store.change(cancel(1)).await;
    assert_eq!(refused(gone), Refusal::InvalidArgument("id"));
    let cancelled = store.change(cancel(2)).await.unwrap().effects;
    assert_eq!(cancelled, [Effect::Cancelled(acts[1].clone())]);
    assert!(store.agenda().await?.is_empty());
    let never = store.change(carry_out(NOW + 9 * WEEK)).await.unwrap();
    assert_eq!(never.effects, []);
    Ok(())
}

async fn a_deleted_log_is_no_more(store: &impl Store) -> Result<(), StoreError> {
    create(store, 63).await.unwrap();
    let announce = Change::Announce {
        handle: handle(63),
        by: key(63),
        what: What::DeleteLog,
        now: NOW,
        bounds: BOUNDS,
    };
    store.change(announce).await.unwrap();
    let carry_out = || Change::CarryOut {
        handle: handle(63),
        now: NOW + WEEK,
        bounds: BOUNDS,
    };
    let effects = store.change(carry_out()).await.unwrap().effects;
    assert_eq!(effects[0], Effect::LogDeleted);
    assert_eq!(refused(store.change(carry_out()).await), Refusal::NoSession);
    assert_eq!(store.log(&handle(63)).await?, None);
    assert!(store.entries(&handle(63), 0, WIDE).await?.is_empty());
    assert!(store.access_list(&handle(63)).await?.is_empty());
    assert!(store.acts(&handle(63)).await?.is_empty());
    assert!(store.agenda().await?.is_empty());
    create(store, 63).await.unwrap();
    Ok(())
}

async fn a_copy_begins_relay_epochs_and_takes_replays(
    store: &impl Store,
) -> Result<(), StoreError> {
    let written = RegisterRecord {
        name: [5; 32],
        ..register(1, Some(NOW + WEEK))
    };
    store.change(write(2, written, NOW)).await.unwrap();
    let before = store.log(&handle(2)).await?.unwrap();
    let logs = store.restored(NOW).await?;
    assert!(logs >= 4, "{logs}");
    let after = store.log(&handle(2)).await?.unwrap();
    let until = NOW + 86_400;
    let expected = LogState {
        relay_epoch: NOW as u32,
        replays: Replays::Restore { until },
        ..before
    };
    assert_eq!(after, expected);
    assert!(store.registers(&handle(2), NOW).await?.is_empty());

    let next = entry(after.next_seq, after.head, 9);
    let with = |replay, now| match append(2, &next) {
        Change::Append {
            handle,
            by,
            entry,
            log_bytes,
            ..
        } => Change::Append {
            handle,
            by,
            entry,
            replay,
            now,
            log_bytes,
        },
        other => other,
    };
    let early = store.change(with(false, NOW)).await;
    assert_eq!(refused(early), Refusal::Restoring);
    let late = store.change(with(true, until)).await;
    assert_eq!(refused(late), Refusal::NotPermitted("replay"));
    let given = store.change(with(true, NOW)).await.unwrap();
    assert_eq!(given.effects, [Effect::Appended]);
    let twice = store.change(with(true, NOW)).await.unwrap();
    assert_eq!((twice.log, twice.effects), (given.log, vec![]));
    Ok(())
}

async fn what_is_not_there_is_none(store: &impl Store) -> Result<(), StoreError> {
    let nowhere = handle(200);
    assert_eq!(store.log(&nowhere).await?, None);
    assert!(store.entries(&nowhere, 0, WIDE).await?.is_empty());
    assert_eq!(store.hash_at(&nowhere, 0).await?, None);
    assert_eq!(store.register(&nowhere, &[9; 32], NOW).await?, None);
    assert!(store.registers(&nowhere, NOW).await?.is_empty());
    assert_eq!(store.access(&nowhere, &key(200)).await?, None);
    assert!(store.access_list(&nowhere).await?.is_empty());
    let change = append(200, &entry(0, Hash::ZERO, 1));
    assert_eq!(refused(store.change(change).await), Refusal::NoSession);
    Ok(())
}

async fn logs_are_created_once(store: &impl Store) -> Result<(), StoreError> {
    let genesis = entry(0, Hash::ZERO, 1);
    let state = create(store, 1).await.unwrap();
    let expected = LogState {
        relay_epoch: 1,
        next_seq: 1,
        head: genesis.hash(),
        used_bytes: 2048,
        replays: Replays::None,
    };
    assert_eq!(state, expected);
    assert_eq!(store.log(&handle(1)).await?, Some(expected));
    assert_eq!(refused(create(store, 1).await), Refusal::LogExists);
    assert_eq!(store.access(&handle(1), &key(1)).await?, Some(record(1)));
    create(store, 2).await.unwrap();
    assert_eq!(store.access(&handle(2), &key(1)).await?, None);
    Ok(())
}

async fn entries_follow_the_head_and_come_back_as_they_went(
    store: &impl Store,
) -> Result<(), StoreError> {
    let mut chain = vec![entry(0, Hash::ZERO, 1)];
    for seq in 1..5 {
        let mut next = entry(seq, chain[chain.len() - 1].hash(), seq as u8);
        next.slot = vec![seq as u8; seq as usize].into();
        next.generation = seq as u32;
        let state = store.change(append(1, &next)).await.unwrap().log;
        assert_eq!((state.next_seq, state.head), (seq + 1, next.hash()));
        chain.push(next);
    }
    let stale = Refusal::StaleHead {
        next_seq: 5,
        head: chain[4].hash(),
    };
    for wrong in [
        entry(4, chain[3].hash(), 7),
        entry(5, chain[3].hash(), 7),
        entry(6, chain[4].hash(), 7),
    ] {
        assert_eq!(refused(store.change(append(1, &wrong)).await), stale);
    }
    assert_eq!(store.entries(&handle(1), 0, WIDE).await?, chain);
    let narrow = |entries, bytes| Window { entries, bytes };
    let some = store.entries(&handle(1), 1, narrow(2, 1 << 30)).await?;
    assert_eq!(some, chain[1..3]);
    let least = store.entries(&handle(1), 3, narrow(9, 1)).await?;
    assert_eq!(least, chain[3..4], "at least one, however narrow");
    assert!(store.entries(&handle(1), 5, WIDE).await?.is_empty());
    assert_eq!(
        store.hash_at(&handle(1), 2).await?,
        Some(chain[2].hash()),
        "hashes stand by place"
    );
    assert_eq!(store.hash_at(&handle(1), 5).await?, None);
    assert_eq!(store.log(&handle(2)).await?.unwrap().next_seq, 1);
    Ok(())
}

async fn registers_are_compared_and_swapped_and_expire(
    store: &impl Store,
) -> Result<(), StoreError> {
    let stale = |version| Refusal::StaleVersion(version);
    let wrong = store.change(write(1, register(0, None), NOW)).await;
    assert_eq!(refused(wrong), stale(0));
    store
        .change(write(1, register(1, None), NOW))
        .await
        .unwrap();
    let fleeting = register(2, Some(NOW + 10));
    store.change(write(1, fleeting.clone(), NOW)).await.unwrap();
    let wrong = store.change(write(1, register(2, None), NOW)).await;
    assert_eq!(refused(wrong), stale(2));

    let read = async |now| store.register(&handle(1), &[9; 32], now).await;
    assert_eq!(read(NOW + 9).await?, Some(fleeting.clone()));
    assert_eq!(store.registers(&handle(1), NOW + 9).await?, [fleeting]);
    assert_eq!(read(NOW + 10).await?, None);
    assert!(store.registers(&handle(1), NOW + 10).await?.is_empty());
    assert_eq!(store.register(&handle(2), &[9; 32], NOW).await?, None);

    let wrong = store.change(write(1, register(0, None), NOW + 10)).await;
    assert_eq!(refused(wrong), stale(0), "none stands any more");
    store
        .change(write(1, register(3, None), NOW + 10))
        .await
        .unwrap();
    for name in [[7; 32], [8; 32]] {
        let other = RegisterRecord {
            name,
            ..register(1, Some(NOW + 20))
        };
        store.change(write(1, other, NOW + 11)).await.unwrap();
    }
    let fourth = RegisterRecord {
        name: [6; 32],
        ..register(1, None)
    };
    let full = store.change(write(1, fourth.clone(), NOW + 12)).await;
    assert!(matches!(
        refused(full),
        Refusal::Quota {
            of: "registers",
            ..
        }
    ));
    store.change(write(1, fourth, NOW + 20)).await.unwrap();
    Ok(())
}

async fn keys_are_granted_listed_in_order_and_revoked(
    store: &impl Store,
) -> Result<(), StoreError> {
    let grant = |access: AccessRecord, by: u8| Change::Grant {
        handle: handle(1),
        by: key(by),
        access,
        bounds: BOUNDS,
    };
    let revoke = |number: u8| Change::Revoke {
        handle: handle(1),
        by: key(1),
        key: key(number),
    };
    let reader = |number: u8| AccessRecord {
        rights: Rights::default().with(Right::Read),
        group: [1; 16],
        ..record(number)
    };
    for number in [30, 31, 32] {
        store.change(grant(reader(number), 1)).await.unwrap();
    }
    let full = store.change(grant(reader(33), 1)).await;
    assert!(matches!(refused(full), Refusal::Quota { of: "keys", .. }));
    let by_reader = store.change(grant(reader(30), 30)).await;
    assert_eq!(refused(by_reader), Refusal::NotPermitted("admin"));
    let mut expected = vec![record(1), reader(30), reader(31), reader(32)];
    expected.sort_by_key(|record| record.key);
    assert_eq!(store.access_list(&handle(1)).await?, expected);

    let head = store.log(&handle(1)).await?.unwrap();
    let next = entry(head.next_seq, head.head, 1);
    let by_reader = Change::Append {
        handle: handle(1),
        by: key(30),
        entry: next,
        replay: false,
        now: NOW,
        log_bytes: LOG_BYTES,
    };
    let not_permitted = Refusal::NotPermitted("append");
    assert_eq!(
        refused(store.change(by_reader.clone()).await),
        not_permitted
    );
    store.change(revoke(30)).await.unwrap();
    assert_eq!(refused(store.change(by_reader).await), Refusal::NoSession);
    assert_eq!(store.access(&handle(1), &key(30)).await?, None);
    store.change(revoke(30)).await.unwrap();
    let lock_out = store.change(revoke(1)).await;
    assert_eq!(refused(lock_out), Refusal::Delayed);
    assert_eq!(store.log(&handle(1)).await?.unwrap(), head);
    Ok(())
}

async fn vouchers_are_good_once(store: &impl Store) -> Result<(), StoreError> {
    let with_voucher = |number: u8| {
        let log = NewLog {
            voucher: Some(sha256(b"voucher")),
            ..new_log(number)
        };
        Change::CreateLog(Box::new(log))
    };
    let mut bad = with_voucher(50);
    if let Change::CreateLog(log) = &mut bad {
        log.genesis.seq = 1;
    }
    assert!(matches!(
        refused(store.change(bad).await),
        Refusal::InvalidArgument(_)
    ));
    store.change(with_voucher(50)).await.unwrap();
    assert_eq!(
        refused(store.change(with_voucher(51)).await),
        Refusal::Admission
    );
    assert_eq!(
        refused(store.change(with_voucher(50)).await),
        Refusal::Admission,
        "without a voucher nobody learns which logs there are"
    );
    assert_eq!(store.log(&handle(51)).await?, None);
    Ok(())
}
