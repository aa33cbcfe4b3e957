//! Issuers and relying parties that are wrong, as the catalogue and the selftest know them.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a panic is a failed test"
)]

use parcep_conformance::age::{Person, Trusts};
use parcep_conformance::script::File;
use parcep_conformance::{Quietly, selftest};
use parcep_mutants::issuer::{DrivenOffer, IssuerOffer, driven, issuers};
use parcep_mutants::relying::{RelyingOffer, relying};
use std::collections::BTreeSet;
use std::path::Path;

const PROGRAM: &str = env!("CARGO_BIN_EXE_parcep-mutants");

/// The tests of some files: what each finds, and what it cites.
fn tests<H: serde::de::DeserializeOwned + Default + Clone>(
    names: &[&str],
) -> Vec<(String, Vec<String>, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../parcep-conformance/catalogue");
    let files = names.iter().map(|name| {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        toml::from_str::<File<H>>(&text).unwrap()
    });
    let tests = files.flat_map(|file| file.tests);
    tests
        .map(|test| {
            let cites = test.requirements().map(str::to_owned).collect();
            (test.id.clone(), test.kills.clone(), cites)
        })
        .collect()
}

fn all() -> Vec<(String, Vec<String>, Vec<String>)> {
    let of_issuers = [
        "age-signals.toml",
        "age-requests.toml",
        "age-tokens.toml",
        "age-issuers.toml",
    ];
    let mut all = tests::<Person>(&of_issuers);
    all.extend(tests::<Trusts>(&[
        "age-parties.toml",
        "age-tokens-shown.toml",
    ]));
    all
}

fn requirement(name: &str) -> Option<&'static str> {
    let at_socket = IssuerOffer::find(name).map(|offer| offer.requirement);
    let behind = DrivenOffer::find(name).map(|offer| offer.requirement);
    let relying = RelyingOffer::find(name).map(|offer| offer.requirement);
    at_socket.or(behind).or(relying)
}

/// R-CONF-004: what a test says that it finds is there to be found, and breaks what the test cites.
#[test]
fn each_fault_that_a_test_names_is_offered_and_breaks_what_the_test_cites() {
    let mut named = BTreeSet::new();
    for (id, kills, cites) in all() {
        for name in kills {
            let broken = requirement(&name).unwrap_or_else(|| panic!("{id}: no {name}"));
            assert!(
                cites.iter().any(|cite| cite == broken),
                "{id}: {name} breaks {broken}"
            );
            named.insert(name);
        }
    }
    let at_sockets = issuers().filter(|offer| !offer.is_honest());
    let behind = driven().filter(|offer| !offer.is_honest());
    let relying = relying().filter(|offer| !offer.is_honest());
    let names = at_sockets.map(|offer| offer.name);
    let names = names.chain(behind.map(|offer| offer.name));
    for name in names.chain(relying.map(|offer| offer.name)) {
        assert!(named.contains(name), "no test names {name}");
    }
}

/// R-CONF-004: the rest is for `parcep-conform selftest`.
#[tokio::test(flavor = "multi_thread")]
async fn some_faults_are_caught_by_tests_that_cite_them_and_the_honest_ones_by_none() {
    let only = [
        "relying/any-nonce",
        "relying/forgets-on-restart",
        "issuer-silence-consents",
        "issuer-one-handle",
    ];
    let only = only.map(String::from);
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors");
    let matrix = selftest::run(Path::new(PROGRAM), &vectors, &only, false, 13, &Quietly)
        .await
        .unwrap();
    assert_eq!(matrix.exit_code(), 0, "{}", matrix.render());
    assert_eq!(matrix.mutants.len(), only.len());
}
