//! Messages by their descriptors: filled with words of a family, and taken apart into fields.

use parcep_conformance::canary::Value;
use parcep_conformance::stage::Seeded;
use parcep_core::crypto::Random as _;
use prost::Message as _;
use prost::bytes::Buf as _;
use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};
use std::collections::{BTreeMap, BTreeSet};

/// Every message of this protocol, by its name without the package.
pub(super) struct Types(BTreeMap<String, DescriptorProto>);

/// A field that holds bytes, a text or a number, with what stood in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leaf {
    /// `Message.field`.
    pub(super) field: String,
    pub(super) value: Value,
}

/// Fields whose bytes are a message again: which, by the payload type that stands before them where that
/// says it.
const NESTED: [(&str, i32, &str); 9] = [
    ("SignedHeader.header", 0, "Header"),
    ("SignedRegister.document", 0, "RegisterDocument"),
    ("RegisterDocument.payload", 64, "Beat"),
    ("RegisterDocument.payload", 65, "AppliedReport"),
    ("Proposal.content", 2, "Constitution"),
    ("Proposal.content", 3, "PrincipalDevices"),
    ("Proposal.content", 13, "Removal"),
    ("Proposal.content", 25, "Resolve"),
    ("Proposal.content", 27, "Erase"),
];

impl Types {
    pub(super) fn read() -> Self {
        let set = FileDescriptorSet::decode(parcep_proto::DESCRIPTOR_SET).unwrap();
        let all = set.file.into_iter().flat_map(|file| file.message_type);
        let named = all.map(|message| (message.name().to_owned(), message));
        Self(named.collect())
    }

    fn fields(&self, message: &str) -> &[FieldDescriptorProto] {
        let found = self.0.get(message);
        &found
            .unwrap_or_else(|| panic!("no message {message}"))
            .field
    }

    /// Fields with bytes, texts and numbers that a message can hold, at any depth.
    pub(super) fn leaves_of(&self, message: &str) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut open = vec![message.to_owned()];
        let mut found = BTreeSet::new();
        while let Some(message) = open.pop() {
            if !seen.insert(message.clone()) {
                continue;
            }
            for field in self.fields(&message) {
                let name = format!("{message}.{}", field.name());
                let inner = NESTED.iter().filter(|(field, ..)| *field == name);
                let inner: Vec<_> = inner.map(|(_, _, inner)| (*inner).to_owned()).collect();
                match field.r#type() {
                    Type::Message => open.push(short(field.type_name())),
                    Type::Bool | Type::Enum => {}
                    _ if !inner.is_empty() => open.extend(inner),
                    _ => {
                        found.insert(name);
                    }
                }
            }
        }
        found
    }

    /// A message whose every field is filled, all members of a oneof among them: what a relay must not
    /// see does not depend on whether it makes sense. `given` says what stands in some fields; nothing
    /// where it is empty.
    pub(super) fn fill(
        &self,
        message: &str,
        given: &BTreeMap<&str, Vec<u8>>,
        words: &mut Words,
    ) -> Vec<u8> {
        let mut out = Vec::new();
        for field in self.fields(message) {
            let number = field.number().unsigned_abs();
            let name = format!("{message}.{}", field.name());
            let bytes = match (field.r#type(), given.get(name.as_str())) {
                (_, Some(given)) if given.is_empty() => continue,
                (_, Some(given)) => given.clone(),
                (Type::Message, _) => self.fill(&short(field.type_name()), given, words),
                (Type::String, _) => words.text(),
                (Type::Bytes, _) => words.bytes(),
                (kind, _) => {
                    encode_key(number, WireType::Varint, &mut out);
                    encode_varint(words.number(kind), &mut out);
                    continue;
                }
            };
            encode_key(number, WireType::LengthDelimited, &mut out);
            encode_varint(bytes.len() as u64, &mut out);
            out.extend_from_slice(&bytes);
        }
        out
    }

    /// What stands in every field of these bytes.
    pub(super) fn leaves(&self, message: &str, bytes: &[u8]) -> Vec<Leaf> {
        let mut found = Vec::new();
        self.visit(message, bytes, &mut |field, value| {
            found.push(Leaf {
                field: field.to_owned(),
                value,
            });
        });
        found
    }

    /// Every field of these bytes in order, booleans and enumerations among them.
    pub(super) fn visit(&self, message: &str, bytes: &[u8], see: &mut impl FnMut(&str, Value)) {
        let mut rest = bytes;
        let mut payload_type = 0;
        while rest.has_remaining() {
            let (number, wire) = decode_key(&mut rest).unwrap();
            let mut fields = self.fields(message).iter();
            let field = fields.find(|field| field.number().unsigned_abs() == number);
            let field = field.unwrap_or_else(|| panic!("field {number} of {message}"));
            let name = format!("{message}.{}", field.name());
            if wire == WireType::Varint {
                let value = decode_varint(&mut rest).unwrap();
                if field.name() == "payload_type" {
                    payload_type = i32::try_from(value).unwrap();
                }
                see(&name, Value::Number(number, value));
                continue;
            }
            assert_eq!(wire, WireType::LengthDelimited, "{name}");
            let length = usize::try_from(decode_varint(&mut rest).unwrap()).unwrap();
            let (inner, behind) = rest.split_at(length);
            rest = behind;
            match field.r#type() {
                Type::Message => self.visit(&short(field.type_name()), inner, see),
                Type::Bytes | Type::String => {
                    let is = |row: &&(&str, i32, &str)| {
                        row.0 == name && (row.1 == 0 || row.1 == payload_type)
                    };
                    match NESTED.iter().find(is) {
                        Some((_, _, message)) => self.visit(message, inner, see),
                        None => see(&name, Value::Bytes(inner.to_vec())),
                    }
                }
                _ => {
                    assert_eq!(field.label(), Label::Repeated, "{name}");
                    let mut packed = inner;
                    while packed.has_remaining() {
                        let value = decode_varint(&mut packed).unwrap();
                        see(&name, Value::Number(number, value));
                    }
                }
            }
        }
    }
}

/// The last part of `.parcep.v1alpha1.Name`.
fn short(full: &str) -> String {
    full.rsplit('.').next().unwrap_or_default().to_owned()
}

/// What a family writes: other words, of other lengths, in every family.
pub(super) struct Words {
    random: Seeded,
    /// Letters said beyond twenty a word, so that a family's texts are about as long as another's:
    /// lengths are told in steps, and these families are to stay within one.
    more: i64,
}

impl Words {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Seeded::new(seed),
            more: 0,
        }
    }

    /// 16 to 24 letters.
    pub(super) fn text(&mut self) -> Vec<u8> {
        let drawn = i64::try_from(self.random.below(9)).unwrap() - 4;
        let length = 20 + (drawn - self.more).clamp(-4, 4);
        self.more += length - 20;
        let letters = b"abcdefghijklmnopqrstuvwxyz";
        let word = (0..length).map(|_| *self.random.pick(letters).unwrap());
        word.collect()
    }

    pub(super) fn bytes(&mut self) -> Vec<u8> {
        self.random.array::<32>().unwrap().to_vec()
    }

    /// A number that is long enough to be looked for, or one of the few that an enumeration has.
    pub(super) fn number(&mut self, kind: Type) -> u64 {
        let drawn = self.random.next();
        match kind {
            Type::Bool => drawn & 1,
            Type::Enum => 1 + drawn % 6,
            Type::Uint64 | Type::Int64 => 1 << 62 | drawn >> 2,
            Type::Uint32 | Type::Int32 => 1 << 30 | drawn >> 34,
            other => panic!("{other:?} is used nowhere yet"),
        }
    }

    /// A number below a bound.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.random.below(bound)
    }
}
