//! The first steps: what is open whatever a rule says, what is closed whatever it says; and which
//! rules do not count.

use serde_json::json;

use crate::asked::Household;

const LOCK: &str = r#"{"author": {"guardian": "g1"}, "id": "now", "from": "2026-11-23T00:00:00Z", "kind": {"lock_now": {}}}"#;

fn lock() -> serde_json::Value {
    serde_json::from_str(LOCK).unwrap()
}

#[test]
fn a_guardian_at_the_screen_is_asked_nothing() {
    // R-EVAL-046
    let home = Household::of(json!({
        "layers": [{"author": {"guardian": "g1"}, "apps": {"rules": [{"id": "apps/none", "target": "any", "access": "block"}]}}],
        "overrides": [lock()],
        "pending": ["app"],
        "unenforceable": [{"guardian": "g1", "rule": "apps/none"}],
    }));
    let there = || json!({"guardian_present": true});
    assert_eq!(
        home.says("app:pcps/Chess", there()),
        "allow guardian_present"
    );
    assert_eq!(home.says("app:pcps/Chess", json!({})), "deny locked g1:now");
    // The floor is the floor for everybody.
    assert_eq!(
        home.says("service:urn:service:sos", there()),
        "allow rights_floor"
    );
    let rest = home.ask("device", there(), |decision| {
        let decided = (decision.remaining_seconds(), decision.next_change());
        (decided, decision.ending())
    });
    assert_eq!(rest, ((None, None), None));
}

#[test]
fn what_law_keeps_open_is_open_under_lock_block_and_pending_sections() {
    // R-EVAL-047
    let home = Household::of(json!({
        "layers": [
            {"author": {"guardian": "g1"},
             "apps": {"rules": [{"id": "apps/none", "target": "any", "access": "block"}]},
             "communication": {"mode": {"id": "contact/none", "mode": "disabled"}}},
            {"author": {"jurisdiction": "de"}, "web": {"block": [{"id": "law/host", "host": "help.example"}]}}],
        "overrides": [lock()],
        "pending": ["app", "web", "communication"],
        "limits": [
            {"jurisdiction": "de", "app": "pcps/Help"},
            {"jurisdiction": "de", "host": "help.example"},
            {"jurisdiction": "de", "contact": "+49 800 111 0 333"}],
    }));
    for action in [
        "app:pcps/Help",
        "install:pcps/Help",
        "host:help.example",
        "host:www.help.example",
        "contact:+498001110333",
        "caller:+498001110333",
        "add_contact:+498001110333",
    ] {
        assert_eq!(home.says(action, json!({})), "allow protected", "{action}");
    }
    for action in [
        "app:pcps/Other",
        "host:example",
        "host:nothelp.example",
        "host:[2001:db8::1]",
        "contact:+1",
        "device",
    ] {
        assert_eq!(
            home.says(action, json!({})),
            "deny locked g1:now",
            "{action}"
        );
    }
    let silent = |decision: &parcep_core::decide::Decision<'_>| {
        (
            decision.remaining_seconds(),
            decision.next_change(),
            decision.ending(),
        )
    };
    assert_eq!(
        home.ask("app:pcps/Help", json!({}), silent),
        (None, None, None)
    );
}

#[test]
fn a_kind_that_law_takes_away_is_left_out_of_guardians_layers_and_acts_only() {
    // R-EVAL-048
    let budget = |author: serde_json::Value, seconds: u32| {
        json!({"author": author, "budgets": {"budgets": [{"id": "time/day", "target": "overall",
            "allowance": {"daily": [{"days": ["monday"], "seconds": seconds}]}}]}})
    };
    let usage = json!([{"target": "device", "seconds": 600}]);
    let layers = json!([
        budget(json!({"guardian": "g1"}), 600),
        budget(json!({"jurisdiction": "de"}), 601)
    ]);
    let limits = json!([{"jurisdiction": "de", "kind": "budget"}, {"jurisdiction": "de", "kind": "lock_now"}]);
    let with = Household::of(
        json!({"layers": layers, "usage": usage, "limits": limits, "overrides": [lock()]}),
    );
    assert_eq!(with.says("device", json!({})), "allow allowed");
    assert_eq!(
        with.ask("device", json!({}), |decision| decision.remaining_seconds()),
        Some(1)
    );
    let policy = with.compiled();
    let struck: Vec<_> = policy
        .unenforceable()
        .iter()
        .map(|rule| (rule.rule.as_str(), rule.reason))
        .collect();
    assert_eq!(
        struck,
        [("time/day", "JURISDICTION"), ("now", "JURISDICTION")]
    );

    let without = Household::of(json!({"layers": layers, "usage": usage}));
    assert_eq!(without.says("device", json!({})), "deny budget g1:time/day");
}

#[test]
fn without_the_mode_the_contacts_and_when_closed_stay() {
    // R-EVAL-048
    let home = Household::of(json!({
        "layers": [{"author": {"guardian": "g1"}, "communication": {
            "mode": {"id": "contact/none", "mode": "disabled"},
            "contacts": [{"name": "Gran", "identifiers": ["+441"]}],
            "block_unknown_callers": {"id": "contact/callers", "on": true}}}],
        "limits": [{"jurisdiction": "de", "kind": "communication_mode"}],
    }));
    assert_eq!(home.says("contact:+442", json!({})), "allow allowed");
    assert_eq!(home.says("caller:+441", json!({})), "allow allowed");
    assert_eq!(
        home.says("caller:+442", json!({})),
        "deny contact g1:contact/callers"
    );
}

#[test]
fn deny_access_closes_everything_and_names_every_such_rule() {
    // R-EVAL-049
    let home = Household::of(json!({
        "layers": [
            {"author": {"guardian": "g1"},
             "features": {"rules": [{"id": "ai/memory", "feature": "ai.memory", "effect": "block", "on_unenforceable": "deny_access"},
                                    {"id": "ai/voice", "feature": "ai.voice", "effect": "block"}]},
             "unknown": [{"id": "new", "section": "app", "kind": "x", "payload": [], "on_unenforceable": "deny_access"}]},
            {"author": {"guardian": "g2"},
             "features": {"rules": [{"id": "ai/memory", "feature": "ai.memory", "effect": "block", "on_unenforceable": "deny_access"}]},
             "ratings": {"ceilings": [{"id": "age", "ceiling": {"label": "no_such/label"}, "on_unenforceable": "deny_access"}]}}],
        "unenforceable": [{"guardian": "g1", "rule": "ai/memory"}, {"guardian": "g1", "rule": "ai/voice"}],
    }));
    // What this version cannot enforce of itself counts too; g2's feature rule can be kept.
    let all = "deny unenforceable g1:ai/memory g1:new g2:age";
    assert_eq!(home.says("device", json!({})), all);
    assert_eq!(home.says("feature:camera", json!({})), all);
    assert_eq!(
        home.says("service:urn:service:sos", json!({})),
        "allow rights_floor"
    );

    // A lock comes first, and stays the only thing that is named.
    let mut locked = json!({"overrides": [lock()]});
    locked["layers"] = json!([{"author": {"guardian": "g1"}, "unknown": [
        {"id": "new", "section": "app", "kind": "x", "payload": [], "on_unenforceable": "deny_access"}]}]);
    assert_eq!(
        Household::of(locked).says("device", json!({})),
        "deny locked g1:now"
    );
}

#[test]
fn what_is_stricter_stands_in_the_place_of_what_cannot_be_kept() {
    // R-EVAL-049, R-CAP-011
    let layer = json!({
        "author": {"guardian": "g1"},
        "budgets": {"budgets": [
            {"id": "time/app", "target": {"app": "pcps/Chess"}, "allowance": {"weekly": 3600}, "on_unenforceable": "stricter"},
            {"id": "time/games", "target": {"category": "games"}, "allowance": {"weekly": 3600}, "on_unenforceable": "stricter"},
            {"id": "time/ai", "target": {"feature": "ai"}, "allowance": {"weekly": 3600}, "on_unenforceable": "stricter"},
            {"id": "time/all", "target": "overall", "allowance": {"weekly": 3600}, "on_unenforceable": "stricter"}]},
        "web": {"mode": {"id": "web/mode", "mode": {"filtered": {"categories": ["games"]}}, "on_unenforceable": "stricter"}},
        "communication": {"mode": {"id": "contact/mode", "mode": "contacts_only", "on_unenforceable": "stricter"},
                          "contacts": [{"name": "Gran", "identifiers": ["+441"]}]},
        "ratings": {"unrated": [{"id": "unrated", "effect": "ask", "on_unenforceable": "stricter"}]},
    });
    let questions = [
        (
            "app:pcps/Chess",
            json!({}),
            "deny blocked g1:time/app",
            "allow allowed",
        ),
        (
            "app:pcps/Go",
            json!({"categories": ["games"]}),
            "deny blocked g1:time/games",
            "allow allowed",
        ),
        (
            "host:play.example",
            json!({"categories": ["games"]}),
            "deny web_mode g1:web/mode",
            "deny category g1:web/mode",
        ),
        (
            "host:plain.example",
            json!({}),
            "deny web_mode g1:web/mode",
            "allow allowed",
        ),
        (
            "feature:ai.voice",
            json!({}),
            "deny blocked g1:time/ai",
            "allow allowed",
        ),
        (
            "contact:+441",
            json!({}),
            "deny contact g1:contact/mode",
            "allow allowed",
        ),
        (
            "content:unrated/film",
            json!({}),
            "deny unrated g1:unrated",
            "ask unrated g1:unrated",
        ),
        ("device", json!({}), "allow allowed", "allow allowed"),
    ];
    let rules = [
        "time/app",
        "time/games",
        "time/ai",
        "time/all",
        "web/mode",
        "contact/mode",
        "unrated",
    ];
    let rules = rules.map(|rule| json!({"guardian": "g1", "rule": rule}));
    let here = Household::of(json!({"layers": [layer], "unenforceable": rules}));
    let elsewhere = Household::of(json!({"layers": [layer]}));
    for (action, known, stricter, plain) in questions {
        assert_eq!(here.says(action, known.clone()), stricter, "{action}");
        assert_eq!(elsewhere.says(action, known), plain, "{action}");
    }
    // The budget itself is gone, and with it what it would have told.
    let left =
        |home: &Household| home.ask("device", json!({}), |decision| decision.remaining_seconds());
    assert_eq!((left(&here), left(&elsewhere)), (Some(3600), Some(3600)));
}

#[test]
fn rows_that_share_a_name_are_one_rule_and_each_goes_by_what_it_says() {
    // R-EVAL-049
    let home = Household::of(json!({"layers": [{"author": {"guardian": "g1"},
        "budgets": {"budgets": [{"id": "one", "target": {"app": "pcps/Chess"}, "allowance": {"weekly": 3600}, "on_unenforceable": "stricter"}]},
        "unknown": [{"id": "one", "section": "app", "kind": "x", "payload": []}]}]}));
    assert_eq!(
        home.says("app:pcps/Chess", json!({})),
        "deny blocked g1:one"
    );
    assert_eq!(home.says("app:pcps/Go", json!({})), "allow allowed");
}

#[test]
fn the_constitution_caps_extra_time_and_unblocks() {
    // R-REQ-011, R-REQ-012
    let act = |id: &str, kind: serde_json::Value| json!({"author": {"guardian": "g1"}, "id": id, "from": "2026-11-23T11:00:00Z", "kind": kind});
    let home = |caps: serde_json::Value| {
        let mut home = json!({
            "layers": [{"author": {"guardian": "g1"},
                "budgets": {"budgets": [{"id": "time", "target": "overall", "allowance": {"weekly": 60}}]},
                "ratings": {"ceilings": [{"id": "age", "ceiling": {"max_age": 6}}]}}],
            "overrides": [
                act("more", json!({"extra_time": {"target": "overall", "seconds": 3600}})),
                act("chess", json!({"unblock": {"item": {"app": "pcps/Chess"}}}))],
        });
        home.as_object_mut()
            .unwrap()
            .extend(caps.as_object().unwrap().clone());
        Household::of(home)
    };
    let left =
        |home: &Household| home.ask("device", json!({}), |decision| decision.remaining_seconds());
    assert_eq!(left(&home(json!({}))), Some(3660));
    assert_eq!(left(&home(json!({"extra_time_cap": 900}))), Some(960));
    assert_eq!(left(&home(json!({"extra_time_cap": 0}))), Some(60));

    let rated = |label: &str| json!({"labels": [label]});
    let free = home(json!({}));
    assert_eq!(
        free.says("app:pcps/Chess", rated("pegi/18")),
        "allow allowed g1:chess"
    );
    let bound = home(json!({"unblock_max_age": 16}));
    assert_eq!(
        bound.says("app:pcps/Chess", rated("pegi/16")),
        "allow allowed g1:chess"
    );
    assert_eq!(
        bound.says("app:pcps/Chess", rated("pegi/18")),
        "deny rating g1:age"
    );
    // Without a rating nothing is above a ceiling.
    assert_eq!(
        bound.says("app:pcps/Chess", json!({})),
        "allow allowed g1:chess"
    );
}
