//! `parcep log verify`: the chain from the anchor on, of a folder or of an exported file.

use super::told::{Story, bytes};
use crate::failure::{Failure, Kind};
use crate::online::{answer, failed};
use clap::Args;
use parcep_client::export::Export;
use parcep_core::household::Outcome;
use parcep_core::reason::code;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Arguments of `log verify`.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Verify {
    /// A member's folder; with `--file`, whose keys open what is in the file
    #[arg(long, value_name = "DIR")]
    pub household: Option<PathBuf>,
    /// A file of `household export`; without a folder only its chain can be checked, because what is
    /// inside is sealed
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Verify {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let export = self.file.as_deref().map(export).transpose()?;
        match (&self.household, export) {
            (Some(folder), export) => self.opened(&Story::of(folder, export)?),
            (None, Some(export)) => self.sealed(&export),
            (None, None) => Err(Failure::usage(
                "USAGE",
                "give `--household DIR` or `--file FILE`",
            )),
        }
    }

    fn opened(&self, story: &Story) -> Result<(), Failure> {
        let (entries, head) = story.member.head();
        let mut void: BTreeMap<&str, u64> = BTreeMap::new();
        let (mut effect, mut unopened) = (0u64, 0u64);
        for told in &story.entries {
            match &told.outcome {
                Outcome::Effect(_) => effect += 1,
                Outcome::NoEffect(reason) | Outcome::Misplaced(reason) => {
                    *void.entry(code(*reason)).or_default() += 1
                }
                Outcome::Unopened => unopened += 1,
            }
        }
        if let Some(fault) = story.fault {
            let message = format!(
                "the chain holds up to entry {entries} and is not believed from entry {} on; \
                 compare with another member of the household",
                fault.seq
            );
            return Err(Failure::new(Kind::Failed, code(fault.reason), message));
        }
        let anchor = story.member.anchor().genesis.to_hex();
        let mut words = chain(entries, &anchor, &head.to_hex());
        let _ = writeln!(
            words,
            "✓ {effect} in effect, signed by who was a member then"
        );
        for (reason, count) in &void {
            let _ = writeln!(
                words,
                "· {count} void: {reason} (`parcep log explain` says why)"
            );
        }
        if unopened > 0 {
            let _ = writeln!(
                words,
                "· {unopened} sealed under a secret that is not held here"
            );
        }
        let forked = story.member.is_forked();
        if forked {
            words.push_str(crate::online::FORK);
        }
        let value = json!({
            "valid": true, "forked": forked,
            "entries": entries, "head": head.to_hex(), "genesis": anchor,
            "in_effect": effect, "void": void, "unopened": unopened,
        });
        answer(self.json, &value, &words)
    }

    fn sealed(&self, export: &Export) -> Result<(), Failure> {
        let head = export.entries.last().map(|entry| entry.hash().to_hex());
        let head = head.unwrap_or_default();
        let entries = export.entries.len() as u64;
        let genesis = export.anchor.genesis.to_hex();
        let total: usize = export.entries.iter().map(bytes).sum();
        let words = format!(
            "{}· {total} bytes, all sealed: give `--household DIR` too, to check signatures and see \
             what is in effect\n",
            chain(entries, &genesis, &head)
        );
        let value = json!({
            "valid": true, "entries": entries, "head": head, "genesis": genesis, "bytes": total,
        });
        answer(self.json, &value, &words)
    }
}

/// Reads an export and follows its chain.
pub(super) fn export(path: &Path) -> Result<Export, Failure> {
    let name = path.display().to_string();
    let bytes = crate::files::read_large(path, parcep_client::export::MAX_EXPORT)?;
    Export::parse(&bytes).map_err(|error| failed(error.into()).in_file(name))
}

fn chain(entries: u64, genesis: &str, head: &str) -> String {
    let short = |hash: &str| -> String { hash.chars().take(16).collect() };
    format!(
        "✓ {entries} entries, each behind the one before it, from the anchor {} to the head {}\n",
        short(genesis),
        short(head)
    )
}
