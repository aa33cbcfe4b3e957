//! Whoever answers rows inside this program.

use super::answer::Answer;
use super::{fast, naive};
use clap::ValueEnum;
use serde_json::{Map, Value};

/// Why there is no answer to a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Cannot(pub String);

impl Cannot {
    pub(super) fn because(error: impl ToString) -> Self {
        Self(error.to_string())
    }
}

/// One of the two evaluators of this repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Evaluator {
    /// `parcep-core`, what devices embed.
    #[default]
    Core,
    /// The second reading of the specification: slow and obvious.
    Naive,
}

impl Evaluator {
    /// The name, as reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Naive => "naive",
        }
    }

    /// Loads the tables that answers depend on.
    ///
    /// # Errors
    /// When the published rating table cannot be read.
    pub fn ready(self) -> Result<Ready, Cannot> {
        Ok(match self {
            Self::Core => Ready::Core(fast::Tables::bundled()),
            Self::Naive => Ready::Naive(naive::Tables::published()?),
        })
    }
}

/// An evaluator with its tables.
#[derive(Debug)]
pub enum Ready {
    /// See [`Evaluator::Core`].
    Core(fast::Tables),
    /// See [`Evaluator::Naive`].
    Naive(naive::Tables),
}

impl Ready {
    /// Answers one row.
    ///
    /// # Errors
    /// [`Cannot`] says what of the row this evaluator does not read.
    pub fn answer(&self, asked: &Map<String, Value>) -> Result<Answer, Cannot> {
        match self {
            Self::Core(tables) => fast::answer(tables, asked),
            Self::Naive(tables) => naive::answer(tables, asked),
        }
    }
}
