//! Rules of the specification that no single vector can show: what is never on the wire, and what
//! holds over many runs.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

use parcep_core::age::{
    self, AgeAssurance, AgeInterval, AgeMethod, AgePurpose, AgeSignal, Coarse, Cuts,
    DeclarantCheck, Expectation, coarsen,
};
use parcep_core::crypto::{Hash, NoRandomness, Random, SigningKey, sha256};
use parcep_core::document::{
    Author, Draft, PayloadType, Place, SealedBody, SectionKind, open_header,
};
use parcep_core::epoch::{Keyring, Renewal};
use parcep_core::id::{DeviceId, DocumentId, LogId, PrincipalId};
use parcep_core::log::{Entry, EntryBody, Follower};
use parcep_core::reason::Reason;
use std::collections::BTreeSet;

/// Counts up: the same bytes in every run, and no block twice in one.
struct Counter(u64);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoRandomness> {
        for chunk in out.chunks_mut(32) {
            self.0 += 1;
            let block = sha256(&self.0.to_be_bytes());
            chunk.copy_from_slice(block.0.get(..chunk.len()).unwrap());
        }
        Ok(())
    }
}

#[test]
fn every_secret_of_every_generation_is_drawn_and_none_derived() {
    // R-EPOCH-001: each one is a block of the source, as it came.
    let children = [1u8, 2].map(|n| PrincipalId::from_bytes([n; 16]));
    let drawn: BTreeSet<[u8; 32]> = (1u64..=6).map(|n| sha256(&n.to_be_bytes()).0).collect();
    let mut random = Counter(0);
    let mut seen = BTreeSet::new();
    for number in 1..=2 {
        let renewal = Renewal::draw(number, children.map(|id| (id, number)), &mut random).unwrap();
        for (_, secret) in renewal.keyring().iter() {
            seen.insert(*secret.expose());
        }
    }
    assert_eq!(seen, drawn, "two generations of three secrets");
}

#[test]
fn whatever_is_sealed_has_a_salt_that_was_drawn_for_it_alone() {
    // R-DOC-023: the first 32 bytes of header blob and section are blocks of the source, each once, also in a retry.
    let mut random = Counter(0);
    let renewal = Renewal::draw(1, [], &mut random).unwrap();
    let drawn: BTreeSet<[u8; 32]> = (2u64..400).map(|n| sha256(&n.to_be_bytes()).0).collect();
    let draft = draft(b"rules".to_vec());
    let mut salts = Vec::new();
    for _ in 0..2 {
        let log_id = LogId::from_bytes([3; 32]);
        let keyring = &renewal.keyring();
        let sealed = SealedBody::seal(log_id, draft.clone(), &[], keyring, &mut random).unwrap();
        for seq in [1, 2] {
            let entry = placed(&sealed, seq, keyring, &mut random);
            salts.push(entry.header.get(..32).unwrap().to_vec());
            if seq == 1 {
                let body = body_of(&entry);
                salts.push(body.get(8..40).unwrap().to_vec());
            }
        }
    }
    let different: BTreeSet<&[u8]> = salts.iter().map(Vec::as_slice).collect();
    assert_eq!((salts.len(), different.len()), (6, 6));
    assert!(
        different
            .iter()
            .all(|salt| drawn.iter().any(|block| block == salt))
    );
}

#[test]
fn sizes_are_those_of_buckets_whatever_is_inside() {
    // R-DOC-013: header blob, plaintext of a section, body blob.
    let mut random = Counter(0);
    let keyring = Renewal::draw(1, [], &mut random).unwrap().keyring();
    for length in [1, 219, 220, 221, 475, 476, 477, 5_000, 40_000] {
        let log_id = LogId::from_bytes([3; 32]);
        let draft = draft(vec![1; length]);
        let sealed = SealedBody::seal(log_id, draft, &[], &keyring, &mut random).unwrap();
        let entry = placed(&sealed, 1, &keyring, &mut random);
        assert_eq!(entry.header.len() % 1024, 0, "{length}");
        let body = body_of(&entry);
        assert!(
            body.len() >= 1024 && body.len().is_power_of_two(),
            "{length}"
        );
        let opened = open_header(&entry, log_id, keyring.household(1)).unwrap();
        let author = SigningKey::from_seed([7; 32]).unwrap().public();
        let verified = opened.verify(&author, &entry, log_id).unwrap();
        let row = verified.header().section(SectionKind::Constitution);
        // Salt, plaintext, tag.
        let plaintext = usize::try_from(row.unwrap().length).unwrap() - 32 - 16;
        assert_eq!(plaintext % 256, 0, "{length}");
        assert_eq!(
            plaintext,
            (32 + 4 + length).next_multiple_of(256),
            "{length}"
        );
    }
}

fn draft(content: Vec<u8>) -> Draft {
    Draft {
        payload_type: PayloadType::Constitution,
        document_id: DocumentId::from_bytes([2; 16]),
        base: None,
        dependant: None,
        slot: bytes::Bytes::new(),
        sections: vec![(SectionKind::Constitution, content)],
        issued_at: 0,
    }
}

fn placed(sealed: &SealedBody, seq: u64, keyring: &Keyring, random: &mut Counter) -> Entry {
    let key = SigningKey::from_seed([7; 32]).unwrap();
    let author = Author {
        device: DeviceId::from_bytes([1; 16]),
        key: &key,
    };
    let place = Place {
        relay_epoch: 1,
        seq,
        prev: sha256(b"before"),
    };
    sealed.at(place, author, keyring, random).unwrap()
}

fn body_of(entry: &Entry) -> &[u8] {
    match &entry.body {
        EntryBody::Kept(body) => body,
        EntryBody::Pruned(_) => panic!("a new entry has its body"),
    }
}

#[test]
fn a_relay_that_knows_less_than_it_did_is_named() {
    // R-LOG-005
    let mut follower = Follower::new();
    let (one, two) = (sha256(b"1"), sha256(b"2"));
    follower.advance(one);
    follower.advance(two);
    let refusal = |next_seq, head: Hash| {
        let checked = follower.check_status(next_seq, head);
        checked.err().map(|error| error.reason())
    };
    assert_eq!(refusal(1, one), Some(Reason::Rollback));
    assert_eq!(refusal(0, Hash::ZERO), Some(Reason::Rollback));
    assert_eq!(refusal(2, one), Some(Reason::Fork));
    assert_eq!(refusal(2, two), None);
    assert_eq!(refusal(3, one), None, "more than we know is not less");
}

fn signal(told: Coarse) -> AgeSignal {
    AgeSignal {
        method: AgeMethod::GuardianDeclared,
        declarant_check: DeclarantCheck::None,
        assurance: AgeAssurance::Asserted,
        not_after: 86_400,
        ..AgeSignal::new(told, "a", AgePurpose::AccessGate)
    }
}

#[test]
fn ages_within_one_cell_give_the_same_signal_byte_for_byte() {
    // R-AGE-010: nothing but the cell is told, so nothing finer can be computed.
    let key = SigningKey::from_seed([1; 32]).unwrap();
    let cuts = Cuts::new(vec![13, 16, 18]).unwrap();
    let told = |years: u32| {
        let known = AgeInterval::new(years, Some(years + 1)).unwrap();
        let coarse = coarsen(known, &cuts);
        age::issue(&signal(coarse), &key).unwrap()
    };
    let cells: BTreeSet<_> = (0..100).map(told).collect();
    assert_eq!(cells.len(), 4, "as many signals as cells");
    assert_eq!(told(0), told(12));
    assert_ne!(told(12), told(13));
}

#[test]
fn how_an_adult_was_checked_never_changes_how_an_age_is_known() {
    // R-AGE-011
    let key = SigningKey::from_seed([1; 32]).unwrap();
    let issuers = [key.public()];
    let expected = Expectation {
        issuers: age::Trusted::Keys(&issuers),
        audience: "a",
        purpose: AgePurpose::AccessGate,
        nonce: None,
        now: 1,
    };
    let cuts = Cuts::new(vec![13, 16, 18]).unwrap();
    for check in [
        DeclarantCheck::None,
        DeclarantCheck::Payment,
        DeclarantCheck::GovId,
    ] {
        let said = AgeSignal {
            declarant_check: check,
            ..signal(coarsen(AgeInterval::new(13, Some(16)).unwrap(), &cuts))
        };
        let read = age::verify(&age::issue(&said, &key).unwrap(), expected).unwrap();
        assert_eq!(read.declarant_check, check);
        assert_eq!(read.method, AgeMethod::GuardianDeclared);
        assert_eq!(read.assurance, AgeAssurance::Asserted);
    }
}

#[test]
fn messages_that_everybody_opens_have_no_room_for_names_or_behaviour() {
    // R-MEM-008: text in membership is the address of a relay and names of capabilities.
    let allowed = [
        "RelayRef.uri",
        "EnforcementPoint.capabilities",
        // Sealed under the dependant secret, in the identity section.
        "IdentitySection.dependant_name",
        "PrincipalName.name",
    ];
    assert_eq!(
        text_fields("membership.proto"),
        allowed.map(String::from).into()
    );
    // R-REG-010: a report names rules and versions, and nothing that happened.
    let allowed = [
        "AppliedReport.zone_database",
        "RuleStatus.rule_id",
        "RuleStatus.reason",
    ];
    assert_eq!(
        text_fields("register.proto"),
        allowed.map(String::from).into()
    );
    // R-AGE-010: the only texts about an age are who may use it and which law is meant.
    let allowed = [
        "AgeSignal.audience",
        "AgeSignal.jurisdiction",
        "AgeSignalRequest.audience",
        "AgeSignalRequest.jurisdiction",
    ];
    assert_eq!(
        text_fields("age_signal.proto"),
        allowed.map(String::from).into()
    );
    let allowed = [
        "AgePresentation.audience",
        "RevokedAgeHandlesRequest.audience",
    ];
    assert_eq!(
        text_fields("age_token.proto"),
        allowed.map(String::from).into()
    );
}

/// `Message.field` of every field of type string.
fn text_fields(file: &str) -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proto/parcep/v1alpha1");
    let proto = std::fs::read_to_string(format!("{folder}/{file}")).unwrap();
    let mut message = "";
    let mut found = BTreeSet::new();
    for line in proto.lines().map(str::trim) {
        let words: Vec<_> = line.split_whitespace().collect();
        match words.as_slice() {
            ["message", name, ..] => message = name,
            ["string", field, "=", ..] | [_, "string", field, "=", ..] => {
                found.insert(format!("{message}.{field}"));
            }
            _ => {}
        }
    }
    found
}
