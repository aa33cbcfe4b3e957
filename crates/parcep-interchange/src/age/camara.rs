//! CAMARA Know Your Customer Age Verification: what a mobile operator says about one threshold.
//!
//! The answer does not repeat the threshold that it is about; it is read from `ageThreshold`
//! beside the answer or in `request`, or it is the one gate. The age is that of the contract's
//! owner, who need not be the one who holds the phone.

use parcep_core::age::{AgeAssurance, AgeInterval, AgeMethod, AgeOutcome, Claim, Cuts, Statement};

use crate::json::Json;

use super::AdaptError;
use super::back::{Lines, Told, is_revoked, lost_of_people, object, sound};
use super::bounds::signal;
use super::members::{Loss, Members};
use super::store::named;

const THRESHOLD: &[&str] = &["ageThreshold"];
const REQUEST: &[&str] = &["request"];
const RESPONSE: &[&str] = &["response"];
const CHECK: &[&str] = &["ageCheck"];
const VERIFIED: &[&str] = &["verifiedStatus"];
const SCORE: &[&str] = &["identityMatchScore"];
const LOCK: &[&str] = &["contentLock"];
const CONTROL: &[&str] = &["parentalControl"];
const CODE: &[&str] = &["code"];
const HTTP: &[&str] = &["status"];
const MESSAGE: &[&str] = &["message"];

/// The three values of `ageCheck`, `contentLock` and `parentalControl`; `None` is not available.
const ANSWERS: &[(&str, Option<bool>)] = &[
    ("true", Some(true)),
    ("false", Some(false)),
    ("not_available", None),
];

/// What the codes of errors mean; those of 401 and 403 are about the caller, not the person.
const CODES: &[(&str, AgeOutcome)] = &[
    ("INVALID_ARGUMENT", AgeOutcome::InvalidRequest),
    ("OUT_OF_RANGE", AgeOutcome::InvalidRequest),
    ("MISSING_IDENTIFIER", AgeOutcome::InvalidRequest),
    ("UNNECESSARY_IDENTIFIER", AgeOutcome::InvalidRequest),
    ("UNAUTHENTICATED", AgeOutcome::InvalidRequest),
    ("PERMISSION_DENIED", AgeOutcome::InvalidRequest),
    ("IDENTIFIER_NOT_FOUND", AgeOutcome::AccountIneligible),
    ("SERVICE_NOT_APPLICABLE", AgeOutcome::Unsupported),
    ("NOT_IMPLEMENTED", AgeOutcome::Unsupported),
];

/// Reads one answer.
pub(super) fn read(
    mut members: Members<'_>,
    gates: Option<&Cuts>,
) -> Result<Statement, AdaptError> {
    let mut loss = Loss::default();
    let threshold = threshold(&mut members, gates)?;
    let mut said = match members.object(RESPONSE)? {
        Some(mut inner) => {
            let said = answer(&mut inner, threshold, gates, &mut loss)?;
            inner.end(&mut loss);
            said
        }
        None => answer(&mut members, threshold, gates, &mut loss)?,
    };
    members.end(&mut loss);
    said.loss = loss.lines();
    Ok(said)
}

/// The threshold that was asked about. The rest of a request is the person's data and not read.
fn threshold(members: &mut Members<'_>, gates: Option<&Cuts>) -> Result<Option<u32>, AdaptError> {
    let asked = match members.object(REQUEST)? {
        Some(mut request) => request.age(THRESHOLD)?,
        None => None,
    };
    let beside = members.age(THRESHOLD)?;
    if asked.is_some() && beside.is_some() && asked != beside {
        return Err(members.fault(THRESHOLD, "another threshold than that of the request"));
    }
    let gate = gates.and_then(|gates| match gates.points() {
        [gate] => Some(*gate),
        _ => None,
    });
    Ok(asked.or(beside).or(gate))
}

fn answer(
    members: &mut Members<'_>,
    threshold: Option<u32>,
    gates: Option<&Cuts>,
    loss: &mut Loss,
) -> Result<Statement, AdaptError> {
    let failed = failure(members)?;
    let check = three(members, CHECK)?;
    let verified = members.flag(VERIFIED)?.unwrap_or(false);
    beside(members, loss)?;
    if let Some(outcome) = failed {
        return Ok(Statement::without(outcome));
    }
    let at_least = match check {
        Three::Yes => true,
        Three::No => false,
        Three::Other => {
            loss.line("ageCheck: a value that is not known here");
            return Ok(Statement::without(AgeOutcome::AgeUnknown));
        }
        Three::NotAvailable | Three::Absent => {
            return Ok(Statement::without(AgeOutcome::AgeUnknown));
        }
    };
    let Some(threshold) = threshold else {
        return Err(members.fault(THRESHOLD, "no threshold: `ageThreshold` or one gate"));
    };
    let interval = match at_least {
        true => AgeInterval::new(threshold, None),
        false => AgeInterval::new(0, Some(threshold)),
    };
    let interval = interval.map_err(|_| members.fault(CHECK, "nobody is younger than 0"))?;
    loss.line("ageCheck: the contract's owner is meant, who may not be the user");
    let claim = match verified {
        true => Claim::new(interval, AgeMethod::Verified, AgeAssurance::Standard),
        false => Claim::new(interval, AgeMethod::NotTold, AgeAssurance::Asserted),
    };
    Ok(signal(claim, gates, loss))
}

/// What an error body says; `None` if it is none.
fn failure(members: &mut Members<'_>) -> Result<Option<AgeOutcome>, AdaptError> {
    let code = members.text(CODE)?;
    let status = members.integer(HTTP)?;
    members.skip(MESSAGE);
    Ok(match (code.map(|code| named(code, CODES)), status) {
        (Some(Some(outcome)), _) => Some(outcome),
        (None, None) | (_, Some(200)) => None,
        (_, Some(status)) => Some(by_status(status)),
        (Some(None), None) => Some(AgeOutcome::AgeUnknown),
    })
}

/// What the status of HTTP says where the code says nothing.
fn by_status(status: i64) -> AgeOutcome {
    match status {
        400 | 401 | 403 => AgeOutcome::InvalidRequest,
        404 => AgeOutcome::AccountIneligible,
        501 => AgeOutcome::Unsupported,
        429 | 500..=599 => AgeOutcome::TemporarilyUnavailable,
        _ => AgeOutcome::AgeUnknown,
    }
}

/// What stands beside the answer and has no place in a statement.
fn beside(members: &mut Members<'_>, loss: &mut Loss) -> Result<(), AdaptError> {
    if let Some(score) = members.integer(SCORE)? {
        if !(0..=100).contains(&score) {
            return Err(members.fault(SCORE, "not a score from 0 to 100"));
        }
        loss.line("identityMatchScore: how well the person matches the contract is not carried");
    }
    if three(members, LOCK)? != Three::Absent {
        loss.line("contentLock: a lock of the line is not carried");
    }
    if three(members, CONTROL)? != Three::Absent {
        loss.line(
            "parentalControl: a control of the line is not supervision of the contract's owner",
        );
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Three {
    Yes,
    No,
    NotAvailable,
    Absent,
    /// A word that is none of the three.
    Other,
}

fn three(members: &mut Members<'_>, names: &[&str]) -> Result<Three, AdaptError> {
    let Some(word) = members.text(names)? else {
        return Ok(Three::Absent);
    };
    Ok(match named(word, ANSWERS) {
        Some(Some(true)) => Three::Yes,
        Some(Some(false)) => Three::No,
        Some(None) => Three::NotAvailable,
        None => Three::Other,
    })
}

/// What an operator would answer about `threshold`: `{"ageCheck", "verifiedStatus"}`, or an error.
///
/// A bracket that the threshold lies in, a revoked consent, and an outcome that has no error are
/// `not_available`. `verifiedStatus` is true only for a method that checked evidence of identity.
///
/// ```
/// use parcep_core::age::{AgeAssurance, AgeInterval, AgeMethod, Claim, Statement};
/// use parcep_interchange::{age::to_camara, json::canonical};
/// let band = AgeInterval::new(13, Some(16))?;
/// let said = Statement::signal(Claim::new(band, AgeMethod::NotTold, AgeAssurance::Asserted));
/// let told = to_camara(&said, 18);
/// assert_eq!(canonical(&told.json), r#"{"ageCheck":"false","verifiedStatus":false}"#);
/// assert_eq!(told.loss, ["lower and upper: told is one threshold"]);
/// # Ok::<(), parcep_core::age::AgeError>(())
/// ```
#[must_use]
pub fn to_camara(said: &Statement, threshold: u32) -> Told {
    let mut loss = Lines::new();
    is_revoked(said, &mut loss);
    lost_of_people(said, &mut loss);
    let Some(claim) = sound(said, &mut loss) else {
        return silent(said.outcome(), loss);
    };
    let (lower, upper) = (claim.interval.lower(), claim.interval.upper());
    let check = if lower >= threshold {
        "true"
    } else if upper.is_some_and(|upper| upper <= threshold) {
        "false"
    } else {
        "not_available"
    };
    if (lower, upper) != (threshold, None) && (lower, upper) != (0, Some(threshold)) {
        loss.push("lower and upper: told is one threshold".into());
    }
    let checked = claim.method == AgeMethod::Verified && claim.assurance >= AgeAssurance::Standard;
    let as_said = match checked {
        true => (AgeMethod::Verified, AgeAssurance::Standard),
        false => (AgeMethod::NotTold, AgeAssurance::Asserted),
    };
    if (claim.method, claim.assurance.max(AgeAssurance::Asserted)) != as_said {
        loss.push("method: told is whether a document was compared".into());
    }
    let verified = Json::Bool(checked && check != "not_available");
    Told {
        json: object(vec![
            ("ageCheck", Json::text(check)),
            ("verifiedStatus", verified),
        ]),
        loss,
    }
}

/// No answer about the age, and why as far as there is an error for it.
fn silent(outcome: AgeOutcome, mut loss: Lines) -> Told {
    let error = match outcome {
        AgeOutcome::AccountIneligible => Some((404, "IDENTIFIER_NOT_FOUND")),
        AgeOutcome::Unsupported => Some((422, "SERVICE_NOT_APPLICABLE")),
        AgeOutcome::InvalidRequest => Some((400, "INVALID_ARGUMENT")),
        AgeOutcome::TemporarilyUnavailable => Some((503, "UNAVAILABLE")),
        _ => None,
    };
    let json = match error {
        Some((status, code)) => object(vec![
            ("status", Json::integer(status)),
            ("code", Json::text(code)),
            ("message", Json::text("no answer about the age")),
        ]),
        None => {
            if !matches!(outcome, AgeOutcome::AgeUnknown | AgeOutcome::Signal) {
                loss.push("outcome: told as not available".into());
            }
            object(vec![
                ("ageCheck", Json::text("not_available")),
                ("verifiedStatus", Json::Bool(false)),
            ])
        }
    };
    Told { json, loss }
}
