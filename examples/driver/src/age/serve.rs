//! Requests to parties and issuers in, answers out.

use super::{AgeAsk, IssuerAct, IssuingProduct, PartyAct, PartyActed, RelyingProduct};
use crate::line::Request;
use crate::product::{About, Trouble};
use crate::request::Hands;
use crate::serve::{Answer, Ended, answer_lines, greeting, outcome, read};
use parcep_core::hex;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};

/// As [`crate::serve`], of a relying party.
///
/// # Errors
/// When reading or writing fails.
pub fn serve_party(
    party: &mut impl RelyingProduct,
    input: &mut (impl BufRead + ?Sized),
    output: &mut (impl Write + ?Sized),
) -> io::Result<Ended> {
    answer_lines(input, output, |request| of_party(party, request))
}

/// As [`crate::serve`], of an issuer.
///
/// # Errors
/// When reading or writing fails.
pub fn serve_issuer(
    issuer: &mut impl IssuingProduct,
    input: &mut (impl BufRead + ?Sized),
    output: &mut (impl Write + ?Sized),
) -> io::Result<Ended> {
    answer_lines(input, output, |request| of_issuer(issuer, request))
}

#[derive(Deserialize)]
struct Meant {
    person: String,
}

fn of_party(party: &mut impl RelyingProduct, request: &Request) -> Result<Answer, Trouble> {
    match request.op.as_str() {
        "hello" => greeting(request, &shown(&party.hello()?)),
        "reset" => {
            let audience = party.reset(&read(request)?)?;
            outcome("ok", &json!({"audience": audience}))
        }
        "clock" => {
            party.clock(&read::<Hands>(request)?)?;
            outcome("ok", &json!({}))
        }
        "ask" => {
            let judged = party.ask(&read::<AgeAsk>(request)?)?;
            outcome(
                "answered",
                &json!({"verdict": judged.verdict, "reason": judged.reason, "gate": judged.gate}),
            )
        }
        "state" => {
            let Meant { person } = read(request)?;
            let known = party.known(&person)?;
            outcome("ok", &json!({"known": known.join(" ")}))
        }
        "act" => {
            known_event(request, &PartyAct::EVENTS)?;
            match party.act(&read(request)?)? {
                PartyActed::Taken => outcome("ok", &json!({})),
                PartyActed::Asks(bytes) => outcome("ok", &json!({"request": hex::encode(&bytes)})),
                PartyActed::NotNow => outcome("not_now", &json!({})),
                PartyActed::Took {
                    outcome: took,
                    next,
                    wait,
                } => {
                    let mut answer = outcome("ok", &json!({"took": took, "next": next}))?;
                    if let Some(wait) = wait {
                        answer.insert("wait".to_owned(), json!(wait));
                    }
                    Ok(answer)
                }
                PartyActed::Refused(reason) => outcome("refused", &json!({"reason": reason})),
            }
        }
        "stop" => outcome("ok", &json!({})),
        _ => Err(Trouble::Unsupported),
    }
}

fn of_issuer(issuer: &mut impl IssuingProduct, request: &Request) -> Result<Answer, Trouble> {
    match request.op.as_str() {
        "hello" => greeting(request, &shown(&issuer.hello()?)),
        "reset" => {
            let (key, holder) = issuer.reset(&read(request)?)?;
            let mut answer = outcome("ok", &json!({"issuer_key": hex::encode(&key)}))?;
            if let Some(holder) = holder {
                answer.insert("holder".to_owned(), json!(holder));
            }
            Ok(answer)
        }
        "clock" => {
            issuer.clock(&read::<Hands>(request)?)?;
            outcome("ok", &json!({}))
        }
        "state" => outcome("ok", &json!({"told": issuer.told()?.join(" ")})),
        "act" => {
            known_event(request, &IssuerAct::EVENTS)?;
            let mut answer = outcome("ok", &json!({}))?;
            if let Some(address) = issuer.act(&read(request)?)? {
                answer.insert("address".to_owned(), json!(address));
            }
            Ok(answer)
        }
        "stop" => outcome("ok", &json!({})),
        _ => Err(Trouble::Unsupported),
    }
}

/// What is neither of a category nor has capabilities.
fn shown(about: &About) -> Value {
    json!({
        "role": about.role,
        "product": about.product,
        "version": about.version,
        "features": about.features.join(" "),
    })
}

fn known_event(request: &Request, known: &[&str]) -> Result<(), Trouble> {
    let event = request.members.get("event").and_then(Value::as_str);
    match event.is_some_and(|event| !known.contains(&event)) {
        true => Err(Trouble::Unsupported),
        false => Ok(()),
    }
}
