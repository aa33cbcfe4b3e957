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

/// R-EVAL-017: who says that it cannot ask is not judged by what somebody answers who can.
#[test]
fn a_row_that_asks_about_what_is_unknown_needs_somebody_who_can_ask() {
    let mut asks = 0;
    for script in rows::scripts().unwrap() {
        let questions = script.steps.iter().filter_map(|step| match step {
            script::Step::Ask(ask) => Some(ask),
            _ => None,
        });
        let unknown = ["unrated", "age_unknown", "pending"];
        let mut expected = questions.filter(|ask| ask.effect == ["ask"]);
        if expected.any(|ask| ask.reason.iter().any(|one| unknown.contains(&one.as_str()))) {
            asks += 1;
            assert!(
                script.needs.iter().any(|need| need == "can ask"),
                "{}",
                script.id
            );
        }
    }
    assert!(asks > 5, "{asks}");
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
