//! Where connections come from: plain HTTP/2 on loopback, TLS 1.3 anywhere (R-RELAY-001).

mod connection;
mod explain;
mod tls;

pub(crate) use explain::Explain;
pub use tls::TlsFiles;

use crate::limits::Limits;
use crate::serve::ServeError;
use connection::Connection;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;

/// A bound address, and how connections to it are secured.
pub struct Listener {
    tcp: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
}

impl Listener {
    /// Binds an address; port 0 takes a free one.
    ///
    /// # Errors
    /// [`ServeError::PlainOutsideLoopback`] if the address is not a loopback address and no
    /// certificate is given; what reading the certificate or binding brings.
    pub async fn bind(address: SocketAddr, tls: Option<&TlsFiles>) -> Result<Self, ServeError> {
        if tls.is_none() && !address.ip().is_loopback() {
            return Err(ServeError::PlainOutsideLoopback(address));
        }
        let tls = tls.map(TlsFiles::acceptor).transpose()?;
        let bind = |source| ServeError::Bind { address, source };
        let tcp = TcpListener::bind(address).await.map_err(bind)?;
        let address = tcp.local_addr().map_err(bind)?;
        Ok(Self { tcp, address, tls })
    }

    /// The address bound.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a client writes it.
    pub fn uri(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Accepts connections, at most so many at once, until nobody takes them any more.
    pub(crate) fn connections(
        self,
        limits: &Limits,
    ) -> ReceiverStream<Result<Connection, std::io::Error>> {
        let (ready, connections) = mpsc::channel(64);
        let accept = Accept {
            places: Arc::new(Semaphore::new(limits.connections)),
            handshake: limits.handshake,
            tls: self.tls,
            ready,
        };
        tokio::spawn(accept.run(self.tcp));
        ReceiverStream::new(connections)
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Listener({})", self.uri())
    }
}

struct Accept {
    places: Arc<Semaphore>,
    handshake: Duration,
    tls: Option<TlsAcceptor>,
    ready: mpsc::Sender<Result<Connection, std::io::Error>>,
}

impl Accept {
    async fn run(self, tcp: TcpListener) {
        loop {
            let accepted = tokio::select! {
                () = self.ready.closed() => return,
                accepted = tcp.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => self.take(stream),
                Err(error) => {
                    // Out of file descriptors, as a rule: some must close before more can open.
                    tracing::warn!(kind = ?error.kind(), "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    /// Secures a connection in a task of its own, so that a slow peer holds nobody up.
    fn take(&self, stream: TcpStream) {
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            tracing::warn!("too many connections; one was closed at once");
            return;
        };
        let (tls, ready, handshake) = (self.tls.clone(), self.ready.clone(), self.handshake);
        tokio::spawn(async move {
            match tokio::time::timeout(handshake, secure(stream, tls, place)).await {
                Ok(Ok(connection)) => {
                    // Nobody takes it any more after a shutdown.
                    let _ = ready.send(Ok(connection)).await;
                }
                Ok(Err(error)) => tracing::debug!(kind = ?error.kind(), "TLS handshake failed"),
                Err(_) => tracing::debug!("TLS handshake took too long"),
            }
        });
    }
}

async fn secure(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    place: OwnedSemaphorePermit,
) -> std::io::Result<Connection> {
    stream.set_nodelay(true)?;
    match tls {
        None => Ok(Connection::plain(stream, place)),
        Some(acceptor) => {
            let stream = acceptor.accept(stream).await?;
            Ok(Connection::secured(stream, place))
        }
    }
}
