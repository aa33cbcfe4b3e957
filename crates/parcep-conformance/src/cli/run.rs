//! Flags that every judging command has, and what becomes of its report.

use super::{Failure, read_file, write_file};
use crate::report::{Baseline, Report};
use crate::runner::{Cannot, Config};
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

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
    /// Write the page for people as Markdown
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Write the page for people as one HTML file that loads nothing
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write what crossed the interface in each attempt, one file each, also of those that passed
    #[arg(long, value_name = "DIR")]
    transcripts: Option<PathBuf>,
    /// Excuse known failures: TOML, each `[[known]]` with `id`, `reason` and perhaps `until` (a day). A row that is
    /// not true any more fails the run
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
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
        config.keep_transcripts = self.transcripts.is_some();
    }

    /// What can be wrong with files, before anything runs.
    pub(super) fn checked(&self) -> Result<Option<Baseline>, Failure> {
        let Some(path) = &self.baseline else {
            return Ok(None);
        };
        let bad = |why: String| Failure {
            file: Some(path.clone()),
            ..Failure::usage("BAD_BASELINE", format!("`{}`: {why}", path.display()))
        };
        let text = String::from_utf8(read_file(path)?).map_err(|error| bad(error.to_string()))?;
        let list = Baseline::read(&text).map_err(|error| bad(error.to_string()))?;
        Ok(Some(list))
    }

    /// Writes and prints a report; the exit code.
    pub(super) fn tell(
        &self,
        mut report: Report,
        baseline: Option<&Baseline>,
    ) -> Result<u8, Failure> {
        if let Some(baseline) = baseline {
            let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
            report.excuse(baseline, today.date());
        }
        let report = &report;
        if let Some(folder) = &self.transcripts {
            write_transcripts(folder, report)?;
        }
        if let Some(path) = &self.markdown {
            write_file(path, &report.to_markdown())?;
        }
        if let Some(path) = &self.html {
            write_file(path, &report.to_html())?;
        }
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

/// One file for each attempt, named after its test.
fn write_transcripts(folder: &Path, report: &Report) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::file("CANNOT_WRITE", folder, &error))?;
    for result in &report.results {
        for (at, attempt) in (1..).zip(&result.attempts) {
            let mut text = format!("{}, attempt {at}: {}\n", result.id, attempt.verdict);
            for line in &attempt.transcript {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "{line}");
            }
            let name = format!("{}.{at}.txt", result.id.replace('/', "."));
            write_file(&folder.join(name), &text)?;
        }
    }
    Ok(())
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
