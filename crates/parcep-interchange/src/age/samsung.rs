//! Samsung Galaxy Store, Get Age Signals: the bundle of `getAgeSignalResult`, its keys as members.
//!
//! Ages are texts of digits in the bundle; bridges that made numbers of them are read too.

use parcep_core::age::{AgeConsent, AgeOutcome, Cuts, Statement};

use crate::json::Json;

use super::AdaptError;
use super::members::{Loss, Members};
use super::store::{APPROVED, Bounds, Known, LOWER, STATUS, UPPER, named, statement, without};

const CODE: &[&str] = &["result_code"];
const MESSAGE: &[&str] = &["result_message"];
const INSTALL: &[&str] = &["installID"];

/// Why a call failed, by a part of `result_message`.
///
/// The first is also said where no law applies; that is not concluded from it.
const FAILURES: &[(&str, AgeOutcome)] = &[
    ("not a supported method", AgeOutcome::Unsupported),
    ("not registered", AgeOutcome::AccountIneligible),
];

/// What `userStatus` says; `None` is that the age is not known.
const USERS: &[(&str, Option<Known>)] = &[
    ("VERIFIED", Some(Known::Verified)),
    (
        "SUPERVISED",
        Some(Known::Supervised(AgeConsent::NotReported)),
    ),
    (
        "SUPERVISED_APPROVAL_PENDING",
        Some(Known::Supervised(AgeConsent::Pending)),
    ),
    (
        "SUPERVISED_APPROVAL_DENIED",
        Some(Known::Supervised(AgeConsent::Denied)),
    ),
    ("UNKNOWN", None),
];

/// Reads one answer.
pub(super) fn read(
    mut members: Members<'_>,
    gates: Option<&Cuts>,
) -> Result<Statement, AdaptError> {
    let mut loss = Loss::default();
    let code = members.integer(CODE)?;
    let message = members.text(MESSAGE)?;
    let status = members.text(STATUS)?;
    let bounds = Bounds {
        lower: digits(&mut members, LOWER)?,
        upper: digits(&mut members, UPPER)?,
    };
    if members.text(APPROVED)?.is_some() {
        loss.line("mostRecentApprovalDate: the day of an approval is not carried");
    }
    if members.text(INSTALL)?.is_some() {
        loss.line("installID: an identifier of the installation is not carried");
    }
    let mut said = match user(code, message, status, &mut loss) {
        Ok(known) => statement(known, bounds, &members, gates, &mut loss)?,
        Err(outcome) => without(outcome, bounds, &mut loss),
    };
    members.end(&mut loss);
    said.loss = loss.lines();
    Ok(said)
}

/// What is said of the user, or why nothing is.
fn user(
    code: Option<i64>,
    message: Option<&str>,
    status: Option<&str>,
    loss: &mut Loss,
) -> Result<Known, AgeOutcome> {
    match code {
        Some(0) => {}
        Some(_) => return Err(failure(message, loss)),
        None if status.is_some() => loss.line("result_code: not there; read by userStatus"),
        None => return Err(failure(message, loss)),
    }
    let known = status.and_then(|word| named(word.trim(), USERS));
    match known {
        None => loss.line("userStatus: a value that is not known here"),
        Some(Some(Known::Supervised(AgeConsent::Pending | AgeConsent::Denied))) => {
            loss.line("userStatus: an approval is told as consent; of which change is not carried");
        }
        Some(_) => {}
    }
    known.flatten().ok_or(AgeOutcome::AgeUnknown)
}

fn failure(message: Option<&str>, loss: &mut Loss) -> AgeOutcome {
    let Some(message) = message else {
        return AgeOutcome::AgeUnknown;
    };
    let message = message.to_ascii_lowercase();
    let row = FAILURES.iter().find(|(part, _)| message.contains(part));
    match row {
        Some((_, outcome)) => *outcome,
        None => {
            loss.line("result_message: a reason that is not known here");
            AgeOutcome::AgeUnknown
        }
    }
}

/// An age as text of digits or as a number; a text that is empty is none.
fn digits(members: &mut Members<'_>, names: &[&str]) -> Result<Option<u32>, AdaptError> {
    let Some(Json::String(text)) = members.find(names)? else {
        return members.age(names);
    };
    if text.is_empty() {
        return Ok(None);
    }
    let plain = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    let years = text.parse().ok().filter(|years| plain && *years <= 120);
    match years {
        Some(years) => Ok(Some(years)),
        None => Err(members.fault(names, "not an age from 0 to 120")),
    }
}
