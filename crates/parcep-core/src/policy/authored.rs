//! What authoring tools ask of a layer: faults with their place, rules one by one, reviews.

use jiff::civil::date;

use super::*;

/// A layer with every kind of rule, in its JSON form.
const EVERYTHING: &str = include_str!("../../tests/data/every-rule.json");

/// R-POL-004, R-POL-007, R-POL-008: each with the place of the field.
#[test]
fn authoring_names_the_place_of_what_it_refuses() {
    let everything: PolicyLayer = serde_json::from_str(EVERYTHING).unwrap();
    everything.check().unwrap();
    type Fault = fn(&mut PolicyLayer);
    let table: [(Fault, &str, &str); 24] = [
        (
            |l| again(&mut l.budgets.budgets),
            "/budgets/budgets/4",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| again(&mut l.apps.rules),
            "/apps/rules/5",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| again(&mut l.web.allow),
            "/web/allow/2",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| l.web.block.push(l.web.allow[1].clone()),
            "/web/block/2",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| again(&mut l.web.lists),
            "/web/lists/2",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| again(&mut l.ratings.unrated),
            "/ratings/unrated/2",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| again(&mut l.ratings.verdicts),
            "/ratings/verdicts/2",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| again(&mut l.spending.caps),
            "/spending/caps/3",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| again(&mut l.features.rules),
            "/features/rules/3",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| again(&mut l.age.gates),
            "/age/gates/3",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| again(&mut l.age.share),
            "/age/share/3",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| l.age.share[1].audience = None,
            "/age/share/2",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| l.apps.rules[0].always_allowed = true,
            "/apps/rules/0/always_allowed",
            "CONTRADICTORY_RULES",
        ),
        (
            |l| l.apps.rules[0].reason = Some("a".repeat(513)),
            "/apps/rules/0/reason",
            "OUT_OF_RANGE",
        ),
        (
            |l| l.apps.rules[1].display_name = Some("a".repeat(257)),
            "/apps/rules/1/display_name",
            "OUT_OF_RANGE",
        ),
        (
            |l| l.apps.rules[1].target = AppTarget::Publisher(String::new()),
            "/apps/rules/1/target/publisher",
            "OUT_OF_RANGE",
        ),
        (
            |l| l.communication.contacts[0].name = "a".repeat(257),
            "/communication/contacts/0/name",
            "OUT_OF_RANGE",
        ),
        (
            |l| l.unknown[0].payload = vec![0; 4_097],
            "/unknown/0/payload",
            "OUT_OF_RANGE",
        ),
        (
            |l| l.schedule.windows[1].review_by = Some(date(9999, 12, 31)),
            "/schedule/windows/1/review_by",
            "OUT_OF_RANGE",
        ),
        (
            |l| l.web.safe_search.as_mut().unwrap().review_by = Some(date(9999, 12, 31)),
            "/web/safe_search/review_by",
            "OUT_OF_RANGE",
        ),
        (
            |l| l.schedule.windows = vec![l.schedule.windows[0].clone(); 1_025],
            "/schedule/windows",
            "TOO_MANY_RULES",
        ),
        (
            |l| l.features.rules = vec![l.features.rules[0].clone(); 1_000_000],
            "/features/rules",
            "TOO_MANY_RULES",
        ),
        (
            |l| l.web.block = vec![l.web.block[0].clone(); 100_001],
            "/web/block",
            "TOO_MANY_RULES",
        ),
        (
            |l| l.communication.contacts[0].identifiers = vec!["1".parse().unwrap(); 1_025],
            "/communication/contacts/0/identifiers",
            "TOO_MANY_RULES",
        ),
    ];
    for (fault, pointer, code) in table {
        let mut layer = everything.clone();
        fault(&mut layer);
        let refused = layer.check().unwrap_err();
        assert_eq!((refused.pointer.as_str(), refused.code()), (pointer, code));
    }
    // The same currency in another period, and the same app by another namespace, are no repetition.
    let mut layer = everything;
    layer.apps.rules.push(AppRule::block(
        "app/1".parse().unwrap(),
        AppTarget::App("android/com.example.clip".parse().unwrap()),
    ));
    // So is one audience for another purpose.
    again(&mut layer.age.share);
    layer.age.share[3].purposes = vec![crate::age::AgePurpose::ConsentFlow];
    layer.check().unwrap();
}

fn again<T: Clone>(rows: &mut Vec<T>) {
    rows.push(rows[0].clone());
}

/// R-POL-022: the same moment next year, and not a day more. A passed date is no fault.
#[test]
fn a_review_is_at_most_twelve_months_away_when_it_is_set() {
    let mut layer: PolicyLayer = serde_json::from_str(EVERYTHING).unwrap();
    // The latest date in it is 2027-06-01.
    layer.check_reviews(date(2026, 6, 1)).unwrap();
    layer.check_reviews(date(2030, 1, 1)).unwrap();
    let refused = layer.check_reviews(date(2026, 5, 31)).unwrap_err();
    assert_eq!(refused.pointer, "/schedule/windows/0/review_by");
    assert_eq!(refused.code(), "OUT_OF_RANGE");
    // The end of the calendar is no reason to panic.
    layer.schedule.windows[0].review_by = Some(jiff::civil::Date::MAX);
    assert!(layer.check_reviews(jiff::civil::Date::MAX).is_ok());
    assert!(layer.check_reviews(date(2026, 11, 22)).is_err());
}

/// R-POL-022: overdue rules can be listed, whatever their kind.
#[test]
fn every_rule_of_a_layer_is_listed_with_its_place_kind_and_review() {
    let layer: PolicyLayer = serde_json::from_str(EVERYTHING).unwrap();
    let json: serde_json::Value = serde_json::from_str(EVERYTHING).unwrap();
    let rules = layer.rules();
    let mut kinds = std::collections::BTreeSet::new();
    for rule in &rules {
        let written = json.pointer(&rule.place.to_string()).unwrap();
        assert_eq!(written["id"], rule.id.as_str());
        let review = rule.review_by.map(|date| date.to_string());
        assert_eq!(written["review_by"].as_str(), review.as_deref());
        let fallback = written["on_unenforceable"].as_str().unwrap_or("report");
        assert_eq!(fallback, rule.on_unenforceable.name(), "{}", rule.id);
        if let Some(kind) = rule.kind {
            let row = crate::registry::rule_kind(kind).unwrap();
            let section = serde_json::to_value(rule.section).unwrap();
            assert_eq!(section, row.area, "{kind}");
            kinds.insert(kind);
        }
    }
    // Every object with an id is one of them.
    assert_eq!(EVERYTHING.matches("\"id\":").count(), rules.len());
    // Every kind of a layer occurs, but for the cap on extra time, which has no name.
    let all = crate::registry::RULE_KINDS.iter();
    let expected = all.filter(|row| row.area != "override" && row.name != "extra_time_cap");
    assert_eq!(kinds, expected.map(|row| row.name).collect());
    let overdue = layer
        .reviews()
        .filter(|review| review.overdue(date(2027, 1, 31)));
    // Not the one whose date is that day.
    assert_eq!(overdue.count(), 11);
    let on_the_day = layer
        .reviews()
        .find(|review| review.rule.id.as_str() == "time/chess");
    assert!(!on_the_day.unwrap().overdue(date(2027, 1, 31)));
}

/// R-POL-017, R-POL-018: forms of codes and hashes, and what they cover.
#[test]
fn codes_and_hashes_have_one_form_and_no_cycles() {
    let code = |text: &str| text.parse::<FeatureCode>();
    for text in ["ai", "ai.voice", "com.example.dim-lights", "a_b.c-d.9"] {
        assert_eq!(code(text).unwrap().as_str(), text);
    }
    for text in [
        "",
        ".",
        "ai.",
        ".ai",
        "ai..voice",
        "AI",
        "ai voice",
        "ä",
        &"a".repeat(65),
    ] {
        assert!(code(text).is_err(), "{text:?}");
    }
    let ai = code("ai").unwrap();
    assert!(ai.covers(&ai) && ai.covers(&code("ai.voice").unwrap()));
    assert!(!ai.covers(&code("aid").unwrap()));
    assert!(!code("ai.voice").unwrap().covers(&ai));
    // A code stands below itself only where it is longer: names are finite, so nothing turns round.
    assert_eq!(code("a.a.a").unwrap().prefixes().count(), 3);
    let hash = |text: &str| text.parse::<ListHash>();
    let digits = "0123456789abcdef".repeat(4);
    assert_eq!(hash(&digits).unwrap().to_string(), digits);
    assert_eq!(hash(&digits.to_uppercase()).unwrap().to_string(), digits);
    for text in [
        "",
        "00",
        &"0".repeat(63),
        &format!("{}zz", "0".repeat(62)),
        &format!("{digits}00"),
    ] {
        assert!(hash(text).is_err(), "{text:?}");
    }
}
