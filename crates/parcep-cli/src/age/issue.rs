//! `parcep age issue`: sign what one audience may know, or tokens for whoever asks later.

use super::coarsen::Known;
use super::keys::{issuer_key, nonce};
use super::own::{Own, internal};
use super::{misuse, values, words};
use crate::failure::Failure;
use crate::files;
use crate::online::answer;
use clap::Args;
use parcep_core::age::{
    AgeAssurance, AgeMethod, AgePurpose, AgeSignal, AgeToken, Batch, Coarse, Cuts, HolderKeys,
    Needs, Once, issue, issue_tokens,
};
use parcep_core::crypto::{Random as _, SigningKey, SystemRandom};
use std::path::{Path, PathBuf};

const DAY: i64 = 86_400;

/// Arguments of `age issue`.
#[derive(Debug, Args)]
#[command(
    after_help = "A signal names its audience. Tokens name nobody: `parcep age present` shows one of them to an \
                  audience.\n\nExamples:\n  \
                  parcep age issue --lower 14 --upper 15 --cuts 13,16,18 --audience https://games.example \\\n    \
                  --key issuer.key --out signal.bin\n  \
                  parcep age issue --lower 14 --upper 15 --cuts 13,16,18 --tokens 30 --wallet wallet.json \\\n    \
                  --key issuer.key"
)]
pub struct Issue {
    #[command(flatten)]
    /// The age
    pub known: Known,
    /// Who may use the signal: an origin such as `https://games.example`, or an app's id
    #[arg(long, value_name = "TEXT", required_unless_present = "tokens")]
    pub audience: Option<String>,
    /// What it may be used for: access-gate, safety-defaults, consent-flow, legal-compliance
    #[arg(long, default_value = "access-gate", value_parser = values::purpose, value_name = "PURPOSE")]
    pub purpose: AgePurpose,
    /// How the age is known, if the audience accepts nothing else (R-AGE-028): self-declared,
    /// guardian-declared, verified, estimated, inferred, checked-undifferentiated
    #[arg(long, default_value = "not-told", value_parser = values::method, value_name = "METHOD")]
    pub method: AgeMethod,
    /// The least assurance that was asked for, if any: asserted, basic, standard, enhanced, strict
    #[arg(long, default_value = "not-told", value_parser = values::assurance, value_name = "ASSURANCE")]
    pub assurance: AgeAssurance,
    /// The audience's challenge in hexadecimal, 16 to 64 bytes
    #[arg(long, value_name = "HEX")]
    pub nonce: Option<String>,
    /// Days that a signal is valid, 1 to 366
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=366))]
    pub days: i64,
    /// Make this many one-time tokens instead, 1 to 30, into `--wallet`
    #[arg(
        long,
        value_name = "N",
        conflicts_with_all = ["audience", "nonce", "out", "days", "purpose"],
        requires = "wallet",
        value_parser = clap::value_parser!(u8).range(1..=30)
    )]
    pub tokens: Option<u8>,
    /// Weeks that tokens are valid, from Monday on, 1 to 13
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=13))]
    pub weeks: u8,
    /// Where tokens go; must not be there yet
    #[arg(long, value_name = "FILE", requires = "tokens")]
    pub wallet: Option<PathBuf>,
    /// The issuer's key file; made if it is not there, with the public key beside it in FILE.pub
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Where the signal goes, or `-` for stdout
    #[arg(long, value_name = "FILE", required_unless_present = "tokens")]
    pub out: Option<PathBuf>,
    /// The list of what was shared; without it `age-shared.jsonl` beside the key file
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Issue {
    pub(super) fn run(&self) -> Result<(), Failure> {
        self.needs()?;
        let coarse = self.known.spoken_of()?;
        let now = jiff::Timestamp::now().as_second();
        match (self.tokens, &self.wallet, &self.audience, &self.out) {
            (Some(number), Some(wallet), ..) => self.tokens(coarse, now, number, wallet),
            (None, _, Some(audience), Some(out)) => self.signal(coarse, now, audience, out),
            _ => Err(Failure::usage(
                "USAGE",
                "give `--audience` and `--out`, or `--tokens` and `--wallet`",
            )),
        }
    }

    /// What is told of how the age is known is what was asked, so that it has to be something that may be asked.
    fn needs(&self) -> Result<(), Failure> {
        let methods = [self.method].into_iter();
        let needs = Needs {
            least_assurance: self.assurance,
            accepted_methods: methods
                .filter(|method| *method != AgeMethod::NotTold)
                .collect(),
            ..Needs::default()
        };
        let gate = self.tokens.is_some() || self.purpose == AgePurpose::AccessGate;
        needs.check(gate).map_err(|error| {
            let advice = "a gate is not told who declared an age (R-AGE-027): leave out `--method` or `--assurance`";
            Failure::usage("INVALID_REQUEST", format!("{error}; {advice}"))
        })
    }

    fn signal(&self, coarse: Coarse, now: i64, audience: &str, out: &Path) -> Result<(), Failure> {
        let key = issuer_key(&self.key)?;
        let id = SystemRandom::new().array().map_err(internal)?;
        let signal = AgeSignal {
            method: self.method,
            assurance: self.assurance,
            nonce: self.nonce.as_deref().map(nonce).transpose()?,
            issued_bucket: now.div_euclid(DAY) * DAY,
            not_after: (now.div_euclid(DAY) + self.days) * DAY,
            once: Once::Signal(id),
            ..AgeSignal::new(coarse, audience, self.purpose)
        };
        let bytes = issue(&signal, &key).map_err(misuse)?;
        let own = Own::beside(&self.key, self.log.as_deref())?;
        let before = own.before()?;
        own.shared(&signal, now)?;
        before.hand_over(out, &bytes, "")?;
        if out.as_os_str() == "-" {
            return Ok(());
        }
        let words = format!(
            "Signed for {audience}: {}, valid for {} days.\n",
            words::spoken(coarse.interval),
            self.days
        );
        answer(self.json, &words::Told::of(&signal), &words)
    }

    /// What holder and issuer do between them, in one go (R-AGE-025 included).
    fn tokens(&self, coarse: Coarse, now: i64, number: u8, wallet: &Path) -> Result<(), Failure> {
        words::fresh_wallet(wallet)?;
        let key = issuer_key(&self.key)?;
        let token = AgeToken {
            method: self.method,
            assurance: self.assurance,
            ..AgeToken::new(coarse, now, self.weeks).map_err(misuse)?
        };
        let batch = self.batch(&token, number, &key, now)?;
        files::write_private(wallet, &batch.expose_json())?;
        let (told, text) = words::filled(&batch, wallet);
        answer(self.json, &told, &text)
    }

    fn batch(
        &self,
        token: &AgeToken,
        number: u8,
        key: &SigningKey,
        now: i64,
    ) -> Result<Batch, Failure> {
        let cuts = Cuts::new(self.known.cuts.clone()).map_err(misuse)?;
        let keys = HolderKeys::generate(usize::from(number), cuts, &mut SystemRandom::new());
        let keys = keys.map_err(misuse)?;
        let keys = match self.known.youngest {
            true => keys.one_cell(),
            false => keys,
        };
        let signed = issue_tokens(token, &keys.public(), key).map_err(misuse)?;
        keys.receive(&signed, &[key.public()], now).map_err(misuse)
    }
}
