//! The page for people: a table, then each failure with its clause and how to see it again.

use super::{Report, Result};
use crate::catalogue::{Role, folded, template};
use crate::verdict::{Conclusion, Verdict};
use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{ContentArrangement, Table};
use std::fmt::Write as _;

pub(super) fn render(report: &Report) -> String {
    let mut out = format!("{}\n", table(report));
    for result in &report.results {
        if !matches!(result.verdict, Verdict::Pass | Verdict::Skip) {
            out.push_str(&finding(result));
        }
    }
    out.push_str(&summary(report));
    out
}

fn table(report: &Report) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header([
            "test".to_owned(),
            format!("what {} has to do", judged(report).0),
            "kind".to_owned(),
            "verdict".to_owned(),
            "ms".to_owned(),
        ]);
    let shown = report.results.iter();
    let shown: Vec<_> = shown
        .filter(|result| result.verdict != Verdict::Skip)
        .collect();
    // Cases of one test that all passed are one line: nobody reads four hundred of them.
    for cases in shown.chunk_by(|one, other| folds(one) && folds(other) && alike(one, other)) {
        let Some(first) = cases.first() else { continue };
        let (id, title) = match cases.len() {
            1 => (first.id.to_owned(), first.title.to_owned()),
            many => (
                format!("{}/*", template(first.id)),
                folded(many, cases.iter().map(|case| case.title)),
            ),
        };
        let took: u64 = cases.iter().map(|result| result.duration_ms()).sum();
        table.add_row([
            id,
            title,
            first.kind.name().to_owned(),
            label(first),
            took.to_string(),
        ]);
    }
    table
}

fn folds(result: &Result) -> bool {
    result.verdict == Verdict::Pass && !result.unstable
}

fn alike(one: &Result, other: &Result) -> bool {
    one.id.contains('/') && template(one.id) == template(other.id)
}

/// Whom the run judges, in words: any one, and the one under test.
fn judged(report: &Report) -> (&'static str, &'static str) {
    let any = |role| report.results.iter().any(|result| result.role == role);
    if any(Role::AgeIssuer) {
        ("an issuer", "the issuer")
    } else if any(Role::EnforcementPoint) {
        ("an enforcement point", "the enforcement point")
    } else {
        ("a relay", "the relay")
    }
}

fn label(result: &Result) -> String {
    let word = if result.is_warning() {
        "warning"
    } else {
        result.verdict.name()
    };
    format!("{} {word}", glyph(result.verdict))
}

fn glyph(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✓",
        Verdict::Fail => "✗",
        Verdict::Inconclusive => "?",
        Verdict::NotApplicable => "–",
        Verdict::Skip => " ",
        Verdict::Error => "!",
    }
}

fn finding(result: &Result) -> String {
    let mut out = format!("\n{} {}\n", label(result), result.id);
    for clause in &result.cites {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {} ({})", clause.requirement, clause.chapter);
        let _ = writeln!(out, "    {}", clause.text);
    }
    if let Some(step) = result.disagreement() {
        let _ = writeln!(out, "  step      {}", step.what);
        let _ = writeln!(out, "  expected  {}", step.expected);
        let _ = writeln!(out, "  observed  {}", step.observed);
    }
    if let Some(reason) = &result.reason {
        let _ = writeln!(out, "  because   {reason}");
    }
    if !result.rerun.is_empty() {
        let _ = writeln!(out, "  again     {}", result.rerun);
    }
    out
}

fn summary(report: &Report) -> String {
    let totals = &report.totals;
    let selection = &report.run.selection;
    let mut out = format!(
        "\n{} of {} required tests ran in {:.1} s: {} passed, {} failed",
        selection.executed,
        selection.required,
        report.run.duration_ms as f64 / 1000.0,
        totals.pass,
        totals.fail - totals.warning,
    );
    let others = [
        (totals.warning, "warnings"),
        (totals.inconclusive, "inconclusive"),
        (totals.not_applicable, "not applicable"),
        (totals.skip, "not selected"),
        (totals.error, "errors of the suite"),
    ];
    for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(out, ", {count} {what}");
    }
    let _ = writeln!(out, "\n{}: {}", report.conclusion, sentence(report));
    out
}

fn sentence(report: &Report) -> String {
    let profile = report.run.profile.name();
    match report.conclusion {
        Conclusion::Conformant => {
            let (_, who) = judged(report);
            format!("{who} does what profile `{profile}` asks for")
        }
        Conclusion::NonConformant => {
            let (_, who) = judged(report);
            format!("{who} breaks a clause; see above")
        }
        Conclusion::HarnessError => "the suite itself failed; please report it".into(),
        Conclusion::Incomplete if report.run.selection.executed == 0 => "nothing ran".into(),
        Conclusion::Incomplete => {
            format!("not all of profile `{profile}` ran, so nothing is said about conformance")
        }
    }
}
