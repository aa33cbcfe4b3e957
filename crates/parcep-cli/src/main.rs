//! `parcep`: what a guardian, an integrator or an operator types.

use std::process::ExitCode;

fn main() -> ExitCode {
    parcep_cli::run(std::env::args_os())
}
