//! A relay that comes back with an older store, and logs that begin with a history (R-MOVE-009,
//! R-MOVE-010, R-MOVE-016, R-MOVE-020, R-MOVE-024).

use crate::member::{Member, TestRelay, entry, reason, refused};
use crate::process::Program;
use parcep_core::crypto::Hash;
use parcep_core::log::{Entry, EntryBody};
use parcep_proto::v1alpha1 as pb;
use parcep_server::VirtualClock;
use parcep_server::store::Store as _;
use parcep_server::store::redb::RedbStore;
use std::path::Path;
use std::sync::Arc;
use tempfile::tempdir;
use tonic::Code;

const START: i64 = 1_700_000_000;
const DAY: i64 = 86_400;

/// A relay on a copy of the store, said to be one.
async fn put_back(copy: &Path, time: &VirtualClock) -> TestRelay {
    let store = RedbStore::open(copy).unwrap();
    store.restored(time.now()).await.unwrap();
    TestRelay::at(time, Arc::new(store)).await
}

async fn write(member: &mut Member, version: u64) -> Result<(), tonic::Status> {
    let register = pb::Register {
        name: vec![3; 32],
        version,
        value: vec![version as u8; 100],
        expires_at: None,
    };
    let request = pb::WriteRegisterRequest {
        session: member.session.clone(),
        register: Some(register),
    };
    member.client.write_register(request).await.map(drop)
}

async fn register(member: &mut Member) -> Option<pb::Register> {
    let request = pb::ReadRegisterRequest {
        session: member.session.clone(),
        name: vec![3; 32],
    };
    let read = member.client.read_register(request).await.unwrap();
    read.into_inner().register
}

/// The entry without its body.
fn pruned(entry: &Entry) -> Entry {
    Entry {
        body: EntryBody::Pruned(entry.body.hash()),
        ..entry.clone()
    }
}

/// R-MOVE-009, R-MOVE-010, R-MOVE-016, R-RELAY-019.
#[tokio::test]
async fn what_a_restore_lost_is_given_back_verbatim_and_nothing_is_lost_or_doubled() {
    let folder = tempdir().unwrap();
    let (path, copy) = (folder.path().join("store"), folder.path().join("copy"));
    let time = VirtualClock::at(START);
    let relay = TestRelay::at(&time, Arc::new(RedbStore::open(&path).unwrap())).await;
    let mut phone = Member::found(&relay, 1).await;
    let mut tablet = phone.admit(2, &[pb::Right::Read, pb::Right::Append]).await;
    phone.append_in(1).await;
    write(&mut phone, 1).await.unwrap();
    std::fs::copy(&path, &copy).unwrap();
    write(&mut phone, 2).await.unwrap();
    for slot in [1, 2, 3] {
        phone.append_in(slot).await;
        tablet.open().await.unwrap();
        tablet.append().await.unwrap();
        phone.open().await.unwrap();
    }
    let whole = phone.everything().await;
    assert_eq!(whole.len(), 8);

    time.advance(600);
    let back = put_back(&copy, &time).await;
    let mut phone = Member::new(back.client().await, 1, 1);
    let status = phone.open().await.unwrap().status.unwrap();
    assert_eq!(status.relay_epoch, (START + 600) as u32);
    assert_eq!(
        (status.next_seq, status.head),
        (2, whole[1].hash().0.to_vec())
    );
    assert_eq!(register(&mut phone).await, None, "registers are gone");
    write(&mut phone, 3).await.unwrap();

    let new = phone.next();
    let early = refused(phone.append_entry((&new).into()).await);
    assert_eq!(
        (early.reason.as_str(), early.code),
        ("RESTORING", Code::Unavailable)
    );
    let gap = phone.replay(&whole[3]).await;
    assert_eq!(reason(gap), "STALE_HEAD");
    for entry in &whole[2..6] {
        phone.replay(entry).await.unwrap();
    }
    // Another member knows more, and begins where it thinks that something is missing.
    let mut tablet = Member::new(back.client().await, 1, 2);
    tablet.open().await.unwrap();
    for entry in &whole[4..] {
        tablet.replay(entry).await.unwrap();
    }
    let other = entry(5, whole[4].hash(), 77);
    assert_eq!(reason(tablet.replay(&other).await), "STALE_HEAD");
    assert_eq!(tablet.everything().await, whole);

    time.advance(DAY);
    phone.open().await.unwrap();
    let late = entry(8, whole[7].hash(), 9);
    let over = refused(phone.replay(&late).await);
    assert_eq!(
        (over.reason.as_str(), over.metadata("right").as_str()),
        ("NOT_PERMITTED", "replay")
    );
    phone.replay(&whole[7]).await.unwrap();
    let new = phone.append().await.unwrap();
    let now = phone.everything().await;
    assert_eq!((&now[..8], &now[8..]), (&whole[..], &[new][..]));
}

/// R-MOVE-009, R-MOVE-026: two restores from one copy never give one number.
#[tokio::test]
async fn each_restore_begins_a_relay_epoch_of_its_own() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store");
    let time = VirtualClock::at(START);
    let mut epochs = Vec::new();
    {
        let store = RedbStore::open(&path).unwrap();
        crate::contract::create(&store, 1).await.unwrap();
    }
    for copy in ["a", "b"] {
        let copy = folder.path().join(copy);
        std::fs::copy(&path, &copy).unwrap();
        time.advance(1);
        let store = RedbStore::open(&copy).unwrap();
        for _ in 0..2 {
            assert_eq!(store.restored(time.now()).await.unwrap(), 1);
            let log = store.log(&crate::contract::handle(1)).await.unwrap();
            epochs.push(log.unwrap().relay_epoch);
        }
    }
    let first = (START + 1) as u32;
    assert_eq!(epochs, [first, first + 1, first + 1, first + 2]);
}

/// R-MOVE-010, R-RELAY-019: a restore is no way to drop what another wrote.
#[tokio::test]
async fn a_body_that_was_given_back_as_its_hash_can_still_be_given_back() {
    let folder = tempdir().unwrap();
    let (path, copy) = (folder.path().join("store"), folder.path().join("copy"));
    let time = VirtualClock::at(START);
    let relay = TestRelay::at(&time, Arc::new(RedbStore::open(&path).unwrap())).await;
    let mut phone = Member::found(&relay, 1).await;
    std::fs::copy(&path, &copy).unwrap();
    phone.append_in(1).await;
    phone.append().await.unwrap();
    let whole = phone.everything().await;

    let back = put_back(&copy, &time).await;
    let mut phone = Member::new(back.client().await, 1, 1);
    phone.open().await.unwrap();
    phone.replay(&pruned(&whole[1])).await.unwrap();
    assert_eq!(phone.everything().await[1], pruned(&whole[1]));
    let bare = refused(phone.replay(&pruned(&whole[2])).await);
    assert_eq!(
        (bare.reason.as_str(), bare.metadata("field").as_str()),
        ("INVALID_ARGUMENT", "body"),
        "an entry without a slot keeps its body"
    );
    phone.replay(&whole[1]).await.unwrap();
    phone.replay(&whole[2]).await.unwrap();
    assert_eq!(phone.everything().await, whole);
    phone.replay(&pruned(&whole[1])).await.unwrap();
    assert_eq!(phone.everything().await, whole, "and is not lost again");
}

/// R-RELAY-037, R-CONS-025: an act of the copy may have been cancelled since.
#[tokio::test]
async fn an_act_of_the_copy_is_not_carried_out() {
    let folder = tempdir().unwrap();
    let (path, copy) = (folder.path().join("store"), folder.path().join("copy"));
    let time = VirtualClock::at(START);
    let relay = TestRelay::at(&time, Arc::new(RedbStore::open(&path).unwrap())).await;
    let mut founder = Member::found(&relay, 1).await;
    let what = pb::announce_request::What::DeleteLog(true);
    let act = founder.announce(what).await.unwrap();
    std::fs::copy(&path, &copy).unwrap();
    founder.cancel(act.id).await.unwrap();
    time.advance(8 * DAY);
    let back = put_back(&copy, &time).await;
    let mut founder = Member::new(back.client().await, 1, 1);
    assert!(founder.open().await.unwrap().acts.is_empty());
    assert_eq!(founder.everything().await.len(), 1);
    let what = pb::announce_request::What::DeleteLog(true);
    let next = founder.announce(what).await.unwrap();
    assert!(next.id > 1 << 32, "no number of before comes again");
}

/// R-MOVE-020, R-MOVE-026, R-RELAY-007.
#[tokio::test]
async fn a_log_begins_with_a_history_and_ordinary_entries_close_it() {
    let time = VirtualClock::at(START);
    let store = Arc::new(RedbStore::in_memory().unwrap());
    let relay = TestRelay::at(&time, store).await;
    let mut old = Member::found(&relay, 1).await;
    for slot in 1..4 {
        old.append_in(slot).await;
    }
    let history = old.everything().await;

    let mut founder = Member::new(relay.client().await, 2, 2);
    let mut tablet = Member::new(relay.client().await, 2, 3);
    let page = Member::new(relay.client().await, 2, 4);
    let mut request = founder.creation().await;
    request.genesis = Some((&history[0]).into());
    request.relay_epoch = Some(7);
    let mut root = Member { group: 2, ..page }.access(&pb_rights());
    root.root = true;
    request.more = vec![tablet.access(&[pb::Right::Read, pb::Right::Append]), root];
    founder.client.create_log(request).await.unwrap();
    let status = founder.open().await.unwrap().status.unwrap();
    assert_eq!((status.relay_epoch, status.next_seq), (7, 1));
    assert_eq!(founder.keys().await.len(), 3);
    founder.replay(&history[1]).await.unwrap();
    tablet.open().await.unwrap();
    tablet.replay(&pruned(&history[2])).await.unwrap();
    tablet.replay(&history[3]).await.unwrap();
    assert_eq!(tablet.everything().await[3], history[3]);
    founder.open().await.unwrap();
    founder.append().await.unwrap();
    let closed = entry(5, founder.head, 1);
    assert_eq!(reason(founder.replay(&closed).await), "NOT_PERMITTED");
    founder.replay(&history[1]).await.unwrap();
}

/// R-MOVE-020.
#[tokio::test]
async fn a_history_is_taken_for_a_day() {
    let time = VirtualClock::at(START);
    let store = Arc::new(RedbStore::in_memory().unwrap());
    let relay = TestRelay::at(&time, store).await;
    let mut founder = Member::new(relay.client().await, 2, 2);
    let mut request = founder.creation().await;
    request.relay_epoch = Some(7);
    founder.client.create_log(request).await.unwrap();
    time.advance(DAY - 1);
    founder.open().await.unwrap();
    let first = founder.next();
    founder.replay(&first).await.unwrap();
    time.advance(1);
    let second = founder.next();
    assert_eq!(reason(founder.replay(&second).await), "NOT_PERMITTED");
    founder.append().await.unwrap();
}

/// R-RELAY-007, R-RELAY-034.
#[tokio::test]
async fn a_history_of_a_wrong_shape_is_refused_by_field() {
    let time = VirtualClock::at(START);
    let store = Arc::new(RedbStore::in_memory().unwrap());
    let relay = TestRelay::at(&time, store).await;
    let mut founder = Member::new(relay.client().await, 2, 2);
    let twin = founder.access(&pb_rights());
    let many: Vec<_> = (0..64).map(|_| twin.clone()).collect();
    for (epoch, more, expected) in [
        (Some(0), vec![], ("INVALID_ARGUMENT", "relay_epoch")),
        (Some(u32::MAX), vec![], ("INVALID_ARGUMENT", "relay_epoch")),
        (Some(1), vec![twin], ("INVALID_ARGUMENT", "more")),
        (Some(1), many, ("TOO_LARGE", "more")),
    ] {
        let mut request = founder.creation().await;
        request.relay_epoch = epoch;
        request.more = more;
        let said = refused(founder.client.create_log(request).await);
        let field = said.metadata("field");
        assert_eq!((said.reason.as_str(), field.as_str()), expected);
    }
    founder.create_log().await.unwrap();
}

fn pb_rights() -> [pb::Right; 4] {
    [
        pb::Right::Read,
        pb::Right::Append,
        pb::Right::Registers,
        pb::Right::Admin,
    ]
}

/// R-MOVE-009, R-MOVE-010, R-MOVE-026, R-RELAY-012: the program, killed, its file put back, said so.
#[tokio::test]
async fn the_program_is_told_of_a_restore_by_an_option() {
    let folder = tempdir().unwrap();
    let (store, copy) = (folder.path().join("store"), folder.path().join("copy"));
    let mut relay = Program::start(&store, "127.0.0.1:0", &[]);
    let mut member = Member::new(relay.client().await, 1, 1);
    member.create_log().await.unwrap();
    let before = member.open().await.unwrap().status.unwrap();
    member.append().await.unwrap();
    std::fs::copy(&store, &copy).unwrap();
    let lost = member.append().await.unwrap();
    let whole = member.everything().await;
    relay.kill();
    std::fs::copy(&copy, &store).unwrap();

    let again = Program::start(&store, "127.0.0.1:0", &["--restored"]);
    assert_eq!(again.relay_key, relay.relay_key, "the same relay");
    let mut member = Member::new(again.client().await, 1, 1);
    let status = member.open().await.unwrap().status.unwrap();
    assert!(status.relay_epoch > before.relay_epoch);
    assert_eq!(status.next_seq, 2);
    let request = pb::WatchRequest {
        session: member.session.clone(),
        from_seq: 0,
        from_hash: Hash::ZERO.0.to_vec(),
        registers: false,
    };
    let mut watching = member.client.watch(request).await.unwrap().into_inner();
    let first = watching.message().await.unwrap().unwrap().item;
    let Some(pb::watch_response::Item::Bookmark(mark)) = first else {
        panic!("a bookmark comes first");
    };
    assert_eq!(mark.relay_epoch, status.relay_epoch);
    assert_eq!(reason(member.append().await), "RESTORING");
    member.replay(&lost).await.unwrap();
    assert_eq!(member.everything().await, whole);
    drop((watching, member));
    drop(again);

    let plain = Program::start(&store, "127.0.0.1:0", &[]);
    let mut member = Member::new(plain.client().await, 1, 1);
    let later = member.open().await.unwrap().status.unwrap();
    assert_eq!(later.relay_epoch, status.relay_epoch, "said once");
    assert_eq!(
        reason(member.append().await),
        "RESTORING",
        "the day goes on"
    );
}
