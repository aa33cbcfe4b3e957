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
    assert_eq!(mode, CommunicationMode::Disabled);

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

/// R-EVAL-045: the target of a replacing window is not used; one that cannot be read makes the act one
/// of an unknown kind.
#[test]
fn a_date_exception_with_a_target_that_cannot_be_read_has_no_effect() {
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
    assert!(read(on(Target::Feature("ai".to_owned()))).is_ok());
    let unknown = Some(pb::BudgetTarget { target: None });
    let code = read(unknown).unwrap_err().code();
    assert_eq!(code, "UNKNOWN_OVERRIDE_KIND");
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
