//! What a driver needs of a product.

use crate::request::{Act, Ask, Hands, Id, Reset};
use jiff::Timestamp;
use parcep_core::decide::{Effect, Reason};
use serde::{Serialize, Serializer};

/// The product behind a driver. A faulty one wraps another, and changes what is to be wrong.
pub trait Product {
    /// What it is.
    ///
    /// # Errors
    /// [`Trouble`].
    fn hello(&mut self) -> Result<About, Trouble>;

    /// Becomes a new device; its join request.
    ///
    /// # Errors
    /// [`Trouble`].
    fn reset(&mut self, reset: &Reset) -> Result<Vec<u8>, Trouble>;

    /// Reads its clocks, and does what it does by itself when time has passed.
    ///
    /// # Errors
    /// [`Trouble`].
    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble>;

    /// Follows the log, hears registers, writes what it owes.
    ///
    /// # Errors
    /// [`Trouble`].
    fn sync(&mut self) -> Result<Synced, Trouble>;

    /// Decides; `None` if it does not serve the dependant.
    ///
    /// # Errors
    /// [`Trouble`].
    fn ask(&mut self, ask: &Ask) -> Result<Option<Told>, Trouble>;

    /// Says where it stands; `None` if it does not serve the dependant.
    ///
    /// # Errors
    /// [`Trouble`].
    fn state(&mut self, of: Option<Id>) -> Result<Option<Stands>, Trouble>;

    /// Takes what a person did with it.
    ///
    /// # Errors
    /// [`Trouble`].
    fn act(&mut self, act: &Act) -> Result<Acted, Trouble>;
}

/// Why there is no other answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The product does not do that.
    #[error("not supported")]
    Unsupported,
    /// It does, and cannot now; for people.
    #[error("{0}")]
    Cannot(String),
}

impl Trouble {
    /// With a text for people.
    pub fn cannot(why: impl ToString) -> Self {
        Self::Cannot(why.to_string())
    }
}

/// What a product is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct About {
    /// Such as `enforcement-point`.
    pub role: String,
    /// Name of the product.
    pub product: String,
    /// Its version.
    pub version: String,
    /// As its join request says, such as `console`; empty where it is no enforcement point.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// As its join request says.
    #[serde(serialize_with = "words")]
    pub capabilities: Vec<String>,
    /// Words of the table of features.
    #[serde(serialize_with = "words")]
    pub features: Vec<String>,
}

/// What came of following the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// What.
    pub followed: Followed,
    /// How far; nothing where it is known no more, after the device left.
    pub at: Option<(u64, [u8; 32])>,
}

/// How following ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    /// Nothing was wrong.
    Current,
    /// Something was not taken, by this reason.
    Refused(String),
    /// No relay answered.
    Unreachable,
    /// The device belongs to the household no more.
    Left,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// What may happen.
    pub effect: Effect,
    /// Why.
    pub reason: Reason,
    /// Binding rules, each `GUARDIAN/RULE`.
    #[serde(serialize_with = "words")]
    pub rules: Vec<String>,
    /// Seconds of use that are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining_seconds: Option<u64>,
    /// When the effect differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_change: Option<Timestamp>,
}

/// Where a device stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// How far it has followed.
    pub at: (u64, [u8; 32]),
    /// It has no rules yet.
    pub joining: bool,
    /// Where a dependant was named.
    pub of: Option<Standing>,
}

/// How a dependant stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The state of R-TIME-012, in lower case.
    pub freshness: String,
    /// Areas of safety sections that should open and do not (R-EVAL-062).
    #[serde(serialize_with = "words")]
    pub pending: Vec<String>,
    /// Ids of guardians who have not confirmed the view.
    #[serde(serialize_with = "words")]
    pub unconfirmed: Vec<String>,
}

/// What came of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acted {
    /// It was taken.
    Taken,
    /// It was done, and this came of it: a guardian's answer, or nothing.
    Made(Vec<u8>),
    /// No relay answered.
    Unreachable,
    /// It was not, by this reason.
    Refused(String),
}

fn words<S: Serializer>(words: &[String], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&words.join(" "))
}
