//! The program as the selftest starts it.

use parcep_conformance::{Quietly, selftest};
use parcep_mutants::app::APPS;
use parcep_mutants::issuer::{driven, issuers};
use parcep_mutants::party::LIES;
use parcep_mutants::point::points;
use parcep_mutants::relying::relying;
use parcep_mutants::{FAULTS, MARKER};
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_parcep-mutants");

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_caught_by_tests_that_cite_them_and_the_honest_relays_by_none() {
    let only = [
        "stale-head-taken",
        "rolls-back",
        "wrong-reason",
        "issuer-real-bounds",
        "issuer-odd-token",
        "party-missing-is-adult",
        "party-no-memory",
    ];
    let only = only.map(String::from);
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors");
    let matrix = selftest::run(Path::new(PROGRAM), &vectors, &only, false, 11, &Quietly)
        .await
        .unwrap();
    assert_eq!(matrix.exit_code(), 0, "{}", matrix.render());
    assert_eq!(matrix.mutants.len(), only.len());
    for row in &matrix.mutants {
        assert!(row.killed && !row.by.is_empty(), "{row:?}");
    }
}

#[test]
fn the_list_names_every_fault_with_its_requirement() {
    let output = Command::new(PROGRAM)
        .args(["--list", "--json"])
        .output()
        .unwrap();
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = rows.as_array().unwrap();
    let issuers = issuers().count() + driven().count();
    let others = relying().count() + points().count() + APPS.len();
    let all = FAULTS.len() + issuers + LIES.len() + others;
    assert_eq!(rows.len(), all);
    for row in rows {
        let requirement = row["requirement"].as_str().unwrap();
        let known = parcep_conformance::spec::requirement(requirement).is_some();
        assert_eq!(known, row["honest"] == false, "{row}");
    }
    assert!(rows.iter().filter(|row| row["honest"] == false).count() >= 8);
}

#[test]
fn an_unknown_fault_is_refused() {
    let output = Command::new(PROGRAM)
        .args(["--fault", "no-such"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}

/// The marker is what release checks search shipped programs for.
#[test]
fn the_marker_stands_in_the_program() {
    let program = std::fs::read(PROGRAM).unwrap();
    let found = program
        .windows(MARKER.len())
        .any(|window| window == MARKER.as_bytes());
    assert!(found);
}
