//! `parcep age verify`: check a claim as its audience.

use super::keys::{nonce, public_key};
use super::{code, values, words};
use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::answer;
use clap::Args;
use parcep_core::age::{AgePurpose, Expectation, verify};
use parcep_core::crypto::VerifyingKey;
use std::path::PathBuf;

/// Arguments of `age verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// The signal, or `-` for stdin
    #[arg(value_name = "FILE")]
    pub signal: PathBuf,
    /// A trusted issuer: its public key in hexadecimal, or a `.pub` file; may be repeated
    #[arg(long, value_name = "HEX|FILE", required = true)]
    pub issuer: Vec<String>,
    /// Who is asking: must be the audience of the signal
    #[arg(long, value_name = "TEXT")]
    pub audience: String,
    /// What it was asked for: must be the purpose of the signal
    #[arg(long, default_value = "access-gate", value_parser = values::purpose)]
    pub purpose: AgePurpose,
    /// The challenge that was given, in hexadecimal
    #[arg(long, value_name = "HEX")]
    pub nonce: Option<String>,
    /// The instant to check at, RFC 3339; now if left out
    #[arg(long, value_name = "RFC3339")]
    pub at: Option<jiff::Timestamp>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Verify {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let issuers: Vec<VerifyingKey> = self
            .issuer
            .iter()
            .map(|text| public_key(text))
            .collect::<Result<_, _>>()?;
        let nonce = self.nonce.as_deref().map(nonce).transpose()?;
        let bytes = files::read(&self.signal)?;
        let expected = Expectation {
            issuers: &issuers,
            audience: &self.audience,
            purpose: self.purpose,
            nonce: nonce.as_deref(),
            now: self.at.unwrap_or_else(jiff::Timestamp::now).as_second(),
        };
        let signal = verify(&bytes, expected).map_err(|error| {
            Failure::new(Kind::Input, code(error), error.to_string())
                .in_file(self.signal.display().to_string())
        })?;
        let words = format!("Valid: {}.\n", words::spoken(signal.interval));
        answer(self.json, &words::Told::of(&signal), &words)
    }
}
