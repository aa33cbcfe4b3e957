//! Asking the vectors of ages and of time of whoever implements the chapter: a program of somebody else, or the
//! answers of this repository.
//!
//! ```text
//! to it    {"seq": 1, "id": "age/001", "file": "signals", "shared": {…}, "inputs": {…}}
//! from it  {"seq": 1, "expected": {"lower": 13, "upper": 16}}
//! to it    {"seq": 2, …}
//! from it  {"seq": 2, "expected": {"reason": "EXPIRED"}}
//! ```

use super::{File, Members, Unanswered, Vector, answer};
use crate::runner::glob;
use crate::trace::{Executed, Record};
use crate::vectors::vendor::{Program, Reply};
use crate::verdict::{Conclusion, Verdict};
use parcep_core::reason::code;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, Write};
use std::time::Duration;

/// One vector, and the file that it stands in.
#[derive(Debug, Clone)]
pub struct Question {
    /// Name of the file without `.json`.
    pub file: String,
    /// What its vectors share.
    pub shared: Members,
    /// The vector.
    pub vector: Vector,
}

/// Who answers.
#[derive(Debug, Clone)]
pub enum Answerer {
    /// This repository.
    Own,
    /// A program and its arguments, and how long one answer of it may take.
    Program(Vec<String>, Duration),
}

/// What came of one vector.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The vector.
    pub question: Question,
    /// What was said to it.
    pub said: Said,
}

/// What was said to a vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// What it expects.
    Agrees,
    /// Something else, in words.
    Differs(String),
    /// That this is not offered, and why.
    Unsupported(String),
    /// Nothing that is an answer: how the protocol was broken.
    Broken(String),
    /// It was not asked, since the program had broken the protocol before.
    NotAsked,
}

/// What was asked, and what came of it.
#[derive(Debug, Clone)]
pub struct Run {
    /// Only a part of the vectors was chosen.
    pub selected: bool,
    /// Every chosen vector.
    pub asked: Vec<Asked>,
    /// How a program broke the protocol after the last vector.
    pub fault: Option<String>,
}

/// Why nothing was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// A pattern matches no vector.
    #[error("`{0}` matches no vector")]
    NoMatch(String),
    /// There are no vectors.
    #[error("no vectors of this area are there")]
    NoVectors,
    /// The program cannot be started.
    #[error("`{0}` cannot be started: {1}")]
    Start(String, std::io::Error),
}

/// The vectors that one of the patterns names, by id, file or requirement; all of them without a
/// pattern.
///
/// # Errors
/// When there are none, or a pattern names none.
pub fn choose(files: Vec<File>, only: &[String]) -> Result<Vec<Question>, AskError> {
    let questions = files.into_iter().flat_map(|file| {
        let File {
            name,
            shared,
            vectors,
        } = file;
        vectors.into_iter().map(move |vector| Question {
            file: name.clone(),
            shared: shared.clone(),
            vector,
        })
    });
    let questions: Vec<_> = questions.collect();
    let names = |question: &Question, pattern: &str| {
        let clauses = &question.vector.requirements;
        glob(pattern, &question.vector.id)
            || glob(pattern, &question.file)
            || clauses.iter().any(|clause| glob(pattern, clause))
    };
    for pattern in only {
        if !questions.iter().any(|question| names(question, pattern)) {
            return Err(AskError::NoMatch(pattern.clone()));
        }
    }
    if questions.is_empty() {
        return Err(AskError::NoVectors);
    }
    let wanted =
        |question: &Question| only.is_empty() || only.iter().any(|only| names(question, only));
    Ok(questions.into_iter().filter(wanted).collect())
}

/// Asks each question; `ended` is told of each.
///
/// # Errors
/// When the program cannot be started.
pub async fn ask(
    answerer: &Answerer,
    questions: Vec<Question>,
    selected: bool,
    ended: &(impl Fn(&Asked) + Sync),
) -> Result<Run, AskError> {
    let mut program = match answerer {
        Answerer::Own => None,
        Answerer::Program(command, patience) => {
            let started = Program::start(command, *patience);
            let name = || command.first().cloned().unwrap_or_default();
            Some(started.map_err(|error| AskError::Start(name(), error))?)
        }
    };
    let own = program.is_none();
    let mut asked = Vec::with_capacity(questions.len());
    for (seq, question) in (1..).zip(questions) {
        let said = match &mut program {
            None if own => compared(&question.vector, own_answer(&question)),
            None => Said::NotAsked,
            Some(running) => match running.ask(seq, &line(&question)).await {
                Ok(Reply::Answer(Told { expected })) => compared(&question.vector, read(expected)),
                Ok(Reply::Unsupported(why)) => Said::Unsupported(why),
                Ok(Reply::NoAnswer(fault)) => Said::Broken(fault.to_string()),
                Err(fault) => {
                    program = None;
                    Said::Broken(fault.to_string())
                }
            },
        };
        let outcome = Asked { question, said };
        ended(&outcome);
        asked.push(outcome);
    }
    let fault = match program {
        None => None,
        Some(running) => running.stop().await.err().map(|fault| fault.to_string()),
    };
    Ok(Run {
        selected,
        asked,
        fault,
    })
}

/// Answers every line of `input` by `by`, one line each; empty lines are passed over.
///
/// # Errors
/// When reading or writing fails, or a line is no question.
pub fn answer_lines(
    by: impl Fn(&str, &Members, &Members) -> Result<Value, Unanswered>,
    input: impl BufRead,
    mut output: impl Write,
) -> std::io::Result<()> {
    #[derive(Deserialize)]
    struct Line {
        seq: u64,
        file: String,
        #[serde(default)]
        shared: Members,
        inputs: Members,
    }
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line)?;
        let seq = line.seq;
        let told = match by(&line.file, &line.shared, &line.inputs) {
            Ok(told) => json!({"seq": seq, "expected": told}),
            Err(Unanswered::Refused(reason)) => {
                json!({"seq": seq, "expected": {"reason": code(reason)}})
            }
            Err(Unanswered::Unread(why)) => json!({"seq": seq, "unsupported": why}),
        };
        writeln!(output, "{told}")?;
        output.flush()?;
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
struct Told {
    expected: Value,
}

/// What a program answers: its words stay words, a reason among them.
enum Words {
    Value(Value),
    Reason(String),
    Unread(String),
}

fn read(expected: Value) -> Words {
    match expected.get("reason").and_then(Value::as_str) {
        Some(reason) if expected.as_object().is_some_and(|told| told.len() == 1) => {
            Words::Reason(reason.to_owned())
        }
        _ => Words::Value(expected),
    }
}

fn own_answer(question: &Question) -> Words {
    match answer(&question.file, &question.shared, &question.vector.inputs) {
        Ok(value) => Words::Value(value),
        Err(Unanswered::Refused(reason)) => Words::Reason(code(reason).to_owned()),
        Err(Unanswered::Unread(why)) => Words::Unread(why),
    }
}

fn compared(vector: &Vector, told: Words) -> Said {
    let differs = match (told, &vector.reason) {
        (Words::Unread(why), _) => return Said::Unsupported(why),
        (Words::Reason(said), Some(reason)) if said == *reason => None,
        (Words::Reason(said), Some(reason)) => {
            Some(format!("refused with {said}, expected {reason}"))
        }
        // A verdict has a reason of its own, beside other members.
        (Words::Reason(said), None) => vector.difference(&Ok(json!({"reason": said}))),
        (Words::Value(told), _) => vector.difference(&Ok(told)),
    };
    differs.map_or(Said::Agrees, Said::Differs)
}

fn line(question: &Question) -> Members {
    let Question {
        file,
        shared,
        vector,
    } = question;
    let row = json!({"id": vector.id, "file": file, "shared": shared, "inputs": vector.inputs});
    row.as_object().cloned().unwrap_or_default()
}

impl Asked {
    /// Whether the answer is wrong, or none at all.
    #[must_use]
    pub const fn is_wrong(&self) -> bool {
        matches!(self.said, Said::Differs(_) | Said::Broken(_))
    }
}

impl Run {
    /// What the run says of whoever answered (R-CONF-001): a wrong answer outweighs everything, and a
    /// part of the vectors concludes nothing.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        let agrees = |asked: &Asked| asked.said == Said::Agrees;
        if self.fault.is_some() || self.asked.iter().any(Asked::is_wrong) {
            Conclusion::NonConformant
        } else if self.selected || self.asked.is_empty() || !self.asked.iter().all(agrees) {
            Conclusion::Incomplete
        } else {
            Conclusion::Conformant
        }
    }

    /// The record for `parcep-conform trace`: each vector is a test of the clauses that it names.
    #[must_use]
    pub fn evidence(&self) -> Record {
        Record::new(self.executed(), Vec::new())
    }

    /// Each vector as a test that ran.
    #[must_use]
    pub fn executed(&self) -> Vec<Executed> {
        let test = |asked: &Asked| Executed {
            id: format!("vector {}", asked.question.vector.id),
            requirements: asked.question.vector.requirements.clone(),
            verdict: match asked.said {
                Said::Agrees => Verdict::Pass,
                Said::Differs(_) | Said::Broken(_) => Verdict::Fail,
                Said::Unsupported(_) => Verdict::NotApplicable,
                Said::NotAsked => Verdict::Skip,
            },
        };
        self.asked.iter().map(test).collect()
    }
}
