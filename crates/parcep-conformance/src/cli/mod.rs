//! The command line: what to judge, and where the report goes.

mod ages;
mod client;
mod explain;
mod issuer;
mod line;
mod list;
mod party;
mod progress;
mod run;
mod selftest;
mod server;
mod spec;
mod trace;
mod vectors;

use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Judges implementations of Open PARCEP from the outside, clause by clause.
#[derive(Debug, Parser)]
#[command(name = "parcep-conform", version, after_help = EXIT_CODES, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  conformant: every required test ran and passed
  1  not conformant: a test failed, or passed only when tried again
  2  usage: a flag or a pattern is wrong
  3  harness: the target cannot be reached, a file cannot be written, or the suite itself failed
  4  nothing ran, or not everything that is required
  5  the list of known failures is not true any more

Examples:
  parcep-conform list
  parcep-conform explain T-POINT-030-rollback
  parcep-conform server --target http://127.0.0.1:7117 --profile quick
  parcep-conform server --target https://relay.example:7117 --ca ca.pem --report report.json --junit junit.xml
  parcep-conform server --target http://127.0.0.1:7117 --only 'R-RELAY-008'
  parcep-conform client -- python3 my_driver.py
  parcep-conform client --html report.html --baseline known.toml -- python3 my_driver.py
  parcep-conform party -- ./my-driver
  parcep-conform issuer --socket /run/age/org.example.game.sock --audience org.example.game
  parcep-conform selftest
  parcep-conform trace --spec spec
  parcep-conform spec --out target/spec-site
  parcep-conform vectors --check spec/vectors -- ./my-evaluator --stdio";

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge a relay over gRPC, in any language, by any vendor
    Server(server::ServerArgs),
    /// Judge an enforcement point or a guardian app behind a driver, in any language, by any vendor
    Client(client::ClientArgs),
    /// Judge an issuer of age signals behind a driver or at its socket, in any language, by any vendor
    Issuer(issuer::IssuerArgs),
    /// Judge a relying party, an app or service that has to know an age, behind a driver
    Party(party::PartyArgs),
    /// Judge the suite itself: start peers that are wrong on purpose, of every kind, and see that each is caught
    Selftest(selftest::SelftestArgs),
    /// Say what a test does, step by step and why, or which tests decide a requirement
    Explain(explain::ExplainArgs),
    /// List the tests with the clauses they cite
    List(list::ListArgs),
    /// Make the specification one page that can be read, printed and linked to
    Spec(spec::SpecArgs),
    /// Follow every requirement of a specification to the tests that ran for it
    Trace(trace::TraceArgs),
    /// Ask decisions of an evaluator, in any language, by any vendor, and compare with what the rows expect
    Vectors(vectors::VectorsArgs),
}

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::harness("RUNTIME", error.to_string()).tell(false),
    };
    let json = cli.command.wants_json();
    let ended = runtime.block_on(async {
        match cli.command {
            Command::Server(args) => server::run(args).await,
            Command::Client(args) => client::run(args).await,
            Command::Issuer(args) => issuer::run(args).await,
            Command::Party(args) => party::run(args).await,
            Command::Selftest(args) => selftest::run(args).await,
            Command::Explain(args) => explain::run(&args),
            Command::List(args) => list::run(&args),
            Command::Spec(args) => spec::run(&args),
            Command::Trace(args) => trace::run(&args),
            Command::Vectors(args) => vectors::run(args).await,
        }
    });
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failure.tell(json),
    }
}

impl Command {
    fn wants_json(&self) -> bool {
        match self {
            Self::Server(args) => args.run.json,
            Self::Client(args) => args.run.json,
            Self::Issuer(args) => args.run.json,
            Self::Party(args) => args.run.json,
            Self::Selftest(args) => args.json,
            Self::List(args) => args.json,
            Self::Explain(_) | Self::Spec(_) => false,
            Self::Trace(args) => args.json,
            Self::Vectors(args) => args.json,
        }
    }
}

/// Why the program ends without a report.
#[derive(Debug)]
struct Failure {
    exit_code: u8,
    code: &'static str,
    message: String,
    file: Option<PathBuf>,
}

impl Failure {
    fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit_code: 2,
            code,
            message: message.into(),
            file: None,
        }
    }

    fn harness(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit_code: 3,
            ..Self::usage(code, message)
        }
    }

    fn nothing_ran(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit_code: 4,
            ..Self::usage(code, message)
        }
    }

    fn file(code: &'static str, path: &Path, error: &std::io::Error) -> Self {
        Self {
            file: Some(path.to_owned()),
            ..Self::harness(code, format!("`{}`: {error}", path.display()))
        }
    }

    /// Says it to a person on stderr, or to a program on stdout.
    fn tell(self, json: bool) -> ExitCode {
        if json {
            let error = serde_json::json!({"error": {
                "code": self.code,
                "message": self.message,
                "file": self.file,
                "pointer": null,
            }});
            println!("{error}");
        } else {
            eprintln!("error: {}", self.message);
        }
        ExitCode::from(self.exit_code)
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::file("CANNOT_READ", path, &error))
}

fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| Failure::file("CANNOT_WRITE", path, &error))
}
