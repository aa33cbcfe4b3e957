//! CEL. The rules are one expression, the lists are maps. Local time and the suffixes of a host
//! are variables, and every question has its context filled before.

use std::collections::HashMap;

use cel::{Context, Program, Value};
use parcep_benches::plan::Plan;
use parcep_benches::questions::Asked;
use parcep_core::decide::Action;

use crate::{Denies, suffixes};

/// No host that is asked for has more labels.
const SUFFIXES: [&str; 5] = ["d0", "d1", "d2", "d3", "d4"];

/// The rules of a plan, as an expression that is true where they allow.
#[must_use]
pub fn expression(plan: &Plan) -> String {
    let mut all = vec!["second >= open[weekday][0] && second < open[weekday][1]".to_owned()];
    if plan.max_age.is_some() {
        all.push("age <= max_age && used < overall".to_owned());
    }
    all.push("!(app in apps)".to_owned());
    if !plan.categories.is_empty() {
        all.push("!(category in limits && spent[category] >= limits[category])".to_owned());
    }
    let none = SUFFIXES.map(|name| format!("!({name} in hosts)"));
    all.push(none.join(" && "));
    all.join(" && ")
}

/// The rules of a plan, ready for these questions. Leaks what the contexts stand on.
#[must_use]
pub fn ready(plan: &Plan, asked: &[Asked]) -> Denies {
    let program = Program::compile(&expression(plan)).unwrap();
    let base: &'static Context<'static, 'static> = Box::leak(Box::new(base(plan)));
    let contexts: Vec<Context<'_, '_>> = asked.iter().map(|asked| context(base, asked)).collect();
    Box::new(move |number| program.execute(&contexts[number]).unwrap() != Value::Bool(true))
}

fn base(plan: &Plan) -> Context<'static, 'static> {
    let yes = |names: &[String]| -> Value {
        names
            .iter()
            .map(|name| (name.clone(), true))
            .collect::<HashMap<_, _>>()
            .into()
    };
    let numbers = |of: fn(&(String, u32, u32)) -> u32| -> Value {
        let each = plan.categories.iter();
        each.map(|category| (category.0.clone(), i64::from(of(category))))
            .collect::<HashMap<_, _>>()
            .into()
    };
    let mut base = Context::default();
    let open: Vec<Vec<i64>> = plan
        .open
        .iter()
        .map(|(from, until)| vec![(*from).into(), (*until).into()])
        .collect();
    base.add_variable_from_value("open", open);
    base.add_variable_from_value("apps", yes(&plan.apps));
    base.add_variable_from_value("hosts", yes(&plan.hosts));
    base.add_variable_from_value("limits", numbers(|category| category.1));
    base.add_variable_from_value("spent", numbers(|category| category.2));
    let (overall, used) = plan.overall.unwrap_or((1, 0));
    base.add_variable_from_value("overall", i64::from(overall));
    base.add_variable_from_value("used", i64::from(used));
    base.add_variable_from_value("max_age", i64::from(plan.max_age.unwrap_or(u8::MAX)));
    base
}

fn context(base: &'static Context<'static, 'static>, asked: &Asked) -> Context<'static, 'static> {
    let mut context = base.new_inner_scope();
    context.add_variable_from_value("weekday", asked.weekday as i64);
    context.add_variable_from_value("second", i64::from(asked.second));
    context.add_variable_from_value("age", i64::from(asked.age.unwrap_or(0)));
    let (app, host) = match asked.action {
        Action::App(_) => (asked.name.as_str(), ""),
        Action::Host(_) => ("", asked.name.as_str()),
        _ => ("", ""),
    };
    context.add_variable_from_value("app", app.to_owned());
    context.add_variable_from_value("category", asked.category.clone().unwrap_or_default());
    let mut above = suffixes(host);
    for name in SUFFIXES {
        context.add_variable_from_value(name, above.next().unwrap_or_default().to_owned());
    }
    assert!(
        above.next().is_none(),
        "a host has more labels than the expression asks for"
    );
    context
}
