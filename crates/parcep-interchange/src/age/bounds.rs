//! From a platform's bounds to half-open intervals, and from these to the gates asked with.

use parcep_core::age::{AgeClaimScope, AgeInterval, Claim, Cuts, coarsen};

use super::AdaptError;
use super::members::{Loss, Members};

/// Names of a member that holds a bound.
type Names = [&'static str];

/// Reads two inclusive bounds: an upper *u* becomes *u* + 1, none is no bound (R-AGE-054).
///
/// `None` if there is no lower bound: one that is missing is missing, not 0 (R-AGE-053).
pub(super) fn inclusive(
    members: &mut Members<'_>,
    lower: &Names,
    upper: &Names,
) -> Result<Option<AgeInterval>, AdaptError> {
    let (low, high) = (members.age(lower)?, members.age(upper)?);
    let Some(low) = low else {
        return Ok(None);
    };
    // INVARIANT: both are at most 120, so that the exclusive bound is at most 121.
    let interval = AgeInterval::new(low, high.map(|years| years + 1));
    let interval = interval.map_err(|_| members.fault(upper, "below the lower bound"))?;
    Ok(Some(interval))
}

/// `[18, no bound)`: what a platform means by "verified" without bounds.
pub(super) fn adults() -> Option<AgeInterval> {
    AgeInterval::new(18, None).ok()
}

/// Makes a claim as coarse as the gates; without gates it stays.
///
/// A claim of adulthood whose lower bound falls below 18 by it becomes one about a range
/// (R-AGE-041).
pub(super) fn to_gates(claim: Claim, gates: Option<&Cuts>, loss: &mut Loss) -> Claim {
    let Some(gates) = gates else {
        return claim;
    };
    let coarse = coarsen(claim.interval, gates);
    let mut claim_scope = claim.claim_scope;
    if claim_scope == AgeClaimScope::AdultOnly
        && coarse.interval.lower() < 18
        && claim.interval.lower() >= 18
    {
        claim_scope = AgeClaimScope::Range;
        loss.line("claim_scope: adulthood is no gate");
    }
    Claim {
        interval: coarse.interval,
        exact_cell: coarse.exact_cell,
        claim_scope,
        ..claim
    }
}
