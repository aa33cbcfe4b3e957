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
        let draft = house.founder.draft_again(lost, &mut house.random).unwrap();
        assert_eq!(draft.document_id, lost);
        house.founder.append(draft);
        house.founder.sync();
        disk.drive(&mut other, &mut house.founder, 20);
        assert!(house.founder.branches().is_empty());
        assert_eq!(holds(&house.founder), 1);
    }
    assert!(left > 0 && stayed > 0, "{left} {stayed}");
}

/// R-MOVE-032: what the hash left holds for a week, also where it was never applied; once, whatever the
/// relay that serves it does, and until it stands again.
#[test]
fn a_branch_that_the_hash_left_holds_where_it_was_never_applied() {
    let mut stayed = 0;
    for seed in 0..8 {
        let (mut house, mut other, twin) = parted(seed * 1_000_000);
        if twin.head().1 < house.founder.head().1 {
            continue;
        }
        stayed += 1;
        let theirs = twin.household().unwrap().live().next().unwrap().id();
        let mut disk = Disk::of(&house.relay, &house.founder);
        let hear = |disk: &mut Disk, other: &mut Relay, member: &mut Member| {
            member.use_relay("http://127.0.0.1:2");
            member.sync();
            disk.drive(other, member, 20);
            let refused = member.distrusted().map(|failure| failure.reason);
            assert_eq!(refused, Some(Reason::Fork));
        };
        let holds = |member: &Member| {
            let households = member.households();
            let holds = households.filter(|h| h.live_document(theirs).is_some());
            (member.branches().len(), holds.count())
        };
        hear(&mut disk, &mut other, &mut house.founder);
        assert_eq!(holds(&house.founder), (1, 1));
        let branch = &house.founder.branches()[0];
        assert_eq!((branch.why(), branch.was_first()), (Why::Lost(None), false));
        assert!(!house.founder.is_forked(), "it has ended");

        // Told again, and by a relay that goes on from there, it is the same one, with the same week.
        house.founder.tick(1_000);
        hear(&mut disk, &mut other, &mut house.founder);
        let mut twin = twin;
        twin.append(house.draft(b"more"));
        other.drive(&mut twin);
        hear(&mut disk, &mut other, &mut house.founder);
        let mut again = disk.restart(&house.founder);
        assert_eq!(holds(&again), (1, 1));
        assert_eq!(again.branches()[0].entries().len(), 2);
        again.tick(1_000 + LOST_FOR - 1);
        assert_eq!(holds(&again), (1, 1));
        again.tick(1_000 + LOST_FOR);
        assert_eq!(holds(&again), (0, 0));
        disk.aside = again.aside_bytes();
        hear(&mut disk, &mut other, &mut again);
        assert_eq!(holds(&again), (0, 0), "a week is a week");
        let mut again = disk.restart(&again);
        hear(&mut disk, &mut other, &mut again);
        assert_eq!(holds(&again), (0, 0), "after a restart too");

        // What its author appends again to the branch that went on is not lost any more.
        let mut twin_disk = Disk::of(&other, &twin);
        twin.use_relay("http://127.0.0.1:1");
        twin.sync();
        twin_disk.drive(&mut house.relay, &mut twin, 20);
        for id in twin.lost() {
            let draft = twin.draft_again(id, &mut house.random).unwrap();
            twin.append(draft);
        }
        twin_disk.drive(&mut house.relay, &mut twin, 20);
        house.founder.use_relay("http://127.0.0.1:1");
        house.founder.sync();
        disk.drive(&mut house.relay, &mut house.founder, 20);
        assert_eq!(house.founder.head(), twin.head());
        assert_eq!(holds(&house.founder), (0, 1));
        hear(&mut disk, &mut other, &mut house.founder);
        assert_eq!(holds(&house.founder), (0, 1), "it stands again already");
    }
    assert!(stayed > 0);
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

/// The constitution of this household, with another relay.
pub(super) fn other_law(house: &mut House) -> Draft {
    let law = house.founder.household().unwrap().constitution().clone();
    let law = crate::constitution::Constitution::new(
        law.guardians().to_vec(),
        law.dependants().to_vec(),
        1,
        vec![crate::constitution::Relay {
            uri: "http://127.0.0.1:7".into(),
            key: None,
        }],
        law.caps(),
    );
    Draft {
        payload_type: PayloadType::Constitution,
        dependant: None,
        sections: vec![(SectionKind::Constitution, law.unwrap().encode())],
        ..house.draft(b"")
    }
}

/// R-MOVE-003, R-MOVE-004, R-MOVE-006, R-MOVE-007: where branches disagree on who decides, a
/// RESOLVE ends the fork, and until then both count.
#[test]
fn a_fork_with_a_change_of_the_constitution_lasts_until_people_end_it() {
    let mut house = House::new();
    let mut twin = twin_of(&house);
    let mut other = house.relay.clone();
    let law = other_law(&mut house);
    house.founder.append(law);
    let ours = house.draft(b"ours");
    let ours_id = ours.document_id;
    house.founder.append(ours);
    house.relay.drive(&mut house.founder);
    let theirs = house.draft(b"theirs");
    let theirs_id = theirs.document_id;
    twin.append(theirs);
    other.drive(&mut twin);

    let mut disk = Disk::of(&house.relay, &house.founder);
    house.founder.sync();
    disk.drive(&mut other, &mut house.founder, 20);
    assert_eq!(
        house.founder.distrusted().map(|f| f.reason),
        Some(Reason::Fork)
    );
    let both = |member: &Member| -> Vec<bool> {
        let each = member.households();
        each.map(|h| h.live_document(theirs_id).is_some()).collect()
    };
    assert!(house.founder.is_forked());
    assert_eq!(both(&house.founder), [false, true]);
    let again = disk.restart(&house.founder);
    assert!(again.is_forked());
    assert_eq!(both(&again), [false, true]);

    // The twin has both as well, and its person chooses its own branch.
    let mut twin_disk = Disk::of(&other, &twin);
    twin.sync();
    twin_disk.drive(&mut house.relay, &mut twin, 20);
    assert!(twin.is_forked());
    let branch = &twin.branches()[0];
    let ended = pb::HeadRef {
        seq: branch.chain().next_seq() - 1,
        hash: branch.chain().head().0.to_vec(),
    };
    let resolve = pb::Resolve { ended: vec![ended] };
    let draft = Draft {
        payload_type: PayloadType::Resolve,
        dependant: None,
        sections: vec![(SectionKind::Resolve, resolve.encode_to_vec())],
        ..house.draft(b"")
    };
    twin.use_relay("http://127.0.0.1:2");
    twin.append(draft);
    let events = twin_disk.drive(&mut other, &mut twin, 20);
    assert_eq!(appended(&events), [2], "{events:?}");
    assert!(!twin.is_forked());
    let asked = |e: &Event| matches!(e, Event::AskAgain(ids) if ids.contains(&ours_id));
    assert!(events.iter().any(asked), "{events:?}");

    // The founder follows it there, and what it had counts for a week.
    let mut founder = disk.restart(&house.founder);
    founder.use_relay("http://127.0.0.1:2");
    founder.sync();
    disk.drive(&mut other, &mut founder, 20);
    assert_eq!(founder.distrusted(), None);
    assert_eq!(founder.head(), twin.head());
    assert!(!founder.is_forked());
    assert_eq!(both(&founder), [true, false]);
}

/// R-MOVE-003: nobody is handed a secret who is a member on one branch only.
#[test]
fn an_epoch_is_wrapped_for_those_who_belong_on_every_branch() {
    let (mut parted_here, mut parted_there) = (false, false);
    for seed in 0..8 {
        let mut house = House::with(seed * 1_000_000 + 3);
        let old = house.invite(PepCategory::Tv);
        let mut twin = twin_of(&house);
        let mut other = house.relay.clone();
        let new = house.invite(PepCategory::Console);
        let draft = house.draft(b"theirs");
        twin.append(draft);
        other.drive(&mut twin);
        let mut disk = Disk::of(&house.relay, &house.founder);
        house.founder.sync();
        disk.drive(&mut other, &mut house.founder, 20);
        let wrapped = |member: &Member| -> Vec<_> {
            let all = member.common_audiences().into_iter();
            all.map(|(key, _)| key).collect()
        };
        let (old, new) = (
            old.identity().sealing.public(),
            new.identity().sealing.public(),
        );
        let now = wrapped(&house.founder);
        assert!(now.contains(&old) && !now.contains(&new));
        // What was left holds for its week, whichever it was.
        house.founder.tick(0);
        house.founder.tick(LOST_FOR);
        let here = house.founder.head() != twin.head();
        assert_eq!(wrapped(&house.founder).contains(&new), here);
        parted_here |= here;
        parted_there |= !here;
    }
    assert!(parted_here && parted_there);
}

/// R-LOG-018: a relay that tells another story and refuses to show where the two part holds nobody up.
#[test]
fn a_relay_that_hides_where_two_stories_part_holds_nobody_up() {
    let (mut house, mut other, twin) = parted(0);
    let mut disk = Disk::of(&house.relay, &house.founder);
    let mut random = Counter(77);
    let mut reads = 0;
    house.founder.sync();
    for _ in 0..20 {
        let mut next = house.founder.poll(10, &mut random).unwrap();
        while let Some(call) = next {
            reads += u32::from(call.method == Method::Read);
            let reply = match call.method {
                Method::Read if reads > 1 => Err(Refusal::Reason(Reason::UnknownPosition)),
                _ => other.serve(&call),
            };
            let reply = reply.as_deref().map_err(|refusal| *refusal);
            next = house.founder.receive(reply, 10, &mut random);
        }
    }
    let hidden = std::iter::from_fn(|| house.founder.next_event());
    let hidden = hidden.filter(|event| matches!(event, Event::Failed(Reason::UnknownPosition)));
    assert!(hidden.count() > 0);

    house.founder.sync();
    disk.drive(&mut other, &mut house.founder, 20);
    let stayed = house.founder.distrusted().map(|failure| failure.reason);
    assert!(stayed == Some(Reason::Fork) || house.founder.head() == twin.head());
}
