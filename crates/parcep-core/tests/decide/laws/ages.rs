//! Being younger, or being known less surely, never opens anything (R-EVAL-056, R-AGE-049).

use parcep_core::age::{AgeAssurance, AgeInterval};
use parcep_core::decide::Answer;

use super::{Decider, holds_and_is_not_idle, not_looser, now};
use crate::scene::around::ASSURANCES;
use crate::scene::{Dice, Scene};

fn less_sure_is_not_looser(decider: Decider, scene: &Scene, dice: &mut Dice) -> Result<(), String> {
    let mut after = scene.clone();
    if let Some(age) = &mut after.age {
        age.assurance = age.assurance.min(*dice.pick(&ASSURANCES));
    }
    not_looser(&decider(scene), &decider(&after))
}

fn younger_is_not_looser(decider: Decider, scene: &Scene, dice: &mut Dice) -> Result<(), String> {
    let mut after = scene.clone();
    if let Some(age) = &mut after.age {
        let (lower, upper) = (age.interval.lower(), age.interval.upper());
        let years = dice.roll(4) as u32;
        let lower = lower.saturating_sub(years);
        let upper = upper.map(|upper| upper.saturating_sub(years).max(lower + 1));
        age.interval = AgeInterval::new(lower, upper).unwrap();
    }
    not_looser(&decider(scene), &decider(&after))
}

/// Seeded fault: who is not sure is an adult.
#[test]
fn law_an_age_that_is_known_less_surely_opens_nothing() {
    fn unsure_is_adult(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        if let Some(age) = &mut scene.age
            && age.assurance < AgeAssurance::Standard
        {
            age.interval = AgeInterval::new(18, None).unwrap();
            age.assurance = AgeAssurance::Strict;
        }
        now(&scene)
    }
    holds_and_is_not_idle(less_sure_is_not_looser, now, &[unsure_is_adult], 4_000);
}

/// Seeded fault: what is known of a child is dropped.
#[test]
fn law_being_younger_opens_nothing() {
    fn a_child_is_nobody(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        let upper = |age: &parcep_core::decide::KnownAge| age.interval.upper();
        scene.age = scene
            .age
            .filter(|age| upper(age).is_none_or(|upper| upper > 13));
        now(&scene)
    }
    holds_and_is_not_idle(younger_is_not_looser, now, &[a_child_is_nobody], 4_000);
}
