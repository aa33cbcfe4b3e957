//! Who may welcome, and up to where.

use super::*;
use crate::constitution::{Device, DeviceRole, PrincipalDevices};

/// A television whose membership entry stands at 1, and who has no answer yet.
fn asked(house: &mut House) -> (Identity, JoinRequest) {
    let tv = Identity::generate(&mut house.random).unwrap();
    let file = tv.join_request(Joining::EnforcementPoint(PepCategory::Tv), vec![]);
    let request = JoinRequest::verify(&file).unwrap();
    let point = EnforcementPoint {
        id: request.device,
        signing: request.signing,
        sealing: request.sealing,
        category: PepCategory::Tv,
        dependants: vec![house.child],
        capabilities: vec![],
        uncertain_time: UncertainTime::WallClock,
    };
    let draft = Draft {
        payload_type: PayloadType::EnforcementPoint,
        dependant: None,
        sections: vec![(SectionKind::EnforcementPoint, point.encode())],
        ..house.draft(b"")
    };
    house.founder.append(draft);
    assert_eq!(appended(&house.relay.drive(&mut house.founder)), [1]);
    (tv, request)
}

/// R-JOIN-013: a guardian's device whose wrap of an epoch did not open sees nothing of what came after. The
/// device that it lets in follows to the end all the same.
#[test]
fn a_device_that_stayed_behind_an_epoch_welcomes_up_to_there() {
    let mut house = House::new();
    let (tv, request) = asked(&mut house);
    let device = house.founder.identity().device;
    let signing = *house.founder.identity().signing.expose_seed();
    let first_secrets = house.founder.keyring().clone();
    house.founder.append_epoch(10, &mut house.random).unwrap();
    let rule = house.draft(b"rule");
    let id = rule.document_id;
    house.founder.append(rule);
    house.relay.drive(&mut house.founder);

    let behind = identity(
        device,
        SigningKey::from_seed(signing).unwrap(),
        SealingKey::from_seed([50; 32]),
    );
    let entries = house.relay.entries.iter().cloned();
    let entries = entries.map(|entry| Entry::try_from(entry).unwrap());
    let anchor = house.founder.anchor().clone();
    let behind = Member::restore(behind, anchor, first_secrets, entries);
    assert_eq!(behind.chain().incomplete_from(), Some(2));

    let answer = behind.welcome(&request, &mut house.random).unwrap();
    let mut tv = Member::join(tv, &answer).unwrap();
    tv.sync();
    house.relay.drive(&mut tv);
    assert_eq!(tv.distrusted(), None);
    assert_eq!(tv.head(), house.founder.head());
    assert!(tv.household().unwrap().live_document(id).is_some());
}

/// R-JOIN-013
#[test]
fn a_device_that_left_welcomes_nobody() {
    let mut house = House::new();
    let (_, request) = asked(&mut house);
    let household = house.founder.household().unwrap();
    let principal = household.constitution().guardians()[0].id;
    let other = Identity::generate(&mut house.random).unwrap();
    let set = PrincipalDevices {
        principal,
        devices: vec![Device {
            id: other.device,
            signing: other.signing.public(),
            sealing: other.sealing.public(),
            role: DeviceRole::Active,
        }],
    };
    let draft = Draft {
        payload_type: PayloadType::PrincipalDevices,
        dependant: None,
        sections: vec![(SectionKind::Devices, set.encode())],
        ..house.draft(b"")
    };
    assert!(house.founder.welcome(&request, &mut house.random).is_ok());
    house.founder.append(draft);
    assert_eq!(appended(&house.relay.drive(&mut house.founder)), [2]);
    let refused = house.founder.welcome(&request, &mut house.random);
    assert_eq!(refused, Err(WelcomeError::Left));
}

/// R-JOIN-007: a Welcome whose head the relay has not is refused in each session, and not in the first alone.
#[test]
fn a_welcome_whose_head_was_lost_is_refused_again_and_again() {
    let mut house = House::new();
    let (tv, request) = asked(&mut house);
    let lost = house.relay.clone();
    let draft = house.draft(b"lost");
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    let answer = house.founder.welcome(&request, &mut house.random).unwrap();
    let mut tv = Member::join(tv, &answer).unwrap();

    // The relay as it was before does not serve so far, and the device has not joined.
    let mut relay = lost;
    tv.sync();
    relay.drive(&mut tv);
    assert!(tv.promised().is_some());
    // Then it has another entry in that place.
    let entries = relay.entries.iter().cloned();
    let entries = entries.map(|entry| Entry::try_from(entry).unwrap());
    let anchor = house.founder.anchor().clone();
    let founder = house.founder.identity();
    let founder = identity(
        founder.device,
        SigningKey::from_seed(*founder.signing.expose_seed()).unwrap(),
        SealingKey::from_seed(*founder.sealing.expose_seed()),
    );
    let secrets = house.founder.keyring().clone();
    let mut other = Member::restore(founder, anchor, secrets, entries);
    let draft = house.draft(b"other");
    other.append(draft);
    assert_eq!(appended(&relay.drive(&mut other)), [2]);
    for session in 0..3 {
        tv.sync();
        let events = relay.drive(&mut tv);
        let fault = tv.distrusted().map(|fault| (fault.reason, fault.seq));
        assert_eq!(fault, Some((Reason::Fork, 2)), "session {session}");
        assert!(!events.iter().any(|e| matches!(e, Event::CaughtUp)));
    }
}

/// R-JOIN-016: a restore took the head of its Welcome before the newcomer had followed so far. It rightly
/// believes no log without it; a further answer lets it in.
#[test]
fn a_newcomer_takes_a_further_answer_when_the_head_of_its_welcome_is_gone() {
    let mut house = House::new();
    let mut restored = house.relay.clone();
    let mut twin = twin_of(&house);
    let (tv, request) = asked(&mut house);
    let first = house.founder.welcome(&request, &mut house.random).unwrap();
    let again = identity(
        tv.device,
        SigningKey::from_seed(*tv.signing.expose_seed()).unwrap(),
        SealingKey::from_seed(*tv.sealing.expose_seed()),
    );
    let point = house.founder.household().unwrap();
    let point = point.enforcement_point(tv.device).unwrap().encode();
    (restored.restores, restored.seed) = (1, 9);
    let rule = house.draft(b"instead");
    twin.append(rule);
    let draft = Draft {
        payload_type: PayloadType::EnforcementPoint,
        dependant: None,
        sections: vec![(SectionKind::EnforcementPoint, point)],
        ..house.draft(b"")
    };
    twin.append(draft);
    assert_eq!(appended(&restored.drive(&mut twin)), [1, 2]);

    let mut waiting = Member::join(tv, &first).unwrap();
    waiting.sync();
    restored.drive(&mut waiting);
    let refused = waiting.distrusted().map(|failure| failure.reason);
    assert_eq!(refused, Some(Reason::Fork));
    assert!(waiting.promised().is_some(), "it has not joined");

    let further = twin.welcome(&request, &mut house.random).unwrap();
    let mut joined = Member::join(again, &further).unwrap();
    joined.sync();
    restored.drive(&mut joined);
    assert_eq!((joined.distrusted(), joined.promised()), (None, None));
    assert_eq!(joined.live_root(), twin.live_root());
}
