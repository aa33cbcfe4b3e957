//! Tightening one rule never loosens another target, and nothing at all.

use std::collections::BTreeSet;

use parcep_core::age::AgeAssurance;
use parcep_core::decide::Answer;
use parcep_core::policy::*;

use super::{Decider, holds_and_is_not_idle, not_looser, now};
use crate::scene::{ACTIONS, Dice, Scene, scene, window_target};

/// Makes one rule of a layer stricter; `false` where the layer has no such rule.
type Tighten = fn(&mut PolicyLayer, &mut Dice) -> bool;

/// What is done, how an action begins that it can reach, and doing it.
const WAYS: &[(&str, &str, Tighten)] = &[
    ("an app is blocked", "app", |layer, _| {
        let app = AppTarget::App("pcps/Talk".parse().unwrap());
        layer.apps.rules.push(AppRule::block(tight(), app));
        true
    }),
    ("a budget is halved", "app", |layer, dice| {
        let halve = |budget: &mut Budget| match &mut budget.allowance {
            Allowance::Daily(rows) => rows.iter_mut().for_each(|row| row.seconds /= 2),
            Allowance::Weekly(seconds) => *seconds /= 2,
        };
        one(&mut layer.budgets.budgets, dice).map(halve).is_some()
    }),
    ("a window is closed", "app", |layer, dice| {
        // Closed hours can have the milder mode, and then open contact (R-EVAL-028).
        let mut when_closed = layer.communication.when_closed.iter();
        if when_closed.any(|rule| rule.mode != CommunicationMode::Disabled) {
            return false;
        }
        let mut window = Window::all_day(tight(), WindowState::Block, Weekdays::ALL);
        window.target = window_target(dice);
        layer.schedule.windows.push(window);
        true
    }),
    ("a ceiling is lowered", "content", |layer, dice| {
        let lower = |rule: &mut RatingRule| match rule.ceiling {
            Ceiling::MaxAge(age) => {
                rule.ceiling = Ceiling::max_age(age.years() / 2).unwrap();
            }
            Ceiling::Label(_) => {}
        };
        one(&mut layer.ratings.ceilings, dice).map(lower).is_some()
    }),
    (
        "what has no rating is asked or blocked",
        "content:unrated",
        |layer, dice| {
            let next = |rule: &mut UnratedRule| {
                rule.effect = match rule.effect {
                    UnratedEffect::Allow => UnratedEffect::Ask,
                    UnratedEffect::Ask | UnratedEffect::Block => UnratedEffect::Block,
                };
            };
            one(&mut layer.ratings.unrated, dice).map(next).is_some()
        },
    ),
    ("a verdict needs less confidence", "host", |layer, dice| {
        let lower = |rule: &mut VerdictRule| {
            let half = u32::from(rule.min_confidence) / 2;
            rule.min_confidence = half.try_into().unwrap();
        };
        one(&mut layer.ratings.verdicts, dice).map(lower).is_some()
    }),
    ("a verdict blocks", "content:unrated", |layer, dice| {
        let block = |rule: &mut VerdictRule| rule.effect = VerdictEffect::Block;
        one(&mut layer.ratings.verdicts, dice).map(block).is_some()
    }),
    ("a feature is asked or blocked", "feature", |layer, dice| {
        let next = |rule: &mut FeatureRule| {
            rule.effect = match rule.effect {
                FeatureEffect::Allow => FeatureEffect::Ask,
                FeatureEffect::Ask | FeatureEffect::Block => FeatureEffect::Block,
            };
        };
        one(&mut layer.features.rules, dice).map(next).is_some()
    }),
    ("a gate is added", "app", |layer, _| {
        let mut gate = AgeGate::new(tight(), 16.try_into().unwrap());
        gate.on_unknown = AgeOnUnknown::Block;
        layer.age.gates.push(gate);
        true
    }),
    (
        "a gate opens later, and to the sure alone",
        "app",
        |layer, dice| {
            let later = |gate: &mut AgeGate| {
                let years = (gate.minimum_age.years() + 3).min(21);
                gate.minimum_age = years.try_into().unwrap();
                gate.least_assurance = AgeAssurance::Strict;
            };
            one(&mut layer.age.gates, dice).map(later).is_some()
        },
    ),
    ("a host is blocked", "host", |layer, dice| {
        let host = dice.pick(&["example", "b.a.example", "test"]);
        layer.web.block.push(HostRule {
            id: tight(),
            host: host.parse().unwrap(),
        });
        true
    }),
    ("the web is an allow list", "host", |layer, _| {
        let to_list = |rule: &mut WebRule| rule.mode = WebMode::AllowList;
        layer.web.mode.as_mut().map(to_list).is_some()
    }),
    ("contact is off", "contact", |layer, _| {
        let disable = |rule: &mut CommunicationRule| rule.mode = CommunicationMode::Disabled;
        layer.communication.mode.as_mut().map(disable).is_some()
    }),
    ("contact is off in closed hours", "contact", |layer, _| {
        let disable = |rule: &mut CommunicationRule| rule.mode = CommunicationMode::Disabled;
        let when_closed = layer.communication.when_closed.as_mut();
        when_closed.map(disable).is_some()
    }),
    ("unknown callers are blocked", "caller", |layer, _| {
        turn_on(&mut layer.communication.block_unknown_callers)
    }),
    ("adding contacts is approved", "add_contact", |layer, _| {
        turn_on(&mut layer.communication.contact_approval)
    }),
    ("installing is approved", "install", |layer, _| {
        turn_on(&mut layer.apps.install_approval)
    }),
    ("buying is approved", "purchase", |layer, _| {
        turn_on(&mut layer.spending.approval)
    }),
    ("more purchases are approved", "purchase", |layer, _| {
        layer.spending.approval_class = PurchaseClass::All;
        true
    }),
    ("a cap on spending is lowered", "purchase", |layer, dice| {
        let lower = |cap: &mut SpendingCap| cap.amount.minor /= 2;
        one(&mut layer.spending.caps, dice).map(lower).is_some()
    }),
    ("a cap on extra time is lowered", "app", |layer, _| {
        let cap = &mut layer.budgets.extra_time_cap;
        *cap = Some(cap.unwrap_or(600) / 2);
        true
    }),
];

fn tight() -> RuleId {
    "tight".parse().unwrap()
}

fn one<'a, T>(rules: &'a mut [T], dice: &mut Dice) -> Option<&'a mut T> {
    let which = dice.roll(rules.len().max(1) as u64) as usize;
    rules.get_mut(which)
}

/// Turns a flag on that is off or absent.
fn turn_on(flag: &mut Option<Flag>) -> bool {
    flag.get_or_insert_with(|| Flag::new(tight(), true)).on = true;
    true
}

/// The scene before and after one rule of its first layer was made stricter, and how; half of them
/// with an action that this can reach.
fn tightened(scene: &Scene, dice: &mut Dice) -> Option<(&'static str, Scene, Scene)> {
    let (name, reaches, way) = dice.pick(WAYS);
    let mut before = scene.clone();
    if dice.one_in(2) {
        let near = ACTIONS.iter().filter(|action| action.starts_with(reaches));
        before.action = (*dice.pick(&near.collect::<Vec<_>>())).to_string();
    }
    let mut after = before.clone();
    let layer = after.layers.first_mut()?;
    way(layer, dice).then_some((name, before, after))
}

fn tightening_loosens_nothing(
    decider: Decider,
    scene: &Scene,
    dice: &mut Dice,
) -> Result<(), String> {
    let Some((name, before, after)) = tightened(scene, dice) else {
        return Ok(());
    };
    not_looser(&decider(&before), &decider(&after)).map_err(|what| format!("{name}: {what}"))
}

/// Seeded faults: R-EVAL-010, the newest rule counts for every app; R-EVAL-020, the newest window
/// counts alone, whatever its target.
#[test]
fn law_tightening_one_rule_loosens_no_other_target() {
    fn the_newest_app_rule_counts_for_every_app(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        for layer in &mut scene.layers {
            let keep = layer.apps.rules.len().saturating_sub(1);
            layer.apps.rules.drain(..keep);
        }
        now(&scene)
    }
    fn the_newest_window_counts_alone(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        for layer in &mut scene.layers {
            let keep = layer.schedule.windows.len().saturating_sub(1);
            layer.schedule.windows.drain(..keep);
        }
        now(&scene)
    }
    holds_and_is_not_idle(
        tightening_loosens_nothing,
        now,
        &[
            the_newest_app_rule_counts_for_every_app,
            the_newest_window_counts_alone,
        ],
        6_000,
    );
}

/// A way that tightens nothing would hold the law for nothing.
#[test]
fn every_way_of_tightening_tightens_something() {
    let mut idle: BTreeSet<&str> = WAYS.iter().map(|(name, ..)| *name).collect();
    for seed in 0..48_000 {
        // Eight ways in each scene.
        let Some((name, before, after)) = tightened(&scene(seed / 8), &mut Dice(!seed)) else {
            continue;
        };
        // The other way round it loosens.
        if idle.contains(name) && not_looser(&now(&after), &now(&before)).is_err() {
            idle.remove(name);
        }
    }
    assert!(idle.is_empty(), "{idle:?}");
}
