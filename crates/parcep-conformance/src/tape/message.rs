//! Messages in words: names of fields from the descriptors of the protocol, bytes as size and hash.

use super::redact::{bytes, redacted};
use prost::Message as _;
use prost::bytes::Buf as _;
use prost::encoding::{WireType, decode_key, decode_varint};
use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Levels of messages in messages.
const DEEP: usize = 6;
/// Fields that are shown of one message.
const FIELDS: usize = 16;
/// Fields of which nothing but the size is shown: somebody could guess what they hold.
const SECRET: [&str; 3] = ["voucher", "session", "token"];

struct Protocol {
    messages: BTreeMap<String, DescriptorProto>,
    /// Request and response by method.
    methods: BTreeMap<String, (String, String)>,
}

static PROTOCOL: LazyLock<Protocol> = LazyLock::new(|| {
    let set = FileDescriptorSet::decode(parcep_proto::DESCRIPTOR_SET).unwrap_or_default();
    let mut protocol = Protocol {
        messages: BTreeMap::new(),
        methods: BTreeMap::new(),
    };
    for file in set.file {
        for service in &file.service {
            for method in &service.method {
                protocol.methods.insert(
                    format!("/{}.{}/{}", file.package(), service.name(), method.name()),
                    (
                        method.input_type().to_owned(),
                        method.output_type().to_owned(),
                    ),
                );
            }
        }
        let package = file.package().to_owned();
        for message in file.message_type {
            let name = format!(".{package}.{}", message.name());
            protocol.messages.insert(name, message);
        }
    }
    protocol
});

/// What a method is asked.
pub(super) fn request(method: &str, message: &[u8]) -> String {
    let types = PROTOCOL.methods.get(method);
    shown(types.map(|(request, _)| request.as_str()), message)
}

/// What it answers.
pub(super) fn response(method: &str, message: &[u8]) -> String {
    let types = PROTOCOL.methods.get(method);
    shown(types.map(|(_, response)| response.as_str()), message)
}

/// A message of a type, or bytes where it is none.
fn shown(name: Option<&str>, message: &[u8]) -> String {
    name.and_then(|name| fields(name, message, DEEP))
        .unwrap_or_else(|| format!("<{}>", bytes(message)))
}

fn fields(name: &str, mut message: &[u8], deep: usize) -> Option<String> {
    let descriptor = PROTOCOL.messages.get(name)?;
    let mut out = Vec::new();
    while message.has_remaining() {
        let (number, wire) = decode_key(&mut message).ok()?;
        let number = i32::try_from(number).ok()?;
        let known = descriptor
            .field
            .iter()
            .find(|field| field.number() == number);
        let label = known.map_or_else(|| number.to_string(), |field| field.name().to_owned());
        let value = value(known, wire, &mut message, deep)?;
        out.push(format!("{label}: {value}"));
    }
    let more = out.len().saturating_sub(FIELDS);
    out.truncate(FIELDS);
    if more > 0 {
        out.push(format!("and {more} more"));
    }
    Some(format!("{{{}}}", out.join(", ")))
}

fn value(
    field: Option<&FieldDescriptorProto>,
    wire: WireType,
    message: &mut &[u8],
    deep: usize,
) -> Option<String> {
    Some(match wire {
        WireType::Varint => {
            let number = decode_varint(message).ok()?;
            match field.map(FieldDescriptorProto::r#type) {
                Some(Type::Bool) => (number != 0).to_string(),
                Some(Type::Int64 | Type::Int32) => number.cast_signed().to_string(),
                _ => number.to_string(),
            }
        }
        WireType::SixtyFourBit => message.try_get_u64_le().ok()?.to_string(),
        WireType::ThirtyTwoBit => message.try_get_u32_le().ok()?.to_string(),
        WireType::LengthDelimited => {
            let length = usize::try_from(decode_varint(message).ok()?).ok()?;
            let (inner, behind) = message.split_at_checked(length)?;
            *message = behind;
            inside(field, inner, deep)
        }
        WireType::StartGroup | WireType::EndGroup => return None,
    })
}

fn inside(field: Option<&FieldDescriptorProto>, inner: &[u8], deep: usize) -> String {
    let Some(field) = field else {
        return bytes(inner);
    };
    let is_secret = SECRET.contains(&field.name());
    match (field.r#type(), deep.checked_sub(1)) {
        _ if is_secret => format!("{} bytes", inner.len()),
        (Type::Message, Some(deep)) => {
            fields(field.type_name(), inner, deep).unwrap_or_else(|| bytes(inner))
        }
        (Type::String, _) => redacted(&String::from_utf8_lossy(inner)),
        _ => bytes(inner),
    }
}
