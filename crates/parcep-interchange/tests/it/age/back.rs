//! Statements told to operators, wallets and Windows, and read again: never more than was said.

use parcep_core::age::{
    AgeAssurance, AgeClaimScope, AgeConsent, AgeInterval, AgeMethod, AgeOutcome, AgeSupervision,
    Claim, Cuts, Statement, coarsen,
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
    let assurances = proptest::sample::select(AgeAssurance::ALL);
    let scopes = proptest::sample::select(AgeClaimScope::ALL);
    let claims = (intervals(), methods, assurances, scopes).prop_map(
        |(interval, method, assurance, claim_scope)| {
            Statement::signal(Claim {
                claim_scope,
                ..Claim::new(interval, method, assurance)
            })
        },
    );
    let outcomes = proptest::sample::select(AgeOutcome::ALL).prop_map(Statement::without);
    let people = (
        proptest::sample::select(AgeSupervision::ALL),
        proptest::sample::select(AgeConsent::ALL),
    );
    (prop_oneof![4 => claims, 1 => outcomes], people).prop_map(|(mut said, people)| {
        (said.supervision, said.consent) = people;
        said
    })
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

/// Whether a claim may be told at all.
fn is_sound(said: &Statement) -> bool {
    let sound =
        |claim: &Claim| claim.claim_scope == AgeClaimScope::Range || claim.interval.lower() >= 18;
    said.consent != AgeConsent::Revoked && said.claim().is_some_and(sound)
}

/// What was read again claims no age that was not claimed, and knows it no more surely.
fn says_no_more(again: &Statement, said: &Statement) -> bool {
    let (Some(told), Some(claim)) = (again.claim(), said.claim()) else {
        return again.claim().is_none();
    };
    let sure = claim.assurance.max(AgeAssurance::Asserted);
    is_sound(said)
        && told.interval.covers(claim.interval)
        && told.assurance <= sure
        && (told.method != AgeMethod::Verified || claim.method == AgeMethod::Verified)
}

proptest! {
    /// R-AGE-033, R-AGE-034.
    #[test]
    fn an_operator_answers_what_the_bracket_decides_and_no_more(
        said in statements(), threshold in 1u32..=30,
    ) {
        let told = to_camara(&said, threshold).json;
        let Json::Object(mut members) = told.clone() else { panic!("an object") };
        members.push(("ageThreshold".to_owned(), Json::integer(threshold.into())));
        let again = adapt_json(Platform::Camara, &Json::Object(members), None).unwrap();
        prop_assert!(says_no_more(&again, &said));
        let decided = said.claim().is_some_and(|claim| {
            let (lower, upper) = (claim.interval.lower(), claim.interval.upper());
            lower >= threshold || upper.is_some_and(|upper| upper <= threshold)
        });
        prop_assert_eq!(again.claim().is_some(), decided && is_sound(&said));
        let check = told.member("ageCheck");
        let told = [Json::text("true"), Json::text("false")];
        prop_assert_eq!(again.claim().is_some(), check.is_some_and(|check| told.contains(check)));
    }

    /// R-AGE-004: what claims for cut points say is what coarsening to them says.
    #[test]
    fn claims_for_cut_points_are_the_coarsened_bracket(said in statements(), cuts in cut_sets()) {
        let told = to_claims(&said, &cuts).json;
        let again = adapt_json(Platform::Claims, &told, Some(&cuts)).unwrap();
        prop_assert!(says_no_more(&again, &said));
        let verified = |claim: &&Claim| {
            claim.method == AgeMethod::Verified && claim.assurance >= AgeAssurance::Enhanced
        };
        let claim = said.claim().filter(|_| is_sound(&said)).filter(verified);
        let want = claim.map(|claim| coarsen(claim.interval, &cuts).interval);
        let want = want.filter(|interval| interval.lower() > 0 || interval.upper().is_some());
        prop_assert_eq!(again.claim().map(|claim| claim.interval), want);
    }

    /// R-AGE-054: a group of Windows covers what was said, or no group is told.
    #[test]
    fn windows_is_told_one_of_its_groups_or_none(said in statements()) {
        let again = adapt_json(Platform::Windows, &to_windows(&said).json, None).unwrap();
        prop_assert!(says_no_more(&again, &said));
        if let Some(claim) = again.claim() {
            let groups = [(0, Some(10)), (10, Some(13)), (13, Some(16)), (16, Some(18)), (18, None)];
            let band = (claim.interval.lower(), claim.interval.upper());
            prop_assert!(groups.contains(&band));
        }
    }

    /// What is not told as a loss comes back.
    #[test]
    fn without_a_loss_windows_gives_the_statement_back(said in statements()) {
        let told = to_windows(&said);
        if told.loss.is_empty() {
            let again = adapt_json(Platform::Windows, &told.json, None).unwrap();
            prop_assert_eq!(again.outcome(), said.outcome());
            let axes = |claim: &Claim| (claim.interval, claim.method, claim.assurance, claim.claim_scope);
            prop_assert_eq!(again.claim().map(axes), said.claim().map(axes));
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
    for (said, status, lost) in [
        (revoked, "OptedOut", "consent: "),
        (contradictory, "NotApplicable", "claim_scope: "),
    ] {
        let camara = to_camara(&said, 18);
        let want = r#"{"ageCheck":"not_available","verifiedStatus":false}"#;
        assert_eq!(canonical(&camara.json), want);
        let claims = to_claims(&said, &cuts);
        assert_eq!(canonical(&claims.json), "{}");
        let windows = to_windows(&said);
        let want = format!(r#"{{"ageRange":null,"verificationStatus":"{status}"}}"#);
        assert_eq!(canonical(&windows.json), want);
        for told in [camara, claims, windows] {
            assert!(
                told.loss.iter().any(|line| line.starts_with(lost)),
                "{status}"
            );
        }
    }
}

/// R-AGE-034: at the threshold itself it is true, and false below it.
#[test]
fn age_12_back_to_an_operator_the_birthday_counts() {
    for (band, threshold, want) in [
        ((18, None), 18, "true"),
        ((18, None), 17, "true"),
        ((18, None), 19, "not_available"),
        ((13, Some(18)), 18, "false"),
        ((13, Some(18)), 17, "not_available"),
        ((13, Some(18)), 13, "true"),
    ] {
        let band = AgeInterval::new(band.0, band.1).unwrap();
        let claim = Claim::new(band, AgeMethod::Verified, AgeAssurance::Standard);
        let told = to_camara(&Statement::signal(claim), threshold).json;
        assert_eq!(
            told.member("ageCheck"),
            Some(&Json::text(want)),
            "{band:?} {threshold}"
        );
    }
}

/// Who only declared an age gets no claim that reads as verified, and no verified adult.
#[test]
fn a_declared_age_is_not_laundered_into_a_verified_one() {
    let adult = AgeInterval::new(18, None).unwrap();
    let said = Statement::signal(Claim::new(
        adult,
        AgeMethod::SelfDeclared,
        AgeAssurance::Asserted,
    ));
    let claims = to_claims(&said, &Cuts::new(vec![18]).unwrap());
    assert_eq!(canonical(&claims.json), "{}");
    let camara = to_camara(&said, 18);
    assert_eq!(
        camara.json.member("verifiedStatus"),
        Some(&Json::Bool(false))
    );
    let windows = to_windows(&said);
    let status = windows.json.member("verificationStatus");
    assert_eq!(status, Some(&Json::text("Unverified")));
    for told in [claims, camara, windows] {
        assert!(told.loss.iter().any(|line| line.starts_with("method: ")));
    }
}

/// R-AGE-041.
#[test]
fn a_verified_adult_survives_the_way_to_windows_and_back() {
    let json =
        br#"{"ageRange": {"Lower": 18, "Upper": 2147483647}, "verificationStatus": "Verified"}"#;
    let said = adapt(Platform::Windows, json, None).unwrap();
    let told = to_windows(&said);
    assert!(told.loss.is_empty());
    let told = told.json;
    assert_eq!(adapt_json(Platform::Windows, &told, None).unwrap(), said);
    let again = canonical(&told);
    assert_eq!(
        again,
        r#"{"ageRange":{"Lower":18,"Upper":2147483647},"verificationStatus":"Verified"}"#
    );
}
