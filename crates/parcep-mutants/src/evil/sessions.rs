//! Lies about sessions and access: nonces, tokens, keys that were revoked, refusals without end.

use super::scene::{CHILD, CONSOLE, PHONE, Scene, TABLET, TV};
use super::{Behaviour, Bound, row};
use parcep_conformance::stage::lie::Lie;
use parcep_conformance::stage::{Broken, Relay, Seeded, Wire as _};
use parcep_core::constitution::PrincipalDevices;
use parcep_core::document::{PayloadType, SectionKind};
use parcep_core::member::{Call, Event, Method, Refusal};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub(super) const ROWS: &[Behaviour] = &[
    row(
        "replay-session",
        "takes a member's signature of an old challenge for a new session",
        Bound::Harmless("a session shows sealed bytes, and its relay has them without one"),
        &["R-RELAY-003", "R-RELAY-004"],
        replay_session,
    ),
    row(
        "foreign-challenge",
        "hands on the challenge of another relay, to open a session there",
        Bound::AtOnce(Reason::BadChallenge),
        &["R-RELAY-035", "R-RELAY-004"],
        |scene| foreign(scene, true),
    ),
    row(
        "foreign-nonce",
        "hands on the nonce of another relay under its own id",
        Bound::AtOnce(Reason::BadChallenge),
        &["R-RELAY-004", "R-RELAY-003"],
        |scene| foreign(scene, false),
    ),
    row(
        "old-access-list",
        "goes on serving a key that was revoked, of a device that was removed",
        Bound::Harmless("the device opens nothing of the epoch that came after its removal"),
        &["R-EPOCH-012", "R-EPOCH-014", "R-DOC-011"],
        old_access_list,
    ),
    row(
        "unknown-sessions",
        "opens sessions and knows none of them",
        Bound::Harmless("the member waits between tries, and its rules hold"),
        &["R-RELAY-005", "R-TIME-015"],
        |scene| refusing(scene, Refusal::Reason(Reason::NoSession)),
    ),
    row(
        "wait-for-ever",
        "asks everybody to wait, for ever",
        Bound::Harmless("the member waits, and its rules hold"),
        &["R-ERR-005", "R-TIME-015"],
        |scene| refusing(scene, Refusal::RetryAfter(1000)),
    ),
    row(
        "refuse-one",
        "refuses every entry of one member",
        Bound::Harmless("its author is told each time, and no other member is"),
        &["R-ERR-001", "R-REG-008"],
        refuse_one,
    ),
];

fn replay_session(scene: &mut Scene) -> Result<(), Broken> {
    let id = scene.lock(PHONE)?;
    let mut first: Option<Vec<u8>> = None;
    scene.lie(
        Lie::none().call(Method::Challenge, move |relay, call, now| {
            let answer = parcep_conformance::stage::Wire::call(relay, call, now)?;
            Ok(first.get_or_insert(answer).clone())
        }),
    );
    scene.visit(TABLET)?;
    scene.harm_unless_all_hold(id)?;
    // Whoever replays it gets what the relay could read before: sealed entries.
    let log = scene.relay.logs().values().next();
    let plain = log.into_iter().flat_map(|log| &log.entries).any(|stored| {
        let bytes = &stored.header;
        bytes.windows(6).any(|window| window == b"canary")
    });
    scene.harm_if(plain, "the relay holds words in the clear");
    Ok(())
}

fn locked(relay: &Mutex<Relay>) -> std::sync::MutexGuard<'_, Relay> {
    relay.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Another relay has the same log and knows the same keys. This one hands on what that one asks, as it is
/// or under its own id, and there what the member answers.
fn foreign(scene: &mut Scene, under_its_id: bool) -> Result<(), Broken> {
    let id = scene.lock(PHONE)?;
    let mut other = Relay::new(Seeded::new(68))?;
    other.logs_mut().clone_from(scene.relay.logs());
    let own_id = scene.relay.id();
    let other = Arc::new(Mutex::new(other));
    let (asked, opened) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let (at_other, count) = (Arc::clone(&other), Arc::clone(&asked));
    let challenge = move |_: &mut Relay, call: &Call, now| {
        let answer = locked(&at_other).call(call, now)?;
        let told = pb::ChallengeResponse::decode(answer.as_slice());
        let mut told = told.map_err(|_| Refusal::Unknown)?;
        if !under_its_id {
            told.relay_id = own_id.0.to_vec();
        }
        count.fetch_add(1, Ordering::Relaxed);
        Ok(told.encode_to_vec())
    };
    let got_in = Arc::clone(&opened);
    let open = move |_: &mut Relay, call: &Call, now| {
        let answer = locked(&other).call(call, now);
        got_in.fetch_or(answer.is_ok(), Ordering::Relaxed);
        answer
    };
    let lie = Lie::none().call(Method::Challenge, challenge);
    scene.lie(lie.call(Method::OpenSession, open));
    // Sessions end, and each member proves anew who it is.
    scene.wait(2 * 3600);
    for at in [TABLET, CHILD, CONSOLE, TV] {
        scene.visit(at)?;
    }
    scene.harm_if(
        opened.load(Ordering::Relaxed),
        "the signature opened a session at another relay",
    );
    let honest = scene.is_honest();
    scene.harm_if(
        (asked.load(Ordering::Relaxed) >= 4) == honest,
        "nobody was asked to sign",
    );
    // What was read before holds, and nothing that only the liar could have served came.
    for at in [TABLET, CHILD, CONSOLE, TV] {
        let holds = scene.holds(at, id)?;
        scene.harm_if(holds != honest, "the log was served without a session");
    }
    Ok(())
}

fn old_access_list(scene: &mut Scene) -> Result<(), Broken> {
    let child = scene.child()?;
    // The child's phone is lost: it is removed, and an epoch follows.
    let set = PrincipalDevices {
        principal: child,
        devices: vec![],
    };
    let now = scene.family.now;
    let payload = PayloadType::PrincipalDevices;
    let (family, mut liar) = scene.parts();
    let draft = family.membership(PHONE, payload, SectionKind::Devices, set.encode())?;
    let events = family.device_mut(PHONE)?.append(draft, &mut liar, now)?;
    let removed = events
        .iter()
        .any(|event| matches!(event, Event::Appended(..)));
    if !removed {
        return Err(Broken::new(format!(
            "the phone was not removed: {events:?}"
        )));
    }
    scene.renew(PHONE)?;
    let id = scene.lock(PHONE)?;
    scene.visit(CHILD)?;
    let member = scene.device(CHILD)?.member()?;
    let epoch = scene
        .device(PHONE)?
        .member()?
        .household()
        .map_or(0, |h| h.epoch());
    let holds = member.keyring().household(epoch).is_some();
    scene.harm_if(holds, "a removed device was given the new secret");
    let reads = scene.holds(CHILD, id)?;
    scene.harm_if(reads, "a removed device reads what came after it");
    for at in [TABLET, CONSOLE, TV] {
        scene.visit(at)?;
        let holds = scene.holds(at, id)?;
        scene.harm_if(!holds, "what was written did not arrive");
    }
    Ok(())
}

fn refusing(scene: &mut Scene, refusal: Refusal) -> Result<(), Broken> {
    let id = scene.lock(PHONE)?;
    for at in [TABLET, CONSOLE, TV] {
        scene.visit(at)?;
    }
    scene.harm_unless_all_hold(id)?;
    scene.lie(
        Lie::none()
            .call(Method::Read, move |_, _, _| Err(refusal))
            .mute(),
    );
    for at in [TABLET, CONSOLE, TV] {
        let before = scene.device(at)?.calls;
        scene.visit(at)?;
        let calls = scene.device(at)?.calls - before;
        scene.harm_if(calls > 64, "a member hammers at a relay that refuses");
    }
    scene.harm_unless_all_hold(id)
}

fn refuse_one(scene: &mut Scene) -> Result<(), Broken> {
    scene.lie(Lie::none().call(Method::Append, |_, _, _| {
        Err(Refusal::Reason(Reason::Quota))
    }));
    let (parent, child, now) = (scene.parent()?, scene.child()?, scene.family.now);
    let lock =
        parcep_conformance::stage::rules::lock(parent, child, now, None, scene.family.random())?;
    let draft = scene.family.draft(PHONE, child, lock)?;
    let (family, mut liar) = scene.parts();
    let events = family.device_mut(PHONE)?.append(draft, &mut liar, now)?;
    let told = events
        .iter()
        .any(|event| matches!(event, Event::NotAppended(_, Reason::Quota)));
    let honest = scene.is_honest();
    scene.harm_if(told == honest, "the author was not told");
    scene.visit(TABLET)
}
