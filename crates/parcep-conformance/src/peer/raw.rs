//! Calls in bytes: whatever we like goes out, and what comes back is not parsed for us.

use super::refusal::Refusal;
use super::{Relay, in_time};
use bytes::{Buf as _, BufMut as _, Bytes};
use prost::Message;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;
use tonic::{Request, Status};

/// Sends bytes to a method and returns the bytes of the answer.
pub(crate) async fn call(relay: &Relay, method: &str, bytes: Bytes) -> Result<Bytes, Refusal> {
    relay.tape.called(method, &bytes);
    let answer = in_time(relay.answer_within, async {
        let mut grpc = ready(&relay.channel).await?;
        let path = path(method)?;
        let answer = grpc.unary(Request::new(bytes), path, BytesCodec).await?;
        Ok(answer.into_inner())
    })
    .await;
    match &answer {
        Ok(bytes) => relay.tape.answered(method, Ok(bytes)),
        Err(refusal) => relay.tape.answered(method, Err(refusal.to_string())),
    }
    answer
}

/// Items of a call that answers with many, as bytes.
#[derive(Debug)]
pub(crate) struct Stream {
    relay: Relay,
    method: String,
    first: Option<Bytes>,
    items: tonic::Streaming<Bytes>,
}

/// Opens a call that answers with many, and waits for the first item, so that a refusal shows here wherever
/// the relay puts it.
pub(crate) async fn stream(relay: &Relay, method: &str, bytes: Bytes) -> Result<Stream, Refusal> {
    relay.tape.called(method, &bytes);
    let opened = in_time(relay.answer_within, async {
        let mut grpc = ready(&relay.channel).await?;
        let path = path(method)?;
        let answer = grpc.server_streaming(Request::new(bytes), path, BytesCodec);
        let mut items = answer.await?.into_inner();
        let first = items.message().await?;
        Ok((first, items))
    })
    .await;
    let first = opened.as_ref().map(|(first, _)| first.clone());
    item(relay, method, &first.map_err(Clone::clone));
    let (first, items) = opened?;
    Ok(Stream {
        relay: relay.clone(),
        method: method.to_owned(),
        first,
        items,
    })
}

fn item(relay: &Relay, method: &str, came: &Result<Option<Bytes>, Refusal>) {
    match came {
        Ok(None) => relay.tape.answered(method, Err("the stream ends".into())),
        Ok(Some(item)) => relay.tape.answered(method, Ok(item)),
        Err(refusal) => relay.tape.answered(method, Err(refusal.to_string())),
    }
}

impl Stream {
    /// The next item; `None` when the relay ended the stream without an error.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let came = in_time(self.relay.answer_within, self.items.message()).await;
        item(&self.relay, &self.method, &came);
        came
    }

    /// The item that is next, which stays so; only the first can be looked at.
    pub(crate) fn first(&self) -> Option<&Bytes> {
        self.first.as_ref()
    }
}

fn path(method: &str) -> Result<PathAndQuery, Status> {
    let path = PathAndQuery::try_from(method);
    path.map_err(|error| Status::from_error(Box::new(error)))
}

/// Asks `grpc.health.v1` about a service; 1 means SERVING.
pub(crate) async fn health(relay: &Relay, service: &str) -> Result<i32, Refusal> {
    let question = HealthCheckRequest {
        service: service.to_owned(),
    };
    let bytes = question.encode_to_vec().into();
    let answer = call(relay, "/grpc.health.v1.Health/Check", bytes).await?;
    Ok(HealthCheckResponse::decode(answer).map_or(-1, |answer| answer.status))
}

/// Services that reflection lists; `version` is `v1` or `v1alpha`.
pub(crate) async fn services(relay: &Relay, method: &'static str) -> Result<Vec<String>, Refusal> {
    let question = ReflectionRequest {
        host: String::new(),
        list_services: String::from("*"),
    };
    let bytes: Bytes = question.encode_to_vec().into();
    in_time(relay.answer_within, async {
        let mut grpc = ready(&relay.channel).await?;
        let questions = Request::new(tokio_stream::once(bytes));
        let path = PathAndQuery::from_static(method);
        let mut answers = grpc
            .streaming(questions, path, BytesCodec)
            .await?
            .into_inner();
        let answer = answers.message().await?.unwrap_or_default();
        let answer = ReflectionResponse::decode(answer).unwrap_or_default();
        let list = answer.list_services.unwrap_or_default();
        Ok(list
            .service
            .into_iter()
            .map(|service| service.name)
            .collect())
    })
    .await
}

async fn ready(channel: &Channel) -> Result<Grpc<Channel>, Status> {
    let mut grpc = Grpc::new(channel.clone());
    let transport = |error: tonic::transport::Error| Status::from_error(Box::new(error));
    grpc.ready().await.map_err(transport)?;
    Ok(grpc)
}

/// Bytes out, bytes in.
#[derive(Debug, Clone, Copy)]
struct BytesCodec;

impl Codec for BytesCodec {
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

impl Encoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.put(item);
        Ok(())
    }
}

impl Decoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

// The few messages of gRPC's own services that a judge asks; field numbers are theirs.

#[derive(Clone, PartialEq, Message)]
struct HealthCheckRequest {
    #[prost(string, tag = "1")]
    service: String,
}

#[derive(Clone, PartialEq, Message)]
struct HealthCheckResponse {
    #[prost(int32, tag = "1")]
    status: i32,
}

#[derive(Clone, PartialEq, Message)]
struct ReflectionRequest {
    #[prost(string, tag = "1")]
    host: String,
    #[prost(string, tag = "7")]
    list_services: String,
}

#[derive(Clone, PartialEq, Message)]
struct ReflectionResponse {
    #[prost(message, optional, tag = "6")]
    list_services: Option<ServiceList>,
}

#[derive(Clone, PartialEq, Message)]
struct ServiceList {
    #[prost(message, repeated, tag = "1")]
    service: Vec<ServiceName>,
}

#[derive(Clone, PartialEq, Message)]
struct ServiceName {
    #[prost(string, tag = "1")]
    name: String,
}
