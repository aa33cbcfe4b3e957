//! Google Play: tiers, bounds, statuses and errors.

use parcep_core::age::{
    AgeAssurance, AgeConsent, AgeMethod, AgeOutcome, AgeSupervision, DeclarantCheck,
};
use parcep_core::reason::Reason;
use parcep_core::registry::{AGE_OUTCOMES, RetryClass};
use parcep_interchange::age::Platform::{Amazon, Play003, Play004};

use super::{GATES, band, claim, outcome, passes, read, said};

/// An answer of 0.0.4 with this tier and these members beside it.
fn tier(tier: &str, bounds: &str) -> String {
    format!(r#"{{"ageSignalsStatus": "SHARED", "ageRangeSource": "{tier}", {bounds}}}"#)
}

/// R-AGE-054.
#[test]
fn age_01_inclusive_13_to_15_of_play_is_13_up_to_16() {
    let json = tier("TIER_B", r#""ageLower": 13, "ageUpper": 15"#);
    assert_eq!(band(Play004, &json, GATES), (13, Some(16), true));
    assert_eq!(band(Play004, &json, &[]), (13, Some(16), true));
    assert_eq!(band(Play004, &json, &[16]), (0, Some(16), true));
    let old = r#"{"userStatus": "SUPERVISED", "ageLower": 13, "ageUpper": 15}"#;
    assert_eq!(band(Play003, old, GATES), (13, Some(16), true));
}

/// R-AGE-054: without bounds, verified is an adult in the old form alone.
#[test]
fn age_05_verified_adults_have_one_bracket_and_different_methods() {
    let old = claim(
        Play003,
        r#"{"userStatus": "VERIFIED", "ageLower": null, "ageUpper": null}"#,
        GATES,
    );
    let new = claim(
        Play004,
        &tier("TIER_D", r#""ageLower": 18, "ageUpper": null"#),
        GATES,
    );
    let amazon = r#"{"responseStatus": "SUCCESS", "userStatus": "VERIFIED", "ageLower": 18, "ageUpper": null}"#;
    let amazon = claim(Amazon, amazon, GATES);
    assert_eq!(amazon.interval, new.interval);
    assert_eq!(amazon.method, AgeMethod::CheckedUndifferentiated);
    assert_eq!(old.interval, new.interval);
    assert_eq!((old.interval.lower(), old.interval.upper()), (18, None));
    assert_eq!(
        (old.method, old.assurance),
        (AgeMethod::CheckedUndifferentiated, AgeAssurance::Standard)
    );
    assert_eq!(
        (new.method, new.assurance),
        (AgeMethod::Verified, AgeAssurance::Enhanced)
    );
    let bare = tier("TIER_D", r#""ageLower": null, "ageUpper": null"#);
    assert_eq!(outcome(Play004, &bare), AgeOutcome::AgeUnknown);
}

/// A plugin derives "verified" from the weakest tier and opens every gate with it.
#[test]
fn age_06_tier_a_of_a_child_is_self_declared_and_fails_18() {
    let json = tier("TIER_A", r#""ageLower": 0, "ageUpper": 12"#);
    let claim = claim(Play004, &json, GATES);
    assert_eq!(
        (claim.method, claim.assurance),
        (AgeMethod::SelfDeclared, AgeAssurance::Asserted)
    );
    assert_eq!(claim.interval.upper(), Some(13));
    assert!(!passes(Play004, &json, 18));
}

/// A plugin takes the strongest tier for an adult.
#[test]
fn age_07_a_verified_minor_fails_the_gate_of_18() {
    let json = tier("TIER_D", r#""ageLower": 0, "ageUpper": 12"#);
    let claim = claim(Play004, &json, GATES);
    assert_eq!(claim.method, AgeMethod::Verified);
    assert!(claim.interval.upper().is_some_and(|upper| upper <= 18));
    assert!(!passes(Play004, &json, 18));
    let old = r#"{"userStatus": "VERIFIED", "ageLower": 13, "ageUpper": 15}"#;
    assert!(!passes(Play003, old, 18), "bounds decide, not the status");
}

/// The four tiers keep their order and none collapses into another.
#[test]
fn tiers_are_not_inverted_and_checked_methods_do_not_collapse() {
    let rows = [
        ("TIER_A", AgeMethod::SelfDeclared, AgeAssurance::Asserted),
        ("TIER_B", AgeMethod::GuardianDeclared, AgeAssurance::Basic),
        (
            "TIER_C",
            AgeMethod::CheckedUndifferentiated,
            AgeAssurance::Standard,
        ),
        ("TIER_D", AgeMethod::Verified, AgeAssurance::Enhanced),
    ];
    for (name, method, assurance) in rows {
        let claim = claim(Play004, &tier(name, r#""ageLower": 18"#), GATES);
        assert_eq!(
            (claim.method, claim.assurance),
            (method, assurance),
            "{name}"
        );
        let spelled = claim_of_spelling(name);
        assert_eq!(spelled, (method, assurance), "{name} in another spelling");
    }
}

fn claim_of_spelling(name: &str) -> (AgeMethod, AgeAssurance) {
    let camel = name.replace("TIER_", "tier");
    let json = format!(r#"{{"age_range_source": "{camel}", "age_lower": 18}}"#);
    let claim = claim(Play004, &json, GATES);
    (claim.method, claim.assurance)
}

/// R-AGE-053: the bounds stay, the way of knowing is not told.
#[test]
fn age_08_an_unknown_tier_is_not_told_and_asserted() {
    for source in [
        r#""TIER_E""#,
        "9",
        "-9223372036854775808",
        r#""""#,
        r#""UNSPECIFIED""#,
    ] {
        let json = format!(r#"{{"ageRangeSource": {source}, "ageLower": 13, "ageUpper": 15}}"#);
        let claim = claim(Play004, &json, GATES);
        assert_eq!(
            (claim.method, claim.assurance),
            (AgeMethod::NotTold, AgeAssurance::Asserted),
            "{source}"
        );
        assert_eq!(claim.interval.upper(), Some(16), "{source}");
    }
    for status in [r#""OVER_18""#, "17", r#""verified adult""#] {
        let json = format!(r#"{{"userStatus": {status}, "ageLower": 18}}"#);
        assert_eq!(outcome(Play003, &json), AgeOutcome::AgeUnknown, "{status}");
        let json = format!(
            r#"{{"ageSignalsStatus": {status}, "ageRangeSource": "TIER_D", "ageLower": 18}}"#
        );
        assert_eq!(outcome(Play004, &json), AgeOutcome::AgeUnknown, "{status}");
    }
}

/// A plugin reads both as "older".
#[test]
fn age_13_verification_required_opens_nothing() {
    let json = r#"{"ageSignalsStatus": "VERIFICATION_REQUIRED", "ageRangeSource": null, "ageLower": null, "ageUpper": null}"#;
    assert_eq!(outcome(Play004, json), AgeOutcome::VerificationRequired);
    assert!(!passes(Play004, json, 18));
    let retry = AGE_OUTCOMES
        .iter()
        .find(|row| row.name == "VERIFICATION_REQUIRED")
        .map(|row| row.retry);
    assert_eq!(retry, Some(RetryClass::AfterUserAction));
    let odd = r#"{"ageSignalsStatus": "VERIFICATION_REQUIRED", "ageRangeSource": "TIER_D", "ageLower": 18}"#;
    assert_eq!(
        outcome(Play004, odd),
        AgeOutcome::VerificationRequired,
        "bounds beside it are none"
    );
}

/// R-AGE-033: neither is evidence of any age.
#[test]
fn age_14_not_shared_is_refused_and_no_status_is_unknown() {
    let json = r#"{"ageSignalsStatus": "NOT_SHARED", "ageLower": null}"#;
    assert_eq!(outcome(Play004, json), AgeOutcome::Refused);
    for nothing in [
        "{}",
        r#"{"ageSignalsStatus": "SHARED"}"#,
        r#"{"ageSignalsStatus": "UNSPECIFIED"}"#,
    ] {
        assert_eq!(
            outcome(Play004, nothing),
            AgeOutcome::AgeUnknown,
            "{nothing}"
        );
        assert!(!passes(Play004, nothing, 13));
    }
}

/// Missing bounds are missing: neither 0 nor an adult (R-AGE-053).
#[test]
fn a_missing_signal_is_neither_an_adult_nor_a_child() {
    let table = [
        (Play004, r#"{"ageRangeSource": "TIER_D"}"#),
        (Play004, r#"{"ageRangeSource": "TIER_B", "ageUpper": 12}"#),
        (Play003, r#"{"userStatus": "SUPERVISED"}"#),
        (Play003, r#"{"userStatus": "DECLARED"}"#),
        (Play003, r#"{"userStatus": "VERIFIED", "ageUpper": 12}"#),
        (Play003, r#"{"userStatus": "UNKNOWN", "ageLower": 18}"#),
        (Play003, "{}"),
    ];
    for (platform, json) in table {
        assert_eq!(outcome(platform, json), AgeOutcome::AgeUnknown, "{json}");
    }
}

#[test]
fn a_blank_status_is_no_law_and_no_age() {
    for json in [
        r#"{"userStatus": null}"#,
        r#"{"userStatus": ""}"#,
        r#"{"userStatus": "EMPTY"}"#,
    ] {
        assert_eq!(outcome(Play003, json), AgeOutcome::NotRegulated, "{json}");
    }
}

/// Errors open nothing, and those that Google calls worth a try back off.
#[test]
fn errors_are_never_read_as_older() {
    let rows = [
        ("-1", AgeOutcome::TemporarilyUnavailable),
        ("-2", AgeOutcome::TemporarilyUnavailable),
        (r#""NETWORK_ERROR""#, AgeOutcome::TemporarilyUnavailable),
        ("-8", AgeOutcome::TemporarilyUnavailable),
        ("-100", AgeOutcome::TemporarilyUnavailable),
        ("-9", AgeOutcome::NotOwned),
        (r#""sdkVersionOutdated""#, AgeOutcome::Unsupported),
        ("-10", AgeOutcome::Unsupported),
        ("-11", AgeOutcome::AgeUnknown),
        (r#"{"code": -9, "message": "m"}"#, AgeOutcome::NotOwned),
        (
            r#"{"message": "something went wrong"}"#,
            AgeOutcome::AgeUnknown,
        ),
    ];
    for (error, want) in rows {
        for platform in [Play003, Play004] {
            let json = format!(r#"{{"error": {error}, "userStatus": "VERIFIED", "ageLower": 18}}"#);
            assert_eq!(outcome(platform, &json), want, "{error}");
        }
    }
    let none = r#"{"errorCode": 0, "error": "", "ageLower": 18}"#;
    assert!(passes(Play004, none, 18), "no error at all");
}

/// R-AGE-044: what a parent decided about a change stands beside the bracket and leaves it.
#[test]
fn a_denied_change_leaves_the_bracket_and_shows_in_the_consent() {
    let rows = [
        ("APPROVED", AgeConsent::Granted),
        ("PENDING", AgeConsent::Pending),
        ("DECLINED", AgeConsent::Denied),
        ("POSTPONED", AgeConsent::Pending),
    ];
    for (change, want) in rows {
        let bounds =
            format!(r#""ageLower": 13, "ageUpper": 15, "significantChangeStatus": "{change}""#);
        let statement = said(Play004, &tier("TIER_B", &bounds), GATES);
        assert_eq!(statement.consent, want, "{change}");
        assert_eq!(statement.supervision, AgeSupervision::Supervised);
        assert_eq!(
            statement.claim().and_then(|claim| claim.interval.upper()),
            Some(16)
        );
    }
    let adult = said(Play004, &tier("TIER_A", r#""ageLower": 18"#), GATES);
    assert_eq!(
        (adult.consent, adult.supervision),
        (AgeConsent::NotReported, AgeSupervision::NotReported)
    );
    let supervised_adult = claim(Play004, &tier("TIER_B", r#""ageLower": 18"#), GATES);
    assert_eq!(
        supervised_adult.interval.lower(),
        18,
        "bracket and supervision are two things"
    );
    assert_eq!(supervised_adult.declarant_check, DeclarantCheck::NotTold);
}

/// R-AGE-053: an error with the place, and never a bracket.
#[test]
fn wrong_types_and_bounds_are_malformed_with_the_pointer() {
    let rows = [
        (r#"{"ageLower": "13"}"#, "/ageLower"),
        (r#"{"ageLower": -1}"#, "/ageLower"),
        (r#"{"ageLower": 13.5}"#, "/ageLower"),
        (r#"{"ageLower": 1e1}"#, "/ageLower"),
        (r#"{"ageLower": 121}"#, "/ageLower"),
        (r#"{"ageLower": 18446744073709551616}"#, "/ageLower"),
        (r#"{"ageLower": 16, "ageUpper": 12}"#, "/ageUpper"),
        (r#"{"ageLower": 16, "ageUpper": true}"#, "/ageUpper"),
        (r#"{"ageLower": 16, "age_lower": 16}"#, "/age_lower"),
        (r#"{"ageLower": 16, "lowerBound": 13}"#, "/lowerBound"),
        (r#"{"ageRangeSource": ["TIER_A"]}"#, "/ageRangeSource"),
        (r#"{"installId": 7}"#, "/installId"),
        (r#"{"ageLower": 13, "ageLower": 18}"#, "/ageLower"),
        ("[18]", ""),
        ("18", ""),
        ("", ""),
        (r#"{"ageLower": 18"#, ""),
    ];
    for (json, pointer) in rows {
        let error = read(Play004, json, GATES).unwrap_err();
        assert_eq!(error.reason(), Reason::Malformed, "{json}");
        assert_eq!(error.pointer, pointer, "{json}");
    }
    let deep = "[".repeat(40);
    assert!(read(Play004, &deep, GATES).is_err());
    let long = format!(r#"{{"x": "{}"}}"#, "y".repeat(70_000));
    assert!(read(Play004, &long, GATES).is_err());
}

#[test]
fn unknown_members_are_told_as_losses_but_not_without_end() {
    let statement = said(Play004, r#"{"ageLower": 18, "mood": 3, "a\nb": 1}"#, GATES);
    assert_eq!(
        statement.loss,
        [
            "mood: not a member that is known here",
            "a?b: not a member that is known here"
        ]
    );
    let many: Vec<String> = (0..500).map(|i| format!(r#""m{i}": 1"#)).collect();
    let statement = said(Play004, &format!("{{{}}}", many.join(",")), GATES);
    assert_eq!(statement.loss.len(), 32);
}

/// A plugin passes gates on to one platform and forgets them on the other (R-AGE-004).
#[test]
fn gates_are_not_ignored_and_no_other_bound_is_told() {
    let teen = tier("TIER_B", r#""ageLower": 13, "ageUpper": 15"#);
    let adult = tier("TIER_D", r#""ageLower": 18"#);
    let rows: [(&str, &[u32], _); 5] = [
        (&teen, &[18], (0, Some(18), true)),
        (&teen, &[10, 13], (13, None, true)),
        (&teen, &[14], (0, None, false)),
        (&adult, &[21], (0, None, false)),
        (&adult, &[13, 16], (16, None, true)),
    ];
    for (json, gates, want) in rows {
        assert_eq!(band(Play004, json, gates), want, "{gates:?}");
    }
}
