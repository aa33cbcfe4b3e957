//! A scripted test of an enforcement point: what everybody does, in order.

mod app;

pub(super) use app::{Decides, LetIn, Work};

use crate::catalogue::Role;
use crate::script::{Case, Played};
use crate::stage::attack::Attack;
use crate::trial::StepRole;
use parcep_core::document::SectionKind;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The household that a test begins with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Home {
    /// What is judged: `enforcement-point` or `guardian-app`, which joins as a device of the first guardian.
    pub product: Role,
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
    /// Whether names stand in the script as they are, and are to be other ones in each attempt.
    #[serde(skip)]
    pub aliased: bool,
}

impl Default for Home {
    fn default() -> Self {
        Self {
            product: Role::EnforcementPoint,
            guardians: 1,
            dependants: 1,
            strangers: 0,
            uncertain_time: Uncertain::BudgetOnly,
            joined: true,
            at: None,
            aliased: false,
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
        /// What each of them says that holds where it cannot be enforced, if it is to say something.
        on_unenforceable: Option<String>,
        /// The profile of the dependant, as rows write it; without one, the zone of this run. Null is
        /// no profile at all.
        profile: Option<Value>,
    },
    /// A guardian writes a long list of hosts; from here on its name stands for its hash (R-POL-017).
    List {
        /// Which guardian.
        #[serde(default = "first")]
        by: usize,
        /// For which dependant.
        #[serde(default = "first")]
        of: usize,
        /// What `<…>` of this name stands for.
        name: String,
        /// Its hosts, in any order.
        hosts: Vec<String>,
        /// Whether the document is written, or only its hash known.
        #[serde(default = "yes")]
        written: bool,
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
        /// Rows of rules that are not enforced as written, each `STATUS REASON RULE`, if they matter.
        rows: Option<Vec<String>>,
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
    /// The same of a product that keeps nothing, and says so (R-CONF-022).
    Relaunch,
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
    /// The guardian who let the product in follows a relay that lost entries, writes again what is lost, and makes
    /// a further answer, which waits for the product.
    AnswerAgain,
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
    /// From here on, what the product sends to the relay is looked at.
    Mark,
    /// It has sent nothing since the mark.
    Quiet {
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// Since the mark it has sent what it sent between the mark before and this one: the same calls, of the
    /// same lengths.
    Alike {
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// The folder of the product is searched.
    Folder {
        /// Words that are not to be found.
        without: Vec<String>,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// Somebody shows the product that they are of age.
    OfAge {
        /// Which dependant.
        #[serde(default = "first")]
        of: usize,
    },
    /// Everything that the product sent and said is searched for what is the family's.
    Search {
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// The driver is sent a request as it stands here.
    Say {
        /// What is asked.
        op: String,
        /// Every other member.
        #[serde(default)]
        with: Map<String, Value>,
        /// What comes of it; one of these.
        #[serde(default = "oks", deserialize_with = "one_or_more")]
        outcome: Vec<String>,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// Everything so far is forgotten by the product: a new device.
    Reset,
    /// A person has the guardian app do something.
    Work(Box<Work>),
    /// The guardian app lets an enforcement point of the stage in.
    LetIn(Box<LetIn>),
    /// The guardian app takes an enforcement point out.
    Expel {
        /// Which, in the order in which they were let in.
        #[serde(default = "first")]
        point: usize,
        /// What comes of it; one of these.
        #[serde(default = "oks", deserialize_with = "one_or_more")]
        outcome: Vec<String>,
        /// What the step is for.
        #[serde(default = "setup", rename = "as")]
        role: StepRole,
    },
    /// An enforcement point of the stage follows the log, and decides.
    Decides(Box<Decides>),
    /// From here on entries are counted.
    Count,
    /// How many entries the log got since they were counted.
    Written {
        /// One of these.
        entries: Vec<usize>,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
    /// A guardian reads the guardian app's beat.
    Beaten {
        /// How old it may be, seconds.
        within: i64,
        /// What the step is for.
        #[serde(default = "check", rename = "as")]
        role: StepRole,
    },
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

/// What is played: a case of a template, or a group of rows.
pub type Script = Case<Home, Step>;

impl Script {
    /// Kinds of sections that its rules stand in: a product that is not given one of them cannot enforce
    /// what it asks (R-DOC-011).
    pub fn sections(&self) -> Vec<SectionKind> {
        let layers = self.steps.iter().filter_map(|step| match step {
            Step::Layer { rules, .. } => Some(rules),
            _ => None,
        });
        let named = |(member, value): (&String, &Value)| match member.as_str() {
            // Rows of kinds that nobody knows yet name the section that they stand in.
            "unknown" => {
                let rows = value.as_array().into_iter().flatten();
                let names = rows.filter_map(|row| row.get("section")?.as_str());
                names.filter_map(section_named).collect()
            }
            member => Vec::from_iter(section_of(member)),
        };
        layers.flatten().flat_map(named).collect()
    }
}

/// The kind of section of this name, as rows of unknown kinds write it.
fn section_named(name: &str) -> Option<SectionKind> {
    SectionKind::from_str_name(&format!("SECTION_KIND_{}", name.to_uppercase()))
}

/// The kind of section that a member of a layer stands in.
pub(super) fn section_of(member: &str) -> Option<SectionKind> {
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

impl Played for Step {
    fn needs(&self) -> &'static [&'static str] {
        match self {
            Self::Wait { .. } | Self::Until { .. } | Self::TurnWall { .. } | Self::LoseWall => {
                &["virtual-clock"]
            }
            Self::Reboot { .. } => &["virtual-clock", "restart"],
            Self::Kill => &["restart"],
            _ => &[],
        }
    }

    fn role(&self) -> Option<StepRole> {
        match self {
            Self::Report { role, .. }
            | Self::Join { role, .. }
            | Self::Sync { role, .. }
            | Self::Search { role }
            | Self::Quiet { role }
            | Self::Alike { role }
            | Self::Folder { role, .. }
            | Self::Say { role, .. }
            | Self::State { role, .. }
            | Self::Expel { role, .. }
            | Self::Written { role, .. }
            | Self::Beaten { role, .. } => Some(*role),
            Self::Work(work) => Some(work.role),
            Self::LetIn(step) => Some(step.role),
            Self::Decides(step) => Some(step.role),
            Self::Ask(ask) => Some(ask.role),
            _ => None,
        }
    }
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

const fn yes() -> bool {
    true
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

fn oks() -> Vec<String> {
    vec![ok()]
}

fn current() -> Vec<String> {
    vec!["current".into()]
}
