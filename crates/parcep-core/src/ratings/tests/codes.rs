//! Codes of broadcasters, shops and platforms (R-EVAL-033).

use std::collections::BTreeSet;

use super::super::{LabelKind, LabelRef, RatingTable};
use super::SHIPPED;

fn age(table: &RatingTable, label: Option<LabelRef>) -> Option<u8> {
    label
        .and_then(|label| table.label(label))
        .and_then(|label| label.min_age)
}

/// R-EVAL-033: every code of every country, against the text of EN 300 468 and the rows beside it.
#[test]
fn dvb_codes_are_the_age_less_three_and_others_only_where_a_country_has_them() {
    let table = RatingTable::bundled();
    let france = [(0x10, 0), (0x11, 10), (0x12, 12), (0x13, 16), (0x14, 18)];
    let spain = [(0x10, 0), (0x11, 0), (0x12, 18)];
    for code in 0..=u8::MAX {
        let standard = (1..=15).contains(&code).then(|| code + 3);
        let of = |country: &str| age(&table, table.dvb(country, code));
        let listed = |rows: &[(u8, u8)]| {
            let row = rows.iter().find(|(listed, _)| *listed == code);
            row.map(|(_, age)| *age).or(standard)
        };
        for country in ["GBR", "ITA", "NLD", "AUS", "902", "", "FR", "Frankreich"] {
            assert_eq!(of(country), standard, "{country} {code:#04x}");
        }
        assert_eq!(of("FRA"), listed(&france), "{code:#04x}");
        assert_eq!(of("fra"), listed(&france), "{code:#04x}");
        assert_eq!(of("ESP"), listed(&spain), "{code:#04x}");
        let germany = if code < 0x10 { standard } else { Some(18) };
        assert_eq!(of("DEU"), germany, "{code:#04x}");
        // Not DVB at all: read as an age, 0x06 would be 9 and is not.
        assert_eq!(table.dvb("BRA", code), None, "{code:#04x}");
    }
}

/// R-EVAL-033: a code without a row is no label: nothing is unrated *and* admitted.
#[test]
fn unknown_codes_are_no_labels() {
    let table = RatingTable::bundled();
    assert_eq!(table.dvb("GBR", 0x00), None);
    assert_eq!(table.dvb("FRA", 0x15), None);
    for (system, code) in [
        ("apple_app", 0),
        ("apple_app", 1000),
        ("apple_app", 12),
        ("apple_app", u32::MAX),
        ("apple_mdm_tv_us", 700),
        ("pegi", 12),
        ("nobody", 100),
    ] {
        assert_eq!(table.by_code(system, code), None, "{system} {code}");
    }
    let unrated = table
        .by_code("apple_app", 2000)
        .and_then(|label| table.label(label));
    assert_eq!(unrated.map(|label| label.kind), Some(LabelKind::Unrated));
}

/// R-EVAL-033: the numbers of Apple's shop and of its settings.
#[test]
fn apple_numbers_name_their_labels() {
    let table = RatingTable::bundled();
    for (system, code, least) in [
        ("apple_app", 1, Some(1)),
        ("apple_app", 100, Some(4)),
        ("apple_app", 200, Some(9)),
        ("apple_app", 300, Some(12)),
        ("apple_app", 313, Some(13)),
        ("apple_app", 416, Some(16)),
        ("apple_app", 600, Some(17)),
        ("apple_app", 618, Some(18)),
        ("apple_app", 621, Some(21)),
        ("apple_mdm_movie_us", 300, Some(13)),
        ("apple_mdm_tv_us", 300, Some(0)),
    ] {
        assert_eq!(
            age(&table, table.by_code(system, code)),
            least,
            "{system} {code}"
        );
    }
    for system in ["apple_app", "apple_mdm_movie_us", "apple_mdm_tv_us"] {
        for label in table.labels(system) {
            let found = table.by_code(system, label.code.unwrap()).unwrap();
            assert_eq!(table.label(found).unwrap().id, label.id);
        }
    }
}

/// R-EVAL-033: 28 keys, four levels each; the greatest counts, and what is not known is told.
#[test]
fn oars_keys_stand_for_the_greatest_of_their_ages() {
    let table = RatingTable::bundled();
    let file: serde_json::Value = serde_json::from_str(SHIPPED).unwrap();
    let keys = file["codes"]["oars"]["keys"].as_object().unwrap();
    assert_eq!(keys.len(), 28);
    let rated = |values: &[(&str, &str)]| {
        let rating = table.oars(values.iter().copied()).unwrap();
        (age(&table, Some(rating.label)), rating.complete)
    };
    for (key, ages) in keys {
        let mut last = 0;
        for level in ["none", "mild", "moderate", "intense"] {
            let least = u8::try_from(ages[level].as_u64().unwrap()).unwrap();
            assert!(least >= last, "{key}");
            last = least;
            assert_eq!(rated(&[(key, level)]), (Some(least), true), "{key} {level}");
            let beside = [("social-chat", "moderate"), (key, level)];
            assert_eq!(rated(&beside), (Some(least.max(10)), true), "{key} {level}");
        }
    }
    assert_eq!(
        rated(&[("money-gambling", "mild"), ("social-chat", "intense")]),
        (Some(13), true)
    );
    assert_eq!(rated(&[("money-gambling", "moderate")]), (Some(10), true));
    assert_eq!(rated(&[]), (Some(0), true));
    // Who somebody loves raises no age.
    assert_eq!(rated(&[("sex-homosexuality", "intense")]), (Some(0), true));
    for unknown in [
        [("violence-sexual", "mild"), ("mood-gloomy", "mild")],
        [("violence-sexual", "mild"), ("social-chat", "extreme")],
        [("violence-sexual", "mild"), ("Social-Chat", "mild")],
        [("violence-sexual", "mild"), ("social-chat", "unknown")],
    ] {
        assert_eq!(rated(&unknown), (Some(18), false), "{unknown:?}");
    }
}

/// R-EVAL-033: what the standard publishes is what is read, row by row.
#[test]
fn the_published_codes_are_the_ones_that_are_read() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../spec/registry/ratings.json"
    );
    let published: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let shipped: serde_json::Value = serde_json::from_str(SHIPPED).unwrap();
    let strip = |value: &serde_json::Value| {
        let mut value = value.clone();
        for row in value["dvb"].as_array_mut().unwrap() {
            row.as_object_mut()
                .unwrap()
                .retain(|key, _| key != "sources" && key != "note");
        }
        let oars = value["oars"].as_object_mut().unwrap();
        oars.remove("sources");
        for (_, row) in oars["keys"].as_object_mut().unwrap() {
            row.as_object_mut().unwrap().remove("note");
        }
        value
    };
    assert_eq!(published["codes"], strip(&shipped["codes"]));
    let table = RatingTable::bundled();
    let (mut named, mut countries) = (BTreeSet::new(), BTreeSet::new());
    for row in published["codes"]["dvb"].as_array().unwrap() {
        let country = row["country"].as_str().unwrap();
        countries.insert(country);
        let (from, to) = (row["from"].as_u64().unwrap(), row["to"].as_u64().unwrap());
        for code in from..=to {
            let found = table.dvb(country, u8::try_from(code).unwrap());
            let found = found.and_then(|label| table.label(label));
            let id = found.map(|label| label.id.as_str());
            assert_eq!(id, row["label"].as_str(), "{country} {code}");
            named.extend(id);
        }
    }
    assert_eq!(countries, BTreeSet::from(["", "BRA", "DEU", "ESP", "FRA"]));
    // Every label of this system has a code.
    assert!(
        table
            .labels("dvb")
            .all(|label| named.contains(label.id.as_str()))
    );
}
