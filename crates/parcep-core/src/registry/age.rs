//! Rows about age signals: outcomes of asking, and regimes.

use super::generated::{age_outcomes::AGE_OUTCOMES, regimes::REGIMES};
use parcep_proto::v1alpha1::AgeOutcome;

/// When it is worth asking again (R-AGE-032).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RetryClass {
    /// Not for this request.
    No,
    /// When the person has done something about it.
    AfterUserAction,
    /// After a pause, at most `AGE_TRIES` times in all.
    Backoff,
}

/// Which of several claims wins where they contradict each other (R-AGE-048).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConflictRule {
    /// The one with the least lower bound, of these the one with the least upper bound.
    LowestWins,
    /// The platform's, unless there is clear contrary information.
    PrimaryUnlessContrary,
}

/// Whether a bracket has to be told (R-AGE-031).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sharing {
    /// The law says so; a refusal is told as one.
    Mandatory,
    /// The person or the household decides.
    Voluntary,
}

/// An event that admits an ask before the interval is over (R-AGE-050).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ReaskEvent {
    /// An app is downloaded.
    Download,
    /// Something is bought.
    Purchase,
    /// What came with the device is launched for the first time.
    FirstLaunch,
    /// The app changed significantly.
    SignificantChange,
    /// The person opens an account with the party.
    NewAccount,
    /// The account seems to be somebody else's now.
    SuspectedTransfer,
    /// The account seems to be used outside its bracket.
    SuspectedMisuse,
    /// Another law asks for it.
    LegalDuty,
    /// Somebody says that the age is wrong.
    Correction,
}

impl ReaskEvent {
    /// Name in the registry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Purchase => "purchase",
            Self::FirstLaunch => "first_launch",
            Self::SignificantChange => "significant_change",
            Self::NewAccount => "new_account",
            Self::SuspectedTransfer => "suspected_transfer",
            Self::SuspectedMisuse => "suspected_misuse",
            Self::LegalDuty => "legal_duty",
            Self::Correction => "correction",
        }
    }
}

/// A minor for whom no parent's consent is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ConsentExemption {
    /// Emancipated, or with the disabilities of minority removed.
    Emancipated,
    /// Married.
    Married,
}

/// Whether a law holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegimeStatus {
    /// It does.
    InForce,
    /// It will, from a day on.
    Enacted,
    /// A court decides whether it does.
    Contested,
}

/// `age-outcomes.toml`: why there is a signal, or none (R-AGE-030).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeOutcomeRow {
    /// The outcome.
    pub outcome: AgeOutcome,
    /// Its name without prefix.
    pub name: &'static str,
    /// When it is worth asking again.
    pub retry: RetryClass,
    /// What it means.
    pub text: &'static str,
    /// What the party that asked does.
    pub action: &'static str,
}

/// `regimes.toml`: what a law makes of age signals. No legal advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegimeRow {
    /// Stable name, such as `us-ca`.
    pub code: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// ISO 3166-1 or ISO 3166-2 codes; empty for the default.
    pub regions: &'static [&'static str],
    /// What it rests on.
    pub law: &'static str,
    /// Whether it holds.
    pub status: RegimeStatus,
    /// First day on which it holds, `YYYY-MM-DD`.
    pub from: &'static str,
    /// Cut points of the law's categories (R-AGE-005).
    pub cuts: &'static [u32],
    /// Whether the law wants one category (R-AGE-036).
    pub one_cell: bool,
    /// Which claim wins.
    pub conflict: ConflictRule,
    /// Least whole days between two asks without an event; 0 admits one at every launch.
    pub reask_days: u32,
    /// Events that admit an ask before that.
    pub reask_on: &'static [ReaskEvent],
    /// Whether the bracket has to be told.
    pub sharing: Sharing,
    /// Age of adults, completed years.
    pub adult: u32,
    /// Whether a minor needs a parent's consent.
    pub parental_consent: bool,
    /// Minors who need none.
    pub exemptions: &'static [ConsentExemption],
    /// Whether everything in the row was read in the text of the law; if not, read it before relying on the row.
    pub sure: bool,
}

/// The row of an outcome; `None` only for `Unspecified`, which a reader takes for `AgeUnknown` (R-AGE-033).
pub fn age_outcome(outcome: AgeOutcome) -> Option<&'static AgeOutcomeRow> {
    AGE_OUTCOMES.iter().find(|row| row.outcome == outcome)
}

/// The regime with this code.
pub fn regime(code: &str) -> Option<&'static RegimeRow> {
    REGIMES.iter().find(|row| row.code == code)
}

/// The regime of a place, ISO 3166-2 or -1: that of the part, else of its country, else the default.
///
/// ```
/// use parcep_core::registry::{ConflictRule, regime_of};
/// assert_eq!(regime_of("US-CA").conflict, ConflictRule::PrimaryUnlessContrary);
/// assert_eq!(regime_of("US-NY").code, "default");
/// assert_eq!(regime_of("DE-BY").code, "eu-av");
/// ```
pub fn regime_of(region: &str) -> &'static RegimeRow {
    let country = region.split('-').next().unwrap_or(region);
    let find = |place: &str| REGIMES.iter().find(|row| row.regions.contains(&place));
    find(region)
        .or_else(|| find(country))
        .unwrap_or(&REGIMES[super::generated::regimes::DEFAULT])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_goes_before_its_country_and_that_before_the_default() {
        assert_eq!(regime_of("US-TX").code, "us-tx");
        assert_eq!(regime_of("US").code, "default");
        assert_eq!(regime_of("GB-SCT").code, "gb");
        assert_eq!(regime_of("FR").code, "eu-av");
        for nowhere in ["", "ZZ", "us-ca", "US-", "-CA"] {
            assert_eq!(regime_of(nowhere).code, "default", "{nowhere}");
        }
    }

    #[test]
    fn codes_and_outcomes_find_their_rows() {
        for row in &REGIMES {
            assert_eq!(regime(row.code), Some(row));
        }
        assert_eq!(regime("nowhere"), None);
        let outcomes = (1..40).filter_map(|n| AgeOutcome::try_from(n).ok());
        let rows: Vec<_> = outcomes.map(age_outcome).collect();
        assert_eq!(rows.len(), 11);
        assert!(rows.iter().all(Option::is_some));
        assert_eq!(age_outcome(AgeOutcome::Unspecified), None);
    }
}
