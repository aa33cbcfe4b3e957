//! Rego on the virtual machine of regorus. The rules are one program, the lists its data. Local
//! time and the suffixes of a host are in the input.

use parcep_benches::plan::Plan;
use parcep_benches::questions::Asked;
use parcep_core::decide::Action;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Rc, Value};
use serde_json::json;

use crate::{Denies, suffixes};

const PROGRAM: &str = r"
package pc
default allow := false
allow if {
    open
    not over_age
    not spent
    not category_spent
    not data.apps[input.app]
    not host_blocked
}
open if {
    input.second >= data.open[input.weekday][0]
    input.second < data.open[input.weekday][1]
}
over_age if input.age > data.max_age
spent if data.overall.used >= data.overall.limit
category_spent if {
    category := data.categories[input.category]
    category.used >= category.limit
}
host_blocked if {
    some suffix in input.suffixes
    data.hosts[suffix]
}
";

/// The rules of a plan, ready for these questions.
#[must_use]
pub fn ready(plan: &Plan, asked: &[Asked]) -> Denies {
    let rule = "data.pc.allow";
    let data = Value::from_json_str(&data(plan).to_string()).unwrap();
    let mut engine = Engine::new();
    engine
        .add_policy("pc.rego".to_owned(), PROGRAM.to_owned())
        .unwrap();
    engine.add_data(data.clone()).unwrap();
    let entry: Rc<str> = rule.into();
    let compiled = engine.compile_with_entrypoint(&entry).unwrap();
    let program = Compiler::compile_from_policy(&compiled, &[rule]).unwrap();
    let mut machine = RegoVM::new();
    machine.load_program(program);
    machine.set_data(data).unwrap();
    let inputs: Vec<Value> = asked.iter().map(input).collect();
    Box::new(move |number| {
        machine.set_input(inputs[number].clone());
        machine.execute().unwrap() != Value::from(true)
    })
}

fn data(plan: &Plan) -> serde_json::Value {
    let yes = |names: &[String]| -> serde_json::Value {
        names
            .iter()
            .map(|name| (name.clone(), json!(true)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let category = |(code, limit, used): &(String, u32, u32)| {
        (code.clone(), json!({"limit": limit, "used": used}))
    };
    let categories: serde_json::Map<_, _> = plan.categories.iter().map(category).collect();
    let mut data = json!({
        "open": plan.open, "apps": yes(&plan.apps), "hosts": yes(&plan.hosts), "categories": categories,
    });
    if let (Some(age), Some((limit, used))) = (plan.max_age, plan.overall) {
        data["max_age"] = json!(age);
        data["overall"] = json!({"limit": limit, "used": used});
    }
    data
}

fn input(asked: &Asked) -> Value {
    let mut input = json!({"weekday": asked.weekday, "second": asked.second});
    match asked.action {
        Action::App(_) => input["app"] = json!(asked.name),
        Action::Host(_) => input["suffixes"] = json!(suffixes(&asked.name).collect::<Vec<_>>()),
        _ => {}
    }
    if let Some(category) = &asked.category {
        input["category"] = json!(category);
    }
    if let Some(age) = asked.age {
        input["age"] = json!(age);
    }
    Value::from_json_str(&input.to_string()).unwrap()
}
