use super::*;
use crate::trial::StepRole;

pub(super) fn a_test() -> &'static Test {
    catalogue::tests().next().unwrap()
}

fn line(way: crate::tape::Way, text: &str) -> Line {
    Line {
        at_ms: 3,
        way,
        text: text.into(),
    }
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
        slice: vec![line(crate::tape::Way::Out, "Append {replay: <true>}")],
        transcript: Vec::new(),
    }
}

pub(super) fn result(verdicts: &[Verdict]) -> Result {
    let attempts = verdicts.iter().copied().map(attempt).collect();
    Result::of(a_test(), attempts, "parcep-conform again".into())
}

pub(super) fn report(results: Vec<Result>) -> Report {
    let run = Run {
        target: "http://127.0.0.1:1".into(),
        profile: Profile::Quick,
        seed: 7,
        started_at: 0,
        duration_ms: 24,
        command: "parcep-conform".into(),
        selection: Selection::of(&results),
    };
    let told = Implementation {
        product: "Example <Box>".into(),
        version: "4.2".into(),
        role: "enforcement-point".into(),
        features: vec!["restart".into()],
    };
    Report::new(run, Some(told), results)
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
    let page = report.render();
    assert!(
        page.contains("1 warning") && !page.contains("1 warnings"),
        "{page}"
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
    let json: serde_json::Value = serde_json::from_str(&{
        let mut report = report(vec![result(&[Verdict::Fail])]);
        let text = "[[known]]\nid = \"T-NO-SUCH\"\nreason = \"x\"\nuntil = \"2026-11-22\"";
        let today = jiff::civil::date(2026, 11, 22);
        report.excuse(&Baseline::read(text).unwrap(), today);
        report.to_json()
    })
    .unwrap();
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

/// Everything that a page has to show of a failure.
fn shown_of_a_failure() -> Vec<String> {
    let clause = a_test().clauses().remove(0);
    [
        clause.requirement,
        clause.title,
        a_test().id,
        "non-conformant",
        "parcep-conform again",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[test]
fn the_page_in_markdown_shows_a_failure_and_no_text_leaves_its_place() {
    let mut failed = result(&[Verdict::Fail]);
    failed.attempts[0].steps[0].observed = "a | b\n# <script> `x` ```".into();
    failed.attempts[0].slice[0].text = "``` out".into();
    let page = report(vec![failed]).to_markdown();
    for part in shown_of_a_failure() {
        assert!(page.contains(&part), "{part} is missing in {page}");
    }
    assert!(
        page.contains(r"Observed: a \| b \# \<script\> \`x\`"),
        "{page}"
    );
    assert_eq!(page.matches("```").count(), 2, "{page}");
    assert!(page.contains("| ✗ fail |"), "{page}");
}

#[test]
fn the_page_in_html_shows_a_failure_escaped_and_loads_nothing() {
    let page = report(vec![result(&[Verdict::Fail]), Result::skipped(a_test())]).to_html();
    for part in shown_of_a_failure() {
        assert!(page.contains(&part), "{part} is missing in {page}");
    }
    assert!(page.contains("Example &#60;Box&#62; 4.2"), "{page}");
    assert!(page.contains("append &#60;twice&#62;"), "{page}");
    assert!(page.contains("→ Append {replay: &#60;true&#62;}"), "{page}");
    for loads in ["src=", "@import", "url(", "href=\"http", "fetch("] {
        assert!(!page.contains(loads), "{loads} in {page}");
    }
}

/// What a screen reader and a reader of XML need.
#[test]
fn the_page_in_html_is_well_formed_with_landmarks_and_scoped_headers() {
    let page = report(vec![result(&[Verdict::Fail]), result(&[Verdict::Pass])]).to_html();
    let body = page.replace("<!DOCTYPE html>", "");
    let script = body.find("<script>").unwrap()..body.find("</script>").unwrap();
    let mut body = body.clone();
    body.replace_range(script, "<script>");
    let mut reader = quick_xml::Reader::from_str(&body);
    let mut ids = std::collections::BTreeSet::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(tag) => {
                if let Some(id) = tag.try_get_attribute("id").unwrap() {
                    assert!(ids.insert(id.value.to_vec()), "an id twice: {tag:?}");
                }
                let is_header = tag.name().as_ref() == b"th";
                let scope = tag.try_get_attribute("scope").unwrap();
                assert!(!is_header || scope.is_some(), "{tag:?}");
            }
            _ => {}
        }
    }
    for landmark in [
        "<header>",
        "<nav aria-label",
        "<main id",
        "<footer>",
        "role=\"search\"",
        "lang=\"en\"",
    ] {
        assert!(page.contains(landmark), "{landmark}");
    }
}

#[test]
fn the_hash_in_the_policy_of_the_page_is_the_one_of_its_script() {
    use base64::Engine as _;
    let page = report(vec![]).to_html();
    let (_, script) = page.split_once("<script>").unwrap();
    let (script, _) = script.split_once("</script>").unwrap();
    let hash = crate::wire::sha256(script.as_bytes());
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    let hash = hash.replace('+', "&#43;");
    assert!(
        page.contains(&format!("'sha256-{}'", hash.replace("&#43;", "+"))),
        "{page}"
    );
}

#[test]
fn a_stale_excuse_and_a_known_failure_stand_on_every_page() {
    let mut report = report(vec![result(&[Verdict::Fail])]);
    let rows = format!(
        "[[known]]\nid = \"{}\"\nreason = \"ticket 7\"\n[[known]]\nid = \"T-NO-SUCH\"\nreason = \"old\"",
        a_test().id
    );
    let today = jiff::civil::date(2026, 11, 22);
    report.excuse(&Baseline::read(&rows).unwrap(), today);
    assert_eq!(report.conclusion, Conclusion::StaleBaseline);
    for page in [report.render(), report.to_markdown(), report.to_html()] {
        for part in [
            "known failure",
            "ticket 7",
            "T-NO-SUCH",
            "there is no such test",
        ] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
    }
}
