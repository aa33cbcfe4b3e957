//! `parcep age verify`: check a claim as its audience.

use super::keys::nonce;
use super::own::internal;
use super::trusting::Trusting;
use super::{code, values, words};
use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::answer;
use clap::Args;
use parcep_core::age::{
    AgePurpose, AgeSignal, Expectation, ReplayMemory, Trusted, verify, verify_presented,
};
use std::path::{Path, PathBuf};

/// Ids that are remembered at once.
const REMEMBERED: usize = 1_000_000;

/// Arguments of `age verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "Takes a signal and a presented token alike. With `--seen` one that comes again is REPLAYED."
)]
pub struct Verify {
    /// The signal or presented token, or `-` for stdin
    #[arg(value_name = "FILE")]
    pub signal: PathBuf,
    #[command(flatten)]
    /// Whose word counts
    pub trusting: Trusting,
    /// Who is asking: must be the audience of the claim
    #[arg(long, value_name = "TEXT")]
    pub audience: String,
    /// What it was asked for: must be the purpose of the claim
    #[arg(long, default_value = "access-gate", value_parser = values::purpose, value_name = "PURPOSE")]
    pub purpose: AgePurpose,
    /// The challenge that was given, in hexadecimal
    #[arg(long, value_name = "HEX")]
    pub nonce: Option<String>,
    /// Remembers what was accepted, in this file (R-AGE-023)
    #[arg(long, value_name = "FILE")]
    pub seen: Option<PathBuf>,
    /// The instant to check at, RFC 3339; now if left out
    #[arg(long, value_name = "RFC3339")]
    pub at: Option<jiff::Timestamp>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Verify {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let trust = self.trusting.list()?;
        let nonce = self.nonce.as_deref().map(nonce).transpose()?;
        let bytes = files::read(&self.signal)?;
        let expected = Expectation {
            issuers: Trusted::List(&trust),
            audience: &self.audience,
            purpose: self.purpose,
            nonce: nonce.as_deref(),
            now: self.at.unwrap_or_else(jiff::Timestamp::now).as_second(),
        };
        let signal = match is_presented(&bytes) {
            true => verify_presented(&bytes, expected),
            false => verify(&bytes, expected),
        };
        let signal = signal.map_err(|error| self.refused(code(error), error.to_string()))?;
        if let Some(path) = &self.seen {
            self.first_time(path, &signal, expected.now)?;
        }
        let words = format!("Valid: {}.\n", words::spoken(signal.interval));
        answer(self.json, &words::Told::of(&signal), &words)
    }

    fn first_time(&self, path: &Path, signal: &AgeSignal, now: i64) -> Result<(), Failure> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".lock");
        // Two processes that read one memory would both take the same claim.
        let _lock = files::lock(Path::new(&beside))?;
        let mut memory = match path.exists() {
            false => ReplayMemory::new(REMEMBERED),
            true => serde_json::from_slice(&files::read(path)?).map_err(|error| {
                let message = format!("is no memory of claims: {error}; restore it");
                Failure::new(Kind::Input, "MALFORMED", message).in_file(path.display().to_string())
            })?,
        };
        let first = memory.first_time(signal.once, signal.not_after, now);
        first.map_err(|error| {
            self.refused(parcep_core::reason::code(error.reason()), error.to_string())
        })?;
        files::write_private(path, &serde_json::to_vec(&memory).map_err(internal)?)
    }

    fn refused(&self, code: &str, message: String) -> Failure {
        Failure::new(Kind::Input, code, message).in_file(self.signal.display().to_string())
    }
}

/// Whether the first field of the first field is text of bytes, as in a presented token; in a signal
/// it is the number of the lower bound.
fn is_presented(bytes: &[u8]) -> bool {
    const BYTES_1: u8 = 0x0a;
    let Some((&BYTES_1, rest)) = bytes.split_first() else {
        return false;
    };
    let length = rest.iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    rest.get(length) == Some(&BYTES_1)
}
