//! Appending and reading.

use crate::member::{Member, TestRelay, entry, reason, refused, sized_entry};
use parcep_core::crypto::Hash;
use parcep_core::log::Entry;
use parcep_proto::v1alpha1 as pb;
use parcep_server::Limits;
use tonic::Code;

/// R-RELAY-009, R-RELAY-010.
#[tokio::test]
async fn entries_come_back_byte_for_byte_in_order() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let mut written: Vec<pb::Entry> = vec![(&entry(0, Hash::ZERO, 0)).into()];
    for _ in 0..3 {
        let mut next = member.next();
        next.slot = vec![5; 32].into();
        next.generation = u32::MAX;
        member.append_entry((&next).into()).await.unwrap();
        written.push((&next).into());
    }
    let read = member.read(0, 0).await.unwrap();
    assert_eq!(read.entries, written);
    assert_eq!(read.status.unwrap().next_seq, 4);
    let read = member.read(2, 1).await.unwrap();
    assert_eq!(read.entries, written[2..3]);
    assert!(member.read(4, 0).await.unwrap().entries.is_empty());
    assert!(member.read(u64::MAX, 0).await.unwrap().entries.is_empty());
    let refused = refused(member.read(0, 257).await);
    assert_eq!(
        (refused.reason.as_str(), refused.metadata("field").as_str()),
        ("INVALID_ARGUMENT", "limit")
    );
}

/// R-RELAY-008.
#[tokio::test]
async fn an_append_names_the_head_or_loses() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let first = member.append().await.unwrap();
    let loser = entry(1, first.prev, 99);
    let refused = refused(member.append_entry((&loser).into()).await);
    assert_eq!(refused.reason, "STALE_HEAD");
    assert_eq!(refused.code, Code::Aborted);
    assert_eq!(refused.metadata("next_seq"), "2");
    assert_eq!(refused.metadata("head"), first.hash().to_hex());

    for wrong in [entry(2, Hash([1; 32]), 1), entry(3, first.hash(), 1)] {
        assert_eq!(
            reason(member.append_entry((&wrong).into()).await),
            "STALE_HEAD"
        );
    }
    let right = entry(2, first.hash(), 1);
    member.append_entry((&right).into()).await.unwrap();
}

/// R-RELAY-008.
#[tokio::test]
async fn of_many_who_append_at_once_one_wins_each_place() {
    let relay = TestRelay::start().await;
    let founder = Member::found(&relay, 1).await;
    let tries = (0..16).map(|mark| {
        let (mut client, session) = (founder.client.clone(), founder.session.clone());
        let entry = entry(1, founder.head, mark);
        tokio::spawn(async move {
            let request = pb::AppendRequest {
                session,
                entry: Some((&entry).into()),
                replay: false,
            };
            client.append(request).await.is_ok()
        })
    });
    let mut wins = 0;
    for attempt in tries.collect::<Vec<_>>() {
        wins += usize::from(attempt.await.unwrap());
    }
    assert_eq!(wins, 1);
}

/// R-RELAY-009.
#[tokio::test]
async fn entries_of_a_wrong_shape_are_refused_by_field() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let good: pb::Entry = (&member.next()).into();
    type Spoil = fn(&mut pb::Entry);
    let cases: [(&str, &str, Spoil); 12] = [
        ("INVALID_ARGUMENT", "header", |e| e.header = vec![].into()),
        ("INVALID_ARGUMENT", "header", |e| {
            e.header = vec![0; 1023].into()
        }),
        ("TOO_LARGE", "header", |e| {
            e.header = vec![0; 17 * 1024].into()
        }),
        ("INVALID_ARGUMENT", "body", |e| {
            e.body = Some(vec![0; 512].into())
        }),
        ("INVALID_ARGUMENT", "body", |e| {
            e.body = Some(vec![0; 1025].into())
        }),
        ("INVALID_ARGUMENT", "body", |e| e.body = None),
        ("INVALID_ARGUMENT", "body", |e| {
            e.body = None;
            e.body_hash = Some(vec![0; 32]);
        }),
        ("INVALID_ARGUMENT", "body", |e| {
            e.body_hash = Some(vec![0; 32])
        }),
        ("INVALID_ARGUMENT", "prev", |e| e.prev.truncate(31)),
        ("INVALID_ARGUMENT", "generation", |e| e.generation = 0),
        ("TOO_LARGE", "slot", |e| e.slot = vec![0; 33]),
        ("TOO_LARGE", "body", |e| {
            e.body = Some(vec![0; (1 << 20) + 1].into());
        }),
    ];
    for (reason, field, spoil) in cases {
        let mut bad = good.clone();
        spoil(&mut bad);
        let refused = refused(member.append_entry(bad).await);
        assert_eq!(
            (refused.reason.as_str(), refused.metadata("field").as_str()),
            (reason, field)
        );
        assert_eq!(refused.code, Code::InvalidArgument);
    }
    let request = pb::AppendRequest {
        session: member.session.clone(),
        entry: None,
        replay: false,
    };
    assert_eq!(
        refused(member.client.append(request).await).metadata("field"),
        "entry"
    );
    member.append_entry(good).await.unwrap();
}

/// R-RELAY-010.
#[tokio::test]
async fn the_largest_entry_fits_and_a_read_stays_below_four_megabytes() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    for _ in 0..4 {
        let mut large = sized_entry(member.next_seq, member.head, 3, 1 << 20);
        large.header = vec![7; 16 << 10].into();
        member.append_entry((&large).into()).await.unwrap();
    }
    let read = member.read(1, 0).await.unwrap();
    let bytes: usize = read
        .entries
        .iter()
        .map(|entry| Entry::try_from(entry.clone()).unwrap().stored_len())
        .sum();
    assert!(bytes < 4 << 20, "{bytes} bytes in one answer");
    assert_eq!(read.entries.len(), 2);
}

/// R-RELAY-022.
#[tokio::test]
async fn quotas_of_the_log_and_of_the_key_hold() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.log_bytes = 5 * 2048;
        limits
    })
    .await;
    let mut member = Member::found(&relay, 1).await;
    let mut other = Member::new(relay.client().await, 1, 2);
    let mut access = other.access(&[pb::Right::Append]);
    access.quota_bytes = Some(2 * 2048);
    member.grant(access).await.unwrap();
    for _ in 0..2 {
        other.open().await.unwrap();
        other.append().await.unwrap();
    }
    let spent = refused(other.append().await);
    assert_eq!(
        (spent.reason.as_str(), spent.code),
        ("QUOTA", Code::ResourceExhausted)
    );
    assert_eq!(
        (spent.metadata("of"), spent.metadata("limit")),
        ("key_bytes".into(), "4096".into())
    );
    member.open().await.unwrap();
    member.append().await.unwrap();
    member.append().await.unwrap();
    let spent = refused(member.append().await);
    assert_eq!(
        (spent.metadata("of"), spent.metadata("limit")),
        ("log_bytes".into(), "10240".into())
    );
}

/// R-RELAY-019.
#[tokio::test]
async fn a_replay_is_refused_while_nothing_was_restored() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let request = pb::AppendRequest {
        session: member.session.clone(),
        entry: Some((&member.next()).into()),
        replay: true,
    };
    let refused = refused(member.client.append(request).await);
    assert_eq!(
        (refused.reason.as_str(), refused.code),
        ("NOT_PERMITTED", Code::PermissionDenied)
    );
    assert_eq!(refused.metadata("right"), "replay");
    assert_eq!(member.read(1, 0).await.unwrap().entries.len(), 0);
}
