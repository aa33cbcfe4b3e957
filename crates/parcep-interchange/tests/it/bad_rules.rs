//! Rules that nobody should sign, as a policy file has them: refused at the place, or held as written.

use crate::support::{import, with_policy};
use parcep_core::decide::{Action, Context, PolicyInput, Usage, compile, decide};
use parcep_core::policy::PolicyLayer;
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use parcep_interchange::{Code, Refusal, file};
use serde_json::{Value, json};

/// The policy file of a family whose one child has this layer, or what refuses it.
fn load(sections: Value) -> Result<PolicyLayer, Refusal> {
    let saved = file::save(&import(&with_policy("{}"))).unwrap();
    let mut file: Value = serde_json::from_str(&saved).unwrap();
    let layer = &mut file["family"]["children"][0]["layer"];
    for (name, section) in sections.as_object().unwrap() {
        layer[name] = section.clone();
    }
    let loaded = file::load(file.to_string().as_bytes())?;
    Ok(loaded.family.children[0].layer.clone())
}

fn window(member: &str, value: Value) -> Value {
    let mut window = json!({"id": "w", "state": "block", "days": ["monday"], "span": "all_day"});
    window[member] = value;
    json!({"schedule": {"windows": [window]}})
}

fn budget(member: &str, value: Value) -> Value {
    let mut budget = json!({"id": "b", "target": "overall", "allowance": {"weekly": 60}});
    budget[member] = value;
    json!({"budgets": {"budgets": [budget]}})
}

fn end(member: &str, value: Value) -> Value {
    let mut end = json!({"id": "e", "action": "lock"});
    end[member] = value;
    json!({"schedule": {"end": end}})
}

fn feature(member: &str, value: Value) -> Value {
    let mut rule = json!({"id": "f", "feature": "ai.memory", "effect": "block"});
    rule[member] = value;
    json!({"features": {"rules": [rule]}})
}

fn verdict(member: &str, value: Value) -> Value {
    let mut rule = json!({"id": "v", "about": {"concern": "contact"}, "effect": "ask"});
    rule[member] = value;
    json!({"ratings": {"verdicts": [rule]}})
}

// R-POL-004, R-POL-007, R-POL-040, R-PCPS-022
#[test]
fn what_no_policy_has_is_refused_at_the_field() {
    let (windows, budgets) = ("/schedule/windows/0", "/budgets/budgets/0");
    let table = [
        (
            budget("allowance", json!({"weekly": u64::MAX})),
            format!("{budgets}/allowance/weekly"),
        ),
        (
            budget("allowance", json!({"weekly": -1})),
            format!("{budgets}/allowance/weekly"),
        ),
        (
            budget("allowance", json!({"daily": [{"days": [], "seconds": 1}]})),
            format!("{budgets}/allowance/daily/0/days"),
        ),
        (
            budget("counting", json!("all")),
            format!("{budgets}/counting"),
        ),
        (
            budget("target", json!({"feature": "AI"})),
            format!("{budgets}/target/feature"),
        ),
        (
            budget("on_unenforceable", json!("allow")),
            format!("{budgets}/on_unenforceable"),
        ),
        (
            window("span", json!({"start": "00:00", "end": "8760:00"})),
            format!("{windows}/span"),
        ),
        (
            window("span", json!({"start": "07:00", "end": "07:00"})),
            format!("{windows}/span"),
        ),
        (window("days", json!([])), format!("{windows}/days")),
        (window("days", json!([8])), format!("{windows}/days/0")),
        (window("state", json!(2)), format!("{windows}/state")),
        (
            window("target", json!({"host": "a.example"})),
            format!("{windows}/target"),
        ),
        (
            window("review_by", json!("10000-01-01")),
            format!("{windows}/review_by"),
        ),
        (
            window("review_by", json!("9999-12-31")),
            format!("{windows}/review_by"),
        ),
        (
            window("review_by", json!("2027-02-29")),
            format!("{windows}/review_by"),
        ),
        (
            end("action", json!("explode")),
            "/schedule/end/action".to_owned(),
        ),
        (
            end("grace_seconds", json!(601)),
            "/schedule/end/grace_seconds".to_owned(),
        ),
        (
            end("warning_seconds", json!([0])),
            "/schedule/end/warning_seconds".to_owned(),
        ),
        (
            end("warning_seconds", json!([1, 1, 1, 1, 1, 1, 1, 1, 1])),
            "/schedule/end/warning_seconds".to_owned(),
        ),
        (
            feature("feature", json!("ai..memory")),
            "/features/rules/0/feature".to_owned(),
        ),
        (
            feature("effect", json!("maybe")),
            "/features/rules/0/effect".to_owned(),
        ),
        (
            feature("reason", json!("new")),
            "/features/rules/0/reason".to_owned(),
        ),
        (
            verdict("min_confidence_percent", json!(101)),
            "/ratings/verdicts/0/min_confidence_percent".to_owned(),
        ),
        (
            verdict("min_confidence_percent", json!(0.5)),
            "/ratings/verdicts/0/min_confidence_percent".to_owned(),
        ),
        (
            verdict("about", json!({"concern": "weather"})),
            "/ratings/verdicts/0/about/concern".to_owned(),
        ),
        (
            verdict("effect", json!("allow")),
            "/ratings/verdicts/0/effect".to_owned(),
        ),
        (
            json!({"web": {"lists": [{"id": "l", "access": "block", "sha256": "00"}]}}),
            "/web/lists/0/sha256".to_owned(),
        ),
        (
            json!({"web": {"safe_search_engines": ["a.example/search"]}}),
            "/web/safe_search_engines/0".to_owned(),
        ),
        (
            json!({"spending": {"approval_class": "big"}}),
            "/spending/approval_class".to_owned(),
        ),
        (
            json!({"spending": {"caps": [{"id": "c", "amount": {"currency": "GBP", "minor": 1}, "period": "year"}]}}),
            "/spending/caps/0/period".to_owned(),
        ),
        (
            json!({"communication": {"when_closed": {"id": "c", "mode": "some"}}}),
            "/communication/when_closed/mode".to_owned(),
        ),
    ];
    for (sections, pointer) in table {
        let refusal = load(sections.clone()).expect_err(&sections.to_string());
        assert_eq!(refusal.code, Code::BadRule, "{sections}");
        let expected = format!("/family/children/0/layer{pointer}");
        assert_eq!(refusal.pointer, expected, "{sections}: {refusal}");
    }
}

// R-POL-004
#[test]
fn rows_that_repeat_or_are_too_many_are_refused_at_the_later_row_or_the_list() {
    let rule = |id: &str| json!({"id": id, "feature": "ai", "effect": "ask"});
    let many: Vec<_> = (0..20_000)
        .map(|n| json!({"id": "f", "feature": format!("x.n{n}"), "effect": "ask"}))
        .collect();
    let cap = |period: &str| json!({"id": "c", "amount": {"currency": "GBP", "minor": 1}, "period": period});
    let about = || json!({"id": "v", "about": {"category": "games"}, "effect": "ask"});
    for (sections, pointer) in [
        (
            json!({"features": {"rules": [rule("a"), rule("b")]}}),
            "/features/rules/1",
        ),
        (json!({"features": {"rules": many}}), "/features/rules"),
        (
            json!({"spending": {"caps": [cap("day"), cap("week"), cap("day")]}}),
            "/spending/caps/2",
        ),
        (
            json!({"ratings": {"verdicts": [about(), about()]}}),
            "/ratings/verdicts/1",
        ),
        (
            json!({"apps": {"rules": [{"id": "a", "target": "any", "reason": "x".repeat(513)}]}}),
            "/apps/rules/0/reason",
        ),
    ] {
        let refusal = load(sections).expect_err(pointer);
        assert_eq!(
            refusal.pointer,
            format!("/family/children/0/layer{pointer}")
        );
        assert_eq!(refusal.code, Code::BadRule);
    }
    assert!(load(json!({"spending": {"caps": [cap("day"), cap("week"), cap("month")]}})).is_ok());
}

/// What is odd and still a policy is evaluated: nothing overflows, and nothing opens by it.
#[test]
fn the_largest_values_that_are_taken_are_answered() {
    let layer = load(json!({
        "schedule": {
            "windows": [{"id": "w", "state": "allow", "days": ["monday"], "span": {"start": "23:59:59", "end": "23:59:58"}}],
            "end": {"id": "e", "action": "notify", "grace_seconds": 600, "warning_seconds": [3600, 1]}},
        "budgets": {"budgets": [
            {"id": "b", "target": "overall", "allowance": {"weekly": u32::MAX}},
            {"id": "none", "target": {"category": "games"}, "allowance": {"daily": []}},
            {"id": "zero", "target": {"app": "pcps/A"}, "allowance": {"weekly": 0}}], "extra_time_cap": u32::MAX},
        "spending": {"caps": [{"id": "c", "amount": {"currency": "GBP", "minor": u64::MAX}}]},
    }))
    .unwrap();
    let profile = import(&with_policy("{}")).family.children[0]
        .profile
        .clone();
    let layers = [layer];
    let input = PolicyInput::new(&profile, &layers);
    let ratings = RatingTable::bundled();
    let compiled = compile(&input, &ratings, &Zones::bundled()).unwrap();
    let usage = Usage::none();
    for at in [
        "-009999-01-03T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "9999-12-30T21:59:59Z",
    ] {
        for action in ["device", "app:pcps/A"] {
            let action = Action::parse(action, &ratings).unwrap();
            let context = Context::new(at.parse().unwrap(), &action);
            let decision = decide(&compiled, &usage, &context);
            // An app without any time is never open; the device may be.
            let open = decision.effect() == parcep_core::decide::Effect::Allow;
            assert!(!open || action == Action::Device, "{at} {action:?}");
        }
    }
}
