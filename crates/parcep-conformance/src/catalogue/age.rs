//! Age signals, offline: signals are built from `spec/19-age-signals.md` by hand, and the verifier that
//! comes with the suite has to tell good from bad.

use super::{Kind, Role, Run, Running, Spoil, Test};
use crate::trial::{Outcome, StepRole, Stop, Trial};
use crate::wire::{self, Signer};
use parcep_core::age::{Expectation, verify};
use parcep_core::crypto::VerifyingKey;
use parcep_core::reason::{Reason, code};
use parcep_proto::v1alpha1::{AgeMethod, AgePurpose, AgeSignal, SignedAgeSignal};
use prost::Message as _;

pub(super) const TESTS: &[Test] = &[Test {
    id: "T-AGE-001-verify",
    title: "verifies a proper age signal and refuses each defect with its reason",
    cites: &[
        "R-AGE-001",
        "R-AGE-002",
        "R-AGE-003",
        "R-AGE-006",
        "R-AGE-007",
        "R-AGE-008",
        "R-AGE-016",
    ],
    role: Role::AgeVerifier,
    kind: Kind::Negative,
    quick: true,
    run: Run::Code(verify_signals),
}];

/// 2025-01-01T00:00:00Z, a whole day.
const ISSUED: i64 = 1_735_689_600;
const AUDIENCE: &str = "https://shop.example";
const NONCE: &[u8] = b"asked for by the shop";

/// One signal under test and how the verifier is asked.
struct Case {
    what: &'static str,
    expected: &'static str,
    bytes: Vec<u8>,
    now: i64,
}

type Verifier = fn(&[u8], Expectation<'_>) -> Result<(), Reason>;

fn verify_signals(t: &mut Trial) -> Running<'_> {
    let ours: Verifier = |bytes, expected| {
        let verified = verify(bytes, expected);
        verified.map(drop).map_err(|error| error.reason())
    };
    Box::pin(async move { judge(t, ours) })
}

fn judge(t: &mut Trial, verifier: Verifier) -> Outcome {
    let (issuer, other) = (signer(t)?, signer(t)?);
    let trusted = VerifyingKey::try_from(issuer.public().as_slice())
        .map_err(|error| Stop::Harness(error.to_string()))?;
    let good = signed(&signal(), &issuer);
    ask(
        t,
        verifier,
        StepRole::Twin,
        &trusted,
        &Case::new("a proper signal", "accepted", good.clone()),
    )?;
    for case in defects(&good, &issuer, &other) {
        ask(t, verifier, StepRole::Refusal, &trusted, &case)?;
    }
    // A verifier that remembers refusals would lock a person out.
    let again = Case::new("the proper signal again", "accepted", good);
    ask(t, verifier, StepRole::Unchanged, &trusted, &again)
}

fn defects(good: &[u8], issuer: &Signer, other: &Signer) -> Vec<Case> {
    let mut cases = vec![
        Case::new(
            "signed by another issuer",
            "UNTRUSTED_ISSUER",
            signed(&signal(), other),
        ),
        Case::new(
            "another issuer's key under the trusted key id",
            "BAD_SIGNATURE",
            posing(issuer, other),
        ),
        Case::new(
            "one bit of the bounds changed",
            "BAD_SIGNATURE",
            flipped(issuer),
        ),
        Case::new(
            "cut short by a byte",
            "MALFORMED",
            good.get(..good.len() - 1).unwrap_or_default().to_vec(),
        ),
    ];
    let spoilt: [(&str, &str, Spoil<AgeSignal>); 10] = [
        ("for another audience", "WRONG_AUDIENCE", |s| {
            s.audience.push('.')
        }),
        ("for another purpose", "WRONG_AUDIENCE", |s| {
            s.purpose = AgePurpose::ConsentFlow.into()
        }),
        ("for another audience, issued at noon", "MALFORMED", |s| {
            s.audience.push('.');
            s.issued_bucket += 43_200;
        }),
        ("with another nonce", "WRONG_NONCE", |s| {
            s.nonce = Some(vec![1; 16])
        }),
        ("without the nonce", "WRONG_NONCE", |s| s.nonce = None),
        ("without a lower bound", "MALFORMED", |s| {
            s.lower_inclusive = None
        }),
        ("with bounds the wrong way round", "MALFORMED", |s| {
            s.upper_exclusive = Some(13)
        }),
        ("with an age of 121", "MALFORMED", |s| {
            s.lower_inclusive = Some(121)
        }),
        ("issued at noon", "MALFORMED", |s| s.issued_bucket += 43_200),
        ("valid for 367 days", "MALFORMED", |s| {
            s.not_after = ISSUED + 367 * 86_400
        }),
    ];
    for (what, expected, spoil) in spoilt {
        let mut signal = signal();
        spoil(&mut signal);
        cases.push(Case::new(what, expected, signed(&signal, issuer)));
    }
    for (what, now) in [
        ("at its end", ISSUED + 86_400),
        ("a year after its end", ISSUED + 366 * 86_400),
    ] {
        cases.push(Case {
            now,
            ..Case::new(what, "EXPIRED", good.to_vec())
        });
    }
    cases
}

impl Case {
    fn new(what: &'static str, expected: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            what,
            expected,
            bytes,
            now: ISSUED + 3600,
        }
    }
}

fn ask(
    t: &mut Trial,
    verifier: Verifier,
    role: StepRole,
    trusted: &VerifyingKey,
    case: &Case,
) -> Outcome {
    let expectation = Expectation {
        issuers: parcep_core::age::Trusted::Keys(std::slice::from_ref(trusted)),
        audience: AUDIENCE,
        purpose: parcep_core::age::AgePurpose::AccessGate,
        nonce: Some(NONCE),
        now: case.now,
    };
    let observed = match verifier(&case.bytes, expectation) {
        Ok(()) => "accepted",
        Err(reason) => code(reason),
    };
    t.answered(role, case.what, case.expected, observed)
}

/// 13 to 15 years, declared by a guardian, valid for a day.
fn signal() -> AgeSignal {
    AgeSignal {
        lower_inclusive: Some(13),
        upper_exclusive: Some(16),
        exact_cell: true,
        method: AgeMethod::GuardianDeclared.into(),
        audience: AUDIENCE.into(),
        purpose: AgePurpose::AccessGate.into(),
        nonce: Some(NONCE.to_vec()),
        issued_bucket: ISSUED,
        not_after: ISSUED + 86_400,
        token_id: vec![7; 16],
        ..AgeSignal::default()
    }
}

fn signed(signal: &AgeSignal, issuer: &Signer) -> Vec<u8> {
    envelope(signal.encode_to_vec(), issuer, &issuer.public()).encode_to_vec()
}

/// Names one key and is signed by another.
fn posing(issuer: &Signer, other: &Signer) -> Vec<u8> {
    envelope(signal().encode_to_vec(), other, &issuer.public()).encode_to_vec()
}

/// Signed for [13, 16), then made [12, 16).
fn flipped(issuer: &Signer) -> Vec<u8> {
    let mut envelope = envelope(signal().encode_to_vec(), issuer, &issuer.public());
    let younger = AgeSignal {
        lower_inclusive: Some(12),
        ..signal()
    };
    envelope.signal = younger.encode_to_vec();
    envelope.encode_to_vec()
}

fn envelope(signal: Vec<u8>, by: &Signer, named: &[u8]) -> SignedAgeSignal {
    SignedAgeSignal {
        signature: by.sign(&wire::transcript("age-signal", &[&signal])),
        issuer_key_id: wire::sha256(named).to_vec(),
        signal,
    }
}

fn signer(t: &mut Trial) -> Result<Signer, Stop> {
    let mut seed = [0; 32];
    seed.copy_from_slice(&t.rng.bytes(32));
    Signer::from_seed(&seed).ok_or_else(|| Stop::Harness("a signing key could not be made".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peer::Target;
    use crate::rng::Rng;

    fn judged(verifier: Verifier) -> Outcome {
        let mut trial = Trial {
            target: Target::plain("nowhere"),
            rng: Rng::new(1, "age", 0),
            steps: Vec::new(),
            patience_ms: None,
            hung: false,
        };
        judge(&mut trial, verifier)
    }

    /// Our verifier, but for one reason that it does not know.
    fn lenient(bytes: &[u8], expected: Expectation<'_>, to: Reason) -> Result<(), Reason> {
        match verify(bytes, expected) {
            Err(error) if error.reason() != to => Err(error.reason()),
            _ => Ok(()),
        }
    }

    #[test]
    fn our_verifier_passes_and_one_that_lacks_any_check_fails() {
        assert_eq!(
            judged(|b, e| verify(b, e).map(drop).map_err(|error| error.reason())),
            Ok(())
        );
        let faulty: [Verifier; 8] = [
            |b, e| lenient(b, e, Reason::UntrustedIssuer),
            |b, e| lenient(b, e, Reason::BadSignature),
            |b, e| lenient(b, e, Reason::Malformed),
            |b, e| lenient(b, e, Reason::WrongAudience),
            |b, e| lenient(b, e, Reason::WrongNonce),
            |b, e| lenient(b, e, Reason::Expired),
            |_, _| Ok(()),
            |_, _| Err(Reason::BadSignature),
        ];
        for (index, verifier) in faulty.into_iter().enumerate() {
            assert_eq!(judged(verifier), Err(Stop::Failed), "verifier {index}");
        }
    }
}
