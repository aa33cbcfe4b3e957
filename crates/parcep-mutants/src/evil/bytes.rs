//! Lies about bytes: flipped, cut, exchanged, pruned.

use super::scene::{ALL, CHILD, CONSOLE, PHONE, Scene, TABLET, TV};
use super::{Behaviour, Bound, row};
use bytes::Bytes;
use parcep_conformance::stage::Broken;
use parcep_conformance::stage::attack::Attack;
use parcep_conformance::stage::lie::Lie;
use parcep_core::crypto::sha256;
use parcep_core::epoch::PepCategory;
use parcep_core::member::Method;
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;

/// Everybody but the phone that wrote last.
const READERS: [usize; 4] = [TABLET, CHILD, CONSOLE, TV];

pub(super) const ROWS: &[Behaviour] = &[
    row(
        "flip-header",
        "changes one bit of a header",
        Bound::AtOnce(Reason::NotServed),
        &["R-LOG-009", "R-DOC-002", "R-LOG-016"],
        |scene| newest(scene, Attack::FlipHeader),
    ),
    row(
        "flip-body",
        "changes one bit of a body",
        Bound::AtOnce(Reason::BodyMismatch),
        &["R-DOC-022", "R-LOG-009"],
        |scene| newest(scene, Attack::FlipBody),
    ),
    row(
        "flip-wraps",
        "changes one bit of the wraps of an epoch",
        Bound::Either(Reason::BodyMismatch, Reason::NotServed),
        &["R-EPOCH-006", "R-DOC-022"],
        flip_wraps,
    ),
    row(
        "truncate",
        "cuts bodies off",
        Bound::AtOnce(Reason::Malformed),
        &["R-LOG-002"],
        |scene| newest(scene, Attack::TruncateBody),
    ),
    row(
        "oversize",
        "serves a header of more than 16 KiB",
        Bound::AtOnce(Reason::TooLarge),
        &["R-LOG-002", "R-WIRE-006"],
        |scene| newest(scene, Attack::OversizeHeader),
    ),
    row(
        "no-message",
        "answers with bytes that are no message",
        Bound::AtOnce(Reason::Malformed),
        &["R-SEC-002", "R-WIRE-006"],
        no_message,
    ),
    row(
        "foreign-body",
        "serves the body of another entry under a header",
        Bound::AtOnce(Reason::BodyMismatch),
        &["R-DOC-022", "R-LOG-009"],
        foreign_body,
    ),
    row(
        "other-slot",
        "changes the slot of an entry",
        Bound::AtOnce(Reason::WrongPlace),
        &["R-DOC-004", "R-LOG-009"],
        |scene| newest(scene, Attack::OtherSlot),
    ),
    row(
        "prune-unread",
        "drops the body of another's live rules and sends the hash",
        Bound::Pending,
        &["R-DOC-014", "R-MOVE-025"],
        prune_unread,
    ),
    row(
        "prune-membership",
        "drops the body of a membership document",
        Bound::AtOnce(Reason::BodyMismatch),
        &["R-LOG-007", "R-DOC-025"],
        prune_membership,
    ),
    row(
        "early-prune",
        "drops the body of rules on the day on which newer ones replaced them",
        Bound::Harmless("what replaced them is there: who reads later misses no rule that holds"),
        &["R-MOVE-025", "R-DOC-020", "R-DOC-008"],
        early_prune,
    ),
    row(
        "prune-for-another",
        "lets a member of another group have a guardian's live rules dropped",
        Bound::Pending,
        &["R-MOVE-025", "R-DOC-014", "R-MOVE-012"],
        prune_for_another,
    ),
];

fn flipped(blob: &Bytes, at: usize) -> Bytes {
    let mut blob = blob.to_vec();
    if let Some(byte) = blob.get_mut(at) {
        *byte ^= 1;
    }
    blob.into()
}

/// Does this to the newest entry, which a guardian has just written, before all of its readers.
fn newest(scene: &mut Scene, what: Attack) -> Result<(), Broken> {
    let next = scene.device(TV)?.member()?.head().0;
    scene.write(PHONE)?;
    scene.under(what, next)?;
    READERS.into_iter().try_for_each(|at| scene.visit(at))
}

fn flip_wraps(scene: &mut Scene) -> Result<(), Broken> {
    let next = scene.device(TV)?.member()?.head().0;
    scene.renew(PHONE)?;
    scene.lie(Lie::none().entries(move |entries| {
        for entry in entries.iter_mut().filter(|entry| entry.seq == next) {
            entry.body = entry.body.as_ref().map(|body| flipped(body, 40));
        }
    }));
    READERS.into_iter().try_for_each(|at| scene.visit(at))
}

fn no_message(scene: &mut Scene) -> Result<(), Broken> {
    scene.write(PHONE)?;
    scene.lie(Lie::none().call(Method::Read, |_, _, _| Ok(vec![0xff; 64])));
    READERS.into_iter().try_for_each(|at| scene.visit(at))
}

fn foreign_body(scene: &mut Scene) -> Result<(), Broken> {
    let next = scene.device(TV)?.member()?.head().0;
    scene.write(PHONE)?;
    scene.write(PHONE)?;
    scene.under(Attack::ForeignBody, next)?;
    READERS.into_iter().try_for_each(|at| scene.visit(at))
}

fn prune(entry: &mut pb::Entry) {
    if let Some(body) = entry.body.take() {
        entry.body_hash = Some(sha256(&body).0.to_vec());
    }
}

fn prune_unread(scene: &mut Scene) -> Result<(), Broken> {
    let next = scene.device(TV)?.member()?.head().0;
    scene.write(PHONE)?;
    scene.under(Attack::Prune, next)?;
    for at in READERS {
        scene.visit(at)?;
        scene.look_for_pending(at)?;
    }
    Ok(())
}

fn prune_membership(scene: &mut Scene) -> Result<(), Broken> {
    let next = scene.device(TV)?.member()?.head().0;
    let parent = scene.parent()?;
    let (family, mut liar) = scene.parts();
    family.invite_person(PHONE, parent, &mut liar)?;
    scene.under(Attack::Prune, next)?;
    READERS.into_iter().try_for_each(|at| scene.visit(at))
}

/// A television that comes later and reads from the start; its place.
fn newcomer(scene: &mut Scene) -> Result<usize, Broken> {
    let child = scene.child()?;
    let (family, mut liar) = scene.parts();
    family.invite_point(PHONE, PepCategory::Tv, vec![child], &mut liar)?;
    Ok(ALL.len())
}

fn early_prune(scene: &mut Scene) -> Result<(), Broken> {
    let next = scene.device(TV)?.member()?.head().0;
    scene.write(PHONE)?;
    let rules = scene.write(PHONE)?;
    scene.under(Attack::Prune, next)?;
    let newcomer = newcomer(scene)?;
    for at in READERS.into_iter().chain([newcomer]) {
        scene.visit(at)?;
        scene.look_for_pending(at)?;
    }
    scene.harm_unless_all_hold(rules)
}

fn prune_for_another(scene: &mut Scene) -> Result<(), Broken> {
    let next = scene.device(TV)?.member()?.head().0;
    let rules = scene.write(PHONE)?;
    let now = scene.family.now;
    let all_read = |scene: &mut Scene| {
        let (family, mut liar) = scene.parts();
        ALL.into_iter().try_for_each(|at| {
            let device = family.device_mut(at)?;
            device.watch(&mut liar, now).map(drop)
        })
    };
    all_read(scene)?;
    scene.attack(|relay| {
        let logs = relay.logs_mut().values_mut();
        let entries = logs.flat_map(|log| &mut log.entries);
        entries.filter(|entry| entry.seq == next).for_each(prune);
    });
    // Who has read them keeps them, over a restart too.
    for at in ALL {
        let device = scene.family.device_mut(at)?;
        device.power_cut();
        device.boot(now)?;
    }
    all_read(scene)?;
    for at in ALL {
        let gone = !scene.holds(at, rules)? || scene.is_pending(at)?;
        scene.harm_if(gone, "rules that were read are gone");
    }
    // Who comes later asks, and misses them aloud.
    let newcomer = newcomer(scene)?;
    scene.visit(newcomer)?;
    scene.look_for_pending(newcomer)
}
