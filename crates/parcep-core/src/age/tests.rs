use super::*;
use crate::crypto::SigningKey;
use proptest::prelude::*;

const DAY: i64 = 86_400;

fn signal() -> AgeSignal {
    AgeSignal {
        interval: AgeInterval::new(0, Some(13)).unwrap(),
        exact_cell: true,
        method: AgeMethod::GuardianDeclared,
        declarant_check: DeclarantCheck::None,
        assurance: AgeAssurance::Asserted,
        audience: "https://games.example".into(),
        purpose: AgePurpose::AccessGate,
        nonce: Some(vec![7; 16]),
        issued_bucket: 20_000 * DAY,
        not_after: 20_030 * DAY,
        token_id: [1; 16],
    }
}

#[test]
fn a_signal_verifies_for_its_audience_challenge_and_time_only() {
    let key = SigningKey::from_seed([1; 32]).unwrap();
    let other = SigningKey::from_seed([2; 32]).unwrap();
    let bytes = issue(&signal(), &key).unwrap();
    let issuers = [key.public()];
    let good = Expectation {
        issuers: &issuers,
        audience: "https://games.example",
        purpose: AgePurpose::AccessGate,
        nonce: Some(&[7; 16]),
        now: 20_001 * DAY,
    };
    assert_eq!(verify(&bytes, good), Ok(signal()));
    let others = [other.public()];
    let table = [
        (
            Expectation {
                issuers: &others,
                ..good
            },
            AgeError::UntrustedIssuer,
        ),
        (
            Expectation {
                audience: "https://games.example.evil",
                ..good
            },
            AgeError::WrongAudience,
        ),
        (
            Expectation {
                purpose: AgePurpose::ConsentFlow,
                ..good
            },
            AgeError::WrongAudience,
        ),
        (
            Expectation {
                nonce: None,
                ..good
            },
            AgeError::WrongNonce,
        ),
        (
            Expectation {
                nonce: Some(&[8; 16]),
                ..good
            },
            AgeError::WrongNonce,
        ),
        (
            Expectation {
                now: 20_030 * DAY,
                ..good
            },
            AgeError::Expired,
        ),
        (
            Expectation {
                now: 20_000 * DAY - 1,
                ..good
            },
            AgeError::Expired,
        ),
    ];
    for (expectation, error) in table {
        assert_eq!(verify(&bytes, expectation), Err(error));
    }
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(verify(&flipped, good).is_err(), "bit {bit}");
    }
}

#[test]
fn what_no_issuer_may_say_is_not_signed() {
    let key = SigningKey::from_seed([1; 32]).unwrap();
    let bad = [
        (
            "audience",
            AgeSignal {
                audience: String::new(),
                ..signal()
            },
        ),
        (
            "method",
            AgeSignal {
                method: AgeMethod::Unspecified,
                ..signal()
            },
        ),
        (
            "purpose",
            AgeSignal {
                purpose: AgePurpose::Unspecified,
                ..signal()
            },
        ),
        (
            "nonce",
            AgeSignal {
                nonce: Some(vec![1; 15]),
                ..signal()
            },
        ),
        (
            "not_after",
            AgeSignal {
                not_after: 20_000 * DAY,
                ..signal()
            },
        ),
        (
            "not_after",
            AgeSignal {
                not_after: 20_367 * DAY,
                ..signal()
            },
        ),
    ];
    for (field, signal) in bad {
        assert_eq!(issue(&signal, &key), Err(AgeError::Malformed(field)));
    }
    let noon = AgeSignal {
        issued_bucket: 20_000 * DAY + 43_200,
        ..signal()
    };
    assert_eq!(
        issue(&noon, &key),
        issue(&signal(), &key),
        "rounded to the day"
    );
}

#[test]
fn coarsening_gives_the_cells_that_are_touched() {
    let us = Cuts::new(vec![13, 16, 18]).unwrap();
    let table = [
        ((10, Some(11)), (0, Some(13), true)),
        ((12, Some(13)), (0, Some(13), true)),
        ((13, Some(14)), (13, Some(16), true)),
        ((12, Some(14)), (0, Some(16), false)),
        ((18, None), (18, None, true)),
        ((17, None), (16, None, false)),
        ((0, None), (0, None, false)),
        ((30, Some(31)), (18, None, true)),
    ];
    for ((lower, upper), (want_lower, want_upper, exact)) in table {
        let told = coarsen(AgeInterval::new(lower, upper).unwrap(), &us);
        let got = (
            told.interval.lower(),
            told.interval.upper(),
            told.exact_cell,
        );
        assert_eq!(got, (want_lower, want_upper, exact), "[{lower}, {upper:?})");
    }
}

#[test]
fn cut_points_are_few_ascending_and_apart() {
    for bad in [
        vec![],
        vec![0],
        vec![22],
        vec![13, 14],
        vec![16, 13],
        vec![3, 7, 12, 16],
    ] {
        assert_eq!(Cuts::new(bad), Err(AgeError::Malformed("cuts")));
    }
}

proptest! {
    /// R-AGE-004: truth, and no bound but a cut point.
    #[test]
    fn a_coarse_interval_covers_the_age_and_names_only_cuts(
        lower in 0u32..100, width in proptest::option::of(1u32..20),
        first in 1u32..10, gap in 2u32..6, second in 2u32..5,
    ) {
        let points = vec![first, first + gap, first + gap + second];
        let known = AgeInterval::new(lower, width.map(|w| lower + w)).unwrap();
        let told = coarsen(known, &Cuts::new(points.clone()).unwrap()).interval;
        prop_assert!(told.lower() <= known.lower());
        prop_assert!(told.upper().is_none_or(|u| known.upper().is_some_and(|k| k <= u)));
        prop_assert!(told.lower() == 0 || points.contains(&told.lower()));
        prop_assert!(told.upper().is_none_or(|u| points.contains(&u)));
    }
}
