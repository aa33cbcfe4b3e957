//! What a relay and a network may do within the rules, and whoever follows has to bear: no lie, and no attack.

use bytes::{BufMut as _, Bytes, BytesMut};
use http_body_util::BodyExt as _;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tonic::body::Body;
use tonic::codegen::http::{HeaderValue, Response};
use tonic::transport::server::{Connected, TcpConnectInfo};

/// How much later an answer comes.
const LATER: Duration = Duration::from_millis(25);
/// Bytes of a packet at most.
const TINY: usize = 13;
/// Fields that no message has: a number and a text.
const UNKNOWN: &[u8] = b"\xf8\xe9\x07\x07\x82\xea\x07\x06grease";

/// What becomes of a message on its way.
type Bend = fn(&[u8]) -> Vec<u8>;

/// A relay that is honest in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Network {
    /// As most are.
    #[default]
    Plain,
    /// Every answer has fields that nobody knows yet (R-WIRE-004).
    UnknownFields,
    /// The fields of an answer come in another order.
    OtherOrder,
    /// Everything comes in packets of a few bytes.
    TinyChunks,
    /// Every answer comes later.
    Latency,
    /// It listens on an address of IPv6.
    Ipv6,
    /// Headers, trailers and items of a watch that nobody knows yet.
    Grease,
}

impl Network {
    /// All but the plain one.
    pub const BENIGN: [Self; 6] = [
        Self::UnknownFields,
        Self::OtherOrder,
        Self::TinyChunks,
        Self::Latency,
        Self::Ipv6,
        Self::Grease,
    ];

    /// The name, as the command line has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::UnknownFields => "unknown-fields",
            Self::OtherOrder => "other-order",
            Self::TinyChunks => "tiny-chunks",
            Self::Latency => "latency",
            Self::Ipv6 => "ipv6",
            Self::Grease => "grease",
        }
    }

    pub(super) const fn host(self) -> &'static str {
        match self {
            Self::Ipv6 => "[::1]:0",
            _ => "127.0.0.1:0",
        }
    }

    /// Waits as long as it takes.
    pub(super) async fn pause(self) {
        if self == Self::Latency {
            tokio::time::sleep(LATER).await;
        }
    }

    /// An answer as it travels.
    pub(super) fn bent(self, answer: Response<Body>) -> Response<Body> {
        let bend: Bend = match self {
            Self::UnknownFields => |message| [message, UNKNOWN].concat(),
            Self::OtherOrder => other_order,
            Self::Grease => return greased(answer),
            _ => return answer,
        };
        answer.map(|body| {
            Body::new(body.map_frame(move |frame| frame.map_data(|data| each(&data, bend))))
        })
    }
}

/// Headers and trailers that nobody knows.
fn greased(mut answer: Response<Body>) -> Response<Body> {
    let grease = HeaderValue::from_static("grease");
    answer
        .headers_mut()
        .insert("x-parcep-unknown", grease.clone());
    answer.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let mut frame = frame;
            if let Some(trailers) = frame.trailers_mut() {
                trailers.insert("x-parcep-unknown-too", grease.clone());
            }
            frame
        }))
    })
}

/// Bends each message of a frame; a frame of the server holds whole ones.
fn each(data: &Bytes, bend: Bend) -> Bytes {
    let (mut out, mut rest) = (BytesMut::new(), data.as_ref());
    while let Some((head, behind)) = rest.split_at_checked(5) {
        let length = head
            .iter()
            .skip(1)
            .fold(0, |length, byte| (length << 8) | usize::from(*byte));
        let Some((message, next)) = behind.split_at_checked(length) else {
            break;
        };
        let bent = bend(message);
        out.put_u8(0);
        out.put_u32(u32::try_from(bent.len()).unwrap_or(u32::MAX));
        out.extend_from_slice(&bent);
        rest = next;
    }
    out.extend_from_slice(rest);
    out.freeze()
}

/// A message with its highest field first; fields of one number stay as they are.
fn other_order(message: &[u8]) -> Vec<u8> {
    let mut fields: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    let mut rest = message;
    while !rest.is_empty() {
        let Some((number, field, next)) = field(rest) else {
            return message.to_vec();
        };
        fields.entry(number).or_default().extend_from_slice(field);
        rest = next;
    }
    fields.into_values().rev().flatten().collect()
}

/// The first field of a message: its number, it, and what stands behind it.
fn field(message: &[u8]) -> Option<(u64, &[u8], &[u8])> {
    let mut at = message;
    let key = prost::encoding::decode_varint(&mut at).ok()?;
    let inside = match key & 7 {
        0 => {
            prost::encoding::decode_varint(&mut at).ok()?;
            0
        }
        1 => 8,
        2 => usize::try_from(prost::encoding::decode_varint(&mut at).ok()?).ok()?,
        5 => 4,
        _ => return None,
    };
    let next = at.get(inside..)?;
    let (field, next) = message.split_at_checked(message.len() - next.len())?;
    Some((key >> 3, field, next))
}

/// A connection, in packets as the network has them.
#[derive(Debug)]
pub(super) struct Packets {
    stream: TcpStream,
    most: usize,
}

impl Packets {
    pub(super) fn of(stream: TcpStream, network: Network) -> Self {
        // Small packets are not to wait for each other; a socket that refuses this works all the same.
        let _ = stream.set_nodelay(true);
        let most = match network {
            Network::TinyChunks => TINY,
            _ => usize::MAX,
        };
        Self { stream, most }
    }
}

impl Connected for Packets {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        let address = |address: std::io::Result<SocketAddr>| address.ok();
        TcpConnectInfo {
            local_addr: address(self.stream.local_addr()),
            remote_addr: address(self.stream.peer_addr()),
        }
    }
}

impl AsyncRead for Packets {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Packets {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let most = bytes.len().min(self.most);
        let packet = bytes.get(..most).unwrap_or(bytes);
        Pin::new(&mut self.stream).poll_write(cx, packet)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parcep_proto::v1alpha1 as pb;
    use prost::Message as _;

    fn page() -> pb::ReadResponse {
        let entry = |seq| pb::Entry {
            seq,
            header: vec![7; 300].into(),
            ..pb::Entry::default()
        };
        pb::ReadResponse {
            entries: vec![entry(1), entry(2)],
            status: Some(pb::LogStatus {
                relay_epoch: 1,
                next_seq: 3,
                head: vec![1; 32],
            }),
        }
    }

    #[test]
    fn another_order_and_unknown_fields_are_the_same_message_in_other_bytes() {
        let before = page().encode_to_vec();
        let mut framed = BytesMut::new();
        for _ in 0..2 {
            framed.put_u8(0);
            framed.put_u32(u32::try_from(before.len()).unwrap());
            framed.extend_from_slice(&before);
        }
        let framed = framed.freeze();
        let bends: [Bend; 2] = [other_order, |message| [message, UNKNOWN].concat()];
        for bend in bends {
            let bent = bend(&before);
            assert_ne!(bent, before);
            assert_eq!(pb::ReadResponse::decode(bent.as_slice()).unwrap(), page());
            let both = each(&framed, bend);
            assert_eq!(both.len(), 2 * (bent.len() + 5));
        }
        assert_eq!(other_order(&before).first(), Some(&(2 << 3 | 2)));
    }
}
