//! Vectors of age signals (`spec/vectors/…/age`), answered by `parcep-core` and `parcep-interchange`.
//!
//! ```text
//! file of vectors ──► inputs ──► answer(file, inputs) ──► what it computes, or why it refuses
//! ```
//!
//! Which inputs a file has and what is compared: `spec/vectors/README.md`, *Age signals*. An input that
//! this reader does not know is an error of its own, so that no vector passes by being skipped.

mod brackets;
mod claims;
mod consent;
mod given;
mod issuing;
mod party;
mod trust;

use std::path::{Path, PathBuf};

use parcep_core::reason::{Reason, code};
use serde::Deserialize;
use serde_json::{Map, Value};

pub use given::Given;

/// Why a vector has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// It is refused, which is the answer of a negative vector.
    #[error("refused: {}", code(*.0))]
    Refused(Reason),
    /// The vector is not of a form that this reader knows.
    #[error("not of a known form: {0}")]
    Unread(String),
}

/// What a vector of one file asks, computed: the members of `expected`, and others beside them.
type Reader = fn(&Given<'_>) -> Result<Value, Unanswered>;

/// Each file, the inputs that its vectors may have, and what reads it.
const READERS: &[(&str, &[&str], Reader)] = &[
    ("signals", claims::SIGNALS, claims::signal),
    ("presentations", claims::PRESENTATIONS, claims::presentation),
    ("outcomes", claims::OUTCOMES, claims::outcome),
    ("coarsening", brackets::COARSENING, brackets::coarsened),
    ("estimates", brackets::ESTIMATES, brackets::estimated),
    ("rollover", brackets::ROLLOVER, brackets::rolled_over),
    ("cut_sets", brackets::CUT_SETS, brackets::cut_sets),
    ("handles", brackets::HANDLES, brackets::handle),
    ("requests", issuing::REQUESTS, issuing::answered),
    ("token_requests", issuing::TOKEN_REQUESTS, issuing::issued),
    ("batches", trust::BATCHES, trust::batch),
    ("trust", trust::TRUST, trust::trusted),
    ("thresholds", party::THRESHOLDS, party::judged),
    ("together", party::TOGETHER, party::together),
    ("revoked", party::REVOKED, party::revoked),
    ("consent", consent::CONSENT, consent::consents),
];

/// Computes what a vector expects from its inputs, those that its file shares among them. `file` is the
/// name without `.json`.
///
/// # Errors
/// [`Unanswered`]: the reason of a refusal, or a form that is not known.
pub fn answer(file: &str, inputs: &Map<String, Value>) -> Result<Value, Unanswered> {
    let row = READERS.iter().find(|(name, ..)| *name == file);
    let (_, members, read) =
        row.ok_or_else(|| Unanswered::Unread(format!("nobody reads the file `{file}`")))?;
    if let Some(stranger) = inputs.keys().find(|name| !members.contains(&name.as_str())) {
        return Err(Unanswered::Unread(format!("input `{stranger}`")));
    }
    read(&Given(inputs))
}

/// Names of the files that are read.
pub fn files() -> impl Iterator<Item = &'static str> {
    READERS.iter().map(|(name, ..)| *name)
}

/// One vector, with the inputs of its file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// `age/number`.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// Requirements that decide it.
    pub requirements: Vec<String>,
    /// What a reader is given.
    pub inputs: Map<String, Value>,
    /// What it computes.
    pub expected: Option<Map<String, Value>>,
    /// Why it refuses.
    pub reason: Option<String>,
    /// The positive vector that this one is, but for its defect.
    pub twin_of: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    area: String,
    #[serde(rename = "about")]
    _about: String,
    #[serde(rename = "requirements")]
    _requirements: Vec<String>,
    #[serde(default)]
    shared: Map<String, Value>,
    vectors: Vec<Vector>,
}

/// Why a file of vectors cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file or folder.
    #[error("{}: {error}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It is no file of vectors of this area.
    #[error("{}: {message}", path.display())]
    Form {
        /// Where.
        path: PathBuf,
        /// Why.
        message: String,
    },
}

/// Reads the vectors of one file.
///
/// # Errors
/// [`FileError`].
pub fn read(path: &Path) -> Result<Vec<Vector>, FileError> {
    let form = |message: String| FileError::Form {
        path: path.to_owned(),
        message,
    };
    let text = std::fs::read_to_string(path).map_err(|error| FileError::Io {
        path: path.to_owned(),
        error,
    })?;
    let file: File = serde_json::from_str(&text).map_err(|error| form(error.to_string()))?;
    if file.format != "parcep-vectors/1" || file.area != "age" {
        return Err(form("no vectors of the area `age`".to_owned()));
    }
    let mut vectors = file.vectors;
    for vector in &mut vectors {
        for (name, value) in &file.shared {
            let own = vector.inputs.entry(name.clone());
            own.or_insert_with(|| value.clone());
        }
    }
    Ok(vectors)
}

impl Vector {
    /// What was said otherwise than this vector expects; `None` if nothing was. A member of `expected`
    /// that is an object is compared member by member.
    pub fn difference(&self, said: &Result<Value, Unanswered>) -> Option<String> {
        match (said, &self.reason, &self.expected) {
            (Err(Unanswered::Refused(reason)), Some(expected), _) => {
                (code(*reason) != expected).then(|| format!("refused with {}", code(*reason)))
            }
            (Ok(told), None, Some(expected)) => {
                let differs = expected
                    .iter()
                    .find(|(name, value)| !holds(value, told.get(name)));
                differs.map(|(name, value)| {
                    let told = told.get(name).unwrap_or(&Value::Null);
                    format!("`{name}` is {told}, expected {value}")
                })
            }
            (Ok(told), Some(reason), _) => Some(format!("accepted as {told}, expected {reason}")),
            (Err(why), ..) => Some(why.to_string()),
            (Ok(_), None, None) => Some("expects nothing".to_owned()),
        }
    }
}

/// Whether everything that is expected was told.
fn holds(expected: &Value, told: Option<&Value>) -> bool {
    match (expected, told) {
        (Value::Object(expected), Some(Value::Object(told))) => expected
            .iter()
            .all(|(name, value)| holds(value, told.get(name))),
        (expected, told) => told == Some(expected),
    }
}
