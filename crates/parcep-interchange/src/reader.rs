//! Walking a [`Json`] against a closed format: every step checks and knows its place.

use crate::json::{Json, pointer_index, pointer_member};
use crate::refusal::{Code, Refusal};
use std::ops::RangeInclusive;
use std::rc::Rc;

type Read<T> = Result<T, Refusal>;

/// A value and its place in the document.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    pub(crate) json: &'a Json,
    place: Place<'a>,
}

/// The way to a value; a pointer is made of it only for an error, so that long names cost nothing.
#[derive(Debug, Clone, Default)]
struct Place<'a>(Option<Rc<(Self, Step<'a>)>>);

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Index(usize),
    Name(&'a str),
}

impl<'a> Place<'a> {
    fn then(&self, step: Step<'a>) -> Self {
        Self(Some(Rc::new((self.clone(), step))))
    }

    fn pointer(&self) -> String {
        match self.0.as_deref() {
            None => String::new(),
            Some((before, Step::Index(index))) => pointer_index(&before.pointer(), *index),
            Some((before, Step::Name(name))) => pointer_member(&before.pointer(), name),
        }
    }
}

impl<'a> Node<'a> {
    pub(crate) fn root(json: &'a Json) -> Self {
        Self {
            json,
            place: Place::default(),
        }
    }

    /// A refusal at this place.
    pub(crate) fn refuse(&self, code: Code, message: impl Into<String>) -> Refusal {
        Refusal::new(code, self.pointer(), message)
    }

    /// RFC 6901 pointer of this place.
    pub(crate) fn pointer(&self) -> String {
        self.place.pointer()
    }

    fn wrong_type(&self, wanted: &str) -> Refusal {
        let found = self.json.kind();
        let hint = match self.json {
            Json::Null => "; leave the member out instead of writing null",
            _ => "",
        };
        self.refuse(
            Code::WrongType,
            format!("expected {wanted}, found {found}{hint}"),
        )
    }

    /// `None` for null, where a format gives null a meaning.
    pub(crate) fn nullable(self) -> Option<Self> {
        (*self.json != Json::Null).then_some(self)
    }

    /// The members of an object that may have only these names.
    pub(crate) fn fields(&self, known: &[&str]) -> Read<Fields<'a>> {
        let fields = self.open_fields()?;
        match fields
            .members
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()))
        {
            None => Ok(fields),
            Some((name, _)) => Err(Refusal::new(
                Code::UnknownMember,
                pointer_member(&self.pointer(), name),
                format!(
                    "no such member here: known are {}; remove it or move it under `extensions`",
                    known.join(", ")
                ),
            )),
        }
    }

    /// The members of an object that may have any.
    pub(crate) fn open_fields(&self) -> Read<Fields<'a>> {
        let Json::Object(members) = self.json else {
            return Err(self.wrong_type("an object"));
        };
        Ok(Fields {
            members,
            place: self.place.clone(),
        })
    }

    pub(crate) fn items(&self) -> Read<Vec<Self>> {
        let Json::Array(items) = self.json else {
            return Err(self.wrong_type("an array"));
        };
        Ok(items
            .iter()
            .enumerate()
            .map(|(index, json)| Self {
                json,
                place: self.place.then(Step::Index(index)),
            })
            .collect())
    }

    /// Every element through `read`.
    pub(crate) fn list<T>(&self, read: impl Fn(&Self) -> Read<T>) -> Read<Vec<T>> {
        self.items()?.iter().map(read).collect()
    }

    /// As [`Node::list`], but at least one element.
    pub(crate) fn some<T>(&self, read: impl Fn(&Self) -> Read<T>) -> Read<Vec<T>> {
        let list = self.list(read)?;
        if list.is_empty() {
            return Err(self.refuse(Code::EmptyList, "at least one element is needed"));
        }
        Ok(list)
    }

    pub(crate) fn text(&self) -> Read<&'a str> {
        let Json::String(text) = self.json else {
            return Err(self.wrong_type("a string"));
        };
        Ok(text)
    }

    pub(crate) fn string(&self) -> Read<String> {
        self.text().map(str::to_owned)
    }

    pub(crate) fn flag(&self) -> Read<bool> {
        let Json::Bool(flag) = self.json else {
            return Err(self.wrong_type("true or false"));
        };
        Ok(*flag)
    }

    /// The lexeme of a number.
    pub(crate) fn number(&self) -> Read<&'a str> {
        let Json::Number(lexeme) = self.json else {
            return Err(self.wrong_type("a number"));
        };
        Ok(lexeme)
    }

    /// A whole number of that range; `5.0` and `5e0` are whole, as JSON Schema has it. Numbers
    /// above what fits are read as the largest that does: bounds are `range`'s business.
    pub(crate) fn integer(&self, range: RangeInclusive<i64>) -> Read<i64> {
        let lexeme = self.number()?;
        let double: f64 = lexeme.parse().unwrap_or(f64::NAN);
        if double.fract() != 0.0 {
            return Err(self.refuse(Code::WrongType, "expected a whole number"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "saturates, which is what is wanted"
        )]
        let integer = lexeme.parse().unwrap_or(double as i64);
        if *range.start() == 0 && integer < 0 {
            return Err(self.refuse(Code::NegativeValue, "a negative number; write 0 or more"));
        }
        if !range.contains(&integer) {
            let message = format!("out of range; write {} to {}", range.start(), range.end());
            return Err(self.refuse(Code::OutOfRange, message));
        }
        Ok(integer)
    }

    /// One word of a closed list.
    pub(crate) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Read<T> {
        let text = self.text()?;
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, value)) => Ok(*value),
            None => {
                let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                let message = format!("unknown word here; write one of {}", known.join(", "));
                Err(self.refuse(Code::UnknownValue, message))
            }
        }
    }

    /// A date-time with an offset (RFC 3339).
    pub(crate) fn timestamp(&self) -> Read<jiff::Timestamp> {
        self.text()?.parse().map_err(|_| {
            self.refuse(
                Code::BadTimestamp,
                "not a date-time with an offset; write it like 2026-02-06T18:00:00Z",
            )
        })
    }
}

/// The members of one object.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    members: &'a [(String, Json)],
    place: Place<'a>,
}

impl<'a> Fields<'a> {
    /// The member, if it is written, be it null.
    pub(crate) fn get(&self, name: &str) -> Option<Node<'a>> {
        let (key, json) = self.members.iter().find(|(key, _)| key == name)?;
        Some(Node {
            json,
            place: self.place.then(Step::Name(key)),
        })
    }

    pub(crate) fn need(&self, name: &str) -> Read<Node<'a>> {
        self.get(name).ok_or_else(|| {
            let message = format!("the member `{name}` is required; add it");
            Refusal::new(Code::MissingMember, self.place.pointer(), message)
        })
    }

    /// The member through `read`, if it is written.
    pub(crate) fn maybe<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Node<'a>) -> Read<T>,
    ) -> Read<Option<T>> {
        self.get(name).map(|node| read(&node)).transpose()
    }

    /// As [`Fields::maybe`], for members that may also be null, which reads as absent.
    pub(crate) fn maybe_null<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Node<'a>) -> Read<T>,
    ) -> Read<Option<T>> {
        self.get(name)
            .and_then(Node::nullable)
            .map(|node| read(&node))
            .transpose()
    }

    /// All members as nodes.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> + use<'a> {
        let place = self.place.clone();
        self.members.iter().map(move |(name, json)| {
            (
                name.as_str(),
                Node {
                    json,
                    place: place.then(Step::Name(name)),
                },
            )
        })
    }
}
