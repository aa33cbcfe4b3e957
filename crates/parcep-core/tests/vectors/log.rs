//! Area log: a member that follows, each entry behind the one its vector names.

use crate::file::{Vector, report, shown, vectors};
use parcep_core::crypto::Hash;
use parcep_core::epoch::Keyring;
use parcep_core::household::{self, Effect, GenesisError, Household, Outcome, live_root};
use parcep_core::log::{Entry, Follower, Step};
use parcep_core::reason::{Reason, code};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a member knows after a vector.
#[derive(Clone)]
struct Member {
    follower: Follower,
    household: Option<Household>,
    keyring: Keyring,
}

#[test]
fn a_household_written_in_another_language_is_followed_entry_by_entry() {
    let all = vectors("spec/vectors/v1alpha1/log".rsplit('/').next().unwrap());
    let by_id: BTreeMap<_, _> = all
        .iter()
        .map(|vector| (vector.id.as_str(), vector))
        .collect();
    let mut states = BTreeMap::new();
    let mut wrong = Vec::new();
    for vector in &all {
        let member = after(vector, &by_id, &mut states);
        let (told, reason, member) = follow(vector, member);
        states.insert(vector.id.clone(), member);
        // The specification leaves the reason open where a void vector has none, and the core tells
        // none of what it skips.
        let open =
            (vector.twin_of.is_some() && vector.reason.is_none()) || told["outcome"] == "skipped";
        let fits = open || reason.map(code) == vector.reason.as_deref();
        if !(fits && vector.tells(&told)) {
            wrong.push(format!(
                "{}, {}: {told} {reason:?}",
                vector.id, vector.title
            ));
        }
    }
    report(&wrong, all.len());
}

/// The member as of the vector that this one names. Files are in order of number, not of place.
fn after(
    vector: &Vector,
    by_id: &BTreeMap<&str, &Vector>,
    states: &mut BTreeMap<String, Member>,
) -> Member {
    let Some(before) = vector.inputs["after"].as_str() else {
        return Member {
            follower: Follower::new(),
            household: None,
            keyring: Keyring::default(),
        };
    };
    if !states.contains_key(before) {
        let before = by_id[before];
        let member = after(before, by_id, states);
        states.insert(before.id.clone(), follow(before, member).2);
    }
    states[before].clone()
}

fn follow(vector: &Vector, mut member: Member) -> (Value, Option<Reason>, Member) {
    let before = member.clone();
    let refused = |reason| (json!({ "outcome": "refused" }), Some(reason), before);
    let mut entry = pb::Entry::decode(vector.bytes("entry").as_slice()).unwrap();
    if vector.has("body_zeros") {
        entry.body = Some(vec![0; usize::try_from(vector.number("body_zeros")).unwrap()].into());
    }
    let entry = match Entry::try_from(entry) {
        Ok(entry) => entry,
        Err(error) => return refused(error.reason()),
    };
    let applied = match &member.household {
        None => join(vector, &entry, &mut member),
        Some(_) => next(vector, &entry, &mut member),
    };
    let (outcome, hash) = match applied {
        Ok(applied) => applied,
        Err(reason) => return refused(reason),
    };
    member.follower.advance(hash);
    let (told, reason) = told(&outcome, hash, &member);
    (told, reason, member)
}

fn join(vector: &Vector, entry: &Entry, member: &mut Member) -> Result<(Outcome, Hash), Reason> {
    let key = vector.sealing_key("sealing_seed");
    let (log_id, anchor) = (vector.id("log_id"), vector.id("genesis_hash"));
    let founded = household::join(entry, log_id, anchor, &key, &mut member.keyring);
    member.household = Some(founded.map_err(GenesisError::reason)?);
    Ok((Outcome::Effect(Effect::Epoch(true)), entry.hash()))
}

fn next(vector: &Vector, entry: &Entry, member: &mut Member) -> Result<(Outcome, Hash), Reason> {
    let key = vector.sealing_key("sealing_seed");
    let household = member.household.as_mut().unwrap();
    let step = member.follower.check(entry);
    let step = step.map_err(|error| household.blame(error, entry, &member.keyring, &key))?;
    let Step::Next(hash) = step else {
        panic!("{}: an entry that was seen already", vector.id);
    };
    let applied = household.apply(entry, &mut member.keyring, &key);
    let outcome = applied.map_err(|stop| stop.0.reason())?;
    // For a member alone it is skipped; a vector has one entry, and no word on what follows.
    if let Outcome::Misplaced(reason) = outcome {
        return Err(reason);
    }
    Ok((outcome, hash))
}

fn told(outcome: &Outcome, hash: Hash, member: &Member) -> (Value, Option<Reason>) {
    let named = |outcome: &str| json!({ "outcome": outcome, "hash": shown(hash.as_bytes()) });
    match outcome {
        Outcome::Effect(effect) => {
            let live = member.household.iter().flat_map(Household::live);
            let rows = live.map(|l| (l.id(), l.document.header_hash(), l.seq));
            let mut told = named("effect");
            told["live_root"] = shown(live_root(rows).as_bytes());
            let mut reason = None;
            if let Effect::Epoch(served) = effect {
                told["served"] = json!(served);
                // R-EPOCH-005: what was handed out and not committed to was not taken.
                reason = (!served).then_some(Reason::BadCommitment);
            }
            (told, reason)
        }
        Outcome::NoEffect(reason) => (named("void"), Some(*reason)),
        Outcome::Unopened | Outcome::Misplaced(_) => (named("skipped"), None),
    }
}
