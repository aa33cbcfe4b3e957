use super::*;
use crate::trial::StepRole;

fn a_test() -> &'static Test {
    catalogue::tests().next().unwrap()
}

fn attempt(verdict: Verdict) -> Attempt {
    Attempt {
        verdict,
        reason: None,
        duration_ms: 12,
        steps: vec![Step {
            what: "append <twice>".into(),
            role: StepRole::Check,
            expected: "refused".into(),
            observed: "accepted & stored".into(),
            ok: verdict == Verdict::Pass,
        }],
    }
}

fn result(verdicts: &[Verdict]) -> Result {
    let attempts = verdicts.iter().copied().map(attempt).collect();
    Result::of(a_test(), attempts, "parcep-conform again".into())
}

fn report(results: Vec<Result>) -> Report {
    let run = Run {
        target: "http://127.0.0.1:1".into(),
        profile: Profile::Quick,
        seed: 7,
        started_at: 0,
        duration_ms: 24,
        command: "parcep-conform".into(),
        selection: Selection::of(&results),
    };
    Report::new(run, results)
}

/// R-CONF-002
#[test]
fn a_pass_after_a_failure_is_unstable_and_no_pass() {
    let result = result(&[Verdict::Fail, Verdict::Pass]);
    assert_eq!((result.verdict, result.unstable), (Verdict::Fail, true));
    assert_eq!(result.attempts.len(), 2);
}

#[test]
fn a_pass_after_an_inconclusive_attempt_is_a_pass() {
    let result = result(&[Verdict::Inconclusive, Verdict::Pass]);
    assert_eq!((result.verdict, result.unstable), (Verdict::Pass, false));
}

#[test]
fn the_exit_code_follows_the_heaviest_verdict() {
    use Verdict::{Error, Fail, Inconclusive, NotApplicable, Pass};
    let cases: [(&[Verdict], u8); 8] = [
        (&[Pass], 0),
        (&[Pass, NotApplicable], 0),
        (&[Pass, Fail, Error], 1),
        (&[Pass, Error], 3),
        (&[Pass, Inconclusive], 4),
        (&[NotApplicable], 4),
        (&[Inconclusive], 4),
        (&[], 4),
    ];
    for (verdicts, expected) in cases {
        let results = verdicts.iter().map(|verdict| result(&[*verdict])).collect();
        assert_eq!(report(results).exit_code, expected, "{verdicts:?}");
    }
}

/// R-CONF-001
#[test]
fn what_is_only_recommended_earns_a_warning_and_breaks_no_conformance() {
    let mut recommended = result(&[Verdict::Fail]);
    recommended.binding = false;
    let report = report(vec![recommended, result(&[Verdict::Pass])]);
    assert_eq!(report.conclusion, Conclusion::Conformant);
    assert_eq!((report.totals.fail, report.totals.warning), (1, 1));
    assert!(
        report.render().contains("1 warnings"),
        "{}",
        report.render()
    );
}

#[test]
fn a_test_that_was_not_selected_makes_the_run_incomplete() {
    let report = report(vec![result(&[Verdict::Pass]), Result::skipped(a_test())]);
    assert_eq!(report.conclusion, Conclusion::Incomplete);
    assert_eq!(report.run.selection.missing, [a_test().id]);
}

#[test]
fn a_failure_is_shown_with_clause_expectation_observation_and_command() {
    let page = report(vec![result(&[Verdict::Fail])]).render();
    let clause = a_test().clauses().remove(0);
    for part in [
        clause.requirement,
        clause.text,
        "refused",
        "accepted & stored",
        "parcep-conform again",
        "non-conformant",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
}

#[test]
fn the_page_reads_as_it_always_did() {
    let mut failed = result(&[Verdict::Fail]);
    failed.id = "T-X-001-example";
    failed.title = "does what an example asks for";
    failed.cites.clear();
    insta::assert_snapshot!(report(vec![failed]).render());
}

#[test]
fn junit_counts_failures_errors_and_skips_and_escapes_texts() {
    use Verdict::{Fail, Inconclusive, NotApplicable, Pass};
    let results = [Pass, Fail, Inconclusive, NotApplicable].map(|verdict| result(&[verdict]));
    let xml = report(results.to_vec()).to_junit();
    assert!(xml.contains(r#"tests="4""#), "{xml}");
    assert!(
        xml.contains(r#"failures="1""#) && xml.contains(r#"errors="1""#),
        "{xml}"
    );
    assert!(xml.contains("<skipped"), "{xml}");
    assert!(
        xml.contains("append &lt;twice&gt;") && xml.contains("accepted &amp; stored"),
        "{xml}"
    );
}

#[test]
fn the_json_has_the_members_that_the_schema_requires_and_no_others() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../report.schema.json")).unwrap();
    let json: serde_json::Value =
        serde_json::from_str(&report(vec![result(&[Verdict::Fail])]).to_json()).unwrap();
    same_members(&schema, &schema, &json, "");
}

/// Compares objects and lists with the small part of JSON Schema that the report's schema uses.
pub(crate) fn same_members(
    root: &serde_json::Value,
    schema: &serde_json::Value,
    value: &serde_json::Value,
    place: &str,
) {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).unwrap();
        return same_members(root, target, value, place);
    }
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(
            allowed.contains(value),
            "{place}: {value} is none of {allowed:?}"
        );
    }
    match value {
        serde_json::Value::Object(members) => {
            let properties = schema["properties"].as_object().unwrap();
            let required: Vec<&str> = schema["required"]
                .as_array()
                .unwrap()
                .iter()
                .map(|name| name.as_str().unwrap())
                .collect();
            for name in required {
                assert!(members.contains_key(name), "{place}/{name} is missing");
            }
            for (name, member) in members {
                let schema = properties
                    .get(name)
                    .unwrap_or_else(|| panic!("{place}/{name} is not in the schema"));
                same_members(root, schema, member, &format!("{place}/{name}"));
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                same_members(root, &schema["items"], item, &format!("{place}/-"));
            }
        }
        _ => {}
    }
}

#[test]
fn cases_that_all_passed_are_one_line_and_one_that_failed_has_its_own() {
    let cases: Vec<_> = catalogue::tests()
        .filter(|test| test.id.starts_with("T-POINT-302-"))
        .collect();
    assert!(cases.len() >= 3, "{cases:?}");
    let verdicts = |last: Verdict| {
        let results = cases.iter().enumerate().map(|(at, test)| {
            let is_last = at + 1 == cases.len();
            let verdict = if is_last { last } else { Verdict::Pass };
            Result::of(test, vec![attempt(verdict)], String::new())
        });
        report(results.collect()).render()
    };
    let all = verdicts(Verdict::Pass);
    assert!(all.contains("T-POINT-302-ceiling/*"), "{all}");
    assert!(all.contains(&format!("({} cases)", cases.len())), "{all}");
    assert!(!all.contains(cases[0].id), "{all}");
    let but_one = verdicts(Verdict::Fail);
    assert!(but_one.contains(cases.last().unwrap().id), "{but_one}");
    assert!(
        but_one.contains(&format!("({} cases)", cases.len() - 1)),
        "{but_one}"
    );
}
