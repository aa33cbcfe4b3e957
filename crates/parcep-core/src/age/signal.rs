//! The signed signal: issued over exact bytes, verified before it is parsed.

use super::{AgeAssurance, AgeError, AgeInterval, AgeMethod, AgePurpose, DeclarantCheck};
use crate::crypto::{SigningKey, Transcript, VerifyingKey, label, sha256};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// Issue times are rounded down to a whole day, so that they identify nobody.
const BUCKET: i64 = 86_400;
/// Longest validity: 366 days after the issue day.
const MAX_VALIDITY: i64 = crate::registry::constants::AGE_SIGNAL_LIFE;
/// Largest encoded signal that is looked at.
const MAX_BYTES: usize = 2048;

/// What is said about one person to one audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeSignal {
    /// The age.
    pub interval: AgeInterval,
    /// Whether it is exactly one cell of the audience's cut points.
    pub exact_cell: bool,
    /// How it is known.
    pub method: AgeMethod,
    /// How the declaring adult was checked.
    pub declarant_check: DeclarantCheck,
    /// Confidence claimed.
    pub assurance: AgeAssurance,
    /// Who may use it, 1 to 255 bytes.
    pub audience: String,
    /// What for.
    pub purpose: AgePurpose,
    /// The audience's challenge, 16 to 64 bytes.
    pub nonce: Option<Vec<u8>>,
    /// Issue day, seconds since the Unix epoch at 00:00 UTC; [`issue`] rounds it down.
    pub issued_bucket: i64,
    /// Void from this instant on, seconds since the Unix epoch.
    pub not_after: i64,
    /// Random id.
    pub token_id: [u8; 16],
}

/// What a relying party requires.
#[derive(Debug, Clone, Copy)]
pub struct Expectation<'a> {
    /// Issuer keys it trusts.
    pub issuers: &'a [VerifyingKey],
    /// Itself.
    pub audience: &'a str,
    /// What it asked for the signal for (R-AGE-016).
    pub purpose: AgePurpose,
    /// The challenge it gave, if it gave one.
    pub nonce: Option<&'a [u8]>,
    /// Now, seconds since the Unix epoch.
    pub now: i64,
}

/// Signs a signal and returns the bytes of a `SignedAgeSignal` (R-AGE-002).
///
/// # Errors
/// [`AgeError::Malformed`] with the field at fault.
pub fn issue(signal: &AgeSignal, key: &SigningKey) -> Result<Vec<u8>, AgeError> {
    let issued_bucket = signal.issued_bucket.div_euclid(BUCKET) * BUCKET;
    let wire = pb::AgeSignal {
        lower_inclusive: Some(signal.interval.lower()),
        upper_exclusive: signal.interval.upper(),
        exact_cell: signal.exact_cell,
        method: signal.method.wire(),
        declarant_check: signal.declarant_check.wire(),
        audience: signal.audience.clone(),
        purpose: signal.purpose.wire(),
        nonce: signal.nonce.clone(),
        issued_bucket,
        not_after: signal.not_after,
        token_id: signal.token_id.to_vec(),
        assurance: signal.assurance.wire(),
        ..Default::default()
    };
    AgeSignal::try_from(wire.clone())?;
    let bytes = wire.encode_to_vec();
    let signature = key.sign(&signed_bytes(&bytes));
    let signed = pb::SignedAgeSignal {
        signal: bytes,
        issuer_key_id: key_id(&key.public()),
        signature: signature.to_vec(),
    };
    Ok(signed.encode_to_vec())
}

/// Verifies a `SignedAgeSignal`: size, issuer, signature, then shape, audience and purpose, challenge
/// and time (R-AGE-003).
///
/// # Errors
/// The first of these that fails.
pub fn verify(bytes: &[u8], expected: Expectation<'_>) -> Result<AgeSignal, AgeError> {
    if bytes.len() > MAX_BYTES {
        return Err(AgeError::Malformed("signal"));
    }
    let signed = pb::SignedAgeSignal::decode(bytes).map_err(|_| AgeError::Malformed("signal"))?;
    let issuer = expected
        .issuers
        .iter()
        .find(|key| key_id(key) == signed.issuer_key_id)
        .ok_or(AgeError::UntrustedIssuer)?;
    issuer.verify(&signed_bytes(&signed.signal), &signed.signature)?;
    let signal = pb::AgeSignal::decode(signed.signal.as_slice())
        .map_err(|_| AgeError::Malformed("signal"))?;
    let signal = AgeSignal::try_from(signal)?;
    if signal.audience != expected.audience || signal.purpose != expected.purpose {
        return Err(AgeError::WrongAudience);
    }
    if signal.nonce.as_deref() != expected.nonce {
        return Err(AgeError::WrongNonce);
    }
    let in_time = (signal.issued_bucket..signal.not_after).contains(&expected.now);
    in_time.then_some(signal).ok_or(AgeError::Expired)
}

fn signed_bytes(signal: &[u8]) -> Transcript {
    Transcript::new(label::AGE_SIGNAL).bytes(signal)
}

fn key_id(key: &VerifyingKey) -> Vec<u8> {
    sha256(key.as_bytes()).0.to_vec()
}

impl TryFrom<pb::AgeSignal> for AgeSignal {
    type Error = AgeError;

    fn try_from(signal: pb::AgeSignal) -> Result<Self, AgeError> {
        let lower = signal
            .lower_inclusive
            .ok_or(AgeError::Malformed("lower_inclusive"))?;
        let method = AgeMethod::known(signal.method).ok_or(AgeError::Malformed("method"))?;
        let purpose = AgePurpose::known(signal.purpose).ok_or(AgeError::Malformed("purpose"))?;
        let nonce_len = signal.nonce.as_ref().map(Vec::len);
        let validity = signal.not_after.checked_sub(signal.issued_bucket);
        let checks = [
            ("audience", (1..=255).contains(&signal.audience.len())),
            ("nonce", nonce_len.is_none_or(|n| (16..=64).contains(&n))),
            (
                "issued_bucket",
                signal.issued_bucket.rem_euclid(BUCKET) == 0,
            ),
            (
                "not_after",
                validity.is_some_and(|v| (1..=MAX_VALIDITY).contains(&v)),
            ),
        ];
        for (field, holds) in checks {
            if !holds {
                return Err(AgeError::Malformed(field));
            }
        }
        Ok(Self {
            interval: AgeInterval::new(lower, signal.upper_exclusive)?,
            exact_cell: signal.exact_cell,
            method,
            declarant_check: DeclarantCheck::read(signal.declarant_check),
            assurance: AgeAssurance::read(signal.assurance, 0).0,
            audience: signal.audience,
            purpose,
            nonce: signal.nonce,
            issued_bucket: signal.issued_bucket,
            not_after: signal.not_after,
            token_id: signal
                .token_id
                .try_into()
                .map_err(|_| AgeError::Malformed("token_id"))?,
        })
    }
}
