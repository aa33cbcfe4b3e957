//! Every vector of `spec/vectors/v1alpha1`, which another language wrote from the specification
//! alone. One test per area; each names its folder. The rows of `evaluate` and the
//! vectors of `time` are run by the suite.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod bytes;
mod documents;
mod file;
mod forks;
mod log;
mod outside;

use file::{AREAS, files_of, root};
use std::collections::BTreeSet;

#[test]
fn every_file_has_a_reader_and_every_reader_a_file() {
    let folder = root().join("spec/vectors/v1alpha1");
    let there: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let known: BTreeSet<String> = AREAS
        .iter()
        .chain(&["evaluate"])
        .map(|a| (*a).to_owned())
        .collect();
    assert_eq!(there, known, "an area that no test reads, or none at all");
    for area in AREAS {
        assert!(!files_of(area).is_empty(), "{area} has no vectors");
    }
}

#[test]
fn ids_are_unique_and_every_negative_vector_has_a_positive_twin() {
    let all: Vec<_> = AREAS.iter().flat_map(|area| file::vectors(area)).collect();
    let ids: BTreeSet<_> = all.iter().map(|vector| vector.id.clone()).collect();
    assert_eq!(ids.len(), all.len(), "an id stands twice");
    let positive: BTreeSet<_> = all
        .iter()
        .filter(|v| v.twin_of.is_none())
        .map(|v| v.id.clone())
        .collect();
    let mut negative = 0;
    for vector in &all {
        let Some(twin) = &vector.twin_of else {
            assert_eq!(
                vector.reason, None,
                "{}: a reason without a twin",
                vector.id
            );
            continue;
        };
        assert!(positive.contains(twin), "{}: its twin is {twin}", vector.id);
        negative += 1;
    }
    println!("{} vectors, {negative} negative", all.len());
    assert!(
        all.len() >= 1900 && negative >= 1000,
        "{} vectors, {negative} negative",
        all.len()
    );
}
