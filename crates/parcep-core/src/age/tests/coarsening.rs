//! The five laws of coarsening over all ages and cut points, each shown to fail on a seeded fault.

use super::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

/// How the laws coarsen: the code under test, or a faulty stand-in.
type Coarsener = fn(AgeInterval, &Cuts) -> Coarse;

/// A law looks at what is known and two sets of cut points.
type Law = fn(Coarsener, AgeInterval, &Cuts, &Cuts) -> Result<(), String>;

/// Ages beside cut points and far from them, and without an upper bound.
fn known() -> impl Strategy<Value = AgeInterval> {
    let lower = prop_oneof![4 => 0u32..24, 1 => 0u32..=120];
    let width = proptest::option::weighted(0.8, prop_oneof![4 => 1u32..8, 1 => 1u32..=121]);
    (lower, width).prop_map(|(lower, width)| {
        let upper = width.map(|width| (lower + width).min(121));
        AgeInterval::new(lower, upper).unwrap()
    })
}

/// Every set that R-AGE-005 admits.
fn cuts() -> impl Strategy<Value = Cuts> {
    proptest::collection::vec(1u32..=21, 1..=3).prop_filter_map("apart", |mut points| {
        points.sort_unstable();
        Cuts::new(points).ok()
    })
}

fn run(law: Law, coarsener: Coarsener) -> Result<(), String> {
    let config = Config {
        cases: 4_000,
        failure_persistence: None,
        ..Config::default()
    };
    let law = |(known, one, other): (AgeInterval, Cuts, Cuts)| {
        law(coarsener, known, &one, &other).map_err(TestCaseError::fail)
    };
    let ran = TestRunner::new(config).run(&(known(), cuts(), cuts()), law);
    ran.map_err(|error| match error {
        TestError::Fail(why, input) => format!("{why} at {input:?}"),
        TestError::Abort(why) => panic!("the law was not tried: {why}"),
    })
}

/// The law holds of the code, and each seeded fault breaks it.
fn holds_and_is_not_idle(law: Law, faults: &[Coarsener]) {
    run(law, coarsen).unwrap();
    for (number, fault) in faults.iter().enumerate() {
        let broken = run(law, *fault).is_err();
        assert!(broken, "seeded fault {number} was not noticed");
    }
}

fn told(interval: AgeInterval) -> (u32, Option<u32>) {
    (interval.lower(), interval.upper())
}

fn law(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

/// The points of one that are points of the other.
fn common(one: &Cuts, other: &Cuts) -> Option<Cuts> {
    let both = one.points().iter().copied();
    let both = both.filter(|cut| other.points().contains(cut));
    Cuts::new(both.collect()).ok()
}

/// Faults that several laws notice.
mod fault {
    use super::*;

    /// The lower bound goes up to the next cut point where it is near.
    pub(super) fn rounds_up(known: AgeInterval, cuts: &Cuts) -> Coarse {
        let near = AgeInterval::new((known.lower() + 1).min(120), None).unwrap();
        let lower = coarsen(near, cuts).interval.lower();
        let told = coarsen(known, cuts);
        let upper = told.interval.upper().filter(|upper| *upper > lower);
        Coarse {
            interval: AgeInterval::new(lower, upper).unwrap(),
            ..told
        }
    }

    /// The upper bound is taken for an inclusive one: an age of 13 is in "0 to 13".
    pub(super) fn inclusive(known: AgeInterval, cuts: &Cuts) -> Coarse {
        let upper = known.upper().map(|upper| upper.saturating_sub(1));
        let narrower = AgeInterval::new(known.lower(), upper).unwrap_or(known);
        coarsen(narrower, cuts)
    }

    /// Below the first cut point what is known is told as it is.
    pub(super) fn passes_the_young_on(known: AgeInterval, cuts: &Cuts) -> Coarse {
        let first = cuts.points()[0];
        if known.upper().is_some_and(|upper| upper < first) {
            Coarse {
                interval: known,
                exact_cell: true,
            }
        } else {
            coarsen(known, cuts)
        }
    }

    /// Each time one cell wider.
    pub(super) fn one_cell_more(known: AgeInterval, cuts: &Cuts) -> Coarse {
        let told = coarsen(known, cuts);
        let below = told.interval.lower().saturating_sub(1);
        let wider = AgeInterval::new(below, told.interval.upper()).unwrap();
        coarsen(wider, cuts)
    }

    /// With one cut point nothing is told, as if a single gate were not enough.
    pub(super) fn one_gate_is_too_few(known: AgeInterval, cuts: &Cuts) -> Coarse {
        if cuts.points().len() == 3 {
            Coarse {
                interval: AgeInterval::new(0, None).unwrap(),
                exact_cell: false,
            }
        } else {
            coarsen(known, cuts)
        }
    }
}

/// R-AGE-004. Seeded faults: a bound is rounded to the nearest cut point; the upper bound is read as
/// inclusive.
#[test]
fn age_18_truth_what_is_known_lies_within_what_is_told() {
    fn truth(code: Coarsener, known: AgeInterval, cuts: &Cuts, _: &Cuts) -> Result<(), String> {
        let told = code(known, cuts).interval;
        law(told.covers(known), || format!("told {told:?}"))
    }
    holds_and_is_not_idle(truth, &[fault::rounds_up, fault::inclusive]);
}

/// R-AGE-004. Seeded fault: three cut points tell less than one.
#[test]
fn age_18_monotone_fewer_cut_points_never_tell_more() {
    fn monotone(code: Coarsener, known: AgeInterval, one: &Cuts, _: &Cuts) -> Result<(), String> {
        let finer = code(known, one).interval;
        for left_out in one.points() {
            let rest = one.points().iter().copied().filter(|cut| cut != left_out);
            let Ok(fewer) = Cuts::new(rest.collect()) else {
                continue;
            };
            let coarser = code(known, &fewer).interval;
            law(coarser.covers(finer), || {
                format!("{fewer:?} tells {coarser:?}, and {one:?} {finer:?}")
            })?;
        }
        Ok(())
    }
    holds_and_is_not_idle(monotone, &[fault::one_gate_is_too_few]);
}

/// R-AGE-004. Seeded fault: each time one cell more.
#[test]
fn age_18_idempotent_what_is_told_is_told_again() {
    fn idempotent(
        code: Coarsener,
        known: AgeInterval,
        cuts: &Cuts,
        _: &Cuts,
    ) -> Result<(), String> {
        let once = code(known, cuts);
        let twice = code(once.interval, cuts);
        law(once == twice, || format!("{once:?} became {twice:?}"))
    }
    holds_and_is_not_idle(idempotent, &[fault::one_cell_more]);
}

/// R-AGE-004, R-AGE-010. Seeded fault: what is below the first cut point is told as it is known.
#[test]
fn age_18_no_foreign_cut_every_bound_told_is_a_cut_point() {
    fn no_foreign_cut(
        code: Coarsener,
        known: AgeInterval,
        cuts: &Cuts,
        _: &Cuts,
    ) -> Result<(), String> {
        let (lower, upper) = told(code(known, cuts).interval);
        let own = |cut: u32| cuts.points().contains(&cut);
        law((lower == 0 || own(lower)) && upper.is_none_or(own), || {
            format!("told [{lower}, {upper:?})")
        })
    }
    holds_and_is_not_idle(no_foreign_cut, &[fault::passes_the_young_on]);
}

/// R-AGE-004. Through one set and then another is as through the second alone where the second's
/// points are all of the first, and else between that and the points they share.
///
/// Seeded faults: each time one cell more; a bound is rounded to the nearest cut point.
#[test]
fn age_18_composable_a_second_set_gives_no_more_than_it_would_alone() {
    fn composable(
        code: Coarsener,
        known: AgeInterval,
        one: &Cuts,
        other: &Cuts,
    ) -> Result<(), String> {
        for (first, second) in [(one, other), (other, one)] {
            let through = code(code(known, first).interval, second).interval;
            let alone = code(known, second).interval;
            law(through.covers(alone), || {
                format!("{through:?} through {first:?}, and {alone:?} without")
            })?;
            let Some(shared) = common(first, second) else {
                continue;
            };
            let by_shared = code(known, &shared).interval;
            law(by_shared.covers(through), || {
                format!("{through:?} through both, and {by_shared:?} by {shared:?}")
            })?;
            let nested = code(code(known, first).interval, &shared).interval;
            law(nested == by_shared, || {
                format!("{nested:?} through {first:?} to {shared:?}, and {by_shared:?} at once")
            })?;
        }
        Ok(())
    }
    holds_and_is_not_idle(composable, &[fault::one_cell_more, fault::rounds_up]);
}

/// R-AGE-036
#[test]
fn age_19_an_age_across_cells_is_their_union_and_the_youngest_where_one_is_asked_for() {
    let us = Cuts::new(vec![13, 16, 18]).unwrap();
    let table = [
        ((10, Some(11)), (0, Some(13), true), (0, Some(13), true)),
        ((12, Some(14)), (0, Some(16), false), (0, Some(13), false)),
        ((14, Some(18)), (13, Some(18), false), (13, Some(16), false)),
        ((0, Some(18)), (0, Some(18), false), (0, Some(13), false)),
        ((17, None), (16, None, false), (16, Some(18), false)),
        ((18, None), (18, None, true), (18, None, true)),
        ((30, Some(31)), (18, None, true), (18, None, true)),
    ];
    let flat = |coarse: Coarse| {
        let (lower, upper) = told(coarse.interval);
        (lower, upper, coarse.exact_cell)
    };
    for ((lower, upper), union, one) in table {
        let known = AgeInterval::new(lower, upper).unwrap();
        assert_eq!(flat(coarsen(known, &us)), union, "[{lower}, {upper:?})");
        assert_eq!(flat(youngest(known, &us)), one, "[{lower}, {upper:?})");
    }
}

/// R-AGE-036, R-AGE-004
#[test]
fn age_19_the_youngest_cell_is_the_one_in_which_the_youngest_age_lies() {
    let config = Config::with_cases(2_000);
    let of_the_youngest_age = |(known, cuts): (AgeInterval, Cuts)| {
        let one = youngest(known, &cuts);
        let least = AgeInterval::new(known.lower(), Some(known.lower() + 1)).unwrap();
        prop_assert_eq!(one.interval, coarsen(least, &cuts).interval);
        prop_assert_eq!(one.exact_cell, one.interval.covers(known));
        Ok(())
    };
    TestRunner::new(config)
        .run(&(known(), cuts()), of_the_youngest_age)
        .unwrap();
}

/// R-AGE-004: Windows tells five ranges, and an audience with three cut points learns no more.
#[test]
fn age_20_five_ranges_to_four_merge_the_youngest_two() {
    let us = Cuts::new(vec![13, 16, 18]).unwrap();
    for (lower, upper) in [(0, 10), (10, 13)] {
        let one = AgeInterval::new(lower, Some(upper)).unwrap();
        let merged = coarsen(one, &us);
        assert_eq!(told(merged.interval), (0, Some(13)));
        assert!(merged.exact_cell);
    }
}

/// R-AGE-005
#[test]
fn age_21_cut_points_a_year_apart_are_refused() {
    let bad: [&[u32]; 9] = [
        &[13, 14],
        &[],
        &[0],
        &[22],
        &[16, 13],
        &[13, 13],
        &[3, 7, 12, 16],
        &[13, 16, 17],
        &[u32::MAX - 1, u32::MAX],
    ];
    for cuts in bad {
        assert_eq!(Cuts::try_from(cuts), Err(AgeError::Malformed("cuts")));
    }
    assert!(Cuts::new(vec![1, 3, 21]).is_ok());
}

/// R-AGE-040
#[test]
fn an_estimate_is_widened_at_both_ends_and_stays_within_what_ages_there_are() {
    let table = [
        ((17, Some(18)), 2, (15, Some(20))),
        ((1, Some(2)), 3, (0, Some(5))),
        ((18, None), 2, (16, None)),
        ((119, Some(121)), 1, (118, None)),
        ((40, Some(41)), u32::MAX, (0, None)),
    ];
    for ((lower, upper), error, wide) in table {
        let estimate = AgeInterval::new(lower, upper).unwrap();
        assert_eq!(told(estimate.widen(error)), wide, "[{lower}, {upper:?})");
    }
}

#[test]
fn intervals_intersect_to_what_both_cover() {
    let age = |lower, upper| AgeInterval::new(lower, upper).unwrap();
    assert_eq!(
        age(13, Some(18)).intersect(age(16, None)),
        Some(age(16, Some(18)))
    );
    assert_eq!(age(13, Some(16)).intersect(age(16, Some(18))), None);
    assert_eq!(age(18, None).intersect(age(21, None)), Some(age(21, None)));
}
