//! How old: rating ceilings, unrated content, explicit content.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::is_default;
use super::layer::Flag;
use super::{OnUnenforceable, PolicyError, RuleId, VerdictRule};

/// Rating rules of one layer. Default: no rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingSection {
    /// Ceilings; all that apply hold.
    #[serde(default)]
    pub ceilings: Vec<RatingRule>,
    /// What holds for content without a rating; the row that names the medium counts, else the
    /// row that names none, else ASK wherever a ceiling applies (R-EVAL-016).
    #[serde(default)]
    pub unrated: Vec<UnratedRule>,
    /// Whether labels that only advise guardians count as their age.
    #[serde(default)]
    pub guidance: GuidanceLabels,
    /// Whether content marked as explicit is admitted; absent means no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explicit_content: Option<Flag>,
    /// What classifiers may decide about items without a rating; all that match hold (R-EVAL-027).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<VerdictRule>,
}

/// One ceiling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingRule {
    /// Name of the rule.
    pub id: RuleId,
    /// The medium it is about; absent means every medium.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<Medium>,
    /// The ceiling.
    pub ceiling: Ceiling,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

impl RatingRule {
    /// The ceiling `ceiling` for every medium.
    #[must_use]
    pub const fn new(id: RuleId, ceiling: Ceiling) -> Self {
        Self {
            id,
            medium: None,
            ceiling,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        }
    }
}

/// The most that a ceiling admits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ceiling {
    /// Labels whose least age is at most this, 0 to 21 completed years.
    MaxAge(MaxAge),
    /// Labels not above this one: by rank within its chain, else by least age.
    Label(LabelName),
}

impl Ceiling {
    /// Labels whose least age is at most `age`.
    ///
    /// # Errors
    /// When the age is above 21.
    pub fn max_age(age: u8) -> Result<Self, PolicyError> {
        Ok(Self::MaxAge(MaxAge::try_from(age)?))
    }
}

/// A ceiling in completed years, 0 to 21.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct MaxAge(u8);

impl MaxAge {
    /// Completed years.
    #[must_use]
    pub const fn years(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for MaxAge {
    type Error = PolicyError;
    fn try_from(age: u8) -> Result<Self, PolicyError> {
        if age > 21 {
            return Err(PolicyError::Range {
                what: "an age ceiling",
                range: "0 to 21 years",
            });
        }
        Ok(Self(age))
    }
}

impl From<MaxAge> for u8 {
    fn from(age: MaxAge) -> Self {
        age.0
    }
}

/// A label as a rating table names it: `SYSTEM/LABEL`, the first `/` splits. Whether it exists is
/// known to the rating table, which is an argument of compiling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LabelName {
    system: String,
    label: String,
}

impl LabelName {
    /// The rating system.
    #[must_use]
    pub fn system(&self) -> &str {
        &self.system
    }

    /// The label in that system.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }
}

impl FromStr for LabelName {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let wrong = PolicyError::Identifier {
            what: "label",
            why: "expected `SYSTEM/LABEL`",
        };
        match text.split_once('/') {
            Some((system, label))
                if !system.is_empty() && !label.is_empty() && text.len() <= 128 =>
            {
                Ok(Self {
                    system: system.to_owned(),
                    label: label.to_owned(),
                })
            }
            _ => Err(wrong),
        }
    }
}

impl TryFrom<String> for LabelName {
    type Error = PolicyError;
    fn try_from(text: String) -> Result<Self, PolicyError> {
        text.parse()
    }
}

impl From<LabelName> for String {
    fn from(name: LabelName) -> Self {
        name.to_string()
    }
}

impl fmt::Display for LabelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.system, self.label)
    }
}

/// What kind of thing is rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// Programs that are no games.
    App,
    /// Games.
    Game,
    /// Cinema films.
    Film,
    /// Broadcast television.
    Tv,
    /// Films and series on carriers.
    Video,
    /// Films and series on demand.
    Streaming,
    /// Web pages.
    Web,
    /// Recorded music.
    Music,
    /// Books.
    Book,
}

impl Medium {
    /// Every medium.
    pub const ALL: [Self; 9] = [
        Self::App,
        Self::Game,
        Self::Film,
        Self::Tv,
        Self::Video,
        Self::Streaming,
        Self::Web,
        Self::Music,
        Self::Book,
    ];

    /// The name used in tables, vectors and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Game => "game",
            Self::Film => "film",
            Self::Tv => "tv",
            Self::Video => "video",
            Self::Streaming => "streaming",
            Self::Web => "web",
            Self::Music => "music",
            Self::Book => "book",
        }
    }
}

impl FromStr for Medium {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        Self::ALL
            .into_iter()
            .find(|medium| medium.name().eq_ignore_ascii_case(text))
            .ok_or(PolicyError::Identifier {
                what: "medium",
                why: "expected app, game, film, tv, video, streaming, web, music or book",
            })
    }
}

/// What holds for content without a rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnratedRule {
    /// Name of the rule.
    pub id: RuleId,
    /// The medium it is about; absent means every medium without a row of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<Medium>,
    /// What holds.
    pub effect: UnratedEffect,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

/// What holds for content without a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnratedEffect {
    /// Admitted.
    Allow,
    /// A guardian is asked; denied where the PEP cannot ask.
    Ask,
    /// Denied.
    Block,
}

/// Whether labels that only advise guardians (PG and the like) count as their age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuidanceLabels {
    /// They count as their least age.
    #[default]
    Count,
    /// They count as age 0.
    Ignore,
}
