//! P1 to P24: what PCPS leaves open or contradicts, and how it is read here, one test each.

use crate::support::{OKAFOR, assert_round_trip, child, import, losses, with_policy};
use parcep_core::policy::{
    Allowance, AppAccess, Budget, BudgetScope, BudgetTarget, Ceiling, CommunicationMode,
    DateChange, OverrideKind, WebMode, Weekday, Window,
};
use parcep_interchange::family::{Child, LossCode};
use parcep_interchange::{Code, pcps};

fn refused(policy: &str) -> Code {
    pcps::import(with_policy(policy).as_bytes())
        .expect_err("a refusal")
        .code
}

/// Rule id, days, edges.
type Shown = (String, Vec<Weekday>, Option<(String, String)>);

/// Every window as text.
fn windows(child: &Child) -> Vec<Shown> {
    let edges = |window: &Window| {
        window
            .span
            .edges()
            .map(|(start, end)| (start.to_string(), end.to_string()))
    };
    let windows = child.layer.schedule.windows.iter();
    windows
        .map(|w| (w.id.to_string(), w.days.iter().collect(), edges(w)))
        .collect()
}

fn between(start: &str, end: &str) -> Option<(String, String)> {
    Some((start.to_owned(), end.to_owned()))
}

/// (rule id, seconds) of every budget with one number for all its days.
fn budgets(child: &Child) -> Vec<(String, u32)> {
    let seconds = |budget: &Budget| match &budget.allowance {
        Allowance::Daily(limits) => limits[0].seconds,
        Allowance::Weekly(seconds) => *seconds,
    };
    child
        .layer
        .budgets
        .budgets
        .iter()
        .map(|b| (b.id.to_string(), seconds(b)))
        .collect()
}

use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};

// R-PCPS-010, R-PCPS-011
#[test]
fn p01_a_window_from_later_to_earlier_runs_over_midnight() {
    let child = child(
        r#"{"schedule": {"custom": [
            {"days": ["monday"], "allowed_from": "21:00", "allowed_until": "07:00"}]}}"#,
    );
    let monday = (
        "schedule/custom/0".into(),
        vec![Monday],
        between("21:00", "07:00"),
    );
    assert!(windows(&child).contains(&monday));
}

// R-PCPS-005
#[test]
fn p02_a_window_with_equal_ends_is_refused_and_midnight_is_a_good_end() {
    let equal = r#"{"schedule": {"weekday": {"allowed_from": "07:00", "allowed_until": "07:00"}}}"#;
    assert_eq!(refused(equal), Code::EmptyWindow);
    let twenty_four = equal.replacen(
        r#""allowed_until": "07:00""#,
        r#""allowed_until": "24:00""#,
        1,
    );
    assert_eq!(refused(&twenty_four), Code::BadTime);
    let midnight = equal.replacen(
        r#""allowed_until": "07:00""#,
        r#""allowed_until": "00:00""#,
        1,
    );
    assert_eq!(windows(&child(&midnight))[0].2, between("07:00", "00:00"));
}

// R-PCPS-011
#[test]
fn p03_the_end_minute_is_not_part_of_the_window() {
    // Windows of the policy model are half-open, and the end is taken over as it stands.
    let child =
        child(r#"{"schedule": {"weekday": {"allowed_from": "07:00", "allowed_until": "19:30"}}}"#);
    assert_eq!(windows(&child)[0].2, between("07:00", "19:30"));
}

// R-PCPS-010, R-PCPS-011
#[test]
fn p04_two_rows_for_one_day_are_both_windows_and_replace_the_base() {
    let child = child(
        r#"{"schedule": {
            "weekday": {"allowed_from": "07:00", "allowed_until": "20:00"},
            "weekend": {"allowed_from": "08:00", "allowed_until": "21:00"},
            "custom": [
                {"days": ["wednesday"], "allowed_from": "07:00", "allowed_until": "08:00"},
                {"days": ["wednesday", "sunday"], "allowed_from": "15:00", "allowed_until": "18:00"}]}}"#,
    );
    let expected = [
        (
            "schedule/weekday".into(),
            vec![Monday, Tuesday, Thursday, Friday],
            between("07:00", "20:00"),
        ),
        (
            "schedule/weekend".into(),
            vec![Saturday],
            between("08:00", "21:00"),
        ),
        (
            "schedule/custom/0".into(),
            vec![Wednesday],
            between("07:00", "08:00"),
        ),
        (
            "schedule/custom/1".into(),
            vec![Wednesday, Sunday],
            between("15:00", "18:00"),
        ),
    ];
    assert_eq!(windows(&child), expected);
}

// R-PCPS-011, R-PCPS-019
#[test]
fn p05_a_missing_weekend_is_open_all_day_and_said_so() {
    let policy =
        r#"{"schedule": {"weekday": {"allowed_from": "07:00", "allowed_until": "20:00"}}}"#;
    assert_eq!(
        windows(&child(policy))[1],
        ("schedule/weekend".into(), vec![Saturday, Sunday], None)
    );
    assert_eq!(
        losses(policy),
        [(LossCode::OpenDays, "/children/0/policy/schedule".into())]
    );
    assert_eq!(windows(&child(r#"{"schedule": {}}"#)), []);
    assert_eq!(windows(&child(r#"{"schedule": {"custom": []}}"#)), []);
}

// R-PCPS-006
#[test]
fn p06_the_childs_zone_comes_before_the_familys_and_both_must_exist() {
    let zones: Vec<_> = import(OKAFOR)
        .family
        .children
        .iter()
        .map(|c| c.profile.zone.to_string())
        .collect();
    assert_eq!(zones[..2], ["Europe/Stockholm", "Europe/London"]);
    assert!(
        import(OKAFOR)
            .family
            .children
            .iter()
            .all(|c| !c.profile.follow_device)
    );
    let mars = OKAFOR.replacen("Europe/Stockholm", "Mars/Phobos", 1);
    assert_eq!(
        pcps::import(mars.as_bytes()).unwrap_err().code,
        Code::UnknownZone
    );
}

// R-PCPS-013
#[test]
fn p07_all_limits_hold_side_by_side() {
    let child = child(
        r#"{"time_limits": {"daily": {"weekday": 60, "weekend": 60},
            "by_category": [{"category": "games", "daily_minutes": 30},
                            {"category": "educational", "daily_minutes": null}],
            "by_app": [{"app_name": "A", "daily_minutes": 60}, {"app_name": "B", "daily_minutes": null}]}}"#,
    );
    let expected = [
        ("time_limits/daily".into(), 3600),
        ("time_limits/by_category/0".into(), 1800),
        ("time_limits/by_app/0".into(), 3600),
    ];
    assert_eq!(budgets(&child), expected);
}

// R-PCPS-004, R-PCPS-013
#[test]
fn p08_null_is_no_limit_in_every_minutes_field_and_stays_null() {
    let policy = r#"{"time_limits": {"daily": {"weekday": null, "weekend": 30},
        "by_category": [{"category": "games", "daily_minutes": null}]}}"#;
    assert_eq!(
        budgets(&child(policy)),
        [("time_limits/daily".into(), 1800)]
    );
    assert_round_trip(&with_policy(policy));
}

// R-PCPS-013
#[test]
fn p09_a_row_without_minutes_is_no_rule_and_of_repeated_rows_the_stricter_holds() {
    let policy = r#"{"time_limits": {"by_category": [
        {"category": "games"}, {"category": "games", "daily_minutes": 45},
        {"category": "video", "daily_minutes": 10}, {"category": "games", "daily_minutes": 40}]}}"#;
    let expected = [
        ("time_limits/by_category/3".into(), 2400),
        ("time_limits/by_category/2".into(), 600),
    ];
    assert_eq!(budgets(&child(policy)), expected);
    let place = "/children/0/policy/time_limits/by_category/3";
    assert_eq!(losses(policy), [(LossCode::RepeatedRow, place.into())]);
    assert_round_trip(&with_policy(policy));
}

// R-PCPS-013
#[test]
fn p10_a_limit_is_the_childs_not_the_devices() {
    let budgets = import(OKAFOR)
        .family
        .children
        .remove(0)
        .layer
        .budgets
        .budgets;
    assert!(!budgets.is_empty());
    assert!(
        budgets
            .iter()
            .all(|budget| budget.scope == BudgetScope::Dependant)
    );
}

// R-PCPS-023
#[test]
fn p11_the_number_is_the_ceiling_whatever_the_table_beside_it_says() {
    // PCPS §9.1 maps 10 to PEGI 12; the ceiling stays 10, and PEGI 12 is above it.
    let child = child(r#"{"content": {"max_age_rating": 10}}"#);
    assert_eq!(
        child.layer.ratings.ceilings[0].ceiling,
        Ceiling::max_age(10).unwrap()
    );
    assert!(child.layer.ratings.unrated.is_empty());
}

// R-PCPS-014, R-PCPS-019
#[test]
fn p12_list_entries_are_hosts_with_all_below_and_a_path_blocks_all_or_admits_nothing() {
    let web = |policy: &str| {
        let web = child(policy).layer.web;
        let hosts = |rules: Vec<parcep_core::policy::HostRule>| {
            rules
                .into_iter()
                .map(|rule| rule.host.to_string())
                .collect::<Vec<_>>()
        };
        (
            web.mode.map(|rule| rule.mode),
            hosts(web.allow),
            hosts(web.block),
        )
    };
    let lists = r#""allowlist": ["Good.Example", "part.example/kids", "both.example"],
        "blocklist": ["Bücher.example", "bad.example/live", "*.wild.example",
            "https://port.example:8443/x", "both.example", "no host"]"#;
    let blocked = [
        "xn--bcher-kva.example",
        "bad.example",
        "wild.example",
        "port.example",
        "both.example",
    ];
    let (mode, allow, block) = web(&format!(
        r#"{{"content": {{"web": {{"mode": "allowlist", {lists}}}}}}}"#
    ));
    assert_eq!(mode, Some(WebMode::AllowList));
    assert_eq!(allow, ["good.example"]);
    assert_eq!(block, blocked);
    // Both lists and no mode: the block list holds, the allow list admits nothing by itself.
    let (mode, allow, block) = web(&format!(r#"{{"content": {{"web": {{{lists}}}}}}}"#));
    assert_eq!((mode, allow.len()), (None, 0));
    assert_eq!(block, blocked);
    let codes: Vec<_> = losses(&format!(
        r#"{{"content": {{"web": {{"mode": "allowlist", {lists}}}}}}}"#
    ))
    .into_iter()
    .map(|(code, pointer)| (code, pointer.replace("/children/0/policy/content/web/", "")))
    .collect();
    let expected = [
        (LossCode::PathEntry, "blocklist/1"),
        (LossCode::PathEntry, "blocklist/2"),
        (LossCode::PathEntry, "blocklist/3"),
        (LossCode::NotAHost, "blocklist/5"),
        (LossCode::PathEntry, "allowlist/1"),
        (LossCode::StricterRow, "allowlist/2"),
    ];
    assert_eq!(
        codes,
        expected.map(|(code, place)| (code, place.to_owned()))
    );
}

// R-PCPS-008, R-PCPS-012
#[test]
fn p13_an_app_is_its_exact_name_and_never_both_blocked_and_always_allowed() {
    let both =
        r#"{"apps": {"blocked": [{"app_name": "A"}], "always_allowed": [{"app_name": "A"}]}}"#;
    assert_eq!(refused(both), Code::AppBlockedAndAllowed);
    let policy = r#"{"apps": {"blocked": [{"app_name": "A"}, {"app_name": ""}],
        "always_allowed": [{"app_name": "a"}]}}"#;
    let targets: Vec<_> = child(policy)
        .layer
        .apps
        .rules
        .into_iter()
        .map(|rule| rule.target)
        .collect();
    let app = |id: &str| parcep_core::policy::AppTarget::App(id.parse().unwrap());
    assert_eq!(targets, [app("pcps/A"), app("pcps/a")]);
    let expected = [
        (
            LossCode::NotAnApp,
            "/children/0/policy/apps/blocked/1".to_owned(),
        ),
        (
            LossCode::AppNamesUnresolved,
            "/children/0/policy/apps".to_owned(),
        ),
    ];
    assert_eq!(losses(policy), expected);
}

// R-PCPS-023
#[test]
fn p14_always_allowed_lifts_windows_and_limits_and_no_content_rule() {
    let policy =
        r#"{"apps": {"always_allowed": [{"app_name": "Phone"}]}, "status": {"locked": true}}"#;
    let child = child(policy);
    let rule = &child.layer.apps.rules[0];
    assert!(rule.always_allowed);
    assert_eq!(rule.access, None::<AppAccess>);
    // Emergency calls need no such entry: the rights floor stands above every lock.
    assert!(matches!(
        child.overrides[0].kind(),
        OverrideKind::LockNow { .. }
    ));
}

// R-PCPS-016
#[test]
fn p15_status_is_commands_without_expiry_and_a_lock_outlasts_an_inactive_policy() {
    let acts = |status: &str| {
        let child = child(&format!(r#"{{"status": {status}}}"#));
        let acts: Vec<_> = child
            .overrides
            .iter()
            .map(|a| (a.id().to_string(), a.until().map(|t| t.to_string())))
            .collect();
        (child.active, acts)
    };
    let locked = ("status/locked".to_owned(), None);
    let paused = |until: Option<&str>| ("status/paused".to_owned(), until.map(str::to_owned));
    assert_eq!(acts("{}"), (true, vec![]));
    assert_eq!(acts(r#"{"paused": true}"#), (true, vec![paused(None)]));
    assert_eq!(
        acts(r#"{"paused": true, "paused_until": null}"#),
        (true, vec![paused(None)])
    );
    let until = Some("2026-01-01T00:00:00Z");
    assert_eq!(
        acts(r#"{"paused": true, "paused_until": "2026-01-01T01:00:00+01:00"}"#),
        (true, vec![paused(until)])
    );
    assert_eq!(
        acts(r#"{"paused": false, "paused_until": "2026-01-01T00:00:00Z"}"#),
        (true, vec![])
    );
    assert_eq!(
        acts(r#"{"locked": true, "policy_active": false}"#),
        (false, vec![locked.clone()])
    );
    assert_eq!(
        acts(r#"{"locked": true, "paused": true}"#),
        (true, vec![locked, paused(None)])
    );
}

// R-PCPS-015
#[test]
fn p16_approval_flags_are_rules_that_ask() {
    let child =
        child(r#"{"apps": {"require_approval": true}, "spending": {"require_approval": false}}"#);
    let install = child.layer.apps.install_approval.unwrap();
    assert_eq!(
        (install.id.as_str(), install.on),
        ("apps/require_approval", true)
    );
    assert!(!child.layer.spending.approval.unwrap().on);
    assert_eq!(child.layer.spending.free_downloads, None);
}

// R-PCPS-015
#[test]
fn p17_amounts_are_whole_minor_units_rounded_down() {
    for (amount, currency, minor, exact) in [
        ("5.00", "GBP", 500, true),
        ("5.005", "GBP", 500, false),
        ("500", "JPY", 500, true),
        ("0.5", "JPY", 0, false),
        ("1.234", "KWD", 1234, true),
        ("7", "ZZZ", 700, true),
    ] {
        let policy = format!(
            r#"{{"spending": {{"monthly_budget": {{"amount": {amount}, "currency": "{currency}"}}}}}}"#
        );
        assert_eq!(
            child(&policy).layer.spending.caps[0].amount.minor,
            minor,
            "{amount}"
        );
        assert_eq!(losses(&policy).is_empty(), exact, "{amount}");
        assert_round_trip(&with_policy(&policy));
    }
}

// R-PCPS-017
#[test]
fn p18_a_bonus_is_on_the_daily_limit_from_grant_to_expiry_and_never_live_the_other_way_round() {
    let policy = |granted: &str, expires: &str| {
        format!(
            r#"{{"overrides": {{"bonus_time": {{"minutes": 30,
                "granted_at": "2026-02-06T{granted}", "expires_at": "2026-02-06T{expires}"}}}}}}"#
        )
    };
    let acts = child(&policy("18:00:00Z", "21:00:00+01:00")).overrides;
    assert_eq!(acts[0].from().to_string(), "2026-02-06T18:00:00Z");
    assert_eq!(acts[0].until().unwrap().to_string(), "2026-02-06T20:00:00Z");
    let expected = OverrideKind::ExtraTime {
        target: BudgetTarget::Overall,
        seconds: 1800,
        extends_window: false,
    };
    assert_eq!(acts[0].kind(), &expected);
    for expires in ["18:00:00Z", "17:00:00Z"] {
        let policy = policy("18:00:00Z", expires);
        assert!(child(&policy).overrides.is_empty());
        let place = "/children/0/policy/overrides/bonus_time";
        assert_eq!(losses(&policy), [(LossCode::NeverLive, place.into())]);
        assert_round_trip(&with_policy(&policy));
    }
}

// R-PCPS-018
#[test]
fn p19_only_extend_schedule_with_an_end_has_an_effect() {
    let policy = r#"{"overrides": {"temporary_rules": [
        {"type": "extra_time", "date": "2026-02-14", "minutes": 30},
        {"type": "extend_schedule", "date": "2026-02-14", "allowed_until": "22:00", "junk": [1]},
        {"type": "extend_schedule", "date": "2026-02-15"},
        {"type": "unblock_site", "date": "2026-02-14", "site": "a.example"}]}}"#;
    let acts = child(policy).overrides;
    assert_eq!(acts.len(), 1);
    let expected = OverrideKind::DateException {
        date: jiff::civil::date(2026, 2, 14),
        change: DateChange::ExtendLastWindow {
            until: "22:00".parse().unwrap(),
        },
    };
    assert_eq!(acts[0].kind(), &expected);
    let undefined: Vec<_> = losses(policy)
        .into_iter()
        .map(|(code, place)| (code, place.chars().last()))
        .collect();
    let code = LossCode::TemporaryRuleUndefined;
    assert_eq!(
        undefined,
        [(code, Some('0')), (code, Some('2')), (code, Some('3'))]
    );
    assert_round_trip(&with_policy(policy));
}

// R-PCPS-007
#[test]
fn p20_a_primary_guardian_is_needed_and_ids_are_distinct_and_opaque() {
    let none = OKAFOR.replacen(r#""role": "primary""#, r#""role": "guardian""#, 1);
    assert_eq!(
        pcps::import(none.as_bytes()).unwrap_err().code,
        Code::NoPrimaryGuardian
    );
    for (from, to) in [
        ("child-ada", "child-tobias"),
        ("guardian-elin", "guardian-ngozi"),
    ] {
        let twice = OKAFOR.replacen(from, to, 1);
        assert_eq!(
            pcps::import(twice.as_bytes()).unwrap_err().code,
            Code::DuplicateId
        );
    }
    // PCPS calls ids UUIDs and publishes others: any text is one.
    assert_round_trip(&OKAFOR.replace("guardian-ngozi", "x"));
}

// R-PCPS-004
#[test]
fn p21_the_age_decides_nothing_and_18_is_refused() {
    let document = |age: &str| {
        with_policy("{}").replacen(
            r#""child_id""#,
            &format!(r#""child_age": {age}, "child_id""#),
            1,
        )
    };
    let imported = import(&document("17"));
    assert_eq!(imported.loss[0].code, LossCode::AgeNotUsed);
    let (with, without) = (imported.family.children[0].layer.clone(), child("{}").layer);
    assert_eq!(with, without);
    assert_eq!(
        pcps::import(document("18").as_bytes()).unwrap_err().code,
        Code::OutOfRange
    );
}

// R-PCPS-003, R-PCPS-004
#[test]
fn p22_a_schema_member_is_kept_and_version_1_1_is_refused() {
    assert!(OKAFOR.contains("$schema"));
    assert_round_trip(OKAFOR);
    let next = OKAFOR.replacen(r#""pcps_version": "1.0""#, r#""pcps_version": "1.1""#, 1);
    let refusal = pcps::import(next.as_bytes()).unwrap_err();
    assert_eq!(
        (refusal.code, refusal.pointer.as_str()),
        (Code::UnsupportedVersion, "/pcps_version")
    );
    assert!(refusal.message.contains("1.0"));
}

// R-PCPS-004
#[test]
fn p23_members_of_another_version_are_refused_by_name_and_extensions_are_kept() {
    let policy = r#"{"feeds": {"autoplay": false}}"#;
    let refusal = pcps::import(with_policy(policy).as_bytes()).unwrap_err();
    assert_eq!(refusal.code, Code::UnknownMember);
    assert_eq!(refusal.pointer, "/children/0/policy/feeds");
    let policy = r#"{"extensions": {"vendor": {"feeds": {"autoplay": false}}}}"#;
    assert_eq!(losses(policy)[0].0, LossCode::ExtensionsKept);
    assert_round_trip(&with_policy(policy));
}

// R-PCPS-016, R-PCPS-021
#[test]
fn p24_running_state_is_reported_and_a_stale_document_cannot_bring_it_back() {
    let policy = r#"{"status": {"locked": true, "locked_reason": "Dinner"}}"#;
    assert_eq!(
        losses(policy),
        [(LossCode::RunningState, "/children/0/policy/status".into())]
    );
    let mut imported = import(&with_policy(policy));
    imported.family.children[0].overrides.clear();
    let (out, _) = pcps::export(&imported);
    assert!(!parcep_interchange::json::pretty(&out).contains("locked"));
}

#[test]
fn communication_modes_are_taken_over() {
    for (word, mode) in [
        ("unrestricted", CommunicationMode::Unrestricted),
        ("contacts_only", CommunicationMode::ContactsOnly),
        ("disabled", CommunicationMode::Disabled),
    ] {
        let child = child(&format!(r#"{{"communication": {{"mode": "{word}"}}}}"#));
        assert_eq!(child.layer.communication.mode.unwrap().mode, mode);
    }
}
