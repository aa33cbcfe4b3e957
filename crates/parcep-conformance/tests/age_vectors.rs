//! Every vector of age signals, which another language wrote from the chapter, answered by the core and the
//! adapters. One test for each file.
#![expect(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use parcep_conformance::ages;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn agree(path: &str) {
    let file = ages::read(&root().join(path), ages::Area::Age).unwrap();
    assert!(!file.vectors.is_empty(), "{path}");
    let wrong = file.vectors.iter().filter_map(|vector| {
        let said = ages::answer(&file.name, &file.shared, &vector.inputs);
        let difference = vector.difference(&said)?;
        Some(format!("{}, {}: {difference}", vector.id, vector.title))
    });
    let wrong: Vec<_> = wrong.collect();
    let all = file.vectors.len();
    assert!(
        wrong.is_empty(),
        "{} of {all} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_file_has_a_reader_and_every_reader_a_file() {
    let folder = root().join("spec/vectors/v1alpha1/age");
    let there = std::fs::read_dir(folder).unwrap();
    let there = there.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let read = ages::files(ages::Area::Age).map(|name| format!("{name}.json"));
    assert_eq!(there.collect::<BTreeSet<_>>(), read.collect());
}

#[test]
fn signals_are_verified_as_another_language_wrote_them() {
    agree("spec/vectors/v1alpha1/age/signals.json");
}

#[test]
fn presented_tokens_are_verified_as_another_language_wrote_them() {
    agree("spec/vectors/v1alpha1/age/presentations.json");
}

#[test]
fn intervals_are_coarsened_alike() {
    agree("spec/vectors/v1alpha1/age/coarsening.json");
}

#[test]
fn estimates_are_widened_before_they_are_coarsened() {
    agree("spec/vectors/v1alpha1/age/estimates.json");
}

#[test]
fn birthdays_are_told_late_and_never_early() {
    agree("spec/vectors/v1alpha1/age/rollover.json");
}

#[test]
fn an_audience_is_answered_by_one_set_of_cut_points() {
    agree("spec/vectors/v1alpha1/age/cut_sets.json");
}

#[test]
fn handles_of_revocation_are_derived_alike() {
    agree("spec/vectors/v1alpha1/age/handles.json");
}

#[test]
fn an_issuer_on_a_device_answers_in_the_order_of_its_table() {
    agree("spec/vectors/v1alpha1/age/requests.json");
}

#[test]
fn an_issuer_elsewhere_answers_a_holder_alike() {
    agree("spec/vectors/v1alpha1/age/token_requests.json");
}

#[test]
fn trust_lists_are_read_or_refused_alike() {
    agree("spec/vectors/v1alpha1/age/trust.json");
}

#[test]
fn a_statement_decides_a_threshold_alike() {
    agree("spec/vectors/v1alpha1/age/thresholds.json");
}

#[test]
fn several_claims_come_to_one_interval_alike() {
    agree("spec/vectors/v1alpha1/age/together.json");
}

#[test]
fn consents_move_by_acts_alone() {
    agree("spec/vectors/v1alpha1/age/consent.json");
}

#[test]
fn a_revoked_handle_makes_its_claims_unknown() {
    agree("spec/vectors/v1alpha1/age/revoked.json");
}

#[test]
fn a_regime_says_when_to_ask_again() {
    agree("spec/vectors/v1alpha1/age/asking_again.json");
}

#[test]
fn a_nonce_serves_once_and_for_ten_minutes() {
    agree("spec/vectors/v1alpha1/age/nonces.json");
}

#[test]
fn platforms_are_read_alike() {
    agree("spec/vectors/v1alpha1/age/adapt.json");
}

#[test]
fn a_holder_keeps_a_batch_or_discards_it_alike() {
    agree("spec/vectors/v1alpha1/age/batches.json");
}

#[test]
fn answers_have_one_outcome_and_one_retry_class() {
    agree("spec/vectors/v1alpha1/age/outcomes.json");
}
