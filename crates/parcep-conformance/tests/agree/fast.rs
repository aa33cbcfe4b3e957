//! The same scene, asked of `parcep-core` through its public doors.

use crate::scenes::Ask;
use parcep_conformance::naive::{
    Action, Answer, Author, Ending, Kind, Known, Layer, Limit, Money, Period, Policy, Purchase,
    PurchaseKind, Scope, Spent, Subject, Target, Usage, Windows,
};
use parcep_core::age::{AgeAssurance, AgeInterval};
use parcep_core::constitution::Caps;
use parcep_core::decide as core;
use parcep_core::document::SectionKind;
use parcep_core::hosts::{HostLists, HostSet, build_from_text, canonical_text};
use parcep_core::policy::{
    AppId, BudgetScope, Category, Concern, HostName, LayerAuthor, Medium, Money as Amount,
    Override, PolicyLayer, Profile, SectionError, SectionName, ZoneName,
};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What both are compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) effect: &'static str,
    pub(crate) reason: String,
    pub(crate) rules: BTreeSet<(Author, String)>,
    pub(crate) remaining_seconds: Option<u64>,
    pub(crate) next_change: Option<i64>,
    pub(crate) ending: Option<Ending>,
}

impl From<&Answer> for Told {
    fn from(answer: &Answer) -> Self {
        let rules = answer.rules.iter();
        Self {
            effect: answer.effect.code(),
            reason: answer.reason.code().to_owned(),
            rules: rules
                .map(|rule| (rule.author.clone(), rule.name.clone()))
                .collect(),
            remaining_seconds: answer.remaining_seconds,
            next_change: answer.next_change,
            ending: answer.ending.clone(),
        }
    }
}

/// Tables that are read once.
pub(crate) struct Tables {
    ratings: Arc<RatingTable>,
    zones: Zones,
}

impl Tables {
    pub(crate) fn bundled() -> Self {
        Self {
            ratings: RatingTable::bundled(),
            zones: Zones::bundled(),
        }
    }
}

/// A policy, compiled once, with the long lists beside it.
pub(crate) struct Compiled {
    policy: core::CompiledPolicy,
    lists: Vec<Vec<u8>>,
}

impl Compiled {
    /// What cannot be said to core at all is an error.
    pub(crate) fn of(tables: &Tables, policy: &Policy) -> Result<Self, String> {
        let profile = match &policy.profile {
            None => Profile::new(ZoneName::default()),
            Some(profile) => {
                Profile::from_bytes(&profile.encode_to_vec()).map_err(|e| e.to_string())?
            }
        };
        let layers: Vec<_> = policy.layers.iter().map(layer).collect::<Result<_, _>>()?;
        let mut acts = Vec::new();
        for act in &policy.acts {
            match Override::from_bytes(&act.body.encode_to_vec(), author(&act.author), act.place) {
                Ok(act) => acts.push(act),
                Err(SectionError::UnknownOverride) => {}
                Err(other) => return Err(format!("{act:?}: {other}")),
            }
        }
        let custody = policy.custody.iter().map(|c| core::Custody {
            from: instant(c.from),
            until: instant(c.until),
            guardian: LayerAuthor::guardian(&c.guardian).unwrap(),
        });
        let custody: Vec<_> = custody.collect();
        let pending: Vec<_> = policy.pending.iter().map(|kind| section(*kind)).collect();
        let limits: Vec<_> = policy.limits.iter().map(limit).collect();
        let unenforceable = policy.unenforceable.iter().map(|rule| core::RuleRef {
            author: author(&rule.author),
            rule: rule.name.clone(),
        });
        let unenforceable: Vec<_> = unenforceable.collect();
        let input = core::PolicyInput::new(&profile, &layers)
            .with_overrides(&acts)
            .with_custody(&custody)
            .with_pending(&pending)
            .with_caps(Caps {
                extra_time_seconds: policy.extra_time_cap,
                unblock_max_age: policy.unblock_max_age,
            })
            .with_limits(&limits)
            .with_unenforceable(&unenforceable);
        let lists = policy.lists.iter().map(|hosts| {
            let hosts = hosts.iter().map(|host| host.parse().unwrap());
            build_from_text(&canonical_text(hosts)).unwrap()
        });
        Ok(Self {
            policy: core::compile(&input, &tables.ratings, &tables.zones)
                .map_err(|e| e.to_string())?,
            lists: lists.collect(),
        })
    }
}

/// How much of an answer is wanted.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Wanted {
    Everything,
    /// Effect and reason, without what comes later.
    Effect,
}

/// Core's answer.
pub(crate) fn ask(
    tables: &Tables,
    compiled: &[Compiled],
    ask: &Ask,
    wanted: Wanted,
) -> Result<Told, String> {
    let question = &ask.question;
    let mut labels: Vec<_> = question
        .labels
        .iter()
        .filter_map(|text| text.split_once('/'))
        .filter_map(|(system, label)| tables.ratings.find(system, label))
        .collect();
    // The first label in the action, or, of an even number, all of them beside it.
    let content = if labels.len() % 2 == 0 {
        core::Content::Unrated(question.medium.map(medium))
    } else {
        core::Content::Rated(labels[0])
    };
    if question.action == Action::Content && matches!(content, core::Content::Rated(_)) {
        labels.remove(0);
    }
    let action = action(&question.action, content)?;
    let categories: Vec<Category> = question.categories.iter().map(category).collect();
    let said: Vec<Option<Category>> = question
        .verdicts
        .iter()
        .map(|verdict| verdict.category.as_ref().map(category))
        .collect();
    let verdicts: Vec<_> = question
        .verdicts
        .iter()
        .zip(&said)
        .map(|(verdict, category)| core::Verdict {
            category: category.as_ref(),
            concern: concern(verdict.concern),
            confidence: verdict.confidence_percent.try_into().unwrap(),
            package: &verdict.package,
            version: &verdict.version,
        })
        .collect();
    let zone = question.device_zone.as_ref().map(|zone| {
        let zone: ZoneName = zone.parse().unwrap();
        tables.zones.find(&zone).unwrap()
    });
    let sets: Vec<HostSet<'_>> = compiled[0]
        .lists
        .iter()
        .map(|bytes| HostSet::open(bytes).unwrap())
        .collect();
    let mut context = core::Context::new(instant(question.at), &action)
        .with_categories(&categories)
        .with_labels(&labels)
        .with_verdicts(&verdicts)
        .with_lists(HostLists::new(&sets))
        .with_subject(match question.subject {
            Subject::Dependant => core::Subject::Dependant,
            Subject::GuardianPresent => core::Subject::GuardianPresent,
        });
    context.known = match question.known {
        Known::Exactly => core::Known::Exactly,
        Known::Since(lower) => core::Known::Since(instant(lower)),
        Known::Never => core::Known::Never,
    };
    context.windows = match question.windows {
        Windows::Evaluated => core::Windows::Evaluated,
        Windows::NotEvaluated => core::Windows::NotEvaluated,
        Windows::Closed => core::Windows::Closed,
    };
    context.publisher = question.publisher.as_deref();
    context.age = question.age.map(|age| {
        let interval = AgeInterval::new(age.lower, age.upper).unwrap();
        let assurance = age.assurance.map_or(0, |assurance| assurance as i32);
        core::KnownAge::new(interval).with_assurance(AgeAssurance::known(assurance).unwrap())
    });
    context.explicit = question.explicit;
    context.can_ask = question.can_ask;
    context.device_zone = zone.as_deref();
    let usages: Vec<_> = ask.usages.iter().map(usage).collect::<Result<_, _>>()?;
    let linked: Vec<_> = compiled
        .iter()
        .map(|one| &one.policy)
        .zip(&usages)
        .collect();
    let decision = if ask.unidentified {
        core::decide_unidentified(&linked, &context).unwrap()
    } else {
        core::decide(linked[0].0, linked[0].1, &context)
    };
    Ok(told(&decision, wanted))
}

fn told(decision: &core::Decision<'_>, wanted: Wanted) -> Told {
    let all = wanted == Wanted::Everything;
    let names = |rule: core::BindingRule<'_>| (author_of(rule.author), rule.rule.to_owned());
    let rules: BTreeSet<_> = if all {
        decision.rules().map(names).collect()
    } else {
        BTreeSet::new()
    };
    Told {
        effect: match decision.effect() {
            core::Effect::Allow => "allow",
            core::Effect::Ask => "ask",
            core::Effect::Deny => "deny",
        },
        reason: code(decision.reason()),
        rules,
        remaining_seconds: decision.remaining_seconds().filter(|_| all),
        next_change: if all {
            decision.next_change().map(jiff::Timestamp::as_second)
        } else {
            None
        },
        ending: decision.ending().filter(|_| all).map(|ending| Ending {
            action: end_action(&ending),
            grace_seconds: ending.grace_seconds,
            warning_seconds: ending.warning_seconds.into_iter().collect(),
        }),
    }
}

fn end_action(ending: &core::Ending) -> pb::EndAction {
    let json = serde_json::to_value(ending.action).unwrap();
    match json.as_str().unwrap() {
        "notify" => pb::EndAction::Notify,
        "lock" => pb::EndAction::Lock,
        "stop" => pb::EndAction::Stop,
        other => panic!("{other}"),
    }
}

fn code(reason: core::Reason) -> String {
    let json = serde_json::to_value(reason).unwrap();
    json.as_str().unwrap().to_owned()
}

fn instant(at: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(at).unwrap()
}

fn author(author: &Author) -> LayerAuthor {
    match author {
        Author::Guardian(id) => LayerAuthor::guardian(id).unwrap(),
        Author::Jurisdiction(id) => LayerAuthor::Jurisdiction(id.parse().unwrap()),
    }
}

fn author_of(author: &LayerAuthor) -> Author {
    match author {
        LayerAuthor::Guardian(id) => Author::Guardian(id.to_string()),
        LayerAuthor::Jurisdiction(id) => Author::Jurisdiction(id.to_string()),
    }
}

fn layer(layer: &Layer) -> Result<PolicyLayer, String> {
    let mut read = PolicyLayer::empty(author(&layer.author));
    let communication = layer.communication.encode_to_vec();
    let sections = [
        (SectionKind::Schedule, layer.schedule.encode_to_vec()),
        (SectionKind::Budget, layer.budget.encode_to_vec()),
        (SectionKind::App, layer.app.encode_to_vec()),
        (SectionKind::Web, layer.web.encode_to_vec()),
        (SectionKind::Rating, layer.rating.encode_to_vec()),
        (SectionKind::Communication, communication),
        (SectionKind::Spending, layer.spending.encode_to_vec()),
        (SectionKind::Feature, layer.feature.encode_to_vec()),
        (SectionKind::Age, layer.age.encode_to_vec()),
    ];
    for (kind, bytes) in sections {
        let outcome = read.read_section(kind, &bytes);
        outcome.map_err(|error| format!("{kind:?} of {:?}: {error}", layer.author))?;
    }
    Ok(read)
}

const fn section(kind: Kind) -> SectionName {
    match kind {
        Kind::App => SectionName::App,
        Kind::Web => SectionName::Web,
        Kind::Rating => SectionName::Rating,
        Kind::Communication => SectionName::Communication,
        Kind::Spending => SectionName::Spending,
        Kind::Feature => SectionName::Feature,
        Kind::Age => SectionName::Age,
    }
}

fn limit(limit: &Limit) -> core::ControlLimit {
    core::ControlLimit {
        jurisdiction: "xx".parse().unwrap(),
        what: match limit {
            Limit::Kind(name) => core::Limited::Kind(name.clone()),
            Limit::App(name) => core::Limited::App(app(name)),
            Limit::Host(name) => core::Limited::Host(name.parse().unwrap()),
            Limit::Contact(name) => core::Limited::Contact(name.parse().unwrap()),
        },
    }
}

fn medium(number: i32) -> Medium {
    let all = [
        Medium::App,
        Medium::Game,
        Medium::Film,
        Medium::Tv,
        Medium::Video,
        Medium::Streaming,
        Medium::Web,
        Medium::Music,
        Medium::Book,
    ];
    all[usize::try_from(number).unwrap() - 1]
}

fn concern(concern: pb::Concern) -> Concern {
    match concern {
        pb::Concern::Content => Concern::Content,
        pb::Concern::Contact => Concern::Contact,
        pb::Concern::Conduct => Concern::Conduct,
        pb::Concern::Contract => Concern::Contract,
        pb::Concern::Unspecified => panic!("a verdict has a concern"),
    }
}

fn app(app: &pb::AppRef) -> AppId {
    format!("{}/{}", app.namespace, app.id).parse().unwrap()
}

fn category_text(category: &pb::CategoryRef) -> String {
    let pb::CategoryRef {
        taxonomy,
        version,
        code,
    } = category;
    format!("{taxonomy}@{version}/{code}")
}

fn category(category: &pb::CategoryRef) -> Category {
    category_text(category).parse().unwrap()
}

fn action(action: &Action, content: core::Content) -> Result<core::Action, String> {
    Ok(match action {
        Action::Device => core::Action::Device,
        Action::App(name) => core::Action::App(app(name)),
        Action::Install(name) => core::Action::Install(app(name)),
        Action::Host(name) => match name.parse::<HostName>() {
            Ok(name) => core::Action::Host(name),
            Err(_) => core::Action::UnnamedHost,
        },
        Action::Content => core::Action::Content(content),
        Action::Buy(purchase) => core::Action::Purchase {
            price: price(purchase),
            kind: match purchase.kind {
                PurchaseKind::InApp => core::PurchaseKind::InApp,
                PurchaseKind::Download => core::PurchaseKind::Download,
                PurchaseKind::Neither => core::PurchaseKind::Other,
            },
        },
        Action::Communicate {
            identifier,
            incoming,
        } => core::Action::Contact {
            id: identifier.as_deref().map(|id| id.parse().unwrap()),
            incoming: *incoming,
        },
        Action::Service(urn) => {
            core::Action::Service(core::ServiceUrn::new(urn).map_err(|e| e.to_string())?)
        }
        Action::AddContact(name) => core::Action::AddContact(name.parse().unwrap()),
        Action::Feature(code) => core::Action::Feature(code.parse().unwrap()),
    })
}

fn price(purchase: &Purchase) -> core::Price {
    let currency = purchase.currency.as_deref();
    let currency = currency.map(|code| code.parse().unwrap());
    match (purchase.price, currency) {
        (Some(minor), Some(currency)) => core::Price::Known(Amount { currency, minor }),
        // Nothing is nothing in any currency.
        (Some(0), None) => core::Price::Known(Amount {
            currency: "XXX".parse().unwrap(),
            minor: 0,
        }),
        (None, Some(currency)) => core::Price::UnknownIn(currency),
        (_, None) => core::Price::Unknown,
    }
}

fn usage(usage: &Usage) -> Result<core::Usage, String> {
    let rows = usage.time.iter().map(time_row);
    let rows = rows.chain(usage.money.iter().map(money_row));
    core::Usage::from_rows(rows).map_err(|e| e.to_string())
}

const fn period(period: Period) -> core::Period {
    match period {
        Period::Day => core::Period::Day,
        Period::Week => core::Period::Week,
        Period::Month => core::Period::Month,
    }
}

fn time_row(row: &Spent) -> core::UsageRow {
    let target = match &row.target {
        Target::Everything => "device".to_owned(),
        Target::Category(category) => format!("category:{}", category_text(category)),
        Target::App(app) => format!("app:{}/{}", app.namespace, app.id),
        Target::Feature(code) => format!("feature:{code}"),
    };
    core::UsageRow {
        author: row.author.as_ref().map(author),
        scope: row.scope.map(|scope| match scope {
            Scope::Dependant => BudgetScope::Dependant,
            Scope::PepClass => BudgetScope::PepClass,
            Scope::Pep => BudgetScope::Pep,
        }),
        ..core::UsageRow::new(target.parse().unwrap(), period(row.period), row.seconds)
    }
}

fn money_row(row: &Money) -> core::UsageRow {
    core::UsageRow {
        author: row.author.as_ref().map(author),
        currency: row.currency.as_ref().map(|code| code.parse().unwrap()),
        ..core::UsageRow::new(core::UsageTarget::Spending, period(row.period), row.minor)
    }
}
