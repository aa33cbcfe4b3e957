//! Every decision worked out by hand, asked of the naive evaluator.

use crate::json;
use parcep_conformance::naive::*;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// All of `spec/vectors/v1alpha1/decide`.
#[test]
fn the_naive_evaluator_answers_every_decision_vector() {
    let (mut cases, mut wrong) = (0, Vec::new());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec");
    let ratings = Arc::new(Ratings::published().unwrap());
    for entry in std::fs::read_dir(root.join("vectors/v1alpha1/decide")).unwrap() {
        let file = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let file: Value = serde_json::from_str(&file).unwrap();
        for group in file["groups"].as_array().unwrap() {
            let policy = policy(group, &ratings);
            for case in group["cases"].as_array().unwrap() {
                cases += 1;
                let (usage, question) = (usage(&case["usage"]), question(case));
                let got = told(&decide(&policy, &usage, &question).unwrap());
                let expected = sorted(&case["expect"]);
                if got != expected {
                    let (id, name) = (&group["id"], &case["name"]);
                    wrong.push(format!(
                        "{id} {name}\n  expected {expected}\n  answered {got}"
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {cases} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(cases >= 200, "only {cases} cases were found");
}

fn policy(group: &Value, ratings: &Arc<Ratings>) -> Policy {
    let of = |name: &str| group[name].as_array().cloned().unwrap_or_default();
    Policy {
        profile: Some(json::profile(&group["profile"])),
        layers: of("layers").iter().map(json::layer).collect(),
        pending: of("pending").iter().map(json::kind).collect(),
        acts: of("overrides").iter().map(json::act).collect(),
        custody: of("custody").iter().map(json::custody).collect(),
        extra_time_cap: None,
        unblock_max_age: None,
        ratings: Arc::clone(ratings),
    }
}

fn usage(rows: &Value) -> Usage {
    let mut usage = Usage::default();
    for row in rows.as_array().into_iter().flatten() {
        let period = match row["period"].as_str() {
            None | Some("day") => Period::Day,
            Some("week") => Period::Week,
            Some("month") => Period::Month,
            Some(other) => panic!("{other}"),
        };
        let target = match json::text(&row["target"]).split_once(':') {
            None if row["target"] == "spending" => {
                let minor = row["minor"].as_u64().unwrap();
                usage.money.push(Money { period, minor });
                continue;
            }
            None => Target::Everything,
            Some(("app", name)) => Target::App(json::app(name)),
            Some((_, code)) => Target::Category(json::category(code)),
        };
        let seconds = row["seconds"].as_u64().unwrap();
        usage.time.push(Spent {
            target,
            period,
            seconds,
        });
    }
    usage
}

fn question(case: &Value) -> Question {
    let texts = |name: &str| {
        let values = case[name].as_array().cloned().unwrap_or_default();
        values
            .iter()
            .map(|value| json::text(value).to_owned())
            .collect::<Vec<_>>()
    };
    let own = |name: &str| case[name].as_str().map(str::to_owned);
    let mut question = Question {
        at: json::instant(&case["at"]),
        action: Action::Device,
        categories: texts("categories")
            .iter()
            .map(|code| json::category(code))
            .collect(),
        publisher: own("publisher"),
        labels: texts("labels"),
        medium: None,
        explicit: case["explicit"].as_bool().unwrap_or(false),
        device_zone: own("device_zone"),
        can_ask: case["can_ask"].as_bool().unwrap_or(true),
    };
    act(json::text(&case["action"]), &mut question);
    question
}

/// Reads the form that `spec/vectors/README.md` gives actions.
pub(crate) fn act(text: &str, question: &mut Question) {
    let (name, rest) = text.split_once(':').unwrap_or((text, ""));
    let contact = |incoming| Action::Communicate {
        identifier: Some(rest.to_owned()),
        incoming,
    };
    question.action = match name {
        "device" => Action::Device,
        "app" => Action::App(json::app(rest)),
        "install" => Action::Install(json::app(rest)),
        "host" => Action::Host(rest.to_owned()),
        "contact" => contact(false),
        "caller" => contact(true),
        "service" => Action::Service(rest.to_owned()),
        "purchase" => {
            let mut parts = rest.split('/');
            let currency = parts.next().map(str::to_owned);
            let price = parts.next().map(|minor| minor.parse().unwrap());
            let kind = parts.next();
            Action::Buy(Purchase {
                price,
                currency,
                in_app: kind == Some("in_app"),
                download: kind == Some("download"),
            })
        }
        "content" => {
            match rest.strip_prefix("unrated/") {
                Some(medium) => question.medium = Some(json::medium(&json!(medium))),
                None => question.labels.push(rest.to_owned()),
            }
            Action::Content
        }
        other => panic!("{other}"),
    };
}

fn told(answer: &Answer) -> Value {
    let rules = answer.rules.iter().map(|rule| rule.name.as_str());
    let instant = |at: i64| jiff::Timestamp::from_second(at).unwrap().to_string();
    let effect = match answer.effect {
        Effect::Allow => "allow",
        Effect::Ask => "ask",
        Effect::Deny => "deny",
    };
    sorted(&json!({
        "effect": effect,
        "reason": answer.reason.code(),
        "rules": rules.collect::<Vec<_>>(),
        "remaining_seconds": answer.remaining_seconds,
        "next_change": answer.next_change.map(instant),
    }))
}

/// The names are a set (R-EVAL-053).
fn sorted(answer: &Value) -> Value {
    let mut answer = answer.clone();
    let mut rules: Vec<_> = answer["rules"].as_array().cloned().unwrap_or_default();
    rules.sort_by_key(|rule| rule.to_string());
    rules.dedup();
    answer["rules"] = Value::Array(rules);
    answer
}
