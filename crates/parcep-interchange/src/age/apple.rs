//! Apple: Declared Age Range, and what belongs to it of PermissionKit and store notices.
//!
//! The interface is Swift, so the JSON is what bridges make of it. Read are
//!
//! ```text
//! {"response": "sharing", "range": {"lowerBound": …, "upperBound": …, "ageRangeDeclaration": …}}
//! {"sharing": {"range": {…}}}   {"declinedSharing": {}}
//! {"lowerBound": …, "upperBound": …, "ageRangeDeclaration": …, "activeParentalControls": […]}
//! {"status": "SHARING", "ageLower": …, "ageUpper": …, "declarationSource": …}
//! {"error": "notAvailable"}     {"requiredRegulatoryFeatures": []}
//! ```
//!
//! A bound of Apple is one of the gates that were asked with, unless a region sets others.

use parcep_core::age::{
    AgeAssurance, AgeConsent, AgeMethod, AgeOutcome, AgeSupervision, Claim, Cuts, DeclarantCheck,
    Statement,
};

use crate::json::Json;

use super::AdaptError;
use super::bounds::{Gated, by_gates, signal};
use super::members::{Loss, Members, NO_NUMBER as NO, Rows, Word, said_error};

const RESPONSE: &[&str] = &["response", "status", "result"];
const SHARING: &[&str] = &["sharing", "shared"];
const DECLINED: &[&str] = &["declinedSharing", "sharingDeclined"];
const RANGE: &[&str] = &["range", "ageRange", "_0"];
const LOWER: &[&str] = &["lowerBound", "ageLower", "lowerAgeBound"];
const UPPER: &[&str] = &["upperBound", "ageUpper", "upperAgeBound"];
const DECLARATION: &[&str] = &["ageRangeDeclaration", "declarationSource", "source"];
const CONTROLS: &[&str] = &["activeParentalControls"];
const RAW_CONTROLS: &[&str] = &["parentControls"];
const ELIGIBLE: &[&str] = &["isEligibleForAgeFeatures", "isEligible"];
const REQUIRED: &[&str] = &["requiredRegulatoryFeatures"];
const UPDATE: &[&str] = &["significantAppUpdate", "significantChange"];
const NOTICE: &[&str] = &["notificationType"];

/// `AgeRangeService.Error`, and what bridges throw around it.
const ERRORS: &Rows<AgeOutcome> = &[
    // Also raised when the person decides not to share: why is not known.
    ("notAvailable", NO, AgeOutcome::AgeUnknown),
    ("invalidRequest", NO, AgeOutcome::InvalidRequest),
    ("invalidAccount", NO, AgeOutcome::AccountIneligible),
    ("declinedOnboarding", NO, AgeOutcome::Refused),
    ("MISSING_ENTITLEMENT", NO, AgeOutcome::InvalidRequest),
    ("NETWORK_ERROR", NO, AgeOutcome::TemporarilyUnavailable),
    ("UNSUPPORTED_PLATFORM", NO, AgeOutcome::Unsupported),
];

/// `AgeRangeService.Response`; `None` is sharing.
const RESPONSES: &Rows<Option<AgeOutcome>> = &[
    ("sharing", NO, None),
    ("shared", NO, None),
    ("declinedSharing", NO, Some(AgeOutcome::Refused)),
    ("declined", NO, Some(AgeOutcome::Refused)),
    ("notAvailable", NO, Some(AgeOutcome::AgeUnknown)),
    ("error", NO, Some(AgeOutcome::AgeUnknown)),
    // A bridge's own verdict about its highest gate, which says no more than that there is a range.
    ("verified", NO, None),
    ("supervised", NO, None),
];

/// How an age is known, and how the declaring adult was checked.
type Known = (AgeMethod, AgeAssurance, DeclarantCheck);

const fn guardian(check: DeclarantCheck) -> Known {
    // The check is of the adult: it changes neither method nor assurance (R-AGE-011).
    (AgeMethod::GuardianDeclared, AgeAssurance::Basic, check)
}

const fn person(method: AgeMethod, assurance: AgeAssurance) -> Known {
    (method, assurance, DeclarantCheck::NotSaid)
}

const UNKNOWN: Known = person(AgeMethod::NotTold, AgeAssurance::Asserted);
const CHECKED: Known = person(AgeMethod::CheckedUndifferentiated, AgeAssurance::Standard);

/// `AgeRangeDeclaration` of 26.0, 26.2 and 26.5.
#[rustfmt::skip]
pub(super) const DECLARATIONS: &Rows<Known> = &[
    ("selfDeclared", NO, person(AgeMethod::SelfDeclared, AgeAssurance::Asserted)),
    ("guardianDeclared", NO, guardian(DeclarantCheck::NotTold)),
    ("confirmed", NO, CHECKED),
    ("checkedByOtherMethod", NO, CHECKED),
    // A card implies an adult; nobody looked at an age.
    ("paymentChecked", NO, person(AgeMethod::Inferred, AgeAssurance::Standard)),
    ("governmentIDChecked", NO, person(AgeMethod::Verified, AgeAssurance::Enhanced)),
    ("guardianPaymentChecked", NO, guardian(DeclarantCheck::Payment)),
    ("guardianGovernmentIDChecked", NO, guardian(DeclarantCheck::GovId)),
    ("guardianCheckedByOtherMethod", NO, guardian(DeclarantCheck::Other)),
];

/// What a parent or guardian answered to a question of PermissionKit.
const ANSWERS: &Rows<AgeConsent> = &[
    ("approval", NO, AgeConsent::Granted),
    ("approved", NO, AgeConsent::Granted),
    ("denial", NO, AgeConsent::Denied),
    ("denied", NO, AgeConsent::Denied),
];

/// Reads one answer.
pub(super) fn read(
    mut members: Members<'_>,
    gates: Option<&Cuts>,
) -> Result<Statement, AdaptError> {
    let mut loss = Loss::default();
    let error = said_error(&mut members, ERRORS)?;
    let needless = needless(&mut members, &mut loss)?;
    let consent = consent(&mut members, &mut loss)?;
    let said = response(&mut members, &mut loss)?;
    let (claim, supervision) = match said.range {
        Some(mut range) => {
            let read = range_of(&mut range, &said.word, gates, &mut loss)?;
            range.end(&mut loss);
            read
        }
        None => range_of(&mut members, &said.word, gates, &mut loss)?,
    };
    members.end(&mut loss);

    let closed = error.or(said.closed);
    let mut statement = match (closed, claim) {
        (None, Some(claim)) => signal(claim, None, &mut loss),
        (closed, claim) => {
            if claim.is_some() {
                loss.line("lowerBound: a bound that stands beside no shared range");
            }
            Statement::without(closed.or(needless).unwrap_or(AgeOutcome::AgeUnknown))
        }
    };
    statement.supervision = supervision;
    statement.consent = consent;
    statement.loss = loss.lines();
    Ok(statement)
}

/// What the answer says before any range.
struct Said<'a> {
    /// Why nothing is shared.
    closed: Option<AgeOutcome>,
    /// The range, if it is an object of its own.
    range: Option<Members<'a>>,
    /// A status that is the declaration, as one bridge has it.
    word: Option<Known>,
}

fn response<'a>(members: &mut Members<'a>, loss: &mut Loss) -> Result<Said<'a>, AdaptError> {
    let mut said = Said {
        closed: None,
        range: members.object(RANGE)?,
        word: None,
    };
    if let Some(Json::Object(_)) = members.find(RESPONSE)? {
        let Some(mut inner) = members.object(RESPONSE)? else {
            return Ok(said);
        };
        let mut nested = response(&mut inner, loss)?;
        inner.end(loss);
        nested.range = nested.range.or(said.range);
        return Ok(nested);
    }
    if let Some(word) = members.word(RESPONSE)? {
        said.word = word.among(DECLARATIONS);
        if said.word.is_none() {
            said.closed = word
                .among(RESPONSES)
                .unwrap_or(Some(AgeOutcome::AgeUnknown));
        }
    }
    let sharing = case(members, SHARING)?;
    let declined = case(members, DECLINED)?;
    match (sharing, declined) {
        (Some(Case::On(_)), Some(Case::On(_))) => {
            return Err(members.fault(DECLINED, "beside a shared range"));
        }
        (_, Some(Case::On(_))) | (Some(Case::Off), _) => said.closed = Some(AgeOutcome::Refused),
        (Some(Case::On(Some(mut inner))), _) => {
            said.range = match inner.object(RANGE)? {
                Some(range) => {
                    inner.end(loss);
                    Some(range)
                }
                None => Some(inner),
            };
        }
        _ => {}
    }
    Ok(said)
}

/// A case of a Swift enumeration as JSON: its payload, or true or false.
enum Case<'a> {
    On(Option<Members<'a>>),
    Off,
}

fn case<'a>(members: &mut Members<'a>, names: &[&str]) -> Result<Option<Case<'a>>, AdaptError> {
    Ok(match members.find(names)? {
        None => None,
        Some(Json::Object(_)) => Some(Case::On(members.object(names)?)),
        Some(_) => members
            .flag(names)?
            .map(|on| if on { Case::On(None) } else { Case::Off }),
    })
}

/// Reads bounds, declaration and controls.
fn range_of(
    range: &mut Members<'_>,
    word: &Option<Known>,
    gates: Option<&Cuts>,
    loss: &mut Loss,
) -> Result<(Option<Claim>, AgeSupervision), AdaptError> {
    let declared = range.word(DECLARATION)?;
    let known = declared.and_then(|word| word.among(DECLARATIONS));
    let (method, assurance, declarant_check) = known.or(*word).unwrap_or(UNKNOWN);
    let supervision = supervision(range, loss)?;
    let gated = bounds(range, gates)?;
    let claim = gated.map(|gated| Claim {
        exact_cell: gated.exact,
        declarant_check,
        ..Claim::new(gated.interval, method, assurance)
    });
    Ok((claim, supervision))
}

/// The bounds by the rules of R-AGE-054; `None` if there is none, or if both say "outside".
fn bounds(range: &mut Members<'_>, gates: Option<&Cuts>) -> Result<Option<Gated>, AdaptError> {
    let (lower, upper) = (range.age(LOWER)?, range.age(UPPER)?);
    if lower.zip(upper).is_some_and(|(lower, upper)| lower > upper) {
        return Err(range.fault(UPPER, "below the lower bound"));
    }
    // A lower bound that alone is said to be nil is below the lowest gate. Nil twice is how bridges
    // write that there is no range, and absent is absent: neither makes a child (R-AGE-053).
    let said_nil = range.has(LOWER) && !range.has(UPPER);
    if lower.is_none() && upper.is_none() && !(said_nil && gates.is_some()) {
        return Ok(None);
    }
    by_gates(lower, upper, gates)
        .ok_or_else(|| range.fault(UPPER, "no range with the lower bound"))
        .map(Some)
}

fn supervision(range: &mut Members<'_>, loss: &mut Loss) -> Result<AgeSupervision, AdaptError> {
    const LIMITS: &str = "communicationLimits";
    const APPROVAL: &str = "significantAppChangeApprovalRequired";
    let listed = range.texts(CONTROLS)?.unwrap_or_default();
    let mut active = false;
    for control in &listed {
        match Word::Name(control) {
            word if word.is(LIMITS) || word.is(APPROVAL) => active = true,
            _ => loss.line("activeParentalControls: a control that is not known here"),
        }
    }
    for name in [LIMITS, APPROVAL] {
        active |= range.flag(&[name])? == Some(true);
    }
    if range.word(RAW_CONTROLS)?.is_some() {
        loss.line("parentControls: bits that are not documented");
    }
    if active {
        loss.line("activeParentalControls: which controls are set");
        return Ok(AgeSupervision::Supervised);
    }
    // Without controls it may be an adult, or an age outside of what is reported.
    Ok(AgeSupervision::NotReported)
}

/// Whether the system says that no law asks for anything here.
fn needless(members: &mut Members<'_>, loss: &mut Loss) -> Result<Option<AgeOutcome>, AdaptError> {
    let eligible = members.flag(ELIGIBLE)?;
    let required = members.texts(REQUIRED)?;
    if required
        .as_ref()
        .is_some_and(|features| !features.is_empty())
    {
        loss.line("requiredRegulatoryFeatures: what the law asks of the app");
        return Ok(None);
    }
    let needless = eligible == Some(false) || required.is_some();
    Ok(needless.then_some(AgeOutcome::NotRegulated))
}

/// The answer about a significant update, or the notice that a consent is rescinded.
fn consent(members: &mut Members<'_>, loss: &mut Loss) -> Result<AgeConsent, AdaptError> {
    let notice = members.word(NOTICE)?;
    let answer = match members.find(UPDATE)? {
        Some(Json::Object(_)) => match members.object(UPDATE)? {
            Some(mut update) => {
                let answer = update.word(&["answer", "choice"])?;
                update.end(loss);
                answer.map_or(AgeConsent::Pending, answered)
            }
            None => AgeConsent::NotReported,
        },
        Some(_) => members
            .word(UPDATE)?
            .map_or(AgeConsent::NotReported, answered),
        None => AgeConsent::NotReported,
    };
    if answer != AgeConsent::NotReported {
        loss.line("significantAppUpdate: which update it is about");
    }
    // A revocation wins over every other answer (R-AGE-045).
    let rescinded = notice.is_some_and(|notice| notice.is("RESCIND_CONSENT"));
    Ok(if rescinded {
        AgeConsent::Revoked
    } else {
        answer
    })
}

fn answered(answer: Word<'_>) -> AgeConsent {
    answer.among(ANSWERS).unwrap_or(AgeConsent::Pending)
}
