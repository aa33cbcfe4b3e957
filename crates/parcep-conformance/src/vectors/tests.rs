use super::answer::{Answer, Effect, Ending, Expected, Rule};
use super::check::{Judged, Outcome, Run, Said};
use super::row::Row;
use super::{Derivation, Evaluator};
use crate::clause::Clause;
use crate::report::tests::same_members;
use crate::verdict::Conclusion;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

fn expected(ending: Option<Value>) -> Expected {
    let mut form = json!({
        "effect": "deny", "reason": "window", "rules": [{"guardian": "g1", "rule": "time/day"}],
        "remaining_seconds": null, "next_change": "2026-11-24T07:00:00Z",
    });
    if let Some(ending) = ending {
        form["ending"] = ending;
    }
    serde_json::from_value(form).unwrap()
}

fn row(id: &str) -> Row {
    let asked = json!({"policy": {"layers": []}, "context": {"at": "2026-11-23T20:00:00Z", "action": "device"}});
    Row {
        id: id.to_owned(),
        title: "an evening behind the window".to_owned(),
        clauses: vec!["R-EVAL-002".to_owned()],
        asked: asked.as_object().unwrap().clone(),
        expect: expected(None),
        derivation: Derivation::Steps(vec![
            "20:00 is behind the window that ends at 19:00.".to_owned(),
            "It opens at 07:00 of the next day.".to_owned(),
        ]),
        file: PathBuf::from("rows/evenings.json"),
    }
}

fn outcome(number: u32, said: Said) -> Outcome {
    let row = row(&format!("evaluate/{number:04}"));
    Outcome { row, said }
}

fn run(outcomes: Vec<Outcome>) -> Run {
    let command = ["./decide", "--mode", "over stdio"].map(str::to_owned);
    Run {
        judged: Judged::Program(command.to_vec(), Duration::from_secs(5)),
        folder: PathBuf::from("rows"),
        selected: false,
        outcomes,
        skipped: vec![PathBuf::from("rows/other.json")],
        fault: None,
        took: Duration::from_millis(1234),
    }
}

fn allows() -> Answer {
    Answer {
        effect: Effect::Allow,
        reason: "allowed".to_owned(),
        rules: [].into(),
        remaining_seconds: Some(60),
        next_change: None,
        ending: None,
    }
}

#[test]
fn the_page_shows_both_sides_the_clause_the_steps_and_how_to_ask_again() {
    let unsupported = |number| outcome(number, Said::Unsupported("no budgets".to_owned()));
    let page = run(vec![
        outcome(1, Said::Agrees),
        outcome(2, Said::Differs(allows())),
        unsupported(3),
        unsupported(4),
        unsupported(5),
        outcome(6, Said::Agrees),
        unsupported(7),
        outcome(8, Said::Broken("no answer within 5s".to_owned())),
        outcome(9, Said::NotAsked),
    ])
    .render();
    // The sentence of a clause is the specification's to change.
    let sentence = Clause::find("R-EVAL-002").unwrap().text;
    assert!(page.contains(sentence), "{page}");
    insta::assert_snapshot!(page.replace(sentence, "THE SENTENCE"));
}

#[test]
fn a_run_of_wrong_answers_shows_ten_whole_and_names_the_others() {
    let wrong = (1..=13).map(|number| outcome(number, Said::Differs(allows())));
    let page = run(wrong.collect()).render();
    assert_eq!(page.matches("  again  ").count(), 10, "{page}");
    assert!(page.contains("\n3 more:\n✗ evaluate/0011"), "{page}");
}

/// R-CONF-001: a wrong answer outweighs everything, and less than every row concludes nothing.
#[test]
fn only_an_answer_to_every_row_of_the_folder_concludes_that_it_conforms() {
    let agrees = || outcome(1, Said::Agrees);
    let unsupported = || outcome(2, Said::Unsupported("x".to_owned()));
    assert_eq!(run(vec![agrees()]).conclusion(), Conclusion::Conformant);
    assert_eq!(run(vec![]).conclusion(), Conclusion::Incomplete);
    assert_eq!(
        run(vec![agrees(), unsupported()]).conclusion(),
        Conclusion::Incomplete
    );
    let mut part = run(vec![agrees()]);
    part.selected = true;
    assert_eq!(part.conclusion(), Conclusion::Incomplete);
    let differs = outcome(3, Said::Differs(allows()));
    assert_eq!(
        run(vec![unsupported(), differs]).conclusion(),
        Conclusion::NonConformant
    );
    let mut chatty = run(vec![agrees()]);
    chatty.fault = Some("it said something after the last answer".to_owned());
    assert_eq!(chatty.conclusion(), Conclusion::NonConformant);
}

#[test]
fn an_ending_is_compared_only_where_a_row_names_it() {
    let ending = json!({"action": "stop", "grace_seconds": 60, "warning_seconds": [300, 60]});
    let mut answer = expected(Some(ending.clone())).answer;
    assert!(expected(Some(ending)).differences(&answer).is_empty());
    assert!(expected(None).differences(&answer).is_empty());
    let differences = expected(Some(Value::Null)).differences(&answer);
    assert_eq!(differences.len(), 1);
    assert_eq!(
        (differences[0].member, &*differences[0].expected),
        ("ending", "null")
    );
    answer.ending = Some(Ending {
        grace_seconds: 0,
        ..answer.ending.unwrap()
    });
    assert_eq!(expected(Some(Value::Null)).differences(&answer).len(), 1);
}

#[test]
fn rules_are_a_set_with_authors() {
    let rule = |text: &str| serde_json::from_str::<Rule>(text);
    let guardians = rule(r#"{"guardian": "g1", "rule": "a"}"#).unwrap();
    let jurisdictions = rule(r#"{"jurisdiction": "g1", "rule": "a"}"#).unwrap();
    assert_ne!(guardians, jurisdictions);
    let both = r#"{"guardian": "g1", "jurisdiction": "de", "rule": "a"}"#;
    for wrong in [r#"{"rule": "a"}"#, both, r#""a""#] {
        assert!(rule(wrong).is_err(), "{wrong}");
    }
    let twice = json!({
        "effect": "deny", "reason": "window", "rules": [guardians, guardians],
        "remaining_seconds": null, "next_change": null,
    });
    assert!(serde_json::from_value::<Expected>(twice.clone()).is_err());
    let answer: Answer = serde_json::from_value(twice).unwrap();
    assert_eq!(answer.rules.len(), 1);
}

#[test]
fn a_row_that_an_evaluator_cannot_read_is_unsupported_and_says_where() {
    let asked = json!({"policy": {"layers": [{"author": {"guardian": "g1"}, "wishes": {}}]},
        "context": {"at": "2026-11-23T20:00:00Z", "action": "device"}});
    for evaluator in [Evaluator::Core, Evaluator::Naive] {
        let ready = evaluator.ready().unwrap();
        let cannot = ready.answer(asked.as_object().unwrap()).unwrap_err();
        assert!(cannot.to_string().contains("wishes"), "{cannot}");
    }
}

#[test]
fn the_json_has_the_members_that_its_schema_requires_and_no_others() {
    let schema: Value =
        serde_json::from_str(include_str!("../../rows-report.schema.json")).unwrap();
    let ending = Some(json!({"action": "stop", "grace_seconds": 60, "warning_seconds": [60]}));
    let mut differs = outcome(2, Said::Differs(allows()));
    differs.row.expect = expected(ending);
    let report = run(vec![
        outcome(1, Said::Agrees),
        differs,
        outcome(3, Said::Unsupported("x".to_owned())),
        outcome(4, Said::Broken("x".to_owned())),
        outcome(5, Said::NotAsked),
    ]);
    let told: Value = serde_json::from_str(&report.to_json()).unwrap();
    same_members(&schema, &schema, &told, "");
    assert_eq!(told["exitCode"], 1);
}
