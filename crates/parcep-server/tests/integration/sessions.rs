//! Challenges, sessions, creating logs.

use crate::member::{Member, TestRelay, reason, refused};
use parcep_core::crypto::{SigningKey, sha256};
use parcep_proto::v1alpha1 as pb;
use parcep_server::store::redb::RedbStore;
use parcep_server::{Admission, Limits, VirtualClock};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tonic::Code;

/// R-RELAY-004.
#[tokio::test]
async fn a_signed_challenge_opens_a_session_with_the_rights_of_the_key() {
    let relay = TestRelay::start().await;
    let mut member = Member::new(relay.client().await, 1, 1);
    member.create_log().await.unwrap();
    let opened = member.open().await.unwrap();
    assert_eq!(opened.rights, [1, 2, 3, 4]);
    assert_eq!(opened.session.len(), 32);
    let status = opened.status.unwrap();
    assert_eq!((status.relay_epoch, status.next_seq), (1, 1));
}

/// R-RELAY-003, R-RELAY-006.
#[tokio::test]
async fn a_challenge_says_nothing_of_what_exists_and_lasts_at_most_a_minute() {
    let relay = TestRelay::start().await;
    let mut known = Member::found(&relay, 1).await;
    let mut unknown = Member::new(relay.client().await, 2, 2);
    let (one, other) = (
        known.challenge().await.unwrap(),
        unknown.challenge().await.unwrap(),
    );
    assert_eq!(one.relay_id, other.relay_id);
    assert_eq!((one.nonce.len(), other.nonce.len()), (32, 32));
    assert_ne!(one.nonce, other.nonce);
    assert!((one.expires_at - other.expires_at).abs() <= 1);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    assert!(one.expires_at as u64 <= now + 60);
}

/// R-RELAY-003, R-RELAY-004, R-RELAY-006.
#[tokio::test]
async fn every_way_to_fail_a_challenge_looks_the_same() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let mut stranger = Member::new(relay.client().await, 1, 9);
    let mut nowhere = Member::new(relay.client().await, 8, 1);

    let asked = member.challenge().await.unwrap();
    let good = member.answered(&asked);
    member.client.open_session(good.clone()).await.unwrap();
    let mut answers = vec![("used twice", good.clone())];

    let asked = member.challenge().await.unwrap();
    let mut wrong = member.answered(&asked);
    wrong.signature[0] ^= 1;
    answers.push(("wrong signature", wrong));
    let mut short = member.answered(&asked);
    short.signature.truncate(63);
    answers.push(("short signature", short));
    let mut later = member.answered(&asked);
    later.expires_at += 1;
    answers.push(("another expiry", later));
    let mut made_up = member.answered(&asked);
    made_up.nonce = vec![7; 32];
    answers.push(("made-up nonce", made_up));
    let asked = stranger.challenge().await.unwrap();
    answers.push(("unknown key", stranger.answered(&asked)));
    let asked = nowhere.challenge().await.unwrap();
    answers.push(("unknown handle", nowhere.answered(&asked)));
    let asked = member.challenge().await.unwrap();
    let mut weak = member.answered(&asked);
    weak.access_key = vec![0; 32];
    answers.push(("weak key", weak));

    let mut seen = HashSet::new();
    for (case, request) in answers {
        let refused = refused(member.client.open_session(request).await);
        assert_eq!(refused.reason, "BAD_CHALLENGE", "{case}");
        assert_eq!(refused.code, Code::Unauthenticated, "{case}");
        seen.insert((
            refused.status.message().to_owned(),
            refused.status.details().to_vec(),
        ));
    }
    assert_eq!(seen.len(), 1, "the answers differ");
}

/// R-RELAY-003.
#[tokio::test]
async fn a_challenge_expires() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.challenge = Duration::from_secs(1);
        limits
    })
    .await;
    let mut member = Member::found(&relay, 1).await;
    let asked = member.challenge().await.unwrap();
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let late = member.answered(&asked);
    assert_eq!(
        reason(member.client.open_session(late).await),
        "BAD_CHALLENGE"
    );
}

/// R-RELAY-005.
#[tokio::test]
async fn a_session_ends_in_time_and_other_tokens_are_none() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.session = Duration::from_millis(200);
        limits
    })
    .await;
    let mut member = Member::found(&relay, 1).await;
    member.read(0, 0).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(reason(member.read(0, 0).await), "NO_SESSION");
    for token in [vec![], vec![0; 32], vec![0; 33]] {
        member.session = token;
        assert_eq!(reason(member.read(0, 0).await), "NO_SESSION");
    }
}

/// R-RELAY-005, R-RELAY-030.
#[tokio::test]
async fn a_key_holds_a_bounded_number_of_sessions_and_the_oldest_goes() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.sessions_per_key = 2;
        limits
    })
    .await;
    let mut member = Member::found(&relay, 1).await;
    let first = member.session.clone();
    member.open().await.unwrap();
    let second = member.session.clone();
    member.open().await.unwrap();
    member.read(0, 0).await.unwrap();
    member.session = second;
    member.read(0, 0).await.unwrap();
    member.session = first;
    assert_eq!(reason(member.read(0, 0).await), "NO_SESSION");
}

/// R-RELAY-030.
#[tokio::test]
async fn the_relay_holds_a_bounded_number_of_sessions() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.sessions = 1;
        limits
    })
    .await;
    let _first = Member::found(&relay, 1).await;
    let mut second = Member::new(relay.client().await, 2, 2);
    second.create_log().await.unwrap();
    let refused = refused(second.open().await);
    assert_eq!(refused.reason, "UNAVAILABLE");
    assert_eq!(refused.metadata("retry_after_ms"), "30000");
}

/// R-RELAY-007.
#[tokio::test]
async fn a_log_is_created_once_and_only_from_a_good_genesis() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    assert_eq!(reason(member.create_log().await), "LOG_EXISTS");

    type Spoil = fn(&mut parcep_proto::v1alpha1::CreateLogRequest);
    let cases: [(&str, &str, Spoil); 12] = [
        ("INVALID_ARGUMENT", "handle", |r| r.handle.truncate(15)),
        ("INVALID_ARGUMENT", "genesis", |r| r.genesis = None),
        ("INVALID_ARGUMENT", "seq", |r| {
            r.genesis.as_mut().unwrap().seq = 1;
        }),
        ("INVALID_ARGUMENT", "prev", |r| {
            r.genesis.as_mut().unwrap().prev[0] = 1;
        }),
        ("INVALID_ARGUMENT", "prev", |r| {
            r.genesis.as_mut().unwrap().prev.clear();
        }),
        ("INVALID_ARGUMENT", "body", |r| {
            let genesis = r.genesis.as_mut().unwrap();
            genesis.body = None;
            genesis.body_hash = Some(vec![1; 32]);
        }),
        ("INVALID_ARGUMENT", "access", |r| r.access = None),
        ("INVALID_ARGUMENT", "group", |r| {
            r.access.as_mut().unwrap().group.clear();
        }),
        ("WEAK_KEY", "", |r| {
            r.access.as_mut().unwrap().access_key = vec![0; 32];
        }),
        ("INVALID_ARGUMENT", "nonce", |r| r.nonce.truncate(31)),
        ("BAD_CHALLENGE", "", |r| r.signature[5] ^= 1),
        ("TOO_LARGE", "voucher", |r| r.voucher = vec![0; 513]),
    ];
    for (number, (reason, field, spoil)) in (2..).zip(cases) {
        let mut other = Member::new(relay.client().await, number, number);
        let mut request = other.creation().await;
        spoil(&mut request);
        let refused = refused(other.client.create_log(request).await);
        assert_eq!(
            (refused.reason.as_str(), refused.metadata("field").as_str()),
            (reason, field)
        );
    }
}

/// R-RELAY-007.
#[tokio::test]
async fn a_relay_that_asks_for_vouchers_takes_each_once() {
    let known = HashSet::from([sha256(b"one"), sha256(b"two")]);
    let store = Arc::new(RedbStore::in_memory().unwrap());
    let relay = TestRelay::over(store, Limits::default(), Admission::Vouchers(known)).await;
    let mut number = 0;
    let mut attempt = async |voucher: &[u8]| {
        number += 1;
        let mut member = Member::new(relay.client().await, number, number);
        let mut request = member.creation().await;
        request.voucher = voucher.to_vec();
        member.client.create_log(request).await
    };
    assert_eq!(reason(attempt(b"").await), "ADMISSION");
    assert_eq!(reason(attempt(b"three").await), "ADMISSION");
    attempt(b"one").await.unwrap();
    assert_eq!(reason(attempt(b"one").await), "ADMISSION");
    attempt(b"two").await.unwrap();
}

#[tokio::test]
async fn calls_without_a_session_have_a_rate() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.anonymous_per_second = 1;
        limits
    })
    .await;
    let mut member = Member::new(relay.client().await, 1, 1);
    member.challenge().await.unwrap();
    let refused = refused(member.challenge().await);
    assert_eq!(refused.reason, "RATE_LIMITED");
    assert_eq!(refused.code, Code::ResourceExhausted);
    let wait: u64 = refused.metadata("retry_after_ms").parse().unwrap();
    assert!((1..=1000).contains(&wait));
}

/// R-RELAY-022.
#[tokio::test]
async fn a_key_has_the_rate_it_was_given() {
    let relay = TestRelay::start().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut slow = Member::new(relay.client().await, 1, 2);
    let mut access = slow.access(&[parcep_proto::v1alpha1::Right::Read]);
    access.rate_per_minute = Some(2);
    founder.grant(access).await.unwrap();
    slow.open().await.unwrap();
    slow.read(0, 0).await.unwrap();
    slow.read(0, 0).await.unwrap();
    assert_eq!(reason(slow.read(0, 0).await), "RATE_LIMITED");
    slow.open().await.unwrap();
    assert_eq!(
        reason(slow.read(0, 0).await),
        "RATE_LIMITED",
        "a new session brings no new rate"
    );
    founder.read(0, 0).await.unwrap();
}

/// R-RELAY-003.
#[tokio::test]
async fn a_nonce_is_used_up_by_a_good_signature_and_by_no_other() {
    let known = HashSet::from([sha256(b"one")]);
    let store = Arc::new(RedbStore::in_memory().unwrap());
    let relay = TestRelay::over(store, Limits::default(), Admission::Vouchers(known)).await;
    let mut member = Member::new(relay.client().await, 1, 1);
    let mut request = member.creation().await;
    request.signature[0] ^= 1;
    let answer = member.client.create_log(request.clone()).await;
    assert_eq!(reason(answer), "BAD_CHALLENGE");
    request.signature[0] ^= 1;
    let answer = member.client.create_log(request.clone()).await;
    assert_eq!(reason(answer), "ADMISSION", "the nonce was still good");
    request.voucher = b"one".to_vec();
    let answer = member.client.create_log(request).await;
    assert_eq!(reason(answer), "BAD_CHALLENGE", "a refused call used it up");
}

/// R-RELAY-004.
#[tokio::test]
async fn a_signature_for_another_relay_opens_nothing() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let mut asked = member.challenge().await.unwrap();
    let key = relay.running.as_ref().unwrap().relay_key;
    assert_eq!(asked.relay_id, sha256(key.as_bytes()).0);
    asked.relay_id = vec![1; 32];
    let request = member.answered(&asked);
    assert_eq!(
        reason(member.client.open_session(request).await),
        "BAD_CHALLENGE"
    );
    let other = SigningKey::from_seed([200; 32]).unwrap();
    assert_ne!(other.public(), member.key.public());
}

/// R-OPS-003: nothing goes because nobody called, neither the log nor an entry nor a key.
#[tokio::test]
async fn a_household_that_was_silent_for_fourteen_months_finds_everything() {
    let time = VirtualClock::at(1_795_348_800);
    let relay = TestRelay::at(&time, Arc::new(RedbStore::in_memory().unwrap())).await;
    let mut founder = Member::found(&relay, 1).await;
    let mut reader = founder.admit(2, &[pb::Right::Read]).await;
    founder.append().await.unwrap();
    let before = founder.everything().await;
    time.advance(14 * 31 * 86_400);
    reader.open().await.unwrap();
    assert_eq!(reader.everything().await, before);
    founder.open().await.unwrap();
    founder.append().await.unwrap();
    assert_eq!(founder.keys().await.len(), 2);
}
