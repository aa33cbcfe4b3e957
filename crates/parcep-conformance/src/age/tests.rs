use super::script::{Call, Claim};
use super::tree::{Fields, has_path};
use super::*;
use std::collections::BTreeSet;

#[test]
fn the_catalogue_is_read_and_every_case_is_built() {
    assert_eq!(issuer_scripts().as_ref().err(), None);
    assert_eq!(party_scripts().as_ref().err(), None);
}

#[test]
fn every_field_that_a_script_puts_is_one() {
    for case in issuer_scripts().as_ref().unwrap() {
        for step in &case.steps {
            match step {
                IssuerStep::Ask(call) => sent("AgeSignalRequest", call, &case.id),
                IssuerStep::Tokens(call) => sent("IssueAgeTokensRequest", call, &case.id),
                IssuerStep::Handles(call) => sent("RevokedAgeHandlesRequest", call, &case.id),
                _ => {}
            }
        }
    }
    for case in party_scripts().as_ref().unwrap() {
        for step in &case.steps {
            match step {
                PartyStep::Answer(claim) => {
                    let names = ["AgeSignal", "SignedAgeSignal", "AgeSignalResponse"];
                    made(names, claim, &case.id);
                }
                PartyStep::Present(claim) => {
                    made(
                        ["AgeToken", "SignedAgeToken", "PresentedAge"],
                        claim,
                        &case.id,
                    );
                    are_fields("AgePresentation", &claim.presentation, &case.id);
                }
                PartyStep::Question { is, isnt, .. } => {
                    are_fields("AgeSignalRequest", is, &case.id);
                    are_fields("AgeSignalRequest", isnt, &case.id);
                }
                _ => {}
            }
        }
    }
}

fn sent(name: &str, call: &Call, id: &str) {
    are_fields(name, &call.with, id);
}

fn made([claim, signed, whole]: [&str; 3], made: &Claim, id: &str) {
    are_fields(claim, &made.claim, id);
    are_fields(signed, &made.signed, id);
    are_fields(whole, &made.response, id);
}

fn are_fields(message: &str, fields: &Fields, id: &str) {
    for path in fields.keys() {
        assert_eq!(has_path(message, path), Ok(()), "{id}");
    }
}

#[test]
fn words_of_the_catalogue_are_words_of_the_contract() {
    let features = ["virtual-clock", "restart", "tokens", "household", DRIVER];
    let issuers = issuer_scripts().as_ref().unwrap().iter();
    let issuers = issuers.map(|case| (&case.needs, &case.kills, &case.id, "issuer-"));
    let parties = party_scripts().as_ref().unwrap().iter();
    let parties = parties.map(|case| (&case.needs, &case.kills, &case.id, "relying/"));
    for (needs, kills, id, begins) in issuers.chain(parties) {
        let words = needs.iter();
        let mut words = words.map(|need| need.strip_prefix("without ").unwrap_or(need));
        assert!(words.all(|word| features.contains(&word)), "{id}");
        assert!(!kills.is_empty(), "{id} finds nothing");
        assert!(kills.iter().all(|name| name.starts_with(begins)), "{id}");
    }
}

#[test]
fn at_least_45_percent_of_the_tests_over_ages_provoke_refusals_or_faults() {
    let issuers = issuer_scripts().as_ref().unwrap().iter();
    let parties = party_scripts().as_ref().unwrap().iter();
    let all = issuers.map(|case| (&case.id, case.kind));
    let all: BTreeSet<_> = all
        .chain(parties.map(|case| (&case.id, case.kind)))
        .map(|(id, kind)| (crate::catalogue::template(id), kind.is_hostile()))
        .collect();
    let hostile = all.iter().filter(|(_, hostile)| *hostile).count();
    assert!(
        hostile * 100 >= all.len() * 45,
        "{hostile} of {}",
        all.len()
    );
}
