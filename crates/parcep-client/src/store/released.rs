//! What is remembered of dependants who were released.

use super::Store;
use crate::ClientError;
use parcep_core::member::Member;
use serde::{Deserialize, Serialize};

const RELEASED: &str = "released.json";

/// A dependant who was released, and whose secrets were destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// The opaque id, hexadecimal.
    pub dependant: String,
    /// Place of the entry that left them out.
    pub entry: u64,
}

impl Store {
    /// Destroys the secrets of dependants who were left out of the constitution, and remembers where
    /// (R-PRIV-014).
    pub(crate) fn forget_released(&mut self, member: &mut Member) -> Result<(), ClientError> {
        let released = member.released();
        if released.is_empty() {
            return Ok(());
        }
        let mut rows = self.released()?;
        for dependant in released {
            member.forget(dependant);
            let dependant = dependant.to_string();
            if !rows.iter().any(|row| row.dependant == dependant) {
                let entry = member.chain().amended_at();
                rows.push(Released { dependant, entry });
            }
        }
        self.save_secrets(member.keyring())?;
        self.save_notes(member.notes())?;
        let text = serde_json::to_vec_pretty(&rows).unwrap_or_default();
        self.keep(RELEASED, &text)
    }

    /// Dependants whose secrets were destroyed here, because they were released.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn released(&self) -> Result<Vec<Released>, ClientError> {
        let Some(bytes) = self.kept(RELEASED)? else {
            return Ok(Vec::new());
        };
        serde_json::from_slice(&bytes)
            .map_err(|_| self.damaged(RELEASED, "it is no list of who was released"))
    }
}
