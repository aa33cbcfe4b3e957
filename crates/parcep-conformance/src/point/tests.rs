use super::*;
use parcep_core::registry::CAPABILITIES;
use std::collections::BTreeSet;
use std::path::Path;

fn all() -> &'static [Template<Home>] {
    templates().as_deref().unwrap()
}

#[test]
fn the_catalogue_is_read_and_every_case_is_built() {
    assert_eq!(crate::catalogue::fault(), None);
    for template in all() {
        assert!(
            !template.cases::<script::Step>().unwrap().is_empty(),
            "{}",
            template.id
        );
    }
}

#[test]
fn rows_of_decisions_are_asked_over_the_wire_too() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors/v1alpha1/evaluate");
    let mut there: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    there.sort();
    let mut built_in: Vec<_> = rows::FILES.map(|(name, _)| name).to_vec();
    built_in.sort_unstable();
    assert_eq!(there, built_in);
    let asked: usize = rows::scripts()
        .unwrap()
        .iter()
        .map(|script| {
            script
                .steps
                .iter()
                .filter(|step| matches!(step, script::Step::Ask(_)))
                .count()
        })
        .sum();
    assert!(asked > 700, "{asked}");
}

#[test]
fn words_of_the_catalogue_are_words_of_the_contract() {
    let features = ["virtual-clock", "restart", "lists"];
    let mut words = BTreeSet::new();
    for template in all() {
        let cases = template.cases::<script::Step>().unwrap();
        for (id, need) in cases
            .iter()
            .flat_map(|case| case.needs.iter().map(|need| (&case.id, need)))
        {
            let is_known = match need.split_once(' ') {
                Some(("can" | "cannot", word)) => CAPABILITIES.iter().any(|row| row.name == word),
                Some(("without", word)) => features.contains(&word),
                _ => features.contains(&need.as_str()),
            };
            assert!(is_known, "{id}: {need}");
        }
        words.extend(template.kills.iter().map(String::as_str));
    }
    assert!(
        words
            .iter()
            .all(|word| word.starts_with("point/") || word.starts_with("app/")),
        "{words:?}"
    );
}
