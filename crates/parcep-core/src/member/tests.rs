use super::*;
use crate::constitution::{DeviceRole, EnforcementPoint, UncertainTime};
use crate::crypto::tests::Counter;
use crate::crypto::{Hash, Random, SealingKey, Secret, SigningKey};
use crate::document::{Draft, PayloadType, SectionKind};
use crate::epoch::{Keyring, PepCategory, SecretId};
use crate::household::tests::Founder;
use crate::household::{Effect, Outcome};
use crate::id::{DocumentId, PrincipalId};
use crate::joining::{Anchor, JoinRequest, Joining, Welcome, answer};
use crate::log::Entry;
use crate::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

mod again;
mod blind;
mod disk;
mod left_out;
mod moved;
mod parted;
mod registers;
mod relay;
mod restored;
mod retry;
mod runs;
mod served;
mod snapshot;
mod stale;
mod supplement;
mod welcome;

use relay::Relay;

struct House {
    founder: Member,
    relay: Relay,
    child: PrincipalId,
    random: Counter,
}

fn identity(device: crate::id::DeviceId, signing: SigningKey, sealing: SealingKey) -> Identity {
    Identity {
        device,
        signing,
        sealing,
        access: SigningKey::from_seed([9; 32]).unwrap(),
    }
}

impl House {
    fn new() -> Self {
        Self::with(0)
    }

    /// The same household, with other randomness for every seed.
    fn with(seed: u64) -> Self {
        let Founder {
            device,
            signing,
            sealing,
            keyring,
            genesis,
            child,
            household,
            ..
        } = Founder::with(Counter(seed));
        let anchor = Anchor {
            log_id: household.log_id(),
            genesis: genesis.hash(),
            handle: vec![4; 16],
            relays: vec![],
        };
        let identity = identity(device, signing, sealing);
        let mut founder = Member::found(identity, anchor, keyring, genesis.clone());
        founder.create_log(&genesis, pb::AccessKey::default(), vec![]);
        let mut relay = Relay {
            seed,
            ..Relay::default()
        };
        let events = relay.drive(&mut founder);
        assert!(matches!(events.last(), Some(Event::Created(Ok(())))));
        Self {
            founder,
            relay,
            child,
            random: Counter(seed + 500),
        }
    }

    fn draft(&mut self, text: &[u8]) -> Draft {
        Draft {
            payload_type: PayloadType::Override,
            document_id: DocumentId::random(&mut self.random).unwrap(),
            base: None,
            dependant: Some(self.child),
            slot: Default::default(),
            sections: vec![(SectionKind::Override, text.to_vec())],
            issued_at: 0,
        }
    }

    fn invite(&mut self, category: PepCategory) -> Member {
        self.invite_as(category, category)
    }

    /// What asked to be of one category is listed under another.
    fn invite_as(&mut self, asked: PepCategory, category: PepCategory) -> Member {
        let identity = Identity::generate(&mut self.random).unwrap();
        let asked = Joining::EnforcementPoint(asked);
        let file = identity.join_request(asked, vec![]);
        let request = JoinRequest::verify(&file).unwrap();
        let point = EnforcementPoint {
            id: request.device,
            signing: request.signing,
            sealing: request.sealing,
            category,
            dependants: vec![self.child],
            capabilities: vec![],
            uncertain_time: UncertainTime::WallClock,
        };
        let draft = Draft {
            payload_type: PayloadType::EnforcementPoint,
            dependant: None,
            sections: vec![(SectionKind::EnforcementPoint, point.encode())],
            ..self.draft(b"")
        };
        self.founder.append(draft);
        self.relay.drive(&mut self.founder);
        let answer = self.founder.welcome(&request, &mut self.random).unwrap();
        let mut member = Member::join(identity, &answer).unwrap();
        member.asked_as(asked);
        member.sync();
        self.relay.drive(&mut member);
        member
    }
}

fn appended(events: &[Event]) -> Vec<u64> {
    let places = events.iter().filter_map(|event| match event {
        Event::Appended(_, seq) => Some(*seq),
        _ => None,
    });
    places.collect()
}

/// R-JOIN-006, R-JOIN-007, R-DOC-011
#[test]
fn a_newcomer_follows_from_genesis_and_reads_what_its_category_needs() {
    let mut house = House::new();
    let draft = house.draft(b"lock");
    let id = draft.document_id;
    house.founder.append(draft);
    assert_eq!(appended(&house.relay.drive(&mut house.founder)), [1]);

    let console = house.invite(PepCategory::Console);
    assert_eq!(console.head(), house.founder.head());
    assert_eq!(console.distrusted(), None);
    let live = console.household().unwrap().live_document(id).unwrap();
    let bytes = live
        .document
        .section(SectionKind::Override, console.keyring());
    assert_eq!(bytes.unwrap().as_slice(), b"lock");
    let child = Some(house.child);
    let residue = console
        .keyring()
        .section_secret(child, 1, SectionKind::Residue);
    assert!(residue.is_none(), "guardians only");
}

/// R-JOIN-010: a guardian's device lists a console as a phone, to which it would give more.
#[test]
fn a_device_that_is_listed_as_something_else_does_not_join() {
    let mut house = House::new();
    let phone = house.invite_as(PepCategory::Console, PepCategory::DeviceOs);
    let refused = |member: &Member| member.distrusted().map(|found| found.reason);
    assert_eq!(refused(&phone), Some(Reason::NotPermittedByTable));
    assert!(phone.promised().is_some(), "it has not joined");
    let promised = phone.promised().unwrap();
    assert_eq!(Promise::parse(&promised.encode()), Some(promised));
    // As it asked to be, it joins.
    let console = house.invite_as(PepCategory::Console, PepCategory::Console);
    assert_eq!((refused(&console), console.promised()), (None, None));
    // What it asked to be survives a restart.
    for asked in [
        Joining::Person(DeviceRole::Active),
        Joining::EnforcementPoint(PepCategory::Tv),
    ] {
        assert_eq!(Joining::parse(&asked.encode()), Some(asked));
    }
    assert_eq!(Joining::parse(&[0, 0]), None);
    assert_eq!(Joining::parse(&[2, 1]), None);
}

/// R-JOIN-002, R-JOIN-004
#[test]
fn a_welcome_is_for_one_device_only() {
    let mut house = House::new();
    let identity = Identity::generate(&mut house.random).unwrap();
    let file = identity.join_request(Joining::EnforcementPoint(PepCategory::Tv), vec![]);
    let request = JoinRequest::verify(&file).unwrap();
    assert_eq!(
        house.founder.welcome(&request, &mut house.random),
        Err(WelcomeError::NotAMember)
    );
    for bit in 0..file.len() * 8 {
        let mut flipped = file.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(
            JoinRequest::verify(&flipped).is_err()
                || JoinRequest::verify(&flipped) == Ok(request.clone()),
            "bit {bit}"
        );
    }
}

/// R-DOC-021, R-LOG-011
#[test]
fn the_loser_of_a_race_signs_again_for_the_next_place() {
    let mut house = House::new();
    // The same guardian on a second machine: both start from the same head.
    let mut twin = twin_of(&house);
    let (first, second) = (house.draft(b"1"), house.draft(b"2"));
    house.founder.append(first);
    twin.append(second);
    assert_eq!(appended(&house.relay.drive(&mut house.founder)), [1]);
    assert_eq!(appended(&house.relay.drive(&mut twin)), [2]);
    house.founder.sync();
    house.relay.drive(&mut house.founder);
    assert_eq!(house.founder.head(), twin.head());
    assert_eq!(house.founder.household().unwrap().live().count(), 2);
}

#[test]
fn an_append_whose_reply_was_lost_is_not_written_twice() {
    let mut house = House::new();
    house.relay.lose_next_append_reply = true;
    let draft = house.draft(b"once");
    house.founder.append(draft);
    let events = house.relay.drive(&mut house.founder);
    assert_eq!(appended(&events), [1]);
    assert_eq!(house.relay.entries.len(), 2);
}

#[test]
fn a_new_epoch_reaches_everybody_and_later_documents_use_it() {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    house.founder.append_epoch(10, &mut house.random).unwrap();
    house.relay.drive(&mut house.founder);
    let draft = house.draft(b"after");
    let id = draft.document_id;
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    tv.sync();
    let events = house.relay.drive(&mut tv);
    assert!(events.iter().any(|event| matches!(
        event,
        Event::Followed(_, Outcome::Effect(Effect::Epoch(true)))
    )));
    let live = tv.household().unwrap().live_document(id).unwrap();
    assert_eq!(
        live.document.header().generation(Some(house.child)),
        Some(2)
    );
    assert!(
        live.document
            .section(SectionKind::Override, tv.keyring())
            .is_ok()
    );
}

#[test]
fn a_restart_verifies_the_stored_entries_and_comes_to_the_same_state() {
    let mut house = House::new();
    for text in [b"1", b"2"] {
        let draft = house.draft(text);
        house.founder.append(draft);
    }
    house.relay.drive(&mut house.founder);
    let again = twin_of(&house);
    assert_eq!(again.head(), house.founder.head());
    assert_eq!(again.live_root(), house.founder.live_root());
}

/// R-LOG-013
#[test]
fn what_opens_later_is_judged_as_if_it_had_opened_at_once() {
    let mut house = House::new();
    let tv = house.invite(PepCategory::Tv);
    let start = tv.keyring().clone();
    house.founder.append_epoch(10, &mut house.random).unwrap();
    house.relay.drive(&mut house.founder);
    let draft = house.draft(b"rule");
    let id = draft.document_id;
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);

    let without_wrap = || Identity {
        sealing: SealingKey::from_seed([50; 32]),
        device: tv.identity().device,
        signing: SigningKey::from_seed(*tv.identity().signing.expose_seed()).unwrap(),
        access: SigningKey::from_seed([9; 32]).unwrap(),
    };
    let entries = || {
        let stored = house.relay.entries.iter().cloned();
        stored.map(|entry| Entry::try_from(entry).unwrap())
    };
    let anchor = || house.founder.anchor().clone();
    let behind = Member::restore(without_wrap(), anchor(), start.clone(), entries());
    assert_eq!(behind.head(), house.founder.head());
    assert!(behind.household().unwrap().live_document(id).is_none());

    let mut more = start;
    let household = house.founder.keyring().household(2).unwrap().clone();
    let name = SecretId {
        dependant: None,
        generation: 2,
        kind: None,
    };
    more.insert(name, household);
    let again = Member::restore(without_wrap(), anchor(), more, entries());
    assert!(again.household().unwrap().live_document(id).is_some());
    assert_eq!(again.live_root(), house.founder.live_root());
}

/// R-JOIN-006
#[test]
fn a_welcome_has_the_newest_generation_and_older_ones_that_are_in_use() {
    let mut house = House::new();
    let draft = house.draft(b"rule");
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    for _ in 0..3 {
        house.founder.append_epoch(10, &mut house.random).unwrap();
        house.relay.drive(&mut house.founder);
    }
    let tv = house.invite(PepCategory::Tv);
    let held = |dependant| {
        let mut generations: Vec<_> = tv
            .keyring()
            .iter()
            .filter(|(id, _)| id.dependant == dependant)
            .map(|(id, _)| id.generation)
            .collect();
        generations.dedup();
        generations
    };
    assert_eq!(held(None), vec![1, 2, 3, 4]);
    assert_eq!(held(Some(house.child)), vec![1, 4]);
}

/// R-LOG-005, R-LOG-018
#[test]
fn a_relay_that_went_back_is_not_believed_until_it_has_come_forward_again() {
    let mut house = House::new();
    let before = house.relay.clone();
    let draft = house.draft(b"1");
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    let mut again = twin_of(&house);
    let there = std::mem::replace(&mut house.relay, before);
    for _ in 0..2 {
        again.sync();
        house.relay.drive(&mut again);
        assert_eq!(again.distrusted().unwrap().reason, Reason::Rollback);
    }
    house.relay = there;
    again.sync();
    house.relay.drive(&mut again);
    assert_eq!(again.distrusted(), None);
    assert_eq!(again.head(), house.founder.head());
}

/// R-LOG-009
#[test]
fn junk_that_was_never_there_is_undone() {
    // R-LOG-009: the relay shows one watcher an entry of its own making, then the true chain.
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    let mut junk = house.relay.entries[0].clone();
    junk.seq = 2;
    junk.prev = tv.head().1.0.to_vec();
    junk.header = vec![7; 1024].into();
    let item = pb::WatchResponse {
        item: Some(pb::watch_response::Item::Entry(junk)),
    };
    tv.watch_item(&item.encode_to_vec());
    assert_eq!(tv.head().0, 3);

    let draft = house.draft(b"true");
    let id = draft.document_id;
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    tv.sync();
    let events = house.relay.drive(&mut tv);
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Rewound(2)))
    );
    assert_eq!(tv.distrusted(), None);
    assert_eq!(tv.head(), house.founder.head());
    assert!(tv.household().unwrap().live_document(id).is_some());
}

/// R-RELAY-005: whether a session is over says the relay. A device whose clock runs ahead is served
/// like any other, and one whose sessions are all unknown waits.
#[test]
fn a_clock_that_runs_ahead_opens_no_session_after_the_other() {
    let mut house = House::new();
    let mut twin = twin_of(&house);
    twin.sync();
    let (mut random, years_ahead) = (Counter(5), 4_000_000_000);
    let mut calls = Vec::new();
    while let Some(mut call) = twin.poll(years_ahead, &mut random).unwrap() {
        loop {
            calls.push(call.method);
            assert!(calls.len() < 9, "{calls:?}");
            let reply = house.relay.serve(&call);
            let reply = reply.as_deref().map_err(|refusal| *refusal);
            match twin.receive(reply, years_ahead, &mut random) {
                Some(next) => call = next,
                None => break,
            }
        }
    }
    assert_eq!(
        calls,
        [Method::Challenge, Method::OpenSession, Method::Read]
    );

    twin.sync();
    let mut opened = 0;
    loop {
        let mut call = twin.poll(years_ahead, &mut random).unwrap().unwrap();
        opened += 1;
        assert!(opened < 9, "no pause");
        loop {
            let reply = match call.method {
                Method::Read => Err(Refusal::Reason(Reason::NoSession)),
                _ => house.relay.serve(&call),
            };
            let reply = reply.as_deref().map_err(|refusal| *refusal);
            match twin.receive(reply, years_ahead, &mut random) {
                Some(next) => call = next,
                None => break,
            }
        }
        if matches!(twin.next_event(), Some(Event::Pause(_))) {
            break;
        }
    }
}

/// R-SEC-002
#[test]
fn bytes_from_a_peer_never_panic() {
    let mut random = Counter(3);
    for round in 0..200u64 {
        let mut house = House::new();
        let noise: [u8; 64] = random.array().unwrap();
        let noise = &noise[..(round % 64) as usize];
        house.founder.watch_item(noise);
        let mut member = twin_of(&house);
        member.sync();
        while let Ok(Some(_)) = member.poll(10, &mut random) {
            member.receive(Ok(noise), 10, &mut random);
            if member.distrusted().is_some() {
                break;
            }
        }
    }
}

/// The founder again, restored from what it would have stored.
fn twin_of(house: &House) -> Member {
    let id = house.founder.identity();
    let identity = identity(
        id.device,
        SigningKey::from_seed(*id.signing.expose_seed()).unwrap(),
        SealingKey::from_seed(*id.sealing.expose_seed()),
    );
    let stored = house.relay.entries.clone();
    let ours = house.founder.head().0 as usize;
    let entries = stored
        .into_iter()
        .take(ours)
        .map(|e| Entry::try_from(e).unwrap());
    Member::restore(
        identity,
        house.founder.anchor().clone(),
        Keyring::default(),
        entries,
    )
}

#[test]
fn a_welcome_with_another_secret_head_or_live_list_is_not_believed() {
    // R-JOIN-007. A guardian's device that lies to a newcomer.
    let mut house = House::new();
    let draft = house.draft(b"rule");
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    let identity = Identity::generate(&mut house.random).unwrap();
    let file = identity.join_request(Joining::EnforcementPoint(PepCategory::Tv), vec![]);
    let request = JoinRequest::verify(&file).unwrap();
    let honest = Welcome {
        head_seq: 1,
        head: house.founder.head().1,
        membership: house.founder.chain().membership().to_vec(),
        live: vec![],
        secrets: house.founder.keyring().clone(),
    };
    let mut wrong_secret = honest.clone();
    let id = SecretId {
        dependant: Some(house.child),
        generation: 1,
        kind: Some(SectionKind::Web),
    };
    wrong_secret.secrets.insert(id, Secret::from_bytes([1; 32]));
    let other_head = Welcome {
        head: Hash([7; 32]),
        ..honest.clone()
    };
    let table = [
        (wrong_secret, Reason::BadCommitment),
        (other_head, Reason::Fork),
        // Never admitted: its keys stand in no membership entry.
        (honest, Reason::NotPermittedByTable),
    ];
    for (welcome, reason) in table {
        let anchor = house.founder.anchor();
        let file = answer(anchor, &request, &welcome, &mut house.random).unwrap();
        let copy = || Identity {
            device: identity.device,
            signing: SigningKey::from_seed(*identity.signing.expose_seed()).unwrap(),
            sealing: SealingKey::from_seed(*identity.sealing.expose_seed()),
            access: SigningKey::from_seed(*identity.access.expose_seed()).unwrap(),
        };
        let mut member = Member::join(copy(), &file).unwrap();
        member.sync();
        let followed = house.relay.drive(&mut member).into_iter();
        assert_eq!(member.distrusted().map(|f| f.reason), Some(reason));

        // Nor after a restart in between, from what is stored.
        let entries = followed.filter_map(|event| match event {
            Event::Followed(entry, _) => Some(entry),
            _ => None,
        });
        let promised = Promise::parse(&member.promised().unwrap().encode()).unwrap();
        let (anchor, secrets) = (member.anchor().clone(), welcome.secrets.clone());
        let mut again = Member::restore(copy(), anchor, secrets, entries);
        again.remember_promise(promised);
        assert_eq!(again.distrusted().map(|f| f.reason), Some(reason));
    }
}
