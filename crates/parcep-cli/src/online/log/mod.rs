//! `parcep log`: the household's log as this member verified it: a table, a proof, a story.

pub(super) mod explain;
mod list;
mod proof;
pub(super) mod told;
mod verify;

use crate::failure::Failure;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Arguments of `log`; without a word it lists.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Log {
    /// What to do; without it a table of the entries
    #[command(subcommand)]
    pub what: Option<What>,
    /// A member's folder: a guardian's or a device's
    #[arg(long, value_name = "DIR", required = true)]
    pub household: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// What to do with a log.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Follow the chain from the anchor and count what holds, what is void and what does not open
    Verify(verify::Verify),
    /// Tell, entry by entry, who wrote what and when, what it did, and why it did nothing
    Explain(explain::Explain),
    /// Write the proof of a fork to a file for others, or check one that you were given
    Proof(proof::Proof),
}

impl Log {
    /// Whether the answer is JSON.
    #[must_use]
    pub const fn json(&self) -> bool {
        match &self.what {
            Some(What::Verify(args)) => args.json,
            Some(What::Explain(args)) => args.json,
            Some(What::Proof(args)) => args.json,
            None => self.json,
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// If the folder holds no member, or the chain does not hold.
    pub fn run(&self) -> Result<(), Failure> {
        match (&self.what, &self.household) {
            (Some(What::Verify(args)), _) => args.run(),
            (Some(What::Explain(args)), _) => args.run(),
            (Some(What::Proof(args)), _) => args.run(),
            (None, Some(folder)) => list::list(folder, self.json),
            (None, None) => Err(Failure::usage(
                "USAGE",
                "give the folder with `--household DIR`",
            )),
        }
    }
}
