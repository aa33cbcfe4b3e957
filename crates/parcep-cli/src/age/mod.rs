//! `parcep age`: ask about an age, say as little as is needed, and make something of the answer.
//!
//! ```text
//! issue ──► signal ───────────────► verify
//! issue ──► wallet ──► present ──► verify        adapt, coarsen ──► judge        log
//! serve ──► app's socket ──► ask                 serve ──► TLS ──► fetch ──► wallet
//! ```
//!
//! The last line needs an issuer that runs: on the device it answers each app on a socket of its own,
//! by the rules of the household; as a provider it gives tokens to accounts and learns no audience.

mod adapt;
mod ask;
mod asked;
mod coarsen;
mod fetch;
mod issue;
mod judge;
mod keys;
mod log;
mod own;
mod present;
mod rules;
mod serve;
mod trusting;
mod values;
mod verify;
mod words;

use crate::failure::Failure;
use clap::Subcommand;
use parcep_core::age::AgeError;

/// What to do about an age.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read what a platform says about an age into one form
    Adapt(adapt::Adapt),
    /// Sign a signal for one audience, or a batch of one-time tokens, coarsened to cut points
    Issue(issue::Issue),
    /// Show one token of a wallet to an audience, once
    Present(present::Present),
    /// Check a signal or a presented token as its audience
    Verify(verify::Verify),
    /// Answer a threshold by a statement: pass, fail or undecided
    Judge(judge::Judge),
    /// Answer apps on this device, or holders as a provider
    Serve(Box<serve::Serve>),
    /// Ask an issuer on this device as an app does
    Ask(Box<ask::Ask>),
    /// Fetch a batch of one-time tokens from a provider
    Fetch(Box<fetch::Fetch>),
    /// List what was shared about the person, with whom and when
    Log(log::Log),
    /// Show what an audience with these cut points would be told
    Coarsen(coarsen::Coarsen),
}

impl Command {
    /// Whether the answer is JSON.
    #[must_use]
    pub fn json(&self) -> bool {
        match self {
            Self::Adapt(args) => args.json,
            Self::Issue(args) => args.json,
            Self::Present(args) => args.json,
            Self::Verify(args) => args.json,
            Self::Judge(args) => args.json,
            Self::Serve(args) => args.json,
            Self::Ask(args) => args.json,
            Self::Fetch(args) => args.json,
            Self::Log(args) => args.json,
            Self::Coarsen(args) => args.json,
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// What went wrong and what to do.
    pub fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Adapt(args) => args.run(),
            Self::Issue(args) => args.run(),
            Self::Present(args) => args.run(),
            Self::Verify(args) => args.run(),
            Self::Judge(args) => args.run(),
            Self::Serve(args) => args.run(),
            Self::Ask(args) => args.run(),
            Self::Fetch(args) => args.run(),
            Self::Log(args) => args.run(),
            Self::Coarsen(args) => args.run(),
        }
    }
}

/// A refusal that a flag caused, and what the flag takes.
fn misuse(error: AgeError) -> Failure {
    let advice = match error {
        AgeError::Malformed("cuts") => {
            "give 1 to 3 ages from 1 to 21, ascending, at least two years apart"
        }
        AgeError::Malformed("lower_inclusive") => "`--lower` is 0 to 120",
        AgeError::Malformed("upper_exclusive") => "`--upper` is above `--lower` and at most 121",
        _ => return Failure::usage(code(error), error.to_string()),
    };
    Failure::usage(code(error), format!("{error}: {advice}"))
}

fn code(error: AgeError) -> &'static str {
    parcep_core::reason::code(error.reason())
}
