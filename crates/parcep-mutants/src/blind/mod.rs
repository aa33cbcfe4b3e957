//! What a relay learns of a household, with everything that households do: nothing but what
//! `spec/registry/relay-learns.toml` lists, and of that nothing that depends on who they are and what they
//! write. Through real relays, their stores as bytes, their logs, and every message either way.

mod alike;
mod later;
mod story;
mod types;
mod wire;

use alike::{Learns, Shape, looks_random, sealed_part, shape, tables};
use parcep_conformance::canary::{Canaries, Value};
use parcep_core::crypto::{Transcript, label};
use parcep_core::document::{SectionKind, open_header, sections_of};
use parcep_core::log::{Entry, EntryBody};
use parcep_core::member::Member;
use parcep_core::registry;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeSet;
use story::{PHONE, Story, TABLET};
use types::{Leaf, Types};
use wire::Left;

/// Fields that no search finds, because they hold few values. That they tell nothing is shown by
/// comparison.
const SMALL: &[&str] = &[
    "Bookmark.relay_epoch",
    "Bookmark.seq",
    "Caps.extra_time_seconds",
    "Caps.unblock_max_age",
    "Constitution.min_reader",
    "Constitution.threshold",
    "DependantEpoch.generation",
    "EpochBody.number",
    "GenerationUse.generation",
    "HeadRef.seq",
    "Header.min_reader",
    "Header.relay_epoch",
    "Header.seq",
    "RegisterDocument.version",
    "Secret.generation",
    "SectionEntry.length",
    "SectionEntry.offset",
    "YearMonth.month",
    "YearMonth.year",
];

/// Fields that no member of this version writes.
const UNWRITTEN: &[&str] = &[
    "Header.critical_extensions",
    "Header.expires_at",
    "Header.not_before",
];

/// Fields whose values the relay has by itself.
const PUBLIC: &[&str] = &[
    "Header.prev",
    "Header.slot",
    "Header.body_hash",
    "HeadRef.hash",
    "RegisterDocument.name",
    "SignedBookmark.relay_key",
    "SignedBookmark.handle",
    "Bookmark.head",
    "Bookmark.time",
    "Bookmark.signature",
    "RelayRef.relay_key",
];

/// Everything that these relays were told and said, kept and wrote down.
fn hay(relays: &[Left]) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = vec![("a relay's log lines", wire::lines())];
    for relay in relays {
        all.push(("a relay's store", relay.file.clone()));
        for said in &relay.said {
            all.push(("a call", said.body.clone()));
            all.extend(said.reply.clone().map(|reply| ("a reply", reply)));
        }
    }
    all
}

/// What a member opens of the log that it follows, and what it holds.
struct Opened {
    leaves: BTreeSet<Leaf>,
    bytes: Vec<u8>,
}

fn opened(story: &Story, at: usize) -> Opened {
    let device = &story.family.devices[at];
    let member = device.member().unwrap();
    let mut found = Opened {
        leaves: BTreeSet::new(),
        bytes: Vec::new(),
    };
    let secrets = pb::SecretSet::from(member.keyring()).encode_to_vec();
    found.take(&story.types, "SecretSet", &secrets);
    for entry in &device.disk.entries {
        open(story, member, entry, &mut found);
    }
    for register in story.registers(at) {
        found.take(&story.types, "SignedRegister", &register.encode_to_vec());
    }
    found
}

fn open(story: &Story, member: &Member, entry: &Entry, found: &mut Opened) {
    let log_id = member.anchor().log_id;
    let secret = member.keyring().household(entry.generation);
    let header = open_header(entry, log_id, secret).unwrap();
    let mut devices = story.family.devices.iter();
    let author = devices.find(|device| device.id() == header.claimed_author());
    let author = author.unwrap().identity().unwrap();
    let verified = header
        .verify(&author.signing.public(), entry, log_id)
        .unwrap();
    let header = pb::Header::from(verified.header()).encode_to_vec();
    let payload_type = verified.header().payload_type;
    let text = Transcript::new(label::DOCUMENT)
        .number(u64::from(i32::from(payload_type).unsigned_abs()))
        .bytes(&header);
    let signed = pb::SignedHeader {
        header,
        signature: author.signing.sign(&text).to_vec(),
        payload_type: payload_type.into(),
        author_device: author.device.to_vec(),
    };
    found.take(&story.types, "SignedHeader", &signed.encode_to_vec());
    let Ok(document) = verified.with_body(&entry.body) else {
        return;
    };
    for kind in sections_of(payload_type) {
        if let Ok(bytes) = document.section(*kind, member.keyring()) {
            match message_of(*kind) {
                Some(message) if payload_type != pb::PayloadType::List => {
                    found.take(&story.types, message, &bytes);
                }
                _ => found.bytes.extend_from_slice(&bytes),
            }
        }
    }
}

impl Opened {
    fn take(&mut self, types: &Types, message: &str, bytes: &[u8]) {
        self.leaves.extend(types.leaves(message, bytes));
        self.bytes.extend_from_slice(bytes);
    }
}

fn message_of(kind: SectionKind) -> Option<&'static str> {
    let message = registry::section_kind(kind).unwrap().message;
    message.rsplit('.').next().filter(|name| !name.is_empty())
}

/// Fields of everything that members seal, with messages inside messages.
fn all_fields(types: &Types) -> BTreeSet<String> {
    let kinds = (1..64).filter_map(|number| SectionKind::try_from(number).ok());
    let messages = kinds.filter_map(message_of);
    let all = messages.chain(["SecretSet", "SignedHeader"]);
    all.flat_map(|message| types.leaves_of(message)).collect()
}

/// R-PRIV-001, R-PRIV-003, R-DOC-010, R-RELAY-031: a canary in every field that a member seals, generated from
/// the descriptors, so that a field that is new and has none fails here. None is found at a relay, in its
/// file, in its log or on the way, as it is, in hexadecimal, in base64 or as a hash; a member that opens
/// the log finds them all.
#[test]
fn no_field_that_a_member_seals_is_found_at_a_relay() {
    let mut story = Story::begin(1, 2);
    story.lives();
    let read = opened(&story, TABLET);
    let mut leaves = read.leaves.clone();
    for (message, bytes) in &story.written {
        match message.as_str() {
            "list" | "" => {
                leaves.extend(bytes.split(|byte| *byte == b'\n').map(|line| Leaf {
                    field: format!("text of a {message}"),
                    value: Value::Bytes(line.to_vec()),
                }));
            }
            message => leaves.extend(story.types.leaves(message, bytes)),
        }
    }
    let public = |leaf: &Leaf| PUBLIC.contains(&leaf.field.as_str());
    leaves.retain(|leaf| !public(leaf));

    let covered: BTreeSet<&str> = leaves
        .iter()
        .filter(|leaf| leaf.value.is_long())
        .map(|leaf| leaf.field.as_str())
        .collect();
    let fields = all_fields(&story.types);
    let rows = || SMALL.iter().chain(PUBLIC).chain(UNWRITTEN);
    let listed = |field: &str| rows().any(|row| *row == field);
    let missing: Vec<_> = fields
        .iter()
        .filter(|field| !covered.contains(field.as_str()) && !listed(field))
        .collect();
    assert!(missing.is_empty(), "fields without a canary: {missing:#?}");
    let written = |row: &str| leaves.iter().any(|leaf| leaf.field == row);
    let wrong: Vec<_> = rows()
        .filter(|row| !fields.contains(**row) || covered.contains(**row))
        .chain(UNWRITTEN.iter().filter(|row| written(row)))
        .collect();
    assert!(wrong.is_empty(), "rows that are not so: {wrong:?}");

    let canaries = Canaries::new(leaves.iter().map(named)).unwrap();
    let relays = story.stop();
    for (place, bytes) in hay(&relays) {
        let found = canaries.found(&bytes);
        assert!(
            found.is_empty(),
            "{place} of {} bytes: {found:?}",
            bytes.len()
        );
    }
    // The same search finds them where they may be read.
    let found = canaries.found(&read.bytes);
    let found: BTreeSet<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    let lost: Vec<_> = covered.difference(&found).collect();
    assert!(lost.is_empty(), "{lost:?} of {} patterns", canaries.count());
    // And where a relay is told something by right.
    let handle = Leaf {
        field: "handle".into(),
        value: Value::Bytes(relays_handle(&relays)),
    };
    let handle = Canaries::new([named(&handle)]).unwrap();
    let places = hay(&relays);
    let found = places
        .iter()
        .filter(|(_, bytes)| !handle.found(bytes).is_empty());
    assert!(found.count() > 4, "in both files and in calls");
}

/// The handle of the household's log.
fn relays_handle(relays: &[Left]) -> Vec<u8> {
    let first = relays.iter().flat_map(|relay| &relay.said).next().unwrap();
    let request = pb::ChallengeRequest::decode(first.body.as_slice()).unwrap();
    request.handle
}

/// What its relays are left with by a family that writes these words and draws these keys.
fn lived(words: u64, keys: u64) -> [Left; 2] {
    let mut story = Story::begin(words, keys);
    story.lives();
    story.stop()
}

/// R-PRIV-002, R-PRIV-003, R-DOC-013, R-REG-003: two families in which everything differs, keys, names, rules,
/// dates, zones and numbers, and that do the same things, leave relays that differ in bytes like chance
/// alone.
#[test]
fn two_families_that_do_the_same_leave_relays_that_differ_by_chance() {
    let (one, other) = (lived(3, 4), lived(5, 6));
    let (first, second) = alike(&one, &other);
    for (field, values) in &first.bytes {
        let others = &second.bytes[field];
        assert_eq!(values.len(), others.len(), "{field}");
        let mut differ = Vec::new();
        let mut own = Vec::new();
        for (value, other) in values.iter().zip(others) {
            let (value, other) = (sealed_part(field, value), sealed_part(field, other));
            // A ciphertext may end in a zero or two of its own.
            assert!(value.len().abs_diff(other.len()) <= 2, "{field}");
            differ.extend(value.iter().zip(&other).map(|(one, other)| one ^ other));
            own.extend(value);
        }
        looks_random(field, &own);
        looks_random(&format!("{field} of one against the other's"), &differ);
    }
    let fields: Vec<&str> = first.bytes.keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        [
            "Entry.body",
            "Entry.header",
            "Register.value",
            "hash",
            "key",
            "random"
        ]
    );
}

/// R-PRIV-002, R-PRIV-003: with the same randomness, other words change sealed bytes and hashes of them only.
#[test]
fn what_a_relay_sees_in_clear_does_not_depend_on_what_a_family_writes() {
    let (one, other) = (lived(3, 4), lived(5, 4));
    let (first, second) = alike(&one, &other);
    for (class, values) in &first.bytes {
        let same = *values == second.bytes[class];
        let in_clear = matches!(class.as_str(), "key" | "random");
        assert_eq!(same, in_clear, "{class}");
    }
}

/// Asserts that two families did the same, as far as their relays can tell.
fn alike(one: &[Left], other: &[Left]) -> (Shape, Shape) {
    let (types, learns) = (Types::read(), Learns::read());
    for (one, other) in one.iter().zip(other) {
        assert_eq!(tables(one), tables(other));
    }
    let [first, second] = [one, other].map(|relays| shape(relays, &types, &learns));
    for (number, (one, other)) in first.calls.iter().zip(&second.calls).enumerate() {
        assert_eq!(one, other, "call {number} of {}", first.calls.len());
    }
    assert_eq!(first.calls.len(), second.calls.len());
    (first, second)
}

/// R-MOVE-024, R-PRIV-014: what was sealed about a dependant who left is gone from the relay's file, and its
/// hash stays.
#[test]
fn of_a_dependant_who_left_a_relay_keeps_hashes() {
    let mut story = Story::begin(7, 8);
    story.lives();
    let gone = story.forgets();
    assert!(gone.len() >= 5, "{} documents", gone.len());
    let kept = story.family.devices[TABLET].disk.entries.clone();
    let kept = kept
        .iter()
        .filter(|entry| gone.iter().all(|one| one.seq != entry.seq));
    let kept: Vec<_> = kept.filter_map(sealed_bytes).collect();
    let [_, spare] = story.stop();
    for entry in &gone {
        let bytes = sealed_bytes(entry).unwrap();
        assert!(
            spare.said.iter().any(|said| holds(&said.body, &bytes)),
            "it was there"
        );
    }
    let file = spare.written_anew();
    for entry in &gone {
        assert!(
            !holds(&file, &sealed_bytes(entry).unwrap()),
            "{}",
            entry.seq
        );
        assert!(holds(&file, &entry.body.hash().0), "{}", entry.seq);
        assert!(holds(&file, &entry.hash().0), "{}", entry.seq);
    }
    let there = kept.iter().filter(|bytes| holds(&file, bytes));
    assert!(there.count() > 20, "the search finds what is there");
}

/// R-RELAY-037, R-OPS-004, R-PRIV-018: of a household that ended and whose log was deleted, a relay's file has
/// nothing left, neither its handle nor a key nor a hash.
#[test]
fn of_a_household_that_ended_a_relay_keeps_nothing() {
    let mut story = Story::begin(9, 10);
    story.ends();
    let entries = story.family.devices[PHONE].disk.entries.clone();
    let handle = story.family.handle.clone();
    let identities = story.family.devices.iter().map(|d| d.identity().unwrap());
    let keys = identities.map(|identity| identity.access.public().as_bytes().to_vec());
    let mut gone: Vec<Vec<u8>> = keys.chain([handle]).collect();
    for entry in &entries {
        gone.extend([entry.hash().0.to_vec(), entry.header[..64].to_vec()]);
        gone.extend(sealed_bytes(entry));
    }
    let [home, _] = story.stop();
    let said = |bytes: &Vec<u8>| home.said.iter().any(|said| holds(&said.body, bytes));
    assert!(gone.iter().filter(|bytes| said(bytes)).count() > 100);
    let file = home.written_anew();
    let left: Vec<_> = gone.iter().filter(|bytes| holds(&file, bytes)).collect();
    assert!(left.is_empty(), "{} of {}", left.len(), gone.len());
}

/// Some of what is sealed in a body.
fn sealed_bytes(entry: &Entry) -> Option<Vec<u8>> {
    match &entry.body {
        EntryBody::Kept(body) => Some(body[100..148].to_vec()),
        EntryBody::Pruned(_) => None,
    }
}

fn holds(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|part| part == needle)
}

fn named(leaf: &Leaf) -> (String, Value) {
    (leaf.field.clone(), leaf.value.clone())
}
