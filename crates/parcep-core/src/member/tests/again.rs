//! What was lost holds until its own words stand again, and nothing pushes it out before.

use super::disk::Disk;
use super::stale::list_with;
use super::*;
use crate::constitution::PrincipalDevices;
use crate::id::DocumentId;

/// When the day for giving back is over for everybody.
const LATER: i64 = 20 + 86_400 * 3;

/// A second device of the founder, with keys of its own, as it stands behind these entries.
fn tablet(house: &House, entries: &[Entry]) -> Member {
    let keys = Identity {
        device: crate::id::DeviceId::from_bytes([7; 16]),
        signing: SigningKey::from_seed([7; 32]).unwrap(),
        sealing: SealingKey::from_seed([7; 32]),
        access: SigningKey::from_seed([8; 32]).unwrap(),
    };
    let secrets = house.founder.keyring().clone();
    let anchor = house.founder.anchor().clone();
    Member::restore(keys, anchor, secrets, entries.to_vec())
}

/// The relay as it was behind so many entries, in a higher relay epoch, which takes new ones.
fn gone_back(relay: &Relay, to: usize, restores: u32) -> Relay {
    let mut relay = relay.clone();
    relay.entries.truncate(to);
    relay.restores = restores;
    relay
}

/// Writes something at a relay as the founder's device would that stands behind these entries.
fn writes(disk: &Disk, house: &House, relay: &mut Relay, draft: Draft) {
    let ours = relay.entries.len();
    let mut early = disk.clone();
    early.entries.truncate(ours);
    early.aside.clear();
    let mut insider = early.restart(&house.founder);
    insider.append(draft);
    let events = early.drive(relay, &mut insider, LATER);
    assert_eq!(appended(&events), [ours as u64], "{events:?}");
}

/// R-MOVE-007, R-MOVE-008, R-DOC-017: everybody reads the id of a document. Under it, another author's words
/// and the author's other words are not what was lost.
#[test]
fn an_id_alone_does_not_make_what_was_lost_stand_again() {
    for by_another in [true, false] {
        let mut house = House::new();
        let list = list_with(&mut house, 7);
        house.founder.append(list);
        house.relay.drive(&mut house.founder);
        let mut tv = house.invite(PepCategory::Tv);
        let before = house.relay.entries.len();
        let lock = house.draft(b"lock");
        let id = lock.document_id;
        house.founder.append(lock);
        house.relay.drive(&mut house.founder);
        tv.sync();
        house.relay.drive(&mut tv);
        let mut disk = Disk::of(&house.relay, &house.founder);
        let mut tv_disk = Disk::of(&house.relay, &tv);

        // The relay goes back, and somebody writes something else under the id of the lock.
        let mut relay = gone_back(&house.relay, before, 1);
        let stolen = Draft {
            document_id: id,
            ..house.draft(b"nothing")
        };
        if by_another {
            let mut tablet = tablet(&house, &disk.entries[..before]);
            tablet.append(stolen);
            assert_eq!(appended(&relay.drive(&mut tablet)), [before as u64]);
        } else {
            writes(&disk, &house, &mut relay, stolen);
        }
        let holds = |member: &Member, words: &[u8]| {
            let live = member.households().map(|household| {
                let live = household.live().map(|live| &live.document);
                let said = live.map(|d| d.section(SectionKind::Override, member.keyring()));
                said.filter(|said| said.as_deref().is_ok_and(|said| said == words))
                    .count()
            });
            live.sum::<usize>()
        };
        tv.sync();
        tv_disk.drive(&mut relay, &mut tv, LATER);
        assert_eq!(tv.distrusted(), None);
        assert_eq!((holds(&tv, b"lock"), holds(&tv, b"nothing")), (1, 1));
        let restarted = tv_disk.restart(&tv);
        assert_eq!(holds(&restarted, b"lock"), 1, "after a restart too");

        // Its author is asked, and writes the lock under an id of its own.
        house.founder.sync();
        let events = disk.drive(&mut relay, &mut house.founder, LATER);
        let asked = |e: &Event| matches!(e, Event::AskAgain(ids) if *ids == [id]);
        assert!(events.iter().any(asked), "{events:?}");
        assert_eq!(house.founder.lost(), [id]);
        let again = house.founder.draft_again(id, &mut house.random).unwrap();
        assert_ne!(again.document_id, id);
        house.founder.append(again);
        let events = disk.drive(&mut relay, &mut house.founder, LATER);
        assert_eq!(appended(&events), [before as u64 + 1]);
        assert!(house.founder.lost().is_empty() && house.founder.branches().is_empty());
        for mut tv in [tv, restarted] {
            let mut tv_disk = tv_disk.clone();
            tv.sync();
            tv_disk.drive(&mut relay, &mut tv, LATER);
            assert!(tv.branches().is_empty(), "it stands again");
            assert_eq!(holds(&tv, b"lock"), 1);
        }
    }
}

/// R-DOC-017: nobody is told that their document stands because somebody's does under its id.
#[test]
fn an_author_whose_id_was_taken_on_the_way_is_told_so() {
    let mut house = House::new();
    let list = list_with(&mut house, 7);
    house.founder.append(list);
    house.relay.drive(&mut house.founder);
    let disk = Disk::of(&house.relay, &house.founder);
    let lock = house.draft(b"lock");
    let id = lock.document_id;
    house.founder.append(lock);
    // The relay takes the call, says nothing, and shows it to an accomplice.
    let mut random = Counter(77);
    let mut held = house.relay.clone();
    while let Some(mut call) = house.founder.poll(20, &mut random).unwrap() {
        let append = call.method == Method::Append;
        let reply = loop {
            let reply = held.serve(&call);
            match house.founder.receive(
                reply
                    .as_deref()
                    .map_err(|e| *e)
                    .and_then(|r| if append { Err(Refusal::Unknown) } else { Ok(r) }),
                20,
                &mut random,
            ) {
                Some(next) => call = next,
                None => break reply,
            }
        };
        if append {
            assert!(reply.is_ok());
            break;
        }
    }
    let mut tablet = tablet(&house, &disk.entries);
    tablet.append(Draft {
        document_id: id,
        ..house.draft(b"nothing")
    });
    assert_eq!(appended(&house.relay.drive(&mut tablet)), [2]);
    let events = house.relay.drive(&mut house.founder);
    let told = |e: &Event| matches!(e, Event::NotAppended(other, Reason::DuplicateDocument) if *other == id);
    assert!(events.iter().any(told), "{events:?}");
    assert!(appended(&events).is_empty());
}

/// R-MOVE-030: a relay and one live key can tell story after story; none of them pushes out what was lost.
#[test]
fn story_after_story_pushes_nothing_out() {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    let before = house.relay.entries.len();
    let lock = house.draft(b"lock");
    let id = lock.document_id;
    house.founder.append(lock);
    house.relay.drive(&mut house.founder);
    tv.sync();
    house.relay.drive(&mut tv);
    let disk = Disk::of(&house.relay, &house.founder);
    let mut tv_disk = Disk::of(&house.relay, &tv);
    let holds = |tv: &Member| tv.households().any(|h| h.live_document(id).is_some());

    let mut last = tv.head();
    for story in 1..=6u8 {
        let mut relay = gone_back(&house.relay, before, story.into());
        let draft = house.draft(&[story]);
        writes(&disk, &house, &mut relay, draft);
        tv = tv_disk.restart(&tv);
        tv.sync();
        tv_disk.drive(&mut relay, &mut tv, LATER);
        assert!(holds(&tv), "story {story}");
        let fault = tv.distrusted().map(|fault| fault.reason);
        if story <= 4 {
            assert_eq!((fault, tv.branches().len()), (None, story.into()));
            assert_ne!(tv.head(), last);
            last = tv.head();
        } else {
            // It goes nowhere any more, and believes this relay no more.
            assert_eq!((fault, tv.branches().len()), (Some(Reason::Fork), 4));
            assert_eq!(tv.head(), last);
        }
    }

    // And after a week of T_lo there is room again.
    let mut tv = tv_disk.restart(&tv);
    tv.tick(1_000);
    tv.tick(1_000 + LOST_FOR - 1);
    assert!(holds(&tv));
    tv.tick(1_000 + LOST_FOR);
    assert!(!holds(&tv) && tv.branches().is_empty());
    tv.sync();
    let mut relay = gone_back(&house.relay, before, 8);
    let draft = house.draft(b"once more");
    writes(&disk, &house, &mut relay, draft);
    tv_disk.drive(&mut relay, &mut tv, LATER);
    assert_eq!((tv.distrusted(), tv.branches().len()), (None, 1));
}

/// R-MOVE-008: whoever goes back twice, the second time further, keeps what it lost the first time, over a
/// restart too.
#[test]
fn what_was_lost_is_kept_when_the_chain_parts_earlier() {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    let before = house.relay.entries.len();
    let drafts = [house.draft(b"one"), house.draft(b"two")];
    let ids = drafts.clone().map(|draft| draft.document_id);
    for draft in drafts {
        house.founder.append(draft);
    }
    house.relay.drive(&mut house.founder);
    tv.sync();
    house.relay.drive(&mut tv);
    let disk = Disk::of(&house.relay, &house.founder);
    let mut tv_disk = Disk::of(&house.relay, &tv);
    for (to, restores) in [(before + 1, 1), (before, 2)] {
        let mut relay = gone_back(&house.relay, to, restores);
        let draft = house.draft(b"new");
        writes(&disk, &house, &mut relay, draft);
        tv.sync();
        tv_disk.drive(&mut relay, &mut tv, LATER);
        assert_eq!(tv.distrusted(), None);
        // It asserts that every branch fits the log.
        tv = tv_disk.restart(&tv);
    }
    let parts: Vec<_> = tv.branches().iter().map(Branch::from).collect();
    assert_eq!(parts, [before as u64; 2]);
    for id in ids {
        let mut all = tv.households();
        assert!(all.any(|household| household.live_document(id).is_some()));
    }
}

/// The founder's device hands over to its tablet and leaves; a TV follows. Both disks, and the relay as it
/// was before, restored.
fn house_that_lost_a_leaving() -> (House, Member, Disk, Disk, Relay, DocumentId) {
    let mut house = House::new();
    let list = list_with(&mut house, 7);
    house.founder.append(list);
    house.relay.drive(&mut house.founder);
    let mut tv = house.invite(PepCategory::Tv);
    let before = house.relay.entries.len();
    let mut alone = list_with(&mut house, 7);
    let both = PrincipalDevices::parse(&alone.sections[0].1).unwrap();
    let tablet_alone = PrincipalDevices {
        principal: both.principal,
        devices: both.devices[1..].to_vec(),
    };
    alone.sections[0].1 = tablet_alone.encode();
    let id = alone.document_id;
    house.founder.append(alone);
    assert_eq!(
        appended(&house.relay.drive(&mut house.founder)),
        [before as u64]
    );
    assert!(house.founder.has_left());
    tv.sync();
    house.relay.drive(&mut tv);
    let disks = (
        Disk::of(&house.relay, &house.founder),
        Disk::of(&house.relay, &tv),
    );
    let relay = gone_back(&house.relay, before, 1);
    (house, tv, disks.0, disks.1, relay, id)
}

/// R-MOVE-007, R-MOVE-008: whoever left is asked about the leaving that a restore took, as about anything
/// else; and when it stands again, nobody waits for it any more.
#[test]
fn a_leaving_that_was_lost_is_asked_about_and_stands_again() {
    let (mut house, mut tv, mut disk, mut tv_disk, mut relay, id) = house_that_lost_a_leaving();
    let leaver = house.founder.identity().device;
    house.founder.sync();
    let events = disk.drive(&mut relay, &mut house.founder, LATER);
    let asked = |e: &Event| matches!(e, Event::AskAgain(ids) if *ids == [id]);
    assert!(events.iter().any(asked), "{events:?}");
    assert_eq!(house.founder.distrusted(), None);
    assert!(!house.founder.has_left(), "the log lists it again");

    // After a restart it is still known.
    let mut founder = disk.restart(&house.founder);
    assert_eq!(founder.lost(), [id]);
    // The TV goes back too, and gives nothing to who left.
    tv.sync();
    let draft = founder.draft_again(id, &mut house.random).unwrap();
    assert_eq!(draft.document_id, id);
    founder.append(draft);
    let events = disk.drive(&mut relay, &mut founder, LATER);
    assert_eq!(appended(&events), [relay.entries.len() as u64 - 1]);
    assert!(founder.lost().is_empty() && founder.branches().is_empty());
    assert!(founder.has_left());
    tv_disk.drive(&mut relay, &mut tv, LATER);
    assert_eq!(tv.distrusted(), None);
    assert_eq!(tv.household().unwrap().key_of(leaver), None);
    assert!(tv.branches().is_empty(), "it stands again");
}

/// R-MOVE-013: also what a device left by is its own entry, and a relay that refuses it within the day is
/// not believed.
#[test]
fn a_relay_that_refuses_a_leaving_within_the_day_is_not_believed() {
    let (mut house, _, mut disk, _, mut relay, _) = house_that_lost_a_leaving();
    house.founder.sync();
    disk.drive(&mut relay, &mut house.founder, 20);
    let fault = house.founder.distrusted().map(|fault| fault.reason);
    assert_eq!(fault, Some(Reason::Rollback));
}
