//! Forks: what a member does whose relay, or two relays, tell two stories in one relay epoch.

use super::disk::Disk;
use super::*;

/// Two devices of one guardian, each with its own relay, parted behind place 0.
fn parted(seed: u64) -> (House, Relay, Member) {
    let mut house = House::with(seed);
    let mut twin = twin_of(&house);
    let mut other = house.relay.clone();
    let (first, second) = (house.draft(b"1"), house.draft(b"2"));
    house.founder.append(first);
    house.relay.drive(&mut house.founder);
    twin.append(second);
    other.drive(&mut twin);
    (house, other, twin)
}

/// R-LOG-006, R-MOVE-005, R-MOVE-007, R-MOVE-008: the smaller hash goes on, for everybody who sees both;
/// what was left holds for a week.
#[test]
fn a_fork_without_a_change_of_the_constitution_ends_by_itself() {
    let (mut left, mut stayed) = (0, 0);
    for seed in 0..8 {
        let (mut house, mut other, twin) = parted(seed * 1_000_000);
        let (ours, theirs) = (house.founder.head().1, twin.head().1);
        let mut disk = Disk::of(&house.relay, &house.founder);
        let lost = house
            .founder
            .household()
            .unwrap()
            .live()
            .next()
            .unwrap()
            .id();
        house.founder.sync();
        let events = disk.drive(&mut other, &mut house.founder, 20);
        if ours < theirs {
            stayed += 1;
            let failure = house.founder.distrusted().unwrap();
            assert_eq!((failure.reason, failure.seq), (Reason::Fork, 1));
            assert_eq!(house.founder.head().1, ours);
            assert!(house.founder.branches().is_empty());
            continue;
        }
        left += 1;
        assert_eq!(house.founder.distrusted(), None);
        assert_eq!(house.founder.head(), twin.head());
        assert_eq!(house.founder.live_root(), twin.live_root());
        let stored: Vec<_> = disk.entries.iter().map(Entry::hash).collect();
        assert_eq!(stored.last(), Some(&theirs), "the store follows");
        let asked = events.iter().find_map(|event| match event {
            Event::AskAgain(ids) => Some(ids.clone()),
            _ => None,
        });
        assert_eq!(asked, Some(vec![lost]));
        let holds = |member: &Member| {
            let households = member.households();
            households
                .filter(|h| h.live_document(lost).is_some())
                .count()
        };
        assert_eq!(holds(&house.founder), 1, "the branch that was left");

        // Over a restart too, and for a week of T_lo.
        let mut again = disk.restart(&house.founder);
        let told = |member: &Member| -> Vec<_> {
            let each = member.branches().iter();
            each.map(|b| (b.why(), b.from(), b.chain().head(), b.chain().live_root()))
                .collect()
        };
        assert_eq!(told(&again), told(&house.founder));
        again.tick(1_000);
        again.tick(1_000 + LOST_FOR - 1);
        assert_eq!(holds(&again), 1);
        again.tick(1_000 + LOST_FOR);
        assert_eq!(holds(&again), 0);

        // Or until it stands again, under the id that it had.
        let draft = house.founder.draft_again(lost).unwrap();
        assert_eq!(draft.document_id, lost);
        house.founder.append(draft);
        house.founder.sync();
        disk.drive(&mut other, &mut house.founder, 20);
        assert!(house.founder.branches().is_empty());
        assert_eq!(holds(&house.founder), 1);
    }
    assert!(left > 0 && stayed > 0, "{left} {stayed}");
}

/// R-LOG-005: another entry at a place that was applied, signed by nobody.
#[test]
fn another_entry_that_nobody_signed_is_a_rollback() {
    let mut house = House::new();
    let draft = house.draft(b"1");
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    let mut disk = Disk::of(&house.relay, &house.founder);
    house.relay.entries[1].header = vec![9; 1024].into();
    house.founder.sync();
    disk.drive(&mut house.relay, &mut house.founder, 20);
    let failure = house.founder.distrusted().unwrap();
    assert_eq!((failure.reason, failure.seq), (Reason::Rollback, 1));
}

/// R-MOVE-005: a fork that goes far back is followed from the place where it begins.
#[test]
fn a_long_fork_is_found_from_its_first_place() {
    let mut found = false;
    for seed in 0..6 {
        let (mut house, mut other, mut twin) = parted(seed * 1_000_000 + 7);
        for round in 0..20u8 {
            let (first, second) = (house.draft(&[round]), house.draft(&[round, 1]));
            house.founder.append(first);
            house.relay.drive(&mut house.founder);
            twin.append(second);
            other.drive(&mut twin);
        }
        let mut disk = Disk::of(&house.relay, &house.founder);
        let first = (disk.entries[1].hash(), other.entries[1].clone());
        let theirs = Entry::try_from(first.1).unwrap().hash();
        house.founder.sync();
        disk.drive(&mut other, &mut house.founder, 20);
        if theirs < first.0 {
            found = true;
            assert_eq!(house.founder.head(), twin.head());
            assert_eq!(house.founder.branches()[0].from(), 1);
            assert_eq!(house.founder.branches()[0].entries().len(), 21);
        } else {
            assert_eq!(house.founder.distrusted().unwrap().seq, 1);
        }
    }
    assert!(found);
}
