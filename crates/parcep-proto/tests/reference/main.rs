//! From every element of the wire to the clause that governs it, and back: `spec/wire-reference.md`
//! is made from the proto files, committed, and compared here.
//!
//! After a change of `proto/` or of a heading in `spec/` run `PARCEP_REGENERATE=1 cargo test -p
//! parcep-proto`.

#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

mod clauses;
mod comments;
mod elements;
mod page;

use clauses::Clauses;
use elements::Wire;
use std::path::{Path, PathBuf};

const STALE: &str = "run `PARCEP_REGENERATE=1 cargo test -p parcep-proto`";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn wire() -> Wire {
    Wire::read(&repository().join("proto"), "parcep/v1alpha1")
}

#[test]
fn every_element_of_the_wire_leads_to_a_clause_that_exists() {
    let clauses = Clauses::read(&repository().join("spec"));
    let faults = wire().without_clause(&clauses);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_comment_says_units_and_absence_and_leaves_binding_to_the_clauses() {
    let wire = wire();
    let faults: Vec<String> = wire.elements().filter_map(comments::fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_reference_is_what_the_proto_files_say() {
    let spec = repository().join("spec");
    let fresh = page::render(&wire(), &Clauses::read(&spec));
    let path = spec.join("wire-reference.md");
    if std::env::var_os("PARCEP_REGENERATE").is_some() {
        std::fs::write(&path, &fresh).expect("spec is writable");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == fresh, "spec/wire-reference.md is stale: {STALE}");
}

#[test]
fn an_element_without_a_clause_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let package = folder.path().join("example");
    std::fs::create_dir(&package).expect("writable");
    std::fs::write(
        package.join("a.proto"),
        "syntax = \"proto3\";\npackage example;\n\
         // Nobody governs this.\nmessage Loose {\n  // Nor this.\n  bytes lost = 1;\n\
         \n  // This one is governed (R-DOC-001).\n  optional bytes found = 2;\n}\n\
         // R-DOC-001 covers what is inside; MUST is no word for a comment.\nmessage Held {\n  // A part.\n  int64 at = 1;\n}\n",
    )
    .expect("writable");
    let wire = Wire::read(folder.path(), "example");
    let names = |faults: Vec<String>| -> Vec<String> {
        let first = |fault: &String| fault.split(':').next().unwrap_or_default().to_owned();
        faults.iter().map(first).collect()
    };
    let none = Clauses::default();
    let known = Clauses::of(
        "04-documents.md",
        "### R-DOC-001 Reading order {#r-doc-001}\n",
    );
    assert_eq!(
        names(wire.without_clause(&known)),
        ["example.Loose", "example.Loose.lost"]
    );
    assert_eq!(
        wire.without_clause(&none).len(),
        5,
        "an id that no heading has"
    );
    assert_eq!(
        names(wire.elements().filter_map(comments::fault).collect()),
        [
            "example.Loose.lost",
            "example.Loose.found",
            "example.Held",
            "example.Held.at"
        ]
    );
}
