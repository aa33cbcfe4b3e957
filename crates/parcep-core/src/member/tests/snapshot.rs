//! Snapshots: what a device keeps instead of the log.

use super::disk::Disk;
use super::*;
use crate::household::Household;
use crate::log::EntryBody;
use std::collections::BTreeSet;

fn again(member: &Member, snapshot: &[u8]) -> Result<Member, SnapshotError> {
    resumed(member, snapshot, Vec::new())
}

fn resumed(member: &Member, snapshot: &[u8], entries: Vec<Entry>) -> Result<Member, SnapshotError> {
    let copy = Disk::default().restart_keys(member);
    let secrets = member.keyring().clone();
    let anchor = member.anchor().clone();
    Member::resume(copy, anchor, secrets, snapshot, entries).map(|(member, _)| member)
}

/// A household with members, epochs, rules that were replaced, and rules that hold.
fn story() -> (House, Member) {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    let mut base = None;
    for round in 0..30u8 {
        let draft = Draft {
            payload_type: PayloadType::PolicyLayer,
            base,
            sections: vec![(SectionKind::Web, vec![round; 40])],
            ..house.draft(b"")
        };
        base = Some(draft.document_id);
        house.founder.append(draft);
        house.relay.drive(&mut house.founder);
        if round % 10 == 9 {
            house.founder.append_epoch(10, &mut house.random).unwrap();
            house.relay.drive(&mut house.founder);
        }
    }
    let lock = house.draft(b"lock");
    house.founder.append(lock.clone());
    house.founder.append(lock);
    house.relay.drive(&mut house.founder);
    house.invite(PepCategory::Console);
    tv.sync();
    house.relay.drive(&mut tv);
    (house, tv)
}

/// R-LOG-017: it goes on as if it had the whole log.
#[test]
fn a_snapshot_says_what_the_log_says() {
    let (mut house, tv) = story();
    for member in [&house.founder, &tv] {
        let snapshot = member.snapshot().unwrap();
        let back = again(member, &snapshot).unwrap();
        assert_eq!(back.head(), member.head());
        assert_eq!(back.live_root(), member.live_root());
        let (ours, theirs) = (member.household().unwrap(), back.household().unwrap());
        assert_eq!(ours.constitution(), theirs.constitution());
        assert_eq!(ours.epoch(), theirs.epoch());
        assert_eq!(ours.without_effect(), theirs.without_effect());
        assert_eq!(ours.audiences(), theirs.audiences());
        assert!(ours.recent().eq(theirs.recent()), "ids that had effect");
        let all = |household: &Household| -> BTreeSet<_> { household.effective_from(0).collect() };
        assert_eq!(all(ours), all(theirs), "those of membership too");
        let (next, head) = back.head();
        let known = back.chain().live_root_at(next - 1, head);
        assert_eq!(known, Some(member.live_root()));
        assert!(back.snapshot().unwrap() == snapshot, "and writes the same");
    }
    // From there it follows, as everybody does.
    let snapshot = house.founder.snapshot().unwrap();
    let mut back = again(&house.founder, &snapshot).unwrap();
    let draft = house.draft(b"more");
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    back.sync();
    house.relay.drive(&mut back);
    assert_eq!(back.head(), house.founder.head());
    assert_eq!(back.live_root(), house.founder.live_root());
}

/// R-LOG-017: nothing in it is believed because it was once.
#[test]
fn what_was_changed_in_a_snapshot_does_not_pass_for_an_entry() {
    let (house, _) = story();
    let snapshot = house.founder.snapshot().unwrap();
    let mut passed = 0;
    for at in (0..snapshot.len()).step_by(97) {
        let mut changed = snapshot.clone();
        changed[at] ^= 4;
        let Ok(back) = again(&house.founder, &changed) else {
            continue;
        };
        passed += 1;
        let (ours, theirs) = (
            house.founder.household().unwrap(),
            back.household().unwrap(),
        );
        assert_eq!(ours.constitution(), theirs.constitution(), "byte {at}");
        assert_eq!(house.founder.live_root(), back.live_root(), "byte {at}");
    }
    let most = snapshot.len() / 97 / 4;
    assert!(passed < most, "{passed} of {most}: hashes and ids only");
    for end in (0..snapshot.len()).step_by(501) {
        let cut = snapshot.get(..end).unwrap();
        assert!(again(&house.founder, cut).is_err(), "{end}");
    }
}

/// R-DOC-020, R-MOVE-025: a pruned body goes on as a hash.
#[test]
fn a_pruned_body_stays_pruned() {
    let (house, _) = story();
    let mut entries: Vec<_> = house
        .relay
        .entries
        .iter()
        .map(|e| Entry::try_from(e.clone()).unwrap())
        .collect();
    let document = house
        .founder
        .household()
        .unwrap()
        .live()
        .next()
        .unwrap()
        .seq;
    let entry = &mut entries[document as usize];
    entry.body = EntryBody::Pruned(entry.body.hash());
    let copy = Disk::default().restart_keys(&house.founder);
    let anchor = house.founder.anchor().clone();
    let pruned = Member::restore(copy, anchor, Keyring::default(), entries);
    assert_eq!(pruned.head(), house.founder.head());
    assert_eq!(pruned.live_root(), house.founder.live_root());
    let back = again(&pruned, &pruned.snapshot().unwrap()).unwrap();
    assert_eq!(back.live_root(), pruned.live_root());
}

/// R-LOG-017: a family of four with ten devices, after a year, keeps 256 KiB.
#[test]
fn a_family_of_four_with_ten_devices_keeps_little() {
    let mut house = House::new();
    for category in [
        PepCategory::Tv,
        PepCategory::Console,
        PepCategory::HomeGateway,
        PepCategory::AccessNetwork,
        PepCategory::App,
        PepCategory::OnlineService,
        PepCategory::AiAssistant,
        PepCategory::DeviceOs,
        PepCategory::DeviceOs,
    ] {
        house.invite(category);
    }
    let mut base = None;
    for round in 0..120u8 {
        let draft = Draft {
            payload_type: PayloadType::PolicyLayer,
            base,
            sections: vec![
                (SectionKind::Web, vec![round; 2000]),
                (SectionKind::Schedule, vec![round; 500]),
                (SectionKind::App, vec![round; 1500]),
            ],
            ..house.draft(b"")
        };
        base = Some(draft.document_id);
        house.founder.append(draft);
        house.relay.drive(&mut house.founder);
    }
    for _ in 0..2 {
        house.founder.append_epoch(10, &mut house.random).unwrap();
        house.relay.drive(&mut house.founder);
    }
    let kept = house.founder.snapshot().unwrap().len();
    let log: usize = house.relay.entries.iter().map(|e| e.encoded_len()).sum();
    assert!(kept <= 256 * 1024, "{kept} bytes of {log}");
    assert!(kept * 2 < log, "{kept} bytes of {log}");
}

/// R-LOG-006, R-LOG-017: with the entries kept beside a snapshot, a fork that begins a thousand places before
/// it is one. Another log does not pass for the one that it stands for.
#[test]
fn a_fork_from_long_before_a_snapshot_is_told_as_one() {
    let mut house = House::new();
    let mut twin = twin_of(&house);
    let mut other = house.relay.clone();
    twin.append(house.draft(b"another story"));
    other.drive(&mut twin);
    let mut base = None;
    for round in 0..1_000u16 {
        let draft = Draft {
            payload_type: PayloadType::PolicyLayer,
            base,
            sections: vec![(SectionKind::Web, round.to_be_bytes().to_vec())],
            ..house.draft(b"")
        };
        base = Some(draft.document_id);
        house.founder.append(draft);
        if round % 100 == 99 {
            house.relay.drive(&mut house.founder);
        }
    }
    assert_eq!(house.founder.head().0, 1_001);
    let snapshot = house.founder.snapshot().unwrap();
    let told = |mut member: Member| {
        let mut disk = Disk::of(&house.relay, &house.founder);
        member.sync();
        disk.drive(&mut other.clone(), &mut member, 20);
        let refused = member.distrusted().map(|failure| failure.reason);
        (refused, member.branches().len())
    };
    let alone = again(&house.founder, &snapshot).unwrap();
    assert_eq!(told(alone), (Some(Reason::Rollback), 0), "it cannot say");
    let entries = Disk::of(&house.relay, &house.founder).entries;
    let with_log = resumed(&house.founder, &snapshot, entries.clone()).unwrap();
    assert!(!with_log.has_left() && with_log.joined_at.is_some());
    let (refused, branches) = told(with_log);
    let theirs = Entry::try_from(other.entries[1].clone()).unwrap().hash();
    let stays = entries[1].hash().0.as_slice() < theirs.0.as_slice();
    assert_eq!(refused, stays.then_some(Reason::Fork));
    assert_eq!(branches, 1, "what the hash left holds");

    for (place, cut) in [(1_000, 1_001), (990, 1_001), (0, 1_000)] {
        let mut changed = entries[..cut].to_vec();
        changed[place].generation += 1;
        let refused = resumed(&house.founder, &snapshot, changed).unwrap_err();
        assert_eq!(refused, SnapshotError::OtherLog, "{place}");
    }
}
