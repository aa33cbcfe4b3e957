//! Half-open intervals of completed years.

use super::AgeError;

/// Largest age that a bound may name.
pub(super) const MAX_AGE: u32 = 120;

/// Ages from `lower` up to, not including, `upper`; no upper bound if `None` (R-AGE-001).
///
/// ```
/// use parcep_core::age::AgeInterval;
/// let estimate = AgeInterval::new(17, Some(18))?.widen(2);
/// assert_eq!((estimate.lower(), estimate.upper()), (15, Some(20)));
/// # Ok::<(), parcep_core::age::AgeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

    /// Between two cut points; `upper` is greater than `lower`.
    pub(super) const fn between(lower: u32, upper: Option<u32>) -> Self {
        Self { lower, upper }
    }

    /// Least age, completed years.
    pub fn lower(self) -> u32 {
        self.lower
    }

    /// First age not covered.
    pub fn upper(self) -> Option<u32> {
        self.upper
    }

    /// Whether every age of `other` is one of this.
    pub fn covers(self, other: Self) -> bool {
        let above = match (self.upper, other.upper) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(upper), Some(other)) => other <= upper,
        };
        self.lower <= other.lower && above
    }

    /// The ages that both cover; `None` if there are none.
    pub fn intersect(self, other: Self) -> Option<Self> {
        let lower = self.lower.max(other.lower);
        let upper = match (self.upper, other.upper) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let some = upper.is_none_or(|upper| lower < upper);
        some.then_some(Self { lower, upper })
    }

    /// Wider by `years` on both sides: what an estimate with this published error knows
    /// (R-AGE-040). Round the error up to whole years, and widen before coarsening.
    pub fn widen(self, years: u32) -> Self {
        let upper = self.upper.map(|upper| upper.saturating_add(years));
        Self {
            lower: self.lower.saturating_sub(years),
            upper: upper.filter(|upper| *upper <= MAX_AGE + 1),
        }
    }
}
