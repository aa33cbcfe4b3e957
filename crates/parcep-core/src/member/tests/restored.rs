//! Restores: a relay whose store went back gets back what its members hold.

use super::disk::Disk;
use super::*;

/// When the day for giving back is over for everybody.
const LATER: i64 = 20 + 86_400 * 3;

/// A household of some entries, the relay as it was at a backup, and the founder's disk.
fn house_with_backup() -> (House, Relay, Disk) {
    let mut house = House::new();
    let draft = house.draft(b"before");
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    let mut backup = house.relay.clone();
    for text in [b"1", b"2", b"3"] {
        let draft = house.draft(text);
        house.founder.append(draft);
        house.relay.drive(&mut house.founder);
    }
    let disk = Disk::of(&house.relay, &house.founder);
    backup.restores += 1;
    backup.restoring = true;
    backup.told.clear();
    (house, backup, disk)
}

/// R-MOVE-011, R-MOVE-014: byte for byte, in order, without a person; and what is new is signed for the
/// new relay epoch.
#[test]
fn a_restored_relay_gets_back_what_it_lost() {
    let (mut house, mut backup, mut disk) = house_with_backup();
    house.founder.sync();
    let events = disk.drive(&mut backup, &mut house.founder, 20);
    assert_eq!(house.founder.distrusted(), None);
    assert_eq!(backup.entries, house.relay.entries);
    assert!(events.iter().any(|e| matches!(e, Event::Restored(2))));
    assert!(events.iter().any(|e| matches!(e, Event::GivenBack(3))));

    // New entries wait for the end of the day.
    let draft = house.draft(b"new");
    let id = draft.document_id;
    house.founder.append(draft.clone());
    let events = disk.drive(&mut backup, &mut house.founder, 20);
    let waits = |e: &Event| matches!(e, Event::NotAppended(_, Reason::Restoring));
    assert!(events.iter().any(waits), "{events:?}");
    backup.restoring = false;
    house.founder.append(draft);
    assert_eq!(
        appended(&disk.drive(&mut backup, &mut house.founder, 20)),
        [5]
    );
    let household = house.founder.household().unwrap();
    assert_eq!(
        household
            .live_document(id)
            .unwrap()
            .document
            .header()
            .relay_epoch,
        2
    );
}

/// R-MOVE-011: what counts is what this relay announced before, and not the highest number that any relay
/// or member named. Once it has everything again, a relay that falls behind is no restored one.
#[test]
fn a_higher_number_from_elsewhere_does_not_hide_a_restore() {
    let mut house = House::new();
    house.relay.restores = 2;
    house.founder.sync();
    house.relay.drive(&mut house.founder);
    // Another relay, and an entry that had effect, name relay epoch 9.
    let home = house.founder.relay_uri().to_owned();
    let mut other = house.relay.clone();
    other.restores = 8;
    house.founder.use_relay("http://127.0.0.1:2");
    let draft = house.draft(b"for nine");
    house.founder.append(draft);
    other.drive(&mut house.founder);
    assert_eq!(house.founder.household().unwrap().relay_epoch(), 9);
    house.relay.entries = other.entries;
    house.founder.use_relay(&home);
    house.founder.sync();
    house.relay.drive(&mut house.founder);
    assert_eq!(house.founder.distrusted(), None);

    let mut backup = house.relay.clone();
    for text in [b"1", b"2"] {
        let draft = house.draft(text);
        house.founder.append(draft);
        house.relay.drive(&mut house.founder);
    }
    let mut disk = Disk::of(&house.relay, &house.founder);
    (backup.restores, backup.restoring) = (3, true);
    let mut founder = disk.restart(&house.founder);
    founder.sync();
    let events = disk.drive(&mut backup, &mut founder, 20);
    assert_eq!(founder.distrusted(), None);
    assert!(events.iter().any(|e| matches!(e, Event::GivenBack(2))));
    assert_eq!(backup.entries, house.relay.entries);

    backup.entries.pop();
    let mut founder = disk.restart(&founder);
    founder.sync();
    disk.drive(&mut backup, &mut founder, 40);
    let fault = founder.distrusted().map(|fault| fault.reason);
    assert_eq!(fault, Some(Reason::Rollback));
}

/// R-MOVE-011: of two who give back, each entry is taken once.
#[test]
fn two_members_give_back_together() {
    let (mut house, mut backup, mut disk) = house_with_backup();
    let mut twin = disk.restart(&house.founder);
    let mut other = disk.clone();
    for member in [&mut house.founder, &mut twin] {
        member.sync();
    }
    // One call each, in turn.
    let mut random = Counter(9);
    for _ in 0..100 {
        for (member, disk) in [(&mut house.founder, &mut disk), (&mut twin, &mut other)] {
            let mut next = member.poll(20, &mut random).unwrap();
            while let Some(call) = next {
                let reply = backup.serve(&call);
                next = member.receive(reply.as_deref().map_err(|e| *e), 20, &mut random);
            }
            while let Some(event) = member.next_event() {
                disk.obey(&event, member);
            }
        }
    }
    assert_eq!(
        (house.founder.distrusted(), twin.distrusted()),
        (None, None)
    );
    assert_eq!(backup.entries, house.relay.entries);
    assert!(!house.founder.is_busy() && !twin.is_busy());
}

/// R-MOVE-013: an own entry that the relay had acknowledged and now does not want back.
#[test]
fn a_restored_relay_that_refuses_an_own_entry_is_not_believed() {
    let (mut house, mut backup, mut disk) = house_with_backup();
    backup.restoring = false;
    // The founder heard it in relay epoch 1 a moment ago.
    house.founder.sync();
    disk.drive(&mut backup, &mut house.founder, 20);
    assert_eq!(
        house.founder.distrusted().map(|f| f.reason),
        Some(Reason::Rollback)
    );

    // Who comes when the day may be over cannot say so.
    let (mut house, mut backup, mut disk) = house_with_backup();
    backup.restoring = false;
    house.founder.sync();
    disk.drive(&mut backup, &mut house.founder, 20 + 86_400 * 3);
    assert_eq!(house.founder.distrusted(), None);
    assert_eq!(house.founder.head().0, 2);
    assert_eq!(house.founder.branches().len(), 1, "what it verified holds");
}

/// R-MOVE-013, R-MOVE-031: the day goes by boot time. A wall clock that is turned on by two years ends nothing
/// early, and neither does a restart; what the device was off does not count.
#[test]
fn a_wall_clock_turned_ahead_does_not_end_the_day_of_a_restore() {
    let (mut house, mut backup, mut disk) = house_with_backup();
    backup.restoring = false;
    house.founder.sync();
    disk.drive(&mut house.relay, &mut house.founder, 10);
    let told = |disk: &mut Disk, backup: &mut Relay, member: &mut Member, now| {
        member.sync();
        disk.drive(backup, member, now);
        (
            member.distrusted().map(|failure| failure.reason),
            member.head().0,
        )
    };
    let refused = (Some(Reason::Rollback), 5);
    disk.wall_error = 2 * 366 * 86_400;
    assert_eq!(
        told(&mut disk, &mut backup, &mut house.founder, 20),
        refused
    );
    let mut founder = disk.restart(&house.founder);
    assert_eq!(told(&mut disk, &mut backup, &mut founder, 86_409), refused);
    // Off for three days, it has still run for less than one.
    disk.started = (2, 4 * 86_400);
    let mut founder = disk.restart(&founder);
    let now = 4 * 86_400 + 1;
    disk.wall_error = -2 * 366 * 86_400;
    assert_eq!(told(&mut disk, &mut backup, &mut founder, now - 1), refused);
    let followed = told(&mut disk, &mut backup, &mut founder, now);
    assert_eq!(followed, (None, 2), "and now for a whole day");
}

/// R-MOVE-015, R-MOVE-008, R-MOVE-007: whoever was off all day follows what is new, keeps what was
/// restricted for a week, and is asked about own documents.
#[test]
fn who_comes_after_the_day_follows_the_higher_relay_epoch() {
    let (mut house, mut backup, mut disk) = house_with_backup();
    backup.restoring = false;
    let mut tablet = {
        let mut early = disk.clone();
        early.entries.truncate(2);
        early.restart(&house.founder)
    };
    let draft = house.draft(b"new");
    let id = draft.document_id;
    tablet.sync();
    backup.drive(&mut tablet);
    tablet.append(draft);
    assert_eq!(appended(&backup.drive(&mut tablet)), [2]);

    house.founder.sync();
    let events = disk.drive(&mut backup, &mut house.founder, 20 + 86_400 * 3);
    assert_eq!(house.founder.distrusted(), None);
    assert_eq!(house.founder.head(), tablet.head());
    assert!(
        house
            .founder
            .household()
            .unwrap()
            .live_document(id)
            .is_some()
    );
    assert!(!house.founder.is_forked());
    assert_eq!(house.founder.branches().len(), 1);
    let asked = events.iter().find_map(|event| match event {
        Event::AskAgain(ids) => Some(ids.len()),
        _ => None,
    });
    assert_eq!(asked, Some(3));
}

/// R-MOVE-033, R-MOVE-013, R-MOVE-007, R-MOVE-008: restored twice from one copy, a relay is given back what it
/// lost the first time, by somebody who was away in between. Whoever wrote meanwhile goes back after the day.
#[test]
fn what_was_written_between_two_restores_gives_way_to_what_was_given_back() {
    let (mut away, mut relay, mut away_disk) = house_with_backup();
    let copy = relay.clone();
    relay.restoring = false;
    let mut disk = away_disk.clone();
    disk.entries.truncate(2);
    let mut tablet = disk.restart(&away.founder);
    tablet.sync();
    disk.drive(&mut relay, &mut tablet, LATER);
    let draft = away.draft(b"between");
    let id = draft.document_id;
    tablet.append(draft);
    assert_eq!(appended(&disk.drive(&mut relay, &mut tablet, LATER)), [2]);

    let mut relay = copy;
    relay.restores += 1;
    away.founder.sync();
    let events = away_disk.drive(&mut relay, &mut away.founder, LATER);
    assert!(events.iter().any(|e| matches!(e, Event::GivenBack(3))));
    relay.restoring = false;

    // Within the day it denies what it had acknowledged; nobody can say so later.
    tablet.sync();
    disk.drive(&mut relay, &mut tablet, LATER + 60);
    let fault = tablet.distrusted().map(|fault| fault.reason);
    assert_eq!(fault, Some(Reason::Rollback));
    tablet.sync();
    let events = disk.drive(&mut relay, &mut tablet, LATER + 90_000);
    assert_eq!(tablet.distrusted(), None);
    assert_eq!(tablet.head(), away.founder.head());
    let asked = |e: &Event| matches!(e, Event::AskAgain(ids) if *ids == [id]);
    assert!(events.iter().any(asked), "{events:?}");
    assert_eq!(tablet.branches().len(), 1, "what was lost holds");
    let again = tablet.draft_again(id, &mut away.random).unwrap();
    tablet.append(again);
    let events = disk.drive(&mut relay, &mut tablet, LATER + 90_000);
    assert_eq!(appended(&events), [5]);
    assert!(tablet.branches().is_empty(), "it stands again");
}

/// R-MOVE-011, R-LOG-005: once it has everything again the restore is over, though nothing new had effect in
/// its relay epoch yet.
#[test]
fn a_relay_that_falls_behind_after_it_was_given_everything_is_rolled_back() {
    let (mut house, mut backup, mut disk) = house_with_backup();
    house.founder.sync();
    disk.drive(&mut backup, &mut house.founder, 20);
    assert_eq!(backup.entries, house.relay.entries);
    backup.entries.pop();
    let mut founder = disk.restart(&house.founder);
    founder.sync();
    disk.drive(&mut backup, &mut founder, 40);
    let fault = founder.distrusted().map(|fault| fault.reason);
    assert_eq!(fault, Some(Reason::Rollback));
}

/// R-MOVE-031, R-MOVE-007, R-MOVE-008: nobody is left who lacks what was lost, and the day is over. The
/// household writes all the same.
#[test]
fn a_household_that_was_off_all_day_goes_back_and_writes_on() {
    let (mut house, mut backup, mut disk) = house_with_backup();
    backup.restoring = false;
    let stands = backup.entries.len() as u64;
    let before = house.founder.head().0;
    assert!(stands < before);
    let later = 20 + 86_400 * 3;
    house.founder.sync();
    let events = disk.drive(&mut backup, &mut house.founder, later);
    assert_eq!(house.founder.distrusted(), None);
    assert_eq!(house.founder.head().0, stands);
    assert_eq!(disk.entries.len() as u64, stands);
    assert_eq!(house.founder.branches().len(), 1, "what was lost holds");
    let asked = events.iter().find_map(|event| match event {
        Event::AskAgain(ids) => Some(ids.clone()),
        _ => None,
    });
    let asked = asked.unwrap();
    assert_eq!(asked.len() as u64, before - stands);
    for id in asked {
        let draft = house.founder.draft_again(id, &mut house.random).unwrap();
        house.founder.append(draft);
    }
    disk.drive(&mut backup, &mut house.founder, later);
    assert_eq!(house.founder.head().0, before);
    assert!(
        house.founder.branches().is_empty(),
        "all of it stands again"
    );
}

/// R-MOVE-007, R-EPOCH-012: an epoch that was lost is nobody's to append again. As it was it would have no
/// wraps, and lock everybody out.
#[test]
fn a_lost_epoch_is_drawn_anew_and_not_appended_again() {
    let mut house = House::new();
    let draft = house.draft(b"before");
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    let mut backup = house.relay.clone();
    let lost = house.founder.append_epoch(10, &mut house.random).unwrap();
    house.relay.drive(&mut house.founder);
    let mut disk = Disk::of(&house.relay, &house.founder);
    backup.restores += 1;
    let later = 20 + 86_400 * 3;
    house.founder.sync();
    let events = disk.drive(&mut backup, &mut house.founder, later);
    assert_eq!(house.founder.household().unwrap().epoch(), 1);
    assert_eq!(house.founder.branches().len(), 1);
    assert!(!events.iter().any(|e| matches!(e, Event::AskAgain(_))));
    assert!(house.founder.lost().is_empty());
    let again = house.founder.draft_again(lost, &mut house.random);
    assert!(again.is_none());
    house
        .founder
        .append_epoch(later, &mut house.random)
        .unwrap();
    disk.drive(&mut backup, &mut house.founder, later);
    let household = house.founder.household().unwrap();
    assert_eq!(household.epoch(), 2);
    assert!(household.commits_to(house.founder.keyring()));
}

/// R-LOG-005, R-MOVE-009
#[test]
fn a_relay_epoch_that_falls_is_a_rollback() {
    let mut house = House::new();
    let mut disk = Disk::of(&house.relay, &house.founder);
    house.relay.restores = 1;
    house.founder.sync();
    house.founder.session = None;
    disk.drive(&mut house.relay, &mut house.founder, 20);
    assert_eq!(house.founder.distrusted(), None);
    house.relay.restores = 0;
    let mut again = disk.restart(&house.founder);
    again.sync();
    disk.drive(&mut house.relay, &mut again, 20);
    assert_eq!(again.distrusted().map(|f| f.reason), Some(Reason::Rollback));
}

/// R-MOVE-017
#[test]
fn a_key_that_was_revoked_is_revoked_again_after_a_restore() {
    let (mut house, mut backup, mut disk) = house_with_backup();
    let key = vec![7; 32];
    house.founder.revoke_access(key.clone(), 20);
    disk.drive(&mut house.relay, &mut house.founder, 20);
    let mut again = disk.restart(&house.founder);
    again.sync();
    disk.drive(&mut backup, &mut again, 40);
    let told = backup
        .told
        .iter()
        .filter(|c| c.method == Method::RevokeAccess);
    let keys: Vec<_> = told
        .map(|c| {
            pb::RevokeAccessRequest::decode(c.body.as_slice())
                .unwrap()
                .access_key
        })
        .collect();
    assert_eq!(keys, [key]);
    // Not after 90 days.
    let mut late = disk.restart(&house.founder);
    backup.restores += 1;
    backup.told.clear();
    late.sync();
    disk.drive(&mut backup, &mut late, 40 + 91 * 86_400);
    assert!(backup.told.iter().all(|c| c.method != Method::RevokeAccess));
}

/// R-MOVE-034: by who granted it, once after each restore, also after a restart; not what was revoked, or what
/// the access list named no more.
#[test]
fn what_was_granted_is_granted_again_after_a_restore() {
    let (mut house, mut backup, mut disk) = house_with_backup();
    let key = |name: u8| pb::AccessKey {
        access_key: vec![name; 32],
        rights: vec![pb::Right::Read.into()],
        ..pb::AccessKey::default()
    };
    for name in 1..=3 {
        house.founder.grant_access(key(name));
    }
    house.relay.access = vec![key(1), key(2)];
    disk.drive(&mut house.relay, &mut house.founder, 20);
    house.founder.list_access();
    house.founder.revoke_access(key(2).access_key, 20);
    disk.drive(&mut house.relay, &mut house.founder, 20);

    let granted = |relay: &Relay| -> Vec<_> {
        let calls = relay.told.iter();
        let calls = calls.filter(|call| call.method == Method::GrantAccess);
        let access = calls.map(|call| {
            let request = pb::GrantAccessRequest::decode(call.body.as_slice());
            request.unwrap().access.unwrap()
        });
        access.collect()
    };
    let mut founder = disk.restart(&house.founder);
    founder.sync();
    let events = disk.drive(&mut backup, &mut founder, 40);
    assert_eq!(granted(&backup), [key(1)]);
    assert!(
        !events.iter().any(|e| matches!(e, Event::Granted(_))),
        "nobody asked"
    );
    founder.sync();
    disk.drive(&mut backup, &mut founder, 40);
    assert_eq!(granted(&backup).len(), 1);
    // A copy of this very copy.
    (backup.restores, backup.told) = (backup.restores + 1, Vec::new());
    founder.sync();
    disk.drive(&mut backup, &mut founder, 40);
    assert_eq!(granted(&backup), [key(1)]);
    // Not after 90 days.
    (backup.restores, backup.told) = (backup.restores + 1, Vec::new());
    founder.sync();
    disk.drive(&mut backup, &mut founder, 40 + 91 * 86_400);
    assert_eq!(granted(&backup), []);
}

/// R-RELAY-035
#[test]
fn no_challenge_is_signed_for_another_relay() {
    let house = House::new();
    let disk = Disk::of(&house.relay, &house.founder);
    let mut member = disk.restart(&house.founder);
    let mut random = Counter(4);
    member.sync();
    member.poll(10, &mut random).unwrap().unwrap();
    let challenge = pb::ChallengeResponse {
        relay_id: vec![8; 32],
        nonce: vec![2; 32],
        expires_at: 60,
    };
    let reply = challenge.encode_to_vec();
    assert_eq!(member.receive(Ok(&reply), 10, &mut random), None);
    let event = member.next_event();
    assert!(
        matches!(event, Some(Event::Failed(Reason::BadChallenge))),
        "{event:?}"
    );
}
