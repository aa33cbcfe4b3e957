//! Rows of decisions (`spec/vectors`), written, sealed and asked over the wire.
//!
//! Rows that share policy and acts are one case: a household whose guardians write them, and one question
//! after the other while time passes. Rows that depend on what the driver is not told, such as what
//! custody a constitution gives, are left to `parcep-conform vectors`.

use super::script::{Ask, Home, Remaining, RowAct, Script, Step, section_of};
use crate::catalogue::Kind;
use crate::script::Grade;
use crate::trial::StepRole;
use crate::vectors::answer::{Effect, Rule};
use crate::vectors::row::{Row, rows_in};
use crate::vectors::{Evaluator, Ready};
use parcep_core::registry::{RULE_KINDS, RuleKindRow};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../../spec/vectors/v1alpha1/evaluate/", $name, ".json")))),*]
    };
}

/// The files of rows, as they are built in.
pub(super) static FILES: [(&str, &str); 24] = files![
    "acts",
    "age",
    "apps",
    "budgets-derived",
    "budgets",
    "calendar",
    "contacts-closed",
    "contacts",
    "dst",
    "family",
    "features",
    "layers-derived",
    "layers",
    "night-of-change",
    "questions-derived",
    "ratings",
    "spending-periods",
    "time",
    "unknown-facts",
    "verdicts",
    "walk-derived",
    "web",
    "windows-derived",
    "windows",
];

/// Guardians of one household at most.
const GUARDIANS: usize = 3;

/// Every group of rows that a driver can be asked.
///
/// # Errors
/// If a file is not one of rows.
pub(super) fn scripts() -> Result<Vec<Script>, String> {
    let mut groups: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for (name, text) in FILES {
        let rows = rows_in(text, Path::new(name)).map_err(|error| error.to_string())?;
        for row in rows.unwrap_or_default() {
            if can_be_asked(&row) {
                let shared = [row.asked.get("policy"), row.asked.get("overrides")];
                groups
                    .entry(json!(shared).to_string())
                    .or_default()
                    .push(row);
            }
        }
    }
    let evaluator = Evaluator::Core
        .ready()
        .map_err(|cannot| cannot.to_string())?;
    let scripts = groups
        .into_values()
        .filter_map(|rows| script(rows, &evaluator));
    let mut scripts: Vec<_> = scripts.collect();
    scripts.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(scripts)
}

/// Whether a row depends on nothing but what guardians write and a driver is told.
fn can_be_asked(row: &Row) -> bool {
    let nothing = |value: Option<&Value>, members: &[&str]| {
        members.iter().all(|member| {
            let member = value.and_then(|value| value.get(member));
            member.is_none_or(|member| {
                member.is_null()
                    || member.as_array().is_some_and(Vec::is_empty)
                    || member.as_object().is_some_and(Map::is_empty)
            })
        })
    };
    let policy = row.asked.get("policy");
    // The zone that the device is set to is the suite's own.
    let profile = policy.and_then(|policy| policy.get("profile"));
    let context = row.asked.get("context");
    let usage = row.asked.get("usage").and_then(Value::as_array);
    let usage = usage.into_iter().flatten();
    let labels = context
        .and_then(|context| context.get("labels"))
        .and_then(Value::as_array);
    let mut labels = labels.into_iter().flatten().filter_map(Value::as_str);
    let subject = context.and_then(|context| context.get("subject"));
    let in_words = |row: &Value| {
        let target = row.get("target").and_then(Value::as_str);
        target.is_some_and(|target| !target.contains(' '))
    };
    nothing(profile, &["follow_device"])
        && usage.clone().all(in_words)
        && nothing(
            policy,
            &["custody", "caps", "pending", "limits", "unenforceable"],
        )
        && ["others", "lists"]
            .iter()
            .all(|member| !row.asked.contains_key(*member))
        && nothing(context, &["verdicts", "device_zone"])
        && subject.is_none_or(|subject| subject == "dependant")
        && usage
            .clone()
            .all(|row| nothing(Some(row), &["author", "scope", "currency"]))
        && context
            .and_then(|context| context.get("age"))
            .is_none_or(|age| nothing(Some(age), &["assurance"]))
        && labels.all(|label| !label.contains(' '))
        && authors(row).is_some_and(|authors| (1..=GUARDIANS).contains(&authors.len()))
}

/// Guardians of a row in the order of their layers; `None` if somebody else writes, or one twice.
fn authors(row: &Row) -> Option<Vec<String>> {
    let mut authors = Vec::new();
    let layers = row.asked.get("policy")?.get("layers")?.as_array()?;
    for layer in layers {
        let author = layer.get("author")?.get("guardian")?.as_str()?.to_owned();
        if authors.contains(&author) {
            return None;
        }
        authors.push(author);
    }
    let acts = row.asked.get("overrides").and_then(Value::as_array);
    for act in acts.into_iter().flatten() {
        let author = act.get("author")?.get("guardian")?.as_str()?.to_owned();
        if !authors.contains(&author) {
            authors.push(author);
        }
    }
    Some(authors)
}

fn script(mut rows: Vec<Row>, evaluator: &Ready) -> Option<Script> {
    let second = |row: &Row| {
        let at = row.asked.get("context")?.get("at")?.as_str()?;
        Some(at.parse::<jiff::Timestamp>().ok()?.as_second())
    };
    rows.sort_by_key(|row| (second(row), row.id.clone()));
    let first = rows.first()?;
    let authors = authors(first)?;
    let number = |name: &str| {
        authors
            .iter()
            .position(|author| author == name)
            .map(|at| at + 1)
    };
    let mut now = second(first)?;
    let mut steps = vec![];
    let policy = first.asked.get("policy")?;
    let profile = policy.get("profile").cloned().unwrap_or(Value::Null);
    for layer in policy.get("layers")?.as_array()? {
        let mut rules = layer.as_object()?.clone();
        let author = rules.remove("author")?;
        steps.push(Step::Layer {
            by: number(author.get("guardian")?.as_str()?)?,
            of: 1,
            rules,
            on_unenforceable: None,
            profile: Some(profile.clone()),
        });
    }
    let acts = first.asked.get("overrides").and_then(Value::as_array);
    let mut acts: Vec<&Value> = acts.into_iter().flatten().collect();
    acts.sort_by_key(|act| act.get("position").and_then(Value::as_u64));
    for act in acts {
        let by = number(act.get("author")?.get("guardian")?.as_str()?)?;
        steps.push(Step::RowAct(Box::new(RowAct {
            by,
            act: act.clone(),
        })));
    }
    let began = now;
    let mut clauses = Vec::new();
    let number_of = |id: &str| id.rsplit('/').next().unwrap_or(id).to_owned();
    let id = format!("{}{}", super::ROWS, number_of(&first.id));
    for (at, row) in rows.iter().enumerate() {
        let then = second(row)?;
        if then > now || at == 0 {
            if then > now {
                steps.push(Step::Wait {
                    seconds: then - now,
                    beats: false,
                });
                now = then;
            }
            steps.push(Step::Beat { by: 1 });
            steps.push(Step::Sync {
                outcome: vec!["current".into()],
                reason: Vec::new(),
                role: StepRole::Setup,
            });
        }
        steps.push(Step::Ask(Box::new(question(row, &number)?)));
        for clause in &row.clauses {
            if !clauses.contains(clause) {
                clauses.push(clause.clone());
            }
        }
    }
    let title = match rows.as_slice() {
        [_] => first.title.clone(),
        rows => format!(
            "{}, and {} more rows of this policy",
            first.title,
            rows.len() - 1
        ),
    };
    Some(Script {
        id,
        title,
        requirements: clauses,
        kind: Kind::Positive,
        grade: Grade::Behaviour,
        quick: false,
        needs: needs(policy, rows.iter().any(|row| asks(row, evaluator))),
        kills: Vec::new(),
        home: Home {
            guardians: authors.len(),
            at: Some(began),
            aliased: true,
            ..Home::default()
        },
        steps,
    })
}

/// Whether who cannot ask answers a row otherwise (R-EVAL-017).
fn asks(row: &Row, evaluator: &Ready) -> bool {
    let mut silent = row.asked.clone();
    let context = silent.get_mut("context").and_then(Value::as_object_mut);
    let Some(context) = context else {
        return false;
    };
    context.insert("can_ask".into(), false.into());
    evaluator.answer(&silent).ok() != evaluator.answer(&row.asked).ok()
}

/// The clock, where somebody is asked that one can, and where a rule says what holds while it cannot be
/// enforced, whatever could enforce it.
fn needs(policy: &Value, asks: bool) -> Vec<String> {
    let mut needs = vec!["virtual-clock".to_owned()];
    if asks {
        needs.push("can ask".into());
    }
    let layers = policy.get("layers").and_then(Value::as_array);
    let sections = layers
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flatten();
    for (member, section) in sections {
        if !section.to_string().contains("\"on_unenforceable\"") {
            continue;
        }
        let area = section_of(member).map(|kind| kind.as_str_name().to_lowercase());
        let of_area =
            |kind: &&RuleKindRow| area.as_deref() == Some(&format!("section_kind_{}", kind.area));
        let kinds = RULE_KINDS.iter().filter(of_area);
        needs.extend(
            kinds
                .flat_map(|kind| kind.capabilities)
                .map(|one| format!("can {one}")),
        );
    }
    needs.sort_unstable();
    needs.dedup();
    needs
}

fn question(row: &Row, number: &dyn Fn(&str) -> Option<usize>) -> Option<Ask> {
    let context = row.asked.get("context")?;
    let mut members = Map::new();
    for name in ["publisher", "explicit", "can_ask"] {
        if let Some(value) = context.get(name).filter(|value| !value.is_null()) {
            members.insert(name.into(), value.clone());
        }
    }
    for name in ["categories", "labels"] {
        let words = context.get(name).and_then(Value::as_array);
        let words: Vec<&str> = words
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if !words.is_empty() {
            members.insert(name.into(), words.join(" ").into());
        }
    }
    if let Some(age) = context.get("age").filter(|age| !age.is_null()) {
        let upper = age.get("upper").and_then(Value::as_u64);
        let upper = upper.map(|upper| upper.to_string()).unwrap_or_default();
        members.insert(
            "age".into(),
            format!("{}-{upper}", age.get("lower")?.as_u64()?).into(),
        );
    }
    if let Some(usage) = row.asked.get("usage").and_then(Value::as_array) {
        let words: Option<Vec<String>> = usage.iter().map(spent).collect();
        members.insert("usage".into(), words?.join(" ").into());
    }
    let answer = &row.expect.answer;
    let rules = answer.rules.iter().map(|rule| match rule {
        Rule::Guardian(author, id) => Some(format!("{}/{id}", number(author)?)),
        Rule::Jurisdiction(..) => None,
    });
    let effect = match answer.effect {
        Effect::Allow => "allow",
        Effect::Ask => "ask",
        Effect::Deny => "deny",
    };
    Some(Ask {
        of: 1,
        action: context.get("action")?.as_str()?.to_owned(),
        members,
        effect: vec![effect.into()],
        reason: vec![answer.reason.clone()],
        rules: None,
        by: Some(rules.collect::<Option<_>>()?),
        remaining: match answer.remaining_seconds {
            None => Remaining::Never,
            Some(left) => Remaining::Seconds(i64::try_from(left).ok()?),
        },
        next_change: Some(
            answer
                .next_change
                .map_or_else(|| "none".into(), |at| at.to_string()),
        ),
        role: StepRole::Check,
    })
}

fn spent(row: &Value) -> Option<String> {
    let target = row.get("target")?.as_str()?;
    let period = row.get("period").and_then(Value::as_str).unwrap_or("day");
    let amount = row.get("seconds").or_else(|| row.get("minor"))?.as_u64()?;
    Some(format!("{target}/{period}={amount}"))
}
