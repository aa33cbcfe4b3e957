//! `parcep`: what a guardian, an integrator or an operator types.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong command line, 3 wrong input. With `--json` every answer is
//! one JSON value on stdout, errors too.

pub mod age;
pub mod decide;
pub mod demo;
pub mod explain;
pub mod failure;
pub mod files;
pub mod online;
pub mod policy;
pub mod rules;
pub mod scenario;

use clap::{Parser, Subcommand};
use failure::{Failure, Kind};
use online::{device, guardian, household, log, sync};
use std::ffi::OsString;
use std::process::ExitCode;

/// Parental controls that work together: rules set once, enforced everywhere.
#[derive(Debug, Parser)]
#[command(
    name = "parcep",
    version,
    arg_required_else_help = true,
    after_help = "`parcep demo` shows everything at once. `parcep COMMAND --help` explains one command; with \
                  `--json` every answer is one JSON value on stdout, errors too.\n\
                  Exit codes: 0 done, 1 failed, 2 wrong command line, 3 wrong input."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the whole way in one go: relay, household, devices, decisions, a live change
    Demo(demo::Demo),
    /// Play a story of a household: a separation, a stolen phone, a lost one
    Scenario(scenario::Scenario),
    /// Take policies over from other formats, give them out, show them
    #[command(subcommand)]
    Policy(policy::Command),
    /// Decide one question offline
    Decide(decide::Decide),
    /// Tell a guardian or a child in plain words why, until when, and whom to ask
    Explain(explain::Explain),
    /// Found a household, or bring changed rules in
    #[command(subcommand)]
    Household(household::Command),
    /// Share authority over children, take it, leave, come back
    #[command(subcommand)]
    Guardian(guardian::Command),
    /// Bring a device into a household, or take one out
    #[command(subcommand)]
    Device(device::Command),
    /// Follow a household's log, once or as it grows
    Sync(sync::Sync),
    /// List a household's log, verified anew; `verify` proves it, `explain` tells it
    Log(log::Log),
    /// Ask about an age, say as little as is needed, and judge what is said
    #[command(subcommand)]
    Age(age::Command),
    /// Run a relay
    Serve(parcep_server::cli::ServeArgs),
}

/// Reads the command line and does what it says.
#[must_use]
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return misread(&error, args.iter().any(|arg| arg == "--json")),
    };
    let (json, done) = match &cli.command {
        Command::Policy(command) => (command.json(), command.run()),
        Command::Decide(args) => (args.json, args.run()),
        Command::Explain(args) => (args.json(), args.run()),
        Command::Demo(args) => (args.json, args.run()),
        Command::Scenario(args) => (args.json, args.run()),
        Command::Household(command) => (command.json(), command.run()),
        Command::Guardian(command) => (command.json(), command.run()),
        Command::Device(command) => (command.json(), command.run()),
        Command::Sync(args) => (args.json, args.run()),
        Command::Log(args) => (args.json(), args.run()),
        Command::Age(command) => (command.json(), command.run()),
        Command::Serve(args) => (false, serve(args)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(json),
    }
}

fn serve(args: &parcep_server::cli::ServeArgs) -> Result<(), Failure> {
    parcep_server::cli::run(args)
        .map_err(|error| Failure::new(Kind::Input, error.code(), error.to_string()))
}

/// Help is no error; anything else is one, for programs too.
fn misread(error: &clap::Error, json: bool) -> ExitCode {
    if json && error.use_stderr() {
        let text = error.to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        let message = text
            .split("\n\n")
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned();
        return Failure::usage("USAGE", message).report(true);
    }
    // A closed pipe has nobody to tell.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
