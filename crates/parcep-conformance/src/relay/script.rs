//! A scripted test of a relay: who is there, and what each of them calls, in order.
//!
//! A call is made well in every part, for the actor who makes it; `with` puts something else into its fields,
//! by path. What stands there instead is an expression ([`super::value`]), and what is expected of an answer
//! a wish ([`super::wish`]).

use crate::script::{Case, Played};
use crate::trial::StepRole;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What is played.
pub type Script = Case<Cast, Step>;

/// Fields by path, and what is put into them.
pub(super) type Fields = Map<String, Value>;

/// Who is there when the steps begin.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Cast {
    /// Whether there is a household with a guardian, called `guardian`.
    pub founded: bool,
    /// Entries behind its genesis.
    pub grows: usize,
    /// Members whom the guardian, or somebody else, admitted, each with a session of its own.
    pub members: BTreeMap<String, Admitted>,
    /// Keys for the handle of the household that were not granted; `name@founder` for that of somebody else.
    pub candidates: Vec<String>,
    /// Guardians of further households.
    pub neighbours: Vec<String>,
    /// Keys with a handle of their own that no relay knows yet.
    pub strangers: Vec<String>,
}

impl Default for Cast {
    fn default() -> Self {
        Self {
            founded: true,
            grows: 0,
            members: BTreeMap::new(),
            candidates: Vec::new(),
            neighbours: Vec::new(),
            strangers: Vec::new(),
        }
    }
}

/// How a member was admitted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Admitted {
    /// Rights; without, every right.
    #[serde(default = "every_right")]
    pub rights: Vec<String>,
    /// Name of its group; without, that of who admits it.
    pub group: Option<String>,
    /// Who admits it.
    #[serde(default = "guardian")]
    pub by: String,
    /// Calls a minute.
    pub rate: Option<u32>,
    /// Bytes that it may store.
    pub quota: Option<u64>,
    /// Whether it is a root key.
    #[serde(default)]
    pub root: bool,
}

/// One step.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    tag = "do",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Step {
    /// A call.
    Call(Box<Call>),
    /// A request is made as for a call, and only remembered.
    Prepare(Box<Call>),
    /// The next item of a watch.
    Take(Box<Take>),
    /// Somebody appends so many entries.
    Grow {
        /// Who.
        #[serde(default = "guardian")]
        by: String,
        /// How many.
        #[serde(default = "one")]
        count: usize,
        /// Bytes of header and body.
        #[serde(default = "small")]
        sizes: (usize, usize),
    },
    /// A new connection and session for the same key.
    Reconnect {
        /// Whose.
        #[serde(default = "guardian")]
        who: String,
    },
    /// Log, keys, acts and registers are remembered.
    Look {
        /// Who looks.
        #[serde(default = "guardian")]
        by: String,
        /// Names of registers besides `$register`.
        #[serde(default)]
        registers: Vec<Value>,
    },
    /// They are as they were.
    Unchanged,
    /// No session can be opened for this founder's log: there is none.
    NoLog {
        /// Who would have founded it.
        of: String,
    },
    /// A value that was remembered is what it should be.
    Compare {
        /// The value.
        value: Value,
        /// What it has to be.
        is: Value,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// What cannot be said in data.
    Native {
        /// Which of them.
        name: String,
    },
}

/// A call and what is expected of its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Call {
    /// Name of the call, as the service has it.
    pub rpc: String,
    /// Who calls.
    #[serde(default = "guardian")]
    pub by: String,
    /// In words, where the fields do not say it.
    pub what: Option<String>,
    /// Fields that are not what they should be.
    #[serde(default)]
    pub with: Fields,
    /// Parts of what is signed that are not those of the challenge: `relay_id`, `handle`, `nonce`,
    /// `expires_at`, `label`.
    #[serde(default)]
    pub signs: Fields,
    /// Who signs instead.
    pub signed_by: Option<String>,
    /// A challenge that was remembered; without, a new one is asked for.
    pub challenge: Option<String>,
    /// Bytes that are sent instead of the message.
    pub raw: Option<Raw>,
    /// Name of the call on the wire instead.
    pub method: Option<String>,
    /// So many times, or until it is refused.
    #[serde(default = "one")]
    pub times: usize,
    /// Whether a new session is opened before, whose refusal counts as well.
    #[serde(default)]
    pub opens: bool,
    /// Whether all pages are read, if it reads.
    #[serde(default)]
    pub whole: bool,
    /// Name of the watch that stays open, if it watches.
    pub stream: Option<String>,
    /// The answer is remembered by this name.
    pub keep: Option<String>,
    /// The request is remembered by this name.
    pub keep_request: Option<String>,
    /// What the answer has to be, by path.
    #[serde(default)]
    pub is: Fields,
    /// Reasons of which it has to be refused with one.
    #[serde(default)]
    pub refused: Vec<String>,
    /// Metadata that has to come with the refusal.
    #[serde(default)]
    pub metadata: Fields,
    /// Name of a refusal that was remembered, which this one has to be the same as.
    pub same_as: Option<String>,
    /// Bytes of which nothing may occur in what comes back, in no form.
    #[serde(default)]
    pub quiet: Vec<Value>,
    /// What the step is for.
    #[serde(rename = "as")]
    role: Option<StepRole>,
}

/// Bytes instead of a message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Raw {
    /// The message without its last bytes.
    Cut(usize),
    /// The message with fields behind it that nobody knows.
    Grease,
    /// These, in hexadecimal.
    Hex(String),
    /// So many random ones.
    Random(usize),
}

/// What the next item of a watch has to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Take {
    /// Name of the watch.
    pub from: String,
    /// Kind of item; bookmarks and notices before it are passed over, before an act everything.
    pub item: Option<String>,
    /// Items of this kind are passed over until one is so.
    #[serde(default)]
    pub until: Fields,
    /// It is remembered by this name.
    pub keep: Option<String>,
    /// What it has to be, by path.
    #[serde(default)]
    pub is: Fields,
    /// Whether it carries the relay's signature, if it is a bookmark.
    #[serde(default)]
    pub signed: bool,
    /// Reasons of which one ends the watch.
    #[serde(default)]
    pub refused: Vec<String>,
    /// What the step is for.
    #[serde(rename = "as")]
    role: Option<StepRole>,
}

impl Call {
    /// What the step is for: a refusal where it has to be refused, a check where the answer is looked at.
    pub fn role(&self) -> StepRole {
        let refused = !self.refused.is_empty();
        let looked_at = !self.is.is_empty() || !self.quiet.is_empty();
        role(self.role, refused, looked_at)
    }
}

impl Take {
    /// As [`Call::role`].
    pub fn role(&self) -> StepRole {
        role(self.role, !self.refused.is_empty(), true)
    }
}

fn role(said: Option<StepRole>, refused: bool, looked_at: bool) -> StepRole {
    match said {
        _ if refused => StepRole::Refusal,
        Some(role) => role,
        None if looked_at => StepRole::Check,
        None => StepRole::Setup,
    }
}

impl Played for Step {
    fn role(&self) -> Option<StepRole> {
        Some(match self {
            Self::Call(call) => call.role(),
            Self::Take(take) => take.role(),
            Self::Prepare(_) | Self::Grow { .. } | Self::Reconnect { .. } | Self::Look { .. } => {
                return None;
            }
            Self::Unchanged | Self::NoLog { .. } => StepRole::Unchanged,
            Self::Compare { role, .. } => *role,
            Self::Native { .. } => StepRole::Check,
        })
    }
}

fn guardian() -> String {
    "guardian".into()
}

fn every_right() -> Vec<String> {
    ["read", "append", "registers", "admin"]
        .map(String::from)
        .into()
}

const fn one() -> usize {
    1
}

const fn small() -> (usize, usize) {
    crate::peer::SMALL
}

const fn check() -> StepRole {
    StepRole::Check
}
