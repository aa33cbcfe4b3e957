//! `parcep-conform spec`.

use super::Failure;
use super::trace::{around, explain};
use crate::site::{self, SiteError, Standings};
use crate::trace::{self, TraceError};
use clap::Args;
use std::path::PathBuf;

/// Make the specification one page that can be read, printed and linked to
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct SpecArgs {
    /// Folder to write to: new, empty, or one that this command wrote before
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Folder of the specification
    #[arg(long, value_name = "DIR", default_value = "spec")]
    spec: PathBuf,
    /// Folder with the sources of the tests; by default the one that holds the specification
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// A record of what ran, or a folder of records, as for `parcep-conform trace`; without any the page
    /// shows no states [default: target/conformance]
    #[arg(long, value_name = "FILE_OR_DIR")]
    results: Vec<PathBuf>,
}

const HELP: &str = "\
Writes index.html, which holds everything and loads nothing, and requirements.json.

Exit codes:
  0  written
  1  something in the text is wrong: a link that leads nowhere, a picture that is not safe, a registry that is not TOML
  2  usage: a flag is wrong
  3  a file or folder cannot be read or written, or the folder to write to holds something else

Examples:
  parcep-conform spec --out target/spec-site
  parcep-conform spec --spec ../other/spec --out /tmp/site";

pub(super) fn run(args: &SpecArgs) -> Result<u8, Failure> {
    let standings = standings(args)?;
    if standings.is_empty() {
        eprintln!(
            "note: no results, so the page shows no states; `parcep-conform trace --help` says how to make them"
        );
    }
    let site = site::render(&args.spec, &standings).map_err(failure)?;
    site::write(&site, &args.out).map_err(failure)?;
    let page = args.out.join("index.html");
    println!("{}: {} requirements", page.display(), site.count);
    Ok(0)
}

/// What ran, if anything is known of it.
fn standings(args: &SpecArgs) -> Result<Standings, Failure> {
    if let Some(absent) = args.results.iter().find(|path| !path.exists()) {
        let error = std::io::ErrorKind::NotFound.into();
        return Err(Failure::file("CANNOT_READ", absent, &error));
    }
    let mut evidence = args.results.clone();
    if evidence.is_empty() {
        evidence.push(PathBuf::from(trace::DEFAULT_EVIDENCE));
    }
    if !evidence.iter().any(|path| path.exists()) {
        return Ok(Standings::new());
    }
    let root = args.root.clone().unwrap_or_else(|| around(&args.spec));
    match trace::run(&args.spec, &root, &evidence) {
        Ok(trace) => Ok(site::standings(&trace)),
        Err(TraceError::NoRequirements(_)) => Ok(Standings::new()),
        Err(error) => Err(explain(error)),
    }
}

/// A fault of the text is exit code 1, whatever keeps the program from reading or writing 3.
fn failure(error: SiteError) -> Failure {
    let message = error.to_string();
    let (exit_code, code) = match error {
        SiteError::Requirements(error) => return explain(error),
        SiteError::Links(_) => (1, "DEAD_LINKS"),
        SiteError::Figure { .. } => (1, "BAD_FIGURE"),
        SiteError::Toml { .. } => (1, "BAD_REGISTRY"),
        SiteError::Foreign { .. } => (3, "FOREIGN_FOLDER"),
        SiteError::NoFolder(_) | SiteError::Nothing(_) | SiteError::Unreadable(..) => {
            (3, "CANNOT_READ")
        }
        SiteError::Unwritable(..) => (3, "CANNOT_WRITE"),
        _ => (3, "INTERNAL"),
    };
    Failure {
        exit_code,
        ..Failure::usage(code, message)
    }
}
