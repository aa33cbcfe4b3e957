//! `parcep-conform`: judges implementations of Open PARCEP from the outside.

use std::process::ExitCode;

fn main() -> ExitCode {
    parcep_conformance::cli::main()
}
