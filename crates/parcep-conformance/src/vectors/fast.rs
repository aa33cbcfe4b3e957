//! A row, asked of `parcep-core` through its public doors.

use super::answer::{Answer, Effect, Ending, Rule};
use super::evaluator::Cannot;
use jiff::Timestamp;
use parcep_core::age::{AgeAssurance, AgeInterval};
use parcep_core::constitution::Caps;
use parcep_core::decide::{
    self, Action, ActionError, CompiledPolicy, Content, Context, ControlLimit, Custody, KnownAge,
    PolicyInput, RuleRef, Subject, Usage, UsageRow, Verdict,
};
use parcep_core::hosts::{HostLists, HostSet, HostSetBuilder};
use parcep_core::policy::{
    Category, Concern, HostName, LabelName, LayerAuthor, Override, Percent, PolicyLayer, Profile,
    SectionName, ZoneName,
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
    #[serde(default)]
    lists: Vec<Vec<HostName>>,
    context: Known,
    #[serde(default)]
    others: Vec<Dependant>,
}

/// What is asked of one dependant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dependant {
    policy: Policy,
    #[serde(default)]
    overrides: Vec<Override>,
    #[serde(default)]
    usage: Vec<UsageRow>,
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
    #[serde(default)]
    caps: CapsForm,
    #[serde(default)]
    limits: Vec<ControlLimit>,
    #[serde(default)]
    unenforceable: Vec<RuleRef>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CapsForm {
    extra_time_seconds: Option<u32>,
    unblock_max_age: Option<u32>,
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
    #[serde(default)]
    subject: SubjectForm,
    #[serde(default)]
    verdicts: Vec<VerdictForm>,
    age: Option<AgeForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgeForm {
    lower: u32,
    upper: Option<u32>,
    #[serde(default)]
    assurance: AgeAssurance,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SubjectForm {
    #[default]
    Dependant,
    Unidentified,
    GuardianPresent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerdictForm {
    category: Option<Category>,
    concern: Concern,
    confidence_percent: Percent,
    package: String,
    version: String,
}

const fn yes() -> bool {
    true
}

pub(super) fn answer(tables: &Tables, asked: &Map<String, Value>) -> Result<Answer, Cannot> {
    let asked: Asked =
        serde_path_to_error::deserialize(Value::Object(asked.clone())).map_err(Cannot::because)?;
    let unidentified = asked.context.subject == SubjectForm::Unidentified;
    if !unidentified && !asked.others.is_empty() {
        return Err(Cannot(
            "`others` without an unidentified subject".to_owned(),
        ));
    }
    let own = Dependant {
        policy: asked.policy,
        overrides: asked.overrides,
        usage: asked.usage,
    };
    let all = std::iter::once(own).chain(asked.others);
    let all: Vec<_> = all
        .map(|one| compiled(tables, one))
        .collect::<Result<_, _>>()?;
    let linked: Vec<_> = all.iter().map(|(policy, usage)| (policy, usage)).collect();
    let lists: Vec<_> = asked
        .lists
        .into_iter()
        .map(packed)
        .collect::<Result<_, _>>()?;
    let lists: Vec<_> = lists
        .iter()
        .map(|bytes| HostSet::open(bytes).map_err(Cannot::because))
        .collect::<Result<_, _>>()?;
    ask(tables, &linked, HostLists::new(&lists), &asked.context)
}

fn compiled(tables: &Tables, one: Dependant) -> Result<(CompiledPolicy, Usage), Cannot> {
    let policy = one.policy;
    let profile = policy.profile;
    let profile = profile.unwrap_or_else(|| Profile::new(ZoneName::default()));
    let custody: Vec<Custody> = policy.custody.into_iter().map(Custody::from).collect();
    let input = PolicyInput::new(&profile, &policy.layers)
        .with_overrides(&one.overrides)
        .with_custody(&custody)
        .with_pending(&policy.pending)
        .with_caps(Caps {
            extra_time_seconds: policy.caps.extra_time_seconds,
            unblock_max_age: policy.caps.unblock_max_age,
        })
        .with_limits(&policy.limits)
        .with_unenforceable(&policy.unenforceable);
    let policy =
        decide::compile(&input, &tables.ratings, &tables.zones).map_err(Cannot::because)?;
    Ok((
        policy,
        Usage::from_rows(one.usage).map_err(Cannot::because)?,
    ))
}

/// A long list as an enforcement point holds it.
fn packed(hosts: Vec<HostName>) -> Result<Vec<u8>, Cannot> {
    let mut builder = HostSetBuilder::new();
    hosts.into_iter().for_each(|host| builder.add(host));
    builder.finish().map_err(Cannot::because)
}

fn ask(
    tables: &Tables,
    linked: &[(&CompiledPolicy, &Usage)],
    lists: HostLists<'_>,
    known: &Known,
) -> Result<Answer, Cannot> {
    // A label that the table lacks is as if it were not there (R-EVAL-015).
    let action = match Action::parse(&known.action, &tables.ratings) {
        Err(ActionError::System(_) | ActionError::Label { .. }) => {
            Action::Content(Content::Unrated(None))
        }
        action => action.map_err(Cannot::because)?,
    };
    // A zone of the device that the database lacks is not known (R-POL-020).
    let zone = known.device_zone.as_deref();
    let zone = zone.and_then(|zone| zone.parse::<ZoneName>().ok());
    let zone = zone.and_then(|zone| tables.zones.find(&zone).ok());
    let found = |label: &LabelName| tables.ratings.find(label.system(), label.label());
    let labels: Vec<_> = known.labels.iter().filter_map(found).collect();
    let verdicts: Vec<Verdict<'_>> = known.verdicts.iter().map(Verdict::from).collect();
    let mut context = Context::new(known.at, &action)
        .with_categories(&known.categories)
        .with_labels(&labels)
        .with_verdicts(&verdicts)
        .with_lists(lists);
    if known.subject == SubjectForm::GuardianPresent {
        context = context.with_subject(Subject::GuardianPresent);
    }
    context.publisher = known.publisher.as_deref();
    context.age = known.age.as_ref().map(age).transpose()?;
    context.explicit = known.explicit;
    context.can_ask = known.can_ask;
    context.device_zone = zone.as_deref();
    // Of one dependant the strictest decision is theirs; only an unidentified subject has several.
    let decision = match (known.subject, linked) {
        (SubjectForm::Unidentified, _) => decide::decide_unidentified(linked, &context),
        (_, [(policy, usage)]) => Some(decide::decide(policy, usage, &context)),
        _ => None,
    };
    let decision = decision.ok_or_else(|| Cannot("nobody is asked".to_owned()))?;
    told(decision.answer(), decision.ending())
}

fn age(form: &AgeForm) -> Result<KnownAge, Cannot> {
    let interval = AgeInterval::new(form.lower, form.upper).map_err(Cannot::because)?;
    Ok(KnownAge::new(interval).with_assurance(form.assurance))
}

fn told(answer: decide::Answer, ending: Option<decide::Ending>) -> Result<Answer, Cannot> {
    let word = |value: serde_json::Result<Value>| match value {
        Ok(Value::String(word)) => Ok(word),
        Ok(other) => Err(Cannot(format!("`{other}` is no word"))),
        Err(error) => Err(Cannot::because(error)),
    };
    let ending = ending.map(|ending| {
        Ok(Ending {
            action: word(serde_json::to_value(ending.action))?,
            grace_seconds: ending.grace_seconds,
            warning_seconds: ending.warning_seconds,
        })
    });
    Ok(Answer {
        effect: match answer.effect {
            decide::Effect::Allow => Effect::Allow,
            decide::Effect::Ask => Effect::Ask,
            decide::Effect::Deny => Effect::Deny,
        },
        reason: word(serde_json::to_value(answer.reason))?,
        rules: answer.rules.into_iter().map(rule).collect(),
        remaining_seconds: answer.remaining_seconds,
        next_change: answer.next_change,
        ending: ending.transpose()?,
    })
}

fn rule(named: RuleRef) -> Rule {
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

impl<'a> From<&'a VerdictForm> for Verdict<'a> {
    fn from(form: &'a VerdictForm) -> Self {
        Self {
            category: form.category.as_ref(),
            concern: form.concern,
            confidence: form.confidence_percent,
            package: &form.package,
            version: &form.version,
        }
    }
}
