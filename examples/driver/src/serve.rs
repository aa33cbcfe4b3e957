//! Requests in, answers out.

use crate::line::{self, Line, Request};
use crate::product::{Acted, Followed, Product, Trouble};
use crate::request::{Act, Id};
use parcep_core::hex;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::io::{self, BufRead, Write};

/// Number of the contract that is spoken here.
pub const CONTRACT: u32 = 1;

/// Why serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By `stop`.
    Stopped,
    /// The line was closed.
    Closed,
}

/// Answers every request of `input` until it ends, one line each.
///
/// # Errors
/// When reading or writing fails.
pub fn serve(
    product: &mut impl Product,
    input: &mut (impl BufRead + ?Sized),
    output: &mut (impl Write + ?Sized),
) -> io::Result<Ended> {
    answer_lines(input, output, |request| answered(product, request))
}

/// Answers every line by what is said to its request.
pub(crate) fn answer_lines(
    input: &mut (impl BufRead + ?Sized),
    output: &mut (impl Write + ?Sized),
    mut answered: impl FnMut(&Request) -> Result<Answer, Trouble>,
) -> io::Result<Ended> {
    while let Some(line) = line::next(input)? {
        let (answer, stop) = match line {
            Line::Request(request) => {
                let answer = answered(&request).unwrap_or_else(trouble);
                (with_seq(answer, &request.seq), request.op == "stop")
            }
            Line::Broken(why) => (with_seq(trouble(Trouble::Cannot(why)), ""), false),
        };
        // Whole, so that it is one packet.
        let line = format!("{}\n", Value::Object(answer));
        output.write_all(line.as_bytes())?;
        output.flush()?;
        if stop {
            return Ok(Ended::Stopped);
        }
    }
    Ok(Ended::Closed)
}

#[derive(Deserialize)]
struct Hello {
    nonce: String,
}

#[derive(Deserialize)]
struct StateOf {
    dependant: Option<Id>,
}

pub(crate) type Answer = Map<String, Value>;

fn answered(product: &mut impl Product, request: &Request) -> Result<Answer, Trouble> {
    match request.op.as_str() {
        "hello" => greeting(request, &product.hello()?),
        "reset" => {
            let made = product.reset(&read(request)?)?;
            outcome("ok", &json!({"join_request": hex::encode(&made)}))
        }
        "clock" => {
            product.clock(&read(request)?)?;
            outcome("ok", &json!({}))
        }
        "sync" => {
            let synced = product.sync()?;
            let (word, reason) = match synced.followed {
                Followed::Current => ("current", None),
                Followed::Refused(reason) => ("refused", Some(reason)),
                Followed::Unreachable => ("unreachable", None),
                Followed::Left => ("left", None),
            };
            let mut answer = outcome(word, &json!({}))?;
            synced.at.into_iter().for_each(|at| stand(&mut answer, at));
            tell(&mut answer, reason);
            Ok(answer)
        }
        "ask" => match product.ask(&read(request)?)? {
            Some(told) => outcome("answered", &told),
            None => outcome("not_served", &json!({})),
        },
        "state" => {
            let StateOf { dependant } = read(request)?;
            let Some(stands) = product.state(dependant)? else {
                return outcome("not_served", &json!({}));
            };
            let mut answer = match &stands.of {
                Some(standing) => outcome("ok", standing)?,
                None => outcome("ok", &json!({}))?,
            };
            stand(&mut answer, stands.at);
            answer.insert("joining".to_owned(), json!(stands.joining));
            Ok(answer)
        }
        "act" => {
            let event = request.members.get("event").and_then(Value::as_str);
            if event.is_some_and(|event| !Act::EVENTS.contains(&event)) {
                return Err(Trouble::Unsupported);
            }
            match product.act(&read(request)?)? {
                Acted::Taken => outcome("ok", &json!({})),
                Acted::Made(made) if made.is_empty() => outcome("ok", &json!({})),
                Acted::Made(made) => outcome("ok", &json!({"answer": hex::encode(&made)})),
                Acted::Unreachable => outcome("unreachable", &json!({})),
                Acted::Refused(reason) => outcome("refused", &json!({"reason": reason})),
            }
        }
        "stop" => outcome("ok", &json!({})),
        _ => Err(Trouble::Unsupported),
    }
}

/// The answer to `hello`.
pub(crate) fn greeting(request: &Request, about: &impl Serialize) -> Result<Answer, Trouble> {
    let Hello { nonce } = read(request)?;
    let mut answer = outcome("ok", about)?;
    answer.insert("contract".to_owned(), json!(CONTRACT));
    answer.insert("nonce".to_owned(), json!(nonce));
    Ok(answer)
}

pub(crate) fn read<T: DeserializeOwned>(request: &Request) -> Result<T, Trouble> {
    T::deserialize(&request.members).map_err(Trouble::cannot)
}

pub(crate) fn outcome(word: &str, members: &impl Serialize) -> Result<Answer, Trouble> {
    match serde_json::to_value(members).map_err(Trouble::cannot)? {
        Value::Object(mut answer) => {
            answer.insert("outcome".to_owned(), json!(word));
            Ok(answer)
        }
        other => Err(Trouble::cannot(format!("`{other}` is no object"))),
    }
}

fn stand(answer: &mut Answer, (next_seq, head): (u64, [u8; 32])) {
    answer.insert("next_seq".to_owned(), json!(next_seq));
    answer.insert("head".to_owned(), json!(hex::encode(&head)));
}

fn tell(answer: &mut Answer, reason: Option<String>) {
    if let Some(reason) = reason {
        answer.insert("reason".to_owned(), json!(reason));
    }
}

fn with_seq(mut answer: Answer, seq: &str) -> Answer {
    answer.insert("seq".to_owned(), json!(seq));
    answer
}

fn trouble(trouble: Trouble) -> Answer {
    let (word, text) = match trouble {
        Trouble::Unsupported => ("unsupported", None),
        Trouble::Cannot(text) => ("error", Some(text)),
    };
    let mut answer = Map::new();
    answer.insert("outcome".to_owned(), json!(word));
    if let Some(text) = text {
        answer.insert("text".to_owned(), json!(text));
    }
    answer
}
