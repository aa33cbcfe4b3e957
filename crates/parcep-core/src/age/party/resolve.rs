//! Several claims about one person, made into one (R-AGE-047 to R-AGE-049).
//!
//! ```text
//! claims ── what is over is dropped ── a verified adult sets guardians' declarations aside, with notice
//!        ── the highest assurance ── intersection ── empty? the regime's rule
//! ```

use crate::age::{AgeAssurance, AgeBinding, AgeInterval, AgeMethod, AgeOutcome, IssuerRole};
use crate::registry::{ConflictRule, RegimeRow};

use super::judge::{Because, Judgement, Threshold, Verdict, judge_interval};

/// One claim about a person, as far as it decides anything. Those of issuers come from
/// [`super::Reply::evidence`], which is to say verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// The bracket.
    pub interval: AgeInterval,
    /// How it is known.
    pub method: AgeMethod,
    /// Confidence on this protocol's own scale. One on another scale is not told (R-AGE-012).
    pub assurance: AgeAssurance,
    /// Who or what it is bound to.
    pub binding: AgeBinding,
    /// What the issuer is to the person; `None` for what the party found out itself.
    pub role: Option<IssuerRole>,
    /// Whether the party holds it as clear contrary information: it would know better than a
    /// platform.
    pub contrary: bool,
    /// Void from this instant on, seconds since the Unix epoch.
    pub not_after: i64,
}

impl Evidence {
    fn is_primary(&self) -> bool {
        matches!(self.role, Some(IssuerRole::DeviceOs | IssuerRole::AppStore))
    }

    /// Verified, present, and of age.
    fn is_present_adult(&self, adult: u32) -> bool {
        self.method == AgeMethod::Verified
            && self.binding == AgeBinding::UserAuthenticated
            && self.interval.lower() >= adult
    }

    fn is_declared_minor(&self, adult: u32) -> bool {
        let upper = self.interval.upper();
        self.method == AgeMethod::GuardianDeclared && upper.is_some_and(|upper| upper <= adult)
    }

    /// Not told counts as asserted (R-AGE-012).
    fn rank(&self) -> AgeAssurance {
        self.assurance.max(AgeAssurance::Asserted)
    }
}

/// What several claims come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Resolution {
    /// No claim is left: nobody knows.
    Unknown,
    /// One bracket.
    Known(Resolved),
    /// An adult who was verified stands against guardians who say minor. Tell both, then go on.
    NoticeDue(NoticeDue),
}

/// One bracket, and what it was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    interval: AgeInterval,
    assurance: AgeAssurance,
    agreed: bool,
    /// The least upper bound of claims with less assurance.
    younger: Option<u32>,
}

/// Supervision is not to be used against adults, and nobody is to leave it unseen: the person and
/// whoever declared the age are both told, and only then the adult counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct NoticeDue {
    before: Resolved,
    after: Resolved,
}

impl NoticeDue {
    /// What holds until both are told.
    #[must_use]
    pub const fn until_then(self) -> Resolved {
        self.before
    }

    /// Both are told, the person and who declared.
    #[must_use]
    pub const fn both_are_told(self) -> Resolved {
        self.after
    }
}

/// Makes one of several claims about one person, at `now`, seconds since the Unix epoch. Of each
/// issuer give the newest claim only: an older one is not a second opinion.
///
/// ```
/// use parcep_core::age::party::{Evidence, Regime, Threshold, Verdict, resolve};
/// use parcep_core::age::{AgeAssurance, AgeBinding, AgeInterval, AgeMethod, IssuerRole};
/// let store = Evidence {
///     interval: AgeInterval::new(16, Some(18))?,
///     method: AgeMethod::CheckedUndifferentiated,
///     assurance: AgeAssurance::Basic,
///     binding: AgeBinding::DeviceAccount,
///     role: Some(IssuerRole::AppStore),
///     contrary: false,
///     not_after: 1_900_000_000,
/// };
/// let own = Evidence { interval: AgeInterval::new(13, Some(16))?, role: None, ..store };
/// let verdict = |place| {
///     let resolved = resolve(&[store, own], Regime::of(place).row(), 1_800_000_000);
///     Ok::<_, parcep_core::age::AgeError>(resolved.judge(Threshold::new(16)?).verdict)
/// };
/// assert_eq!(verdict("US-UT")?, Verdict::Fail); // the lowest wins
/// assert_eq!(verdict("US-CA")?, Verdict::Pass); // the platform's claim is primary
/// # Ok::<(), parcep_core::age::AgeError>(())
/// ```
pub fn resolve(claims: &[Evidence], regime: &RegimeRow, now: i64) -> Resolution {
    let valid: Vec<Evidence> = { claims.iter() }
        .filter(|claim| now < claim.not_after)
        .copied()
        .collect();
    let adult = regime.adult;
    let outranks = valid.iter().any(|claim| claim.is_present_adult(adult));
    let set_aside = |claim: &Evidence| outranks && claim.is_declared_minor(adult);
    let rest: Vec<Evidence> = { valid.iter() }
        .filter(|claim| !set_aside(claim))
        .copied()
        .collect();
    match (settle(&valid, regime), settle(&rest, regime)) {
        (Some(before), Some(after)) if rest.len() < valid.len() => {
            Resolution::NoticeDue(NoticeDue { before, after })
        }
        (_, Some(resolved)) => Resolution::Known(resolved),
        (_, None) => Resolution::Unknown,
    }
}

impl Resolution {
    /// Answers a threshold for something that needs the age. While a notice is due, by what holds
    /// until then.
    pub fn judge(self, threshold: Threshold) -> Judgement {
        match self.resolved() {
            Some(resolved) => resolved.judge(threshold),
            None => Judgement::undecided(Because::Outcome(AgeOutcome::AgeUnknown)),
        }
    }

    /// Answers a threshold for a default that protects people below it: a claim with less assurance
    /// that says younger keeps it on (R-AGE-049).
    pub fn judge_default(self, threshold: Threshold) -> Judgement {
        let judged = self.judge(threshold);
        let younger = self.resolved().and_then(|resolved| resolved.younger);
        match judged.verdict {
            Verdict::Pass if younger.is_some_and(|upper| upper <= threshold.years()) => {
                Judgement::undecided(Because::LowerAssuranceSaysYounger)
            }
            _ => judged,
        }
    }

    fn resolved(self) -> Option<Resolved> {
        match self {
            Self::Unknown => None,
            Self::Known(resolved) => Some(resolved),
            Self::NoticeDue(due) => Some(due.until_then()),
        }
    }
}

impl Resolved {
    /// The bracket.
    #[must_use]
    pub const fn interval(self) -> AgeInterval {
        self.interval
    }

    /// The assurance of the claims that made it.
    #[must_use]
    pub const fn assurance(self) -> AgeAssurance {
        self.assurance
    }

    /// Whether those claims agreed; otherwise the regime's rule chose one of them.
    #[must_use]
    pub const fn agreed(self) -> bool {
        self.agreed
    }

    /// Answers a threshold for something that needs the age.
    pub fn judge(self, threshold: Threshold) -> Judgement {
        judge_interval(self.interval, threshold)
    }
}

fn settle(claims: &[Evidence], regime: &RegimeRow) -> Option<Resolved> {
    let assurance = claims.iter().map(Evidence::rank).max()?;
    let (highest, less): (Vec<_>, Vec<_>) = { claims.iter() }
        .copied()
        .partition(|claim| claim.rank() == assurance);
    let mut intervals = highest.iter().map(|claim| claim.interval);
    let first = intervals.next()?;
    let agreed = intervals.try_fold(first, AgeInterval::intersect);
    Some(Resolved {
        interval: match agreed {
            Some(interval) => interval,
            None => by_rule(&highest, regime.conflict)?,
        },
        assurance,
        agreed: agreed.is_some(),
        younger: less.iter().filter_map(|claim| claim.interval.upper()).min(),
    })
}

/// The claim that the regime's rule chooses where claims contradict each other (R-AGE-048).
fn by_rule(claims: &[Evidence], rule: ConflictRule) -> Option<AgeInterval> {
    let lowest_of = |kind: fn(&Evidence) -> bool| {
        let of_kind = claims.iter().filter(|claim| kind(claim));
        let intervals = of_kind.map(|claim| claim.interval);
        intervals.min_by_key(|interval| (interval.lower(), interval.upper().unwrap_or(u32::MAX)))
    };
    let lowest = || lowest_of(|_| true);
    match rule {
        ConflictRule::LowestWins => lowest(),
        ConflictRule::PrimaryUnlessContrary => {
            let primary = lowest_of(Evidence::is_primary);
            let contrary = lowest_of(|claim| claim.contrary).filter(|_| primary.is_some());
            contrary.or(primary).or_else(lowest)
        }
    }
}

#[cfg(test)]
mod tests;
