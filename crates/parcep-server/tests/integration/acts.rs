//! Acts of seven days and root keys, over the wire and in virtual time (R-CONS-020, R-CONS-025).

use crate::member::{Member, TestRelay, reason, refused};
use parcep_core::crypto::Hash;
use parcep_proto::v1alpha1 as pb;
use parcep_server::VirtualClock;
use parcep_server::store::redb::RedbStore;
use pb::admin_act::What as Done;
use pb::announce_request::What;
use pb::watch_response::Item;
use redb::{
    ReadableDatabase as _, ReadableTable as _, ReadableTableMetadata as _, TableDefinition,
};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::tempdir;
use tonic::{Code, Streaming};

const START: i64 = 1_700_000_000;
const WEEK: i64 = 604_800;
const FULL: [pb::Right; 4] = [
    pb::Right::Read,
    pb::Right::Append,
    pb::Right::Registers,
    pb::Right::Admin,
];

async fn in_memory() -> (VirtualClock, TestRelay) {
    let time = VirtualClock::at(START);
    let store = Arc::new(RedbStore::in_memory().unwrap());
    let relay = TestRelay::at(&time, store).await;
    (time, relay)
}

/// Another device of the same group, with every right and an open session.
async fn second_device(member: &mut Member, number: u8) -> Member {
    let mut other = Member::new(member.client.clone(), member.handle[0], number);
    other.group = member.group;
    member.grant(other.access(&FULL)).await.unwrap();
    other.open().await.unwrap();
    other
}

async fn watch(member: &mut Member) -> Streaming<pb::WatchResponse> {
    let request = pb::WatchRequest {
        session: member.session.clone(),
        from_seq: 0,
        from_hash: Hash::ZERO.0.to_vec(),
        registers: false,
    };
    member.client.watch(request).await.unwrap().into_inner()
}

/// The next act on a watch.
async fn next_act(watching: &mut Streaming<pb::WatchResponse>) -> pb::AdminAct {
    let act = async {
        loop {
            match watching.message().await.unwrap().unwrap().item {
                Some(Item::Act(act)) => return act,
                _ => continue,
            }
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), act).await;
    waited.expect("an act on the watch")
}

/// R-CONS-025, R-RELAY-017, R-RELAY-018, R-RELAY-037, R-RELAY-038.
#[tokio::test]
async fn an_admin_is_removed_a_week_after_it_was_announced_to_all() {
    let (time, relay) = in_memory().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut phone = second_device(&mut founder, 2).await;
    let mut reader = founder.admit(3, &[pb::Right::Read]).await;
    let mut watching = watch(&mut reader).await;
    let delayed = refused(founder.revoke(phone.public()).await);
    assert_eq!(
        (delayed.reason.as_str(), delayed.code),
        ("DELAYED", Code::FailedPrecondition)
    );
    let act = founder
        .announce(What::Revoke(phone.public()))
        .await
        .unwrap();
    assert_eq!(
        (act.id, act.announced_at, act.due_at),
        (1, START, START + WEEK)
    );
    assert_eq!(act.by, founder.public());
    assert_eq!(act.what, Some(Done::Revoke(phone.public())));
    assert_eq!(next_act(&mut watching).await, act, "every key is told");
    assert_eq!(
        reader.acts().await,
        std::slice::from_ref(&act),
        "and may ask"
    );
    let again = founder.announce(What::Revoke(phone.public())).await;
    assert_eq!(again.unwrap(), act, "announced once");

    time.advance(WEEK - 1);
    phone.open().await.unwrap();
    phone.read(0, 0).await.unwrap();
    let opened = reader.open().await.unwrap();
    assert_eq!(opened.acts, std::slice::from_ref(&act));
    time.advance(1);
    assert_eq!(reason(phone.read(0, 0).await), "NO_SESSION");
    assert_eq!(reason(phone.open().await), "BAD_CHALLENGE");
    let done = next_act(&mut watching).await;
    assert_eq!(done, pb::AdminAct { done: true, ..act });
    assert!(reader.acts().await.is_empty());
}

/// R-CONS-025, R-RELAY-038.
#[tokio::test]
async fn a_cancelled_act_never_happens() {
    let (time, relay) = in_memory().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut other = founder.admit(2, &[pb::Right::Read, pb::Right::Admin]).await;
    let mut reader = founder.admit(3, &[pb::Right::Read]).await;
    let mut watching = watch(&mut reader).await;
    let act = founder.announce(What::DeleteLog(true)).await.unwrap();
    assert_eq!(next_act(&mut watching).await, act);
    assert_eq!(reason(reader.cancel(act.id).await), "NOT_PERMITTED");
    other.cancel(act.id).await.unwrap();
    let cancelled = next_act(&mut watching).await;
    assert_eq!(
        cancelled,
        pb::AdminAct {
            cancelled: true,
            ..act.clone()
        }
    );
    let twice = refused(other.cancel(act.id).await);
    assert_eq!(
        (twice.reason.as_str(), twice.metadata("field").as_str()),
        ("INVALID_ARGUMENT", "id")
    );
    time.advance(2 * WEEK);
    founder.open().await.unwrap();
    founder.append().await.unwrap();
    assert_eq!(founder.everything().await.len(), 2);
    let next = founder.announce(What::DeleteLog(true)).await.unwrap();
    assert_eq!(next.id, 2, "a number is never used twice");
}

/// R-CONS-025, R-RELAY-037: who was removed in the meantime removes nobody, and a key that is gone does not come back.
#[tokio::test]
async fn acts_end_with_their_announcer_and_with_the_key_that_they_name() {
    let (time, relay) = in_memory().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut page = Member::new(relay.client().await, 1, 9);
    page.group = founder.group;
    let mut root = page.access(&FULL);
    root.root = true;
    founder.grant(root).await.unwrap();
    let mut phone = second_device(&mut founder, 2).await;
    phone.announce(What::DeleteLog(true)).await.unwrap();
    let weaker = phone.access(&[pb::Right::Read]);
    founder.announce(What::Change(weaker)).await.unwrap();
    assert_eq!(founder.acts().await.len(), 2);
    page.open().await.unwrap();
    page.revoke(phone.public()).await.unwrap();
    assert!(founder.acts().await.is_empty());
    time.advance(WEEK);
    founder.open().await.unwrap();
    assert_eq!(founder.keys().await.len(), 2, "the phone's key stays away");
}

/// R-CONS-020, R-RELAY-016, R-RELAY-017.
#[tokio::test]
async fn a_root_key_shuts_out_any_key_of_its_group_at_once_and_no_other() {
    let (_, relay) = in_memory().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut page = Member::new(relay.client().await, 1, 9);
    page.group = founder.group;
    let mut root = page.access(&FULL);
    root.root = true;
    let mut powerless = root.clone();
    powerless.rights.pop();
    let field = refused(founder.grant(powerless).await).metadata("field");
    assert_eq!(field, "root", "a root key has the admin right");
    founder.grant(root.clone()).await.unwrap();
    let mut thief = second_device(&mut founder, 2).await;
    let mut other = founder.admit(3, &[pb::Right::Read, pb::Right::Admin]).await;

    let own = Member::new(relay.client().await, 1, 8);
    let mut second_root = Member { group: 1, ..own }.access(&FULL);
    second_root.root = true;
    assert_eq!(reason(thief.grant(second_root).await), "DELAYED");
    root.root = false;
    assert_eq!(reason(thief.grant(root).await), "NOT_PERMITTED");
    assert_eq!(reason(thief.revoke(page.public()).await), "DELAYED");

    page.open().await.unwrap();
    assert_eq!(reason(page.revoke(other.public()).await), "NOT_PERMITTED");
    page.revoke(thief.public()).await.unwrap();
    assert_eq!(reason(thief.read(0, 0).await), "NO_SESSION");
    other.read(0, 0).await.unwrap();
    let listed = other.keys().await;
    let roots: Vec<_> = listed.iter().filter(|key| key.root).collect();
    assert_eq!(roots.len(), 1);
    assert_eq!(roots[0].access_key, page.public());
}

/// R-RELAY-022, R-RELAY-030, R-RELAY-037.
#[tokio::test]
async fn sixteen_acts_are_pending_at_most_and_bad_ones_are_none() {
    let (_, relay) = in_memory().await;
    let mut founder = Member::found(&relay, 1).await;
    for number in 0..16 {
        let key = Member::new(relay.client().await, 1, 100 + number);
        let added = What::Change(key.access(&[pb::Right::Read]));
        founder.announce(added).await.unwrap();
    }
    let full = refused(founder.announce(What::DeleteLog(true)).await);
    assert_eq!(
        (full.reason.as_str(), full.metadata("of").as_str()),
        ("QUOTA", "acts")
    );
    founder.cancel(3).await.unwrap();
    let places = |seqs: Vec<u64>| What::EraseBodies(pb::Places { seqs });
    let cases = [
        (What::DeleteLog(false), "INVALID_ARGUMENT", "delete_log"),
        (What::Revoke(vec![1; 31]), "INVALID_ARGUMENT", "revoke"),
        (What::Revoke(vec![0; 32]), "WEAK_KEY", ""),
        (places(vec![]), "INVALID_ARGUMENT", "erase_bodies"),
        (places(vec![7; 257]), "TOO_LARGE", "erase_bodies"),
        (places(vec![0]), "INVALID_ARGUMENT", "erase_bodies"),
        (places(vec![1]), "INVALID_ARGUMENT", "erase_bodies"),
    ];
    for (what, expected, field) in cases {
        let said = refused(founder.announce(what.clone()).await);
        let found = (said.reason.as_str(), said.metadata("field"));
        assert_eq!(found, (expected, field.to_owned()), "{what:?}");
    }
    let request = pb::AnnounceRequest {
        session: founder.session.clone(),
        what: None,
    };
    let nothing = refused(founder.client.announce(request).await);
    assert_eq!(nothing.metadata("field"), "what");
    founder.announce(What::DeleteLog(true)).await.unwrap();
}

/// R-RELAY-037, R-RELAY-002. A copy of the store's file is what a kill at that moment leaves behind.
#[tokio::test]
async fn an_act_survives_a_kill_and_is_carried_out_before_anything_is_answered() {
    let folder = tempdir().unwrap();
    let (path, killed) = (folder.path().join("store"), folder.path().join("killed"));
    let time = VirtualClock::at(START);
    let relay = TestRelay::at(&time, Arc::new(RedbStore::open(&path).unwrap())).await;
    let mut founder = Member::found(&relay, 1).await;
    let phone = second_device(&mut founder, 2).await;
    founder
        .announce(What::Revoke(phone.public()))
        .await
        .unwrap();
    std::fs::copy(&path, &killed).unwrap();

    time.advance(WEEK / 2);
    let halfway = TestRelay::at(&time, Arc::new(RedbStore::open(&killed).unwrap())).await;
    let mut there = Member::new(halfway.client().await, 1, 2);
    let opened = there.open().await.unwrap();
    assert_eq!(opened.acts.len(), 1);
    assert_eq!(opened.acts[0].due_at, START + WEEK, "the week goes on");
    let again = folder.path().join("again");
    std::fs::copy(&killed, &again).unwrap();

    time.advance(WEEK);
    let late = TestRelay::at(&time, Arc::new(RedbStore::open(&again).unwrap())).await;
    let mut there = Member::new(late.client().await, 1, 2);
    assert_eq!(
        reason(there.open().await),
        "BAD_CHALLENGE",
        "at the first call"
    );
    let mut founder = Member::new(late.client().await, 1, 1);
    assert!(founder.open().await.unwrap().acts.is_empty());
}

/// R-RELAY-037: nobody calls, and it happens all the same.
#[tokio::test]
async fn what_is_due_happens_without_a_call() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store");
    let time = VirtualClock::at(START);
    let mut relay = TestRelay::at(&time, Arc::new(RedbStore::open(&path).unwrap())).await;
    let mut founder = Member::found(&relay, 1).await;
    let mut watching = watch(&mut founder).await;
    founder.announce(What::DeleteLog(true)).await.unwrap();
    time.advance(WEEK);
    let ended = async {
        loop {
            match watching.message().await {
                Ok(_) => {}
                Err(status) => return status,
            }
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(20), ended).await;
    assert_eq!(
        reason(Err::<(), _>(ended.expect("the watch ends"))),
        "NO_SESSION"
    );
    drop((watching, founder));
    relay.stop();
    relay.finished().await;
    assert_eq!(rows_of(&path), 0);
}

/// R-RELAY-037, R-OPS-004: its rows are gone, its neighbour's stay, and its handle is free.
#[tokio::test]
async fn a_deleted_log_answers_as_unknown_and_leaves_no_row() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store");
    let time = VirtualClock::at(START);
    let mut relay = TestRelay::at(&time, Arc::new(RedbStore::open(&path).unwrap())).await;
    let mut founder = Member::found(&relay, 1).await;
    let mut other = founder.admit(2, &FULL).await;
    for _ in 0..3 {
        other.open().await.unwrap();
        other.append_in(5).await;
    }
    for (name, expires_at) in [(1, None), (2, Some(START + 9 * WEEK))] {
        let register = pb::Register {
            name: vec![name; 32],
            version: 1,
            value: vec![7; 100],
            expires_at,
        };
        let request = pb::WriteRegisterRequest {
            session: founder.session.clone(),
            register: Some(register),
        };
        founder.client.write_register(request).await.unwrap();
    }
    founder.announce(What::DeleteLog(true)).await.unwrap();
    time.advance(WEEK);
    assert_eq!(reason(founder.read(0, 0).await), "NO_SESSION");
    assert_eq!(reason(founder.open().await), "BAD_CHALLENGE");
    assert_eq!(reason(other.open().await), "BAD_CHALLENGE");

    let mut neighbour = Member::found(&relay, 3).await;
    neighbour.append().await.unwrap();
    drop((founder, other, neighbour));
    relay.stop();
    relay.finished().await;
    // The neighbour's log, two entries, key, usage.
    assert_eq!(rows_of(&path), 5);

    let again = TestRelay::at(&time, Arc::new(open(&path).await)).await;
    let mut founder = Member::new(again.client().await, 1, 1);
    founder.create_log().await.unwrap();
    founder.open().await.unwrap();
    assert_eq!(founder.everything().await.len(), 1);
}

/// Opens a store that another relay of this process is about to let go of.
async fn open(path: &Path) -> RedbStore {
    for _ in 0..500 {
        if let Ok(store) = RedbStore::open(path) {
            return store;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the store stays in use");
}

/// How many rows a store has in all tables but `meta` and `vouchers`.
fn rows_of(path: &Path) -> u64 {
    type ByName = TableDefinition<'static, (u64, &'static [u8; 32]), &'static [u8]>;
    type ByPlace = TableDefinition<'static, (u64, u64), &'static [u8]>;
    const USAGE: TableDefinition<'_, (u64, &[u8; 32]), u64> = TableDefinition::new("usage");
    const LOGS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("logs");
    const SLOTS: TableDefinition<'_, (u64, &[u8], u64), &[u8]> = TableDefinition::new("slots");
    const EXPIRY: TableDefinition<'_, (i64, u64, &[u8; 32]), ()> = TableDefinition::new("expiry");
    let mut waited = 0;
    let db = loop {
        match redb::Database::open(path) {
            Ok(db) => break db,
            Err(error) if waited > 500 => panic!("{error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(10)),
        }
        waited += 1;
    };
    let txn = db.begin_read().unwrap();
    let mut rows = 0;
    for name in ["registers", "access"] {
        let table: ByName = TableDefinition::new(name);
        rows += txn.open_table(table).unwrap().len().unwrap();
    }
    for name in ["entries", "acts"] {
        let table: ByPlace = TableDefinition::new(name);
        rows += txn.open_table(table).unwrap().len().unwrap();
    }
    rows += txn.open_table(USAGE).unwrap().len().unwrap();
    rows += txn.open_table(LOGS).unwrap().len().unwrap();
    rows += txn.open_table(SLOTS).unwrap().iter().unwrap().count() as u64;
    rows + txn.open_table(EXPIRY).unwrap().len().unwrap()
}
