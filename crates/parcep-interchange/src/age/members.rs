//! Typed members of an object that somebody else wrote.
//!
//! Bridges spell one member in several ways (`ageLower`, `age_lower`, `AgeLower`); names and words
//! are the same if they differ only in case, `_`, `-` and blanks. What nobody asked for is told as
//! a loss when the reading ends.

use std::borrow::Cow;

use parcep_core::age::AgeOutcome;

use crate::json::{Json, pointer_member};

use super::AdaptError;

/// Most lines of loss: a hostile object has thousands of members, and ten say as much.
const MOST_LOSSES: usize = 32;
/// Longest name of a member that is repeated in a loss.
const LONGEST_NAME: usize = 48;

type Read<T> = Result<T, AdaptError>;

/// Lines of what is lost, bounded.
#[derive(Debug, Default)]
pub(super) struct Loss(Vec<Cow<'static, str>>);

impl Loss {
    /// A fixed line, `member: what is lost`.
    pub(super) fn line(&mut self, line: &'static str) {
        self.push(Cow::Borrowed(line));
    }

    /// A member that no adapter reads.
    fn unknown(&mut self, name: &str) {
        if self.0.len() < MOST_LOSSES {
            let shown = |c: char| if c.is_control() { '?' } else { c };
            let name: String = name.chars().take(LONGEST_NAME).map(shown).collect();
            self.push(Cow::Owned(format!(
                "{name}: not a member that is known here"
            )));
        }
    }

    fn push(&mut self, line: Cow<'static, str>) {
        if self.0.len() < MOST_LOSSES && !self.0.contains(&line) {
            self.0.push(line);
        }
    }

    /// The lines.
    pub(super) fn lines(self) -> Vec<Cow<'static, str>> {
        self.0
    }
}

/// A word of a closed list: its name, or its number where the platform gives numbers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Word<'a> {
    Name(&'a str),
    Number(i64),
}

/// Rows of a closed list: name, number, meaning.
pub(super) type Rows<T> = [(&'static str, i64, T)];

/// In a row: the platform documents no number, and none is read as this word.
pub(super) const NO_NUMBER: i64 = i64::MIN;

impl Word<'_> {
    /// Looks the word up.
    pub(super) fn among<T: Copy>(self, rows: &Rows<T>) -> Option<T> {
        let row = rows.iter().find(|(name, number, _)| match self {
            Self::Name(word) => same(word, name),
            Self::Number(word) => word == *number && word != NO_NUMBER,
        });
        row.map(|(_, _, meaning)| *meaning)
    }

    /// Whether it is this name.
    pub(super) fn is(self, name: &str) -> bool {
        matches!(self, Self::Name(word) if same(word, name))
    }
}

/// Reads how a bridge passes an error on: `errorCode`, or `error` as a word or as an object with
/// a `code`. An error that is not known is [`AgeOutcome::AgeUnknown`]; 0 and an empty text are none.
pub(super) fn said_error(
    members: &mut Members<'_>,
    rows: &Rows<AgeOutcome>,
) -> Read<Option<AgeOutcome>> {
    const TEXTS: &[&str] = &["errorMessage", "message", "details"];
    const CODES: &[&str] = &["errorCode", "code", "name"];
    const NUMBER: &[&str] = &["errorCode"];
    let said = match members.find(&["error"])? {
        Some(Json::Object(_)) => match members.object(&["error"])? {
            Some(mut error) => error.word(CODES)?.or(Some(Word::Number(NO_NUMBER))),
            None => None,
        },
        _ => members.word(&["error"])?,
    };
    let none = |word: &Word<'_>| matches!(word, Word::Name("") | Word::Number(0));
    let said = said.filter(|word| !none(word));
    let word = said.or(members.word(NUMBER)?.filter(|word| !none(word)));
    members.skip(TEXTS);
    Ok(word.map(|word| word.among(rows).unwrap_or(AgeOutcome::AgeUnknown)))
}

/// The members of one object; those that were asked for are marked.
#[derive(Debug)]
pub(super) struct Members<'a> {
    pointer: String,
    rows: &'a [(String, Json)],
    asked: Vec<bool>,
}

impl<'a> Members<'a> {
    /// The members of a whole text.
    pub(super) fn of(json: &'a Json) -> Read<Self> {
        Self::at(json, String::new())
    }

    fn at(json: &'a Json, pointer: String) -> Read<Self> {
        match json {
            Json::Object(rows) => Ok(Self {
                asked: vec![false; rows.len()],
                pointer,
                rows,
            }),
            _ => Err(AdaptError {
                pointer,
                message: "not an object",
            }),
        }
    }

    /// The member of one of these names; `null` is as if it were absent.
    ///
    /// Two members of one meaning contradict each other, even if they agree.
    pub(super) fn find(&mut self, names: &[&str]) -> Read<Option<&'a Json>> {
        Ok(self.row(names)?.map(|(_, value)| value))
    }

    fn row(&mut self, names: &[&str]) -> Read<Option<(&'a str, &'a Json)>> {
        let mut found = None;
        for ((name, value), asked) in self.rows.iter().zip(&mut self.asked) {
            if !names.iter().any(|wanted| same(name, wanted)) {
                continue;
            }
            *asked = true;
            if *value == Json::Null {
                continue;
            }
            if found.is_some() {
                return Err(fault(&self.pointer, name, "said twice"));
            }
            found = Some((name.as_str(), value));
        }
        Ok(found)
    }

    /// Whether one of these names is there, `null` included.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.named(names).is_some()
    }

    fn named(&self, names: &[&str]) -> Option<&'a str> {
        let wanted = |name: &str| names.iter().any(|wanted| same(name, wanted));
        let row = self.rows.iter().find(|(name, _)| wanted(name))?;
        Some(&row.0)
    }

    /// A text.
    pub(super) fn text(&mut self, names: &[&str]) -> Read<Option<&'a str>> {
        self.typed(names, "not a text", |value| match value {
            Json::String(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// True or false.
    pub(super) fn flag(&mut self, names: &[&str]) -> Read<Option<bool>> {
        self.typed(names, "neither true nor false", |value| match value {
            Json::Bool(flag) => Some(*flag),
            _ => None,
        })
    }

    /// A whole number, written without fraction and exponent.
    pub(super) fn integer(&mut self, names: &[&str]) -> Read<Option<i64>> {
        self.typed(names, "not a whole number", whole)
    }

    /// An age in completed years, 0 to 120.
    pub(super) fn age(&mut self, names: &[&str]) -> Read<Option<u32>> {
        self.typed(names, "not an age from 0 to 120", |value| {
            let years = u32::try_from(whole(value)?).ok()?;
            (years <= 120).then_some(years)
        })
    }

    /// A word of a closed list, as name or number.
    pub(super) fn word(&mut self, names: &[&str]) -> Read<Option<Word<'a>>> {
        self.typed(names, "neither a name nor a number", |value| match value {
            Json::String(name) => Some(Word::Name(name)),
            number => whole(number).map(Word::Number),
        })
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, names: &[&str]) -> Read<Option<Vec<&'a str>>> {
        self.typed(names, "not a list of texts", |value| match value {
            Json::Array(items) => items
                .iter()
                .map(|item| match item {
                    Json::String(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            _ => None,
        })
    }

    /// An object.
    pub(super) fn object(&mut self, names: &[&str]) -> Read<Option<Self>> {
        match self.row(names)? {
            Some((name, value)) => Self::at(value, pointer_member(&self.pointer, name)).map(Some),
            None => Ok(None),
        }
    }

    /// Marks members that are known and whose loss another line tells.
    pub(super) fn skip(&mut self, names: &[&str]) {
        for ((name, _), asked) in self.rows.iter().zip(&mut self.asked) {
            *asked |= names.iter().any(|wanted| same(name, wanted));
        }
    }

    /// An error at the member of one of these names, or at the object where there is none.
    pub(super) fn fault(&self, names: &[&str], message: &'static str) -> AdaptError {
        match self.named(names) {
            Some(name) => fault(&self.pointer, name, message),
            None => AdaptError {
                pointer: self.pointer.clone(),
                message,
            },
        }
    }

    /// The members whose name `wanted` has a meaning for, `null` ones too.
    pub(super) fn matching<T>(
        &mut self,
        wanted: impl Fn(&str) -> Option<T>,
    ) -> Vec<(T, &'a str, &'a Json)> {
        let rows = self.rows.iter().zip(&mut self.asked);
        let read = rows.filter_map(|((name, value), asked)| {
            let meaning = wanted(name)?;
            *asked = true;
            Some((meaning, name.as_str(), value))
        });
        read.collect()
    }

    /// The objects among the members whose name is `wanted`, in one pass over however many.
    pub(super) fn objects(&mut self, wanted: impl Fn(&str) -> bool) -> Read<Vec<Self>> {
        let rows = self.matching(|name| wanted(name).then_some(()));
        let objects = rows
            .into_iter()
            .filter(|(_, _, value)| **value != Json::Null);
        objects
            .map(|((), name, value)| Self::at(value, pointer_member(&self.pointer, name)))
            .collect()
    }

    /// The names that nobody asked for, in the order written.
    pub(super) fn unasked(&self) -> impl Iterator<Item = &'a str> {
        let rows = self.rows.iter().zip(&self.asked);
        rows.filter(|(_, asked)| !**asked)
            .map(|((name, _), _)| name.as_str())
    }

    /// Ends the reading: whatever was not asked for is lost.
    pub(super) fn end(self, loss: &mut Loss) {
        for name in self.unasked() {
            loss.unknown(name);
        }
    }

    fn typed<T>(
        &mut self,
        names: &[&str],
        message: &'static str,
        read: impl FnOnce(&'a Json) -> Option<T>,
    ) -> Read<Option<T>> {
        let Some((name, value)) = self.row(names)? else {
            return Ok(None);
        };
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(fault(&self.pointer, name, message)),
        }
    }
}

fn whole(value: &Json) -> Option<i64> {
    match value {
        Json::Number(lexeme) => lexeme.parse().ok(),
        _ => None,
    }
}

fn fault(pointer: &str, name: &str, message: &'static str) -> AdaptError {
    AdaptError {
        pointer: pointer_member(pointer, name),
        message,
    }
}

/// Whether two spellings are one word.
pub(super) fn same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(word: &str) -> impl Iterator<Item = u8> {
    let plain = |byte: &u8| !matches!(byte, b'_' | b'-' | b' ');
    word.bytes()
        .filter(plain)
        .map(|byte| byte.to_ascii_lowercase())
}
