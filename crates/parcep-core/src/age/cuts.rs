//! Cut points, and making an interval coarser with them.
//!
//! ```text
//! known ── widen (estimates) ── coarsen ──▶ union of cells touched
//!                            └─ youngest ─▶ the youngest of them
//! ```

use super::{AgeError, AgeInterval};

/// Most cut points of an audience.
const MAX_CUTS: usize = 3;
/// Greatest age that may be a cut point.
const MAX_CUT: u32 = 21;
/// Years between two cut points at least.
pub(super) const GAP: u32 = 2;

/// An audience's cut points: 1 to 3 ages from 1 to 21, ascending, at least two years apart
/// (R-AGE-005).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cuts(Vec<u32>);

impl Cuts {
    /// Takes cut points.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] if they are too many, too close, or out of range.
    pub fn new(cuts: Vec<u32>) -> Result<Self, AgeError> {
        let number = (1..=MAX_CUTS).contains(&cuts.len());
        let range = cuts.iter().all(|cut| (1..=MAX_CUT).contains(cut));
        if number && range && are_apart(cuts.iter().copied()) {
            Ok(Self(cuts))
        } else {
            Err(AgeError::Malformed("cuts"))
        }
    }

    /// The cut points, ascending.
    pub fn points(&self) -> &[u32] {
        &self.0
    }
}

impl TryFrom<&[u32]> for Cuts {
    type Error = AgeError;

    fn try_from(cuts: &[u32]) -> Result<Self, AgeError> {
        // INVARIANT: what is longer is refused before it is copied.
        if cuts.len() > MAX_CUTS {
            return Err(AgeError::Malformed("cuts"));
        }
        Self::new(cuts.to_vec())
    }
}

/// Whether ascending ages are at least two years apart.
pub(super) fn are_apart(ages: impl Iterator<Item = u32> + Clone) -> bool {
    let mut pairs = ages.clone().zip(ages.skip(1));
    pairs.all(|(a, b)| b >= a.saturating_add(GAP))
}

/// A coarsened interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coarse {
    /// One cell, or the union of those that are touched.
    pub interval: AgeInterval,
    /// Whether what is known lies in that one cell.
    pub exact_cell: bool,
}

/// The union of the audience's cells that an age touches, with no other bound than a cut point
/// (R-AGE-004). It always covers the age.
///
/// Somebody who knows nothing says so and has nothing to coarsen (R-AGE-030).
pub fn coarsen(known: AgeInterval, cuts: &Cuts) -> Coarse {
    let lower = cuts.0.iter().rev().find(|cut| **cut <= known.lower());
    let lower = lower.copied().unwrap_or(0);
    let upper = known
        .upper()
        .and_then(|upper| cuts.0.iter().find(|cut| **cut >= upper))
        .copied();
    let inside = |cut: &u32| *cut > lower && upper.is_none_or(|upper| *cut < upper);
    Coarse {
        exact_cell: !cuts.0.iter().any(inside),
        interval: AgeInterval::between(lower, upper),
    }
}

/// The youngest cell that an age touches, for an audience that has to know one (R-AGE-036). It
/// need not cover the age; `exact_cell` says whether it does.
///
/// ```
/// use parcep_core::age::{AgeInterval, Cuts, youngest};
/// let told = youngest(AgeInterval::new(12, Some(18))?, &Cuts::new(vec![13, 16, 18])?);
/// assert_eq!((told.interval.upper(), told.exact_cell), (Some(13), false));
/// # Ok::<(), parcep_core::age::AgeError>(())
/// ```
pub fn youngest(known: AgeInterval, cuts: &Cuts) -> Coarse {
    let coarse = coarsen(known, cuts);
    let lower = coarse.interval.lower();
    let upper = cuts.0.iter().copied().find(|cut| *cut > lower);
    Coarse {
        interval: AgeInterval::between(lower, upper),
        ..coarse
    }
}
