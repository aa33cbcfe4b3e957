//! The naive evaluator against the vectors worked out by hand, and against the fast one.
//!
//! `PARCEP_CASES=1000000 PARCEP_SEED=2 cargo test --release -p parcep-conformance --test agree`

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise"
)]

mod compare;
mod domains;
mod fast;
mod faults;
mod policies;
mod rows;
mod safety;
mod scenes;
mod sections;
mod vectors;

use compare::{Count, Differs, Followed, answer, compare};
use faults::Fault;
use parcep_conformance::naive::Reading;
use parcep_conformance::vectors::Evaluator;
use proptest::strategy::{Strategy as _, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use scenes::{Scene, scene};
use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

/// Policies at instants in `cargo test`, 100 instants a policy; `PARCEP_CASES` asks for more, and then
/// it is 500 instants a policy.
const CASES: u32 = 100_000;

/// How long a failing scene is made smaller.
const SHRINKING: Duration = Duration::from_secs(60);

fn asked_for(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

fn runner(seed: u32) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_be_bytes());
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// Everything that a decision tells, of chapters 13 and 14, and what these take from elsewhere.
#[test]
fn two_evaluators_that_share_no_code_agree_on_generated_scenes() {
    let cases = asked_for("PARCEP_CASES").unwrap_or(CASES);
    let seed = asked_for("PARCEP_SEED").unwrap_or(1);
    let (instants, followed) = if cases > CASES { (500, 1) } else { (100, 10) };
    let workers = thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap());
    let run = |worker: u32| {
        move || {
            let (cases, seed) = (cases.div_ceil(workers), seed.wrapping_add(worker));
            agree(cases, instants, seed, Fault::None, Followed(followed))
        }
    };
    let running: Vec<_> = (0..workers)
        .map(|worker| thread::spawn(run(worker)))
        .collect();
    let outcomes = running.into_iter().map(|worker| worker.join().unwrap());
    let (mut pairs, mut later, mut failures) = (0, 0, Vec::new());
    for outcome in outcomes {
        match outcome {
            Ok(count) => (pairs, later) = (pairs + count.pairs, later + count.later),
            Err(failure) => failures.push(failure),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(pairs >= cases, "{pairs} cases, {later} later instants");
    println!("{pairs} cases, {later} later instants");
}

/// Compares scenes until there were so many cases.
fn agree(
    cases: u32,
    instants: usize,
    seed: u32,
    fault: Fault,
    followed: Followed,
) -> Result<Count, String> {
    let tables = fast::Tables::bundled();
    let (strategy, mut runner) = (scene(instants), runner(seed));
    let mut count = Count::default();
    while count.pairs < cases {
        let tree = strategy.new_tree(&mut runner).unwrap();
        let compared =
            |scene: &Scene, count: &mut Count| compare(&tables, scene, fault, followed, count);
        if let Err(differs) = compared(&tree.current(), &mut count) {
            if fault != Fault::None {
                return Err(differs.how);
            }
            let (scene, differs) = smallest(tree, differs, SHRINKING, |scene| {
                // Each case is followed, since fewer of them have other numbers.
                compare(&tables, scene, fault, Followed(1), &mut Count::default())
            });
            let row = rows::row(&scene, &scene.asks[differs.case]);
            return Err(format!("{}\n{row:#}", differs.how));
        }
    }
    Ok(count)
}

/// Makes a failing scene smaller for as long as it fails.
fn smallest(
    mut tree: impl ValueTree<Value = Scene>,
    first: Differs,
    at_most: Duration,
    compared: impl Fn(&Scene) -> Result<(), Differs>,
) -> (Scene, Differs) {
    let mut found = (tree.current(), first);
    let started = Instant::now();
    if !tree.simplify() {
        return found;
    }
    while started.elapsed() < at_most {
        let scene = tree.current();
        let goes_on = match compared(&scene) {
            Err(differs) => {
                found = (scene, differs);
                tree.simplify()
            }
            Ok(()) => tree.complicate(),
        };
        if !goes_on {
            break;
        }
    }
    found
}

/// R-EVAL-052: the scenes reach every reason with every effect of its row, every kind of change and end.
#[test]
fn generated_scenes_reach_every_reason() {
    let (strategy, mut runner) = (scene(20), runner(1));
    let (mut reasons, mut changes, mut remaining, mut endings) = (BTreeSet::new(), 0, 0, 0);
    for _ in 0..400 {
        let scene = strategy.new_tree(&mut runner).unwrap().current();
        let readings: Vec<_> = scene.policies.iter().map(Reading::of).collect();
        for ask in &scene.asks {
            let told = answer(&readings, ask);
            reasons.insert((told.reason, told.effect));
            changes += u32::from(told.next_change.is_some());
            remaining += u32::from(told.remaining_seconds.is_some());
            endings += u32::from(told.ending.is_some());
        }
    }
    // Twenty-one reasons; `pending`, `unrated`, `classifier` and `age_unknown` ask or deny.
    assert_eq!(reasons.len(), 25, "{reasons:?}");
    let counted = format!("{changes}, {remaining}, {endings}");
    assert!(
        changes > 500 && remaining > 100 && endings > 500,
        "{counted}"
    );
}

/// What is found is made small, and told as a row that anybody's evaluator can be asked.
#[test]
fn a_failing_scene_shrinks_to_one_question_and_is_told_as_a_row() {
    let (tables, fault) = (fast::Tables::bundled(), Fault::LaterChange);
    let compared = |scene: &Scene| {
        let nothing = &mut Count::default();
        compare(&tables, scene, fault, Followed(usize::MAX), nothing)
    };
    let (strategy, mut runner) = (scene(10), runner(1));
    let (tree, first) = loop {
        let tree = strategy.new_tree(&mut runner).unwrap();
        if let Err(differs) = compared(&tree.current()) {
            break (tree, differs);
        }
    };
    let rules = |scene: &Scene| format!("{:?}", scene.policies).len();
    let before = rules(&tree.current());
    let (scene, differs) = smallest(tree, first, Duration::from_secs(20), compared);
    assert_eq!((scene.asks.len(), differs.case), (1, 0));
    assert!(rules(&scene) < before, "{before} characters before");

    let row = rows::row(&scene, &scene.asks[0]);
    let readings: Vec<_> = scene.policies.iter().map(Reading::of).collect();
    let told = answer(&readings, &scene.asks[0]);
    for evaluator in [Evaluator::Core, Evaluator::Naive] {
        let evaluator = evaluator.ready().unwrap();
        let answered = evaluator.answer(row.as_object().unwrap()).unwrap();
        let change = answered.next_change.map(jiff::Timestamp::as_second);
        assert_eq!(
            (answered.reason, change),
            (told.reason.clone(), told.next_change),
            "{row:#}"
        );
    }
}

/// A comparison that cannot fail says nothing: each fault is noticed within the cases of a usual run.
#[test]
fn every_seeded_fault_is_noticed() {
    for fault in Fault::ALL {
        // Fewer instants a policy, and so more policies.
        let noticed = agree(CASES, 20, 1, fault, Followed(usize::MAX));
        assert!(noticed.is_err(), "{fault:?} was not noticed");
    }
}
