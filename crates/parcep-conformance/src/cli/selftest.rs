//! `parcep-conform selftest`.

use super::Failure;
use super::progress::Bar;
use crate::selftest::{self, SelftestError};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct SelftestArgs {
    /// The program with the faulty relays; by default looked for beside this one
    #[arg(long, value_name = "PATH", env = "PARCEP_MUTANTS")]
    mutants: Option<PathBuf>,
    /// Try only these faults; `*` stands for anything
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,
    /// Seed of the test data; random if absent
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
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
    let matrix = selftest::run(&program, &args.only, seed, &bar).await;
    bar.clear();
    let matrix = matrix.map_err(explain)?;
    if args.json {
        println!("{}", matrix.to_json());
    } else {
        print!("{}", matrix.render());
    }
    Ok(matrix.exit_code())
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
        SelftestError::Start { .. } => Failure::harness("MUTANT_FAILED", error.to_string()),
    }
}
