//! What the suite asks of parties and issuers.

use crate::request::{Bytes, Words};
use serde::{Deserialize, Serialize};

/// Something that happens to a relying party.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum PartyAct {
    /// Its trust list.
    Trust {
        /// The file.
        list: String,
    },
    /// It needs an age.
    Question {
        /// Whose.
        person: String,
        /// What for.
        purpose: String,
        /// Its cut points.
        cuts: Words,
        /// Assurance that it needs.
        least_assurance: Option<String>,
        /// The place whose law it applies.
        region: Option<String>,
        /// An event after which one may ask again.
        happened: Option<String>,
    },
    /// What came back.
    Answer {
        /// About whom.
        person: String,
        /// AgeSignalResponse; nothing if nobody answered.
        response: Option<Bytes>,
    },
    /// A token that a holder shows.
    Present {
        /// About whom.
        person: String,
        /// PresentedAge.
        claim: Bytes,
    },
    /// A list of revoked handles.
    Revoked {
        /// Name of the issuer in the trust list.
        issuer: String,
        /// RevokedAgeHandlesResponse.
        list: Bytes,
    },
}

impl PartyAct {
    /// The names of all events.
    pub(crate) const EVENTS: [&str; 5] = ["trust", "question", "answer", "present", "revoked"];
}

/// Somebody wants something that needs an age.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AgeAsk {
    /// Who.
    pub person: String,
    /// From which age on.
    pub threshold: u32,
    /// The household's rule for the unknown.
    pub on_unknown: Option<String>,
}

/// Something that happens to an issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum IssuerAct {
    /// An audience is let in.
    Open {
        /// Its name.
        audience: String,
    },
    /// What is known of the age.
    Known {
        /// How.
        method: String,
        /// How well.
        assurance: Option<String>,
        /// Days since a check.
        checked: Option<i64>,
        /// Completed years.
        lower: u32,
        /// Excluded.
        upper: Option<u32>,
        /// Error of an estimate, years.
        error: Option<u32>,
    },
    /// The same by the birth.
    Born {
        /// How.
        method: String,
        /// How well.
        assurance: Option<String>,
        /// Days since a check.
        checked: Option<i64>,
        /// Day or month.
        born: String,
    },
    /// Nothing can be said.
    Unknown {
        /// Name of the outcome.
        why: String,
    },
    /// The guardian's rule.
    Rule {
        /// What holds; `none` for no rule any more.
        share: String,
        /// About whom; every other audience if absent.
        audience: Option<String>,
        /// What for; everything if empty.
        #[serde(default)]
        purposes: String,
        /// Cut points that it names.
        #[serde(default)]
        cuts: String,
    },
    /// A guardian decides about changes.
    Decide {
        /// That this audience announced.
        audience: String,
        /// Yes.
        approve: bool,
    },
    /// The person resets what they are recognised by.
    StartOver,
}

impl IssuerAct {
    /// The names of all events.
    pub(crate) const EVENTS: [&str; 7] = [
        "open",
        "known",
        "born",
        "unknown",
        "rule",
        "decide",
        "start-over",
    ];
}
