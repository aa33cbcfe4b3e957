//! Watching: live, resumed, slow, revoked, shut down.

use crate::member::{Member, TestRelay, reason, refused, sized_entry};
use parcep_core::crypto::{Hash, SigningKey};
use parcep_core::session::bookmark;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::Right;
use parcep_proto::v1alpha1::watch_response::Item;
use parcep_server::store::Store as _;
use parcep_server::store::redb::RedbStore;
use parcep_server::{Admission, Limits};
use std::sync::Arc;
use std::time::Duration;
use tonic::{Code, Status, Streaming};

type Watch = Streaming<pb::WatchResponse>;

async fn watch(
    member: &mut Member,
    from_seq: u64,
    from_hash: Hash,
    registers: bool,
) -> Result<Watch, Status> {
    let request = pb::WatchRequest {
        session: member.session.clone(),
        from_seq,
        from_hash: from_hash.0.to_vec(),
        registers,
    };
    Ok(member.client.watch(request).await?.into_inner())
}

async fn item(watch: &mut Watch) -> Result<Item, Status> {
    let next = tokio::time::timeout(Duration::from_secs(10), watch.message());
    let message = next.await.expect("an item in time")?;
    Ok(message.expect("a stream without end").item.unwrap())
}

/// The next entry, whatever bookmarks come before it.
async fn next_entry(watch: &mut Watch) -> Result<pb::Entry, Status> {
    loop {
        if let Item::Entry(entry) = item(watch).await? {
            return Ok(entry);
        }
    }
}

/// R-RELAY-012, R-RELAY-023.
#[tokio::test]
async fn a_watch_begins_with_a_signed_bookmark_then_everything_then_what_comes() {
    let store = Arc::new(RedbStore::in_memory().unwrap());
    let relay_key = store.identity().key.public();
    let relay = TestRelay::over(store, Limits::default(), Admission::Open).await;
    let mut member = Member::found(&relay, 1).await;
    let first = member.append().await.unwrap();
    let mut watching = watch(&mut member, 0, Hash::ZERO, false).await.unwrap();

    let Item::Bookmark(mark) = item(&mut watching).await.unwrap() else {
        panic!("no bookmark first");
    };
    assert_eq!((mark.seq, mark.relay_epoch), (1, 1));
    assert_eq!(mark.head, first.hash().0);
    let signed = bookmark(&member.handle, 1, 1, &first.hash(), mark.time);
    relay_key.verify(&signed, &mark.signature).unwrap();
    let forger = SigningKey::from_seed([9; 32]).unwrap().public();
    assert!(forger.verify(&signed, &mark.signature).is_err());

    for seq in 0..2 {
        assert_eq!(next_entry(&mut watching).await.unwrap().seq, seq);
    }
    let live = member.append().await.unwrap();
    assert_eq!(next_entry(&mut watching).await.unwrap(), (&live).into());
}

/// R-RELAY-012.
#[tokio::test]
async fn bookmarks_keep_coming_while_nothing_happens() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.bookmark_every = Duration::from_millis(50);
        limits
    })
    .await;
    let mut member = Member::found(&relay, 1).await;
    let mut watching = watch(&mut member, 0, Hash::ZERO, false).await.unwrap();
    next_entry(&mut watching).await.unwrap();
    for _ in 0..3 {
        assert!(matches!(
            item(&mut watching).await.unwrap(),
            Item::Bookmark(_)
        ));
    }
}

/// R-RELAY-011, R-RELAY-023.
#[tokio::test]
async fn a_watch_resumes_behind_the_last_entry_it_had() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let mut watching = watch(&mut member, 0, Hash::ZERO, false).await.unwrap();
    let mut seen = next_entry(&mut watching).await.unwrap().seq;
    for _ in 0..3 {
        member.append().await.unwrap();
    }
    let mut hash = Hash::ZERO;
    while seen < 2 {
        let entry = next_entry(&mut watching).await.unwrap();
        seen = entry.seq;
        hash = parcep_core::log::Entry::try_from(entry).unwrap().hash();
    }
    drop(watching);
    member.append().await.unwrap();
    let mut again = watch(&mut member, seen + 1, hash, false).await.unwrap();
    assert_eq!(next_entry(&mut again).await.unwrap().seq, 3);
    assert_eq!(next_entry(&mut again).await.unwrap().seq, 4);
}

/// R-RELAY-011.
#[tokio::test]
async fn a_place_that_is_not_in_the_log_is_named_so() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let head = member.head;
    let cases = [
        (0, head),
        (1, Hash::ZERO),
        (1, Hash([7; 32])),
        (2, head),
        (u64::MAX, head),
    ];
    for (seq, hash) in cases {
        let refused = refused(watch(&mut member, seq, hash, false).await.map(drop));
        assert_eq!(
            (refused.reason.as_str(), refused.code),
            ("UNKNOWN_POSITION", Code::FailedPrecondition)
        );
    }
    let request = pb::WatchRequest {
        session: member.session.clone(),
        from_seq: 0,
        from_hash: Vec::new(),
        registers: false,
    };
    assert_eq!(
        reason(member.client.watch(request).await.map(drop)),
        "INVALID_ARGUMENT"
    );
    watch(&mut member, 1, head, false).await.unwrap();
}

/// R-RELAY-024.
#[tokio::test]
async fn register_changes_come_only_to_those_who_asked() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let mut register = pb::Register {
        name: vec![3; 32],
        version: 1,
        value: vec![1; 128],
        expires_at: None,
    };
    let mut write = async |register: &pb::Register| {
        let request = pb::WriteRegisterRequest {
            session: member.session.clone(),
            register: Some(register.clone()),
        };
        member.client.write_register(request).await.unwrap();
    };
    write(&register).await;
    let mut other = Member::new(relay.client().await, 1, 1);
    other.open().await.unwrap();
    let head = other.head;
    let mut asked = watch(&mut other, 1, head, true).await.unwrap();
    let mut silent = watch(&mut other, 1, head, false).await.unwrap();
    assert!(matches!(item(&mut asked).await.unwrap(), Item::Bookmark(_)));
    let Item::Register(standing) = item(&mut asked).await.unwrap() else {
        panic!("the registers that stand come first");
    };
    assert_eq!(standing, register);
    register.version = 2;
    write(&register).await;
    let Item::Register(changed) = item(&mut asked).await.unwrap() else {
        panic!("a change comes");
    };
    assert_eq!(changed, register);
    let entry = other.append().await.unwrap();
    assert!(matches!(
        item(&mut silent).await.unwrap(),
        Item::Bookmark(_)
    ));
    let Item::Entry(next) = item(&mut silent).await.unwrap() else {
        panic!("no register without asking");
    };
    assert_eq!(next, (&entry).into());
}

/// R-RELAY-018.
#[tokio::test]
async fn a_watch_of_a_revoked_key_ends() {
    let relay = TestRelay::start().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut device = Member::new(relay.client().await, 1, 2);
    device.group = 1;
    founder.grant(device.access(&[Right::Read])).await.unwrap();
    device.open().await.unwrap();
    let mut watching = watch(&mut device, 0, Hash::ZERO, false).await.unwrap();
    next_entry(&mut watching).await.unwrap();
    founder.revoke(device.public()).await.unwrap();
    assert_eq!(reason(next_entry(&mut watching).await), "NO_SESSION");
}

#[tokio::test]
async fn a_key_has_a_bounded_number_of_watches_and_gets_them_back() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.watches_per_key = 1;
        limits
    })
    .await;
    let mut member = Member::found(&relay, 1).await;
    let mut first = watch(&mut member, 0, Hash::ZERO, false).await.unwrap();
    next_entry(&mut first).await.unwrap();
    let refused = refused(watch(&mut member, 0, Hash::ZERO, false).await.map(drop));
    assert_eq!(
        (refused.reason.as_str(), refused.metadata("of").as_str()),
        ("QUOTA", "watches")
    );
    drop(first);
    for _ in 0..100 {
        if watch(&mut member, 0, Hash::ZERO, false).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the place of a closed watch stayed taken");
}

/// R-RELAY-025.
#[tokio::test]
async fn watchers_are_told_of_a_shutdown_and_when_to_come_back() {
    let mut relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let mut watching = watch(&mut member, 0, Hash::ZERO, false).await.unwrap();
    next_entry(&mut watching).await.unwrap();
    relay.stop();
    let refused = refused(next_entry(&mut watching).await);
    assert_eq!(
        (refused.reason.as_str(), refused.code),
        ("UNAVAILABLE", Code::Unavailable)
    );
    let wait: u64 = refused.metadata("retry_after_ms").parse().unwrap();
    assert!((1000..5000).contains(&wait), "{wait}");
    drop((watching, member));
    relay.finished().await;
}

/// R-RELAY-013. The connection's window fills, the stream is not pulled, the ring goes round.
#[tokio::test]
async fn a_watcher_that_was_up_to_date_and_falls_far_behind_is_told_so() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.lag_entries = 70;
        limits
    })
    .await;
    let mut writer = Member::found(&relay, 1).await;
    let mut slow = Member::new(relay.client().await, 1, 1);
    slow.open().await.unwrap();
    let mut watching = watch(&mut slow, 0, Hash::ZERO, false).await.unwrap();
    next_entry(&mut watching).await.unwrap();
    let live = writer.append().await.unwrap();
    assert_eq!(next_entry(&mut watching).await.unwrap(), (&live).into());
    for _ in 0..200 {
        let large = sized_entry(writer.next_seq, writer.head, 1, 32 << 10);
        writer.append_entry((&large).into()).await.unwrap();
    }
    let mut seen = 1;
    let status = loop {
        match next_entry(&mut watching).await {
            Ok(entry) => {
                assert_eq!(entry.seq, seen + 1, "a gap");
                seen = entry.seq;
            }
            Err(status) => break status,
        }
    };
    assert_eq!(reason(Err::<(), _>(status)), "LAGGED");
    assert!(seen < 201);
    let read = slow.read(seen, 1).await.unwrap();
    let last = parcep_core::log::Entry::try_from(read.entries[0].clone()).unwrap();
    let mut again = watch(&mut slow, seen + 1, last.hash(), false)
        .await
        .unwrap();
    assert_eq!(next_entry(&mut again).await.unwrap().seq, seen + 1);
}

/// R-RELAY-013, R-RELAY-023.
#[tokio::test]
async fn a_watcher_that_begins_far_behind_gets_everything() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.lag_entries = 1;
        limits
    })
    .await;
    let mut member = Member::found(&relay, 1).await;
    for _ in 0..150 {
        member.append().await.unwrap();
    }
    let mut watching = watch(&mut member, 0, Hash::ZERO, false).await.unwrap();
    for seq in 0..151 {
        assert_eq!(next_entry(&mut watching).await.unwrap().seq, seq);
    }
}
