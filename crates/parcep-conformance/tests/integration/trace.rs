//! `parcep-conform trace` as somebody types it: exit codes, files, and a sentence that changes.

use std::path::Path;
use std::process::{Command, Output};

const CHAPTER: &str =
    "# 1. One\n\n### R-EXAMPLE-001 Reads {#r-example-001}\nA reader MUST read.\n\nWhy not.\n";
const RECORD: &str = "{\"format\": \"parcep-evidence/1\", \"tests\": [{\"id\": \"T-1\", \"requirements\": \
                      [\"R-EXAMPLE-001\"], \"verdict\": \"pass\"}]}";

/// A specification without a record.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "spec/01-one.md", CHAPTER);
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn trace(folder: &Path, args: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_parcep-conform");
    let mut command = Command::new(program);
    command.current_dir(folder).arg("trace").args(args);
    command.output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// R-CONF-007
#[test]
fn nothing_executed_is_exit_code_4_and_says_what_to_run() {
    let folder = folder();
    let output = trace(folder.path(), &[]);
    assert_eq!(code(&output), 4);
    let said = text(&output.stderr);
    assert!(said.contains("cargo test --workspace"), "{said}");
    assert!(said.contains("parcep-conform selftest"), "{said}");
    assert_eq!(code(&trace(folder.path(), &["--accept", "all"])), 4);
    assert!(!folder.path().join("spec/reviewed.toml").exists());
}

/// R-CONF-008, R-CONF-009
#[test]
fn a_changed_sentence_is_found_by_its_hash_and_accepted_by_a_person() {
    let folder = folder();
    write(folder.path(), "target/conformance/record.json", RECORD);
    let run = |args: &[&str]| trace(folder.path(), args);
    assert_eq!(code(&run(&[])), 1, "nobody has reviewed it");
    assert_eq!(code(&run(&["--accept", "all"])), 0);
    assert_eq!(code(&run(&[])), 0);

    write(
        folder.path(),
        "spec/01-one.md",
        &CHAPTER.replace("MUST read", "MUST\n  read"),
    );
    assert_eq!(code(&run(&[])), 0, "a line break changes nothing");
    write(
        folder.path(),
        "spec/01-one.md",
        &CHAPTER.replace("MUST read", "MUST NOT read"),
    );
    let output = run(&[]);
    assert_eq!(code(&output), 1);
    let page = text(&output.stdout);
    assert!(
        page.contains("its sentence changed") && page.contains("T-1"),
        "{page}"
    );
    assert_eq!(
        code(&run(&["--accept", "all"])),
        0,
        "all stands for new ones only"
    );
    assert_eq!(code(&run(&[])), 1);
    assert_eq!(code(&run(&["--accept", "R-EXAMPLE-001"])), 0);
    assert_eq!(code(&run(&[])), 0);
}

#[test]
fn usage_and_files_that_cannot_be_read_are_told_apart() {
    let folder = folder();
    write(folder.path(), "target/conformance/record.json", RECORD);
    write(folder.path(), "empty/README.md", "# Nothing\n");
    write(folder.path(), "bad.json", "{}");
    let cases: [(&[&str], i32); 6] = [
        (&["--no-such-flag"], 2),
        (&["--accept", "R-EXAMPLE-009"], 2),
        (&["--spec", "no/such"], 3),
        (&["--spec", "empty"], 3),
        (&["--results", "no/such.json"], 3),
        (&["--results", "bad.json"], 3),
    ];
    for (args, expected) in cases {
        let output = trace(folder.path(), args);
        assert_eq!(
            code(&output),
            expected,
            "{args:?}: {}",
            text(&output.stderr)
        );
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
    let output = trace(folder.path(), &["--results", "bad.json", "--json"]);
    let error: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(error["error"]["code"], "BAD_RECORD");
    assert_eq!(error["error"]["file"], "bad.json");
}

#[test]
fn requirements_are_written_with_their_hashes() {
    let folder = folder();
    let output = trace(folder.path(), &["--requirements", "requirements.json"]);
    assert_eq!(code(&output), 4, "still nothing ran");
    let json = std::fs::read(folder.path().join("requirements.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let expected = serde_json::json!({
        "format": "parcep-requirements/1",
        "requirements": [{
            "id": "R-EXAMPLE-001",
            "title": "Reads",
            "chapter": "01-one.md",
            "anchor": "r-example-001",
            "keyword": "MUST",
            "sentence": "A reader MUST read.",
            "hash": "58961ada53619079",
        }],
    });
    assert_eq!(json, expected);
}
