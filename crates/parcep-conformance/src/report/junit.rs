//! JUnit XML, as build servers read it.

use super::{Report, Result};
use crate::verdict::Verdict;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::time::Duration;

pub(super) fn render(report: &Report) -> String {
    let mut suite = TestSuite::new(format!("parcep-conform {}", report.run.profile.name()));
    suite.set_time(Duration::from_millis(report.run.duration_ms));
    suite.add_property(("target", report.run.target.as_str()));
    suite.add_property(("seed", report.run.seed.to_string().as_str()));
    suite.add_property(("conclusion", report.conclusion.name()));
    suite.add_test_cases(report.results.iter().map(case));
    let mut junit = quick_junit::Report::new("parcep-conform");
    junit.set_time(Duration::from_millis(report.run.duration_ms));
    junit.add_test_suite(suite);
    // Writing to memory fails for no text that `XmlString` let through.
    junit.to_string().unwrap_or_default()
}

fn case(result: &Result) -> TestCase {
    let mut case = TestCase::new(result.id, status(result));
    let cites: Vec<&str> = result
        .cites
        .iter()
        .map(|clause| clause.requirement)
        .collect();
    case.set_classname(cites.join(","));
    case.set_time(Duration::from_millis(result.duration_ms()));
    case
}

fn status(result: &Result) -> TestCaseStatus {
    let mut status = match result.verdict {
        Verdict::Pass => return TestCaseStatus::success(),
        Verdict::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::Inconclusive | Verdict::Error => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
        Verdict::NotApplicable | Verdict::Skip => TestCaseStatus::skipped(),
    };
    status.set_type(result.verdict.name());
    status.set_message(message(result));
    if !matches!(result.verdict, Verdict::NotApplicable | Verdict::Skip) {
        status.set_description(description(result));
    }
    status
}

fn message(result: &Result) -> String {
    let step = result.disagreement().map(|step| {
        format!(
            "{}: expected {}, observed {}",
            step.what, step.expected, step.observed
        )
    });
    result.reason.clone().or(step).unwrap_or_default()
}

fn description(result: &Result) -> String {
    let mut text = String::new();
    for clause in &result.cites {
        text.push_str(&format!("{} {}\n", clause.requirement, clause.text));
    }
    text.push_str(&message(result));
    text.push_str(&format!("\nrun again: {}\n", result.rerun));
    text
}
