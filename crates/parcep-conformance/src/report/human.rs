//! The page for a terminal: a table, then each failure with its clause and how to see it again.

use super::words::{counts, judged, label, rows, sentence};
use super::{Report, Result};
use crate::verdict::Verdict;
use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{ContentArrangement, Table};
use std::fmt::Write as _;

/// Lines of a transcript that a terminal is shown.
const LINES: usize = 8;

pub(super) fn render(report: &Report) -> String {
    let mut out = format!("{}\n", table(report));
    for result in &report.results {
        if result.verdict != Verdict::Pass && !result.was_left_out() {
            out.push_str(&finding(result));
        }
    }
    for stale in report.baseline.iter().flat_map(|list| &list.stale) {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\n✗ known failure {}: {}", stale.id, stale.why);
    }
    let _ = writeln!(out, "\n{}", counts(report));
    let _ = writeln!(out, "{}: {}", report.conclusion, sentence(report));
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
    for row in rows(report) {
        table.add_row([
            row.id,
            row.title,
            row.first.kind.name().to_owned(),
            label(row.first),
            row.duration_ms.to_string(),
        ]);
    }
    table
}

fn finding(result: &Result) -> String {
    let mut out = format!("\n{} {}\n", label(result), result.id);
    for clause in &result.cites {
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
    if let Some(reason) = &result.known {
        let _ = writeln!(out, "  known     {reason}");
    }
    let slice = result.telling().map(|attempt| attempt.slice.as_slice());
    // The step itself stands above.
    let crossed = slice
        .unwrap_or_default()
        .iter()
        .filter(|line| !line.way.is_step());
    let crossed: Vec<_> = crossed.collect();
    for line in crossed
        .get(crossed.len().saturating_sub(LINES)..)
        .unwrap_or_default()
    {
        let _ = writeln!(out, "  {line}");
    }
    if !result.rerun.is_empty() {
        let _ = writeln!(out, "  again     {}", result.rerun);
    }
    out
}
