//! PCPS, the Parental Controls Policy Specification 1.0, in and out.
//!
//! `spec/interchange-pcps.md` has the requirements and every reading of what PCPS leaves open.

mod check;
pub mod model;
mod read;

use crate::json::{self, Json, Limits};
use crate::refusal::Refusal;
use model::Document;

/// Reads a PCPS 1.0 document: its text as JSON and what it says.
///
/// # Errors
/// The first [`Refusal`]; a document with any fault is refused whole.
pub fn parse(bytes: &[u8]) -> Result<(Json, Document), Refusal> {
    let json = json::parse(bytes, Limits::DOCUMENT)?;
    let document = read(&json)?;
    Ok((json, document))
}

/// As [`parse`], for a text that is already JSON.
///
/// # Errors
/// The first [`Refusal`].
pub fn read(json: &Json) -> Result<Document, Refusal> {
    let document = read::document(json)?;
    check::document(&document)?;
    Ok(document)
}
