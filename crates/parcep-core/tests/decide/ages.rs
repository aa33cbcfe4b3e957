//! Age gates, from what a source says to the decision.

use parcep_core::age::{
    AgeAssurance, AgeAssuranceScheme, AgeConsent, AgeInterval, AgePurpose, AgeSignal, Cuts, coarsen,
};
use parcep_core::decide::KnownAge;
use serde_json::{Value, json};

use crate::asked::Household;

/// Social networks from 16 on; `more` are further members of the gate.
fn household(more: Value) -> Household {
    let mut gate =
        json!({"id": "social", "target": {"category": "social_media"}, "minimum_age": 16});
    let members = gate.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    Household::of(json!({"layers": [{"author": {"guardian": "g1"}, "age": {"gates": [gate]}}]}))
}

fn says(household: &Household, statement: Value) -> String {
    let known = json!({"categories": ["social_media"], "age": statement});
    household.says("app:pcps/Talk", known)
}

/// R-EVAL-056, R-AGE-033: that no law asks for an age is no age, and the household's rules still hold.
#[test]
fn age_15_where_no_law_asks_for_an_age_the_policy_of_the_household_still_holds() {
    let asks = household(json!({}));
    let blocks = household(json!({"on_unknown": "block"}));
    let outcomes = [
        "not_regulated",
        "refused",
        "age_unknown",
        "verification_required",
        "account_ineligible",
        "temporarily_unavailable",
        "unsupported",
        "not_owned",
        "invalid_request",
        "insufficient_assurance",
    ];
    for outcome in outcomes {
        // A bracket beside another outcome than a signal is none.
        let said = || json!({"outcome": outcome, "lower": 18});
        assert_eq!(
            says(&asks, said()),
            "ask age_unknown g1:social",
            "{outcome}"
        );
        assert_eq!(
            says(&blocks, said()),
            "deny age_unknown g1:social",
            "{outcome}"
        );
    }
}

/// R-EVAL-056, R-AGE-049: a signal of a low assurance closes, and never opens.
#[test]
fn a_signal_opens_or_closes_by_its_bounds_and_its_assurance() {
    let signal = |lower: u32, upper: Option<u32>, assurance: &str| {
        json!({"outcome": "signal", "lower": lower, "upper": upper, "method": "verified",
               "assurance": assurance})
    };
    let any = household(json!({}));
    let sure = household(json!({"least_assurance": "standard"}));
    let table = [
        (&any, signal(13, Some(16), "asserted"), "deny age g1:social"),
        (&any, signal(16, None, "asserted"), "allow allowed"),
        (
            &any,
            signal(13, Some(18), "strict"),
            "ask age_unknown g1:social",
        ),
        (
            &sure,
            signal(18, None, "basic"),
            "ask age_unknown g1:social",
        ),
        (&sure, signal(18, None, "standard"), "allow allowed"),
        (&sure, signal(0, Some(13), "asserted"), "deny age g1:social"),
    ];
    for (household, statement, expected) in table {
        assert_eq!(says(household, statement), expected);
    }
}

/// R-AGE-041, R-AGE-045: a claim that contradicts itself, or that was revoked, opens nothing.
#[test]
fn a_contradictory_or_revoked_claim_is_no_age() {
    let any = household(json!({}));
    let claim = |more: Value| {
        let mut said = json!({"outcome": "signal", "lower": 16, "method": "verified",
                              "assurance": "enhanced"});
        let members = said.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        said
    };
    assert_eq!(says(&any, claim(json!({}))), "allow allowed");
    for more in [
        json!({"claim_scope": "adult_only"}),
        json!({"consent": "revoked"}),
    ] {
        assert_eq!(says(&any, claim(more)), "ask age_unknown g1:social");
    }
}

/// R-EVAL-056, R-AGE-011: an assurance on another scale is not told, and no scale is made into another.
#[test]
fn an_assurance_on_another_scale_is_not_told_to_a_gate() {
    let cuts = Cuts::new(vec![16]).unwrap();
    let known = coarsen(AgeInterval::new(18, None).unwrap(), &cuts);
    let mut signal = AgeSignal::new(known, "app", AgePurpose::ConsentFlow);
    signal.assurance = AgeAssurance::Strict;
    let told = KnownAge::told_by(&signal).unwrap();
    assert_eq!(
        (told.interval.lower(), told.assurance),
        (16, AgeAssurance::Strict)
    );
    signal.assurance_scheme = AgeAssuranceScheme::PlayTier;
    let told = KnownAge::told_by(&signal).unwrap();
    assert_eq!(told.assurance, AgeAssurance::NotTold);
    signal.guardianship.consent = AgeConsent::Revoked;
    assert_eq!(KnownAge::told_by(&signal), None);
}
