//! A threshold, answered: pass, fail or undecided (R-AGE-033 to R-AGE-035).
//!
//! Undecided is a verdict of its own. No function here makes "adult" or "child" of it; what it opens
//! or keeps is the household's to say, through [`AgeOnUnknown`].

use serde::{Serialize, Serializer};

use crate::age::{
    AgeAssurance, AgeClaimScope, AgeConsent, AgeError, AgeInterval, AgeOutcome, Statement,
};
use crate::policy::AgeOnUnknown;

/// Completed years that something needs, 1 to 120.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threshold(u32);

impl Threshold {
    /// Takes completed years.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] outside 1 to 120.
    pub fn new(years: u32) -> Result<Self, AgeError> {
        let known = (1..=120).contains(&years);
        known
            .then_some(Self(years))
            .ok_or(AgeError::Malformed("threshold"))
    }

    /// The years.
    #[must_use]
    pub const fn years(self) -> u32 {
        self.0
    }
}

/// What is known about a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The person has reached it.
    Pass,
    /// The person has not.
    Fail,
    /// Nobody knows.
    Undecided,
}

/// Why the verdict is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Because {
    /// The lower bound is at or above the threshold.
    LowerBound,
    /// The upper bound is at or below it.
    UpperBound,
    /// It lies within the bracket.
    IntervalSpansThreshold,
    /// The bracket would pass, with less assurance than was required.
    InsufficientAssurance,
    /// A claim with less assurance says younger. It opens nothing and closes no gate; it keeps a
    /// protection on (R-AGE-049).
    LowerAssuranceSaysYounger,
    /// A claim of adulthood about a minor (R-AGE-041).
    Contradictory,
    /// The consent was revoked (R-AGE-045).
    Revoked,
    /// There is no claim. Never [`AgeOutcome::Signal`].
    Outcome(AgeOutcome),
}

impl Because {
    /// The name in JSON and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LowerBound => "lower_bound",
            Self::UpperBound => "upper_bound",
            Self::IntervalSpansThreshold => "interval_spans_threshold",
            Self::InsufficientAssurance => AgeOutcome::InsufficientAssurance.name(),
            Self::LowerAssuranceSaysYounger => "lower_assurance_says_younger",
            Self::Contradictory => "contradictory",
            Self::Revoked => "revoked",
            Self::Outcome(outcome) => outcome.name(),
        }
    }
}

impl Serialize for Because {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

/// A verdict and its reason; in JSON `{"verdict": …, "reason": …}` (R-AGE-060).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[must_use]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Its reason.
    #[serde(rename = "reason")]
    pub because: Because,
}

/// What becomes of something that needs an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// Open.
    Open,
    /// Closed until a guardian was asked.
    Ask,
    /// Closed.
    Closed,
}

impl Judgement {
    /// Nobody knows, for this reason.
    pub const fn undecided(because: Because) -> Self {
        Self {
            verdict: Verdict::Undecided,
            because,
        }
    }

    /// Whether something that needs the age opens, by the household's rule (`on_unknown` of
    /// R-POL-024). Without a rule of the household give `None`: then
    /// nobody's ignorance opens it (R-AGE-035).
    #[must_use]
    pub const fn gate(self, rule: Option<AgeOnUnknown>) -> Gate {
        match (self.verdict, rule) {
            (Verdict::Pass, _) | (Verdict::Undecided, Some(AgeOnUnknown::Allow)) => Gate::Open,
            (Verdict::Undecided, Some(AgeOnUnknown::Ask)) => Gate::Ask,
            (Verdict::Fail, _) | (Verdict::Undecided, _) => Gate::Closed,
        }
    }

    /// Whether something that protects people below the age stays on: always, unless the person has
    /// certainly reached it, or nobody knows and the household's rule says to go on (R-AGE-035).
    #[must_use]
    pub const fn keeps_protection(self, rule: Option<AgeOnUnknown>) -> bool {
        !matches!(self.gate(rule), Gate::Open)
    }
}

/// Answers a threshold by a bracket and by nothing else (R-AGE-034).
///
/// ```
/// use parcep_core::age::AgeInterval;
/// use parcep_core::age::party::{Threshold, Verdict, judge_interval};
/// let told = AgeInterval::new(13, Some(16))?;
/// let verdict = |years| Threshold::new(years).map(|years| judge_interval(told, years).verdict);
/// assert_eq!(verdict(13), Ok(Verdict::Pass));
/// assert_eq!(verdict(15), Ok(Verdict::Undecided));
/// assert_eq!(verdict(16), Ok(Verdict::Fail));
/// # Ok::<(), parcep_core::age::AgeError>(())
/// ```
pub fn judge_interval(told: AgeInterval, threshold: Threshold) -> Judgement {
    let (verdict, because) = if told.lower() >= threshold.0 {
        (Verdict::Pass, Because::LowerBound)
    } else if told.upper().is_some_and(|upper| upper <= threshold.0) {
        (Verdict::Fail, Because::UpperBound)
    } else {
        (Verdict::Undecided, Because::IntervalSpansThreshold)
    };
    Judgement { verdict, because }
}

/// Answers a threshold by what a source said (R-AGE-060). How it is known, who supervises and who
/// consented do not enter, but for a consent that was revoked.
///
/// ```
/// use parcep_core::age::Statement;
/// use parcep_core::age::party::{Threshold, judge};
/// let said: Statement = serde_json::from_str(r#"{"outcome": "signal", "lower": 0, "upper": 13,
///     "method": "verified"}"#)?;
/// let judged = serde_json::to_string(&judge(&said, Threshold::new(18)?))?;
/// assert_eq!(judged, r#"{"verdict":"fail","reason":"upper_bound"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn judge(said: &Statement, threshold: Threshold) -> Judgement {
    let Some(claim) = said.claim() else {
        return Judgement::undecided(Because::Outcome(said.outcome()));
    };
    if said.consent == AgeConsent::Revoked {
        return Judgement::undecided(Because::Revoked);
    }
    if claim.claim_scope == AgeClaimScope::AdultOnly && claim.interval.lower() < 18 {
        return Judgement::undecided(Because::Contradictory);
    }
    judge_interval(claim.interval, threshold)
}

impl Judgement {
    /// The same, where something needs at least this assurance: less of it cannot open, and closes
    /// all the same (R-AGE-034).
    pub fn requiring(self, least: AgeAssurance, claimed: AgeAssurance) -> Self {
        match self.verdict {
            Verdict::Pass if !claimed.meets(least) => {
                Self::undecided(Because::InsufficientAssurance)
            }
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests;
