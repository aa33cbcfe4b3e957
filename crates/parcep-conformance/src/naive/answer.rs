//! What a decision tells.

use super::model::Author;
use parcep_proto::v1alpha1 as pb;
use std::collections::BTreeSet;

/// What is to happen, in the order of strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "named after what they are")]
pub enum Effect {
    Allow,
    Ask,
    Deny,
}

impl Effect {
    /// As the JSON of vectors writes it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

/// R-EVAL-052, in the order of their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the codes of the table")]
pub enum Reason {
    RightsFloor,
    Locked,
    Blocked,
    Pending,
    WebMode,
    Category,
    Rating,
    Explicit,
    Unrated,
    Contact,
    Spending,
    Approval,
    Window,
    Budget,
    Allowed,
    Classifier,
    Unenforceable,
    GuardianPresent,
    Protected,
    Age,
    AgeUnknown,
}

impl Reason {
    /// The code of the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RightsFloor => "rights_floor",
            Self::Locked => "locked",
            Self::Blocked => "blocked",
            Self::Pending => "pending",
            Self::WebMode => "web_mode",
            Self::Category => "category",
            Self::Rating => "rating",
            Self::Explicit => "explicit",
            Self::Unrated => "unrated",
            Self::Contact => "contact",
            Self::Spending => "spending",
            Self::Approval => "approval",
            Self::Window => "window",
            Self::Budget => "budget",
            Self::Allowed => "allowed",
            Self::Classifier => "classifier",
            Self::Unenforceable => "unenforceable",
            Self::GuardianPresent => "guardian_present",
            Self::Protected => "protected",
            Self::Age => "age",
            Self::AgeUnknown => "age_unknown",
        }
    }
}

/// A rule is its author and its name (R-EVAL-053).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// Who made it.
    pub author: Author,
    /// Its name.
    pub name: String,
}

/// How an end comes (R-EVAL-054).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// NOTIFY, LOCK or STOP.
    pub action: pb::EndAction,
    /// Seconds between the denial and the act.
    pub grace_seconds: u32,
    /// Seconds before the end, each once.
    pub warning_seconds: BTreeSet<u32>,
}

/// What a decision tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is to happen.
    pub effect: Effect,
    /// Why.
    pub reason: Reason,
    /// By which rules.
    pub rules: BTreeSet<Rule>,
    /// How long use can go on (R-EVAL-050).
    pub remaining_seconds: Option<u64>,
    /// When the effect differs (R-EVAL-051).
    pub next_change: Option<i64>,
    /// How an end comes, where one can.
    pub ending: Option<Ending>,
}
