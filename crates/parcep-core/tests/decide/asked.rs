//! Questions from JSON, answered in one line: tests read like tables.

use jiff::Timestamp;
use parcep_core::age::Statement;
use parcep_core::constitution::Caps;
use parcep_core::decide::{
    Action, CompiledPolicy, Context, ControlLimit, Custody, Decision, KnownAge, PolicyInput,
    RuleRef, Subject, Usage, Verdict, compile, decide,
};
use parcep_core::hosts::{HostLists, HostSet, build_from_text};
use parcep_core::policy::{
    Category, LabelName, LayerAuthor, Override, PolicyLayer, Profile, SectionName,
};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use serde::Deserialize;
use serde_json::Value;

/// A policy and what it depends on besides the question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Household {
    #[serde(default)]
    pub(crate) layers: Vec<PolicyLayer>,
    #[serde(default)]
    overrides: Vec<Override>,
    /// From, until, guardian.
    #[serde(default)]
    custody: Vec<(Timestamp, Timestamp, String)>,
    #[serde(default)]
    pending: Vec<SectionName>,
    extra_time_cap: Option<u32>,
    unblock_max_age: Option<u32>,
    #[serde(default)]
    limits: Vec<ControlLimit>,
    #[serde(default)]
    unenforceable: Vec<RuleRef>,
    #[serde(default)]
    usage: Value,
}

/// What is asked, besides the action.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    /// 2026-11-23T12:00:00Z, a Monday, unless given.
    at: Option<Timestamp>,
    #[serde(default)]
    categories: Vec<Category>,
    #[serde(default)]
    labels: Vec<LabelName>,
    #[serde(default)]
    explicit: bool,
    #[serde(default)]
    cannot_ask: bool,
    #[serde(default)]
    guardian_present: bool,
    #[serde(default)]
    verdicts: Vec<Said>,
    /// What a source says about the age.
    age: Option<Statement>,
    /// Canonical texts of the long lists that are there.
    #[serde(default)]
    lists: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    category: Option<Category>,
    concern: parcep_core::policy::Concern,
    confidence: parcep_core::policy::Percent,
}

impl Household {
    pub(crate) fn of(json: Value) -> Self {
        serde_json::from_value(json).unwrap()
    }

    pub(crate) fn compiled(&self) -> CompiledPolicy {
        let profile = Profile::new("Europe/London".parse().unwrap());
        let custody = self.custody.iter().map(|(from, until, guardian)| Custody {
            from: *from,
            until: *until,
            guardian: LayerAuthor::guardian(guardian).unwrap(),
        });
        let custody: Vec<_> = custody.collect();
        let caps = Caps {
            extra_time_seconds: self.extra_time_cap,
            unblock_max_age: self.unblock_max_age,
        };
        let input = PolicyInput::new(&profile, &self.layers)
            .with_overrides(&self.overrides)
            .with_custody(&custody)
            .with_pending(&self.pending)
            .with_caps(caps)
            .with_limits(&self.limits)
            .with_unenforceable(&self.unenforceable);
        compile(&input, &RatingTable::bundled(), &Zones::bundled()).unwrap()
    }

    pub(crate) fn usage(&self) -> Usage {
        if self.usage.is_null() {
            return Usage::none();
        }
        Usage::from_json(self.usage.to_string().as_bytes()).unwrap()
    }

    /// What `of` says about the decision.
    pub(crate) fn ask<T>(&self, action: &str, known: Value, of: impl Fn(&Decision<'_>) -> T) -> T {
        let (policy, usage) = (self.compiled(), self.usage());
        asking(action, known, |context| {
            of(&decide(&policy, &usage, context))
        })
    }

    /// Effect, reason and rules: `deny blocked g1:apps/chess`.
    pub(crate) fn says(&self, action: &str, known: Value) -> String {
        self.ask(action, known, line)
    }
}

/// Effect, reason and rules of a decision.
pub(crate) fn line(decision: &Decision<'_>) -> String {
    let effect = format!("{:?}", decision.effect()).to_lowercase();
    let mut rules: Vec<_> = decision
        .rules()
        .map(|binding| match binding.author {
            LayerAuthor::Guardian(id) => format!(" {id}:{}", binding.rule),
            LayerAuthor::Jurisdiction(id) => format!(" law-{id}:{}", binding.rule),
        })
        .collect();
    rules.sort();
    format!("{effect} {}{}", decision.reason().code(), rules.concat())
}

/// A context from JSON.
pub(crate) fn asking<T>(action: &str, known: Value, ask: impl FnOnce(&Context<'_>) -> T) -> T {
    let ratings = RatingTable::bundled();
    let known: Known = serde_json::from_value(known).unwrap();
    let action = Action::parse(action, &ratings).unwrap();
    let noon = "2026-11-23T12:00:00Z".parse().unwrap();
    let labels = known.labels.iter();
    let labels: Vec<_> = labels
        .map(|label| ratings.find(label.system(), label.label()).unwrap())
        .collect();
    let verdicts = known.verdicts.iter().map(|said| Verdict {
        category: said.category.as_ref(),
        concern: said.concern,
        confidence: said.confidence,
        package: "example",
        version: "1",
    });
    let verdicts: Vec<_> = verdicts.collect();
    let built = known
        .lists
        .iter()
        .map(|text| build_from_text(text).unwrap());
    let built: Vec<_> = built.collect();
    let sets: Vec<_> = built
        .iter()
        .map(|set| HostSet::open(set).unwrap())
        .collect();
    let subject = if known.guardian_present {
        Subject::GuardianPresent
    } else {
        Subject::Dependant
    };
    let mut context = Context::new(known.at.unwrap_or(noon), &action)
        .with_categories(&known.categories)
        .with_labels(&labels)
        .with_verdicts(&verdicts)
        .with_lists(HostLists::new(&sets))
        .with_subject(subject);
    context.explicit = known.explicit;
    context.age = known.age.as_ref().and_then(KnownAge::said_by);
    context.can_ask = !known.cannot_ask;
    ask(&context)
}
