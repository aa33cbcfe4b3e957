//! Records of what ran: `parcep-evidence/1`, by `evidence.schema.json` of the suite.

use super::TraceError;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The one format of records that this version reads.
pub const FORMAT: &str = "parcep-evidence/1";

/// What a program that tests says about one run. Members it does not know a reader passes over.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Record {
    /// `parcep-evidence/1`.
    pub format: String,
    /// Every test, also those that did not pass.
    pub tests: Vec<Executed>,
    /// Every fault that was put in on purpose, also those that nobody caught.
    #[serde(default)]
    pub mutants: Vec<Mutant>,
}

/// One test and what it said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Executed {
    /// Id of the test.
    pub id: String,
    /// Requirements it cites.
    pub requirements: Vec<String>,
    /// What it says of an implementation that is meant to be right.
    pub verdict: Verdict,
}

/// A fault that breaks one requirement, and who caught it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mutant {
    /// Its name.
    pub name: String,
    /// The requirement it breaks.
    pub requirement: String,
    /// Whether a test that cites this requirement failed it.
    pub killed: bool,
    /// Every test that failed it.
    pub by: Vec<String>,
}

impl Record {
    /// A record in the current format.
    pub fn new(tests: Vec<Executed>, mutants: Vec<Mutant>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            tests,
            mutants,
        }
    }

    /// Reads one.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, TraceError> {
        let shape = |cause: String| TraceError::Shape {
            path: path.to_owned(),
            cause,
        };
        let record: Self = serde_json::from_str(text)
            .map_err(|error| shape(format!("not a record of evidence: {error}")))?;
        if record.format != FORMAT {
            return Err(shape(format!(
                "its format is `{}`, and this version reads `{FORMAT}`",
                record.format
            )));
        }
        Ok(record)
    }
}
