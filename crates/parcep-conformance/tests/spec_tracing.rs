//! Keeps the specification honest: its requirements have one shape, nothing cites an id that does
//! not exist, and whatever binds is tested or listed with the reason.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use parcep_conformance::spec::{CHAPTERS, Requirement, catalogue, cited, read};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Folders with files that may cite requirements.
const SOURCES: &[&str] = &[
    "crates", "proto", "spec", "examples", "benches", "fuzz", ".ci",
];
/// Files that hold invented ids, to test the tracing itself.
const INVENTED: &[&str] = &[
    "crates/parcep-conformance/src/spec.rs",
    "crates/parcep-conformance/src/site/tests.rs",
];

#[derive(serde::Deserialize)]
struct Untested {
    #[serde(default)]
    untested: Vec<Row>,
}

#[derive(serde::Deserialize)]
struct Row {
    id: String,
    reason: String,
}

#[test]
fn every_chapter_is_built_into_the_suite() {
    let built: BTreeSet<_> = CHAPTERS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let there: BTreeSet<_> = std::fs::read_dir(root().join("spec"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .chain(["profiles/README.md".to_owned()])
        .collect();
    assert_eq!(
        built, there,
        "add the chapter to parcep_conformance::spec::CHAPTERS"
    );
}

#[test]
fn every_requirement_is_one_sentence_with_one_keyword() {
    let mut faults = Vec::new();
    for path in files(&root().join("spec")) {
        if path.extension().is_some_and(|e| e == "md") {
            let text = std::fs::read_to_string(&path).unwrap();
            faults.extend(read(&relative(&path), &text).1);
        }
    }
    let list: Vec<_> = faults
        .iter()
        .map(|f| format!("{}:{}: {}", f.chapter, f.line, f.what))
        .collect();
    assert!(list.is_empty(), "{}", list.join("\n"));
}

#[test]
fn every_id_is_given_once() {
    let mut seen = BTreeMap::new();
    for requirement in catalogue() {
        if let Some(other) = seen.insert(requirement.id, requirement.chapter) {
            panic!(
                "{} stands in {other} and in {}",
                requirement.id, requirement.chapter
            );
        }
    }
    assert!(seen.len() > 50, "only {} requirements found", seen.len());
}

#[test]
fn every_cited_id_exists() {
    let known: BTreeSet<_> = catalogue().iter().map(|r| r.id).collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let unknown: BTreeSet<_> = cited(&text).filter(|id| !known.contains(id)).collect();
        wrong.extend(unknown.into_iter().map(|id| format!("{path}: {id}")));
    }
    assert!(
        wrong.is_empty(),
        "cited, but in no chapter:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_binding_requirement_is_tested_or_listed_with_a_reason() {
    let tested: BTreeSet<String> = sources()
        .iter()
        .flat_map(|(path, text)| {
            cited(testing_part(path, text))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    let list = std::fs::read_to_string(root().join("spec/untested.toml")).unwrap();
    let list: Untested = toml::from_str(&list).unwrap();
    let open = std::fs::read_to_string(root().join("spec/OPEN.md")).unwrap();
    let rows = list.untested.iter().map(|row| row.id.as_str());
    let excused: BTreeSet<_> = rows.chain(cited(&open)).collect();

    let mut wrong = Vec::new();
    for requirement in catalogue() {
        wrong.extend(verdict(requirement, &tested, &excused));
    }
    let known: BTreeSet<_> = catalogue().iter().map(|r| r.id).collect();
    for row in &list.untested {
        if !known.contains(row.id.as_str()) {
            wrong.push(format!(
                "{}: in spec/untested.toml, but in no chapter",
                row.id
            ));
        }
        if row.reason.trim().len() < 15 {
            wrong.push(format!(
                "{}: spec/untested.toml gives no real reason",
                row.id
            ));
        }
    }
    println!(
        "{} requirements, {} cited by tests, {} listed as untested",
        catalogue().len(),
        catalogue().iter().filter(|r| tested.contains(r.id)).count(),
        excused.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn verdict(
    requirement: &Requirement<'_>,
    tested: &BTreeSet<String>,
    excused: &BTreeSet<&str>,
) -> Option<String> {
    let Requirement { id, title, .. } = requirement;
    match (tested.contains(*id), excused.contains(id)) {
        (true, true) => Some(format!(
            "{id}: a test cites it now, take it out of spec/untested.toml"
        )),
        (false, false) if requirement.is_binding() => {
            Some(format!("{id} {title}: no test cites it"))
        }
        (false, false) => {
            println!("{id} {title}: no test cites it ({})", requirement.keyword);
            None
        }
        _ => None,
    }
}

/// The part of a file that proves something: all of a test, vector or conformance test, the test
/// module of a source file, and nothing of anything else.
fn testing_part<'a>(path: &str, text: &'a str) -> &'a str {
    let proves = path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.starts_with("spec/vectors/")
        || path.starts_with("examples/python/")
        || path.starts_with("fuzz/")
        || path.starts_with("crates/parcep-conformance/src/catalogue/");
    if proves {
        return text;
    }
    let inline = text.find("#[cfg(test)]").and_then(|at| text.get(at..));
    inline.filter(|_| path.ends_with(".rs")).unwrap_or_default()
}

fn sources() -> Vec<(String, String)> {
    let found: Vec<_> = SOURCES
        .iter()
        .flat_map(|folder| files(&root().join(folder)))
        .filter(|path| {
            let name = path
                .extension()
                .and_then(|e| e.to_str())
                .unwrap_or_default();
            ["rs", "proto", "md", "toml", "json", "py", "sh"].contains(&name)
                || relative(path).starts_with(".ci/")
        })
        .filter(|path| !INVENTED.contains(&relative(path).as_str()))
        .filter_map(|path| Some((relative(&path), std::fs::read_to_string(&path).ok()?)))
        .collect();
    assert!(found.len() > 20, "only {} files found", found.len());
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            !path.ends_with("target") && !path.ends_with(".venv") && !path.ends_with("corpus")
        })
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect();
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap()
        .to_string_lossy()
        .replace('\\', "/")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}
