//! All requirements in a row: for the index, for the counts, and as JSON for programs.

use super::SiteError;
use super::book::{Book, Part};
use super::standing::{Standing, Standings, State};
use crate::spec::{self, Requirement};
use ring::digest::{SHA256, digest};
use serde::Serialize;

/// One requirement with what is known of its tests.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    /// File that it stands in.
    pub(super) chapter: String,
    pub(super) anchor: String,
    pub(super) keyword: String,
    pub(super) binding: bool,
    pub(super) sentence: String,
    /// First 16 hexadecimal digits of SHA-256 of the sentence with single spaces.
    pub(super) hash: String,
    pub(super) state: &'static str,
    pub(super) suspect: bool,
    pub(super) tests: Vec<String>,
    pub(super) faults_caught: Vec<String>,
    #[serde(skip)]
    pub(super) standing: State,
}

/// Every requirement of the book, in its order.
pub(super) fn rows(book: &Book, standings: &Standings) -> Vec<Row> {
    book.files()
        .flat_map(|part| spec::read(&part.path, &part.text).0)
        .map(|requirement| row(&requirement, standings.get(requirement.id)))
        .collect()
}

fn row(requirement: &Requirement<'_>, standing: Option<&Standing>) -> Row {
    let standing = standing.cloned().unwrap_or_default();
    let sentence = requirement
        .sentence
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    Row {
        id: requirement.id.to_owned(),
        title: requirement.title.to_owned(),
        chapter: requirement.chapter.to_owned(),
        anchor: requirement.id.to_ascii_lowercase(),
        keyword: requirement.keyword.to_owned(),
        binding: requirement.is_binding(),
        hash: hash(&[sentence.as_bytes()]),
        sentence,
        state: standing.state.name(),
        suspect: standing.suspect,
        tests: standing.tests,
        faults_caught: standing.faults,
        standing: standing.state,
    }
}

/// The list as JSON.
pub(super) fn json(rows: &[Row]) -> Result<String, SiteError> {
    let all = serde_json::json!({ "format": "parcep-requirements/1", "requirements": rows });
    let text = serde_json::to_string_pretty(&all)
        .map_err(|error| SiteError::Template(error.to_string()))?;
    Ok(text + "\n")
}

/// The rows of one part.
pub(super) fn of<'r>(rows: &'r [Row], part: &Part) -> Vec<&'r Row> {
    let paths: Vec<&str> = part.all().map(|part| part.path.as_str()).collect();
    rows.iter()
        .filter(|row| paths.contains(&row.chapter.as_str()))
        .collect()
}

/// First 16 hexadecimal digits of SHA-256.
pub(super) fn hash(parts: &[&[u8]]) -> String {
    let all = digest(&SHA256, &parts.concat());
    all.as_ref()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
