//! Rows and the files they stand in.

use super::answer::Expected;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The one format of files that this version runs.
pub const FORMAT: &str = "parcep-evaluate/1";

/// One question with everything it depends on, and the answer.
#[derive(Debug, Clone)]
pub struct Row {
    /// Never changes and is never used again.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// Requirements that decide it.
    pub clauses: Vec<String>,
    /// All that an evaluator is given: `policy`, `overrides`, `usage`, `lists`, `context`, `others`.
    pub asked: Map<String, Value>,
    /// The answer.
    pub expect: Expected,
    /// Where the answer comes from.
    pub derivation: Derivation,
    /// The file it stands in.
    pub file: PathBuf,
}

/// Where the expected answer of a row comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Derivation {
    /// One line for each step, worked out by hand.
    Steps(Vec<String>),
    /// Without written steps: the naive evaluator agrees.
    Naive(Naive),
}

/// The word `naive`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Naive {
    /// The word.
    Naive,
}

impl Derivation {
    /// The written steps, if there are any.
    #[must_use]
    pub fn steps(&self) -> &[String] {
        match self {
            Self::Steps(steps) => steps,
            Self::Naive(_) => &[],
        }
    }
}

/// Every row below a folder.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// In the order of their ids.
    pub rows: Vec<Row>,
    /// JSON files of other formats, which are not run.
    pub skipped: Vec<PathBuf>,
}

/// Why a folder cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VectorError {
    /// A file or folder cannot be read.
    #[error("`{}`: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// A file is no JSON, or a row has another form than it should.
    #[error("`{}`: {place}: {cause}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Id of the row, or its place in the file.
        place: String,
        /// What is wrong with it.
        cause: String,
    },
    /// One id stands twice.
    #[error("`{}`: `{id}` stands in `{}` too", path.display(), other.display())]
    Twice {
        /// The later file.
        path: PathBuf,
        /// The id.
        id: String,
        /// The earlier file.
        other: PathBuf,
    },
}

/// Reads every `*.json` below a folder, or the one file that is named.
///
/// # Errors
/// When something cannot be read, is no JSON, or is a row of another form; when an id stands twice.
pub fn read(place: &Path) -> Result<Folder, VectorError> {
    let mut files = Vec::new();
    if place.is_file() {
        files.push(place.to_owned());
    } else {
        list(place, &mut files)?;
    }
    files.sort();
    let mut folder = Folder::default();
    for path in files {
        match rows_of(&path)? {
            Some(rows) => folder.rows.extend(rows),
            None => folder.skipped.push(path),
        }
    }
    folder.rows.sort_by(|a, b| a.id.cmp(&b.id));
    let mut known: BTreeMap<&str, &Path> = BTreeMap::new();
    for row in &folder.rows {
        if let Some(other) = known.insert(&row.id, &row.file) {
            return Err(VectorError::Twice {
                path: row.file.clone(),
                id: row.id.clone(),
                other: other.to_owned(),
            });
        }
    }
    Ok(folder)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), VectorError> {
    let unreadable = |source| VectorError::Read {
        path: folder.to_owned(),
        source,
    };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "json") {
            files.push(path);
        }
    }
    Ok(())
}

/// The rows of a file; `None` if it is of another format.
fn rows_of(path: &Path) -> Result<Option<Vec<Row>>, VectorError> {
    let text = std::fs::read_to_string(path).map_err(|source| VectorError::Read {
        path: path.to_owned(),
        source,
    })?;
    rows_in(&text, path)
}

/// The rows in the text of a file; `None` if it is of another format.
pub(crate) fn rows_in(text: &str, path: &Path) -> Result<Option<Vec<Row>>, VectorError> {
    let form = |place: &str, cause: String| VectorError::Form {
        path: path.to_owned(),
        place: place.to_owned(),
        cause,
    };
    let content: Value =
        serde_json::from_str(text).map_err(|error| form("no JSON", error.to_string()))?;
    if content.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Ok(None);
    }
    let file: File = serde_json::from_value(content)
        .map_err(|error| form("the members of the file", error.to_string()))?;
    let mut rows = Vec::new();
    for (number, row) in (1..).zip(file.rows) {
        let id = row.get("id").and_then(Value::as_str);
        let place = id.map_or_else(|| format!("row {number}"), str::to_owned);
        let row = Row::parse(row, path).map_err(|error| form(&place, error.to_string()))?;
        if row.clauses.is_empty() {
            return Err(form(&place, "it names no clause".to_owned()));
        }
        rows.push(row);
    }
    Ok(Some(rows))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "about")]
    _about: String,
    rows: Vec<Map<String, Value>>,
}

/// What of a row is not asked.
#[derive(Deserialize)]
struct Beside {
    id: String,
    title: String,
    clauses: Vec<String>,
    expect: Expected,
    derivation: Derivation,
}

/// Members of a row that an evaluator is given.
const ASKED: [&str; 6] = ["policy", "overrides", "usage", "lists", "context", "others"];

/// Members of a row that no evaluator sees.
const BESIDE: [&str; 5] = ["id", "title", "clauses", "expect", "derivation"];

impl Row {
    fn parse(mut members: Map<String, Value>, file: &Path) -> Result<Self, serde_json::Error> {
        use serde::de::Error as _;
        if let Some(name) = members
            .keys()
            .find(|name| !ASKED.contains(&name.as_str()) && !BESIDE.contains(&name.as_str()))
        {
            return Err(serde_json::Error::custom(format!(
                "unknown member `{name}`"
            )));
        }
        if let Some(name) = ["policy", "context"]
            .iter()
            .find(|name| !members.contains_key(**name))
        {
            return Err(serde_json::Error::custom(format!("`{name}` is missing")));
        }
        let beside: Map<String, Value> = BESIDE
            .iter()
            .filter_map(|name| members.remove_entry(*name))
            .collect();
        let beside: Beside = serde_json::from_value(Value::Object(beside))?;
        Ok(Self {
            id: beside.id,
            title: beside.title,
            clauses: beside.clauses,
            asked: members,
            expect: beside.expect,
            derivation: beside.derivation,
            file: file.to_owned(),
        })
    }
}
