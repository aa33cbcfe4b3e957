//! `parcep-conform selftest`.

use super::progress::Bar;
use super::{Failure, write_file};
use crate::selftest::{self, Matrix, SelftestError};
use crate::trace::DEFAULT_EVIDENCE;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct SelftestArgs {
    /// The program with the faulty peers; by default looked for beside this one
    #[arg(long, value_name = "PATH", env = "PARCEP_MUTANTS")]
    mutants: Option<PathBuf>,
    /// The vectors that parties to ages are asked
    #[arg(long, value_name = "DIR", default_value = "spec/vectors")]
    vectors: PathBuf,
    /// Try only these faults; `*` stands for anything
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,
    /// Ask every enforcement point everything; without, faulty ones are asked what cites the requirement they break
    #[arg(long)]
    full: bool,
    /// Try the honest ones alone, each with so many seeds from --seed on
    #[arg(long, value_name = "SEEDS", conflicts_with_all = ["only", "full", "out"])]
    honest: Option<u64>,
    /// Seed of the test data; random if absent
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Where the record for `parcep-conform trace` goes; by default target/conformance/selftest.json, or nowhere with
    /// --only
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print the kill matrix as JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) async fn run(args: SelftestArgs) -> Result<u8, Failure> {
    let program = match args.mutants {
        Some(path) => path,
        None => selftest::beside_this_program().ok_or_else(|| absent("beside this program"))?,
    };
    if !program.is_file() {
        return Err(absent(&format!("at `{}`", program.display())));
    }
    let seed = args.seed.unwrap_or_else(crate::rng::seed);
    let bar = Bar::new(args.json);
    let matrix = match args.honest {
        Some(seeds) => selftest::run_honest(&program, seed, seeds, &bar).await,
        None => selftest::run(&program, &args.vectors, &args.only, args.full, seed, &bar).await,
    };
    bar.clear();
    let matrix = matrix.map_err(explain)?;
    match &args.out {
        Some(path) => write_file(path, &matrix.to_json())?,
        // A part would stand where tracing looks for the whole.
        None if args.only.is_empty() && args.honest.is_none() => record(&matrix)?,
        None => {}
    }
    if args.json {
        println!("{}", matrix.to_json());
    } else {
        print!("{}", matrix.render());
    }
    Ok(matrix.exit_code())
}

fn record(matrix: &Matrix) -> Result<(), Failure> {
    let folder = Path::new(DEFAULT_EVIDENCE);
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::file("CANNOT_WRITE", folder, &error))?;
    write_file(&folder.join("selftest.json"), &matrix.to_json())
}

fn absent(place: &str) -> Failure {
    Failure::nothing_ran(
        "NO_MUTANTS",
        format!(
            "parcep-mutants is not there ({place}), so nothing was tested\nBuild it with `cargo build \
             -p parcep-mutants` and keep it beside parcep-conform, or name it with --mutants PATH"
        ),
    )
}

fn explain(error: SelftestError) -> Failure {
    match error {
        SelftestError::NoMatch(_) => Failure::usage("NO_MATCH", error.to_string()),
        SelftestError::NoMutants => Failure::nothing_ran("NO_MUTANTS", error.to_string()),
        SelftestError::NoVectors { .. } => Failure::nothing_ran(
            "NO_VECTORS",
            format!("{error}\nStart it in the repository, or name them with --vectors DIR"),
        ),
        SelftestError::Start { .. } => Failure::harness("MUTANT_FAILED", error.to_string()),
    }
}
