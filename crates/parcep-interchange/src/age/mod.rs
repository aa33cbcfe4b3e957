//! What platforms say about an age, read into one form: [`Statement`] (R-AGE-053, R-AGE-054).
//!
//! Each platform has a file; what they share is [`members`] (typed members of untrusted JSON) and
//! [`bounds`] (inclusive to half-open, and coarsening to the gates of whoever asks).
//!
//! ```text
//! bytes ── json::parse ──▶ Members ── one platform ──▶ Statement ── gates ──▶ Statement
//!              │               │
//!              └── AdaptError ─┘   MALFORMED, with the pointer of the member; never a bracket
//! ```
//!
//! ```
//! use parcep_core::age::Cuts;
//! use parcep_interchange::age::{Platform, adapt};
//! let json = br#"{"ageSignalsStatus": "SHARED", "ageRangeSource": "TIER_A", "ageLower": 13, "ageUpper": 15}"#;
//! let gates = Cuts::new(vec![13, 16, 18])?;
//! let said = adapt(Platform::Play004, json, Some(&gates))?;
//! let claim = said.claim().ok_or("a claim")?;
//! assert_eq!((claim.interval.lower(), claim.interval.upper()), (13, Some(16)));
//! assert_eq!(claim.method.name(), "self_declared");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod amazon;
mod apple;
mod back;
mod bounds;
mod camara;
mod claims;
mod members;
mod play;
mod samsung;
mod store;
mod windows;

pub use back::{Told, to_apple, to_play_0_0_4};
pub use camara::to_camara;
pub use claims::{claims_hold, to_claims};
pub use windows::to_windows;

use std::str::FromStr;

use parcep_core::age::{AgeOutcome, Cuts, Statement};
use parcep_core::reason::Reason;

use crate::json::{Fault, Json, Limits, Trouble, parse};
use members::Members;

/// Answers of platforms are below 1 KiB and nest three levels; the rest is room for bridges that
/// wrap them, so that a hostile text costs no more than a clear refusal.
pub const LIMITS: Limits = Limits {
    bytes: 64 << 10,
    depth: 16,
};

/// Whose answer a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// Apple Declared Age Range, from 26.0.
    Apple,
    /// Google Play Age Signals until 0.0.3, with `userStatus`.
    Play003,
    /// Google Play Age Signals from 0.0.4, with `ageRangeSource`.
    Play004,
    /// Amazon Appstore, GetUserAgeData.
    Amazon,
    /// Samsung Galaxy Store, Get Age Signals.
    Samsung,
    /// Windows: age range with verification, or consent groups.
    Windows,
    /// CAMARA Know Your Customer Age Verification.
    Camara,
    /// `age_over_NN` of a claim set that somebody else has verified.
    Claims,
}

impl Platform {
    /// Every platform that is read.
    pub const ALL: &'static [Self] = &[
        Self::Apple,
        Self::Play003,
        Self::Play004,
        Self::Amazon,
        Self::Samsung,
        Self::Windows,
        Self::Camara,
        Self::Claims,
    ];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Apple => "apple",
            Self::Play003 => "play-0.0.3",
            Self::Play004 => "play-0.0.4",
            Self::Amazon => "amazon",
            Self::Samsung => "samsung",
            Self::Windows => "windows",
            Self::Camara => "camara",
            Self::Claims => "claims",
        }
    }

    fn read(self, members: Members<'_>, gates: Option<&Cuts>) -> Result<Statement, AdaptError> {
        match self {
            Self::Apple => apple::read(members, gates),
            Self::Play003 => play::read_0_0_3(members, gates),
            Self::Play004 => play::read_0_0_4(members, gates),
            Self::Amazon => amazon::read(members, gates),
            Self::Samsung => samsung::read(members, gates),
            Self::Windows => windows::read(members, gates),
            Self::Camara => camara::read(members, gates),
            Self::Claims => claims::read(members, gates),
        }
    }
}

/// A name that is none of [`Platform::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no platform of that name")]
pub struct UnknownPlatform;

impl FromStr for Platform {
    type Err = UnknownPlatform;

    fn from_str(name: &str) -> Result<Self, UnknownPlatform> {
        let named = Self::ALL.iter().find(|platform| platform.name() == name);
        named.copied().ok_or(UnknownPlatform)
    }
}

/// A text that is not what the platform answers. Nothing of its values is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct AdaptError {
    /// RFC 6901 pointer of the member at fault; empty for the text itself.
    pub pointer: String,
    /// What is wrong, lower case, without a full stop.
    pub message: &'static str,
}

impl AdaptError {
    /// The stable reason code: always `MALFORMED`.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        Reason::Malformed
    }
}

/// Reads one answer of a platform: UTF-8 JSON, at most 64 KiB, an object, or `null` for unknown.
///
/// `gates` are the ages that were asked with. A claim is coarsened to them, but for bounds of
/// Apple that are none of them. Without gates the platform's own bracket stays.
///
/// # Errors
/// [`AdaptError`]: not JSON, not an object, a member of the wrong type, said twice or
/// contradictory, or ages out of order or range.
pub fn adapt(
    platform: Platform,
    bytes: &[u8],
    gates: Option<&Cuts>,
) -> Result<Statement, AdaptError> {
    adapt_json(platform, &parse(bytes, LIMITS)?, gates)
}

/// [`adapt`] for a text that was parsed before.
///
/// # Errors
/// As [`adapt`].
pub fn adapt_json(
    platform: Platform,
    json: &Json,
    gates: Option<&Cuts>,
) -> Result<Statement, AdaptError> {
    if *json == Json::Null {
        return Ok(Statement::without(AgeOutcome::AgeUnknown));
    }
    platform.read(Members::of(json)?, gates)
}

impl From<Trouble> for AdaptError {
    fn from(trouble: Trouble) -> Self {
        Self {
            pointer: trouble.pointer,
            message: match trouble.fault {
                Fault::TooLarge => "more than 64 KiB",
                Fault::TooDeep => "nested too deep",
                Fault::NotUtf8 => "not UTF-8",
                Fault::Truncated => "the text ends inside a value",
                Fault::Syntax => "not JSON",
                Fault::DuplicateMember => "the same member twice",
                Fault::Number => "not a finite number",
            },
        }
    }
}
