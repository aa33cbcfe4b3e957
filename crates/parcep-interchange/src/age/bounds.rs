//! From a platform's bounds to half-open intervals, and from these to the gates asked with.

use parcep_core::age::{
    AgeClaimScope, AgeConsent, AgeInterval, AgeOutcome, Claim, Cuts, Statement, coarsen,
};

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

/// An interval, and whether it is one cell of the gates.
pub(super) struct Gated {
    pub(super) interval: AgeInterval,
    pub(super) exact: bool,
}

/// Reads bounds that are gates, as Apple's are (R-AGE-054).
///
/// No lower bound is below the lowest gate. An upper bound that is a gate is exclusive, and one
/// just below a gate inclusive; from a gate the range goes to the next gate, for where two gates
/// are above an age, the documentation can be read as naming the highest. A bound that is no gate
/// is another region's: it is kept, in the wider reading, and the whole is no cell of these gates.
/// `None` if nothing is between the bounds.
pub(super) fn by_gates(
    lower: Option<u32>,
    upper: Option<u32>,
    gates: Option<&Cuts>,
) -> Option<Gated> {
    let points = gates.map_or(&[] as &[u32], Cuts::points);
    let is_gate = |age: u32| points.contains(&age);
    let next = |above: u32| points.iter().copied().find(|gate| *gate > above);
    let start = lower.unwrap_or(0);
    // INVARIANT: ages are at most 120, so that the exclusive bound is at most 121.
    let end = match upper {
        None if lower.is_none() => Some(next(0)?),
        None => None,
        Some(upper) if !is_gate(upper) || upper <= start => Some(upper + 1),
        Some(_) if start == 0 || is_gate(start) => next(start),
        exclusive => exclusive,
    };
    let interval = AgeInterval::new(start, end).ok()?;
    let among = (start == 0 || is_gate(start)) && end.is_none_or(is_gate);
    let exact = match gates {
        Some(gates) => among && coarsen(interval, gates).exact_cell,
        None => false,
    };
    Some(Gated { interval, exact })
}

/// A statement of this claim, as coarse as the gates.
///
/// A bracket of every age says nothing: the age is unknown, for its youngest cell would make a
/// child of anybody (R-AGE-030).
pub(super) fn signal(claim: Claim, gates: Option<&Cuts>, loss: &mut Loss) -> Statement {
    if claim.interval.lower() == 0 && claim.interval.upper().is_none() {
        loss.line("lower: a bracket of every age says nothing");
        return Statement::without(AgeOutcome::AgeUnknown);
    }
    Statement::signal(to_gates(claim, gates, loss))
}

/// Makes a claim as coarse as the gates; without gates it stays.
///
/// A claim of adulthood whose lower bound falls below 18 by it becomes one about a range
/// (R-AGE-041).
fn to_gates(claim: Claim, gates: Option<&Cuts>, loss: &mut Loss) -> Claim {
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

/// The claim that may be passed on: none of a consent that was revoked, and none that contradicts
/// itself (R-AGE-045, R-AGE-041).
pub(super) fn usable(said: &Statement) -> Option<&Claim> {
    let sound =
        |claim: &&Claim| claim.claim_scope == AgeClaimScope::Range || claim.interval.lower() >= 18;
    let claim = said.claim().filter(sound);
    claim.filter(|_| said.consent != AgeConsent::Revoked)
}
