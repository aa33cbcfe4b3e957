//! Ages: what an issuer may tell an audience, and what is closed to the young.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::{is_default, text};
use super::{AppId, Category, OnUnenforceable, PolicyError, RuleId};
use crate::age::{AgeAssurance, AgePurpose, Cuts};

/// Age rules of one layer. Empty: no rule; nothing is told to anybody (R-AGE-057), and no age is
/// asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeSection {
    /// What an issuer in the household may tell an audience. Of all rules about an audience and a
    /// purpose the strictest holds.
    #[serde(default)]
    pub share: Vec<AgeShareRule>,
    /// What is closed to whoever is too young; all that reach an action hold (R-EVAL-056).
    #[serde(default)]
    pub gates: Vec<AgeGate>,
}

/// Whether an audience may be told a bracket of the dependant's age (R-POL-024).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeShareRule {
    /// Name of the rule.
    pub id: RuleId,
    /// The audience; absent means every audience that no share rule of the layer names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<AudienceName>,
    /// What holds.
    pub share: AgeShare,
    /// The cut points that the audience asks with; absent means those with which it asks first.
    #[serde(default, with = "cut_points", skip_serializing_if = "Option::is_none")]
    pub cuts: Option<Cuts>,
    /// What for; empty means every purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<AgePurpose>,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

impl AgeShareRule {
    /// `share` for every purpose, of an audience, or without one of every other.
    #[must_use]
    pub const fn new(id: RuleId, audience: Option<AudienceName>, share: AgeShare) -> Self {
        Self {
            id,
            audience,
            share,
            cuts: None,
            purposes: Vec::new(),
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        }
    }

    /// Whether the rule is about this purpose.
    #[must_use]
    pub fn is_for(&self, purpose: AgePurpose) -> bool {
        self.purposes.is_empty() || self.purposes.contains(&purpose)
    }
}

/// What a share rule says, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeShare {
    /// It may be told.
    Allow,
    /// Not before a guardian has said yes.
    Ask,
    /// It is not told.
    Refuse,
}

/// What is closed to whoever is younger than a number of completed years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeGate {
    /// Name of the rule.
    pub id: RuleId,
    /// What it guards.
    #[serde(default, skip_serializing_if = "is_default")]
    pub target: AgeGateTarget,
    /// From which age it is open.
    pub minimum_age: MinimumAge,
    /// Least assurance of an age that opens it, ASSERTED to STRICT.
    #[serde(
        default = "asserted",
        deserialize_with = "told",
        skip_serializing_if = "is_asserted"
    )]
    pub least_assurance: AgeAssurance,
    /// What holds while nobody knows the age.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unknown: AgeOnUnknown,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

impl AgeGate {
    /// A gate on everything that any assurance opens, and that asks while nobody knows.
    #[must_use]
    pub const fn new(id: RuleId, minimum_age: MinimumAge) -> Self {
        Self {
            id,
            target: AgeGateTarget::Overall,
            minimum_age,
            least_assurance: AgeAssurance::Asserted,
            on_unknown: AgeOnUnknown::Ask,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        }
    }
}

/// What an age gate guards.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeGateTarget {
    /// Everything: apps, hosts and content.
    #[default]
    Overall,
    /// Everything in one category.
    Category(Category),
    /// One app.
    App(AppId),
}

/// What holds at an age gate while nobody knows the age, mildest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum AgeOnUnknown {
    /// It is open.
    Allow,
    /// A guardian is asked; it is closed where the enforcement point cannot ask.
    #[default]
    Ask,
    /// It is closed.
    Block,
}

/// From which age a gate is open, 1 to 21 completed years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct MinimumAge(u8);

impl MinimumAge {
    /// Completed years.
    #[must_use]
    pub const fn years(self) -> u32 {
        // Widening; `From` is not const.
        self.0 as u32
    }
}

impl TryFrom<u32> for MinimumAge {
    type Error = PolicyError;
    fn try_from(age: u32) -> Result<Self, PolicyError> {
        match u8::try_from(age) {
            Ok(age @ 1..=21) => Ok(Self(age)),
            _ => Err(PolicyError::Range {
                what: "a minimum age",
                range: "1 to 21 years",
            }),
        }
    }
}

impl From<MinimumAge> for u32 {
    fn from(age: MinimumAge) -> Self {
        age.years()
    }
}

text! {
    /// An audience of age signals as an issuer writes it (R-AGE-013), 1 to 255 bytes, compared byte
    /// for byte.
    ///
    /// ```
    /// use parcep_core::policy::AudienceName;
    /// assert!("https://games.example".parse::<AudienceName>().is_ok());
    /// assert!("".parse::<AudienceName>().is_err());
    /// ```
    AudienceName, "audience", |text| {
        if (1..=255).contains(&text.len()) {
            Ok(text)
        } else {
            Err("expected 1 to 255 bytes")
        }
    }
}

const fn asserted() -> AgeAssurance {
    AgeAssurance::Asserted
}

fn is_asserted(assurance: &AgeAssurance) -> bool {
    *assurance == AgeAssurance::Asserted
}

/// An assurance, but not that of somebody who does not tell it.
fn told<'de, D: serde::Deserializer<'de>>(from: D) -> Result<AgeAssurance, D::Error> {
    let name = String::deserialize(from)?;
    let told = AgeAssurance::from_name(&name).filter(|known| *known != AgeAssurance::NotTold);
    let expected = "expected `asserted`, `basic`, `standard`, `enhanced` or `strict`";
    told.ok_or_else(|| serde::de::Error::custom(expected))
}

/// Cut points as a list of ages; no list is none.
mod cut_points {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use super::Cuts;

    const OUTSIDE: &str = "cut points must be 1 to 3 ages from 1 to 21, ascending, 2 years apart";

    pub(super) fn serialize<S: Serializer>(cuts: &Option<Cuts>, to: S) -> Result<S::Ok, S::Error> {
        cuts.as_ref().map(Cuts::points).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Cuts>, D::Error> {
        let cuts = Vec::<u32>::deserialize(from)?;
        let outside = |_| serde::de::Error::custom(OUTSIDE);
        Cuts::new(cuts).map(Some).map_err(outside)
    }
}
