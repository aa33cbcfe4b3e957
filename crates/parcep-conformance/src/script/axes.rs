//! Axes: what a placeholder stands for in one case.

use serde_json::Value;
use std::collections::BTreeMap;

/// The value of each axis in one case.
pub(super) type Chosen = Vec<(String, Value)>;

/// Every combination of values; one empty one where there are no axes.
pub(super) fn combinations(axes: &BTreeMap<String, Vec<Value>>) -> Vec<Chosen> {
    let mut combinations = vec![Vec::new()];
    for (axis, values) in axes {
        let with = |value: &Value| {
            let more = combinations.iter().cloned();
            let more = more.map(|mut so_far: Chosen| {
                so_far.push((axis.clone(), value.clone()));
                so_far
            });
            more.collect::<Vec<_>>()
        };
        combinations = values.iter().flat_map(with).collect();
    }
    combinations
}

/// The id of a case.
pub(super) fn id(template: &str, chosen: &Chosen) -> String {
    let mut id = template.to_owned();
    for (_, value) in chosen {
        id.push('/');
        id.push_str(&word(value.get("is").unwrap_or(value)));
    }
    id
}

/// Steps with the values of the axes. A step with a list `each` stands for as many steps, with `{it}` in the
/// place of the item; with `steps` beside it, for as many rounds of those.
pub(super) fn put_all(steps: &[Value], chosen: &Chosen) -> Result<Vec<Value>, String> {
    let mut values = Values::new();
    for (axis, value) in chosen {
        add(&mut values, axis, value);
    }
    let mut all = Vec::new();
    for step in steps {
        spread(&put(step, &values), &mut all)?;
    }
    Ok(all)
}

/// Words with the values of the axes.
pub(super) fn put_words(words: &[String], chosen: &Chosen) -> Result<Vec<String>, String> {
    let words: Vec<Value> = words.iter().map(|word| word.as_str().into()).collect();
    let put = put_all(&words, chosen)?;
    Ok(put.iter().map(word).collect())
}

/// Placeholders and what stands for them.
type Values = BTreeMap<String, Value>;

fn add(values: &mut Values, name: &str, value: &Value) {
    for (member, value) in value.as_object().into_iter().flatten() {
        values.insert(format!("{{{name}.{member}}}"), value.clone());
    }
    values.insert(format!("{{{name}}}"), value.clone());
}

fn spread(step: &Value, all: &mut Vec<Value>) -> Result<(), String> {
    let Some(items) = step.get("each") else {
        return match left_over(step) {
            Some(left) => Err(format!("no axis `{left}`")),
            None => {
                all.push(step.clone());
                Ok(())
            }
        };
    };
    let items = items.as_array().ok_or("`each` is no list")?;
    let mut rest = step.clone();
    let members = rest.as_object_mut().ok_or("a step is no table")?;
    members.remove("each");
    let round = match members.remove("steps") {
        Some(steps) if members.is_empty() => {
            steps.as_array().cloned().ok_or("`steps` is no list")?
        }
        Some(_) => return Err("`each` with `steps` has no other member".into()),
        None => vec![rest],
    };
    for item in items {
        let mut values = Values::new();
        add(&mut values, "it", item);
        for step in &round {
            spread(&put(step, &values), all)?;
        }
    }
    Ok(())
}

/// A text that is nothing but a placeholder becomes the value itself.
fn put(step: &Value, values: &Values) -> Value {
    match step {
        Value::String(text) => {
            if let Some(value) = values.get(text) {
                return value.clone();
            }
            let put =
                |text: String, (name, value): (&String, &Value)| text.replace(name, &word(value));
            Value::String(values.iter().fold(text.clone(), put))
        }
        Value::Array(items) => items.iter().map(|item| put(item, values)).collect(),
        Value::Object(members) => {
            let both = |(name, value): (&String, &Value)| {
                let name = put(&Value::String(name.clone()), values);
                (word(&name), put(value, values))
            };
            Value::Object(members.iter().map(both).collect())
        }
        other => other.clone(),
    }
}

fn left_over(step: &Value) -> Option<String> {
    match step {
        Value::String(text) => {
            let (_, rest) = text.split_once('{')?;
            Some(rest.split('}').next().unwrap_or(rest).to_owned())
        }
        Value::Array(items) => items.iter().find_map(left_over),
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            left_over(&Value::String(name.clone())).or_else(|| left_over(value))
        }),
        _ => None,
    }
}

fn word(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
