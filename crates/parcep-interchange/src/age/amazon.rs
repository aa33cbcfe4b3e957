//! Amazon Appstore, GetUserAgeData: one row of a cursor, its columns as members.
//!
//! `responseStatus` tells whether the call worked, `userStatus` what is known. An empty status of
//! a call that worked means that no law applies: no evidence of any age, and the household's own
//! rules go on (R-AGE-033).

use parcep_core::age::{AgeConsent, AgeOutcome, Cuts, Statement};

use super::AdaptError;
use super::members::{Loss, Members};
use super::store::{APPROVED, Bounds, Known, LOWER, STATUS, UPPER, named, statement, without};

const RESPONSE: &[&str] = &["responseStatus"];
const USER: &[&str] = &["userId"];

/// What `responseStatus` says; `None` is success.
const RESPONSES: &[(&str, Option<AgeOutcome>)] = &[
    ("SUCCESS", None),
    ("APP_NOT_OWNED", Some(AgeOutcome::NotOwned)),
    (
        "INTERNAL_TRANSIENT_ERROR",
        Some(AgeOutcome::TemporarilyUnavailable),
    ),
    // It lasts, so that trying again is of no use.
    ("INTERNAL_ERROR", Some(AgeOutcome::AgeUnknown)),
    ("FEATURE_NOT_SUPPORTED", Some(AgeOutcome::Unsupported)),
];

/// What `userStatus` says.
const USERS: &[(&str, User)] = &[
    ("VERIFIED", User::Known(Known::Verified)),
    (
        "SUPERVISED",
        User::Known(Known::Supervised(AgeConsent::NotReported)),
    ),
    ("CONSENT_NOT_GRANTED", User::NoConsent),
    ("UNKNOWN", User::Unknown),
    ("", User::NoLaw),
];

#[derive(Debug, Clone, Copy)]
enum User {
    Known(Known),
    NoConsent,
    NoLaw,
    Unknown,
}

/// Reads one answer.
pub(super) fn read(
    mut members: Members<'_>,
    gates: Option<&Cuts>,
) -> Result<Statement, AdaptError> {
    let mut loss = Loss::default();
    let response = members.text(RESPONSE)?;
    let status = members.text(STATUS)?;
    let bounds = Bounds {
        lower: members.age(LOWER)?,
        upper: members.age(UPPER)?,
    };
    if members.text(APPROVED)?.is_some() {
        loss.line("mostRecentApprovalDate: the day of an approval is not carried");
    }
    if members.text(USER)?.is_some() {
        loss.line("userId: an identifier of the user is not carried");
    }
    let mut said = match user(response, status, &mut loss) {
        Err(outcome) => without(outcome, bounds, &mut loss),
        Ok(User::Unknown) => without(AgeOutcome::AgeUnknown, bounds, &mut loss),
        Ok(User::NoLaw) => without(AgeOutcome::NotRegulated, bounds, &mut loss),
        Ok(User::NoConsent) => refused(bounds, &mut loss),
        Ok(User::Known(known)) => statement(known, bounds, &members, gates, &mut loss)?,
    };
    members.end(&mut loss);
    said.loss = loss.lines();
    Ok(said)
}

/// A parent does not consent, or no longer: no bracket, also if there is one beside it.
fn refused(bounds: Bounds, loss: &mut Loss) -> Statement {
    loss.line("userStatus: whether consent was refused or revoked is not told");
    let mut said = without(AgeOutcome::Refused, bounds, loss);
    said.consent = AgeConsent::Denied;
    said
}

/// What is said of the user, or why nothing is.
fn user(response: Option<&str>, status: Option<&str>, loss: &mut Loss) -> Result<User, AgeOutcome> {
    match response.map(|word| named(word, RESPONSES)) {
        Some(Some(None)) => {}
        Some(Some(Some(outcome))) => return Err(outcome),
        Some(None) => {
            loss.line("responseStatus: a value that is not known here");
            return Err(AgeOutcome::AgeUnknown);
        }
        None if status.is_some() => {
            loss.line("responseStatus: not there; read by userStatus");
        }
        None => return Err(AgeOutcome::AgeUnknown),
    }
    let user = named(status.unwrap_or_default().trim(), USERS);
    if user.is_none() {
        loss.line("userStatus: a value that is not known here");
    }
    Ok(user.unwrap_or(User::Unknown))
}
