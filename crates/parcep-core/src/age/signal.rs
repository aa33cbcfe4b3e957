//! The signed signal: issued over exact bytes, verified before it is parsed.
//!
//! ```text
//! AgeSignal ── issue ──▶ SignedAgeSignal ── verify (R-AGE-003) ──▶ AgeSignal ──▶ replay memory
//! ```

use std::collections::BTreeSet;

use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

use super::request::is_jurisdiction;
use super::trusted::{Trusted, key_id};
use super::{
    AgeAssurance, AgeAssuranceScheme, AgeBasis, AgeBinding, AgeChange, AgeChangeState,
    AgeClaimScope, AgeConsent, AgeControl, AgeError, AgeEstablished, AgeHandle, AgeInterval,
    AgeMethod, AgePurpose, AgeSupervision, Coarse, DeclarantCheck, Once,
};
use crate::crypto::{SigningKey, Transcript, label};

/// Issue times are rounded down to a whole day, so that they identify nobody.
const BUCKET: i64 = 86_400;
/// Longest validity: 366 days after the issue day.
const MAX_VALIDITY: i64 = crate::registry::constants::AGE_SIGNAL_LIFE;
/// Largest encoded signal or presentation that is looked at.
pub(super) const MAX_BYTES: usize = 2048;
/// Least age of a claim of adulthood.
const ADULT: u32 = 18;
/// Most controls of a signal, and most earlier changes of a bundle.
const MAX_LIST: usize = 16;

/// What is said about one person to one audience.
///
/// A signal and a presented token both verify to it. [`AgeSignal::new`] gives one with a bracket and
/// nothing else told; set the rest before [`issue`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeSignal {
    /// The age.
    pub interval: AgeInterval,
    /// Whether it is exactly one cell of the audience's cut points.
    pub exact_cell: bool,
    /// What it is about.
    pub claim_scope: AgeClaimScope,
    /// How it is known.
    pub method: AgeMethod,
    /// How the declaring adult was checked.
    pub declarant_check: DeclarantCheck,
    /// Confidence claimed.
    pub assurance: AgeAssurance,
    /// On whose scale.
    pub assurance_scheme: AgeAssuranceScheme,
    /// Who or what it is bound to.
    pub binding: AgeBinding,
    /// How old the check is.
    pub established: AgeEstablished,
    /// Who may use it, 1 to 255 bytes.
    pub audience: String,
    /// What for.
    pub purpose: AgePurpose,
    /// The audience's challenge, 16 to 64 bytes.
    pub nonce: Option<Vec<u8>>,
    /// Issue day, seconds since the Unix epoch at 00:00 UTC; [`issue`] rounds it down. Of a token
    /// the Monday.
    pub issued_bucket: i64,
    /// Void from this instant on, seconds since the Unix epoch.
    pub not_after: i64,
    /// What makes it one of a kind: a random id, or the holder key of a token.
    pub once: Once,
    /// ISO 3166-1 or 3166-2, or empty.
    pub jurisdiction: String,
    /// Why that jurisdiction.
    pub basis: AgeBasis,
    /// Who answers for the person.
    pub guardianship: Guardianship,
}

/// Who answers for a person; silent for every gate and every adult (R-AGE-029).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guardianship {
    /// Whether a guardian governs the account.
    pub supervision: AgeSupervision,
    /// Limits that are set.
    pub controls: BTreeSet<AgeControl>,
    /// What a guardian said to this audience.
    pub consent: AgeConsent,
    /// What became of changes that the audience announced.
    pub change: Option<AgeChange>,
    /// By which the audience learns of a revocation.
    pub handle: Option<AgeHandle>,
}

/// What a relying party requires.
#[derive(Debug, Clone, Copy)]
pub struct Expectation<'a> {
    /// Issuers it trusts.
    pub issuers: Trusted<'a>,
    /// Itself.
    pub audience: &'a str,
    /// What it asked for the signal for (R-AGE-016).
    pub purpose: AgePurpose,
    /// The challenge it gave, if it gave one.
    pub nonce: Option<&'a [u8]>,
    /// Now, seconds since the Unix epoch.
    pub now: i64,
}

impl AgeSignal {
    /// Tells a bracket to an audience and nothing else, for no time yet.
    pub fn new(told: Coarse, audience: impl Into<String>, purpose: AgePurpose) -> Self {
        Self {
            interval: told.interval,
            exact_cell: told.exact_cell,
            claim_scope: AgeClaimScope::Range,
            method: AgeMethod::NotTold,
            declarant_check: DeclarantCheck::NotSaid,
            assurance: AgeAssurance::NotTold,
            assurance_scheme: AgeAssuranceScheme::Parcep,
            binding: AgeBinding::NotTold,
            established: AgeEstablished::NotTold,
            audience: audience.into(),
            purpose,
            nonce: None,
            issued_bucket: 0,
            not_after: 0,
            once: Once::Signal([0; 16]),
            jurisdiction: String::new(),
            basis: AgeBasis::NotTold,
            guardianship: Guardianship::default(),
        }
    }
}

/// Signs a signal and returns the bytes of a `SignedAgeSignal` (R-AGE-002).
///
/// An issuer that answers requests has [`super::Issuer`], which tells no more than is asked.
///
/// # Errors
/// [`AgeError::Malformed`] with the field at fault.
pub fn issue(signal: &AgeSignal, key: &SigningKey) -> Result<Vec<u8>, AgeError> {
    Ok(sign(signal, key)?.encode_to_vec())
}

pub(super) fn sign(signal: &AgeSignal, key: &SigningKey) -> Result<pb::SignedAgeSignal, AgeError> {
    let Once::Signal(token_id) = signal.once else {
        return Err(AgeError::Malformed("token_id"));
    };
    let wire = wire_of(signal, token_id);
    AgeSignal::try_from(wire.clone())?;
    let bytes = wire.encode_to_vec();
    let signature = key.sign(&signed_bytes(&bytes));
    Ok(pb::SignedAgeSignal {
        signal: bytes,
        issuer_key_id: key_id(&key.public()).0.to_vec(),
        signature: signature.to_vec(),
    })
}

/// Verifies a `SignedAgeSignal`: size, issuer, signature, then shape, the days of the issuer's key,
/// audience and purpose, challenge and time (R-AGE-003). Whether it comes again is for the [`super::ReplayMemory`] to say, last.
///
/// # Errors
/// The first of these that fails.
pub fn verify(bytes: &[u8], expected: Expectation<'_>) -> Result<AgeSignal, AgeError> {
    if bytes.len() > MAX_BYTES {
        return Err(AgeError::Malformed("signal"));
    }
    let signed = pb::SignedAgeSignal::decode(bytes).map_err(|_| AgeError::Malformed("signal"))?;
    let issuer = expected.issuers.key(&signed.issuer_key_id)?;
    issuer.verify(&signed_bytes(&signed.signal), &signed.signature)?;
    let signal = pb::AgeSignal::decode(signed.signal.as_slice())
        .map_err(|_| AgeError::Malformed("signal"))?;
    let signal = AgeSignal::try_from(signal)?;
    let id = &signed.issuer_key_id;
    expected.issuers.holds_for(id, signal.issued_bucket)?;
    expected.holds_of(&signal)?;
    Ok(signal)
}

impl Expectation<'_> {
    /// Audience, purpose, challenge, time, in this order.
    pub(super) fn holds_of(&self, signal: &AgeSignal) -> Result<(), AgeError> {
        if signal.audience != self.audience || signal.purpose != self.purpose {
            return Err(AgeError::WrongAudience);
        }
        if signal.nonce.as_deref() != self.nonce {
            return Err(AgeError::WrongNonce);
        }
        let in_time = (signal.issued_bucket..signal.not_after).contains(&self.now);
        in_time.then_some(()).ok_or(AgeError::Expired)
    }
}

/// Bounds, and what they are about (R-AGE-001, R-AGE-041).
pub(super) fn bracket(
    lower: Option<u32>,
    upper: Option<u32>,
    scope: i32,
) -> Result<(AgeInterval, AgeClaimScope), AgeError> {
    let lower = lower.ok_or(AgeError::Malformed("lower_inclusive"))?;
    let interval = AgeInterval::new(lower, upper)?;
    let scope = AgeClaimScope::read(scope);
    let scope = scope.filter(|scope| *scope == AgeClaimScope::Range || lower >= ADULT);
    Ok((interval, scope.ok_or(AgeError::Malformed("claim_scope"))?))
}

/// Goes on if every row holds.
pub(super) fn all_hold(checks: &[(&'static str, bool)]) -> Result<(), AgeError> {
    match checks.iter().find(|(_, holds)| !holds) {
        Some((field, _)) => Err(AgeError::Malformed(field)),
        None => Ok(()),
    }
}

fn signed_bytes(signal: &[u8]) -> Transcript {
    Transcript::new(label::AGE_SIGNAL).bytes(signal)
}

fn wire_of(signal: &AgeSignal, token_id: [u8; 16]) -> pb::AgeSignal {
    let governs = &signal.guardianship;
    pb::AgeSignal {
        lower_inclusive: Some(signal.interval.lower()),
        upper_exclusive: signal.interval.upper(),
        exact_cell: signal.exact_cell,
        method: signal.method.wire(),
        declarant_check: signal.declarant_check.wire(),
        audience: signal.audience.clone(),
        purpose: signal.purpose.wire(),
        nonce: signal.nonce.clone(),
        // What cannot be rounded down is no whole day and is refused below.
        issued_bucket: (signal.issued_bucket.div_euclid(BUCKET)).saturating_mul(BUCKET),
        not_after: signal.not_after,
        token_id: token_id.to_vec(),
        assurance: signal.assurance.wire(),
        assurance_scheme: scheme_beside(signal.assurance, signal.assurance_scheme),
        claim_scope: signal.claim_scope.wire(),
        binding: signal.binding.wire(),
        established: signal.established.wire(),
        jurisdiction: signal.jurisdiction.clone(),
        basis: signal.basis.wire(),
        supervision: governs.supervision.wire(),
        controls: governs.controls.iter().map(|one| one.wire()).collect(),
        consent: governs.consent.wire(),
        change: governs.change.as_ref().map(pb::AgeChange::from),
        revocation_handle: handle_of(governs),
    }
}

fn handle_of(governs: &Guardianship) -> Vec<u8> {
    let handle = governs.handle.as_ref();
    handle.map_or_else(Vec::new, |handle| handle.as_bytes().to_vec())
}

/// No scale is named where nothing is told on it.
pub(super) fn scheme_beside(assurance: AgeAssurance, scheme: AgeAssuranceScheme) -> i32 {
    match assurance {
        AgeAssurance::NotTold => 0,
        _ => scheme.wire(),
    }
}

impl TryFrom<pb::AgeSignal> for AgeSignal {
    type Error = AgeError;

    fn try_from(signal: pb::AgeSignal) -> Result<Self, AgeError> {
        let (interval, claim_scope) = bracket(
            signal.lower_inclusive,
            signal.upper_exclusive,
            signal.claim_scope,
        )?;
        let method = AgeMethod::known(signal.method).ok_or(AgeError::Malformed("method"))?;
        let purpose = AgePurpose::known(signal.purpose).ok_or(AgeError::Malformed("purpose"))?;
        let nonce_len = signal.nonce.as_ref().map(Vec::len);
        let validity = signal.not_after.checked_sub(signal.issued_bucket);
        let bucket = signal.issued_bucket.rem_euclid(BUCKET);
        all_hold(&[
            ("audience", (1..=255).contains(&signal.audience.len())),
            ("nonce", nonce_len.is_none_or(|n| (16..=64).contains(&n))),
            ("issued_bucket", bucket == 0),
            (
                "not_after",
                validity.is_some_and(|v| (1..=MAX_VALIDITY).contains(&v)),
            ),
            (
                "jurisdiction",
                signal.jurisdiction.is_empty() || is_jurisdiction(&signal.jurisdiction),
            ),
            ("purpose", purpose.tells_who_governs() || is_silent(&signal)),
        ])?;
        let guardianship = guardianship(&signal)?;
        let (assurance, assurance_scheme) =
            AgeAssurance::read(signal.assurance, signal.assurance_scheme);
        let token_id = signal.token_id.try_into();
        Ok(Self {
            interval,
            exact_cell: signal.exact_cell,
            claim_scope,
            method,
            declarant_check: DeclarantCheck::read(signal.declarant_check),
            assurance,
            assurance_scheme,
            binding: AgeBinding::read(signal.binding),
            established: AgeEstablished::read(signal.established),
            audience: signal.audience,
            purpose,
            nonce: signal.nonce,
            issued_bucket: signal.issued_bucket,
            not_after: signal.not_after,
            once: Once::Signal(token_id.map_err(|_| AgeError::Malformed("token_id"))?),
            jurisdiction: signal.jurisdiction,
            basis: AgeBasis::read(signal.basis),
            guardianship,
        })
    }
}

/// Whether nothing at all stands in the fields that tell who governs, not even an unknown value.
fn is_silent(signal: &pb::AgeSignal) -> bool {
    signal.supervision == 0
        && signal.controls.is_empty()
        && signal.consent == 0
        && signal.change.is_none()
        && signal.revocation_handle.is_empty()
}

fn guardianship(signal: &pb::AgeSignal) -> Result<Guardianship, AgeError> {
    let handle = match signal.revocation_handle.as_slice() {
        [] => None,
        bytes => {
            let bytes = <[u8; 16]>::try_from(bytes);
            let bytes = bytes.map_err(|_| AgeError::Malformed("revocation_handle"))?;
            Some(AgeHandle::from_bytes(bytes))
        }
    };
    all_hold(&[("controls", signal.controls.len() <= MAX_LIST)])?;
    let controls = signal.controls.iter().copied();
    Ok(Guardianship {
        supervision: AgeSupervision::read(signal.supervision),
        controls: controls.filter_map(AgeControl::known).collect(),
        consent: AgeConsent::read(signal.consent),
        change: signal
            .change
            .as_ref()
            .map(AgeChange::try_from)
            .transpose()?,
        handle,
    })
}

impl TryFrom<&pb::AgeChange> for AgeChange {
    type Error = AgeError;

    fn try_from(change: &pb::AgeChange) -> Result<Self, AgeError> {
        let is_id = |id: &Vec<u8>| (1..=32).contains(&id.len());
        all_hold(&[
            ("change", is_id(&change.id)),
            (
                "change",
                change.earlier.len() <= MAX_LIST && change.earlier.iter().all(is_id),
            ),
        ])?;
        Ok(Self {
            id: change.id.clone(),
            state: AgeChangeState::read(change.state),
            decided_day: change.decided_day,
            adult_ack_required: change.adult_ack_required,
            earlier: change.earlier.clone(),
        })
    }
}

impl From<&AgeChange> for pb::AgeChange {
    fn from(change: &AgeChange) -> Self {
        Self {
            id: change.id.clone(),
            state: change.state.wire(),
            decided_day: change.decided_day,
            adult_ack_required: change.adult_ack_required,
            earlier: change.earlier.clone(),
        }
    }
}
