//! Windows: age range and adult verification, or consent groups.
//!
//! Two interfaces of one system, neither of which the other replaces. `GetUserAgeRangeAsync` gives
//! a range that is not verified; `GetAgeVerificationStatusAsync` tells of adulthood and of no
//! other age. `CheckUserAgeConsentGroupAsync` tests membership, and an adult is a member of Minor
//! too: included is "at least".

mod groups;

use parcep_core::age::{
    AgeAssurance, AgeClaimScope, AgeInterval, AgeMethod, AgeOutcome, Claim, Cuts, Statement,
};

use crate::json::Json;

use super::AdaptError;
use super::back::{Lines, Told, is_revoked, lost_of_people, object, sound};
use super::bounds::signal;
use super::members::{Loss, Members};
use groups::Groups;

// The names of methods and types, and short ones for bridges: the documents have no JSON.
const RANGE: &[&str] = &["ageRange", "userAgeRange", "getUserAgeRangeAsync", "range"];
const LOWER: &[&str] = &["lower", "lowerAge", "ageLower"];
const UPPER: &[&str] = &["upper", "upperAge", "ageUpper"];
const STATUS: &[&str] = &[
    "verificationStatus",
    "ageVerificationStatus",
    "userAgeVerificationStatus",
    "getAgeVerificationStatusAsync",
    "verification",
    "status",
];

/// Adulthood as Windows' groups of ages have it.
const ADULT: u32 = 18;
/// What the type can hold at most; Windows writes the first for "no bound".
const LARGEST: [i64; 3] = [i32::MAX as i64, u32::MAX as i64, i64::MAX];

/// `UserAgeVerificationStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    NotApplicable,
    TemporarilyUnavailable,
    Unverified,
    OptedOut,
    Verified,
}

const STATUSES: &[(&str, i64, Status)] = &[
    ("NotApplicable", 0, Status::NotApplicable),
    ("TemporarilyUnavailable", 1, Status::TemporarilyUnavailable),
    ("Unverified", 2, Status::Unverified),
    ("OptedOut", 3, Status::OptedOut),
    ("Verified", 4, Status::Verified),
];

/// What was said of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Range {
    Absent,
    /// Asked, and null: unknown, and no group of ages.
    Null,
    Band(AgeInterval),
}

/// Reads one answer.
pub(super) fn read(
    mut members: Members<'_>,
    gates: Option<&Cuts>,
) -> Result<Statement, AdaptError> {
    let mut loss = Loss::default();
    let status = status(&mut members, &mut loss)?;
    let range = range(&mut members, &mut loss)?;
    let groups = Groups::read(&mut members, &mut loss)?;
    let bracket = match range {
        Range::Band(band) => {
            if groups.any() {
                loss.line("consentGroups: the range beside them is used");
            }
            Some(Claim::new(band, AgeMethod::NotTold, AgeAssurance::Asserted))
        }
        Range::Absent | Range::Null => groups.claim(&members, &mut loss)?,
    };
    let mut said = match with_status(bracket, status, &mut loss) {
        Some(claim) => signal(claim, gates, &mut loss),
        None => Statement::without(silence(range, status, groups)),
    };
    members.end(&mut loss);
    said.loss = loss.lines();
    Ok(said)
}

fn status(members: &mut Members<'_>, loss: &mut Loss) -> Result<Option<Status>, AdaptError> {
    let Some(word) = members.word(STATUS)? else {
        return Ok(None);
    };
    let status = word.among(STATUSES);
    if status.is_none() {
        loss.line("verificationStatus: a value that is not known here");
    }
    Ok(status)
}

fn range(members: &mut Members<'_>, loss: &mut Loss) -> Result<Range, AdaptError> {
    if !members.has(RANGE) {
        return band(members, loss);
    }
    match members.object(RANGE)? {
        None => Ok(Range::Null),
        Some(mut inner) => {
            let band = band(&mut inner, loss)?;
            inner.end(loss);
            Ok(match band {
                Range::Absent => Range::Null,
                other => other,
            })
        }
    }
}

/// `UserAgeRange`: both bounds inclusive, and the largest number is no bound (R-AGE-054).
fn band(members: &mut Members<'_>, loss: &mut Loss) -> Result<Range, AdaptError> {
    let named = members.has(LOWER) || members.has(UPPER);
    let told = members.integer(UPPER)?;
    let upper = match told.filter(|upper| !LARGEST.contains(upper)) {
        None => None,
        Some(upper) => match u32::try_from(upper) {
            Ok(upper) if upper <= 120 => Some(upper.saturating_add(1)),
            _ => return Err(members.fault(UPPER, "not an age from 0 to 120")),
        },
    };
    let Some(lower) = members.age(LOWER)? else {
        if told.is_some() {
            loss.line("Upper: an upper bound without a lower one is not read");
        }
        return Ok(if named { Range::Null } else { Range::Absent });
    };
    let band = AgeInterval::new(lower, upper);
    let band = band.map_err(|_| members.fault(UPPER, "below the lower bound"))?;
    Ok(Range::Band(band))
}

/// Adds what the verification says: of adulthood, and nothing else (R-AGE-041).
fn with_status(claim: Option<Claim>, status: Option<Status>, loss: &mut Loss) -> Option<Claim> {
    if status != Some(Status::Verified) {
        if claim.is_some() && !matches!(status, None | Some(Status::Unverified)) {
            loss.line("verificationStatus: why there is no verification is not carried");
        }
        return claim;
    }
    let adult = AgeInterval::new(ADULT, None).ok()?;
    let Some(claim) = claim else {
        return Some(verified(adult));
    };
    if let Some(both) = claim.interval.intersect(adult) {
        return Some(verified(both));
    }
    loss.line("verificationStatus: only adults are verified, and the range is of a child");
    Some(claim)
}

fn verified(interval: AgeInterval) -> Claim {
    let method = AgeMethod::CheckedUndifferentiated;
    Claim {
        claim_scope: AgeClaimScope::AdultOnly,
        ..Claim::new(interval, method, AgeAssurance::Standard)
    }
}

/// Why there is no bracket.
fn silence(range: Range, status: Option<Status>, groups: Groups) -> AgeOutcome {
    match status {
        Some(Status::OptedOut) => AgeOutcome::Refused,
        Some(Status::TemporarilyUnavailable) => AgeOutcome::TemporarilyUnavailable,
        _ if groups.are_not_enforced() => AgeOutcome::NotRegulated,
        // Also said where the interface is switched off; then the range is null beside it.
        Some(Status::NotApplicable) if range == Range::Absent && !groups.any() => {
            AgeOutcome::NotRegulated
        }
        _ => AgeOutcome::AgeUnknown,
    }
}

/// Windows' groups of ages, `[lower, upper)`.
const CELLS: [(u32, Option<u32>); 5] = [
    (0, Some(10)),
    (10, Some(13)),
    (13, Some(16)),
    (16, Some(18)),
    (18, None),
];

/// What Windows would answer: `{"ageRange": {"Lower", "Upper"} or null, "verificationStatus"}`.
///
/// The range is the group of ages in which the whole bracket lies; a bracket that spans several is
/// null there, as no group is known. Only a claim about adulthood that was checked is `Verified`.
///
/// ```
/// use parcep_core::age::{AgeAssurance, AgeInterval, AgeMethod, Claim, Statement};
/// use parcep_interchange::{age::to_windows, json::Json};
/// let band = AgeInterval::new(13, Some(15))?;
/// let said = Statement::signal(Claim::new(band, AgeMethod::NotTold, AgeAssurance::Asserted));
/// let told = to_windows(&said);
/// let upper = told.json.member("ageRange").and_then(|range| range.member("Upper"));
/// assert_eq!(upper, Some(&Json::integer(15)));
/// assert_eq!(told.loss, ["ageRange: the group of ages around the bracket"]);
/// # Ok::<(), parcep_core::age::AgeError>(())
/// ```
#[must_use]
pub fn to_windows(said: &Statement) -> Told {
    let mut loss = Lines::new();
    let revoked = is_revoked(said, &mut loss);
    lost_of_people(said, &mut loss);
    let Some(claim) = sound(said, &mut loss) else {
        return silent(said.outcome(), revoked, loss);
    };
    let cells = CELLS
        .iter()
        .filter_map(|(low, up)| AgeInterval::new(*low, *up).ok());
    let cell = cells.into_iter().find(|cell| cell.covers(claim.interval));
    if cell.is_none() {
        loss.push("ageRange: no group of ages holds the bracket".into());
    } else if cell != Some(claim.interval) {
        loss.push("ageRange: the group of ages around the bracket".into());
    }
    let adult = is_verified_adult(claim);
    let as_said = match adult {
        true => verified(claim.interval),
        false => Claim::new(claim.interval, AgeMethod::NotTold, AgeAssurance::Asserted),
    };
    if as_said != *claim {
        loss.push("method: told is a verified adult, or nothing".into());
    }
    let status = if adult { "Verified" } else { "Unverified" };
    Told {
        json: object(vec![
            ("ageRange", cell.map_or(Json::Null, range_of)),
            ("verificationStatus", Json::text(status)),
        ]),
        loss,
    }
}

/// A group of ages with inclusive bounds.
fn range_of(cell: AgeInterval) -> Json {
    let largest = i64::from(i32::MAX);
    let last = |upper: u32| i64::from(upper).saturating_sub(1);
    let upper = cell.upper().map_or(largest, last);
    object(vec![
        ("Lower", Json::integer(cell.lower().into())),
        ("Upper", Json::integer(upper)),
    ])
}

/// No range, and why as far as Windows has a word for it.
fn silent(outcome: AgeOutcome, revoked: bool, mut loss: Lines) -> Told {
    let status = match outcome {
        AgeOutcome::Refused => "OptedOut",
        AgeOutcome::TemporarilyUnavailable => "TemporarilyUnavailable",
        AgeOutcome::NotRegulated => {
            let json = object(vec![("verificationStatus", Json::text("NotApplicable"))]);
            return Told { json, loss };
        }
        AgeOutcome::Signal if revoked => "OptedOut",
        AgeOutcome::AgeUnknown | AgeOutcome::Signal => "NotApplicable",
        _ => {
            loss.push("outcome: Windows has no word for it".into());
            "NotApplicable"
        }
    };
    let json = object(vec![
        ("ageRange", Json::Null),
        ("verificationStatus", Json::text(status)),
    ]);
    Told { json, loss }
}

fn is_verified_adult(claim: &Claim) -> bool {
    let checked = matches!(
        claim.method,
        AgeMethod::Verified | AgeMethod::CheckedUndifferentiated
    );
    checked && claim.assurance >= AgeAssurance::Standard && claim.interval.lower() >= ADULT
}
