//! The other side of `vendor.rs`: an evaluator of this repository as a program that answers rows.

use super::evaluator::{Cannot, Ready};
use serde_json::{Map, Value, json};
use std::io::{BufRead, Write};

/// Why answering ended before the input did.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A line is no row.
    #[error("line {0} is no JSON object with a number `seq`")]
    Line(usize),
}

/// Answers every row of `input`, one line each; empty lines are passed over.
///
/// # Errors
/// When reading or writing fails, or a line is no row.
pub fn answer_lines(
    ready: &Ready,
    input: impl BufRead,
    mut output: impl Write,
) -> Result<(), AnswerError> {
    for (number, line) in (1..).zip(input.lines()) {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let row: Map<String, Value> =
            serde_json::from_str(&line).map_err(|_| AnswerError::Line(number))?;
        let told = answer_one(ready, row).ok_or(AnswerError::Line(number))?;
        writeln!(output, "{told}")?;
        output.flush()?;
    }
    Ok(())
}

fn answer_one(ready: &Ready, mut row: Map<String, Value>) -> Option<Value> {
    let seq = row.remove("seq").filter(Value::is_u64)?;
    let answer = ready
        .answer(&row)
        .and_then(|answer| serde_json::to_value(answer).map_err(Cannot::because));
    Some(match answer {
        Ok(Value::Object(mut answer)) => {
            answer.insert("seq".to_owned(), seq);
            Value::Object(answer)
        }
        Ok(_) => json!({"seq": seq, "unsupported": "no answer"}),
        Err(cannot) => json!({"seq": seq, "unsupported": cannot.to_string()}),
    })
}
