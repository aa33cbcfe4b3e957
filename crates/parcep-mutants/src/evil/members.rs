//! Lies about who belongs: ghosts, foreign wraps, two epochs, and the help of a member.

use super::scene::{ALL, CHILD, CONSOLE, PHONE, Scene, TABLET, TV};
use super::{Behaviour, Bound, row};
use parcep_conformance::stage::lie::Lie;
use parcep_conformance::stage::{Broken, Relay, Seeded, rules};
use parcep_core::constitution::{EnforcementPoint, UncertainTime};
use parcep_core::crypto::{Hash, SealingKey, SigningKey};
use parcep_core::document::{Author, Draft, PayloadType, Place, SealedBody, SectionKind};
use parcep_core::epoch::{Keyring, PepCategory};
use parcep_core::id::{DeviceId, DocumentId};
use parcep_core::log::Entry;
use parcep_core::reason::Reason;

/// Everybody but the phone that wrote last.
const READERS: [usize; 4] = [TABLET, CHILD, CONSOLE, TV];

pub(super) const ROWS: &[Behaviour] = &[
    row(
        "ghost-member",
        "appends a device of its own, sealed with what it has",
        Bound::Harmless("it opens for nobody, is given no wrap and stands in no list"),
        &["R-LOG-009", "R-EPOCH-003", "R-MEM-010"],
        |scene| ghost(scene, None),
    ),
    row(
        "ghost-with-help",
        "appends a device of its own, sealed with the secrets of a child's phone",
        Bound::Harmless("no live device signed it: it is void for everybody"),
        &["R-MEM-010", "R-MEM-007", "R-LOG-010"],
        |scene| ghost(scene, Some(CHILD)),
    ),
    row(
        "ghost-wrap",
        "puts a wrap for itself into an epoch",
        Bound::Either(Reason::BodyMismatch, Reason::NotServed),
        &["R-EPOCH-006", "R-DOC-022"],
        ghost_wrap,
    ),
    row(
        "two-epochs",
        "gives two phones of a guardian two epochs of one number",
        Bound::OneExchange(Reason::Fork),
        &["R-LOG-006", "R-EPOCH-010"],
        two_epochs,
    ),
    row(
        "forged-rule",
        "appends a rule that a child's phone made for it",
        Bound::Harmless("the table gives the child no such entry: it is void for everybody"),
        &["R-MEM-010", "R-LOG-010"],
        forged_rule,
    ),
    row(
        "stalling-insider",
        "appends an entry that a member signed for another place",
        Bound::Harmless("it is void for everybody once the next entry stands behind it"),
        &["R-LOG-009", "R-LOG-012"],
        stalling,
    ),
];

/// Appends at the relay, past every right.
fn put(relay: &mut Relay, entry: &Entry) {
    for log in relay.logs_mut().values_mut() {
        log.head = entry.hash();
        log.entries.push(entry.into());
    }
}

fn next_place(relay: &Relay) -> Place {
    let log = relay.logs().values().next();
    Place {
        relay_epoch: 1,
        seq: log.map_or(0, |log| log.entries.len() as u64),
        prev: log.map_or(Hash::ZERO, |log| log.head),
    }
}

/// A device that nobody admitted, listed by a key of the relay's own.
fn ghost(scene: &mut Scene, helper: Option<usize>) -> Result<(), Broken> {
    let mut random = Seeded::new(66);
    let (child, signer) = (scene.child()?, SigningKey::generate(&mut random)?);
    let sealing = SealingKey::generate(&mut random)?;
    let device = DeviceId::random(&mut random)?;
    let member = scene.device(helper.unwrap_or(PHONE))?.member()?;
    let log_id = member.anchor().log_id;
    let secrets = match helper {
        Some(_) => member.keyring().clone(),
        // The relay has none: it makes some up.
        None => {
            let mut made_up = Keyring::default();
            for (id, _) in member.keyring().iter() {
                made_up.insert(id, parcep_core::crypto::Secret::random(&mut random)?);
            }
            made_up
        }
    };
    let point = EnforcementPoint {
        id: device,
        signing: signer.public(),
        sealing: sealing.public(),
        category: PepCategory::DeviceOs,
        dependants: vec![child],
        capabilities: vec![],
        uncertain_time: UncertainTime::Unspecified,
    };
    let draft = Draft {
        payload_type: PayloadType::EnforcementPoint,
        document_id: DocumentId::random(&mut random)?,
        base: None,
        dependant: None,
        slot: Vec::new().into(),
        sections: vec![(SectionKind::EnforcementPoint, point.encode())],
        issued_at: 0,
    };
    let body = SealedBody::seal(log_id, draft, &[], &secrets, &mut random)?;
    let author = Author {
        device,
        key: &signer,
    };
    let entry = body.at(next_place(&scene.relay), author, &secrets, &mut random)?;
    scene.attack(|relay| put(relay, &entry));
    READERS.into_iter().try_for_each(|at| scene.visit(at))?;
    // The family goes on behind it; nobody counts the ghost in.
    scene.renew(PHONE)?;
    let id = scene.lock(PHONE)?;
    ALL.into_iter().try_for_each(|at| scene.visit(at))?;
    scene.harm_unless_all_hold(id)?;
    for at in ALL {
        let household = scene.device(at)?.member()?.household();
        let listed = household.is_some_and(|household| household.key_of(device).is_some());
        scene.harm_if(listed, "a ghost is a member");
    }
    Ok(())
}

fn ghost_wrap(scene: &mut Scene) -> Result<(), Broken> {
    let next = scene.device(TV)?.member()?.head().0;
    scene.renew(PHONE)?;
    scene.lie(Lie::none().entries(move |entries| {
        for entry in entries.iter_mut().filter(|entry| entry.seq == next) {
            let Some(body) = &entry.body else { continue };
            let mut bent = body.to_vec();
            // Where the first wrap stands there is one for the relay now.
            bent.iter_mut()
                .skip(8)
                .take(32)
                .for_each(|byte| *byte = 0x5a);
            entry.body = Some(bent.into());
        }
    }));
    READERS.into_iter().try_for_each(|at| scene.visit(at))
}

fn two_epochs(scene: &mut Scene) -> Result<(), Broken> {
    let before = scene.relay.back_up();
    scene.renew(PHONE)?;
    scene.visit(TV)?;
    scene.attack(|relay| relay.roll_back(&before));
    if !scene.is_honest() {
        // The tablet is shown the log without the phone's epoch, and starts one of its own.
        scene.renew(TABLET)?;
    }
    scene.visit(PHONE)?;
    scene.visit(TV)
}

fn forged_rule(scene: &mut Scene) -> Result<(), Broken> {
    let child = scene.child()?;
    let layer = rules::layer(child, child, scene.family.random())?;
    let entry = signed_by_child(scene, layer, None)?;
    scene.attack(|relay| put(relay, &entry.1));
    READERS.into_iter().try_for_each(|at| scene.visit(at))?;
    for at in READERS {
        let holds = scene.holds(at, entry.0)?;
        scene.harm_if(holds, "a child's rule holds");
    }
    Ok(())
}

fn stalling(scene: &mut Scene) -> Result<(), Broken> {
    let child = scene.child()?;
    let layer = rules::layer(child, child, scene.family.random())?;
    // Signed for a place far ahead, put where the next one belongs.
    let (_, mut entry) = signed_by_child(scene, layer, Some(1_000))?;
    let place = next_place(&scene.relay);
    (entry.seq, entry.prev) = (place.seq, place.prev);
    scene.attack(|relay| put(relay, &entry));
    let now = scene.family.now;
    let (family, mut liar) = scene.parts();
    family.device_mut(PHONE)?.sync(&mut liar, now)?;
    let id = scene.lock(PHONE)?;
    READERS.into_iter().try_for_each(|at| scene.visit(at))?;
    scene.harm_unless_all_hold(id)
}

/// An entry that the child's phone signs for the next place, or for one so much further on.
fn signed_by_child(
    scene: &mut Scene,
    written: rules::Written,
    ahead: Option<u64>,
) -> Result<(DocumentId, Entry), Broken> {
    let child = scene.child()?;
    let mut random = Seeded::new(67);
    let draft = scene.family.draft(CHILD, child, written)?;
    let id = draft.document_id;
    let mut place = next_place(&scene.relay);
    place.seq += ahead.unwrap_or(0);
    let device = scene.device(CHILD)?;
    let identity = device.identity()?;
    let member = device.member()?;
    let log_id = member.anchor().log_id;
    let body = SealedBody::seal(log_id, draft, &[], member.keyring(), &mut random)?;
    let entry = body.at(place, identity.author(), member.keyring(), &mut random)?;
    Ok((id, entry))
}
