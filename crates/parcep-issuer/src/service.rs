//! `AgeSignalService` over HTTP/2: from a call to a desk and back, in time and with a reason for every refusal.

use crate::accounts::Accounts;
use crate::answers::Answers;
use crate::desk::{Desk, Method};
use crate::limits::{Limits, MAX_REQUEST};
use crate::raw::Raw;
use crate::status::{Refusal, explained};
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::age_signal_service_server::{AgeSignalService, SERVICE_NAME};
use prost::Message;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Semaphore;
use tonic::body::Body;
use tonic::codegen::http;
use tonic::metadata::MetadataMap;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Request, Response, Status};

/// The service at one desk: of an app, of the holder, or of a provider.
///
/// [`serve_unix`](crate::serve_unix) and [`serve_tls`](crate::serve_tls) make it themselves. It is public so that a
/// test can stand before it: it implements the generated trait, and
/// [`serve_socket_with`](crate::serve_socket_with) serves whatever does.
#[derive(Debug, Clone)]
pub struct Service {
    desk: Arc<Desk>,
    at_work: Arc<Semaphore>,
    call: Duration,
}

impl Service {
    /// At the socket of an app, whose name the issuer has seen.
    #[must_use]
    pub fn app(seen: impl Into<String>, answers: Arc<dyn Answers>, limits: &Limits) -> Self {
        let desk = Desk::app(seen.into(), answers, limits);
        Self::new(desk, places_at_work(limits), limits)
    }

    /// At the socket of the holder.
    #[must_use]
    pub fn holder(answers: Arc<dyn Answers>, limits: &Limits) -> Self {
        let desk = Desk::holder(answers, limits);
        Self::new(desk, places_at_work(limits), limits)
    }

    /// At a provider.
    #[must_use]
    pub fn provider(accounts: Arc<dyn Accounts>, limits: &Limits) -> Self {
        let desk = Desk::provider(accounts, limits);
        Self::new(desk, places_at_work(limits), limits)
    }

    pub(crate) fn new(desk: Desk, at_work: Arc<Semaphore>, limits: &Limits) -> Self {
        Self {
            desk: Arc::new(desk),
            at_work,
            call: limits.call,
        }
    }

    async fn answer(
        self,
        method: Method,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Status> {
        let Ok(place) = self.at_work.clone().try_acquire_owned() else {
            return Err(Refusal::Busy.into());
        };
        let desk = self.desk.clone();
        // On a thread of its own: what answers may wait for a disk, and may panic without harm to others.
        let work = tokio::task::spawn_blocking(move || {
            let _place = place;
            let secret = secret(request.metadata());
            desk.call(method, secret, request.get_ref(), now())
        });
        match tokio::time::timeout(self.call, work).await {
            Ok(Ok(answer)) => Ok(Response::new(answer?.into())),
            Ok(Err(_)) => {
                tracing::error!("what answers stopped by a fault of its own");
                Err(Refusal::Internal.into())
            }
            Err(_) => Err(Refusal::Busy.into()),
        }
    }
}

impl NamedService for Service {
    const NAME: &'static str = SERVICE_NAME;
}

type Answering<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl tower::Service<http::Request<Body>> for Service {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let Some(method) = method(request.uri().path()) else {
            let status = Status::from(Refusal::Unsupported("call"));
            return Box::pin(async move { Ok(status.into_http()) });
        };
        let one = One(self.clone(), method);
        let all = self.call;
        Box::pin(async move {
            let mut grpc = Grpc::new(Raw).max_decoding_message_size(MAX_REQUEST);
            // A request that never ends is over in time as well.
            let slack = Duration::from_secs(1);
            match tokio::time::timeout(all + slack, grpc.unary(one, request)).await {
                Ok(response) => Ok(explain(response)),
                Err(_) => Ok(Status::from(Refusal::Busy).into_http()),
            }
        })
    }
}

/// For whoever stands before it with messages that are read already.
#[tonic::async_trait]
impl AgeSignalService for Service {
    async fn ask(
        &self,
        request: Request<pb::AgeSignalRequest>,
    ) -> Result<Response<pb::AgeSignalResponse>, Status> {
        self.typed(Method::Ask, request).await
    }

    async fn issue_tokens(
        &self,
        request: Request<pb::IssueAgeTokensRequest>,
    ) -> Result<Response<pb::IssueAgeTokensResponse>, Status> {
        self.typed(Method::IssueTokens, request).await
    }

    async fn revoked_handles(
        &self,
        request: Request<pb::RevokedAgeHandlesRequest>,
    ) -> Result<Response<pb::RevokedAgeHandlesResponse>, Status> {
        self.typed(Method::RevokedHandles, request).await
    }
}

impl Service {
    async fn typed<I: Message, O: Message + Default>(
        &self,
        method: Method,
        request: Request<I>,
    ) -> Result<Response<O>, Status> {
        let encoded = request.map(|message| Bytes::from(message.encode_to_vec()));
        let answer = self.clone().answer(method, encoded).await?.into_inner();
        let answer = O::decode(answer).map_err(|_| Status::from(Refusal::Internal))?;
        Ok(Response::new(answer))
    }
}

/// Calls that may be at work at once.
pub(crate) fn places_at_work(limits: &Limits) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(limits.at_work.clamp(1, 512)))
}

/// One call of a method.
struct One(Service, Method);

impl UnaryService<Bytes> for One {
    type Response = Bytes;
    type Future = Answering<Result<Response<Bytes>, Status>>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        Box::pin(self.0.clone().answer(self.1, request))
    }
}

fn method(path: &str) -> Option<Method> {
    let name = path.strip_prefix('/')?.strip_prefix(SERVICE_NAME)?;
    Some(match name {
        "/Ask" => Method::Ask,
        "/IssueTokens" => Method::IssueTokens,
        "/RevokedHandles" => Method::RevokedHandles,
        _ => return None,
    })
}

/// The secret of `authorization: Bearer …`.
fn secret(metadata: &MetadataMap) -> Option<&str> {
    let value = metadata.get("authorization")?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

fn explain(response: http::Response<Body>) -> http::Response<Body> {
    let status = Status::from_header_map(response.headers());
    match status.as_ref().and_then(explained) {
        Some(status) => status.into_http(),
        None => response,
    }
}

/// Seconds since the Unix epoch; 0 for a clock before it, at which nothing is valid.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_three_calls_of_the_service_are_known() {
        let known = |name: &str| method(&format!("/parcep.v1alpha1.AgeSignalService{name}"));
        assert_eq!(known("/Ask"), Some(Method::Ask));
        assert_eq!(known("/IssueTokens"), Some(Method::IssueTokens));
        assert_eq!(known("/RevokedHandles"), Some(Method::RevokedHandles));
        for other in ["/Watch", "/ask", "", "/", "/Ask/"] {
            assert_eq!(known(other), None, "{other}");
        }
        assert_eq!(method("/parcep.v1alpha1.RelayService/Append"), None);
    }

    #[test]
    fn a_secret_is_what_stands_behind_bearer() {
        let of = |value: &str| {
            let mut metadata = MetadataMap::new();
            metadata.insert("authorization", value.parse().unwrap());
            secret(&metadata).map(str::to_owned)
        };
        assert_eq!(of("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(of("bearer abc"), None);
        assert_eq!(of("Basic abc"), None);
        assert_eq!(secret(&MetadataMap::new()), None);
    }
}
