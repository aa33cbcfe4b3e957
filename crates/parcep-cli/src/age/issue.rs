//! `parcep age issue`: sign what one audience may know.

use super::coarsen::Known;
use super::keys::{issuer_key, nonce};
use super::{misuse, values, words};
use crate::failure::{Failure, Kind};
use crate::online::{answer, write_bytes};
use clap::Args;
use parcep_core::age::{
    AgeAssurance, AgeMethod, AgePurpose, AgeSignal, DeclarantCheck, Once, issue,
};
use parcep_core::crypto::{Random as _, SystemRandom};
use std::path::PathBuf;

const DAY: i64 = 86_400;

/// Arguments of `age issue`.
#[derive(Debug, Args)]
pub struct Issue {
    #[command(flatten)]
    /// The age
    pub known: Known,
    /// Who may use it, such as an origin
    #[arg(long, value_name = "TEXT")]
    pub audience: String,
    /// What it may be used for
    #[arg(long, default_value = "access-gate", value_parser = values::purpose)]
    pub purpose: AgePurpose,
    /// How the age is known
    #[arg(long, default_value = "guardian-declared", value_parser = values::method)]
    pub method: AgeMethod,
    /// The audience's challenge in hexadecimal, 16 to 64 bytes
    #[arg(long, value_name = "HEX")]
    pub nonce: Option<String>,
    /// Days it stays valid, 1 to 366
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=366))]
    pub days: i64,
    /// The issuer's key file; made if it is not there, with the public key beside it in FILE.pub
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Where the signal goes, or `-` for stdout
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Issue {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let coarse = self.known.coarse()?;
        let now = jiff::Timestamp::now().as_second();
        let key = issuer_key(&self.key)?;
        let id = SystemRandom::new()
            .array()
            .map_err(|error| Failure::new(Kind::Failed, "INTERNAL", error.to_string()))?;
        let signal = AgeSignal {
            method: self.method,
            declarant_check: DeclarantCheck::None,
            assurance: AgeAssurance::Asserted,
            nonce: self.nonce.as_deref().map(nonce).transpose()?,
            issued_bucket: now,
            not_after: (now / DAY + self.days) * DAY,
            once: Once::Signal(id),
            ..AgeSignal::new(coarse, self.audience.clone(), self.purpose)
        };
        let bytes = issue(&signal, &key).map_err(misuse)?;
        write_bytes(&self.out, &bytes)?;
        if self.out.as_os_str() == "-" {
            return Ok(());
        }
        let words = format!(
            "Signed for {}: {}, valid for {} days.\n",
            self.audience,
            words::spoken(coarse.interval),
            self.days
        );
        answer(self.json, &words::Told::of(&signal), &words)
    }
}
