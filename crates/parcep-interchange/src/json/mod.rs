//! A small JSON for documents of other people: it keeps what a general parser throws away.
//!
//! Numbers stay as they were written, member order is kept, duplicate names are an error, and
//! depth and size have bounds, so that a hostile file costs no more than a clear refusal.
//! [`canonical`] writes RFC 8785, under which a round trip is judged.

mod canonical;
mod parse;
mod write;

#[cfg(test)]
mod tests;

pub use canonical::canonical;
pub use parse::{Fault, Limits, Trouble, parse};
pub use write::pretty;

/// One JSON value, as written.
///
/// `PartialEq` compares lexemes and member order; [`Json::same`] compares meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number by its lexeme; [`parse`] has checked that it is finite as a double.
    Number(Box<str>),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Self>),
    /// Members in the order written; names are distinct.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// A string value.
    #[must_use]
    pub fn text(value: impl Into<String>) -> Self {
        Self::String(value.into())
    }

    /// A whole number.
    #[must_use]
    pub fn integer(value: i64) -> Self {
        Self::Number(value.to_string().into_boxed_str())
    }

    /// The member of that name, if this is an object that has it.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        members
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// Whether both are the same value under RFC 8785: member order and number spelling aside.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        canonical(self) == canonical(other)
    }

    /// What kind of value this is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// `pointer` extended by one member name, escaped as RFC 6901 asks.
#[must_use]
pub fn pointer_member(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// `pointer` extended by one array index.
#[must_use]
pub fn pointer_index(pointer: &str, index: usize) -> String {
    format!("{pointer}/{index}")
}
