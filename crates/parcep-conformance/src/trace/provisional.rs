//! Features that are written down and not built: `[[provisional]]` in `trace.toml`, and the lines of the
//! chapters that say so (R-CONF-020).

use super::records::{A_REASON, row};
use super::{Fault, Requirement};
use crate::spec;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A feature that nobody can claim and nothing judges.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// What its requirements call it.
    #[serde(rename(deserialize = "feature"))]
    pub name: String,
    /// What is missing of it.
    pub why: String,
    /// Its requirements.
    pub requirements: Vec<String>,
}

/// The features by name, and which requirement belongs to which.
#[derive(Debug, Clone, Default)]
pub struct Features {
    all: Vec<Feature>,
    of: BTreeMap<String, usize>,
    faults: Vec<Fault>,
}

impl Features {
    /// Takes the rows of `trace.toml`, and notes what is wrong with them.
    pub(super) fn new(all: Vec<Feature>) -> Self {
        let mut features = Self::default();
        let mut names = BTreeSet::new();
        for (at, feature) in all.iter().enumerate() {
            if feature.why.trim().chars().count() < A_REASON {
                features.fault(&feature.name, "does not say in `why` what is missing");
            }
            if feature.requirements.is_empty() {
                features.fault(&feature.name, "has no requirement; take it out");
            }
            if !names.insert(&feature.name) {
                features.fault(&feature.name, "stands twice");
            }
            for id in &feature.requirements {
                if features.of.insert(id.clone(), at).is_some() {
                    features.fault(id, "stands twice");
                }
            }
        }
        features.all = all;
        features
    }

    /// Every feature, as `trace.toml` has them.
    pub fn all(&self) -> &[Feature] {
        &self.all
    }

    /// The feature of a requirement.
    pub fn of(&self, id: &str) -> Option<&Feature> {
        self.of.get(id).and_then(|at| self.all.get(*at))
    }

    /// The ids with a feature.
    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        self.of.keys()
    }

    /// Rows that are wrong by themselves, and chapters that say something else than the rows.
    pub(super) fn faults_beside(&self, requirements: &[Requirement]) -> Vec<Fault> {
        let unlike = requirements.iter().filter_map(|one| {
            let feature = self.of(&one.id).map(|feature| feature.name.as_str());
            let what = match (feature, one.provisional.as_deref()) {
                (feature, said) if feature == said => return None,
                (Some(feature), _) => format!(
                    "its chapter does not say that it is provisional: below its sentence, write `{}{feature}.*`",
                    spec::PROVISIONAL
                ),
                (None, said) => format!(
                    "its chapter calls it provisional ({}) and no feature here names it",
                    said.unwrap_or_default()
                ),
            };
            Some(row("trace.toml", &one.id, &what))
        });
        self.faults.iter().cloned().chain(unlike).collect()
    }

    fn fault(&mut self, what: &str, wrong: &str) {
        self.faults.push(row("trace.toml", what, wrong));
    }
}
