//! Scripted tests of issuers and of relying parties, as `catalogue/age-*.toml` has them.

use super::tree::Fields;
use crate::script::{Case, Played};
use crate::trial::StepRole;
use serde::Deserialize;
use serde_json::Value;

/// What is played with an issuer.
pub type IssuerScript = Case<Person, IssuerStep>;
/// What is played with a relying party.
pub type PartyScript = Case<Trusts, PartyStep>;

/// Whom an issuer behind a driver knows when the steps begin; one that was there before knows whom it knows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Person {
    /// Whether there is a child of 12 to 16 years whose age a guardian declared.
    pub known: bool,
    /// Whether the household shares it with everybody.
    pub shared: bool,
}

impl Default for Person {
    fn default() -> Self {
        Self {
            known: true,
            shared: true,
        }
    }
}

/// Whom a party trusts when the steps begin.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Trusts {
    /// Whether `one`, which is a device's, and `two`, which is a provider, are on its list.
    pub both: bool,
}

impl Default for Trusts {
    fn default() -> Self {
        Self { both: true }
    }
}

/// A step with an issuer.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    tag = "do",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum IssuerStep {
    /// The driver is told of an event as it stands here.
    Say {
        /// Which.
        event: String,
        /// Every other member.
        #[serde(default)]
        with: Fields,
        /// What comes of it.
        outcome: String,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// Whether a holder has a place to ask for tokens.
    Holder {
        /// Whether.
        there: bool,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// An audience asks for a signal, well in every part but for what is put.
    Ask(Box<Call>),
    /// A holder asks for tokens.
    Tokens(Box<Call>),
    /// An audience asks for revoked handles.
    Handles(Box<Call>),
    /// Something happens to the issuer.
    Act {
        /// What, as the driver contract names it.
        event: String,
        /// Its members.
        #[serde(default)]
        with: Fields,
        /// Name under which the audience that is let in asks.
        name: Option<String>,
    },
    /// What the person sees of what was told.
    Told {
        /// Lines, in the order of the list, without day.
        is: Vec<Value>,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// Two values that were remembered.
    Compare {
        /// The one.
        value: Value,
        /// What it has to be.
        is: Option<Value>,
        /// What it must not be.
        isnt: Option<Value>,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// Time passes.
    Wait {
        /// Seconds.
        seconds: i64,
    },
    /// The program is killed and started anew on the same folder.
    Kill,
}

/// A call and what is expected of its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Call {
    /// In words, where the fields do not say it.
    pub what: Option<String>,
    /// Who asks: the audience that there is, or one that was let in.
    pub by: Option<String>,
    /// Fields that are not what they should be.
    #[serde(default)]
    pub with: Fields,
    /// Keys of a request for tokens.
    #[serde(default = "two")]
    pub keys: usize,
    /// Bytes that are sent instead of the message.
    pub raw: Option<Raw>,
    /// Only if the cut points are others than those that are asked with.
    #[serde(default)]
    pub other_than_kept: bool,
    /// What is told is judged only if it is of the same day as what is remembered by this name: at midnight the day
    /// changes between two answers.
    pub same_day: Option<String>,
    /// Outcomes, one of which it has to be; without, any that a proper request may get.
    #[serde(default)]
    pub outcome: Vec<String>,
    /// Reasons with one of which the call has to be refused.
    #[serde(default)]
    pub refused: Vec<String>,
    /// Whether the call may be refused as well, for whatever reason.
    #[serde(default)]
    pub or_refused: bool,
    /// What is looked at in what is told.
    #[serde(default)]
    pub look: Vec<Look>,
    /// What has to stand at these paths of the answer.
    #[serde(default)]
    pub is: Fields,
    /// The bracket that has to be told; 99 stands for no upper bound.
    pub bracket: Option<(u32, u32)>,
    /// The answer is remembered by this name.
    pub keep: Option<String>,
    /// What the step is for.
    #[serde(default = "setup", rename = "as")]
    pub role: StepRole,
}

/// What is looked at in a claim, by the clauses that it has to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// Audience, purpose and nonce are those of the request, and one key id signs all.
    Asked,
    /// The form of a claim.
    Form,
    /// Bounds are cut points, and `exact_cell` is honest.
    Cells,
    /// One cell, and exact if the bracket that is remembered as `wide` was.
    OneCell,
    /// Nothing beyond what was asked.
    AsAsked,
    /// Nothing of who governs where it marks a minor.
    Governs,
    /// Days of a signal.
    Days,
    /// Weeks of a token.
    Weeks,
    /// What stands beside the outcome.
    Beside,
    /// The signature, under the key that is known.
    Signed,
    /// Tokens are over the keys that were sent, in order.
    Keys,
    /// Tokens are equal but for their keys.
    Equal,
    /// An audience accepts each token from whoever holds its key.
    Presentable,
    /// Handles of 16 bytes, none twice, and a day.
    Handles,
}

/// Bytes instead of a message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Raw {
    /// The message without its last bytes.
    Cut(usize),
    /// The message and a field of so many bytes that nobody knows.
    Grease(usize),
    /// These, in hexadecimal.
    Hex(String),
    /// So many random ones.
    Random(usize),
}

/// A step with a relying party.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    tag = "do",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum PartyStep {
    /// The driver is told of an event as it stands here.
    Say {
        /// Which.
        event: String,
        /// Every other member.
        #[serde(default)]
        with: Fields,
        /// What comes of it.
        outcome: String,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// It is given a trust list: `one` and `two` as they are, but for what is put.
    Trust {
        /// Fields of the file that are others.
        #[serde(default)]
        with: Fields,
        /// Reasons with one of which it has to be refused.
        #[serde(default)]
        refused: Vec<String>,
        /// What the step is for.
        #[serde(default = "setup", rename = "as")]
        role: StepRole,
    },
    /// It needs an age.
    Question {
        /// Of whom.
        #[serde(default = "somebody")]
        of: String,
        /// Members that are others.
        #[serde(default)]
        with: Fields,
        /// Whether it must not ask yet.
        #[serde(default)]
        not_now: bool,
        /// What has to stand at these paths of the request.
        #[serde(default)]
        is: Fields,
        /// What must not stand there.
        #[serde(default)]
        isnt: Fields,
        /// The request is remembered by this name.
        keep: Option<String>,
        /// What the step is for.
        #[serde(default = "setup", rename = "as")]
        role: StepRole,
    },
    /// A signal comes back, of 13 to 15 years and well in every part, but for what is put.
    Answer(Box<Claim>),
    /// A holder shows a token.
    Present(Box<Claim>),
    /// A list of revoked handles comes.
    Revoked {
        /// Of whom.
        #[serde(default = "first")]
        by: String,
        /// Fields that are put.
        #[serde(default)]
        with: Fields,
        /// Reasons with one of which it has to be refused.
        #[serde(default)]
        refused: Vec<String>,
        /// What the step is for.
        #[serde(default = "setup", rename = "as")]
        role: StepRole,
    },
    /// Somebody wants something that needs an age.
    Ask {
        /// Who.
        #[serde(default = "somebody")]
        of: String,
        /// From which age on.
        threshold: u32,
        /// The household's rule for the unknown.
        on_unknown: Option<String>,
        /// The verdict.
        verdict: String,
        /// Why, if it matters.
        reason: Option<String>,
        /// What becomes of it, if it matters.
        gate: Option<String>,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// What it recorded.
    Records {
        /// About whom.
        #[serde(default = "somebody")]
        of: String,
        /// Lines without day.
        is: Vec<String>,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// Time passes.
    Wait {
        /// Seconds.
        seconds: i64,
    },
    /// The program is killed and started anew on the same folder.
    Kill,
}

/// A claim and what becomes of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Claim {
    /// In words, where the fields do not say it.
    pub what: Option<String>,
    /// About whom.
    #[serde(default = "somebody")]
    pub of: String,
    /// Who issued it.
    #[serde(default = "first")]
    pub by: String,
    /// Who signs it instead.
    pub signed_by: Option<String>,
    /// Fields of the claim or the token.
    #[serde(default)]
    pub claim: Fields,
    /// Fields of the presentation.
    #[serde(default)]
    pub presentation: Fields,
    /// Fields around the claim, once it is signed.
    #[serde(default)]
    pub signed: Fields,
    /// Fields of the whole answer.
    #[serde(default)]
    pub response: Fields,
    /// Whether nobody answers at all.
    #[serde(default)]
    pub nothing: bool,
    /// The whole answer, sent once more.
    pub replay: Option<String>,
    /// It is remembered by this name.
    pub keep: Option<String>,
    /// The outcome by which the party goes on; `signal` unless it is refused.
    pub took: Option<String>,
    /// What it does next, if it matters.
    pub next: Option<String>,
    /// Seconds until then, if they matter.
    pub wait: Option<i64>,
    /// Reasons with one of which it has to be refused.
    #[serde(default)]
    pub refused: Vec<String>,
    /// What the step is for.
    #[serde(rename = "as")]
    role: Option<StepRole>,
}

impl Claim {
    /// What the step is for.
    pub fn role(&self) -> StepRole {
        let unless = match self.refused.is_empty() {
            true => StepRole::Setup,
            false => StepRole::Refusal,
        };
        self.role.unwrap_or(unless)
    }
}

impl Call {
    /// What the step is for: a check where something is looked at.
    pub fn role(&self) -> StepRole {
        let looks = !self.look.is_empty() || !self.is.is_empty() || self.bracket.is_some();
        match self.role {
            StepRole::Setup if looks => StepRole::Check,
            role => role,
        }
    }
}

impl Played for IssuerStep {
    fn needs(&self) -> &'static [&'static str] {
        match self {
            Self::Wait { .. } => &["virtual-clock"],
            Self::Kill => &["restart"],
            _ => &[],
        }
    }

    fn role(&self) -> Option<StepRole> {
        match self {
            Self::Ask(call) | Self::Tokens(call) | Self::Handles(call) => Some(call.role()),
            Self::Told { role, .. }
            | Self::Compare { role, .. }
            | Self::Say { role, .. }
            | Self::Holder { role, .. } => Some(*role),
            Self::Act { .. } | Self::Wait { .. } | Self::Kill => None,
        }
    }
}

impl Played for PartyStep {
    fn needs(&self) -> &'static [&'static str] {
        match self {
            Self::Wait { .. } => &["virtual-clock"],
            Self::Kill => &["restart"],
            _ => &[],
        }
    }

    fn role(&self) -> Option<StepRole> {
        match self {
            Self::Answer(claim) | Self::Present(claim) => Some(claim.role()),
            Self::Trust { role, .. }
            | Self::Question { role, .. }
            | Self::Revoked { role, .. }
            | Self::Ask { role, .. }
            | Self::Records { role, .. }
            | Self::Say { role, .. } => Some(*role),
            Self::Wait { .. } | Self::Kill => None,
        }
    }
}

const fn two() -> usize {
    2
}

const fn setup() -> StepRole {
    StepRole::Setup
}

const fn check() -> StepRole {
    StepRole::Check
}

fn somebody() -> String {
    "anna".into()
}

fn first() -> String {
    "one".into()
}
