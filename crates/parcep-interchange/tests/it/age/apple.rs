//! Apple: bounds by gates, declarations of every version, and what bridges make of them.

use parcep_core::age::{
    AgeAssurance, AgeConsent, AgeMethod, AgeOutcome, AgeSupervision, DeclarantCheck,
};
use parcep_core::reason::Reason;
use parcep_interchange::age::Platform::Apple;

use super::{GATES, band, claim, outcome, passes, read, said};

fn bounds(lower: &str, upper: &str) -> String {
    format!(
        r#"{{"response": "sharing", "range": {{"lowerBound": {lower}, "upperBound": {upper}}}}}"#
    )
}

fn declared(how: &str) -> String {
    format!(r#"{{"lowerBound": 18, "upperBound": null, "ageRangeDeclaration": {how}}}"#)
}

/// R-AGE-054: exclusive if the bound is a gate, inclusive if it is one below.
#[test]
fn age_03_gates_13_16_18_give_their_cells() {
    let rows = [
        ("null", "13", (0, Some(13), true)),
        ("null", "12", (0, Some(13), true)),
        ("13", "16", (13, Some(16), true)),
        ("13", "15", (13, Some(16), true)),
        ("16", "18", (16, Some(18), true)),
        ("16", "17", (16, Some(18), true)),
        ("18", "null", (18, None, true)),
        ("0", "13", (0, Some(13), true)),
    ];
    for (lower, upper, want) in rows {
        assert_eq!(
            band(Apple, &bounds(lower, upper), GATES),
            want,
            "{lower} to {upper}"
        );
    }
    assert_eq!(
        band(Apple, r#"{"sharing": {"lowerBound": null}}"#, GATES),
        (0, Some(13), true)
    );
}

/// Where two gates are above an age the documentation names the highest; the range is the cell.
#[test]
fn from_a_gate_the_range_goes_to_the_next_gate() {
    assert_eq!(
        band(Apple, &bounds("13", "18"), GATES),
        (13, Some(16), true)
    );
    assert_eq!(
        band(Apple, &bounds("null", "18"), GATES),
        (0, Some(13), true)
    );
    assert_eq!(
        band(Apple, &bounds("16", "null"), GATES),
        (16, None, false),
        "no upper bound at all"
    );
    assert_eq!(
        band(Apple, &bounds("18", "18"), GATES),
        (18, Some(19), false)
    );
}

/// R-AGE-054: a region sets other bounds; they are kept in the wider reading.
#[test]
fn age_04_bounds_that_are_no_gates_are_kept_and_not_exact() {
    let rows = [
        ("14", "17", (14, Some(18), false)),
        ("15", "16", (15, Some(16), false)),
        ("13", "14", (13, Some(15), false)),
        ("21", "null", (21, None, false)),
        ("null", "14", (0, Some(15), false)),
    ];
    for (lower, upper, want) in rows {
        assert_eq!(
            band(Apple, &bounds(lower, upper), GATES),
            want,
            "{lower} to {upper}"
        );
    }
    assert_eq!(
        band(Apple, &bounds("13", "16"), &[]),
        (13, Some(17), false),
        "no gates are known"
    );
    assert_eq!(band(Apple, &bounds("18", "null"), &[]), (18, None, false));
}

/// R-AGE-053.
#[test]
fn age_08_a_new_case_is_not_told_and_asserted() {
    for how in [r#""quantumChecked""#, "7", "null", r#""unknown""#] {
        let claim = claim(Apple, &declared(how), GATES);
        assert_eq!(
            (claim.method, claim.assurance),
            (AgeMethod::NotTold, AgeAssurance::Asserted),
            "{how}"
        );
        assert_eq!(claim.interval.lower(), 18, "{how}");
    }
    assert_eq!(
        outcome(Apple, r#"{"response": "deferred", "lowerBound": 18}"#),
        AgeOutcome::AgeUnknown
    );
}

/// R-AGE-011: the check is of the adult, and changes neither method nor assurance.
#[test]
fn age_09_a_checked_guardian_still_only_declares() {
    let rows = [
        ("guardianDeclared", DeclarantCheck::NotTold),
        ("guardianPaymentChecked", DeclarantCheck::Payment),
        ("guardianGovernmentIDChecked", DeclarantCheck::GovId),
        ("guardianCheckedByOtherMethod", DeclarantCheck::Other),
    ];
    for (how, check) in rows {
        let claim = claim(Apple, &declared(&format!(r#""{how}""#)), GATES);
        assert_eq!(
            (claim.method, claim.assurance),
            (AgeMethod::GuardianDeclared, AgeAssurance::Basic),
            "{how}"
        );
        assert_eq!(claim.declarant_check, check, "{how}");
    }
}

/// A plugin makes one word of all checked cases.
#[test]
fn checked_declarations_do_not_collapse() {
    let rows = [
        (
            "selfDeclared",
            AgeMethod::SelfDeclared,
            AgeAssurance::Asserted,
        ),
        (
            "paymentChecked",
            AgeMethod::Inferred,
            AgeAssurance::Standard,
        ),
        (
            "governmentIDChecked",
            AgeMethod::Verified,
            AgeAssurance::Enhanced,
        ),
        (
            "checkedByOtherMethod",
            AgeMethod::CheckedUndifferentiated,
            AgeAssurance::Standard,
        ),
        (
            "confirmed",
            AgeMethod::CheckedUndifferentiated,
            AgeAssurance::Standard,
        ),
    ];
    for (how, method, assurance) in rows {
        let snake: String = how
            .chars()
            .flat_map(|c| {
                c.is_uppercase()
                    .then_some('_')
                    .into_iter()
                    .chain([c.to_ascii_uppercase()])
            })
            .collect();
        for spelling in [how.to_owned(), how.to_uppercase(), snake] {
            let claim = claim(Apple, &declared(&format!(r#""{spelling}""#)), GATES);
            assert_eq!(
                (claim.method, claim.assurance),
                (method, assurance),
                "{spelling}"
            );
            assert_eq!(claim.declarant_check, DeclarantCheck::NotSaid);
        }
    }
}

/// R-AGE-033: declined is refused, and why a range is not available nobody knows.
#[test]
fn age_14_declined_is_refused_and_not_available_is_unknown() {
    for json in [
        r#"{"response": "declinedSharing"}"#,
        r#"{"status": "DECLINED_SHARING"}"#,
        r#"{"declinedSharing": {}}"#,
        r#"{"response": {"declinedSharing": {}}}"#,
        r#"{"status": "declined", "ageLower": 18}"#,
        r#"{"shared": false, "lowerBound": 18}"#,
    ] {
        assert_eq!(outcome(Apple, json), AgeOutcome::Refused, "{json}");
        assert!(!passes(Apple, json, 13));
    }
    let errors = [
        ("notAvailable", AgeOutcome::AgeUnknown),
        ("NOT_AVAILABLE", AgeOutcome::AgeUnknown),
        ("invalidRequest", AgeOutcome::InvalidRequest),
        ("invalidAccount", AgeOutcome::AccountIneligible),
        ("declinedOnboarding", AgeOutcome::Refused),
        ("somethingNew", AgeOutcome::AgeUnknown),
    ];
    for (error, want) in errors {
        for json in [
            format!(r#"{{"error": "{error}", "lowerBound": 18}}"#),
            format!(r#"{{"error": {{"code": "{error}", "message": "m"}}}}"#),
            format!(r#"{{"errorCode": "{error}"}}"#),
        ] {
            assert_eq!(outcome(Apple, &json), want, "{json}");
        }
    }
}

/// A web stub of a plugin answers `{ lowerBound: 18 }` everywhere. Nothing in it can be told from
/// an answer, so it never counts as more than asserted; what says that there is no such system is
/// believed.
#[test]
fn age_16_an_unsupported_platform_is_no_adult() {
    for json in [
        r#"{"error": "UNSUPPORTED_PLATFORM"}"#,
        r#"{"error": {"code": "UNSUPPORTED_PLATFORM"}, "lowerBound": 18}"#,
    ] {
        assert_eq!(outcome(Apple, json), AgeOutcome::Unsupported, "{json}");
    }
    let stub = claim(
        Apple,
        r#"{"lowerBound": 18, "activeParentalControls": []}"#,
        GATES,
    );
    assert_eq!(
        (stub.method, stub.assurance),
        (AgeMethod::NotTold, AgeAssurance::Asserted)
    );
    for nothing in [
        "{}",
        r#"{"activeParentalControls": []}"#,
        r#"{"response": "sharing"}"#,
    ] {
        assert_eq!(outcome(Apple, nothing), AgeOutcome::AgeUnknown, "{nothing}");
    }
}

/// Missing is missing: neither an adult nor a child (R-AGE-053).
#[test]
fn a_missing_range_is_neither_an_adult_nor_a_child() {
    for json in [
        r#"{"response": "sharing", "range": {}}"#,
        r#"{"isEligibleForAgeFeatures": true}"#,
        r#"{"isEligibleForAgeFeatures": null}"#,
        r#"{"requiredRegulatoryFeatures": ["declaredAgeRangeRequired"]}"#,
    ] {
        assert_eq!(outcome(Apple, json), AgeOutcome::AgeUnknown, "{json}");
    }
    assert_eq!(
        read(Apple, r#"{"sharing": {"lowerBound": null}}"#, &[])
            .unwrap()
            .claim(),
        None
    );
}

/// No duty of law says nothing about an age (R-AGE-033).
#[test]
fn no_regulatory_feature_is_not_regulated_unless_a_range_is_shared() {
    for json in [
        r#"{"isEligibleForAgeFeatures": false}"#,
        r#"{"requiredRegulatoryFeatures": []}"#,
    ] {
        assert_eq!(outcome(Apple, json), AgeOutcome::NotRegulated, "{json}");
    }
    let shared = r#"{"isEligibleForAgeFeatures": false, "lowerBound": 16, "upperBound": 18}"#;
    assert_eq!(band(Apple, shared, GATES), (16, Some(18), true));
}

#[test]
fn every_bridge_says_the_same() {
    let want = (13, Some(16), true);
    for json in [
        r#"{"lowerBound": 13, "upperBound": 16, "ageRangeDeclaration": "guardianDeclared", "activeParentalControls": ["communicationLimits"], "installId": null}"#,
        r#"{"status": "SHARING", "ageLower": 13, "ageUpper": 16, "declarationSource": "GUARDIAN_DECLARED", "communicationLimits": true}"#,
        r#"{"status": "supervised", "ageLower": 13, "ageUpper": 16, "source": "guardianDeclared", "activeParentalControls": ["communicationLimits"]}"#,
        r#"{"status": "guardianDeclared", "lowerBound": 13, "upperBound": 16, "activeParentalControls": ["communicationLimits"]}"#,
        r#"{"response": {"sharing": {"range": {"lowerBound": 13, "upperBound": 16, "ageRangeDeclaration": "guardianDeclared", "activeParentalControls": ["communicationLimits"]}}}}"#,
        r#"{"sharing": {"_0": {"LowerBound": 13, "UpperBound": 16, "AgeRangeDeclaration": "GuardianDeclared", "communicationLimits": true}}}"#,
    ] {
        assert_eq!(band(Apple, json, GATES), want, "{json}");
        assert_eq!(
            claim(Apple, json, GATES).method,
            AgeMethod::GuardianDeclared,
            "{json}"
        );
        assert_eq!(
            said(Apple, json, GATES).supervision,
            AgeSupervision::Supervised,
            "{json}"
        );
    }
}

/// A bridge calls everybody over the highest gate verified; the word is not believed.
#[test]
fn a_verdict_of_a_bridge_changes_no_method() {
    let json =
        r#"{"status": "verified", "ageLower": 18, "ageUpper": null, "source": "selfDeclared"}"#;
    assert_eq!(claim(Apple, json, GATES).method, AgeMethod::SelfDeclared);
    let young =
        r#"{"status": "verified", "ageLower": null, "ageUpper": 13, "source": "selfDeclared"}"#;
    assert!(!passes(Apple, young, 18));
}

/// An empty set may also be an age outside of what is reported.
#[test]
fn no_controls_are_no_statement_about_supervision() {
    for controls in ["[]", "null", r#"["moonLimits"]"#] {
        let json = format!(
            r#"{{"lowerBound": 13, "upperBound": 16, "activeParentalControls": {controls}}}"#
        );
        assert_eq!(
            said(Apple, &json, GATES).supervision,
            AgeSupervision::NotReported,
            "{controls}"
        );
    }
}

/// R-AGE-042, R-AGE-045: only an answer grants, and a rescinded consent wins.
#[test]
fn significant_updates_and_notices_are_consent_and_never_a_bracket() {
    let rows = [
        (r#""approval""#, AgeConsent::Granted),
        (r#"{"choice": "approval"}"#, AgeConsent::Granted),
        (r#"{"answer": "denial"}"#, AgeConsent::Denied),
        (r#""asked""#, AgeConsent::Pending),
        ("{}", AgeConsent::Pending),
        ("null", AgeConsent::NotReported),
    ];
    for (update, want) in rows {
        let json =
            format!(r#"{{"lowerBound": 13, "upperBound": 16, "significantAppUpdate": {update}}}"#);
        let statement = said(Apple, &json, GATES);
        assert_eq!(statement.consent, want, "{update}");
        assert_eq!(
            statement.claim().and_then(|claim| claim.interval.upper()),
            Some(16)
        );
    }
    let notice = r#"{"notificationType": "RESCIND_CONSENT", "significantAppUpdate": "approval"}"#;
    assert_eq!(said(Apple, notice, GATES).consent, AgeConsent::Revoked);
    assert_eq!(outcome(Apple, notice), AgeOutcome::AgeUnknown);
}

#[test]
fn wrong_types_and_contradictions_are_malformed_with_the_pointer() {
    let rows = [
        (bounds("\"13\"", "16"), "/range/lowerBound"),
        (bounds("-13", "16"), "/range/lowerBound"),
        (bounds("16", "13"), "/range/upperBound"),
        (bounds("16", "[]"), "/range/upperBound"),
        (r#"{"range": [13, 16]}"#.into(), "/range"),
        (r#"{"lowerBound": 13, "ageLower": 16}"#.into(), "/ageLower"),
        (
            r#"{"activeParentalControls": "communicationLimits"}"#.into(),
            "/activeParentalControls",
        ),
        (
            r#"{"sharing": {}, "declinedSharing": {}}"#.into(),
            "/declinedSharing",
        ),
        (
            r#"{"isEligibleForAgeFeatures": "no"}"#.into(),
            "/isEligibleForAgeFeatures",
        ),
        (r#"{"response": true}"#.into(), "/response"),
    ];
    for (json, pointer) in rows {
        let error = read(Apple, &json, GATES).unwrap_err();
        assert_eq!(
            (error.reason(), error.pointer.as_str()),
            (Reason::Malformed, pointer),
            "{json}"
        );
    }
}

/// R-AGE-033: where nothing is told, bridges write two nulls, also for who no law asks about.
#[test]
fn two_nulls_make_no_child() {
    for (json, want) in [
        (
            r#"{"lowerBound": null, "upperBound": null}"#,
            AgeOutcome::AgeUnknown,
        ),
        (r#"{"upperBound": null}"#, AgeOutcome::AgeUnknown),
        (
            r#"{"response": "sharing", "range": {"lowerBound": null, "upperBound": null}}"#,
            AgeOutcome::AgeUnknown,
        ),
        (
            r#"{"status": null, "ageLower": null, "ageUpper": null}"#,
            AgeOutcome::AgeUnknown,
        ),
        (
            r#"{"isEligible": false, "ageLower": null, "ageUpper": null, "status": null}"#,
            AgeOutcome::NotRegulated,
        ),
    ] {
        assert_eq!(outcome(Apple, json), want, "{json}");
    }
}
