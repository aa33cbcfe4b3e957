//! The laws of combining, each written once, held by the code and shown to fail on a seeded fault.

use parcep_core::decide::{Answer, Effect, Reason};
use parcep_core::policy::{
    AppAccess, AppRule, AppTarget, LayerAuthor, Override, OverrideKind, PolicyLayer,
};

use std::collections::BTreeSet;

use crate::oracle::stepped;
use crate::scene::{Dice, Scene, layer, scene};

/// How the laws ask: the code under test, or a faulty stand-in.
type Decider = fn(&Scene) -> Answer;

fn real(scene: &Scene) -> Answer {
    scene.answer()
}

/// A law looks at one scene and says what is wrong.
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

fn holds_and_is_not_idle(law: Law, fault: Decider, seeds: u64) {
    if let Some(what) = broken(law, real, seeds) {
        panic!("{what}");
    }
    assert!(
        broken(law, fault, seeds).is_some(),
        "the seeded fault was not noticed"
    );
}

const LIFESTYLE: [Reason; 3] = [Reason::Locked, Reason::Window, Reason::Budget];

/// R-EVAL-060: with custody open, one more layer never loosens anything.
fn one_more_layer_never_loosens(
    decider: Decider,
    scene: &Scene,
    dice: &mut Dice,
) -> Result<(), String> {
    let mut before = scene.clone();
    before.custody.clear();
    // A grant's author is not the new layer's, so nothing but the layer changes.
    let mut after = before.clone();
    after.layers.push(layer(dice, 7));
    let (was, is) = (decider(&before), decider(&after));
    if is.effect < was.effect {
        return Err(format!(
            "{was:?} became {is:?} with {:#?}",
            after.layers.last()
        ));
    }
    let shorter = match (was.remaining_seconds, is.remaining_seconds) {
        (Some(was), Some(is)) => is <= was,
        (Some(_), None) => is.effect != Effect::Allow,
        (None, _) => true,
    };
    if shorter {
        Ok(())
    } else {
        Err(format!("remaining grew: {was:?}, {is:?}"))
    }
}

/// R-EVAL-061: in another's custody, a layer changes no lifestyle area and loosens no safety area.
fn custody_keeps_lifestyle(decider: Decider, scene: &Scene, dice: &mut Dice) -> Result<(), String> {
    let mut before = scene.clone();
    for stretch in &mut before.custody {
        stretch.guardian = LayerAuthor::guardian("g0").unwrap();
    }
    let held = before
        .custody
        .iter()
        .any(|s| s.from <= before.at && before.at < s.until);
    let mut after = before.clone();
    after.layers.push(layer(dice, 7));
    let (was, is) = (decider(&before), decider(&after));
    if held && is.effect < was.effect {
        return Err(format!("loosened: {was:?} became {is:?}"));
    }
    if held && is.effect != was.effect && LIFESTYLE.contains(&is.reason) {
        return Err(format!(
            "a lifestyle rule reached into another's custody: {was:?}, {is:?}"
        ));
    }
    Ok(())
}

/// R-EVAL-040: the order of layers and overrides means nothing.
fn order_means_nothing(decider: Decider, scene: &Scene, _: &mut Dice) -> Result<(), String> {
    let mut other = scene.clone();
    other.layers.reverse();
    other.overrides.reverse();
    let sorted = |scene: &Scene| {
        let mut answer = decider(scene);
        answer.rules.sort();
        answer
    };
    let (one, two) = (sorted(scene), sorted(&other));
    if one == two {
        Ok(())
    } else {
        Err(format!("{one:?}, {two:?}"))
    }
}

/// R-EVAL-001: the rights floor answers ALLOW, and nothing else is said.
fn the_floor_is_always_open(decider: Decider, scene: &Scene, _: &mut Dice) -> Result<(), String> {
    let mut scene = scene.clone();
    scene.action = "service:urn:service:sos.police".to_owned();
    let answer = decider(&scene);
    let silent = answer.rules.is_empty()
        && answer.next_change.is_none()
        && answer.remaining_seconds.is_none();
    if (answer.effect, answer.reason, silent) == (Effect::Allow, Reason::RightsFloor, true) {
        Ok(())
    } else {
        Err(format!("{answer:?}"))
    }
}

/// R-EVAL-050, R-EVAL-051: nothing changes before the next change, and then it does.
fn the_next_change_is_exact(decider: Decider, scene: &Scene, _: &mut Dice) -> Result<(), String> {
    // Everything in a scene stands on whole ten minutes, the instant on whole minutes.
    let mut scene = scene.clone();
    scene.at = round(scene.at);
    scene
        .layers
        .iter_mut()
        .flat_map(|l| &mut l.apps.rules)
        .for_each(|r| r.counts_toward_budget = true);
    for act in &mut scene.overrides {
        *act = on_the_grid(act);
    }
    for stretch in &mut scene.custody {
        (stretch.from, stretch.until) = (round(stretch.from), round(stretch.until));
    }
    let answer = decider(&scene);
    let (change, ended) = stepped(&scene, 300);
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

fn round(at: jiff::Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_second(at.as_second() / 600 * 600).unwrap()
}

fn on_the_grid(act: &Override) -> Override {
    let round =
        |at: jiff::Timestamp| jiff::Timestamp::from_second(at.as_second() / 600 * 600).unwrap();
    let until = act.until().map(round);
    let (author, id) = (act.author().clone(), act.id().clone());
    Override::new(
        author,
        id,
        act.position(),
        round(act.from()),
        until,
        act.kind().clone(),
    )
    .unwrap()
}

/// Tightening one rule never loosens another target.
fn tightening_loosens_nothing(
    decider: Decider,
    scene: &Scene,
    dice: &mut Dice,
) -> Result<(), String> {
    let was = decider(scene);
    let mut after = scene.clone();
    let layer = &mut after.layers[0];
    match dice.roll(3) {
        0 => layer.apps.rules.push(block("pcps/Talk")),
        1 => {
            let mut rows = layer.budgets.budgets.iter_mut();
            if let Some(parcep_core::policy::Allowance::Daily(rows)) =
                rows.next().map(|b| &mut b.allowance)
            {
                rows.iter_mut().for_each(|row| row.seconds /= 2);
            }
        }
        _ => {
            let talk = "host.test".parse().unwrap();
            layer.web.block.push(parcep_core::policy::HostRule {
                id: "x".parse().unwrap(),
                host: talk,
            });
        }
    }
    let is = decider(&after);
    if is.effect >= was.effect {
        Ok(())
    } else {
        Err(format!("{was:?} became {is:?}"))
    }
}

fn block(app: &str) -> AppRule {
    AppRule::block(
        "tight".parse().unwrap(),
        AppTarget::App(app.parse().unwrap()),
    )
}

/// Seeded fault: R-EVAL-060, one layer wins over all others.
#[test]
fn law_one_more_layer_never_loosens() {
    fn the_last_layer_wins(scene: &Scene) -> Answer {
        let layers = scene.layers.last().cloned().into_iter().collect();
        real(&Scene {
            layers,
            ..scene.clone()
        })
    }
    holds_and_is_not_idle(one_more_layer_never_loosens, the_last_layer_wins, 3_000);
}

/// Seeded fault: R-EVAL-061, custody is forgotten.
#[test]
fn law_a_layer_reaches_no_lifestyle_area_in_another_guardians_custody() {
    fn custody_is_forgotten(scene: &Scene) -> Answer {
        real(&Scene {
            custody: Vec::new(),
            ..scene.clone()
        })
    }
    holds_and_is_not_idle(custody_keeps_lifestyle, custody_is_forgotten, 3_000);
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
        real(&scene)
    }
    holds_and_is_not_idle(order_means_nothing, the_last_in_the_list_counts, 3_000);
}

/// Seeded fault: R-EVAL-001, a lock binds the rights floor.
#[test]
fn law_the_floor_always_answers_allow() {
    fn a_lock_binds_the_floor(scene: &Scene) -> Answer {
        let mut answer = real(scene);
        if scene
            .overrides
            .iter()
            .any(|act| matches!(act.kind(), OverrideKind::LockNow { .. }))
        {
            answer.effect = Effect::Deny;
        }
        answer
    }
    holds_and_is_not_idle(the_floor_is_always_open, a_lock_binds_the_floor, 3_000);
}

/// Seeded fault: R-EVAL-051, what changes after a day is forgotten.
#[test]
fn law_nothing_changes_before_the_next_change() {
    fn changes_after_a_day_are_forgotten(scene: &Scene) -> Answer {
        let mut answer = real(scene);
        let day = scene.at.as_second() + 86_400;
        answer.next_change = answer.next_change.filter(|at| at.as_second() < day);
        answer
    }
    holds_and_is_not_idle(
        the_next_change_is_exact,
        changes_after_a_day_are_forgotten,
        300,
    );
}

/// Seeded fault: R-EVAL-010, the newest rule counts for every app.
#[test]
fn law_tightening_one_rule_loosens_no_other_target() {
    fn the_newest_app_rule_counts_for_every_app(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        for layer in &mut scene.layers {
            let keep = layer.apps.rules.len().saturating_sub(1);
            layer.apps.rules.drain(..keep);
        }
        real(&scene)
    }
    holds_and_is_not_idle(
        tightening_loosens_nothing,
        the_newest_app_rule_counts_for_every_app,
        3_000,
    );
}

#[test]
fn deciding_is_total_over_random_scenes() {
    for seed in 0..5_000 {
        let answer = scene(seed).answer();
        assert!(answer.remaining_seconds.is_none() || answer.effect == Effect::Allow);
    }
}

/// R-EVAL-052: every reason comes with an effect of its row, and the scenes reach most of them.
#[test]
fn a_reason_comes_with_the_effects_of_its_row_only() {
    let mut seen = BTreeSet::new();
    for seed in 0..5_000 {
        let answer = scene(seed).answer();
        let row = answer.reason.row();
        assert!(row.effects.contains(&answer.effect), "{answer:?}");
        assert_eq!(row.reason, answer.reason);
        seen.insert(answer.reason);
    }
    assert!(seen.len() >= 8, "{seen:?}");
}

/// An explicit allow in one layer is no allow in another.
#[test]
fn an_allow_in_one_layer_never_answers_for_another() {
    let mut both = scene(1);
    both.overrides.clear();
    both.custody.clear();
    both.action = "app:pcps/Chess".to_owned();
    let layer_of = |name: &str, access: AppAccess| {
        let mut layer = PolicyLayer::empty(LayerAuthor::guardian(name).unwrap());
        let mut rule = block("pcps/Chess");
        rule.access = Some(access);
        layer.apps.rules.push(rule);
        layer
    };
    both.layers = vec![
        layer_of("a", AppAccess::Allow),
        layer_of("b", AppAccess::Block),
    ];
    assert_eq!(
        both.effect(&both.compiled()),
        (Effect::Deny, Reason::Blocked)
    );
}

/// R-POL-022: a review date that has passed ends nothing.
#[test]
fn an_overdue_rule_still_holds() {
    let mut scene = scene(2);
    scene.overrides.clear();
    scene.custody.clear();
    scene.action = "app:pcps/Chess".to_owned();
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian("a").unwrap());
    let mut rule = block("pcps/Chess");
    rule.review_by = Some(jiff::civil::date(2020, 1, 1));
    layer.apps.rules.push(rule);
    scene.layers = vec![layer];
    assert_eq!(
        scene.effect(&scene.compiled()),
        (Effect::Deny, Reason::Blocked)
    );
}

/// R-EVAL-062, R-EVAL-017: what should open and does not asks, or denies; other areas go on.
#[test]
fn a_pending_section_asks_in_its_own_area_only() {
    use parcep_core::decide::{Action, Context, PolicyInput, Usage, compile, decide};
    use parcep_core::policy::{Profile, SectionName};
    let ratings = parcep_core::ratings::RatingTable::bundled();
    let profile = Profile::new("Europe/London".parse().unwrap());
    let mut input = PolicyInput::new(&profile, &[]);
    input.pending = &[SectionName::Web, SectionName::Spending];
    let zones = parcep_core::zones::Zones::bundled();
    let policy = compile(&input, &ratings, &zones).unwrap();
    for (action, can_ask, expected) in [
        ("host:example.org", true, Effect::Ask),
        ("host:example.org", false, Effect::Deny),
        ("purchase:GBP/1", true, Effect::Ask),
        ("app:pcps/Chess", true, Effect::Allow),
        ("device", true, Effect::Allow),
        ("service:urn:service:sos", false, Effect::Allow),
    ] {
        let action = Action::parse(action, &ratings).unwrap();
        let mut context = Context::new("2026-11-23T10:00:00Z".parse().unwrap(), &action);
        context.can_ask = can_ask;
        let usage = Usage::none();
        let decision = decide(&policy, &usage, &context);
        assert_eq!(decision.effect(), expected, "{action:?}");
        if expected != Effect::Allow {
            assert_eq!(
                (decision.reason(), decision.rules().count()),
                (Reason::Pending, 0)
            );
        }
    }
}
