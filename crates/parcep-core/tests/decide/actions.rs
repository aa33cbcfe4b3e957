//! Features, new contacts, hosts that are no names, verdicts, contact while closed.

use parcep_core::decide::Action;
use parcep_core::ratings::RatingTable;
use serde_json::json;

use crate::asked::Household;

#[test]
fn of_feature_rules_the_longest_code_counts_and_block_before_ask_before_allow() {
    // R-EVAL-026, R-POL-018
    let rule = |id: &str, feature: &str, effect: &str| json!({"id": id, "feature": feature, "effect": effect});
    let home = Household::of(
        json!({"layers": [{"author": {"guardian": "g1"}, "features": {"rules": [
            rule("social", "social", "block"),
            rule("friends", "social.friends", "allow"),
            rule("ai", "ai", "ask"),
            rule("voice/1", "ai.voice", "allow"),
            rule("voice/2", "ai.voice", "block"),
            rule("voice/3", "ai.voice", "block"),
        ]}}]}),
    );
    for (feature, says) in [
        ("social", "deny blocked g1:social"),
        ("social.live", "deny blocked g1:social"),
        ("social.friends", "allow allowed g1:friends"),
        ("social.friends.add", "allow allowed g1:friends"),
        ("socialising", "allow allowed"),
        ("ai", "ask approval g1:ai"),
        ("ai.image", "ask approval g1:ai"),
        ("ai.voice.clone", "deny blocked g1:voice/2"),
        ("camera", "allow allowed"),
    ] {
        assert_eq!(
            home.says(&format!("feature:{feature}"), json!({})),
            says,
            "{feature}"
        );
    }
    // An approval stays ASK where nobody can be asked (R-EVAL-017).
    assert_eq!(
        home.says("feature:ai", json!({"cannot_ask": true})),
        "ask approval g1:ai"
    );
}

#[test]
fn an_action_is_contained_in_what_its_row_names_and_in_nothing_else() {
    // R-EVAL-032
    let closed = |target: serde_json::Value| {
        Household::of(
            json!({"layers": [{"author": {"guardian": "g1"}, "schedule": {"windows": [
            {"id": "w", "state": "block", "days": ["monday"], "span": "all_day", "target": target}]}}]}),
        )
    };
    let spent = |target: serde_json::Value| {
        Household::of(
            json!({"layers": [{"author": {"guardian": "g1"}, "budgets": {"budgets": [
            {"id": "b", "target": target, "allowance": {"weekly": 0}}]}}]}),
        )
    };
    let targets = || {
        [
            json!("overall"),
            json!({"category": "games"}),
            json!({"app": "pcps/Chess"}),
            json!({"feature": "ai"}),
        ]
    };
    // In the order of the targets: whether a window and a budget on them reach the action.
    for (action, windows, budgets) in [
        (
            "device",
            [true, false, false, false],
            [true, false, false, false],
        ),
        (
            "app:pcps/Chess",
            [true, true, true, false],
            [true, true, true, false],
        ),
        (
            "app:pcps/Go",
            [true, true, false, false],
            [true, true, false, false],
        ),
        (
            "host:a.example",
            [true, true, false, false],
            [true, true, false, false],
        ),
        (
            "host:[2001:db8::1]",
            [true, false, false, false],
            [true, false, false, false],
        ),
        (
            "content:pegi/7",
            [true, true, false, false],
            [true, true, false, false],
        ),
        (
            "feature:ai",
            [false, false, false, true],
            [false, false, false, true],
        ),
        (
            "feature:ai.voice",
            [false, false, false, true],
            [false, false, false, true],
        ),
        ("feature:aid", [false; 4], [false; 4]),
        (
            "install:pcps/Chess",
            [true, false, false, false],
            [false; 4],
        ),
        ("purchase:GBP/100", [true, false, false, false], [false; 4]),
        ("contact:+441", [true, false, false, false], [false; 4]),
        ("add_contact:+441", [true, false, false, false], [false; 4]),
        (
            "service:urn:service:food",
            [true, false, false, false],
            [false; 4],
        ),
    ] {
        // Categories are given with every action, and count with those that are in some.
        let games = || json!({"categories": ["games"]});
        for ((target, window), budget) in targets().into_iter().zip(windows).zip(budgets) {
            let expected = if window {
                "deny window g1:w"
            } else {
                "allow allowed"
            };
            assert_eq!(
                closed(target.clone()).says(action, games()),
                expected,
                "{action} {target}"
            );
            let expected = if budget {
                "deny budget g1:b"
            } else {
                "allow allowed"
            };
            assert_eq!(
                spent(target.clone()).says(action, games()),
                expected,
                "{action} {target}"
            );
        }
    }
}

#[test]
fn every_closed_target_is_named_and_one_more_minute_of_a_category_opens_it_alone() {
    // R-EVAL-020, R-EVAL-041, R-EVAL-053
    let window = |id: &str, state: &str, target: serde_json::Value| json!({"id": id, "state": state, "days": ["monday"], "span": {"start": "11:00", "end": "13:00"}, "target": target});
    let layer = json!({"author": {"guardian": "g1"}, "schedule": {"windows": [
        window("day", "allow", json!("overall")),
        window("games/no", "block", json!({"category": "games"})),
        window("chess/no", "block", json!({"app": "pcps/Chess"})),
        window("video/only", "allow", json!({"category": "video"}))]}});
    let home = Household::of(json!({"layers": [layer]}));
    let games = || json!({"categories": ["games"]});
    assert_eq!(home.says("device", json!({})), "allow allowed");
    assert_eq!(
        home.says("app:pcps/Chess", games()),
        "deny window g1:chess/no g1:games/no"
    );
    let at = |time: &str| json!({"at": format!("2026-11-23T{time}Z"), "categories": ["video"]});
    assert_eq!(home.says("app:pcps/Clips", at("12:00:00")), "allow allowed");
    assert_eq!(
        home.says("app:pcps/Clips", at("13:00:00")),
        "deny window g1:day g1:video/only"
    );

    let grant = |target: serde_json::Value| {
        json!({"author": {"guardian": "g1"}, "id": "more", "from": "2026-11-23T00:00:00Z",
               "kind": {"extra_time": {"target": target, "seconds": 60, "extends_window": true}}})
    };
    let granted = |target| Household::of(json!({"layers": [layer], "overrides": [grant(target)]}));
    let home = granted(json!({"category": "games"}));
    assert_eq!(home.says("app:pcps/Chess", games()), "allow allowed");
    assert_eq!(
        home.says("app:pcps/Clips", at("13:00:00")),
        "deny window g1:day g1:video/only"
    );
    assert_eq!(
        granted(json!("overall")).says("app:pcps/Clips", at("13:00:00")),
        "allow allowed"
    );
    assert_eq!(
        granted(json!({"feature": "ai"})).says("app:pcps/Chess", games()),
        "deny window g1:chess/no g1:games/no"
    );
}

#[test]
fn a_date_exception_is_about_windows_on_everything() {
    // R-EVAL-020, R-EVAL-045
    let home = Household::of(json!({
        "layers": [{"author": {"guardian": "g1"}, "schedule": {"windows": [
            {"id": "games/no", "state": "block", "days": ["monday"], "span": "all_day", "target": {"category": "games"}}]}}],
        "overrides": [{"author": {"guardian": "g1"}, "id": "free", "from": "2026-11-20T00:00:00Z",
            "kind": {"date_exception": {"date": "2026-11-23", "change": {"replace": {"windows": [{"state": "allow", "span": {"start": "14:00", "end": "15:00"}}]}}}}}],
    }));
    assert_eq!(
        home.says("app:pcps/Chess", json!({"categories": ["games"]})),
        "deny window g1:free g1:games/no"
    );
    assert_eq!(home.says("device", json!({})), "deny window g1:free");
    let later = || json!({"at": "2026-11-23T14:30:00Z", "categories": ["games"]});
    assert_eq!(
        home.says("app:pcps/Chess", later()),
        "deny window g1:games/no"
    );
    assert_eq!(home.says("device", later()), "allow allowed");
}

#[test]
fn adding_a_contact_needs_a_word_where_the_flag_is_on() {
    // R-EVAL-022
    let home = |flag: bool| {
        Household::of(
            json!({"layers": [{"author": {"guardian": "g1"}, "communication": {
            "mode": {"id": "mode", "mode": "disabled"},
            "contact_approval": {"id": "new", "on": flag}}}]}),
        )
    };
    assert_eq!(
        home(true).says("add_contact:+441", json!({"cannot_ask": true})),
        "ask approval g1:new"
    );
    assert_eq!(
        home(false).says("add_contact:+441", json!({})),
        "allow allowed"
    );
    let pending = Household::of(json!({"pending": ["communication"]}));
    assert_eq!(pending.says("add_contact:+441", json!({})), "ask pending");
    let pending = Household::of(json!({"pending": ["feature"]}));
    assert_eq!(pending.says("feature:camera", json!({})), "ask pending");
    assert_eq!(pending.says("add_contact:+441", json!({})), "allow allowed");
}

#[test]
fn a_host_that_is_no_name_is_covered_by_nothing() {
    // R-EVAL-024
    let home = |mode: serde_json::Value| {
        Household::of(json!({"layers": [{"author": {"guardian": "g1"}, "web": {
            "mode": {"id": "mode", "mode": mode},
            "allow": [{"id": "yes", "host": "example.org"}], "block": [{"id": "no", "host": "example.net"}]}}]}))
    };
    for host in [
        "[2001:db8::1]",
        "2001:db8::1",
        "exa mple.org",
        "example.org:443",
        "a..example.net",
        "",
    ] {
        let action = format!("host:{host}");
        let games = || json!({"categories": ["games"]});
        assert_eq!(
            home(json!("allow_list")).says(&action, games()),
            "deny web_mode g1:mode",
            "{host}"
        );
        assert_eq!(
            home(json!({"filtered": {"categories": ["games"]}})).says(&action, games()),
            "allow allowed",
            "{host}"
        );
    }
    let pending = Household::of(json!({"pending": ["web"]}));
    assert_eq!(pending.says("host:::1", json!({})), "ask pending");
}

#[test]
fn a_verdict_counts_where_nobody_has_rated_and_never_makes_anything_milder() {
    // R-EVAL-027
    let rule = |id: &str, about: serde_json::Value, effect: &str, least: u32| json!({"id": id, "about": about, "effect": effect, "min_confidence_percent": least});
    let home = Household::of(
        json!({"layers": [{"author": {"guardian": "g1"}, "ratings": {
        "ceilings": [{"id": "age", "ceiling": {"max_age": 12}}],
        "unrated": [{"id": "unrated", "effect": "allow"}],
        "verdicts": [
            rule("games", json!({"category": "games"}), "ask", 50),
            rule("people", json!({"concern": "contact"}), "block", 80),
            rule("people/2", json!({"concern": "contact"}), "ask", 0)]}}]}),
    );
    let verdict = |category: Option<&str>, concern: &str, confidence: u32| json!({"category": category, "concern": concern, "confidence": confidence});
    let with = |verdicts: serde_json::Value| json!({"verdicts": verdicts});
    let games = || with(json!([verdict(Some("games"), "content", 50)]));
    let people = |sure| with(json!([verdict(None, "contact", sure)]));
    for (action, known, says) in [
        ("app:pcps/Chess", games(), "ask classifier g1:games"),
        ("install:pcps/Chess", games(), "ask classifier g1:games"),
        ("host:a.example", games(), "ask classifier g1:games"),
        ("host:[::1]", games(), "ask classifier g1:games"),
        ("content:unrated/film", games(), "ask classifier g1:games"),
        (
            "content:unrated/film",
            with(json!([])),
            "allow allowed g1:unrated",
        ),
        (
            "app:pcps/Chess",
            with(json!([verdict(Some("games"), "content", 49)])),
            "allow allowed",
        ),
        ("app:pcps/Chess", people(80), "deny classifier g1:people"),
        ("app:pcps/Chess", people(79), "ask classifier g1:people/2"),
        ("device", people(100), "allow allowed"),
        ("purchase:GBP/1", people(100), "allow allowed"),
        // Both ask: both are named.
        (
            "app:pcps/Chess",
            with(json!([verdict(Some("games"), "contact", 60)])),
            "ask classifier g1:games g1:people/2",
        ),
        // A label of a rating body goes before every verdict.
        ("content:pegi/7", people(100), "allow allowed"),
        ("content:pegi/16", people(100), "deny rating g1:age"),
    ] {
        assert_eq!(home.says(action, known.clone()), says, "{action} {known}");
    }
    let mut cannot_ask = games();
    cannot_ask["cannot_ask"] = json!(true);
    assert_eq!(
        home.says("app:pcps/Chess", cannot_ask),
        "deny classifier g1:games"
    );
    // A verdict is something that a pending rating section could be about.
    let pending = Household::of(json!({"pending": ["rating"]}));
    assert_eq!(pending.says("app:pcps/Chess", people(1)), "ask pending");
    assert_eq!(pending.says("app:pcps/Chess", json!({})), "allow allowed");
}

#[test]
fn an_explicit_allow_and_an_unblock_skip_verdicts_as_they_skip_the_step() {
    // R-EVAL-027, R-EVAL-042
    let verdicts = json!([{"id": "people", "about": {"concern": "contact"}, "effect": "block"}]);
    let home = Household::of(json!({
        "layers": [{"author": {"guardian": "g1"}, "ratings": {"verdicts": verdicts},
                    "apps": {"rules": [{"id": "chess", "target": {"app": "pcps/Chess"}, "access": "allow"}]}}],
        "overrides": [{"author": {"guardian": "g1"}, "id": "go", "from": "2026-11-23T11:00:00Z",
                       "kind": {"unblock": {"item": {"app": "pcps/Go"}}}}],
    }));
    let sure = || json!({"verdicts": [{"concern": "contact", "confidence": 100}]});
    assert_eq!(
        home.says("app:pcps/Chess", sure()),
        "allow allowed g1:chess"
    );
    assert_eq!(home.says("app:pcps/Go", sure()), "allow allowed g1:go");
    assert_eq!(
        home.says("app:pcps/Talk", sure()),
        "deny classifier g1:people"
    );
}

#[test]
fn while_windows_are_closed_another_mode_stands_in_the_place_of_the_mode() {
    // R-EVAL-028
    let home = |mode: &str, closed: &str, more: serde_json::Value| {
        let mut home = json!({"layers": [{"author": {"guardian": "g1"},
            "schedule": {"windows": [{"id": "night", "state": "block", "days": ["monday"], "span": {"start": "20:00", "end": "23:00"}}]},
            "communication": {
                "mode": {"id": "mode", "mode": mode}, "when_closed": {"id": "closed", "mode": closed},
                "contacts": [{"name": "Gran", "identifiers": ["+441", "urn:service:food"]}],
                "block_unknown_callers": {"id": "callers", "on": true}}}]});
        home.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        Household::of(home)
    };
    let night = || json!({"at": "2026-11-23T21:00:00Z"});
    let strict = home("unrestricted", "contacts_only", json!({}));
    for (action, day, at_night) in [
        ("contact:+441", "allow allowed", "allow allowed"),
        ("contact:+442", "allow allowed", "deny contact g1:closed"),
        (
            "caller:+442",
            "deny contact g1:callers",
            "deny contact g1:closed",
        ),
        ("service:urn:service:food", "allow allowed", "allow allowed"),
        (
            "service:urn:service:taxi",
            "allow allowed",
            "deny contact g1:closed",
        ),
        // Everything else is closed as ever.
        ("add_contact:+441", "allow allowed", "deny window g1:night"),
        ("device", "allow allowed", "deny window g1:night"),
    ] {
        assert_eq!(strict.says(action, json!({})), day, "{action}");
        assert_eq!(strict.says(action, night()), at_night, "{action}");
    }
    let change = |action: &str| {
        strict.ask(action, json!({}), |decision| {
            decision.next_change().map(|at| at.to_string())
        })
    };
    assert_eq!(
        change("contact:+442").as_deref(),
        Some("2026-11-23T20:00:00Z")
    );
    assert_eq!(change("contact:+441"), None);
    // It can be the milder one.
    let mild = home("disabled", "unrestricted", json!({}));
    assert_eq!(mild.says("contact:+442", night()), "allow allowed");
    assert_eq!(mild.says("caller:+442", night()), "deny contact g1:callers");
    // Suspended windows close nothing, and so change nothing.
    let suspend = json!({"overrides": [{"author": {"guardian": "g1"}, "id": "rest", "from": "2026-11-23T00:00:00Z", "kind": "suspend"}]});
    assert_eq!(
        home("unrestricted", "disabled", suspend).says("contact:+442", night()),
        "allow allowed"
    );
    let away = json!({"custody": [["2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "g2"]]});
    let mut away = home("unrestricted", "disabled", away);
    away.layers.push(parcep_core::policy::PolicyLayer::empty(
        parcep_core::policy::LayerAuthor::guardian("g2").unwrap(),
    ));
    assert_eq!(away.says("contact:+442", night()), "allow allowed");
}

#[test]
fn entries_of_long_lists_compete_with_those_of_the_section() {
    // R-EVAL-011, R-POL-017
    let hash = |text: &str| parcep_core::crypto::sha256(text.as_bytes());
    let hex = |text: &str| -> String {
        hash(text)
            .0
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    let (blocked, allowed) = ("a.example\nexample.net\n", "b.a.example\nexample.net\n");
    let home = Household::of(json!({"layers": [{"author": {"guardian": "g1"}, "web": {
        "allow": [{"id": "own/yes", "host": "example.net"}],
        "block": [{"id": "own/no", "host": "c.b.a.example"}, {"id": "own/no2", "host": "a.example"}],
        "lists": [{"id": "long/yes", "access": "allow", "sha256": hex(allowed)},
                  {"id": "long/no", "access": "block", "sha256": hex(blocked)}]}}]}));
    let both = || json!({"lists": [blocked, allowed]});
    for (host, says) in [
        ("a.example", "deny blocked g1:own/no2"),
        ("x.a.example", "deny blocked g1:own/no2"),
        ("b.a.example", "allow allowed g1:long/yes"),
        ("c.b.a.example", "deny blocked g1:own/no"),
        ("www.example.net", "deny blocked g1:long/no"),
        ("other.example", "allow allowed"),
    ] {
        assert_eq!(home.says(&format!("host:{host}"), both()), says, "{host}");
    }
    // A list that is not there is a section that does not open.
    let one = || json!({"lists": [allowed]});
    assert_eq!(home.says("host:b.a.example", one()), "ask pending");
    assert_eq!(
        home.says("host:c.b.a.example", one()),
        "deny blocked g1:own/no"
    );
    assert_eq!(home.says("host:[::1]", one()), "ask pending");
    assert_eq!(home.says("device", one()), "allow allowed");
}

/// R-EVAL-016, R-EVAL-018, R-EVAL-019: what nobody knows has a form of its own.
#[test]
fn a_medium_a_contact_and_a_price_may_be_unknown_and_the_stricter_holds() {
    let home = Household::of(json!({"layers": [{
        "author": {"guardian": "g1"},
        "ratings": {"unrated": [
            {"id": "any", "effect": "ask"},
            {"id": "game", "medium": "game", "effect": "block"},
        ]},
        "communication": {"block_unknown_callers": {"id": "callers", "on": true}},
        "spending": {
            "caps": [
                {"id": "eur", "amount": {"currency": "EUR", "minor": 1}},
                {"id": "gbp", "amount": {"currency": "GBP", "minor": u64::MAX}},
            ],
            "free_downloads": {"id": "free", "on": true},
        },
    }]}));
    for (action, said) in [
        ("content:unrated", "deny unrated g1:game"),
        ("content:unrated/film", "ask unrated g1:any"),
        ("caller:", "deny contact g1:callers"),
        ("contact:", "allow allowed"),
        ("purchase:unknown", "deny spending g1:eur"),
        ("purchase:unknown/download", "deny spending g1:eur"),
        ("purchase:GBP/unknown/in_app", "deny spending g1:gbp"),
        ("purchase:GBP/1", "allow allowed"),
    ] {
        assert_eq!(home.says(action, json!({})), said, "{action}");
    }
    let ratings = RatingTable::bundled();
    for refused in [
        "content:",
        "content:unrated/",
        "content:pegi/99",
        "add_contact:",
        "purchase:",
        "purchase:unknown/1",
    ] {
        assert!(Action::parse(refused, &ratings).is_err(), "{refused}");
    }
}
