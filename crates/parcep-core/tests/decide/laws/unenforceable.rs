//! What an enforcement point cannot keep (R-EVAL-049).

use parcep_core::decide::Answer;
use parcep_core::policy::{OnUnenforceable, PolicyLayer};

use super::{Decider, holds_and_is_not_idle, not_looser, now, same};
use crate::scene::{Dice, Scene};

/// Shows `set` the member `on_unenforceable` of every rule of a layer.
fn each(layer: &mut PolicyLayer, mut set: impl FnMut(&mut OnUnenforceable)) {
    macro_rules! all {
        ($($rules:expr),* $(,)?) => {
            $(for rule in $rules.iter_mut() {
                set(&mut rule.on_unenforceable);
            })*
        };
    }
    let (talk, money) = (&mut layer.communication, &mut layer.spending);
    all![
        layer.schedule.windows,
        layer.schedule.end,
        layer.budgets.budgets,
        layer.apps.rules,
        layer.apps.install_approval,
        layer.web.mode,
        layer.ratings.ceilings,
        layer.ratings.unrated,
        layer.ratings.explicit_content,
        layer.ratings.verdicts,
        talk.mode,
        talk.when_closed,
        talk.block_unknown_callers,
        talk.contact_approval,
        money.approval,
        money.caps,
        money.in_app,
        money.free_downloads,
        layer.features.rules,
        layer.age.share,
        layer.age.gates,
    ];
}

/// DENY_ACCESS in the place of anything else never loosens: what cannot be kept closes everything,
/// what can be kept is as it was.
fn deny_access_never_loosens(
    decider: Decider,
    scene: &Scene,
    dice: &mut Dice,
) -> Result<(), String> {
    let mut after = scene.clone();
    for of in &mut after.layers {
        each(of, |on| {
            if dice.one_in(2) {
                *on = OnUnenforceable::DenyAccess;
            }
        });
    }
    not_looser(&decider(scene), &decider(&after))
}

/// R-CAP-009: whatever stands in the place of a rule that cannot be kept, nothing is looser than if the rule were left
/// out.
fn what_stands_in_never_loosens(
    decider: Decider,
    scene: &Scene,
    dice: &mut Dice,
) -> Result<(), String> {
    let mut left_out = scene.clone();
    for of in &mut left_out.layers {
        each(of, |on| *on = OnUnenforceable::Report);
    }
    let mut stands_in = left_out.clone();
    for of in &mut stands_in.layers {
        each(of, |on| {
            *on = *dice.pick(&[
                OnUnenforceable::Report,
                OnUnenforceable::Stricter,
                OnUnenforceable::DenyAccess,
            ]);
        });
    }
    not_looser(&decider(&left_out), &decider(&stands_in))
}

/// Where every rule can be kept, what would hold otherwise decides nothing.
fn of_what_can_be_kept_it_decides_nothing(
    decider: Decider,
    scene: &Scene,
    dice: &mut Dice,
) -> Result<(), String> {
    let mut before = scene.clone();
    before.unenforceable.clear();
    let mut after = before.clone();
    for of in &mut after.layers {
        each(of, |on| {
            *on = *dice.pick(&[
                OnUnenforceable::Report,
                OnUnenforceable::Stricter,
                OnUnenforceable::DenyAccess,
            ]);
        });
    }
    same(&decider(&before), &decider(&after))
}

/// Seeded fault: a layer with a rule that says DENY_ACCESS and cannot be kept is left out.
#[test]
fn law_deny_access_never_loosens() {
    fn the_layer_is_left_out(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        let cannot = scene.unenforceable.clone();
        scene.layers.retain(|of| {
            let rules = of.rules();
            let mut denying = rules
                .iter()
                .filter(|row| row.on_unenforceable == OnUnenforceable::DenyAccess);
            !denying.any(|row| {
                let is_it = |rule: &parcep_core::decide::RuleRef| {
                    rule.author == of.author && rule.rule == row.id.as_str()
                };
                cannot.iter().any(is_it)
            })
        });
        now(&scene)
    }
    holds_and_is_not_idle(
        deny_access_never_loosens,
        now,
        &[the_layer_is_left_out],
        3_000,
    );
}

/// Seeded fault: R-CAP-009, instead of a rule that cannot be kept nothing of its layer holds.
#[test]
fn law_what_stands_in_never_loosens() {
    fn nothing_of_the_layer_holds(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        let cannot = scene.unenforceable.clone();
        scene.layers.retain(|of| {
            let stricter = |row: &parcep_core::policy::RuleRow<'_>| {
                row.on_unenforceable == OnUnenforceable::Stricter
                    && cannot
                        .iter()
                        .any(|rule| rule.author == of.author && rule.rule == row.id.as_str())
            };
            !of.rules().iter().any(stricter)
        });
        now(&scene)
    }
    holds_and_is_not_idle(
        what_stands_in_never_loosens,
        now,
        &[nothing_of_the_layer_holds],
        3_000,
    );
}

/// Seeded fault: what says DENY_ACCESS closes everything also where it can be kept.
#[test]
fn law_on_unenforceable_of_what_can_be_kept_decides_nothing() {
    fn nothing_can_be_kept(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        scene.unenforceable = scene.rules();
        now(&scene)
    }
    holds_and_is_not_idle(
        of_what_can_be_kept_it_decides_nothing,
        now,
        &[nothing_can_be_kept],
        3_000,
    );
}
