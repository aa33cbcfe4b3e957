//! Bodies go, hashes stay (R-MOVE-024, R-MOVE-025).

use crate::member::{Member, TestRelay, reason, refused};
use parcep_core::crypto::Hash;
use parcep_core::log::{Entry, EntryBody};
use parcep_proto::v1alpha1 as pb;
use parcep_server::VirtualClock;
use parcep_server::store::redb::RedbStore;
use parcep_server::store::{Store as _, StoreError};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::tempdir;

const START: i64 = 1_700_000_000;
const WEEK: i64 = 604_800;
const DAY: i64 = 86_400;

async fn in_memory() -> (VirtualClock, TestRelay) {
    let time = VirtualClock::at(START);
    let store = Arc::new(RedbStore::in_memory().unwrap());
    let relay = TestRelay::at(&time, store).await;
    (time, relay)
}

fn is_pruned(entry: &Entry) -> bool {
    matches!(entry.body, EntryBody::Pruned(_))
}

/// Every entry follows the one before, pruned or not.
fn verify(chain: &[Entry]) {
    let mut prev = Hash::ZERO;
    for (seq, entry) in chain.iter().enumerate() {
        assert_eq!((entry.seq, entry.prev), (seq as u64, prev));
        prev = entry.hash();
    }
}

/// R-MOVE-024, R-MOVE-025.
#[tokio::test]
async fn a_pruned_body_is_served_as_its_hash_and_the_chain_still_verifies() {
    let (time, relay) = in_memory().await;
    let mut member = Member::found(&relay, 1).await;
    let first = member.append_in(5).await;
    member.append_in(6).await;
    member.append_in(5).await;
    let whole = member.everything().await;
    let request = pb::WatchRequest {
        session: member.session.clone(),
        from_seq: 4,
        from_hash: member.head.0.to_vec(),
        registers: false,
    };
    let mut watching = member.client.watch(request).await.unwrap().into_inner();
    let until = (START / DAY + 1) * DAY + WEEK;
    time.set(until - 1);
    member.open().await.unwrap();
    assert_eq!(
        reason(member.prune(&[1]).await),
        "NOT_PERMITTED",
        "too early"
    );
    time.set(until);
    for not_its_time in [&[2][..], &[3], &[0], &[1, 2], &[9]] {
        let sent = member.prune(not_its_time).await;
        assert_eq!(reason(sent), "NOT_PERMITTED", "{not_its_time:?}");
    }
    assert_eq!(member.everything().await, whole, "all or nothing");
    member.prune(&[1]).await.unwrap();
    let now = member.everything().await;
    verify(&now);
    assert_eq!(now[1].body, EntryBody::Pruned(first.body.hash()));
    assert_eq!((&now[0], &now[2..]), (&whole[0], &whole[2..]));
    member.prune(&[1, 1]).await.unwrap();
    loop {
        let item = watching.message().await.unwrap().unwrap().item.unwrap();
        if let pb::watch_response::Item::Compaction(notice) = item {
            assert_eq!(notice.below_seq, 2);
            break;
        }
    }
    let late = member.replay(&whole[1]).await;
    late.unwrap();
    assert!(is_pruned(&member.everything().await[1]), "it stays pruned");
}

/// R-MOVE-025.
#[tokio::test]
async fn another_group_prunes_nothing_and_supersedes_nothing() {
    let (time, relay) = in_memory().await;
    let mut founder = Member::found(&relay, 1).await;
    let rights = [pb::Right::Read, pb::Right::Append];
    let mut other = founder.admit(2, &rights).await;
    let mut tablet = Member::new(relay.client().await, 1, 3);
    tablet.group = founder.group;
    founder.grant(tablet.access(&rights)).await.unwrap();
    founder.append_in(5).await;
    other.open().await.unwrap();
    other.append_in(5).await;
    time.advance(2 * WEEK);
    for member in [&mut founder, &mut other] {
        member.open().await.unwrap();
        assert_eq!(reason(member.prune(&[1]).await), "NOT_PERMITTED");
    }
    founder.open().await.unwrap();
    founder.append_in(5).await;
    time.advance(2 * WEEK);
    other.open().await.unwrap();
    assert_eq!(reason(other.prune(&[1]).await), "NOT_PERMITTED");
    let reader = [pb::Right::Read];
    founder.open().await.unwrap();
    let mut console = founder.admit(4, &reader).await;
    assert_eq!(reason(console.prune(&[1]).await), "NOT_PERMITTED");
    tablet.open().await.unwrap();
    tablet.prune(&[1]).await.unwrap();
    let now = tablet.everything().await;
    verify(&now);
    assert!(is_pruned(&now[1]) && !is_pruned(&now[2]), "{now:?}");
}

/// R-RELAY-022: what is pruned makes room again.
#[tokio::test]
async fn pruning_makes_room_in_the_quota() {
    let (time, relay) = in_memory().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut tablet = Member::new(relay.client().await, 1, 3);
    tablet.group = founder.group;
    let mut access = tablet.access(&[pb::Right::Read, pb::Right::Append]);
    access.quota_bytes = Some(2 * 2048);
    founder.grant(access).await.unwrap();
    tablet.open().await.unwrap();
    tablet.append_in(1).await;
    tablet.append_in(1).await;
    assert_eq!(reason(tablet.append().await), "QUOTA");
    time.advance(2 * WEEK);
    tablet.open().await.unwrap();
    tablet.prune(&[1]).await.unwrap();
    assert_eq!(reason(tablet.append().await), "QUOTA", "a header stays");
    founder.open().await.unwrap();
    founder.prune(&[1]).await.unwrap();
}

/// R-RELAY-037, R-MOVE-024: after a week in everybody's sight any body with a slot goes, whoever wrote it.
#[tokio::test]
async fn bodies_are_erased_a_week_after_it_was_announced() {
    let (time, relay) = in_memory().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut other = founder
        .admit(2, &[pb::Right::Read, pb::Right::Append])
        .await;
    other.append_in(5).await;
    founder.open().await.unwrap();
    founder.append().await.unwrap();
    let places = |seqs: &[u64]| {
        let seqs = seqs.to_vec();
        pb::announce_request::What::EraseBodies(pb::Places { seqs })
    };
    let bare = refused(founder.announce(places(&[1, 2])).await);
    assert_eq!(
        bare.metadata("field"),
        "erase_bodies",
        "entry 2 has no slot"
    );
    founder.announce(places(&[1])).await.unwrap();
    let before = founder.everything().await;
    time.advance(WEEK - 1);
    founder.open().await.unwrap();
    assert_eq!(founder.everything().await, before);
    time.advance(1);
    let now = founder.everything().await;
    verify(&now);
    assert!(is_pruned(&now[1]));
    assert_eq!(now[2], before[2]);
}

/// R-MOVE-025, R-RELAY-019: nobody knows who wrote what was given back, so nobody prunes it.
#[tokio::test]
async fn what_was_given_back_is_not_pruned() {
    let (time, relay) = in_memory().await;
    let mut old = Member::found(&relay, 1).await;
    old.append_in(5).await;
    let history = old.everything().await;
    let mut founder = Member::new(relay.client().await, 2, 2);
    let mut request = founder.creation().await;
    request.genesis = Some((&history[0]).into());
    request.relay_epoch = Some(2);
    founder.client.create_log(request).await.unwrap();
    founder.open().await.unwrap();
    founder.replay(&history[1]).await.unwrap();
    founder.append_in(5).await;
    time.advance(2 * WEEK);
    founder.open().await.unwrap();
    assert_eq!(reason(founder.prune(&[1]).await), "NOT_PERMITTED");
}

/// R-OPS-004: after the file was written anew, what was erased or deleted is nowhere in it.
#[tokio::test]
async fn what_was_dropped_is_not_in_the_file_once_it_was_written_anew() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store");
    let time = VirtualClock::at(START);
    let store = Arc::new(RedbStore::open(&path).unwrap());
    let key = store.identity().key.public();
    let mut relay = TestRelay::at(&time, store).await;
    let mut founder = Member::found(&relay, 1).await;
    let mut leaver = Member::found(&relay, 2).await;
    let marked = |member: &Member, header: &[u8; 16], body: &[u8; 16]| Entry {
        slot: vec![5; 8].into(),
        header: header.repeat(64).into(),
        body: EntryBody::Kept(body.repeat(64).into()),
        ..member.next()
    };
    let old = marked(&founder, b"a-header-of-mine", b"a-body-of-yester");
    founder.append_entry((&old).into()).await.unwrap();
    let new = marked(&founder, b"a-header-of-mine", b"a-body-that-live");
    founder.append_entry((&new).into()).await.unwrap();
    let gone = marked(&leaver, b"header-of-leaver", b"a-body-of-leaver");
    leaver.append_entry((&gone).into()).await.unwrap();
    let delete = pb::announce_request::What::DeleteLog(true);
    leaver.announce(delete).await.unwrap();
    let holds = |what: &[u8]| {
        let file = std::fs::read(&path).unwrap();
        file.windows(what.len()).any(|window| window == what)
    };
    for there in [
        b"a-body-of-yester",
        b"a-body-of-leaver",
        b"header-of-leaver",
    ] {
        assert!(holds(there), "the search finds what is there");
    }
    time.advance(2 * WEEK);
    assert_eq!(reason(leaver.open().await), "BAD_CHALLENGE");
    founder.open().await.unwrap();
    founder.prune(&[1]).await.unwrap();
    let kept = founder.everything().await;
    drop((founder, leaver));
    relay.stop();
    relay.finished().await;
    rewrite(&path).await;
    for gone in [
        b"a-body-of-yester",
        b"a-body-of-leaver",
        b"header-of-leaver",
    ] {
        assert!(!holds(gone), "{}", gone.escape_ascii());
    }
    assert!(holds(b"a-body-that-live") && holds(b"a-header-of-mine"));
    assert!(!path.with_extension("new").exists());

    let store = Arc::new(RedbStore::open(&path).unwrap());
    assert_eq!(store.identity().key.public(), key, "the same relay");
    let again = TestRelay::at(&time, store).await;
    let mut founder = Member::new(again.client().await, 1, 1);
    founder.open().await.unwrap();
    assert_eq!(founder.everything().await, kept);
    founder.append().await.unwrap();
}

/// As soon as a relay of this process has let go of the store.
async fn rewrite(path: &Path) {
    for _ in 0..500 {
        match RedbStore::rewrite(path) {
            Err(StoreError::InUse(_)) => tokio::time::sleep(Duration::from_millis(10)).await,
            done => return done.unwrap(),
        }
    }
    panic!("the store stays in use");
}

#[tokio::test]
async fn a_list_of_places_has_its_bounds() {
    let (_, relay) = in_memory().await;
    let mut founder = Member::found(&relay, 1).await;
    for (seqs, expected) in [(vec![], "INVALID_ARGUMENT"), (vec![1; 257], "TOO_LARGE")] {
        let said = refused(founder.prune(&seqs).await);
        let field = said.metadata("field");
        assert_eq!((said.reason.as_str(), field.as_str()), (expected, "seqs"));
    }
}
