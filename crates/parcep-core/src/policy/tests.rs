//! Border cases of the authored types.

use super::*;

#[test]
fn a_host_is_mapped_and_anything_but_a_host_is_refused() {
    // R-POL-012
    for (input, expected) in [
        ("example.org", "example.org"),
        ("EXAMPLE.org.", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("a。b", "a.b"),
        ("_sip.example.org", "_sip.example.org"),
        ("192.0.2.7", "192.0.2.7"),
    ] {
        assert_eq!(
            input.parse::<HostName>().unwrap().as_str(),
            expected,
            "{input}"
        );
    }
    for input in [
        "",
        ".",
        "..",
        "example.org..",
        "a..b",
        "example.org:443",
        "example.org/x",
        "https://example.org",
        "user@example.org",
        "[::1]",
        "exa mple.org",
        "exam%70le.org",
        "*.example.org",
        "xn--a",
        "a\u{0}b",
    ] {
        let outcome = input.parse::<HostName>();
        assert!(outcome.is_err(), "{input:?} became {outcome:?}");
    }
}

#[test]
fn a_host_rule_covers_its_labels_and_not_its_letters() {
    // R-POL-013
    let rule: HostName = "example.org".parse().unwrap();
    for (host, covered) in [
        ("example.org", true),
        ("a.example.org", true),
        ("a.b.example.org", true),
        ("badexample.org", false),
        ("org", false),
        ("example.org.uk", false),
    ] {
        assert_eq!(rule.covers(&host.parse().unwrap()), covered, "{host}");
    }
}

#[test]
fn times_of_day_are_read_strictly() {
    for (text, seconds) in [("00:00", 0), ("07:30", 27_000), ("23:59:59", 86_399)] {
        assert_eq!(text.parse::<LocalTime>().unwrap().seconds(), seconds);
    }
    for text in [
        "24:00",
        "7:00",
        "07:60",
        "07:00:60",
        "07",
        "",
        "07:00:00:00",
        "+7:00",
        "0７:00",
    ] {
        assert_eq!(
            text.parse::<LocalTime>(),
            Err(PolicyError::TimeOfDay),
            "{text}"
        );
    }
}

#[test]
fn a_window_with_equal_ends_cannot_be_built_or_read() {
    // R-POL-007
    let seven = LocalTime::hm(7, 0).unwrap();
    assert_eq!(
        WindowSpan::between(seven, seven),
        Err(PolicyError::EmptyWindow)
    );
    assert!(serde_json::from_str::<WindowSpan>(r#"{"start":"07:00","end":"07:00"}"#).is_err());
    let all_day: WindowSpan = serde_json::from_str(r#""all_day""#).unwrap();
    assert_eq!(all_day, WindowSpan::ALL_DAY);
}

#[test]
fn names_of_apps_and_categories_split_at_the_first_slash() {
    // R-POL-010, R-POL-011
    let app: AppId = "pcps/Maths/2".parse().unwrap();
    assert_eq!((app.namespace(), app.id()), ("pcps", "Maths/2"));
    let bare: Category = "games".parse().unwrap();
    assert_eq!(bare.as_str(), "pcps@1.0/games");
    let full: Category = "iab@3.0/gambling".parse().unwrap();
    assert_eq!(
        (full.taxonomy(), full.version(), full.code()),
        ("iab", "3.0", "gambling")
    );
    for text in ["", "/x", "pcps/", "PCPS/x", "noslash"] {
        assert!(text.parse::<AppId>().is_err(), "{text}");
    }
}

#[test]
fn contact_identifiers_have_one_normal_form() {
    // R-POL-014
    for (text, normal) in [
        ("+44 7700 900-123", "+447700900123"),
        ("(020) 7946.0018", "02079460018"),
        (" Gran@Example.ORG ", "gran@example.org"),
        ("URN:service:SOS", "urn:service:sos"),
        ("Gamer_Tag 7", "Gamer_Tag 7"),
    ] {
        assert_eq!(
            text.parse::<ContactId>().unwrap().as_str(),
            normal,
            "{text}"
        );
    }
}

#[test]
fn an_override_never_ends_before_it_starts() {
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let author = LayerAuthor::guardian("g1").unwrap();
    let lock = |from, until| {
        let kind = OverrideKind::LockNow { reason: None };
        Override::new(
            author.clone(),
            "o1".parse().unwrap(),
            1,
            at(from),
            Some(at(until)),
            kind,
        )
    };
    assert!(lock("2026-11-02T10:00:00Z", "2026-11-02T10:00:00Z").is_ok());
    assert_eq!(
        lock("2026-11-02T10:00:00Z", "2026-11-02T09:59:59Z"),
        Err(PolicyError::Interval)
    );
}

#[test]
fn authoring_refuses_duplicate_and_contradictory_rows() {
    // R-POL-004
    let empty = PolicyLayer::empty(LayerAuthor::guardian("g1").unwrap());
    let target = || AppTarget::App("pcps/Chess".parse().unwrap());
    let id = |text: &str| text.parse::<RuleId>().unwrap();

    let mut both = empty.clone();
    both.apps.rules = vec![
        AppRule::block(id("a"), target()),
        AppRule::always(id("b"), target()),
    ];
    let fault = both.check().unwrap_err();
    assert_eq!(fault.cause, PolicyError::Contradiction(id("b"), id("a")));
    assert_eq!(fault.pointer, "/apps/rules/1");

    let mut hosts = empty.clone();
    let host = |rule: &str| HostRule {
        id: id(rule),
        host: "example.org".parse().unwrap(),
    };
    hosts.web.allow = vec![host("allow")];
    hosts.web.block = vec![host("block")];
    assert!(hosts.check().is_err());

    let mut budgets = empty;
    let hour = |rule| Budget::daily(id(rule), BudgetTarget::Overall, Weekdays::ALL, 3600);
    budgets.budgets.budgets = vec![hour("x"), hour("y")];
    assert!(budgets.check().is_err());
}

#[test]
fn the_json_form_of_a_layer_comes_back_equal() {
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g1").unwrap());
    layer.schedule.windows = vec![
        Window::between(
            "w".parse().unwrap(),
            WindowState::Allow,
            Weekdays::MONDAY_TO_FRIDAY,
            LocalTime::hm(7, 0).unwrap(),
            LocalTime::hm(19, 30).unwrap(),
        )
        .unwrap(),
    ];
    layer.ratings.ceilings = vec![RatingRule {
        id: "r".parse().unwrap(),
        medium: None,
        ceiling: Ceiling::max_age(12).unwrap(),
        review_by: Some(jiff::civil::date(2027, 1, 1)),
        on_unenforceable: OnUnenforceable::Report,
    }];
    let text = serde_json::to_string(&layer).unwrap();
    assert_eq!(serde_json::from_str::<PolicyLayer>(&text).unwrap(), layer);
    assert!(serde_json::from_str::<PolicyLayer>(&text.replace("schedule", "shedule")).is_err());
}

/// A layer with every kind of rule, in its JSON form.
const EVERYTHING: &str = include_str!("../../tests/data/every-rule.json");

#[test]
fn sections_come_back_equal_from_their_signed_form() {
    let layer: PolicyLayer = serde_json::from_str(EVERYTHING).unwrap();
    layer.check().unwrap();
    let sections = layer.to_sections();
    assert_eq!(sections.len(), 9, "every section holds something");
    let mut read = PolicyLayer::empty(layer.author.clone());
    for (kind, bytes) in &sections {
        read.read_section(*kind, bytes).unwrap();
    }
    assert_eq!(read, layer);
    for (kind, _) in &sections {
        read.read_section(*kind, &[]).unwrap();
    }
    assert_eq!(read, PolicyLayer::empty(layer.author));
}

#[test]
fn overrides_and_profiles_come_back_equal_from_their_signed_form() {
    let kinds = r#"[
        {"extra_time": {"target": "overall", "seconds": 1800, "extends_window": true}},
        {"extra_time": {"target": {"category": "games"}, "seconds": 60}},
        {"extra_time": {"target": {"app": "pcps/Chess"}, "seconds": 0}},
        {"lock_now": {"reason": "dinner"}}, {"lock_now": {}}, "suspend",
        {"unblock": {"item": {"app": "pcps/Chess"}}}, {"unblock": {"item": {"host": "example.org"}}},
        {"date_exception": {"date": "2026-12-24", "change": {"extend_last_window": {"until": "23:00"}}}},
        {"date_exception": {"date": "1969-12-24", "change": {"replace": {"windows":
            [{"state": "block", "span": "all_day"},
             {"state": "allow", "span": {"start": "22:00", "end": "02:00"}}]}}}}
    ]"#;
    let author = LayerAuthor::guardian("g1").unwrap();
    let from = "2026-11-22T10:00:00Z".parse().unwrap();
    for kind in serde_json::from_str::<Vec<OverrideKind>>(kinds).unwrap() {
        for until in [None, Some("2026-11-22T10:00:00Z".parse().unwrap())] {
            let id = "o1".parse().unwrap();
            let act = Override::new(author.clone(), id, 7, from, until, kind.clone()).unwrap();
            assert_eq!(
                Override::from_bytes(&act.to_bytes(), author.clone(), 7).unwrap(),
                act
            );
        }
    }
    let profile: Profile = serde_json::from_str(
        r#"{"zone": "Asia/Tokyo", "follow_device": true, "day_start": "06:00",
            "week_start": "sunday", "region": "JP"}"#,
    )
    .unwrap();
    assert_eq!(Profile::from_bytes(&profile.to_bytes()).unwrap(), profile);
}

#[test]
fn a_rule_of_an_unknown_kind_is_kept_and_voids_nothing() {
    use parcep_proto::v1alpha1 as pb;
    use prost::Message;
    // R-POL-005: a window whose span is of a kind that this version lacks, between two it knows.
    let window = |id: &str, span| pb::WindowRule {
        id: id.to_owned(),
        state: pb::WindowState::Block.into(),
        weekdays: vec![1],
        span,
        target: None,
        review_by_day: None,
        on_unenforceable: None,
    };
    let all_day = || Some(pb::window_rule::Span::WholeDay(pb::WholeDay {}));
    let windows = vec![
        window("a", all_day()),
        window("b", None),
        window("c", all_day()),
    ];
    let section = pb::ScheduleSection {
        windows,
        end: None,
        extension_rules: Vec::new(),
    };
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g1").unwrap());
    layer
        .read_section(
            crate::document::SectionKind::Schedule,
            &section.encode_to_vec(),
        )
        .unwrap();
    let known: Vec<&str> = layer
        .schedule
        .windows
        .iter()
        .map(|w| w.id.as_str())
        .collect();
    assert_eq!(known, ["a", "c"]);
    assert_eq!(layer.unknown.len(), 1);
    assert_eq!(
        (layer.unknown[0].id.as_str(), layer.unknown[0].kind.as_str()),
        ("b", "")
    );
}

#[test]
fn a_bad_value_refuses_the_section_and_leaves_the_layer_as_it_was() {
    // R-POL-007
    use crate::document::SectionKind;
    use parcep_proto::v1alpha1 as pb;
    use prost::Message;
    let mut layer: PolicyLayer = serde_json::from_str(EVERYTHING).unwrap();
    let before = layer.clone();
    let hosts = vec![pb::HostList {
        id: "x".into(),
        hosts: vec!["example.org/path".into()],
    }];
    let web = pb::WebSection {
        block: hosts,
        ..Default::default()
    }
    .encode_to_vec();
    let same = pb::TimeSpan {
        start_seconds: 60,
        end_seconds: 60,
    };
    let window = pb::WindowRule {
        id: "w".into(),
        state: 2,
        weekdays: vec![7],
        span: Some(pb::window_rule::Span::Between(same)),
        target: None,
        review_by_day: None,
        on_unenforceable: None,
    };
    let schedule = pb::ScheduleSection {
        windows: vec![window],
        end: None,
        extension_rules: vec![],
    };
    for (kind, bytes, code) in [
        (SectionKind::Web, web, "INVALID_HOST"),
        (
            SectionKind::Schedule,
            schedule.encode_to_vec(),
            "EMPTY_WINDOW",
        ),
        (SectionKind::App, vec![0xff], "MALFORMED"),
        (SectionKind::Header, vec![], "NOT_A_POLICY_SECTION"),
    ] {
        assert_eq!(layer.read_section(kind, &bytes).unwrap_err().code(), code);
    }
    assert_eq!(layer, before);
}

#[test]
fn rule_names_are_short_and_plain() {
    // R-POL-003
    let longest = "x".repeat(64);
    for name in ["a", "schedule/weekday", "A-z_0.9/b:c@d+e", &longest] {
        assert_eq!(name.parse::<RuleId>().unwrap().as_str(), name);
    }
    for name in ["", " ", "a b", "ü", "a\n", &"x".repeat(65)] {
        assert!(name.parse::<RuleId>().is_err(), "{name:?}");
    }
}

#[test]
fn a_currency_is_three_capital_letters_and_knows_its_minor_unit() {
    // R-POL-015
    for (code, digits) in [("GBP", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)] {
        assert_eq!(code.parse::<Currency>().unwrap().minor_digits(), digits);
    }
    for code in ["", "GB", "gbp", "GBPX", "G1P", "\u{20ac}"] {
        assert_eq!(
            code.parse::<Currency>(),
            Err(PolicyError::Currency),
            "{code}"
        );
    }
    assert!(serde_json::from_str::<Money>(r#"{"currency": "GBP", "minor": 5.5}"#).is_err());
}

#[test]
fn unknown_values_are_read_as_the_strictest() {
    // R-POL-006: 99 is a value that a later version may define.
    use crate::document::SectionKind;
    use parcep_proto::v1alpha1 as pb;
    use prost::Message;
    let rule = |id: &str| id.to_owned();
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g1").unwrap());
    let mode = pb::WebRule {
        id: rule("m"),
        mode: 99,
        ..Default::default()
    };
    let web = pb::WebSection {
        mode: Some(mode),
        ..Default::default()
    };
    layer
        .read_section(SectionKind::Web, &web.encode_to_vec())
        .unwrap();
    assert_eq!(
        layer.web.mode.as_ref().map(|rule| &rule.mode),
        Some(&WebMode::AllowList)
    );

    let mode = pb::CommunicationRule {
        id: rule("c"),
        mode: 99,
        review_by_day: None,
        on_unenforceable: None,
    };
    let section = pb::CommunicationSection {
        mode: Some(mode),
        ..Default::default()
    };
    layer
        .read_section(SectionKind::Communication, &section.encode_to_vec())
        .unwrap();
    let mode = layer.communication.mode.as_ref().map(|rule| rule.mode);
    assert_eq!(mode, Some(CommunicationMode::ContactsOnly));

    let unrated = vec![pb::UnratedRule {
        id: rule("u"),
        medium: Some(99),
        effect: 99,
        review_by_day: None,
        on_unenforceable: None,
    }];
    let section = pb::RatingSection {
        unrated,
        ..Default::default()
    };
    layer
        .read_section(SectionKind::Rating, &section.encode_to_vec())
        .unwrap();
    let row = &layer.ratings.unrated[0];
    assert_eq!((row.medium, row.effect), (None, UnratedEffect::Block));

    let app = pb::AppRef {
        namespace: "pcps".into(),
        id: "Chess".into(),
    };
    let target = Some(pb::app_rule::Target::App(app));
    let rules = vec![pb::AppRule {
        id: rule("a"),
        target,
        access: Some(99),
        ..Default::default()
    }];
    let section = pb::AppSection {
        rules,
        ..Default::default()
    };
    layer
        .read_section(SectionKind::App, &section.encode_to_vec())
        .unwrap();
    assert_eq!(layer.apps.rules[0].access, Some(AppAccess::Block));
}

#[test]
fn an_override_of_an_unknown_kind_is_told_apart_from_a_broken_one() {
    // R-POL-031
    use parcep_proto::v1alpha1 as pb;
    use prost::Message;
    let author = || LayerAuthor::guardian("g1").unwrap();
    let read = |bytes: &[u8]| Override::from_bytes(bytes, author(), 1).unwrap_err().code();
    let unknown = pb::Override {
        id: "o".into(),
        from: 0,
        until: None,
        act: None,
    };
    assert_eq!(read(&unknown.encode_to_vec()), "UNKNOWN_OVERRIDE_KIND");
    let lock = Some(pb::r#override::Act::LockNow(pb::LockNow { reason: None }));
    let backwards = pb::Override {
        id: "o".into(),
        from: 1,
        until: Some(0),
        act: lock,
    };
    assert_eq!(read(&backwards.encode_to_vec()), "INVALID_INTERVAL");
    assert_eq!(read(&[0xff]), "MALFORMED");
}

/// R-POL-040: the examples of the chapter are a layer and an act, and nothing unknown is taken.
#[test]
fn the_json_of_the_chapter_is_read_and_written_back() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/13-policy-model.md");
    let chapter = std::fs::read_to_string(path).unwrap();
    let blocks: Vec<&str> = chapter
        .split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    let [layer, act] = blocks.as_slice() else {
        panic!("{} examples", blocks.len());
    };
    let read: PolicyLayer = serde_json::from_str(layer).unwrap();
    read.check().unwrap();
    let again = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<PolicyLayer>(&again).unwrap(), read);
    assert_eq!(read.budgets.extra_time_cap, Some(3600));
    assert_eq!(read.ratings.guidance, GuidanceLabels::Ignore);
    assert!(!read.apps.rules[1].counts_toward_budget);
    let act: Override = serde_json::from_str(act).unwrap();
    assert_eq!(act.position(), 7);
    let unknown = layer.replacen("\"web\"", "\"wib\"", 1);
    assert!(serde_json::from_str::<PolicyLayer>(&unknown).is_err());
}

/// R-POL-006, R-POL-008, R-POL-013, R-POL-014: edges that another implementation could read otherwise.
#[test]
fn edges_of_media_instants_addresses_and_contacts_are_read_one_way() {
    use parcep_proto::v1alpha1 as pb;
    use prost::Message;
    let row = |effect: pb::UnratedEffect| pb::UnratedRule {
        id: "r".to_owned(),
        medium: Some(99),
        effect: effect.into(),
        review_by_day: None,
        on_unenforceable: None,
    };
    for (effect, rows, unknown) in [
        (pb::UnratedEffect::Allow, 0, 1),
        (pb::UnratedEffect::Ask, 1, 0),
        (pb::UnratedEffect::Block, 1, 0),
    ] {
        let section = pb::RatingSection {
            unrated: vec![row(effect)],
            ..pb::RatingSection::default()
        };
        let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g").unwrap());
        let bytes = section.encode_to_vec();
        layer
            .read_section(crate::document::SectionKind::Rating, &bytes)
            .unwrap();
        assert_eq!(
            (layer.ratings.unrated.len(), layer.unknown.len()),
            (rows, unknown)
        );
    }
    let lock = |from: i64| {
        let act = pb::Override {
            id: "l".to_owned(),
            from,
            until: None,
            act: Some(pb::r#override::Act::LockNow(pb::LockNow { reason: None })),
        };
        Override::from_bytes(&act.encode_to_vec(), LayerAuthor::guardian("g").unwrap(), 1)
    };
    assert!(lock(1 << 37).is_ok() && lock(-(1 << 37)).is_ok());
    assert!(lock((1 << 37) + 1).is_err() && lock(i64::MIN).is_err());
    let host = |text: &str| text.parse::<HostName>().unwrap();
    assert!(!host("0.0.1").covers(&host("127.0.0.1")));
    assert!(host("127.0.0.1").covers(&host("127.0.0.1")));
    let contact = |text: &str| text.parse::<ContactId>().unwrap().as_str().to_owned();
    assert_eq!(contact(" (01) 23-4/5 "), "012345");
    assert_eq!(contact("+44 (+1)"), "+44 (+1)");
    assert_eq!(contact("İ@example.org"), "İ@example.org");
}
