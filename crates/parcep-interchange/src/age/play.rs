//! Google Play Age Signals, until 0.0.3 and from 0.0.4.
//!
//! Until 0.0.3 one `userStatus` says how an age is known, who supervises and what a parent
//! approved. Since 0.0.4 these are `ageRangeSource` and `significantChangeStatus`, and
//! `ageSignalsStatus` of the request before it says whether anything is shared. A tier says *how*
//! an age is known and never *what* it is: TIER_A is the weakest, and TIER_D may be a child.

use parcep_core::age::{
    AgeAssurance, AgeConsent, AgeInterval, AgeMethod, AgeOutcome, AgeSupervision, Claim, Cuts,
    DeclarantCheck, Statement,
};

use super::AdaptError;
use super::bounds::{adults, inclusive, signal};
use super::members::{Loss, Members, NO_NUMBER, Rows, Word, said_error};

// The names of the library, and those under which bridges pass the same values on.
const LOWER: &[&str] = &["ageLower", "lowerBound"];
const UPPER: &[&str] = &["ageUpper", "upperBound"];
const ACCESS: &[&str] = &["ageSignalsStatus"];
const SOURCE: &[&str] = &["ageRangeSource"];
const USER: &[&str] = &["userStatus", "androidUserStatus"];
const CHANGE: &[&str] = &["significantChangeStatus"];
const CHANGE_DATE: &[&str] = &["significantChangeApprovalDate"];
const APPROVAL_DATE: &[&str] = &["mostRecentApprovalDate"];
const INSTALL: &[&str] = &["installId"];

/// `AgeSignalsErrorCode`. Google calls all but the last two worth another try.
const ERRORS: &Rows<AgeOutcome> = &[
    ("API_NOT_AVAILABLE", -1, AgeOutcome::TemporarilyUnavailable),
    (
        "PLAY_STORE_NOT_FOUND",
        -2,
        AgeOutcome::TemporarilyUnavailable,
    ),
    ("NETWORK_ERROR", -3, AgeOutcome::TemporarilyUnavailable),
    (
        "PLAY_SERVICES_NOT_FOUND",
        -4,
        AgeOutcome::TemporarilyUnavailable,
    ),
    (
        "CANNOT_BIND_TO_SERVICE",
        -5,
        AgeOutcome::TemporarilyUnavailable,
    ),
    (
        "PLAY_STORE_VERSION_OUTDATED",
        -6,
        AgeOutcome::TemporarilyUnavailable,
    ),
    (
        "PLAY_SERVICES_VERSION_OUTDATED",
        -7,
        AgeOutcome::TemporarilyUnavailable,
    ),
    (
        "CLIENT_TRANSIENT_ERROR",
        -8,
        AgeOutcome::TemporarilyUnavailable,
    ),
    ("INTERNAL_ERROR", -100, AgeOutcome::TemporarilyUnavailable),
    ("APP_NOT_OWNED", -9, AgeOutcome::NotOwned),
    ("SDK_VERSION_OUTDATED", -10, AgeOutcome::Unsupported),
    ("UNSUPPORTED_PLATFORM", NO_NUMBER, AgeOutcome::Unsupported),
];

/// How an age is known: method, assurance, and how the declaring adult was checked.
type Known = (AgeMethod, AgeAssurance, DeclarantCheck);

const UNKNOWN_SOURCE: Known = (
    AgeMethod::NotTold,
    AgeAssurance::Asserted,
    DeclarantCheck::NotSaid,
);
const SELF: Known = (
    AgeMethod::SelfDeclared,
    AgeAssurance::Asserted,
    DeclarantCheck::NotSaid,
);
const PARENT: Known = (
    AgeMethod::GuardianDeclared,
    AgeAssurance::Basic,
    DeclarantCheck::NotTold,
);
const CHECKED: Known = (
    AgeMethod::CheckedUndifferentiated,
    AgeAssurance::Standard,
    DeclarantCheck::NotSaid,
);
const VERIFIED: Known = (
    AgeMethod::Verified,
    AgeAssurance::Enhanced,
    DeclarantCheck::NotSaid,
);

/// `ageRangeSource`; the numbers of the library are not documented, so none is read.
pub(super) const TIERS: &Rows<Known> = &[
    ("TIER_A", NO_NUMBER, SELF),
    ("TIER_B", NO_NUMBER, PARENT),
    ("TIER_C", NO_NUMBER, CHECKED),
    ("TIER_D", NO_NUMBER, VERIFIED),
];

/// `ageSignalsStatus`, if it shares nothing.
const CLOSED: &Rows<AgeOutcome> = &[
    ("NOT_SHARED", NO_NUMBER, AgeOutcome::Refused),
    (
        "VERIFICATION_REQUIRED",
        NO_NUMBER,
        AgeOutcome::VerificationRequired,
    ),
];

/// `significantChangeStatus`.
const CHANGES: &Rows<AgeConsent> = &[
    ("APPROVED", NO_NUMBER, AgeConsent::Granted),
    ("PENDING", NO_NUMBER, AgeConsent::Pending),
    ("DECLINED", NO_NUMBER, AgeConsent::Denied),
    ("UNSPECIFIED", NO_NUMBER, AgeConsent::NotReported),
];

/// `AgeSignalsVerificationStatus`, if it stands for an age: how it is known, and the consent.
const STATUSES: &Rows<(Known, AgeConsent)> = &[
    ("VERIFIED", 0, (CHECKED, AgeConsent::NotReported)),
    ("SUPERVISED", 1, (PARENT, AgeConsent::NotReported)),
    (
        "SUPERVISED_APPROVAL_PENDING",
        2,
        (PARENT, AgeConsent::Pending),
    ),
    (
        "SUPERVISED_APPROVAL_DENIED",
        3,
        (PARENT, AgeConsent::Denied),
    ),
    ("DECLARED", NO_NUMBER, (SELF, AgeConsent::NotReported)),
];

/// Reads an answer of 0.0.4, the access status beside it if a bridge passes both on.
pub(super) fn read_0_0_4(
    mut members: Members<'_>,
    gates: Option<&Cuts>,
) -> Result<Statement, AdaptError> {
    let mut loss = Loss::default();
    let error = said_error(&mut members, ERRORS)?;
    let access = members.word(ACCESS)?;
    let source = members.word(SOURCE)?;
    let change = members.word(CHANGE)?;
    let installed = members.text(INSTALL)?.is_some();
    let band = inclusive(&mut members, LOWER, UPPER)?;

    let closed = error.or_else(|| access.and_then(closed_by));
    let known = source.map_or(UNKNOWN_SOURCE, |tier| {
        tier.among(TIERS).unwrap_or(UNKNOWN_SOURCE)
    });
    let mut statement = state(closed, band, known, gates, &mut loss);
    if let Some(change) = change {
        statement.consent = change.among(CHANGES).unwrap_or(AgeConsent::Pending);
        loss.line("significantChangeStatus: which change it is about");
    }
    let parent = statement.claim().is_some() && known.0 == AgeMethod::GuardianDeclared;
    // Only supervised accounts have an install id, or a change that a parent decides.
    let decided = statement.consent != AgeConsent::NotReported;
    if parent || installed || decided {
        statement.supervision = AgeSupervision::Supervised;
    }
    date(&mut members, CHANGE_DATE, &mut loss)?;
    end(members, installed, statement, loss)
}

/// Reads an answer of 0.0.3 or before.
pub(super) fn read_0_0_3(
    mut members: Members<'_>,
    gates: Option<&Cuts>,
) -> Result<Statement, AdaptError> {
    let mut loss = Loss::default();
    let error = said_error(&mut members, ERRORS)?;
    let blank = members.has(USER);
    let status = members.word(USER)?;
    let installed = members.text(INSTALL)?.is_some();
    let band = inclusive(&mut members, LOWER, UPPER)?;
    let unbound = band.is_none() && members.age(UPPER)?.is_none();

    let row = status.and_then(|status| status.among(STATUSES));
    let (known, consent) = row.unwrap_or((UNKNOWN_SOURCE, AgeConsent::NotReported));
    let verified = known == CHECKED;
    let closed = error.or_else(|| match status {
        // A status that is there and blank: no law asks for a signal here.
        Some(word) if word.is("") || word.is("EMPTY") => Some(AgeOutcome::NotRegulated),
        None if blank && unbound => Some(AgeOutcome::NotRegulated),
        Some(_) if row.is_none() => Some(AgeOutcome::AgeUnknown),
        _ => None,
    });
    let band = if verified && unbound { adults() } else { band };
    let mut statement = state(closed, band, known, gates, &mut loss);
    statement.consent = consent;
    if known == PARENT || installed {
        statement.supervision = AgeSupervision::Supervised;
    }
    date(&mut members, APPROVAL_DATE, &mut loss)?;
    end(members, installed, statement, loss)
}

/// Why a status shares nothing; `None` if it shares.
fn closed_by(status: Word<'_>) -> Option<AgeOutcome> {
    let shared = status.is("SHARED");
    (!shared).then(|| status.among(CLOSED).unwrap_or(AgeOutcome::AgeUnknown))
}

/// A claim where nothing closes it and there is a lower bound.
fn state(
    closed: Option<AgeOutcome>,
    band: Option<AgeInterval>,
    (method, assurance, declarant_check): Known,
    gates: Option<&Cuts>,
    loss: &mut Loss,
) -> Statement {
    let (None, Some(band)) = (closed, band) else {
        if band.is_some() {
            loss.line("ageLower: a bound that stands beside no signal");
        }
        return Statement::without(closed.unwrap_or(AgeOutcome::AgeUnknown));
    };
    let claim = Claim {
        declarant_check,
        ..Claim::new(band, method, assurance)
    };
    signal(claim, gates, loss)
}

/// A date, as text or as milliseconds since 1970: known, and lost.
fn date(
    members: &mut Members<'_>,
    names: &'static [&'static str],
    loss: &mut Loss,
) -> Result<(), AdaptError> {
    if members.word(names)?.is_some() {
        loss.line("approval date: the day until which changes are approved");
    }
    Ok(())
}

fn end(
    members: Members<'_>,
    installed: bool,
    mut statement: Statement,
    mut loss: Loss,
) -> Result<Statement, AdaptError> {
    if installed {
        loss.line("installId: the handle by which revocations are listed");
    }
    members.end(&mut loss);
    statement.loss = loss.lines();
    Ok(statement)
}
