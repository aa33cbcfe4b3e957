//! Each kind of bad input gets one clear error: code, place, advice (R-PCPS-001 to R-PCPS-009).

use crate::support::{OKAFOR, with_policy};
use parcep_interchange::{Code, Refusal, pcps};

fn refusal(text: impl AsRef<[u8]>) -> Refusal {
    pcps::import(text.as_ref()).expect_err("a refusal")
}

#[track_caller]
fn check(text: impl AsRef<[u8]>, code: Code, pointer: &str, advice: &str) {
    let shown = String::from_utf8_lossy(text.as_ref())
        .chars()
        .take(200)
        .collect::<String>();
    let refusal = refusal(text);
    assert_eq!(
        (refusal.code, refusal.pointer.as_str()),
        (code, pointer),
        "{refusal}: {shown}"
    );
    assert!(refusal.message.contains(advice), "{refusal}");
}

/// The fixture with one text replaced by another.
fn changed(from: &str, to: &str) -> String {
    assert!(OKAFOR.contains(from), "{from}");
    OKAFOR.replacen(from, to, 1)
}

// R-PCPS-001, R-PCPS-003, R-PCPS-004, R-PCPS-005, R-PCPS-006, R-PCPS-007, R-PCPS-008, R-PCPS-009
#[test]
fn families_with_something_wrong_are_refused_at_the_place() {
    let table = [
        (
            r#"": "1.0""#,
            r#"": "1.1""#,
            Code::UnsupportedVersion,
            "/pcps_version",
            "1.0 only",
        ),
        (
            r#"": "1.0""#,
            r#"": 1.0"#,
            Code::WrongType,
            "/pcps_version",
            "expected a string",
        ),
        (
            "Europe/Stockholm",
            "Mars/Phobos",
            Code::UnknownZone,
            "/timezone",
            "Europe/London",
        ),
        (
            "Europe/London",
            "London",
            Code::UnknownZone,
            "/children/1/timezone",
            "IANA",
        ),
        (
            "guardian-elin",
            "guardian-ngozi",
            Code::DuplicateId,
            "/guardians/1/guardian_id",
            "/guardians/0",
        ),
        (
            "child-ada",
            "child-tobias",
            Code::DuplicateId,
            "/children/1/child_id",
            "/children/0",
        ),
        (
            "console-1",
            "tablet-1",
            Code::DuplicateId,
            "/children/0/devices/1/device_id",
            "its own",
        ),
        (
            r#""role": "primary""#,
            r#""role": "guardian""#,
            Code::NoPrimaryGuardian,
            "/guardians",
            "at least one",
        ),
        (
            r#""role": "primary""#,
            r#""role": "admin""#,
            Code::UnknownValue,
            "/guardians/0/role",
            "primary, guardian",
        ),
        (
            r#"{ "app_name": "Phone" }"#,
            r#"{ "app_name": "Chat Roulette" }"#,
            Code::AppBlockedAndAllowed,
            "/children/0/policy/apps/always_allowed/0",
            "/children/0/policy/apps/blocked/0",
        ),
        (
            r#""allowed_until": "20:00""#,
            r#""allowed_until": "07:00""#,
            Code::EmptyWindow,
            "/children/0/policy/schedule/weekday",
            "all day",
        ),
        (
            r#""allowed_until": "20:00""#,
            r#""allowed_until": "24:00""#,
            Code::BadTime,
            "/children/0/policy/schedule/weekday/allowed_until",
            "midnight",
        ),
        (
            r#""weekday": 90"#,
            r#""weekday": -90"#,
            Code::NegativeValue,
            "/children/0/policy/time_limits/daily/weekday",
            "0 or more",
        ),
        (
            r#""weekday": 90"#,
            r#""weekday": 90.5"#,
            Code::WrongType,
            "/children/0/policy/time_limits/daily/weekday",
            "whole number",
        ),
        (
            r#""weekday": 90"#,
            r#""weekday": NaN"#,
            Code::BadNumber,
            "/children/0/policy/time_limits/daily/weekday",
            "finite",
        ),
        (
            r#""weekday": 90"#,
            r#""weekday": "90""#,
            Code::WrongType,
            "/children/0/policy/time_limits/daily/weekday",
            "found a string",
        ),
        (
            r#""amount": 20.00"#,
            r#""amount": -20.00"#,
            Code::NegativeValue,
            "/children/0/policy/spending/monthly_budget/amount",
            "0 or more",
        ),
        (
            r#""currency": "EUR""#,
            r#""currency": "euro""#,
            Code::BadText,
            "/children/0/policy/spending/monthly_budget/currency",
            "GBP",
        ),
        (
            r#""category": "games""#,
            r#""category": "gaming""#,
            Code::UnknownValue,
            "/children/0/policy/time_limits/by_category/0/category",
            "social_media",
        ),
        (
            r#""max_age_rating": 12"#,
            r#""max_age_rating": 19"#,
            Code::OutOfRange,
            "/children/0/policy/content/max_age_rating",
            "0 to 18",
        ),
        (
            r#""child_age": 11"#,
            r#""child_age": 18"#,
            Code::OutOfRange,
            "/children/0/child_age",
            "0 to 17",
        ),
        (
            r#""child_id": "child-tobias""#,
            r#""child_id": """#,
            Code::BadText,
            "/children/0/child_id",
            "empty",
        ),
        (
            r#""minutes": 30"#,
            r#""minutes": 0"#,
            Code::OutOfRange,
            "/children/0/policy/overrides/bonus_time/minutes",
            "1 minute",
        ),
        (
            "2026-05-05T20:00:00+02:00",
            "2026-05-05T20:00:00",
            Code::BadTimestamp,
            "/children/0/policy/overrides/bonus_time/expires_at",
            "offset",
        ),
        (
            r#""date": "2026-05-16""#,
            r#""date": "2026-02-30""#,
            Code::BadDate,
            "/children/0/policy/overrides/temporary_rules/0/date",
            "2026-02-14",
        ),
        (
            r#""days": ["friday"]"#,
            r#""days": []"#,
            Code::EmptyList,
            "/children/0/policy/schedule/custom/0/days",
            "at least one",
        ),
        (
            r#""days": ["friday"]"#,
            r#""days": ["friday", "friday"]"#,
            Code::RepeatedValue,
            "/children/0/policy/schedule/custom/0/days",
            "twice",
        ),
        (
            r#""identifiers": ["+46700000002"]"#,
            r#""identifiers": []"#,
            Code::EmptyList,
            "/children/0/policy/communication/allowed_contacts/1/identifiers",
            "at least one",
        ),
        (
            r#""safe_search": true"#,
            r#""safe_search": null"#,
            Code::WrongType,
            "/children/0/policy/content/web/safe_search",
            "leave the member out",
        ),
        (
            r#""family_name""#,
            r#""nickname""#,
            Code::UnknownMember,
            "/nickname",
            "extensions",
        ),
        (
            r#""max_age_rating": 12"#,
            r#""age_ratings": 12"#,
            Code::UnknownMember,
            "/children/0/policy/content/age_ratings",
            "max_age_rating",
        ),
        (
            r#""child_name": "Tobias","#,
            "",
            Code::MissingMember,
            "/children/0",
            "child_name",
        ),
        (
            r#""extensions": { "google""#,
            r#""extensions": { "x": 1, "google""#,
            Code::WrongType,
            "/children/0/policy/extensions/x",
            "an object",
        ),
        (
            r#""family_name": "#,
            r#""family_id": "again", "family_name": "#,
            Code::DuplicateMember,
            "/family_id",
            "keep one",
        ),
    ];
    for (from, to, code, pointer, advice) in table {
        check(changed(from, to), code, pointer, advice);
    }
}

// R-PCPS-002
#[test]
fn bytes_that_are_no_document_are_refused() {
    check("", Code::Truncated, "", "fetch it again");
    check("PCPS", Code::NotJson, "", "line 1, column 1");
    check("[]", Code::WrongType, "", "expected an object");
    check("{}", Code::MissingMember, "", "pcps_version");
    let (half, _) = OKAFOR.split_once("2,\n          \"web\"").unwrap();
    check(
        half,
        Code::Truncated,
        "/children/0/policy/content",
        "cut off",
    );
    check(b"{\"a\": \"\xc3\x28\"}", Code::NotUtf8, "", "UTF-8");
    check(
        "[".repeat(100_000),
        Code::NestedTooDeep,
        &"/0".repeat(64),
        "flatten",
    );
    check(" ".repeat((4 << 20) + 1), Code::FileTooLarge, "", "at most");
}

#[test]
fn a_hundred_thousand_nested_arrays_inside_extensions_are_one_refusal() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    for place in ["extensions", "overrides"] {
        let policy = match place {
            "extensions" => format!(r#"{{"extensions": {{"v": {{"x": {deep}}}}}}}"#),
            _ => format!(
                r#"{{"overrides": {{"temporary_rules": [
                    {{"type": "extra_time", "date": "2026-01-01", "x": {deep}}}]}}}}"#
            ),
        };
        let refusal = refusal(with_policy(&policy));
        assert_eq!(refusal.code, Code::NestedTooDeep);
    }
}

// R-PCPS-001, R-PCPS-002
#[test]
fn a_document_cut_off_anywhere_is_refused_and_never_half_read() {
    for end in 0..OKAFOR.trim_end().len() {
        if let Some(part) = OKAFOR.get(..end) {
            assert!(pcps::import(part.as_bytes()).is_err(), "{end}");
        }
    }
}

#[test]
fn codes_are_distinct_words_in_capitals() {
    let mut seen = std::collections::HashSet::new();
    for code in Code::ALL {
        let text = code.as_str();
        assert!(seen.insert(text), "{text} twice");
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        );
    }
}

// R-PCPS-009
#[test]
fn messages_name_no_person() {
    for (from, to) in [
        ("child-ada", "child-tobias"),
        ("guardian-elin", "guardian-ngozi"),
    ] {
        let message = refusal(changed(from, to)).message;
        assert!(
            !message.contains("tobias") && !message.contains("ngozi"),
            "{message}"
        );
    }
}

/// Long documents in the shapes that are costly to a careless reader. Quadratic work
/// would take minutes here.
#[test]
fn long_documents_are_read_or_refused_without_delay() {
    let name = "n".repeat(1_000_000);
    let rows = |row: &dyn Fn(usize) -> String, count: usize| {
        (0..count).map(row).collect::<Vec<_>>().join(",")
    };
    let host = |index| format!("\"h{index}.example\"");
    let limit = |index| format!(r#"{{"app_name": "{index}", "daily_minutes": null}}"#);
    let app = |index| format!(r#"{{"app_name": "a{index}"}}"#);
    let documents = [
        (
            format!(
                r#"{{"content": {{"web": {{"blocklist": [{}]}}}}}}"#,
                rows(&host, 30_000)
            ),
            true,
        ),
        (
            format!(
                r#"{{"time_limits": {{"by_app": [{}]}}}}"#,
                rows(&limit, 30_000)
            ),
            true,
        ),
        (
            format!(r#"{{"apps": {{"blocked": [{}]}}}}"#, rows(&app, 40_000)),
            false,
        ),
        (
            format!(
                r#"{{"extensions": {{"{name}": {{"x": [{}]}}}}}}"#,
                rows(&|_| "1".into(), 300_000)
            ),
            true,
        ),
        (
            format!(
                r#"{{"extensions": {{{}}}}}"#,
                rows(&|index| format!(r#""{index}": {{}}"#), 50_000)
            ),
            true,
        ),
    ];
    let start = std::time::Instant::now();
    for (policy, taken) in documents {
        let imported = pcps::import(with_policy(&policy).as_bytes());
        assert_eq!(imported.is_ok(), taken, "{:?}", imported.map(|_| ()));
        if let Ok(imported) = imported {
            let (out, _) = pcps::export(&imported);
            assert!(out.same(&crate::support::json(&with_policy(&policy))));
        }
    }
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
}
