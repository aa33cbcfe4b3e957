//! The stage's relay on a loopback port, for products that are no part of the stage.
//!
//! Every call is decoded, answered by the relay and whatever lies about it, and written down.

use super::lie::{Liar, Lie};
use super::network::{Network, Packets};
use super::{Broken, Relay, Wire};
use crate::reasons;
use http_body_util::BodyExt as _;
use parcep_core::member::{Call, Method, Refusal};
use parcep_core::reason;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_server::{RelayService, RelayServiceServer};
use prost::Message;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_stream::{Stream, StreamExt as _};
use tonic::body::Body;
use tonic::codegen::http;
use tonic::{Code, Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt as _};
use tower::util::{MapRequestLayer, MapResponseLayer};

/// A relay that listens.
#[derive(Debug)]
pub struct Served {
    shared: Arc<Mutex<Stand>>,
    address: SocketAddr,
    stop: Arc<Notify>,
}

/// The relay, what lies about it, and what was said to it.
#[derive(Debug)]
pub struct Stand {
    /// The honest relay.
    pub relay: Relay,
    /// What is bent on the way back.
    pub lie: Lie,
    /// True time, seconds since 1970-01-01T00:00:00Z.
    pub now: i64,
    /// Every request, in order.
    pub heard: Vec<Heard>,
    /// Everything that came in, as it came: headers, and the bytes of messages.
    pub raw: Vec<u8>,
}

/// A request as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Which call.
    pub method: Method,
    /// The encoded request.
    pub body: Vec<u8>,
}

impl Served {
    /// Listens on a free port of loopback.
    ///
    /// # Errors
    /// If there is none.
    pub async fn start(relay: Relay, now: i64) -> Result<Self, Broken> {
        Self::start_over(relay, now, Network::Plain).await
    }

    /// The same behind a network.
    ///
    /// # Errors
    /// If there is none.
    pub async fn start_over(relay: Relay, now: i64, network: Network) -> Result<Self, Broken> {
        let listener = TcpListener::bind(network.host()).await;
        let listener = listener.map_err(Broken::new)?;
        let address = listener.local_addr().map_err(Broken::new)?;
        let shared = Arc::new(Mutex::new(Stand {
            relay,
            lie: Lie::none(),
            now,
            heard: Vec::new(),
            raw: Vec::new(),
        }));
        let stop = Arc::new(Notify::new());
        let (service, stopped) = (Service(Arc::clone(&shared), network), Arc::clone(&stop));
        let tap = Arc::clone(&shared);
        let incoming = TcpListenerStream::new(listener)
            .map(move |stream| stream.map(|stream| Packets::of(stream, network)));
        tokio::spawn(async move {
            let server = tonic::transport::Server::builder()
                .layer(MapRequestLayer::new(move |request| tapped(&tap, request)))
                .layer(MapResponseLayer::new(move |answer| network.bent(answer)))
                .add_service(RelayServiceServer::new(service))
                .serve_with_incoming_shutdown(incoming, async move {
                    stopped.notified().await;
                });
            // It ends when the test does; what a product missed shows in what it says.
            let _ = server.await;
        });
        Ok(Self {
            shared,
            address,
            stop,
        })
    }

    /// Where it listens.
    pub fn uri(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The relay behind it.
    pub fn stand(&self) -> MutexGuard<'_, Stand> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.notify_one();
    }
}

#[derive(Debug)]
struct Service(Arc<Mutex<Stand>>, Network);

type Items = Pin<Box<dyn Stream<Item = Result<pb::WatchResponse, Status>> + Send>>;

impl Service {
    fn answer<R: Message + Default>(
        &self,
        method: Method,
        request: &impl Message,
    ) -> Result<Response<R>, Status> {
        let answer = self.ask(method, request, |wire, call, now| wire.call(call, now))?;
        // Bytes that are no message are a lie that travels as an answer of another shape.
        R::decode(answer.as_slice())
            .map(Response::new)
            .map_err(|_| Status::internal("no message"))
    }

    fn ask<T>(
        &self,
        method: Method,
        request: &impl Message,
        ask: impl FnOnce(&mut Liar<'_>, &Call, i64) -> Result<T, Refusal>,
    ) -> Result<T, Status> {
        let mut stand = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let body = request.encode_to_vec();
        let call = Call { method, body };
        let Stand {
            relay,
            lie,
            now,
            heard,
            ..
        } = &mut *stand;
        heard.push(Heard {
            method,
            body: call.body.clone(),
        });
        let mut liar = Liar { relay, lie };
        ask(&mut liar, &call, *now).map_err(status)
    }
}

/// Keeps what comes in, as it comes.
fn tapped(tap: &Arc<Mutex<Stand>>, request: http::Request<Body>) -> http::Request<Body> {
    let keep = |bytes: &[u8]| {
        let mut stand = tap.lock().unwrap_or_else(PoisonError::into_inner);
        stand.raw.extend_from_slice(bytes);
    };
    keep(request.uri().to_string().as_bytes());
    for (name, value) in request.headers() {
        keep(name.as_str().as_bytes());
        keep(value.as_bytes());
    }
    let tap = Arc::clone(tap);
    request.map(|body| {
        Body::new(body.map_frame(move |frame| {
            if let Some(data) = frame.data_ref() {
                let mut stand = tap.lock().unwrap_or_else(PoisonError::into_inner);
                stand.raw.extend_from_slice(data);
            }
            frame
        }))
    })
}

/// A refusal as it travels (R-ERR-001, R-ERR-005).
fn status(refusal: Refusal) -> Status {
    let mut details = ErrorDetails::new();
    match refusal {
        Refusal::Unknown => Status::unavailable("no answer"),
        Refusal::RetryAfter(milliseconds) => {
            let pause = std::time::Duration::from_millis(milliseconds);
            details.set_retry_info(Some(pause));
            details.set_error_info("RATE_LIMITED", "parcep", []);
            Status::with_error_details(Code::ResourceExhausted, "wait", details)
        }
        Refusal::Reason(why) => {
            let name = reason::code(why);
            details.set_error_info(name, "parcep", []);
            Status::with_error_details(reasons::status(name), name, details)
        }
    }
}

macro_rules! unary {
    ($($name:ident($request:ident) -> $response:ident as $method:ident;)*) => {
        #[tonic::async_trait]
        impl RelayService for Service {
            $(async fn $name(
                &self,
                request: Request<pb::$request>,
            ) -> Result<Response<pb::$response>, Status> {
                self.1.pause().await;
                self.answer(Method::$method, &request.into_inner())
            })*

            type WatchStream = Items;

            async fn watch(
                &self,
                request: Request<pb::WatchRequest>,
            ) -> Result<Response<Items>, Status> {
                self.1.pause().await;
                let request = request.into_inner();
                let items = self.ask(Method::Watch, &request, |wire, call, now| wire.watch(call, now))?;
                // An item that this version does not have, behind all others.
                let unknown = (self.1 == Network::Grease).then(Vec::new);
                let items: Vec<_> = items
                    .into_iter()
                    .chain(unknown)
                    .map(|item| {
                        pb::WatchResponse::decode(item.as_slice())
                            .map_err(|_| Status::internal("no message"))
                    })
                    .collect();
                Ok(Response::new(Box::pin(tokio_stream::iter(items))))
            }
        }
    };
}

unary! {
    challenge(ChallengeRequest) -> ChallengeResponse as Challenge;
    open_session(OpenSessionRequest) -> OpenSessionResponse as OpenSession;
    create_log(CreateLogRequest) -> CreateLogResponse as CreateLog;
    append(AppendRequest) -> AppendResponse as Append;
    read(ReadRequest) -> ReadResponse as Read;
    read_register(ReadRegisterRequest) -> ReadRegisterResponse as ReadRegister;
    write_register(WriteRegisterRequest) -> WriteRegisterResponse as WriteRegister;
    list_access(ListAccessRequest) -> ListAccessResponse as ListAccess;
    grant_access(GrantAccessRequest) -> GrantAccessResponse as GrantAccess;
    revoke_access(RevokeAccessRequest) -> RevokeAccessResponse as RevokeAccess;
    announce(AnnounceRequest) -> AnnounceResponse as Announce;
    cancel_act(CancelActRequest) -> CancelActResponse as CancelAct;
    list_acts(ListActsRequest) -> ListActsResponse as ListActs;
    prune(PruneRequest) -> PruneResponse as Prune;
}
