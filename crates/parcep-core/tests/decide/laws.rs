//! The laws of evaluation, each written once, held by the code and shown to fail on a seeded fault.

mod ages;
mod idle;
mod layers;
mod open;
mod single;
mod tighten;
mod time;
mod total;
mod unenforceable;

use parcep_core::decide::{Answer, Effect};

use crate::scene::{Dice, Scene, scene};

/// How the laws ask: the code under test, or a faulty stand-in.
type Decider = fn(&Scene) -> Answer;

/// The code under test.
fn real(scene: &Scene) -> Answer {
    scene.answer()
}

/// The code under test, without the next change: for laws that do not look at it.
fn now(scene: &Scene) -> Answer {
    scene.answer_for_now()
}

/// A law looks at one scene and says what is wrong. What it does not apply to, it lets pass.
type Law = fn(Decider, &Scene, &mut Dice) -> Result<(), String>;

/// First seed that breaks the law.
fn broken(law: Law, decider: Decider, seeds: u64) -> Option<String> {
    (0..seeds).find_map(|seed| {
        let scene = scene(seed);
        let outcome = law(decider, &scene, &mut Dice(!seed));
        outcome
            .err()
            .map(|what| format!("seed {seed}: {what}\n{scene:#?}"))
    })
}

/// The law holds of the code, and each seeded fault breaks it.
fn holds_and_is_not_idle(law: Law, code: Decider, faults: &[Decider], seeds: u64) {
    if let Some(what) = broken(law, code, seeds) {
        panic!("{what}");
    }
    for (number, fault) in faults.iter().enumerate() {
        let noticed = broken(law, *fault, seeds).is_some();
        assert!(noticed, "seeded fault {number} was not noticed");
    }
}

/// Whether `is` is at least as strict as `was`, and leaves no more time.
fn not_looser(was: &Answer, is: &Answer) -> Result<(), String> {
    let more_time = match (was.remaining_seconds, is.remaining_seconds) {
        (Some(was), Some(is)) => is > was,
        (Some(_), None) => is.effect == Effect::Allow,
        (None, _) => false,
    };
    if is.effect < was.effect || more_time {
        Err(format!("loosened: {was:?} became {is:?}"))
    } else {
        Ok(())
    }
}

/// Whether two answers are one, names in any order.
fn same(was: &Answer, is: &Answer) -> Result<(), String> {
    let sorted = |answer: &Answer| {
        let mut answer = answer.clone();
        answer.rules.sort();
        answer
    };
    if sorted(was) == sorted(is) {
        Ok(())
    } else {
        Err(format!("{was:?} became {is:?}"))
    }
}
