//! Values that no policy has: how each entrance answers them. Nothing here panics, and nothing that
//! is refused, unknown or absurd allows more than was said.

use jiff::civil::date;
use parcep_proto::v1alpha1 as pb;
use prost::Message;

use super::*;
use crate::document::SectionKind;

/// A layer with every kind of rule, in its JSON form.
const EVERYTHING: &str = include_str!("../../tests/data/every-rule.json");

fn empty() -> PolicyLayer {
    PolicyLayer::empty(LayerAuthor::guardian("g1").unwrap())
}

fn id(text: &str) -> RuleId {
    text.parse().unwrap()
}

fn window() -> pb::WindowRule {
    pb::WindowRule {
        id: "w".to_owned(),
        state: pb::WindowState::Block.into(),
        weekdays: vec![1],
        span: Some(pb::window_rule::Span::WholeDay(pb::WholeDay {})),
        ..Default::default()
    }
}

fn between(start_seconds: u32, end_seconds: u32) -> pb::WindowRule {
    let span = pb::TimeSpan {
        start_seconds,
        end_seconds,
    };
    pb::WindowRule {
        span: Some(pb::window_rule::Span::Between(span)),
        ..window()
    }
}

fn on(target: pb::budget_target::Target) -> Option<pb::BudgetTarget> {
    let target = Some(target);
    Some(pb::BudgetTarget { target })
}

fn end() -> pb::EndRule {
    pb::EndRule {
        id: "e".to_owned(),
        action: pb::EndAction::Lock.into(),
        ..Default::default()
    }
}

fn schedule(window: pb::WindowRule, end: Option<pb::EndRule>) -> Vec<u8> {
    let windows = vec![window];
    let section = pb::ScheduleSection {
        windows,
        end,
        ..Default::default()
    };
    section.encode_to_vec()
}

fn budget(daily: pb::DailyAllowance) -> Vec<u8> {
    let budget = pb::BudgetRule {
        id: "b".to_owned(),
        target: on(pb::budget_target::Target::Everything(pb::Everything {})),
        allowance: Some(pb::budget_rule::Allowance::Daily(daily)),
        ..Default::default()
    };
    let budgets = vec![budget];
    let section = pb::BudgetSection {
        budgets,
        ..Default::default()
    };
    section.encode_to_vec()
}

fn feature(rule: pb::FeatureRule) -> Vec<u8> {
    let rules = vec![rule];
    let section = pb::FeatureSection {
        rules,
        ..Default::default()
    };
    section.encode_to_vec()
}

fn camera(feature: &str) -> pb::FeatureRule {
    pb::FeatureRule {
        id: "f".to_owned(),
        feature: feature.to_owned(),
        effect: pb::FeatureEffect::Block.into(),
        ..Default::default()
    }
}

fn verdict(min_confidence_percent: u32) -> pb::VerdictRule {
    let category = pb::CategoryRef {
        taxonomy: "pcps".to_owned(),
        version: "1.0".to_owned(),
        code: "games".to_owned(),
    };
    pb::VerdictRule {
        id: "v".to_owned(),
        about: Some(pb::verdict_rule::About::Category(category)),
        min_confidence_percent: Some(min_confidence_percent),
        effect: pb::VerdictEffect::Ask.into(),
        ..Default::default()
    }
}

fn ratings(verdict: pb::VerdictRule) -> Vec<u8> {
    let verdicts = vec![verdict];
    let section = pb::RatingSection {
        verdicts,
        ..Default::default()
    };
    section.encode_to_vec()
}

fn web(list: Option<pb::ListRule>, engine: &str) -> Vec<u8> {
    let section = pb::WebSection {
        lists: list.into_iter().collect(),
        safe_search_engines: vec![engine.to_owned()],
        ..Default::default()
    };
    section.encode_to_vec()
}

fn list(sha256: usize) -> Option<pb::ListRule> {
    Some(pb::ListRule {
        id: "l".to_owned(),
        access: pb::ListAccess::Allow.into(),
        sha256: vec![7; sha256],
        ..Default::default()
    })
}

/// R-POL-007, R-POL-008: the section is refused, and the layer stays as it was.
#[test]
fn a_value_outside_its_range_refuses_its_section_on_the_wire() {
    use SectionKind::{Budget, Feature, Rating, Schedule, Web};
    let grace = |seconds| {
        let grace_seconds = Some(seconds);
        let rule = pb::EndRule {
            grace_seconds,
            ..end()
        };
        schedule(window(), Some(rule))
    };
    let warnings = |warning_seconds| {
        let rule = pb::EndRule {
            warning_seconds,
            ..end()
        };
        schedule(window(), Some(rule))
    };
    let days = |weekdays| {
        let rule = pb::WindowRule {
            weekdays,
            ..window()
        };
        schedule(rule, None)
    };
    let review = |day| {
        let review_by_day = Some(day);
        let rule = pb::WindowRule {
            review_by_day,
            ..window()
        };
        schedule(rule, None)
    };
    let of_feature = |code: &str| {
        let target = on(pb::budget_target::Target::Feature(code.to_owned()));
        let rule = pb::WindowRule { target, ..window() };
        schedule(rule, None)
    };
    let daily = |weekdays| {
        let seconds = 60;
        let limits = vec![pb::DayLimit { weekdays, seconds }];
        budget(pb::DailyAllowance { limits })
    };
    // 9999-12-31 is day 2 932 896.
    let table = [
        (
            Schedule,
            schedule(between(0, 31_536_000), None),
            "INVALID_TIME_OF_DAY",
        ),
        (
            Schedule,
            schedule(between(u32::MAX, 0), None),
            "INVALID_TIME_OF_DAY",
        ),
        (Schedule, schedule(between(60, 60), None), "EMPTY_WINDOW"),
        (Schedule, days(vec![]), "INVALID_WEEKDAYS"),
        (Schedule, days(vec![8]), "INVALID_WEEKDAYS"),
        (Schedule, days(vec![i32::MIN]), "INVALID_WEEKDAYS"),
        (Schedule, review(2_932_896), "OUT_OF_RANGE"),
        (Schedule, review(i32::MIN), "OUT_OF_RANGE"),
        (Schedule, grace(601), "OUT_OF_RANGE"),
        (Schedule, grace(u32::MAX), "OUT_OF_RANGE"),
        (Schedule, warnings(vec![0]), "OUT_OF_RANGE"),
        (Schedule, warnings(vec![3601]), "OUT_OF_RANGE"),
        (Schedule, warnings(vec![60; 9]), "OUT_OF_RANGE"),
        (Schedule, of_feature("AI"), "INVALID_IDENTIFIER"),
        (Budget, daily(vec![]), "INVALID_WEEKDAYS"),
        (Feature, feature(camera("")), "INVALID_IDENTIFIER"),
        (Feature, feature(camera("ai..voice")), "INVALID_IDENTIFIER"),
        (
            Feature,
            feature(camera(&"a".repeat(65))),
            "INVALID_IDENTIFIER",
        ),
        (Rating, ratings(verdict(101)), "OUT_OF_RANGE"),
        (Rating, ratings(verdict(u32::MAX)), "OUT_OF_RANGE"),
        (Web, web(list(31), "a.example"), "OUT_OF_RANGE"),
        (Web, web(list(0), "a.example"), "OUT_OF_RANGE"),
        (Web, web(list(32), "a.example/path"), "INVALID_HOST"),
    ];
    let mut layer: PolicyLayer = serde_json::from_str(EVERYTHING).unwrap();
    let before = layer.clone();
    for (index, (kind, bytes, code)) in table.into_iter().enumerate() {
        let refused = layer.read_section(kind, &bytes).unwrap_err();
        assert_eq!(refused.code(), code, "row {index}");
        assert_eq!(layer, before, "row {index}");
    }
    // The same with values at the edges is taken.
    for (kind, bytes) in [
        (Schedule, grace(600)),
        (Schedule, warnings(vec![1, 2, 3, 4, 5, 6, 7, 3600])),
        (Schedule, review(1 << 20)),
        (Feature, feature(camera(&"a".repeat(64)))),
        (Rating, ratings(verdict(100))),
        (Web, web(list(32), "a.example")),
    ] {
        layer.read_section(kind, &bytes).unwrap();
    }
}

/// A number above its type is cut by the wire's own rules, never by a panic.
#[test]
fn seconds_that_no_field_can_hold_are_cut_to_it() {
    // BudgetSection { budgets { id: "b", target { everything }, weekly_seconds: u64::MAX } }
    let mut rule = vec![0x0a, 1, b'b', 0x12, 2, 0x0a, 0, 0x20];
    rule.extend([0xff; 9]);
    rule.push(1);
    let mut section = vec![0x0a, u8::try_from(rule.len()).unwrap()];
    section.extend(rule);
    let mut layer = empty();
    layer.read_section(SectionKind::Budget, &section).unwrap();
    let allowance = &layer.budgets.budgets[0].allowance;
    assert_eq!(*allowance, Allowance::Weekly(u32::MAX));
}

/// R-POL-006: 99 is a number that a later version may define.
#[test]
fn an_unknown_number_of_every_enumeration_is_read_as_the_strictest() {
    let mut layer = empty();
    let mut read = |kind, bytes: Vec<u8>| {
        layer.read_section(kind, &bytes).unwrap();
        layer.clone()
    };
    let strict = pb::EndRule {
        action: 99,
        on_unenforceable: Some(99),
        ..end()
    };
    let of = read(SectionKind::Schedule, schedule(window(), Some(strict)));
    let rule = of.schedule.end.unwrap();
    assert_eq!(rule.action, EndAction::Stop);
    assert_eq!(rule.on_unenforceable, OnUnenforceable::DenyAccess);

    let rule = pb::BudgetRule {
        id: "b".to_owned(),
        target: on(pb::budget_target::Target::Everything(pb::Everything {})),
        allowance: Some(pb::budget_rule::Allowance::WeeklySeconds(1)),
        scope: Some(99),
        counting: Some(99),
        ..Default::default()
    };
    let budgets = vec![rule];
    let section = pb::BudgetSection {
        budgets,
        ..Default::default()
    };
    let of = read(SectionKind::Budget, section.encode_to_vec());
    let rule = &of.budgets.budgets[0];
    assert_eq!(rule.scope, BudgetScope::Dependant);
    assert_eq!(rule.counting, BudgetCounting::SignedIn);

    let rule = pb::ListRule {
        access: 99,
        ..list(32).unwrap()
    };
    let of = read(SectionKind::Web, web(Some(rule), "a.example"));
    assert_eq!(of.web.lists[0].access, ListAccess::Block);

    let rule = pb::VerdictRule {
        effect: 99,
        ..verdict(0)
    };
    let of = read(SectionKind::Rating, ratings(rule));
    assert_eq!(of.ratings.verdicts[0].effect, VerdictEffect::Block);

    let rule = pb::FeatureRule {
        effect: 99,
        ..camera("camera")
    };
    let of = read(SectionKind::Feature, feature(rule));
    assert_eq!(of.features.rules[0].effect, FeatureEffect::Block);

    let mode = Some(pb::CommunicationRule {
        id: "c".to_owned(),
        mode: 99,
        ..Default::default()
    });
    let section = pb::CommunicationSection {
        when_closed: mode,
        ..Default::default()
    };
    let of = read(SectionKind::Communication, section.encode_to_vec());
    let mode = of.communication.when_closed.unwrap().mode;
    assert_eq!(mode, CommunicationMode::ContactsOnly);

    let caps = vec![pb::SpendingCap {
        id: "s".to_owned(),
        currency: "GBP".to_owned(),
        minor_units: u64::MAX,
        period: Some(99),
        ..Default::default()
    }];
    let section = pb::SpendingSection {
        caps,
        approval_class: Some(99),
        ..Default::default()
    };
    let of = read(SectionKind::Spending, section.encode_to_vec());
    assert_eq!(of.spending.approval_class, PurchaseClass::All);
    assert_eq!(of.spending.caps[0].period, SpendingPeriod::Month);
}

/// R-POL-005, R-POL-019: what cannot be read is kept with what it says about being unenforceable.
#[test]
fn a_rule_of_an_unknown_kind_keeps_what_then_holds() {
    let deny = Some(pb::OnUnenforceable::DenyAccess.into());
    let unknown_target = pb::WindowRule {
        target: Some(pb::BudgetTarget { target: None }),
        on_unenforceable: deny,
        ..window()
    };
    let mut layer = empty();
    let bytes = schedule(unknown_target, None);
    layer.read_section(SectionKind::Schedule, &bytes).unwrap();
    assert!(layer.schedule.windows.is_empty());
    for about in [None, Some(pb::verdict_rule::About::Concern(99))] {
        let rule = pb::VerdictRule {
            about,
            on_unenforceable: Some(99),
            review_by_day: Some(20_000),
            ..verdict(0)
        };
        let bytes = ratings(rule);
        layer.read_section(SectionKind::Rating, &bytes).unwrap();
        assert!(layer.ratings.verdicts.is_empty());
        let [window, verdict] = layer.unknown.as_slice() else {
            panic!("{:?}", layer.unknown);
        };
        assert_eq!(window.on_unenforceable, OnUnenforceable::DenyAccess);
        assert_eq!(verdict.on_unenforceable, OnUnenforceable::DenyAccess);
        assert_eq!(verdict.review_by, Some(date(2024, 10, 4)));
    }
    let rules = layer.rules();
    assert!(rules.iter().all(|rule| rule.kind.is_none()));
}

/// R-EVAL-045: a date exception changes windows on everything; as a window on one thing it is of an
/// unknown kind, and not one on everything.
#[test]
fn a_date_exception_with_a_window_on_one_thing_has_no_effect() {
    let author = || LayerAuthor::guardian("g1").unwrap();
    let read = |target| {
        let windows = vec![pb::WindowRule { target, ..window() }];
        let change = pb::date_exception::Change::Replace(pb::ReplacedWindows { windows });
        let exception = pb::DateException {
            day: 20_000,
            change: Some(change),
        };
        let act = pb::Override {
            id: "o".to_owned(),
            from: 0,
            until: None,
            act: Some(pb::r#override::Act::DateException(exception)),
        };
        Override::from_bytes(&act.encode_to_vec(), author(), 1)
    };
    use pb::budget_target::Target;
    assert!(read(None).is_ok());
    assert!(read(on(Target::Everything(pb::Everything {}))).is_ok());
    for target in [
        on(Target::Feature("ai".to_owned())),
        Some(pb::BudgetTarget { target: None }),
    ] {
        let code = read(target).unwrap_err().code();
        assert_eq!(code, "UNKNOWN_OVERRIDE_KIND");
    }
}

/// R-POL-008: what every reader refuses cannot be written either.
#[test]
fn acts_outside_the_calendar_cannot_be_made() {
    let make = |from: &str, until: &str, kind: &str| {
        let text = format!(
            r#"{{"author": {{"guardian": "g1"}}, "id": "o", "from": "{from}", "until": "{until}", "kind": {kind}}}"#
        );
        serde_json::from_str::<Override>(&text).map_err(|error| error.to_string())
    };
    let (then, late) = ("2026-11-22T00:00:00Z", "9999-01-01T00:00:00Z");
    let on_day = |day: &str| {
        format!(
            r#"{{"date_exception": {{"date": "{day}", "change": {{"replace": {{"windows": []}}}}}}}}"#
        )
    };
    assert!(make(then, then, &on_day("2026-12-24")).is_ok());
    for (from, until, kind) in [
        (then, late, "\"suspend\"".to_owned()),
        (late, late, "\"suspend\"".to_owned()),
        (then, then, on_day("9999-12-31")),
        (
            then,
            then,
            format!(r#"{{"lock_now": {{"reason": "{}"}}}}"#, "a".repeat(513)),
        ),
    ] {
        let refused = make(from, until, &kind).unwrap_err();
        assert!(refused.contains("must be"), "{refused}");
    }
}

/// R-POL-004, R-POL-007, R-POL-008: each with the place of the field.
#[test]
fn authoring_names_the_place_of_what_it_refuses() {
    let everything: PolicyLayer = serde_json::from_str(EVERYTHING).unwrap();
    everything.check().unwrap();
    type Fault = fn(&mut PolicyLayer);
    let table: [(Fault, &str, &str); 21] = [
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
        id("app/1"),
        AppTarget::App("android/com.example.clip".parse().unwrap()),
    ));
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
    assert_eq!(overdue.count(), 9);
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
        &digits[1..],
        &format!("{}zz", &digits[2..]),
        &format!("{digits}00"),
    ] {
        assert!(hash(text).is_err(), "{text:?}");
    }
}
