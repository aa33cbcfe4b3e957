//! `parcep age judge`: what a statement about an age means for a threshold.

use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::answer;
use clap::Args;
use parcep_core::age::{Statement, Verdict, judge};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Arguments of `age judge`.
#[derive(Debug, Args)]
#[command(after_help = "Example: may who answered this open what needs 16?\n  \
                        parcep age adapt --from apple answer.json --gates 13,16,18 --json | parcep age judge --threshold 16")]
pub struct Judge {
    /// What `parcep age adapt` or `parcep age coarsen` printed as JSON, or `-` for stdin
    #[arg(value_name = "FILE", default_value = "-")]
    pub statement: PathBuf,
    /// The age that is asked for, completed years
    #[arg(long, value_name = "YEARS", value_parser = clap::value_parser!(u32).range(1..=120))]
    pub threshold: u32,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// The contract of R-AGE-060.
#[derive(Serialize)]
struct Answer {
    verdict: &'static str,
    reason: &'static str,
}

impl Judge {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let statement = read(&self.statement)?;
        let judged = judge(&statement, self.threshold);
        let said = Answer {
            verdict: judged.verdict.name(),
            reason: judged.reason.name(),
        };
        let years = self.threshold;
        let words = match judged.verdict {
            Verdict::Pass => format!("Pass: {years} or older.\n"),
            Verdict::Fail => format!("Fail: younger than {years}.\n"),
            Verdict::Undecided => {
                let why = said.reason.replace('_', " ");
                format!(
                    "Undecided ({why}): keep closed what needs {years}, and keep on what protects younger \
                     ones.\n"
                )
            }
        };
        answer(self.json, &said, &words)
    }
}

/// Reads a statement.
///
/// # Errors
/// `MALFORMED` if it is none.
fn read(path: &Path) -> Result<Statement, Failure> {
    let bytes = files::read(path)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let message = format!(
            "is no statement about an age: {error}; R-AGE-060 in `spec/19-age-signals.md` has its members"
        );
        Failure::new(Kind::Input, "MALFORMED", message).in_file(path.display().to_string())
    })
}
