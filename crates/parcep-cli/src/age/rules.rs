//! What a household shares, from a file of rules.

use crate::failure::Failure;
use crate::rules::Rules;
use parcep_core::policy::{AgeSection, AgeShare, AgeShareRule, SectionName};
use std::path::Path;

/// The section about ages of each layer of a child; `None` for what is there and cannot be opened.
pub(super) fn sections(policy: &Path, child: &str) -> Result<Vec<Option<AgeSection>>, Failure> {
    let rules = Rules::from_file(policy, child)?;
    let sealed = rules.pending.contains(&SectionName::Age);
    let sections = rules.layers.into_iter().map(|layer| Some(layer.age));
    Ok(sections.chain(sealed.then_some(None)).collect())
}

/// One that shares with everybody.
pub(super) fn share_all() -> Result<AgeSection, Failure> {
    let id = "age/share-all".parse();
    let id = id.map_err(|error: parcep_core::policy::PolicyError| super::own::internal(error))?;
    let mut section = AgeSection::default();
    section
        .share
        .push(AgeShareRule::new(id, None, AgeShare::Allow));
    Ok(section)
}
