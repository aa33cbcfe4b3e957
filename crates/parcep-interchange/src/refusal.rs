//! Why a document is refused: a stable code, a place, and what to do about it (R-PCPS-009).

use crate::json::{Fault, Trouble};

/// A document that is not taken, and why.
///
/// The message says what to do next. It names members and bounds, and what was written there only
/// where that cannot be about a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct Refusal {
    /// Stable code.
    pub code: Code,
    /// What is wrong and what to do, lower case, without a full stop.
    pub message: String,
    /// RFC 6901 pointer of the place; empty for the document itself.
    pub pointer: String,
}

impl Refusal {
    /// A refusal at a place.
    #[must_use]
    pub fn new(code: Code, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            pointer: pointer.into(),
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// Stable codes of refusals; the texts never change their meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as files and programs see it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

codes! {
    /// More bytes than are read.
    FileTooLarge = "FILE_TOO_LARGE",
    /// Arrays and objects nested too deep.
    NestedTooDeep = "NESTED_TOO_DEEP",
    /// Bytes that are not UTF-8.
    NotUtf8 = "NOT_UTF8",
    /// The text stops inside a value.
    Truncated = "TRUNCATED",
    /// Not JSON.
    NotJson = "NOT_JSON",
    /// One member name twice in an object.
    DuplicateMember = "DUPLICATE_MEMBER",
    /// A number JSON has no form for, or that is too large.
    BadNumber = "BAD_NUMBER",
    /// Neither a PCPS document nor an imported policy.
    UnknownFormat = "UNKNOWN_FORMAT",
    /// A version that is not read here.
    UnsupportedVersion = "UNSUPPORTED_VERSION",
    /// Another JSON type than the format asks for.
    WrongType = "WRONG_TYPE",
    /// A required member is absent.
    MissingMember = "MISSING_MEMBER",
    /// A member the format does not have.
    UnknownMember = "UNKNOWN_MEMBER",
    /// A word outside a closed list.
    UnknownValue = "UNKNOWN_VALUE",
    /// A number outside its range.
    OutOfRange = "OUT_OF_RANGE",
    /// A negative amount where only zero and more make sense.
    NegativeValue = "NEGATIVE_VALUE",
    /// A list that needs an element has none.
    EmptyList = "EMPTY_LIST",
    /// A list of distinct values names one twice.
    RepeatedValue = "REPEATED_VALUE",
    /// A text that does not have the form asked for.
    BadText = "BAD_TEXT",
    /// Not a time of day `HH:MM`.
    BadTime = "BAD_TIME",
    /// Not a calendar date.
    BadDate = "BAD_DATE",
    /// Not an RFC 3339 date-time.
    BadTimestamp = "BAD_TIMESTAMP",
    /// Not a zone of the IANA database.
    UnknownZone = "UNKNOWN_ZONE",
    /// Two things of one kind with one id.
    DuplicateId = "DUPLICATE_ID",
    /// No guardian is primary.
    NoPrimaryGuardian = "NO_PRIMARY_GUARDIAN",
    /// One app both blocked and always allowed.
    AppBlockedAndAllowed = "APP_BLOCKED_AND_ALLOWED",
    /// A window whose ends are equal.
    EmptyWindow = "EMPTY_WINDOW",
    /// A rule that the policy model refuses.
    BadRule = "BAD_RULE",
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        let (code, advice) = match trouble.fault {
            Fault::TooLarge => (Code::FileTooLarge, "split the family or drop extensions"),
            Fault::TooDeep => (Code::NestedTooDeep, "flatten what is nested there"),
            Fault::NotUtf8 => (Code::NotUtf8, "save the file as UTF-8"),
            Fault::Truncated => (Code::Truncated, "the file is cut off, fetch it again"),
            Fault::Syntax => (Code::NotJson, "correct the text there"),
            Fault::DuplicateMember => (Code::DuplicateMember, "keep one of the two"),
            Fault::Number => (Code::BadNumber, "correct the number there"),
        };
        let Trouble {
            line,
            column,
            detail,
            pointer,
            ..
        } = trouble;
        Self::new(
            code,
            pointer,
            format!("line {line}, column {column}: {detail}; {advice}"),
        )
    }
}
