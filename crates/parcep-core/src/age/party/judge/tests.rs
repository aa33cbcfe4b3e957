use super::*;
use crate::age::{AgeMethod, AgeSupervision, Claim};
use proptest::prelude::*;
use proptest::sample::select;

fn at(years: u32) -> Threshold {
    Threshold::new(years).unwrap()
}

fn said(lower: u32, upper: impl Into<Option<u32>>, method: AgeMethod) -> Statement {
    let interval = AgeInterval::new(lower, upper.into()).unwrap();
    Statement::signal(Claim::new(interval, method, AgeAssurance::Strict))
}

fn verdict(said: &Statement, years: u32) -> (Verdict, &'static str) {
    let judged = judge(said, at(years));
    (judged.verdict, judged.because.name())
}

/// R-AGE-034: how it is known does not enter. Plugins have passed both.
#[test]
fn age_07_a_verified_minor_fails_the_gate_of_18() {
    let verified = said(0, 13, AgeMethod::Verified);
    assert_eq!(verdict(&verified, 18), (Verdict::Fail, "upper_bound"));
    let declared = said(0, 13, AgeMethod::SelfDeclared);
    assert_eq!(verdict(&declared, 18), (Verdict::Fail, "upper_bound"));
    let guardian = said(18, None, AgeMethod::GuardianDeclared);
    assert_eq!(verdict(&guardian, 18), (Verdict::Pass, "lower_bound"));
}

/// R-AGE-033, R-AGE-035
#[test]
fn age_13_verification_required_opens_no_gate_of_18() {
    let said = Statement::without(AgeOutcome::VerificationRequired);
    let judged = judge(&said, at(18));
    assert_eq!(
        verdict(&said, 18),
        (Verdict::Undecided, "verification_required")
    );
    assert_eq!(judged.gate(None), Gate::Closed);
    assert_eq!(judged.gate(Some(AgeOnUnknown::Ask)), Gate::Ask);
}

#[test]
fn what_was_revoked_or_contradicts_itself_decides_nothing() {
    let mut revoked = said(18, None, AgeMethod::Verified);
    revoked.consent = AgeConsent::Revoked;
    assert_eq!(verdict(&revoked, 18), (Verdict::Undecided, "revoked"));
    let interval = AgeInterval::new(13, Some(16)).unwrap();
    let mut adult_only = Claim::new(interval, AgeMethod::Verified, AgeAssurance::Strict);
    adult_only.claim_scope = AgeClaimScope::AdultOnly;
    let minor = Statement::signal(adult_only.clone());
    assert_eq!(verdict(&minor, 18), (Verdict::Undecided, "contradictory"));
    assert_eq!(verdict(&minor, 13), (Verdict::Undecided, "contradictory"));
    adult_only.interval = AgeInterval::new(18, None).unwrap();
    let adult = Statement::signal(adult_only);
    assert_eq!(verdict(&adult, 18), (Verdict::Pass, "lower_bound"));
    // The first that holds: without a claim nothing can be revoked.
    let mut nothing = Statement::without(AgeOutcome::Refused);
    nothing.consent = AgeConsent::Revoked;
    assert_eq!(verdict(&nothing, 18), (Verdict::Undecided, "refused"));
}

/// R-AGE-034
#[test]
fn less_assurance_than_asked_opens_nothing_and_closes_all_the_same() {
    use AgeAssurance::{Asserted, Basic, NotTold, Standard};
    let pass = judge(&said(18, None, AgeMethod::Verified), at(18));
    let fail = judge(&said(0, 13, AgeMethod::Verified), at(18));
    let open = judge(&said(13, None, AgeMethod::Verified), at(18));
    for claimed in [NotTold, Asserted, Basic] {
        let less = pass.requiring(Standard, claimed);
        assert_eq!(less, Judgement::undecided(Because::InsufficientAssurance));
        assert_eq!(fail.requiring(Standard, claimed), fail);
        assert_eq!(open.requiring(Standard, claimed), open);
    }
    assert_eq!(pass.requiring(Standard, Standard), pass);
    assert_eq!(pass.requiring(Asserted, NotTold), pass);
    assert_eq!(pass.requiring(NotTold, NotTold), pass);
}

#[test]
fn a_threshold_is_1_to_120() {
    for years in [0, 121, u32::MAX] {
        assert!(Threshold::new(years).is_err());
    }
    assert_eq!(at(1).years(), 1);
    assert_eq!(at(120).years(), 120);
}

/// R-AGE-060
#[test]
fn a_judgement_is_written_with_verdict_and_reason() {
    let written = |judged: Judgement| serde_json::to_string(&judged).unwrap();
    let pass = judge(&said(18, None, AgeMethod::NotTold), at(18));
    assert_eq!(
        written(pass),
        r#"{"verdict":"pass","reason":"lower_bound"}"#
    );
    let unknown = judge(&Statement::without(AgeOutcome::AgeUnknown), at(18));
    assert_eq!(
        written(unknown),
        r#"{"verdict":"undecided","reason":"age_unknown"}"#
    );
    let spans = judge(&said(13, 21, AgeMethod::NotTold), at(18));
    assert_eq!(
        written(spans),
        r#"{"verdict":"undecided","reason":"interval_spans_threshold"}"#
    );
}

type Judge = fn(&Statement, Threshold) -> Judgement;

/// R-AGE-033, R-AGE-034, R-AGE-035: only a claim decides, only by its bounds, and what is undecided
/// is neither open to those who need the age nor off for those whom it protects.
fn law(said: &Statement, threshold: Threshold, judge: Judge) -> Result<(), &'static str> {
    let judged = judge(said, threshold);
    let t = threshold.years();
    let claim = said.claim().map(|claim| claim.interval);
    let reached = claim.is_some_and(|told| told.lower() >= t);
    let not_reached = claim
        .and_then(AgeInterval::upper)
        .is_some_and(|upper| upper <= t);
    match judged.verdict {
        Verdict::Pass if !reached => return Err("unknown became of age"),
        Verdict::Fail if !not_reached => return Err("unknown became a child"),
        Verdict::Undecided if judged.gate(None) != Gate::Closed => return Err("opened"),
        Verdict::Undecided if !judged.keeps_protection(None) => return Err("unprotected"),
        _ => {}
    }
    if said.claim().is_none() && judged.verdict != Verdict::Undecided {
        return Err("an outcome decided");
    }
    let held_back = said.consent == AgeConsent::Revoked
        || said
            .claim()
            .is_some_and(|claim| claim.claim_scope == AgeClaimScope::AdultOnly);
    if !held_back && (reached || not_reached) && judged.verdict == Verdict::Undecided {
        return Err("a claim that decides was not heeded");
    }
    // One more year asked for never turns a fail into a pass.
    let more = Threshold::new(t.saturating_add(1).min(120)).map(|more| judge(said, more));
    match (judged.verdict, more.map(|judged| judged.verdict)) {
        (Verdict::Fail, Ok(Verdict::Pass)) => Err("not monotone"),
        _ => Ok(()),
    }
}

fn every_statement() -> impl Iterator<Item = Statement> {
    let none = AgeOutcome::ALL.iter().copied().map(Statement::without);
    let bounds = (0..=24_u32).flat_map(|lower| {
        let uppers = (lower + 1..=25).map(Some).chain([None]);
        uppers.map(move |upper| (lower, upper))
    });
    let signals = bounds.flat_map(|(lower, upper)| {
        let methods = AgeMethod::ALL.iter();
        methods.map(move |method| said(lower, upper, *method))
    });
    none.chain(signals)
}

/// Every outcome, every bracket up to 25, every method, every threshold up to 26. R-AGE-033
#[test]
fn no_path_turns_unknown_into_an_adult_or_a_child() {
    let mut seen = 0;
    for said in every_statement() {
        for t in 1..=26 {
            assert_eq!(law(&said, at(t), judge), Ok(()));
            seen += 1;
        }
    }
    assert!(seen > 50_000);
}

/// The faults are those of plugins in use: a missing signal is an adult, what is verified passes, the
/// lower bound alone decides, what is unknown is a child.
#[test]
fn the_law_notices_the_faults_that_are_made_elsewhere() {
    let faults: [(&str, Judge); 6] = [
        ("no signal is an adult", |said, t| match said.claim() {
            None => Judgement {
                verdict: Verdict::Pass,
                because: Because::Outcome(said.outcome()),
            },
            Some(_) => judge(said, t),
        }),
        ("no signal is a child", |said, t| match said.claim() {
            None => Judgement {
                verdict: Verdict::Fail,
                because: Because::Outcome(said.outcome()),
            },
            Some(_) => judge(said, t),
        }),
        ("not regulated is an adult", |said, t| {
            match said.outcome() {
                AgeOutcome::NotRegulated => Judgement {
                    verdict: Verdict::Pass,
                    because: Because::LowerBound,
                },
                _ => judge(said, t),
            }
        }),
        ("verified passes", |said, t| match said.claim() {
            Some(claim) if claim.method == AgeMethod::Verified => Judgement {
                verdict: Verdict::Pass,
                because: Because::LowerBound,
            },
            _ => judge(said, t),
        }),
        ("who may be younger is younger", |said, t| {
            let judged = judge(said, t);
            match judged.because {
                Because::IntervalSpansThreshold => Judgement {
                    verdict: Verdict::Fail,
                    ..judged
                },
                _ => judged,
            }
        }),
        ("the upper bound is inclusive", |said, t| {
            let judged = judge(said, t);
            match judged.because {
                Because::UpperBound
                    if said.claim().and_then(|c| c.interval.upper()) == Some(t.years()) =>
                {
                    Judgement::undecided(Because::IntervalSpansThreshold)
                }
                _ => judged,
            }
        }),
    ];
    for (fault, judge) in faults {
        let noticed =
            every_statement().any(|said| (1..=26).any(|t| law(&said, at(t), judge).is_err()));
        assert!(noticed, "{fault}");
    }
}

proptest! {
    /// R-AGE-033 over every axis at once, bounds up to the largest.
    #[test]
    fn no_axis_but_the_bracket_decides(
        lower in 0..=120_u32, width in proptest::option::of(1..=121_u32), t in 1..=120_u32,
        outcome in select(AgeOutcome::ALL), method in select(AgeMethod::ALL),
        assurance in select(AgeAssurance::ALL), scope in select(AgeClaimScope::ALL),
        supervision in select(AgeSupervision::ALL), consent in select(AgeConsent::ALL),
    ) {
        let upper = width.map(|width| lower + width).filter(|upper| *upper <= 121);
        let interval = AgeInterval::new(lower, upper).unwrap();
        let mut claim = Claim::new(interval, method, assurance);
        claim.claim_scope = scope;
        let mut told = match outcome {
            AgeOutcome::Signal => Statement::signal(claim),
            other => Statement::without(other),
        };
        told.supervision = supervision;
        told.consent = consent;
        prop_assert_eq!(law(&told, at(t), judge), Ok(()));
    }

    /// R-AGE-035: of the household's answers only `allow` opens what nobody knows, and none opens
    /// what is known to be too young.
    #[test]
    fn only_the_households_rule_opens_what_nobody_knows(outcome in select(AgeOutcome::ALL)) {
        let judged = judge(&Statement::without(*[outcome].first().unwrap()), at(18));
        prop_assert_eq!(judged.gate(Some(AgeOnUnknown::Allow)), Gate::Open);
        prop_assert!(!judged.keeps_protection(Some(AgeOnUnknown::Allow)));
        for rule in [None, Some(AgeOnUnknown::Ask), Some(AgeOnUnknown::Block)] {
            prop_assert_ne!(judged.gate(rule), Gate::Open);
            prop_assert!(judged.keeps_protection(rule));
        }
        let young = judge(&said(0, 13, AgeMethod::Verified), at(18));
        prop_assert_eq!(young.gate(Some(AgeOnUnknown::Allow)), Gate::Closed);
        prop_assert!(young.keeps_protection(Some(AgeOnUnknown::Allow)));
    }
}
