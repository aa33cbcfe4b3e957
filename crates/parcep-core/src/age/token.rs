//! Tokens: signed in batches by an issuer that never learns where they are shown.
//!
//! ```text
//! issuer   AgeToken, holder keys ── issue_tokens ──▶ SignedToken, one for each key
//! holder   SignedToken, audience, purpose, nonce ── Batch::present ──▶ PresentedAge
//! audience PresentedAge ── verify_presented (R-AGE-018) ──▶ AgeSignal ──▶ replay memory
//! ```

use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

use super::signal::{MAX_BYTES, all_hold, bracket, scheme_beside};
use super::trusted::{Trusted, key_id};
use super::{
    AgeAssurance, AgeAssuranceScheme, AgeBinding, AgeClaimScope, AgeError, AgeEstablished,
    AgeInterval, AgeMethod, AgePurpose, AgeSignal, Coarse, DeclarantCheck, Expectation, Once,
};
use crate::crypto::{SigningKey, Transcript, VerifyingKey, label};
use crate::registry::constants;

/// Seconds of a week.
const WEEK: i64 = 604_800;
/// A Monday is a multiple of a week after this one, 5 January 1970.
const MONDAY: i64 = 345_600;
/// Longest life: 13 weeks.
const MAX_LIFE: i64 = constants::AGE_TOKEN_LIFE;

/// What all tokens of one week for one cell say; each differs by its holder key alone (R-AGE-019).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeToken {
    /// The age.
    pub interval: AgeInterval,
    /// Whether it is exactly one cell of the cut points that were asked for.
    pub exact_cell: bool,
    /// What it is about.
    pub claim_scope: AgeClaimScope,
    /// How it is known.
    pub method: AgeMethod,
    /// Confidence claimed.
    pub assurance: AgeAssurance,
    /// On whose scale.
    pub assurance_scheme: AgeAssuranceScheme,
    /// Who or what it is bound to.
    pub binding: AgeBinding,
    /// How old the check is.
    pub established: AgeEstablished,
    /// The Monday at 00:00 UTC of the week of issue, seconds since the Unix epoch.
    pub issued_bucket: i64,
    /// Void from this instant on: 1 to 13 whole weeks later.
    pub not_after: i64,
}

/// A token as its issuer signed it, over exact bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedToken(pub(super) pb::SignedAgeToken);

impl AgeToken {
    /// Tells a bracket and nothing else, from the week of `now` on for `weeks` weeks, 1 to 13.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] for another number of weeks, or a time beyond all calendars.
    pub fn new(told: Coarse, now: i64, weeks: u8) -> Result<Self, AgeError> {
        let monday = monday_of(now).ok_or(AgeError::Malformed("issued_bucket"))?;
        let token = Self {
            interval: told.interval,
            exact_cell: told.exact_cell,
            claim_scope: AgeClaimScope::Range,
            method: AgeMethod::NotTold,
            assurance: AgeAssurance::NotTold,
            assurance_scheme: AgeAssuranceScheme::Parcep,
            binding: AgeBinding::OneTimeKey,
            established: AgeEstablished::NotTold,
            issued_bucket: monday,
            not_after: monday.saturating_add(i64::from(weeks) * WEEK),
        };
        check_weeks(token.issued_bucket, token.not_after)?;
        Ok(token)
    }
}

/// Signs a token over each key, equal but for these (R-AGE-017, R-AGE-019).
///
/// ```
/// use parcep_core::age::*;
/// use parcep_core::crypto::{SigningKey, SystemRandom};
/// let mut random = SystemRandom::new();
/// let issuer = SigningKey::generate(&mut random)?;
/// let keys = [issuer.public()];
/// let trusted = Trusted::Keys(&keys);
/// let now = 1_798_761_600;
///
/// // The holder makes keys; the issuer signs what it knows over them and forgets them.
/// let cuts = Cuts::new(vec![13, 16, 18])?;
/// let fresh = HolderKeys::generate(30, cuts.clone(), &mut random)?;
/// let known = AgeInterval::new(14, Some(15))?;
/// let token = AgeToken::new(coarsen(known, &cuts), now, 4)?;
/// let signed = issue_tokens(&token, &fresh.public(), &issuer)?;
/// let mut batch = fresh.receive(&signed, trusted, now)?;
///
/// // An audience asks; the household shares with it; one token is shown and is gone.
/// let (games, nonce) = ("https://games.example", [7; 16]);
/// let shared = Share::Allowed { cuts: None };
/// let admitted = Pins::new().admit(games, &cuts, &shared, latest_day(now))?;
/// let shown = batch.present(&admitted, AgePurpose::AccessGate, &nonce, now)?;
/// assert_eq!(batch.len(), 29);
///
/// // The audience verifies it, and nobody else is asked.
/// let expected = Expectation {
///     issuers: trusted,
///     audience: games,
///     purpose: AgePurpose::AccessGate,
///     nonce: Some(&nonce),
///     now,
/// };
/// let read = verify_presented(&shown.bytes, expected)?;
/// assert_eq!((read.interval.lower(), read.interval.upper()), (13, Some(16)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`AgeError::Malformed`] with the field at fault.
pub fn issue_tokens(
    token: &AgeToken,
    holder_keys: &[VerifyingKey],
    key: &SigningKey,
) -> Result<Vec<SignedToken>, AgeError> {
    check_weeks(token.issued_bucket, token.not_after)?;
    bracket(
        Some(token.interval.lower()),
        token.interval.upper(),
        token.claim_scope.wire(),
    )?;
    let issuer_key_id = key_id(&key.public());
    let signed = holder_keys.iter().map(|holder| {
        let bytes = wire_of(token, holder).encode_to_vec();
        let signature = key.sign(&signed_by_issuer(&bytes));
        SignedToken(pb::SignedAgeToken {
            token: bytes,
            issuer_key_id: issuer_key_id.0.to_vec(),
            signature: signature.to_vec(),
        })
    });
    Ok(signed.collect())
}

/// Verifies a presented token, in the order of R-AGE-018 but for the last step: whether its key comes
/// again is for the [`super::ReplayMemory`] to say, by [`AgeSignal::once`].
///
/// # Errors
/// The first step that fails.
pub fn verify_presented(bytes: &[u8], expected: Expectation<'_>) -> Result<AgeSignal, AgeError> {
    if bytes.len() > MAX_BYTES {
        return Err(AgeError::Malformed("presented"));
    }
    let presented =
        pb::PresentedAge::decode(bytes).map_err(|_| AgeError::Malformed("presented"))?;
    let signed = presented.token.ok_or(AgeError::Malformed("token"))?;
    let (token, holder) = verify_token(&signed, expected.issuers)?;
    let transcript = signed_by_holder(&signed.token, &presented.presentation);
    holder.verify(&transcript, &presented.holder_signature)?;
    let presentation = read_presentation(&presented.presentation)?;
    let signal = as_signal(&token, &holder, presentation);
    // A challenge is not left out here, as it may be beside a signal.
    let nonce = expected.nonce.unwrap_or_default();
    let expected = Expectation {
        nonce: Some(nonce),
        ..expected
    };
    expected.holds_of(&signal)?;
    Ok(signal)
}

/// Steps 2 to 5: issuer, its signature, the shape of the token, the holder's key.
pub(super) fn verify_token(
    signed: &pb::SignedAgeToken,
    issuers: Trusted<'_>,
) -> Result<(AgeToken, VerifyingKey), AgeError> {
    let issuer = issuers.key(&signed.issuer_key_id)?;
    issuer.verify(&signed_by_issuer(&signed.token), &signed.signature)?;
    let wire = decode_token(&signed.token)?;
    let token = AgeToken::try_from(&wire)?;
    issuers.holds_for(&signed.issuer_key_id, token.issued_bucket)?;
    Ok((token, holder_of(&wire)?))
}

/// The shape of a token, and then its holder's key.
pub(super) fn read_token(bytes: &[u8]) -> Result<(AgeToken, VerifyingKey), AgeError> {
    let wire = decode_token(bytes)?;
    Ok((AgeToken::try_from(&wire)?, holder_of(&wire)?))
}

/// Whether a token has no room for a mark: no field and no value that this version does not know,
/// and nothing written in two ways.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let scheme = |number| number == 0 || AgeAssuranceScheme::known(number).is_some();
    decode_token(bytes).is_ok_and(|wire| {
        wire.encode_to_vec() == bytes
            && AgeAssurance::known(wire.assurance).is_some()
            && scheme(wire.assurance_scheme)
            && AgeBinding::known(wire.binding).is_some()
            && AgeEstablished::known(wire.established).is_some()
    })
}

/// What the holder signs over a token, and the bytes of the whole.
pub(super) fn presented(
    signed: SignedToken,
    presentation: &pb::AgePresentation,
    holder: &SigningKey,
) -> Vec<u8> {
    let presentation = presentation.encode_to_vec();
    let signature = holder.sign(&signed_by_holder(&signed.0.token, &presentation));
    pb::PresentedAge {
        token: Some(signed.0),
        presentation,
        holder_signature: signature.to_vec(),
    }
    .encode_to_vec()
}

/// A token and its presentation as one claim.
pub(super) fn as_signal(
    token: &AgeToken,
    holder: &VerifyingKey,
    presentation: pb::AgePresentation,
) -> AgeSignal {
    let told = Coarse {
        interval: token.interval,
        exact_cell: token.exact_cell,
    };
    let purpose = AgePurpose::known(presentation.purpose).unwrap_or(AgePurpose::AccessGate);
    AgeSignal {
        claim_scope: token.claim_scope,
        method: token.method,
        assurance: token.assurance,
        assurance_scheme: token.assurance_scheme,
        binding: token.binding,
        established: token.established,
        nonce: Some(presentation.nonce),
        issued_bucket: token.issued_bucket,
        not_after: token.not_after,
        once: Once::Token(*holder.as_bytes()),
        ..AgeSignal::new(told, presentation.audience, purpose)
    }
}

/// Lengths and purpose of a presentation (R-AGE-022).
pub(super) fn check_presentation(presentation: &pb::AgePresentation) -> Result<(), AgeError> {
    let purpose = AgePurpose::known(presentation.purpose);
    all_hold(&[
        ("audience", (1..=255).contains(&presentation.audience.len())),
        ("purpose", purpose.is_some_and(AgePurpose::is_presentable)),
        ("nonce", (16..=64).contains(&presentation.nonce.len())),
    ])
}

impl SignedToken {
    /// Reads a `SignedAgeToken`. Nothing about it is verified.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] if it is too large or does not parse.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AgeError> {
        if bytes.len() > MAX_BYTES {
            return Err(AgeError::Malformed("token"));
        }
        let signed = pb::SignedAgeToken::decode(bytes);
        signed.map(Self).map_err(|_| AgeError::Malformed("token"))
    }

    /// The bytes of a `SignedAgeToken`.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.encode_to_vec()
    }
}

fn decode_token(bytes: &[u8]) -> Result<pb::AgeToken, AgeError> {
    pb::AgeToken::decode(bytes).map_err(|_| AgeError::Malformed("token"))
}

fn holder_of(token: &pb::AgeToken) -> Result<VerifyingKey, AgeError> {
    Ok(VerifyingKey::try_from(token.holder_key.as_slice())?)
}

/// The Monday on or before an instant.
fn monday_of(now: i64) -> Option<i64> {
    let since = now.checked_sub(MONDAY)?.rem_euclid(WEEK);
    now.checked_sub(since)
}

/// R-AGE-021
fn check_weeks(issued_bucket: i64, not_after: i64) -> Result<(), AgeError> {
    let monday = issued_bucket.checked_sub(MONDAY);
    let life = not_after.checked_sub(issued_bucket);
    let whole = |life: i64| (WEEK..=MAX_LIFE).contains(&life) && life % WEEK == 0;
    all_hold(&[
        (
            "issued_bucket",
            monday.is_some_and(|monday| monday.rem_euclid(WEEK) == 0),
        ),
        ("not_after", life.is_some_and(whole)),
    ])
}

fn read_presentation(bytes: &[u8]) -> Result<pb::AgePresentation, AgeError> {
    let read = pb::AgePresentation::decode(bytes);
    let read = read.map_err(|_| AgeError::Malformed("presentation"))?;
    check_presentation(&read).map(|()| read)
}

fn signed_by_issuer(token: &[u8]) -> Transcript {
    Transcript::new(label::AGE_TOKEN).bytes(token)
}

fn signed_by_holder(token: &[u8], presentation: &[u8]) -> Transcript {
    Transcript::new(label::AGE_PRESENTATION)
        .bytes(token)
        .bytes(presentation)
}

fn wire_of(token: &AgeToken, holder: &VerifyingKey) -> pb::AgeToken {
    pb::AgeToken {
        lower_inclusive: Some(token.interval.lower()),
        upper_exclusive: token.interval.upper(),
        exact_cell: token.exact_cell,
        method: token.method.wire(),
        declarant_check: DeclarantCheck::NotSaid.wire(),
        issued_bucket: token.issued_bucket,
        not_after: token.not_after,
        assurance: token.assurance.wire(),
        assurance_scheme: scheme_beside(token.assurance, token.assurance_scheme),
        claim_scope: token.claim_scope.wire(),
        binding: token.binding.wire(),
        established: token.established.wire(),
        holder_key: holder.as_bytes().to_vec(),
    }
}

impl TryFrom<&pb::AgeToken> for AgeToken {
    type Error = AgeError;

    fn try_from(token: &pb::AgeToken) -> Result<Self, AgeError> {
        let (interval, claim_scope) = bracket(
            token.lower_inclusive,
            token.upper_exclusive,
            token.claim_scope,
        )?;
        all_hold(&[
            ("declarant_check", token.declarant_check == 0),
            ("holder_key", token.holder_key.len() == 32),
        ])?;
        check_weeks(token.issued_bucket, token.not_after)?;
        let (assurance, assurance_scheme) =
            AgeAssurance::read(token.assurance, token.assurance_scheme);
        Ok(Self {
            interval,
            exact_cell: token.exact_cell,
            claim_scope,
            method: AgeMethod::known(token.method).ok_or(AgeError::Malformed("method"))?,
            assurance,
            assurance_scheme,
            binding: AgeBinding::read(token.binding),
            established: AgeEstablished::read(token.established),
            issued_bucket: token.issued_bucket,
            not_after: token.not_after,
        })
    }
}
