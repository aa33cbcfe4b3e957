//! The law that a party applies, as far as age signals go. The rows are data of the registry, chosen
//! by whoever applies them; they are no legal advice.

use crate::age::{AgeConsent, AgeInterval, Cuts};
use crate::registry::{RegimeRow, Sharing, regime, regime_of};

/// A regime that the party applies.
///
/// ```
/// use parcep_core::age::party::Regime;
/// assert_eq!(Regime::of("US-UT").row().code, "us-ut");
/// assert_eq!(Regime::of("ZZ"), Regime::default());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Regime(&'static RegimeRow);

/// Whether a parent's consent stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsentNeed {
    /// None is needed: the law asks for none, the person is an adult, or a minor whom it frees.
    NotNeeded,
    /// One is needed and was given.
    Given,
    /// One is needed, or may be, and was not given.
    Missing,
}

impl Regime {
    /// The regime of a place, ISO 3166-2 or -1: of the part, else of its country, else the default.
    #[must_use]
    pub fn of(region: &str) -> Self {
        Self(regime_of(region))
    }

    /// The regime with this code of the registry.
    #[must_use]
    pub fn with_code(code: &str) -> Option<Self> {
        regime(code).map(Self)
    }

    /// A row of one's own.
    #[must_use]
    pub const fn new(row: &'static RegimeRow) -> Self {
        Self(row)
    }

    /// The row.
    #[must_use]
    pub const fn row(self) -> &'static RegimeRow {
        self.0
    }

    /// The cut points of the law's own categories.
    #[must_use]
    pub fn cuts(self) -> Option<Cuts> {
        Cuts::new(self.0.cuts.to_vec()).ok()
    }

    /// Whether whoever knows the bracket has to tell it, so that a refusal is told as one
    /// (R-AGE-031).
    #[must_use]
    pub const fn sharing_is_mandatory(self) -> bool {
        matches!(self.0.sharing, Sharing::Mandatory)
    }

    /// Whether a parent's consent stands in the way of what the law is about. The bracket does not
    /// decide it alone: an emancipated minor needs none, and says so by NOT_REQUIRED (R-AGE-029).
    ///
    /// `interval` is `None` where nobody knows; then a consent may be needed.
    #[must_use]
    pub fn consent(self, interval: Option<AgeInterval>, said: AgeConsent) -> ConsentNeed {
        let adult = interval.is_some_and(|interval| interval.lower() >= self.0.adult);
        match said {
            AgeConsent::Granted => ConsentNeed::Given,
            AgeConsent::NotRequired => ConsentNeed::NotNeeded,
            // What a guardian has said counts whatever the law asks for.
            AgeConsent::Denied | AgeConsent::Revoked => ConsentNeed::Missing,
            AgeConsent::NotReported | AgeConsent::Pending => {
                if adult || !self.0.parental_consent {
                    ConsentNeed::NotNeeded
                } else {
                    ConsentNeed::Missing
                }
            }
        }
    }
}

impl Default for Regime {
    /// The regime that holds where no law does.
    fn default() -> Self {
        Self::of("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{ConflictRule, ReaskEvent};

    fn cell(lower: u32, upper: Option<u32>) -> Option<AgeInterval> {
        AgeInterval::new(lower, upper).ok()
    }

    #[test]
    fn a_part_of_a_country_has_its_own_law_and_no_place_the_default() {
        assert_eq!(
            Regime::of("US-CA").row().conflict,
            ConflictRule::PrimaryUnlessContrary
        );
        assert_eq!(Regime::of("US-UT").row().conflict, ConflictRule::LowestWins);
        assert_eq!(Regime::default().row().conflict, ConflictRule::LowestWins);
        assert_eq!(Regime::with_code("us-ut"), Some(Regime::of("US-UT")));
        assert_eq!(Regime::with_code("us-zz"), None);
        assert!(Regime::of("BR").sharing_is_mandatory());
        assert!(!Regime::default().sharing_is_mandatory());
        assert!(Regime::of("US-TX").cuts().is_some());
        assert!(
            !Regime::default()
                .row()
                .reask_on
                .contains(&ReaskEvent::FirstLaunch)
        );
    }

    /// R-AGE-029
    #[test]
    fn age_45_an_emancipated_minor_has_the_bracket_of_the_age_and_needs_no_consent() {
        let texas = Regime::of("US-TX");
        let minor = cell(16, Some(18));
        let freed = texas.consent(minor, AgeConsent::NotRequired);
        assert_eq!(freed, ConsentNeed::NotNeeded);
        assert_eq!(
            texas.consent(minor, AgeConsent::Pending),
            ConsentNeed::Missing
        );
        assert_eq!(
            texas.consent(minor, AgeConsent::NotReported),
            ConsentNeed::Missing
        );
        assert_eq!(
            texas.consent(minor, AgeConsent::Granted),
            ConsentNeed::Given
        );
    }

    /// R-AGE-033: nobody is taken for an adult because nobody knows.
    #[test]
    fn a_consent_may_be_needed_where_nobody_knows_the_age() {
        let texas = Regime::of("US-TX");
        assert_eq!(
            texas.consent(None, AgeConsent::NotReported),
            ConsentNeed::Missing
        );
        let adult = texas.consent(cell(18, None), AgeConsent::NotReported);
        assert_eq!(adult, ConsentNeed::NotNeeded);
        let none = Regime::default().consent(cell(0, Some(13)), AgeConsent::Pending);
        assert_eq!(none, ConsentNeed::NotNeeded);
        let revoked = Regime::default().consent(cell(0, Some(13)), AgeConsent::Revoked);
        assert_eq!(revoked, ConsentNeed::Missing);
    }
}
