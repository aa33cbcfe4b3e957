//! What of the tracing needs no record of a run: form, ids, rows, and sentences that changed.
//!
//! Whether each requirement has a test that ran is for `parcep-conform trace` to say.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use parcep_conformance::spec::CHAPTERS;
use parcep_conformance::trace::{self, FaultKind, Trace};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn every_chapter_is_built_into_the_suite() {
    let built: BTreeSet<_> = CHAPTERS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let (requirements, _) = trace::read_spec(&root().join("spec")).unwrap();
    let numbered = std::fs::read_dir(root().join("spec"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md") && name.starts_with(|c: char| c.is_ascii_digit()));
    let there: BTreeSet<_> = requirements
        .into_iter()
        .map(|one| one.chapter)
        .chain(numbered)
        .collect();
    assert_eq!(
        built, there,
        "add the chapter to parcep_conformance::spec::CHAPTERS"
    );
}

#[test]
fn every_requirement_is_one_sentence_with_one_keyword_and_an_id_of_its_own() {
    let trace = trace();
    none_of(&trace, &[FaultKind::Form, FaultKind::Duplicate]);
    let found = trace.requirements.len();
    assert!(found > 150, "only {found} requirements found");
}

#[test]
fn every_cited_id_exists() {
    none_of(&trace(), &[FaultKind::UnknownId]);
}

#[test]
fn every_row_of_trace_toml_and_open_md_is_about_a_requirement_and_gives_a_reason() {
    none_of(&trace(), &[FaultKind::Row, FaultKind::Excuses]);
}

/// R-CONF-009: a change of a sentence is noticed without any record.
#[test]
fn no_sentence_changed_since_its_tests_were_last_held_against_it() {
    none_of(&trace(), &[FaultKind::Suspect]);
}

/// The tests of the tracing invent requirements in an area of their own.
#[test]
fn the_area_of_invented_ids_is_empty() {
    let invented = |id: &str| id.starts_with("R-EXAMPLE-");
    let trace = trace();
    let mut ids = trace
        .requirements
        .iter()
        .map(|one| one.requirement.id.as_str());
    assert_eq!(ids.find(|id| invented(id)), None);
}

fn none_of(trace: &Trace, kinds: &[FaultKind]) {
    let of_these = trace
        .faults
        .iter()
        .filter(|fault| kinds.contains(&fault.kind));
    let list: Vec<_> = of_these.map(|f| format!("{}: {}", f.at, f.what)).collect();
    assert!(list.is_empty(), "\n{}", list.join("\n"));
}

fn trace() -> Trace {
    trace::run(&root().join("spec"), &root(), &[]).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}
