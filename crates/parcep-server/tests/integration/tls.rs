//! The transport (R-RELAY-001).

use crate::member::Client;
use parcep_proto::v1alpha1 as pb;
use parcep_server::{Clock, Config, Limits, Listener, Running, ServeError, TlsFiles, start};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use rustls_pki_types::ServerName;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tempfile::{TempDir, tempdir};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::Endpoint;

struct Secured {
    folder: TempDir,
    running: Running,
    roots: RootCertStore,
}

impl Secured {
    async fn start() -> Self {
        let folder = tempdir().unwrap();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["relay.test".to_owned()]).unwrap();
        fs::write(folder.path().join("cert.pem"), cert.pem()).unwrap();
        fs::write(folder.path().join("key.pem"), signing_key.serialize_pem()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).unwrap();
        // On all interfaces: with a certificate that is allowed.
        let config = config(folder.path(), "0.0.0.0:0", true);
        let running = start(config, std::future::pending()).await.unwrap();
        Self {
            folder,
            running,
            roots,
        }
    }

    async fn shake_hands(
        &self,
        version: &'static SupportedProtocolVersion,
        alpn: &[u8],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(self.roots.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![alpn.to_vec()];
        let address = SocketAddr::from(([127, 0, 0, 1], self.running.address.port()));
        let stream = TcpStream::connect(address).await.unwrap();
        TlsConnector::from(Arc::new(config))
            .connect(ServerName::try_from("relay.test").unwrap(), stream)
            .await
    }
}

fn config(folder: &Path, listen: &str, tls: bool) -> Config {
    Config {
        listen: listen.parse().unwrap(),
        tls: tls.then(|| TlsFiles {
            certificate: folder.join("cert.pem"),
            key: folder.join("key.pem"),
        }),
        store: folder.join("store"),
        admission: parcep_server::Admission::Open,
        limits: Limits::default(),
        clock: Clock::system(),
        restored: false,
        compact: false,
    }
}

/// R-RELAY-001.
#[tokio::test]
async fn tls_1_3_carries_calls() {
    let relay = Secured::start().await;
    let stream = relay
        .shake_hands(&rustls::version::TLS13, b"h2")
        .await
        .unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
    let mut stream = Some(hyper_util::rt::TokioIo::new(stream));
    let connector = tower::service_fn(move |_| {
        let stream = stream.take().ok_or(std::io::ErrorKind::NotConnected);
        async move { stream.map_err(std::io::Error::from) }
    });
    let channel = Endpoint::from_static("http://relay.test")
        .connect_with_connector(connector)
        .await
        .unwrap();
    let request = pb::ChallengeRequest {
        handle: vec![1; 16],
        access_key: vec![1; 32],
    };
    let answer = Client::new(channel).challenge(request).await.unwrap();
    assert_eq!(answer.into_inner().relay_id, relay.running.relay_id);
    assert!(relay.running.uri.starts_with("https://"));
}

/// R-RELAY-001.
#[tokio::test]
async fn tls_1_2_is_refused_in_the_handshake() {
    let relay = Secured::start().await;
    let refused = relay.shake_hands(&rustls::version::TLS12, b"h2").await;
    let error = refused.expect_err("TLS 1.2 was taken").to_string();
    assert!(error.contains("ProtocolVersion"), "{error}");
}

#[tokio::test]
async fn another_protocol_than_http_2_is_refused_in_the_handshake() {
    let relay = Secured::start().await;
    let refused = relay
        .shake_hands(&rustls::version::TLS13, b"http/1.1")
        .await;
    let error = refused.expect_err("HTTP/1.1 was taken").to_string();
    assert!(error.contains("NoApplicationProtocol"), "{error}");
}

/// R-RELAY-001.
#[tokio::test]
async fn without_a_certificate_only_loopback_is_served() {
    for outside in ["0.0.0.0:0", "[::]:0", "192.0.2.1:443"] {
        let refused = Listener::bind(outside.parse().unwrap(), None).await;
        let error = refused.expect_err(outside);
        assert!(
            matches!(error, ServeError::PlainOutsideLoopback(_)),
            "{error}"
        );
        assert_eq!(error.code(), "PLAIN_OUTSIDE_LOOPBACK");
    }
    let inside = Listener::bind("127.0.0.1:0".parse().unwrap(), None)
        .await
        .unwrap();
    assert!(inside.uri().starts_with("http://127.0.0.1:"));
}

#[tokio::test]
async fn a_certificate_or_key_that_cannot_be_used_is_named() {
    let relay = Secured::start().await;
    let folder = relay.folder.path();
    let other = tempdir().unwrap();
    let cases = [
        ("cert.pem", "missing certificate", None),
        ("cert.pem", "empty certificate", Some("")),
        ("key.pem", "not a key", Some("nonsense")),
    ];
    for (name, case, text) in cases {
        for file in ["cert.pem", "key.pem"] {
            fs::copy(folder.join(file), other.path().join(file)).unwrap();
        }
        let path = other.path().join(name);
        match text {
            Some(text) => fs::write(&path, text).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let config = config(other.path(), "127.0.0.1:0", true);
        let error = Listener::bind(config.listen, config.tls.as_ref())
            .await
            .expect_err(case);
        assert_eq!(error.code(), "TLS_FILE", "{case}");
        assert!(error.to_string().contains(name), "{case}: {error}");
    }
}
