mod answers;
mod birthdays;
mod claims;
mod coarsening;
mod fields;
mod gate;
mod hostile;
mod pinning;
mod requests;
mod scene;
mod tokens;
mod unlinkable;

use super::*;
use crate::crypto::{
    CryptoError, NoRandomness, Random, SigningKey, Transcript, VerifyingKey, label, sha256,
};
use proptest::prelude::*;

const DAY: i64 = 86_400;

/// A field, and how to spoil it.
type Spoil<T> = (&'static str, fn(&mut T));

/// Counts up: the same bytes in every run, and no block twice in one.
struct Counter(u64);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoRandomness> {
        for chunk in out.chunks_mut(32) {
            self.0 += 1;
            let block = sha256(&self.0.to_be_bytes());
            chunk.copy_from_slice(&block.0[..chunk.len()]);
        }
        Ok(())
    }
}

fn signal() -> AgeSignal {
    let cell = Coarse {
        interval: AgeInterval::new(0, Some(13)).unwrap(),
        exact_cell: true,
    };
    AgeSignal {
        method: AgeMethod::GuardianDeclared,
        declarant_check: DeclarantCheck::None,
        assurance: AgeAssurance::Asserted,
        nonce: Some(vec![7; 16]),
        issued_bucket: 20_000 * DAY,
        not_after: 20_030 * DAY,
        once: Once::Signal([1; 16]),
        ..AgeSignal::new(cell, "https://games.example", AgePurpose::AccessGate)
    }
}

#[test]
fn a_signal_verifies_for_its_audience_challenge_and_time_only() {
    let key = SigningKey::from_seed([1; 32]).unwrap();
    let other = SigningKey::from_seed([2; 32]).unwrap();
    let bytes = issue(&signal(), &key).unwrap();
    let issuers = [key.public()];
    let good = Expectation {
        issuers: Trusted::Keys(&issuers),
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
                issuers: Trusted::Keys(&others),
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
