//! Messages of ages as trees: fields by path, and deeds that change what stands there.
//!
//! In a tree bytes are hexadecimal, enumerations the words of R-AGE-060 or numbers, absent fields null. A value that a
//! script puts is itself, `"$name.path"` what was remembered, or a table of deeds, such as `{ flip = 3 }`.

use super::Memory;
use parcep_core::hex;
use prost::Message as _;
use prost_reflect::{
    DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor,
    ReflectMessage as _, Value as Field,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    // Descriptors that do not parse leave every message unknown, which a test sees.
    DescriptorPool::decode(parcep_proto::DESCRIPTOR_SET).unwrap_or_default()
});

/// Fields by path, and what is put into them.
pub(super) type Fields = Map<String, Value>;

fn message(name: &str) -> Result<MessageDescriptor, String> {
    let found = POOL.get_message_by_name(&format!("parcep.v1alpha1.{name}"));
    found.ok_or_else(|| format!("there is no message `{name}`"))
}

/// Whether a message has a field at this path.
#[cfg(test)]
pub(super) fn has_path(name: &str, path: &str) -> Result<(), String> {
    let mut here = message(name)?;
    for part in path.split('.') {
        if part.parse::<usize>().is_ok() {
            continue;
        }
        let field = here.get_field_by_name(part);
        let field = field.ok_or_else(|| format!("`{}` has no field `{part}`", here.name()))?;
        if let Kind::Message(inner) = field.kind() {
            here = inner;
        }
    }
    Ok(())
}

/// The bytes of a tree.
pub(super) fn encode(name: &str, tree: &Value) -> Result<Vec<u8>, String> {
    Ok(built(message(name)?, tree)?.encode_to_vec())
}

/// The tree of bytes.
pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<Value, String> {
    let decoded = DynamicMessage::decode(message(name)?, bytes);
    decoded
        .map(|message| shown(&message))
        .map_err(|error| format!("no {name}: {error}"))
}

fn built(descriptor: MessageDescriptor, tree: &Value) -> Result<DynamicMessage, String> {
    let mut message = DynamicMessage::new(descriptor.clone());
    let members = tree
        .as_object()
        .ok_or_else(|| format!("a {} is no table", descriptor.name()))?;
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        let field = descriptor.get_field_by_name(name);
        let field = field.ok_or_else(|| format!("`{}` has no `{name}`", descriptor.name()))?;
        let value = match (field.is_list(), value) {
            (true, Value::Array(items)) => {
                let items = items.iter().map(|item| one(&field, item));
                Field::List(items.collect::<Result<_, _>>()?)
            }
            (false, value) => one(&field, value)?,
            (true, _) => return Err(format!("`{name}` is no list")),
        };
        let put = message.try_set_field(&field, value);
        put.map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(message)
}

fn one(field: &FieldDescriptor, value: &Value) -> Result<Field, String> {
    let wrong = || format!("{value} cannot stand in `{}`", field.name());
    Ok(match field.kind() {
        Kind::Bool => Field::Bool(value.as_bool().ok_or_else(wrong)?),
        Kind::Uint32 => {
            let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
            Field::U32(number.ok_or_else(wrong)?)
        }
        Kind::Int32 => {
            let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
            Field::I32(number.ok_or_else(wrong)?)
        }
        Kind::Int64 => Field::I64(value.as_i64().ok_or_else(wrong)?),
        Kind::String => Field::String(value.as_str().ok_or_else(wrong)?.to_owned()),
        Kind::Bytes => {
            let bytes = value.as_str().and_then(hex::decode);
            Field::Bytes(bytes.ok_or_else(wrong)?.into())
        }
        Kind::Enum(names) => Field::EnumNumber(number_of(&names, value).ok_or_else(wrong)?),
        Kind::Message(inner) => Field::Message(built(inner, value)?),
        _ => return Err(wrong()),
    })
}

fn number_of(names: &EnumDescriptor, value: &Value) -> Option<i32> {
    if let Some(number) = value.as_i64() {
        return i32::try_from(number).ok();
    }
    let word = value.as_str()?;
    let mut values = names.values();
    let found = values.find(|one| word_of(names, one.name()) == word);
    found.map(|one| one.number())
}

/// A name without the prefix that all of an enumeration have.
fn word_of(names: &EnumDescriptor, name: &str) -> String {
    let mut prefix = String::new();
    for letter in names.name().chars() {
        if letter.is_uppercase() && !prefix.is_empty() {
            prefix.push('_');
        }
        prefix.push(letter.to_ascii_uppercase());
    }
    prefix.push('_');
    name.strip_prefix(&prefix).unwrap_or(name).to_lowercase()
}

fn shown(message: &DynamicMessage) -> Value {
    let descriptor = message.descriptor();
    let members = descriptor.fields().map(|field| {
        let there = message.has_field(&field) || !field.supports_presence();
        let value = match there {
            true => value(&field, &message.get_field(&field)),
            false => Value::Null,
        };
        (field.name().to_owned(), value)
    });
    Value::Object(members.collect())
}

fn value(field: &FieldDescriptor, stood: &Field) -> Value {
    match stood {
        Field::Bool(is) => json!(is),
        Field::I32(number) => json!(number),
        Field::I64(number) => json!(number),
        Field::U32(number) => json!(number),
        Field::U64(number) => json!(number),
        Field::String(text) => json!(text),
        Field::Bytes(bytes) => json!(hex::encode(bytes)),
        Field::EnumNumber(number) => match field.kind() {
            Kind::Enum(names) => names
                .get_value(*number)
                .map_or_else(|| json!(number), |one| json!(word_of(&names, one.name()))),
            _ => json!(number),
        },
        Field::Message(message) => shown(message),
        Field::List(items) => items.iter().map(|item| value(field, item)).collect(),
        _ => Value::Null,
    }
}

/// What stands at a path; null where nothing does.
pub(super) fn get(tree: &Value, path: &str) -> Value {
    let mut parts = path.split('.').filter(|part| !part.is_empty());
    let found = parts.try_fold(tree, |here, part| match here {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        here => here.get(part),
    });
    found.cloned().unwrap_or_default()
}

/// Puts what a script says at each path.
pub(super) fn put(
    memory: &mut Memory<'_>,
    tree: &mut Value,
    fields: &Fields,
) -> Result<(), String> {
    for (path, put) in fields {
        let stood = get(tree, path);
        let value = memory
            .value(put, &stood)
            .map_err(|error| format!("{path}: {error}"))?;
        set(tree, path, value)?;
    }
    Ok(())
}

fn set(tree: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let mut here = tree;
    for part in path.split('.') {
        let list = here.is_array();
        here = match (part.parse::<usize>(), list) {
            (Ok(at), true) => here
                .get_mut(at)
                .ok_or_else(|| format!("nothing at `{path}`"))?,
            _ => {
                if here.is_null() {
                    *here = Value::Object(Map::new());
                }
                let members = here.as_object_mut();
                let members = members.ok_or_else(|| format!("nothing can stand at `{path}`"))?;
                members.entry(part).or_insert(Value::Null)
            }
        };
    }
    *here = value;
    Ok(())
}

/// What is done to a value, in the order of these members.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Deed {
    /// The value that it is done to; without, what stood there.
    of: Option<Value>,
    /// A new table with these fields.
    make: Option<Fields>,
    /// So many random bytes.
    random: Option<usize>,
    /// So many bytes of this value.
    bytes: Option<(u8, usize)>,
    /// The whole numbers from 0 up to this one.
    range: Option<u32>,
    /// So many letters.
    letters: Option<usize>,
    /// One bit of this byte is another.
    flip: Option<usize>,
    /// Without so many bytes at the end.
    cut: Option<usize>,
    /// So many zeros behind it.
    pad: Option<usize>,
    /// So much more.
    add: Option<i64>,
    /// A text behind it.
    append: Option<String>,
    /// A text before it.
    prepend: Option<String>,
    /// The text in other letters.
    other_case: bool,
    /// One more item.
    push: Option<Value>,
    /// The last item comes once more.
    again: bool,
    /// Last item first.
    reverse: bool,
    /// Nothing.
    drop: bool,
}

impl Memory<'_> {
    /// What a script says, where `stood` is.
    pub(super) fn value(&mut self, said: &Value, stood: &Value) -> Result<Value, String> {
        match said {
            Value::String(text) => match text.strip_prefix('$') {
                Some(name) => self.recall(name),
                None => Ok(self.named(text).into()),
            },
            Value::Array(items) => items
                .iter()
                .map(|item| self.value(item, &Value::Null))
                .collect(),
            Value::Object(_) => {
                let deed = Deed::deserialize(said).map_err(|error| error.to_string())?;
                self.done(&deed, stood)
            }
            plain => Ok(plain.clone()),
        }
    }

    fn done(&mut self, deed: &Deed, stood: &Value) -> Result<Value, String> {
        let mut value = match deed {
            Deed {
                make: Some(fields), ..
            } => {
                let mut made = Value::Object(Map::new());
                put(self, &mut made, fields)?;
                made
            }
            Deed { drop: true, .. } => return Ok(Value::Null),
            Deed {
                random: Some(len), ..
            } => json!(hex::encode(&self.rng.bytes(*len))),
            Deed {
                bytes: Some((byte, len)),
                ..
            } => json!(hex::encode(&vec![*byte; *len])),
            Deed {
                range: Some(end), ..
            } => json!((0..*end).collect::<Vec<_>>()),
            Deed {
                letters: Some(len), ..
            } => json!("a".repeat(*len)),
            Deed { of: Some(of), .. } => self.value(of, stood)?,
            _ => stood.clone(),
        };
        if deed.flip.is_some() || deed.cut.is_some() || deed.pad.is_some() {
            let bytes = value.as_str().and_then(hex::decode);
            let mut bytes = bytes.ok_or("no bytes there")?;
            if let Some(byte) = deed.flip {
                *bytes.get_mut(byte).ok_or("no byte there to flip")? ^= 1;
            }
            bytes.truncate(bytes.len().saturating_sub(deed.cut.unwrap_or(0)));
            bytes.resize(bytes.len() + deed.pad.unwrap_or(0), 0);
            value = json!(hex::encode(&bytes));
        }
        if let Some(more) = deed.add {
            value = json!(value.as_i64().ok_or("no number there")? + more);
        }
        if deed.append.is_some() || deed.prepend.is_some() || deed.other_case {
            let text = value.as_str().ok_or("no text there")?;
            let [before, behind] = [&deed.prepend, &deed.append].map(|text| text.as_deref());
            let text = format!(
                "{}{text}{}",
                before.unwrap_or_default(),
                behind.unwrap_or_default()
            );
            value = match deed.other_case {
                // One without letters gets one more.
                true if text.to_uppercase() == text => json!(format!("{text}A")),
                true => json!(text.to_uppercase()),
                false => json!(text),
            };
        }
        if let Some(items) = value.as_array_mut() {
            if let Some(item) = &deed.push {
                items.push(self.value(item, &Value::Null)?);
            }
            if deed.again {
                items.extend(items.last().cloned());
            }
            if deed.reverse {
                items.reverse();
            }
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn a_tree_goes_to_bytes_and_back() {
        let tree = json!({"audience": "a", "purpose": "access_gate", "cuts": [13, 16],
            "nonce": "0102", "accepted_methods": ["verified", 99], "one_cell": true});
        let bytes = encode("AgeSignalRequest", &tree).unwrap();
        let back = decode("AgeSignalRequest", &bytes).unwrap();
        for (name, value) in tree.as_object().unwrap() {
            assert_eq!(back[name], *value);
        }
        assert_eq!(back["least_assurance"], "unspecified");
        assert!(encode("AgeSignalRequest", &json!({"colour": 1})).is_err());
        assert!(encode("AgeSignalRequest", &json!({"purpose": "fun"})).is_err());
        let claim = decode("AgeSignal", &[]).unwrap();
        assert_eq!(claim["upper_exclusive"], Value::Null);
        assert!(has_path("SignedAgeSignal", "signature").is_ok());
        assert!(has_path("AgeSignal", "change.colour").is_err());
    }

    #[test]
    fn deeds_change_what_stood_there() {
        let mut rng = Rng::new(1, "T", 0);
        let mut memory = Memory::new(&mut rng);
        memory.keep("first", json!({"nonce": "0a0b"}));
        let mut of = |said: Value, stood: Value| memory.value(&said, &stood);
        assert_eq!(of(json!("$first.nonce"), Value::Null), Ok(json!("0a0b")));
        assert!(of(json!("$second"), Value::Null).is_err());
        assert_eq!(of(json!({"flip": 1}), json!("0102")), Ok(json!("0103")));
        assert_eq!(
            of(json!({"of": "$first.nonce", "cut": 1}), Value::Null),
            Ok(json!("0a"))
        );
        assert_eq!(of(json!({"add": -2}), json!(5)), Ok(json!(3)));
        assert_eq!(
            of(json!({"again": true}), json!([1, 2])),
            Ok(json!([1, 2, 2]))
        );
        assert_eq!(of(json!({"drop": true}), json!(1)), Ok(Value::Null));
        assert_eq!(
            of(json!({"other-case": true}), json!("a.b")),
            Ok(json!("A.B"))
        );
        assert!(of(json!({"sing": 1}), json!(1)).is_err());
    }
}
