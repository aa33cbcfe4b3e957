//! Asking every row, and what came of it.

use super::answer::{Answer, Difference};
use super::evaluator::{Evaluator, Ready};
use super::row::{Folder, Row};
use super::vendor::{Program, Reply};
use crate::runner::glob;
use crate::trace::{Executed, Record};
use crate::verdict::{Conclusion, Verdict};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// An evaluator of this repository.
    Own(Evaluator),
    /// A program and its arguments, and how long one answer of it may take.
    Program(Vec<String>, Duration),
}

/// What was asked, and what came of it.
#[derive(Debug, Clone)]
pub struct Run {
    /// Who answered.
    pub judged: Judged,
    /// The folder.
    pub folder: PathBuf,
    /// Only a part of the rows was chosen.
    pub selected: bool,
    /// Every chosen row.
    pub outcomes: Vec<Outcome>,
    /// JSON files of other formats.
    pub skipped: Vec<PathBuf>,
    /// How a program broke the protocol after the last row.
    pub fault: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// What came of one row.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The row.
    pub row: Row,
    /// What was said to it.
    pub said: Said,
}

/// What was said to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// What it expects.
    Agrees,
    /// Something else.
    Differs(Answer),
    /// That this is not offered, and why.
    Unsupported(String),
    /// Nothing that is an answer: how the protocol was broken.
    Broken(String),
    /// It was not asked, since the program had broken the protocol before.
    NotAsked,
}

/// Why nothing was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// A pattern of `--only` matches no row.
    #[error("`{0}` matches no row")]
    NoMatch(String),
    /// There are no rows.
    #[error("`{}` holds no file of the format `{}`", .0.display(), super::FORMAT)]
    NoRows(PathBuf),
    /// The program cannot be started.
    #[error("`{program}` cannot be started: {source}")]
    Start {
        /// The program.
        program: String,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The tables of an evaluator cannot be read.
    #[error("tables of `{0}`: {1}")]
    Tables(&'static str, String),
}

/// The rows that one of the patterns names, by id or by a clause; all of them without a pattern.
///
/// # Errors
/// When there are no rows, or a pattern names none.
pub fn choose(place: &Path, folder: Folder, only: &[String]) -> Result<Folder, CheckError> {
    if folder.rows.is_empty() {
        return Err(CheckError::NoRows(place.to_owned()));
    }
    let names = |row: &Row, pattern: &str| {
        glob(pattern, &row.id) || row.clauses.iter().any(|clause| glob(pattern, clause))
    };
    for pattern in only {
        if !folder.rows.iter().any(|row| names(row, pattern)) {
            return Err(CheckError::NoMatch(pattern.clone()));
        }
    }
    let mut folder = folder;
    let chosen = |row: &Row| only.is_empty() || only.iter().any(|pattern| names(row, pattern));
    folder.rows.retain(chosen);
    Ok(folder)
}

/// Asks every row of `folder`, as [`choose`] gave it; `ended` is told of each.
///
/// # Errors
/// When the program cannot be started.
pub async fn check(
    judged: Judged,
    place: &Path,
    folder: Folder,
    selected: bool,
    ended: &impl Fn(&Outcome),
) -> Result<Run, CheckError> {
    let began = Instant::now();
    let (outcomes, fault) = match &judged {
        Judged::Own(evaluator) => {
            let ready = evaluator
                .ready()
                .map_err(|cannot| CheckError::Tables(evaluator.name(), cannot.to_string()))?;
            let outcomes = folder.rows.into_iter().map(|row| {
                let outcome = ask_own(&ready, row);
                ended(&outcome);
                outcome
            });
            (outcomes.collect(), None)
        }
        Judged::Program(command, patience) => {
            let program = Program::start(command, *patience).map_err(|source| {
                let program = command.first().cloned().unwrap_or_default();
                CheckError::Start { program, source }
            })?;
            ask_program(program, folder.rows, ended).await
        }
    };
    Ok(Run {
        judged,
        folder: place.to_owned(),
        selected,
        outcomes,
        skipped: folder.skipped,
        fault,
        took: began.elapsed(),
    })
}

fn ask_own(ready: &Ready, row: Row) -> Outcome {
    let said = match ready.answer(&row.asked) {
        Ok(answer) => compared(&row, answer),
        Err(cannot) => Said::Unsupported(cannot.to_string()),
    };
    Outcome { row, said }
}

async fn ask_program(
    program: Program,
    rows: Vec<Row>,
    ended: &impl Fn(&Outcome),
) -> (Vec<Outcome>, Option<String>) {
    let mut program = Some(program);
    let mut outcomes = Vec::new();
    for (seq, row) in (1..).zip(rows) {
        let said = match &mut program {
            None => Said::NotAsked,
            Some(running) => match running.ask(seq, &row.asked).await {
                Ok(Reply::Answer(answer)) => compared(&row, answer),
                Ok(Reply::Unsupported(why)) => Said::Unsupported(why),
                Ok(Reply::NoAnswer(fault)) => Said::Broken(fault.to_string()),
                Err(fault) => {
                    program = None;
                    Said::Broken(fault.to_string())
                }
            },
        };
        let outcome = Outcome { row, said };
        ended(&outcome);
        outcomes.push(outcome);
    }
    let fault = match program {
        None => None,
        Some(running) => running.stop().await.err().map(|fault| fault.to_string()),
    };
    (outcomes, fault)
}

fn compared(row: &Row, answer: Answer) -> Said {
    if row.expect.differences(&answer).is_empty() {
        Said::Agrees
    } else {
        Said::Differs(answer)
    }
}

impl Outcome {
    /// The members that differ; empty unless the answer differs.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        match &self.said {
            Said::Differs(answer) => self.row.expect.differences(answer),
            _ => Vec::new(),
        }
    }

    /// Whether the answer is wrong, or none at all.
    #[must_use]
    pub const fn is_wrong(&self) -> bool {
        matches!(self.said, Said::Differs(_) | Said::Broken(_))
    }
}

impl Run {
    /// What the run says of whoever answered (R-CONF-001): a wrong answer outweighs everything, and a
    /// part of the rows concludes nothing.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        let all = |said: fn(&Said) -> bool| self.outcomes.iter().all(|o| said(&o.said));
        if self.fault.is_some() || self.outcomes.iter().any(Outcome::is_wrong) {
            Conclusion::NonConformant
        } else if self.selected || self.outcomes.is_empty() || !all(|s| *s == Said::Agrees) {
            Conclusion::Incomplete
        } else {
            Conclusion::Conformant
        }
    }

    /// The record for `parcep-conform trace`: each row is a test of the clauses that it names.
    #[must_use]
    pub fn evidence(&self) -> Record {
        let test = |outcome: &Outcome| Executed {
            id: format!("vector {}", outcome.row.id),
            requirements: outcome.row.clauses.clone(),
            verdict: match outcome.said {
                Said::Agrees => Verdict::Pass,
                Said::Differs(_) | Said::Broken(_) => Verdict::Fail,
                Said::Unsupported(_) => Verdict::NotApplicable,
                Said::NotAsked => Verdict::Skip,
            },
        };
        Record::new(self.outcomes.iter().map(test).collect(), Vec::new())
    }
}

impl Judged {
    /// The name for people: `core`, `naive`, or the command line.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Own(evaluator) => evaluator.name().to_owned(),
            Self::Program(command, _) => {
                let words: Vec<String> = command.iter().map(|word| quoted(word)).collect();
                words.join(" ")
            }
        }
    }
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
