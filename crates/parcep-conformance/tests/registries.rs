//! The registries of `spec/registry`, the tables of the chapters and the code say the same.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use parcep_core::document::{PayloadType, SectionKind, sections_of};
use parcep_core::epoch::{PepCategory, kinds_of};
use parcep_core::reason::{Reason, code};
use std::collections::BTreeSet;
use toml::{Table, Value};

#[test]
fn every_error_reason_has_one_row_with_a_text_and_an_action() {
    let rows = rows("error-reasons", "error_reason");
    for row in &rows {
        let reason = Reason::try_from(number(row)).unwrap();
        assert_eq!(code(reason), text(row, "name"));
        assert!(!text(row, "text").is_empty() && !text(row, "action").is_empty());
        assert!(row.contains_key("retry") && row.contains_key("metadata"));
    }
    let listed: BTreeSet<_> = rows.iter().map(number).collect();
    let coded: BTreeSet<_> = (1..200).filter(|n| Reason::try_from(*n).is_ok()).collect();
    assert_eq!(listed, coded);
    assert_eq!(listed.len(), rows.len(), "a number stands twice");
}

#[test]
fn every_error_reason_stands_in_the_chapter() {
    let chapter = read("spec/26-errors.md");
    for row in rows("error-reasons", "error_reason") {
        let line = format!("| {} | {} |", text(&row, "name"), text(&row, "text"));
        assert!(chapter.contains(&line), "{line}");
        assert!(chapter.contains(text(&row, "action")), "{line}");
    }
}

/// R-DOC-011: the registry, the chapter and the code have one table.
#[test]
fn need_to_know_is_one_table_everywhere() {
    let chapter = read("spec/04-documents.md");
    let header = chapter
        .lines()
        .find(|l| l.starts_with("| Section kind | "))
        .unwrap();
    let categories: Vec<_> = cells(header).into_iter().skip(1).collect();
    assert_eq!(categories.len(), 8);
    for row in rows("section-kinds", "section_kind") {
        let name = text(&row, "name");
        let kind = SectionKind::try_from(number(&row)).unwrap();
        assert_eq!(kind.as_str_name(), format!("SECTION_KIND_{name}"));
        let Some(listed) = row.get("categories") else {
            assert!(number(&row) < 16, "{name} has no row of need to know");
            continue;
        };
        let listed: BTreeSet<_> = strings(listed).into_iter().collect();
        let line = chapter
            .lines()
            .find(|l| l.starts_with(&format!("| {name} | ")));
        for category in &categories {
            let coded = PepCategory::from_str_name(&format!("PEP_CATEGORY_{category}")).unwrap();
            let needs = kinds_of(coded).contains(&kind);
            assert_eq!(
                listed.contains(category.as_str()),
                needs,
                "{name} for {category}"
            );
        }
        // Reserved kinds have no line in the chapter.
        let dots = line.map_or(0, |line| line.matches('●').count());
        assert_eq!(dots, listed.len(), "{name}");
        if let Some(line) = line {
            for (cell, category) in cells(line).iter().skip(1).zip(&categories) {
                assert_eq!(cell == "●", listed.contains(category.as_str()), "{name}");
            }
        }
    }
}

/// R-DOC-005: the registry and the code have one section table per payload type.
#[test]
fn every_payload_type_has_one_row_with_the_sections_that_the_code_has() {
    let rows = rows("payload-types", "payload_type");
    for row in &rows {
        let name = text(row, "name");
        let payload = PayloadType::try_from(number(row)).unwrap();
        assert_eq!(payload.as_str_name(), format!("PAYLOAD_TYPE_{name}"));
        let listed = row.get("sections").map(strings).unwrap_or_default();
        let coded = sections_of(payload).iter();
        let coded: Vec<_> = coded
            .map(|kind| kind.as_str_name().trim_start_matches("SECTION_KIND_"))
            .collect();
        assert_eq!(listed, coded, "{name}");
        let in_effect = text(row, "state") == "v1";
        assert!(in_effect || listed.is_empty(), "{name} is reserved");
        assert_eq!(row.contains_key("writer"), in_effect, "{name}");
    }
    let listed: BTreeSet<_> = rows.iter().map(number).collect();
    let coded: BTreeSet<_> = (1..200)
        .filter(|n| PayloadType::try_from(*n).is_ok())
        .collect();
    assert_eq!(listed, coded);
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}

fn rows(registry: &str, name: &str) -> Vec<Table> {
    let file: Table = read(&format!("spec/registry/{registry}.toml"))
        .parse()
        .unwrap();
    let rows = file.get(name).unwrap().as_array().unwrap();
    rows.iter()
        .map(|row| row.as_table().unwrap().clone())
        .collect()
}

fn number(row: &Table) -> i32 {
    i32::try_from(row.get("number").unwrap().as_integer().unwrap()).unwrap()
}

fn text<'a>(row: &'a Table, field: &str) -> &'a str {
    row.get(field).unwrap().as_str().unwrap()
}

fn strings(value: &Value) -> Vec<&str> {
    let all = value.as_array().unwrap().iter();
    all.map(|v| v.as_str().unwrap()).collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}
