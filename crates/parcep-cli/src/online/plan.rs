//! What a command is about to do, said before it does it; and the person's word on it.

use super::answer;
use crate::failure::Failure;
use crate::files;
use clap::Args;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, BufRead as _, IsTerminal as _};

/// How a person agrees.
#[derive(Debug, Clone, Copy, Args)]
pub struct Agreed {
    /// Do it without asking on the terminal
    #[arg(long)]
    pub yes: bool,
    /// Only say what would happen; nothing is changed
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}

/// What will happen, to whom, when, and how to stop it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Plan {
    /// One sentence each.
    pub what: Vec<String>,
    /// Whom it touches, and what changes for them.
    pub whom: Vec<String>,
    /// When it takes effect, and what it waits for.
    pub when: Vec<String>,
    /// How to stop or undo it.
    pub stop: Vec<String>,
    /// Whether nothing brings it back.
    pub irreversible: bool,
    /// Whether a person has to give their word, though it can be undone.
    pub needs_word: bool,
}

/// What the person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Go on.
    Go,
    /// It was only to be told.
    OnlyTold,
}

impl Plan {
    /// A plan that begins with one sentence.
    #[must_use]
    pub fn to(what: impl Into<String>) -> Self {
        Self {
            what: vec![what.into()],
            ..Self::default()
        }
    }

    /// Also happens.
    #[must_use]
    pub fn and(mut self, what: impl Into<String>) -> Self {
        self.what.push(what.into());
        self
    }

    /// Whom it touches.
    #[must_use]
    pub fn whom(mut self, whom: impl Into<String>) -> Self {
        self.whom.push(whom.into());
        self
    }

    /// When.
    #[must_use]
    pub fn when(mut self, when: impl Into<String>) -> Self {
        self.when.push(when.into());
        self
    }

    /// How to stop it.
    #[must_use]
    pub fn stop(mut self, stop: impl Into<String>) -> Self {
        self.stop.push(stop.into());
        self
    }

    /// Nothing brings it back.
    #[must_use]
    pub fn irreversible(mut self) -> Self {
        self.irreversible = true;
        self
    }

    /// A person has to agree, though it can be undone.
    #[must_use]
    pub fn asked(mut self) -> Self {
        self.needs_word = true;
        self
    }

    /// The plan for a person.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = String::new();
        let parts = [
            ("What will happen", &self.what),
            ("To whom", &self.whom),
            ("When", &self.when),
            ("How to stop it", &self.stop),
        ];
        for (heading, lines) in parts {
            for (index, line) in lines.iter().enumerate() {
                let heading = if index == 0 { heading } else { "" };
                let _ = writeln!(words, "{heading:17} {line}");
            }
        }
        if self.irreversible {
            words.push_str("This cannot be undone.\n");
        }
        words
    }

    /// Says the plan, and asks where it has to be asked: a program gives its word with `--yes`, a
    /// person may type it.
    ///
    /// # Errors
    /// `CONFIRM` without a word where one is needed.
    pub fn agree(&self, agreed: Agreed, json: bool) -> Result<Word, Failure> {
        if agreed.dry_run {
            let value = serde_json::json!({ "plan": self, "done": false });
            answer(json, &value, &self.words())?;
            return Ok(Word::OnlyTold);
        }
        if !json {
            // Where nobody listens, the question below still protects them.
            let _ = files::print(&self.words());
        }
        let person = io::stdin().is_terminal() && io::stdout().is_terminal() && !json;
        match (agreed.yes, person) {
            (true, _) => Ok(Word::Go),
            (false, true) => asked(),
            (false, false) if self.irreversible => Err(unconfirmed(
                "this cannot be undone; give `--yes` if it is meant, `--dry-run` to read what it does",
            )),
            (false, false) if self.needs_word => Err(unconfirmed(&format!(
                "a person has to choose this: {}; give `--yes` if one did, `--dry-run` to read it again",
                self.what.join("; ")
            ))),
            (false, false) => Ok(Word::Go),
        }
    }
}

fn asked() -> Result<Word, Failure> {
    let _ = files::print("Go on? Type yes: ");
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    let said = read.is_ok() && line.trim().eq_ignore_ascii_case("yes");
    said.then_some(Word::Go)
        .ok_or_else(|| unconfirmed("not confirmed; nothing was changed"))
}

fn unconfirmed(message: &str) -> Failure {
    Failure::usage("CONFIRM", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: Agreed = Agreed {
        yes: false,
        dry_run: false,
    };

    #[test]
    fn a_plan_says_what_whom_when_and_how_to_stop() {
        let plan = Plan::to("a device goes").whom("Ada").when("at once");
        let plan = plan.stop("add it again").and("an epoch follows");
        let words = plan.words();
        let lines: Vec<_> = words.lines().map(str::trim).collect();
        assert_eq!(
            lines,
            [
                "What will happen  a device goes",
                "an epoch follows",
                "To whom           Ada",
                "When              at once",
                "How to stop it    add it again",
            ]
        );
    }

    #[test]
    fn what_cannot_be_undone_needs_a_word() {
        let plan = Plan::to("everything goes");
        assert_eq!(plan.agree(NOBODY, true), Ok(Word::Go));
        let refused = plan.irreversible().agree(NOBODY, true);
        assert_eq!(refused.map_err(|error| error.code), Err("CONFIRM".into()));
    }
}
