//! Keeps the tables of `spec/profiles/` readable by programs: known rows, known levels, nothing asked of a
//! category whose rules it is never given.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use parcep_conformance::spec::read;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const LEVELS: &[&str] = &["required", "recommended", "optional", "not applicable"];

#[derive(Deserialize)]
struct Capabilities {
    capability: Vec<Capability>,
}

#[derive(Deserialize)]
struct Capability {
    name: String,
    areas: Vec<String>,
}

#[derive(Deserialize)]
struct Kinds {
    section_kind: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    name: String,
    #[serde(default)]
    categories: Vec<String>,
}

/// One row of a table that ends in a level.
struct Row {
    what: String,
    which: String,
    level: String,
}

#[test]
fn every_row_names_something_known_and_a_level() {
    let ids = ids();
    let areas: BTreeSet<_> = ids
        .iter()
        .filter_map(|id| Some(id.rsplit_once('-')?.0))
        .collect();
    let capabilities = capabilities();
    let mut wrong = Vec::new();
    for (profile, rows) in profiles() {
        assert!(rows.len() > 10, "{profile} has only {} rows", rows.len());
        let mut seen = BTreeSet::new();
        for Row { what, level, .. } in rows {
            let known = match what.strip_prefix('`').and_then(|w| w.strip_suffix('`')) {
                Some(name) => capabilities.iter().any(|c| c.name == name),
                // One row may be about several requirements.
                None => what
                    .split(", ")
                    .all(|one| ids.contains(one) || areas.contains(one)),
            };
            if !known {
                wrong.push(format!("{profile}: {what} is not known"));
            }
            if !LEVELS.contains(&level.as_str()) {
                wrong.push(format!("{profile}: {what} has the level {level}"));
            }
            if !seen.insert(what.clone()) {
                wrong.push(format!("{profile}: {what} stands there twice"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_enforcement_point_has_every_capability_and_nobody_else_has_any() {
    let all: BTreeSet<_> = capabilities().into_iter().map(|c| c.name).collect();
    let categories = categories();
    let mut found = BTreeSet::new();
    for (profile, rows) in profiles() {
        let listed: BTreeSet<_> = rows
            .iter()
            .filter_map(|row| row.what.strip_prefix('`')?.strip_suffix('`'))
            .map(str::to_owned)
            .collect();
        if categories.contains(&profile) {
            assert_eq!(listed, all, "{profile}");
            found.insert(profile);
        } else {
            assert!(listed.is_empty(), "{profile} is no enforcement point");
        }
    }
    assert_eq!(found, categories);
}

#[test]
fn no_category_is_asked_for_rules_that_it_is_never_given() {
    let given = given();
    let capabilities: BTreeMap<_, _> = capabilities()
        .into_iter()
        .map(|c| (format!("`{}`", c.name), c.areas))
        .collect();
    let mut wrong = Vec::new();
    for (profile, rows) in profiles() {
        for row in rows {
            let Some(areas) = capabilities.get(&row.what) else {
                continue;
            };
            let readable = areas.is_empty()
                || areas
                    .iter()
                    .any(|area| given.contains(&(profile.clone(), area.to_uppercase())));
            if !readable && row.level != "not applicable" {
                wrong.push(format!("{profile}: {} is {}", row.what, row.level));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// R-CONF-020: nobody reads an area in a profile and takes for claimable what is not built.
#[test]
fn every_row_names_the_provisional_features_of_its_requirements() {
    let features = provisional();
    let mut wrong = Vec::new();
    let mut named = 0;
    for (profile, rows) in profiles() {
        for Row { what, which, level } in rows {
            let parts: Vec<_> = what.split(", ").collect();
            let is_of = |id: &str| {
                let within = |part: &&str| id == *part || id.rsplit_once('-').unwrap().0 == *part;
                parts.iter().any(within)
            };
            let of: Vec<_> = features.iter().filter(|(id, _)| is_of(id)).collect();
            let wanted: BTreeSet<_> = of.iter().filter_map(|(_, f)| f.as_deref()).collect();
            let said = which.rsplit_once("provisional: ");
            let said = said.map_or("", |(_, features)| features).split(", ");
            let said: BTreeSet<_> = said.filter(|feature| !feature.is_empty()).collect();
            let partly = !wanted.is_empty() && of.iter().any(|(_, feature)| feature.is_none());
            let says_partly = which.contains("partly provisional: ");
            let asks = level != "not applicable";
            if asks && (said != wanted || partly != says_partly) {
                wrong.push(format!(
                    "{profile}: {what} is of {wanted:?}, partly: {partly}"
                ));
            }
            named += usize::from(asks && !said.is_empty());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(named > 50, "only {named} rows name a feature");
}

#[test]
fn the_list_of_profiles_is_complete() {
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    for (profile, _) in profiles() {
        let link = format!("[{profile}]({profile}.md)");
        assert!(readme.contains(&link), "README.md lacks {link}");
    }
}

/// The profiles by name, with the rows of their tables that end in a level.
fn profiles() -> Vec<(String, Vec<Row>)> {
    let mut found: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, rows(&std::fs::read_to_string(path).unwrap()))
        })
        .filter(|(name, _)| name != "README")
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(found.len() >= 13, "only {} profiles found", found.len());
    found
}

fn rows(text: &str) -> Vec<Row> {
    text.lines()
        .filter(|line| line.starts_with("| ") && !line.ends_with("| Level |"))
        .map(|line| {
            let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
            Row {
                what: (*cells.first().unwrap()).to_owned(),
                which: (*cells.get(1).unwrap()).to_owned(),
                level: (*cells.last().unwrap()).to_owned(),
            }
        })
        .collect()
}

/// Every id of a requirement in the specification as it stands now.
fn ids() -> BTreeSet<String> {
    provisional().into_keys().collect()
}

/// Every id of a requirement, with the feature that its chapter calls provisional.
fn provisional() -> BTreeMap<String, Option<String>> {
    let chapters = std::fs::read_dir(spec()).unwrap();
    let paths = chapters.map(|entry| entry.unwrap().path());
    let found: BTreeMap<_, _> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let requirements = read("chapter", &text).0;
            let owned = |feature: &str| feature.to_owned();
            let all = requirements.iter();
            all.map(|r| (r.id.to_owned(), r.provisional.map(owned)))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(found.len() > 100, "only {} requirements found", found.len());
    found
}

fn capabilities() -> Vec<Capability> {
    let text = std::fs::read_to_string(spec().join("registry/capabilities.toml")).unwrap();
    let read: Capabilities = toml::from_str(&text).unwrap();
    read.capability
}

/// Which category is given which kind of section, with the category as its profile is named.
fn given() -> BTreeSet<(String, String)> {
    let text = std::fs::read_to_string(spec().join("registry/section-kinds.toml")).unwrap();
    let kinds: Kinds = toml::from_str(&text).unwrap();
    let rows = kinds.section_kind.into_iter();
    rows.flat_map(|kind| {
        let name = kind.name;
        let profile = |category: String| category.to_lowercase().replace('_', "-");
        let categories = kind.categories.into_iter();
        categories
            .map(|category| (profile(category), name.clone()))
            .collect::<Vec<_>>()
    })
    .collect()
}

fn categories() -> BTreeSet<String> {
    given().into_iter().map(|(profile, _)| profile).collect()
}

fn folder() -> PathBuf {
    spec().join("profiles")
}

fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec")
}
