//! All requirements in a row: for the index, for the counts, and as JSON for programs.

use super::SiteError;
use super::book::{Book, Part};
use super::standing::{Standing, Standings};
use crate::trace::{Requirement, State};
use serde::Serialize;

/// One requirement with what is known of its tests.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row<'a> {
    #[serde(flatten)]
    pub(super) requirement: Requirement,
    pub(super) binding: bool,
    /// Absent if nothing was traced.
    pub(super) state: Option<State>,
    pub(super) suspect: bool,
    pub(super) tests: &'a [String],
    pub(super) faults_caught: &'a [String],
    pub(super) note: Option<&'a str>,
}

/// Every requirement of the book, in its order.
pub(super) fn rows<'a>(book: &Book, all: &[Requirement], standings: &'a Standings) -> Vec<Row<'a>> {
    book.files()
        .flat_map(|part| all.iter().filter(|one| one.chapter == part.path))
        .map(|one| row(one.clone(), standings.get(&one.id)))
        .collect()
}

fn row(requirement: Requirement, standing: Option<&Standing>) -> Row<'_> {
    Row {
        binding: requirement.is_binding(),
        requirement,
        state: standing.map(|standing| standing.state),
        suspect: standing.is_some_and(|standing| standing.suspect),
        tests: standing.map_or(&[], |standing| &standing.tests),
        faults_caught: standing.map_or(&[], |standing| &standing.faults),
        note: standing.and_then(|standing| standing.note.as_deref()),
    }
}

/// The list as JSON.
pub(super) fn json(rows: &[Row<'_>]) -> Result<String, SiteError> {
    let all = serde_json::json!({ "format": "parcep-requirements/1", "requirements": rows });
    let text = serde_json::to_string_pretty(&all)
        .map_err(|error| SiteError::Template(error.to_string()))?;
    Ok(text + "\n")
}

/// The rows of one part.
pub(super) fn of<'r, 'a>(rows: &'r [Row<'a>], part: &Part) -> Vec<&'r Row<'a>> {
    let paths: Vec<&str> = part.all().map(|part| part.path.as_str()).collect();
    rows.iter()
        .filter(|row| paths.contains(&row.requirement.chapter.as_str()))
        .collect()
}
