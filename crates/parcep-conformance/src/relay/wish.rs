//! What a value has to be.

use super::types::Type;
use super::value::{Expression, Memory};
use prost_reflect::{Kind, ReflectMessage as _, Value};
use serde::Deserialize;
use serde_json::Value as Json;
use std::cmp::Ordering;

/// What is wished for; every member that is there has to hold. Anything but such a table is an expression that
/// the value has to be equal to.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Wish {
    equals: Option<Json>,
    not: Option<Json>,
    at_most: Option<Json>,
    at_least: Option<Json>,
    /// Higher than this.
    above: Option<Json>,
    /// Lower than this; of bytes, before it in the order of bytes.
    below: Option<Json>,
    /// So many bytes or items.
    length: Option<usize>,
    /// At least so many.
    least: Option<usize>,
    /// At most so many.
    most: Option<usize>,
    /// A list with this item.
    contains: Option<Json>,
    /// A list without this item.
    lacks: Option<Json>,
    /// The beginning of this list.
    begins: Option<Json>,
    /// The items of this list, in any order.
    items: Option<Json>,
    /// Whether there is nothing.
    absent: Option<bool>,
}

/// What was wished for, in words, and whether it holds.
pub(super) struct Judged {
    pub(super) expected: String,
    pub(super) observed: String,
    pub(super) ok: bool,
}

/// Compares what stands at a place of this type with a wish.
pub(super) fn judge(
    memory: &mut dyn Memory,
    place: &Type,
    observed: Option<&Value>,
    wish: &Json,
) -> Result<Judged, String> {
    let parsed = match wish {
        Json::Object(_) => Wish::deserialize(wish).ok(),
        _ => None,
    };
    let wish = parsed.unwrap_or_else(|| Wish {
        equals: Some(wish.clone()),
        ..Wish::default()
    });
    let mut judge = Judge {
        memory,
        place,
        observed,
        expected: Vec::new(),
        ok: true,
    };
    judge.all(&wish)?;
    Ok(Judged {
        expected: judge.expected.join(", "),
        observed: observed.map_or_else(|| "nothing".into(), shown),
        ok: judge.ok,
    })
}

struct Judge<'a> {
    memory: &'a mut dyn Memory,
    place: &'a Type,
    observed: Option<&'a Value>,
    expected: Vec<String>,
    ok: bool,
}

impl Judge<'_> {
    fn all(&mut self, wish: &Wish) -> Result<(), String> {
        let place = self.place.clone();
        let item = match &place {
            Type::List(kind) => Type::One(kind.clone()),
            Type::One(_) => place.clone(),
        };
        if let Some(json) = &wish.equals {
            let value = self.value(json, &place)?;
            let ok = self.observed == value.as_ref();
            self.note("", value.as_ref(), ok);
        }
        if let Some(json) = &wish.not {
            let value = self.value(json, &place)?;
            let ok = self.observed != value.as_ref();
            self.note("not ", value.as_ref(), ok);
        }
        self.order(
            "at most ",
            &wish.at_most,
            &[Ordering::Less, Ordering::Equal],
        )?;
        self.order(
            "at least ",
            &wish.at_least,
            &[Ordering::Greater, Ordering::Equal],
        )?;
        self.order("above ", &wish.above, &[Ordering::Greater])?;
        self.order("below ", &wish.below, &[Ordering::Less])?;
        let length = self.observed.map_or(0, length);
        for (word, bound, ok) in [
            ("", wish.length, wish.length == Some(length)),
            ("at least ", wish.least, wish.least <= Some(length)),
            ("at most ", wish.most, wish.most >= Some(length)),
        ] {
            if let Some(bound) = bound {
                self.expected.push(format!("{word}{bound} of them"));
                self.ok &= ok;
            }
        }
        let items: Vec<Value> = match self.observed {
            Some(Value::List(items)) => items.clone(),
            _ => Vec::new(),
        };
        for (word, json, should) in [
            ("with ", &wish.contains, true),
            ("without ", &wish.lacks, false),
        ] {
            if let Some(json) = json {
                let value = self.value(json, &item)?;
                let has = value.as_ref().is_some_and(|value| items.contains(value));
                self.note(word, value.as_ref(), has == should);
            }
        }
        if let Some(json) = &wish.begins {
            let value = self.value(json, &place)?;
            let all = value.as_ref().and_then(Value::as_list).unwrap_or_default();
            self.note("the beginning of ", value.as_ref(), all.starts_with(&items));
        }
        if let Some(json) = &wish.items {
            let value = self.value(json, &place)?;
            let all = value.as_ref().and_then(Value::as_list).unwrap_or_default();
            let ok = all.len() == items.len() && all.iter().all(|item| items.contains(item));
            self.note("in any order ", value.as_ref(), ok);
        }
        if let Some(absent) = wish.absent {
            let word = if absent { "nothing" } else { "something" };
            self.expected.push(word.into());
            self.ok &= self.observed.is_none() == absent;
        }
        Ok(())
    }

    fn value(&mut self, json: &Json, place: &Type) -> Result<Option<Value>, String> {
        Expression::parse(json)?.value(self.memory, place, self.observed)
    }

    fn note(&mut self, word: &str, value: Option<&Value>, ok: bool) {
        let value = value.map_or_else(|| "nothing".into(), shown);
        self.expected.push(format!("{word}{value}"));
        self.ok &= ok;
    }

    fn order(
        &mut self,
        word: &str,
        json: &Option<Json>,
        wanted: &[Ordering],
    ) -> Result<(), String> {
        let Some(json) = json else { return Ok(()) };
        let place = self.place.clone();
        let value = self.value(json, &place)?;
        let (Some(one), Some(other)) = (self.observed, value.as_ref()) else {
            self.note(word, value.as_ref(), false);
            return Ok(());
        };
        let order = order(one, other).ok_or_else(|| format!("{word}of what has no order"))?;
        self.note(word, value.as_ref(), wanted.contains(&order));
        Ok(())
    }
}

/// How a value is shown: numbers and words as they are, bytes by their beginning and length.
pub(super) fn shown(value: &Value) -> String {
    const BYTES: usize = 16;
    const FIELDS: usize = 8;
    match value {
        Value::Bytes(bytes) if bytes.len() > BYTES => {
            let head = bytes.get(..8).unwrap_or_default();
            format!(
                "{}… ({} bytes)",
                parcep_core::hex::encode(head),
                bytes.len()
            )
        }
        Value::Bytes(bytes) => format!("`{}`", parcep_core::hex::encode(bytes)),
        Value::List(items) if items.len() > FIELDS => format!("{} items", items.len()),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Message(message) => {
            let fields = message
                .fields()
                .map(|(field, value)| format!("{} {}", field.name(), shown(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        other => plain(other),
    }
}

/// A value as metadata has it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::I32(value) | Value::EnumNumber(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::U32(value) => value.to_string(),
        Value::U64(value) => value.to_string(),
        Value::String(value) => value.clone(),
        Value::Bytes(value) => parcep_core::hex::encode(value),
        other => format!("{other:?}"),
    }
}

/// The type of a value; of an empty list none.
pub(super) fn type_of(value: &Value) -> Option<Type> {
    Some(match value {
        Value::List(items) => {
            let Type::One(kind) = type_of(items.first()?)? else {
                return None;
            };
            Type::List(kind)
        }
        Value::Bool(_) => Type::One(Kind::Bool),
        Value::I64(_) => Type::One(Kind::Int64),
        Value::U32(_) => Type::One(Kind::Uint32),
        Value::U64(_) => Type::One(Kind::Uint64),
        Value::String(_) => Type::One(Kind::String),
        Value::Bytes(_) => Type::One(Kind::Bytes),
        Value::Message(message) => Type::of(message.descriptor()),
        _ => return None,
    })
}

fn length(value: &Value) -> usize {
    match value {
        Value::Bytes(bytes) => bytes.len(),
        Value::List(items) => items.len(),
        _ => 1,
    }
}

fn order(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Bytes(one), Value::Bytes(other)) => Some(one.cmp(other)),
        _ => Some(number(one)?.cmp(&number(other)?)),
    }
}

fn number(value: &Value) -> Option<i128> {
    Some(match value {
        Value::I64(value) => (*value).into(),
        Value::U32(value) => (*value).into(),
        Value::U64(value) => (*value).into(),
        _ => return None,
    })
}
