//! `parcep log`: a table.

use super::told::{Story, Told, bytes};
use crate::failure::Failure;
use crate::online::answer;
use comfy_table::{Table, presets};
use jiff::Timestamp;
use parcep_core::household::Outcome;
use parcep_core::reason::code;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Row {
    seq: u64,
    hash: String,
    document: String,
    author: String,
    issued_at: Option<String>,
    bytes: usize,
    outcome: String,
}

/// Verifies every entry anew and lists them.
pub(super) fn list(folder: &Path, json: bool) -> Result<(), Failure> {
    let story = Story::of(folder, None)?;
    let rows: Vec<Row> = story.entries.iter().map(row).collect();
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "#",
        "document",
        "author",
        "signed at",
        "bytes",
        "outcome",
        "hash",
    ]);
    for row in &rows {
        table.add_row([
            row.seq.to_string(),
            row.document.clone(),
            row.author.clone(),
            row.issued_at.clone().unwrap_or_default(),
            row.bytes.to_string(),
            row.outcome.clone(),
            row.hash.chars().take(16).collect(),
        ]);
    }
    let words = format!("{table}\n{} entries, chain verified.\n", rows.len());
    answer(json, &rows, &words)
}

fn row(told: &Told) -> Row {
    let header = told.header.as_ref();
    Row {
        seq: told.entry.seq,
        hash: told.entry.hash().to_hex(),
        document: header.map_or_else(|| "?".into(), |h| format!("{:?}", h.payload_type)),
        author: header.map_or_else(|| "?".into(), |h| h.author.to_string()),
        issued_at: header
            .and_then(|h| Timestamp::from_second(h.issued_at).ok())
            .map(|at| at.to_string()),
        bytes: bytes(&told.entry),
        outcome: match &told.outcome {
            Outcome::Effect(_) => "in effect".into(),
            Outcome::NoEffect(reason) => format!("no effect: {}", code(*reason)),
            Outcome::Unopened => "opens under no secret held".into(),
            Outcome::Misplaced(reason) => format!("not as it was signed: {}", code(*reason)),
        },
    }
}
