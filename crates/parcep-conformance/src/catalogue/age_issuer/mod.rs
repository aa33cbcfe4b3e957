//! Issuers of age signals and tokens, asked at a socket (chapter 19). What is asked and what is read are
//! built here from the text; only the presentation of a token is verified by the library.

mod claim;
mod requests;
mod signals;
mod tokens;

pub(super) use requests::TESTS as REQUESTS;
pub(super) use signals::TESTS as SIGNALS;
pub(super) use tokens::TESTS as TOKENS;

use crate::peer::{Issuer, IssuerTarget, Refusal};
use crate::trial::{Outcome, StepRole, Stop, Trial};
use crate::wire::{self, sha256};
use parcep_proto::v1alpha1 as pb;
use pb::{AgeOutcome, AgePurpose};
use prost::Message as _;
use ring::signature::{ED25519, UnparsedPublicKey};
use std::time::{SystemTime, UNIX_EPOCH};

const DAY: i64 = 86_400;

/// Every purpose there is.
const PURPOSES: [AgePurpose; 4] = [
    AgePurpose::AccessGate,
    AgePurpose::SafetyDefaults,
    AgePurpose::ConsentFlow,
    AgePurpose::LegalCompliance,
];

/// The issuer under test, and how it is asked.
struct Desk {
    issuer: Issuer,
    asked: IssuerTarget,
}

/// A signal as it was received, and what it claims.
struct Told {
    signed: pb::SignedAgeSignal,
    claim: pb::AgeSignal,
}

impl Desk {
    /// Connects.
    async fn open(t: &mut Trial) -> Result<Self, Stop> {
        let asked = t.target.issuer.clone();
        let asked = asked.ok_or_else(|| Stop::Harness("the target is no issuer".into()))?;
        let app = t.relay().await?;
        let holder = match &asked.holder {
            None => app.clone(),
            Some(uri) => {
                let mut target = t.target.clone();
                target.uri.clone_from(uri);
                let connected = target.connect().await;
                t.done("connect as the holder", connected)?
            }
        };
        let issuer = Issuer { app, holder };
        Ok(Self { issuer, asked })
    }

    /// A proper request with a nonce of its own.
    fn request(&self, t: &mut Trial, purpose: AgePurpose) -> pb::AgeSignalRequest {
        pb::AgeSignalRequest {
            audience: self.asked.audience.clone(),
            purpose: purpose.into(),
            cuts: self.asked.cuts.clone(),
            nonce: t.rng.bytes(32),
            ..pb::AgeSignalRequest::default()
        }
    }

    /// What a proper request is answered with; an issuer that does not answer any is not judged here.
    async fn answer(
        &self,
        t: &mut Trial,
        role: StepRole,
        what: &str,
        request: &pb::AgeSignalRequest,
    ) -> Result<pb::AgeSignalResponse, Stop> {
        let answer = self.issuer.ask(request.encode_to_vec()).await;
        let answer = offered(t, "Ask", what, answer)?;
        proper(t, role, what, answer.outcome)?;
        Ok(answer)
    }

    /// The signal that a proper request gets; nothing where the issuer tells none.
    async fn may_tell(
        &self,
        t: &mut Trial,
        what: &str,
        request: &pb::AgeSignalRequest,
    ) -> Result<Option<Told>, Stop> {
        let answer = self.answer(t, StepRole::Setup, what, request).await?;
        if answer.outcome != i32::from(AgeOutcome::Signal) {
            return Ok(None);
        }
        let signed = answer.signal.unwrap_or_default();
        match pb::AgeSignal::decode(signed.signal.as_slice()) {
            Ok(claim) if !signed.signal.is_empty() => Ok(Some(Told { signed, claim })),
            _ => {
                t.check(
                    what,
                    "SIGNAL with a signal",
                    "SIGNAL without one that parses",
                    false,
                )?;
                Ok(None)
            }
        }
    }

    /// The signal that a proper request gets, without which there is nothing to judge.
    async fn told(
        &self,
        t: &mut Trial,
        what: &str,
        request: &pb::AgeSignalRequest,
    ) -> Result<Told, Stop> {
        let told = self.may_tell(t, what, request).await?;
        told.ok_or_else(|| {
            Stop::NotApplicable(
                "the issuer tells this audience no signal: it has to know somebody whose age is shared".into(),
            )
        })
    }

    /// The issuer's key, without which no signature is judged.
    fn key(&self) -> Result<Vec<u8>, Stop> {
        let key = self.asked.issuer_key.clone();
        key.ok_or_else(|| {
            Stop::NotApplicable("the key of the issuer is not known: see --issuer-key".into())
        })
    }

    /// The key id that signatures have to name: of the key the tester gave, else the first one seen.
    fn key_id(&self, first: &[u8]) -> Vec<u8> {
        match &self.asked.issuer_key {
            Some(key) => sha256(key).to_vec(),
            None => first.to_vec(),
        }
    }
}

/// The bytes of a message carry the signature of this key (R-AGE-002, R-AGE-017).
fn verifies(t: &mut Trial, key: &[u8], label: &str, bytes: &[u8], signature: &[u8]) -> Outcome {
    let transcript = wire::transcript(label, &[bytes]);
    let verified = UnparsedPublicKey::new(&ED25519, key).verify(&transcript, signature);
    let observed = match verified {
        Ok(()) => "verifies",
        Err(_) => "does not verify",
    };
    t.answered(StepRole::Check, "its signature", "verifies", observed)
}

/// An answer to a call that the issuer has, or the test does not apply.
fn offered<T>(
    t: &mut Trial,
    call: &str,
    what: &str,
    answer: Result<T, Refusal>,
) -> Result<T, Stop> {
    if let Err(refusal) = &answer
        && lacks(refusal)
    {
        return Err(Stop::NotApplicable(format!(
            "the issuer does not offer {call}"
        )));
    }
    t.done(what, answer)
}

fn lacks(refusal: &Refusal) -> bool {
    refusal.said().is_some_and(|said| {
        said.code == tonic::Code::Unimplemented || said.reason.as_deref() == Some("UNSUPPORTED")
    })
}

/// The outcome of a proper request says something about the person, not about the request.
fn proper(t: &mut Trial, role: StepRole, what: &str, outcome: i32) -> Outcome {
    let name = AgeOutcome::try_from(outcome);
    match name {
        Ok(AgeOutcome::Unsupported) => Err(Stop::NotApplicable(
            "the issuer answers UNSUPPORTED at this socket".into(),
        )),
        Ok(AgeOutcome::TemporarilyUnavailable) => Err(Stop::Inconclusive(format!(
            "{what}: TEMPORARILY_UNAVAILABLE"
        ))),
        Ok(AgeOutcome::InvalidRequest) => t.answered(
            role,
            what,
            "an outcome of a proper request (for other cut points than these see --cuts)",
            "INVALID_REQUEST",
        ),
        Ok(AgeOutcome::Unspecified) | Err(_) => {
            t.answered(role, what, "a known outcome", &format!("outcome {outcome}"))
        }
        Ok(known) => t.answered(role, what, word(known), word(known)),
    }
}

fn word(outcome: AgeOutcome) -> &'static str {
    let name = outcome.as_str_name();
    name.strip_prefix("AGE_OUTCOME_").unwrap_or(name)
}

/// The outcome's name, or its number.
fn outcome_of(number: i32) -> String {
    AgeOutcome::try_from(number).map_or_else(|_| number.to_string(), |known| word(known).into())
}

/// A check with the fault that was found, if one was.
fn sound(t: &mut Trial, what: &str, expected: &str, fault: Option<String>) -> Outcome {
    let ok = fault.is_none();
    t.check(
        what,
        expected,
        fault.unwrap_or_else(|| "so it is".into()),
        ok,
    )
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
