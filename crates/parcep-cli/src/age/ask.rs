//! `parcep age ask`: ask an issuer on this device as an app does, and make something of the answer.

use super::asked::Asked;
use super::own::internal;
use super::trusting::Trusting;
use super::{code, judge, keys, misuse, values, words};
use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::{answer, block_on};
use clap::Args;
use parcep_core::age::party::{
    AskError, Judgement, Refused, Regime, RelyingParty, Reply, Threshold, Wanted,
};
use parcep_core::age::{AgeOutcome, AgePurpose, Cuts, InvalidRequest};
use parcep_core::crypto::{NoRandomness, Random, SystemRandom};
use parcep_core::reason;
use parcep_issuer::{Answered, Client, ClientError};
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Arguments of `age ask`.
#[derive(Debug, Args)]
#[command(
    after_help = "An issuer knows the app by its socket; a question under another name is refused. Only the outcome \
                  `signal` says anything about an age; everything else is neither adult nor child.\n\n\
                  Example: may who uses this device open what needs 16?\n  \
                  parcep age ask --socket game.sock --audience org.example.game --cuts 13,16,18 \\\n    \
                  --issuer issuer.key.pub --threshold 16"
)]
pub struct Ask {
    /// The socket that the issuer made for this app (`parcep age serve --app`)
    #[arg(long, value_name = "PATH")]
    pub socket: PathBuf,
    /// This app's own name, as the issuer knows it
    #[arg(long, value_name = "NAME")]
    pub audience: String,
    /// Its cut points, always the same: 1 to 3 ages from 1 to 21, at least two years apart
    #[arg(long, value_name = "AGES", value_delimiter = ',', required = true)]
    pub cuts: Vec<u32>,
    /// What for: access-gate, safety-defaults, consent-flow, legal-compliance
    #[arg(long, default_value = "access-gate", value_parser = values::purpose, value_name = "PURPOSE")]
    pub purpose: AgePurpose,
    #[command(flatten)]
    /// How it has to be known
    pub asked: Asked,
    /// The place whose law applies, where the person's is to be told: `FR`, `US-UT`
    #[arg(
        long,
        value_name = "ISO3166",
        default_value = "",
        hide_default_value = true
    )]
    pub jurisdiction: String,
    /// Be told the youngest bracket alone, for a law that wants one (R-AGE-036)
    #[arg(long)]
    pub youngest: bool,
    /// The challenge, 64 hexadecimal digits; a random one if left out
    #[arg(long, value_name = "HEX")]
    pub nonce: Option<String>,
    #[command(flatten)]
    /// Whose word counts
    pub trusting: Trusting,
    /// The age that something needs, completed years, 1 to 120: say whether the answer meets it
    #[arg(long, value_name = "YEARS")]
    pub threshold: Option<u32>,
    /// Put the signal, if there is one, into this file too, for `parcep age verify`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Answer in JSON: the members of a statement (R-AGE-060), `refused` and `judgement`
    #[arg(long)]
    pub json: bool,
}

impl Ask {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let threshold = self.threshold.map(Threshold::new).transpose();
        let threshold = threshold.map_err(misuse)?;
        let mut challenge = Challenge(self.nonce.as_deref().map(nonce).transpose()?);
        // A law decides between several claims; here is one.
        let trust = self.trusting.list()?;
        let mut party = RelyingParty::new(&*self.audience, trust, Regime::default());
        let question = party.ask(self.wanted()?, now(), &mut challenge);
        let question = question.map_err(improper)?;
        there(&self.socket)?;
        let answered = block_on(async {
            let mut client = Client::unix(&self.socket);
            client.ask(&question).await.map_err(failed)
        })?;
        if let (Some(out), Some(signal)) = (&self.out, &answered.signal) {
            files::write_private(out, signal)?;
        }
        let reply = party.answer(&question, &answered.to_bytes(), now());
        let judged = threshold.map(|threshold| party.judge(&reply, threshold, now()));
        let told = Told {
            statement: serde_json::to_value(reply.statement()).map_err(internal)?,
            refused: reply.refused().map(|why| reason::code(why.reason())),
            judgement: judged,
        };
        answer(self.json, &told, &self.words(&answered, &reply, judged))
    }

    fn wanted(&self) -> Result<Wanted, Failure> {
        let cuts = Cuts::new(self.cuts.clone()).map_err(misuse)?;
        Ok(Wanted {
            needs: self.asked.needs(),
            jurisdiction: self.jurisdiction.clone(),
            one_cell: self.youngest,
            ..Wanted::new(self.purpose, cuts)
        })
    }

    fn words(&self, answered: &Answered, reply: &Reply, judged: Option<Judgement>) -> String {
        let mut text = match (reply.signal(), reply.refused()) {
            (Some(signal), _) => {
                let more = match signal.exact_cell {
                    true => "",
                    false => ", which is not exactly one bracket",
                };
                let until = words::day(signal.not_after);
                format!(
                    "Told: {}{more}. Valid until {until}.\n",
                    words::spoken(signal.interval)
                )
            }
            (None, Some(why)) => distrusted(why),
            (None, None) => {
                let outcome = answered.outcome.name().replace('_', " ");
                format!("No age: {outcome}. {}\n", advice(answered.outcome))
            }
        };
        if reply.consent() != parcep_core::age::AgeConsent::NotReported {
            text += &format!("Consent: {}.\n", reply.consent().name().replace('_', " "));
        }
        if let (Some(judged), Some(years)) = (judged, self.threshold) {
            text += &judge::told(judged, years);
        }
        text
    }
}

/// For programs.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    statement: Value,
    /// Why a signal that came does not count.
    refused: Option<&'static str>,
    judgement: Option<Judgement>,
}

/// The challenge that was given, or random ones.
struct Challenge(Option<[u8; 32]>);

impl Random for Challenge {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoRandomness> {
        match &self.0 {
            Some(given) if given.len() == out.len() => {
                out.copy_from_slice(given);
                Ok(())
            }
            _ => SystemRandom::new().fill(out),
        }
    }
}

/// Whether somebody made the socket.
pub(super) fn there(socket: &Path) -> Result<(), Failure> {
    if socket.exists() {
        return Ok(());
    }
    let message = "is not there; start the issuer with `parcep age serve`, and give the socket as it was given there";
    Err(Failure::new(Kind::Input, "NO_SOCKET", message).in_file(socket.display().to_string()))
}

fn nonce(text: &str) -> Result<[u8; 32], Failure> {
    keys::nonce(text)?.try_into().map_err(|_| {
        Failure::usage(
            "BAD_NONCE",
            "`--nonce` has another length; give 64 hexadecimal digits, or leave it out",
        )
    })
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// A signal came and says nothing.
fn distrusted(why: Refused) -> String {
    let code = reason::code(why.reason());
    let advice = match code {
        "UNTRUSTED_ISSUER" => "; give the issuer's own key with `--issuer`",
        _ => "",
    };
    format!("No age: the signal that came does not count: {why}{advice} [{code}].\n")
}

/// What somebody can do about an outcome.
pub(super) const fn advice(outcome: AgeOutcome) -> &'static str {
    match outcome {
        AgeOutcome::Signal => "",
        AgeOutcome::NotRegulated => "No law asks for it here.",
        AgeOutcome::Refused => {
            "The household does not share it; a guardian can write a rule that does."
        }
        AgeOutcome::AgeUnknown => {
            "Nobody knows it, or the household does not share it; ask for `--purpose consent-flow` to have a guardian \
             asked."
        }
        AgeOutcome::VerificationRequired => "The person has to be checked first.",
        AgeOutcome::AccountIneligible => "This account has no age; sign in with the person's own.",
        AgeOutcome::TemporarilyUnavailable => {
            "No answer came after three tries; check that the issuer runs and that its address is right, then ask \
             again later."
        }
        AgeOutcome::Unsupported => {
            "This issuer does not answer that here: an app asks for a signal, the person's own device fetches tokens."
        }
        AgeOutcome::NotOwned => "The person has not got this app from here.",
        AgeOutcome::InvalidRequest => {
            "Name, cut points or needs are not what this issuer takes: an app has one name (R-AGE-013) and one set of \
             cut points (R-AGE-037)."
        }
        AgeOutcome::InsufficientAssurance => {
            "It is not known in that way, so surely or so recently; ask for less, or have the person checked."
        }
    }
}

/// A question that may not be asked, and why.
fn improper(error: AskError) -> Failure {
    let AskError::Request(InvalidRequest(field)) = error else {
        return internal(error);
    };
    let advice = match field {
        "audience" => "`--audience` has 1 to 255 bytes",
        "accepted_methods" => {
            "to open something, ask for both self-declared and guardian-declared or for neither (R-AGE-027)"
        }
        "least_assurance" => "to open something, basic would tell who declared the age (R-AGE-027)",
        "jurisdiction" => "`--jurisdiction` is a country as `FR`, or a part of one as `US-UT`",
        _ => "R-AGE-026 says what may be asked",
    };
    Failure::usage("INVALID_REQUEST", format!("{error}: {advice}"))
}

/// Why an issuer cannot be asked, and what somebody can do about it.
pub(super) fn failed(error: ClientError) -> Failure {
    let (kind, code, advice) = match &error {
        ClientError::Address(..) => (Kind::Usage, "USAGE", ""),
        ClientError::Tls(_) => (Kind::Input, "TLS_FILE", "; give a PEM file with `--ca`"),
        ClientError::Secret(_) => (
            Kind::Input,
            "BAD_KEY",
            "; put it alone into `--account-file`",
        ),
        ClientError::Refused(reason::Reason::NoSession) => (
            Kind::Failed,
            "NO_SESSION",
            "; no account has this secret: check `--account-file` with the provider",
        ),
        ClientError::Refused(reason) => (
            Kind::Failed,
            reason::code(*reason),
            "; the code says why, `spec/26-errors.md` says what to do",
        ),
        _ => (
            Kind::Failed,
            "UNAVAILABLE",
            "; check that it runs, and try again later",
        ),
    };
    Failure::new(kind, code, format!("{error}{advice}"))
}

/// Why there is no batch.
pub(super) fn no_batch(error: parcep_issuer::FetchError) -> Failure {
    use parcep_issuer::FetchError;
    match error {
        FetchError::Outcome(outcome) => {
            let code = outcome.name().to_ascii_uppercase();
            let advice = match outcome {
                AgeOutcome::TemporarilyUnavailable => {
                    "no answer came after three tries; check that it runs, that its address is right, and that `--ca` \
                     has its certificate"
                        .to_owned()
                }
                _ => lower(advice(outcome)),
            };
            let message = format!("{error}; {advice}");
            Failure::new(Kind::Failed, code, message)
        }
        FetchError::Discarded(why) => {
            let message = format!(
                "{error}; nothing was kept of it: check `--trust` or `--issuer`, and do not use this provider if they \
                 are right (R-AGE-025)"
            );
            Failure::new(Kind::Failed, code(why), message)
        }
        FetchError::Call(error) => failed(error),
        _ => internal(error),
    }
}

/// A sentence as the end of a message.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
