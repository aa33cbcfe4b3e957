//! Inputs of a vector, read as what they are.

use parcep_core::age::{AgeInterval, Cuts};
use parcep_core::crypto::{Secret, VerifyingKey};
use parcep_core::hex;
use parcep_core::reason::Reason;
use serde_json::Value;

use super::{Members, Unanswered};

/// The inputs of a vector, those of its file among them.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a>(pub &'a Members);

/// MALFORMED, as most faults of inputs are.
pub(super) const MALFORMED: Unanswered = Unanswered::Refused(Reason::Malformed);

pub(super) fn unread(what: impl std::fmt::Display) -> Unanswered {
    Unanswered::Unread(what.to_string())
}

impl<'a> Given<'a> {
    pub(super) fn find(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn value(self, name: &str) -> Result<&'a Value, Unanswered> {
        self.0
            .get(name)
            .ok_or_else(|| unread(format_args!("no `{name}`")))
    }

    pub(super) fn text(self, name: &str) -> Result<&'a str, Unanswered> {
        let text = self.value(name)?.as_str();
        text.ok_or_else(|| unread(format_args!("`{name}` is no text")))
    }

    pub(super) fn number(self, name: &str) -> Result<i64, Unanswered> {
        let number = self.value(name)?.as_i64();
        number.ok_or_else(|| unread(format_args!("`{name}` is no whole number")))
    }

    pub(super) fn small(self, name: &str) -> Result<u32, Unanswered> {
        u32::try_from(self.number(name)?).map_err(|_| unread(format_args!("`{name}` is too large")))
    }

    pub(super) fn flag(self, name: &str) -> Result<bool, Unanswered> {
        self.find(name).map_or(Ok(false), |value| {
            let flag = value.as_bool();
            flag.ok_or_else(|| unread(format_args!("`{name}` is neither true nor false")))
        })
    }

    pub(super) fn list(self, name: &str) -> Result<&'a [Value], Unanswered> {
        let list = self.value(name)?.as_array();
        list.map(Vec::as_slice)
            .ok_or_else(|| unread(format_args!("`{name}` is no list")))
    }

    pub(super) fn object(self, name: &str) -> Result<Self, Unanswered> {
        let object = self.value(name)?.as_object();
        object
            .map(Given)
            .ok_or_else(|| unread(format_args!("`{name}` is no object")))
    }

    pub(super) fn bytes(self, name: &str) -> Result<Vec<u8>, Unanswered> {
        bytes_of(self.value(name)?, name)
    }

    /// A list of byte strings; none if it is not there.
    pub(super) fn byte_strings(self, name: &str) -> Result<Vec<Vec<u8>>, Unanswered> {
        let list = self
            .find(name)
            .map_or(Ok([].as_slice()), |_| self.list(name))?;
        list.iter().map(|value| bytes_of(value, name)).collect()
    }

    pub(super) fn array<const N: usize>(self, name: &str) -> Result<[u8; N], Unanswered> {
        let bytes = self.bytes(name)?.try_into();
        bytes.map_err(|_| unread(format_args!("`{name}` has not {N} bytes")))
    }

    pub(super) fn secret(self, name: &str) -> Result<Secret, Unanswered> {
        self.array(name).map(Secret::from_bytes)
    }

    /// Keys that a verifier trusts already.
    pub(super) fn keys(self, name: &str) -> Result<Vec<VerifyingKey>, Unanswered> {
        let keys = self.byte_strings(name)?;
        keys.iter()
            .map(|key| VerifyingKey::try_from(key.as_slice()).map_err(unread))
            .collect()
    }

    /// An interval as `[lower, upper]`, the upper one null if there is none.
    pub(super) fn interval(self, name: &str) -> Result<AgeInterval, Unanswered> {
        match self.list(name)? {
            [lower, upper] => {
                AgeInterval::new(years(lower)?, upper_of(upper)?).map_err(|_| MALFORMED)
            }
            _ => Err(unread(format_args!("`{name}` is no interval"))),
        }
    }

    pub(super) fn cuts(self, name: &str) -> Result<Cuts, Unanswered> {
        let cuts = self.ages(name)?;
        Cuts::new(cuts).map_err(|error| Unanswered::Refused(error.reason()))
    }

    pub(super) fn ages(self, name: &str) -> Result<Vec<u32>, Unanswered> {
        self.list(name)?.iter().map(years).collect()
    }
}

pub(super) fn upper_of(value: &Value) -> Result<Option<u32>, Unanswered> {
    match value {
        Value::Null => Ok(None),
        value => years(value).map(Some),
    }
}

pub(super) fn years(value: &Value) -> Result<u32, Unanswered> {
    let years = value.as_u64().and_then(|years| u32::try_from(years).ok());
    years.ok_or_else(|| unread(format_args!("{value} is no age")))
}

fn bytes_of(value: &Value, name: &str) -> Result<Vec<u8>, Unanswered> {
    let bytes = value.as_str().and_then(hex::decode);
    bytes.ok_or_else(|| unread(format_args!("`{name}` is no hexadecimal")))
}
