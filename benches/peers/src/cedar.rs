//! Cedar. It has no suffix match and no zones: which list a host is on is in its entities, local
//! time in the context of the request.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use parcep_benches::plan::Plan;
use parcep_benches::questions::Asked;
use parcep_core::decide::Action;

use crate::{Denies, suffixes};

/// How blocked apps are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apps {
    /// One policy for each.
    OneByOne,
    /// One policy, and a list of apps in the entities.
    AsData,
}

/// The policies of a plan, as text.
#[must_use]
pub fn policies(plan: &Plan, apps: Apps) -> String {
    let mut text = "permit(principal, action, resource);\n".to_owned();
    let any = "forbid(principal, action, resource)";
    let mut open: Vec<((u32, u32), Vec<usize>)> = Vec::new();
    for (day, span) in plan.open.iter().enumerate() {
        match open
            .iter_mut()
            .find(|(known, _)| known == span && plan.windows < 7)
        {
            Some((_, days)) => days.push(day),
            None => open.push((*span, vec![day])),
        }
    }
    let window = |((from, until), days): &((u32, u32), Vec<usize>)| {
        let on = format!("{days:?}.contains(context.weekday)");
        format!("({on} && context.second >= {from} && context.second < {until})")
    };
    let windows: Vec<String> = open.iter().map(window).collect();
    writeln!(text, "{any} unless {{ {} }};", windows.join(" || ")).unwrap();
    if let Some(age) = plan.max_age {
        writeln!(
            text,
            "{any} when {{ context has age && context.age > {age} }};"
        )
        .unwrap();
    }
    if let Some((limit, _)) = plan.overall {
        writeln!(text, "{any} when {{ principal.overall >= {limit} }};").unwrap();
    }
    for (code, limit, _) in &plan.categories {
        let of = format!(r#"forbid(principal, action, resource in Category::"{code}")"#);
        writeln!(text, "{of} when {{ principal.{code} >= {limit} }};").unwrap();
    }
    match apps {
        Apps::OneByOne => plan.apps.iter().for_each(|app| {
            writeln!(
                text,
                r#"forbid(principal, action, resource in App::"{app}");"#
            )
            .unwrap();
        }),
        Apps::AsData => text.push_str("forbid(principal, action, resource in List::\"apps\");\n"),
    }
    text + "forbid(principal, action, resource in List::\"hosts\");\n"
}

/// The rules of a plan, ready for these questions.
#[must_use]
pub fn ready(plan: &Plan, asked: &[Asked], apps: Apps) -> Denies {
    let policies: PolicySet = policies(plan, apps).parse().unwrap();
    let (entities, requests) = world(plan, asked);
    let authorizer = Authorizer::new();
    Box::new(move |number| {
        let answer = authorizer.is_authorized(&requests[number], &policies, &entities);
        answer.decision() == Decision::Deny
    })
}

fn world(plan: &Plan, asked: &[Asked]) -> (Entities, Vec<Request>) {
    let long = |number: u32| RestrictedExpression::new_long(number.into());
    let overall = plan
        .overall
        .map(|(_, used)| ("overall".to_owned(), long(used)));
    let categories = plan
        .categories
        .iter()
        .map(|(code, _, used)| (code.clone(), long(*used)));
    let child = uid("Child", "c");
    let attributes: HashMap<_, _> = overall.into_iter().chain(categories).collect();
    let mut entities = vec![Entity::new(child.clone(), attributes, HashSet::new()).unwrap()];
    let mut add = |uid: EntityUid, parents: Vec<EntityUid>| {
        let parents = parents.into_iter().collect();
        entities.push(Entity::new(uid, HashMap::new(), parents).unwrap());
    };
    plan.apps
        .iter()
        .for_each(|app| add(uid("App", app), vec![uid("List", "apps")]));
    plan.hosts
        .iter()
        .for_each(|host| add(uid("Host", host), vec![uid("List", "hosts")]));
    let listed: HashSet<&str> = plan.hosts.iter().map(String::as_str).collect();
    let mut requests = Vec::new();
    for (number, asked) in asked.iter().enumerate() {
        let item = uid("Item", &number.to_string());
        let category = asked.category.iter().map(|code| uid("Category", code));
        let parents = match asked.action {
            Action::App(_) => category.chain([uid("App", &asked.name)]).collect(),
            Action::Host(_) => {
                let above = suffixes(&asked.name).find(|host| listed.contains(host));
                above.into_iter().map(|host| uid("Host", host)).collect()
            }
            _ => Vec::new(),
        };
        add(item.clone(), parents);
        let age = asked.age.map(|age| ("age".to_owned(), long(age.into())));
        let now = [
            (
                "weekday".to_owned(),
                RestrictedExpression::new_long(asked.weekday as i64),
            ),
            ("second".to_owned(), long(asked.second)),
        ];
        let context = Context::from_pairs(now.into_iter().chain(age)).unwrap();
        let request = Request::new(child.clone(), uid("Action", "use"), item, context, None);
        requests.push(request.unwrap());
    }
    (Entities::from_entities(entities, None).unwrap(), requests)
}

fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.parse().unwrap(), EntityId::new(id))
}
