//! Lies about registers: old ones, other ones, made-up ones.

use super::scene::{CHILD, CONSOLE, PHONE, Scene, TABLET, TV};
use super::{Behaviour, Bound, row};
use parcep_conformance::stage::Broken;
use parcep_conformance::stage::lie::Lie;
use parcep_core::member::{Event, Method};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;

/// Everybody who reads beats.
const READERS: [usize; 4] = [TABLET, CHILD, CONSOLE, TV];

pub(super) const ROWS: &[Behaviour] = &[
    row(
        "old-register",
        "serves the beat before the last",
        Bound::AtOnce(Reason::Rollback),
        &["R-REG-005"],
        old,
    ),
    row(
        "other-writers-register",
        "serves the tablet's beat under the name of the phone's",
        Bound::Harmless("it opens under no other name, and counts for nobody"),
        &["R-REG-001", "R-REG-004"],
        of_another,
    ),
    row(
        "newer-version",
        "writes a higher version beside a register than its writer signed",
        Bound::Harmless("the signed version is another, and it counts for nothing"),
        &["R-REG-001"],
        |scene| bent(scene, |register| register.version += 5),
    ),
    row(
        "flip-register",
        "changes one bit of a register",
        Bound::Harmless("the seal breaks, and it counts for nothing"),
        &["R-DOC-002", "R-REG-003"],
        |scene| {
            bent(scene, |register| {
                if let Some(byte) = register.value.get_mut(100) {
                    *byte ^= 1;
                }
            })
        },
    ),
    row(
        "no-registers",
        "serves no register at all",
        Bound::Harmless("what stood goes on; the rules are STALE after 24 hours and say so"),
        &["R-TIME-012", "R-REG-005"],
        none,
    ),
];

fn old(scene: &mut Scene) -> Result<(), Broken> {
    scene.beat(PHONE)?;
    let log = scene.relay.logs().values().next();
    let before: Vec<_> = log
        .iter()
        .flat_map(|log| log.registers.values().cloned())
        .collect();
    scene.family.now += 60;
    scene.beat(PHONE)?;
    for at in READERS {
        scene.read_beat(at, PHONE)?;
    }
    scene.lie(Lie::none().reply(
        Method::ReadRegister,
        move |reply: &mut pb::ReadRegisterResponse| {
            let asked = reply
                .register
                .as_ref()
                .map(|register| register.name.clone());
            let old = before.iter().find(|old| Some(&old.name) == asked.as_ref());
            reply.register = old.cloned().or_else(|| reply.register.take());
        },
    ));
    for at in READERS {
        scene.read_beat(at, PHONE)?;
    }
    Ok(())
}

fn of_another(scene: &mut Scene) -> Result<(), Broken> {
    scene.beat(TABLET)?;
    let log = scene.relay.logs().values().next();
    let tablets = log.and_then(|log| log.registers.values().next().cloned());
    let tablets = tablets.ok_or_else(|| Broken::new("no register"))?;
    scene.beat(PHONE)?;
    let honest = scene.is_honest();
    scene.lie(Lie::none().reply(
        Method::ReadRegister,
        move |reply: &mut pb::ReadRegisterResponse| {
            if let Some(register) = &mut reply.register {
                register.value.clone_from(&tablets.value);
                register.version = tablets.version;
            }
        },
    ));
    nobody_takes_it(scene, honest)
}

fn bent(scene: &mut Scene, bend: fn(&mut pb::Register)) -> Result<(), Broken> {
    scene.beat(PHONE)?;
    let honest = scene.is_honest();
    scene.lie(Lie::none().reply(
        Method::ReadRegister,
        move |reply: &mut pb::ReadRegisterResponse| {
            reply.register.iter_mut().for_each(bend);
        },
    ));
    nobody_takes_it(scene, honest)
}

fn nobody_takes_it(scene: &mut Scene, honest: bool) -> Result<(), Broken> {
    for at in READERS {
        let events = scene.read_beat(at, PHONE)?;
        let taken = events
            .iter()
            .any(|event| matches!(event, Event::Register(_, _, Some(_))));
        scene.harm_if(taken != honest, "a register that nobody signed was taken");
    }
    Ok(())
}

fn none(scene: &mut Scene) -> Result<(), Broken> {
    let id = scene.lock(PHONE)?;
    scene.beat(PHONE)?;
    scene.lie(Lie::none().reply(
        Method::ReadRegister,
        |reply: &mut pb::ReadRegisterResponse| reply.register = None,
    ));
    for at in READERS {
        scene.visit(at)?;
        scene.read_beat(at, PHONE)?;
    }
    scene.harm_unless_all_hold(id)
}
