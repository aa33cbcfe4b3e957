//! Policies that are valid and written to hurt: a guardian at odds with another chooses how many
//! rows there are. The work grows with their number and not with its square (R-WIRE-006 bounds the
//! bytes alone). The times are generous: what is quadratic takes minutes here.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::asked::Household;

const WEEK: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

fn in_good_time<T>(work: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let result = work();
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(12), "{took:?}");
    result
}

fn clock(second: usize) -> String {
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{hour:02}:{minute:02}:{:02}", second % 60)
}

#[test]
fn six_thousand_windows_inside_one_another_are_laid_out_and_asked_at_once() {
    // R-EVAL-020, R-EVAL-053
    let window = |at: usize| {
        let span = json!({"start": clock(1 + at), "end": clock(86_399 - at)});
        json!({"id": format!("w{at}"), "state": "block", "days": WEEK, "span": span})
    };
    let windows: Vec<Value> = (0..6000).map(window).collect();
    let home = Household::of(
        json!({"layers": [{"author": {"guardian": "g1"}, "schedule": {"windows": windows}}]}),
    );
    let (rules, change) = in_good_time(|| {
        home.ask("device", json!({}), |decision| {
            (decision.rules().count(), decision.next_change())
        })
    });
    assert_eq!(rules, 6000);
    assert_eq!(change, Some("2026-11-23T23:59:59Z".parse().unwrap()));
}

#[test]
fn budgets_of_a_guardian_without_custody_are_no_steps_on_the_way() {
    // R-EVAL-051, R-EVAL-061
    let budget = |at: usize| {
        let allowance = json!({"daily": [{"days": WEEK, "seconds": at + 1}]});
        json!({"id": format!("b{at}"), "target": "overall", "allowance": allowance})
    };
    let budgets: Vec<Value> = (0..4000).map(budget).collect();
    let home = |until: &str| {
        Household::of(json!({
            "layers": [
                {"author": {"guardian": "g1"}},
                {"author": {"guardian": "g2"}, "budgets": {"budgets": budgets}},
            ],
            "custody": [["2026-11-01T00:00:00Z", until, "g1"]],
        }))
    };
    let told = |until: &str| {
        home(until).ask("device", json!({}), |decision| {
            (decision.remaining_seconds(), decision.next_change())
        })
    };
    in_good_time(|| {
        assert_eq!(told("2026-12-24T00:00:00Z"), (None, None));
        // What was used in another's custody is spent when custody passes.
        let passes = "2026-11-23T12:30:00Z";
        assert_eq!(told(passes), (Some(1800), Some(passes.parse().unwrap())));
    });
}

#[test]
fn twenty_thousand_rules_that_nobody_can_keep_close_everything_at_once() {
    // R-EVAL-049
    let rule = |at: usize| json!({"id": format!("u{at}"), "section": "web", "kind": "later", "payload": [], "on_unenforceable": "deny_access"});
    let unknown: Vec<Value> = (0..20_000).map(rule).collect();
    let home =
        Household::of(json!({"layers": [{"author": {"guardian": "g1"}, "unknown": unknown}]}));
    let rules = in_good_time(|| home.ask("device", json!({}), |decision| decision.rules().count()));
    assert_eq!(rules, 20_000);
}

#[test]
fn thousands_of_grants_and_of_budgets_are_added_up_once() {
    // R-EVAL-041
    let budget = |at: usize| json!({"id": format!("b{at}"), "target": "overall", "allowance": {"weekly": at + 60}});
    let budgets: Vec<Value> = (0..3000).map(budget).collect();
    let grant = |at: usize| {
        json!({"author": {"guardian": "g1"}, "id": format!("x{at}"), "from": "2026-11-23T00:00:00Z",
            "until": "2026-11-24T00:00:00Z", "kind": {"extra_time": {"target": "overall", "seconds": 1}}})
    };
    let grants: Vec<Value> = (0..3000).map(grant).collect();
    let home = Household::of(json!({
        "layers": [{"author": {"guardian": "g1"}, "budgets": {"budgets": budgets}}],
        "overrides": grants,
    }));
    let left =
        in_good_time(|| home.ask("device", json!({}), |decision| decision.remaining_seconds()));
    assert_eq!(left, Some(3060));
}

#[test]
fn a_window_that_a_gap_swallows_is_not_the_one_that_an_exception_extends() {
    // R-EVAL-004, R-EVAL-045: 01:30 is 02:30 on this day in London, behind 02:00.
    let home = |windows: Value| {
        Household::of(json!({
            "layers": [{"author": {"guardian": "g1"}, "schedule": {"windows": windows}}],
            "overrides": [{"author": {"guardian": "g1"}, "id": "late", "from": "2026-03-01T00:00:00Z",
                "kind": {"date_exception": {"date": "2026-03-29", "change": {"extend_last_window": {"until": "22:00"}}}}}],
        }))
    };
    let swallowed = json!({"id": "night", "state": "allow", "days": ["sunday"], "span": {"start": "01:30", "end": "02:00"}});
    let early = json!({"id": "early", "state": "allow", "days": ["sunday"], "span": {"start": "00:10", "end": "00:20"}});
    let noon = json!({"at": "2026-03-29T11:00:00Z"});
    assert_eq!(
        home(json!([swallowed])).says("device", noon.clone()),
        "deny window g1:night"
    );
    // The one that is there is extended, from 00:10 on.
    let both = home(json!([swallowed, early]));
    assert_eq!(both.says("device", noon), "allow allowed");
    let soon = json!({"at": "2026-03-29T00:25:00Z"});
    assert_eq!(both.says("device", soon), "allow allowed");
}
