//! Area log: a member that follows, each entry behind the one its vector names.

use crate::file::{Vector, report, shown, vectors};
use parcep_core::crypto::SealingKey;
use parcep_core::epoch::Keyring;
use parcep_core::household::{self, Effect, GenesisError, Outcome};
use parcep_core::log::Entry;
use parcep_core::member::{Chain, Refused, Taken};
use parcep_core::reason::{Reason, code};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a member knows after each vector.
type Chains = BTreeMap<String, Option<Chain>>;

#[test]
fn a_household_written_in_another_language_is_followed_entry_by_entry() {
    let all = vectors("spec/vectors/v1alpha1/log".rsplit('/').next().unwrap());
    let by_id: BTreeMap<_, _> = all
        .iter()
        .map(|vector| (vector.id.as_str(), vector))
        .collect();
    let mut chains = Chains::new();
    let mut wrong = Vec::new();
    for vector in &all {
        let before = after(vector, &by_id, &mut chains);
        let (told, reason, chain) = follow(vector, before);
        chains.insert(vector.id.clone(), chain);
        // The specification leaves the reason open where a void vector has none, and the core tells
        // none of what it cannot open.
        let unopened = told["outcome"] == "skipped" && reason.is_none();
        let open = (vector.twin_of.is_some() && vector.reason.is_none()) || unopened;
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

/// The chain behind a vector of the log.
pub(crate) fn chain_behind(id: &str) -> Chain {
    let all = vectors("log");
    let by_id: BTreeMap<_, _> = all
        .iter()
        .map(|vector| (vector.id.as_str(), vector))
        .collect();
    let vector = by_id[id];
    let before = after(vector, &by_id, &mut Chains::new());
    follow(vector, before).2.unwrap()
}

/// The chain as of the vector that this one names. Files are in order of number, not of place.
fn after(vector: &Vector, by_id: &BTreeMap<&str, &Vector>, chains: &mut Chains) -> Option<Chain> {
    let before = vector.inputs["after"].as_str()?;
    if !chains.contains_key(before) {
        let before = by_id[before];
        let chain = after(before, by_id, chains);
        chains.insert(before.id.clone(), follow(before, chain).2);
    }
    chains[before].clone()
}

type Followed = (Value, Option<Reason>, Option<Chain>);

/// What comes of the entry, or of the last of them where it stands several times in a row.
fn follow(vector: &Vector, before: Option<Chain>) -> Followed {
    let mut entry = pb::Entry::decode(vector.bytes("entry").as_slice()).unwrap();
    let more = match vector.has("repeat") {
        true => vector.number("repeat") - 1,
        false => 0,
    };
    let mut followed = follow_one(vector, entry.clone(), before);
    for _ in 0..more {
        let chain = followed.2.unwrap();
        entry.seq = chain.next_seq();
        entry.prev = chain.head().0.to_vec();
        followed = follow_one(vector, entry.clone(), Some(chain));
    }
    followed
}

fn follow_one(vector: &Vector, mut entry: pb::Entry, before: Option<Chain>) -> Followed {
    if vector.has("body_zeros") {
        entry.body = Some(vec![0; usize::try_from(vector.number("body_zeros")).unwrap()].into());
    }
    let refused = |reason| json!({ "outcome": "refused", "reason": code(reason) });
    let entry = match Entry::try_from(entry) {
        Ok(entry) => entry,
        Err(error) => return (refused(error.reason()), Some(error.reason()), before),
    };
    let key = vector.sealing_key("sealing_seed");
    if before.is_none()
        && let Err(error) = founded(vector, &entry, &key)
    {
        return (refused(error.reason()), Some(error.reason()), None);
    }
    let anchored = || {
        Chain::new(
            vector.id("log_id"),
            vector.id("genesis_hash"),
            Keyring::default(),
        )
    };
    let mut chain = before.clone().unwrap_or_else(anchored);
    match take(&mut chain, &entry, &key) {
        Ok(Taken::Next(outcome)) => {
            let (told, reason) = told(&outcome, &chain, entry.seq == 0);
            (told, reason, Some(chain))
        }
        Ok(Taken::Known) => panic!("{}: an entry that was seen already", vector.id),
        Err(error) => (refused(error.reason()), Some(error.reason()), before),
    }
}

/// What is wrong with an entry 0 as such, wherever a chain has it from (R-MEM-002).
fn founded(vector: &Vector, entry: &Entry, key: &SealingKey) -> Result<(), GenesisError> {
    let (log_id, anchor) = (vector.id("log_id"), vector.id("genesis_hash"));
    household::join(entry, log_id, anchor, key, &mut Keyring::default()).map(|_| ())
}

/// Takes an entry; what was skipped and does not lead to it is dropped first (R-LOG-009).
fn take(chain: &mut Chain, entry: &Entry, key: &SealingKey) -> Result<Taken, Refused> {
    match chain.take(entry, key) {
        Err(Refused::Unfit(..)) if chain.drop_run().is_some() => take(chain, entry, key),
        taken => taken,
    }
}

fn told(outcome: &Outcome, chain: &Chain, genesis: bool) -> (Value, Option<Reason>) {
    let named =
        |outcome: &str| json!({ "outcome": outcome, "hash": shown(chain.head().as_bytes()) });
    match outcome {
        Outcome::Effect(effect) => {
            let household = chain.household().unwrap();
            let mut told = named("effect");
            told["live_root"] = shown(chain.live_root().as_bytes());
            told["open"] = json!(household.proposals().count());
            let mut reason = None;
            if genesis {
                told["served"] = json!(true);
            }
            if let Effect::Epoch(served) = effect {
                told["served"] = json!(served);
                // R-EPOCH-005: what was handed out and not committed to was not taken.
                reason = (!served).then_some(Reason::BadCommitment);
            }
            (told, reason)
        }
        Outcome::NoEffect(reason) => (named("void"), Some(*reason)),
        Outcome::Unopened => (named("skipped"), None),
        Outcome::Misplaced(reason) => (named("skipped"), Some(*reason)),
    }
}
