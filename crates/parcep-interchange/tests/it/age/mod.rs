//! What platforms say about an age: samples by their documentation, and the cases that public
//! plugins get wrong.

mod apple;
mod back;
mod platforms;
mod play;
mod stores_back;
mod tables;

use parcep_core::age::{AgeOutcome, Claim, Cuts, Statement};
use parcep_interchange::age::{AdaptError, Platform, adapt};

/// Gates that most laws of the United States have.
pub(crate) const GATES: &[u32] = &[13, 16, 18];

/// What a platform's answer says; no gates where the list is empty.
pub(crate) fn read(platform: Platform, json: &str, gates: &[u32]) -> Result<Statement, AdaptError> {
    let cuts = (!gates.is_empty()).then(|| Cuts::new(gates.to_vec()).expect("gates"));
    adapt(platform, json.as_bytes(), cuts.as_ref())
}

pub(crate) fn said(platform: Platform, json: &str, gates: &[u32]) -> Statement {
    read(platform, json, gates).unwrap_or_else(|error| panic!("{json}: {error:?}"))
}

/// The claim of an answer that has one.
pub(crate) fn claim(platform: Platform, json: &str, gates: &[u32]) -> Claim {
    let statement = said(platform, json, gates);
    statement
        .claim()
        .unwrap_or_else(|| panic!("{json}: {statement:?}"))
        .clone()
}

/// Bounds, and whether they are one cell.
pub(crate) fn band(platform: Platform, json: &str, gates: &[u32]) -> (u32, Option<u32>, bool) {
    let claim = claim(platform, json, gates);
    (
        claim.interval.lower(),
        claim.interval.upper(),
        claim.exact_cell,
    )
}

/// What came of it, where there is no claim.
pub(crate) fn outcome(platform: Platform, json: &str) -> AgeOutcome {
    let statement = said(platform, json, GATES);
    assert_eq!(statement.claim(), None, "{json}");
    statement.outcome()
}

/// Whether an answer opens what is for this age and above (R-AGE-034).
pub(crate) fn passes(platform: Platform, json: &str, threshold: u32) -> bool {
    let statement = said(platform, json, GATES);
    statement
        .claim()
        .is_some_and(|claim| claim.interval.lower() >= threshold)
}

/// Each file of `tests/age` names the document it follows, and says what it means.
#[test]
fn every_sample_names_its_document_and_says_what_it_means() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/age");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    assert!(files.len() >= 20, "samples are missing");
    for path in files {
        let name = path.display();
        let text = std::fs::read_to_string(&path).unwrap();
        let sample: serde_json::Value = serde_json::from_str(&text).expect("a sample");
        for member in ["title", "url", "version"] {
            let told = sample["document"][member].as_str();
            assert!(
                told.is_some_and(|text| !text.is_empty()),
                "{name}: {member}"
            );
        }
        let platform: Platform = sample["platform"].as_str().unwrap().parse().unwrap();
        let gates: Vec<u32> = serde_json::from_value(sample["gates"].clone()).unwrap_or_default();
        let statement = said(platform, &sample["input"].to_string(), &gates);
        assert_eq!(
            serde_json::to_value(&statement).unwrap(),
            sample["says"],
            "{name}"
        );
    }
}
