//! `parcep age judge`: what a statement about an age means for a threshold.

use super::misuse;
use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::answer;
use clap::Args;
use parcep_core::age::Statement;
use parcep_core::age::party::{Judgement, Threshold, Verdict, judge};
use std::path::{Path, PathBuf};

/// Arguments of `age judge`.
#[derive(Debug, Args)]
#[command(after_help = "Example: may who answered this open what needs 16?\n  \
                  parcep age adapt answer.json --from apple --gates 13,16,18 --json | parcep age judge --threshold 16")]
pub struct Judge {
    /// What `parcep age adapt` or `parcep age coarsen` printed as JSON, or `-` for stdin
    #[arg(value_name = "FILE", default_value = "-")]
    pub statement: PathBuf,
    /// The age that is asked for, completed years, 1 to 120
    #[arg(long, value_name = "YEARS")]
    pub threshold: u32,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Judge {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let threshold = Threshold::new(self.threshold).map_err(misuse)?;
        let judged = judge(&read(&self.statement)?, threshold);
        let words = told(judged, self.threshold);
        answer(self.json, &judged, &words)
    }
}

/// A verdict in words.
pub(super) fn told(judged: Judgement, years: u32) -> String {
    match judged.verdict {
        Verdict::Pass => format!("Pass: {years} or older.\n"),
        Verdict::Fail => format!("Fail: younger than {years}.\n"),
        Verdict::Undecided => {
            let why = judged.because.name().replace('_', " ");
            format!(
                "Undecided ({why}): keep closed what needs {years}, and keep on what protects younger people.\n"
            )
        }
    }
}

/// Reads a statement.
fn read(path: &Path) -> Result<Statement, Failure> {
    let bytes = files::read(path)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let message = format!(
            "is no statement about an age: {error}; `parcep age adapt --json` writes one, and R-AGE-060 in \
             `spec/19-age-signals.md` has its members"
        );
        Failure::new(Kind::Input, "MALFORMED", message).in_file(path.display().to_string())
    })
}
