//! From a configuration to a relay that answers, and its end.

use crate::clock::Clock;
use crate::limits::{Limits, MAX_REQUEST};
use crate::service::{Admission, Relay};
use crate::store::redb::RedbStore;
use crate::store::{Store, StoreError};
use crate::transport::{Explain, Listener, TlsFiles};
use parcep_core::crypto::VerifyingKey;
use parcep_proto::v1alpha1::grpc::relay_service_server::{RelayService, RelayServiceServer};
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;

/// What a relay is started with.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Certificate and key; needed outside loopback.
    pub tls: Option<TlsFiles>,
    /// File of the embedded store.
    pub store: PathBuf,
    /// Who may create logs.
    pub admission: Admission,
    /// Bounds.
    pub limits: Limits,
    /// What time it is.
    pub clock: Clock,
    /// True if the store was put back from a copy since a relay last answered from it: every log begins
    /// a new relay epoch (R-MOVE-009).
    pub restored: bool,
    /// True to write the store anew first, without what was deleted ([`RedbStore::rewrite`]).
    pub compact: bool,
}

/// A relay that answers. Dropping it leaves the relay running until its shutdown.
#[derive(Debug)]
pub struct Running {
    /// The address bound.
    pub address: SocketAddr,
    /// The address as a client writes it.
    pub uri: String,
    /// The relay's id.
    pub relay_id: [u8; 32],
    /// The key that signs its bookmarks, for the constitution of households and for the suite.
    pub relay_key: VerifyingKey,
    task: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    /// Waits until the relay has shut down.
    ///
    /// # Errors
    /// What ended it, if not the shutdown.
    pub async fn finished(self) -> Result<(), ServeError> {
        self.task.await.unwrap_or(Err(ServeError::Stopped))
    }
}

/// Why a relay does not start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Plain HTTP is for loopback only.
    #[error(
        "refusing plain HTTP on `{0}`, which others can reach: give a certificate with --tls-cert and --tls-key, or listen on 127.0.0.1"
    )]
    PlainOutsideLoopback(SocketAddr),
    /// The address cannot be bound.
    #[error("cannot listen on `{address}`: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The certificate or key cannot be used.
    #[error("TLS file `{}` cannot be used: {message}", file.display())]
    Tls {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file named on the command line cannot be read or written.
    #[error("file `{}` cannot be used: {message}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The server ended with a fault.
    #[error("the server ended: {0}")]
    Transport(String),
    /// A fault of the relay's own.
    #[error("the relay stopped by a fault of its own")]
    Stopped,
}

impl ServeError {
    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PlainOutsideLoopback(_) => "PLAIN_OUTSIDE_LOOPBACK",
            Self::Bind { .. } => "CANNOT_LISTEN",
            Self::Tls { .. } => "TLS_FILE",
            Self::Store(error) => error.code(),
            Self::File { .. } => "FILE",
            Self::Transport(_) => "TRANSPORT",
            Self::Stopped => "INTERNAL",
        }
    }
}

/// Starts a relay on the embedded store. It shuts down when `shutdown` resolves.
///
/// # Errors
/// As [`Listener::bind`] and [`RedbStore::open`].
pub async fn start(
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, ServeError> {
    let listener = Listener::bind(config.listen, config.tls.as_ref()).await?;
    if config.compact {
        RedbStore::rewrite(&config.store)?;
    }
    let store = Arc::new(RedbStore::open(&config.store)?);
    if config.restored {
        let logs = store.restored(config.clock.now()).await?;
        tracing::warn!(
            logs,
            "restored: a new relay epoch, and replays only for 24 h"
        );
    }
    let limits = config.limits.clone();
    let relay = Relay::with_clock(store, config.limits, config.admission, config.clock);
    let relay = relay.map_err(|_| ServeError::Stopped)?;
    Ok(start_relay(listener, relay, limits, shutdown))
}

/// As [`start`], over any store, by the system's clock.
///
/// # Errors
/// If the system gives no random bytes.
pub fn start_over<S: Store>(
    listener: Listener,
    store: Arc<S>,
    limits: Limits,
    admission: Admission,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, ServeError> {
    let relay = Relay::new(store, limits.clone(), admission).map_err(|_| ServeError::Stopped)?;
    Ok(start_relay(listener, relay, limits, shutdown))
}

/// Starts a relay that was made before, with any store and clock: how tests and scenarios run one in
/// their own process, in virtual time.
///
/// # Example
/// ```
/// use parcep_server::store::redb::RedbStore;
/// use parcep_server::{Admission, Limits, Listener, Relay, VirtualClock, start_relay};
/// use std::sync::Arc;
///
/// # let runtime = tokio::runtime::Runtime::new()?;
/// # runtime.block_on(async {
/// let time = VirtualClock::at(1_700_000_000);
/// let store = Arc::new(RedbStore::in_memory()?);
/// let relay = Relay::with_clock(store, Limits::default(), Admission::Open, time.clock())?;
/// let listener = Listener::bind("127.0.0.1:0".parse()?, None).await?;
/// let running = start_relay(listener, relay, Limits::default(), std::future::pending());
/// println!("{}", running.uri);
/// time.advance(604_800); // what was announced a week ago is carried out
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn start_relay<S: Store>(
    listener: Listener,
    relay: Relay<S>,
    limits: Limits,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Running {
    let (address, uri) = (listener.address(), listener.uri());
    let (relay_key, relay_id) = (relay.key(), relay.id());
    tokio::spawn(relay.clone().keep_appointments());
    let closing = relay.clone();
    let ends = async move {
        shutdown.await;
        closing.close();
    };
    let task = tokio::spawn(serve_with(listener, relay, limits, ends));
    Running {
        address,
        uri,
        relay_id,
        relay_key,
        task,
    }
}

/// Serves any implementation of the relay service, with health and reflection beside it, until
/// `shutdown` resolves and the calls under way are answered.
///
/// # Errors
/// If the transport fails.
pub async fn serve_with<T: RelayService>(
    listener: Listener,
    service: T,
    limits: Limits,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<RelayServiceServer<T>>().await;
    let ending = CancellationToken::new();
    let ended = ending.clone();
    let ends = async move {
        shutdown.await;
        health.set_not_serving::<RelayServiceServer<T>>().await;
        tracing::info!("shutting down");
        ending.cancel();
    };
    let router = server()
        .layer(explain(&limits))
        .add_service(
            RelayServiceServer::new(service)
                .max_decoding_message_size(MAX_REQUEST)
                .max_encoding_message_size(4 << 20),
        )
        .add_service(health_service)
        .add_service(reflection().build_v1().map_err(transport)?)
        .add_service(reflection().build_v1alpha().map_err(transport)?);
    let served = router.serve_with_incoming_shutdown(listener.connections(&limits), ends);
    tokio::select! {
        served = served => served.map_err(transport),
        () = overdue(ended, limits.drain) => {
            tracing::warn!("some connections did not close in time");
            Ok(())
        }
    }
}

async fn overdue(ended: CancellationToken, drain: Duration) {
    ended.cancelled().await;
    tokio::time::sleep(drain).await;
}

fn explain<S>(limits: &Limits) -> impl tower::Layer<S, Service = Explain<S>> + Clone {
    let call = limits.call;
    tower::layer::layer_fn(move |inner| Explain { inner, call })
}

/// HTTP/2 as peers may use it: nothing of theirs grows without bound.
fn server() -> Server {
    Server::builder()
        .max_concurrent_streams(100)
        .http2_max_header_list_size(16 << 10)
        .http2_max_pending_accept_reset_streams(Some(20))
        .http2_max_local_error_reset_streams(Some(256))
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(20)))
}

fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(parcep_proto::DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}

fn transport(error: impl std::error::Error) -> ServeError {
    let source = error.source().map(|cause| format!(": {cause}"));
    ServeError::Transport(format!("{error}{}", source.unwrap_or_default()))
}
