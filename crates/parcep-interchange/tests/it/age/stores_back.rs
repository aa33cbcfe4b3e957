//! Laws of going there and back: never narrower, never surer, and nothing lost unsaid.

use parcep_core::age::{
    AgeAssurance, AgeClaimScope, AgeConsent, AgeInterval, AgeMethod, AgeOutcome, AgeSupervision,
    Claim, Cuts, DeclarantCheck, Statement,
};
use parcep_interchange::age::{Platform, adapt_json, to_apple, to_play_0_0_4};
use proptest::prelude::*;
use proptest::sample::select;

fn claims() -> impl Strategy<Value = Claim> {
    let band = (0u32..=30, proptest::option::of(1u32..=30)).prop_map(|(lower, width)| {
        AgeInterval::new(lower, width.map(|width| lower + width)).unwrap()
    });
    let known = (
        select(AgeMethod::ALL),
        select(AgeAssurance::ALL),
        select(DeclarantCheck::ALL),
    );
    (band, any::<bool>(), known, select(AgeClaimScope::ALL)).prop_map(
        |(interval, exact_cell, (method, assurance, check), claim_scope)| Claim {
            interval,
            exact_cell,
            method,
            assurance,
            declarant_check: match method {
                AgeMethod::GuardianDeclared => check,
                _ => DeclarantCheck::NotSaid,
            },
            claim_scope,
        },
    )
}

fn statements() -> impl Strategy<Value = Statement> {
    let answer = prop_oneof![
        3 => claims().prop_map(Statement::signal),
        1 => select(AgeOutcome::ALL).prop_map(Statement::without),
    ];
    (answer, select(AgeSupervision::ALL), select(AgeConsent::ALL)).prop_map(
        |(mut statement, supervision, consent)| {
            statement.supervision = supervision;
            statement.consent = consent;
            statement
        },
    )
}

fn gates() -> impl Strategy<Value = Cuts> {
    (
        1u32..=14,
        proptest::option::of((2u32..=3, proptest::option::of(2u32..=4))),
    )
        .prop_map(|(first, more)| {
            let mut points = vec![first];
            if let Some((gap, last)) = more {
                points.push(first + gap);
                points.extend(last.map(|last| first + gap + last));
            }
            Cuts::new(points).unwrap()
        })
}

/// What comes back is no narrower and no surer, and only a shared signal comes back as one.
fn holds(said: &Statement, back: &Statement) -> Result<(), TestCaseError> {
    let revoked = said.consent == AgeConsent::Revoked;
    match (said.claim(), back.claim()) {
        (Some(claim), Some(told)) => {
            prop_assert!(!revoked, "shared although revoked");
            prop_assert!(told.interval.covers(claim.interval), "{:?}", told);
            prop_assert!(told.assurance <= claim.assurance.max(AgeAssurance::Asserted));
            let weaker = matches!(
                told.method,
                AgeMethod::NotTold | AgeMethod::CheckedUndifferentiated
            );
            prop_assert!(told.method == claim.method || weaker);
        }
        (None, told) => prop_assert!(told.is_none(), "a bracket out of nothing"),
        (Some(_), None) => {}
    }
    Ok(())
}

proptest! {
    /// R-AGE-004, R-AGE-011, R-AGE-045.
    #[test]
    fn play_and_back_is_never_narrower_and_never_surer(said in statements()) {
        let told = to_play_0_0_4(&said);
        let back = adapt_json(Platform::Play004, &told.json, None).unwrap();
        holds(&said, &back)?;
        let open = |claim: &&Claim| claim.interval.lower() == 0 && claim.interval.upper().is_none_or(|upper| upper > 19);
        let odd = |claim: &&Claim| claim.claim_scope == AgeClaimScope::AdultOnly && claim.interval.lower() < 18;
        let tellable = said.claim().filter(|claim| !open(claim) && !odd(claim));
        if tellable.is_some() && said.consent != AgeConsent::Revoked {
            prop_assert!(back.claim().is_some(), "{:?}", told);
        }
        prop_assert!(!told.loss.is_empty() || silent(&back) == silent(&said), "{:?} {:?}", back, told);
        let again = to_play_0_0_4(&back);
        prop_assert_eq!(again.json, told.json);
    }

    /// R-AGE-004, R-AGE-011, R-AGE-045.
    #[test]
    fn apple_and_back_is_never_narrower_and_never_surer(said in statements(), gates in gates()) {
        let told = to_apple(&said, &gates);
        let back = adapt_json(Platform::Apple, &told.json, Some(&gates)).unwrap();
        holds(&said, &back)?;
        prop_assert!(!told.loss.is_empty() || silent(&back) == silent(&said), "{:?} {:?}", back, told);
        let again = to_apple(&back, &gates);
        prop_assert_eq!(again.json, told.json);
    }
}

/// A statement without what only reading adds: loss, and what is not told in two ways.
fn silent(said: &Statement) -> Statement {
    let mut plain = match said.claim() {
        Some(claim) => Statement::signal(Claim {
            assurance: claim.assurance.max(AgeAssurance::Asserted),
            declarant_check: match claim.declarant_check {
                DeclarantCheck::NotSaid if claim.method == AgeMethod::GuardianDeclared => {
                    DeclarantCheck::NotTold
                }
                check => check,
            },
            ..claim.clone()
        }),
        None => Statement::without(said.outcome()),
    };
    plain.consent = said.consent;
    // The platforms tell it by other members.
    plain.supervision = AgeSupervision::NotReported;
    plain
}

#[test]
fn every_outcome_comes_back_as_itself_or_as_a_stated_loss() {
    let gates = Cuts::new(vec![13, 16, 18]).unwrap();
    for outcome in AgeOutcome::ALL {
        let said = Statement::without(*outcome);
        let play = to_play_0_0_4(&said);
        let back = adapt_json(Platform::Play004, &play.json, None).unwrap();
        assert!(
            back.outcome() == said.outcome() || !play.loss.is_empty(),
            "{outcome:?}"
        );
        let apple = to_apple(&said, &gates);
        let back = adapt_json(Platform::Apple, &apple.json, Some(&gates)).unwrap();
        assert!(
            back.outcome() == said.outcome() || !apple.loss.is_empty(),
            "{outcome:?}"
        );
    }
}
