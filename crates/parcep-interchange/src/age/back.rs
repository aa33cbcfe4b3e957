//! Back into the forms of Apple and Google Play, for an app that speaks one of them already.
//!
//! What is told is never narrower and never surer than the statement: where the platform has no
//! word for how an age is known, it gets none, and where it has no bracket, a wider one or none. A
//! revoked consent shares nothing (R-AGE-045). All else that does not fit is a loss.

use std::borrow::Cow;

use parcep_core::age::{
    AgeAssurance, AgeClaimScope, AgeConsent, AgeMethod, AgeOutcome, AgeSupervision, Claim, Cuts,
    DeclarantCheck, Statement, coarsen,
};

use crate::json::Json;

use super::bounds::usable;

/// An answer in a platform's form, and what it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Told {
    /// The answer.
    pub json: Json,
    /// What of the statement is not in it, each `member: what is lost`.
    pub loss: Vec<Cow<'static, str>>,
}

/// The answer of Google Play Age Signals 0.0.4, its access status beside the result.
///
/// ```
/// use parcep_core::age::{AgeAssurance, AgeInterval, AgeMethod, Claim, Statement};
/// use parcep_interchange::{age::to_play_0_0_4, json::Json};
/// let band = AgeInterval::new(13, Some(16))?;
/// let said = Statement::signal(Claim::new(band, AgeMethod::SelfDeclared, AgeAssurance::Asserted));
/// let told = to_play_0_0_4(&said);
/// assert_eq!(told.json.member("ageRangeSource"), Some(&Json::text("TIER_A")));
/// assert_eq!(told.json.member("ageUpper"), Some(&Json::integer(15)));
/// assert!(told.loss.is_empty());
/// # Ok::<(), parcep_core::age::AgeError>(())
/// ```
#[must_use]
pub fn to_play_0_0_4(said: &Statement) -> Told {
    let mut loss = Vec::new();
    let revoked = is_revoked(said, &mut loss);
    let claim = sound(said, &mut loss);
    let bounds = claim.and_then(|claim| play_bounds(claim, &mut loss));
    let claim = claim.filter(|_| bounds.is_some());
    let status = match said.outcome() {
        AgeOutcome::Signal | AgeOutcome::Refused if revoked => "NOT_SHARED",
        AgeOutcome::Signal if claim.is_some() => "SHARED",
        AgeOutcome::Refused => "NOT_SHARED",
        AgeOutcome::VerificationRequired => "VERIFICATION_REQUIRED",
        AgeOutcome::NotOwned => return play_error("APP_NOT_OWNED", said, loss),
        AgeOutcome::Unsupported => return play_error("SDK_VERSION_OUTDATED", said, loss),
        AgeOutcome::TemporarilyUnavailable => return play_error("INTERNAL_ERROR", said, loss),
        AgeOutcome::AgeUnknown | AgeOutcome::Signal => "UNSPECIFIED",
        _ => {
            loss.push(Cow::Borrowed("outcome: Google Play has no word for it"));
            "UNSPECIFIED"
        }
    };
    let (lower, upper) = bounds.unwrap_or((Json::Null, Json::Null));
    let source = claim.and_then(|claim| tier(claim, &mut loss));
    let change = change(said, &mut loss);
    if let Some(claim) = claim {
        lost_of_claim(claim, &mut loss);
    }
    let supervised = source == Some("TIER_B") || change.is_some();
    let untold = match said.supervision {
        AgeSupervision::NotReported => false,
        AgeSupervision::Supervised => !supervised,
        AgeSupervision::Unsupervised => true,
    };
    if untold {
        loss.push(Cow::Borrowed("supervision: told by tier and change alone"));
    }
    Told {
        json: object(vec![
            ("ageSignalsStatus", Json::text(status)),
            ("ageRangeSource", word(source)),
            ("ageLower", lower),
            ("ageUpper", upper),
            ("significantChangeStatus", word(change)),
            ("significantChangeApprovalDate", Json::Null),
            ("installId", Json::Null),
        ]),
        loss,
    }
}

/// The answer of Apple's Declared Age Range to these gates, with the names of 26.5.
///
/// A range that is not one cell of the gates is not told: with bounds alone it would be read as a
/// narrower one.
///
/// ```
/// use parcep_core::age::{AgeAssurance, AgeInterval, AgeMethod, Claim, Cuts, Statement};
/// use parcep_interchange::age::{Platform, adapt_json, to_apple};
/// let gates = Cuts::new(vec![13, 16, 18])?;
/// let band = AgeInterval::new(16, Some(18))?;
/// let said = Statement::signal(Claim::new(band, AgeMethod::SelfDeclared, AgeAssurance::Asserted));
/// let told = to_apple(&said, &gates);
/// assert_eq!(adapt_json(Platform::Apple, &told.json, Some(&gates))?, said);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn to_apple(said: &Statement, gates: &Cuts) -> Told {
    let mut loss = Vec::new();
    let revoked = is_revoked(said, &mut loss);
    if !matches!(said.consent, AgeConsent::NotReported | AgeConsent::Revoked) {
        loss.push(Cow::Borrowed("consent: not part of this answer"));
    }
    if said.supervision != AgeSupervision::NotReported {
        loss.push(Cow::Borrowed(
            "supervision: told by controls, which are not known",
        ));
    }
    let json = match (said.outcome(), sound(said, &mut loss)) {
        (AgeOutcome::Signal | AgeOutcome::Refused, _) if revoked => declined(),
        (_, Some(claim)) => apple_range(claim, gates, &mut loss),
        (AgeOutcome::Refused, None) => declined(),
        (AgeOutcome::NotRegulated, None) => object(vec![(
            "requiredRegulatoryFeatures",
            Json::Array(Vec::new()),
        )]),
        (AgeOutcome::InvalidRequest, None) => apple_error("invalidRequest"),
        (AgeOutcome::AccountIneligible, None) => apple_error("invalidAccount"),
        (AgeOutcome::AgeUnknown | AgeOutcome::Signal, None) => apple_error("notAvailable"),
        (_, None) => {
            loss.push(Cow::Borrowed("outcome: Apple has no word for it"));
            apple_error("notAvailable")
        }
    };
    Told { json, loss }
}

pub(super) type Lines = Vec<Cow<'static, str>>;

pub(super) fn is_revoked(said: &Statement, loss: &mut Lines) -> bool {
    let revoked = said.consent == AgeConsent::Revoked;
    if revoked {
        loss.push(Cow::Borrowed("consent: revoked is told as not shared"));
    }
    revoked
}

/// Where a platform tells an age alone: nothing of who governs or consents.
pub(super) fn lost_of_people(said: &Statement, loss: &mut Lines) {
    if said.supervision != AgeSupervision::NotReported {
        loss.push(Cow::Borrowed("supervision: not part of this answer"));
    }
    if !matches!(said.consent, AgeConsent::NotReported | AgeConsent::Revoked) {
        loss.push(Cow::Borrowed("consent: not part of this answer"));
    }
}

/// The claim that may be told: none of a revoked consent, and none that contradicts itself.
pub(super) fn sound<'a>(said: &'a Statement, loss: &mut Lines) -> Option<&'a Claim> {
    let claim = usable(said);
    if claim.is_none() && said.claim().is_some() && said.consent != AgeConsent::Revoked {
        loss.push(Cow::Borrowed("claim_scope: contradicts the lower bound"));
    }
    claim
}

/// Inclusive bounds, lower 0 to 18 and upper 2 to 18; what lies outside is told wider, and
/// nothing where that is every age.
fn play_bounds(claim: &Claim, loss: &mut Lines) -> Option<(Json, Json)> {
    let (lower, upper) = (claim.interval.lower(), claim.interval.upper());
    // INVARIANT: an upper bound is at least 1.
    let last = upper.map(|upper| upper.saturating_sub(1).max(2));
    let last = last.filter(|last| *last <= 18);
    if lower > 18 || last.map(|last| last + 1) != upper {
        loss.push(Cow::Borrowed(
            "lower and upper: told are 0 to 18 and 2 to 18",
        ));
    }
    if lower == 0 && last.is_none() {
        loss.push(Cow::Borrowed("lower and upper: every age is no signal"));
        return None;
    }
    let years = |years: u32| Json::integer(i64::from(years));
    Some((years(lower.min(18)), last.map_or(Json::Null, years)))
}

/// The tier of a way of knowing, if it is not surer than that.
fn tier(claim: &Claim, loss: &mut Lines) -> Option<&'static str> {
    use AgeMethod as M;
    let sure = claim.assurance.max(AgeAssurance::Asserted);
    let (tier, least) = match claim.method {
        M::SelfDeclared => ("TIER_A", AgeAssurance::Asserted),
        M::GuardianDeclared => ("TIER_B", AgeAssurance::Basic),
        M::Verified if sure >= AgeAssurance::Enhanced => ("TIER_D", AgeAssurance::Enhanced),
        // A card or a selfie is of this tier as well.
        M::CheckedUndifferentiated | M::Verified | M::Inferred | M::Estimated => {
            ("TIER_C", AgeAssurance::Standard)
        }
        M::NotTold => {
            surer(sure > AgeAssurance::Asserted, loss);
            return None;
        }
    };
    if sure < least {
        loss.push(Cow::Borrowed("method: every tier for it is surer"));
        return None;
    }
    surer(sure > least, loss);
    if tier == "TIER_C" && claim.method != M::CheckedUndifferentiated {
        loss.push(Cow::Borrowed("method: the tier does not say which check"));
    }
    Some(tier)
}

fn surer(is: bool, loss: &mut Lines) {
    if is {
        loss.push(Cow::Borrowed("assurance: more than the platform tells"));
    }
}

fn change(said: &Statement, loss: &mut Lines) -> Option<&'static str> {
    match said.consent {
        AgeConsent::Granted => Some("APPROVED"),
        AgeConsent::Pending => Some("PENDING"),
        AgeConsent::Denied => Some("DECLINED"),
        AgeConsent::NotRequired => {
            loss.push(Cow::Borrowed("consent: that none is required"));
            None
        }
        AgeConsent::NotReported | AgeConsent::Revoked => None,
    }
}

/// What neither platform has a member for.
fn lost_of_claim(claim: &Claim, loss: &mut Lines) {
    if !claim.exact_cell {
        loss.push(Cow::Borrowed("exact_cell: that it is no single cell"));
    }
    if claim.claim_scope == AgeClaimScope::AdultOnly {
        loss.push(Cow::Borrowed("claim_scope: that adulthood alone is known"));
    }
    let check = claim.declarant_check;
    let said = !matches!(check, DeclarantCheck::NotSaid | DeclarantCheck::NotTold);
    if said && claim.method == AgeMethod::GuardianDeclared {
        loss.push(Cow::Borrowed("declarant_check: how the adult was checked"));
    }
}

fn play_error(name: &str, said: &Statement, mut loss: Lines) -> Told {
    if said.consent != AgeConsent::NotReported || said.supervision != AgeSupervision::NotReported {
        loss.push(Cow::Borrowed(
            "consent and supervision: not beside an error",
        ));
    }
    let json = object(vec![("errorCode", Json::text(name))]);
    Told { json, loss }
}

fn apple_range(claim: &Claim, gates: &Cuts, loss: &mut Lines) -> Json {
    let coarse = coarsen(claim.interval, gates);
    if !coarse.exact_cell {
        loss.push(Cow::Borrowed("lower and upper: no cell of the gates"));
        return apple_error("notAvailable");
    }
    if coarse.interval != claim.interval {
        loss.push(Cow::Borrowed(
            "lower and upper: what is finer than the gates",
        ));
    }
    let how = declaration(claim, loss);
    lost_of_claim(
        &Claim {
            // The declaration says how the adult was checked.
            declarant_check: DeclarantCheck::NotSaid,
            ..claim.clone()
        },
        loss,
    );
    let lower = Some(coarse.interval.lower()).filter(|lower| *lower > 0);
    let years = |years: Option<u32>| years.map_or(Json::Null, |y| Json::integer(i64::from(y)));
    object(vec![
        ("response", Json::text("sharing")),
        (
            "range",
            object(vec![
                ("lowerBound", years(lower)),
                ("upperBound", years(coarse.interval.upper())),
                ("ageRangeDeclaration", word(how)),
                ("activeParentalControls", Json::Array(Vec::new())),
            ]),
        ),
    ])
}

/// The declaration of a way of knowing, if it is not surer than that.
fn declaration(claim: &Claim, loss: &mut Lines) -> Option<&'static str> {
    use AgeMethod as M;
    let sure = claim.assurance.max(AgeAssurance::Asserted);
    let (how, least) = match claim.method {
        M::SelfDeclared => ("selfDeclared", AgeAssurance::Asserted),
        M::GuardianDeclared => (
            match claim.declarant_check {
                DeclarantCheck::Payment => "guardianPaymentChecked",
                DeclarantCheck::GovId => "guardianGovernmentIDChecked",
                DeclarantCheck::Other => "guardianCheckedByOtherMethod",
                _ => "guardianDeclared",
            },
            AgeAssurance::Basic,
        ),
        // Cases that name the evidence would say more than is known.
        M::CheckedUndifferentiated | M::Verified | M::Inferred => {
            ("confirmed", AgeAssurance::Standard)
        }
        M::Estimated => {
            loss.push(Cow::Borrowed("method: Apple has no word for it"));
            return None;
        }
        M::NotTold => {
            surer(sure > AgeAssurance::Asserted, loss);
            return None;
        }
    };
    if sure < least {
        loss.push(Cow::Borrowed("method: every declaration for it is surer"));
        return None;
    }
    surer(sure > least, loss);
    if how == "confirmed" && claim.method != M::CheckedUndifferentiated {
        loss.push(Cow::Borrowed("method: confirmed does not say which check"));
    }
    if how == "guardianDeclared" && claim.declarant_check == DeclarantCheck::None {
        loss.push(Cow::Borrowed(
            "declarant_check: that the adult was not checked",
        ));
    }
    Some(how)
}

fn declined() -> Json {
    object(vec![("response", Json::text("declinedSharing"))])
}

fn apple_error(name: &str) -> Json {
    object(vec![("error", Json::text(name))])
}

fn word(word: Option<&'static str>) -> Json {
    word.map_or(Json::Null, Json::text)
}

pub(super) fn object(members: Vec<(&'static str, Json)>) -> Json {
    let named = |(name, value): (&str, Json)| (name.to_owned(), value);
    Json::Object(members.into_iter().map(named).collect())
}
