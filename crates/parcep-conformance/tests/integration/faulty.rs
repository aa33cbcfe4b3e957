//! Faulty relays fail, by the tests that cite what they break (R-CONF-004).

use crate::relay;
use parcep_conformance::catalogue::{self, Role};
use parcep_conformance::{
    Conclusion, Config, Profile, Quietly, Report, StepRole, Target, Verdict, run_server,
};
use parcep_mutants::FAULTS;
use std::collections::BTreeSet;
use std::time::Duration;

async fn judge(fault: &str, only: &[&str]) -> Report {
    let target = relay::with_fault(fault).await;
    let mut config = Config::new(target, Profile::Full, 7);
    config.only = only.iter().map(|id| (*id).to_owned()).collect();
    run_server(&config, &Quietly).await.unwrap()
}

#[test]
fn every_faulty_relay_is_named_by_a_test_and_every_name_is_one_of_them() {
    let tests = catalogue::tests().filter(|test| test.role == Role::Relay);
    let named: BTreeSet<&str> = tests
        .flat_map(|test| test.kills())
        .map(String::as_str)
        .collect();
    let faulty = FAULTS.iter().filter(|offer| !offer.is_honest());
    let faulty: BTreeSet<&str> = faulty.map(|offer| offer.name).collect();
    assert_eq!(named, faulty);
}

/// One fault for each own step of a negative test (R-CONF-003).
#[tokio::test(flavor = "multi_thread")]
async fn a_negative_test_fails_by_the_step_that_the_fault_concerns() {
    let cases = [
        ("stale-head-taken", StepRole::Refusal),
        ("wrong-reason", StepRole::Refusal),
        ("no-reason", StepRole::Refusal),
        ("refused-but-stored", StepRole::Unchanged),
        ("refuses-all", StepRole::Setup),
    ];
    for (fault, role) in cases {
        let report = judge(fault, &["T-RELAY-021-stale-head"]).await;
        let conclusion = (report.conclusion, report.exit_code);
        assert_eq!(conclusion, (Conclusion::NonConformant, 1), "{fault}");
        let failed = report.results.iter().find(|r| r.verdict == Verdict::Fail);
        let step = failed.unwrap().disagreement().unwrap();
        assert_eq!(step.role, role, "{fault}: {step:?}");
    }
}

/// R-CONF-002.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_tried_again_and_both_attempts_stay_in_the_report() {
    let report = judge("flips-body", &["T-RELAY-024-exact-bytes"]).await;
    let result = report
        .results
        .iter()
        .find(|r| r.verdict == Verdict::Fail)
        .unwrap();
    assert_eq!(result.attempts.len(), 2);
    assert!(!result.unstable);
}

#[tokio::test(flavor = "multi_thread")]
async fn junit_can_be_read_back_and_counts_the_same() {
    let report = judge("register-lost-update", &["R-RELAY-014"]).await;
    let junit = quick_junit::Report::deserialize_from_str(&report.to_junit()).unwrap();
    assert_eq!(junit.tests, report.results.len());
    assert_eq!(junit.failures, report.totals.fail);
    assert_eq!(
        junit.errors,
        report.totals.inconclusive + report.totals.error
    );
    assert!(report.totals.fail > 0);
}

/// R-CONF-006: a bound on waiting makes a failure, never a pass.
#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_never_answers_hangs_and_that_is_a_failure() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut target = Target::plain(format!("http://{}", silent.local_addr().unwrap()));
    target.answer_within = Duration::from_millis(200);
    let mut config = Config::new(target, Profile::Quick, 8);
    config.only = vec!["T-RELAY-010-create".into()];
    let report = run_server(&config, &Quietly).await.unwrap();
    let failed = report.results.iter().find(|r| r.verdict == Verdict::Fail);
    let step = failed.unwrap().disagreement().unwrap();
    assert_eq!(step.observed, "no answer within 200 ms");
}
