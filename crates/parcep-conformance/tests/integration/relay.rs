//! Relays in this process.

use parcep_conformance::Target;
use parcep_core::crypto::VerifyingKey;
use parcep_mutants::{Faulty, Offer};
use parcep_server::store::Store as _;
use parcep_server::store::redb::RedbStore;
use parcep_server::{Admission, Limits, Listener, Relay, TlsFiles, serve_with};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

/// A relay with the fault of this name, on plain HTTP/2.
pub(crate) async fn with_fault(name: &str) -> Target {
    let offer = Offer::find(name).expect("a fault of that name");
    let (relay, key) = relay();
    let listener = listen(None).await;
    let target = target(&listener, &key);
    let faulty = Faulty::new(relay, offer.fault);
    let serving = serve_with(listener, faulty, Limits::default(), std::future::pending());
    tokio::spawn(serving);
    target
}

/// The honest relay, on TLS with a certificate of its own for 127.0.0.1.
pub(crate) async fn with_tls(folder: &Path) -> Target {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let files = TlsFiles {
        certificate: folder.join("certificate.pem"),
        key: folder.join("key.pem"),
    };
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    let (relay, key) = relay();
    let listener = listen(Some(&files)).await;
    let mut target = target(&listener, &key);
    target.ca = Some(made.cert.pem().into_bytes());
    let serving = serve_with(listener, relay, Limits::default(), std::future::pending());
    tokio::spawn(serving);
    target
}

fn relay() -> (Relay<RedbStore>, VerifyingKey) {
    let store = Arc::new(RedbStore::in_memory().unwrap());
    let key = store.identity().key.public();
    let relay = Relay::new(store, Limits::default(), Admission::default()).unwrap();
    (relay, key)
}

async fn listen(tls: Option<&TlsFiles>) -> Listener {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Listener::bind(address, tls).await.unwrap()
}

fn target(listener: &Listener, key: &VerifyingKey) -> Target {
    let mut target = Target::plain(listener.uri());
    target.relay_key = Some(key.as_bytes().to_vec());
    target
}
