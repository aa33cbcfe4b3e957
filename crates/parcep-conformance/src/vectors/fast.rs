//! A row, asked of `parcep-core` through its public doors.

use super::answer::{Answer, Effect, Rule};
use super::evaluator::Cannot;
use jiff::Timestamp;
use parcep_core::decide::{self, Action, Context, Custody, PolicyInput, Usage, UsageRow};
use parcep_core::policy::{
    Category, LabelName, LayerAuthor, Override, PolicyLayer, Profile, SectionName, ZoneName,
};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Tables that are read once.
#[derive(Debug)]
pub struct Tables {
    ratings: Arc<RatingTable>,
    zones: Zones,
}

impl Tables {
    pub(super) fn bundled() -> Self {
        Self {
            ratings: RatingTable::bundled(),
            zones: Zones::bundled(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    policy: Policy,
    #[serde(default)]
    overrides: Vec<Override>,
    #[serde(default)]
    usage: Vec<UsageRow>,
    context: Known,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    profile: Option<Profile>,
    layers: Vec<PolicyLayer>,
    #[serde(default)]
    custody: Vec<Stretch>,
    #[serde(default)]
    pending: Vec<SectionName>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stretch {
    from: Timestamp,
    until: Timestamp,
    guardian: LayerAuthor,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    at: Timestamp,
    action: String,
    #[serde(default)]
    categories: Vec<Category>,
    #[serde(default)]
    labels: Vec<LabelName>,
    publisher: Option<String>,
    #[serde(default)]
    explicit: bool,
    #[serde(default = "yes")]
    can_ask: bool,
    device_zone: Option<String>,
}

const fn yes() -> bool {
    true
}

pub(super) fn answer(tables: &Tables, asked: &Map<String, Value>) -> Result<Answer, Cannot> {
    let asked: Asked =
        serde_path_to_error::deserialize(Value::Object(asked.clone())).map_err(Cannot::because)?;
    let Policy {
        profile,
        layers,
        custody,
        pending,
    } = asked.policy;
    let profile = profile.unwrap_or_else(|| Profile::new(ZoneName::default()));
    let custody: Vec<Custody> = custody.into_iter().map(Custody::from).collect();
    let mut input = PolicyInput::new(&profile, &layers).with_overrides(&asked.overrides);
    (input.custody, input.pending) = (&custody, &pending);
    let policy =
        decide::compile(&input, &tables.ratings, &tables.zones).map_err(Cannot::because)?;
    let usage = Usage::from_rows(asked.usage).map_err(Cannot::because)?;
    ask(tables, &policy, &usage, &asked.context)
}

fn ask(
    tables: &Tables,
    policy: &decide::CompiledPolicy,
    usage: &Usage,
    known: &Known,
) -> Result<Answer, Cannot> {
    let action = Action::parse(&known.action, &tables.ratings).map_err(Cannot::because)?;
    // A zone of the device that the database lacks is not known (R-POL-020).
    let zone = known.device_zone.as_deref();
    let zone = zone.and_then(|zone| zone.parse::<ZoneName>().ok());
    let zone = zone.and_then(|zone| tables.zones.find(&zone).ok());
    // A label that the table lacks is as if it were not there (R-EVAL-015).
    let found = |label: &LabelName| tables.ratings.find(label.system(), label.label());
    let labels: Vec<_> = known.labels.iter().filter_map(found).collect();
    let mut context = Context::new(known.at, &action).with_categories(&known.categories);
    context.labels = &labels;
    context.publisher = known.publisher.as_deref();
    context.explicit = known.explicit;
    context.can_ask = known.can_ask;
    context.device_zone = zone.as_deref();
    told(decide::decide(policy, usage, &context).answer())
}

fn told(answer: decide::Answer) -> Result<Answer, Cannot> {
    let reason = serde_json::to_value(answer.reason).map_err(Cannot::because)?;
    Ok(Answer {
        effect: match answer.effect {
            decide::Effect::Allow => Effect::Allow,
            decide::Effect::Ask => Effect::Ask,
            decide::Effect::Deny => Effect::Deny,
        },
        reason: reason.as_str().unwrap_or_default().to_owned(),
        rules: answer.rules.into_iter().map(rule).collect(),
        remaining_seconds: answer.remaining_seconds,
        next_change: answer.next_change,
        ending: None,
    })
}

fn rule(named: decide::RuleRef) -> Rule {
    match named.author {
        LayerAuthor::Guardian(id) => Rule::Guardian(id.to_string(), named.rule),
        LayerAuthor::Jurisdiction(code) => Rule::Jurisdiction(code.to_string(), named.rule),
    }
}

impl From<Stretch> for Custody {
    fn from(stretch: Stretch) -> Self {
        Self {
            from: stretch.from,
            until: stretch.until,
            guardian: stretch.guardian,
        }
    }
}
