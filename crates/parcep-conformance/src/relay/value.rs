//! Expressions: what a script puts into a field.
//!
//! A number, text or list is itself; `"$name.path"` is a value that was remembered; a table is a deed, such as
//! `{ flip = 31 }`, to what stood there or to what its `of` says.

use super::types::{self, Type};
use crate::wire;
use prost::Message as _;
use prost_reflect::{DynamicMessage, Kind, ReflectMessage as _, Value};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// Something to be put.
#[derive(Debug)]
pub(super) enum Expression {
    /// As it is written.
    Plain(Json),
    /// A value that was remembered: its name and a path below it.
    Remembered(String, String),
    /// Several.
    List(Vec<Self>),
    /// Something done.
    Deed(Box<Deed>),
}

/// What is done to a value. Several are done in the order of these members.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Deed {
    /// The value that it is done to; without, what stood there.
    of: Option<Json>,
    /// A new message with these fields.
    make: Option<Map<String, Json>>,
    /// So many random bytes.
    random: Option<usize>,
    /// These bytes.
    hex: Option<String>,
    /// So many zeros.
    zeros: Option<usize>,
    /// Other fields of a message.
    with: Map<String, Json>,
    /// One bit of the byte at this place is another.
    flip: Option<usize>,
    /// No longer than this.
    cut: Option<usize>,
    /// So many zeros behind it.
    pad: Option<usize>,
    /// Again and again, up to this length.
    fill: Option<usize>,
    /// Last byte first.
    reverse: bool,
    /// So much more.
    add: Option<i64>,
    /// Its items once more.
    twice: bool,
    /// One more item.
    push: Option<Json>,
    /// Without the first items.
    skip: Option<usize>,
    /// At most so many items.
    take: Option<usize>,
    /// An entry without its body, with the hash of it.
    pruned: bool,
    /// The hash of an entry.
    entry_hash: bool,
    /// SHA-256 of bytes.
    sha256: bool,
    /// In hexadecimal, of bytes.
    in_hex: bool,
    /// With a field behind it that nobody knows, of these bytes; of a message.
    grease: Option<Json>,
    /// Nothing at all.
    pub(super) drop: bool,
}

/// Where values that were remembered come from, and random bytes.
pub(super) trait Memory {
    /// A value that was remembered.
    fn recall(&self, name: &str, path: &str) -> Result<Value, String>;
    /// Random bytes.
    fn random(&mut self, len: usize) -> Vec<u8>;
}

impl Expression {
    pub(super) fn parse(json: &Json) -> Result<Self, String> {
        Ok(match json {
            Json::String(text) if text.starts_with('$') => {
                let (name, path) = text.split_once('.').unwrap_or((text, ""));
                Self::Remembered(name.trim_start_matches('$').into(), path.into())
            }
            Json::Array(items) => {
                Self::List(items.iter().map(Self::parse).collect::<Result<_, _>>()?)
            }
            Json::Object(_) => {
                let deed = Deed::deserialize(json).map_err(|error| error.to_string())?;
                Self::Deed(Box::new(deed))
            }
            plain => Self::Plain(plain.clone()),
        })
    }

    /// The value, for a place of this type where `stood` is.
    pub(super) fn value(
        &self,
        memory: &mut dyn Memory,
        place: &Type,
        stood: Option<&Value>,
    ) -> Result<Option<Value>, String> {
        match self {
            Self::Plain(json) => plain(json, place).map(Some),
            Self::Remembered(name, path) => memory.recall(name, path).map(Some),
            Self::List(items) => {
                let Type::List(kind) = place else {
                    return Err("a list where none can stand".into());
                };
                let place = Type::One(kind.clone());
                let items = items.iter().map(|item| {
                    let item = item.value(memory, &place, None)?;
                    item.ok_or_else(|| String::from("nothing in a list"))
                });
                let items: Result<Vec<_>, _> = items.collect();
                items.map(|items| Some(Value::List(items)))
            }
            Self::Deed(deed) => deed.value(memory, place, stood),
        }
    }
}

/// A number, word or truth of a type.
fn plain(json: &Json, place: &Type) -> Result<Value, String> {
    let Type::One(kind) = place else {
        return Err(format!("{json} where a list has to stand"));
    };
    let whole = || {
        let text = json
            .as_str()
            .map_or_else(|| json.to_string(), str::to_owned);
        text.parse::<i128>()
            .map_err(|_| format!("{json} is no number"))
    };
    let range = |_| format!("{json} is out of range");
    Ok(match kind {
        Kind::Bool => Value::Bool(
            json.as_bool()
                .ok_or_else(|| format!("{json} is no truth"))?,
        ),
        Kind::Uint32 => Value::U32(whole()?.try_into().map_err(range)?),
        Kind::Uint64 => Value::U64(whole()?.try_into().map_err(range)?),
        Kind::Int64 => Value::I64(whole()?.try_into().map_err(range)?),
        Kind::String => Value::String(json.as_str().ok_or("no text")?.to_owned()),
        Kind::Enum(names) => {
            let number = json.as_i64().and_then(|number| i32::try_from(number).ok());
            let named = json.as_str().and_then(|word| {
                let ending = format!("_{}", word.to_uppercase());
                let mut values = names.values();
                let found = values.find(|value| value.name().ends_with(&ending))?;
                Some(found.number())
            });
            let number = number.or(named);
            Value::EnumNumber(number.ok_or_else(|| format!("no {}: {json}", names.name()))?)
        }
        other => return Err(format!("{json} cannot be {other:?}")),
    })
}

impl Deed {
    fn value(
        &self,
        memory: &mut dyn Memory,
        place: &Type,
        stood: Option<&Value>,
    ) -> Result<Option<Value>, String> {
        if self.drop {
            return Ok(None);
        }
        let mut value = self.begins(memory, place, stood)?;
        for (path, field) in &self.with {
            let Value::Message(message) = &mut value else {
                return Err("`with` where no message stands".into());
            };
            put(memory, message, path, field)?;
        }
        value = match value {
            Value::Bytes(bytes) => self.to_bytes(bytes.into())?,
            Value::List(items) => self.to_list(memory, items, place)?,
            Value::Message(message) => self.to_message(memory, message)?,
            other => other,
        };
        if let Some(more) = self.add {
            value = added(&value, more)?;
        }
        Ok(Some(value))
    }

    /// What it is done to.
    fn begins(
        &self,
        memory: &mut dyn Memory,
        place: &Type,
        stood: Option<&Value>,
    ) -> Result<Value, String> {
        if let Some(fields) = &self.make {
            let Type::One(Kind::Message(descriptor)) = place else {
                return Err("`make` where no message stands".into());
            };
            let mut message = DynamicMessage::new(descriptor.clone());
            for (path, field) in fields {
                put(memory, &mut message, path, field)?;
            }
            return Ok(Value::Message(message));
        }
        if let Some(len) = self.random {
            return Ok(Value::Bytes(memory.random(len).into()));
        }
        if let Some(hex) = &self.hex {
            return bytes_of(hex).map(|bytes| Value::Bytes(bytes.into()));
        }
        if let Some(len) = self.zeros {
            return Ok(Value::Bytes(vec![0; len].into()));
        }
        let of = match &self.of {
            Some(of) => Expression::parse(of)?.value(memory, place, stood)?,
            None => stood.cloned(),
        };
        of.ok_or_else(|| "a deed to nothing".into())
    }

    fn to_bytes(&self, mut bytes: Vec<u8>) -> Result<Value, String> {
        if let Some(at) = self.flip {
            *bytes.get_mut(at).ok_or("no byte there to flip")? ^= 1;
        }
        bytes.truncate(self.cut.unwrap_or(bytes.len()));
        bytes.resize(bytes.len() + self.pad.unwrap_or(0), 0);
        if let Some(len) = self.fill {
            bytes = bytes.iter().copied().cycle().take(len).collect();
        }
        if self.reverse {
            bytes.reverse();
        }
        if self.sha256 {
            bytes = wire::sha256(&bytes).to_vec();
        }
        Ok(match self.in_hex {
            true => Value::String(parcep_core::hex::encode(&bytes)),
            false => Value::Bytes(bytes.into()),
        })
    }

    fn to_list(
        &self,
        memory: &mut dyn Memory,
        mut items: Vec<Value>,
        place: &Type,
    ) -> Result<Value, String> {
        if self.twice {
            items.extend(items.clone());
        }
        if let Some(item) = &self.push {
            let Type::List(kind) = place else {
                return Err("`push` where no list stands".into());
            };
            let place = Type::One(kind.clone());
            let item = Expression::parse(item)?.value(memory, &place, None)?;
            items.extend(item);
        }
        if let Some(len) = self.fill {
            items = items.iter().cloned().cycle().take(len).collect();
        }
        let skipped = items.into_iter().skip(self.skip.unwrap_or(0));
        let items = skipped.take(self.take.unwrap_or(usize::MAX));
        Ok(Value::List(items.collect()))
    }

    fn to_message(
        &self,
        memory: &mut dyn Memory,
        mut message: DynamicMessage,
    ) -> Result<Value, String> {
        if self.pruned {
            let body = types::get(&Value::Message(message.clone()), "body");
            let body = body.as_ref().and_then(Value::as_bytes);
            let hash = wire::sha256(body.ok_or("no body to prune")?).to_vec();
            types::set(&mut message, "body", None)?;
            types::set(&mut message, "body_hash", Some(Value::Bytes(hash.into())))?;
        }
        if self.entry_hash {
            let entry = message.transcode_to().map_err(|error| error.to_string())?;
            return Ok(Value::Bytes(wire::entry_hash(&entry).to_vec().into()));
        }
        if let Some(with) = &self.grease {
            let place = Type::One(Kind::Bytes);
            let bytes = Expression::parse(with)?.value(memory, &place, None)?;
            let bytes = bytes.as_ref().and_then(Value::as_bytes).cloned();
            let descriptor = message.descriptor();
            let mut all = message.encode_to_vec();
            prost::encoding::bytes::encode(8189, &bytes.unwrap_or_default(), &mut all);
            message = DynamicMessage::decode(descriptor, all.as_slice())
                .map_err(|error| error.to_string())?;
        }
        Ok(Value::Message(message))
    }
}

/// Puts an expression at a path of a message.
pub(super) fn put(
    memory: &mut dyn Memory,
    message: &mut DynamicMessage,
    path: &str,
    json: &Json,
) -> Result<(), String> {
    let root = Value::Message(message.clone());
    let place = Type::of(message.descriptor()).at(path)?;
    let stood = types::get_or_default(&root, path);
    let expression = Expression::parse(json).map_err(|error| format!("{path}: {error}"))?;
    let value = expression.value(memory, &place, stood.as_ref());
    types::set(
        message,
        path,
        value.map_err(|error| format!("{path}: {error}"))?,
    )
}

fn added(value: &Value, more: i64) -> Result<Value, String> {
    Ok(match value {
        Value::U32(number) => {
            Value::U32(u32::try_from(i64::from(*number) + more).map_err(|e| e.to_string())?)
        }
        Value::U64(number) => Value::U64(number.wrapping_add_signed(more)),
        Value::I64(number) => Value::I64(number.wrapping_add(more)),
        _ => return Err("`add` to what is no number".into()),
    })
}

/// Bytes from hexadecimal digits.
pub(super) fn bytes_of(hex: &str) -> Result<Vec<u8>, String> {
    parcep_core::hex::decode(hex).ok_or_else(|| format!("`{hex}` is not hexadecimal"))
}
