//! Both evaluators against the rows of decisions, and against each other.
//!
//! `PARCEP_CASES=1000000 PARCEP_SEED=2 cargo test --release -p parcep-conformance --test agree`

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise"
)]

mod fast;
mod scenes;
mod sections;
mod vectors;

use parcep_conformance::naive::{Ratings, decide};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use scenes::{Scene, scene};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

/// Cases in `cargo test`; `PARCEP_CASES` asks for more.
const CASES: u32 = 2_000;

fn asked_for(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

/// Effect, reason, names, remaining seconds and next change of chapters 13 and 14.
#[test]
fn two_evaluators_that_share_no_code_agree_on_generated_scenes() {
    let cases = asked_for("PARCEP_CASES").unwrap_or(CASES);
    let seed = asked_for("PARCEP_SEED").unwrap_or(1);
    let workers = if cases > CASES {
        thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap_or(1))
    } else {
        1
    };
    let run = |worker: u32| move || compare(cases.div_ceil(workers), seed.wrapping_add(worker));
    let running: Vec<_> = (0..workers)
        .map(|worker| thread::spawn(run(worker)))
        .collect();
    let failures: Vec<String> = running
        .into_iter()
        .filter_map(|worker| worker.join().unwrap().err())
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn compare(cases: u32, seed: u32) -> Result<(), String> {
    let ratings = Arc::new(Ratings::published().unwrap());
    let tables = fast::Tables::bundled();
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_be_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let outcome = runner.run(&scene(ratings), |scene| agree(&tables, &scene));
    outcome.map_err(|error| match error {
        TestError::Fail(reason, scene) => format!("{reason}\n{}", brief(&scene)),
        TestError::Abort(reason) => reason.to_string(),
    })
}

fn agree(tables: &fast::Tables, scene: &Scene) -> Result<(), TestCaseError> {
    let naive = decide(&scene.policy, &scene.usage, &scene.question);
    let naive = naive.map_err(|error| TestCaseError::fail(error.to_string()))?;
    let naive = fast::naive(&naive);
    let fast = fast::answer(tables, scene).map_err(TestCaseError::fail)?;
    if naive == fast {
        return Ok(());
    }
    Err(TestCaseError::fail(format!(
        "naive {naive:#?}\nfast {fast:#?}"
    )))
}

/// The scene without the members that say nothing.
fn brief(scene: &Scene) -> String {
    let text = format!("{scene:?}");
    let says = |member: &&str| {
        let nothing = [": []", ": None", ": false", " {  }", "{}"];
        !nothing.iter().any(|end| member.ends_with(end))
    };
    let members: Vec<_> = text.split(", ").filter(says).collect();
    members.join(", ")
}

/// R-EVAL-052: the scenes reach every reason with every effect of its row, and every kind of change.
#[test]
fn generated_scenes_reach_every_reason() {
    let ratings = Arc::new(Ratings::published().unwrap());
    let mut runner = TestRunner::deterministic();
    let (mut reasons, mut changes, mut endings) = (BTreeSet::new(), 0, 0);
    let strategy = scene(ratings);
    for _ in 0..CASES {
        let scene = strategy.new_tree(&mut runner).unwrap().current();
        let answer = decide(&scene.policy, &scene.usage, &scene.question).unwrap();
        reasons.insert((answer.reason.code(), answer.effect));
        changes += usize::from(answer.next_change.is_some());
        endings += usize::from(answer.remaining_seconds.is_some());
    }
    // Fifteen reasons; `pending` and `unrated` ask or deny.
    assert_eq!(reasons.len(), 17, "{reasons:?}");
    assert!(changes > 200 && endings > 50, "{changes}, {endings}");
}
