//! From a ceiling to a platform and back, over every system, every age and every label.

use super::super::{CeilingVerdict, CompiledCeiling, Label, RatingTable, Setting};
use crate::policy::{Ceiling, GuidanceLabels};

/// Every ceiling that a guardian can author: 0 to 21, and every label of the table.
fn ceilings(table: &RatingTable) -> Vec<(String, CompiledCeiling)> {
    let ages = (0..=21).map(|age| (age.to_string(), Ceiling::max_age(age).unwrap()));
    let labels = table.systems().flat_map(|system| {
        let named = |label: &Label| {
            let tail = label.id.split_once(':').unwrap().1;
            let name = format!("{}/{tail}", system.id);
            let ceiling = Ceiling::Label(name.parse().unwrap());
            (name, ceiling)
        };
        table.labels(&system.id).map(named)
    });
    let resolve = |(name, ceiling)| (name, CompiledCeiling::resolve(&ceiling, table));
    ages.chain(labels).map(resolve).collect()
}

fn up_to<'a>(table: &'a RatingTable, system: &str, native: &Label) -> Vec<&'a Label> {
    let chain = native.chain_number;
    let in_chain = move |label: &&Label| label.chain_number == chain && label.rank.is_some();
    let rank = native.rank;
    let labels = table.labels(system).filter(in_chain);
    labels.filter(|label| label.rank <= rank).collect()
}

/// R-EVAL-034: no native label ever admits an item that the ceiling does not, for every ceiling,
/// every system, and both ways of reading guidance; and none that could be set is left out.
#[test]
fn a_native_setting_never_admits_more_than_the_ceiling_it_stands_for() {
    let table = RatingTable::bundled();
    let (mut checked, mut chosen) = (0_u32, 0_u32);
    for (name, ceiling) in ceilings(&table) {
        for system in table.systems() {
            for guidance in [GuidanceLabels::Count, GuidanceLabels::Ignore] {
                let natives = table.native_labels(&system.id, &ceiling, guidance);
                for native in &natives {
                    chosen += 1;
                    for label in up_to(&table, &system.id, native) {
                        checked += 1;
                        let verdict = ceiling.judge(label, guidance);
                        let shown = format!("{} by {} under {name}", label.id, native.id);
                        assert_eq!(verdict, CeilingVerdict::Admitted, "{shown}");
                    }
                }
                // The nearest: the next label of the chain, if there is one, would be too much.
                for label in table
                    .labels(&system.id)
                    .filter(|label| label.rank.is_some())
                {
                    let same = |native: &&&Label| native.chain_number == label.chain_number;
                    let native = natives.iter().find(same);
                    if native.is_some_and(|native| native.rank >= label.rank) {
                        continue;
                    }
                    let below = up_to(&table, &system.id, label);
                    let admits_all = below
                        .iter()
                        .all(|label| ceiling.judge(label, guidance) == CeilingVerdict::Admitted);
                    assert!(!admits_all, "{} could be set under {name}", label.id);
                }
            }
        }
    }
    assert!(checked > 50_000 && chosen > 10_000, "{checked} {chosen}");
}

/// R-EVAL-034: an age ceiling is also met where the layer ignores guidance: that only admits more.
#[test]
fn known_native_ceilings_are_the_nearest_that_are_not_above() {
    let table = RatingTable::bundled();
    let named = |system, age| -> Vec<&str> {
        let found = table.native_ceiling(system, age);
        let mut ids: Vec<&str> = found.iter().map(|label| label.id.as_str()).collect();
        ids.sort_unstable();
        ids
    };
    for (system, age, ids) in [
        ("pegi", 11, vec!["pegi:7"]),
        ("usk", 11, vec!["usk:6"]),
        ("pegi", 2, vec![]),
        ("us_tv", 7, vec!["us_tv:g", "us_tv:y7"]),
        ("esrb", 12, vec!["esrb:e10"]),
        ("acb", 17, vec!["acb:ma15"]),
        ("kr_tv", 18, vec!["kr_tv:15"]),
        ("mpa", 17, vec!["mpa:r"]),
        // PGR has no age, so nothing above it can be set.
        ("nz_tv", 18, vec!["nz_tv:g"]),
        // This chain puts TV-G (0) above TV-Y7 (7): below 7 only TV-Y is safe.
        ("apple_mdm_tv_us", 6, vec!["apple_mdm_tv_us:us_tv_y"]),
        ("oars", 5, vec!["oars:4"]),
    ] {
        assert_eq!(named(system, age), ids, "{system} at {age}");
    }
}

/// R-EVAL-034: read back into a policy as a label, a native setting is exactly itself; read as an
/// age, it admits nothing of its system that the setting keeps out.
#[test]
fn a_setting_read_into_a_policy_never_admits_more_than_the_platform_did() {
    let table = RatingTable::bundled();
    let (mut ages, mut without) = (0, 0);
    for system in table.systems() {
        for set in table
            .labels(&system.id)
            .filter(|label| label.rank.is_some())
        {
            let tail = set.id.split_once(':').unwrap().1;
            let name = format!("{}/{tail}", system.id).parse().unwrap();
            let as_label = CompiledCeiling::resolve(&Ceiling::Label(name), &table);
            let as_age = table.age_of_setting(set).map(CompiledCeiling::MaxAge);
            if as_age.is_some() {
                ages += 1
            } else {
                without += 1
            }
            let ranked = table
                .labels(&system.id)
                .filter(|label| label.rank.is_some());
            for label in ranked.filter(|label| label.chain == set.chain) {
                let kept_out = label.rank > set.rank;
                for guidance in [GuidanceLabels::Count, GuidanceLabels::Ignore] {
                    let verdict = as_label.judge(label, guidance);
                    let admitted = verdict == CeilingVerdict::Admitted;
                    assert_eq!(admitted, !kept_out, "{} under {}", label.id, set.id);
                }
                let Some(ceiling) = &as_age else { continue };
                let verdict = ceiling.judge(label, GuidanceLabels::Count);
                let admitted = verdict == CeilingVerdict::Admitted;
                assert!(
                    !(admitted && kept_out),
                    "{} by the age of {}",
                    label.id,
                    set.id
                );
            }
            if let Some(age) = table.age_of_setting(set) {
                assert!(Some(age) <= set.min_age, "{}", set.id);
            }
        }
    }
    assert!(ages > 150 && without > 0, "{ages} {without}");
}

/// R-EVAL-034: numbers of platforms, both ways, for every ceiling.
#[test]
fn a_platforms_number_is_the_one_of_its_native_label_or_nothing() {
    let table = RatingTable::bundled();
    let apple = ["apple_app", "apple_mdm_movie_us", "apple_mdm_tv_us"];
    for system in apple {
        for (name, ceiling) in ceilings(&table) {
            let guidance = GuidanceLabels::Count;
            let code = table.setting_code(system, &ceiling, guidance).unwrap();
            match table.setting(system, code).unwrap() {
                Setting::Everything => panic!("{name} opens everything on {system}"),
                Setting::Nothing => {
                    let native = table.native_labels(system, &ceiling, guidance);
                    assert!(native.is_empty(), "{name} closes {system}");
                }
                Setting::UpTo(label) => {
                    let label = table.label(label).unwrap();
                    for label in up_to(&table, system, label) {
                        let verdict = ceiling.judge(label, guidance);
                        assert_eq!(verdict, CeilingVerdict::Admitted, "{} {name}", label.id);
                    }
                }
            }
        }
        // There and back again.
        for label in table.labels(system).filter(|label| label.rank.is_some()) {
            let code = label.code.unwrap();
            let Some(Setting::UpTo(read)) = table.setting(system, code) else {
                panic!("{code} of {system} is no setting");
            };
            let read = table.label(read).unwrap();
            assert_eq!(read.id, label.id);
            let tail = label.id.split_once(':').unwrap().1;
            let name = format!("{system}/{tail}").parse().unwrap();
            let ceiling = CompiledCeiling::resolve(&Ceiling::Label(name), &table);
            let again = table.setting_code(system, &ceiling, GuidanceLabels::Ignore);
            assert_eq!(again, Some(code), "{}", label.id);
        }
        assert_eq!(table.setting(system, 0), Some(Setting::Nothing));
        assert_eq!(table.setting(system, 1000), Some(Setting::Everything));
        for unknown in [2000, 999, u32::MAX] {
            assert_eq!(table.setting(system, unknown), None, "{system} {unknown}");
        }
    }
    // TV-G of the guidelines is 0; in this chain it stands above TV-Y7, so only TV-Y is left.
    let g = CompiledCeiling::resolve(&Ceiling::Label("us_tv/TV-G".parse().unwrap()), &table);
    let code = table.setting_code("apple_mdm_tv_us", &g, GuidanceLabels::Count);
    assert_eq!(code, Some(100));
    assert_eq!(table.setting_code("pegi", &g, GuidanceLabels::Count), None);
    assert_eq!(table.setting("pegi", 0), None);
}
