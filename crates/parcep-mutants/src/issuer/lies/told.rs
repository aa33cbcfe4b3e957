//! Lies in signals and in the answers around them.

use super::{IssuerOffer, Lie, offer};
use crate::issuer::person::Person;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::{
    AgeAssurance, AgeBasis, AgeBinding, AgeClaimScope, AgeConsent, AgeControl, AgeEstablished,
    AgeMethod, AgeOutcome, AgePurpose, AgeSupervision, DeclarantCheck,
};

pub(super) const ISSUERS: &[IssuerOffer] = &[
    offer(
        "issuer-signs-something-else",
        "R-AGE-002",
        "signs other bytes than the signal",
        Person::Child,
        Lie::Answer(|a, _| {
            if let Some(first) = a.signal.as_mut().and_then(|s| s.signature.first_mut()) {
                *first ^= 1;
            }
        }),
    ),
    offer(
        "issuer-key-per-signal",
        "R-AGE-002",
        "names another key for every signal",
        Person::Child,
        Lie::Answer(|a, r| {
            if let (Some(first), Some(nonce)) = (
                a.signal.as_mut().and_then(|s| s.issuer_key_id.first_mut()),
                r.nonce.first(),
            ) {
                *first ^= nonce | 1;
            }
        }),
    ),
    offer(
        "issuer-no-lower-bound",
        "R-AGE-001",
        "leaves the lower bound out",
        Person::Child,
        Lie::Signal(|c, _| c.lower_inclusive = None),
    ),
    offer(
        "issuer-unknown-method",
        "R-AGE-012",
        "tells a method that nobody knows",
        Person::Child,
        Lie::Signal(|c, _| c.method = 99),
    ),
    offer(
        "issuer-child-as-adult-only",
        "R-AGE-041",
        "says of a child that the claim is about adults alone",
        Person::Child,
        Lie::Signal(|c, _| c.claim_scope = AgeClaimScope::AdultOnly.into()),
    ),
    offer(
        "issuer-other-audience",
        "R-AGE-013",
        "writes another audience than the one that asks",
        Person::Child,
        Lie::Signal(|c, _| c.audience = "com.example.ads".into()),
    ),
    offer(
        "issuer-other-purpose",
        "R-AGE-016",
        "writes one purpose whatever was asked for",
        Person::Child,
        Lie::Signal(|c, _| c.purpose = AgePurpose::LegalCompliance.into()),
    ),
    offer(
        "issuer-drops-nonce",
        "R-AGE-007",
        "leaves the nonce out",
        Person::Child,
        Lie::Signal(|c, _| c.nonce = None),
    ),
    offer(
        "issuer-real-bounds",
        "R-AGE-004",
        "tells the bounds that it knows",
        Person::Child,
        Lie::Signal(|c, _| {
            c.lower_inclusive = Some(12);
            c.upper_exclusive = Some(17);
        }),
    ),
    offer(
        "issuer-always-exact",
        "R-AGE-004",
        "says of every bracket that it is one cell",
        Person::Child,
        Lie::Signal(|c, _| c.exact_cell = true),
    ),
    offer(
        "issuer-oldest-cell",
        "R-AGE-036",
        "tells the oldest cell to whoever asks for one",
        Person::Child,
        Lie::Signal(|c, r| {
            if r.one_cell {
                c.lower_inclusive = Some(16);
                c.upper_exclusive = Some(18);
            }
        }),
    ),
    offer(
        "issuer-one-cell-exact",
        "R-AGE-036",
        "says of the youngest cell that it is all",
        Person::Child,
        Lie::Signal(|c, r| c.exact_cell |= r.one_cell),
    ),
    offer(
        "issuer-reuses-token-id",
        "R-AGE-009",
        "gives every signal the same token id",
        Person::Child,
        Lie::Signal(|c, _| c.token_id = vec![7; 16]),
    ),
    offer(
        "issuer-issued-at-noon",
        "R-AGE-008",
        "dates signals by the hour",
        Person::Child,
        Lie::Signal(|c, _| c.issued_bucket += 43_200),
    ),
    offer(
        "issuer-lives-400-days",
        "R-AGE-008",
        "lets signals live for 400 days",
        Person::Child,
        Lie::Signal(|c, _| c.not_after = c.issued_bucket + 400 * 86_400),
    ),
    offer(
        "issuer-end-by-bracket",
        "R-AGE-014",
        "ends signals by what is known of the person",
        Person::Child,
        Lie::Signal(|c, _| c.not_after += 86_400 * i64::from(c.upper_exclusive.unwrap_or(99))),
    ),
    offer(
        "issuer-end-by-nonce",
        "R-AGE-014",
        "ends each signal at another second",
        Person::Child,
        Lie::Signal(|c, r| c.not_after += r.nonce.first().copied().map_or(0, i64::from)),
    ),
    offer(
        "issuer-tells-method",
        "R-AGE-028",
        "tells how the age is known, whatever was asked",
        Person::Child,
        Lie::Signal(|c, _| c.method = AgeMethod::GuardianDeclared.into()),
    ),
    offer(
        "issuer-tells-assurance",
        "R-AGE-028",
        "tells the assurance that it has, whatever was asked",
        Person::Child,
        Lie::Signal(|c, _| c.assurance = AgeAssurance::Standard.into()),
    ),
    offer(
        "issuer-tells-when",
        "R-AGE-028",
        "tells how long ago the age was established, unasked",
        Person::Child,
        Lie::Signal(|c, _| c.established = AgeEstablished::Within30Days.into()),
    ),
    offer(
        "issuer-tells-check",
        "R-AGE-028",
        "tells gates how the guardian was checked",
        Person::Child,
        Lie::Signal(|c, _| c.declarant_check = DeclarantCheck::Payment.into()),
    ),
    offer(
        "issuer-tells-law",
        "R-AGE-028",
        "tells whose law it applies, unasked",
        Person::Child,
        Lie::Signal(|c, _| {
            c.jurisdiction = "US".into();
            c.basis = AgeBasis::Account.into();
        }),
    ),
    offer(
        "issuer-binds-by-request",
        "R-AGE-028",
        "tells a binding of some requests alone",
        Person::Child,
        Lie::Signal(|c, r| {
            c.binding = if r.least_assurance == 0 {
                AgeBinding::Unspecified
            } else {
                AgeBinding::DeviceKey
            }
            .into()
        }),
    ),
    offer(
        "issuer-supervised-at-gates",
        "R-AGE-029",
        "tells gates that somebody supervises",
        Person::Child,
        Lie::Signal(|c, r| {
            if r.purpose == 1 {
                c.supervision = AgeSupervision::Supervised.into();
            }
        }),
    ),
    offer(
        "issuer-controls-at-gates",
        "R-AGE-029",
        "tells gates which limits are set",
        Person::Child,
        Lie::Signal(|c, r| {
            if r.purpose == 1 {
                c.controls = vec![AgeControl::TimeLimits.into()];
            }
        }),
    ),
    offer(
        "issuer-handle-for-duties",
        "R-AGE-029",
        "gives a revocation handle for duties of law",
        Person::Child,
        Lie::Signal(|c, r| {
            if r.purpose == 4 {
                c.revocation_handle = vec![3; 16];
            }
        }),
    ),
    offer(
        "issuer-consent-for-duties",
        "R-AGE-029",
        "tells in claims for duties of law that a guardian consented",
        Person::Child,
        Lie::Signal(|c, r| {
            if r.purpose == 4 {
                c.consent = AgeConsent::Granted.into();
            }
        }),
    ),
    offer(
        "issuer-signal-beside-insufficient",
        "R-AGE-030",
        "hands over bytes beside INSUFFICIENT_ASSURANCE",
        Person::Child,
        Lie::Answer(|a, _| {
            if a.outcome == 11 {
                a.signal = Some(pb::SignedAgeSignal {
                    signal: vec![8, 13],
                    ..pb::SignedAgeSignal::default()
                });
            }
        }),
    ),
    offer(
        "issuer-signal-beside-unknown",
        "R-AGE-030",
        "says AGE_UNKNOWN beside a signal",
        Person::Child,
        Lie::Answer(|a, _| {
            if a.signal.is_some() {
                a.outcome = AgeOutcome::AgeUnknown.into();
            }
        }),
    ),
    offer(
        "issuer-signal-without-one",
        "R-AGE-030",
        "says SIGNAL and tells none",
        Person::Child,
        Lie::Answer(|a, _| a.signal = None),
    ),
    offer(
        "issuer-refuses-all",
        "R-AGE-030",
        "answers INVALID_REQUEST to proper requests",
        Person::Child,
        Lie::Answer(|a, _| {
            *a = pb::AgeSignalResponse {
                outcome: AgeOutcome::InvalidRequest.into(),
                ..pb::AgeSignalResponse::default()
            }
        }),
    ),
    offer(
        "issuer-outcome-42",
        "R-AGE-030",
        "answers with an outcome that nobody knows",
        Person::Child,
        Lie::Answer(|a, _| {
            if a.signal.take().is_some() {
                a.outcome = 42;
            }
        }),
    ),
    offer(
        "issuer-consent-for-gates",
        "R-AGE-057",
        "tells gates in the answer that a guardian consented",
        Person::Child,
        Lie::Answer(|a, r| {
            if r.purpose == 1 && a.outcome == 1 {
                a.consent = AgeConsent::Granted.into();
            }
        }),
    ),
    offer(
        "issuer-says-why-invalid",
        "R-AGE-026",
        "tells more beside INVALID_REQUEST",
        Person::Child,
        Lie::Answer(|a, _| {
            if a.outcome == 10 {
                a.consent = AgeConsent::Pending.into();
            }
        }),
    ),
    offer(
        "issuer-consent-beside-unknown",
        "R-AGE-031",
        "tells that a guardian said no beside AGE_UNKNOWN",
        Person::Silent,
        Lie::Answer(|a, _| {
            if a.outcome == 4 {
                a.consent = AgeConsent::Denied.into();
            }
        }),
    ),
];
