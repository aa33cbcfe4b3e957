//! `parcep log`: the household's log as this member verified it.

use super::{answer, failed};
use crate::failure::Failure;
use clap::Args;
use comfy_table::{Table, presets};
use jiff::Timestamp;
use parcep_client::Store;
use parcep_core::document::open_header;
use parcep_core::household::Outcome;
use parcep_core::log::{Entry, EntryBody};
use parcep_core::member::{Event, Member};
use parcep_core::reason::code;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `log`.
#[derive(Debug, Args)]
pub struct Log {
    /// A member's folder: a guardian's or a device's
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

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

impl Log {
    /// Verifies every entry anew and lists them.
    ///
    /// # Errors
    /// If the folder holds no member.
    pub fn run(&self) -> Result<(), Failure> {
        let mut store = Store::open(&self.household).map_err(failed)?;
        let (member, followed) = store.history().map_err(failed)?;
        let rows: Vec<Row> = followed
            .iter()
            .filter_map(|event| match event {
                Event::Followed(entry, outcome) => Some(row(&member, entry, outcome)),
                _ => None,
            })
            .collect();
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
        answer(self.json, &rows, &words)
    }
}

fn row(member: &Member, entry: &Entry, outcome: &Outcome) -> Row {
    let secret = member.keyring().household(entry.generation);
    let log_id = member.anchor().log_id;
    let household = member.household();
    let header = open_header(entry, log_id, secret).ok().and_then(|opened| {
        let key = household?.key_of(opened.claimed_author())?;
        opened.verify(&key, entry, log_id).ok()
    });
    let header = header.as_ref().map(|verified| verified.header());
    let body = match &entry.body {
        EntryBody::Kept(blob) => blob.len(),
        EntryBody::Pruned(_) => 0,
    };
    Row {
        seq: entry.seq,
        hash: entry.hash().to_hex(),
        document: header.map_or_else(|| "?".into(), |h| format!("{:?}", h.payload_type)),
        author: header.map_or_else(|| "?".into(), |h| h.author.to_string()),
        issued_at: header
            .and_then(|h| Timestamp::from_second(h.issued_at).ok())
            .map(|at| at.to_string()),
        bytes: entry.header.len() + body,
        outcome: match outcome {
            Outcome::Effect(_) => "in effect".into(),
            Outcome::NoEffect(reason) => format!("no effect: {}", code(*reason)),
            Outcome::Unopened => "opens under no secret held".into(),
            Outcome::Misplaced(reason) => format!("not as it was signed: {}", code(*reason)),
        },
    }
}
