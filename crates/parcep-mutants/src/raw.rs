//! Faults that take the bytes of a request: what is in no field is gone once it is decoded.

use crate::fault::Fault;
use crate::memory::Memory;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};
use tonic::body::Body;
use tonic::codegen::http::Request;

/// Bytes before a message: whether it is compressed, and its length.
const PREFIX: usize = 5;
/// No field of this service has a number from here on.
const UNKNOWN: u32 = 1000;

/// The request, after a relay with this fault has seen it.
pub(crate) fn looked_at(fault: Fault, memory: &Memory, request: Request<Body>) -> Request<Body> {
    let memory = memory.clone();
    let of_a_key = request.uri().path().ends_with("/GrantAccess");
    request.map(|body| {
        Body::new(body.map_frame(move |frame| {
            frame.map_data(|data| {
                let message = data.slice(PREFIX.min(data.len())..);
                match (fault, beside(message)) {
                    // No message begins like this.
                    (Fault::StopsAtUnknown, Some(_)) => Bytes::from_static(&[0xff; PREFIX]),
                    (Fault::KeepsBeside, Some(found)) if of_a_key => {
                        memory.lock().beside = Some(found.to_vec());
                        data
                    }
                    _ => data,
                }
            })
        }))
    })
}

/// What stands in a message, or in one inside it, in a field that nobody knows.
fn beside(mut message: Bytes) -> Option<Bytes> {
    while !message.is_empty() {
        let (number, kind) = decode_key(&mut message).ok()?;
        if kind != WireType::LengthDelimited {
            skip_field(kind, number, &mut message, DecodeContext::default()).ok()?;
            continue;
        }
        let len = usize::try_from(decode_varint(&mut message).ok()?).ok()?;
        if len > message.len() {
            return None;
        }
        let inside = message.split_to(len);
        if number >= UNKNOWN {
            return Some(inside);
        }
        // Bytes that are no message are none.
        if let Some(found) = beside(inside) {
            return Some(found);
        }
    }
    None
}
