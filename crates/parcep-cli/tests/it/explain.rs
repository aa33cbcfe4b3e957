//! `parcep explain`: what a guardian and a child read.

use crate::support::{OKAFOR, Run, run};
use serde_json::Value;
use std::path::Path;

/// A child of two homes: custody changes, a law, a lock with a reason, an overdue review; the clocks
/// go back on 25 October 2026.
pub(crate) const TWO_HOMES: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/two-homes.json");

fn explain(at: &str, action: &str, more: &[&str]) -> Run {
    let question = ["explain", "--policy", TWO_HOMES, "--child", "Yuna"];
    let question = [&question[..], &["--at", at, "--action", action], more].concat();
    let run = run(&question);
    assert_eq!(run.code, 0, "{run:?}");
    run
}

fn json(at: &str, action: &str, more: &[&str]) -> Value {
    explain(at, action, &[more, &["--json"]].concat()).json()
}

fn texts(value: &Value) -> Vec<&str> {
    let list = value.as_array().unwrap();
    list.iter().map(|text| text.as_str().unwrap()).collect()
}

/// Compares with a file of `tests/data/explain`, or writes it where that was asked for.
pub(crate) fn settle(name: &str, fresh: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/explain");
    let path = path.join(name);
    if std::env::var_os("PARCEP_REGENERATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == fresh,
        "{name} differs; look at it, then run with PARCEP_REGENERATE=1\n{fresh}"
    );
}

/// R-DEP-005: why, whose rule, until when, how to ask, whom to call; to both, in both languages.
#[test]
fn a_denial_is_told_to_both_in_both_languages() {
    let questions = [
        ("hours", "2026-10-20T15:40:00+02:00", "device"),
        ("lock", "2026-10-24T19:30:00+02:00", "device"),
        ("law", "2026-10-24T23:40:00+02:00", "device"),
        ("budget", "2026-10-25T10:40:00+01:00", "device"),
        (
            "app",
            "2026-10-21T15:40:00+02:00",
            "app:android/org.example.chat",
        ),
        ("allowed", "2026-10-20T16:10:00+02:00", "device"),
    ];
    for (name, at, action) in questions {
        for reader in ["guardian", "child"] {
            for language in ["en", "fr"] {
                let run = explain(at, action, &["--for", reader, "--lang", language]);
                settle(&format!("{name}.{reader}.{language}.txt"), &run.stdout);
            }
        }
    }
}

/// R-EVAL-053, R-DEP-005: a rule is its author and its name; both guardians here have `time/day`.
#[test]
fn every_binding_rule_comes_with_who_set_it() {
    let told = json("2026-10-25T00:40:00+02:00", "device", &[]);
    let who: Vec<_> = told["rules"].as_array().unwrap().iter().collect();
    let who: Vec<_> = who
        .iter()
        .map(|rule| rule["who"].as_str().unwrap())
        .collect();
    assert_eq!(who, ["Gaspard", "the law of France"]);
    let told = json("2026-10-25T10:40:00+01:00", "device", &[]);
    let [rule] = told["rules"].as_array().unwrap().as_slice() else {
        panic!("{told}");
    };
    assert_eq!(rule["guardian"], "gaspard");
    assert!(
        rule["text"].as_str().unwrap().contains("Sunday none"),
        "{rule}"
    );
}

/// R-EVAL-041: no grant of a guardian reaches a law's window.
#[test]
fn a_way_is_told_only_where_it_works() {
    let way = |told: &Value, text: &str| texts(&told["ways"]).iter().any(|way| way.contains(text));
    let hours = json("2026-10-20T15:40:00+02:00", "device", &[]);
    assert!(way(&hours, "also opens the hours"), "{hours}");
    let law = json("2026-10-24T23:40:00+02:00", "device", &[]);
    assert_eq!(
        texts(&law["ways"]),
        ["The law sets this: no guardian can change it."]
    );
    let spent = json("2026-10-25T10:40:00+01:00", "device", &[]);
    assert!(
        way(&spent, "Extra time from Solveig or Gaspard would be enough"),
        "{spent}"
    );
    // An unblock lifts no explicit block.
    let app = json(
        "2026-10-21T16:40:00+02:00",
        "app:android/org.example.chat",
        &[],
    );
    assert!(!way(&app, "exception"), "{app}");
    assert!(texts(&json("2026-10-20T16:10:00+02:00", "device", &[])["ways"]).is_empty());
}

/// What was tried says the same as `decide` does of the same policy.
#[test]
fn the_answer_is_the_one_that_decide_gives() {
    for (at, action) in [
        ("2026-10-20T15:40:00+02:00", "device"),
        ("2026-10-24T19:30:00+02:00", "app:pcps/Chess"),
        ("2026-10-25T02:30:00+01:00", "host:example.org"),
        ("2026-10-26T18:00:00+01:00", "content:pegi/18"),
        ("2026-10-26T18:00:00+01:00", "service:urn:service:sos"),
    ] {
        let told = json(at, action, &["--for", "child", "--lang", "fr"]);
        let question = ["--child", "Yuna", "--at", at, "--action", action, "--json"];
        let decided = run(&[&["decide", "--policy", TWO_HOMES][..], &question].concat()).json();
        for member in ["effect", "reason", "remaining_seconds", "next_change"] {
            assert_eq!(told[member], decided[member], "{action} {member}");
        }
        let names = |answer: &Value| -> Vec<Value> {
            let rules = answer["rules"].as_array().unwrap();
            rules.iter().map(|rule| rule["rule"].clone()).collect()
        };
        assert_eq!(names(&told), names(&decided), "{action}");
    }
}

/// R-EVAL-001: the way to help stands beside everything, allowed or not.
#[test]
fn whom_to_call_stands_in_every_answer() {
    for (at, action) in [
        ("2026-10-24T19:30:00+02:00", "device"),
        ("2026-10-20T16:10:00+02:00", "device"),
        ("2026-10-24T19:30:00+02:00", "service:urn:service:sos"),
    ] {
        for more in [&[][..], &["--for", "child"]] {
            let told = json(at, action, more);
            assert!(
                texts(&told["help"]).iter().any(|line| line.contains("119")),
                "{told}"
            );
        }
    }
    let floor = json("2026-10-24T19:30:00+02:00", "service:urn:service:sos", &[]);
    assert_eq!(
        (&floor["effect"], &floor["when"]),
        (&"allow".into(), &Value::Array(vec![]))
    );
}

#[test]
fn a_guardian_without_a_known_name_is_somebody() {
    let question = [
        "explain",
        "--policy",
        OKAFOR,
        "--child",
        "child-tobias",
        "--at",
    ];
    let question = [
        &question[..],
        &["2026-05-04T20:00:00+02:00", "--action", "device"],
    ]
    .concat();
    let told = run(&question).stdout;
    let policy = std::fs::read_to_string(OKAFOR).unwrap();
    let policy: Value = serde_json::from_str(&policy).unwrap();
    let name = policy["guardians"][0]["name"].as_str().unwrap();
    assert!(told.contains(&format!("Set by {name}")), "{told}");
    // The same rules without names.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    let mut bare: Value =
        serde_json::from_str(&std::fs::read_to_string(TWO_HOMES).unwrap()).unwrap();
    bare.as_object_mut().unwrap().remove("names");
    std::fs::write(&path, bare.to_string()).unwrap();
    let path = path.to_str().unwrap();
    let question = [
        "explain", "--policy", path, "--child", "Yuna", "--for", "child", "--at",
    ];
    let question = [
        &question[..],
        &["2026-10-20T15:40:00+02:00", "--action", "device"],
    ]
    .concat();
    let told = run(&question).stdout;
    assert!(
        told.contains("from a grown-up who looks after you"),
        "{told}"
    );
}

#[test]
fn what_is_wrong_with_a_policy_as_json_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    let at = [
        "--at",
        "2026-10-20T15:40:00+02:00",
        "--action",
        "device",
        "--json",
    ];
    let camera = |rule: &str| {
        format!(
            r#"{{"child": "Yuna", "profile": {{"zone": "UTC"}}, "layers":
            [{{"author": {{"guardian": "g"}}, "features": {{"rules": [{rule}]}}}}]}}"#
        )
    };
    let code = camera(r#"{"id": "f", "feature": "ai..x", "effect": "block"}"#);
    let effect = camera(r#"{"id": "f", "feature": "ai", "effect": "maybe"}"#);
    let rule = "/layers/0/features/rules/0";
    for (text, code, pointer) in [
        (r#"{"layers": [], "child": "Yuna"}"#, "BAD_RULE", None),
        (&code, "BAD_RULE", Some(format!("{rule}/feature"))),
        (&effect, "BAD_RULE", Some(format!("{rule}/effect"))),
        (r#"{"layers": [], "layers": []}"#, "DUPLICATE_MEMBER", None),
        (
            r#"{"layers": [], "child": "Noa", "profile": {"zone": "UTC"}}"#,
            "UNKNOWN_CHILD",
            None,
        ),
        (
            r#"{"layers": [], "child": "Yuna", "profile": {"zone": "Moon/Base"}}"#,
            "UNKNOWN_ZONE",
            None,
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let file = [
            "explain",
            "--policy",
            path.to_str().unwrap(),
            "--child",
            "Yuna",
        ];
        let run = run(&[&file[..], &at].concat());
        assert_ne!(run.code, 0);
        assert_eq!(run.json()["error"]["code"], code, "{run:?}");
        if let Some(pointer) = pointer {
            assert_eq!(run.json()["error"]["pointer"], pointer, "{run:?}");
        }
    }
}
