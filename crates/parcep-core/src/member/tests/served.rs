//! What a relay serves, and does not: order, gaps, heads that others have seen.

use super::disk::Disk;
use super::*;
use crate::constitution::Relay as Listed;
use crate::session;

/// One member that syncs with a relay whose pages go through this.
fn sync_through(
    house: &mut House,
    member: &mut Member,
    change: impl Fn(&mut pb::ReadResponse),
) -> Vec<Event> {
    let mut random = Counter(31);
    let mut events = Vec::new();
    member.sync();
    for _ in 0..60 {
        let Ok(Some(call)) = member.poll(10, &mut random) else {
            break;
        };
        let mut next = Some(call);
        while let Some(call) = next {
            let mut reply = house.relay.serve(&call);
            if call.method == Method::Read {
                let from = pb::ReadRequest::decode(call.body.as_slice())
                    .unwrap()
                    .from_seq;
                let mut page = pb::ReadResponse {
                    entries: house
                        .relay
                        .entries
                        .iter()
                        .skip(from as usize)
                        .cloned()
                        .collect(),
                    status: house.relay.status(),
                };
                change(&mut page);
                reply = Ok(page.encode_to_vec());
            }
            next = member.receive(reply.as_deref().map_err(|e| *e), 10, &mut random);
        }
        while let Some(event) = member.next_event() {
            events.push(event);
        }
    }
    events
}

fn house_of(entries: u8) -> (House, Member) {
    let mut house = House::new();
    let member = twin_of(&house);
    for text in 0..entries {
        let draft = house.draft(&[text]);
        house.founder.append(draft);
        house.relay.drive(&mut house.founder);
    }
    (house, member)
}

fn reason_of(change: impl Fn(&mut pb::ReadResponse)) -> Option<Reason> {
    let (mut house, mut member) = house_of(4);
    sync_through(&mut house, &mut member, change);
    member.distrusted().map(|failure| failure.reason)
}

/// R-LOG-014, R-LOG-004, R-LOG-016: reorder, gap and fast-forward each have a name.
#[test]
fn pages_are_complete_and_in_order() {
    assert_eq!(reason_of(|_| {}), None);
    let swapped = reason_of(|page| page.entries.swap(1, 2));
    assert_eq!(swapped, Some(Reason::OutOfOrder));
    let dropped = reason_of(|page| {
        page.entries.remove(1);
    });
    assert_eq!(dropped, Some(Reason::Gap));
    let twice = reason_of(|page| {
        let first = page.entries[0].clone();
        page.entries.insert(1, first);
    });
    assert_eq!(twice, None, "what was applied is passed over");
    let promised = reason_of(|page| {
        page.status.as_mut().unwrap().next_seq = 900;
    });
    assert_eq!(promised, Some(Reason::NotServed));
    let truncated = reason_of(|page| {
        // It named 5 when the session was opened.
        page.entries.truncate(2);
        let status = page.status.as_mut().unwrap();
        status.next_seq = 3;
        let last = Entry::try_from(page.entries[1].clone()).unwrap();
        status.head = last.hash().0.to_vec();
    });
    assert_eq!(truncated, Some(Reason::NotServed));
}

/// R-LOG-003: the log of another household, served under this handle.
#[test]
fn the_log_of_another_household_is_refused() {
    let (house, _) = house_of(2);
    let mut other = House::with(5_000_000);
    for _ in 0..3 {
        let draft = other.draft(b"theirs");
        other.founder.append(draft);
        other.relay.drive(&mut other.founder);
    }
    let mut member = twin_of(&house);
    let mut disk = Disk::of(&house.relay, &member);
    member.sync();
    disk.drive(&mut other.relay, &mut member, 20);
    let reason = member.distrusted().map(|failure| failure.reason);
    assert_eq!(reason, Some(Reason::WrongPlace));
    let full = twin_of(&house);
    let id = full.identity();
    let copy = identity(
        id.device,
        SigningKey::from_seed(*id.signing.expose_seed()).unwrap(),
        SealingKey::from_seed(*id.sealing.expose_seed()),
    );
    let fresh = Member::restore(copy, full.anchor().clone(), Keyring::default(), []);
    let mut fresh = fresh;
    fresh.sync();
    other.relay.drive(&mut fresh);
    let reason = fresh.distrusted().map(|failure| failure.reason);
    assert_eq!(reason, Some(Reason::WrongAnchor));
}

/// R-LOG-015: a relay that freezes the log for one member is found out by what others have seen.
#[test]
fn a_head_that_others_have_seen_and_the_relay_does_not_serve_is_withheld() {
    let (mut house, _) = house_of(1);
    let key = SigningKey::from_seed([61; 32]).unwrap();
    name_relay(&mut house, &key);
    let mut member = twin_of(&house);
    let frozen = house.relay.clone();
    let draft = house.draft(b"new rule");
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    let mut frozen = frozen;
    let mut disk = Disk::of(&frozen, &member);
    member.sync();
    disk.drive(&mut frozen, &mut member, 20);

    let bookmark = |key: &SigningKey| signed(&house, key, 1);
    // By a key that nobody named it is no witness.
    let stranger = SigningKey::from_seed([62; 32]).unwrap();
    member.watch_item(&item(bookmark(&stranger)));
    member.sync();
    let events = disk.drive(&mut frozen, &mut member, 20);
    assert!(!events.iter().any(|e| matches!(e, Event::Suspected(_))));

    member.watch_item(&item(bookmark(&key)));
    member.sync();
    let events = disk.drive(&mut frozen, &mut member, 20);
    let told: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Suspected(failure) => Some(*failure),
            _ => None,
        })
        .collect();
    let withheld = Failure {
        reason: Reason::Withheld,
        seq: house.founder.head().0 - 1,
    };
    assert_eq!(told, [withheld]);
    assert_eq!(member.distrusted(), None, "it goes on");
    // Once, and not at all where it is served.
    member.sync();
    let events = disk.drive(&mut frozen, &mut member, 20);
    assert!(!events.iter().any(|e| matches!(e, Event::Suspected(_))));
}

/// R-MOVE-001, R-MOVE-028: two bookmarks of one relay for one place, handed on to somebody else.
#[test]
fn two_bookmarks_that_contradict_each_other_prove_a_fork() {
    use crate::log::ForkProof;
    let (mut house, _) = house_of(1);
    let key = SigningKey::from_seed([61; 32]).unwrap();
    name_relay(&mut house, &key);
    let mut member = twin_of(&house);
    let far = |head: u8| {
        let seq = house.founder.head().0 + 4;
        mark(&house, &key, 1, seq, Hash([head; 32]))
    };
    member.watch_item(&item(far(1)));
    member.watch_item(&item(far(1)));
    assert_eq!(member.distrusted(), None);
    member.watch_item(&item(far(2)));
    assert_eq!(member.distrusted().map(|f| f.reason), Some(Reason::Fork));
    let proof = std::iter::from_fn(|| member.next_event()).find_map(|event| match event {
        Event::Forked(proof) => Some(proof),
        _ => None,
    });
    let bytes = proof.unwrap().encode();
    let stranger = twin_of(&house);
    let handle = stranger.anchor().handle.clone();
    let sealing = &stranger.identity().sealing;
    let proof = ForkProof::decode(&bytes).unwrap();
    assert!(proof.verify(&handle, stranger.chain(), sealing));
    assert!(!proof.verify(b"another handle..", stranger.chain(), sealing));
    for byte in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[byte] ^= 1;
        let still = ForkProof::decode(&changed)
            .is_some_and(|proof| proof.verify(&handle, stranger.chain(), sealing));
        assert!(!still, "byte {byte}");
    }
    // Other relay epochs, other keys: no contradiction.
    let signed = |bookmark: pb::Bookmark, key: &SigningKey| pb::SignedBookmark {
        relay_key: key.public().as_bytes().to_vec(),
        handle: handle.clone(),
        bookmark: Some(bookmark),
    };
    let (seq, other) = (9, Hash([2; 32]));
    let one = signed(mark(&house, &key, 1, seq, Hash([1; 32])), &key);
    let later = signed(mark(&house, &key, 2, seq, other), &key);
    assert_eq!(ForkProof::of_bookmarks(one, later), None);
}

fn item(bookmark: pb::Bookmark) -> Vec<u8> {
    let item = Some(pb::watch_response::Item::Bookmark(bookmark));
    pb::WatchResponse { item }.encode_to_vec()
}

fn signed(house: &House, key: &SigningKey, relay_epoch: u32) -> pb::Bookmark {
    let (next, head) = house.founder.head();
    mark(house, key, relay_epoch, next - 1, head)
}

fn mark(house: &House, key: &SigningKey, relay_epoch: u32, seq: u64, head: Hash) -> pb::Bookmark {
    let handle = &house.founder.anchor().handle;
    let transcript = session::bookmark(handle, relay_epoch, seq, &head, 5);
    pb::Bookmark {
        seq,
        head: head.0.to_vec(),
        time: 5,
        relay_epoch,
        signature: key.sign(&transcript).to_vec(),
    }
}

/// The constitution names the relay's key from here on.
fn name_relay(house: &mut House, key: &SigningKey) {
    let law = house.founder.household().unwrap().constitution().clone();
    let law = crate::constitution::Constitution::new(
        law.guardians().to_vec(),
        law.dependants().to_vec(),
        1,
        vec![Listed {
            uri: "http://127.0.0.1:1".into(),
            key: Some(key.public()),
        }],
        law.caps(),
    );
    let draft = Draft {
        payload_type: PayloadType::Constitution,
        dependant: None,
        sections: vec![(SectionKind::Constitution, law.unwrap().encode())],
        ..house.draft(b"")
    };
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
}

/// R-MEM-002: entry 0 has nothing before it, so it is malformed and no fork.
#[test]
fn an_entry_0_behind_something_is_malformed() {
    let (house, member) = house_of(0);
    let mut first = Entry::try_from(house.relay.entries[0].clone()).unwrap();
    first.prev = Hash([1; 32]);
    let mut chain = Chain::new(member.anchor().log_id, first.hash(), Keyring::default());
    let taken = chain.take(&first, &member.identity().sealing);
    assert_eq!(taken, Err(Refused::Stopped(Reason::Malformed)));
    assert_eq!((chain.next_seq(), chain.head()), (0, Hash::ZERO));
}

/// R-LOG-007: whoever is served a membership document without its body stops there, and goes on where
/// the body is.
#[test]
fn a_membership_document_without_its_body_is_waited_for() {
    use crate::log::EntryBody;
    let (mut house, _) = house_of(0);
    let mut member = twin_of(&house);
    house.invite(PepCategory::Tv);
    let whole = house.relay.clone();
    let place = member.head().0 as usize;
    let mut entry = Entry::try_from(whole.entries[place].clone()).unwrap();
    entry.body = EntryBody::Pruned(entry.body.hash());
    house.relay.entries[place] = (&entry).into();
    let mut disk = Disk::of(&house.relay, &member);
    member.sync();
    let events = disk.drive(&mut house.relay, &mut member, 20);
    assert_eq!(member.head().0, place as u64, "{events:?}");
    let failure = member.distrusted().map(|failure| failure.reason);
    assert_eq!(failure, Some(Reason::BodyMismatch));
    let mut spare = whole;
    member.use_relay("http://127.0.0.1:2");
    member.sync();
    disk.drive(&mut spare, &mut member, 20);
    assert_eq!(member.head(), house.founder.head());
    assert_eq!(member.distrusted(), None);
}

/// R-DOC-018: what decides who belongs and asks for a newer reader stops every follower before it.
#[test]
fn a_constitution_for_newer_readers_stops_the_follower() {
    let (mut house, _) = house_of(1);
    let mut tv = house.invite(PepCategory::Tv);
    let before = tv.head();
    let law = house.founder.household().unwrap().constitution().encode();
    let mut law = pb::Constitution::decode(law.as_slice()).unwrap();
    law.min_reader = 2;
    let draft = Draft {
        payload_type: PayloadType::Constitution,
        dependant: None,
        sections: vec![(SectionKind::Constitution, law.encode_to_vec())],
        ..house.draft(b"")
    };
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    tv.sync();
    let mut disk = Disk::of(&house.relay, &tv);
    disk.drive(&mut house.relay, &mut tv, 20);
    for member in [&house.founder, &tv] {
        let failure = member.distrusted().unwrap();
        assert_eq!(
            (failure.reason, failure.seq),
            (Reason::ReaderTooOld, before.0)
        );
        assert_eq!(member.head(), before);
        assert!(member.household().is_some(), "what held goes on");
    }
}
