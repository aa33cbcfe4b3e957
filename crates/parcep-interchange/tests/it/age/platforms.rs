//! What stores, Windows, operators and wallets say about an age: cases that other code gets wrong.

use parcep_core::age::{AgeClaimScope, AgeMethod, AgeOutcome, Cuts, Statement};
use parcep_interchange::age::{AdaptError, Platform, adapt, claims_hold};

fn cuts(cuts: &[u32]) -> Cuts {
    Cuts::new(cuts.to_vec()).unwrap()
}

fn read(platform: Platform, json: &str) -> Statement {
    adapt(platform, json.as_bytes(), None).unwrap()
}

fn gated(platform: Platform, json: &str, gates: &[u32]) -> Statement {
    adapt(platform, json.as_bytes(), Some(&cuts(gates))).unwrap()
}

fn refused(platform: Platform, json: &str) -> AdaptError {
    adapt(platform, json.as_bytes(), None).unwrap_err()
}

/// Lower and upper bound of a statement that has a claim.
fn band(said: &Statement) -> (u32, Option<u32>) {
    let interval = said.claim().unwrap().interval;
    (interval.lower(), interval.upper())
}

fn method(said: &Statement) -> AgeMethod {
    said.claim().unwrap().method
}

/// Pass, fail or undecided at a threshold, by the bounds alone (R-AGE-034).
fn verdict(said: &Statement, threshold: u32) -> &'static str {
    match said.claim().map(|claim| claim.interval) {
        Some(interval) if interval.lower() >= threshold => "pass",
        Some(interval) if interval.upper().is_some_and(|upper| upper <= threshold) => "fail",
        _ => "undecided",
    }
}

/// R-AGE-054.
#[test]
fn age_02_the_largest_number_of_windows_is_no_bound_and_null_is_unknown() {
    let adult = read(Platform::Windows, r#"{"Lower": 18, "Upper": 2147483647}"#);
    assert_eq!(band(&adult), (18, None));
    for null in [
        "null",
        r#"{"ageRange": null}"#,
        r#"{"Lower": null, "Upper": null}"#,
        r#"{"GetUserAgeRangeAsync": null, "verificationStatus": "Unverified"}"#,
    ] {
        let said = read(Platform::Windows, null);
        assert_eq!(
            (said.outcome(), said.claim()),
            (AgeOutcome::AgeUnknown, None),
            "{null}"
        );
    }
    let gates = cuts(&[13, 16, 18]);
    let said = adapt(Platform::Windows, b"null", Some(&gates)).unwrap();
    assert_eq!(said.claim(), None, "gates make no bracket of null");
}

/// R-AGE-054: of Amazon and Samsung; that of Play is beside it.
#[test]
fn age_05_a_verified_adult_of_a_store_has_the_bracket_of_every_other_and_its_own_method() {
    let amazon = r#"{"responseStatus": "SUCCESS", "userStatus": "VERIFIED", "ageLower": 18, "ageUpper": null}"#;
    let samsung = r#"{"result_code": 0, "userStatus": "VERIFIED", "ageLower": "18"}"#;
    let play_003 = r#"{"userStatus": 0, "ageLower": null, "ageUpper": null}"#;
    let play_004 = r#"{"ageRangeSource": "TIER_D", "ageLower": 18, "ageUpper": null}"#;
    let said = [
        (
            read(Platform::Amazon, amazon),
            AgeMethod::CheckedUndifferentiated,
        ),
        (
            read(Platform::Samsung, samsung),
            AgeMethod::CheckedUndifferentiated,
        ),
        (
            read(Platform::Play003, play_003),
            AgeMethod::CheckedUndifferentiated,
        ),
        (read(Platform::Play004, play_004), AgeMethod::Verified),
    ];
    for (said, known) in said {
        assert_eq!((band(&said), method(&said)), ((18, None), known));
    }
}

/// R-AGE-041: verification is about adulthood, and a child's range stays unverified.
#[test]
fn age_10_verified_on_windows_says_nothing_about_a_child() {
    let said = read(
        Platform::Windows,
        r#"{"ageRange": {"Lower": 13, "Upper": 15}, "verificationStatus": "Verified"}"#,
    );
    let claim = said.claim().unwrap();
    assert_eq!((band(&said), verdict(&said, 18)), ((13, Some(16)), "fail"));
    assert_eq!(
        (claim.method, claim.claim_scope),
        (AgeMethod::NotTold, AgeClaimScope::Range)
    );
    assert!(
        said.loss
            .iter()
            .any(|line| line.starts_with("verificationStatus: "))
    );
    let adult = read(
        Platform::Windows,
        r#"{"ageRange": {"Lower": 18, "Upper": 2147483647}, "verificationStatus": "Verified"}"#,
    );
    let claim = adult.claim().unwrap();
    assert_eq!(claim.claim_scope, AgeClaimScope::AdultOnly);
    assert_eq!(claim.method, AgeMethod::CheckedUndifferentiated);
}

/// R-AGE-054: membership is "at least".
#[test]
fn age_11_included_in_minor_is_not_a_minor() {
    for json in [
        r#"{"Minor": "Included"}"#,
        r#"{"consentGroups": {"minor": 1}}"#,
        r#"{"consentGroup": "Minor", "result": "Included"}"#,
    ] {
        let said = read(Platform::Windows, json);
        assert_eq!(band(&said), (13, None), "{json}");
        assert_eq!(verdict(&said, 18), "undecided", "{json}");
        assert_eq!(verdict(&said, 13), "pass", "{json}");
    }
    // Where the group of children ends at 16, somebody of 15 is not included either.
    let child = read(Platform::Windows, r#"{"Minor": "NotIncluded"}"#);
    assert_eq!(verdict(&child, 13), "undecided");
    assert_eq!(verdict(&child, 16), "fail");
}

/// R-AGE-054.
#[test]
fn age_12_an_operator_says_true_from_the_birthday_on_and_not_available_says_nothing() {
    let at_18 = read(
        Platform::Camara,
        r#"{"ageThreshold": 18, "ageCheck": "true"}"#,
    );
    assert_eq!(verdict(&at_18, 18), "pass");
    let gate = gated(Platform::Camara, r#"{"ageCheck": "true"}"#, &[18]);
    assert_eq!(band(&gate), (18, None));
    let below = read(
        Platform::Camara,
        r#"{"ageThreshold": 18, "ageCheck": "false"}"#,
    );
    assert_eq!(verdict(&below, 18), "fail");
    let none = gated(Platform::Camara, r#"{"ageCheck": "not_available"}"#, &[18]);
    assert_eq!(
        (none.outcome(), none.claim()),
        (AgeOutcome::AgeUnknown, None)
    );
}

/// R-AGE-033: no law is no evidence; the household's own rules do not look at this outcome.
#[test]
fn age_15_an_empty_status_of_amazon_is_not_regulated_and_nobody() {
    for json in [
        r#"{"responseStatus": "SUCCESS", "userStatus": ""}"#,
        r#"{"responseStatus": "SUCCESS", "userStatus": null, "ageLower": null}"#,
        r#"{"responseStatus": "SUCCESS", "userStatus": "", "ageLower": 18, "ageUpper": null}"#,
    ] {
        let said = read(Platform::Amazon, json);
        assert_eq!(said.outcome(), AgeOutcome::NotRegulated, "{json}");
        assert_eq!(verdict(&said, 18), "undecided", "{json}");
        assert_eq!(verdict(&said, 13), "undecided", "{json}");
    }
}

/// R-AGE-004.
#[test]
fn age_20_the_two_youngest_groups_of_windows_are_one_cell_of_us4() {
    for json in [
        r#"{"Lower": 0, "Upper": 9}"#,
        r#"{"Lower": 10, "Upper": 12}"#,
    ] {
        let said = gated(Platform::Windows, json, &[13, 16, 18]);
        assert_eq!(band(&said), (0, Some(13)), "{json}");
        assert!(said.claim().unwrap().exact_cell, "{json}");
    }
}

/// R-AGE-004: ISO/IEC 18013-5 lets a holder answer with the nearest claim, which says more.
#[test]
fn age_23_a_true_18_answers_16_and_is_told_as_16() {
    for json in [
        r#"{"age_over_18": true}"#,
        r#"{"eu.europa.ec.av.1": {"age_over_18": true}}"#,
        r#"{"age_equal_or_over": {"18": true}}"#,
    ] {
        let said = gated(Platform::Claims, json, &[16]);
        assert_eq!(band(&said), (16, None), "{json}");
    }
}

/// A proof of age has no other attribute (EU age verification, 4.1.2).
#[test]
fn age_24_an_attribute_more_refuses_a_proof_of_age() {
    for (json, pointer) in [
        (
            r#"{"eu.europa.ec.av.1": {"age_over_18": true, "birth_date": "1990-01-01"}}"#,
            "/eu.europa.ec.av.1/birth_date",
        ),
        (
            r#"{"docType": "eu.europa.ec.av.1", "age_over_18": true, "portrait": ""}"#,
            "/portrait",
        ),
        (
            r#"{"docType": "eu.europa.ec.av.1", "org.iso.18013.5.1": {"age_over_18": true}}"#,
            "/org.iso.18013.5.1",
        ),
    ] {
        assert_eq!(refused(Platform::Claims, json).pointer, pointer);
    }
    // Another document may have more, of which nothing is read.
    let licence = r#"{"org.iso.18013.5.1": {"age_over_18": true, "birth_date": "1990-01-01"}}"#;
    let said = read(Platform::Claims, licence);
    assert_eq!(band(&said), (18, None));
    assert!(
        said.loss
            .iter()
            .any(|line| line.starts_with("birth_date: "))
    );
}

/// R-AGE-053: anything but true sorted as false, or as true, would be a bracket out of nothing.
#[test]
fn age_25_a_claim_that_is_no_boolean_is_refused() {
    for value in ["\"true\"", "1", "0", "null", "[true]", "{}", "\"\""] {
        for json in [
            format!(r#"{{"age_over_18": {value}}}"#),
            format!(r#"{{"eu.europa.ec.av.1": {{"age_over_18": {value}}}}}"#),
            format!(r#"{{"age_equal_or_over": {{"18": {value}}}}}"#),
        ] {
            let pointer = refused(Platform::Claims, &json).pointer;
            assert!(pointer.ends_with("18"), "{json}: {pointer}");
        }
    }
}

/// What of it is about claims: the trust list and the signatures of mdoc and SD-JWT come later.
#[test]
fn age_26_a_claim_set_that_is_over_holds_no_more_and_a_long_life_is_told() {
    let proof = br#"{"docType": "eu.europa.ec.av.1", "nameSpaces": {"eu.europa.ec.av.1": {"age_over_18": true}},
        "validityInfo": {"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2026-05-01T00:00:00Z"}}"#;
    let (from, until) = (1_767_225_600, 1_777_593_600);
    for (now, holds) in [
        (from - 1, false),
        (from, true),
        (until - 1, true),
        (until, false),
    ] {
        assert_eq!(claims_hold(proof, now), Ok(holds), "{now}");
    }
    let said = adapt(Platform::Claims, proof, None).unwrap();
    assert!(
        said.loss
            .iter()
            .any(|line| line.starts_with("validUntil: ")),
        "120 days"
    );

    let token = br#"{"age_equal_or_over": {"18": true}, "nbf": 100, "exp": 200.5}"#;
    for (now, holds) in [(99, false), (100, true), (199, true), (200, false)] {
        assert_eq!(claims_hold(token, now), Ok(holds), "{now}");
    }
    assert_eq!(claims_hold(br#"{"age_over_18": true}"#, i64::MAX), Ok(true));
    assert!(claims_hold(br#"{"exp": "soon"}"#, 0).is_err());
    // What stands before the point of these is not the number of seconds.
    for odd in ["1e3", "9999999999.5e-9", "1.8E9", "1.5e400"] {
        let set = format!(r#"{{"age_over_18": true, "exp": {odd}, "nbf": {odd}}}"#);
        assert!(claims_hold(set.as_bytes(), 1_750_000_000).is_err(), "{odd}");
    }
    assert!(claims_hold(br#"{"exp": 1e400}"#, 0).is_err());
    assert!(claims_hold(b"[]", 0).is_err());
    assert_eq!(
        claims_hold(b"null", 0),
        Ok(true),
        "it says nothing that could end"
    );
}

/// Work grows with the text and not with its square, and what is told stays short.
#[test]
fn a_claim_set_of_thousands_of_names_costs_no_more_than_its_text() {
    let names: Vec<String> = (0..4_000).map(|n| format!(r#""n{n}":{{}}"#)).collect();
    let names = names.join(",");
    let start = std::time::Instant::now();
    for json in [
        format!(r#"{{"age_over_18": true, {names}}}"#),
        format!(r#"{{"age_over_18": true, "nameSpaces": {{{names}}}}}"#),
    ] {
        let said = read(Platform::Claims, &json);
        assert_eq!(band(&said), (18, None));
        assert!(said.loss.len() <= 32);
    }
    // A square of it takes seconds in a build for tests.
    assert!(start.elapsed().as_millis() < 1_000, "{:?}", start.elapsed());
    let long = format!(
        r#"{{"age_over_18": true, "x": "{}"}}"#,
        "y".repeat(64 << 10)
    );
    assert_eq!(refused(Platform::Claims, &long).pointer, "");
}
