//! Every error has a reason, those that the gRPC library makes too (R-RELAY-020); every call ends in
//! time.

use crate::limits::MAX_REQUEST;
use crate::refusal::Refusal;
use crate::status::plain;
use parcep_core::reason::Reason;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tonic::codegen::http::{HeaderMap, Request, Response};
use tonic::{Code, Status};
use tower::Service;

/// A service whose errors are explained and whose calls end in time.
#[derive(Debug, Clone)]
pub(crate) struct Explain<S> {
    pub(crate) inner: S,
    pub(crate) call: Duration,
}

type Answer<R, E> = Pin<Box<dyn Future<Output = Result<R, E>> + Send>>;

impl<S, B, R> Service<Request<B>> for Explain<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    R: Default,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Answer<Response<R>, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let compressed = request
            .headers()
            .get("grpc-encoding")
            .is_some_and(|encoding| encoding != "identity");
        let unknown = if compressed { "compression" } else { "call" };
        let answer = tokio::time::timeout(self.call, self.inner.call(request));
        Box::pin(async move {
            match answer.await {
                Ok(answer) => answer.map(|response| explain(response, unknown)),
                Err(_) => Ok(too_late()),
            }
        })
    }
}

/// `unknown` is what the library does not carry out, if it says so.
fn explain<R>(mut response: Response<R>, unknown: &'static str) -> Response<R> {
    if let Some(status) = reason_for(response.headers(), unknown) {
        put(&status, response.headers_mut());
    }
    response
}

/// The explained status of an answer that is an error without details.
fn reason_for(headers: &HeaderMap, unknown: &'static str) -> Option<Status> {
    let status = Status::from_header_map(headers)?;
    if status.code() == Code::Ok || !status.details().is_empty() {
        return None;
    }
    let reason = match status.code() {
        // What the library says of a request that does not decode
        Code::Internal => Reason::Malformed,
        Code::OutOfRange | Code::ResourceExhausted => {
            let (field, limit) = ("request", MAX_REQUEST as u64);
            return Some(Refusal::TooLarge { field, limit }.into());
        }
        Code::Unimplemented => return Some(Refusal::Unsupported(unknown).into()),
        Code::Cancelled | Code::DeadlineExceeded | Code::Unavailable => return None,
        _ => Reason::InvalidArgument,
    };
    Some(plain(reason, message(reason)))
}

fn message(reason: Reason) -> &'static str {
    match reason {
        Reason::Malformed => "the request does not parse",
        _ => "the request is not valid",
    }
}

fn too_late<R: Default>() -> Response<R> {
    let status = Status::from(Refusal::Unavailable(Duration::from_secs(1)));
    let mut response = Response::new(R::default());
    response.headers_mut().insert(
        "content-type",
        tonic::codegen::http::HeaderValue::from_static("application/grpc"),
    );
    put(&status, response.headers_mut());
    response
}

fn put(status: &Status, headers: &mut HeaderMap) {
    for name in [Status::GRPC_STATUS, Status::GRPC_MESSAGE] {
        headers.remove(name);
    }
    // Our own texts are ASCII, so the header cannot be refused.
    let _ = status.add_header(headers);
}
