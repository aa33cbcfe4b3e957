//! Commands that keep a member's folder and talk to a relay.

pub mod act;
pub mod device;
pub mod guardian;
pub mod household;
pub mod log;
pub mod people;
pub mod plan;
pub mod seen;
pub mod sync;
pub mod time;
pub mod who;

use crate::failure::{Failure, Kind};
use crate::files;
use clap::Args;
use parcep_client::{ClientError, Link, Trust};
use parcep_core::reason::Reason;
use serde::Serialize;
use std::path::PathBuf;

/// Where the relay is, and whose certificates are believed.
#[derive(Debug, Clone, Args)]
pub struct RelayArgs {
    /// The relay, `http://127.0.0.1:PORT` or `https://HOST:PORT`; without it the one that the
    /// household names
    #[arg(long, value_name = "URI", env = "PARCEP_RELAY")]
    pub relay: Option<String>,
    /// Believe only the certificates of this PEM file, not the system's
    #[arg(long, value_name = "FILE", env = "PARCEP_CA")]
    pub ca: Option<PathBuf>,
}

impl RelayArgs {
    /// A link to the relay given, or else to `known`.
    ///
    /// # Errors
    /// If neither is there, or the address is not usable.
    pub fn link(&self, known: Option<&str>) -> Result<Link, Failure> {
        let uri = self.relay.as_deref().or(known).ok_or_else(|| {
            Failure::usage(
                "NO_RELAY",
                "give the relay with `--relay http://127.0.0.1:PORT`",
            )
        })?;
        let trust = self.ca.clone().map_or(Trust::System, Trust::Only);
        Link::new(uri, &trust).map_err(failed)
    }
}

/// A client error as a failure of the command, with what to do next.
pub fn failed(error: ClientError) -> Failure {
    let kind = match &error {
        ClientError::Address(..) => Kind::Usage,
        ClientError::Damaged { .. } | ClientError::Join(_) | ClientError::NoMember { .. } => {
            Kind::Input
        }
        _ => Kind::Failed,
    };
    let advice = match &error {
        ClientError::Unreachable(_) => {
            "; check that it runs (`parcep serve`) and that `--relay` is right, then try again"
        }
        ClientError::Refused(_) => "; the code says why, `spec/26-errors.md` says what to do",
        ClientError::Distrusted(fault) if fault.reason == Reason::Fork => {
            "; `parcep household status` shows a guardian both stories and what ends them"
        }
        ClientError::Distrusted(_) => {
            "; stop using this relay and compare with another member of the household"
        }
        _ => "",
    };
    Failure::new(kind, error.code(), format!("{error}{advice}"))
}

/// What is said while a fork lasts (R-MOVE-004).
pub const FORK: &str = "FORK        the relay told two stories of this log; devices do what is stricter of both, until \
    guardians choose: `parcep household resolve`\n";

/// Prints an answer: words for people, one JSON value for programs.
///
/// # Errors
/// If stdout cannot be written.
pub fn answer(json: bool, value: &impl Serialize, words: &str) -> Result<(), Failure> {
    let text = if json {
        let text = serde_json::to_string_pretty(value);
        let text = text.map_err(|e| Failure::new(Kind::Failed, "INTERNAL", e.to_string()))?;
        text + "\n"
    } else {
        words.to_owned()
    };
    files::print(&text).map_err(|error| {
        let message = format!("the answer cannot be printed: {error}");
        Failure::new(Kind::Failed, "WRITE_FAILED", message)
    })
}

/// Writes bytes whole or not at all.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write_bytes(path: &std::path::Path, bytes: &[u8]) -> Result<(), Failure> {
    files::write_bytes(path, bytes)
}

/// Runs a command that waits for the network.
///
/// # Errors
/// Whatever the command says.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Kind::Failed, "RUNTIME", error.to_string()))?;
    runtime.block_on(work)
}
