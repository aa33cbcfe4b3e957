use super::*;
use crate::age::party::Regime;
use proptest::prelude::*;
use proptest::sample::select;

const STORE: Source = (Some(IssuerRole::AppStore), false);
const PROVIDER: Source = (Some(IssuerRole::AgeProvider), false);
const OWN: Source = (None, false);
const CONTRARY: Source = (None, true);

/// Role, and whether it is clear contrary information.
type Source = (Option<IssuerRole>, bool);

fn cell(lower: u32, upper: impl Into<Option<u32>>) -> AgeInterval {
    AgeInterval::new(lower, upper.into()).unwrap()
}

fn claim(interval: AgeInterval, assurance: AgeAssurance, (role, contrary): Source) -> Evidence {
    Evidence {
        interval,
        method: AgeMethod::CheckedUndifferentiated,
        assurance,
        binding: AgeBinding::DeviceAccount,
        role,
        contrary,
        not_after: 1_000,
    }
}

fn basic(interval: AgeInterval, source: Source) -> Evidence {
    claim(interval, AgeAssurance::Basic, source)
}

fn known(claims: &[Evidence], place: &str) -> Option<AgeInterval> {
    match resolve(claims, Regime::of(place).row(), 0) {
        Resolution::Known(resolved) => Some(resolved.interval()),
        Resolution::Unknown => None,
        Resolution::NoticeDue(_) => panic!("no notice is due here"),
    }
}

fn at(years: u32) -> Threshold {
    Threshold::new(years).unwrap()
}

/// Conflict table (a): what is over is dropped. R-AGE-047
#[test]
fn age_41_a_claim_that_is_over_says_nothing() {
    let old = Evidence {
        not_after: 10,
        ..basic(cell(13, 16), STORE)
    };
    let new = basic(cell(16, 18), PROVIDER);
    let regime = Regime::default();
    let resolved = |now| resolve(&[old, new], regime.row(), now).judge(at(16));
    assert_eq!(resolved(9).verdict, Verdict::Fail);
    assert_eq!(resolved(10).verdict, Verdict::Pass);
    assert_eq!(
        resolve(&[old, new], regime.row(), 1_000),
        Resolution::Unknown
    );
    assert_eq!(resolve(&[], regime.row(), 0), Resolution::Unknown);
}

/// Conflict table (b): the highest assurance, intersected. R-AGE-047
#[test]
fn age_41_claims_of_the_highest_assurance_are_intersected() {
    let claims = [
        basic(cell(13, 18), STORE),
        basic(cell(16, None), PROVIDER),
        claim(cell(0, 13), AgeAssurance::Asserted, OWN),
    ];
    assert_eq!(known(&claims, ""), Some(cell(16, 18)));
    assert_eq!(known(&claims, "US-CA"), Some(cell(16, 18)));
}

/// Conflict table (c): the regime's rule. R-AGE-048
#[test]
fn age_41_the_store_and_the_partys_own_claim_contradict_under_utah_and_california() {
    let store = basic(cell(16, 18), STORE);
    let own = basic(cell(13, 16), OWN);
    assert_eq!(known(&[store, own], "US-UT"), Some(cell(13, 16)));
    assert_eq!(known(&[store, own], "US-CA"), Some(cell(16, 18)));
    let contrary = basic(cell(13, 16), CONTRARY);
    assert_eq!(known(&[store, contrary], "US-CA"), Some(cell(13, 16)));
    assert_eq!(known(&[store, contrary], "US-UT"), Some(cell(13, 16)));
    // Contrary information counts both ways, and lowest wins where the platform says nothing.
    let older = basic(cell(18, None), CONTRARY);
    assert_eq!(known(&[store, older], "US-CA"), Some(cell(18, None)));
    assert_eq!(known(&[store, older], "US-UT"), Some(cell(16, 18)));
    let provider = basic(cell(16, 18), PROVIDER);
    assert_eq!(known(&[provider, older], "US-CA"), Some(cell(16, 18)));
}

/// R-AGE-048: of several primary ones the lowest.
#[test]
fn of_several_primary_claims_the_lowest_counts() {
    let system = basic(cell(13, 16), (Some(IssuerRole::DeviceOs), false));
    let claims = [basic(cell(16, 18), STORE), system, basic(cell(0, 13), OWN)];
    assert_eq!(known(&claims, "US-CA"), Some(cell(13, 16)));
    let same_lower = [
        basic(cell(13, None), STORE),
        basic(cell(13, 16), PROVIDER),
        basic(cell(18, None), PROVIDER),
    ];
    assert_eq!(known(&same_lower, "US-UT"), Some(cell(13, 16)));
}

/// Conflict table (d): less assurance never opens, and may keep a protection on. R-AGE-049
#[test]
fn age_42_an_adult_with_low_assurance_does_not_outweigh_a_verified_minor() {
    let adult = claim(cell(18, None), AgeAssurance::Asserted, OWN);
    let minor = Evidence {
        method: AgeMethod::Verified,
        ..claim(cell(13, 16), AgeAssurance::Enhanced, PROVIDER)
    };
    assert_eq!(known(&[adult, minor], ""), Some(cell(13, 16)));
    let resolution = resolve(&[adult, minor], Regime::default().row(), 0);
    assert_eq!(resolution.judge(at(18)).verdict, Verdict::Fail);

    let verified = claim(cell(18, None), AgeAssurance::Enhanced, PROVIDER);
    let said_young = claim(cell(13, 16), AgeAssurance::Asserted, OWN);
    let resolution = resolve(&[verified, said_young], Regime::default().row(), 0);
    assert_eq!(resolution.judge(at(18)).verdict, Verdict::Pass);
    let default = resolution.judge_default(at(18));
    assert_eq!(default.verdict, Verdict::Undecided);
    assert_eq!(default.because, Because::LowerAssuranceSaysYounger);
    assert!(default.keeps_protection(None));
    // Of an age that both have reached the lower claim says nothing.
    assert_eq!(resolution.judge_default(at(13)).verdict, Verdict::Pass);
}

/// Conflict table (e): supervision is not used against adults, and not lifted unseen. R-AGE-047
#[test]
fn age_42_a_verified_adult_who_is_present_outranks_guardians_after_notice_to_both() {
    let adult = Evidence {
        method: AgeMethod::Verified,
        binding: AgeBinding::UserAuthenticated,
        ..claim(cell(18, None), AgeAssurance::Enhanced, PROVIDER)
    };
    // Whatever assurance the declaration claims for itself.
    for assurance in [
        AgeAssurance::Basic,
        AgeAssurance::Enhanced,
        AgeAssurance::Strict,
    ] {
        let minor = Evidence {
            method: AgeMethod::GuardianDeclared,
            ..claim(cell(13, 16), assurance, STORE)
        };
        let Resolution::NoticeDue(due) = resolve(&[minor, adult], Regime::default().row(), 0)
        else {
            panic!("both have to be told");
        };
        assert_eq!(due.both_are_told().interval(), cell(18, None));
        let before = due.until_then().interval();
        let outweighed = assurance < AgeAssurance::Enhanced;
        assert_eq!(before == cell(18, None), outweighed, "{assurance:?}");
    }
}

/// R-AGE-047: each condition of the exception, taken away.
#[test]
fn age_42_nobody_else_sets_a_guardians_declaration_aside() {
    let adult = Evidence {
        method: AgeMethod::Verified,
        binding: AgeBinding::UserAuthenticated,
        ..basic(cell(18, None), PROVIDER)
    };
    let minor = Evidence {
        method: AgeMethod::GuardianDeclared,
        ..basic(cell(13, 16), STORE)
    };
    let regime = Regime::default();
    let notice = |a: Evidence, b: Evidence| {
        let resolution = resolve(&[a, b], regime.row(), 0);
        matches!(resolution, Resolution::NoticeDue(_))
    };
    assert!(notice(adult, minor));
    let bound = Evidence {
        binding: AgeBinding::DeviceAccount,
        ..adult
    };
    let estimated = Evidence {
        method: AgeMethod::Estimated,
        ..adult
    };
    let young = Evidence {
        interval: cell(16, None),
        ..adult
    };
    for other in [bound, estimated, young] {
        assert!(!notice(other, minor));
    }
    let checked = Evidence {
        method: AgeMethod::CheckedUndifferentiated,
        ..minor
    };
    let spans = Evidence {
        interval: cell(16, 21),
        ..minor
    };
    for other in [checked, spans] {
        assert!(!notice(adult, other));
    }
}

/// Conflict table (f) is in `knowledge`; here: a guardian's loosening is of defaults, never of a gate.
#[test]
fn age_41_a_default_may_be_loosened_and_a_gate_stays_closed() {
    let young = basic(cell(13, 16), STORE);
    let resolution = resolve(&[young], Regime::default().row(), 0);
    for rule in [None, Some(crate::policy::AgeOnUnknown::Allow)] {
        assert_eq!(
            resolution.judge(at(16)).gate(rule),
            super::super::Gate::Closed
        );
    }
}

/// R-AGE-012: several that are not told count as asserted, beside asserted ones.
#[test]
fn an_assurance_that_is_not_told_counts_as_asserted() {
    let not_told = claim(cell(13, 16), AgeAssurance::NotTold, STORE);
    let asserted = claim(cell(0, 16), AgeAssurance::Asserted, PROVIDER);
    assert_eq!(known(&[not_told, asserted], ""), Some(cell(13, 16)));
    let basic = basic(cell(0, 18), PROVIDER);
    assert_eq!(known(&[not_told, basic], ""), Some(cell(0, 18)));
}

fn intervals() -> impl Strategy<Value = AgeInterval> {
    (0..22_u32, 1..8_u32, any::<bool>())
        .prop_map(|(lower, width, open)| cell(lower, (!open).then_some(lower + width)))
}

fn claims() -> impl Strategy<Value = Vec<Evidence>> {
    let sources = select(vec![STORE, PROVIDER, OWN, CONTRARY]);
    let one = (
        intervals(),
        select(AgeAssurance::ALL),
        sources,
        any::<bool>(),
    );
    let one = one.prop_map(|(interval, assurance, source, over)| Evidence {
        not_after: if over { 0 } else { 1 },
        ..claim(interval, assurance, source)
    });
    proptest::collection::vec(one, 0..5)
}

type Resolve = fn(&[Evidence], &RegimeRow, i64) -> Resolution;

/// R-AGE-047, R-AGE-049: the bracket never reaches beyond what the highest valid claims say, so less
/// assurance opens nothing; and without a valid claim nobody knows.
fn law(claims: &[Evidence], place: &str, threshold: u32, resolve: Resolve) -> Result<(), String> {
    let valid: Vec<_> = claims.iter().filter(|claim| claim.not_after > 0).collect();
    let resolution = resolve(claims, Regime::of(place).row(), 0);
    let highest = valid.iter().map(|claim| claim.rank()).max();
    let of_highest = || valid.iter().filter(|claim| Some(claim.rank()) == highest);
    let judged = resolution.judge(at(threshold)).verdict;
    let says = |verdict| {
        of_highest().any(|claim| judge_interval(claim.interval, at(threshold)).verdict == verdict)
    };
    let holds = match judged {
        Verdict::Undecided => true,
        Verdict::Pass | Verdict::Fail => says(judged),
    };
    if !holds {
        return Err(format!(
            "{judged:?} without a claim of the highest assurance that says so"
        ));
    }
    if judged == Verdict::Pass && says(Verdict::Fail) && place == "US-UT" {
        return Err("passes although the lowest wins".into());
    }
    let default = resolution.judge_default(at(threshold)).verdict;
    if default == Verdict::Pass && judged != Verdict::Pass {
        return Err("a default is looser than its gate".into());
    }
    Ok(())
}

proptest! {
    #[test]
    fn less_assurance_opens_nothing(
        claims in claims(), place in select(vec!["US-UT", "US-CA"]), threshold in 1..25_u32,
    ) {
        law(&claims, place, threshold, resolve).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn the_law_notices_what_lets_the_oldest_win_or_what_is_over_count() {
    let minor = claim(cell(13, 16), AgeAssurance::Enhanced, STORE);
    let adult = claim(cell(18, None), AgeAssurance::Asserted, OWN);
    let over = Evidence {
        not_after: 0,
        ..adult
    };
    let same = claim(cell(18, None), AgeAssurance::Enhanced, PROVIDER);
    let oldest: Resolve = |claims, _, _| {
        let intervals = claims.iter().map(|claim| claim.interval);
        let oldest = intervals.max_by_key(|interval| interval.lower());
        oldest.map_or(Resolution::Unknown, |interval| {
            Resolution::Known(Resolved {
                interval,
                assurance: AgeAssurance::Strict,
                agreed: true,
                younger: None,
            })
        })
    };
    for claims in [vec![minor, adult], vec![over], vec![minor, same]] {
        assert!(law(&claims, "US-UT", 18, resolve).is_ok());
        assert!(law(&claims, "US-UT", 18, oldest).is_err());
    }
}
