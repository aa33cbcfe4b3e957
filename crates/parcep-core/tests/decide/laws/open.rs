//! What step 1 opens: the rights floor, a guardian's session, what law keeps open.

use parcep_core::decide::{Answer, ControlLimit, Effect, Limited, Reason, Subject};
use parcep_core::policy::OverrideKind;

use super::{Decider, holds_and_is_not_idle, real, same};
use crate::scene::{Dice, Scene};

/// ALLOW, and nothing else is said.
fn opened(reason: Reason) -> Answer {
    Answer {
        effect: Effect::Allow,
        reason,
        rules: Vec::new(),
        remaining_seconds: None,
        next_change: None,
    }
}

/// R-EVAL-001: the rights floor answers ALLOW, and nothing else is said.
fn the_floor_is_always_open(
    decider: Decider,
    scene: &Scene,
    dice: &mut Dice,
) -> Result<(), String> {
    let mut scene = scene.clone();
    let floor = [
        "service:urn:service:sos",
        "service:urn:service:sos.police",
        "service:urn:service:counseling",
        "service:URN:Service:Counseling.Children",
    ];
    scene.action = (*dice.pick(&floor)).to_owned();
    same(&opened(Reason::RightsFloor), &decider(&scene))
}

/// R-EVAL-046: in a guardian's session no policy is asked.
fn a_session_asks_no_policy(decider: Decider, scene: &Scene, _: &mut Dice) -> Result<(), String> {
    let mut scene = scene.clone();
    if scene.action.contains(":sos") || scene.action.contains(":counseling") {
        return Ok(());
    }
    scene.subject = Subject::GuardianPresent;
    same(&opened(Reason::GuardianPresent), &decider(&scene))
}

/// R-EVAL-047: what a limit on control protects is open, whatever else is there.
fn what_law_protects_is_open(decider: Decider, scene: &Scene, _: &mut Dice) -> Result<(), String> {
    let mut scene = scene.clone();
    scene.subject = Subject::Dependant;
    let Some((kind, item)) = scene.action.split_once(':') else {
        return Ok(());
    };
    let what = match kind {
        "app" | "install" => Limited::App(item.parse().unwrap()),
        // The host itself, and all others as what is below it.
        "host" => match item.rsplit_once('.') {
            Some((_, above)) => Limited::Host(above.parse().unwrap()),
            None => return Ok(()),
        },
        "contact" | "caller" | "add_contact" => Limited::Contact(item.parse().unwrap()),
        "service" if item.ends_with("food") => Limited::Contact(item.parse().unwrap()),
        _ => return Ok(()),
    };
    scene.limits.push(ControlLimit {
        jurisdiction: "de".parse().unwrap(),
        what,
    });
    same(&opened(Reason::Protected), &decider(&scene))
}

fn is_locked(scene: &Scene) -> bool {
    let mut acts = scene.overrides.iter();
    acts.any(|act| matches!(act.kind(), OverrideKind::LockNow { .. }))
}

/// Seeded fault: R-EVAL-001, a lock binds the rights floor.
#[test]
fn law_the_floor_always_answers_allow() {
    fn a_lock_binds_the_floor(scene: &Scene) -> Answer {
        let mut answer = real(scene);
        if is_locked(scene) {
            answer.effect = Effect::Deny;
        }
        answer
    }
    holds_and_is_not_idle(
        the_floor_is_always_open,
        real,
        &[a_lock_binds_the_floor],
        3_000,
    );
}

/// Seeded fault: R-EVAL-046, a session ends at a pending section.
#[test]
fn law_a_guardians_session_asks_no_policy() {
    fn what_is_pending_is_asked_first(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        if !scene.pending.is_empty() {
            scene.subject = Subject::Dependant;
        }
        real(&scene)
    }
    holds_and_is_not_idle(
        a_session_asks_no_policy,
        real,
        &[what_is_pending_is_asked_first],
        3_000,
    );
}

/// Seeded fault: R-EVAL-047, a lock comes before what law protects.
#[test]
fn law_what_a_limit_on_control_protects_is_always_open() {
    fn a_lock_comes_first(scene: &Scene) -> Answer {
        let mut scene = scene.clone();
        if is_locked(&scene) {
            scene.limits.clear();
        }
        real(&scene)
    }
    holds_and_is_not_idle(
        what_law_protects_is_open,
        real,
        &[a_lock_comes_first],
        3_000,
    );
}
