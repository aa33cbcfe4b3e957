//! One connection to a relay: encoded requests out, encoded replies in.

mod codec;
mod tls;

pub use tls::Trust;

use crate::ClientError;
use crate::clock::SystemClock;
use bytes::Bytes;
use codec::Raw;
use parcep_core::member::{Call, Refusal};
use parcep_core::reason::{Reason, from_code};
use parcep_core::time::Clock;
use std::sync::Arc;
use std::time::Duration;
use tonic::client::Grpc;
use tonic::codec::Streaming;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint, Uri};
use tonic_types::StatusExt as _;

/// Longest wait for a reply. Appends wait for a disk; nothing else takes long.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Pings on an idle connection find a silent partition; without them a client stays stuck.
const KEEPALIVE: Duration = Duration::from_secs(20);
/// A page of entries is at most 4 MiB; one list document fits with room.
const MAX_REPLY: usize = 8 * 1024 * 1024;

/// A connection to one relay. Plain HTTP/2 to loopback addresses, TLS 1.3 to all others.
#[derive(Debug, Clone)]
pub struct Link {
    endpoint: Endpoint,
    tls: Option<tls::Connector>,
    /// Made with the first call, when there is a runtime to run it on.
    grpc: Option<Grpc<Channel>>,
    uri: String,
    trust: Trust,
    clock: Arc<dyn Clock>,
    patience: Duration,
}

impl Link {
    /// Prepares a connection to `http://127.0.0.1:PORT` or `https://HOST:PORT`. It is made with the
    /// first call, and again whenever it broke.
    ///
    /// # Errors
    /// [`ClientError::Address`] for an address that is not usable, plain HTTP to anything but
    /// loopback among them; [`ClientError::Tls`] if the trusted certificates cannot be read.
    pub fn new(uri: &str, trust: &Trust) -> Result<Self, ClientError> {
        let address = |why| ClientError::Address(uri.to_owned(), why);
        let parsed: Uri = uri.parse().map_err(|_| address("it is no URI"))?;
        let host = parsed.host().ok_or_else(|| address("it names no host"))?;
        // To tonic the connection is plain: where some crate turns its TLS on, it refuses `https` over ours.
        let endpoint = Endpoint::from(tls::under(&parsed))
            .origin(parsed.clone())
            .connect_timeout(CONNECT_TIMEOUT)
            .http2_keep_alive_interval(KEEPALIVE)
            .keep_alive_while_idle(true);
        let tls = match parsed.scheme_str() {
            Some("http") if is_loopback(host) => None,
            Some("http") => return Err(address("plain http is for loopback only, use https")),
            Some("https") => Some(tls::connector(trust)?),
            _ => return Err(address("it starts with neither http:// nor https://")),
        };
        Ok(Self {
            endpoint,
            tls,
            grpc: None,
            uri: uri.to_owned(),
            trust: trust.clone(),
            clock: Arc::new(SystemClock),
            patience: CALL_TIMEOUT,
        })
    }

    /// The same with another clock than the system's: whoever uses this link reads that one.
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The same that waits so long for each reply, in place of 20 s.
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// A link to another relay, with the same trust, clock and patience.
    ///
    /// # Errors
    /// As [`Link::new`].
    pub fn elsewhere(&self, uri: &str) -> Result<Self, ClientError> {
        let link = Self::new(uri, &self.trust)?.with_clock(self.clock.clone());
        Ok(link.with_patience(self.patience))
    }

    /// The clock of whoever uses this link.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Seconds since 1970-01-01T00:00:00Z by the wall clock, for what is shown and for sessions; 0
    /// where there is none. It decides nothing (R-DOC-019).
    pub fn now(&self) -> i64 {
        self.clock.wall().unwrap_or(0)
    }

    /// Where the relay is.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Makes one call of the engine's.
    ///
    /// # Errors
    /// The relay's reason, or that no answer came.
    pub async fn call(&mut self, call: Call) -> Result<Bytes, Refusal> {
        let patience = self.patience;
        let grpc = self.ready().await?;
        let mut request = tonic::Request::new(Bytes::from(call.body));
        request.set_timeout(patience);
        let path = PathAndQuery::from_static(call.method.path());
        let reply = tokio::time::timeout(patience, grpc.unary(request, path, Raw));
        match reply.await {
            Ok(Ok(reply)) => Ok(reply.into_inner()),
            Ok(Err(status)) => Err(refusal(&status)),
            Err(_) => Err(Refusal::Unknown),
        }
    }

    /// Opens a stream of the engine's.
    ///
    /// # Errors
    /// The relay's reason, or that no answer came.
    pub async fn stream(&mut self, call: Call) -> Result<Streaming<Bytes>, Refusal> {
        let grpc = self.ready().await?;
        let request = tonic::Request::new(Bytes::from(call.body));
        let path = PathAndQuery::from_static(call.method.path());
        let reply = grpc.server_streaming(request, path, Raw).await;
        reply
            .map(tonic::Response::into_inner)
            .map_err(|status| refusal(&status))
    }

    async fn ready(&mut self) -> Result<&mut Grpc<Channel>, Refusal> {
        let (endpoint, tls, patience) = (&self.endpoint, &self.tls, self.patience);
        let grpc = self.grpc.get_or_insert_with(|| {
            let channel = match tls {
                None => endpoint.connect_lazy(),
                Some(tls) => endpoint.connect_with_connector_lazy(tls.clone()),
            };
            Grpc::new(channel).max_decoding_message_size(MAX_REPLY)
        });
        match tokio::time::timeout(CONNECT_TIMEOUT.min(patience), grpc.ready()).await {
            Ok(Ok(())) => Ok(grpc),
            Ok(Err(_)) | Err(_) => Err(Refusal::Unknown),
        }
    }
}

/// What a status means to the engine.
pub(crate) fn refusal(status: &tonic::Status) -> Refusal {
    let details = status.get_error_details();
    let said = details.error_info().filter(|info| info.domain == "parcep");
    let retry = details.retry_info().and_then(|info| info.retry_delay);
    let Some(said) = said else {
        return Refusal::Unknown;
    };
    let Some(reason) = from_code(&said.reason) else {
        return by_code(status.code(), retry);
    };
    match (reason, retry) {
        (Reason::RateLimited | Reason::Unavailable | Reason::Storage, Some(delay)) => after(delay),
        (Reason::Unavailable, None) => Refusal::Unknown,
        (reason, _) => Refusal::Reason(reason),
    }
}

/// A relay that refused for a reason that is newer than this program: what its status code alone says
/// (R-ERR-004).
fn by_code(code: tonic::Code, retry: Option<Duration>) -> Refusal {
    use tonic::Code;
    match (code, retry) {
        (_, Some(delay)) => after(delay),
        (Code::InvalidArgument | Code::OutOfRange, _) => Refusal::Reason(Reason::InvalidArgument),
        (Code::Unauthenticated, _) => Refusal::Reason(Reason::NoSession),
        (Code::PermissionDenied, _) => Refusal::Reason(Reason::NotPermitted),
        (Code::ResourceExhausted, _) => Refusal::Reason(Reason::Quota),
        (Code::Unimplemented, _) => Refusal::Reason(Reason::Unsupported),
        (Code::FailedPrecondition | Code::NotFound | Code::AlreadyExists | Code::DataLoss, _) => {
            Refusal::Reason(Reason::Internal)
        }
        // Nobody knows whether it was done, or it may be done the next time.
        _ => Refusal::Unknown,
    }
}

fn after(delay: Duration) -> Refusal {
    Refusal::RetryAfter(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address = address.parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic::Code;
    use tonic_types::ErrorDetails;

    fn refused(code: Code, domain: &str, reason: &str, retry: Option<u64>) -> Refusal {
        let mut details = ErrorDetails::new();
        details.set_error_info(reason, domain, []);
        if let Some(seconds) = retry {
            details.set_retry_info(Some(Duration::from_secs(seconds)));
        }
        refusal(&tonic::Status::with_error_details(code, "", details))
    }

    #[test]
    fn a_reason_that_is_not_known_is_read_by_its_status_code_alone() {
        // R-ERR-004
        let newer = |code, retry| refused(code, "parcep", "NEWER_THAN_THIS", retry);
        for (code, reason) in [
            (Code::InvalidArgument, Reason::InvalidArgument),
            (Code::Unauthenticated, Reason::NoSession),
            (Code::PermissionDenied, Reason::NotPermitted),
            (Code::ResourceExhausted, Reason::Quota),
            (Code::Unimplemented, Reason::Unsupported),
            (Code::FailedPrecondition, Reason::Internal),
        ] {
            assert_eq!(newer(code, None), Refusal::Reason(reason), "{code:?}");
        }
        for code in [
            Code::Aborted,
            Code::Unavailable,
            Code::Internal,
            Code::Unknown,
        ] {
            assert_eq!(newer(code, None), Refusal::Unknown, "{code:?}");
        }
        let patient = newer(Code::ResourceExhausted, Some(3));
        assert_eq!(patient, Refusal::RetryAfter(3_000));
    }

    #[test]
    fn a_reason_that_is_known_is_what_counts_and_a_strangers_word_is_no_answer() {
        let known = refused(Code::Unknown, "parcep", "NOT_PERMITTED", None);
        assert_eq!(known, Refusal::Reason(Reason::NotPermitted));
        let strange = refused(Code::PermissionDenied, "a-proxy", "BLOCKED", None);
        assert_eq!(strange, Refusal::Unknown);
    }
}
