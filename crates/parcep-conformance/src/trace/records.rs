//! What people wrote down beside the chapters: `trace.toml`, `OPEN.md` and `reviewed.toml`.

use super::provisional::{Feature, Features};
use super::{Fault, FaultKind, Requirement, TraceError, folder};
use crate::spec;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Why requirements without a test have none, and which sentences were reviewed.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// Requirements that types make impossible to break.
    pub statics: BTreeMap<String, Excuse>,
    /// Requirements that no test can decide.
    pub untestable: BTreeMap<String, Excuse>,
    /// Features that are not built.
    pub provisional: Features,
    /// Requirements that have no test yet, each with the reason.
    pub open: BTreeMap<String, String>,
    /// Sentences as they were last reviewed.
    pub reviewed: Reviewed,
    /// Rows that are not as they should be, found while reading.
    pub faults: Vec<Fault>,
}

/// One row of `trace.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excuse {
    /// The requirement.
    pub id: String,
    /// For a static one: the items of the code, or the test that fails to compile.
    #[serde(default)]
    pub r#where: String,
    /// Why there is nothing to test.
    pub why: String,
}

/// The hash of each sentence as it was when somebody last held its tests against it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviewed(BTreeMap<String, String>);

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TraceToml {
    #[serde(default)]
    r#static: Vec<Excuse>,
    #[serde(default)]
    untestable: Vec<Excuse>,
    #[serde(default)]
    provisional: Vec<Feature>,
}

/// The files with rows about requirements. Whether the ids in them exist is checked row by row.
pub(super) const FILES: [&str; 3] = ["trace.toml", "OPEN.md", "reviewed.toml"];

/// A reason below this many characters is none.
pub(super) const A_REASON: usize = 15;

const ABOUT: &str = "\
# Each requirement with evidence, and the hash of its sentence when somebody last held its tests against it.
# Written by `parcep-conform trace --accept ID`: read the tests first.
";

impl Records {
    /// Reads the three files of a specification; one that is not there has no rows.
    ///
    /// # Errors
    /// If a file cannot be read, or has another shape.
    pub fn read(spec: &Path) -> Result<Self, TraceError> {
        let mut records = Self {
            reviewed: Reviewed::read(spec)?,
            ..Self::default()
        };
        records.read_excuses(&spec.join("trace.toml"))?;
        records.read_open(&spec.join("OPEN.md"))?;
        Ok(records)
    }

    /// Rows that do not fit the requirements: ids that no chapter has, reasons that are none, two
    /// rows for one id.
    pub fn faults_beside(&self, requirements: &[Requirement]) -> Vec<Fault> {
        let known: BTreeSet<&str> = requirements.iter().map(|one| one.id.as_str()).collect();
        let rows = |file, ids: Vec<&String>| -> Vec<(&'static str, String)> {
            ids.into_iter().map(|id| (file, id.clone())).collect()
        };
        let all = [
            rows("trace.toml", self.statics.keys().collect()),
            rows("trace.toml", self.untestable.keys().collect()),
            rows("trace.toml", self.provisional.ids().collect()),
            rows("OPEN.md", self.open.keys().collect()),
            rows("reviewed.toml", self.reviewed.0.keys().collect()),
        ];
        let unknown = all
            .iter()
            .flatten()
            .filter(|(_, id)| !known.contains(id.as_str()))
            .map(|(file, id)| row(file, id, "no chapter has it; take the row out"));
        let mut excused = BTreeSet::new();
        let twice = all
            .iter()
            .take(4)
            .flatten()
            .filter(|(_, id)| !excused.insert(id.clone()))
            .map(|(file, id)| row(file, id, "another row excuses it already"));
        let mut faults = self.faults.clone();
        faults.extend(self.provisional.faults_beside(requirements));
        faults.extend(unknown);
        faults.extend(twice);
        faults
    }

    fn read_excuses(&mut self, path: &Path) -> Result<(), TraceError> {
        let Some(text) = folder::read_if_there(path)? else {
            return Ok(());
        };
        let rows: TraceToml = toml::from_str(&text).map_err(|error| TraceError::Shape {
            path: path.to_owned(),
            cause: error.to_string(),
        })?;
        self.provisional = Features::new(rows.provisional);
        let kinds = [
            (rows.r#static, &mut self.statics, true),
            (rows.untestable, &mut self.untestable, false),
        ];
        for (rows, into, needs_place) in kinds {
            for excuse in rows {
                let id = excuse.id.clone();
                if excuse.why.trim().chars().count() < A_REASON {
                    let what = "gives no real reason in `why`";
                    self.faults.push(row("trace.toml", &id, what));
                }
                if needs_place && excuse.r#where.trim().is_empty() {
                    let what = "does not say in `where` which types make it impossible to break";
                    self.faults.push(row("trace.toml", &id, what));
                }
                if into.insert(id.clone(), excuse).is_some() {
                    self.faults.push(row("trace.toml", &id, "stands twice"));
                }
            }
        }
        Ok(())
    }

    fn read_open(&mut self, path: &Path) -> Result<(), TraceError> {
        let text = folder::read_if_there(path)?.unwrap_or_default();
        for line in text.lines().filter(|line| line.starts_with("| R-")) {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let reason = |why: &str| why.chars().count() >= A_REASON;
            let (id, note) = match cells.as_slice() {
                [id, theme, why] if spec::is_id(id) && !theme.is_empty() && reason(why) => {
                    (*id, format!("{theme}: {why}"))
                }
                _ => {
                    let what = "a row has the form `| R-AREA-NNN | theme | why it is open |`";
                    self.faults.push(row("OPEN.md", line, what));
                    continue;
                }
            };
            if self.open.insert(id.to_owned(), note).is_some() {
                self.faults.push(row("OPEN.md", id, "stands twice"));
            }
        }
        Ok(())
    }
}

impl Reviewed {
    /// Reads `reviewed.toml` of a specification; without one nothing was reviewed.
    ///
    /// # Errors
    /// If it cannot be read, or is no table of texts.
    pub fn read(spec: &Path) -> Result<Self, TraceError> {
        let path = spec.join("reviewed.toml");
        let text = folder::read_if_there(&path)?.unwrap_or_default();
        let rows = toml::from_str(&text).map_err(|error| TraceError::Shape {
            path,
            cause: error.to_string(),
        })?;
        Ok(Self(rows))
    }

    /// Whether there is a row for this id.
    pub fn holds(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    /// Whether the sentence is the one that was reviewed; `None` if there is no row.
    pub fn agrees(&self, requirement: &Requirement) -> Option<bool> {
        self.0
            .get(&requirement.id)
            .map(|hash| *hash == requirement.hash)
    }

    /// Ids with a row.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Notes the sentence as it stands now.
    pub fn accept(&mut self, requirement: &Requirement) {
        self.0
            .insert(requirement.id.clone(), requirement.hash.clone());
    }

    /// Takes the row of a requirement out.
    pub fn forget(&mut self, id: &str) {
        self.0.remove(id);
    }

    /// The file, sorted by id.
    pub fn to_toml(&self) -> String {
        let rows = self.0.iter();
        rows.fold(String::from(ABOUT), |text, (id, hash)| {
            text + &format!("{id} = \"{hash}\"\n")
        })
    }
}

/// A fault about one row.
pub(super) fn row(file: &str, id: &str, what: &str) -> Fault {
    Fault {
        kind: FaultKind::Row,
        requirement: spec::is_id(id).then(|| id.to_owned()),
        at: file.to_owned(),
        what: format!("{id}: {what}"),
    }
}
