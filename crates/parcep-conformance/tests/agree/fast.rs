//! The same scene, asked of `parcep-core` through its public doors.

use crate::scenes::Scene;
use parcep_conformance::naive::{
    Action, Answer, Author, Effect, Kind, Layer, Money, Period, PurchaseKind, Spent, Target,
};
use parcep_core::decide as core;
use parcep_core::document::SectionKind;
use parcep_core::policy::{
    AppId, Category, HostName, LayerAuthor, Medium, Override, PolicyLayer, Profile, SectionError,
    SectionName, ZoneName,
};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What both are compared by.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    effect: &'static str,
    reason: String,
    rules: BTreeSet<String>,
    remaining_seconds: Option<u64>,
    next_change: Option<i64>,
}

pub(crate) fn naive(answer: &Answer) -> Told {
    Told {
        effect: match answer.effect {
            Effect::Allow => "allow",
            Effect::Ask => "ask",
            Effect::Deny => "deny",
        },
        reason: answer.reason.code().to_owned(),
        rules: answer.rules.iter().map(|rule| rule.name.clone()).collect(),
        remaining_seconds: answer.remaining_seconds,
        next_change: answer.next_change,
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

/// Core's answer; what cannot be said to core at all is an error.
pub(crate) fn answer(tables: &Tables, scene: &Scene) -> Result<Told, String> {
    let policy = &scene.policy;
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
    let custody: Vec<_> = policy
        .custody
        .iter()
        .map(|c| core::Custody {
            from: instant(c.from),
            until: instant(c.until),
            guardian: LayerAuthor::guardian(&c.guardian).unwrap(),
        })
        .collect();
    let pending: Vec<_> = policy.pending.iter().map(|kind| section(*kind)).collect();
    let mut input = core::PolicyInput::new(&profile, &layers).with_overrides(&acts);
    (input.custody, input.pending) = (&custody, &pending);
    let compiled =
        core::compile(&input, &tables.ratings, &tables.zones).map_err(|e| e.to_string())?;
    ask(tables, scene, &compiled)
}

fn ask(tables: &Tables, scene: &Scene, compiled: &core::CompiledPolicy) -> Result<Told, String> {
    let question = &scene.question;
    let mut labels: Vec<_> = question
        .labels
        .iter()
        .filter_map(|text| text.split_once('/'))
        .filter_map(|(system, label)| tables.ratings.find(system, label))
        .collect();
    let content = if labels.is_empty() {
        core::Content::Unrated(medium(question.medium.unwrap_or_default()))
    } else {
        core::Content::Rated(labels.remove(0))
    };
    let action = action(&question.action, content)?;
    if let core::Content::Rated(first) = content
        && question.action != Action::Content
    {
        labels.insert(0, first);
    }
    let categories: Vec<Category> = question.categories.iter().map(category).collect();
    let zone = question.device_zone.as_ref().map(|zone| {
        let zone: ZoneName = zone.parse().unwrap();
        tables.zones.find(&zone).unwrap()
    });
    let mut context =
        core::Context::new(instant(question.at), &action).with_categories(&categories);
    context.labels = &labels;
    context.publisher = question.publisher.as_deref();
    context.explicit = question.explicit;
    context.can_ask = question.can_ask;
    context.device_zone = zone.as_deref();
    let rows = scene.usage.time.iter().map(time_row);
    let rows = rows.chain(scene.usage.money.iter().map(money_row));
    let usage = core::Usage::from_rows(rows).map_err(|e| e.to_string())?;
    let answer = core::decide(compiled, &usage, &context).answer();
    Ok(Told {
        effect: match answer.effect {
            core::Effect::Allow => "allow",
            core::Effect::Ask => "ask",
            core::Effect::Deny => "deny",
        },
        reason: code(answer.reason),
        rules: answer.rules.into_iter().map(|rule| rule.rule).collect(),
        remaining_seconds: answer.remaining_seconds,
        next_change: answer.next_change.map(jiff::Timestamp::as_second),
    })
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

fn layer(layer: &Layer) -> Result<PolicyLayer, String> {
    let mut read = PolicyLayer::empty(author(&layer.author));
    let sections = [
        (SectionKind::Schedule, layer.schedule.encode_to_vec()),
        (SectionKind::Budget, layer.budget.encode_to_vec()),
        (SectionKind::App, layer.app.encode_to_vec()),
        (SectionKind::Web, layer.web.encode_to_vec()),
        (SectionKind::Rating, layer.rating.encode_to_vec()),
        (
            SectionKind::Communication,
            layer.communication.encode_to_vec(),
        ),
        (SectionKind::Spending, layer.spending.encode_to_vec()),
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
        Action::Host(name) => {
            core::Action::Host(name.parse::<HostName>().map_err(|e| e.to_string())?)
        }
        Action::Content => core::Action::Content(content),
        Action::Buy(purchase) => core::Action::Purchase {
            amount: parcep_core::policy::Money {
                currency: purchase.currency.as_deref().unwrap().parse().unwrap(),
                minor: purchase.price.unwrap(),
            },
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
            id: identifier.as_deref().unwrap().parse().unwrap(),
            incoming: *incoming,
        },
        Action::Service(urn) => {
            core::Action::Service(core::ServiceUrn::new(urn).map_err(|e| e.to_string())?)
        }
        Action::AddContact(_) | Action::Feature(_) => return Err("no such action".to_owned()),
    })
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
    core::UsageRow::new(target.parse().unwrap(), period(row.period), row.seconds)
}

fn money_row(row: &Money) -> core::UsageRow {
    core::UsageRow::new(core::UsageTarget::Spending, period(row.period), row.minor)
}
