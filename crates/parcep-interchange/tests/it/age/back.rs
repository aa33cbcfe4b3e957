//! Statements told to operators, wallets and Windows, and read again: never more than was said.

use parcep_core::age::{
    AgeAssurance, AgeClaimScope, AgeConsent, AgeInterval, AgeMethod, AgeOutcome, Claim, Cuts,
    Statement, coarsen,
};
use parcep_interchange::age::{Platform, adapt, adapt_json, to_camara, to_claims, to_windows};
use parcep_interchange::json::{Json, canonical};
use proptest::prelude::*;

fn intervals() -> impl Strategy<Value = AgeInterval> {
    (0u32..=40, proptest::option::of(1u32..=41)).prop_map(|(lower, upper)| {
        AgeInterval::new(lower, upper.filter(|upper| *upper > lower)).unwrap()
    })
}

fn statements() -> impl Strategy<Value = Statement> {
    let methods = proptest::sample::select(AgeMethod::ALL);
    let claims = (intervals(), methods)
        .prop_map(|(interval, method)| Claim::new(interval, method, AgeAssurance::Asserted))
        .prop_map(Statement::signal);
    let outcomes = proptest::sample::select(AgeOutcome::ALL).prop_map(Statement::without);
    prop_oneof![4 => claims, 1 => outcomes]
}

fn cut_sets() -> impl Strategy<Value = Cuts> {
    proptest::sample::select(vec![
        vec![18],
        vec![13, 16, 18],
        vec![10, 13],
        vec![1, 21],
        vec![9],
    ])
    .prop_map(|cuts| Cuts::new(cuts).unwrap())
}

/// Whether what was read again claims no age that was not claimed.
fn says_no_more(again: &Statement, said: &Statement) -> bool {
    match (again.claim(), said.claim()) {
        (None, _) => true,
        (Some(again), Some(said)) => again.interval.covers(said.interval),
        (Some(_), None) => false,
    }
}

proptest! {
    /// R-AGE-033, R-AGE-034.
    #[test]
    fn an_operator_answers_what_the_bracket_decides_and_no_more(
        said in statements(), threshold in 1u32..=30,
    ) {
        let told = to_camara(&said, threshold);
        let Json::Object(mut members) = told.clone() else { panic!("an object") };
        members.push(("ageThreshold".to_owned(), Json::integer(threshold.into())));
        let again = adapt_json(Platform::Camara, &Json::Object(members), None).unwrap();
        prop_assert!(says_no_more(&again, &said));
        let decided = said.claim().is_some_and(|claim| {
            let (lower, upper) = (claim.interval.lower(), claim.interval.upper());
            lower >= threshold || upper.is_some_and(|upper| upper <= threshold)
        });
        prop_assert_eq!(again.claim().is_some(), decided);
        let check = told.member("ageCheck").cloned();
        prop_assert_eq!(decided, check != Some(Json::text("not_available")));
    }

    /// R-AGE-004: what claims for cut points say is what coarsening to them says.
    #[test]
    fn claims_for_cut_points_are_the_coarsened_bracket(said in statements(), cuts in cut_sets()) {
        let told = to_claims(&said, &cuts);
        let again = adapt_json(Platform::Claims, &told, Some(&cuts)).unwrap();
        prop_assert!(says_no_more(&again, &said));
        let want = said.claim().map(|claim| coarsen(claim.interval, &cuts).interval);
        let want = want.filter(|interval| interval.lower() > 0 || interval.upper().is_some());
        prop_assert_eq!(again.claim().map(|claim| claim.interval), want);
    }

    /// R-AGE-054: a group of Windows covers what was said, or no group is told.
    #[test]
    fn windows_is_told_one_of_its_groups_or_none(said in statements()) {
        let again = adapt_json(Platform::Windows, &to_windows(&said), None).unwrap();
        prop_assert!(says_no_more(&again, &said));
        if let Some(claim) = again.claim() {
            let groups = [(0, Some(10)), (10, Some(13)), (13, Some(16)), (16, Some(18)), (18, None)];
            let band = (claim.interval.lower(), claim.interval.upper());
            prop_assert!(groups.contains(&band));
        }
    }

    /// R-AGE-053: whatever the numbers, a bracket lies in the range of ages or there is none.
    #[test]
    fn extreme_numbers_are_refused_or_bounded(lower in any::<i64>(), upper in any::<i64>()) {
        let numbers = [
            (Platform::Amazon, format!(r#"{{"responseStatus": "SUCCESS", "userStatus": "SUPERVISED", "ageLower": {lower}, "ageUpper": {upper}}}"#)),
            (Platform::Samsung, format!(r#"{{"result_code": 0, "userStatus": "VERIFIED", "ageLower": "{lower}", "ageUpper": "{upper}"}}"#)),
            (Platform::Windows, format!(r#"{{"Lower": {lower}, "Upper": {upper}}}"#)),
            (Platform::Camara, format!(r#"{{"ageThreshold": {lower}, "ageCheck": "true"}}"#)),
            (Platform::Claims, format!(r#"{{"age_equal_or_over": {{"{lower}": true, "{upper}": false}}}}"#)),
        ];
        for (platform, json) in numbers {
            let Ok(said) = adapt(platform, json.as_bytes(), None) else { continue };
            if let Some(claim) = said.claim() {
                prop_assert!((0..=120).contains(&lower), "{}", json);
                prop_assert!(i64::from(claim.interval.lower()) == lower, "{}", json);
            }
        }
    }
}

/// R-AGE-045.
#[test]
fn nothing_is_passed_on_of_what_was_revoked_or_contradicts_itself() {
    let adult = AgeInterval::new(18, None).unwrap();
    let claim = Claim::new(adult, AgeMethod::Verified, AgeAssurance::Enhanced);
    let mut revoked = Statement::signal(claim.clone());
    revoked.consent = AgeConsent::Revoked;
    let contradictory = Statement::signal(Claim {
        interval: AgeInterval::new(13, Some(16)).unwrap(),
        claim_scope: AgeClaimScope::AdultOnly,
        ..claim
    });
    let cuts = Cuts::new(vec![13, 18]).unwrap();
    for said in [revoked, contradictory] {
        let told = canonical(&to_camara(&said, 18));
        assert_eq!(
            told,
            r#"{"ageCheck":"not_available","verifiedStatus":false}"#
        );
        assert_eq!(canonical(&to_claims(&said, &cuts)), "{}");
        let told = canonical(&to_windows(&said));
        assert_eq!(
            told,
            r#"{"ageRange":null,"verificationStatus":"NotApplicable"}"#
        );
    }
}

/// R-AGE-041.
#[test]
fn a_verified_adult_survives_the_way_to_windows_and_back() {
    let json =
        br#"{"ageRange": {"Lower": 18, "Upper": 2147483647}, "verificationStatus": "Verified"}"#;
    let said = adapt(Platform::Windows, json, None).unwrap();
    let told = to_windows(&said);
    assert_eq!(adapt_json(Platform::Windows, &told, None).unwrap(), said);
    let again = canonical(&told);
    assert_eq!(
        again,
        r#"{"ageRange":{"Lower":18,"Upper":2147483647},"verificationStatus":"Verified"}"#
    );
}
