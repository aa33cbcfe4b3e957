//! A cited requirement as reports show it.

use crate::spec;
use serde::Serialize;

/// A requirement with its text. There are no copies: [`spec`] reads the chapters of `spec/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Clause {
    /// Requirement id, such as `R-RELAY-004`.
    pub requirement: &'static str,
    /// Title of its heading.
    pub title: &'static str,
    /// The one sentence that binds.
    pub text: &'static str,
    /// Chapter it stands in, relative to the repository.
    pub chapter: String,
}

impl Clause {
    /// The requirement with this id; `None` if no chapter holds it.
    pub fn find(id: &str) -> Option<Self> {
        spec::requirement(id).map(|requirement| Self {
            requirement: requirement.id,
            title: requirement.title,
            text: &requirement.sentence,
            chapter: format!("spec/{}", requirement.chapter),
        })
    }
}
