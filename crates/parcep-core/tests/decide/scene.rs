//! Random scenes from a seed: small domains, so that rules meet the actions they are about.

pub(crate) mod around;
mod layers;

use jiff::Timestamp;
use parcep_core::constitution::Caps;
use parcep_core::decide::{
    Action, Answer, CompiledPolicy, Context, ControlLimit, Custody, Decision, Effect, KnownAge,
    PolicyInput, Reason, RuleRef, Subject, Usage, UsageRow, Verdict, compile, decide,
};
use parcep_core::policy::*;
use parcep_core::ratings::{LabelRef, RatingTable};
use parcep_core::zones::Zones;

pub(crate) use layers::{layer, window_target};

/// Everything a decision depends on.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) profile: Profile,
    pub(crate) layers: Vec<PolicyLayer>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) custody: Vec<Custody>,
    pub(crate) pending: Vec<SectionName>,
    pub(crate) caps: Caps,
    pub(crate) limits: Vec<ControlLimit>,
    pub(crate) unenforceable: Vec<RuleRef>,
    pub(crate) at: Timestamp,
    pub(crate) subject: Subject,
    pub(crate) action: String,
    pub(crate) categories: Vec<Category>,
    pub(crate) labels: Vec<LabelRef>,
    pub(crate) verdicts: Vec<Seen>,
    pub(crate) age: Option<KnownAge>,
    pub(crate) explicit: bool,
    pub(crate) can_ask: bool,
    pub(crate) usage: Vec<UsageRow>,
}

/// What a classifier says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) category: Option<Category>,
    pub(crate) concern: Concern,
    pub(crate) confidence: Percent,
}

impl Scene {
    /// The answer of the code under test.
    pub(crate) fn answer(&self) -> Answer {
        self.ask(&self.compiled(), |decision| decision.answer())
    }

    /// The answer without its next change, which takes longest to find.
    pub(crate) fn answer_for_now(&self) -> Answer {
        self.ask(&self.compiled(), |decision| Answer {
            effect: decision.effect(),
            reason: decision.reason(),
            rules: decision.rules().map(RuleRef::from).collect(),
            remaining_seconds: decision.remaining_seconds(),
            next_change: None,
        })
    }

    /// Effect and reason alone, from a policy compiled before.
    pub(crate) fn effect(&self, policy: &CompiledPolicy) -> (Effect, Reason) {
        self.ask(policy, |decision| (decision.effect(), decision.reason()))
    }

    pub(crate) fn compiled(&self) -> CompiledPolicy {
        thread_local! {
            static ZONES: Zones = Zones::bundled();
        }
        let ratings = RatingTable::bundled();
        let input = PolicyInput::new(&self.profile, &self.layers)
            .with_overrides(&self.overrides)
            .with_custody(&self.custody)
            .with_pending(&self.pending)
            .with_caps(self.caps)
            .with_limits(&self.limits)
            .with_unenforceable(&self.unenforceable);
        ZONES
            .with(|zones| compile(&input, &ratings, zones))
            .unwrap()
    }

    fn ask<T>(&self, policy: &CompiledPolicy, of: impl Fn(&Decision<'_>) -> T) -> T {
        self.with_context(|context, usage| of(&decide(policy, usage, context)))
    }

    pub(crate) fn with_context<T>(&self, ask: impl FnOnce(&Context<'_>, &Usage) -> T) -> T {
        let action = Action::parse(&self.action, &RatingTable::bundled()).unwrap();
        let usage = Usage::from_rows(self.usage.iter().cloned()).unwrap();
        let verdicts = self.verdicts.iter().map(|seen| Verdict {
            category: seen.category.as_ref(),
            concern: seen.concern,
            confidence: seen.confidence,
            package: "example",
            version: "1",
        });
        let verdicts: Vec<Verdict<'_>> = verdicts.collect();
        let mut context = Context::new(self.at, &action)
            .with_categories(&self.categories)
            .with_labels(&self.labels)
            .with_verdicts(&verdicts)
            .with_subject(self.subject);
        (context.explicit, context.can_ask) = (self.explicit, self.can_ask);
        context.age = self.age;
        ask(&context, &usage)
    }

    /// Guardians' rules alone: nothing pending, limited or impossible to keep, no session.
    pub(crate) fn plain(mut self) -> Self {
        self.layers
            .retain(|layer| matches!(layer.author, LayerAuthor::Guardian(_)));
        self.pending.clear();
        self.limits.clear();
        self.unenforceable.clear();
        self.subject = Subject::Dependant;
        self
    }

    /// By author and name, every rule that stands in a layer of the scene.
    pub(crate) fn rules(&self) -> Vec<RuleRef> {
        self.layers.iter().flat_map(rules_of).collect()
    }
}

/// By author and name, every rule of a layer.
pub(crate) fn rules_of(layer: &PolicyLayer) -> Vec<RuleRef> {
    let named = |row: &RuleRow<'_>| RuleRef {
        author: layer.author.clone(),
        rule: row.id.as_str().to_owned(),
    };
    layer.rules().iter().map(named).collect()
}

/// SplitMix64: a different scene for every seed, the same scene for the same seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    pub(crate) fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len() as u64) as usize]
    }
}

pub(crate) const ACTIONS: &[&str] = &[
    "device",
    "app:pcps/Chess",
    "app:pcps/Chess",
    "app:pcps/Talk",
    "host:a.example",
    "host:b.a.example",
    "host:other.test",
    "host:::1",
    "content:pegi/7",
    "content:pegi/16",
    "content:bbfc/PG",
    "content:unrated/film",
    "contact:+447700900000",
    "contact:nobody@example.com",
    "caller:nobody@example.com",
    "add_contact:+447700900000",
    "add_contact:nobody@example.com",
    "purchase:GBP/300",
    "purchase:EUR/100",
    "purchase:GBP/100/in_app",
    "purchase:GBP/0/download",
    "install:pcps/Chess",
    "feature:ai",
    "feature:ai.voice",
    "feature:camera",
    "service:urn:service:sos",
    "service:urn:service:counseling.children",
    "service:urn:service:food",
];

pub(crate) fn scene(seed: u64) -> Scene {
    let mut dice = Dice(seed);
    let at = around::instant(&mut dice);
    let guardians = 1 + dice.roll(3);
    let mut layers: Vec<PolicyLayer> = (0..guardians)
        .map(|number| layer(&mut dice, guardian(number)))
        .collect();
    if dice.one_in(5) {
        layers.push(layer(&mut dice, jurisdiction()));
    }
    let overrides = (0..dice.roll(4))
        .map(|number| around::act(&mut dice, number, at))
        .collect();
    let custody = if dice.one_in(2) {
        around::custody(&mut dice, at)
    } else {
        Vec::new()
    };
    let action = (*dice.pick(ACTIONS)).to_owned();
    let categories = ["games", "social_media"].iter().filter(|_| dice.one_in(2));
    let categories = categories.map(|name| name.parse().unwrap()).collect();
    let mut scene = Scene {
        profile: around::profile(&mut dice),
        layers,
        overrides,
        custody,
        pending: around::pending(&mut dice),
        caps: around::caps(&mut dice),
        limits: around::limits(&mut dice),
        unenforceable: Vec::new(),
        at,
        subject: Subject::Dependant,
        action,
        categories,
        labels: around::labels(&mut dice),
        verdicts: around::verdicts(&mut dice),
        age: around::age(&mut dice),
        explicit: dice.one_in(8),
        can_ask: !dice.one_in(4),
        usage: around::usage(&mut dice),
    };
    if dice.one_in(40) {
        scene.subject = Subject::GuardianPresent;
    }
    let rules = scene.rules();
    if dice.one_in(4) && !rules.is_empty() {
        let count = 1 + dice.roll(3);
        scene.unenforceable = (0..count).map(|_| dice.pick(&rules).clone()).collect();
    }
    scene
}

pub(crate) fn guardian(number: u64) -> LayerAuthor {
    LayerAuthor::guardian(&format!("g{number}")).unwrap()
}

pub(crate) fn jurisdiction() -> LayerAuthor {
    LayerAuthor::Jurisdiction("de".parse().unwrap())
}
