//! Relying parties, holders and issuers of ages that are wrong on purpose, as programs that answer the
//! vectors of ages line by line.
//!
//! ```text
//! question ──► (its inputs changed) ──► honest answer ──► (the answer changed)
//! ```
//!
//! Each lie is what a fault looks like from outside: a check that is left out, two things that are
//! mixed up, a rule that is read the wrong way. Three are faults of programs that are in use.

mod lies;

use parcep_conformance::ages::{self, Members, Unanswered};
use parcep_core::reason::Reason;
use serde_json::Value;

pub use lies::LIES;

/// What is said to a question.
pub type Said = Result<Value, Unanswered>;

/// One way to be wrong.
#[derive(Debug, Clone, Copy)]
pub struct Lie {
    /// Value of `--fault`.
    pub name: &'static str,
    /// Requirement it breaks; empty for an honest one.
    pub requirement: &'static str,
    /// What it does.
    pub what: &'static str,
    answer: fn(&Question<'_>) -> Said,
}

/// A question as a line has it.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    file: &'a str,
    shared: &'a Members,
    inputs: &'a Members,
}

impl Lie {
    /// The lie of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        LIES.iter().find(|lie| lie.name == name)
    }

    /// Whether it tells the truth.
    pub const fn is_honest(&self) -> bool {
        self.requirement.is_empty()
    }

    /// Answers lines of the standard input on the standard output.
    ///
    /// # Errors
    /// If either fails, or a line is no question.
    pub fn answer_lines(&self) -> std::io::Result<()> {
        let by = |file: &str, shared: &Members, inputs: &Members| {
            (self.answer)(&Question {
                file,
                shared,
                inputs,
            })
        };
        ages::answer_lines(by, std::io::stdin().lock(), std::io::stdout().lock())
    }
}

impl Question<'_> {
    fn honest(&self) -> Said {
        ages::answer(self.file, self.shared, self.inputs)
    }

    /// Whether it stands in one of these files.
    fn is_of(&self, files: &[&str]) -> bool {
        files.contains(&self.file)
    }

    /// An input, the question's own before the file's.
    fn input(&self, name: &str) -> Value {
        let value = self.inputs.get(name).or_else(|| self.shared.get(name));
        value.cloned().unwrap_or_default()
    }

    /// The honest answer to another input.
    fn with(&self, name: &str, value: Value) -> Said {
        let mut inputs = self.inputs.clone();
        inputs.insert(name.to_owned(), value);
        ages::answer(self.file, self.shared, &inputs)
    }

    /// The honest answer in one file with an input changed, and elsewhere as it is.
    fn changed(&self, file: &str, name: &str, change: impl Fn(Value) -> Value) -> Said {
        match self.file == file {
            true => self.with(name, change(self.input(name))),
            false => self.honest(),
        }
    }

    /// Accepts in these files what is refused for a reason.
    fn accepting(&self, files: &[&str], reason: Reason) -> Said {
        match self.honest() {
            Err(Unanswered::Refused(said)) if said == reason && self.is_of(files) => {
                Ok(Value::Object(Members::new()))
            }
            said => said,
        }
    }

    /// The honest answer in these files, then changed.
    fn telling(&self, files: &[&str], change: impl Fn(&mut Members)) -> Said {
        let mut said = self.honest();
        if let (true, Ok(Value::Object(told))) = (self.is_of(files), &mut said) {
            change(told);
        }
        said
    }
}
