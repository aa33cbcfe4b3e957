//! Moving: a log that begins at another relay with its history, and the MOVED that makes it the home.

use super::disk::Disk;
use super::*;

const HOME: &str = "http://127.0.0.1:1";
const SPARE: &str = "http://127.0.0.1:2";

/// A household whose constitution lists two relays, with some history.
fn two_relays() -> House {
    let mut house = House::new();
    let law = house.founder.household().unwrap().constitution().clone();
    let relay = |uri: &str| crate::constitution::Relay {
        uri: uri.into(),
        key: None,
    };
    let law = crate::constitution::Constitution::new(
        law.guardians().to_vec(),
        law.dependants().to_vec(),
        1,
        vec![relay(HOME), relay(SPARE)],
        law.caps(),
    );
    let draft = Draft {
        payload_type: PayloadType::Constitution,
        dependant: None,
        sections: vec![(SectionKind::Constitution, law.unwrap().encode())],
        ..house.draft(b"")
    };
    house.founder.append(draft);
    for text in 0..5 {
        let draft = house.draft(&[text]);
        house.founder.append(draft);
    }
    house.relay.drive(&mut house.founder);
    house
}

/// A key with a group, as a relay lists it.
fn key(byte: u8) -> pb::AccessKey {
    pb::AccessKey {
        access_key: vec![byte; 32],
        group: vec![byte; 16],
        ..pb::AccessKey::default()
    }
}

/// R-MOVE-019, R-MOVE-020, R-MOVE-021, R-MOVE-022, R-MOVE-027: without a word from the old relay.
#[test]
fn a_household_moves_with_its_whole_history() {
    let mut house = two_relays();
    let mut tv = house.invite(PepCategory::Tv);
    let mut disk = Disk::of(&house.relay, &house.founder);
    let mut tv_disk = Disk::of(&house.relay, &tv);
    house.founder.use_relay(HOME);
    tv.use_relay(HOME);
    house.relay.access = vec![key(1), key(2), key(3), key(4)];
    house.founder.list_access();
    house.founder.revoke_access(vec![3; 32], 20);
    disk.drive(&mut house.relay, &mut house.founder, 20);

    let mut spare = Relay {
        restores: 1,
        restoring: true,
        ..Relay::default()
    };
    house.founder.use_relay(SPARE);
    assert!(house.founder.begin_here(key(1), &[vec![4; 32]], vec![]));
    house.founder.sync();
    let events = disk.drive(&mut spare, &mut house.founder, 30);
    let count = house.relay.entries.len() as u64;
    let given = |e: &Event| matches!(e, Event::GivenBack(n) if *n == count - 1);
    assert!(events.iter().any(given), "{events:?}");
    assert_eq!(spare.entries, house.relay.entries);
    let created = spare.told.iter().find(|c| c.method == Method::CreateLog);
    let request = pb::CreateLogRequest::decode(created.unwrap().body.as_slice()).unwrap();
    assert_eq!(request.relay_epoch, Some(2));
    assert_eq!(
        request.more,
        vec![key(2)],
        "neither twice nor the revoked one nor who left"
    );

    spare.restoring = false;
    house.founder.append_moved(30, &mut house.random).unwrap();
    let events = disk.drive(&mut spare, &mut house.founder, 30);
    assert_eq!(appended(&events), [count]);
    assert_eq!(house.founder.home().as_deref(), Some(SPARE));

    // What the old relay still accepts does not count, and its author is asked.
    let late = house.draft(b"late");
    let id = late.document_id;
    let mut slow = disk.clone();
    slow.entries.truncate(count as usize);
    let mut slow_one = slow.restart(&house.founder);
    slow_one.use_relay(HOME);
    slow_one.append(late);
    let events = slow.drive(&mut house.relay, &mut slow_one, 40);
    assert_eq!(appended(&events), [count]);
    tv.sync();
    tv_disk.drive(&mut house.relay, &mut tv, 40);

    // A television that was told of the late one, and then asks the spare relay.
    tv.use_relay(SPARE);
    tv.sync();
    let events = tv_disk.drive(&mut spare, &mut tv, 50);
    assert_eq!(tv.head(), house.founder.head());
    assert!(!events.iter().any(|e| matches!(e, Event::AskAgain(_))));
    let holds = tv.households().filter(|h| h.live_document(id).is_some());
    assert_eq!(holds.count(), 1, "for a week");
    slow_one.use_relay(SPARE);
    slow_one.sync();
    let events = slow.drive(&mut spare, &mut slow_one, 50);
    let asked = |e: &Event| matches!(e, Event::AskAgain(ids) if *ids == [id]);
    assert!(events.iter().any(asked), "{events:?}");
    let again = slow_one.draft_again(id, &mut house.random).unwrap();
    slow_one.append(again);
    let events = slow.drive(&mut spare, &mut slow_one, 60);
    assert_eq!(appended(&events), [count + 1]);
    assert!(slow_one.branches().is_empty(), "it stands again");
}

/// R-MOVE-022: who reads the MOVED at the old relay goes to the new one.
#[test]
fn a_moved_leads_to_the_new_home() {
    let mut house = two_relays();
    let mut tv = house.invite(PepCategory::Tv);
    tv.use_relay(HOME);
    // Somebody at the spare relay moves; here its entry comes by the old one.
    house.relay.restores = 1;
    house.founder.use_relay(SPARE);
    house.founder.append_moved(30, &mut house.random).unwrap();
    house.relay.drive(&mut house.founder);
    tv.sync();
    let events = house.relay.drive(&mut tv);
    let moved = |e: &Event| matches!(e, Event::Moved(uri) if uri == SPARE);
    assert!(events.iter().any(moved), "{events:?}");
}

/// R-JOIN-015: who joins after a move asks the new home first.
#[test]
fn a_newcomer_after_a_move_is_told_the_new_home_first() {
    let mut house = two_relays();
    let told = |newcomer: &Member| {
        let relays = newcomer.anchor.relays.iter();
        relays.map(|relay| relay.uri.clone()).collect::<Vec<_>>()
    };
    let before = house.invite(PepCategory::Tv);
    assert_eq!(told(&before), [HOME, SPARE]);
    house.relay.restores = 1;
    house.founder.use_relay(SPARE);
    house.founder.append_moved(30, &mut house.random).unwrap();
    house.relay.drive(&mut house.founder);
    let after = house.invite(PepCategory::Console);
    assert_eq!(told(&after), [SPARE, HOME]);
}

/// R-MOVE-022, R-MOVE-031: the old relay is restored after the move, and names a higher relay epoch than the
/// MOVED has. Whoever asks it stays with the new home, also when somebody who knew nothing wrote there.
#[test]
fn an_old_relay_that_is_restored_takes_nobody_back() {
    for somebody_wrote in [false, true] {
        let mut house = two_relays();
        house.founder.use_relay(HOME);
        house.founder.sync();
        house.relay.drive(&mut house.founder);
        let mut disk = Disk::of(&house.relay, &house.founder);
        let mut old = house.relay.clone();
        old.entries.pop();
        let mut early = disk.clone();
        early.entries.pop();
        let mut slow = early.restart(&house.founder);
        let mut spare = house.relay.clone();
        spare.restores = 1;
        house.founder.use_relay(SPARE);
        house.founder.append_moved(30, &mut house.random).unwrap();
        disk.drive(&mut spare, &mut house.founder, 30);
        let head = house.founder.head();

        old.restores = 1_000;
        let later = 30 + 86_400 * 3;
        if somebody_wrote {
            slow.use_relay(HOME);
            let draft = house.draft(b"late");
            slow.append(draft);
            assert_eq!(appended(&early.drive(&mut old, &mut slow, later)).len(), 1);
        }
        house.founder.use_relay(HOME);
        house.founder.sync();
        let events = disk.drive(&mut old, &mut house.founder, later);
        assert_eq!(house.founder.head(), head, "{events:?}");
        assert!(house.founder.branches().is_empty());
        house.founder.use_relay(SPARE);
        house.founder.sync();
        disk.drive(&mut spare, &mut house.founder, later);
        assert_eq!(
            (house.founder.distrusted(), house.founder.head()),
            (None, head)
        );
    }
}

/// R-MOVE-035: the old relay was restored, and names a higher relay epoch than the MOVED has. Whoever never
/// heard of the move, and wrote there, finds the new home all the same.
#[test]
fn whoever_wrote_at_a_restored_old_relay_follows_a_move() {
    let mut house = two_relays();
    house.founder.use_relay(HOME);
    house.founder.sync();
    house.relay.drive(&mut house.founder);
    let mut disk = Disk::of(&house.relay, &house.founder);
    let (mut old, mut spare) = (house.relay.clone(), house.relay.clone());
    let mut late_disk = disk.clone();
    let mut late_one = late_disk.restart(&house.founder);
    spare.restores = 1;
    house.founder.use_relay(SPARE);
    house.founder.append_moved(30, &mut house.random).unwrap();
    disk.drive(&mut spare, &mut house.founder, 30);

    old.restores = 1_000;
    late_one.use_relay(HOME);
    let late = house.draft(b"late");
    let id = late.document_id;
    late_one.append(late);
    let events = late_disk.drive(&mut old, &mut late_one, 40);
    assert_eq!(appended(&events).len(), 1);
    late_one.use_relay(SPARE);
    late_one.sync();
    let events = late_disk.drive(&mut spare, &mut late_one, 50);
    assert_eq!(late_one.head(), house.founder.head(), "{events:?}");
    assert_eq!(late_one.home().as_deref(), Some(SPARE));
    let asked = |e: &Event| matches!(e, Event::AskAgain(ids) if *ids == [id]);
    assert!(events.iter().any(asked), "{events:?}");
}

/// R-MOVE-017, R-MOVE-034: whoever moved the log read the access list before this was done.
#[test]
fn what_was_granted_and_revoked_is_said_again_at_a_new_home() {
    let mut house = two_relays();
    let mut disk = Disk::of(&house.relay, &house.founder);
    house.founder.use_relay(HOME);
    house.founder.grant_access(key(5));
    house.founder.revoke_access(vec![6; 32], 20);
    disk.drive(&mut house.relay, &mut house.founder, 20);
    let mut spare = house.relay.clone();
    spare.told.clear();
    house.founder.use_relay(SPARE);
    for _ in 0..2 {
        house.founder.sync();
        disk.drive(&mut spare, &mut house.founder, 30);
    }
    let told = |method| spare.told.iter().filter(|c| c.method == method).count();
    assert_eq!(
        (told(Method::GrantAccess), told(Method::RevokeAccess)),
        (1, 1)
    );
}

/// R-MOVE-017, R-MOVE-034: the power failed when the new home had been heard, and nothing had been said yet.
#[test]
fn a_power_cut_loses_nothing_of_what_is_said_again() {
    let mut house = two_relays();
    let mut disk = Disk::of(&house.relay, &house.founder);
    house.founder.use_relay(HOME);
    house.founder.grant_access(key(5));
    house.founder.revoke_access(vec![6; 32], 20);
    disk.drive(&mut house.relay, &mut house.founder, 20);
    let mut spare = house.relay.clone();
    spare.told.clear();
    house.founder.use_relay(SPARE);
    house.founder.sync();
    let mut random = Counter(9);
    let mut next = house.founder.poll(30, &mut random).unwrap();
    while let Some(call) = next {
        let reply = spare.serve(&call);
        let reply = reply.as_deref().map_err(|refusal| *refusal);
        next = house.founder.receive(reply, 30, &mut random);
    }
    while let Some(event) = house.founder.next_event() {
        disk.obey(&event, &mut house.founder);
    }
    let told = |spare: &Relay, method| spare.told.iter().filter(|c| c.method == method).count();
    assert_eq!(told(&spare, Method::OpenSession), 1, "it was heard");
    assert_eq!(told(&spare, Method::GrantAccess), 0);

    let mut again = disk.restart(&house.founder);
    again.use_relay(SPARE);
    for _ in 0..2 {
        again.sync();
        disk.drive(&mut spare, &mut again, 40);
    }
    assert_eq!(told(&spare, Method::GrantAccess), 1);
    assert_eq!(told(&spare, Method::RevokeAccess), 1);
}

/// R-LOG-004, R-MOVE-035: the entry that the new home has at the next place is one that this member cannot
/// open. It looks for the place where the two part all the same, and finds the MOVED.
#[test]
fn a_move_is_found_behind_an_entry_that_does_not_open() {
    let mut house = two_relays();
    house.founder.use_relay(HOME);
    house.founder.sync();
    house.relay.drive(&mut house.founder);
    let mut disk = Disk::of(&house.relay, &house.founder);
    let (mut old, mut spare) = (house.relay.clone(), house.relay.clone());
    let mut late_disk = disk.clone();
    let id = house.founder.identity();
    let without_wrap = identity(
        id.device,
        SigningKey::from_seed(*id.signing.expose_seed()).unwrap(),
        SealingKey::from_seed([50; 32]),
    );
    let (anchor, secrets) = (
        house.founder.anchor().clone(),
        house.founder.keyring().clone(),
    );
    let mut late_one = Member::restore(without_wrap, anchor, secrets, disk.entries.clone());
    spare.restores = 1;
    house.founder.use_relay(SPARE);
    house.founder.append_moved(30, &mut house.random).unwrap();
    house.founder.append_epoch(30, &mut house.random).unwrap();
    disk.drive(&mut spare, &mut house.founder, 30);

    old.restores = 1_000;
    late_one.use_relay(HOME);
    let late = house.draft(b"late");
    late_one.append(late);
    let events = late_disk.drive(&mut old, &mut late_one, 40);
    assert_eq!(appended(&events).len(), 1);
    late_one.use_relay(SPARE);
    late_one.sync();
    let events = late_disk.drive(&mut spare, &mut late_one, 50);
    assert_eq!(late_one.head(), house.founder.head(), "{events:?}");
    assert_eq!(late_one.home().as_deref(), Some(SPARE));
}

/// R-MOVE-014, R-MOVE-029: neither a relay nor a member uses up the numbers that a move needs.
#[test]
fn a_relay_that_announces_the_highest_number_stands_in_the_way_of_no_move() {
    let mut house = two_relays();
    house.founder.use_relay(HOME);
    house.relay.restores = u32::MAX - 1;
    let draft = house.draft(b"rules");
    house.founder.append(draft);
    assert_eq!(appended(&house.relay.drive(&mut house.founder)).len(), 1);
    let epoch = |member: &Member| member.household().unwrap().relay_epoch();
    assert_eq!(epoch(&house.founder), 1, "nobody believes it");

    let mut disk = Disk::of(&house.relay, &house.founder);
    let mut spare = Relay {
        restores: 4_000_000_001,
        restoring: true,
        ..Relay::default()
    };
    house.founder.use_relay(SPARE);
    assert!(house.founder.begin_here(key(1), &[], vec![]));
    house.founder.sync();
    disk.drive(&mut spare, &mut house.founder, 30);
    let created = spare.told.iter().find(|c| c.method == Method::CreateLog);
    let request = pb::CreateLogRequest::decode(created.unwrap().body.as_slice()).unwrap();
    assert_eq!(request.relay_epoch, Some(4_000_000_002));
    spare.restoring = false;
    house.founder.append_moved(30, &mut house.random).unwrap();
    let draft = house.draft(b"and on");
    house.founder.append(draft);
    let events = disk.drive(&mut spare, &mut house.founder, 30);
    assert_eq!(appended(&events).len(), 2, "{events:?}");
    assert_eq!(epoch(&house.founder), 4_000_000_002);
}

/// R-RELAY-037, R-CONS-025: what is asked of the desk comes back with an answer.
#[test]
fn acts_are_announced_seen_and_cancelled() {
    let mut house = House::new();
    house.founder.announce(Announcement::DeleteLog(true));
    let events = house.relay.drive(&mut house.founder);
    let due = |e: &Event| matches!(e, Event::Announced(Ok(act)) if act.id == 1 && act.due_at > 0);
    assert!(events.iter().any(due), "{events:?}");
    house.founder.list_acts();
    house.founder.cancel_act(1);
    house.founder.cancel_act(9);
    house.founder.list_acts();
    house.founder.prune(vec![3]);
    let events = house.relay.drive(&mut house.founder);
    let told: Vec<_> = events
        .iter()
        .map(|event| match event {
            Event::Acts(Ok(acts)) => format!("acts {}", acts.len()),
            Event::CancelledAct(id, result) => format!("cancel {id} {}", result.is_ok()),
            Event::Pruned(result) => format!("prune {}", result.is_ok()),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        "acts 1",
        "cancel 1 true",
        "cancel 9 false",
        "acts 0",
        "prune true",
    ];
    assert_eq!(told, expected);
}
