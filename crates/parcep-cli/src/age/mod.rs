//! `parcep age`: ask about an age, say as little as is needed, and make something of the answer.
//!
//! ```text
//! issue ──► signal ──────────────────────────────────► verify ─┐
//! request ──► issue ──► receive ──► present ──► token ─► verify ─┴─► judge ◄── adapt ◄── a platform's answer
//! ```

mod coarsen;
mod issue;
mod keys;
mod values;
mod verify;
mod words;

use crate::failure::Failure;
use clap::Subcommand;
use parcep_core::age::AgeError;

/// What to do about an age.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sign a signal for one audience, coarsened to its cut points
    Issue(issue::Issue),
    /// Check a signal as its audience
    Verify(verify::Verify),
    /// Show what an audience with these cut points would be told
    Coarsen(coarsen::Coarsen),
}

impl Command {
    /// Whether the answer is JSON.
    #[must_use]
    pub const fn json(&self) -> bool {
        match self {
            Self::Issue(args) => args.json,
            Self::Verify(args) => args.json,
            Self::Coarsen(args) => args.json,
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// What went wrong and what to do.
    pub fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Issue(args) => args.run(),
            Self::Verify(args) => args.run(),
            Self::Coarsen(args) => args.run(),
        }
    }
}

/// A refusal that a flag caused.
fn misuse(error: AgeError) -> Failure {
    Failure::usage(code(error), error.to_string())
}

fn code(error: AgeError) -> &'static str {
    parcep_core::reason::code(error.reason())
}
