//! What the TOML files hold. A field that nobody knows, a missing one and a word outside a closed
//! list are refused here.

use crate::regimes::{Outcome, Regime};
use crate::texts::Texts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Files that these tests read, without extension.
pub(crate) const FILES: [&str; 16] = [
    "age-outcomes",
    "ages",
    "answer-reasons",
    "capabilities",
    "categories",
    "decision-reasons",
    "defaults",
    "error-reasons",
    "features",
    "payload-types",
    "regimes",
    "report-reasons",
    "rule-kinds",
    "section-kinds",
    "suites",
    "texts",
];

/// All registries.
pub(crate) struct Registries {
    pub(crate) age_outcomes: Vec<Outcome>,
    pub(crate) ages: Ages,
    pub(crate) answer_reasons: Vec<AnswerReason>,
    pub(crate) capabilities: Vec<Capability>,
    pub(crate) categories: Vec<Category>,
    pub(crate) decision_reasons: Vec<DecisionReason>,
    pub(crate) defaults: Defaults,
    pub(crate) error_reasons: Vec<ErrorReason>,
    pub(crate) features: Vec<Feature>,
    pub(crate) payload_types: Vec<PayloadType>,
    pub(crate) regimes: Vec<Regime>,
    pub(crate) report_reasons: Vec<ReportReason>,
    pub(crate) rule_kinds: Vec<RuleKind>,
    pub(crate) section_kinds: Vec<SectionKind>,
    pub(crate) suites: Vec<Suite>,
    pub(crate) texts: Texts,
}

impl Registries {
    pub(crate) fn read() -> Self {
        Self {
            age_outcomes: parse::<AgeOutcomes>(&text("age-outcomes")).age_outcome,
            ages: parse(&text("ages")),
            answer_reasons: parse::<AnswerReasons>(&text("answer-reasons")).answer_reason,
            capabilities: parse::<Capabilities>(&text("capabilities")).capability,
            categories: parse::<Categories>(&text("categories")).category,
            decision_reasons: parse::<DecisionReasons>(&text("decision-reasons")).decision_reason,
            defaults: parse(&text("defaults")),
            error_reasons: parse::<ErrorReasons>(&text("error-reasons")).error_reason,
            features: parse::<Features>(&text("features")).feature,
            payload_types: parse::<PayloadTypes>(&text("payload-types")).payload_type,
            regimes: parse::<Regimes>(&text("regimes")).regime,
            report_reasons: parse::<ReportReasons>(&text("report-reasons")).report_reason,
            rule_kinds: parse::<RuleKinds>(&text("rule-kinds")).rule_kind,
            section_kinds: parse::<SectionKinds>(&text("section-kinds")).section_kind,
            suites: parse::<Suites>(&text("suites")).suite,
            texts: parse(&text("texts")),
        }
    }
}

fn text(name: &str) -> String {
    let path = super::root().join(format!("spec/registry/{name}.toml"));
    std::fs::read_to_string(path).unwrap()
}

fn parse<T: DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_field_that_nobody_knows_is_refused_in_every_file() {
    fn refused<T: DeserializeOwned>(name: &str) {
        let stray = format!("{}\nstray = 1\n", text(name));
        assert!(toml::from_str::<T>(&text(name)).is_ok(), "{name}");
        assert!(toml::from_str::<T>(&stray).is_err(), "{name}");
        // At the head of the file too, outside every row.
        let ahead = format!("stray = 1\n{}", text(name));
        assert!(toml::from_str::<T>(&ahead).is_err(), "{name}");
    }
    refused::<AgeOutcomes>("age-outcomes");
    refused::<Ages>("ages");
    refused::<AnswerReasons>("answer-reasons");
    refused::<Capabilities>("capabilities");
    refused::<Categories>("categories");
    refused::<DecisionReasons>("decision-reasons");
    refused::<Defaults>("defaults");
    refused::<ErrorReasons>("error-reasons");
    refused::<Features>("features");
    refused::<PayloadTypes>("payload-types");
    refused::<Regimes>("regimes");
    refused::<ReportReasons>("report-reasons");
    refused::<RuleKinds>("rule-kinds");
    refused::<SectionKinds>("section-kinds");
    refused::<Suites>("suites");
    refused::<Texts>("texts");
}

/// A file that is one list of rows.
macro_rules! files {
    ($($file:ident { $rows:ident: $row:ty })+) => {$(
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $file { $rows: Vec<$row> }
    )+};
}

files! {
    AgeOutcomes { age_outcome: Outcome }
    AnswerReasons { answer_reason: AnswerReason }
    Capabilities { capability: Capability }
    Categories { category: Category }
    DecisionReasons { decision_reason: DecisionReason }
    ErrorReasons { error_reason: ErrorReason }
    Features { feature: Feature }
    PayloadTypes { payload_type: PayloadType }
    Regimes { regime: Regime }
    ReportReasons { report_reason: ReportReason }
    RuleKinds { rule_kind: RuleKind }
    SectionKinds { section_kind: SectionKind }
    Suites { suite: Suite }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum State {
    #[serde(rename = "v1")]
    V1,
    #[serde(rename = "reserved")]
    Reserved,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Founder,
    Guardian,
    Dependant,
    Recovery,
    EnforcementPoint,
    Newcomer,
    Authority,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    Household,
    Principal,
    Body,
    Header,
    Served,
    Proposed,
    Writer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Concern {
    Content,
    Contact,
    Conduct,
    Contract,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Class {
    Safety,
    Lifestyle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    Allow,
    Ask,
    Deny,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Flow {
    Off,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum FlowClass {
    M,
    #[serde(rename = "account")]
    Account,
    #[serde(rename = "none")]
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Unit {
    #[serde(rename = "s")]
    Seconds,
    #[serde(rename = "month")]
    Months,
    #[serde(rename = "count")]
    Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    Log,
    Register,
    Embedded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Writers {
    One,
    Many,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Presence {
    Absent,
    Required,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayloadType {
    pub(crate) number: i32,
    pub(crate) name: String,
    pub(crate) state: State,
    pub(crate) place: Place,
    pub(crate) text: String,
    pub(crate) roles: Vec<Role>,
    pub(crate) writer: Option<String>,
    pub(crate) scope: Option<Scope>,
    pub(crate) writers: Option<Writers>,
    pub(crate) consent: Option<String>,
    pub(crate) dependant: Option<Presence>,
    pub(crate) sections: Option<Vec<String>>,
    pub(crate) replaces: Option<String>,
    pub(crate) sealed_under: Option<String>,
    pub(crate) max_bytes: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SectionKind {
    pub(crate) number: i32,
    pub(crate) name: String,
    pub(crate) message: String,
    pub(crate) secret: String,
    pub(crate) text: String,
    pub(crate) categories: Option<Vec<String>>,
}

impl SectionKind {
    /// Whether its secret hangs below a dependant's.
    pub(crate) fn of_dependant(&self) -> bool {
        self.secret == "dependant"
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorReason {
    pub(crate) number: i32,
    pub(crate) name: String,
    pub(crate) status: Option<String>,
    pub(crate) text: String,
    pub(crate) metadata: Vec<String>,
    pub(crate) retry: bool,
    pub(crate) action: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionReason {
    pub(crate) number: usize,
    pub(crate) code: String,
    pub(crate) step: String,
    pub(crate) effects: Vec<Effect>,
    pub(crate) areas: Vec<String>,
    pub(crate) concern: Concern,
    pub(crate) can_ask: bool,
    pub(crate) text: String,
    pub(crate) adult: String,
    pub(crate) child: String,
    #[serde(rename = "do")]
    pub(crate) what_to_do: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerReason {
    pub(crate) number: usize,
    pub(crate) code: String,
    pub(crate) concern: Concern,
    pub(crate) child: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportReason {
    pub(crate) code: String,
    pub(crate) statuses: Vec<String>,
    pub(crate) parameter: Option<String>,
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleKind {
    pub(crate) number: i32,
    pub(crate) name: String,
    pub(crate) area: String,
    pub(crate) class: Class,
    pub(crate) concern: Concern,
    pub(crate) fields: Vec<String>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) which: Option<String>,
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Category {
    pub(crate) taxonomy: String,
    pub(crate) version: String,
    pub(crate) code: String,
    pub(crate) concern: Concern,
    pub(crate) adult: String,
    pub(crate) child: String,
    pub(crate) example: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Feature {
    pub(crate) code: String,
    pub(crate) area: String,
    pub(crate) concern: Concern,
    pub(crate) adult: String,
    pub(crate) child: String,
    pub(crate) capability: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Capability {
    pub(crate) name: String,
    pub(crate) areas: Vec<String>,
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suite {
    pub(crate) number: u16,
    pub(crate) name: String,
    pub(crate) state: State,
    pub(crate) text: String,
    pub(crate) hash: Option<String>,
    pub(crate) mac: Option<String>,
    pub(crate) derivation: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) seal: Option<String>,
    pub(crate) kem: Option<u16>,
    pub(crate) kdf: Option<u16>,
    pub(crate) aead: Option<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Defaults {
    #[serde(rename = "data_flow")]
    pub(crate) data_flows: Vec<DataFlow>,
    #[serde(rename = "value")]
    pub(crate) values: Vec<Value>,
    #[serde(rename = "constant")]
    pub(crate) constants: Vec<Constant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DataFlow {
    pub(crate) name: String,
    pub(crate) default: Flow,
    pub(crate) class: FlowClass,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) consent: Option<String>,
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Value {
    pub(crate) field: String,
    pub(crate) absent: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Constant {
    pub(crate) name: String,
    pub(crate) value: i64,
    pub(crate) unit: Unit,
    pub(crate) clause: String,
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ages {
    pub(crate) default: DefaultAges,
    #[serde(rename = "jurisdiction")]
    pub(crate) jurisdictions: Vec<Jurisdiction>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefaultAges {
    pub(crate) majority: u8,
    pub(crate) co_signature: u8,
    pub(crate) basis: String,
    pub(crate) checked: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Jurisdiction {
    pub(crate) region: String,
    pub(crate) name: String,
    pub(crate) majority: u8,
    pub(crate) co_signature: Option<u8>,
    pub(crate) basis: String,
    pub(crate) status: LawStatus,
    pub(crate) certainty: Certainty,
    pub(crate) checked: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum LawStatus {
    #[serde(rename = "in force")]
    InForce,
    #[serde(rename = "announced")]
    Announced,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Certainty {
    Sure,
    Recheck,
}
