//! TLS 1.3 only, by ring; HTTP/2 by ALPN.

use super::connection::Connection;
use super::{Incoming, place, places, rest_after};
use crate::error::ServeError;
use crate::limits::Limits;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls_pki_types::pem::{Error as PemError, PemObject as _};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt::Display;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;

/// PEM files of the provider's certificate chain and private key.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// Certificate chain, the provider's own first.
    pub certificate: PathBuf,
    /// Private key of the first certificate.
    pub key: PathBuf,
}

impl TlsFiles {
    fn acceptor(&self) -> Result<TlsAcceptor, ServeError> {
        let chain = self.chain()?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(fault(&self.key))?;
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(fault(&self.certificate))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(fault(&self.certificate))?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        // No tickets: a session that is resumed would let a provider link two batches of one holder.
        config.send_tls13_tickets = 0;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn chain(&self) -> Result<Vec<CertificateDer<'static>>, ServeError> {
        let fault = fault(&self.certificate);
        let chain = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, PemError>>)
            .map_err(&fault)?;
        if chain.is_empty() {
            return Err(fault(PemError::NoItemsFound));
        }
        Ok(chain)
    }
}

fn fault<E: Display>(path: &Path) -> impl Fn(E) -> ServeError {
    move |error| ServeError::Tls {
        file: path.into(),
        message: error.to_string(),
    }
}

/// A bound address with a certificate.
pub(crate) struct TlsListener {
    tcp: TcpListener,
    pub(crate) address: SocketAddr,
    tls: TlsAcceptor,
}

impl TlsListener {
    pub(crate) async fn bind(address: SocketAddr, files: &TlsFiles) -> Result<Self, ServeError> {
        let tls = files.acceptor()?;
        let bind = |source| ServeError::Bind { address, source };
        let tcp = TcpListener::bind(address).await.map_err(bind)?;
        let address = tcp.local_addr().map_err(bind)?;
        Ok(Self { tcp, address, tls })
    }

    /// Accepts connections, at most so many at once, until nobody takes them any more. Each is secured in a task of its
    /// own, so that a slow peer holds nobody up.
    pub(crate) fn connections(self, limits: &Limits) -> Incoming<TlsStream<TcpStream>> {
        let (ready, connections) = mpsc::channel(16);
        let (places, handshake) = (places(limits.connections), limits.handshake);
        tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    () = ready.closed() => return,
                    accepted = self.tcp.accept() => accepted,
                };
                let stream = match accepted {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        rest_after(&error).await;
                        continue;
                    }
                };
                let Some(place) = place(&places) else {
                    continue;
                };
                let (tls, ready) = (self.tls.clone(), ready.clone());
                tokio::spawn(async move {
                    let secured = tokio::time::timeout(handshake, tls.accept(stream)).await;
                    if let Ok(Ok(stream)) = secured {
                        // Nobody takes it any more after a shutdown.
                        let _ = ready.send(Ok(Connection::new(stream, place))).await;
                    }
                });
            }
        });
        ReceiverStream::new(connections)
    }
}
