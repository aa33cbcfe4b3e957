//! From sockets to an issuer that answers, and its end.

use crate::accounts::Accounts;
use crate::answers::Answers;
use crate::desk::Desk;
use crate::error::ServeError;
use crate::limits::{Limits, MAX_REQUEST};
use crate::service::{Service, places_at_work};
use crate::transport::{Bytes, Incoming, Socket, TlsFiles, TlsListener, Who};
use parcep_proto::v1alpha1::grpc::age_signal_service_server::{
    AgeSignalService, AgeSignalServiceServer,
};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::codegen::http;
use tonic::server::NamedService;
use tonic::transport::Server;

/// An issuer that answers. Dropping it ends it at once; its shutdown lets calls under way finish.
#[derive(Debug)]
pub struct Running {
    address: Option<SocketAddr>,
    tasks: JoinSet<Result<(), ServeError>>,
}

impl Running {
    /// The address bound, of a provider.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Waits until the issuer has shut down.
    ///
    /// # Errors
    /// The first thing that ended it, if not the shutdown.
    pub async fn finished(mut self) -> Result<(), ServeError> {
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap_or(Err(ServeError::Stopped))?;
        }
        Ok(())
    }
}

/// Starts an issuer on the device: one socket for each app and, if wanted, one for the holder. It shuts down when
/// `shutdown` resolves, and removes its sockets. Needs a runtime of tokio.
///
/// # Errors
/// [`ServeError`] with the socket that cannot be made; then none of them is served.
pub fn serve_unix(
    sockets: &[Socket],
    answers: Arc<dyn Answers>,
    limits: &Limits,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, ServeError> {
    let mut seen = BTreeSet::new();
    for socket in sockets {
        if !seen.insert(socket.path()) {
            return Err(ServeError::Twice(socket.path().to_owned()));
        }
    }
    let bound: Vec<_> = sockets.iter().map(Socket::bind).collect::<Result<_, _>>()?;
    let ending = ends(shutdown);
    let at_work = places_at_work(limits);
    let mut tasks = JoinSet::new();
    for socket in bound {
        let desk = match &socket.who {
            Who::App(name) => Desk::app(name.clone(), answers.clone(), limits),
            Who::Holder => Desk::holder(answers.clone(), limits),
        };
        let service = Service::new(desk, at_work.clone(), limits);
        let connections = socket.connections(limits);
        tasks.spawn(serve(connections, service, limits.clone(), ending.clone()));
    }
    Ok(Running {
        address: None,
        tasks,
    })
}

/// Starts a provider of age checks over TLS 1.3; port 0 takes a free one. It shuts down when `shutdown` resolves.
///
/// # Errors
/// [`ServeError`] if the certificate cannot be used or the address cannot be bound.
pub async fn serve_tls(
    listen: SocketAddr,
    tls: &TlsFiles,
    accounts: Arc<dyn Accounts>,
    limits: &Limits,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, ServeError> {
    let listener = TlsListener::bind(listen, tls).await?;
    let address = Some(listener.address);
    let service = Service::provider(accounts, limits);
    let connections = listener.connections(limits);
    let mut tasks = JoinSet::new();
    tasks.spawn(serve(connections, service, limits.clone(), ends(shutdown)));
    Ok(Running { address, tasks })
}

/// Serves any implementation of the service at one socket, such as one that a test stands before a [`Service`].
///
/// # Errors
/// As [`serve_unix`].
pub fn serve_socket_with<T: AgeSignalService>(
    socket: &Socket,
    service: T,
    limits: &Limits,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, ServeError> {
    let connections = socket.bind()?.connections(limits);
    let service = AgeSignalServiceServer::new(service).max_decoding_message_size(MAX_REQUEST);
    let mut tasks = JoinSet::new();
    tasks.spawn(serve(connections, service, limits.clone(), ends(shutdown)));
    Ok(Running {
        address: None,
        tasks,
    })
}

/// As [`serve_socket_with`], over TLS 1.3.
///
/// # Errors
/// As [`serve_tls`].
pub async fn serve_tls_with<T: AgeSignalService>(
    listen: SocketAddr,
    tls: &TlsFiles,
    service: T,
    limits: &Limits,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, ServeError> {
    let listener = TlsListener::bind(listen, tls).await?;
    let address = Some(listener.address);
    let connections = listener.connections(limits);
    let service = AgeSignalServiceServer::new(service).max_decoding_message_size(MAX_REQUEST);
    let mut tasks = JoinSet::new();
    tasks.spawn(serve(connections, service, limits.clone(), ends(shutdown)));
    Ok(Running { address, tasks })
}

async fn serve<S: Bytes, T: Serves>(
    connections: Incoming<S>,
    service: T,
    limits: Limits,
    ending: CancellationToken,
) -> Result<(), ServeError>
where
    T::Future: Send + 'static,
{
    let ended = ending.clone();
    let served = server(&limits)
        .add_service(service)
        .serve_with_incoming_shutdown(connections, async move { ending.cancelled().await });
    tokio::select! {
        served = served => served.map_err(|error| ServeError::Transport(error.to_string())),
        () = overdue(ended, limits.drain) => {
            tracing::warn!("some connections did not close in time");
            Ok(())
        }
    }
}

/// HTTP/2 as callers may use it: nothing of theirs grows without bound.
fn server(limits: &Limits) -> Server {
    Server::builder()
        .max_connection_age(limits.connection)
        .max_connection_age_grace(limits.call)
        .max_concurrent_streams(16)
        .http2_max_header_list_size(8 << 10)
        .http2_max_pending_accept_reset_streams(Some(20))
        .http2_max_local_error_reset_streams(Some(64))
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(20)))
}

async fn overdue(ended: CancellationToken, drain: Duration) {
    ended.cancelled().await;
    tokio::time::sleep(drain).await;
}

fn ends(shutdown: impl Future<Output = ()> + Send + 'static) -> CancellationToken {
    let ending = CancellationToken::new();
    let ended = ending.clone();
    tokio::spawn(async move {
        shutdown.await;
        tracing::info!("shutting down");
        ended.cancel();
    });
    ending
}

/// What the server takes as a service.
trait Serves:
    tower::Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
    + NamedService
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<T> Serves for T where
    T: tower::Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static
{
}
