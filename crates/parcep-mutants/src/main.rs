//! `parcep-mutants`: relays that break one requirement each, on purpose.

use std::process::ExitCode;

fn main() -> ExitCode {
    parcep_mutants::cli::main()
}
