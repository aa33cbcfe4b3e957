//! Who is who in a guardian's folder: the ids of the source beside the opaque ids of the log.
//! This file never leaves the folder.

use crate::failure::{Failure, Kind};
use crate::files;
use parcep_client::store::Released;
use parcep_core::hex;
use parcep_core::id::PrincipalId;
use serde::{Deserialize, Serialize};
use std::path::Path;

const NAME: &str = "people.json";
const FORMAT: &str = "parcep-people/1";

/// The children of a household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    format: String,
    /// In the order of the source.
    pub children: Vec<Child>,
}

/// One child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Child {
    /// Id in the source.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Opaque id in the log, hexadecimal.
    pub dependant: String,
}

impl People {
    /// Children with the dependants they became.
    #[must_use]
    pub fn new(children: Vec<Child>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            children,
        }
    }

    /// Reads the file of a folder; empty if there is none, as on enforcement points.
    ///
    /// # Errors
    /// If it is damaged.
    pub fn load(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(NAME);
        if !path.exists() {
            return Ok(Self::new(Vec::new()));
        }
        let damaged = || {
            let message = "it is no list of people; restore it from a backup";
            Failure::new(Kind::Input, "DAMAGED_FILE", message).in_file(path.display().to_string())
        };
        let people: Self = serde_json::from_slice(&files::read(&path)?).map_err(|_| damaged())?;
        (people.format == FORMAT)
            .then_some(people)
            .ok_or_else(damaged)
    }

    /// Drops children who were released: nothing about them is kept (R-PRIV-014).
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn forget(&mut self, released: &[Released], folder: &Path) -> Result<(), Failure> {
        let gone = |child: &Child| released.iter().any(|row| row.dependant == child.dependant);
        let before = self.children.len();
        self.children.retain(|child| !gone(child));
        if self.children.len() < before {
            self.save(folder)?;
        }
        Ok(())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn save(&self, folder: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self);
        let text = text.map_err(|e| Failure::new(Kind::Failed, "INTERNAL", e.to_string()))?;
        files::write_private(&folder.join(NAME), text.as_bytes())
    }

    /// The dependant that a child's id, name or opaque id stands for, among those who belong.
    #[must_use]
    pub fn find(&self, wanted: &str, belong: &[PrincipalId]) -> Option<PrincipalId> {
        let listed = self.children.iter().find(|child| child.id == wanted);
        let listed = listed.or_else(|| self.children.iter().find(|child| child.name == wanted));
        let opaque = listed.map_or(wanted, |child| &child.dependant);
        let bytes = hex::decode(opaque)?;
        let id = PrincipalId::try_from(bytes.as_slice()).ok()?;
        belong.contains(&id).then_some(id)
    }

    /// How to call a dependant.
    #[must_use]
    pub fn name(&self, dependant: PrincipalId) -> String {
        let id = dependant.to_string();
        let child = self.children.iter().find(|child| child.dependant == id);
        child.map_or_else(|| id.chars().take(8).collect(), |child| child.name.clone())
    }
}
