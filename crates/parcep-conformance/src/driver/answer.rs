//! An answer: one flat object with the number of its request.

use super::fault::{Fault, shown};
use serde_json::{Map, Value};

/// What a driver answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    outcome: String,
    members: Map<String, Value>,
    line: String,
}

impl Answer {
    /// Reads the answer to the request with this `seq`.
    pub(super) fn read(line: &str, seq: &str) -> Result<Self, Fault> {
        let no_json = || Fault::NoJson(shown(line));
        let value: Value = serde_json::from_str(line).map_err(|_| no_json())?;
        let Value::Object(mut members) = value else {
            return Err(no_json());
        };
        for (member, value) in &members {
            let kind = match value {
                Value::Object(_) => "an object",
                Value::Array(_) => "a list",
                Value::Null => "null",
                Value::Number(number) if !number.is_i64() && !number.is_u64() => "no integer",
                _ => continue,
            };
            return Err(Fault::NotFlat {
                member: member.clone(),
                kind,
                line: shown(line),
            });
        }
        let mut text = |member: &str| match members.remove(member) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(Fault::Member {
                member: member.into(),
                kind: "a string",
                line: shown(line),
            }),
        };
        let got = text("seq")?;
        if got != seq {
            return Err(Fault::Order {
                asked: seq.into(),
                got,
                line: shown(line),
            });
        }
        let outcome = text("outcome")?;
        Ok(Self {
            outcome,
            members,
            line: shown(line),
        })
    }

    /// Its outcome.
    pub fn outcome(&self) -> &str {
        &self.outcome
    }

    /// Its outcome for people: an `error` with the line of the driver, which says why.
    pub(crate) fn told(&self) -> String {
        match self.outcome.as_str() {
            "error" => format!("error: `{}`", self.line),
            other => other.to_owned(),
        }
    }

    /// Nothing goes on without this having been done.
    pub(crate) fn is_ok(&self, op: &str) -> Result<(), Fault> {
        match self.outcome.as_str() {
            "ok" => Ok(()),
            _ => Err(self.as_fault(op)),
        }
    }

    /// Nothing goes on where this could not be done.
    pub(crate) fn is_no_error(&self, op: &str) -> Result<(), Fault> {
        match self.outcome.as_str() {
            "error" => Err(self.as_fault(op)),
            _ => Ok(()),
        }
    }

    fn as_fault(&self, op: &str) -> Fault {
        Fault::Outcome {
            op: op.into(),
            outcome: self.outcome.clone(),
            line: self.line.clone(),
        }
    }

    /// The line, as reports show it.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// Every member but these, as text.
    pub(crate) fn beside(&self, but: &[&str]) -> Vec<u8> {
        let others = self.members.iter();
        let others = others.filter(|(name, _)| !but.contains(&name.as_str()));
        let line = |(name, value): (&String, &Value)| match value {
            Value::String(text) => format!("{name}: {text}\n"),
            value => format!("{name}: {value}\n"),
        };
        others.map(line).collect::<String>().into_bytes()
    }

    /// A text, if it is there.
    pub fn find(&self, member: &str) -> Option<&str> {
        self.members.get(member).and_then(Value::as_str)
    }

    /// A text.
    ///
    /// # Errors
    /// If it is not there.
    pub fn text(&self, member: &str) -> Result<&str, Fault> {
        let found = self.find(member);
        found.ok_or_else(|| self.lacks(member, "a string"))
    }

    /// A whole number, if it is there.
    pub fn number(&self, member: &str) -> Option<i64> {
        self.members.get(member).and_then(Value::as_i64)
    }

    /// Yes or no, if it is there.
    pub fn flag(&self, member: &str) -> Option<bool> {
        self.members.get(member).and_then(Value::as_bool)
    }

    /// Bytes in hexadecimal.
    ///
    /// # Errors
    /// If they are not there.
    pub fn bytes(&self, member: &str) -> Result<Vec<u8>, Fault> {
        let bytes = self.find(member).and_then(parcep_core::hex::decode);
        bytes.ok_or_else(|| self.lacks(member, "bytes in hexadecimal"))
    }

    fn lacks(&self, member: &str, kind: &'static str) -> Fault {
        Fault::Member {
            member: member.into(),
            kind,
            line: self.line.clone(),
        }
    }
}
