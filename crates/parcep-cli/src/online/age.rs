//! `parcep age`: say as little about an age as an audience needs, and check what is said.

use super::{answer, write_bytes};
use crate::failure::{Failure, Kind};
use crate::files;
use clap::{Args, Subcommand, ValueEnum};
use parcep_core::age::{
    AgeAssurance, AgeError, AgeInterval, AgeMethod, AgePurpose, AgeSignal, Coarse, Cuts,
    DeclarantCheck, Expectation, coarsen, issue, verify,
};
use parcep_core::crypto::{Random as _, SigningKey, SystemRandom, VerifyingKey};
use parcep_core::hex;
use serde::Serialize;
use serde_json::json;
use std::path::{Path, PathBuf};

const DAY: i64 = 86_400;

/// What to do with an age signal.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sign a signal for one audience, coarsened to its cut points
    Issue(Issue),
    /// Check a signal as its audience
    Verify(Verify),
    /// Show what an audience with these cut points would be told
    Coarsen(Coarsen),
}

/// An age as it is known.
#[derive(Debug, Clone, Args)]
pub struct Known {
    /// Least age in completed years
    #[arg(long, value_name = "YEARS")]
    pub lower: u32,
    /// First age that is ruled out; leave it out for "and older"
    #[arg(long, value_name = "YEARS")]
    pub upper: Option<u32>,
    /// The audience's cut points: 1 to 3 ages from 1 to 21, at least two years apart
    #[arg(long, value_name = "AGES", value_delimiter = ',', required = true)]
    pub cuts: Vec<u32>,
}

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
    #[arg(long, default_value = "access-gate")]
    pub purpose: Purpose,
    /// How the age is known
    #[arg(long, default_value = "guardian-declared")]
    pub method: Method,
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
    #[arg(long, default_value = "access-gate")]
    pub purpose: Purpose,
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

/// Arguments of `age coarsen`.
#[derive(Debug, Args)]
pub struct Coarsen {
    #[command(flatten)]
    /// The age
    pub known: Known,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// How an age is known.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Method {
    /// The person said so
    SelfDeclared,
    /// A guardian said so
    GuardianDeclared,
    /// Checked against evidence of identity
    Verified,
    /// Estimated, buffer included
    Estimated,
    /// Concluded from a fact that implies it
    Inferred,
}

/// What a signal may be used for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Purpose {
    /// To open or close access
    AccessGate,
    /// To choose safer defaults
    SafetyDefaults,
    /// To ask a guardian
    ConsentFlow,
    /// To meet a duty of law
    LegalCompliance,
}

impl Command {
    /// Whether the answer is JSON.
    #[must_use]
    pub const fn json(&self) -> bool {
        match self {
            Self::Issue(args) => args.json,
            Self::Verify(args) => args.json,
            Self::Coarsen(args) => args.json,
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// What went wrong and what to do.
    pub fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Issue(args) => args.run(),
            Self::Verify(args) => args.run(),
            Self::Coarsen(args) => args.run(),
        }
    }
}

impl Known {
    fn coarse(&self) -> Result<Coarse, Failure> {
        let known = AgeInterval::new(self.lower, self.upper).map_err(misuse)?;
        Ok(coarsen(
            known,
            &Cuts::new(self.cuts.clone()).map_err(misuse)?,
        ))
    }
}

impl Issue {
    fn run(&self) -> Result<(), Failure> {
        let coarse = self.known.coarse()?;
        let now = jiff::Timestamp::now().as_second();
        let key = issuer_key(&self.key)?;
        let signal = AgeSignal {
            interval: coarse.interval,
            exact_cell: coarse.exact_cell,
            method: self.method.into(),
            declarant_check: DeclarantCheck::None,
            assurance: AgeAssurance::Asserted,
            audience: self.audience.clone(),
            purpose: self.purpose.into(),
            nonce: self.nonce.as_deref().map(nonce).transpose()?,
            issued_bucket: now,
            not_after: (now / DAY + self.days) * DAY,
            token_id: SystemRandom::new()
                .array()
                .map_err(|error| Failure::new(Kind::Failed, "INTERNAL", error.to_string()))?,
        };
        let bytes = issue(&signal, &key).map_err(misuse)?;
        write_bytes(&self.out, &bytes)?;
        if self.out.as_os_str() == "-" {
            return Ok(());
        }
        let words = format!(
            "Signed for {}: {}, valid for {} days.\n",
            self.audience,
            spoken(coarse.interval),
            self.days
        );
        answer(self.json, &Told::of(&signal), &words)
    }
}

impl Verify {
    fn run(&self) -> Result<(), Failure> {
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
            purpose: self.purpose.into(),
            nonce: nonce.as_deref(),
            now: self.at.unwrap_or_else(jiff::Timestamp::now).as_second(),
        };
        let signal = verify(&bytes, expected).map_err(|error| {
            Failure::new(Kind::Input, code(error), error.to_string())
                .in_file(self.signal.display().to_string())
        })?;
        let words = format!("Valid: {}.\n", spoken(signal.interval));
        answer(self.json, &Told::of(&signal), &words)
    }
}

impl Coarsen {
    fn run(&self) -> Result<(), Failure> {
        let coarse = self.known.coarse()?;
        let (lower, upper) = (coarse.interval.lower(), coarse.interval.upper());
        let value = json!({ "lower": lower, "upper": upper, "exact_cell": coarse.exact_cell });
        let exact = if coarse.exact_cell {
            ""
        } else {
            ", which is more than one cell"
        };
        let words = format!(
            "The audience is told: {}{exact}.\n",
            spoken(coarse.interval)
        );
        answer(self.json, &value, &words)
    }
}

/// What a signal says, for programs.
#[derive(Serialize)]
struct Told {
    lower: u32,
    upper: Option<u32>,
    exact_cell: bool,
    method: &'static str,
    purpose: &'static str,
    audience: String,
    not_after: String,
}

impl Told {
    fn of(signal: &AgeSignal) -> Self {
        let not_after = jiff::Timestamp::from_second(signal.not_after);
        Self {
            lower: signal.interval.lower(),
            upper: signal.interval.upper(),
            exact_cell: signal.exact_cell,
            method: signal.method.name(),
            purpose: signal.purpose.name(),
            audience: signal.audience.clone(),
            not_after: not_after.map(|at| at.to_string()).unwrap_or_default(),
        }
    }
}

fn spoken(age: AgeInterval) -> String {
    match (age.lower(), age.upper()) {
        (0, None) => "nothing about the age".into(),
        (0, Some(upper)) => format!("under {upper}"),
        (lower, None) => format!("{lower} or older"),
        (lower, Some(upper)) => format!("{lower} to under {upper}"),
    }
}

/// Reads the issuer's seed, or makes one.
fn issuer_key(path: &Path) -> Result<SigningKey, Failure> {
    let bad = || {
        let message = "is no key: 64 hexadecimal digits; remove it to make a new one";
        Failure::new(Kind::Input, "BAD_KEY", message).in_file(path.display().to_string())
    };
    if path.exists() {
        let text = files::read(path)?;
        let text = String::from_utf8(text).map_err(|_| bad())?;
        let seed = hex::decode(text.trim()).ok_or_else(bad)?;
        let seed: [u8; 32] = seed.try_into().map_err(|_| bad())?;
        return SigningKey::from_seed(seed).map_err(|_| bad());
    }
    let key = SigningKey::generate(&mut SystemRandom::new())
        .map_err(|error| Failure::new(Kind::Failed, "INTERNAL", error.to_string()))?;
    files::write_private(path, hex::encode(key.expose_seed()).as_bytes())?;
    let mut public = path.as_os_str().to_owned();
    public.push(".pub");
    let text = hex::encode(key.public().as_bytes()) + "\n";
    write_bytes(Path::new(&public), text.as_bytes())?;
    Ok(key)
}

fn public_key(text: &str) -> Result<VerifyingKey, Failure> {
    let digits = match hex::decode(text) {
        Some(_) => text.to_owned(),
        None => {
            let bytes = files::read(Path::new(text))?;
            String::from_utf8_lossy(&bytes).trim().to_owned()
        }
    };
    let bytes = hex::decode(&digits).unwrap_or_default();
    VerifyingKey::try_from(bytes.as_slice()).map_err(|error| {
        let code = parcep_core::reason::code(error.reason());
        Failure::usage(
            code,
            format!("`--issuer {text}`: {error}; give 64 hexadecimal digits"),
        )
    })
}

fn nonce(text: &str) -> Result<Vec<u8>, Failure> {
    hex::decode(text).ok_or_else(|| {
        Failure::usage(
            "BAD_NONCE",
            "`--nonce` is not hexadecimal; give 32 to 128 digits",
        )
    })
}

fn misuse(error: AgeError) -> Failure {
    Failure::usage(code(error), error.to_string())
}

fn code(error: AgeError) -> &'static str {
    parcep_core::reason::code(error.reason())
}

impl From<Method> for AgeMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::SelfDeclared => Self::SelfDeclared,
            Method::GuardianDeclared => Self::GuardianDeclared,
            Method::Verified => Self::Verified,
            Method::Estimated => Self::Estimated,
            Method::Inferred => Self::Inferred,
        }
    }
}

impl From<Purpose> for AgePurpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::AccessGate => Self::AccessGate,
            Purpose::SafetyDefaults => Self::SafetyDefaults,
            Purpose::ConsentFlow => Self::ConsentFlow,
            Purpose::LegalCompliance => Self::LegalCompliance,
        }
    }
}
