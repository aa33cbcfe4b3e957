//! A test of the catalogue for people: what its file says, with each step in words.

use crate::{age, point, relay};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// What the file of a test says of it.
#[derive(Debug)]
pub(crate) struct Source {
    /// How good what it sees is as evidence.
    pub(crate) grade: String,
    /// What the implementation has to offer.
    pub(crate) needs: Vec<String>,
    /// Seeded faults that it has to find.
    pub(crate) kills: Vec<String>,
    /// Each axis with its values.
    pub(crate) axes: BTreeMap<String, String>,
    /// What happens, a line each.
    pub(crate) steps: Vec<String>,
}

impl Source {
    /// The source of a test by its id without the values of axes.
    pub(crate) fn find(template: &str) -> Option<Self> {
        let of_ages = age::ISSUERS.iter().chain(age::PARTIES);
        let files = point::FILES.iter().chain(&relay::FILES).chain(of_ages);
        let tables = files.filter_map(|(_, text)| text.parse::<Table>().ok());
        let tests = tables.flat_map(|mut file| match file.remove("test") {
            Some(Value::Array(tests)) => tests,
            _ => Vec::new(),
        });
        let mut tests = tests.filter_map(|test| match test {
            Value::Table(test) => Some(test),
            _ => None,
        });
        let test = tests.find(|test| test.get("id").and_then(Value::as_str) == Some(template))?;
        let axes = test.get("axes").and_then(Value::as_table);
        let axes = axes.into_iter().flatten().map(|(axis, values)| {
            let values = list(values).iter().map(short).collect::<Vec<_>>();
            (axis.clone(), values.join(", "))
        });
        Some(Self {
            grade: test.get("grade").map(short).unwrap_or_default(),
            needs: texts(test.get("needs")),
            kills: texts(test.get("kills")),
            axes: axes.collect(),
            steps: list(test.get("steps").unwrap_or(&Value::Array(Vec::new())))
                .iter()
                .filter_map(Value::as_table)
                .map(words)
                .collect(),
        })
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    value
        .map(list)
        .unwrap_or_default()
        .iter()
        .map(short)
        .collect()
}

/// A step: what is done, what comes of it, and what it is for where that is more than to bring things about.
fn words(step: &Table) -> String {
    let mut rest = step.clone();
    let mut take = |name: &str| rest.remove(name);
    let what = take("do").map(|what| short(&what)).unwrap_or_default();
    let by = take("by");
    let of = take("of").map_or_else(|| "1".to_owned(), |of| short(&of));
    let outcome = take("outcome").map(|outcome| choice(&outcome));
    let reason = take("reason").map(|reason| choice(&reason));
    let refused = take("refused").map(|reasons| format!("refused with {}", choice(&reasons)));
    let effect = take("effect").map(|effect| choice(&effect));
    let role = take("as").map(|role| short(&role));
    let guardian = format!(
        "guardian {}",
        by.as_ref().map_or_else(|| "1".to_owned(), short)
    );
    let mut said = match what.as_str() {
        "layer" => format!("{guardian} writes rules for dependant {of}"),
        "act" => format!("{guardian} writes an act for dependant {of}"),
        "beat" => format!("the device of {guardian} beats"),
        "renew" => format!("{guardian} begins a new epoch"),
        "admit" => format!("{guardian} admits a further device"),
        "remove" => format!("{guardian} takes the product out of the household"),
        "report" => format!("{guardian} reads what the product reports"),
        "back-up" => "the store of the relay is copied".into(),
        "roll-back" => "the copy is put back, and nobody says so".into(),
        "restore" => "the copy is put back, and the relay says so".into(),
        "relay-clock" => "the clock of the relay is wrong".into(),
        "attack" => {
            let what = take("what").map(|what| short(&what));
            format!("an attacker begins: {}", what.unwrap_or_default())
        }
        "fork" => "two logs are shown".into(),
        "cease" => "the attacker stops".into(),
        "wait" => "time passes".into(),
        "until" => "time passes until the clock on the wall shows it".into(),
        "turn-wall" => "somebody turns the product's wall clock".into(),
        "lose-wall" => "the product has no wall clock from now on".into(),
        "reboot" => "the product is switched off and on again".into(),
        "kill" | "relaunch" => "the program is killed and started anew on the same folder".into(),
        "reset" => "the product forgets everything and is a new device".into(),
        "join" => "the guardian's answer is handed to the product".into(),
        "answer-again" => {
            "the guardian writes again what the relay lost, and makes a further answer".into()
        }
        "sync" => "the product follows the log".into(),
        "ask" => {
            let action = take("action").map(|action| short(&action));
            format!("dependant {of} wants {}", action.unwrap_or_default())
        }
        "call" | "prepare" => {
            let by = by.as_ref().map_or_else(|| "guardian".to_owned(), short);
            let rpc = take("rpc").map(|rpc| short(&rpc)).unwrap_or_default();
            let verb = if what == "call" { "calls" } else { "prepares" };
            format!("{by} {verb} {rpc}")
        }
        "take" => {
            let from = take("from").map(|from| short(&from)).unwrap_or_default();
            format!("the next item of the watch `{from}`")
        }
        "look" => "log, keys, acts and registers are remembered".into(),
        "unchanged" => "log, keys, acts and registers are as they were [unchanged]".into(),
        "no-log" => format!("there is no log of {of} [unchanged]"),
        "native" => {
            let name = take("name").map(|name| short(&name)).unwrap_or_default();
            format!("what data cannot say: {name}")
        }
        "work" => {
            let event = take("event").map(|event| short(&event)).unwrap_or_default();
            format!("the guardian has the app do `{event}` for dependant {of}")
        }
        "let-in" => format!("the app lets a new enforcement point in for dependant {of}"),
        "expel" => "the app takes an enforcement point out".into(),
        "decides" => {
            let action = take("action").map(|action| short(&action));
            let action = action.unwrap_or_default();
            format!("an enforcement point follows the log, and dependant {of} wants {action}")
        }
        "mark" => "from here on entries of the log are counted".into(),
        "written" => "the entries of the log are counted".into(),
        "beaten" => "another device of the guardian reads the app's beat".into(),
        "state" => format!("the product says where it stands with dependant {of}"),
        other => {
            let by = by.as_ref().map(|by| format!(" by {}", short(by)));
            format!("{}{}", other.replace('-', " "), by.unwrap_or_default())
        }
    };
    let members: Vec<_> = rest
        .iter()
        .map(|(name, value)| format!("{} {}", name.replace('-', " "), short(value)))
        .collect();
    if !members.is_empty() {
        said.push_str(&format!(": {}", members.join(", ")));
    }
    if let Some(seen) = outcome.or(effect).or(refused) {
        said.push_str(&format!(" → {seen}"));
    }
    if let Some(reason) = reason {
        said.push_str(&format!(" ({reason})"));
    }
    if let Some(role) = role {
        said.push_str(&format!(" [{role}]"));
    }
    said
}

/// One of several.
fn choice(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(short).collect::<Vec<_>>().join(" or "),
        other => short(other),
    }
}

/// A value as short as it can be read.
fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(short).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(members) => {
            let member = |(name, value): (&String, &Value)| format!("{name} {}", short(value));
            let members: Vec<_> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}
