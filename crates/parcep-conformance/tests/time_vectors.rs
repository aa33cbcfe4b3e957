//! Every vector of time, which another language worked out from the chapter, answered by the core. One test
//! for each file.
#![expect(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use parcep_conformance::ages::{self, Area};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn agree(path: &str) {
    let file = ages::read(&root().join(path), Area::Time).unwrap();
    assert!(!file.vectors.is_empty(), "{path}");
    let wrong = file.vectors.iter().filter_map(|vector| {
        let said = ages::answer(&file.name, &file.shared, &vector.inputs);
        let difference = vector.difference(&said)?;
        Some(format!("{}, {}: {difference}", vector.id, vector.title))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_has_a_reader_and_every_reader_a_file() {
    let folder = root().join("spec/vectors/v1alpha1/time");
    let there = std::fs::read_dir(folder).unwrap();
    let there = there.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let read = ages::files(Area::Time).map(|name| format!("{name}.json"));
    assert_eq!(there.collect::<BTreeSet<_>>(), read.collect());
}

#[test]
fn the_worked_example_of_the_chapter_comes_out() {
    agree("spec/vectors/v1alpha1/time/worked.json");
}

#[test]
fn what_raises_the_lower_bound_raises_it_alike() {
    agree("spec/vectors/v1alpha1/time/lower.json");
}

#[test]
fn a_restart_loosens_nothing_that_was_stored() {
    agree("spec/vectors/v1alpha1/time/restarts.json");
}

#[test]
fn the_upper_bound_takes_two_kinds_of_source() {
    agree("spec/vectors/v1alpha1/time/upper.json");
}

#[test]
fn states_follow_from_what_was_heard() {
    agree("spec/vectors/v1alpha1/time/states.json");
}

#[test]
fn a_release_comes_with_its_month_and_stays() {
    agree("spec/vectors/v1alpha1/time/release.json");
}

/// R-CONF-012: no vector passes by being misread.
#[test]
fn a_reading_that_nobody_knows_is_no_answer() {
    let inputs = |reading: Value| {
        let inputs =
            json!({"protected": false, "uncertain_time": "WALL_CLOCK", "readings": [reading]});
        inputs.as_object().cloned().unwrap()
    };
    let ask = |reading| ages::answer("lower", &ages::Members::new(), &inputs(reading));
    assert!(ask(json!({"boot": 1, "row": true})).is_ok());
    for reading in [
        json!({"noise": 1}),
        json!({"boot": -1}),
        json!({"wall": 1, "boot": "soon"}),
        json!({"release_on": [2026], "zone": "UTC"}),
        json!({"release_on": [2026, 1]}),
        json!(3),
    ] {
        let said = ask(reading.clone());
        let unread = matches!(said, Err(ages::Unanswered::Unread(_)));
        assert!(unread, "{reading}: {said:?}");
    }
}
