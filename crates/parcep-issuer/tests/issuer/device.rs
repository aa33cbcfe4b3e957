//! An issuer on the device.

use super::{Device, Mood, arc, keys, now, raw, request, shutdown};
use parcep_core::age::{
    AgeOutcome, AgePurpose, Expectation, Needs, Pins, Share, SignalRequest, Trusted, verify,
    verify_presented,
};
use parcep_core::reason::Reason;
use parcep_issuer::{Client, ClientError, FetchError, Limits, Running, Socket, serve_unix};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const GAME: &str = "org.example.game";
const CHAT: &str = "com.example.chat";

/// A device that serves two apps and the holder.
struct Home {
    folder: tempfile::TempDir,
    device: Arc<Device>,
    running: Running,
    end: tokio::sync::oneshot::Sender<()>,
}

impl Home {
    fn new(device: Device) -> Self {
        Self::with(device, &Limits::default())
    }

    fn with(device: Device, limits: &Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let sockets = [
            Socket::app(path("game"), GAME),
            Socket::app(path("chat"), CHAT),
            Socket::holder(path("holder")),
        ];
        let device = arc(device);
        let (end, ended) = shutdown();
        let running = serve_unix(&sockets, device.clone(), limits, ended).unwrap();
        Self {
            folder,
            device,
            running,
            end,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn client(&self, name: &str) -> Client {
        Client::unix(self.path(name))
    }

    fn accepts(&self, signal: &[u8], audience: &str) -> bool {
        let expected = Expectation {
            issuers: Trusted::Keys(&[self.device.public()]),
            audience,
            purpose: AgePurpose::AccessGate,
            nonce: Some(&[7; 16]),
            now: now(),
        };
        verify(signal, expected).is_ok()
    }
}

/// R-AGE-013: the socket says who asks, whatever the request says.
#[tokio::test]
async fn an_app_is_answered_in_its_own_name_and_never_in_another() {
    let home = Home::new(Device::of(14));
    for (socket, own, other) in [("game", GAME, CHAT), ("chat", CHAT, GAME)] {
        let mut client = home.client(socket);
        let answered = client.ask(&request(own, &[13, 16, 18])).await.unwrap();
        assert_eq!(answered.outcome, AgeOutcome::Signal, "{own}");
        let signal = answered.signal.unwrap();
        assert!(home.accepts(&signal, own) && !home.accepts(&signal, other));
        let asked = client.ask(&request(other, &[13, 16, 18])).await.unwrap();
        assert_eq!(
            asked.outcome,
            AgeOutcome::InvalidRequest,
            "{own} as {other}"
        );
        assert_eq!(asked.signal, None);
    }
}

/// R-AGE-037: each audience has its own set, and keeps it.
#[tokio::test]
async fn age_22_two_audiences_have_sets_of_their_own_and_neither_gets_a_second_one() {
    let home = Home::new(Device::of(14));
    let (mut game, mut chat) = (home.client("game"), home.client("chat"));
    let outcome = async |client: &mut Client, name: &str, points: &[u32]| {
        client.ask(&request(name, points)).await.unwrap().outcome
    };
    assert_eq!(outcome(&mut game, GAME, &[16]).await, AgeOutcome::Signal);
    assert_eq!(
        outcome(&mut chat, CHAT, &[13, 18]).await,
        AgeOutcome::Signal
    );
    assert_eq!(
        outcome(&mut game, GAME, &[13, 18]).await,
        AgeOutcome::InvalidRequest
    );
    assert_eq!(
        outcome(&mut chat, CHAT, &[16]).await,
        AgeOutcome::InvalidRequest
    );
    assert_eq!(outcome(&mut game, GAME, &[16]).await, AgeOutcome::Signal);
}

/// R-AGE-026: whatever is not proper has that one outcome, also what does not parse or is too large.
#[tokio::test]
async fn age_50_bytes_that_are_no_proper_request_are_answered_invalid_request_and_harm_nothing() {
    let home = Home::new(Device::of(14));
    let mut grpc = raw::connect(home.path("game")).await;
    let good = request(GAME, &[13, 16, 18]);
    let changed = |change: fn(&mut pb::AgeSignalRequest)| {
        let mut message = pb::AgeSignalRequest::from(&good);
        change(&mut message);
        message.encode_to_vec()
    };
    let mut with_unknown_field = good.to_bytes();
    // Field 900, 4 096 bytes of it: what is unknown counts as well.
    with_unknown_field.extend([0xa2, 0x38, 0x80, 0x20]);
    with_unknown_field.extend([0; 4096]);
    let bad = [
        Vec::new(),
        vec![0xff; 40],
        vec![0x1a; 4000],
        with_unknown_field,
        changed(|m| m.cuts = vec![13, 14]),
        changed(|m| m.cuts = (0..3000).collect()),
        changed(|m| m.purpose = 99),
        changed(|m| m.nonce.truncate(15)),
        changed(|m| m.accepted_methods = vec![1; 9]),
        changed(|m| m.changes = vec![vec![1]]),
        changed(|m| m.jurisdiction = "usa".into()),
        changed(|m| m.least_assurance = -1),
        changed(|m| m.audience = "org.example.game\0".into()),
    ];
    for (n, body) in bad.into_iter().enumerate() {
        let reply = raw::call(&mut grpc, "Ask", body).await.unwrap();
        let read = pb::AgeSignalResponse::decode(reply).unwrap();
        let expected = pb::AgeSignalResponse {
            outcome: AgeOutcome::InvalidRequest.wire(),
            ..Default::default()
        };
        assert_eq!(read, expected, "{n}");
    }
    let reply = raw::call(&mut grpc, "Ask", good.to_bytes()).await.unwrap();
    assert!(
        pb::AgeSignalResponse::decode(reply)
            .unwrap()
            .signal
            .is_some()
    );
}

/// R-ERR-001
#[tokio::test]
async fn calls_that_are_not_carried_out_have_reasons() {
    let home = Home::new(Device::of(14));
    let mut grpc = raw::connect(home.path("game")).await;
    let refused = [
        ("Ask", vec![0; 17 << 10], Reason::TooLarge),
        ("Watch", Vec::new(), Reason::Unsupported),
        ("RevokedHandles", vec![0xff; 9], Reason::InvalidArgument),
    ];
    for (name, body, expected) in refused {
        let status = raw::call(&mut grpc, name, body).await.unwrap_err();
        assert_eq!(raw::reason(&status), Some(expected), "{name}");
    }
    let mut grpc = raw::connect(home.path("holder")).await;
    let status = raw::call(&mut grpc, "RevokedHandles", Vec::new())
        .await
        .unwrap_err();
    assert_eq!(raw::reason(&status), Some(Reason::Unsupported));
}

/// R-AGE-037: an app that could fetch tokens could read in them what its set of cut points hides.
#[tokio::test]
async fn tokens_are_for_the_holder_and_not_for_an_app() {
    let home = Home::new(Device::of(14));
    let trusted = [home.device.public()];
    let fetched = home
        .client("game")
        .fetch(keys(2), Needs::default(), &trusted, now())
        .await;
    assert!(matches!(
        fetched,
        Err(FetchError::Outcome(AgeOutcome::Unsupported))
    ));
    assert_eq!(home.device.calls(), 0);
    let asked = home
        .client("holder")
        .ask(&request(GAME, &[18]))
        .await
        .unwrap();
    assert_eq!(asked.outcome, AgeOutcome::Unsupported);
    assert_eq!(home.device.calls(), 0);
}

/// R-AGE-017 to R-AGE-025, from the holder's keys to what an audience verifies.
#[tokio::test]
async fn a_batch_of_30_comes_to_the_holder_and_its_tokens_are_shown_to_two_audiences() {
    let home = Home::new(Device::of(14));
    let trusted = [home.device.public()];
    let fetched = home
        .client("holder")
        .fetch(keys(30), Needs::default(), &trusted, now())
        .await;
    let mut batch = fetched.unwrap();
    assert_eq!(batch.len(), 30);
    let mut pins = Pins::new();
    for audience in ["https://games.example", "https://chat.example"] {
        let share = Share::Allowed { cuts: None };
        let points = super::cuts(&[13, 16, 18]);
        let admitted = pins
            .admit(audience, &points, &share, now() / 86_400)
            .unwrap();
        let shown = batch
            .present(&admitted, AgePurpose::AccessGate, &[9; 16], now())
            .unwrap();
        let expected = Expectation {
            issuers: Trusted::Keys(&trusted),
            audience,
            purpose: AgePurpose::AccessGate,
            nonce: Some(&[9; 16]),
            now: now(),
        };
        let told = verify_presented(&shown.bytes, expected).unwrap();
        assert_eq!(
            (told.interval.lower(), told.interval.upper()),
            (13, Some(16))
        );
    }
    assert_eq!(batch.len(), 28);
    // Under a key that the trust list does not have the whole batch is discarded.
    let other = [Device::of(14).public()];
    let mut client = home.client("holder");
    let discarded = client.fetch(keys(3), Needs::default(), &other, now()).await;
    assert!(matches!(discarded, Err(FetchError::Discarded(_))));
}

/// R-AGE-046: each app is told its own handles, once each, ascending, with the day.
#[tokio::test]
async fn an_app_is_told_the_revoked_handles_of_its_own_alone() {
    let home = Home::new(Device::of(14));
    let of = async |socket: &str, name: &str| home.client(socket).revoked_handles(name).await;
    let (game, chat) = (
        of("game", GAME).await.unwrap(),
        of("chat", CHAT).await.unwrap(),
    );
    assert_eq!(game.as_of().rem_euclid(86_400), 0);
    assert!((0..86_400).contains(&(now() - game.as_of())));
    let (n, m) = (GAME.len(), CHAT.len());
    let handle = |n: usize| parcep_core::age::AgeHandle::from_bytes([u8::try_from(n).unwrap(); 16]);
    for (list, n) in [(&game, n), (&chat, m)] {
        for revoked in [n, n + 2] {
            let state = list.state(handle(revoked), now());
            assert_eq!(state, parcep_core::age::HandleState::Revoked);
        }
    }
    let other = of("game", CHAT).await;
    assert_eq!(
        other.unwrap_err(),
        ClientError::Refused(Reason::InvalidArgument)
    );
}

/// R-AGE-032, R-AGE-033: three tries, after 1 s and 4 s, and then nobody knows.
#[tokio::test]
async fn age_17_an_issuer_that_is_not_available_is_asked_three_times_and_the_age_stays_unknown() {
    let home = Home::new(Device::in_mood(14, Mood::Unavailable));
    let begun = Instant::now();
    let answered = home
        .client("game")
        .ask(&request(GAME, &[18]))
        .await
        .unwrap();
    assert_eq!(answered.outcome, AgeOutcome::TemporarilyUnavailable);
    assert_eq!(answered.signal, None);
    assert_eq!(home.device.calls(), 3);
    let took = begun.elapsed();
    assert!(
        (Duration::from_secs(5)..Duration::from_secs(9)).contains(&took),
        "{took:?}"
    );
}

/// R-AGE-032, R-AGE-033: nor does a transport that fails say anything.
#[tokio::test]
async fn age_17_nobody_at_the_socket_is_nobody_who_knows() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::unix(folder.path().join("nothing"));
    let answered = client.ask(&request(GAME, &[18])).await.unwrap();
    assert_eq!(answered.outcome, AgeOutcome::TemporarilyUnavailable);
    assert_eq!(answered.signal, None);
}

/// Who holds every place and says nothing, loses it.
#[tokio::test]
async fn a_connection_that_says_nothing_holds_no_place_for_long() {
    let mut limits = Limits::default();
    limits.connections = 1;
    limits.connection = Duration::from_millis(300);
    limits.call = Duration::from_secs(2);
    let home = Home::with(Device::of(14), &limits);
    let mut silent = tokio::net::UnixStream::connect(home.path("game"))
        .await
        .unwrap();
    let mut said = Vec::new();
    let end = tokio::io::AsyncReadExt::read_to_end(&mut silent, &mut said);
    let end = tokio::time::timeout(Duration::from_secs(20), end).await;
    assert!(end.is_ok(), "it still holds its place");
    let answered = home.client("game").ask(&request(GAME, &[13, 16])).await;
    assert_eq!(answered.unwrap().outcome, AgeOutcome::Signal);
}

#[tokio::test]
async fn whoever_calls_too_often_waits_and_the_other_app_does_not() {
    let mut limits = Limits::default();
    limits.calls_per_minute = 2;
    let home = Home::with(Device::of(14), &limits);
    let mut grpc = raw::connect(home.path("game")).await;
    let body = || request(GAME, &[18]).to_bytes();
    for _ in 0..2 {
        assert!(raw::call(&mut grpc, "Ask", body()).await.is_ok());
    }
    let status = raw::call(&mut grpc, "Ask", body()).await.unwrap_err();
    assert_eq!(raw::reason(&status), Some(Reason::RateLimited));
    let mut chat = home.client("chat");
    let answered = chat.ask(&request(CHAT, &[18])).await.unwrap();
    assert_eq!(answered.outcome, AgeOutcome::Signal);
}

#[tokio::test]
async fn who_answers_may_panic_or_fail_and_others_go_on() {
    let home = Home::new(Device::in_mood(14, Mood::Panics));
    let mut grpc = raw::connect(home.path("game")).await;
    let body = || request(GAME, &[18]).to_bytes();
    let status = raw::call(&mut grpc, "Ask", body()).await.unwrap_err();
    assert_eq!(raw::reason(&status), Some(Reason::Internal));
    assert!(!status.message().contains("purpose"), "the cause is told");
    assert!(raw::call(&mut grpc, "Ask", body()).await.is_ok());

    let home = Home::new(Device::in_mood(14, Mood::Faulty));
    let mut grpc = raw::connect(home.path("game")).await;
    let status = raw::call(&mut grpc, "Ask", body()).await.unwrap_err();
    assert_eq!(raw::reason(&status), Some(Reason::Internal));
}

#[tokio::test]
async fn a_call_ends_in_time_and_no_more_are_at_work_than_may_be() {
    let mut limits = Limits::default();
    limits.call = Duration::from_millis(100);
    limits.at_work = 1;
    let home = Home::with(Device::in_mood(14, Mood::Slow), &limits);
    let mut grpc = raw::connect(home.path("game")).await;
    let body = || request(GAME, &[18]).to_bytes();
    for _ in 0..2 {
        // The second finds the first still at work.
        let status = raw::call(&mut grpc, "Ask", body()).await.unwrap_err();
        assert_eq!(raw::reason(&status), Some(Reason::Unavailable));
    }
    assert_eq!(home.device.calls(), 1);
}

#[tokio::test]
async fn a_call_under_way_is_answered_after_the_end_has_begun_and_the_sockets_go() {
    let home = Home::new(Device::in_mood(14, Mood::Slow));
    let (mut client, sockets) = (home.client("game"), ["game", "chat", "holder"]);
    assert!(sockets.iter().all(|name| is_socket(&home.path(name))));
    let asked = tokio::spawn(async move { client.ask(&request(GAME, &[18])).await });
    while home.device.calls() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    home.end.send(()).unwrap();
    let answered = asked.await.unwrap().unwrap();
    assert_eq!(answered.outcome, AgeOutcome::Signal);
    home.running.finished().await.unwrap();
    let gone = async || {
        sockets
            .iter()
            .all(|name| !home.folder.path().join(name).exists())
    };
    for _ in 0..200 {
        if gone().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a socket is still there");
}

/// R-AGE-013: whoever may give a socket to another user cannot use it for that user; whoever may not has none.
#[tokio::test]
async fn a_socket_of_another_user_is_of_no_use_to_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("game");
    let device = arc(Device::of(14));
    let socket = [Socket::app(&path, GAME).of_user(64_999)];
    let (_end, ended) = shutdown();
    match serve_unix(&socket, device.clone(), &Limits::default(), ended) {
        Ok(_running) => {
            let answered = Client::unix(&path).ask(&request(GAME, &[18])).await;
            let outcome = answered.unwrap().outcome;
            assert_eq!(outcome, AgeOutcome::TemporarilyUnavailable);
        }
        Err(error) => assert_eq!(error.code(), "CANNOT_LISTEN"),
    }
    assert_eq!(device.calls(), 0);
}

#[tokio::test]
async fn an_issuer_with_one_bad_socket_does_not_start_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let device = arc(Device::of(14));
    let start = |sockets: &[Socket]| {
        let served = serve_unix(sockets, device.clone(), &Limits::default(), async {});
        served.map(drop).map_err(|error| error.code())
    };
    let twice = [Socket::app(path("a"), GAME), Socket::app(path("a"), CHAT)];
    assert_eq!(start(&twice), Err("TWICE"));
    let missing = folder.path().join("no/such/folder");
    let one_bad = [Socket::app(path("a"), GAME), Socket::app(missing, CHAT)];
    assert_eq!(start(&one_bad), Err("CANNOT_LISTEN"));
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "a socket was left behind");
}

/// The form of a request is one whichever way it comes.
#[test]
fn what_the_client_sends_is_what_an_audience_would_hand_over_as_a_file() {
    let asked = request(GAME, &[13, 16]);
    assert_eq!(SignalRequest::from_bytes(&asked.to_bytes()), Ok(asked));
}

fn is_socket(path: &Path) -> bool {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
    let there = std::fs::symlink_metadata(path).unwrap();
    there.file_type().is_socket() && there.permissions().mode() & 0o777 == 0o600
}
