//! Bringing together what ran: records as they are, and logs of `cargo test` with the sources.

use super::evidence::Record;
use super::libtest::{Section, sections};
use super::scan::{SourceTest, Target, targets};
use super::{Evidence, Mutant, TraceError, folder};
use crate::spec;
use crate::verdict::Verdict;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Everything that ran.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Tests that passed or failed.
    pub(super) tests: Vec<Ran>,
    /// Faults, with the file of their record.
    pub(super) mutants: Vec<(String, Mutant)>,
    /// What could not be used.
    pub(super) notes: Vec<String>,
}

/// One test that ran to an end that says something.
#[derive(Debug, Clone)]
pub(super) struct Ran {
    pub(super) evidence: Evidence,
    pub(super) cites: BTreeSet<String>,
    pub(super) passed: bool,
}

/// Reads every record: files as they are named, of folders each `*.json` and `*.log`.
pub(super) fn gather(code: &Path, evidence: &[PathBuf]) -> Result<Gathered, TraceError> {
    let mut gathered = Gathered::default();
    let mut sources = None;
    for named in evidence.iter().filter(|path| path.exists()) {
        let in_folder = named.is_dir();
        let files = if in_folder {
            folder::files(named, &["json", "log"])?
        } else {
            vec![named.clone()]
        };
        for file in files {
            let text = folder::read(&file)?;
            let name = folder::relative(&file, code);
            if file.extension().is_some_and(|ending| ending == "log") {
                let sources = match &mut sources {
                    Some(sources) => sources,
                    none => none.insert(Sources::read(code)?),
                };
                gathered.log(&name, &text, sources);
            } else if in_folder && !is_record(&text) {
                let note = format!("{name} is no record of evidence and was passed over");
                gathered.notes.push(note);
            } else {
                gathered.record(&name, Record::parse(&file, &text)?);
            }
        }
    }
    Ok(gathered)
}

/// Whether a JSON text calls itself a record, of whatever version.
fn is_record(text: &str) -> bool {
    let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let format = value
        .as_ref()
        .and_then(|value| value.get("format")?.as_str());
    format.is_some_and(|format| format.starts_with("parcep-evidence/"))
}

impl Gathered {
    fn record(&mut self, name: &str, record: Record) {
        let ran = record
            .tests
            .into_iter()
            .filter(|test| test.verdict.is_executed());
        self.tests.extend(ran.map(|test| Ran {
            evidence: Evidence {
                id: test.id,
                record: name.to_owned(),
                place: None,
            },
            cites: test.requirements.into_iter().collect(),
            passed: test.verdict == Verdict::Pass,
        }));
        let mutants = record.mutants.into_iter();
        self.mutants
            .extend(mutants.map(|mutant| (name.to_owned(), mutant)));
    }

    fn log(&mut self, name: &str, text: &str, sources: &Sources) {
        for section in sections(text) {
            let Section {
                root,
                program,
                tests,
            } = &section;
            if tests.is_empty() {
                continue;
            }
            match sources.target(&section) {
                Ok(target) => self.section(name, &section, target, sources),
                Err(cause) => self.notes.push(format!(
                    "{name}: {} tests of {root} ({program}) count for nothing: {cause}",
                    tests.len()
                )),
            }
        }
    }

    fn section(&mut self, name: &str, section: &Section, target: &Target, sources: &Sources) {
        let mut unknown = 0;
        for (path, passed) in &section.tests {
            let mut found = target.tests.iter().filter(|test| test.name == *path);
            // Two functions of one path stand under different configurations: nobody knows which ran.
            let (Some(test), None) = (found.next(), found.next()) else {
                unknown += 1;
                continue;
            };
            let id = id(target, path);
            // A test that puts in a fault by itself fails where nobody notices it.
            let seeded = test.seeded.iter().filter(|_| *passed);
            self.mutants.extend(seeded.map(|requirement| {
                let mutant = Mutant {
                    name: format!("seeded fault of {id}"),
                    requirement: requirement.clone(),
                    killed: true,
                    by: vec![id.clone()],
                };
                (name.to_owned(), mutant)
            }));
            self.tests.push(Ran {
                evidence: Evidence {
                    id: id.clone(),
                    record: name.to_owned(),
                    place: Some(test.place.clone()),
                },
                cites: sources.cites(test),
                passed: *passed,
            });
        }
        if unknown > 0 {
            let Target { package, root, .. } = target;
            let note = format!(
                "{name}: {unknown} tests of {package} {root} have no source that was found"
            );
            self.notes.push(note);
        }
    }
}

/// `parcep-core log::tests::a_gap_is_named`, or `parcep-core/tests/it a::b`.
fn id(target: &Target, path: &str) -> String {
    let Target { package, root, .. } = target;
    match root.as_str() {
        "src/lib.rs" => format!("{package} {path}"),
        root => {
            let short = root.trim_end_matches(".rs").trim_end_matches("/main");
            format!("{package}/{short} {path}")
        }
    }
}

/// Sources of tests, and the ids in the vectors that they may read.
struct Sources {
    targets: Vec<Target>,
    /// Ids of each file below `spec/vectors`, by its path there.
    vectors: BTreeMap<String, BTreeSet<String>>,
}

impl Sources {
    fn read(code: &Path) -> Result<Self, TraceError> {
        let home = code.join("spec/vectors");
        let files = if home.is_dir() {
            folder::files(&home, &["json"])?
        } else {
            Vec::new()
        };
        let mut vectors = BTreeMap::new();
        for file in files {
            let text = folder::read(&file)?;
            let ids = spec::cited(&text).map(str::to_owned).collect();
            vectors.insert(folder::relative(&file, &home), ids);
        }
        Ok(Self {
            targets: targets(code)?,
            vectors,
        })
    }

    /// The one target that these tests come from.
    ///
    /// Several packages have a `tests/it/main.rs`, so the tests themselves decide: the target with
    /// most of them, if only one has that many.
    fn target(&self, section: &Section) -> Result<&Target, &'static str> {
        let of_library = |target: &Target| {
            section.root != "src/lib.rs" || target.package.replace('-', "_") == section.program
        };
        let known = |target: &Target| {
            let names: BTreeSet<&str> = target.tests.iter().map(|t| t.name.as_str()).collect();
            let ran = section.tests.iter();
            ran.filter(|(name, _)| names.contains(name.as_str()))
                .count()
        };
        let mut fitting: Vec<(usize, &Target)> = self
            .targets
            .iter()
            .filter(|target| target.root == section.root && of_library(target))
            .map(|target| (known(target), target))
            .filter(|(known, _)| *known > 0)
            .collect();
        fitting.sort_by_key(|(known, _)| std::cmp::Reverse(*known));
        match fitting.as_slice() {
            [] => Err("no source was found for them"),
            [(first, _), (second, _), ..] if first == second => Err("two packages have such tests"),
            [(_, target), ..] => Ok(target),
        }
    }

    /// What a test cites itself, and what the vectors cite that it reads.
    fn cites(&self, test: &SourceTest) -> BTreeSet<String> {
        let read = |path: &str| {
            test.vectors.iter().any(|named| {
                let below = path.strip_prefix(named.as_str());
                below
                    .is_some_and(|rest| rest.is_empty() || rest == ".json" || rest.starts_with('/'))
            })
        };
        let vectors = self.vectors.iter().filter(|(path, _)| read(path));
        let ids = vectors.flat_map(|(_, ids)| ids);
        test.cites.iter().chain(ids).cloned().collect()
    }
}
