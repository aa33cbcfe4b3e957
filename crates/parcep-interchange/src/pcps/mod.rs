//! PCPS, the Parental Controls Policy Specification 1.0, in and out.
//!
//! `spec/27-interchange-pcps.md` has the requirements and every reading of what PCPS leaves open.

mod check;
mod export;
mod import;
pub mod model;
mod read;
mod shape;

use crate::family::{Imported, Loss};
use crate::json::{self, Json, Limits};
use crate::refusal::Refusal;
use crate::residue::Residue;
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

/// Takes a document over: typed rules, residue and loss report.
///
/// ```
/// let text = br#"{"pcps_version": "1.0", "family_id": "f", "timezone": "Europe/Oslo",
///   "guardians": [{"guardian_id": "g", "name": "G", "role": "primary"}],
///   "children": [{"child_id": "c", "child_name": "C",
///     "policy": {"time_limits": {"daily": {"weekday": 60.0}}}}]}"#;
/// let imported = parcep_interchange::pcps::import(text)?;
/// let (document, loss) = parcep_interchange::pcps::export(&imported);
/// assert!(document.same(&parcep_interchange::pcps::parse(text)?.0));
/// assert!(loss.is_empty());
/// # Ok::<(), parcep_interchange::Refusal>(())
/// ```
///
/// # Errors
/// The first [`Refusal`]; a document with any fault is refused whole.
pub fn import(bytes: &[u8]) -> Result<Imported, Refusal> {
    import_json(&json::parse(bytes, Limits::DOCUMENT)?)
}

/// As [`import`], for a text that is already JSON.
///
/// # Errors
/// The first [`Refusal`].
pub fn import_json(json: &Json) -> Result<Imported, Refusal> {
    let (family, loss) = import::family(&read(json)?)?;
    let (plain, _) = export::document(&family);
    let residue = Residue::difference(&plain, json, shape::SHAPE);
    Ok(Imported {
        family,
        residue,
        loss,
    })
}

/// A PCPS 1.0 document of the family, and what PCPS cannot say about it.
///
/// Straight after an import this is the document that came in, equal under RFC 8785; after edits
/// the edits win over what was written (R-PCPS-020, R-PCPS-021).
#[must_use]
pub fn export(imported: &Imported) -> (Json, Vec<Loss>) {
    let (plain, loss) = export::document(&imported.family);
    (imported.residue.apply(plain, shape::SHAPE), loss)
}
