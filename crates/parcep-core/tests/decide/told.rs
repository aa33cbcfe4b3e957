//! What a decision tells besides its effect: money and time left, ends, changes; nobody known.

use std::sync::{Arc, RwLock};

use jiff::Timestamp;
use parcep_core::decide::{CompiledPolicy, Decision, Ending, Usage, decide, decide_unidentified};
use parcep_core::help::HelpDirectory;
use serde_json::{Value, json};

use crate::asked::{Household, asking, line};

fn left(decision: &Decision<'_>) -> Option<u64> {
    decision.remaining_seconds()
}

fn change(decision: &Decision<'_>) -> Option<String> {
    decision.next_change().map(|at| at.to_string())
}

#[test]
fn caps_hold_for_days_weeks_and_months_and_a_class_needs_approval() {
    // R-EVAL-019
    let home = |spent: Value| {
        Household::of(
            json!({"usage": spent, "layers": [{"author": {"guardian": "g1"}, "spending": {
            "approval": {"id": "ask", "on": true}, "approval_class": "paid",
            "caps": [{"id": "month", "amount": {"currency": "GBP", "minor": 1000}},
                     {"id": "week", "amount": {"currency": "GBP", "minor": 500}, "period": "week"},
                     {"id": "day", "amount": {"currency": "GBP", "minor": 200}, "period": "day"}]}}]}),
        )
    };
    let row =
        |period: &str, minor: u32| json!({"target": "spending", "period": period, "minor": minor});
    for (spent, price, says) in [
        (json!([]), 200, "ask approval g1:ask"),
        (json!([]), 201, "deny spending g1:day"),
        (json!([]), 501, "deny spending g1:week"),
        (json!([]), 1001, "deny spending g1:month"),
        (json!([row("day", 100)]), 101, "deny spending g1:day"),
        (json!([row("week", 400)]), 101, "deny spending g1:week"),
        (json!([row("month", 950)]), 51, "deny spending g1:month"),
        // A week and a month hold at least what the day holds; the month not what the week holds.
        (json!([row("day", 450)]), 51, "deny spending g1:week"),
        (json!([row("week", 450)]), 50, "ask approval g1:ask"),
        (json!([row("week", 990)]), 1, "deny spending g1:week"),
        (json!([]), 0, "allow allowed"),
    ] {
        let said = home(spent.clone()).says(&format!("purchase:GBP/{price}"), json!({}));
        assert_eq!(said, says, "{price} after {spent}");
    }
    // 2026-11-30 is a Monday, the month ends with it; at each end the cap that binds holds anew.
    let at = || json!({"at": "2026-11-30T12:00:00Z"});
    let next = |spent, price: u32| home(spent).ask(&format!("purchase:GBP/{price}"), at(), change);
    assert_eq!(
        next(json!([row("day", 200)]), 1).as_deref(),
        Some("2026-12-01T00:00:00Z")
    );
    assert_eq!(
        next(json!([row("month", 1000)]), 1).as_deref(),
        Some("2026-12-01T00:00:00Z")
    );
    assert_eq!(
        next(json!([row("week", 500)]), 1).as_deref(),
        Some("2026-12-07T00:00:00Z")
    );

    let class = |class: &str| {
        Household::of(
            json!({"layers": [{"author": {"guardian": "g1"}, "spending": {
            "approval": {"id": "ask", "on": true}, "approval_class": class}}]}),
        )
    };
    let asks = |of: &str, action: &str| class(of).says(action, json!({})) == "ask approval g1:ask";
    for (action, all, paid, in_app) in [
        ("purchase:GBP/100", true, true, false),
        ("purchase:GBP/100/in_app", true, true, true),
        ("purchase:GBP/0/in_app", true, false, true),
        ("purchase:GBP/0/download", true, false, false),
    ] {
        let found = ["all", "paid", "in_app"].map(|of| asks(of, action));
        assert_eq!(found, [all, paid, in_app], "{action}");
    }
}

#[test]
fn a_row_that_names_more_goes_before_one_that_names_less_and_the_author_before_the_scope() {
    // R-EVAL-031
    let layer = |guardian: &str| {
        let budget = |id: &str, scope: &str| {
            json!({"id": id, "target": "overall", "scope": scope,
                   "allowance": {"daily": [{"days": ["monday"], "seconds": 100}]}})
        };
        json!({"author": {"guardian": guardian}, "budgets": {"budgets": [budget("one", "pep"), budget("all", "dependant")]}})
    };
    let row = |seconds: u32, more: Value| {
        let mut row = json!({"target": "device", "seconds": seconds});
        row.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        row
    };
    let g1 = || json!({"guardian": "g1"});
    let common = row(100, json!({}));
    let scope = row(0, json!({"scope": "pep"}));
    let author = row(100, json!({"author": g1()}));
    let both = row(0, json!({"author": g1(), "scope": "pep"}));
    let says = |rows: Value| {
        let home = json!({"layers": [layer("g1"), layer("g2")], "usage": rows});
        Household::of(home).says("device", json!({}))
    };
    assert_eq!(
        says(json!([common])),
        "deny budget g1:all g1:one g2:all g2:one"
    );
    assert_eq!(says(json!([scope, common])), "deny budget g1:all g2:all");
    assert_eq!(says(json!([author, scope])), "deny budget g1:all g1:one");
    assert_eq!(
        says(json!([author, scope, both, common])),
        "deny budget g1:all g2:all"
    );

    let money = |rows: Value| {
        let layer = |guardian: &str| {
            json!({"author": {"guardian": guardian}, "spending": {"caps": [
                {"id": "eur", "amount": {"currency": "EUR", "minor": 100}},
                {"id": "gbp", "amount": {"currency": "GBP", "minor": 100}}]}})
        };
        let home = json!({"layers": [layer("g1"), layer("g2")], "usage": rows});
        let home = Household::of(home);
        ["EUR", "GBP"].map(|of| home.says(&format!("purchase:{of}/1"), json!({})))
    };
    let row = |minor: u32, more: Value| {
        let mut row = json!({"target": "spending", "period": "month", "minor": minor});
        row.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        row
    };
    let euros = row(0, json!({"currency": "EUR"}));
    let hers = row(0, json!({"author": g1()}));
    assert_eq!(
        money(json!([row(100, json!({}))])),
        ["deny spending g1:eur g2:eur", "deny spending g1:gbp g2:gbp"]
    );
    assert_eq!(
        money(json!([row(100, json!({})), euros])),
        ["allow allowed", "deny spending g1:gbp g2:gbp"]
    );
    assert_eq!(
        money(json!([row(100, json!({})), hers])),
        ["deny spending g2:eur", "deny spending g2:gbp"]
    );
}

#[test]
fn rows_of_usage_that_mean_nothing_are_refused() {
    let code = |rows: Value| {
        Usage::from_json(rows.to_string().as_bytes())
            .unwrap_err()
            .code()
    };
    let row = |more: Value| {
        let mut row = json!({"target": "device", "seconds": 1});
        row.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        row
    };
    assert_eq!(
        code(json!([row(json!({"currency": "GBP"}))])),
        "USAGE_MISPLACED"
    );
    assert_eq!(
        code(json!([{"target": "spending", "minor": 1, "scope": "pep"}])),
        "USAGE_MISPLACED"
    );
    let mine = || row(json!({"author": {"guardian": "g1"}}));
    assert_eq!(
        code(json!([mine(), row(json!({})), mine()])),
        "USAGE_REPEATED_ROW"
    );
    assert!(Usage::from_json(json!([mine(), row(json!({}))]).to_string().as_bytes()).is_ok());
}

#[test]
fn time_left_and_the_next_change_look_at_windows_and_budgets_on_the_target() {
    // R-EVAL-050, R-EVAL-051
    let home = Household::of(json!({
        "layers": [{"author": {"guardian": "g1"},
            "schedule": {"windows": [
                {"id": "games", "state": "allow", "days": ["monday", "tuesday"], "span": {"start": "10:00", "end": "12:30"}, "target": {"category": "games"}}]},
            "budgets": {"budgets": [
                {"id": "ai", "target": {"feature": "ai"}, "allowance": {"daily": [{"days": ["monday", "tuesday"], "seconds": 600}]}},
                {"id": "voice", "target": {"feature": "ai.voice"}, "allowance": {"weekly": 900}},
                {"id": "all", "target": "overall", "allowance": {"weekly": 60}}]}}],
        "usage": [{"target": "feature:ai", "seconds": 100}, {"target": "feature:ai.voice", "period": "week", "seconds": 500}],
    }));
    // Neither the camera nor the assistant is in a budget on everything.
    assert_eq!(
        home.ask("feature:camera", json!({}), |d| (left(d), change(d))),
        (None, None)
    );
    assert_eq!(home.ask("feature:ai", json!({}), left), Some(500));
    let voice = home.ask("feature:ai.voice", json!({}), |d| (left(d), change(d)));
    assert_eq!(voice, (Some(400), Some("2026-11-23T12:06:40Z".to_owned())));
    let game = json!({"categories": ["games"]});
    assert_eq!(home.ask("app:pcps/Go", game.clone(), left), Some(60));
    let closed = json!({"categories": ["games"], "at": "2026-11-23T13:00:00Z"});
    assert_eq!(
        home.ask("app:pcps/Go", closed, change).as_deref(),
        Some("2026-11-24T10:00:00Z")
    );
}

#[test]
fn an_end_is_the_strictest_of_all_layers_that_reach_the_action() {
    // R-EVAL-054
    let layer = |guardian: &str, end: Value, target: &str| {
        let mut layer = json!({"author": {"guardian": guardian}, "schedule": {"windows": [
            {"id": "w", "state": "block", "days": ["monday"], "span": {"start": "20:00", "end": "21:00"}, "target": {"app": target}}]}});
        if !end.is_null() {
            layer["schedule"]["end"] = end;
        }
        layer
    };
    let end = |action: &str, grace: u32, warnings: Value| json!({"id": "end", "action": action, "grace_seconds": grace, "warning_seconds": warnings});
    let notify = layer("g1", end("notify", 300, json!([60, 600])), "pcps/Chess");
    let stop = layer("g2", end("stop", 600, json!([60, 30])), "pcps/Chess");
    let silent = layer("g3", Value::Null, "pcps/Chess");
    let elsewhere = layer("g4", end("stop", 0, json!([1])), "pcps/Go");
    let rests = json!({"author": {"guardian": "g3"}, "id": "rest", "from": "2026-11-23T00:00:00Z", "kind": "suspend"});
    let told = |layers: Value, more: Value, action: &str| {
        let mut home = json!({"layers": layers});
        home.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        Household::of(home).ask(action, json!({}), |decision| decision.ending())
    };
    let ending = |action: &str, grace_seconds, warning_seconds: &[u32]| {
        Some(Ending {
            action: serde_json::from_value(json!(action)).unwrap(),
            grace_seconds,
            warning_seconds: warning_seconds.to_vec(),
        })
    };
    let chess = "app:pcps/Chess";
    let all = || json!([notify, stop, silent, elsewhere]);
    assert_eq!(
        told(json!([notify]), json!({}), chess),
        ending("notify", 300, &[600, 60])
    );
    assert_eq!(
        told(json!([notify, stop]), json!({}), chess),
        ending("stop", 300, &[600, 60, 30])
    );
    assert_eq!(
        told(all(), json!({}), chess),
        ending("stop", 0, &[600, 60, 30])
    );
    assert_eq!(
        told(json!([notify, silent]), json!({}), chess),
        ending("lock", 0, &[600, 60])
    );
    assert_eq!(
        told(
            json!([notify, silent]),
            json!({"overrides": [rests]}),
            chess
        ),
        ending("notify", 300, &[600, 60])
    );
    let away = json!({"custody": [["2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "g1"]]});
    assert_eq!(told(all(), away, chess), ending("notify", 300, &[600, 60]));
    assert_eq!(told(all(), json!({}), "device"), None);
    // A denial tells it as well, and `always_allowed` does not matter.
    let block = json!({"author": {"guardian": "g5"}, "apps": {"rules": [{"id": "no", "target": "any", "access": "block"}]}});
    assert_eq!(
        told(json!([notify, block]), json!({}), chess),
        ending("notify", 300, &[600, 60])
    );
    // A budget on everything reaches no installation, a window does.
    let budget = json!([{"author": {"guardian": "g1"}, "budgets": {"budgets": [{"id": "b", "target": "overall", "allowance": {"weekly": 1}}]}}]);
    assert_eq!(
        told(budget.clone(), json!({}), "device"),
        ending("lock", 0, &[])
    );
    assert_eq!(told(budget, json!({}), "install:pcps/Chess"), None);
    // A date exception is no window of the layer.
    let exception = json!({"overrides": [{"author": {"guardian": "g1"}, "id": "x", "from": "2026-11-20T00:00:00Z",
        "kind": {"date_exception": {"date": "2026-11-23", "change": {"replace": {"windows": [{"state": "block", "span": "all_day"}]}}}}}]});
    assert_eq!(
        told(json!([{"author": {"guardian": "g1"}}]), exception, "device"),
        None
    );
}

#[test]
fn nobody_known_is_answered_with_the_strictest_of_all() {
    // R-CAP-015
    let child = |seconds: u32, more: Value| {
        let mut home = json!({"layers": [{"author": {"guardian": "g1"}, "budgets": {"budgets": [
            {"id": format!("b/{seconds}"), "target": "overall", "allowance": {"daily": [{"days": ["monday"], "seconds": seconds}]}}]}}]});
        home.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let home = Household::of(home);
        (home.compiled(), home.usage())
    };
    let told = |children: &[(CompiledPolicy, Usage)]| {
        let linked: Vec<_> = children
            .iter()
            .map(|(policy, usage)| (policy, usage))
            .collect();
        asking("device", json!({}), |context| {
            let decision = decide_unidentified(&linked, context).unwrap();
            (line(&decision), left(&decision), change(&decision))
        })
    };
    let none = || json!({});
    let lock = json!({"overrides": [{"author": {"guardian": "g1"}, "id": "soon",
        "from": "2026-11-23T12:01:00Z", "until": "2026-11-23T18:00:00Z", "kind": {"lock_now": {}}}]});
    let (hour, minutes) = (child(3600, none()), child(120, none()));
    let until = |at: &str| Some(at.to_owned());
    let answer = told(&[hour, minutes]);
    assert_eq!(
        answer,
        (
            "allow allowed".to_owned(),
            Some(120),
            until("2026-11-23T12:02:00Z")
        )
    );
    // A lock on one of them changes the answer, though another has the least time.
    let answer = told(&[child(3600, lock.clone()), child(120, none())]);
    assert_eq!(
        answer,
        (
            "allow allowed".to_owned(),
            Some(120),
            until("2026-11-23T12:01:00Z")
        )
    );
    // Denied by both: it opens when the last of them opens.
    let at_once = json!({"overrides": [{"author": {"guardian": "g1"}, "id": "now",
        "from": "2026-11-23T11:00:00Z", "until": "2026-11-23T18:00:00Z", "kind": {"lock_now": {}}}]});
    let answer = told(&[child(3600, at_once.clone()), child(0, none())]);
    assert_eq!(
        answer,
        (
            "deny locked g1:now".to_owned(),
            None,
            until("2026-11-24T00:00:00Z")
        )
    );
    let answer = told(&[child(0, none()), child(3600, at_once)]);
    assert_eq!(
        answer,
        (
            "deny budget g1:b/0".to_owned(),
            None,
            until("2026-11-24T00:00:00Z")
        )
    );
    asking("device", json!({}), |context| {
        assert!(decide_unidentified(&[], context).is_none())
    });
}

#[test]
fn a_denial_comes_with_the_lines_of_the_place() {
    // R-EVAL-055, R-FLOOR-012
    let directory = HelpDirectory::bundled();
    let home = Household::of(json!({"layers": [{"author": {"guardian": "g1"}, "apps": {
        "rules": [{"id": "no", "target": {"app": "pcps/Chess"}, "access": "block"}],
        "install_approval": {"id": "ask", "on": true}}}]}));
    let regions = |action: &str| {
        home.ask(action, json!({}), |decision| {
            decision
                .help(directory, None)
                .map(|line| line.region.clone())
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(regions("app:pcps/Chess"), ["GB"]);
    assert_eq!(regions("install:pcps/Go"), ["GB"]);
    assert_eq!(regions("app:pcps/Go"), Vec::<String>::new());
}

#[test]
fn a_policy_is_swapped_while_others_go_on_deciding() {
    fn shared<T: Send + Sync>() {}
    shared::<CompiledPolicy>();
    shared::<Usage>();
    shared::<Decision<'_>>();

    let blocks = |effect: &str| {
        let home = json!({"layers": [{"author": {"guardian": "g1"}, "apps": {"rules": [
            {"id": effect, "target": "any", "access": effect}]}}]});
        Arc::new(Household::of(home).compiled())
    };
    let (live, next) = (RwLock::new(blocks("allow")), blocks("block"));
    let usage = Usage::none();
    let ask = |policy: &CompiledPolicy| {
        asking("app:pcps/Chess", json!({}), |context| {
            line(&decide(policy, &usage, context))
        })
    };
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    // Who holds the old policy goes on with it; who asks again gets the new one.
                    let held = Arc::clone(&live.read().unwrap());
                    let mut seen = ask(&held);
                    while seen != "deny blocked g1:block" {
                        assert_eq!(seen, "allow allowed g1:allow");
                        let now = Arc::clone(&live.read().unwrap());
                        seen = ask(&now);
                    }
                    (ask(&held), seen)
                })
            })
            .collect();
        let old = std::mem::replace(&mut *live.write().unwrap(), next);
        assert_eq!(ask(&old), "allow allowed g1:allow");
        for reader in readers {
            let (old, new) = reader.join().unwrap();
            assert!(["allow allowed g1:allow", "deny blocked g1:block"].contains(&old.as_str()));
            assert_eq!(new, "deny blocked g1:block");
        }
    });
}

#[test]
fn absurd_policies_are_answered_and_nothing_overflows() {
    let home = Household::of(json!({
        "layers": [{"author": {"guardian": "g1"},
            "schedule": {"windows": [{"id": "w", "state": "allow", "days": ["monday"], "span": {"start": "00:00:01", "end": "00:00:00"}}]},
            "budgets": {"extra_time_cap": u32::MAX, "budgets": [{"id": "b", "target": "overall", "allowance": {"weekly": u32::MAX}}]},
            "spending": {"caps": [{"id": "c", "amount": {"currency": "GBP", "minor": u64::MAX}}]}}],
        "overrides": [{"author": {"guardian": "g1"}, "id": "more", "from": "2026-11-23T00:00:00Z",
            "kind": {"extra_time": {"target": "overall", "seconds": u32::MAX}}}],
        "usage": [{"target": "device", "period": "week", "seconds": u64::MAX}, {"target": "spending", "period": "month", "minor": u64::MAX}],
    }));
    assert_eq!(home.says("device", json!({})), "deny budget g1:b");
    assert_eq!(
        home.says(&format!("purchase:GBP/{}", u64::MAX), json!({})),
        "deny spending g1:c"
    );
    for at in [
        "0001-01-01T00:00:00Z",
        "9999-12-30T00:00:00Z",
        "1970-01-01T00:00:00Z",
    ] {
        let at: Timestamp = at.parse().unwrap();
        let told = home.ask("device", json!({"at": at}), |d| {
            (line(d), change(d).is_some())
        });
        assert!(told.0.starts_with("deny"), "{at}: {told:?}");
    }
}

#[test]
fn deciding_allocates_nothing() {
    let some = allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8])));
    assert_eq!(some.count_total, 1, "the counter counts");
    // Scenes lie around changes of offset, with exceptions, several guardians and every kind of act.
    let counted = |seed: u64| {
        let scene = crate::scene::scene(seed);
        let policy = scene.compiled();
        scene.with_context(|context, usage| {
            allocation_counter::measure(|| {
                let decision = decide(&policy, usage, context);
                assert!(decision.effect() <= parcep_core::decide::Effect::Deny);
            })
            .count_total
        })
    };
    let seeds = (0..3_000).filter(|seed| counted(*seed) > 0);
    assert_eq!(seeds.collect::<Vec<_>>(), Vec::<u64>::new());

    let home = Household::of(json!({"layers": [{"author": {"guardian": "g1"},
        "features": {"rules": [{"id": "ai", "feature": "ai", "effect": "ask"}]},
        "web": {"lists": [{"id": "l", "access": "block", "sha256": "00".repeat(32)}]},
        "ratings": {"verdicts": [{"id": "v", "about": {"concern": "contact"}, "effect": "ask"}]}}]}));
    let (policy, usage) = (home.compiled(), home.usage());
    for action in [
        "feature:ai.voice",
        "app:pcps/Chess",
        "host:a.example",
        "content:pegi/7",
        "contact:+441",
        "device",
    ] {
        let known = json!({"verdicts": [{"concern": "contact", "confidence": 90}], "categories": ["games"]});
        let count = asking(action, known, |context| {
            allocation_counter::measure(|| _ = decide(&policy, &usage, context)).count_total
        });
        assert_eq!(count, 0, "{action}");
    }
}

/// R-PRIV-010: an app that asks learns four things, and no rule and no author is among them.
#[test]
fn an_app_that_asks_learns_no_rule_and_no_author() {
    let home = Household::of(
        json!({"layers": [{"author": {"guardian": "a-guardian"}, "web":
        {"block": [{"id": "a-rule", "host": "example.org"}]}}]}),
    );
    let told = home.ask("host:example.org", json!({}), |decision| {
        assert_eq!(decision.rules().count(), 1);
        serde_json::to_value(decision.for_apps()).unwrap()
    });
    let four = json!({"effect": "deny", "reason": "blocked", "remaining_seconds": null,
        "next_change": null});
    assert_eq!(told, four);
}
