//! The next change and the remaining time, against trying every step.

use jiff::Timestamp;
use parcep_core::decide::Answer;
use parcep_core::policy::Override;

use super::{Decider, holds_and_is_not_idle, real};
use crate::oracle::stepped;
use crate::scene::{Dice, Scene};

/// Everything in a scene stands on whole ten minutes, the instant on whole minutes.
const GRID: i64 = 600;

/// R-EVAL-050, R-EVAL-051: nothing changes before the next change, and then it does.
fn the_next_change_is_exact(decider: Decider, scene: &Scene, _: &mut Dice) -> Result<(), String> {
    let mut scene = scene.clone();
    scene.at = round(scene.at);
    let rules = scene.layers.iter_mut().flat_map(|of| &mut of.apps.rules);
    rules.for_each(|rule| rule.counts_toward_budget = true);
    for act in &mut scene.overrides {
        *act = on_the_grid(act);
    }
    for stretch in &mut scene.custody {
        (stretch.from, stretch.until) = (round(stretch.from), round(stretch.until));
    }
    let answer = decider(&scene);
    // Grants add multiples of 300 s.
    let (change, ended) = stepped(&scene, GRID / 2);
    if answer.next_change != change {
        return Err(format!(
            "next change {:?}, stepping finds {change:?}",
            answer.next_change
        ));
    }
    // Stepping stops at a change for another reason; then it knows nothing about the time after.
    if ended.is_some() && answer.remaining_seconds != ended {
        return Err(format!(
            "remaining {:?}, stepping finds {ended:?}",
            answer.remaining_seconds
        ));
    }
    Ok(())
}

fn round(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second() / GRID * GRID).unwrap()
}

fn on_the_grid(act: &Override) -> Override {
    let (author, id) = (act.author().clone(), act.id().clone());
    let (from, until) = (round(act.from()), act.until().map(round));
    Override::new(author, id, act.position(), from, until, act.kind().clone()).unwrap()
}

/// Seeded faults: R-EVAL-051, what changes after a day is forgotten; R-EVAL-050, windows alone end a
/// use.
#[test]
fn law_nothing_changes_before_the_next_change() {
    fn changes_after_a_day_are_forgotten(scene: &Scene) -> Answer {
        let mut answer = real(scene);
        let day = scene.at.as_second() + 86_400;
        answer.next_change = answer.next_change.filter(|at| at.as_second() < day);
        answer
    }
    fn budgets_end_nothing(scene: &Scene) -> Answer {
        let mut other = scene.clone();
        for of in &mut other.layers {
            of.budgets.budgets.clear();
        }
        Answer {
            remaining_seconds: real(&other).remaining_seconds,
            ..real(scene)
        }
    }
    holds_and_is_not_idle(
        the_next_change_is_exact,
        real,
        &[changes_after_a_day_are_forgotten, budgets_end_nothing],
        300,
    );
}
