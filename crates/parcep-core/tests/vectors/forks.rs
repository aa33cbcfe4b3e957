//! Area fork: what proves to others that a relay told two stories (R-MOVE-001).

use crate::file::{Vector, run_file};
use crate::log::chain_behind;
use parcep_core::crypto::SealingKey;
use parcep_core::hex;
use parcep_core::log::{Entry, ForkProof, Seen, Witness};
use parcep_core::member::Chain;
use parcep_proto::v1alpha1 as pb;
use prost::Message;
use serde_json::{Value, json};

/// What a relay served to a member itself is no part of a proof for others: the member's own tests
/// tell what it makes of that (R-LOG-006).
#[test]
fn proofs_of_forks_written_in_another_language_are_judged_alike() {
    let portable = |vector: &Vector| {
        let served = vector.inputs.get("served").and_then(Value::as_array);
        served.is_none_or(|served| served.iter().all(|served| *served == json!(false)))
    };
    let mut behind: Option<Chain> = None;
    run_file(
        "spec/vectors/v1alpha1/fork/proofs.json",
        portable,
        |vector| {
            let chain = behind.get_or_insert_with(|| chain_behind(vector.text("after")));
            Ok(json!({ "fork": proves(vector, chain) }))
        },
    );
}

fn proves(vector: &Vector, chain: &Chain) -> bool {
    let handle = vector.bytes("handle");
    // No entry of these begins an epoch, so any key will do.
    let key = SealingKey::from_seed([1; 32]);
    if vector.has("bookmarks") {
        let [one, other] = two(vector, "bookmarks").map(|bytes| message(&bytes));
        let proof = ForkProof::of_bookmarks(one, other);
        return proof.is_some_and(|proof| holds(&proof, &handle, chain, &key));
    }
    let entries =
        two(vector, "entries").map(|bytes| Entry::try_from(message::<pb::Entry>(&bytes)).unwrap());
    let rows = vector.inputs["witnesses"].as_array().unwrap();
    let witnesses: Vec<Witness> = rows.iter().map(witness).collect();
    let pairs = witnesses
        .iter()
        .flat_map(|one| witnesses.iter().map(move |other| (one, other)));
    let mut proofs = pairs.map(|(one, other)| {
        let [first, second] = entries.clone();
        let seen = |entry, witness: &Witness| Seen {
            entry,
            witness: witness.clone(),
        };
        ForkProof::Entries(Box::new([seen(first, one), seen(second, other)]))
    });
    proofs.any(|proof| holds(&proof, &handle, chain, &key))
}

/// R-MOVE-028: what is handed on proves as much as what was found.
fn holds(proof: &ForkProof, handle: &[u8], chain: &Chain, key: &SealingKey) -> bool {
    let again = ForkProof::decode(&proof.encode()).unwrap();
    let verified = proof.verify(handle, chain, key);
    assert_eq!(again.verify(handle, chain, key), verified);
    verified
}

fn witness(row: &Value) -> Witness {
    let (kind, bytes) = row.as_object().unwrap().iter().next().unwrap();
    let bytes = hex::decode(bytes.as_str().unwrap()).unwrap();
    match kind.as_str() {
        "bookmark" => Witness::Bookmark(message(&bytes)),
        "register" => Witness::Register(message(&bytes)),
        "entry" => Witness::Next(Entry::try_from(message::<pb::Entry>(&bytes)).unwrap()),
        other => panic!("{other}"),
    }
}

fn two(vector: &Vector, name: &str) -> [Vec<u8>; 2] {
    let rows = vector.inputs[name].as_array().unwrap();
    let bytes = |row: &Value| hex::decode(row.as_str().unwrap()).unwrap();
    [bytes(&rows[0]), bytes(&rows[1])]
}

fn message<M: Message + Default>(bytes: &[u8]) -> M {
    M::decode(bytes).unwrap()
}
