//! TLS 1.3 only, by ring; HTTP/2 by ALPN.

use crate::serve::ServeError;
use rustls::ServerConfig;
use rustls::crypto::ring::{self, Ticketer};
use rustls_pki_types::pem::{Error as PemError, PemObject as _};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// PEM files of the relay's certificate chain and private key.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// Certificate chain, the relay's own first.
    pub certificate: PathBuf,
    /// Private key of the first certificate.
    pub key: PathBuf,
}

impl TlsFiles {
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, ServeError> {
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
        // Resumption spares a reconnecting device the certificate's signature.
        config.ticketer = Ticketer::new().map_err(fault(&self.certificate))?;
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
