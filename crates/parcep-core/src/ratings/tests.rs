//! The shipped table, the validator, and what ceilings admit.

use std::collections::BTreeSet;

use super::{CeilingVerdict, CompiledCeiling, LabelKind, Order, RatingTable};
use crate::policy::{Ceiling, GuidanceLabels};

const SHIPPED: &str = include_str!("../../data/ratings.json");

/// Ceiling, label, what holds when guidance counts, what holds when it does not.
type Row = (&'static str, &'static str, CeilingVerdict, CeilingVerdict);

#[test]
fn the_shipped_table_is_valid_and_complete() {
    let table = RatingTable::parse(SHIPPED.as_bytes()).unwrap();
    assert_eq!(table.systems().count(), 35);
    let ids: BTreeSet<&str> = table
        .systems
        .iter()
        .map(|system| system.id.as_str())
        .collect();
    let labels = ids.iter().map(|id| table.labels(id).count()).sum::<usize>();
    assert_eq!(labels, 212);
    assert_eq!(RatingTable::bundled().systems().count(), 35);
}

#[test]
fn labels_are_found_by_id_label_or_alias_in_any_letter_case() {
    let table = RatingTable::bundled();
    for (system, label, id) in [
        ("PEGI", "12", "pegi:12"),
        ("pegi", "PEGI 12", "pegi:12"),
        ("pegi", "pegi:12", "pegi:12"),
        ("Esrb", "teen", "esrb:t"),
        ("esrb", "T", "esrb:t"),
        ("BBFC", "12a", "bbfc:12a"),
        ("us tv parental guidelines", "tv-y7-fv", "us_tv:y7"),
        ("in_cbfc", "U/A 13+", "in_cbfc:ua13"),
    ] {
        let found = table
            .find(system, label)
            .and_then(|label| table.label(label));
        assert_eq!(
            found.map(|label| label.id.as_str()),
            Some(id),
            "{system}/{label}"
        );
    }
    assert!(table.find("pegi", "13").is_none());
    assert!(table.find("nope", "12").is_none());
}

#[test]
fn a_label_of_another_table_is_not_recognised() {
    let mut other: serde_json::Value = serde_json::from_str(SHIPPED).unwrap();
    other["version"] = 2.into();
    let other = RatingTable::parse(other.to_string().as_bytes()).unwrap();
    let label = other.find("pegi", "12").unwrap();
    assert!(RatingTable::bundled().label(label).is_none());
}

#[test]
fn every_inconsistency_is_named() {
    for (pointer, value, code) in [
        ("/format", "\"other\"", "RATING_TABLE_FORMAT"),
        ("/version", "0", "RATING_TABLE_FORMAT"),
        ("/systems/1/name", "\"pegi\"", "RATING_TABLE_AMBIGUOUS"),
        ("/systems/0/media/0", "\"smell\"", "RATING_TABLE_VALUE"),
        ("/systems/0/regions/0", "\"Narnia\"", "RATING_TABLE_VALUE"),
        ("/systems/0/order", "\"partial\"", "RATING_TABLE_VALUE"),
        ("/systems/0/labels/0/id", "\"usk:3\"", "RATING_TABLE_VALUE"),
        (
            "/systems/0/labels/0/label",
            "\"7\"",
            "RATING_TABLE_AMBIGUOUS",
        ),
        (
            "/systems/0/labels/0/aliases/0",
            "\"pegi 7\"",
            "RATING_TABLE_AMBIGUOUS",
        ),
        ("/systems/0/labels/0/min_age", "22", "RATING_TABLE_VALUE"),
        ("/systems/0/labels/0/min_age", "null", "RATING_TABLE_VALUE"),
        ("/systems/0/labels/0/min_age", "8", "RATING_TABLE_ORDER"),
        ("/systems/0/labels/1/rank", "1", "RATING_TABLE_ORDER"),
        ("/systems/0/labels/0/kind", "\"mood\"", "RATING_TABLE_VALUE"),
        (
            "/systems/0/labels/0/basis",
            "\"rumour\"",
            "RATING_TABLE_VALUE",
        ),
        (
            "/systems/0/labels/0/sources/0",
            "\"nobody\"",
            "RATING_TABLE_VALUE",
        ),
        (
            "/systems/34/labels/0/same_as",
            "\"us_tv:zz\"",
            "RATING_TABLE_VALUE",
        ),
        (
            "/systems/34/labels/0/same_as",
            "\"apple_mdm_tv_us:us_tv_g\"",
            "RATING_TABLE_VALUE",
        ),
        ("/systems/0/labels", "7", "RATING_TABLE_SYNTAX"),
    ] {
        let mut table: serde_json::Value = serde_json::from_str(SHIPPED).unwrap();
        *table.pointer_mut(pointer).unwrap() = serde_json::from_str(value).unwrap();
        let error = RatingTable::parse(table.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{pointer} = {value}: {error}");
    }
}

#[test]
fn ceilings_admit_by_age_by_rank_and_by_kind() {
    use CeilingVerdict::{Above, Admitted, Unrated};
    let rows: &[Row] = &[
        // R-EVAL-013: least age against the ceiling.
        ("12", "pegi/12", Admitted, Admitted),
        ("11", "pegi/12", Above, Above),
        ("18", "kr_tv/19", Above, Above),
        ("21", "sg_film/R21", Admitted, Admitted),
        ("20", "sg_film/R21", Above, Above),
        // Guidance counts as its age, or as 0.
        ("12", "bbfc/12A", Admitted, Admitted),
        ("7", "bbfc/PG", Above, Admitted),
        ("12", "mpa/PG-13", Above, Admitted),
        ("12", "nz_tv/PGR", Unrated, Admitted),
        // Kinds.
        ("17", "bbfc/R18", Above, Above),
        ("18", "bbfc/R18", Admitted, Admitted),
        ("21", "acb/RC", Above, Above),
        ("0", "fsk/Infoprogramm", Admitted, Admitted),
        ("21", "esrb/RP", Unrated, Unrated),
        ("21", "mpa/NR", Unrated, Unrated),
        // A label that repeats another has its age.
        ("12", "apple_mdm_movie_us/mpa:pg13", Above, Admitted),
        ("13", "apple_mdm_movie_us/mpa:pg13", Admitted, Admitted),
        // R-EVAL-014: rank within a chain first, then age.
        ("us_tv/TV-G", "us_tv/TV-Y7", Above, Above),
        ("us_tv/TV-G", "us_tv/TV-Y", Admitted, Admitted),
        ("us_tv/TV-Y7", "us_tv/TV-Y7", Admitted, Admitted),
        ("us_tv/TV-PG", "us_tv/TV-Y7", Admitted, Admitted),
        ("acb/PG", "acb/M", Above, Above),
        ("acb/M", "acb/PG", Admitted, Admitted),
        ("nz_fvlb/M", "nz_fvlb/R15", Admitted, Admitted),
        ("nz_fvlb/PG", "nz_fvlb/R15", Above, Above),
        // Another system compares by age; one without an age cannot be compared.
        ("pegi/12", "esrb/Teen", Above, Above),
        ("nz_tv/PGR", "pegi/3", Unrated, Unrated),
        // An unknown ceiling opens nothing.
        ("pegi/13", "pegi/3", Unrated, Unrated),
    ];
    let table = RatingTable::bundled();
    for (ceiling, label, counted, ignored) in rows {
        let authored = match ceiling.parse::<u8>() {
            Ok(age) => Ceiling::max_age(age).unwrap(),
            Err(_) => Ceiling::Label(ceiling.parse().unwrap()),
        };
        let compiled = CompiledCeiling::resolve(&authored, &table);
        let (system, name) = label.split_once('/').unwrap();
        let found = table.label(table.find(system, name).unwrap()).unwrap();
        let verdict = |guidance| compiled.judge(found, guidance);
        assert_eq!(
            verdict(GuidanceLabels::Count),
            *counted,
            "{label} under {ceiling}"
        );
        assert_eq!(
            verdict(GuidanceLabels::Ignore),
            *ignored,
            "{label} under {ceiling}, advice off"
        );
    }
}

#[test]
fn a_native_ceiling_never_admits_more_than_the_age_it_stands_for() {
    let table = RatingTable::bundled();
    let named = |system, age| -> Vec<&str> {
        let found = table.native_ceiling(system, age);
        let mut ids: Vec<&str> = found.iter().map(|label| label.id.as_str()).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(named("pegi", 11), ["pegi:7"]);
    assert_eq!(named("pegi", 2), Vec::<&str>::new());
    assert_eq!(named("us_tv", 7), ["us_tv:g", "us_tv:y7"]);
    assert_eq!(named("esrb", 12), ["esrb:e10"]);
    // This chain puts TV-G (0) above TV-Y7 (7): below 7 only TV-Y is safe.
    assert_eq!(named("apple_mdm_tv_us", 6), ["apple_mdm_tv_us:us_tv_y"]);
    for system in table.systems() {
        for age in 0..=21 {
            for native in table.native_ceiling(&system.id, age) {
                let under = table.labels(&system.id).filter(|label| {
                    label.chain == native.chain && label.rank.is_some() && label.rank <= native.rank
                });
                for label in under {
                    assert!(
                        label.min_age.is_some_and(|least| least <= age),
                        "{} at {age}",
                        label.id
                    );
                }
            }
        }
    }
}

/// R-EVAL-025: what the standard publishes is the table that decides, name by name and value by value.
#[test]
fn the_published_rating_table_is_the_one_that_decides() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../spec/registry/ratings.json"
    );
    let published: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let table = RatingTable::bundled();
    assert_eq!(published["version"], table.version());
    let systems = published["systems"].as_array().unwrap();
    assert_eq!(systems.len(), table.systems().count());
    for (row, system) in systems.iter().zip(table.systems()) {
        let media: Vec<_> = system.media.iter().map(|medium| medium.name()).collect();
        let order = match system.order {
            Order::Total => "total",
            Order::Partial => "partial",
        };
        let built = serde_json::json!({
            "id": system.id, "name": system.name, "media": media,
            "regions": system.regions, "order": order,
        });
        for (key, value) in built.as_object().unwrap() {
            assert_eq!(row[key], *value, "{} {key}", system.id);
        }
        let labels = row["labels"].as_array().unwrap();
        assert_eq!(
            labels.len(),
            table.labels(&system.id).count(),
            "{}",
            system.id
        );
        for (row, label) in labels.iter().zip(table.labels(&system.id)) {
            let mut row = row.clone();
            let basis = row.as_object_mut().unwrap().remove("basis").unwrap();
            assert!(["published", "assigned", "none"].contains(&basis.as_str().unwrap()));
            let built = serde_json::json!({
                "id": label.id, "label": label.label, "aliases": label.aliases,
                "min_age": label.min_age, "kind": kind_name(label.kind), "chain": label.chain,
                "rank": label.rank,
            });
            assert_eq!(row, built);
            let tail = label.id.rsplit(':').next().unwrap();
            let names = [label.id.as_str(), tail, &label.label].into_iter();
            for name in names.chain(label.aliases.iter().map(String::as_str)) {
                let found = table.find(&system.id.to_ascii_uppercase(), &name.to_ascii_uppercase());
                let found = found.and_then(|found| table.label(found)).unwrap();
                assert_eq!(found.id, label.id, "{name}");
            }
        }
    }
}

fn kind_name(kind: LabelKind) -> &'static str {
    match kind {
        LabelKind::Age => "age",
        LabelKind::Guidance => "guidance",
        LabelKind::AdultOnly => "adult_only",
        LabelKind::Refused => "refused",
        LabelKind::Pending => "pending",
        LabelKind::Unrated => "unrated",
        LabelKind::Exempt => "exempt",
    }
}
