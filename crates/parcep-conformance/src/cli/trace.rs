//! `parcep-conform trace`.

use super::{Failure, write_file};
use crate::trace::{self, Records, Trace, TraceError};
use clap::Args;
use std::path::{Path, PathBuf};

/// Follow every requirement of a specification to the tests that ran for it
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct TraceArgs {
    /// Folder of the specification: chapters, trace.toml, OPEN.md, reviewed.toml
    #[arg(long, value_name = "DIR", default_value = "spec")]
    spec: PathBuf,
    /// Folder with the sources of the tests; by default the one that holds the specification
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// A record of what ran, or a folder of records: *.json by evidence.schema.json, *.log as `cargo test`
    /// prints [default: target/conformance]
    #[arg(long, value_name = "FILE_OR_DIR")]
    results: Vec<PathBuf>,
    /// Write every requirement with the hash of its sentence
    #[arg(long, value_name = "FILE")]
    requirements: Option<PathBuf>,
    /// Note in reviewed.toml that somebody held the tests of this requirement against its sentence; `all`
    /// stands for those that have no row yet
    #[arg(long, value_name = "ID")]
    accept: Vec<String>,
    /// Print everything as JSON
    #[arg(long)]
    pub(super) json: bool,
}

const HELP: &str = "\
What the states mean:
  proven      a test that cites it ran and passed, and failed a peer that breaks it
  executed    a test that cites it ran and passed
  static      types leave no way to break it; spec/trace.toml says which
  untestable  no test can decide it; spec/trace.toml says why
  provisional of a feature that is not built; spec/trace.toml says what is missing
  open        no test yet; spec/OPEN.md says why
  missing     nothing of these: a fault if the requirement binds

Exit codes:
  0  nothing is wrong
  1  something is wrong, and the page says what to do about it
  2  usage: a flag or an id is wrong
  3  a file or folder cannot be read or written
  4  no test was executed, so nothing is traced

Make the records first, in the folder of the workspace:
  mkdir -p target/conformance
  cargo test --workspace 2>&1 | tee target/conformance/tests.log
  parcep-conform selftest
  parcep-conform trace

After a sentence was changed, and its tests were read again:
  parcep-conform trace --accept R-LOG-001";

pub(super) fn run(args: &TraceArgs) -> Result<u8, Failure> {
    let root = args.root.clone().unwrap_or_else(|| around(&args.spec));
    if let Some(path) = &args.requirements {
        let (requirements, _) = trace::read_spec(&args.spec).map_err(explain)?;
        write_file(path, &trace::requirements_json(&requirements))?;
    }
    let traced = read(args, &root)?;
    if !args.accept.is_empty() {
        return accept(args, &traced);
    }
    if traced.is_empty() {
        return Err(nothing(&traced));
    }
    if args.json {
        print!("{}", traced.to_json());
    } else {
        print!("{}", traced.render());
    }
    Ok(traced.exit_code())
}

fn read(args: &TraceArgs, root: &Path) -> Result<Trace, Failure> {
    if let Some(absent) = args.results.iter().find(|path| !path.exists()) {
        let error = std::io::ErrorKind::NotFound.into();
        return Err(Failure::file("CANNOT_READ", absent, &error));
    }
    let evidence = if args.results.is_empty() {
        vec![PathBuf::from(trace::DEFAULT_EVIDENCE)]
    } else {
        args.results.clone()
    };
    trace::run(&args.spec, root, &evidence).map_err(explain)
}

/// The folder that a folder stands in.
pub(super) fn around(spec: &Path) -> PathBuf {
    match spec.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) => parent.to_owned(),
        None => spec.join(".."),
    }
}

/// Notes the sentences that somebody has reviewed, and drops the rows of requirements that are gone.
fn accept(args: &TraceArgs, traced: &Trace) -> Result<u8, Failure> {
    let mut records = Records::read(&args.spec).map_err(explain)?;
    let mut accepted = Vec::new();
    for id in &args.accept {
        let one = traced
            .requirements
            .iter()
            .find(|one| one.requirement.id == *id);
        if let Some(one) = one {
            accepted.push(&one.requirement);
        } else if id == "all" && traced.is_empty() {
            return Err(nothing(traced));
        } else if id == "all" {
            accepted.extend(traced.unreviewed(&records));
        } else if records.reviewed.holds(id) {
            records.reviewed.forget(id);
        } else {
            let message = format!("`{id}` is neither a requirement of the specification nor `all`");
            return Err(Failure::usage("NO_SUCH_REQUIREMENT", message));
        }
    }
    for requirement in &accepted {
        records.reviewed.accept(requirement);
    }
    let path = args.spec.join("reviewed.toml");
    write_file(&path, &records.reviewed.to_toml())?;
    let ids: Vec<&str> = accepted.iter().map(|one| one.id.as_str()).collect();
    if args.json {
        println!("{}", serde_json::json!({"accepted": ids}));
    } else {
        println!("accepted in {}: {}", path.display(), ids.join(" "));
    }
    Ok(0)
}

fn nothing(traced: &Trace) -> Failure {
    let mut message = String::from(
        "no test was executed, so nothing is traced\nMake the records first, in the folder of the workspace:\n  \
         cargo test --workspace 2>&1 | tee target/conformance/tests.log\n  parcep-conform selftest",
    );
    for note in &traced.notes {
        message.push_str("\nnote: ");
        message.push_str(note);
    }
    Failure::nothing_ran("NOTHING_EXECUTED", message)
}

pub(super) fn explain(error: TraceError) -> Failure {
    match &error {
        TraceError::Read { path, source } => Failure::file("CANNOT_READ", path, source),
        TraceError::Shape { path, .. } => Failure {
            file: Some(path.clone()),
            ..Failure::harness("BAD_RECORD", error.to_string())
        },
        TraceError::NoRequirements(_) => Failure::harness("NO_REQUIREMENTS", error.to_string()),
    }
}
