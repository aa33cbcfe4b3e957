//! Deciding is total: for every policy, usage and instant exactly one answer, of the registry's.

use std::collections::BTreeSet;
use std::panic::catch_unwind;

use parcep_core::decide::{Answer, Effect, Reason};

use super::{Decider, holds_and_is_not_idle, real, same};
use crate::scene::{Dice, Scene, scene};

/// R-EVAL-052: there is an answer, the same each time, with an effect that stands in the row of its
/// reason; and time is left only of what is allowed (R-EVAL-050), a change only to come (R-EVAL-051).
fn there_is_one_answer(decider: Decider, scene: &Scene, _: &mut Dice) -> Result<(), String> {
    let answer = catch_unwind(|| decider(scene)).map_err(|_| "no answer".to_owned())?;
    same(&answer, &decider(scene))?;
    let row = answer.reason.row();
    let fits = row.reason == answer.reason && row.effects.contains(&answer.effect);
    let timed = answer.remaining_seconds.is_none() || answer.effect == Effect::Allow;
    let to_come = answer.next_change.is_none_or(|at| scene.at < at);
    if fits && timed && to_come {
        Ok(())
    } else {
        Err(format!("{answer:?}"))
    }
}

/// Seeded faults: a use that nothing ends has no answer; R-EVAL-052, who cannot ask denies what needs
/// an approval.
#[test]
fn law_deciding_is_total() {
    fn a_limit_is_expected(scene: &Scene) -> Answer {
        let answer = real(scene);
        if answer.effect == Effect::Allow {
            assert!(answer.remaining_seconds.is_some(), "a limit is expected");
        }
        answer
    }
    fn who_cannot_ask_denies(scene: &Scene) -> Answer {
        let mut answer = real(scene);
        if !scene.can_ask && answer.effect == Effect::Ask {
            answer.effect = Effect::Deny;
        }
        answer
    }
    holds_and_is_not_idle(
        there_is_one_answer,
        real,
        &[a_limit_is_expected, who_cannot_ask_denies],
        2_000,
    );
}

#[test]
fn the_scenes_reach_every_reason() {
    let reason = |seed| {
        let scene = scene(seed);
        scene.effect(&scene.compiled()).1
    };
    let seen: BTreeSet<Reason> = (0..3_000).map(reason).collect();
    assert_eq!(seen.len(), 21, "{seen:?}");
}
