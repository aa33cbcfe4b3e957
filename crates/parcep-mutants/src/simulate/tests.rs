use super::plan::{Act, Step};
use super::{FAULTS, Plan, jobs, run};

/// R-LOG-008, R-LOG-010, R-LOG-011, R-DOC-017, R-MEM-010, R-DOC-011, R-RELAY-032: twenty
/// seeds here, three hundred in the program.
#[test]
fn what_must_hold_holds_for_the_first_seeds() {
    for seed in 0..20 {
        let result = run(&Plan::of(seed), None);
        assert!(result.is_ok(), "seed {seed}: {result:?}");
    }
}

#[test]
fn one_seed_is_one_run() {
    assert_eq!(Plan::of(3), Plan::of(3));
    assert_eq!(run(&Plan::of(3), None), run(&Plan::of(3), None));
}

/// R-CONS-008, R-CONS-016: two parents have rules about one child, and one of them takes the television
/// away. Nothing is hurried, and after a week it is gone.
#[test]
fn what_waits_takes_effect_after_a_week_and_not_before() {
    let mut acts = vec![
        (Act::Layer, 0),
        (Act::Layer, 1),
        (Act::Sync, 0),
        (Act::Sync, 1),
    ];
    acts.extend([(Act::RemovePoint, 0), (Act::Sync, 1), (Act::Hurry, 1)]);
    let mut plan = of_two(acts);
    let tally = run(&plan, None);
    assert_eq!(tally.as_ref().map(|tally| tally.waited), Ok(0), "{tally:?}");
    plan.steps.push(Step {
        number: 9,
        act: Act::Week,
        who: 0,
        draw: 7,
    });
    let tally = run(&plan, None);
    assert_eq!(tally.as_ref().map(|tally| tally.waited), Ok(1), "{tally:?}");
}

/// R-MOVE-019, R-MOVE-022: one parent takes the log to the other relay; everybody follows, and goes on there.
#[test]
fn everybody_follows_a_move_to_the_other_relay() {
    let acts = [(Act::Layer, 0), (Act::Move, 0), (Act::Layer, 1)];
    let tally = run(&of_two(acts), None);
    assert_eq!(tally.as_ref().map(|tally| tally.moves), Ok(1), "{tally:?}");
    let tally = run(&of_two([(Act::Layer, 0), (Act::Layer, 1)]), None);
    assert_eq!(tally.as_ref().map(|tally| tally.moves), Ok(0), "{tally:?}");
}

/// R-CONS-018, R-CONS-019: a page gives its guardian a new device, after a week and not at once.
#[test]
fn a_page_gives_its_guardian_a_new_device_after_a_week() {
    let mut acts = vec![(Act::Page, 0), (Act::Recover, 0)];
    let begun = run(&of_two(acts.clone()), None).unwrap();
    acts.push((Act::Week, 0));
    let done = run(&of_two(acts), None).unwrap();
    assert_eq!((begun.waited, done.waited), (0, 1), "{begun:?}, {done:?}");
    assert_eq!(done.devices, begun.devices + 1, "{begun:?}, {done:?}");
}

/// A family of two parents and one child, to whom this happens. With this draw no act waits by itself.
fn of_two(acts: impl IntoIterator<Item = (Act, usize)>) -> Plan {
    let step = |(number, (act, who))| Step {
        number,
        act,
        who,
        draw: 7,
    };
    Plan {
        seed: 3,
        guardians: 2,
        dependants: 1,
        points: 2,
        ends: false,
        steps: acts.into_iter().enumerate().map(step).collect(),
    }
}

/// Each invariant is broken by a fault that was made for it, so that none holds by looking away.
#[test]
fn every_invariant_is_broken_by_its_fault() {
    for offer in FAULTS {
        let mut seeds = 0..60;
        let found = seeds.find_map(|seed| jobs::one(&Plan::of(seed), Some(offer.fault)).err());
        let found = found.map(|failure| failure.invariant);
        assert_eq!(found, Some(offer.breaks), "{}", offer.name);
    }
}
