//! Several layers: strictest, custody, order.

use parcep_core::decide::Answer;
use parcep_core::policy::{BudgetSection, LayerAuthor, Override, PolicyLayer, ScheduleSection};

use super::{Decider, holds_and_is_not_idle, not_looser, now, same};
use crate::scene::{Dice, Scene, guardian, jurisdiction, layer, rules_of};

/// Adds a layer of an author without custody, and with it, now and then, what the enforcement point
/// cannot keep of it. No act is the new author's, so nothing but the layer changes.
fn with_one_more(scene: &Scene, dice: &mut Dice, author: LayerAuthor) -> Scene {
    let mut after = scene.clone();
    let new = layer(dice, author);
    let rules = rules_of(&new);
    if dice.one_in(3) && !rules.is_empty() {
        after.unenforceable.push(dice.pick(&rules).clone());
    }
    after.layers.push(new);
    after
}

/// R-EVAL-060: under fixed custody and limits one more layer never loosens anything. A jurisdiction's
/// is one like any other.
fn one_more_layer_never_loosens(
    decider: Decider,
    scene: &Scene,
    dice: &mut Dice,
) -> Result<(), String> {
    let mut before = scene.clone();
    if dice.one_in(2) {
        before.custody.clear();
    }
    let has_one = before.layers.iter().any(|of| of.author == jurisdiction());
    let author = if !has_one && dice.one_in(4) {
        jurisdiction()
    } else {
        guardian(7)
    };
    let after = with_one_more(&before, dice, author);
    not_looser(&decider(&before), &decider(&after))
}

/// R-EVAL-061: in another's custody the windows and budgets of a layer change nothing.
fn custody_keeps_lifestyle(decider: Decider, scene: &Scene, dice: &mut Dice) -> Result<(), String> {
    let mut before = scene.clone();
    for stretch in &mut before.custody {
        stretch.guardian = guardian(0);
    }
    let mut custody = before.custody.iter();
    if !custody.any(|s| s.from <= before.at && before.at < s.until) {
        return Ok(());
    }
    let mut after = before.clone();
    let mut new = layer(dice, guardian(7));
    if dice.one_in(2) {
        // Safety areas know no custody: with them the layer still loosens nothing.
        after.layers.push(new);
        let (was, is) = (decider(&before), decider(&after));
        return if is.effect < was.effect {
            Err(format!("loosened: {was:?} became {is:?}"))
        } else {
            Ok(())
        };
    }
    // A cap on extra time counts in every layer (R-EVAL-041).
    new.budgets.extra_time_cap = None;
    let ScheduleSection { windows, end } = new.schedule;
    let BudgetSection { budgets, .. } = new.budgets;
    let mut lifestyle = PolicyLayer::empty(new.author);
    (lifestyle.schedule.windows, lifestyle.schedule.end) = (windows, end);
    lifestyle.budgets.budgets = budgets;
    after.layers.push(lifestyle);
    let (was, is) = (decider(&before), decider(&after));
    let said = |answer: &Answer| Answer {
        // Custody may pass before the time is over.
        remaining_seconds: None,
        ..answer.clone()
    };
    same(&said(&was), &said(&is))
}

/// R-EVAL-040: order means nothing, of layers, acts, stretches, limits, rows, verdicts.
fn order_means_nothing(decider: Decider, scene: &Scene, _: &mut Dice) -> Result<(), String> {
    let mut other = scene.clone();
    other.layers.reverse();
    other.overrides.reverse();
    other.custody.reverse();
    other.limits.reverse();
    other.unenforceable.reverse();
    other.categories.reverse();
    other.verdicts.reverse();
    other.usage.reverse();
    same(&decider(scene), &decider(&other))
}

/// Seeded faults: R-EVAL-060, one layer wins over all others; R-EVAL-020, the windows of all layers
/// are taken together, so that one opens what another closes.
#[test]
fn law_one_more_layer_never_loosens() {
    fn the_last_layer_wins(scene: &Scene) -> Answer {
        let layers = scene.layers.last().cloned().into_iter().collect();
        now(&Scene {
            layers,
            ..scene.clone()
        })
    }
    fn windows_are_taken_together(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        let all = scene
            .layers
            .iter()
            .flat_map(|of| of.schedule.windows.clone());
        let all: Vec<_> = all.collect();
        for of in scene
            .layers
            .iter_mut()
            .filter(|of| !of.schedule.windows.is_empty())
        {
            of.schedule.windows.clone_from(&all);
        }
        now(&scene)
    }
    holds_and_is_not_idle(
        one_more_layer_never_loosens,
        now,
        &[the_last_layer_wins, windows_are_taken_together],
        3_000,
    );
}

/// Seeded fault: R-EVAL-061, custody is forgotten.
#[test]
fn law_a_layer_reaches_no_lifestyle_area_in_another_guardians_custody() {
    fn custody_is_forgotten(scene: &Scene) -> Answer {
        now(&Scene {
            custody: Vec::new(),
            ..scene.clone()
        })
    }
    holds_and_is_not_idle(custody_keeps_lifestyle, now, &[custody_is_forgotten], 3_000);
}

/// Seeded fault: R-EVAL-040, the order of arrival counts and not the place in the log.
#[test]
fn law_order_of_arrival_never_matters() {
    fn the_last_in_the_list_counts(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        let renumber = |(place, act): (usize, &Override)| {
            let (author, id) = (act.author().clone(), act.id().clone());
            let kind = act.kind().clone();
            Override::new(author, id, place as u64, act.from(), act.until(), kind).unwrap()
        };
        scene.overrides = scene.overrides.iter().enumerate().map(renumber).collect();
        now(&scene)
    }
    holds_and_is_not_idle(
        order_means_nothing,
        now,
        &[the_last_in_the_list_counts],
        3_000,
    );
}
