//! `parcep-conform explain`.

use super::{Failure, trace as traced};
use crate::catalogue::{self, Profile, Role, Run, Test, template};
use crate::clause::Clause;
use crate::trace::{self, State};
use crate::{script, spec};
use clap::Args;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Say what a test does, step by step and why, or which tests decide a requirement
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct ExplainArgs {
    /// A test, such as T-POINT-030-rollback or one case of it, or a requirement, such as R-LOG-005
    #[arg(value_name = "ID")]
    id: String,
    /// Folder of the specification, for how far a requirement is proven [default: the nearest `spec`, from the
    /// working folder upwards]
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
}

const HELP: &str = "\
Examples:
  parcep-conform explain T-RELAY-021-stale-head
  parcep-conform explain T-POINT-030-rollback/kill
  parcep-conform explain R-LOG-005";

pub(super) fn run(args: &ExplainArgs) -> Result<u8, Failure> {
    let wanted = args.id.trim_end_matches("/*");
    let cases: Vec<&Test> = catalogue::tests()
        .filter(|test| test.id == wanted || template(test.id) == wanted)
        .collect();
    if let Some(first) = cases.first() {
        print!("{}", test_page(first, &cases));
        return Ok(0);
    }
    if let Some(clause) = Clause::find(wanted) {
        let near = || spec_above(&std::env::current_dir().ok()?);
        let folder = args.spec.clone().or_else(near);
        print!("{}", requirement_page(&clause, folder.as_deref()));
        return Ok(0);
    }
    let near = nearest(wanted);
    let message = format!(
        "`{}` is neither a test nor a requirement; the nearest are {}",
        args.id,
        near.join(", ")
    );
    Err(Failure::usage("NO_SUCH_ID", message))
}

fn test_page(test: &Test, cases: &[&Test]) -> String {
    let mut out = format!("{}\n  {}\n\n", asked_as(test, cases), test.title);
    let profiles = match test.is_in(Profile::Quick) {
        true => "profiles quick and full",
        false => "profile full",
    };
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "Judges {}; {}; {profiles}",
        who(test.role),
        test.kind.name()
    );
    let source = script::Source::find(template(test.id));
    if let Some(source) = &source {
        let _ = writeln!(out, "Evidence: {}", source.grade);
        if !source.needs.is_empty() {
            let _ = writeln!(out, "Applies where there is {}", source.needs.join(" and "));
        }
        for (axis, values) in &source.axes {
            let _ = writeln!(out, "Axis {axis}: {values}");
        }
    }
    let _ = writeln!(out, "\nWhy");
    for clause in test.clauses() {
        let _ = writeln!(
            out,
            "  {} {} ({})",
            clause.requirement, clause.title, clause.chapter
        );
        let _ = writeln!(out, "    {}", clause.text);
    }
    let _ = writeln!(out, "\nWhat it does");
    match (&source, test.run) {
        (Some(source), _) => {
            for (number, step) in (1..).zip(&source.steps) {
                let _ = writeln!(out, "  {number}. {step}");
            }
        }
        (None, Run::Script(_)) => {
            let _ = writeln!(
                out,
                "  Guardians write the policy of rows below spec/vectors/v1alpha1/evaluate, the product follows, and\n  \
                 is asked the question of each row while time passes. Effect, reason, rules, remaining time and next\n  \
                 change have to be those of the row."
            );
        }
        // The catalogue could not be read, and the program has said so.
        (None, _) => {}
    }
    let kills = source.map(|source| source.kills).unwrap_or_default();
    let killed = kills
        .into_iter()
        .chain(killed(test))
        .collect::<BTreeSet<_>>();
    if !killed.is_empty() {
        let _ = writeln!(
            out,
            "\nFaults that it finds\n  {}",
            Vec::from_iter(killed).join("\n  ")
        );
    }
    let _ = writeln!(
        out,
        "\nAlone\n  {}",
        alone(test.role, &asked_as(test, cases))
    );
    out
}

/// The id for people and patterns: of all cases of a test, or of one.
fn asked_as(test: &Test, cases: &[&Test]) -> String {
    match cases.len() {
        1 => test.id.to_owned(),
        _ => format!("{}/*", template(test.id)),
    }
}

fn who(role: Role) -> &'static str {
    match role {
        Role::Relay => "a relay",
        Role::AgeIssuer => "an issuer of age signals",
        Role::AgeRelyingParty => "a relying party",
        Role::EnforcementPoint => "an enforcement point",
        Role::GuardianApp => "a guardian app",
    }
}

fn alone(role: Role, id: &str) -> String {
    match role {
        Role::EnforcementPoint | Role::GuardianApp => {
            format!("parcep-conform client --only '{id}' -- CMD")
        }
        Role::AgeRelyingParty => format!("parcep-conform party --only '{id}' -- CMD"),
        Role::AgeIssuer => {
            format!("parcep-conform issuer --only '{id}' -- CMD")
        }
        _ => format!("parcep-conform server --target URI --only '{id}'"),
    }
}

/// Faults that the last self-test here saw it find.
fn killed(test: &Test) -> BTreeSet<String> {
    let record = Path::new(trace::DEFAULT_EVIDENCE).join("selftest.json");
    let matrix = std::fs::read(record).ok();
    let matrix = matrix.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let rows = matrix
        .as_ref()
        .and_then(|matrix| matrix.get("mutants")?.as_array());
    let found = |row: &&serde_json::Value| {
        let by = row.get("by").and_then(serde_json::Value::as_array);
        by.is_some_and(|by| by.iter().any(|by| by.as_str() == Some(test.id)))
    };
    let name = |row: &serde_json::Value| Some(row.get("name")?.as_str()?.to_owned());
    rows.into_iter()
        .flatten()
        .filter(found)
        .filter_map(name)
        .collect()
}

/// The folder of the specification that is nearest to a folder, in it or above.
fn spec_above(folder: &Path) -> Option<PathBuf> {
    let mut all = folder.ancestors().map(|folder| folder.join("spec"));
    all.find(|spec| spec.join("reviewed.toml").is_file())
}

fn requirement_page(clause: &Clause, folder: Option<&Path>) -> String {
    let mut out = format!(
        "{} {}\n  {}\n\n",
        clause.requirement, clause.title, clause.text
    );
    let _ = writeln!(out, "Stands in {}", clause.chapter);
    let state = match folder {
        Some(folder) => standing(clause.requirement, folder),
        None => "unknown: no specification is here or above; --spec DIR says where it is".into(),
    };
    let _ = writeln!(out, "State: {state}");
    let tests: BTreeSet<&str> = catalogue::tests()
        .filter(|test| test.cites.contains(&clause.requirement))
        .map(|test| template(test.id))
        .collect();
    match tests.is_empty() {
        true => out.push_str("\nNo test of this suite cites it.\n"),
        false => out.push_str("\nTests\n"),
    }
    for id in tests {
        let test = catalogue::tests().find(|test| template(test.id) == id);
        let title = test.map_or("", |test| test.title);
        let _ = writeln!(out, "  {id}  {title}");
    }
    out
}

/// How far it is proven, and why, by the records of runs beside the specification.
fn standing(requirement: &str, folder: &Path) -> String {
    let around = traced::around(folder);
    let evidence = [around.join(trace::DEFAULT_EVIDENCE)];
    let traced = match trace::run(folder, &around, &evidence) {
        Ok(traced) => traced,
        Err(why) => return format!("unknown: {why}; --spec DIR says where the specification is"),
    };
    let unknown = traced.is_empty();
    let mut all = traced.requirements.into_iter();
    match all.find(|one| one.requirement.id == requirement) {
        None => format!("unknown: `{}` has no such requirement", folder.display()),
        // Without any record everything would look missing.
        Some(found) if found.state == State::Missing && unknown => {
            "unknown: nothing ran here yet; `parcep-conform trace` says how records are made".into()
        }
        Some(found) => {
            let note = found.note.map(|note| format!(": {note}"));
            format!("{}{}", found.state.name(), note.unwrap_or_default())
        }
    }
}

/// Up to three ids that are spelled most alike.
fn nearest(wanted: &str) -> Vec<&'static str> {
    let tests = catalogue::tests().map(|test| template(test.id));
    let ids: BTreeSet<&str> = tests
        .chain(spec::catalogue().iter().map(|one| one.id))
        .collect();
    let mut ids: Vec<_> = ids
        .into_iter()
        .map(|id| (distance(wanted, id), id))
        .collect();
    ids.sort();
    ids.into_iter().take(3).map(|(_, id)| id).collect()
}

/// How many letters have to be put in, taken out or changed; what is only missing at the end counts little.
fn distance(one: &str, other: &str) -> usize {
    if !one.is_empty() && other.to_lowercase().contains(&one.to_lowercase()) {
        return 0;
    }
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.to_lowercase().chars().take(200).enumerate() {
        let mut before = at;
        let mut left = at + 1;
        let mut next = vec![left];
        for (above, known) in row.iter().skip(1).zip(&other) {
            let cost = usize::from(letter != *known);
            left = (before + cost).min(above + 1).min(left + 1);
            before = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_with_a_slip_finds_the_ones_nearby() {
        assert_eq!(nearest("R-LOG-05").first(), Some(&"R-LOG-005"));
        assert!(nearest("T-POINT-030").contains(&"T-POINT-030-rollback"));
        assert!(nearest("T-RELAY-021-stal-head").contains(&"T-RELAY-021-stale-head"));
        assert_eq!(distance("abc", "abd"), 1);
    }

    #[test]
    fn a_requirement_is_looked_up_in_the_specification_above_or_says_what_to_do() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let spec = spec_above(&here.join("src/cli")).unwrap();
        assert!(spec.join("28-conformance.md").is_file(), "{spec:?}");
        let clause = Clause::find("R-LOG-005").unwrap();
        let found = requirement_page(&clause, Some(&spec));
        assert!(!found.contains("--spec"), "{found}");
        let nowhere = tempfile::tempdir().unwrap();
        assert_eq!(spec_above(nowhere.path()), None);
        for folder in [None, Some(nowhere.path())] {
            let page = requirement_page(&clause, folder);
            assert!(page.contains("--spec DIR"), "{page}");
        }
    }

    #[test]
    fn every_test_can_be_explained_with_its_clauses_and_a_line_that_runs_it() {
        for test in catalogue::tests() {
            let page = test_page(test, &[test]);
            assert!(page.contains("--only"), "{page}");
            for id in test.cites {
                assert!(page.contains(id), "{page}");
            }
            assert!(!page.contains("do ="), "{page}");
        }
    }

    #[test]
    fn a_scripted_test_is_told_in_steps_and_words() {
        let test = catalogue::tests().find(|test| test.id.starts_with("T-POINT-010-"));
        let page = test_page(test.unwrap(), &[test.unwrap()]);
        for part in [
            "1. guardian 1 writes rules",
            "an attacker begins: flip-header",
            "refused (NOT_SERVED)",
            "point/overlooks-status",
            "[twin]",
        ] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
    }
}
