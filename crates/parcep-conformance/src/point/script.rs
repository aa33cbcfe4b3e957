//! A scripted test of an enforcement point, as `catalogue/*.toml` has it: what everybody does, in order.
//!
//! A file has tests; a test has steps. Where a test has axes, each combination of their values is a case
//! of its own, and `{axis}` in the steps stands for the value.

use crate::catalogue::Kind;
use crate::stage::attack::Attack;
use crate::trial::StepRole;
use parcep_core::document::SectionKind;
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One file of the catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// What the file is about.
    pub about: String,
    /// Its tests.
    #[serde(rename = "test")]
    pub tests: Vec<Template>,
}

/// A test before its axes are put in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Template {
    /// Immutable id, such as `T-POINT-010-rollback`.
    pub id: String,
    /// What the implementation has to do, in one line.
    pub title: String,
    /// Requirements it decides, each `R-AREA-NNN` and the hash of its sentence.
    pub cites: Vec<String>,
    /// What kind of behaviour it provokes.
    pub kind: Kind,
    /// How good what it sees is as evidence.
    pub grade: Grade,
    /// Whether the quick profile has it.
    #[serde(default)]
    pub quick: bool,
    /// Features that the product has to declare; where one lacks, the test does not apply.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Seeded faults that it has to find.
    #[serde(default)]
    pub kills: Vec<String>,
    /// Values that are put into the steps.
    #[serde(default)]
    pub axes: BTreeMap<String, Vec<Value>>,
    /// The household that it begins with.
    #[serde(default)]
    pub home: Home,
    /// What happens.
    pub steps: Vec<Value>,
}

/// How good what a test sees is as evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// What crossed the wire.
    Wire,
    /// What the product decided.
    Behaviour,
    /// What the product says of itself.
    SelfReport,
}

impl Grade {
    /// The name, as reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Behaviour => "behaviour",
            Self::SelfReport => "self-report",
        }
    }
}

/// The household that a test begins with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Home {
    /// Guardians with one device each.
    pub guardians: usize,
    /// Dependants, all of them served by the product.
    pub dependants: usize,
    /// Further dependants whom the product does not serve.
    pub strangers: usize,
    /// What the guardian chose for a device that does not know the time (R-TIME-008).
    pub uncertain_time: Uncertain,
    /// Whether the product has joined when the steps begin.
    pub joined: bool,
    /// When it is founded; without, at some minute of a week.
    pub at: Option<i64>,
}

impl Default for Home {
    fn default() -> Self {
        Self {
            guardians: 1,
            dependants: 1,
            strangers: 0,
            uncertain_time: Uncertain::BudgetOnly,
            joined: true,
            at: None,
        }
    }
}

/// The choices of R-TIME-008.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Uncertain {
    /// Windows are not evaluated.
    BudgetOnly,
    /// Layers with windows are closed.
    Strict,
}

/// One step. Guardians and dependants are counted from 1.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    tag = "do",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Step {
    /// A guardian writes a layer of rules, in the place of the own one that stands.
    Layer {
        /// Which guardian.
        #[serde(default = "first")]
        by: usize,
        /// For which dependant.
        #[serde(default = "first")]
        of: usize,
        /// Rules, as rows of decisions write them, without the author.
        #[serde(default)]
        rules: Map<String, Value>,
        /// The profile of the dependant, as rows write it; without one, the zone of this run. Null is
        /// no profile at all.
        profile: Option<Value>,
    },
    /// A guardian writes an act, such as a lock.
    Act {
        /// Which guardian.
        #[serde(default = "first")]
        by: usize,
        /// For which dependant.
        #[serde(default = "first")]
        of: usize,
        /// The kind, as rows of decisions write it.
        kind: Value,
        /// Seconds from now until it begins.
        #[serde(default)]
        after: i64,
        /// Seconds that it lasts; without, until it is taken back.
        lasts: Option<i64>,
    },
    /// A guardian writes an act of a row of decisions.
    #[serde(skip)]
    RowAct(Box<RowAct>),
    /// A guardian's device beats.
    Beat {
        /// Which guardian.
        #[serde(default = "first")]
        by: usize,
    },
    /// A guardian begins a new epoch.
    Renew {
        /// Which guardian.
        #[serde(default = "first")]
        by: usize,
    },
    /// A guardian admits a further device of their own.
    Admit {
        /// Which guardian.
        #[serde(default = "first")]
        by: usize,
    },
    /// A guardian takes the product out of the household.
    Remove {
        /// Which guardian.
        #[serde(default = "first")]
        by: usize,
    },
    /// A guardian reads what the product reports (wire).
    Report {
        /// Whether the report names the head of the log.
        applied: bool,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// The store of the relay is copied.
    BackUp,
    /// The copy is put back, and nobody says so.
    RollBack,
    /// The copy is put back, and the relay says so.
    Restore,
    /// The clock of the relay is wrong by so many seconds.
    RelayClock {
        /// Seconds; more than 0 is ahead.
        by: i64,
    },
    /// An attacker begins.
    Attack {
        /// What it does.
        what: Attack,
    },
    /// Two logs are shown: the copy goes on with another entry than the one that was followed.
    Fork,
    /// The attacker stops.
    Cease,
    /// Time passes.
    Wait {
        /// Seconds.
        seconds: i64,
        /// Whether guardians beat meanwhile, once a day and at the end, and the product syncs then.
        #[serde(default)]
        beats: bool,
    },
    /// Time passes until the clock on the wall shows this in the dependant's zone.
    Until {
        /// `HH:MM`
        local: String,
        /// Day of the week in lower case; without, the next time that it is so late.
        day: Option<String>,
    },
    /// Somebody turns the product's wall clock, by so many seconds.
    TurnWall {
        /// Seconds; more than 0 is ahead.
        by: i64,
    },
    /// The product has no wall clock from now on.
    LoseWall,
    /// The product is switched off, and on again so many seconds later.
    Reboot {
        /// Seconds.
        #[serde(default)]
        off: i64,
    },
    /// The program is killed and started anew on the same folder; the device runs on.
    Kill,
    /// The guardian's answer is handed to the product.
    Join {
        /// What comes of it.
        #[serde(default = "ok")]
        outcome: String,
        /// Why it is refused.
        #[serde(default)]
        reason: Vec<String>,
        /// One bit of the answer is another.
        flip: Option<usize>,
        /// What the step is for.
        #[serde(default = "setup", rename = "as")]
        role: StepRole,
    },
    /// The product follows the log.
    Sync {
        /// What comes of it; one of these.
        #[serde(default = "current")]
        outcome: Vec<String>,
        /// Why it is refused; one of these.
        #[serde(default)]
        reason: Vec<String>,
        /// What the step is for.
        #[serde(default = "setup", rename = "as")]
        role: StepRole,
    },
    /// Somebody on the product wants something.
    Ask(Box<Ask>),
    /// Where the product stands.
    State {
        /// About which dependant.
        #[serde(default = "first")]
        of: usize,
        /// One of these, if it matters.
        #[serde(default)]
        freshness: Vec<String>,
        /// Exactly these kinds of sections, if it matters.
        pending: Option<Vec<String>>,
        /// Whether anything is pending at all, if it matters.
        is_pending: Option<bool>,
        /// Whether it is joining, if it matters.
        joining: Option<bool>,
        /// How many guardians have not confirmed, if it matters.
        unconfirmed: Option<usize>,
        /// Whether it stands at the head of the log, if it matters.
        at_head: Option<bool>,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// Everything so far is forgotten by the product: a new device.
    Reset,
}

/// An act as a row of decisions has it.
#[derive(Debug, Clone)]
pub struct RowAct {
    /// Which guardian.
    pub by: usize,
    /// The act; its author is another one here.
    pub act: Value,
}

/// How much time is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Remaining {
    /// It does not matter.
    #[default]
    Any,
    /// There is no end.
    Never,
    /// So many seconds.
    Seconds(i64),
}

impl<'de> Deserialize<'de> for Remaining {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        i64::deserialize(from).map(Self::Seconds)
    }
}

/// A question and its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ask {
    /// Which dependant.
    #[serde(default = "first")]
    pub of: usize,
    /// What is wanted, as rows of decisions write it.
    pub action: String,
    /// Everything else that the driver is asked with.
    #[serde(default, rename = "with")]
    pub members: Map<String, Value>,
    /// The effect; one of these.
    #[serde(deserialize_with = "one_or_more")]
    pub effect: Vec<String>,
    /// The reason, if it matters; one of these.
    #[serde(default, deserialize_with = "one_or_more")]
    pub reason: Vec<String>,
    /// The rules, if they matter, without their authors.
    pub rules: Option<Vec<String>>,
    /// The rules, if they matter, each the number of its guardian, `/`, and its id.
    #[serde(skip)]
    pub by: Option<Vec<String>>,
    /// Remaining seconds, if they matter.
    #[serde(default)]
    pub remaining: Remaining,
    /// Instant of the next change, if it matters; `none` for none.
    pub next_change: Option<String>,
    /// What the step is for.
    #[serde(default = "check", rename = "as")]
    pub role: StepRole,
}

/// What is played: a template with one value of each axis, or a group of rows.
#[derive(Debug)]
pub struct Script {
    /// The id of the template, and behind it the values of the axes.
    pub id: String,
    /// What the implementation has to do, in one line.
    pub title: String,
    /// Requirements it decides.
    pub requirements: Vec<String>,
    /// What kind of behaviour it provokes.
    pub kind: Kind,
    /// How good what it sees is as evidence.
    pub grade: Grade,
    /// Whether the quick profile has it.
    pub quick: bool,
    /// Features that the product has to declare.
    pub needs: Vec<String>,
    /// Seeded faults that it has to find.
    pub kills: Vec<String>,
    /// The household that it begins with.
    pub home: Home,
    /// What happens.
    pub steps: Vec<Step>,
}

impl Script {
    /// Kinds of sections that its rules stand in: a product that is not given one of them cannot enforce
    /// what it asks (R-DOC-011).
    pub fn sections(&self) -> Vec<SectionKind> {
        let layers = self.steps.iter().filter_map(|step| match step {
            Step::Layer { rules, .. } => Some(rules),
            _ => None,
        });
        let members = layers.flat_map(Map::keys);
        members.filter_map(|member| section(member)).collect()
    }
}

/// The kind of section that a member of a layer stands in.
fn section(member: &str) -> Option<SectionKind> {
    Some(match member {
        "schedule" => SectionKind::Schedule,
        "budgets" => SectionKind::Budget,
        "apps" => SectionKind::App,
        "web" => SectionKind::Web,
        "ratings" => SectionKind::Rating,
        "communication" => SectionKind::Communication,
        "spending" => SectionKind::Spending,
        "features" => SectionKind::Feature,
        "age" => SectionKind::Age,
        _ => return None,
    })
}

impl Template {
    /// Requirements it decides.
    pub fn requirements(&self) -> impl Iterator<Item = &str> {
        self.cites
            .iter()
            .filter_map(|cite| cite.split_whitespace().next())
    }

    /// Every case of it.
    ///
    /// # Errors
    /// If a step is no step, or a placeholder no axis.
    pub fn scripts(&self) -> Result<Vec<Script>, serde_json::Error> {
        let mut combinations = vec![Vec::new()];
        for (axis, values) in &self.axes {
            let with = |value: &Value| {
                let more = combinations.iter().cloned();
                let more = more.map(|mut so_far: Vec<(String, Value)>| {
                    so_far.push((axis.clone(), value.clone()));
                    so_far
                });
                more.collect::<Vec<_>>()
            };
            combinations = values.iter().flat_map(with).collect();
        }
        combinations
            .iter()
            .map(|chosen| self.script(chosen))
            .collect()
    }

    fn script(&self, chosen: &[(String, Value)]) -> Result<Script, serde_json::Error> {
        let mut id = self.id.clone();
        for (_, value) in chosen {
            id.push('/');
            id.push_str(&word(value));
        }
        let steps = self.steps.iter().map(|step| {
            let step = put(step, chosen);
            if let Some(left) = left_over(&step) {
                return Err(serde_json::Error::custom(format!("no axis `{left}`")));
            }
            serde_json::from_value(step)
        });
        Ok(Script {
            id,
            title: self.title.clone(),
            requirements: self.requirements().map(str::to_owned).collect(),
            kind: self.kind,
            grade: self.grade,
            quick: self.quick,
            needs: self.needs.clone(),
            kills: self.kills.clone(),
            home: self.home.clone(),
            steps: steps.collect::<Result<_, _>>()?,
        })
    }
}

/// A step with the values of the axes. A text that is nothing but a placeholder becomes the value itself.
fn put(step: &Value, chosen: &[(String, Value)]) -> Value {
    match step {
        Value::String(text) => {
            let whole = chosen
                .iter()
                .find(|(axis, _)| *text == format!("{{{axis}}}"));
            if let Some((_, value)) = whole {
                return value.clone();
            }
            let put = |text: String, (axis, value): &(String, Value)| {
                text.replace(&format!("{{{axis}}}"), &word(value))
            };
            Value::String(chosen.iter().fold(text.clone(), put))
        }
        Value::Array(items) => items.iter().map(|item| put(item, chosen)).collect(),
        Value::Object(members) => {
            let put = |(name, value): (&String, &Value)| (name.clone(), put(value, chosen));
            Value::Object(members.iter().map(put).collect())
        }
        other => other.clone(),
    }
}

fn left_over(step: &Value) -> Option<String> {
    match step {
        Value::String(text) => {
            let (_, rest) = text.split_once('{')?;
            Some(rest.split('}').next().unwrap_or(rest).to_owned())
        }
        Value::Array(items) => items.iter().find_map(left_over),
        Value::Object(members) => members.values().find_map(left_over),
        _ => None,
    }
}

fn word(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn one_or_more<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(String),
        More(Vec<String>),
    }
    Ok(match OneOrMore::deserialize(from)? {
        OneOrMore::One(text) => vec![text],
        OneOrMore::More(texts) => texts,
    })
}

const fn first() -> usize {
    1
}

const fn setup() -> StepRole {
    StepRole::Setup
}

const fn check() -> StepRole {
    StepRole::Check
}

fn ok() -> String {
    "ok".into()
}

fn current() -> Vec<String> {
    vec!["current".into()]
}
