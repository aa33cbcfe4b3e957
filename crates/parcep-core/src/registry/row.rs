//! What a row of each registry holds. The meaning of a column stands in the header of its file.

use parcep_proto::v1alpha1::{ErrorReason, PayloadType, RuleState, SectionKind};

/// Whether this version carries something out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In use in this version.
    V1,
    /// A number that is kept for it, without effect (R-DOC-016).
    Reserved,
}

/// Where a document is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// An entry of the log.
    Log,
    /// A register with one writer.
    Register,
    /// A register that several share.
    SharedRegister,
    /// A message inside another document, and no entry.
    Embedded,
}

/// What an author is to the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A device that genesis lists for its one guardian.
    Founder,
    /// A live device of a guardian.
    Guardian,
    /// A live device of a dependant.
    Dependant,
    /// A device that only a printed recovery secret yields (R-CONS-019).
    Recovery,
    /// An enforcement point.
    EnforcementPoint,
    /// Somebody who is about to become a guardian.
    Newcomer,
    /// An authority outside the household.
    Authority,
}

/// Over whom an author needs authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Over nobody in particular.
    Household,
    /// The author's own principal, or a dependant in the author's scope.
    Principal,
    /// Every dependant that the body names, before and after.
    Body,
    /// The dependant that the header names.
    Header,
    /// At least one dependant that the named enforcement point serves.
    Served,
    /// What the row of the proposed payload type asks.
    Proposed,
    /// The register is the writer's own.
    Writer,
}

/// Whose secret a section is sealed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// The household secret: every member opens it.
    Household,
    /// A kind secret of one dependant: guardians in scope, the dependant, and the categories of
    /// enforcement points that need it.
    Dependant,
}

/// The four kinds of risk to children online.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Concern {
    /// What a child sees.
    Content,
    /// Who reaches a child.
    Contact,
    /// What a child does, and for how long.
    Conduct,
    /// What a child is sold, signs up to or gives away.
    Contract,
}

/// How rules of several layers combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The strictest holds (R-EVAL-060).
    Safety,
    /// The layer of the guardian whose custody covers the instant (R-EVAL-061).
    Lifestyle,
}

/// Whether data leaves a device where nobody chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFlow {
    /// Not until somebody switches it on.
    Off,
    /// Not even then: no message carries it.
    Never,
}

/// `payload-types.toml`: who may write what (R-MEM-010).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadTypeRow {
    /// The type.
    pub payload: PayloadType,
    /// Its name without prefix.
    pub name: &'static str,
    /// Whether it has effect in this version.
    pub state: State,
    /// Where it is kept.
    pub place: Place,
    /// What it is.
    pub text: &'static str,
    /// Who may sign it, as roles.
    pub roles: &'static [Role],
    /// Over whom the author needs authority; `None` where the type is reserved.
    pub scope: Option<Scope>,
    /// Whether it names a dependant.
    pub names_dependant: bool,
    /// Its section table, ascending (R-DOC-005).
    pub sections: &'static [SectionKind],
    /// Most bytes of the body blob or register value; `None` where the type is embedded, or is
    /// reserved and only the general bound holds.
    pub max_bytes: Option<usize>,
}

/// `section-kinds.toml`: what a sealed part holds, and under which secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectionKindRow {
    /// The kind.
    pub kind: SectionKind,
    /// Its name without prefix.
    pub name: &'static str,
    /// Message of the package that it holds; empty if none.
    pub message: &'static str,
    /// Whose secret seals it.
    pub protection: Protection,
    /// What it holds.
    pub text: &'static str,
}

/// `error-reasons.toml`: why bytes or a call are refused, and what a caller does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorReasonRow {
    /// The reason.
    pub reason: ErrorReason,
    /// Its name without prefix, as errors carry it.
    pub name: &'static str,
    /// The number of the gRPC status it travels on; `None` if it travels in reports only.
    pub grpc_code: Option<u8>,
    /// What it means.
    pub text: &'static str,
    /// Keys of the metadata that goes with it.
    pub metadata: &'static [&'static str],
    /// Whether the same intent can succeed later without a person's help.
    pub retry: bool,
    /// What a caller does.
    pub action: &'static str,
}

/// `decision-reasons.toml`: why a decision is what it is (R-EVAL-052).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecisionReasonRow {
    /// The reason.
    pub reason: super::DecisionReason,
    /// Its stable text form.
    pub code: &'static str,
    /// The effects it comes with.
    pub effects: &'static [crate::decide::Effect],
    /// Rule areas that give it.
    pub areas: &'static [&'static str],
    /// Which risk a denial for this reason guards against; `None` if it denies nothing.
    pub concern: Option<Concern>,
    /// Whether asking a guardian can lead to another answer now.
    pub can_ask: bool,
    /// The rest of a sentence for an adult.
    pub adult: &'static str,
    /// The same for a child.
    pub child: &'static str,
    /// What the child can do.
    pub what_to_do: &'static str,
}

/// `answer-reasons.toml`: why a guardian said no to a request (R-REQ-009).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerReasonRow {
    /// Its stable code.
    pub code: &'static str,
    /// Which risk the answer is mostly about.
    pub concern: Concern,
    /// What the dependant reads.
    pub child: &'static str,
}

/// `report-reasons.toml`: why a rule is not enforced as written (R-CAP-005).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportReasonRow {
    /// Its stable code.
    pub code: &'static str,
    /// With which states of a rule it comes.
    pub statuses: &'static [RuleState],
    /// Whether a slash and a parameter follow the code.
    pub has_parameter: bool,
    /// What it says.
    pub text: &'static str,
}

/// `rule-kinds.toml`: one kind of rule of the policy model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleKindRow {
    /// Stable number.
    pub number: u16,
    /// Stable name.
    pub name: &'static str,
    /// Area of rules: the section it stands in.
    pub area: &'static str,
    /// How layers combine.
    pub class: Class,
    /// Which risk it mostly guards against.
    pub concern: Concern,
    /// Message and field of the wire.
    pub fields: &'static [&'static str],
    /// Capabilities that enforce it.
    pub capabilities: &'static [&'static str],
    /// What it says.
    pub text: &'static str,
}

/// `categories.toml`: one code of a taxonomy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryRow {
    /// Taxonomy.
    pub taxonomy: &'static str,
    /// Version of the taxonomy.
    pub version: &'static str,
    /// Code in the taxonomy.
    pub code: &'static str,
    /// Which risk most rules about it guard against.
    pub concern: Concern,
    /// Name for adults.
    pub adult: &'static str,
    /// Name for children.
    pub child: &'static str,
    /// What falls into it.
    pub example: &'static str,
}

/// `features.toml`: one feature that this version names (R-POL-018).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeatureRow {
    /// Its code.
    pub code: &'static str,
    /// Area on a screen: `device`, `ai`, `social`, `feed` or `privacy`.
    pub area: &'static str,
    /// Which risk a rule about it mostly guards against.
    pub concern: Concern,
    /// Name for adults.
    pub adult: &'static str,
    /// Name for children.
    pub child: &'static str,
    /// Capability that enforces a rule about it.
    pub capability: &'static str,
}

/// `capabilities.toml`: something that an enforcement point can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapabilityRow {
    /// Its name.
    pub name: &'static str,
    /// Areas of which at least one kind of rule is enforced fully where it is present.
    pub areas: &'static [&'static str],
    /// What it means.
    pub text: &'static str,
}

/// `suites.toml`: a set of algorithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuiteRow {
    /// Its number.
    pub number: u16,
    /// Its name.
    pub name: &'static str,
    /// Whether this version uses it.
    pub state: State,
    /// HPKE identifiers of KEM, KDF and AEAD; `None` where reserved.
    pub hpke: Option<(u16, u16, u16)>,
}

/// `defaults.toml`: data that could leave a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataFlowRow {
    /// Its name.
    pub name: &'static str,
    /// What holds where nobody chose.
    pub default: DataFlow,
    /// Whether it is data on behaviour (class M).
    pub behaviour: bool,
    /// What it is.
    pub text: &'static str,
}

/// `ages.toml`: ages of one jurisdiction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeRow {
    /// ISO 3166-1 alpha-2 or ISO 3166-2.
    pub region: &'static str,
    /// Completed years of majority.
    pub majority: u8,
    /// Completed years from which class M needs the dependant's signature; `None` for the default.
    pub co_signature: Option<u8>,
}

/// What is said to an adult and to a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// To an adult.
    pub adult: &'static str,
    /// To a child of about eight.
    pub child: &'static str,
}

/// `texts.toml`: one sentence, or a part of one. `{name}` stands for what is put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextRow {
    /// Stable name.
    pub key: &'static str,
    /// In English.
    pub en: Words,
    /// In French.
    pub fr: Words,
}

/// What is said about one reason of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonPhrases {
    /// The rest of a sentence for an adult.
    pub adult: &'static str,
    /// What a guardian can do.
    pub adult_do: &'static str,
    /// The rest of a sentence for a child.
    pub child: &'static str,
    /// What the child can do.
    pub child_do: &'static str,
}

/// `decision-reasons.toml` and `texts.toml`: a reason in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonWords {
    /// Code of the reason.
    pub code: &'static str,
    /// In English.
    pub en: ReasonPhrases,
    /// In French.
    pub fr: ReasonPhrases,
}

/// `categories.toml`, `features.toml` and `texts.toml`: the name of a category or a feature in every
/// language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeWords {
    /// Code in the taxonomy `pcps@1.0`, or of the feature.
    pub code: &'static str,
    /// In English.
    pub en: Words,
    /// In French.
    pub fr: Words,
}

/// `texts.toml`: the name of a country in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceWords {
    /// ISO 3166-1 alpha-2, or `EU`.
    pub code: &'static str,
    /// In English, with its article.
    pub en: &'static str,
    /// In French, without.
    pub fr: &'static str,
}
