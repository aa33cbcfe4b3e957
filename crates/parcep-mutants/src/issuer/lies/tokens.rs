//! Lies about tokens and revoked handles.

use super::{IssuerOffer, Lie, OWN, offer};
use crate::issuer::person::Person;
use parcep_proto::v1alpha1::{AgeEstablished, AgeMethod, AgeOutcome, DeclarantCheck};

pub(super) const ISSUERS: &[IssuerOffer] = &[
    offer(
        "issuer-odd-token",
        "R-AGE-019",
        "makes the second token of a batch different",
        Person::Child,
        Lie::Token(|c, n| {
            if n == 1 {
                c.established = AgeEstablished::Older.into();
            }
        }),
    ),
    offer(
        "issuer-odd-day",
        "R-AGE-019",
        "ends the second token of a batch a week later",
        Person::Child,
        Lie::Token(|c, n| {
            if n == 1 {
                c.not_after += 604_800;
            }
        }),
    ),
    offer(
        "issuer-key-per-token",
        "R-AGE-019",
        "names another key for every token",
        Person::Child,
        Lie::Batch(|b| {
            for (n, token) in b.tokens.iter_mut().enumerate() {
                if let Some(first) = token.issuer_key_id.first_mut() {
                    *first ^= u8::try_from(n).unwrap_or(1);
                }
            }
        }),
    ),
    offer(
        "issuer-token-life-by-cell",
        "R-AGE-019",
        "ends tokens by the cell that they tell",
        Person::Child,
        Lie::Token(|c, _| {
            if c.upper_exclusive == Some(13) {
                c.not_after += 604_800;
            }
        }),
    ),
    offer(
        "issuer-token-over-other-key",
        "R-AGE-025",
        "signs a token over a key that nobody sent",
        Person::Child,
        Lie::Token(|c, n| {
            if n == 0 {
                c.holder_key = vec![9; 32];
            }
        }),
    ),
    offer(
        "issuer-tokens-reversed",
        "R-AGE-025",
        "issues tokens in another order",
        Person::Child,
        Lie::Batch(|b| b.tokens.reverse()),
    ),
    offer(
        "issuer-token-missing",
        "R-AGE-025",
        "leaves the last of a batch out",
        Person::Child,
        Lie::Batch(|b| {
            if b.tokens.len() > 1 {
                b.tokens.pop();
            }
        }),
    ),
    offer(
        "issuer-token-unsigned",
        "R-AGE-017",
        "signs other bytes than the token",
        Person::Child,
        Lie::Batch(|b| {
            for token in &mut b.tokens {
                token.signature = vec![1; 64];
            }
        }),
    ),
    offer(
        "issuer-token-of-tuesday",
        "R-AGE-021",
        "dates tokens by a Tuesday",
        Person::Child,
        Lie::Token(|c, _| c.issued_bucket += 86_400),
    ),
    offer(
        "issuer-token-of-14-weeks",
        "R-AGE-021",
        "lets tokens live for 14 weeks",
        Person::Child,
        Lie::Token(|c, _| c.not_after = c.issued_bucket + 14 * 604_800),
    ),
    offer(
        "issuer-token-of-30-days",
        "R-AGE-021",
        "lets tokens live for 30 days",
        Person::Child,
        Lie::Token(|c, _| c.not_after = c.issued_bucket + 30 * 86_400),
    ),
    offer(
        "issuer-token-declarant",
        "R-AGE-018",
        "tells in tokens how the guardian was checked",
        Person::Child,
        Lie::Token(|c, _| c.declarant_check = DeclarantCheck::Payment.into()),
    ),
    offer(
        "issuer-token-method",
        "R-AGE-028",
        "tells in tokens how the age is known",
        Person::Child,
        Lie::Token(|c, _| c.method = AgeMethod::GuardianDeclared.into()),
    ),
    offer(
        "issuer-token-bounds",
        "R-AGE-004",
        "tells in tokens the bounds that it knows",
        Person::Child,
        Lie::Token(|c, _| {
            c.lower_inclusive = Some(12);
            c.upper_exclusive = Some(17);
        }),
    ),
    offer(
        "issuer-token-ignores-one-cell",
        "R-AGE-036",
        "tells the bracket in tokens of one cell",
        Person::Child,
        Lie::TokenRequest(|r| r.one_cell = false),
    ),
    offer(
        "issuer-token-separates-declared",
        "R-AGE-027",
        "tells in tokens whose age a guardian declared",
        Person::Child,
        Lie::TokenRequest(|r| {
            if r.accepted_methods == [2] {
                r.accepted_methods.clear();
            }
        }),
    ),
    offer(
        "issuer-token-basic",
        "R-AGE-027",
        "issues tokens of BASIC",
        Person::Child,
        Lie::TokenRequest(|r| {
            if r.least_assurance == 2 {
                r.least_assurance = 1;
            }
        }),
    ),
    offer(
        "issuer-tokens-beside-unknown",
        "R-AGE-030",
        "says AGE_UNKNOWN beside tokens",
        Person::Child,
        Lie::Batch(|b| {
            if !b.tokens.is_empty() {
                b.outcome = AgeOutcome::AgeUnknown.into();
            }
        }),
    ),
    offer(
        "issuer-token-close-cuts",
        "R-AGE-005",
        "issues tokens for cut points one year apart",
        Person::Child,
        Lie::TokenRequest(|r| {
            if r.cuts == [13, 14] {
                r.cuts = OWN.to_vec();
            }
        }),
    ),
    offer(
        "issuer-takes-keys-twice",
        "R-AGE-026",
        "issues one token for a key that is sent twice",
        Person::Child,
        Lie::TokenRequest(|r| {
            let mut seen = Vec::new();
            r.holder_keys.retain(|key| {
                let new = !seen.contains(key);
                seen.push(key.clone());
                new
            });
        }),
    ),
    offer(
        "issuer-takes-31-keys",
        "R-AGE-026",
        "issues tokens for the first 30 keys of more",
        Person::Child,
        Lie::TokenRequest(|r| r.holder_keys.truncate(30)),
    ),
    offer(
        "issuer-takes-weak-keys",
        "R-WIRE-011",
        "passes over keys that are weak",
        Person::Child,
        Lie::TokenRequest(|r| {
            r.holder_keys
                .retain(|key| parcep_core::crypto::VerifyingKey::try_from(key.as_slice()).is_ok())
        }),
    ),
    offer(
        "issuer-short-handles",
        "R-AGE-046",
        "tells handles of 8 bytes",
        Person::Child,
        Lie::Handles(|h| {
            for handle in &mut h.handles {
                handle.truncate(8);
            }
        }),
    ),
    offer(
        "issuer-handles-by-the-second",
        "R-AGE-046",
        "tells the second of its list",
        Person::Child,
        Lie::Handles(|h| h.as_of += 3_601),
    ),
    offer(
        "issuer-handles-of-anybody",
        "R-AGE-013",
        "tells an audience the handles of another",
        Person::Child,
        Lie::TellsAnybody,
    ),
];
