//! Flags that every judging command has, and what becomes of its report.

use super::{Failure, write_file};
use crate::report::Report;
use crate::runner::{Cannot, Config};
use clap::Args;
use std::path::PathBuf;

/// Which tests run, and where the report goes.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Run only these test ids or requirement ids; `*` stands for anything. Such a run never says
    /// conformant
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,
    /// Seed of the test data, to repeat a run; random if absent
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Write the report as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write the report as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write what ran, as a record for `parcep-conform trace`
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// Print the report as JSON instead of a page for people
    #[arg(long)]
    pub(super) json: bool,
}

impl RunArgs {
    /// The seed of this run.
    pub(super) fn seed(&self) -> u64 {
        self.seed.unwrap_or_else(crate::rng::seed)
    }

    /// Puts the selection into a run.
    pub(super) fn select(&self, config: &mut Config) {
        config.only.clone_from(&self.only);
    }

    /// Writes and prints a report; the exit code.
    pub(super) fn tell(&self, report: &Report) -> Result<u8, Failure> {
        let json = report.to_json();
        if let Some(path) = &self.report {
            write_file(path, &json)?;
        }
        if let Some(path) = &self.junit {
            write_file(path, &report.to_junit())?;
        }
        if let Some(path) = &self.evidence {
            let text = serde_json::to_string_pretty(&report.evidence())
                .map_err(|error| Failure::harness("INTERNAL", error.to_string()))?;
            write_file(path, &format!("{text}\n"))?;
        }
        if self.json {
            print!("{json}");
        } else {
            print!("{}", report.render());
        }
        Ok(report.exit_code)
    }
}

/// Why there was no run, and what to do about it.
pub(super) fn explain(cannot: Cannot, unreachable: &str) -> Failure {
    match cannot {
        Cannot::Reach { .. } => Failure::harness("UNREACHABLE", format!("{cannot}\n{unreachable}")),
        Cannot::Catalogue(_) => Failure::harness("CATALOGUE", cannot.to_string()),
        Cannot::Match(_) => Failure::usage(
            "NO_MATCH",
            format!("{cannot}\n`parcep-conform list` shows every id"),
        ),
    }
}
