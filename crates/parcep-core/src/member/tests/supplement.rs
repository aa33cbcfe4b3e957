//! A device that stayed behind an epoch is let in again.

use super::disk::Disk;
use super::*;

/// A television whose wrap of the second epoch does not open, and its disk.
fn left_behind(house: &mut House) -> (Member, Disk, DocumentId) {
    let tv = house.invite(PepCategory::Tv);
    let mut disk = Disk::of(&house.relay, &tv);
    let id = tv.identity();
    let broken = Identity {
        device: id.device,
        signing: SigningKey::from_seed(*id.signing.expose_seed()).unwrap(),
        sealing: SealingKey::from_seed(*id.sealing.expose_seed()),
        access: SigningKey::from_seed([9; 32]).unwrap(),
    };
    house.founder.append_epoch(10, &mut house.random).unwrap();
    house.relay.drive(&mut house.founder);
    // Its wrap is damaged: the body changes, and with it the entry, in what this device is served. So
    // the epoch is written anew with a wrap for another key.
    let draft = house.draft(b"rule");
    let id = draft.document_id;
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    let other = Identity {
        sealing: SealingKey::from_seed([50; 32]),
        ..broken
    };
    let anchor = house.founder.anchor().clone();
    let mut tv = Member::restore(other, anchor, tv.given.clone(), disk.entries.clone());
    tv.sync();
    disk.drive(&mut house.relay, &mut tv, 20);
    (tv, disk, id)
}

/// R-JOIN-009, R-LOG-013, R-EPOCH-005: what was skipped is judged as if the secret had been held, and no
/// secret is taken that an epoch does not commit to.
#[test]
fn a_supplementary_welcome_lets_a_device_in_again() {
    let mut house = House::new();
    let (mut tv, mut disk, id) = left_behind(&mut house);
    assert_eq!(tv.head(), house.founder.head());
    assert!(tv.household().unwrap().live_document(id).is_none());
    assert_eq!(tv.chain().incomplete_from(), Some(2), "shown as incomplete");

    let secrets = |house: &House| {
        let household = house.founder.household().unwrap();
        let (_, audience) =
            crate::member::supplement::audience_of(household, tv.identity().device).unwrap();
        audience.select(house.founder.keyring())
    };
    let file = |house: &mut House, secrets: Keyring| {
        let welcome = Welcome {
            head_seq: 0,
            head: Hash([1; 32]),
            membership: vec![],
            live: vec![],
            secrets,
        };
        let to = (tv.identity().device, tv.identity().sealing.public());
        let anchor = house.founder.anchor();
        crate::joining::answer_to(anchor, to, &welcome, &mut house.random).unwrap()
    };
    // Another household secret opens nothing; another kind secret is not committed to.
    let mut wrong = secrets(&house);
    let of = |dependant, kind| SecretId {
        dependant,
        generation: 2,
        kind,
    };
    wrong.insert(
        of(Some(house.child), Some(SectionKind::Rating)),
        Secret::from_bytes([3; 32]),
    );
    let wrong = file(&mut house, wrong);
    let right = secrets(&house);
    let right = file(&mut house, right);
    tv.take_supplement(&wrong).unwrap();
    let events = disk.drive(&mut house.relay, &mut tv, 20);
    let refused = |e: &Event| matches!(e, Event::Failed(Reason::BadCommitment));
    assert!(events.iter().any(refused), "{events:?}");
    assert!(tv.household().unwrap().live_document(id).is_none());

    tv.take_supplement(&right).unwrap();
    let events = disk.drive(&mut house.relay, &mut tv, 20);
    assert!(events.iter().any(|e| matches!(e, Event::Refolded)));
    assert_eq!(tv.live_root(), house.founder.live_root());
    assert_eq!(tv.chain().incomplete_from(), None);
    assert_eq!(tv.head(), house.founder.head());
    // R-JOIN-012: nothing but what its category gives.
    let of_people = |(id, _): &(SecretId, _)| id.dependant.is_some() && id.kind.is_none();
    assert!(!tv.keyring().iter().any(|row| of_people(&row)));
}

/// R-MOVE-003: while the log has another branch, nobody is handed more than every branch gives.
#[test]
fn nobody_is_welcomed_whom_another_branch_does_not_list() {
    let mut house = House::new();
    let old = house.invite(PepCategory::Tv).identity().device;
    let mut twin = twin_of(&house);
    let mut other = house.relay.clone();
    let law = |house: &mut House| parted::other_law(house);
    twin.append(law(&mut house));
    other.drive(&mut twin);

    let newcomer = Identity::generate(&mut house.random).unwrap();
    let file = newcomer.join_request(Joining::EnforcementPoint(PepCategory::Console), vec![]);
    let request = JoinRequest::verify(&file).unwrap();
    let point = EnforcementPoint {
        id: request.device,
        signing: request.signing,
        sealing: request.sealing,
        category: PepCategory::Console,
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
    house.relay.drive(&mut house.founder);
    let (new, mut random) = (request.device, Counter(7));
    let mut told = |founder: &Member| {
        let [supplement, stays] = [new, old].map(|id| founder.supplement(id, &mut random).err());
        (
            founder.welcome(&request, &mut random).err(),
            supplement,
            stays,
        )
    };
    assert_eq!(told(&house.founder), (None, None, None));

    // A second story, in which the newcomer is nobody.
    let mut disk = Disk::of(&house.relay, &house.founder);
    house.founder.sync();
    disk.drive(&mut other, &mut house.founder, 20);
    assert!(house.founder.is_forked());
    let forked = Some(WelcomeError::Forked);
    assert_eq!(told(&house.founder), (forked, forked, None));
    assert_eq!(WelcomeError::Forked.reason(), Reason::Fork);
    // Nor does the second story welcome it, nor whom it does not know.
    let head = house.founder.branches()[0].chain().head();
    assert!(house.founder.choose(head, disk.entries.clone()));
    let nobody = Some(WelcomeError::NotAMember);
    assert_eq!(told(&house.founder), (nobody, nobody, None));
}

/// R-JOIN-005: sealed to one device of one household.
#[test]
fn a_supplement_is_for_one_device() {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    let console = house.invite(PepCategory::Console);
    let device = console.identity().device;
    let file = house.founder.supplement(device, &mut house.random).unwrap();
    assert!(tv.take_supplement(&file).is_err());
    let stranger = crate::id::DeviceId::from_bytes([7; 16]);
    let none = house.founder.supplement(stranger, &mut house.random);
    assert_eq!(none, Err(WelcomeError::NotAMember));
}

/// R-MOVE-007, R-JOIN-009: a restore took the entry that listed a television, and the epoch that its Welcome
/// brought; both were written anew, the epoch first. It does not see that it is listed, and the secrets that
/// it has are of the other branch.
#[test]
fn whoever_was_listed_again_behind_an_epoch_takes_the_secrets_that_it_lacks() {
    let mut house = House::new();
    let twin_relay = house.relay.clone();
    let mut twin = twin_of(&house);
    house.founder.append_epoch(10, &mut house.random).unwrap();
    house.relay.drive(&mut house.founder);
    let mut tv = house.invite(PepCategory::Tv);
    let mut disk = Disk::of(&house.relay, &tv);
    let device = tv.identity().device;
    let listed = |member: &Member| {
        member
            .household()
            .unwrap()
            .enforcement_point(device)
            .cloned()
    };
    let point = listed(&house.founder).unwrap();
    assert!(listed(&tv).is_some());

    // The relay comes back without both.
    let mut restored = Relay {
        restores: 1,
        seed: 9,
        ..twin_relay
    };
    let rule = house.draft(b"rule");
    twin.append(rule);
    twin.append_epoch(20, &mut house.random).unwrap();
    let draft = Draft {
        payload_type: PayloadType::EnforcementPoint,
        dependant: None,
        sections: vec![(SectionKind::EnforcementPoint, point.encode())],
        ..house.draft(b"")
    };
    twin.append(draft);
    restored.drive(&mut twin);
    // A relay that comes back knows no session.
    let uri = tv.relay_uri().to_owned();
    tv.use_relay(&uri);
    tv.sync();
    disk.drive(&mut restored, &mut tv, 30);
    assert_eq!(tv.head(), twin.head());
    assert_eq!(listed(&tv), None);

    let file = twin.supplement(device, &mut house.random).unwrap();
    tv.take_supplement(&file).unwrap();
    let events = disk.drive(&mut restored, &mut tv, 40);
    assert_eq!(listed(&tv), Some(point), "{events:?}");
    assert_eq!(tv.live_root(), twin.live_root());
    assert_eq!(tv.chain().incomplete_from(), None);
}
