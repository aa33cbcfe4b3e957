//! `parcep explain`: why, until when, who set it, what would change it, and whom to call; in plain
//! words, to a guardian or to the child.

mod answer;
mod people;
mod rule;
mod ways;
mod week;

use crate::decide::{Asked, usage};
use crate::failure::{Failure, Kind};
use crate::files;
use answer::Explanation;
use clap::{Args, Subcommand, ValueEnum};
use parcep_core::texts::{Language, Register, Voice};

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Example, offline, from a PCPS document:\n  \
    parcep explain --policy family.json --child child-001 --at 2026-05-05T20:45:00+02:00 \\\n    \
    --action device --for child --lang fr\n\n\
    `parcep explain week --out week.html` draws a week instead of answering a question."
)]
pub struct Explain {
    /// Something else than one answer.
    #[command(subcommand)]
    pub part: Option<Part>,
    /// The question.
    #[command(flatten)]
    pub asked: Option<Asked>,
    /// How it is told.
    #[command(flatten)]
    pub told: Told,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// What else can be told.
#[derive(Debug, Subcommand)]
pub enum Part {
    /// Draw one week of the rules as a page with a picture and a table
    Week(week::Week),
}

/// To whom, and in which language.
#[derive(Debug, Clone, Copy, Args)]
pub struct Told {
    /// Who reads it
    #[arg(long = "for", value_name = "WHO", default_value = "guardian")]
    pub reader: Reader,
    /// In which language
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub lang: Lang,
}

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Reader {
    /// Somebody who sets rules
    Guardian,
    /// The child
    Child,
}

/// Languages of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// French
    Fr,
}

impl Told {
    /// The voice that speaks so.
    #[must_use]
    pub const fn voice(self) -> Voice {
        let language = match self.lang {
            Lang::En => Language::English,
            Lang::Fr => Language::French,
        };
        let register = match self.reader {
            Reader::Guardian => Register::Adult,
            Reader::Child => Register::Child,
        };
        Voice::new(language, register)
    }
}

impl Explain {
    /// Whether the answer is to be JSON.
    #[must_use]
    pub const fn json(&self) -> bool {
        match &self.part {
            Some(Part::Week(week)) => week.json,
            None => self.json,
        }
    }

    /// Answers the question and explains the answer.
    ///
    /// # Errors
    /// The command line or one of the files is wrong.
    pub fn run(&self) -> Result<(), Failure> {
        if let Some(Part::Week(week)) = &self.part {
            return week.run();
        }
        let Some(asked) = &self.asked else {
            let message = "ask a question with `--policy`, `--child`, `--at` and `--action`";
            return Err(Failure::usage("USAGE", message));
        };
        let question = asked.question()?;
        let rules = asked.rules()?;
        let usage = usage(asked.usage.as_deref())?;
        let explanation = Explanation::of(&question, &rules, &usage, self.told.voice())?;
        let text = if self.json {
            let text = serde_json::to_string_pretty(&explanation);
            text.map_err(|error| Failure::new(Kind::Failed, "INTERNAL", error.to_string()))? + "\n"
        } else {
            explanation.to_string()
        };
        print(&text)
    }
}

fn print(text: &str) -> Result<(), Failure> {
    files::print(text).map_err(|error| {
        let message = format!("the answer cannot be printed: {error}");
        Failure::new(Kind::Failed, "WRITE_FAILED", message)
    })
}
