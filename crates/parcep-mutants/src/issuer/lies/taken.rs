//! Requests that are answered and ought not to be.

use super::super::AUDIENCE;
use super::{IssuerOffer, Lie, OWN, offer};
use crate::issuer::person::Person;

pub(super) const ISSUERS: &[IssuerOffer] = &[
    offer(
        "issuer-answers-anybody",
        "R-AGE-013",
        "answers whoever names another audience",
        Person::Child,
        Lie::Request(|r| AUDIENCE.clone_into(&mut r.audience)),
    ),
    offer(
        "issuer-audience-in-any-letters",
        "R-AGE-013",
        "compares audiences without regard to letters",
        Person::Child,
        Lie::Request(|r| r.audience.make_ascii_lowercase()),
    ),
    offer(
        "issuer-ignores-one-cell",
        "R-AGE-036",
        "tells the bracket to whoever asks for one cell",
        Person::Child,
        Lie::Request(|r| r.one_cell = false),
    ),
    offer(
        "issuer-takes-close-cuts",
        "R-AGE-005",
        "answers cut points one year apart",
        Person::Child,
        Lie::Request(|r| {
            if r.cuts
                .windows(2)
                .any(|two| matches!(two, [a, b] if a.abs_diff(*b) < 2))
            {
                r.cuts = OWN.to_vec();
            }
        }),
    ),
    offer(
        "issuer-takes-many-cuts",
        "R-AGE-005",
        "answers four cut points",
        Person::Child,
        Lie::Request(|r| {
            if r.cuts.len() == 4 {
                r.cuts = OWN.to_vec();
            }
        }),
    ),
    offer(
        "issuer-takes-cut-22",
        "R-AGE-005",
        "answers cut points above 21",
        Person::Child,
        Lie::Request(|r| {
            if r.cuts.contains(&22) {
                r.cuts = OWN.to_vec();
            }
        }),
    ),
    offer(
        "issuer-takes-a-part",
        "R-AGE-015",
        "answers a part of the set that it keeps by the whole set",
        Person::Child,
        Lie::Request(|r| {
            if r.cuts.iter().all(|cut| OWN.contains(cut))
                && r.cuts.is_sorted()
                && !r.cuts.is_empty()
            {
                r.cuts = OWN.to_vec();
            }
        }),
    ),
    offer(
        "issuer-takes-another-set",
        "R-AGE-037",
        "forgets which cut points an audience had",
        Person::Child,
        Lie::Forgets,
    ),
    offer(
        "issuer-separates-declared",
        "R-AGE-027",
        "tells gates whose age a guardian declared",
        Person::Child,
        Lie::Request(|r| {
            if r.accepted_methods == [2] {
                r.accepted_methods.clear();
            }
        }),
    ),
    offer(
        "issuer-basic-at-gates",
        "R-AGE-027",
        "answers gates that ask for BASIC",
        Person::Child,
        Lie::Request(|r| {
            if r.least_assurance == 2 {
                r.least_assurance = 1;
            }
        }),
    ),
    offer(
        "issuer-needs-no-nonce",
        "R-AGE-026",
        "answers requests without a nonce",
        Person::Child,
        Lie::Request(|r| {
            if r.nonce.is_empty() {
                r.nonce = vec![0; 16];
            }
        }),
    ),
    offer(
        "issuer-takes-short-nonce",
        "R-AGE-026",
        "answers requests with a short nonce",
        Person::Child,
        Lie::Request(|r| {
            if r.nonce.len() == 15 {
                r.nonce.push(0);
            }
        }),
    ),
    offer(
        "issuer-takes-any-purpose",
        "R-AGE-026",
        "reads an unknown purpose as a gate",
        Person::Child,
        Lie::Request(|r| {
            if !(1..=4).contains(&r.purpose) {
                r.purpose = 1;
            }
        }),
    ),
    offer(
        "issuer-takes-any-filter",
        "R-AGE-026",
        "passes over filters that it does not know",
        Person::Child,
        Lie::Request(|r| {
            r.accepted_methods.retain(|m| (1..=6).contains(m));
            if r.least_assurance > 5 {
                r.least_assurance = 0;
            }
        }),
    ),
    offer(
        "issuer-takes-methods-twice",
        "R-AGE-026",
        "takes a method that is named twice",
        Person::Child,
        Lie::Request(|r| {
            let mut seen = Vec::new();
            r.accepted_methods.retain(|m| {
                let new = !seen.contains(m);
                seen.push(*m);
                new
            });
        }),
    ),
    offer(
        "issuer-takes-any-jurisdiction",
        "R-AGE-026",
        "passes over a jurisdiction that is no code",
        Person::Child,
        Lie::Request(|r| r.jurisdiction.clear()),
    ),
    offer(
        "issuer-takes-changes-at-gates",
        "R-AGE-026",
        "passes over changes where no consent is asked",
        Person::Child,
        Lie::Request(|r| {
            if r.purpose != 3 {
                r.changes.clear();
            }
        }),
    ),
    offer(
        "issuer-takes-long-ids",
        "R-AGE-026",
        "cuts ids of changes to 32 bytes",
        Person::Child,
        Lie::Request(|r| {
            for id in &mut r.changes {
                id.truncate(32);
            }
        }),
    ),
    offer(
        "issuer-takes-large",
        "R-AGE-026",
        "reads requests of any size",
        Person::Child,
        Lie::TakesLarge,
    ),
    offer(
        "issuer-breaks-on-garbage",
        "R-AGE-026",
        "answers nobody after bytes that do not parse",
        Person::Child,
        Lie::Breaks,
    ),
];
