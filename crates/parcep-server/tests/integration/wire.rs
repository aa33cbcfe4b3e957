//! Bytes on the wire that are not what they should be; health and reflection.

use crate::member::{Member, TestRelay, reason, refused};
use parcep_proto::v1alpha1 as pb;
use parcep_server::Limits;
use prost::Message as _;
use std::time::Duration;
use tokio_stream::StreamExt as _;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// Sends bytes as they are.
#[derive(Debug, Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
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
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, dst: &mut EncodeBuf<'_>) -> Result<(), Status> {
        bytes::BufMut::put_slice(dst, &item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, src: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let len = bytes::Buf::remaining(src);
        Ok(Some(bytes::Buf::copy_to_bytes(src, len).to_vec()))
    }
}

async fn channel(relay: &TestRelay) -> Channel {
    Endpoint::from_shared(relay.uri.clone())
        .unwrap()
        .connect()
        .await
        .unwrap()
}

async fn call(channel: &Channel, name: &str, body: Vec<u8>) -> Result<Vec<u8>, Status> {
    let mut grpc = Grpc::new(channel.clone());
    grpc.ready().await.unwrap();
    let path = format!("/parcep.v1alpha1.RelayService/{name}");
    let path = path.parse().unwrap();
    Ok(grpc
        .unary(Request::new(body), path, Raw)
        .await?
        .into_inner())
}

const CALLS: [&str; 11] = [
    "Challenge",
    "OpenSession",
    "CreateLog",
    "Append",
    "Read",
    "Watch",
    "ReadRegister",
    "WriteRegister",
    "ListAccess",
    "GrantAccess",
    "RevokeAccess",
];

/// R-RELAY-020.
#[tokio::test]
async fn bytes_that_do_not_parse_are_malformed_on_every_call() {
    let relay = TestRelay::start().await;
    let channel = channel(&relay).await;
    let garbage: [&[u8]; 4] = [
        // a length that goes beyond the end
        &[0x0a, 0xff, 0xff, 0xff, 0x07],
        // field number 0
        &[0x02, 0x00],
        // an end of a group that never began
        &[0x0c],
        // a varint without an end
        &[0xff; 11],
    ];
    for name in CALLS {
        for bytes in garbage {
            let refused = refused(call(&channel, name, bytes.to_vec()).await);
            assert_eq!(refused.reason, "MALFORMED", "{name} {bytes:x?}");
            assert_eq!(refused.code, Code::InvalidArgument);
        }
    }
}

#[tokio::test]
async fn an_empty_message_is_refused_with_a_reason_on_every_call() {
    let relay = TestRelay::start().await;
    let channel = channel(&relay).await;
    for name in CALLS {
        let reason = reason(call(&channel, name, Vec::new()).await);
        let expected = match name {
            "Challenge" | "OpenSession" | "CreateLog" => "INVALID_ARGUMENT",
            _ => "NO_SESSION",
        };
        assert_eq!(reason, expected, "{name}");
    }
}

/// R-RELAY-030.
#[tokio::test]
async fn a_message_above_the_limit_is_too_large() {
    let relay = TestRelay::start().await;
    let channel = channel(&relay).await;
    let mut big = pb::AppendRequest {
        session: vec![0; 2 << 20],
        ..pb::AppendRequest::default()
    };
    assert_eq!(
        reason(call(&channel, "Append", big.encode_to_vec()).await),
        "TOO_LARGE"
    );
    big.session.truncate(1 << 20);
    assert_eq!(
        reason(call(&channel, "Append", big.encode_to_vec()).await),
        "NO_SESSION"
    );
}

/// R-RELAY-020.
#[tokio::test]
async fn a_call_that_does_not_exist_is_unsupported() {
    let relay = TestRelay::start().await;
    let channel = channel(&relay).await;
    let refused = refused(call(&channel, "Truncate", Vec::new()).await);
    assert_eq!(
        (refused.reason.as_str(), refused.code),
        ("UNSUPPORTED", Code::Unimplemented)
    );
}

#[tokio::test]
async fn cut_or_flipped_appends_change_nothing_and_break_nothing() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let channel = channel(&relay).await;
    let mut stale: pb::Entry = (&member.next()).into();
    stale.prev = vec![1; 32];
    let request = pb::AppendRequest {
        session: member.session.clone(),
        entry: Some(stale),
        replay: false,
    };
    let good = request.encode_to_vec();
    for cut in [1, 10, 40, 80, 600, good.len() - 1] {
        reason(call(&channel, "Append", good[..cut].to_vec()).await);
    }
    for at in (0..good.len()).step_by(31) {
        let mut flipped = good.clone();
        flipped[at] ^= 0x40;
        reason(call(&channel, "Append", flipped).await);
    }
    let read = member.read(0, 0).await.unwrap();
    assert_eq!(read.entries.len(), 1);
    member.append().await.unwrap();
}

#[tokio::test]
async fn a_replayed_append_loses_against_itself() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let channel = channel(&relay).await;
    let request = pb::AppendRequest {
        session: member.session.clone(),
        entry: Some((&member.next()).into()),
        replay: false,
    };
    let bytes = request.encode_to_vec();
    call(&channel, "Append", bytes.clone()).await.unwrap();
    assert_eq!(reason(call(&channel, "Append", bytes).await), "STALE_HEAD");
    assert_eq!(member.read(0, 0).await.unwrap().entries.len(), 2);
}

/// R-RELAY-030.
#[tokio::test]
async fn connections_are_bounded_and_a_closed_one_makes_room() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.connections = 1;
        limits
    })
    .await;
    let first = channel(&relay).await;
    let held = call(&first, "Challenge", Vec::new()).await;
    assert_eq!(reason(held), "INVALID_ARGUMENT");
    let refused = async || {
        let endpoint = Endpoint::from_shared(relay.uri.clone()).unwrap();
        let mut client = match endpoint.connect().await {
            Ok(channel) => HealthClient::new(channel),
            Err(_) => return true,
        };
        client.check(HealthCheckRequest::default()).await.is_err()
    };
    assert!(refused().await, "a second connection was served");
    drop(first);
    for _ in 0..100 {
        if !refused().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the place of a closed connection stayed taken");
}

/// R-RELAY-033.
#[tokio::test]
async fn health_says_serving() {
    let relay = TestRelay::start().await;
    let mut health = HealthClient::new(channel(&relay).await);
    for service in ["", "parcep.v1alpha1.RelayService"] {
        let request = HealthCheckRequest {
            service: service.into(),
        };
        let answer = health.check(request).await.unwrap().into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving);
    }
}

/// R-RELAY-033.
#[tokio::test]
async fn reflection_lists_the_relay_in_both_versions() {
    const NAME: &str = "parcep.v1alpha1.RelayService";
    let relay = TestRelay::start().await;
    {
        use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
        use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
        use tonic_reflection::pb::v1::{ServerReflectionRequest, server_reflection_response};
        let mut client = ServerReflectionClient::new(channel(&relay).await);
        let request = ServerReflectionRequest {
            host: String::new(),
            message_request: Some(MessageRequest::ListServices(String::new())),
        };
        let answers = client
            .server_reflection_info(tokio_stream::once(request))
            .await;
        let answer = answers.unwrap().into_inner().next().await.unwrap().unwrap();
        let Some(server_reflection_response::MessageResponse::ListServicesResponse(list)) =
            answer.message_response
        else {
            panic!("no list");
        };
        assert!(list.service.iter().any(|service| service.name == NAME));
    }
    {
        use tonic_reflection::pb::v1alpha::server_reflection_client::ServerReflectionClient;
        use tonic_reflection::pb::v1alpha::server_reflection_request::MessageRequest;
        use tonic_reflection::pb::v1alpha::{ServerReflectionRequest, server_reflection_response};
        let mut client = ServerReflectionClient::new(channel(&relay).await);
        let request = ServerReflectionRequest {
            host: String::new(),
            message_request: Some(MessageRequest::FileContainingSymbol(NAME.into())),
        };
        let answers = client
            .server_reflection_info(tokio_stream::once(request))
            .await;
        let answer = answers.unwrap().into_inner().next().await.unwrap().unwrap();
        assert!(matches!(
            answer.message_response,
            Some(server_reflection_response::MessageResponse::FileDescriptorResponse(_))
        ));
    }
}
