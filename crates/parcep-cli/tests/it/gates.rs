//! Age rules of a household: asked by `decide`, told by `explain`, shown by `policy show`.

use crate::support::{OKAFOR, Run, run};
use serde_json::{Value, json};

/// A policy with a gate on social networks and a rule about telling an age.
fn policy(folder: &tempfile::TempDir) -> String {
    let layer = json!({"author": {"guardian": "g1"}, "age": {
        "share": [{"id": "age/rest", "share": "ask"}],
        "gates": [{"id": "age/social", "target": {"category": "social_media"}, "minimum_age": 16,
                   "least_assurance": "standard"}],
    }});
    let file = json!({"child": "Yuna", "names": {"g1": "Aïcha"}, "profile": {"zone": "Europe/Paris"},
                      "layers": [layer]});
    let path = folder.path().join("policy.json");
    std::fs::write(&path, file.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn ask(program: &str, more: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = policy(&folder);
    let question = [
        program,
        "--policy",
        &path,
        "--child",
        "Yuna",
        "--at",
        "2026-11-23T10:00:00+01:00",
        "--action",
        "app:android/org.example.talk",
        "--category",
        "social_media",
    ];
    run(&[&question[..], more].concat())
}

/// R-EVAL-056: the fact that a gate asks for, and that a low assurance closes and never opens it.
#[test]
fn decide_takes_what_is_known_of_an_age() {
    let told = |more: &[&str]| {
        let json = ask("decide", &[more, &["--json"]].concat()).json();
        let word = |member: &str| json[member].as_str().unwrap().to_owned();
        format!("{} {}", word("effect"), word("reason"))
    };
    assert_eq!(told(&[]), "ask age_unknown");
    assert_eq!(told(&["--age", "unknown"]), "ask age_unknown");
    assert_eq!(told(&["--age", "13-16"]), "deny age");
    assert_eq!(told(&["--age", "18+"]), "ask age_unknown");
    let sure = ["--age", "18+", "--age-assurance", "standard"];
    assert_eq!(told(&sure), "allow allowed");
    let unsure = ["--age", "18+", "--age-assurance", "basic"];
    assert_eq!(told(&unsure), "ask age_unknown");
    for (wrong, code) in [
        (&["--age", "16-13"][..], "BAD_AGE"),
        (&["--age", "16"], "BAD_AGE"),
        (&["--age", "-1-13"], "USAGE"),
        (&["--age", "130+"], "BAD_AGE"),
        (&["--age", "2010-05-04"], "BAD_AGE"),
        (
            &["--age", "16+", "--age-assurance", "not_told"],
            "BAD_ASSURANCE",
        ),
    ] {
        let run = ask("decide", &[wrong, &["--json"]].concat());
        assert_eq!(run.json()["error"]["code"], code, "{wrong:?}");
    }
}

/// R-DEP-005: why, to an adult and to a child, in both languages.
#[test]
fn explain_tells_a_gate_in_words() {
    let told = |more: &[&str]| ask("explain", &[&["--age", "13-16"], more].concat()).stdout;
    assert!(
        told(&[]).contains("open from 16 years on: Social networks"),
        "{}",
        told(&[])
    );
    let child = told(&["--for", "child", "--lang", "fr"]);
    assert!(child.contains("ouvert à partir de 16 ans"), "{child}");
    assert!(
        child.contains("c’est ouvert pour les plus grands"),
        "{child}"
    );
}

/// R-DEP-010: from the month of the step on, until a later review date is set.
#[test]
fn show_tells_which_rules_an_age_step_brought_up() {
    let imported = {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("policy.json");
        let out = out.to_str().unwrap().to_owned();
        run(&["policy", "import", "--from", "pcps", OKAFOR, "--out", &out]);
        std::fs::read_to_string(&out).unwrap()
    };
    let mut file: Value = serde_json::from_str(&imported).unwrap();
    let child = &mut file["family"]["children"][0];
    let id = child["id"].as_str().unwrap().to_owned();
    let flag = |name: &str, review: &str| json!({"id": name, "on": true, "review_by": review});
    child["layer"] = json!({"author": {"guardian": "g1"},
        "apps": {"install_approval": flag("old", "2026-05-31")},
        "web": {"safe_search": {"id": "bare", "on": true}},
        "spending": {"approval": flag("new", "2026-12-01")}});
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    std::fs::write(&path, file.to_string()).unwrap();
    let shown = |at: &str, more: &[&str]| {
        let show = ["policy", "show", path.to_str().unwrap(), "--child", &id];
        let steps = ["--release-on", "2031-06", "--at", at];
        run(&[&show[..], &steps, more].concat())
    };
    assert!(!shown("2026-05-31", &[]).stdout.contains("due since"));
    let due = shown("2026-06-01", &[]).stdout;
    assert!(
        due.contains("due since 2026-06: the step at 13 years"),
        "{due}"
    );
    let json = shown("2026-06-01", &["--json"]).json();
    let due = |rule: &str| json!({"rule": rule, "age": 13, "since": "2026-06"});
    assert_eq!(json["due"], json!([due("old"), due("bare")]));
    // At 16 everything comes up again; where majority is later, the same release is of an older child.
    let json = shown("2029-06-01", &["--step", "16", "--json"]).json();
    assert_eq!(json["due"].as_array().unwrap().len(), 3);
    let later = shown("2023-06-01", &["--majority", "21", "--json"]).json();
    let expected = json!([{"rule": "bare", "age": 13, "since": "2023-06"}]);
    assert_eq!(later["due"], expected);
    for (wrong, code) in [("2031", "BAD_MONTH"), ("2031-13", "BAD_MONTH")] {
        let show = [
            "policy",
            "show",
            path.to_str().unwrap(),
            "--child",
            &id,
            "--json",
        ];
        let run = run(&[&show[..], &["--release-on", wrong]].concat());
        assert_eq!(run.json()["error"]["code"], code);
    }
}
