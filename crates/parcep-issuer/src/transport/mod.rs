//! Where connections come from: a socket for each app on a device, or TLS 1.3.

mod connection;
mod tls;
mod unix;

pub use tls::TlsFiles;
pub(crate) use tls::TlsListener;
pub use unix::Socket;
pub(crate) use unix::Who;

use connection::Connection;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections that were accepted and may talk.
pub(crate) type Incoming<S> =
    tokio_stream::wrappers::ReceiverStream<Result<Connection<S>, io::Error>>;

/// Places for connections at once.
fn places(connections: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(connections.clamp(1, Semaphore::MAX_PERMITS)))
}

/// A place for one more connection, if there is one.
fn place(places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    let place = places.clone().try_acquire_owned().ok();
    if place.is_none() {
        tracing::warn!("too many connections; one was closed at once");
    }
    place
}

/// What accepting brought, if the system could; else a short rest, since others have to close first.
async fn rest_after(error: &io::Error) {
    tracing::warn!(kind = ?error.kind(), "a connection could not be accepted");
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// What a connection has to be.
pub(crate) trait Bytes: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Bytes for S {}
