//! Deterministic simulation of the pure engines: one seed is one family, one schedule and one run.
//!
//! ```text
//! seed ──► Plan { family, steps } ──► Stage: devices, relays, a bad network ──► quiet time ──► checks
//!                 └──────────── on a failure: the shortest part of it that still fails
//! ```
//! A step draws everything it needs from its own number, so leaving one out changes no other. Faults
//! (`--fault`) live here and never in core: each shows that an invariant can be broken and is then seen.

mod check;
pub(crate) mod cli;
mod consent;
mod faults;
mod jobs;
mod ledger;
mod moving;
mod network;
mod plan;
mod play;
mod quiet;
mod recovering;
mod shrink;
mod stage;
#[cfg(test)]
mod tests;
mod trouble;

pub(crate) use check::Invariant;
pub(crate) use faults::{FAULTS, Fault};
pub(crate) use plan::Plan;

use parcep_conformance::stage::Broken;

/// What one run showed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Devices at the end.
    pub(crate) devices: usize,
    /// Entries in the log at the end.
    pub(crate) entries: u64,
    /// Documents that relays acknowledged.
    pub(crate) acknowledged: usize,
    /// Entries that had effect, and whose author was checked against the table.
    pub(crate) effects: usize,
    /// Entries without effect.
    pub(crate) void: u64,
    /// Acts that waited a week and took effect.
    pub(crate) waited: usize,
    /// Households that ended.
    pub(crate) ended: usize,
    /// Moves to another relay.
    pub(crate) moves: usize,
    /// Relays that were restored.
    pub(crate) restores: usize,
    /// Documents that a restored relay lost for good.
    pub(crate) lost: usize,
    /// Power cuts.
    pub(crate) power_cuts: usize,
    /// Decisions asked for.
    pub(crate) decisions: usize,
    /// Sections that somebody tried to open.
    pub(crate) sections: usize,
    /// Bytes that relays were sent, all searched for words.
    pub(crate) bytes: usize,
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The invariant that does not hold.
    pub(crate) invariant: Invariant,
    /// What was seen.
    pub(crate) what: String,
}

impl Failure {
    /// A failure of an invariant.
    pub(crate) fn new(invariant: Invariant, what: impl Into<String>) -> Self {
        Self {
            invariant,
            what: what.into(),
        }
    }
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        Self::new(Invariant::Runs, broken.0)
    }
}

/// Plays a plan to its end.
///
/// # Errors
/// The first invariant that does not hold.
pub(crate) fn run(plan: &Plan, fault: Option<Fault>) -> Result<Tally, Failure> {
    let mut stage = stage::Stage::new(plan, fault)?;
    for step in &plan.steps {
        stage.play(step)?;
    }
    stage.quiet()?;
    if plan.ends {
        stage.end()?;
        stage.quiet()?;
    }
    check::all(&mut stage)
}
