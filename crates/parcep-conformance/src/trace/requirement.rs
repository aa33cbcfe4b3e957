//! The requirements of a specification, read from its folder when the program runs.

use super::{Fault, FaultKind, TraceError, folder};
use crate::{spec, wire};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// One requirement, with the hash of its sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// Stable id, such as `R-LOG-001`.
    pub id: String,
    /// Title, as in the heading.
    pub title: String,
    /// File of the chapter, relative to the folder of the specification.
    pub chapter: String,
    /// Anchor in that file, without `#`.
    pub anchor: String,
    /// Keyword, such as `MUST NOT`.
    pub keyword: &'static str,
    /// The one sentence that binds.
    pub sentence: String,
    /// First 16 hexadecimal digits of the SHA-256 of the sentence (R-CONF-008).
    pub hash: String,
    /// The provisional feature that it belongs to (R-CONF-020).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisional: Option<String>,
}

impl Requirement {
    /// Whether it binds once it is no longer provisional.
    pub fn is_binding(&self) -> bool {
        spec::is_binding(self.keyword)
    }
}

/// Every requirement of the Markdown files in a folder and below, by file name, with what is wrong
/// with their form.
///
/// # Errors
/// If a file cannot be read, or there is no requirement at all.
pub fn read_spec(spec: &Path) -> Result<(Vec<Requirement>, Vec<Fault>), TraceError> {
    let mut found = Vec::new();
    let mut faults = Vec::new();
    for file in folder::files(spec, &["md"])? {
        let chapter = folder::relative(&file, spec);
        let text = folder::read(&file)?;
        let (requirements, wrong) = spec::read(&chapter, &text);
        found.extend(requirements.iter().map(owned));
        faults.extend(wrong.into_iter().map(form));
    }
    faults.extend(duplicates(&found));
    if found.is_empty() {
        return Err(TraceError::NoRequirements(spec.to_owned()));
    }
    Ok((found, faults))
}

/// Every requirement as JSON, for programs that know nothing of Markdown.
pub fn requirements_json(requirements: &[Requirement]) -> String {
    let all = serde_json::json!({
        "format": "parcep-requirements/1",
        "requirements": requirements,
    });
    format!("{all:#}\n")
}

/// First 16 hexadecimal digits of the SHA-256 of a sentence with every run of white space as one
/// space and none at its ends.
pub(crate) fn hash(sentence: &str) -> String {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let digest = wire::sha256(words.join(" ").as_bytes());
    parcep_core::hex::encode(digest.get(..8).unwrap_or_default())
}

fn owned(one: &spec::Requirement<'_>) -> Requirement {
    Requirement {
        id: one.id.to_owned(),
        title: one.title.to_owned(),
        chapter: one.chapter.to_owned(),
        anchor: one.id.to_ascii_lowercase(),
        keyword: one.keyword,
        hash: hash(&one.sentence),
        sentence: one.sentence.clone(),
        provisional: one.provisional.map(str::to_owned),
    }
}

fn form(fault: spec::Fault) -> Fault {
    Fault {
        kind: FaultKind::Form,
        requirement: None,
        at: format!("{}:{}", fault.chapter, fault.line),
        what: fault.what,
    }
}

fn duplicates(found: &[Requirement]) -> Vec<Fault> {
    let mut first = BTreeMap::new();
    let mut faults = Vec::new();
    for one in found {
        if let Some(other) = first.insert(&one.id, &one.chapter) {
            faults.push(Fault {
                kind: FaultKind::Duplicate,
                requirement: Some(one.id.clone()),
                at: one.chapter.clone(),
                what: format!("{} stands in {other} already; ids are never reused", one.id),
            });
        }
    }
    faults
}
