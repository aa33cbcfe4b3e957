//! Calls with bytes of the test's choice.

use bytes::{Buf as _, BufMut as _, Bytes};
use hyper_util::rt::TokioIo;
use parcep_core::reason::{Reason, from_code};
use std::path::PathBuf;
use tokio::net::UnixStream;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Endpoint, Uri};
use tonic::{Request, Status};
use tonic_types::StatusExt as _;

/// A connection to a socket.
pub(crate) async fn connect(path: PathBuf) -> Grpc<Channel> {
    let endpoint = Endpoint::from_static("http://issuer.invalid");
    let connector = tower::service_fn(move |_: Uri| {
        let path = path.clone();
        async move { UnixStream::connect(path).await.map(TokioIo::new) }
    });
    Grpc::new(endpoint.connect_with_connector(connector).await.unwrap())
}

/// One call of the service.
pub(crate) async fn call(
    grpc: &mut Grpc<Channel>,
    name: &'static str,
    body: Vec<u8>,
) -> Result<Bytes, Status> {
    grpc.ready().await.unwrap();
    let path = format!("/parcep.v1alpha1.AgeSignalService/{name}");
    let reply = grpc.unary(Request::new(Bytes::from(body)), path.parse().unwrap(), Raw);
    reply.await.map(tonic::Response::into_inner)
}

/// The reason of a refusal.
pub(crate) fn reason(status: &Status) -> Option<Reason> {
    let details = status.get_error_details();
    let info = details.error_info()?;
    assert_eq!(info.domain, "parcep");
    from_code(&info.reason)
}

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
