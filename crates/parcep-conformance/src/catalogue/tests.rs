use super::*;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_cited_requirement_exists_and_asks_for_something() {
    for test in tests() {
        assert!(!test.cites.is_empty(), "{} cites nothing", test.id);
        for id in test.cites {
            let requirement = spec::requirement(id);
            let requirement =
                requirement.unwrap_or_else(|| panic!("{}: {id} is in no chapter", test.id));
            assert!(
                test.is_binding() || requirement.keyword == "SHOULD",
                "{}: {id}",
                test.id
            );
        }
    }
}

/// R-CONF-020
#[test]
fn no_test_judges_a_provisional_feature() {
    let provisional =
        |id: &&&str| spec::requirement(id).is_some_and(|one| one.provisional.is_some());
    for test in tests() {
        assert_eq!(test.cites.iter().find(provisional), None, "{}", test.id);
    }
    // So that this can fail: there are such requirements.
    assert!(
        spec::catalogue()
            .iter()
            .any(|one| one.provisional.is_some())
    );
}

#[test]
fn ids_are_unique_and_numbered_once() {
    let mut ids = BTreeSet::new();
    let mut numbers = BTreeMap::new();
    for test in tests() {
        assert!(ids.insert(test.id), "{} twice", test.id);
        let template = template(test.id);
        let number: String = template.splitn(4, '-').take(3).collect();
        let before = numbers.insert(number, template);
        assert!(
            before.is_none_or(|before| before == template),
            "number of {} twice",
            test.id
        );
    }
}

#[test]
fn at_least_45_percent_of_the_tests_provoke_refusals_or_faults() {
    for profile in [Profile::Quick, Profile::Full] {
        // Cases of one template are one test here.
        let of_profile: BTreeMap<_, _> = tests()
            .filter(|test| test.is_in(profile))
            .map(|test| (template(test.id), test))
            .collect();
        let hostile = of_profile
            .values()
            .filter(|test| test.kind.is_hostile())
            .count();
        assert!(
            hostile * 100 >= of_profile.len() * 45,
            "{hostile} of {}",
            of_profile.len()
        );
    }
}
