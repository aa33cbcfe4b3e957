//! What Amazon's and Samsung's stores say alike: one status and two inclusive bounds.
//!
//! The status tells how an age is known and who governs, never what the age is: where bounds
//! stand beside it, they are the bracket.

use parcep_core::age::{
    AgeAssurance, AgeConsent, AgeInterval, AgeMethod, AgeOutcome, AgeSupervision, Claim, Cuts,
    DeclarantCheck, Statement,
};

use super::AdaptError;
use super::bounds::signal;
use super::members::{Loss, Members, same};

pub(super) const STATUS: &[&str] = &["userStatus"];
pub(super) const LOWER: &[&str] = &["ageLower"];
pub(super) const UPPER: &[&str] = &["ageUpper"];
pub(super) const APPROVED: &[&str] = &["mostRecentApprovalDate"];

/// The age from which both stores call somebody verified.
const ADULT: u32 = 18;

/// A status beside which a bracket may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// The store checked that the person is 18 or older.
    Verified,
    /// A parent governs the account and set the age; what is said of a change, as consent.
    Supervised(AgeConsent),
}

/// Two inclusive bounds as they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) lower: Option<u32>,
    pub(super) upper: Option<u32>,
}

impl Bounds {
    /// The half-open interval (R-AGE-054); `None` if there is no lower bound, since one that is
    /// missing is missing, not 0 (R-AGE-053).
    fn interval(self, members: &Members<'_>) -> Result<Option<AgeInterval>, AdaptError> {
        let Some(lower) = self.lower else {
            return Ok(None);
        };
        let upper = self.upper.map(|upper| upper.saturating_add(1));
        let interval = AgeInterval::new(lower, upper);
        let interval = interval.map_err(|_| members.fault(UPPER, "below the lower bound"))?;
        Ok(Some(interval))
    }

    /// Whether neither is there.
    fn none(self) -> bool {
        self.lower.is_none() && self.upper.is_none()
    }
}

/// The row of a closed list of names.
pub(super) fn named<T: Copy>(word: &str, rows: &[(&str, T)]) -> Option<T> {
    let row = rows.iter().find(|(name, _)| same(word, name));
    row.map(|(_, meaning)| *meaning)
}

/// No bracket, for this reason; bounds beside it are not read.
pub(super) fn without(outcome: AgeOutcome, bounds: Bounds, loss: &mut Loss) -> Statement {
    if !bounds.none() {
        loss.line("ageLower: bounds beside a status without a bracket are not read");
    }
    Statement::without(outcome)
}

/// What a status says with the bounds beside it.
pub(super) fn statement(
    known: Known,
    bounds: Bounds,
    members: &Members<'_>,
    gates: Option<&Cuts>,
    loss: &mut Loss,
) -> Result<Statement, AdaptError> {
    let mut interval = bounds.interval(members)?;
    if bounds.lower.is_none() && bounds.upper.is_some() {
        loss.line("ageUpper: an upper bound without a lower one is not read");
    }
    if known == Known::Verified && bounds.none() {
        loss.line("ageLower: not there; VERIFIED is said from 18 on");
        interval = AgeInterval::new(ADULT, None).ok();
    }
    let mut said = match interval {
        Some(interval) => signal(claim(known, interval, loss), gates, loss),
        None => Statement::without(AgeOutcome::AgeUnknown),
    };
    if let Known::Supervised(consent) = known {
        said.supervision = AgeSupervision::Supervised;
        said.consent = consent;
    }
    Ok(said)
}

fn claim(known: Known, interval: AgeInterval, loss: &mut Loss) -> Claim {
    match known {
        Known::Verified => {
            if interval.lower() < ADULT {
                loss.line("userStatus: VERIFIED is said from 18 on; the bounds beside it stand");
            }
            let method = AgeMethod::CheckedUndifferentiated;
            Claim::new(interval, method, AgeAssurance::Standard)
        }
        Known::Supervised(_) => Claim {
            declarant_check: DeclarantCheck::NotTold,
            ..Claim::new(interval, AgeMethod::GuardianDeclared, AgeAssurance::Basic)
        },
    }
}
