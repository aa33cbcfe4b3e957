//! Any valid document comes out as it went in.

use crate::support::json;
use parcep_interchange::json::{Json, canonical, pretty};
use parcep_interchange::{file, pcps};
use proptest::prelude::*;

type Gen = BoxedStrategy<Json>;

fn one(texts: &'static [&'static str]) -> Gen {
    proptest::sample::select(texts).prop_map(json).boxed()
}

fn text(pattern: &'static str) -> Gen {
    pattern.prop_map(Json::String).boxed()
}

/// An object; members marked `true` are always there.
fn object(members: Vec<(&'static str, bool, Gen)>) -> Gen {
    let members: Vec<_> = members
        .into_iter()
        .map(|(name, always, value)| {
            let member = value.prop_map(move |value| (name.to_owned(), value));
            match always {
                true => member.prop_map(Some).boxed(),
                false => proptest::option::weighted(0.7, member).boxed(),
            }
        })
        .collect();
    members
        .prop_map(|members| Json::Object(members.into_iter().flatten().collect()))
        .boxed()
}

fn list(item: Gen, range: std::ops::Range<usize>) -> Gen {
    proptest::collection::vec(item, range)
        .prop_map(Json::Array)
        .boxed()
}

fn flag() -> Gen {
    one(&["true", "false"])
}

fn minutes() -> Gen {
    one(&[
        "0",
        "1",
        "30",
        "30.0",
        "3e1",
        "1440",
        "99999999999",
        "1e300",
    ])
}

fn minutes_or_null() -> Gen {
    prop_oneof![3 => minutes(), 1 => Just(Json::Null)].boxed()
}

fn timestamp() -> Gen {
    one(&[
        r#""2026-02-06T18:00:00Z""#,
        r#""2026-02-06T18:00:00.000+00:00""#,
        r#""2026-02-06T23:59:59-05:00""#,
        r#""1969-07-20T20:17:40Z""#,
    ])
}

fn window() -> Vec<(&'static str, bool, Gen)> {
    // Two lists without a common time, so that the ends differ; overnight in both directions.
    let early = one(&[r#""00:00""#, r#""07:00""#, r#""13:30""#]);
    let late = one(&[r#""06:59""#, r#""19:00""#, r#""23:59""#]);
    vec![("allowed_from", true, early), ("allowed_until", true, late)]
}

fn schedule() -> Gen {
    let days = one(&[
        r#"["monday"]"#,
        r#"["sunday", "monday"]"#,
        r#"["friday", "wednesday", "tuesday"]"#,
        r#"["monday", "tuesday", "wednesday", "thursday", "friday"]"#,
        r#"["saturday", "sunday"]"#,
    ]);
    let mut row = window();
    row.push(("days", true, days));
    object(vec![
        ("weekday", false, object(window())),
        ("weekend", false, object(window())),
        ("custom", false, list(object(row), 0..4)),
    ])
}

fn app_name() -> Gen {
    one(&[
        r#""A""#,
        r#""B/C""#,
        r#""""#,
        r#""Ünï ☃""#,
        r#""tab\there""#,
        r#""games""#,
    ])
}

fn time_limits() -> Gen {
    let daily = object(vec![
        ("weekday", false, minutes()),
        ("weekend", false, minutes()),
    ]);
    let category = one(&[r#""games""#, r#""video""#, r#""other""#]);
    let by_category = object(vec![
        ("category", true, category),
        ("daily_minutes", false, minutes_or_null()),
    ]);
    let by_app = object(vec![
        ("app_name", true, app_name()),
        ("daily_minutes", false, minutes_or_null()),
    ]);
    object(vec![
        ("daily", false, daily),
        ("by_category", false, list(by_category, 0..5)),
        ("by_app", false, list(by_app, 0..5)),
    ])
}

fn content() -> Gen {
    let host = one(&[
        r#""a.example""#,
        r#""A.Example.""#,
        r#""a.example/path""#,
        r#""*.a.example""#,
        r#""https://b.example:8443/x""#,
        r#""not a host""#,
        r#""bücher.example""#,
        r#""""#,
    ]);
    let mode = one(&[r#""allowlist""#, r#""blocklist""#, r#""filtered""#]);
    let web = object(vec![
        ("mode", false, mode),
        ("allowlist", false, list(host.clone(), 0..5)),
        ("blocklist", false, list(host, 0..5)),
        ("safe_search", false, flag()),
    ]);
    object(vec![
        ("max_age_rating", false, one(&["0", "7", "12.0", "18"])),
        ("web", false, web),
        ("explicit_content", false, flag()),
    ])
}

fn apps() -> Gen {
    let entry = |name: Gen| {
        object(vec![
            ("app_name", true, name),
            ("reason", false, text("[a-z]{0,3}")),
        ])
    };
    let long = one(&[r#""A""#, r#""B""#]);
    object(vec![
        ("require_approval", false, flag()),
        ("blocked", false, list(entry(long), 0..4)),
        // Never a name that is also blocked.
        (
            "always_allowed",
            false,
            list(entry(one(&[r#""X""#, r#""Y""#, r#""""#])), 0..4),
        ),
    ])
}

fn communication() -> Gen {
    let identifier = one(&[
        r#""+46 70-000 00 01""#,
        r#""A@Example.Net""#,
        r#""""#,
        r#"" x ""#,
    ]);
    let contact = object(vec![
        ("name", true, one(&[r#""Mum""#, r#""Dad""#, r#""""#])),
        ("identifiers", true, list(identifier, 1..3)),
    ]);
    let mode = one(&[r#""unrestricted""#, r#""contacts_only""#, r#""disabled""#]);
    object(vec![
        ("mode", false, mode),
        ("allowed_contacts", false, list(contact, 0..4)),
        ("block_unknown_callers", false, flag()),
    ])
}

fn spending() -> Gen {
    let amount = one(&["0", "5", "5.00", "5.005", "1e2", "0.29", "1e300", "-0"]);
    let currency = one(&[r#""GBP""#, r#""JPY""#, r#""ZZZ""#, r#""KWD""#]);
    let budget = object(vec![("amount", true, amount), ("currency", true, currency)]);
    object(vec![
        ("require_approval", false, flag()),
        ("allow_free_downloads", false, flag()),
        (
            "monthly_budget",
            false,
            prop_oneof![3 => budget, 1 => Just(Json::Null)].boxed(),
        ),
        ("in_app_purchases", false, flag()),
    ])
}

fn status() -> Gen {
    object(vec![
        ("policy_active", false, flag()),
        ("paused", false, flag()),
        (
            "paused_until",
            false,
            prop_oneof![timestamp(), Just(Json::Null)].boxed(),
        ),
        ("locked", false, flag()),
        (
            "locked_reason",
            false,
            prop_oneof![text("[a-z]{0,3}"), Just(Json::Null)].boxed(),
        ),
    ])
}

fn overrides() -> Gen {
    let bonus = object(vec![
        ("minutes", true, one(&["1", "30.0", "1e300"])),
        ("reason", false, text("[a-z]{0,3}")),
        ("granted_at", true, timestamp()),
        ("expires_at", true, timestamp()),
    ]);
    let kind = one(&[
        r#""extend_schedule""#,
        r#""extra_time""#,
        r#""unblock_app""#,
        r#""unblock_site""#,
    ]);
    let rule = object(vec![
        ("type", true, kind),
        ("date", true, one(&[r#""2026-02-14""#, r#""2028-02-29""#])),
        ("reason", false, text("[a-z]{0,3}")),
        (
            "allowed_until",
            false,
            one(&[r#""22:00""#, r#""late""#, "22"]),
        ),
        ("x", false, one(&["null", "[1, {}]", "1.50"])),
    ]);
    object(vec![
        (
            "bonus_time",
            false,
            prop_oneof![3 => bonus, 1 => Just(Json::Null)].boxed(),
        ),
        ("temporary_rules", false, list(rule, 0..4)),
    ])
}

fn extensions() -> Gen {
    let anything = one(&[
        "null",
        "1e21",
        "[[], {}]",
        r#"{"typed": 1, "members": {}}"#,
        r#""\u0000""#,
    ]);
    object(vec![
        (
            "apple",
            false,
            object(vec![("x", false, anything.clone()), ("y", false, anything)]),
        ),
        (
            "schedule",
            false,
            object(vec![("custom", false, one(&["[]", "[1]"]))]),
        ),
    ])
}

fn policy() -> Gen {
    object(vec![
        ("schedule", false, schedule()),
        ("time_limits", false, time_limits()),
        ("content", false, content()),
        ("apps", false, apps()),
        ("communication", false, communication()),
        ("spending", false, spending()),
        ("status", false, status()),
        ("overrides", false, overrides()),
        ("extensions", false, extensions()),
    ])
}

fn child(id: &'static str) -> Gen {
    let device = object(vec![
        ("device_id", true, Just(Json::text(id)).boxed()),
        ("device_name", true, text("[a-z]{0,3}")),
        ("platform", true, text("[a-z]{0,3}")),
        ("model", false, text("[a-z]{0,3}")),
    ]);
    object(vec![
        ("child_id", true, Just(Json::text(id)).boxed()),
        ("child_name", true, text("[a-z]{0,3}")),
        ("child_age", false, one(&["0", "17", "9.0"])),
        (
            "timezone",
            false,
            one(&[r#""Europe/London""#, r#""America/New_York""#, r#""utc""#]),
        ),
        ("devices", false, list(device, 0..2)),
        ("policy", true, policy()),
    ])
}

fn document() -> Gen {
    let guardian = |id: &'static str, role: &'static str| {
        object(vec![
            ("guardian_id", true, Just(Json::text(id)).boxed()),
            ("name", true, text("[a-z]{0,3}")),
            ("email", false, text("[a-z]{0,3}")),
            ("role", true, Just(Json::text(role)).boxed()),
        ])
    };
    let two = |a: Gen, b: Gen| (a, b).prop_map(|(a, b)| Json::Array(vec![a, b])).boxed();
    object(vec![
        ("$schema", false, text("[a-z]{0,3}")),
        ("pcps_version", true, Just(Json::text("1.0")).boxed()),
        ("family_id", true, text("[a-z]{0,3}")),
        ("family_name", false, text("[a-z]{0,3}")),
        ("created_at", false, timestamp()),
        ("updated_at", false, timestamp()),
        (
            "timezone",
            true,
            one(&[r#""Europe/London""#, r#""Etc/UTC""#]),
        ),
        (
            "guardians",
            true,
            two(guardian("", "guardian"), guardian("g2", "primary")),
        ),
        ("children", true, two(child("c1"), child("c2"))),
        ("extensions", false, extensions()),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    // R-PCPS-020, R-PCPS-022
    #[test]
    fn any_valid_document_comes_out_equal_under_rfc_8785(document in document()) {
        let imported = pcps::import(pretty(&document).as_bytes())
            .map_err(|refusal| TestCaseError::fail(format!("{refusal:?}")))?;
        let (out, _) = pcps::export(&imported);
        prop_assert_eq!(canonical(&out), canonical(&document));
        // And by way of a policy file.
        let saved = file::save(&imported).unwrap();
        let loaded = file::load(saved.as_bytes())
            .map_err(|refusal| TestCaseError::fail(format!("{refusal:?}")))?;
        prop_assert_eq!(canonical(&pcps::export(&loaded).0), canonical(&document));
        prop_assert_eq!(loaded, imported);
    }

    #[test]
    fn a_plain_export_is_a_valid_document(document in document()) {
        let mut imported = pcps::import(pretty(&document).as_bytes()).unwrap();
        imported.residue = parcep_interchange::residue::Residue::NONE;
        let (plain, _) = pcps::export(&imported);
        let again = pcps::import(pretty(&plain).as_bytes())
            .map_err(|refusal| TestCaseError::fail(format!("{refusal:?} in {}", pretty(&plain))))?;
        // Rule ids name places, which may have moved: everything else is as it was.
        for (before, after) in imported.family.children.iter().zip(&again.family.children) {
            prop_assert_eq!(before.layer.schedule.windows.len(), after.layer.schedule.windows.len());
            prop_assert_eq!(before.layer.budgets.budgets.len(), after.layer.budgets.budgets.len());
            prop_assert_eq!(before.overrides.len(), after.overrides.len());
        }
    }

    #[test]
    fn no_bytes_make_the_reader_fail_otherwise_than_by_a_refusal(bytes: Vec<u8>) {
        let _ = file::load(&bytes);
    }

    #[test]
    fn a_document_with_one_byte_changed_is_read_or_refused(at in 0..6000_usize, byte: u8) {
        let mut bytes = crate::support::OKAFOR.as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(imported) = pcps::import(&bytes) {
            let json = parcep_interchange::json::parse(&bytes, parcep_interchange::json::Limits::DOCUMENT);
            prop_assert!(pcps::export(&imported).0.same(&json.unwrap()));
        }
    }
}
