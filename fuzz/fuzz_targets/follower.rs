//! A member in the hands of a relay that serves pages with swapped, dropped, repeated, changed and pruned
//! entries, entries of another branch that its author signed as well, statuses that are not so, and
//! bookmarks that it signed or not. Then the relay serves the log as it is.
//!
//! Laws: nothing panics; what was followed is one chain, and read again from the start it is the same
//! household (R-LOG-004, R-LOG-008, R-LOG-017); a place that is taken is taken once (R-LOG-005); nothing
//! has effect that no member signed for its place; once the relay is honest, a member that believes it
//! comes to its head.
#![no_main]

use libfuzzer_sys::fuzz_target;
use parcep_core::crypto::Hash;
use parcep_core::document::PayloadType;
use parcep_core::epoch::{Keyring, PepCategory};
use parcep_core::household::Outcome;
use parcep_core::log::{Entry, EntryBody};
use parcep_core::member::{Chain, Event, Member, Method, Refusal, Refused, Taken};
use parcep_core::reason::Reason;
use parcep_core::session;
use parcep_fuzz::family::{CHILDREN, HANDLE, HANDS, LOG_ID, RELAY, anchor, identity};
use parcep_fuzz::log::picture;
use parcep_fuzz::{Counter, Input, Log, has_effect};
use parcep_proto::v1alpha1 as pb;
use prost::Message;
use std::sync::LazyLock;

/// Calls of one run.
const MOST: usize = 64;

/// A log as it is, and the branch that a relay could serve instead from its middle on.
struct Truth {
    log: Vec<Entry>,
    fork: Vec<Entry>,
}

static TRUTH: LazyLock<Truth> = LazyLock::new(|| {
    let mut log = Log::of_two();
    grow(&mut log, 0);
    let mut fork = log.clone();
    grow(&mut log, 1);
    fork.random = Counter(9_000);
    grow(&mut fork, 2);
    Truth {
        log: log.entries,
        fork: fork.entries,
    }
});

/// Documents of several types, one that is void, one that nobody can open, one signed for another place.
fn grow(log: &mut Log, mark: u8) {
    let child = Some(CHILDREN[0]);
    log.write(0, PayloadType::Override, child, vec![mark; 40]);
    let point = HANDS[7].as_point(PepCategory::Tv, vec![CHILDREN[0]]);
    log.write(0, PayloadType::EnforcementPoint, None, point.encode());
    log.write(7, PayloadType::Override, child, vec![mark]);
    let draft = log.draft(PayloadType::Override, child, vec![mark]);
    if let Some(entry) = log.seal(2, draft) {
        let junk = vec![mark; entry.header.len()];
        let unopened = Entry {
            header: junk.into(),
            ..entry.clone()
        };
        log.take(unopened);
        log.take(Entry {
            seq: log.chain.next_seq(),
            prev: log.chain.head(),
            ..entry
        });
    }
    log.write(2, PayloadType::PolicyLayer, child, vec![mark; 3]);
    log.write_epoch(2);
    log.write(0, PayloadType::Identity, child, vec![mark; 3]);
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    if input.byte() & 1 == 0 {
        chain(&mut input);
    } else {
        member(&mut input);
    }
});

/// An entry of the log or of the other branch, as it is or not.
fn some_entry(input: &mut Input<'_>) -> Entry {
    let from = if input.rarely() {
        &TRUTH.fork
    } else {
        &TRUTH.log
    };
    let mut entry = input.one(from).clone();
    match input.byte() {
        0xE0..=0xE7 => entry.body = EntryBody::Pruned(entry.body.hash()),
        0xE8..=0xEB => entry.body = input.one(&TRUTH.log).body.clone(),
        0xEC..=0xEF => entry.header = input.one(&TRUTH.fork).header.clone(),
        0xF0..=0xF3 => entry.seq = input.number(),
        0xF4..=0xF7 => entry.prev = input.one(&TRUTH.fork).hash(),
        0xF8..=0xFB => entry.generation = u32::from(input.byte()),
        0xFC.. => entry.slot = vec![input.byte()].into(),
        _ => {}
    }
    entry
}

/// An entry at the place of its hash may be here: signed by a member, or part of the log.
fn is_true(entry: &Entry) -> bool {
    let at = usize::try_from(entry.seq).unwrap_or(usize::MAX);
    let of = |log: &[Entry]| log.get(at).is_some_and(|one| one.hash() == entry.hash());
    of(&TRUTH.log) || of(&TRUTH.fork)
}

/// The chain by itself: any entries, one after the other.
fn chain(input: &mut Input<'_>) {
    let mut chain = Chain::new(LOG_ID, TRUTH.log[0].hash(), Keyring::default());
    let mut taken: Vec<Entry> = Vec::new();
    // Most of the way at once.
    let ahead = input.below(TRUTH.log.len());
    let plain = TRUTH.log[..ahead].iter().cloned();
    let mut offered: Vec<Entry> = plain.collect();
    for _ in 0..MOST {
        if input.is_over() {
            break;
        }
        let next = usize::try_from(chain.next_seq()).unwrap_or(0);
        offered.push(match input.byte() {
            0..=0x7F => match TRUTH.log.get(next) {
                Some(entry) => entry.clone(),
                None => some_entry(input),
            },
            _ => some_entry(input),
        });
        for entry in offered.drain(..) {
            one(&mut chain, &mut taken, entry);
        }
        if input.rarely()
            && let Some(seq) = chain.drop_run()
        {
            taken.truncate(usize::try_from(seq).unwrap_or(0));
            assert_eq!(chain.next_seq(), seq);
        }
    }
    let mut again = Chain::new(LOG_ID, TRUTH.log[0].hash(), Keyring::default());
    for entry in &taken {
        let same = again.take(entry, &HANDS[0].sealing);
        assert!(matches!(same, Ok(Taken::Next(_))), "{same:?}");
    }
    assert_eq!(picture(&again), picture(&chain));
}

fn one(chain: &mut Chain, taken: &mut Vec<Entry>, entry: Entry) {
    let (seq, head) = (chain.next_seq(), chain.head());
    match chain.take(&entry, &HANDS[0].sealing) {
        Ok(Taken::Known) => {
            assert!(entry.seq < seq);
            let at = usize::try_from(entry.seq).unwrap_or(usize::MAX);
            assert_eq!(
                taken[at].hash(),
                entry.hash(),
                "another entry at a place that is taken"
            );
        }
        Ok(Taken::Next(outcome)) => {
            assert_eq!((entry.seq, entry.prev), (seq, head), "its place is taken");
            assert_eq!(chain.head(), entry.hash());
            assert!(
                !has_effect(&outcome) || is_true(&entry),
                "nobody signed this"
            );
            taken.push(entry);
        }
        Err(Refused::Unfit(_, reason)) => {
            let fork = reason == Reason::Fork;
            assert!(!fork || signed(&entry), "a fork that nobody signed");
            assert_eq!((chain.next_seq(), chain.head()), (seq, head));
        }
        Err(Refused::Stopped(_)) => assert_eq!((chain.next_seq(), chain.head()), (seq, head)),
    }
}

/// Whether a member signed this header.
fn signed(entry: &Entry) -> bool {
    let mut all = TRUTH.log.iter().chain(&TRUTH.fork);
    all.any(|one| one.header == entry.header)
}

/// What a driver keeps.
struct Store(Vec<Entry>);

fn member(input: &mut Input<'_>) {
    let ahead = input.below(TRUTH.log.len());
    let mut store = Store(TRUTH.log[..ahead].to_vec());
    let mut member = Member::restore(
        identity(1),
        anchor(TRUTH.log[0].hash()),
        Keyring::default(),
        store.0.clone(),
    );
    for _ in 0..8 {
        if input.is_over() {
            break;
        }
        match input.below(4) {
            0 => member.watch_item(&bookmark(input)),
            1 => {
                use pb::watch_response::Item;
                let item = Some(Item::Entry((&some_entry(input)).into()));
                member.watch_item(&pb::WatchResponse { item }.encode_to_vec());
            }
            _ => {
                member.sync();
                drive(&mut member, &mut store, Some(input));
            }
        }
        listen(&mut member, &mut store);
    }

    // The relay is honest from now on.
    stored(&member, &store);
    member.sync();
    drive(&mut member, &mut store, None);
    same_again(&member, &store);
    let last = TRUTH.log.last().map(Entry::hash);
    let there = Some(member.head().1) == last;
    let told = member.distrusted().is_some() || member.is_forked();
    assert!(there || told, "it never comes to the head");
}

/// Calls and replies until nothing is left to do, or the relay of `input` has said enough.
fn drive(member: &mut Member, store: &mut Store, mut input: Option<&mut Input<'_>>) {
    let mut random = Counter(50_000);
    for _ in 0..MOST {
        let mut next = member.poll(10, &mut random).expect("it draws");
        let idle = next.is_none() && !member.is_busy();
        while let Some(call) = next {
            let reply = serve(call.method, &call.body, input.as_deref_mut());
            next = member.receive(
                reply.as_deref().map_err(|refusal| *refusal),
                10,
                &mut random,
            );
        }
        listen(member, store);
        let over = input.as_ref().is_some_and(|input| input.is_over());
        if idle || over || member.distrusted().is_some() {
            return;
        }
    }
    assert!(input.is_some(), "it does not come to rest");
}

/// What a driver does.
fn listen(member: &mut Member, store: &mut Store) {
    while let Some(event) = member.next_event() {
        match event {
            Event::Followed(entry, outcome) => {
                let at = u64::try_from(store.0.len()).unwrap_or(0);
                assert_eq!(entry.seq, at, "a place that is taken");
                let fine = !matches!(outcome, Outcome::Effect(_)) || is_true(&entry);
                assert!(fine, "nobody signed this");
                store.0.push(entry);
            }
            Event::Rewound(seq) => store.0.truncate(usize::try_from(seq).unwrap_or(0)),
            Event::GoBack { .. } => member.refold(store.0.clone()),
            Event::Wanted { from, until } => {
                let wanted = store.0.iter().filter(|e| (from..until).contains(&e.seq));
                member.supply(wanted.cloned().collect::<Vec<_>>());
            }
            _ => {}
        }
    }
}

/// What was stored is what is followed.
fn stored(member: &Member, store: &Store) {
    let places = u64::try_from(store.0.len()).unwrap_or(0);
    assert_eq!(member.head().0, places);
    assert_eq!(
        member.head().1,
        store.0.last().map_or(Hash::ZERO, Entry::hash)
    );
}

/// And it gives the same after a restart.
fn same_again(member: &Member, store: &Store) {
    stored(member, store);
    let again = Member::restore(
        identity(1),
        anchor(TRUTH.log[0].hash()),
        Keyring::default(),
        store.0.clone(),
    );
    assert_eq!(picture(again.chain()), picture(member.chain()));
}

fn serve(method: Method, body: &[u8], input: Option<&mut Input<'_>>) -> Result<Vec<u8>, Refusal> {
    if let Some(input) = input {
        match input.byte() {
            0xFE => return Ok(input.bytes().to_vec()),
            0xFF => return Err(Refusal::Reason(Reason::UnknownPosition)),
            _ => {}
        }
        if method == Method::Read && input.byte() & 3 != 0 {
            return Ok(page(body, input));
        }
    }
    Ok(match method {
        Method::Challenge => pb::ChallengeResponse {
            relay_id: vec![1; 32],
            nonce: vec![2; 32],
            expires_at: 60,
        }
        .encode_to_vec(),
        Method::OpenSession => pb::OpenSessionResponse {
            session: vec![3; 32],
            expires_at: i64::MAX,
            rights: vec![pb::Right::Read.into()],
            status: status(TRUTH.log.len(), &TRUTH.log),
            ..Default::default()
        }
        .encode_to_vec(),
        Method::Read => {
            let from = pb::ReadRequest::decode(body).map_or(0, |request| request.from_seq);
            let from = usize::try_from(from).unwrap_or(usize::MAX);
            let rest = TRUTH.log.iter().skip(from).take(5);
            pb::ReadResponse {
                entries: rest.map(Into::into).collect(),
                status: status(TRUTH.log.len(), &TRUTH.log),
            }
            .encode_to_vec()
        }
        _ => return Err(Refusal::Reason(Reason::NotPermitted)),
    })
}

fn status(count: usize, log: &[Entry]) -> Option<pb::LogStatus> {
    let head = log
        .get(count.wrapping_sub(1))
        .map_or(Hash::ZERO, Entry::hash);
    Some(pb::LogStatus {
        relay_epoch: 1,
        next_seq: u64::try_from(count).unwrap_or(0),
        head: head.0.to_vec(),
    })
}

/// A page of what was asked for, then swapped, dropped and repeated.
fn page(body: &[u8], input: &mut Input<'_>) -> Vec<u8> {
    let from = pb::ReadRequest::decode(body).map_or(0, |request| request.from_seq);
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let log = if input.rarely() {
        &TRUTH.fork
    } else {
        &TRUTH.log
    };
    let mut entries: Vec<Entry> = log
        .iter()
        .skip(from)
        .take(input.below(12))
        .cloned()
        .collect();
    for _ in 0..input.below(4) {
        let at = input.below(entries.len());
        match input.below(5) {
            0 if !entries.is_empty() => {
                let other = input.below(entries.len());
                entries.swap(at, other);
            }
            1 if !entries.is_empty() => {
                entries.remove(at);
            }
            2 if !entries.is_empty() => {
                let again = entries[at].clone();
                entries.insert(at, again);
            }
            3 => {
                let place = at.min(entries.len());
                entries.insert(place, some_entry(input));
            }
            _ => entries.push(some_entry(input)),
        }
    }
    let status = match input.byte() {
        0xF0.. => status(input.below(TRUTH.fork.len() + 1), &TRUTH.fork),
        0xE0.. => status(input.below(TRUTH.log.len() + 1), &TRUTH.log),
        0xDF => None,
        _ => status(TRUTH.log.len(), &TRUTH.log),
    };
    pb::ReadResponse {
        entries: entries.iter().map(Into::into).collect(),
        status,
    }
    .encode_to_vec()
}

/// A bookmark about a place of either branch or of none, signed by the relay or not.
fn bookmark(input: &mut Input<'_>) -> Vec<u8> {
    use pb::watch_response::Item;
    let log = if input.rarely() {
        &TRUTH.fork
    } else {
        &TRUTH.log
    };
    let entry = input.one(log);
    let head = if input.rarely() {
        Hash([1; 32])
    } else {
        entry.hash()
    };
    let seq = if input.rarely() {
        input.number()
    } else {
        entry.seq
    };
    let relay_epoch = 1 + u32::from(input.rarely());
    let text = session::bookmark(&HANDLE, relay_epoch, seq, &head, 10);
    let key = if input.rarely() {
        &HANDS[2].signing
    } else {
        &*RELAY
    };
    let bookmark = pb::Bookmark {
        relay_epoch,
        seq,
        head: head.0.to_vec(),
        time: 10,
        signature: key.sign(&text).to_vec(),
        ..Default::default()
    };
    let item = Some(Item::Bookmark(bookmark));
    pb::WatchResponse { item }.encode_to_vec()
}
