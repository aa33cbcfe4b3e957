//! `parcep-relay`: a relay as a program of its own.

use clap::Parser;
use parcep_server::cli::{ServeArgs, run};
use std::process::ExitCode;

/// Relay of Open PARCEP: keeps order, stores and passes on what it cannot read.
///
/// It says `listening on URI relay-id HEX relay-key HEX` on standard output once it answers, and ends at SIGTERM or
/// Ctrl-C after the calls under way. Exit codes: 0 ended as asked, 2 usage, 3 it could not start or
/// go on.
#[derive(Debug, Parser)]
#[command(name = "parcep-relay", version)]
struct Options {
    #[command(flatten)]
    serve: ServeArgs,
}

fn main() -> ExitCode {
    match run(&Options::parse().serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error} [{}]", error.code());
            ExitCode::from(3)
        }
    }
}
