//! Asks an issuer: what a relying party on the device and a holder need, and nothing else.
//!
//! An ask is tried at most 3 times (R-AGE-032), and what went wrong on the way is never more than "unknown"
//! (R-AGE-033).

mod read;
mod tls;

pub use tls::Trust;

use hyper_util::rt::TokioIo;
use parcep_core::age::party::{Next, Tries};
use parcep_core::age::{
    AgeConsent, AgeError, AgeOutcome, Batch, HolderKeys, Needs, RevokedHandles, SignalRequest,
    Trusted,
};
use parcep_core::reason::{Reason, code};
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::age_signal_service_client::AgeSignalServiceClient;
use prost::Message as _;
use std::path::PathBuf;
use std::time::Duration;
use tokio::net::UnixStream;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint, Uri};
use tonic::{Request, Response, Status};

/// Longest wait for an answer to one try.
const CALL: Duration = Duration::from_secs(15);
/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Largest answer: a list of 4 096 handles fits with room, and a batch of 30 far below it.
const MAX_ANSWER: usize = 128 << 10;

/// A connection to one issuer. It is made with the first call, and again whenever it broke.
#[derive(Clone)]
pub struct Client {
    grpc: AgeSignalServiceClient<Channel>,
    secret: Option<MetadataValue<Ascii>>,
}

/// What became of an ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Why there is a signal, or none. Anything but [`AgeOutcome::Signal`] says nothing about an age.
    pub outcome: AgeOutcome,
    /// The bytes of a `SignedAgeSignal`, with [`AgeOutcome::Signal`] alone: verify them.
    pub signal: Option<Vec<u8>>,
    /// What a guardian said, where the purpose lets the issuer tell (R-AGE-029).
    pub consent: AgeConsent,
}

impl Answered {
    /// The bytes of an `AgeSignalResponse`, as
    /// [`RelyingParty::answer`](parcep_core::age::party::RelyingParty::answer) takes them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let signal = self.signal.as_deref();
        let response = pb::AgeSignalResponse {
            outcome: self.outcome.wire(),
            signal: signal.and_then(|signal| pb::SignedAgeSignal::decode(signal).ok()),
            consent: self.consent.wire(),
            retry_after_seconds: None,
        };
        response.encode_to_vec()
    }
}

/// Why an issuer could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The address cannot be used.
    #[error("the address `{0}` is not usable: {1}")]
    Address(String, &'static str),
    /// The trusted certificates cannot be used.
    #[error("trusted certificates cannot be used: {0}")]
    Tls(String),
    /// The secret has not 22 to 256 visible ASCII characters.
    #[error(transparent)]
    Secret(#[from] crate::AccountError),
    /// The issuer refuses the call, and would again.
    #[error("the issuer refuses the call: {}", code(*.0))]
    Refused(Reason),
    /// No answer came.
    #[error("no answer came from the issuer")]
    NoAnswer,
    /// An answer came that has not its form.
    #[error("the issuer's answer has not its form")]
    Malformed,
}

/// Why there is no batch.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The issuer answered, with no tokens.
    #[error("the issuer gives no tokens: {}", .0.name())]
    Outcome(AgeOutcome),
    /// The batch was discarded (R-AGE-025).
    #[error("the batch was discarded: {0}")]
    Discarded(#[from] AgeError),
    /// The issuer could not be asked.
    #[error(transparent)]
    Call(#[from] ClientError),
}

impl Client {
    /// An issuer on this device, by the socket that it made for this app or for the holder. Needs a runtime of tokio.
    pub fn unix(socket: impl Into<PathBuf>) -> Self {
        let socket = socket.into();
        // The name in the address means nothing: the socket is the address.
        let endpoint = Endpoint::from_static("http://issuer.invalid").connect_timeout(CONNECT);
        let channel = endpoint.connect_with_connector_lazy(tower::service_fn(move |_: Uri| {
            let socket = socket.clone();
            async move { UnixStream::connect(socket).await.map(TokioIo::new) }
        }));
        Self::over(channel, None)
    }

    /// A provider at `https://HOST:PORT`, and the secret that names the holder's account there. Needs a runtime of
    /// tokio.
    ///
    /// # Errors
    /// [`ClientError::Address`] for anything but `https`, [`ClientError::Tls`] for certificates that cannot be used,
    /// [`ClientError::Secret`] for a secret of another form.
    pub fn tls(uri: &str, trust: &Trust, secret: &str) -> Result<Self, ClientError> {
        let address = |why| ClientError::Address(uri.to_owned(), why);
        let parsed: Uri = uri.parse().map_err(|_| address("it is no URI"))?;
        if parsed.scheme_str() != Some("https") || parsed.host().is_none() {
            return Err(address("it has to be https://HOST:PORT"));
        }
        crate::SecretHash::of(secret)?;
        let bearer = zeroize::Zeroizing::new(format!("Bearer {secret}"));
        let mut secret =
            MetadataValue::try_from(bearer.as_str()).map_err(|_| crate::AccountError::Secret)?;
        secret.set_sensitive(true);
        // To tonic the connection is plain: where some crate turns its TLS on, it refuses `https` over ours.
        let endpoint = Endpoint::from(tls::under(&parsed)).origin(parsed);
        let endpoint = endpoint.connect_timeout(CONNECT);
        let channel = endpoint.connect_with_connector_lazy(tls::connector(trust)?);
        Ok(Self::over(channel, Some(secret)))
    }

    fn over(channel: Channel, secret: Option<MetadataValue<Ascii>>) -> Self {
        let grpc = AgeSignalServiceClient::new(channel).max_decoding_message_size(MAX_ANSWER);
        Self { grpc, secret }
    }

    /// Asks for a signal, at most 3 times (R-AGE-032).
    ///
    /// # Errors
    /// [`ClientError::Refused`] where the call itself is refused and asking again does not help. The age is unknown
    /// then too.
    pub async fn ask(&mut self, request: &SignalRequest) -> Result<Answered, ClientError> {
        let mut tries = Tries::new();
        loop {
            let message = self.message(pb::AgeSignalRequest::from(request));
            let (answered, after) = match read::answer(timed(self.grpc.ask(message)).await)? {
                Ok(response) => (
                    read::signal(&response, request.purpose),
                    response.retry_after_seconds,
                ),
                Err(after) => (read::unavailable(), after),
            };
            match tries.after(answered.outcome, after) {
                Next::Wait { seconds } => rest(seconds).await,
                _ => return Ok(answered),
            }
        }
    }

    /// Fetches a batch of tokens over fresh keys, at most 3 times, and looks at it (R-AGE-025). `trusted` is a trust
    /// list, or keys; `now` seconds since the Unix epoch.
    ///
    /// # Errors
    /// [`FetchError`]; the keys are gone then.
    pub async fn fetch<'a>(
        &mut self,
        keys: HolderKeys,
        needs: Needs,
        trusted: impl Into<Trusted<'a>>,
        now: i64,
    ) -> Result<Batch, FetchError> {
        let (request, trusted) = (keys.request(needs), trusted.into());
        let mut tries = Tries::new();
        loop {
            let message = self.message(pb::IssueAgeTokensRequest::from(&request));
            let answer = timed(self.grpc.issue_tokens(message)).await;
            let (outcome, tokens, after) = match read::answer(answer)? {
                Ok(response) => {
                    let after = response.retry_after_seconds;
                    let (outcome, tokens) = read::tokens(response)?;
                    (outcome, tokens, after)
                }
                Err(after) => (AgeOutcome::TemporarilyUnavailable, Vec::new(), after),
            };
            match tries.after(outcome, after) {
                Next::Wait { seconds } => rest(seconds).await,
                Next::Use => return Ok(keys.receive(&tokens, trusted, now)?),
                _ => return Err(FetchError::Outcome(outcome)),
            }
        }
    }

    /// Fetches the handles of `audience`, this app, that were revoked in the last 90 days (R-AGE-046).
    ///
    /// # Errors
    /// [`ClientError`]; what was known before stays known, until it is stale.
    pub async fn revoked_handles(&mut self, audience: &str) -> Result<RevokedHandles, ClientError> {
        let message = self.message(pb::RevokedAgeHandlesRequest {
            audience: audience.to_owned(),
        });
        let answer = timed(self.grpc.revoked_handles(message)).await;
        let response = read::answer(answer)?.map_err(|_| ClientError::NoAnswer)?;
        read::revoked(&response)
    }

    fn message<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(CALL);
        if let Some(secret) = &self.secret {
            request
                .metadata_mut()
                .insert("authorization", secret.clone());
        }
        request
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

async fn timed<T>(
    call: impl Future<Output = Result<Response<T>, Status>>,
) -> Option<Result<Response<T>, Status>> {
    tokio::time::timeout(CALL + CONNECT, call).await.ok()
}

async fn rest(seconds: u32) {
    tokio::time::sleep(Duration::from_secs(seconds.into())).await;
}
