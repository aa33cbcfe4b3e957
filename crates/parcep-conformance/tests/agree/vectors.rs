//! Every row of decisions, asked of both evaluators.

use parcep_conformance::clause::Clause;
use parcep_conformance::vectors::{self, Evaluator, Row};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rows() -> Vec<Row> {
    let folder = root().join("spec/vectors/v1alpha1/evaluate");
    vectors::read(&folder).unwrap().rows
}

/// What an evaluator answers otherwise than the row expects.
fn differing(evaluator: Evaluator, rows: &[Row]) -> Vec<String> {
    let evaluator = evaluator.ready().unwrap();
    let differs = |row: &Row| {
        let told = match evaluator.answer(&row.asked) {
            Err(cannot) => format!("  not read: {cannot}"),
            Ok(answer) => {
                let differences = row.expect.differences(&answer);
                let lines = differences
                    .iter()
                    .map(|d| format!("  {}: expected {}, got {}", d.member, d.expected, d.got));
                lines.collect::<Vec<_>>().join("\n")
            }
        };
        (!told.is_empty()).then(|| format!("{} {}\n{told}", row.id, row.title))
    };
    rows.iter().filter_map(differs).collect()
}

/// R-CONF-012: all of `spec/vectors/v1alpha1/evaluate`.
#[test]
fn core_answers_every_row_as_it_expects() {
    every_row_agrees(Evaluator::Core, "spec/vectors/v1alpha1/evaluate");
}

/// All of `spec/vectors/v1alpha1/evaluate`.
#[test]
fn the_naive_evaluator_answers_every_row_as_it_expects() {
    every_row_agrees(Evaluator::Naive, "spec/vectors/v1alpha1/evaluate");
}

fn every_row_agrees(evaluator: Evaluator, folder: &str) {
    let rows = vectors::read(&root().join(folder)).unwrap().rows;
    let wrong = differing(evaluator, &rows);
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
    let derived = rows.iter().filter(|row| !row.derivation.steps().is_empty());
    let derived = derived.count();
    assert!(
        rows.len() >= 800 && derived >= 500,
        "only {} rows were found, {derived} of them with steps by hand",
        rows.len()
    );
}

/// A comparison that finds nothing would find nothing here either.
#[test]
fn a_row_that_expects_something_else_differs_in_exactly_that_member() {
    let mut rows = rows();
    let row = rows.first_mut().unwrap();
    row.expect.answer.remaining_seconds = Some(1);
    let wrong = differing(Evaluator::Core, &rows);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(
        wrong[0].contains("remaining_seconds: expected 1, got"),
        "{wrong:?}"
    );
    assert_eq!(wrong[0].lines().count(), 2, "{wrong:?}");
}

#[test]
fn rows_cite_requirements_that_exist_and_every_id_has_the_form_that_vectors_have() {
    for row in rows() {
        for clause in &row.clauses {
            assert!(Clause::find(clause).is_some(), "{}: {clause}", row.id);
        }
        let number = row.id.strip_prefix("evaluate/").unwrap_or_default();
        assert!(
            number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()),
            "{}",
            row.id
        );
        let steps = row.derivation.steps();
        assert!(
            steps.iter().all(|step| !step.trim().is_empty()),
            "{}",
            row.id
        );
    }
}
