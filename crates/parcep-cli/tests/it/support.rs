//! Running the program.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// A PCPS family, from the crate that reads it.
pub(crate) const OKAFOR: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../parcep-interchange/tests/fixtures/okafor.json"
);

pub(crate) fn parcep() -> Command {
    Command::new(env!("CARGO_BIN_EXE_parcep"))
}

/// What came of one run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub(crate) fn run(args: &[&str]) -> Run {
    parcep().args(args).output().unwrap().into()
}

/// Files of that folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
