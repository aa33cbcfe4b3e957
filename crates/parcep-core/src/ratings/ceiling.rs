//! What a ceiling admits, and on whose word.

use super::{Basis, Label, LabelKind, RatingTable};
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
        /// Where that age comes from.
        basis: Basis,
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

/// A verdict, and what it rests on: nothing that was assigned or is mere advice decides silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CeilingReading {
    /// What [`CompiledCeiling::judge`] says.
    pub verdict: CeilingVerdict,
    /// What was compared.
    pub ground: Ground,
    /// The verdict rests on a least age that this table assigned, of the label or of the ceiling's,
    /// because the authority publishes none.
    pub assigned: bool,
    /// The label is advice to guardians; whether it counted is what the layer says.
    pub guidance: bool,
}

/// What a verdict compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ground {
    /// The kind of the label alone, such as `refused`.
    Kind,
    /// Ranks of one chain.
    Rank,
    /// Least ages.
    Age,
    /// Nothing: an age, a rank or the ceiling's label is missing.
    Nothing,
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
                        basis: label.basis,
                    },
                }
            }
        }
    }

    /// Whether `label` is under this ceiling (R-EVAL-013, R-EVAL-014).
    #[must_use]
    pub fn judge(&self, label: &Label, guidance: GuidanceLabels) -> CeilingVerdict {
        self.weigh(label, guidance).0
    }

    /// The same, and what it rests on. No allocation.
    ///
    /// ```
    /// use parcep_core::policy::{Ceiling, GuidanceLabels};
    /// use parcep_core::ratings::{CeilingVerdict, CompiledCeiling, RatingTable};
    /// let table = RatingTable::bundled();
    /// let ceiling = CompiledCeiling::resolve(&Ceiling::max_age(9)?, &table);
    /// let pg = table.find("mpa", "PG").and_then(|label| table.label(label)).ok_or("no label")?;
    /// let reading = ceiling.read(pg, GuidanceLabels::Count);
    /// // “Above, because this table, not the MPA, gives PG the age of 10; and PG is advice.”
    /// assert_eq!(reading.verdict, CeilingVerdict::Above);
    /// assert!(reading.assigned && reading.guidance);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn read(&self, label: &Label, guidance: GuidanceLabels) -> CeilingReading {
        let (verdict, ground) = self.weigh(label, guidance);
        let advice = label.kind == LabelKind::Guidance;
        let ignored = advice && guidance == GuidanceLabels::Ignore;
        let of_label = label.basis == Basis::Assigned && !ignored;
        let of_ceiling = matches!(
            self,
            Self::Label {
                basis: Basis::Assigned,
                ..
            }
        );
        CeilingReading {
            verdict,
            ground,
            assigned: ground == Ground::Age && (of_label || of_ceiling),
            guidance: advice,
        }
    }

    fn weigh(&self, label: &Label, guidance: GuidanceLabels) -> (CeilingVerdict, Ground) {
        match label.kind {
            LabelKind::Refused => return (CeilingVerdict::Above, Ground::Kind),
            LabelKind::Exempt => return (CeilingVerdict::Admitted, Ground::Kind),
            LabelKind::Pending | LabelKind::Unrated => {
                return (CeilingVerdict::Unrated, Ground::Kind);
            }
            LabelKind::Age | LabelKind::Guidance | LabelKind::AdultOnly => {}
        }
        match self {
            Self::Unknown => (CeilingVerdict::Unrated, Ground::Nothing),
            Self::MaxAge(age) => compare(label, Some(*age), guidance),
            Self::Label { chain, rank, .. } if *chain == label.chain_number => {
                match (label.rank, rank) {
                    (Some(rank), Some(most)) if rank <= *most => {
                        (CeilingVerdict::Admitted, Ground::Rank)
                    }
                    (Some(_), Some(_)) => (CeilingVerdict::Above, Ground::Rank),
                    _ => (CeilingVerdict::Unrated, Ground::Nothing),
                }
            }
            Self::Label { min_age, .. } => compare(label, *min_age, guidance),
        }
    }
}

fn compare(label: &Label, most: Option<u8>, guidance: GuidanceLabels) -> (CeilingVerdict, Ground) {
    let advice = label.kind == LabelKind::Guidance && guidance == GuidanceLabels::Ignore;
    let age = if advice { Some(0) } else { label.min_age };
    match (age, most) {
        (Some(_), Some(most)) if label.kind == LabelKind::AdultOnly && most < 18 => {
            (CeilingVerdict::Above, Ground::Kind)
        }
        (Some(age), Some(most)) if age <= most => (CeilingVerdict::Admitted, Ground::Age),
        (Some(_), Some(_)) => (CeilingVerdict::Above, Ground::Age),
        _ => (CeilingVerdict::Unrated, Ground::Nothing),
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
}
