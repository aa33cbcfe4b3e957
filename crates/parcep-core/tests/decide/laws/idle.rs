//! What never loosens, and what decides nothing: verdicts, end rules.

use parcep_core::decide::Answer;

use super::{Decider, holds_and_is_not_idle, not_looser, now, real, same};
use crate::scene::around::seen;
use crate::scene::{Dice, Scene};

/// R-EVAL-027, R-PIP-019: one verdict more never makes anything milder.
fn a_verdict_never_loosens(decider: Decider, scene: &Scene, dice: &mut Dice) -> Result<(), String> {
    let mut after = scene.clone();
    after.verdicts.push(seen(dice));
    not_looser(&decider(scene), &decider(&after))
}

/// R-EVAL-027, R-PIP-019: where a label of a rating body rates the item, a verdict changes nothing but a pending
/// RATING section.
fn a_label_goes_before_a_verdict(
    decider: Decider,
    scene: &Scene,
    dice: &mut Dice,
) -> Result<(), String> {
    let mut before = scene.clone();
    // Every label of these scenes says something.
    if before.labels.is_empty() {
        return Ok(());
    }
    before.pending.clear();
    let mut after = before.clone();
    after.verdicts.push(seen(dice));
    same(&decider(&before), &decider(&after))
}

/// R-EVAL-054, R-POL-023: how an end comes decides nothing, where every end rule can be kept.
fn an_end_rule_decides_nothing(
    decider: Decider,
    scene: &Scene,
    _: &mut Dice,
) -> Result<(), String> {
    let mut before = scene.clone();
    before
        .unenforceable
        .retain(|rule| !rule.rule.contains("/end/"));
    let mut after = before.clone();
    for of in &mut after.layers {
        of.schedule.end = None;
    }
    same(&decider(&before), &decider(&after))
}

/// R-PIP-019. Seeded fault: R-EVAL-027, a verdict answers in the place of the unrated rows and ceilings.
#[test]
fn law_a_verdict_never_loosens() {
    fn a_verdict_stands_for_a_rating(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        if !scene.verdicts.is_empty() {
            for of in &mut scene.layers {
                of.ratings.ceilings.clear();
                of.ratings.unrated.clear();
            }
        }
        now(&scene)
    }
    holds_and_is_not_idle(
        a_verdict_never_loosens,
        now,
        &[a_verdict_stands_for_a_rating],
        3_000,
    );
}

/// R-PIP-019. Seeded fault: R-EVAL-027, verdicts are asked beside labels.
#[test]
fn law_a_label_goes_before_a_verdict() {
    fn labels_are_forgotten(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        scene.labels.clear();
        now(&scene)
    }
    holds_and_is_not_idle(
        a_label_goes_before_a_verdict,
        now,
        &[labels_are_forgotten],
        3_000,
    );
}

/// Seeded fault: R-EVAL-054, grace is given on top of the remaining time.
#[test]
fn law_an_end_rule_decides_nothing() {
    fn grace_is_time(scene: &Scene) -> Answer {
        let mut answer = real(scene);
        let ends = scene
            .layers
            .iter()
            .filter_map(|of| of.schedule.end.as_ref());
        let grace = ends.map(|end| u64::from(end.grace.seconds())).min();
        if let (Some(left), Some(grace)) = (&mut answer.remaining_seconds, grace) {
            *left += grace;
        }
        answer
    }
    holds_and_is_not_idle(an_end_rule_decides_nothing, real, &[grace_is_time], 2_000);
}
