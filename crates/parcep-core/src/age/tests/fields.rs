//! Every field of a signal there and back, and what no signal may say.

use super::*;

/// A signal with something in every field.
fn full() -> AgeSignal {
    AgeSignal {
        claim_scope: AgeClaimScope::Range,
        assurance: AgeAssurance::Enhanced,
        assurance_scheme: AgeAssuranceScheme::EidasLoa,
        binding: AgeBinding::UserAuthenticated,
        established: AgeEstablished::Within365Days,
        purpose: AgePurpose::ConsentFlow,
        jurisdiction: "US-TX".into(),
        basis: AgeBasis::Billing,
        guardianship: Guardianship {
            supervision: AgeSupervision::Supervised,
            controls: AgeControl::ALL.iter().copied().collect(),
            consent: AgeConsent::Granted,
            change: Some(AgeChange {
                id: vec![1; 32],
                state: AgeChangeState::Approved,
                decided_day: Some(-1),
                adult_ack_required: true,
                earlier: vec![vec![2]; 16],
            }),
            handle: Some(AgeHandle::from_bytes([9; 16])),
        },
        ..signal()
    }
}

fn read(signal: &AgeSignal) -> Result<AgeSignal, AgeError> {
    let key = SigningKey::from_seed([1; 32]).unwrap();
    let issuers = [key.public()];
    let expected = Expectation {
        issuers: Trusted::Keys(&issuers),
        audience: "https://games.example",
        purpose: signal.purpose,
        nonce: Some(&[7; 16]),
        now: 20_001 * DAY,
    };
    verify(&issue(signal, &key)?, expected)
}

#[test]
fn every_field_of_a_signal_comes_back() {
    assert_eq!(read(&full()), Ok(full()));
    assert_eq!(read(&signal()), Ok(signal()));
}

/// R-AGE-029: each of the five by itself tells "minor" to a gate.
#[test]
fn a_claim_for_a_gate_or_a_law_says_nothing_about_who_governs() {
    let spoil: [fn(&mut Guardianship); 5] = [
        |g| g.supervision = AgeSupervision::Unsupervised,
        |g| g.controls = [AgeControl::TimeLimits].into(),
        |g| g.consent = AgeConsent::NotRequired,
        |g| g.change = full().guardianship.change,
        |g| g.handle = Some(AgeHandle::from_bytes([0; 16])),
    ];
    for purpose in AgePurpose::ALL.iter().copied() {
        for spoil in spoil {
            let mut signal = AgeSignal {
                purpose,
                ..signal()
            };
            spoil(&mut signal.guardianship);
            let refused = (!purpose.tells_who_governs()).then_some(AgeError::Malformed("purpose"));
            assert_eq!(read(&signal).err(), refused, "{}", purpose.name());
        }
    }
}

/// R-AGE-041
#[test]
fn a_claim_of_adulthood_starts_at_18() {
    for (lower, fine) in [(0, false), (17, false), (18, true), (21, true)] {
        let signal = AgeSignal {
            interval: AgeInterval::new(lower, None).unwrap(),
            claim_scope: AgeClaimScope::AdultOnly,
            ..signal()
        };
        assert_eq!(read(&signal).is_ok(), fine, "{lower}");
    }
}

/// R-AGE-003: lengths and numbers.
#[test]
fn what_is_too_long_is_not_said() {
    let bad: [Spoil<AgeSignal>; 7] = [
        ("jurisdiction", |s| s.jurisdiction = "Texas".into()),
        ("change", |s| change(s).id.clear()),
        ("change", |s| change(s).id.push(1)),
        ("change", |s| change(s).earlier.push(vec![1])),
        ("change", |s| change(s).earlier[3].clear()),
        ("change", |s| change(s).earlier[3] = vec![1; 33]),
        ("token_id", |s| s.once = Once::Token([1; 32])),
    ];
    for (field, spoil) in bad {
        let mut signal = full();
        spoil(&mut signal);
        assert_eq!(read(&signal), Err(AgeError::Malformed(field)));
    }
}

fn change(signal: &mut AgeSignal) -> &mut AgeChange {
    signal.guardianship.change.as_mut().unwrap()
}
