//! The tables of the chapters on privacy and security say something: every threat names clauses that exist
//! and tests that exist, and says which of the clauses are open or provisional; every row of who learns what names its clauses.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[test]
fn every_threat_names_clauses_and_a_proof_that_exist() {
    let known = Known::read();
    let rows = rows(&read("spec/25-security.md"), |first| {
        is_numbered(first, 'T')
    });
    let ids: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
    let wanted: Vec<_> = (1..=21).map(|n| format!("T{n}")).collect();
    assert_eq!(ids, wanted);
    let faults: Vec<_> = rows.iter().flat_map(|row| known.faults_of(row)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_threat_without_clause_or_proof_is_found_and_so_is_one_that_hides_what_is_open() {
    // Put together here, so that tracing does not take them for citations.
    let (good, bad) = (concat!("R-FOO", "-001"), concat!("R-FOO", "-002"));
    let open = concat!("R-FOO", "-003");
    let known = Known {
        clauses: BTreeSet::from([good, open].map(str::to_owned)),
        tests: BTreeSet::from(["it_holds".to_owned()]),
        waits: BTreeMap::from([(open.to_owned(), "open: trust".to_owned())]),
    };
    let row = |defence: &str, proof: &str| {
        let cells = ["T1", "who", "what", defence, proof];
        known.faults_of(&cells.map(str::to_owned)).len()
    };
    assert_eq!(row(good, "`it_holds`"), 0);
    assert_eq!(row(open, "`open: trust`"), 0);
    assert_eq!(row(&format!("{good} to {open}"), "`it_holds`"), 1);
    assert_eq!(row(open, "`it_holds`"), 1);
    assert_eq!(row(good, "`it_holds`, `open: trust`"), 1);
    assert_eq!(row("no clause", "`it_holds`"), 1);
    assert_eq!(row(bad, "`it_holds`"), 1);
    assert_eq!(row(good, ""), 1);
    assert_eq!(row(good, "`it_breaks`"), 1);
    assert_eq!(row(good, "`open: some day`"), 1);
}

/// The tables of who learns what: closed answers, and at least one clause a row.
#[test]
fn every_row_of_who_learns_what_answers_for_each_party_and_names_its_clauses() {
    let answers = [
        "yes",
        "no",
        "own",
        "by category",
        "by consent",
        "one cell or several",
        "in steps",
        "counts",
        "not kept",
    ];
    let known = Known::read();
    let chapter = read("spec/24-privacy.md");
    let (mut found, mut columns) = (0, 0);
    for cells in chapter.lines().filter_map(cells) {
        if cells[0] == "What" && cells.last().unwrap() == "Clauses" {
            columns = cells.len();
        } else if cells.len() == columns && !cells[0].starts_with('-') {
            let (clauses, parties) = cells[1..].split_last().unwrap();
            for answer in parties {
                assert!(answers.contains(&answer.as_str()), "{cells:?}");
            }
            let cited = ids(clauses);
            assert!(!cited.is_empty(), "{cells:?}");
            assert!(
                cited.iter().all(|id| known.clauses.contains(*id)),
                "{cells:?}"
            );
            found += 1;
        } else {
            columns = 0;
        }
    }
    assert_eq!(found, 20, "rows of who learns what");
}

/// Every ask of the texts on child online protection: clauses and proofs that exist, and a word that
/// fits them.
#[test]
fn every_ask_names_clauses_and_a_proof_that_exist_unless_it_is_for_people() {
    let known = Known::read();
    let is_number = |first: &str| !first.is_empty() && first.bytes().all(|b| b.is_ascii_digit());
    let rows = rows(&read("spec/COP.md"), is_number);
    let numbers: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
    let wanted: Vec<_> = (1..=38).map(|n| n.to_string()).collect();
    assert_eq!(numbers, wanted);
    for row in &rows {
        let [.., clauses, proof, far] = row.as_slice() else {
            panic!("{row:?}");
        };
        if far == "people" {
            assert_eq!((clauses.as_str(), proof.as_str()), ("–", "–"), "{row:?}");
            continue;
        }
        let names = named(proof);
        let run = names.iter().any(|name| !waits(name));
        let open = names.iter().any(|name| waits(name));
        let word = match (run, open) {
            (true, false) => "runs",
            (true, true) => "part",
            (false, _) => "written",
        };
        assert_eq!(far, word, "{row:?}");
        let mut faults = known.faults_of(&row[..5]);
        // A row may speak of a registry or of everything instead of a clause.
        let whole =
            clauses == "all" || clauses.contains("registry of") || clauses.contains("R-PCPS");
        faults.retain(|fault| !(whole && fault.ends_with("names no clause")));
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// What became of each demand that the survey made.
#[test]
fn every_demand_has_a_verdict_its_clauses_and_a_reason() {
    let text = read("spec/SOURCES.md");
    let rows = rows(&text, |first| first.starts_with("REQ-"));
    let numbers: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
    let wanted: Vec<_> = (1..=97).map(|n| format!("REQ-{n:03}")).collect();
    assert_eq!(numbers, wanted);
    let known = Known::read();
    let verdicts = ["adopted", "sharpened", "changed", "merged", "rejected"];
    for row in &rows {
        assert_eq!(row.len(), 5, "{row:?}");
        assert!(verdicts.contains(&row[2].as_str()), "{row:?}");
        let cited = ids(&row[3]);
        let registry = row[3].contains("registry/");
        assert!(
            row[2] == "rejected" || registry || !cited.is_empty(),
            "{row:?}"
        );
        assert!(
            cited.iter().all(|id| known.clauses.contains(*id)),
            "{row:?}"
        );
        assert!(row[4].len() > 10, "{row:?} gives no reason");
    }
    for verdict in verdicts {
        let count = rows.iter().filter(|row| row[2] == verdict).count();
        assert!(
            text.contains(&format!("{count} {verdict}")),
            "{count} {verdict}"
        );
    }
}

/// What a row may name.
struct Known {
    clauses: BTreeSet<String>,
    tests: BTreeSet<String>,
    /// What a row says beside its tests if it cites this clause: `open: theme`, or `provisional: feature`.
    waits: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct TraceToml {
    provisional: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    feature: String,
    requirements: Vec<String>,
}

impl Known {
    fn read() -> Self {
        let mut clauses = BTreeSet::new();
        for path in files(&root().join("spec"), "md") {
            let text = std::fs::read_to_string(path).unwrap();
            let headings = text.lines().filter_map(|l| l.strip_prefix("### "));
            clauses.extend(headings.flat_map(ids).map(str::to_owned));
        }
        let mut tests = BTreeSet::new();
        for path in files(&root().join("crates"), "rs") {
            let text = std::fs::read_to_string(path).unwrap();
            tests.extend(tests_of(&text));
        }
        for path in files(&root().join("crates/parcep-conformance/catalogue"), "toml") {
            let text = std::fs::read_to_string(path).unwrap();
            let ids = text.lines().filter_map(|line| line.strip_prefix("id = \""));
            tests.extend(ids.map(|id| id.trim_end_matches('"').to_owned()));
        }
        let open = rows(&read("spec/OPEN.md"), |first| first.starts_with("R-"));
        let open = open.into_iter();
        let mut waits: BTreeMap<_, _> = open
            .map(|row| (row[0].clone(), format!("open: {}", row[1])))
            .collect();
        let kept: TraceToml = toml::from_str(&read("spec/trace.toml")).unwrap();
        for Feature {
            feature,
            requirements,
        } in kept.provisional
        {
            let ids = requirements.into_iter();
            waits.extend(ids.map(|id| (id, format!("provisional: {feature}"))));
        }
        Self {
            clauses,
            tests,
            waits,
        }
    }

    fn faults_of(&self, row: &[String]) -> Vec<String> {
        let [id, _, _, defence, proof] = row else {
            return vec![format!("{row:?} has {} cells", row.len())];
        };
        let mut faults = Vec::new();
        let cited = ids(defence);
        if cited.is_empty() {
            faults.push(format!("{id} names no clause"));
        }
        let unknown = cited.iter().filter(|id| !self.clauses.contains(**id));
        faults.extend(unknown.map(|clause| format!("{id} names {clause}, which does not exist")));
        let named = named(proof);
        if named.is_empty() {
            faults.push(format!("{id} names no proof"));
        }
        let tests = named.iter().filter(|name| !waits(name));
        let strange = tests.filter(|name| !self.tests.contains(**name));
        faults.extend(strange.map(|name| format!("{id} names `{name}`, which does not exist")));
        let said: BTreeSet<_> = named.iter().copied().filter(|name| waits(name)).collect();
        let cited = cited_in(defence);
        let wait: BTreeSet<_> = cited.iter().filter_map(|id| self.waits.get(id)).collect();
        let wait: BTreeSet<_> = wait.into_iter().map(String::as_str).collect();
        if said != wait {
            faults.push(format!("{id} says {said:?}, and its clauses are {wait:?}"));
        }
        faults
    }
}

/// Everything that a proof names.
fn named(proof: &str) -> Vec<&str> {
    proof.split('`').skip(1).step_by(2).collect()
}

/// Whether it is no test.
fn waits(name: &str) -> bool {
    name.starts_with("open: ") || name.starts_with("provisional: ")
}

/// The clauses of a cell, those too that `A to B` stands for.
fn cited_in(cell: &str) -> BTreeSet<String> {
    let mut cited: BTreeSet<_> = ids(cell).into_iter().map(str::to_owned).collect();
    for (before, after) in cell
        .match_indices(" to R-")
        .map(|(at, _)| cell.split_at(at))
    {
        let (Some(first), Some(last)) = (ids(before).pop(), ids(after).into_iter().next()) else {
            continue;
        };
        let parts = |id: &str| {
            let (area, number) = id.rsplit_once('-').unwrap();
            (area.to_owned(), number.parse::<u32>().unwrap())
        };
        let ((area, from), (_, to)) = (parts(first), parts(last));
        cited.extend((from..=to).map(|number| format!("{area}-{number:03}")));
    }
    cited
}

/// Functions under a test attribute or in a property, and ids of the suite's tests.
fn tests_of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut attribute = false;
    for line in text.lines().map(str::trim) {
        let function = line.strip_prefix("async ").unwrap_or(line);
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            attribute = true;
        } else if let Some(function) = function.strip_prefix("fn ") {
            let name = function.split('(').next().unwrap_or_default();
            if std::mem::take(&mut attribute) {
                found.push(name.to_owned());
            }
        } else if let Some(id) = line.strip_prefix("id: \"T-") {
            found.push(format!("T-{}", id.trim_end_matches("\",")));
        }
    }
    found
}

/// Rows whose first cell is of the kind wanted.
fn rows(text: &str, wanted: impl Fn(&str) -> bool) -> Vec<Vec<String>> {
    let all = text.lines().filter_map(cells);
    all.filter(|row| wanted(&row[0])).collect()
}

fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix("| ")?.strip_suffix('|')?;
    Some(
        inner
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect(),
    )
}

fn is_numbered(cell: &str, letter: char) -> bool {
    let number = cell.strip_prefix(letter).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

/// Every `R-AREA-NNN` in a text.
fn ids(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words
        .filter(|word| {
            let parts: Vec<_> = word.split('-').collect();
            matches!(parts.as_slice(), ["R", area, number]
                if area.bytes().all(|b| b.is_ascii_uppercase()) && number.len() == 3)
        })
        .collect()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
