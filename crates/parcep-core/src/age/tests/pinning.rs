//! The differencing guard, alone and against an audience that tries every set.

use super::*;

const GAME: &str = "https://games.example";
const ALLOWED: Share = Share::Allowed { cuts: None };

fn cuts(points: &[u32]) -> Cuts {
    Cuts::new(points.to_vec()).unwrap()
}

/// R-AGE-015, R-AGE-037
#[test]
fn age_22_a_second_set_within_a_year_is_refused() {
    let mut pins = Pins::new();
    let mut ask = |points: &[u32], day| pins.admit(GAME, &cuts(points), &ALLOWED, day).err();
    assert_eq!(ask(&[13, 16, 18], 20_000), None);
    for day in [19_000, 20_000, 20_001, 20_364] {
        assert_eq!(ask(&[13], day), Some(Withheld::OtherCuts), "day {day}");
        assert_eq!(ask(&[13, 16, 18], day), None, "day {day}");
    }
    assert_eq!(ask(&[13], 20_365), None, "a year later");
    assert_eq!(ask(&[13, 16, 18], 20_366), Some(Withheld::OtherCuts));
}

/// R-AGE-037: the union of all sets there ever were, not of the last two.
#[test]
fn age_22_sets_that_together_make_a_cell_of_one_year_are_refused() {
    let mut pins = Pins::new();
    let mut ask = |points: &[u32], day| pins.admit(GAME, &cuts(points), &ALLOWED, day).err();
    assert_eq!(ask(&[13, 16, 18], 20_000), None);
    assert_eq!(ask(&[13, 15, 17], 21_000), Some(Withheld::OtherCuts));
    assert_eq!(ask(&[10, 20], 21_000), None);
    assert_eq!(
        ask(&[14], 22_000),
        Some(Withheld::OtherCuts),
        "13 was kept once"
    );
    assert_eq!(ask(&[8, 13], 22_000), None);
}

/// R-AGE-037: a request that is refused changes nothing.
#[test]
fn a_refused_set_is_not_kept() {
    let mut pins = Pins::new();
    let other = cuts(&[14]);
    for share in [Share::Ask, Share::Refused, Share::Off] {
        assert!(pins.admit(GAME, &other, &share, 20_000).is_err());
    }
    assert_eq!(pins.kept(GAME), None);
    pins.admit(GAME, &cuts(&[13, 18]), &ALLOWED, 20_000)
        .unwrap();
    let before = pins.clone();
    assert!(pins.admit(GAME, &other, &ALLOWED, 20_001).is_err());
    assert_eq!(pins, before);
}

/// R-AGE-030, R-AGE-037: cut points come before the household's answer; a rule about others is a refusal.
#[test]
fn what_is_withheld_says_why_in_order() {
    let mut pins = Pins::new();
    let by_rule = Share::Allowed {
        cuts: Some(cuts(&[18])),
    };
    let ask = |pins: &mut Pins, points: &[u32], share: &Share| {
        pins.admit(GAME, &cuts(points), share, 20_000).err()
    };
    let refused = Withheld::NotShared(AgeConsent::Denied);
    assert_eq!(ask(&mut pins, &[13], &by_rule), Some(refused));
    assert_eq!(ask(&mut pins, &[18], &by_rule), None);
    assert_eq!(
        ask(&mut pins, &[13], &Share::Ask),
        Some(Withheld::OtherCuts)
    );
    let table = [
        (Share::Ask, AgeConsent::Pending),
        (Share::Refused, AgeConsent::Denied),
        (Share::Off, AgeConsent::NotReported),
    ];
    for (share, consent) in table {
        let withheld = ask(&mut pins, &[18], &share);
        assert_eq!(withheld, Some(Withheld::NotShared(consent)));
    }
}

/// R-AGE-037
#[test]
fn a_name_without_end_and_more_names_than_people_use_are_not_kept() {
    let mut pins = Pins::new();
    let one = cuts(&[18]);
    for name in [String::new(), "a".repeat(256)] {
        assert!(pins.admit(&name, &one, &ALLOWED, 0).is_err());
    }
    for number in 0..4096 {
        pins.admit(&number.to_string(), &one, &ALLOWED, 0).unwrap();
    }
    assert!(pins.admit("one more", &one, &ALLOWED, 0).is_err());
    assert!(pins.admit("7", &one, &ALLOWED, 0).is_ok());
}

#[test]
fn what_is_kept_survives_a_restart_and_what_was_edited_does_not() {
    let mut pins = Pins::new();
    pins.admit(GAME, &cuts(&[13, 16]), &ALLOWED, 20_000)
        .unwrap();
    let json = serde_json::to_string(&pins).unwrap();
    assert_eq!(serde_json::from_str::<Pins>(&json).unwrap(), pins);
    let edits = [
        ("pins/1", "pins/2"),
        ("\"cuts\":[13,16]", "\"cuts\":[14]"),
        ("\"cuts\":[13,16]", "\"cuts\":[]"),
        ("\"ever\":[13,16]", "\"ever\":[13,14,16]"),
    ];
    for (from, to) in edits {
        let edited = json.replace(from, to);
        assert_ne!(edited, json, "{from}");
        assert!(serde_json::from_str::<Pins>(&edited).is_err(), "{to}");
    }
}

proptest! {
    /// R-AGE-037: whatever an audience asks over the years, all that it ever hears together leaves
    /// at least two years open.
    #[test]
    fn all_answers_together_leave_two_years(
        asked in proptest::collection::vec(
            (proptest::collection::vec(1u32..=21, 1..=3), 0i64..500),
            1..40,
        ),
        age in 0u32..30,
    ) {
        let mut pins = Pins::new();
        let mut day = 20_000;
        let mut left = AgeInterval::new(0, None).unwrap();
        let known = AgeInterval::new(age, Some(age + 1)).unwrap();
        for (mut points, later) in asked {
            points.sort_unstable();
            day += later;
            let Ok(cuts) = Cuts::new(points) else { continue };
            if pins.admit(GAME, &cuts, &ALLOWED, day).is_ok() {
                left = left.intersect(coarsen(known, &cuts).interval).unwrap();
            }
        }
        // A first cut point of 1 leaves the first year of life, as R-AGE-005 admits.
        let wide = left.upper().is_none_or(|upper| upper >= left.lower() + 2 || upper == 1);
        prop_assert!(wide, "{left:?}");
    }
}
