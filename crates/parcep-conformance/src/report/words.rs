//! Words that every page for people has in common.

use super::{Report, Result};
use crate::catalogue::{Role, folded, template};
use crate::verdict::{Conclusion, Verdict};

/// Whom the run judges, in words: any one, and the one under test.
pub(super) fn judged(report: &Report) -> (&'static str, &'static str) {
    let any = |role| report.results.iter().any(|result| result.role == role);
    if any(Role::AgeIssuer) {
        ("an issuer", "the issuer")
    } else if any(Role::AgeRelyingParty) {
        ("a relying party", "the relying party")
    } else if any(Role::EnforcementPoint) {
        ("an enforcement point", "the enforcement point")
    } else if any(Role::GuardianApp) {
        ("a guardian app", "the guardian app")
    } else {
        ("a relay", "the relay")
    }
}

/// Who it is.
pub(super) fn subject(report: &Report) -> String {
    match &report.implementation {
        Some(told) if !told.product.is_empty() => format!("{} {}", told.product, told.version),
        _ if report.run.target.is_empty() => "an unnamed product".into(),
        _ => report.run.target.clone(),
    }
}

/// Verdict as people read it: a known failure and a warning have words of their own.
pub(super) fn word(result: &Result) -> &'static str {
    if result.known.is_some() {
        "known failure"
    } else if result.is_warning() {
        "warning"
    } else {
        result.verdict.name()
    }
}

/// The sign that stands before the word.
pub(super) fn glyph(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✓",
        Verdict::Fail => "✗",
        Verdict::Inconclusive => "?",
        Verdict::NotApplicable => "–",
        Verdict::Skip => " ",
        Verdict::Error => "!",
    }
}

/// Sign and word.
pub(super) fn label(result: &Result) -> String {
    format!("{} {}", glyph(result.verdict), word(result))
}

/// What the conclusion means here.
pub(super) fn sentence(report: &Report) -> String {
    let profile = report.run.profile.name();
    let (_, who) = judged(report);
    match report.conclusion {
        Conclusion::Conformant => format!("{who} does what profile `{profile}` asks for"),
        Conclusion::ConformantWithExceptions => {
            let known = report
                .results
                .iter()
                .filter(|result| result.known.is_some());
            let many = counted(known.count(), "known failure", "known failures");
            format!("{who} does what profile `{profile}` asks for, but for {many}")
        }
        Conclusion::NonConformant => format!("{who} breaks a clause; see the failures"),
        Conclusion::HarnessError => "the suite itself failed; please report it".into(),
        Conclusion::StaleBaseline => {
            "the list of known failures is not true any more; take out what is named".into()
        }
        Conclusion::Incomplete if report.run.selection.executed == 0 => "nothing ran".into(),
        Conclusion::Incomplete => {
            format!("not all of profile `{profile}` ran, so nothing is said about conformance")
        }
    }
}

/// How much ran, and what came of it.
pub(super) fn counts(report: &Report) -> String {
    let totals = &report.totals;
    let selection = &report.run.selection;
    let known = report
        .results
        .iter()
        .filter(|result| result.known.is_some());
    let known = known.filter(|result| !result.is_warning()).count();
    let mut out = format!(
        "{} of {} required tests ran in {:.1} s: {} passed, {} failed",
        selection.executed,
        selection.required,
        report.run.duration_ms as f64 / 1000.0,
        totals.pass,
        totals.fail - totals.warning - known,
    );
    let others = [
        (known, "known failure", "known failures"),
        (totals.warning, "warning", "warnings"),
        (totals.inconclusive, "inconclusive", "inconclusive"),
        (totals.not_applicable, "not applicable", "not applicable"),
        (totals.skip, "not selected", "not selected"),
        (totals.error, "error of the suite", "errors of the suite"),
    ];
    for (count, one, more) in others.into_iter().filter(|(count, ..)| *count > 0) {
        out.push_str(&format!(", {}", counted(count, one, more)));
    }
    out
}

fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// One row of a table of tests.
pub(super) struct Row<'a> {
    /// Id, or that of a template.
    pub(super) id: String,
    pub(super) title: String,
    /// The first of its results; the others are like it.
    pub(super) first: &'a Result,
    pub(super) duration_ms: u64,
}

/// Every result in one row, but cases of one test that all passed share one: nobody reads four hundred of them.
pub(super) fn rows(report: &Report) -> Vec<Row<'_>> {
    let shown = report.results.iter();
    let shown: Vec<&Result> = shown.filter(|result| !result.was_left_out()).collect();
    let mut rows = Vec::new();
    for cases in shown.chunk_by(|one, other| folds(one) && folds(other) && alike(one, other)) {
        let Some(first) = cases.first() else { continue };
        let (id, title) = match cases.len() {
            1 => (first.id.to_owned(), first.title.to_owned()),
            many => (
                format!("{}/*", template(first.id)),
                folded(many, cases.iter().map(|case| case.title)),
            ),
        };
        rows.push(Row {
            id,
            title,
            first,
            duration_ms: cases.iter().map(|result| result.duration_ms()).sum(),
        });
    }
    rows
}

fn folds(result: &Result) -> bool {
    result.verdict == Verdict::Pass && !result.unstable
}

fn alike(one: &Result, other: &Result) -> bool {
    one.id.contains('/') && template(one.id) == template(other.id)
}

/// Results that people have to look at: whatever ended otherwise than by passing or not being selected.
pub(super) fn findings(report: &Report) -> impl Iterator<Item = &Result> {
    let results = report.results.iter();
    results.filter(|result| {
        !matches!(
            result.verdict,
            Verdict::Pass | Verdict::Skip | Verdict::NotApplicable
        )
    })
}
