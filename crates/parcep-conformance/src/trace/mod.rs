//! Tracing: from every requirement to the tests that were executed for it, and to the faults they caught.
//!
//! ```text
//! spec/*.md ──► requirements ─┐
//! evidence (JSON) ────────────┼──► judge ──► Trace ──► table, JSON, requirements.json
//! test logs × test sources ───┤
//! trace.toml, OPEN.md, reviewed.toml
//! ```
//!
//! Nothing counts because a file mentions an id: a test counts once a record says that it passed
//! (R-CONF-007). A sentence that changed makes the tests that cite it suspect (R-CONF-009).

mod cited;
mod evidence;
mod folder;
mod join;
mod judge;
mod libtest;
mod provisional;
mod records;
mod render;
mod requirement;
mod rust;
mod scan;
#[cfg(test)]
mod tests;

pub use evidence::{Executed, FORMAT as EVIDENCE_FORMAT, Mutant, Record};
pub use provisional::{Feature, Features};
pub use records::{Records, Reviewed};
pub(crate) use requirement::hash as sentence_hash;
pub use requirement::{Requirement, read_spec, requirements_json};

use serde::Serialize;
use std::path::{Path, PathBuf};

/// Where programs that test leave their records, from the folder they run in.
pub const DEFAULT_EVIDENCE: &str = "target/conformance";

/// Every requirement of a specification with what is known about it.
#[derive(Debug, Clone, Serialize)]
pub struct Trace {
    /// In the order of chapters.
    pub requirements: Vec<Traced>,
    /// Features that are written down and not built (R-CONF-020).
    pub provisional: Vec<Feature>,
    /// What keeps the trace from passing.
    pub faults: Vec<Fault>,
    /// What is worth a look and keeps nothing from passing.
    pub notes: Vec<String>,
    /// Tests with a record that says they passed.
    pub executed_tests: usize,
    /// Faulty peers and switched-off checks that a test caught.
    pub killed_mutants: usize,
}

/// One requirement with its evidence.
#[derive(Debug, Clone, Serialize)]
pub struct Traced {
    /// The requirement.
    #[serde(flatten)]
    pub requirement: Requirement,
    /// How far it is proven.
    pub state: State,
    /// Whether its sentence is not the one that its tests, or the reason for having none, were last
    /// checked against.
    pub suspect: bool,
    /// Why there is no test: the reason for static, untestable and open, the feature for provisional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Tests that cite it and ran.
    pub tests: Vec<Evidence>,
    /// Faults that break it.
    pub mutants: Vec<Mutant>,
}

/// A test that ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Id of the test: of the suite, of a vector, or the path of a Rust test.
    pub id: String,
    /// The file with the record.
    pub record: String,
    /// Source file of the test and its line, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// How far a requirement is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A test ran, passed, and failed a peer that breaks it.
    Proven,
    /// A test ran and passed.
    Executed,
    /// Types leave no way to break it; `trace.toml` says where.
    Static,
    /// No test can decide it; `trace.toml` says why.
    Untestable,
    /// Of a feature that is not built; `trace.toml` says what is missing.
    Provisional,
    /// Not tested yet; `OPEN.md` says why.
    Open,
    /// Not tested, and nothing says why. A fault if it binds.
    Missing,
}

impl State {
    /// Every state, from the best.
    pub const ALL: [Self; 7] = [
        Self::Proven,
        Self::Executed,
        Self::Static,
        Self::Untestable,
        Self::Provisional,
        Self::Open,
        Self::Missing,
    ];

    /// The name, as reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Executed => "executed",
            Self::Static => "static",
            Self::Untestable => "untestable",
            Self::Provisional => "provisional",
            Self::Open => "open",
            Self::Missing => "missing",
        }
    }
}

/// Something that keeps a trace from passing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What kind of fault.
    pub kind: FaultKind,
    /// The requirement it is about, if one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// File, with its line where that helps.
    pub at: String,
    /// What is wrong, and what to do about it, in one line.
    pub what: String,
}

/// What kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// A requirement has another shape than it should.
    Form,
    /// One id stands twice.
    Duplicate,
    /// An id is cited that no chapter has.
    UnknownId,
    /// A row of `trace.toml`, `OPEN.md` or `reviewed.toml` that should not stand there.
    Row,
    /// It binds, and nothing was executed for it.
    Missing,
    /// A test that cites it failed.
    Failed,
    /// A fault that breaks it was caught by no test that cites it.
    Survivor,
    /// Its sentence is not the one that was last reviewed.
    Suspect,
    /// Too much is said to be beyond testing.
    Excuses,
    /// Too much is open.
    TooManyOpen,
}

/// Why there is no trace.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// A file or folder cannot be read.
    #[error("`{}`: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// A file was read and has another shape than it should.
    #[error("`{}`: {cause}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The folder holds no requirement.
    #[error("`{}` holds no requirement", .0.display())]
    NoRequirements(PathBuf),
}

/// Traces a specification: `spec` is its folder, `code` the folder with sources of tests, and
/// `evidence` the files and folders with records of what ran.
///
/// Files and folders of `evidence` that are not there are passed over: what has no record did not run.
///
/// # Errors
/// If something cannot be read, or a record has an unknown shape.
pub fn run(spec: &Path, code: &Path, evidence: &[PathBuf]) -> Result<Trace, TraceError> {
    let (requirements, mut faults) = read_spec(spec)?;
    let records = Records::read(spec)?;
    faults.extend(cited::faults(code, spec, &requirements)?);
    let gathered = join::gather(code, evidence)?;
    Ok(judge::judge(requirements, &records, gathered, faults))
}

impl Trace {
    /// Whether nothing at all was executed: then it says nothing (R-CONF-007).
    pub fn is_empty(&self) -> bool {
        self.executed_tests == 0
    }

    /// 0 if nothing is wrong, 1 if something is, 4 if nothing was executed.
    pub fn exit_code(&self) -> u8 {
        match (self.is_empty(), self.faults.is_empty()) {
            (true, _) => 4,
            (false, false) => 1,
            (false, true) => 0,
        }
    }

    /// How many requirements have a state; `binding` counts only those that bind.
    pub fn count(&self, state: State, binding: bool) -> usize {
        let counts =
            |one: &&Traced| one.state == state && (!binding || one.requirement.is_binding());
        self.requirements.iter().filter(counts).count()
    }

    /// Ids of requirements with evidence or a reason that nobody has reviewed yet.
    pub fn unreviewed(&self, records: &Records) -> Vec<&Requirement> {
        self.requirements
            .iter()
            .filter(|one| one.suspect && !records.reviewed.holds(&one.requirement.id))
            .map(|one| &one.requirement)
            .collect()
    }
}
