//! Where the lies are told: every call passes here in bytes, on its way to the honest service and back.

use super::AUDIENCE;
use super::lies::{IssuerOffer, Lie};
use super::person::Device;
use bytes::{Buf as _, BufMut as _, Bytes};
use parcep_core::crypto::{SigningKey, SystemRandom, Transcript, VerifyingKey, label};
use parcep_issuer::{Limits, Service};
use parcep_proto::v1alpha1 as pb;
use pb::AgeOutcome;
use pb::grpc::age_signal_service_server::{AgeSignalService as _, SERVICE_NAME};
use prost::Message;
use std::convert::Infallible;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Request, Response, Status};

/// Largest request that is proper (R-AGE-026).
const LARGEST: usize = 4096;

/// An honest issuer, and the lie before it.
#[derive(Debug)]
pub(super) struct Bench {
    app: Service,
    holder: Service,
    key: Key,
    lie: Lie,
    broken: AtomicBool,
}

/// Where the key is with which a lie is signed.
#[derive(Debug)]
enum Key {
    /// Here.
    Own(SigningKey),
    /// In what an issuer behind a driver keeps.
    Kept(PathBuf),
}

impl Bench {
    pub(super) fn new(offer: &IssuerOffer) -> Result<Self, Box<dyn std::error::Error>> {
        let key = SigningKey::generate(&mut SystemRandom::new())?;
        let same = SigningKey::from_seed(*key.expose_seed())?;
        let mut device = Device::of(offer.person, same).ok_or("the person is of no known kind")?;
        device.forgets = matches!(offer.lie, Lie::Forgets);
        let device = Arc::new(device);
        let mut limits = Limits::default();
        // The suite asks more often than any app.
        limits.calls_per_minute = 1_000_000;
        Ok(Self {
            app: Service::app(AUDIENCE, device.clone(), &limits),
            holder: Service::holder(device, &limits),
            key: Key::Own(key),
            lie: offer.lie,
            broken: AtomicBool::new(false),
        })
    }

    /// Before a desk of an issuer behind a driver, which keeps its key in this file.
    pub(super) fn before(desk: Service, kept: PathBuf, lie: Lie) -> Self {
        Self {
            app: desk.clone(),
            holder: desk,
            key: Key::Kept(kept),
            lie,
            broken: AtomicBool::new(false),
        }
    }

    pub(super) fn public(&self) -> Option<VerifyingKey> {
        match &self.key {
            Key::Own(key) => Some(key.public()),
            Key::Kept(_) => None,
        }
    }

    async fn call(&self, method: Method, request: &[u8]) -> Result<Bytes, Status> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(Status::internal("broken"));
        }
        match method {
            Method::Ask => self.ask(request).await,
            Method::IssueTokens => self.issue_tokens(request).await,
            Method::RevokedHandles => self.revoked_handles(request).await,
        }
    }

    /// The request, if it is one at all.
    fn read<T: Message + Default>(&self, bytes: &[u8]) -> Option<T> {
        if bytes.len() > LARGEST && !matches!(self.lie, Lie::TakesLarge) {
            return None;
        }
        let read = T::decode(bytes).ok();
        if read.is_none() && matches!(self.lie, Lie::Breaks) {
            self.broken.store(true, Ordering::SeqCst);
        }
        read
    }

    async fn ask(&self, bytes: &[u8]) -> Result<Bytes, Status> {
        let Some(asked) = self.read::<pb::AgeSignalRequest>(bytes) else {
            let invalid = pb::AgeSignalResponse {
                outcome: AgeOutcome::InvalidRequest.into(),
                ..pb::AgeSignalResponse::default()
            };
            return Ok(invalid.encode_to_vec().into());
        };
        let mut request = asked.clone();
        if let Lie::Request(lie) = self.lie {
            lie(&mut request);
        }
        let mut answer = self.app.ask(Request::new(request)).await?.into_inner();
        if let (Lie::Signal(lie), Some(signed)) = (self.lie, answer.signal.as_mut()) {
            let mut claim = decode::<pb::AgeSignal>(&signed.signal)?;
            lie(&mut claim, &asked);
            signed.signal = claim.encode_to_vec();
            signed.signature = self.sign(label::AGE_SIGNAL, &signed.signal);
        }
        if let Lie::Answer(lie) = self.lie {
            lie(&mut answer, &asked);
        }
        Ok(answer.encode_to_vec().into())
    }

    async fn issue_tokens(&self, bytes: &[u8]) -> Result<Bytes, Status> {
        let Some(asked) = self.read::<pb::IssueAgeTokensRequest>(bytes) else {
            let invalid = pb::IssueAgeTokensResponse {
                outcome: AgeOutcome::InvalidRequest.into(),
                ..pb::IssueAgeTokensResponse::default()
            };
            return Ok(invalid.encode_to_vec().into());
        };
        let mut request = asked.clone();
        if let Lie::TokenRequest(lie) = self.lie {
            lie(&mut request);
        }
        let answer = self.holder.issue_tokens(Request::new(request)).await?;
        let mut answer = answer.into_inner();
        if let Lie::Token(lie) = self.lie {
            for (index, signed) in answer.tokens.iter_mut().enumerate() {
                let mut token = decode::<pb::AgeToken>(&signed.token)?;
                lie(&mut token, index);
                signed.token = token.encode_to_vec();
                signed.signature = self.sign(label::AGE_TOKEN, &signed.token);
            }
        }
        if let Lie::Batch(lie) = self.lie {
            lie(&mut answer);
        }
        Ok(answer.encode_to_vec().into())
    }

    async fn revoked_handles(&self, bytes: &[u8]) -> Result<Bytes, Status> {
        let mut request = decode::<pb::RevokedAgeHandlesRequest>(bytes)?;
        if matches!(self.lie, Lie::TellsAnybody) {
            AUDIENCE.clone_into(&mut request.audience);
        }
        let answer = self.app.revoked_handles(Request::new(request)).await?;
        let mut answer = answer.into_inner();
        if let Lie::Handles(lie) = self.lie {
            lie(&mut answer);
        }
        Ok(answer.encode_to_vec().into())
    }

    fn sign(&self, label: &str, bytes: &[u8]) -> Vec<u8> {
        let transcript = Transcript::new(label).bytes(bytes);
        match &self.key {
            Key::Own(key) => key.sign(&transcript).to_vec(),
            Key::Kept(file) => {
                kept_key(file).map_or_else(Vec::new, |key| key.sign(&transcript).to_vec())
            }
        }
    }
}

fn kept_key(file: &Path) -> Option<SigningKey> {
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    let seed = parcep_core::hex::decode(kept.get("key")?.as_str()?)?;
    SigningKey::from_seed(seed.try_into().ok()?).ok()
}

fn decode<T: Message + Default>(bytes: &[u8]) -> Result<T, Status> {
    T::decode(bytes).map_err(|error| Status::invalid_argument(error.to_string()))
}

#[derive(Debug, Clone, Copy)]
enum Method {
    Ask,
    IssueTokens,
    RevokedHandles,
}

/// The bench as a service of gRPC.
#[derive(Debug, Clone)]
pub(super) struct Served(Arc<Bench>);

impl Served {
    pub(super) fn new(bench: Bench) -> Self {
        Self(Arc::new(bench))
    }
}

impl NamedService for Served {
    const NAME: &'static str = SERVICE_NAME;
}

type Answering<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl tonic::codegen::Service<http::Request<Body>> for Served {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let path = request.uri().path();
        let method = match path.rsplit('/').next() {
            Some("Ask") => Method::Ask,
            Some("IssueTokens") => Method::IssueTokens,
            Some("RevokedHandles") => Method::RevokedHandles,
            _ => {
                let status = Status::unimplemented("no such call");
                return Box::pin(async move { Ok(status.into_http()) });
            }
        };
        let one = One(self.clone(), method);
        Box::pin(async move { Ok(Grpc::new(Raw).unary(one, request).await) })
    }
}

/// One call of a method.
struct One(Served, Method);

impl UnaryService<Bytes> for One {
    type Response = Bytes;
    type Future = Answering<Result<Response<Bytes>, Status>>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let (bench, method) = (self.0.0.clone(), self.1);
        Box::pin(async move {
            let answer = bench.call(method, request.get_ref()).await?;
            Ok(Response::new(answer))
        })
    }
}

/// Bytes in, bytes out.
#[derive(Debug, Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}
