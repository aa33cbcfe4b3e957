//! A provider of age checks elsewhere, over TLS.

use super::{Device, Mood, arc, keys, now, request, shutdown};
use parcep_core::age::{AgeOutcome, Needs};
use parcep_core::reason::Reason;
use parcep_issuer::{
    AccountList, Answers, Client, ClientError, FetchError, Limits, Running, SecretHash, TlsFiles,
    Trust, serve_tls,
};
use rcgen::{CertificateParams, KeyPair};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const CHILD: &str = "secret-of-the-childs-account";
const ADULT: &str = "secret-of-the-adults-account";

struct Provider {
    child: Arc<Device>,
    adult: Arc<Device>,
    address: SocketAddr,
    trust: PathBuf,
    _running: Running,
    _end: tokio::sync::oneshot::Sender<()>,
    _folder: tempfile::TempDir,
}

impl Provider {
    async fn new() -> Self {
        Self::with(Device::of(14), &Limits::default()).await
    }

    async fn with(child: Device, limits: &Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (tls, trust) = certificate(&folder);
        let (child, adult) = (arc(child), arc(Device::of(40)));
        let account = |secret: &str, device: &Arc<Device>| {
            let answers: Arc<dyn Answers> = device.clone();
            (SecretHash::of(secret).unwrap(), answers)
        };
        let accounts = vec![account(CHILD, &child), account(ADULT, &adult)];
        let accounts = Arc::new(AccountList::new(accounts).unwrap());
        let (end, ended) = shutdown();
        let loopback = "127.0.0.1:0".parse().unwrap();
        let running = serve_tls(loopback, &tls, accounts, limits, ended)
            .await
            .unwrap();
        Self {
            child,
            adult,
            address: running.address().unwrap(),
            trust,
            _running: running,
            _end: end,
            _folder: folder,
        }
    }

    fn client(&self, secret: &str) -> Client {
        let trust = Trust::Only(self.trust.clone());
        Client::tls(&format!("https://{}", self.address), &trust, secret).unwrap()
    }
}

fn certificate(folder: &tempfile::TempDir) -> (TlsFiles, PathBuf) {
    let key = KeyPair::generate().unwrap();
    let names = vec!["127.0.0.1".to_owned()];
    let own = CertificateParams::new(names)
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let tls = TlsFiles {
        certificate: folder.path().join("certificate.pem"),
        key: folder.path().join("key.pem"),
    };
    std::fs::write(&tls.certificate, own.pem()).unwrap();
    std::fs::write(&tls.key, key.serialize_pem()).unwrap();
    let trust = tls.certificate.clone();
    (tls, trust)
}

#[tokio::test]
async fn a_holder_fetches_tokens_of_its_own_account() {
    let provider = Provider::new().await;
    for (secret, device, bracket) in [
        (CHILD, &provider.child, (13, Some(16))),
        (ADULT, &provider.adult, (18, None)),
    ] {
        let trusted = [device.public()];
        let mut client = provider.client(secret);
        let batch = client
            .fetch(keys(5), Needs::default(), &trusted, now())
            .await
            .unwrap();
        let told = batch.said().interval;
        assert_eq!((told.lower(), told.upper()), bracket);
        assert_eq!(batch.len(), 5);
    }
    assert_eq!((provider.child.calls(), provider.adult.calls()), (1, 1));
}

#[tokio::test]
async fn without_the_secret_of_an_account_there_is_nothing_and_it_is_not_asked_again() {
    let provider = Provider::new().await;
    for wrong in ["secret-of-nobodys-account", "secret-of-the-childs-account-"] {
        let mut client = provider.client(wrong);
        let trusted = [provider.child.public()];
        let fetched = client
            .fetch(keys(1), Needs::default(), &trusted, now())
            .await;
        let Err(FetchError::Call(ClientError::Refused(reason))) = fetched else {
            panic!("{wrong} got in");
        };
        assert_eq!(reason, Reason::NoSession);
    }
    assert_eq!((provider.child.calls(), provider.adult.calls()), (0, 0));
}

/// R-AGE-022: who is asked for a signal would learn the audience.
#[tokio::test]
async fn an_ask_is_unsupported_and_nobody_looks_at_the_audience() {
    let provider = Provider::new().await;
    let mut client = provider.client(CHILD);
    let answered = client
        .ask(&request("https://games.example", &[18]))
        .await
        .unwrap();
    assert_eq!(answered.outcome, AgeOutcome::Unsupported);
    let revoked = client.revoked_handles("https://games.example").await;
    assert_eq!(
        revoked.unwrap_err(),
        ClientError::Refused(Reason::Unsupported)
    );
    assert_eq!(provider.child.calls(), 0);
}

/// R-AGE-025: a key of the provider that the list has not.
#[tokio::test]
async fn age_49_a_batch_under_a_key_that_is_not_in_the_list_is_discarded() {
    let provider = Provider::new().await;
    let trusted = [provider.adult.public()];
    let mut client = provider.client(CHILD);
    let fetched = client
        .fetch(keys(2), Needs::default(), &trusted, now())
        .await;
    assert!(matches!(fetched, Err(FetchError::Discarded(_))));
}

#[tokio::test]
async fn one_account_that_calls_too_often_does_not_slow_another() {
    let mut limits = Limits::default();
    limits.calls_per_minute = 1;
    let provider = Provider::with(Device::of(14), &limits).await;
    let fetch = async |secret: &str, device: &Device| {
        let trusted = [device.public()];
        let mut client = provider.client(secret);
        let within = std::time::Duration::from_millis(900);
        let fetched = client.fetch(keys(1), Needs::default(), &trusted, now());
        tokio::time::timeout(within, fetched).await.is_ok()
    };
    assert!(fetch(CHILD, &provider.child).await);
    // It is told to wait, and does.
    assert!(!fetch(CHILD, &provider.child).await);
    assert!(fetch(ADULT, &provider.adult).await);
}

#[tokio::test]
async fn who_guesses_secrets_is_slowed_down_and_who_has_one_is_not() {
    let mut limits = Limits::default();
    limits.anonymous_per_second = 1;
    let provider = Provider::with(Device::of(14), &limits).await;
    let trusted = [provider.child.public()];
    let guess = async || {
        let mut client = provider.client("secret-of-nobodys-account");
        let fetched = client.fetch(keys(1), Needs::default(), &trusted, now());
        let within = std::time::Duration::from_millis(900);
        tokio::time::timeout(within, fetched).await.is_ok()
    };
    assert!(guess().await);
    assert!(!guess().await, "a second guess in the same second");
    let mut client = provider.client(CHILD);
    assert!(
        client
            .fetch(keys(1), Needs::default(), &trusted, now())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn age_17_a_provider_that_is_not_available_leaves_the_age_unknown() {
    let child = Device::in_mood(14, Mood::Unavailable);
    let provider = Provider::with(child, &Limits::default()).await;
    let trusted = [provider.child.public()];
    let fetched = provider
        .client(CHILD)
        .fetch(keys(1), Needs::default(), &trusted, now())
        .await;
    let Err(FetchError::Outcome(outcome)) = fetched else {
        panic!("there was a batch");
    };
    assert_eq!(outcome, AgeOutcome::TemporarilyUnavailable);
    assert_eq!(provider.child.calls(), 3);
}

#[tokio::test]
async fn what_is_not_tls_gets_no_word() {
    let provider = Provider::new().await;
    let mut plain = tokio::net::TcpStream::connect(provider.address)
        .await
        .unwrap();
    plain
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await
        .unwrap();
    let mut said = Vec::new();
    let _ = plain.read_to_end(&mut said).await;
    // An alert of TLS at most, which has 7 bytes.
    assert!(said.len() <= 7, "{said:?}");
}

#[tokio::test]
async fn a_client_goes_to_https_alone_and_takes_no_guessable_secret() {
    let trust = Trust::System;
    for uri in ["http://127.0.0.1:1", "https://", "unix:/run/a", "a b"] {
        let refused = Client::tls(uri, &trust, CHILD).unwrap_err();
        assert!(matches!(refused, ClientError::Address(..)), "{uri}");
    }
    let refused = Client::tls("https://age.example", &trust, "1234").unwrap_err();
    assert!(matches!(refused, ClientError::Secret(_)));
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_said_before_anything_listens() {
    let folder = tempfile::tempdir().unwrap();
    let (tls, _) = certificate(&folder);
    std::fs::write(&tls.certificate, "no certificate").unwrap();
    let accounts = Arc::new(AccountList::default());
    let loopback = "127.0.0.1:0".parse().unwrap();
    let served = serve_tls(loopback, &tls, accounts, &Limits::default(), async {}).await;
    assert_eq!(served.unwrap_err().code(), "TLS_FILE");
}
