//! Vectors of age signals and of time (`spec/vectors/…/age`, `…/time`), answered by `parcep-core` and
//! `parcep-interchange`.
//!
//! ```text
//! file of vectors ──► inputs ──► answer(file, inputs) ──► what it computes, or why it refuses
//! ```
//!
//! Which inputs a file has and what is compared: `spec/vectors/README.md`, *Age signals* and *Time*. An
//! input that this reader does not know is an error of its own, so that no vector passes by being skipped.

mod ask;
mod brackets;
mod claims;
mod consent;
mod given;
mod issuing;
mod page;
mod party;
mod platforms;
mod times;
mod trust;

use std::path::{Path, PathBuf};

use parcep_core::reason::{Reason, code};
use serde::Deserialize;
use serde_json::{Map, Value};

pub use ask::{Answerer, AskError, Asked, Question, Run, Said, answer_lines, ask, choose};
pub use given::Given;

/// Members of a JSON object.
pub type Members = Map<String, Value>;

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

/// An area of vectors that a program can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// Age signals.
    Age,
    /// Time.
    Time,
}

impl Area {
    /// Its folder below a version of the vectors.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Time => "time",
        }
    }
}

/// What a vector of one file asks, computed: the members of `expected`, and others beside them.
type Reader = fn(&Given<'_>) -> Result<Value, Unanswered>;

/// Each file, the inputs that its vectors may have, and what reads it. No name stands in two areas.
const READERS: &[(Area, &str, &[&str], Reader)] = &[
    (Area::Age, "signals", claims::SIGNALS, claims::signal),
    (
        Area::Age,
        "presentations",
        claims::PRESENTATIONS,
        claims::presentation,
    ),
    (Area::Age, "outcomes", claims::OUTCOMES, claims::outcome),
    (
        Area::Age,
        "coarsening",
        brackets::COARSENING,
        brackets::coarsened,
    ),
    (
        Area::Age,
        "estimates",
        brackets::ESTIMATES,
        brackets::estimated,
    ),
    (
        Area::Age,
        "rollover",
        brackets::ROLLOVER,
        brackets::rolled_over,
    ),
    (
        Area::Age,
        "cut_sets",
        brackets::CUT_SETS,
        brackets::cut_sets,
    ),
    (Area::Age, "handles", brackets::HANDLES, brackets::handle),
    (Area::Age, "requests", issuing::REQUESTS, issuing::answered),
    (
        Area::Age,
        "token_requests",
        issuing::TOKEN_REQUESTS,
        issuing::issued,
    ),
    (Area::Age, "batches", trust::BATCHES, trust::batch),
    (Area::Age, "trust", trust::TRUST, trust::trusted),
    (Area::Age, "thresholds", party::THRESHOLDS, party::judged),
    (Area::Age, "together", party::TOGETHER, party::together),
    (Area::Age, "revoked", party::REVOKED, party::revoked),
    (Area::Age, "consent", consent::CONSENT, consent::consents),
    (
        Area::Age,
        "asking_again",
        party::ASKING_AGAIN,
        party::asked_again,
    ),
    (Area::Age, "nonces", party::NONCES, party::nonce),
    (Area::Age, "adapt", platforms::ADAPT, platforms::adapted),
    (Area::Time, "worked", times::TIME, times::rows),
    (Area::Time, "lower", times::TIME, times::rows),
    (Area::Time, "restarts", times::TIME, times::rows),
    (Area::Time, "upper", times::TIME, times::rows),
    (Area::Time, "states", times::TIME, times::rows),
    (Area::Time, "release", times::TIME, times::rows),
];

/// Computes what a vector expects, from its own inputs and those that its file shares, of which its own
/// win. `file` is the name without `.json`.
///
/// # Errors
/// [`Unanswered`]: the reason of a refusal, or a form that is not known.
pub fn answer(file: &str, shared: &Members, inputs: &Members) -> Result<Value, Unanswered> {
    let row = READERS.iter().find(|(_, name, ..)| *name == file);
    let (_, _, known, read) =
        row.ok_or_else(|| Unanswered::Unread(format!("nobody reads the file `{file}`")))?;
    let mut all = shared.clone();
    all.extend(inputs.clone());
    if let Some(stranger) = all.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(Unanswered::Unread(format!("input `{stranger}`")));
    }
    read(&Given(&all))
}

/// Names of the files of an area that are read.
pub fn files(area: Area) -> impl Iterator<Item = &'static str> {
    let rows = READERS.iter().filter(move |(of, ..)| *of == area);
    rows.map(|(_, name, ..)| *name)
}

/// One vector.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// `age/number`.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// Requirements that decide it.
    pub requirements: Vec<String>,
    /// What a reader is given beside what the file shares.
    pub inputs: Members,
    /// What it computes.
    pub expected: Option<Members>,
    /// Why it refuses.
    pub reason: Option<String>,
    /// The positive vector that this one is, but for its defect.
    pub twin_of: Option<String>,
}

/// A file of vectors.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name without `.json`.
    pub name: String,
    /// Inputs of every vector.
    pub shared: Members,
    /// The vectors.
    pub vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    format: String,
    area: String,
    #[serde(rename = "about")]
    _about: String,
    #[serde(rename = "requirements")]
    _requirements: Vec<String>,
    #[serde(default)]
    shared: Members,
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

/// Reads one file of vectors.
///
/// # Errors
/// [`FileError`].
pub fn read(path: &Path, area: Area) -> Result<File, FileError> {
    let form = |message: String| FileError::Form {
        path: path.to_owned(),
        message,
    };
    let text = std::fs::read_to_string(path).map_err(|error| FileError::Io {
        path: path.to_owned(),
        error,
    })?;
    let file: Form = serde_json::from_str(&text).map_err(|error| form(error.to_string()))?;
    if file.format != "parcep-vectors/1" || file.area != area.name() {
        return Err(form(format!("no vectors of the area `{}`", area.name())));
    }
    let name = path.file_stem().and_then(|stem| stem.to_str());
    Ok(File {
        name: name.unwrap_or_default().to_owned(),
        shared: file.shared,
        vectors: file.vectors,
    })
}

/// Reads every file of vectors of an area below a folder, or the one file that `place` is. Files of other
/// areas are passed over.
///
/// # Errors
/// [`FileError`].
pub fn read_below(place: &Path, area: Area) -> Result<Vec<File>, FileError> {
    #[derive(Deserialize)]
    struct Start {
        #[serde(default)]
        area: String,
    }
    let io = |path: &Path| {
        let path = path.to_owned();
        move |error| FileError::Io { path, error }
    };
    if !place.is_dir() {
        return Ok(vec![read(place, area)?]);
    }
    let entries = std::fs::read_dir(place).map_err(io(place))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<_> = paths.collect::<Result<_, _>>().map_err(io(place))?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(read_below(&path, area)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let text = std::fs::read(&path).map_err(io(&path))?;
            let start = serde_json::from_slice::<Start>(&text);
            if start.is_ok_and(|start| start.area == area.name()) {
                files.push(read(&path, area)?);
            }
        }
    }
    Ok(files)
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn members(value: Value) -> Members {
        value.as_object().cloned().unwrap_or_default()
    }

    fn coarsened(inputs: Value) -> Result<Value, Unanswered> {
        answer(
            "coarsening",
            &members(json!({"cuts": [18]})),
            &members(inputs),
        )
    }

    #[test]
    fn an_input_or_a_file_that_nobody_knows_is_no_answer() {
        let unread = |said| matches!(said, Err(Unanswered::Unread(_)));
        assert!(unread(coarsened(json!({"known": [12, 13], "stranger": 1}))));
        assert!(unread(coarsened(json!({}))));
        assert!(unread(answer(
            "birthdays",
            &Members::new(),
            &Members::new()
        )));
    }

    #[test]
    fn inputs_of_a_vector_go_before_those_of_its_file() {
        let told = coarsened(json!({"known": [12, 13], "cuts": [13, 16]}));
        assert_eq!(told, Ok(json!({"told": [0, 13], "exact_cell": true})));
    }

    #[test]
    fn what_differs_is_named() {
        let vector = |rest: Value| {
            let mut whole = members(json!({
                "id": "age/100", "title": "one", "requirements": ["R-AGE-004"], "inputs": {},
            }));
            whole.extend(members(rest));
            serde_json::from_value::<Vector>(Value::Object(whole)).ok()
        };
        let differs = |rest: Value, said: Result<Value, Unanswered>| {
            vector(rest).map(|vector| vector.difference(&said))
        };
        let refused = || Err(Unanswered::Refused(Reason::Malformed));
        let inner = json!({"expected": {"statement": {"lower": 13}}});
        let told = |lower: u32| Ok(json!({"statement": {"lower": lower, "upper": 16}}));
        assert_eq!(differs(inner.clone(), told(13)), Some(None));
        assert!(matches!(differs(inner.clone(), told(14)), Some(Some(_))));
        assert!(matches!(differs(inner, refused()), Some(Some(_))));
        let negative = json!({"reason": "MALFORMED", "twin_of": "age/101"});
        assert_eq!(differs(negative.clone(), refused()), Some(None));
        assert!(matches!(differs(negative.clone(), told(13)), Some(Some(_))));
        let other = Err(Unanswered::Refused(Reason::Expired));
        assert!(matches!(differs(negative, other), Some(Some(_))));
    }
}
