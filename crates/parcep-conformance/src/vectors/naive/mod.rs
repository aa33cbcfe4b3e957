//! A row, asked of the naive evaluator.

mod form;
mod sections;
mod values;
mod wire;

use super::answer::{Answer, Effect, Ending, Rule};
use super::evaluator::Cannot;
use crate::naive::{
    self, Action, Author, Custody, Limit, Money, Period, Policy, Purchase, PurchaseKind, Question,
    Ratings, Reading, Scope, Spent, Subject, Target, Usage,
};
use form::{ActForm, AgeForm, AuthorForm, PolicyForm, SaidForm};
use jiff::Timestamp;
use parcep_proto::v1alpha1::EndAction;
use sections::ScopeForm;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;
use values::{AppText, CategoryText};
use wire::medium;

/// Tables that are read once.
#[derive(Debug)]
pub struct Tables {
    ratings: Arc<Ratings>,
}

impl Tables {
    pub(super) fn published() -> Result<Self, Cannot> {
        let ratings = Ratings::published().map_err(Cannot::because)?;
        Ok(Self {
            ratings: Arc::new(ratings),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    policy: PolicyForm,
    #[serde(default)]
    overrides: Vec<ActForm>,
    #[serde(default)]
    usage: Vec<UsageForm>,
    #[serde(default)]
    lists: Vec<Vec<String>>,
    context: Known,
    #[serde(default)]
    others: Vec<Other>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    policy: PolicyForm,
    #[serde(default)]
    overrides: Vec<ActForm>,
    #[serde(default)]
    usage: Vec<UsageForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UsageForm {
    author: Option<AuthorForm>,
    scope: Option<ScopeForm>,
    target: String,
    #[serde(default)]
    period: PeriodForm,
    currency: Option<String>,
    seconds: Option<u64>,
    minor: Option<u64>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PeriodForm {
    #[default]
    Day,
    Week,
    Month,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    at: Timestamp,
    action: String,
    #[serde(default)]
    categories: Vec<CategoryText>,
    #[serde(default)]
    labels: Vec<String>,
    publisher: Option<String>,
    #[serde(default)]
    explicit: bool,
    can_ask: Option<bool>,
    device_zone: Option<String>,
    #[serde(default)]
    subject: SubjectForm,
    #[serde(default)]
    verdicts: Vec<SaidForm>,
    age: Option<AgeForm>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SubjectForm {
    #[default]
    Dependant,
    Unidentified,
    GuardianPresent,
}

pub(super) fn answer(tables: &Tables, asked: &Map<String, Value>) -> Result<Answer, Cannot> {
    let asked: Asked =
        serde_path_to_error::deserialize(Value::Object(asked.clone())).map_err(Cannot::because)?;
    let own = Other {
        policy: asked.policy,
        overrides: asked.overrides,
        usage: asked.usage,
    };
    let unidentified = asked.context.subject == SubjectForm::Unidentified;
    let question = question(asked.context)?;
    if !unidentified && asked.others.is_empty() {
        let (reading, usage) = served(tables, own, &asked.lists)?;
        return told(reading.decide(&usage, &question).map_err(Cannot::because)?);
    }
    if !unidentified {
        return Err(Cannot(
            "`others` without an unidentified subject".to_owned(),
        ));
    }
    let all = std::iter::once(own).chain(asked.others);
    let all = all.map(|one| served(tables, one, &asked.lists));
    let all: Vec<(Reading, Usage)> = all.collect::<Result<_, _>>()?;
    let all: Vec<(&Reading, &Usage)> = all.iter().map(|(policy, usage)| (policy, usage)).collect();
    let answer = naive::decide_unidentified(&all, &question).map_err(Cannot::because)?;
    told(answer)
}

/// One dependant's policy and use.
fn served(tables: &Tables, one: Other, lists: &[Vec<String>]) -> Result<(Reading, Usage), Cannot> {
    let form = one.policy;
    let custody = form.custody.into_iter().map(Custody::try_from);
    let limits = form.limits.into_iter().map(Limit::try_from);
    let policy = Policy {
        profile: form.profile.map(Into::into),
        layers: form.layers.into_iter().map(Into::into).collect(),
        acts: one.overrides.into_iter().map(Into::into).collect(),
        custody: custody.collect::<Result<_, _>>().map_err(Cannot)?,
        pending: form.pending.into_iter().map(Into::into).collect(),
        extra_time_cap: form.caps.extra_time_seconds,
        unblock_max_age: form.caps.unblock_max_age,
        limits: limits.collect::<Result<_, _>>().map_err(Cannot)?,
        unenforceable: form.unenforceable.into_iter().map(Into::into).collect(),
        lists: lists.to_vec(),
        ratings: Arc::clone(&tables.ratings),
    };
    Ok((Reading::of(&policy), usage(one.usage)?))
}

fn usage(rows: Vec<UsageForm>) -> Result<Usage, Cannot> {
    let mut usage = Usage::default();
    for row in rows {
        let period = match row.period {
            PeriodForm::Day => Period::Day,
            PeriodForm::Week => Period::Week,
            PeriodForm::Month => Period::Month,
        };
        let target = match row.target.split_once(':') {
            None if row.target == "spending" => {
                let minor = row
                    .minor
                    .ok_or_else(|| Cannot("spending has `minor`".to_owned()))?;
                usage.money.push(Money {
                    author: row.author.map(Into::into),
                    currency: row.currency,
                    period,
                    minor,
                });
                continue;
            }
            None if row.target == "device" => Target::Everything,
            Some(("app", name)) => Target::App(app(name)?),
            Some(("category", code)) => {
                Target::Category(CategoryText::try_from(code.to_owned()).map_err(Cannot)?.0)
            }
            Some(("feature", code)) => Target::Feature(code.to_owned()),
            _ => return Err(Cannot(format!("usage of `{}`", row.target))),
        };
        let seconds = row
            .seconds
            .ok_or_else(|| Cannot("time has `seconds`".to_owned()))?;
        usage.time.push(Spent {
            author: row.author.map(Into::into),
            scope: row.scope.map(|scope| match scope {
                ScopeForm::Dependant => Scope::Dependant,
                ScopeForm::PepClass => Scope::PepClass,
                ScopeForm::Pep => Scope::Pep,
            }),
            target,
            period,
            seconds,
        });
    }
    Ok(usage)
}

fn app(text: &str) -> Result<parcep_proto::v1alpha1::AppRef, Cannot> {
    Ok(AppText::try_from(text.to_owned()).map_err(Cannot)?.0)
}

fn question(known: Known) -> Result<Question, Cannot> {
    let mut question = Question {
        categories: known.categories.into_iter().map(|text| text.0).collect(),
        publisher: known.publisher,
        labels: known.labels,
        explicit: known.explicit,
        device_zone: known.device_zone,
        subject: match known.subject {
            SubjectForm::Dependant | SubjectForm::Unidentified => Subject::Dependant,
            SubjectForm::GuardianPresent => Subject::GuardianPresent,
        },
        verdicts: known.verdicts.into_iter().map(Into::into).collect(),
        age: known.age.map(Into::into),
        can_ask: known.can_ask.unwrap_or(true),
        ..Question::about(Action::Device, known.at.as_second())
    };
    act(&known.action, &mut question)?;
    Ok(question)
}

/// Reads the form that `spec/vectors/README.md` gives actions.
fn act(text: &str, question: &mut Question) -> Result<(), Cannot> {
    let (name, rest) = text.split_once(':').unwrap_or((text, ""));
    let contact = |incoming| Action::Communicate {
        identifier: Some(rest.to_owned()).filter(|text| !text.is_empty()),
        incoming,
    };
    question.action = match name {
        "device" => Action::Device,
        "app" => Action::App(app(rest)?),
        "install" => Action::Install(app(rest)?),
        "host" => Action::Host(rest.to_owned()),
        "contact" => contact(false),
        "caller" => contact(true),
        "service" => Action::Service(rest.to_owned()),
        "add_contact" => Action::AddContact(rest.to_owned()),
        "feature" => Action::Feature(rest.to_owned()),
        "purchase" => Action::Buy(purchase(rest)?),
        "content" => {
            match rest.strip_prefix("unrated/") {
                Some(name) => question.medium = Some(medium(name).map_err(Cannot)?),
                None if rest == "unrated" => {}
                None => question.labels.push(rest.to_owned()),
            }
            Action::Content
        }
        _ => return Err(Cannot(format!("the action `{text}`"))),
    };
    Ok(())
}

fn purchase(text: &str) -> Result<Purchase, Cannot> {
    let mut parts = text.split('/');
    let known = |text: &&str| *text != "unknown";
    let currency = parts.next().filter(known);
    let price = match currency {
        Some(_) => parts.next().filter(known).map(str::parse).transpose(),
        None => Ok(None),
    };
    let kind = parts.next();
    Ok(Purchase {
        price: price.map_err(Cannot::because)?,
        currency: currency.map(str::to_owned),
        kind: match kind {
            Some("in_app") => PurchaseKind::InApp,
            Some("download") => PurchaseKind::Download,
            _ => PurchaseKind::Neither,
        },
    })
}

fn told(answer: naive::Answer) -> Result<Answer, Cannot> {
    let rule = |rule: naive::Rule| match rule.author {
        Author::Guardian(id) => Rule::Guardian(id, rule.name),
        Author::Jurisdiction(code) => Rule::Jurisdiction(code, rule.name),
    };
    let ending = |ending: naive::Ending| Ending {
        action: match ending.action {
            EndAction::Notify => "notify".to_owned(),
            EndAction::Lock => "lock".to_owned(),
            EndAction::Unspecified | EndAction::Stop => "stop".to_owned(),
        },
        grace_seconds: ending.grace_seconds,
        warning_seconds: ending.warning_seconds.into_iter().rev().collect(),
    };
    let instant = answer.next_change.map(Timestamp::from_second);
    Ok(Answer {
        effect: match answer.effect {
            naive::Effect::Allow => Effect::Allow,
            naive::Effect::Ask => Effect::Ask,
            naive::Effect::Deny => Effect::Deny,
        },
        reason: answer.reason.code().to_owned(),
        rules: answer.rules.into_iter().map(rule).collect(),
        remaining_seconds: answer.remaining_seconds,
        next_change: instant.transpose().map_err(Cannot::because)?,
        ending: answer.ending.map(ending),
    })
}
