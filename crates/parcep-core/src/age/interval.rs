//! Half-open intervals of completed years, and making them coarser.

use super::AgeError;

/// Largest age that a bound may name.
const MAX_AGE: u32 = 120;

/// Ages from `lower` up to, not including, `upper`; no upper bound if `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeInterval {
    lower: u32,
    upper: Option<u32>,
}

impl AgeInterval {
    /// An interval: `lower` 0 to 120, `upper` greater than it and at most 121.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] with the bound at fault.
    pub fn new(lower: u32, upper: Option<u32>) -> Result<Self, AgeError> {
        if lower > MAX_AGE {
            return Err(AgeError::Malformed("lower_inclusive"));
        }
        if upper.is_some_and(|upper| upper <= lower || upper > MAX_AGE + 1) {
            return Err(AgeError::Malformed("upper_exclusive"));
        }
        Ok(Self { lower, upper })
    }

    /// Least age, completed years.
    pub fn lower(self) -> u32 {
        self.lower
    }

    /// First age not covered.
    pub fn upper(self) -> Option<u32> {
        self.upper
    }
}

/// An audience's cut points: 1 to 3 ages from 1 to 21, ascending, at least two years apart
/// (R-AGE-005).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cuts(Vec<u32>);

impl Cuts {
    /// Takes cut points.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] if they are too many, too close, or out of range.
    pub fn new(cuts: Vec<u32>) -> Result<Self, AgeError> {
        let number = (1..=3).contains(&cuts.len());
        let range = cuts.iter().all(|cut| (1..=21).contains(cut));
        let apart = cuts.iter().zip(cuts.iter().skip(1));
        if number && range && apart.into_iter().all(|(a, b)| *b >= a.saturating_add(2)) {
            Ok(Self(cuts))
        } else {
            Err(AgeError::Malformed("cuts"))
        }
    }
}

/// A coarsened interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coarse {
    /// The union of the cells that are touched.
    pub interval: AgeInterval,
    /// Whether it is one cell.
    pub exact_cell: bool,
}

/// The union of the audience's cells that an age touches, with no other bound than a cut point
/// (R-AGE-004). It always covers the age.
pub fn coarsen(known: AgeInterval, cuts: &Cuts) -> Coarse {
    let lower = cuts.0.iter().rev().find(|cut| **cut <= known.lower);
    let upper = known
        .upper
        .and_then(|upper| cuts.0.iter().find(|cut| **cut >= upper));
    let lower = lower.copied().unwrap_or(0);
    let inside = cuts
        .0
        .iter()
        .filter(|cut| **cut > lower && upper.is_none_or(|upper| **cut < *upper));
    Coarse {
        exact_cell: inside.count() == 0,
        interval: AgeInterval {
            lower,
            upper: upper.copied(),
        },
    }
}
