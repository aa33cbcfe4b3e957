//! The registries of `spec/registry`: their shape, how they join, and what is written from them.
//!
//! Code and chapters are generated and committed; these tests make both anew and fail on any
//! difference. After a change of a registry run
//! `PARCEP_REGENERATE=1 cargo test -p parcep-core --test registry_codegen`, then `cargo fmt`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod joins;
mod model;
mod regimes;
mod rust;
mod tables;
mod texts;

use model::Registries;
use std::path::{Path, PathBuf};

#[test]
fn committed_code_is_what_the_registries_generate() {
    let folder = root().join("crates/parcep-core/src/registry/generated");
    let made = rust::generate(&Registries::read());
    for (name, fresh) in &made {
        settle(&folder.join(name), fresh);
    }
    let committed = files_below(&folder, "rs");
    assert_eq!(
        committed.len(),
        made.len(),
        "a generated file without a registry"
    );
}

#[test]
fn tables_of_the_chapters_are_what_the_registries_say() {
    let registries = Registries::read();
    for chapter in files_below(&root().join("spec"), "md") {
        let text = std::fs::read_to_string(&chapter).unwrap();
        if text.contains(tables::MARK) {
            let fresh = tables::fill(&text, &registries)
                .unwrap_or_else(|error| panic!("{}: {error}", chapter.display()));
            settle(&chapter, &fresh);
        }
    }
}

#[test]
fn every_file_in_the_registry_folder_is_read_by_some_test() {
    // `relay-learns.toml` belongs to the privacy table and is read where that is tested.
    let known = [model::FILES.as_slice(), &["relay-learns"]].concat();
    for file in files_below(&root().join("spec/registry"), "toml") {
        let stem = file.file_stem().unwrap().to_str().unwrap();
        assert!(known.contains(&stem), "{stem}.toml is read by nobody");
    }
}

/// Compares with what is committed, or writes it where that was asked for.
fn settle(path: &Path, fresh: &str) {
    if std::env::var_os("PARCEP_REGENERATE").is_some() {
        std::fs::write(path, fresh).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == fresh,
        "{} is stale: run `PARCEP_REGENERATE=1 cargo test -p parcep-core --test registry_codegen`",
        path.display()
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Files with this extension in a folder and below it, sorted.
fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}
