//! Entries that nobody can vouch for: skipped, then confirmed or undone.

use super::*;
use crate::log::EntryBody;

/// One more draft of the founder, sealed for a place, as an insider could write it.
fn entry_at(house: &mut House, text: &[u8], seq: u64, prev: Hash) -> Entry {
    use crate::document::{Place, SealedBody};
    let draft = house.draft(text);
    let (log_id, keyring) = (
        house.founder.anchor().log_id,
        house.founder.keyring().clone(),
    );
    let body = SealedBody::seal(log_id, draft, &[], &keyring, &mut house.random).unwrap();
    let place = Place {
        relay_epoch: 1,
        seq,
        prev,
    };
    let author = house.founder.identity().author();
    body.at(place, author, &keyring, &mut house.random).unwrap()
}

fn with_other_body(entry: &Entry) -> Entry {
    let EntryBody::Kept(blob) = &entry.body else {
        panic!("kept")
    };
    let mut changed = blob.to_vec();
    changed[900] ^= 1;
    Entry {
        body: EntryBody::Kept(changed.into()),
        ..entry.clone()
    }
}

fn outcomes(events: &[Event]) -> Vec<(u64, Outcome)> {
    let followed = events.iter().filter_map(|event| match event {
        Event::Followed(entry, outcome) => Some((entry.seq, outcome.clone())),
        _ => None,
    });
    followed.collect()
}

/// R-LOG-009, R-LOG-010: whoever signs for another place or body than is appended stalls nobody.
#[test]
fn an_insider_with_a_bad_entry_stalls_nobody() {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    let (seq, prev) = house.founder.head();
    let bad = with_other_body(&entry_at(&mut house, b"a", seq, prev));
    let elsewhere = entry_at(&mut house, b"b", 90, prev);
    let misplaced = Entry {
        seq: seq + 1,
        prev: bad.hash(),
        ..elsewhere
    };
    house.relay.entries.push((&bad).into());
    house.relay.entries.push((&misplaced).into());
    let draft = house.draft(b"true");
    let id = draft.document_id;
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    assert_eq!(house.founder.distrusted(), None);
    assert!(!house.founder.chain().is_provisional(), "confirmed");

    tv.sync();
    let events = house.relay.drive(&mut tv);
    assert_eq!(tv.distrusted(), None);
    assert_eq!(tv.head(), house.founder.head());
    let told = outcomes(&events);
    let skipped = [
        (seq, Outcome::Misplaced(Reason::BodyMismatch)),
        (seq + 1, Outcome::Misplaced(Reason::WrongPlace)),
    ];
    assert_eq!(told.get(..2), Some(skipped.as_slice()));
    let household = tv.household().unwrap();
    assert!(household.live_document(id).is_some());
    assert_eq!(household.without_effect(), 2, "void for everybody");
}

/// R-LOG-009, R-LOG-012: the header of one entry with the body of another.
#[test]
fn a_relay_that_mixes_is_asked_again_and_then_at_fault() {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    for text in [b"1", b"2", b"3"] {
        let draft = house.draft(text);
        house.founder.append(draft);
        house.relay.drive(&mut house.founder);
    }
    let honest = house.relay.clone();
    let mixed = |relay: &mut Relay| {
        let other = relay.entries[4].body.clone();
        relay.entries[2 + 1].body = other;
    };
    let mut liar = honest.clone();
    mixed(&mut liar);
    // Once: the second time the relay tells the truth.
    let mut relay = liar.clone();
    tv.sync();
    let mut random = Counter(77);
    let mut honest_now = false;
    while let Ok(Some(call)) = tv.poll(10, &mut random) {
        let mut next = Some(call);
        while let Some(call) = next {
            let reply = if honest_now {
                house.relay.serve(&call)
            } else {
                relay.serve(&call)
            };
            next = tv.receive(reply.as_deref().map_err(|e| *e), 10, &mut random);
        }
        while let Some(event) = tv.next_event() {
            honest_now |= matches!(event, Event::Rewound(3));
        }
    }
    assert!(honest_now, "it was asked again");
    assert_eq!(tv.distrusted(), None);
    assert_eq!(tv.head(), house.founder.head());

    // Twice: it is at fault.
    let mut console = twin_at(&house, 3);
    console.sync();
    liar.drive(&mut console);
    let failure = console.distrusted().unwrap();
    assert_eq!(failure.reason, Reason::BodyMismatch);
}

/// R-LOG-009: an entry of the relay's own making at a time, for ever.
#[test]
fn a_relay_that_always_finds_new_junk_is_at_fault_in_the_end() {
    let mut house = House::new();
    let mut member = twin_of(&house);
    let true_one = {
        let draft = house.draft(b"true");
        house.founder.append(draft);
        house.relay.drive(&mut house.founder);
        house.relay.entries[1].clone()
    };
    member.sync();
    let mut random = Counter(5);
    let mut rounds = 0u8;
    while let Ok(Some(call)) = member.poll(10, &mut random) {
        rounds += 1;
        let mut reply = house.relay.serve(&call);
        if call.method == Method::Read {
            let mut junk = true_one.clone();
            junk.header = vec![rounds; 1024].into();
            let mut behind = true_one.clone();
            behind.seq = 2;
            reply = Ok(pb::ReadResponse {
                entries: vec![junk, behind],
                status: house.relay.status(),
            }
            .encode_to_vec());
        }
        let mut next = member.receive(reply.as_deref().map_err(|e| *e), 10, &mut random);
        while let Some(call) = next {
            let reply = house.relay.serve(&call);
            next = member.receive(reply.as_deref().map_err(|e| *e), 10, &mut random);
        }
        assert!(rounds < 30, "it goes on for ever");
    }
    assert!(member.distrusted().is_some());
}

/// The founder again, as of this many entries.
fn twin_at(house: &House, entries: usize) -> Member {
    let full = twin_of(house);
    let id = full.identity();
    let copy = identity(
        id.device,
        SigningKey::from_seed(*id.signing.expose_seed()).unwrap(),
        SealingKey::from_seed(*id.sealing.expose_seed()),
    );
    let stored = house.relay.entries.iter().take(entries).cloned();
    let stored = stored.map(|e| Entry::try_from(e).unwrap());
    Member::restore(copy, full.anchor().clone(), Keyring::default(), stored)
}
