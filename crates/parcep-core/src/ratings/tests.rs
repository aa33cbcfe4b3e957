//! The shipped table, the validator, and what ceilings admit.

use std::collections::BTreeSet;

mod both_ways;
mod codes;

use super::{Basis, CeilingVerdict, CompiledCeiling, LabelKind, Order, RatingTable};
use crate::policy::{Ceiling, GuidanceLabels};

const SHIPPED: &str = include_str!("../../data/ratings.json");

/// Ceiling, label, what holds when guidance counts, what holds when it does not.
type Row = (&'static str, &'static str, CeilingVerdict, CeilingVerdict);

#[test]
fn the_shipped_table_is_valid_and_complete() {
    let table = RatingTable::parse(SHIPPED.as_bytes()).unwrap();
    // What people see on a cover or a screen, and beside it what codes stand for.
    let codes = ["dvb", "oars"];
    let ids: BTreeSet<&str> = table
        .systems
        .iter()
        .map(|system| system.id.as_str())
        .collect();
    let count = |id: &&str| table.labels(id).count();
    let labels = ids.iter().filter(|id| !codes.contains(*id));
    assert_eq!(ids.len(), 35 + codes.len());
    assert_eq!(labels.map(count).sum::<usize>(), 212);
    assert_eq!(codes.iter().map(count).sum::<usize>(), 32);
    assert_eq!(RatingTable::bundled().systems().count(), 37);
}

/// Every id once, every age in its chain at least the one before, every source known: what parsing
/// checks, asked of the file itself.
#[test]
fn the_shipped_file_holds_together() {
    let file: serde_json::Value = serde_json::from_str(SHIPPED).unwrap();
    let mut ids = BTreeSet::new();
    for system in file["systems"].as_array().unwrap() {
        let mut last = std::collections::BTreeMap::new();
        for label in system["labels"].as_array().unwrap() {
            assert!(ids.insert(label["id"].as_str().unwrap()), "{}", label["id"]);
            let sources = label["sources"].as_array().unwrap();
            assert!(!sources.is_empty(), "{}", label["id"]);
            for source in sources {
                let known = file["sources"].get(source.as_str().unwrap());
                assert!(known.is_some(), "{}: {source}", label["id"]);
            }
            let (age, basis) = (label["min_age"].as_u64(), label["basis"].as_str().unwrap());
            assert_eq!(age.is_none(), basis == "none", "{}", label["id"]);
            let (Some(age), Some(_)) = (age, label["rank"].as_u64()) else {
                continue;
            };
            let before = last.insert(label["chain"].as_str().unwrap(), age);
            assert!(before.unwrap_or_default() <= age, "{}", label["id"]);
        }
    }
}

/// R-EVAL-025: an age that no authority publishes is here by name, so that no other slips in.
#[test]
fn the_assigned_ages_are_these_and_no_others() {
    let table = RatingTable::bundled();
    let assigned = table
        .assigned()
        .filter(|label| !label.id.starts_with("oars:"));
    let assigned: BTreeSet<&str> = assigned.map(|label| label.id.as_str()).collect();
    let known = [
        "acb:pg",
        "au_tv:p",
        "au_tv:c",
        "au_tv:pg",
        "mpa:pg",
        "us_tv:pg",
        "bbfc:pg",
        "bbfc_mobile:strict",
        "nz_fvlb:pg",
        "nz_tv:ao",
        "sg_film:pg",
        "ca_tv_en:pg",
        "apple_mdm_movie_us:mpa_pg",
        "apple_mdm_tv_us:us_tv_pg",
        "dvb:de18",
    ];
    assert_eq!(assigned, BTreeSet::from(known));
}

/// R-EVAL-013, R-EVAL-014: what a verdict rests on is told with it.
#[test]
fn a_verdict_says_whether_an_assigned_age_or_advice_decided_it() {
    use super::Ground::{Age, Kind, Nothing, Rank};
    let table = RatingTable::bundled();
    // Ceiling, label, what was compared, an assigned age decided (guidance counted, ignored), advice.
    for (ceiling, label, ground, assigned, guidance) in [
        ("12", "pegi/12", Age, (false, false), false),
        ("12", "mpa/PG", Age, (true, false), true),
        ("12", "mpa/PG-13", Age, (false, false), true),
        ("12", "bbfc_mobile/strict", Age, (true, true), false),
        ("mpa/PG", "mpa/PG-13", Rank, (false, false), true),
        // The ceiling's own age is the assigned one.
        ("mpa/PG", "pegi/12", Age, (true, true), false),
        ("12", "apple_mdm_tv_us/us_tv_pg", Age, (true, false), true),
        ("12", "acb/RC", Kind, (false, false), false),
        ("pegi/13", "mpa/PG", Nothing, (false, false), true),
    ] {
        let compiled = CompiledCeiling::resolve(&authored(ceiling), &table);
        let (system, name) = label.split_once('/').unwrap();
        let found = table.label(table.find(system, name).unwrap()).unwrap();
        for (handling, assigned) in [
            (GuidanceLabels::Count, assigned.0),
            (GuidanceLabels::Ignore, assigned.1),
        ] {
            let reading = compiled.read(found, handling);
            assert_eq!(reading.verdict, compiled.judge(found, handling));
            assert_eq!(reading.ground, ground, "{label} under {ceiling}");
            assert_eq!(reading.assigned, assigned, "{label} under {ceiling}");
            assert_eq!(reading.guidance, guidance, "{label} under {ceiling}");
        }
    }
}

fn authored(ceiling: &str) -> Ceiling {
    match ceiling.parse::<u8>() {
        Ok(age) => Ceiling::max_age(age).unwrap(),
        Err(_) => Ceiling::Label(ceiling.parse().unwrap()),
    }
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
        ("/systems/31/labels/0/code", "2", "RATING_TABLE_AMBIGUOUS"),
        (
            "/systems/31/labels/0/code",
            "1000",
            "RATING_TABLE_AMBIGUOUS",
        ),
        (
            "/systems/31/settings",
            "{\"nothing\": 0}",
            "RATING_TABLE_SYNTAX",
        ),
        ("/codes/dvb/0/label", "\"dvb:99\"", "RATING_TABLE_VALUE"),
        ("/codes/dvb/0/country", "\"France\"", "RATING_TABLE_VALUE"),
        ("/codes/dvb/0/to", "0", "RATING_TABLE_VALUE"),
        ("/codes/dvb/0/to", "2", "RATING_TABLE_AMBIGUOUS"),
        ("/codes/dvb/0/to", "256", "RATING_TABLE_SYNTAX"),
        ("/codes/dvb/0/sources/0", "\"nobody\"", "RATING_TABLE_VALUE"),
        (
            "/codes/oars/keys/social-chat/none",
            "9",
            "RATING_TABLE_ORDER",
        ),
        (
            "/codes/oars/keys/social-chat/intense",
            "21",
            "RATING_TABLE_VALUE",
        ),
        ("/codes/oars/system", "\"pegi\"", "RATING_TABLE_VALUE"),
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
        let compiled = CompiledCeiling::resolve(&authored(ceiling), &table);
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
        let settings = system.settings.map(
            |codes| serde_json::json!({"nothing": codes.nothing, "everything": codes.everything}),
        );
        assert_eq!(row.get("settings"), settings.as_ref(), "{}", system.id);
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
            let basis = match label.basis {
                Basis::Published => "published",
                Basis::Assigned => "assigned",
                Basis::None => "none",
            };
            let mut built = serde_json::json!({
                "id": label.id, "label": label.label, "aliases": label.aliases,
                "min_age": label.min_age, "kind": kind_name(label.kind), "chain": label.chain,
                "rank": label.rank, "basis": basis,
            });
            if let Some(code) = label.code {
                built["code"] = code.into();
            }
            assert_eq!(*row, built);
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
