//! What a relay is told: nothing that names anybody, and nothing that depends on what was written.

use super::*;
use std::collections::BTreeSet;

/// What a family writes in the story below.
struct Words {
    layer: &'static str,
    names: &'static str,
    lock: &'static str,
    report: &'static str,
}

const QUIET: Words = Words {
    layer: "no rules",
    names: "A",
    lock: "lock",
    report: "all is well",
};

const LOUD: Words = Words {
    layer: "frieda-musterfrau may read example.org after homework, and nothing of casino.example at all",
    names: "Frieda Musterfrau, Opa Hinnerk, the tablet in the kitchen",
    lock: "locked because of school-report-2026",
    report: "rating/pegi-16 is not enforced on this console",
};

impl Words {
    fn all(&self) -> [&'static str; 4] {
        [self.layer, self.names, self.lock, self.report]
    }
}

/// A household from its first entry to its second epoch, and everything that its relay was sent.
fn story(words: &Words, seed: u64) -> (House, Member, Vec<Call>) {
    let mut house = House::with(seed);
    for (payload_type, kind, text) in [
        (PayloadType::PolicyLayer, SectionKind::Web, words.layer),
        (PayloadType::Identity, SectionKind::Identity, words.names),
        (PayloadType::Override, SectionKind::Override, words.lock),
    ] {
        let draft = Draft {
            payload_type,
            sections: vec![(kind, text.as_bytes().to_vec())],
            ..house.draft(b"")
        };
        house.founder.append(draft);
        house.relay.drive(&mut house.founder);
    }
    let mut console = house.invite(PepCategory::Console);
    let report = RegisterUpdate {
        payload_type: PayloadType::AppliedReport,
        dependant: Some(house.child),
        payload: words.report.as_bytes().to_vec(),
    };
    console.write_register(report, 10).unwrap();
    house.relay.drive(&mut console);
    house.founder.append_epoch(10, &mut house.random).unwrap();
    house.relay.drive(&mut house.founder);
    console.sync();
    house.relay.drive(&mut console);
    assert_eq!(
        console.household().unwrap().epoch(),
        2,
        "the story was told"
    );
    let told = house.relay.told.clone();
    (house, console, told)
}

/// R-PRIV-003, R-RELAY-032, R-WIRE-013
#[test]
fn a_relay_is_sent_no_name_no_rule_and_no_key_of_the_household() {
    let (house, console, told) = story(&LOUD, 0);
    let mut secret: Vec<(&str, Vec<u8>)> = Vec::new();
    for member in [&house.founder, &console] {
        let own = member.identity();
        secret.push(("device id", own.device.as_bytes().to_vec()));
        secret.push(("signing key", own.signing.public().as_bytes().to_vec()));
        secret.push(("sealing key", own.sealing.public().as_bytes().to_vec()));
        for (_, value) in member.keyring().iter() {
            secret.push(("secret", value.expose().to_vec()));
        }
    }
    secret.push(("log id", house.founder.anchor().log_id.as_bytes().to_vec()));
    secret.push(("child", house.child.as_bytes().to_vec()));
    let guardian = house.founder.principal().unwrap();
    secret.push(("guardian", guardian.as_bytes().to_vec()));
    for word in LOUD
        .all()
        .iter()
        .flat_map(|text| text.split([' ', ',', '/']))
    {
        if word.len() >= 6 {
            secret.push(("a word", word.as_bytes().to_vec()));
        }
    }
    assert!(
        secret.len() > 25,
        "only {} things to look for",
        secret.len()
    );
    for (what, bytes) in &secret {
        for spelling in [bytes.clone(), crate::hex::encode(bytes).into_bytes()] {
            let call = told.iter().find(|call| holds(&call.body, &spelling));
            assert_eq!(call.map(|c| c.method), None, "{what} {bytes:02x?} was told");
        }
    }
    // The search finds what is there: the handle is said in clear.
    assert!(
        told.iter()
            .any(|c| holds(&c.body, &house.founder.anchor().handle))
    );
}

/// R-PRIV-002: with the same randomness, other words change sealed bytes and hashes of them only.
#[test]
fn what_a_relay_is_sent_does_not_depend_on_what_was_written() {
    let (_, _, quiet) = story(&QUIET, 0);
    let (_, _, loud) = story(&LOUD, 0);
    let shape = |told: &[Call]| -> Vec<_> {
        told.iter()
            .map(|call| (call.method, call.body.len()))
            .collect()
    };
    assert_eq!(shape(&quiet), shape(&loud), "other calls, or other lengths");
    let (mut sealed, mut entries) = (0, 0);
    for (one, other) in quiet.iter().zip(&loud) {
        match (entry(one), entry(other)) {
            (Some(one), Some(other)) => {
                entries += 1;
                assert_eq!(clear(&one), clear(&other), "entry {}", one.seq);
                // A ciphertext may end in a zero or two of its own.
                let differ = tail(&one).abs_diff(tail(&other));
                assert!(differ <= 2, "entry {}: {differ} bytes", one.seq);
                sealed += usize::from(one.body != other.body);
            }
            _ => match (register(one), register(other)) {
                (Some(one), Some(other)) => {
                    assert_eq!((one.name, one.version), (other.name, other.version));
                    assert_eq!(one.expires_at, other.expires_at);
                    assert_eq!(one.value.get(..64), other.value.get(..64));
                    sealed += usize::from(one.value != other.value);
                }
                _ => assert_eq!(one.body, other.body, "{:?}", one.method),
            },
        }
    }
    assert_eq!(
        (entries, sealed),
        (6, 4),
        "four of the texts differ, sealed"
    );
}

/// R-PRIV-002: with other randomness, not even the same words give the same bytes.
#[test]
fn the_same_words_twice_have_no_sealed_bytes_in_common() {
    let (_, _, one) = story(&LOUD, 0);
    let (_, _, other) = story(&LOUD, 1_000_000);
    let shape = |told: &[Call]| -> Vec<_> {
        told.iter()
            .map(|call| (call.method, call.body.len()))
            .collect()
    };
    assert_eq!(shape(&one), shape(&other));
    let first = windows(&one);
    assert!(first.len() > 10_000, "only {} windows", first.len());
    let common: Vec<_> = first.intersection(&windows(&other)).cloned().collect();
    assert!(common.is_empty(), "{common:02x?}");
}

/// What stands in clear in an entry, and how long the rest is. `prev` is a hash of what is sealed.
#[derive(Debug, PartialEq, Eq)]
struct Clear {
    seq: u64,
    slot: Vec<u8>,
    generation: u32,
    header: (usize, Vec<u8>),
    body: (usize, Vec<u8>),
}

/// Zeros at the end of a body: outside the seals, so a relay can count them.
fn tail(entry: &pb::Entry) -> usize {
    let body = entry.body.as_ref().unwrap();
    body.iter().rev().take_while(|byte| **byte == 0).count()
}

fn clear(entry: &pb::Entry) -> Clear {
    let body = entry.body.clone().unwrap();
    let word = |at: usize| u32::from_be_bytes(body[at..at + 4].try_into().unwrap()) as usize;
    let wraps = 8 + word(0) * word(4);
    Clear {
        seq: entry.seq,
        slot: entry.slot.clone(),
        generation: entry.generation,
        // Salt and key commitment.
        header: (entry.header.len(), entry.header[..64].to_vec()),
        // Wraps, and the salt of the first section.
        body: (body.len(), body[..wraps + 32].to_vec()),
    }
}

fn entry(call: &Call) -> Option<pb::Entry> {
    let body = call.body.as_slice();
    match call.method {
        Method::Append => pb::AppendRequest::decode(body).unwrap().entry,
        Method::CreateLog => pb::CreateLogRequest::decode(body).unwrap().genesis,
        _ => None,
    }
}

fn register(call: &Call) -> Option<pb::Register> {
    let body = call.body.as_slice();
    match call.method {
        Method::WriteRegister => pb::WriteRegisterRequest::decode(body).unwrap().register,
        _ => None,
    }
}

/// Every 16 bytes in a row of what was sealed, but for runs of zeros.
fn windows(told: &[Call]) -> BTreeSet<Vec<u8>> {
    let entries = told.iter().filter_map(entry);
    let values = told.iter().filter_map(register).map(|r| r.value);
    let blobs = entries
        .flat_map(|entry| [entry.header.to_vec(), entry.body.unwrap().to_vec()])
        .chain(values);
    let mut found = BTreeSet::new();
    for blob in blobs {
        let rich = |w: &&[u8]| w.iter().filter(|byte| **byte == 0).count() < 8;
        found.extend(blob.windows(16).filter(rich).map(<[u8]>::to_vec));
    }
    found
}

fn holds(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|window| window == needle)
}
