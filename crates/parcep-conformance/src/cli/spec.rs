//! `parcep-conform spec`: the specification as a page.

use super::Failure;
use crate::site::{self, SiteError, Standings};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Writes index.html, which holds everything and loads nothing, and requirements.json. The folder has to be new, empty,
or one that this command wrote before.

Examples:
  parcep-conform spec --out target/spec-site
  parcep-conform spec --spec ../other/spec --out /tmp/site")]
pub(super) struct SpecArgs {
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Folder of the specification
    #[arg(long, value_name = "DIR", default_value = "spec")]
    spec: PathBuf,
}

pub(super) fn run(args: &SpecArgs) -> Result<u8, Failure> {
    let site = site::render(&args.spec, &Standings::new()).map_err(failure)?;
    site::write(&site, &args.out).map_err(failure)?;
    println!(
        "{}: {} requirements",
        args.out.join("index.html").display(),
        site.count
    );
    Ok(0)
}

/// A fault of the text is exit code 1, whatever keeps the program from reading or writing 3.
fn failure(error: SiteError) -> Failure {
    let message = error.to_string();
    let (exit_code, code) = match error {
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
