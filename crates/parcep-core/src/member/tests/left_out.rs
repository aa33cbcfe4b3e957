//! A guardian's device that an epoch leaves out, because another story of the log does not list it.

use super::disk::Disk;
use super::*;
use crate::constitution::{Device, PrincipalDevices};

/// When the day for giving back is over.
const LATER: i64 = 20 + 86_400 * 3;

/// A household with a second device of its guardian, and two continuations: a relay where the founder removed
/// the device, and the same relay, restored, where a rule stands in the place of that.
struct Parted {
    house: House,
    second: Member,
    restored: Relay,
    disk: Disk,
    second_disk: Disk,
}

fn parted() -> Parted {
    let mut house = House::new();
    let both = stale::list_with(&mut house, 7);
    house.founder.append(both);
    house.relay.drive(&mut house.founder);
    let mut second_disk = Disk::of(&house.relay, &house.founder);
    second_disk.notes = Notes::default().encode();
    let second = Member::restore(
        identity(
            crate::id::DeviceId::from_bytes([7; 16]),
            SigningKey::from_seed([7; 32]).unwrap(),
            SealingKey::from_seed([7; 32]),
        ),
        house.founder.anchor().clone(),
        house.founder.keyring().clone(),
        second_disk.entries.clone(),
    );
    let mut restored = house.relay.clone();
    let mut twin = twin_of(&house);
    let mut disk = Disk::of(&house.relay, &house.founder);
    let removal = without_second(&mut house);
    house.founder.append(removal);
    assert_eq!(
        appended(&disk.drive(&mut house.relay, &mut house.founder, 20)),
        [2]
    );
    let rule = house.draft(b"instead");
    twin.append(rule);
    (restored.restores, restored.seed) = (1, 9);
    assert_eq!(appended(&restored.drive(&mut twin)), [2]);
    Parted {
        house,
        second,
        restored,
        disk,
        second_disk,
    }
}

fn without_second(house: &mut House) -> Draft {
    let me = house.founder.identity();
    let first = Device {
        id: me.device,
        signing: me.signing.public(),
        sealing: me.sealing.public(),
        role: DeviceRole::Active,
    };
    let set = PrincipalDevices {
        principal: house.founder.principal().unwrap(),
        devices: vec![first],
    };
    Draft {
        payload_type: PayloadType::PrincipalDevices,
        dependant: None,
        sections: vec![(SectionKind::Devices, set.encode())],
        ..house.draft(b"")
    }
}

/// R-EPOCH-017: it would shut itself out; when the other story is over, it may.
#[test]
fn nobody_draws_an_epoch_that_leaves_its_author_out() {
    let Parted {
        mut house,
        mut second,
        mut restored,
        second_disk: mut disk,
        ..
    } = parted();
    second.sync();
    disk.drive(&mut house.relay, &mut second, 20);
    assert_eq!(second.principal(), None, "removed");
    let uri = second.relay_uri().to_owned();
    second.use_relay(&uri);
    second.sync();
    disk.drive(&mut restored, &mut second, LATER);
    assert!(second.principal().is_some(), "listed again");
    assert_eq!(second.branches().len(), 1);

    let id = second.append_epoch(LATER, &mut house.random).unwrap();
    let events = disk.drive(&mut restored, &mut second, LATER);
    let refused = |e: &Event| matches!(e, Event::NotAppended(refused, Reason::NotPermittedByTable) if *refused == id);
    assert!(events.iter().any(refused), "{events:?}");
    assert_eq!(restored.entries.len(), 3, "nothing was written");
    second.tick(1_000);
    second.tick(1_000 + LOST_FOR);
    second.append_epoch(LATER, &mut house.random).unwrap();
    let events = disk.drive(&mut restored, &mut second, LATER);
    assert_eq!(appended(&events), [3], "{events:?}");
}

/// R-JOIN-009, R-LOG-013, R-MOVE-007: a device that an epoch left out drew one itself, of the same generation.
/// The secrets that it lacks take the place of its own, and its person is asked about what it wrote alone.
#[test]
fn a_supplement_takes_the_place_of_an_epoch_that_nobody_else_could_open() {
    let Parted {
        mut house,
        mut second,
        mut restored,
        mut disk,
        mut second_disk,
    } = parted();
    let uri = house.founder.relay_uri().to_owned();
    house.founder.use_relay(&uri);
    house.founder.sync();
    disk.drive(&mut restored, &mut house.founder, LATER);
    assert_eq!(house.founder.branches().len(), 1);
    house
        .founder
        .append_epoch(LATER, &mut house.random)
        .unwrap();
    let events = disk.drive(&mut restored, &mut house.founder, LATER);
    assert_eq!(appended(&events), [3], "{events:?}");

    second.sync();
    second_disk.drive(&mut restored, &mut second, LATER);
    assert_eq!(second.chain().incomplete_from(), Some(3), "left out");
    let (before, behind) = (house.draft(b"before"), house.draft(b"behind"));
    let alone = [before.document_id, behind.document_id];
    second.append(before);
    second.append_epoch(LATER, &mut house.random).unwrap();
    second.append(behind);
    let events = second_disk.drive(&mut restored, &mut second, LATER);
    assert_eq!(appended(&events), [4, 5, 6], "{events:?}");

    house.founder.sync();
    disk.drive(&mut restored, &mut house.founder, LATER);
    house.founder.tick(1_000);
    house.founder.tick(1_000 + LOST_FOR);
    let device = second.identity().device;
    // Secrets that open nothing do not take the place of the own ones, also of one who starts with these.
    let second_again = second_disk.restart_keys(&second);
    let anchor = second.anchor().clone();
    let entries = second_disk.entries.clone();
    let held = second.keyring().clone();
    let mut again = Member::restore(second_again, anchor.clone(), held, entries);
    let welcome = Welcome {
        head_seq: 0,
        head: Hash([1; 32]),
        membership: vec![],
        live: vec![],
        secrets: {
            let mut secrets = Keyring::default();
            let household = SecretId {
                dependant: None,
                generation: 2,
                kind: None,
            };
            secrets.insert(household, Secret::from_bytes([3; 32]));
            secrets
        },
    };
    let to = (device, second.identity().sealing.public());
    let wrong = crate::joining::answer_to(&anchor, to, &welcome, &mut house.random).unwrap();
    let right = house.founder.supplement(device, &mut house.random).unwrap();
    for member in [&mut second, &mut again] {
        let mut disk = second_disk.clone();
        let root = member.live_root();
        member.take_supplement(&wrong).unwrap();
        let events = disk.drive(&mut restored, member, LATER);
        let refused = |e: &Event| matches!(e, Event::Failed(Reason::BadCommitment));
        assert!(events.iter().any(refused), "{events:?}");
        assert_eq!(member.live_root(), root);

        member.take_supplement(&right).unwrap();
        let events = disk.drive(&mut restored, member, LATER);
        assert_eq!(member.head(), house.founder.head());
        assert_eq!(member.live_root(), house.founder.live_root());
        let mut expected = alone.to_vec();
        expected.sort();
        let asked = |e: &Event| matches!(e, Event::AskAgain(ids) if *ids == expected);
        assert!(events.iter().any(asked), "{events:?}");
        for id in alone {
            let draft = member.draft_again(id, &mut house.random).unwrap();
            assert_eq!(draft.document_id, id);
        }
    }
}
