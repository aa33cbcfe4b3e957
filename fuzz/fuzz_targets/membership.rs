//! Who belongs, by proposals, approvals, effects with statements, cancellations and plain documents,
//! written by guardians, dependants, enforcement points, a recovery key and strangers.
//!
//! Laws: nothing panics; the law that holds is a valid one, and changes by documents of its types only
//! (R-MEM-001, R-CONS-001); bounds of devices and proposals hold (R-CONS-027); no two devices share an id
//! or a key (R-MEM-011); an author holds a live document only with authority over whom it is about; the
//! same entries are the same household on another device (R-LOG-008), and on one that was restarted from a
//! snapshot at any place (R-LOG-017); what is without effect changes nothing but the count of such entries
//! (R-LOG-010).
#![no_main]

use libfuzzer_sys::fuzz_target;
use parcep_core::consent::{Accept, Act, Head, Proposal, Resolve};
use parcep_core::constitution::{
    Caps, Constitution, Dependant, DeviceRole, Guardian, PrincipalDevices, Relay, YearMonth,
};
use parcep_core::crypto::{Hash, Transcript, label};
use parcep_core::document::PayloadType;
use parcep_core::epoch::PepCategory;
use parcep_core::household::{Effect, Household, Outcome};
use parcep_core::id::DocumentId;
use parcep_core::log::EntryBody;
use parcep_core::member::Member;
use parcep_core::session;
use parcep_fuzz::family::{
    CHILDREN, HANDS, LOG_ID, PEOPLE, POINTS, RECOVERY, RELAY, anchor, identity,
};
use parcep_fuzz::log::{Log, picture};
use parcep_fuzz::{Input, has_effect};
use parcep_proto::v1alpha1 as pb;
use prost::Message;

/// Entries of one run.
const MOST: usize = 24;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let mut log = if input.byte() & 1 == 0 {
        Log::of_two()
    } else {
        Log::new(0)
    };
    let mut outcomes = Vec::new();
    for _ in 0..MOST {
        if input.is_over() {
            break;
        }
        let before = log.clone();
        let Some(outcome) = act(&mut log, &mut input) else {
            continue;
        };
        check(&before, &log, &outcome);
        outcomes.push(outcome);
    }
    agree(&log, &outcomes);
    split(&log, &mut input);
});

/// One entry more; `None` if nothing could be written or nothing behind it can be judged.
fn act(log: &mut Log, input: &mut Input<'_>) -> Option<Outcome> {
    let hand = input.below(HANDS.len());
    let child = Some(*input.one(&CHILDREN));
    match input.below(12) {
        0 => policy(log, input, hand),
        1 => {
            let law = constitution(input)?.encode();
            log.write(hand, PayloadType::Constitution, None, law)
        }
        2 => {
            let set = devices(input).encode();
            log.write(hand, PayloadType::PrincipalDevices, None, set)
        }
        3 => {
            let point = &HANDS[POINTS.start + input.below(POINTS.len())];
            let category = *input.one(&[PepCategory::Tv, PepCategory::HomeGateway]);
            let point = point.as_point(category, input.some(&CHILDREN));
            log.write(hand, PayloadType::EnforcementPoint, None, point.encode())
        }
        4 | 5 => {
            let proposal = proposal(log, input)?.encode();
            log.write(hand, PayloadType::Proposal, None, proposal)
        }
        6 | 7 => {
            let (hash, base) = some_proposal(log, input)?;
            let approval = pb::Approval {
                proposal_hash: hash.0.to_vec(),
                base: base.to_vec(),
            };
            log.write(hand, PayloadType::Approve, None, approval.encode_to_vec())
        }
        8 => {
            let (hash, _) = some_proposal(log, input)?;
            let effect = pb::Effect {
                proposal_hash: hash.0.to_vec(),
                proof: proof(log, input),
            };
            log.write(hand, PayloadType::Effect, None, effect.encode_to_vec())
        }
        9 => {
            let (hash, _) = some_proposal(log, input)?;
            let cancel = pb::Cancel {
                proposal_hash: hash.0.to_vec(),
                proof: proof(log, input),
            };
            log.write(hand, PayloadType::Cancel, None, cancel.encode_to_vec())
        }
        10 => log.write_epoch(hand),
        _ => {
            let types = [
                PayloadType::Moved,
                PayloadType::Erase,
                PayloadType::Resolve,
                PayloadType::RemoveEnforcementPoint,
                PayloadType::Proposal,
                PayloadType::Effect,
                PayloadType::Constitution,
                PayloadType::PrincipalDevices,
            ];
            let payload_type = *input.one(&types);
            let content = match input.below(3) {
                0 => direct(log, payload_type, input),
                _ => input.bytes().to_vec(),
            };
            log.write(hand, payload_type, child, content)
        }
    }
}

/// A rule, with or without a base, of a new id or one that was used.
fn policy(log: &mut Log, input: &mut Input<'_>, hand: usize) -> Option<Outcome> {
    let types = [
        PayloadType::Override,
        PayloadType::PolicyLayer,
        PayloadType::Identity,
        PayloadType::List,
    ];
    let child = Some(*input.one(&CHILDREN));
    let mut draft = log.draft(*input.one(&types), child, input.bytes().to_vec());
    if input.rarely() {
        draft.document_id = *input.one(&log.ids);
    }
    let live: Vec<_> = log.household().live().map(|live| live.id()).collect();
    if !live.is_empty() && input.byte() & 1 == 1 {
        draft.base = Some(*input.one(&live));
    }
    let entry = log.seal(hand, draft)?;
    log.take(entry)
}

fn direct(log: &Log, payload_type: PayloadType, input: &mut Input<'_>) -> Vec<u8> {
    match payload_type {
        PayloadType::Moved => pb::Moved {
            uri: "http://127.0.0.1:1".into(),
        }
        .encode_to_vec(),
        PayloadType::Erase => Act::Erase(LOG_ID).encode(),
        PayloadType::Resolve => Act::Resolve(resolve(log, input)).encode(),
        PayloadType::RemoveEnforcementPoint => {
            let point = &HANDS[POINTS.start + input.below(POINTS.len())];
            Act::RemoveEnforcementPoint(point.device).encode()
        }
        _ => input.bytes().to_vec(),
    }
}

/// Any valid law, near the one of a family.
fn constitution(input: &mut Input<'_>) -> Option<Constitution> {
    let mut guardians = input.some(&PEOPLE[..3]);
    if input.rarely() {
        guardians.reverse();
    }
    if guardians.is_empty() {
        guardians = PEOPLE[..2].to_vec();
    }
    let guardian = |id| Guardian {
        id,
        scope: Vec::new(),
        custody: Vec::new(),
    };
    let mut rows: Vec<_> = guardians.into_iter().map(guardian).collect();
    for row in &mut rows {
        if input.rarely() {
            row.scope = vec![*input.one(&CHILDREN)];
        }
    }
    let month = |input: &mut Input<'_>| {
        let year = 2030 + u16::try_from(input.below(3)).ok()?;
        Some(YearMonth { year, month: 1 })
    };
    let mut dependants = Vec::new();
    for id in CHILDREN {
        let release_on = if input.rarely() { month(input) } else { None };
        if !input.rarely() {
            dependants.push(Dependant { id, release_on });
        }
    }
    let relay = Relay {
        uri: "http://127.0.0.1:1".into(),
        key: (!input.rarely()).then(|| RELAY.public()),
    };
    let threshold = 1 + u32::from(input.byte() % 3);
    Constitution::new(rows, dependants, threshold, vec![relay], Caps::default()).ok()
}

/// Devices of one principal, some of them somebody else's.
fn devices(input: &mut Input<'_>) -> PrincipalDevices {
    let principal = *input.one(&PEOPLE);
    let strange = input.rarely();
    let mask = input.byte();
    let chosen = HANDS
        .iter()
        .enumerate()
        .filter(|(at, hand)| (strange || hand.principal == principal) && mask >> (at % 8) & 1 == 0);
    let devices = chosen.map(|(at, hand)| {
        let recovery = at == RECOVERY;
        hand.as_device(if recovery {
            DeviceRole::Recovery
        } else {
            DeviceRole::Active
        })
    });
    PrincipalDevices {
        principal,
        devices: devices.collect(),
    }
}

fn proposal(log: &Log, input: &mut Input<'_>) -> Option<Proposal> {
    let act = match input.below(8) {
        0..=3 => Act::Constitution(constitution(input)?),
        4 | 5 => Act::Devices(devices(input)),
        6 => {
            let point = &HANDS[POINTS.start + input.below(POINTS.len())];
            Act::RemoveEnforcementPoint(point.device)
        }
        _ if input.byte() & 1 == 0 => Act::Erase(LOG_ID),
        _ => Act::Resolve(resolve(log, input)),
    };
    let base = match log.household().base_of(&act) {
        Some(base) if !input.rarely() => base,
        _ => *input.one(&log.ids),
    };
    let proposal = Proposal::new(act, base);
    let hash = proposal.hash(LOG_ID);
    // Whoever is new agrees, unless the input says otherwise.
    let Act::Constitution(law) = proposal.act() else {
        return Some(proposal);
    };
    let newcomers = law.guardians().iter();
    let newcomers = newcomers.filter(|g| !log.household().constitution().is_guardian(g.id));
    let mut accepts = Vec::new();
    for guardian in newcomers {
        let own = HANDS.iter().find(|hand| hand.principal == guardian.id)?;
        let hand = if input.rarely() {
            input.one(&HANDS)
        } else {
            own
        };
        let about = if input.rarely() { Hash::ZERO } else { hash };
        let keys = (hand.device, &hand.signing, hand.sealing.public());
        accepts.push(Accept::sign(LOG_ID, about, guardian.id, keys));
    }
    Some(proposal.with_accepts(accepts))
}

fn resolve(log: &Log, input: &mut Input<'_>) -> Resolve {
    let seq = input.number();
    let hash = log.chain.follower().hash_at(seq).unwrap_or(Hash([1; 32]));
    Resolve {
        ended: vec![Head { seq, hash }],
    }
}

/// One that is open, or, rarely, none.
fn some_proposal(log: &Log, input: &mut Input<'_>) -> Option<(Hash, DocumentId)> {
    let open: Vec<_> = log.household().proposals().collect();
    let chosen = open.get(input.below(open.len()))?;
    let hash = if input.rarely() {
        Hash::ZERO
    } else {
        chosen.hash
    };
    Some((hash, chosen.proposal.base()))
}

/// At most six pairs of statements, each about a head of this log or none.
fn proof(log: &Log, input: &mut Input<'_>) -> Vec<pb::Span> {
    let count = input.below(7);
    let spans = (0..count).map(|_| {
        let source = input.below(HANDS.len() + 3);
        let (from, until) = (log.chain.next_seq() - 1, log.chain.next_seq() - 1);
        let back = u64::from(input.byte() % 4);
        let earlier = statement(log, input, source, from.saturating_sub(back), 0);
        let delays: [i64; 5] = [604_800, 1_209_600, 604_799, 0, i64::MAX];
        let time = *input.one(&delays);
        let later = statement(log, input, source, until, time);
        pb::Span {
            earlier: Some(earlier),
            later: Some(later),
        }
    });
    spans.collect()
}

/// By a device, or, for the last three sources, by the relay.
fn statement(
    log: &Log,
    input: &mut Input<'_>,
    source: usize,
    seq: u64,
    time: i64,
) -> pb::Statement {
    use pb::statement::Source;
    let hash = log.chain.follower().hash_at(seq).unwrap_or(Hash::ZERO);
    let hash = if input.rarely() { Hash([9; 32]) } else { hash };
    let source = match HANDS.get(source) {
        Some(hand) => {
            let beat = pb::Beat {
                time,
                head: Some(pb::HeadRef {
                    seq,
                    hash: hash.0.to_vec(),
                }),
                ..pb::Beat::default()
            };
            let document = pb::RegisterDocument {
                log_id: LOG_ID.to_vec(),
                name: vec![0; 32],
                version: 1,
                payload_type: PayloadType::Beat.into(),
                author_device: hand.device.to_vec(),
                issued_at: time,
                payload: beat.encode_to_vec(),
            }
            .encode_to_vec();
            let text = Transcript::new(label::REGISTER).number(64).bytes(&document);
            Source::Beat(pb::SignedRegister {
                signature: hand.signing.sign(&text).to_vec(),
                document,
                payload_type: PayloadType::Beat.into(),
                author_device: hand.device.to_vec(),
            })
        }
        None => {
            let handle = vec![4; 16];
            let text = session::bookmark(&handle, 1, seq, &hash, time);
            Source::Bookmark(pb::SignedBookmark {
                relay_key: RELAY.public().as_bytes().to_vec(),
                handle,
                bookmark: Some(pb::Bookmark {
                    relay_epoch: 1,
                    seq,
                    head: hash.0.to_vec(),
                    time,
                    signature: RELAY.sign(&text).to_vec(),
                    ..pb::Bookmark::default()
                }),
            })
        }
    };
    pb::Statement {
        source: Some(source),
    }
}

/// What holds in every household, and how one entry may have changed it.
fn check(before: &Log, after: &Log, outcome: &Outcome) {
    let (old, new) = (before.household(), after.household());
    let law = new.constitution();
    let (guardians, threshold) = (law.guardians().len(), law.threshold() as usize);
    assert!((1..=8).contains(&guardians));
    assert!((1..=8).contains(&law.dependants().len()));
    assert!(
        (1..=guardians).contains(&threshold),
        "{threshold} of {guardians}"
    );
    assert_eq!(Constitution::parse(&law.encode()).as_ref(), Ok(law));
    whoever_belongs(new);

    let open: Vec<_> = new.proposals().collect();
    assert!(open.len() <= 16, "{} open proposals", open.len());
    for one in &open {
        let own = open.iter().filter(|other| other.begun.by == one.begun.by);
        assert!(own.count() <= 4, "four of one principal");
    }
    for live in new.live() {
        let about = live.document.header().dependant;
        assert!(about.is_none_or(|id| law.scope_of(live.author).contains(&id)));
    }

    let same_law = old.constitution() == law;
    match outcome {
        Outcome::Effect(Effect::Constitution) => {}
        // Whoever leaves the law, or joins it, does so by an effect of that name.
        Outcome::Effect(_) => assert!(same_law, "the law changed by {outcome:?}"),
        _ => {
            let count = |log: &Log| log.household().without_effect();
            assert_eq!(count(before) + 1, count(after));
            let still = |log: &Log| {
                let home = log.household();
                let people: Vec<_> = home.people().map(|(_, d)| *d).collect();
                let points: Vec<_> = home.enforcement_points().cloned().collect();
                let open: Vec<_> = home.proposals().map(|open| open.hash).collect();
                let live = log.chain.live_root();
                (people, points, open, live, home.epoch(), home.ended())
            };
            assert!(
                same_law && still(before) == still(after),
                "{outcome:?} changed something"
            );
        }
    }
    if old.ended().is_some() {
        assert!(!has_effect(outcome), "nothing has effect behind the end");
    }
}

fn whoever_belongs(home: &Household) {
    let people = home.people().map(|(_, d)| (d.id, d.signing, d.sealing));
    let points = home
        .enforcement_points()
        .map(|p| (p.id, p.signing, p.sealing));
    let all: Vec<_> = people.chain(points).collect();
    assert!((1..=64).contains(&all.len()), "{} devices", all.len());
    for (at, one) in all.iter().enumerate() {
        for other in &all[at + 1..] {
            let differ = one.0 != other.0 && one.1 != other.1 && one.2 != other.2;
            assert!(differ, "{:?} shares something with {:?}", one.0, other.0);
        }
    }
    for (who, _) in home.people() {
        let law = home.constitution();
        assert!(law.is_guardian(who) || law.is_dependant(who));
    }
}

/// The founder's other device, given the same entries, and the same with every body gone that may be
/// pruned, come to the same household, unless an epoch left one of them out.
fn agree(log: &Log, outcomes: &[Outcome]) {
    let left_out = |outcome: &Outcome| {
        matches!(
            outcome,
            Outcome::Unopened | Outcome::Effect(Effect::Epoch(false))
        )
    };
    let (other, theirs) = Log::follow(&log.entries, 1);
    if !outcomes.iter().chain(&theirs).any(left_out) {
        assert_eq!(picture(&other), picture(&log.chain));
    }
    let mut pruned = log.entries.clone();
    for (entry, outcome) in pruned.iter_mut().rev().zip(outcomes.iter().rev()) {
        if matches!(outcome, Outcome::Effect(Effect::Document(_))) {
            entry.body = EntryBody::Pruned(entry.body.hash());
        }
    }
    let (again, _) = Log::follow(&pruned, 0);
    assert_eq!(picture(&again), picture(&log.chain));
}

/// A device that keeps a snapshot of the first entries, and follows the others from there, comes to the
/// same household and holds the same secrets.
fn split(log: &Log, input: &mut Input<'_>) {
    let at = 1 + input.below(log.entries.len());
    let (first, rest) = log.entries.split_at(at);
    let (chain, _) = Log::follow(first, 0);
    let Some(snapshot) = chain.snapshot() else {
        assert!(chain.is_provisional(), "nothing to restart from");
        return;
    };
    let secrets = chain.keyring().clone();
    let again = Member::resume(
        identity(0),
        anchor(log.entries[0].hash()),
        secrets,
        &snapshot,
        rest.to_vec(),
    );
    let (again, _) = again.expect("its own snapshot is read");
    assert_eq!(picture(again.chain()), picture(&log.chain), "split at {at}");
    assert!(again.keyring() == log.chain.keyring(), "split at {at}");
}
