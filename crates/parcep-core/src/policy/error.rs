//! Why a value or a layer is not a policy.

/// Why text or numbers are not a valid part of a policy. Messages carry no dependant's data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// An identifier is empty, too long, or has a character that its kind does not allow.
    #[error("invalid {what}: {why}")]
    Identifier {
        /// What was to be read, such as `rule id`.
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A time of day is outside 00:00:00 to 23:59:59, or is not written `HH:MM` or `HH:MM:SS`.
    #[error("invalid time of day: expected `HH:MM` or `HH:MM:SS` from 00:00 to 23:59:59")]
    TimeOfDay,
    /// A weekday set is empty or names something that is no weekday.
    #[error("invalid weekdays: expected at least one of monday to sunday")]
    Weekdays,
    /// A window starts when it ends; use an all-day window instead.
    #[error("a window must not start when it ends: use an all-day window instead")]
    EmptyWindow,
    /// A number lies outside its range.
    #[error("{what} must be {range}")]
    Range {
        /// What the number is.
        what: &'static str,
        /// The range in words.
        range: &'static str,
    },
    /// A host is no host name: a port, a path, a scheme, or not mappable by UTS 46.
    #[error("invalid host: {0}")]
    Host(&'static str),
    /// A currency is not three capital letters.
    #[error("invalid currency: expected a three-letter code of ISO 4217")]
    Currency,
    /// The end of an interval lies before its start.
    #[error("an interval must not end before it starts")]
    Interval,
    /// Two rules of one layer say different things about the same target.
    #[error("rule `{0}` repeats or contradicts rule `{1}`")]
    Contradiction(crate::policy::RuleId, crate::policy::RuleId),
    /// A section holds more rules than a reader has to accept.
    #[error("section holds more than {limit} {what}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
}

impl PolicyError {
    /// Stable reason code of this error, for a peer or a machine to act on.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Identifier { .. } => "INVALID_IDENTIFIER",
            Self::TimeOfDay => "INVALID_TIME_OF_DAY",
            Self::Weekdays => "INVALID_WEEKDAYS",
            Self::EmptyWindow => "EMPTY_WINDOW",
            Self::Range { .. } => "OUT_OF_RANGE",
            Self::Host(_) => "INVALID_HOST",
            Self::Currency => "INVALID_CURRENCY",
            Self::Interval => "INVALID_INTERVAL",
            Self::Contradiction(..) => "CONTRADICTORY_RULES",
            Self::TooMany { .. } => "TOO_MANY_RULES",
        }
    }
}
