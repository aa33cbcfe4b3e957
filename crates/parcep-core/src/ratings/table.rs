//! The table in memory, and looking things up in it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::codes::{Codes, SettingCodes};
use super::load::{self, RatingError};
use crate::policy::Medium;

/// A consistent set of rating systems and their labels.
#[derive(Debug)]
pub struct RatingTable {
    pub(super) version: u32,
    pub(super) fingerprint: u32,
    pub(super) systems: Vec<System>,
    pub(super) labels: Vec<Label>,
    /// Id or name of a system, in lower case.
    pub(super) by_system: HashMap<String, u16>,
    /// System, and id, label or alias in lower case.
    pub(super) by_label: HashMap<(u16, String), u16>,
    pub(super) codes: Codes,
}

/// One authority's system of labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// Id, such as `esrb`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it rates.
    pub media: Vec<Medium>,
    /// Where it holds: ISO 3166 codes, or `*` for everywhere else.
    pub regions: Vec<String>,
    /// Whether all labels stand in one chain.
    pub order: Order,
    /// Numbers of the platform for "nothing" and "everything", where it has such settings.
    pub settings: Option<SettingCodes>,
}

/// Whether the labels of a system can all be compared by rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// One chain.
    Total,
    /// Several chains; labels of different chains compare by least age.
    Partial,
}

/// One label of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Id, such as `esrb:t`.
    pub id: String,
    /// As printed, such as `Teen`.
    pub label: String,
    /// Least age in completed years, 0 to 21; absent when the label stands for none.
    pub min_age: Option<u8>,
    /// What the label means.
    pub kind: LabelKind,
    /// Chain within the system.
    pub chain: String,
    /// Place in the chain; a greater one is stricter. Absent when the label stands outside.
    pub rank: Option<u16>,
    /// Where the least age comes from.
    pub basis: Basis,
    /// The number under which the platform of the system names the label, if it has one.
    pub code: Option<u32>,
    /// Other names, without the label itself.
    pub aliases: Vec<String>,
    pub(super) system: u16,
    /// Number of the chain, unique in the table.
    pub(super) chain_number: u16,
}

/// Where the least age of a label comes from (R-EVAL-025).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// The authority publishes it, in the label or beside it.
    Published,
    /// The authority publishes none; it was assigned here, and another table may differ.
    Assigned,
    /// There is no age.
    None,
}

/// What a label means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LabelKind {
    /// A least age.
    Age,
    /// Advice to guardians; a policy says whether it counts.
    Guidance,
    /// Adults only: never below a ceiling of 18.
    AdultOnly,
    /// Refused classification: never under a ceiling.
    Refused,
    /// To be rated later: as unrated.
    Pending,
    /// Explicitly without a rating.
    Unrated,
    /// Exempt from rating: admitted.
    Exempt,
}

/// A label of one particular table. In decisions that use another table it counts as unrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LabelRef {
    pub(super) fingerprint: u32,
    pub(super) index: u16,
}

impl RatingTable {
    /// The table that ships with this library.
    #[must_use]
    pub fn bundled() -> Arc<Self> {
        static BUNDLED: OnceLock<Arc<RatingTable>> = OnceLock::new();
        let load = || {
            let parsed = Self::parse(include_bytes!("../../data/ratings.json"));
            // A test parses the same bytes, so the empty table is never seen.
            Arc::new(parsed.unwrap_or_else(|_| load::empty()))
        };
        Arc::clone(BUNDLED.get_or_init(load))
    }

    /// Reads and validates a table in the format `parcep-ratings`, version 1.
    ///
    /// # Errors
    /// Names the first thing that is wrong, and where.
    pub fn parse(bytes: &[u8]) -> Result<Self, RatingError> {
        load::parse(bytes)
    }

    /// Version of the data.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The label `label` of `system`. Both are looked up by id, name or alias, letter case ignored.
    #[must_use]
    pub fn find(&self, system: &str, label: &str) -> Option<LabelRef> {
        let system = *self.by_system.get(&system.to_ascii_lowercase())?;
        let index = *self.by_label.get(&(system, label.to_ascii_lowercase()))?;
        Some(self.reference(index))
    }

    /// The system named `system` by id or name, letter case ignored.
    #[must_use]
    pub fn system(&self, system: &str) -> Option<&System> {
        self.systems.get(usize::from(
            *self.by_system.get(&system.to_ascii_lowercase())?,
        ))
    }

    /// Every system.
    pub fn systems(&self) -> impl Iterator<Item = &System> {
        self.systems.iter()
    }

    /// Every label of the system with this id, in the table's order.
    pub fn labels<'a>(&'a self, system_id: &str) -> impl Iterator<Item = &'a Label> + use<'a> {
        let number = self
            .systems
            .iter()
            .position(|system| system.id == system_id);
        self.labels
            .iter()
            .filter(move |label| Some(usize::from(label.system)) == number)
    }

    /// Every label whose least age was assigned here because its authority publishes none: what an
    /// app shows a guardian who wants to know on whose word a ceiling rests.
    pub fn assigned(&self) -> impl Iterator<Item = &Label> {
        let assigned = |label: &&Label| label.basis == Basis::Assigned;
        self.labels.iter().filter(assigned)
    }

    /// A reference to the label with this place in the table.
    pub(super) const fn reference(&self, index: u16) -> LabelRef {
        LabelRef {
            fingerprint: self.fingerprint,
            index,
        }
    }

    /// The label behind a reference; `None` when the reference belongs to another table.
    #[must_use]
    pub fn label(&self, label: LabelRef) -> Option<&Label> {
        if label.fingerprint != self.fingerprint {
            return None;
        }
        self.labels.get(usize::from(label.index))
    }

    /// The system that a label belongs to.
    #[must_use]
    pub fn system_of(&self, label: &Label) -> Option<&System> {
        self.systems.get(usize::from(label.system))
    }
}
