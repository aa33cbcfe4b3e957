//! A program of somebody else, which answers rows on its standard input and output.
//!
//! ```text
//! to it    {"seq": 1, "policy": {…}, "context": {…}, …}
//! from it  {"seq": 1, "effect": "allow", "reason": "allowed", "rules": [], "remaining_seconds": null, "next_change": null}
//! to it    {"seq": 2, …}
//! from it  {"seq": 2, "unsupported": "no windows in this product"}
//! ```
//!
//! One line, then its answer, in turn. What the program writes to its standard error passes through.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// An answer has a handful of rules; a line beyond this is none.
const LONGEST_LINE: u64 = 1 << 20;

/// How much of an offending line is shown.
const SHOWN: usize = 300;

/// After its input has ended a program has this long to say what nobody asked.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A running program. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    patience: Duration,
}

/// What a program says to one row.
#[derive(Debug)]
pub(crate) enum Reply<T> {
    /// An answer.
    Answer(T),
    /// It says that it does not do this, and why.
    Unsupported(String),
    /// A line with the right number that is no answer.
    NoAnswer(Fault),
}

/// How a program broke the protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("no answer within {0:?}: is the output flushed after every line?")]
    Late(Duration),
    #[error("it ended without an answer ({0})")]
    Ended(String),
    #[error("its answer is longer than {LONGEST_LINE} bytes")]
    Long,
    #[error("not a JSON object on one line: `{0}`")]
    NoJson(String),
    #[error("no number `seq`: `{0}`")]
    NoNumber(String),
    #[error("it answered number {got} where number {asked} was asked: `{line}`")]
    Order { asked: u64, got: u64, line: String },
    #[error("no answer ({why}): `{line}`")]
    Form { why: String, line: String },
    #[error("it said something after the last answer: `{0}`")]
    Extra(String),
}

impl Program {
    /// Starts a program; `patience` is how long one answer may take.
    pub(crate) fn start(command: &[String], patience: Duration) -> std::io::Result<Self> {
        let missing = |what| move || std::io::Error::other(what);
        let (program, args) = command.split_first().ok_or_else(missing("no program"))?;
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let input = child.stdin.take().ok_or_else(missing("no input"))?;
        let output = child.stdout.take().ok_or_else(missing("no output"))?;
        Ok(Self {
            child,
            input,
            output: BufReader::new(output),
            patience,
        })
    }

    /// Asks one row under a number. After an error nothing more can be asked.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &mut self,
        seq: u64,
        asked: &Map<String, Value>,
    ) -> Result<Reply<T>, Fault> {
        let mut row = Map::new();
        row.insert("seq".to_owned(), seq.into());
        row.extend(
            asked
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        let line = format!("{}\n", Value::Object(row));
        let patience = self.patience;
        let exchange = async {
            let written = self.input.write_all(line.as_bytes()).await;
            if written.is_err() || self.input.flush().await.is_err() {
                return Err(None);
            }
            read_line(&mut self.output).await
        };
        match timeout(patience, exchange).await {
            Err(_) => Err(Fault::Late(patience)),
            Ok(Ok(line)) => reply(seq, &line),
            Ok(Err(Some(fault))) => Err(fault),
            Ok(Err(None)) => Err(Fault::Ended(self.how_it_ended().await)),
        }
    }

    /// Ends it; what it still says is a fault.
    pub(crate) async fn stop(mut self) -> Result<(), Fault> {
        drop(self.input);
        let said = timeout(LAST_WORDS, read_line(&mut self.output)).await;
        // It may have ended by itself; dropping kills it in any case.
        let _ = self.child.kill().await;
        match said {
            Ok(Ok(line)) => Err(Fault::Extra(short(&line))),
            Ok(Err(Some(fault))) => Err(fault),
            Ok(Err(None)) | Err(_) => Ok(()),
        }
    }

    async fn how_it_ended(&mut self) -> String {
        match timeout(LAST_WORDS, self.child.wait()).await {
            Ok(Ok(status)) => status.to_string(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => String::from("its output is closed, and it still runs"),
        }
    }
}

/// One line without its end; no fault means that there is none.
async fn read_line(output: &mut BufReader<ChildStdout>) -> Result<String, Option<Fault>> {
    let mut line = Vec::new();
    let mut limited = output.take(LONGEST_LINE);
    let read = limited.read_until(b'\n', &mut line).await;
    if read.is_err() || line.is_empty() {
        return Err(None);
    }
    if line.pop_if(|last| *last == b'\n').is_none() && limited.limit() == 0 {
        return Err(Some(Fault::Long));
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

fn reply<T: DeserializeOwned>(asked: u64, line: &str) -> Result<Reply<T>, Fault> {
    let object: Map<String, Value> =
        serde_json::from_str(line).map_err(|_| Fault::NoJson(short(line)))?;
    let got = object.get("seq").and_then(Value::as_u64);
    let got = got.ok_or_else(|| Fault::NoNumber(short(line)))?;
    if got != asked {
        let line = short(line);
        return Err(Fault::Order { asked, got, line });
    }
    if let Some(why) = object.get("unsupported").and_then(Value::as_str) {
        return Ok(Reply::Unsupported(why.to_owned()));
    }
    Ok(match serde_json::from_value(Value::Object(object)) {
        Ok(answer) => Reply::Answer(answer),
        Err(error) => Reply::NoAnswer(Fault::Form {
            why: error.to_string(),
            line: short(line),
        }),
    })
}

fn short(line: &str) -> String {
    match line.char_indices().nth(SHOWN) {
        None => line.to_owned(),
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
    }
}
