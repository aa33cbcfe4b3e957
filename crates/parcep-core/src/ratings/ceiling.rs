//! What a ceiling admits.

use std::collections::{BTreeMap, BTreeSet};

use super::{Label, LabelKind, RatingTable};
use crate::policy::{Ceiling, GuidanceLabels, Medium};

/// A ceiling, resolved against one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompiledCeiling {
    /// Least ages up to this.
    MaxAge(u8),
    /// Up to this label.
    Label {
        /// Chain of the label, unique in the table.
        chain: u16,
        /// Its rank there.
        rank: Option<u16>,
        /// Its least age.
        min_age: Option<u8>,
    },
    /// A label that the table does not know: everything under it counts as unrated, so that an
    /// old table never opens what a guardian closed.
    Unknown,
}

/// What one ceiling says about one label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CeilingVerdict {
    /// Not above the ceiling.
    Admitted,
    /// Above it, or never admitted under any.
    Above,
    /// Cannot be compared: the rule for unrated content holds.
    Unrated,
}

impl CompiledCeiling {
    /// Resolves an authored ceiling.
    #[must_use]
    pub fn resolve(ceiling: &Ceiling, table: &RatingTable) -> Self {
        match ceiling {
            Ceiling::MaxAge(age) => Self::MaxAge(age.years()),
            Ceiling::Label(name) => {
                let found = table.find(name.system(), name.label());
                match found.and_then(|label| table.label(label)) {
                    None => Self::Unknown,
                    Some(label) => Self::Label {
                        chain: label.chain_number,
                        rank: label.rank,
                        min_age: label.min_age,
                    },
                }
            }
        }
    }

    /// Whether `label` is under this ceiling (R-EVAL-013, R-EVAL-014).
    #[must_use]
    pub fn judge(&self, label: &Label, guidance: GuidanceLabels) -> CeilingVerdict {
        match label.kind {
            LabelKind::Refused => return CeilingVerdict::Above,
            LabelKind::Exempt => return CeilingVerdict::Admitted,
            LabelKind::Pending | LabelKind::Unrated => return CeilingVerdict::Unrated,
            LabelKind::Age | LabelKind::Guidance | LabelKind::AdultOnly => {}
        }
        match self {
            Self::Unknown => CeilingVerdict::Unrated,
            Self::MaxAge(age) => compare(label, Some(*age), guidance),
            Self::Label { chain, rank, .. } if *chain == label.chain_number => {
                match (label.rank, rank) {
                    (Some(rank), Some(most)) if rank <= *most => CeilingVerdict::Admitted,
                    (Some(_), Some(_)) => CeilingVerdict::Above,
                    _ => CeilingVerdict::Unrated,
                }
            }
            Self::Label { min_age, .. } => compare(label, *min_age, guidance),
        }
    }
}

fn compare(label: &Label, most: Option<u8>, guidance: GuidanceLabels) -> CeilingVerdict {
    let advice = label.kind == LabelKind::Guidance && guidance == GuidanceLabels::Ignore;
    let age = if advice { Some(0) } else { label.min_age };
    match (age, most) {
        (Some(_), Some(most)) if label.kind == LabelKind::AdultOnly && most < 18 => {
            CeilingVerdict::Above
        }
        (Some(age), Some(most)) if age <= most => CeilingVerdict::Admitted,
        (Some(_), Some(_)) => CeilingVerdict::Above,
        _ => CeilingVerdict::Unrated,
    }
}

impl RatingTable {
    /// Whether a rule about `medium` is about content with this label.
    #[must_use]
    pub fn rates(&self, label: &Label, medium: Medium) -> bool {
        self.system_of(label)
            .is_some_and(|system| system.media.contains(&medium))
    }

    /// Whether the label's system is the one of `region`, an ISO 3166-1 code.
    #[must_use]
    pub fn holds_in(&self, label: &Label, region: &str) -> bool {
        let covers = |of: &String| of == region || of.split('-').next() == Some(region);
        self.system_of(label)
            .is_some_and(|system| system.regions.iter().any(covers))
    }

    /// The label to set on a platform that speaks only this system, per chain: the greatest rank
    /// up to which every label's least age is at most `max_age`. A chain without such a label is
    /// left out, and the platform must then allow nothing rated.
    #[must_use]
    pub fn native_ceiling(&self, system_id: &str, max_age: u8) -> Vec<&Label> {
        let mut best: BTreeMap<u16, &Label> = BTreeMap::new();
        let mut closed = BTreeSet::new();
        for label in self.labels(system_id).filter(|label| label.rank.is_some()) {
            if label.min_age.is_none_or(|age| age > max_age) {
                closed.insert(label.chain_number);
            } else if !closed.contains(&label.chain_number) {
                // Labels of a chain stand in the order of their ranks.
                best.insert(label.chain_number, label);
            }
        }
        best.into_values().collect()
    }
}
