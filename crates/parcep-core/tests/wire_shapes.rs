//! What no reader takes: ids, hashes and keys of another length, values that are not known where
//! knowing them matters, and texts beyond their bounds.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use parcep_core::age::{self, Expectation};
use parcep_core::constitution::{EnforcementPoint, PrincipalDevices};
use parcep_core::crypto::{SealingKey, SigningKey, sha256};
use parcep_core::document::Header;
use parcep_core::joining::{Anchor, JoinRequest};
use parcep_core::policy::{LayerAuthor, Override, PolicyLayer};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message;

fn signing() -> SigningKey {
    SigningKey::from_seed([7; 32]).unwrap()
}

fn header() -> pb::Header {
    pb::Header {
        log_id: vec![1; 32],
        relay_epoch: 1,
        seq: 4,
        prev: vec![2; 32],
        payload_type: pb::PayloadType::Identity.into(),
        document_id: vec![3; 16],
        base: Some(vec![4; 16]),
        author_device: vec![5; 16],
        dependant: Some(vec![6; 16]),
        generations: vec![pb::GenerationUse {
            dependant: None,
            generation: 1,
        }],
        body_hash: vec![8; 32],
        sections: vec![pb::SectionEntry {
            kind: pb::SectionKind::Identity.into(),
            offset: 8,
            length: 300,
            commitment: vec![9; 32],
        }],
        min_reader: 1,
        ..pb::Header::default()
    }
}

#[test]
fn ids_and_hashes_of_a_header_have_their_exact_length() {
    // R-WIRE-007
    Header::try_from(header()).unwrap();
    let changes: [fn(&mut pb::Header); 12] = [
        |h| h.relay_epoch = 0,
        |h| h.min_reader = 0,
        |h| h.generations.iter_mut().for_each(|row| row.generation = 0),
        |h| h.log_id.truncate(31),
        |h| h.prev.push(0),
        |h| h.document_id.clear(),
        |h| h.base = Some(Vec::new()),
        |h| h.author_device.push(0),
        |h| h.dependant = Some(vec![6; 15]),
        |h| h.body_hash.truncate(20),
        |h| h.sections.iter_mut().for_each(|row| row.commitment.clear()),
        |h| h.wraps_hash = Some(vec![1; 33]),
    ];
    for (n, change) in changes.iter().enumerate() {
        let mut changed = header();
        change(&mut changed);
        let refused = Header::try_from(changed).unwrap_err();
        assert_eq!(refused.reason(), Reason::Malformed, "change {n}");
    }
}

#[test]
fn an_anchor_without_a_part_of_it_is_none() {
    // R-WIRE-007
    let anchor = pb::Anchor {
        log_id: vec![1; 32],
        genesis_hash: vec![2; 32],
        handle: vec![3; 16],
        relays: Vec::new(),
    };
    Anchor::parse(&anchor.encode_to_vec()).unwrap();
    let changes: [fn(&mut pb::Anchor); 3] = [
        |a| a.log_id.clear(),
        |a| a.genesis_hash.push(0),
        |a| a.handle.truncate(15),
    ];
    for change in changes {
        let mut changed = anchor.clone();
        change(&mut changed);
        let refused = Anchor::parse(&changed.encode_to_vec()).unwrap_err();
        assert_eq!(refused.reason(), Reason::Malformed);
    }
}

fn devices(role: i32) -> Vec<u8> {
    let device = pb::Device {
        device_id: vec![1; 16],
        signing_key: signing().public().as_bytes().to_vec(),
        sealing_key: SealingKey::from_seed([8; 32]).public().as_bytes().to_vec(),
        role,
    };
    let devices = pb::PrincipalDevices {
        principal_id: vec![2; 16],
        devices: vec![device],
    };
    devices.encode_to_vec()
}

fn enforcement_point(category: i32) -> Vec<u8> {
    let point = pb::EnforcementPoint {
        device_id: vec![1; 16],
        signing_key: signing().public().as_bytes().to_vec(),
        sealing_key: SealingKey::from_seed([8; 32]).public().as_bytes().to_vec(),
        category,
        dependants: vec![vec![2; 16]],
        ..pb::EnforcementPoint::default()
    };
    point.encode_to_vec()
}

#[test]
fn roles_and_categories_that_nobody_knows_have_no_effect() {
    // R-MEM-013, and R-WIRE-005 for the zero.
    PrincipalDevices::parse(&devices(pb::DeviceRole::Active.into())).unwrap();
    EnforcementPoint::parse(&enforcement_point(pb::PepCategory::Tv.into())).unwrap();
    for unknown in [0, 9, 0xE000, -1] {
        assert!(PrincipalDevices::parse(&devices(unknown)).is_err());
        assert!(EnforcementPoint::parse(&enforcement_point(unknown)).is_err());
    }
}

/// A request as a device signs it, whatever it says.
fn join(category: i32, capabilities: &[&str]) -> Vec<u8> {
    let key = signing();
    let mut file = pb::JoinRequest {
        device_id: vec![1; 16],
        signing_key: key.public().as_bytes().to_vec(),
        sealing_key: SealingKey::from_seed([8; 32]).public().as_bytes().to_vec(),
        access_key: SigningKey::from_seed([9; 32])
            .unwrap()
            .public()
            .as_bytes()
            .to_vec(),
        what: Some(pb::join_request::What::Category(category)),
        capabilities: capabilities.iter().map(ToString::to_string).collect(),
        signature: Vec::new(),
    };
    let number = u64::try_from(category).unwrap().to_be_bytes();
    let parts: [&[u8]; 8] = [
        b"parcep/v1alpha1/join",
        &file.device_id,
        &file.signing_key,
        &file.sealing_key,
        &file.access_key,
        &number,
        &[0; 8],
        &capabilities.join("\n").into_bytes(),
    ];
    let framed = parts.map(|part| {
        let length = u32::try_from(part.len()).unwrap().to_be_bytes();
        [&length, part].concat()
    });
    file.signature = sign(&framed.concat());
    file.encode_to_vec()
}

/// Ed25519 over bytes as they are, past the transcripts that the library would make.
fn sign(bytes: &[u8]) -> Vec<u8> {
    let key = ring::signature::Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    key.sign(bytes).as_ref().to_vec()
}

#[test]
fn a_join_request_says_its_category_and_its_capabilities_in_one_way_only() {
    // R-JOIN-002, R-MEM-013: joined by line feeds, one name of two lines would be signed like two names.
    let tv = i32::from(pb::PepCategory::Tv);
    JoinRequest::verify(&join(tv, &["schedule", "budget"])).unwrap();
    JoinRequest::verify(&join(tv, &[])).unwrap();
    for request in [
        join(tv, &["schedule\nbudget"]),
        join(tv, &[""]),
        join(tv, &["schedule", ""]),
        join(99, &["schedule"]),
        join(0, &["schedule"]),
    ] {
        let refused = JoinRequest::verify(&request).unwrap_err();
        assert_eq!(refused.reason(), Reason::Malformed);
    }
}

fn age_signal(change: fn(&mut pb::AgeSignal)) -> Vec<u8> {
    let mut signal = pb::AgeSignal {
        lower_inclusive: Some(13),
        upper_exclusive: Some(16),
        exact_cell: true,
        method: pb::AgeMethod::Verified.into(),
        audience: "a".into(),
        purpose: pb::AgePurpose::AccessGate.into(),
        not_after: 86_400,
        token_id: vec![1; 16],
        ..pb::AgeSignal::default()
    };
    change(&mut signal);
    let signal = signal.encode_to_vec();
    let parts: [&[u8]; 2] = [b"parcep/v1alpha1/age-signal", &signal];
    let framed = parts.map(|part| {
        let length = u32::try_from(part.len()).unwrap().to_be_bytes();
        [&length, part].concat()
    });
    let signed = pb::SignedAgeSignal {
        issuer_key_id: sha256(signing().public().as_bytes()).0.to_vec(),
        signature: sign(&framed.concat()),
        signal,
    };
    signed.encode_to_vec()
}

#[test]
fn an_age_signal_with_an_unknown_method_or_purpose_is_refused_and_other_unknowns_say_nothing() {
    // R-AGE-012
    let issuers = [signing().public()];
    let expected = Expectation {
        issuers: age::Trusted::Keys(&issuers),
        audience: "a",
        purpose: age::AgePurpose::AccessGate,
        nonce: None,
        now: 1,
    };
    let verify = |change| age::verify(&age_signal(change), expected);
    verify(|_| {}).unwrap();
    for refused in [
        verify(|s| s.method = 8),
        verify(|s| s.purpose = 5),
        verify(|s| s.method = 0),
        verify(|s| s.purpose = 0),
        // R-WIRE-007
        verify(|s| s.token_id.truncate(15)),
    ] {
        assert_eq!(refused.unwrap_err().reason(), Reason::Malformed);
    }
    let read = verify(|s| {
        s.declarant_check = 9;
        s.assurance = 9;
    });
    let read = read.unwrap();
    assert_eq!(read.declarant_check, age::DeclarantCheck::NotTold);
    assert_eq!(read.assurance, age::AgeAssurance::NotTold);
}

#[test]
fn texts_of_a_rule_beyond_their_bounds_refuse_the_section() {
    // R-POL-007
    let section = |change: &dyn Fn(&mut pb::AppRule)| {
        let mut rule = pb::AppRule {
            id: "r".into(),
            target: Some(pb::app_rule::Target::Publisher("P".repeat(256))),
            reason: Some("r".repeat(512)),
            display_name: Some("d".repeat(256)),
            ..pb::AppRule::default()
        };
        change(&mut rule);
        let section = pb::AppSection {
            rules: vec![rule],
            ..pb::AppSection::default()
        };
        PolicyLayer::empty(LayerAuthor::guardian("g").unwrap())
            .read_section(pb::SectionKind::App, &section.encode_to_vec())
    };
    section(&|_| {}).unwrap();
    assert!(section(&|rule| rule.reason = Some("r".repeat(513))).is_err());
    assert!(section(&|rule| rule.display_name = Some("d".repeat(257))).is_err());
    let publisher = |name: String| Some(pb::app_rule::Target::Publisher(name));
    assert!(section(&|rule| rule.target = publisher(String::new())).is_err());
    assert!(section(&|rule| rule.target = publisher("P".repeat(257))).is_err());

    let lock = |length: usize| {
        let reason = Some("r".repeat(length));
        let act = pb::Override {
            id: "l".into(),
            act: Some(pb::r#override::Act::LockNow(pb::LockNow { reason })),
            ..pb::Override::default()
        };
        Override::from_bytes(&act.encode_to_vec(), LayerAuthor::guardian("g").unwrap(), 1)
    };
    lock(512).unwrap();
    assert!(lock(513).is_err());
}

#[test]
fn every_reader_parses_the_same() {
    // R-WIRE-008. Field 7 of an enforcement point's message is a number, field 6 a text.
    let parse = |bytes: &[u8]| pb::EnforcementPoint::decode(bytes);
    let refused: [(&str, &[u8]); 4] = [
        ("text that is not UTF-8", b"\x32\x01\xff"),
        ("a number where a text belongs", b"\x30\x01"),
        ("a message that ends inside a field", b"\x32\x05ab"),
        ("field number 0", b"\x02\x00"),
    ];
    for (what, bytes) in refused {
        assert!(parse(bytes).is_err(), "{what}");
    }
    let twice = parse(b"\x20\x01\x20\x02").unwrap();
    assert_eq!(twice.category, 2);
    let unknown = parse(b"\xfa\x3e\x01x\x20\x03\xfb\x3e\x08\x01\xfc\x3e").unwrap();
    assert_eq!(unknown.category, 3);
    // 2^32 + 1 in a field of 32 bits.
    let wide = pb::GenerationUse::decode(&b"\x10\x81\x80\x80\x80\x10"[..]).unwrap();
    assert_eq!(wide.generation, 1);
    let merged = pb::Dependant::decode(&b"\x12\x02\x08\x05\x12\x02\x10\x06"[..]).unwrap();
    let month = merged.release_on.unwrap();
    assert_eq!((month.year, month.month), (5, 6));
    let last = pb::JoinRequest::decode(&b"\x28\x01\x30\x01"[..]).unwrap();
    assert_eq!(last.what, Some(pb::join_request::What::Role(1)));
}

#[test]
fn a_set_of_secrets_names_each_secret_of_the_tree_once() {
    // R-EPOCH-015
    use parcep_core::epoch::Keyring;
    let secret = |dependant: Option<u8>, kind: Option<i32>, value: u8| pb::Secret {
        dependant_id: dependant.map(|id| vec![id; 16]),
        generation: 1,
        kind,
        value: vec![value; 32],
    };
    let read = |secrets| Keyring::try_from(pb::SecretSet { secrets });
    let good = vec![
        secret(None, None, 1),
        secret(Some(5), None, 2),
        secret(Some(6), Some(2), 3),
        secret(Some(6), Some(17), 4),
    ];
    assert_eq!(read(good.clone()).unwrap().len(), 4);
    for (what, more) in [
        ("two of one name", secret(Some(6), Some(17), 9)),
        ("the household's with a kind", secret(None, Some(17), 9)),
        ("the header's kind", secret(Some(6), Some(1), 9)),
        ("a membership kind", secret(Some(6), Some(6), 9)),
        ("a kind that nobody knows", secret(Some(6), Some(99), 9)),
    ] {
        let set = good.iter().cloned().chain([more]).collect();
        assert!(read(set).is_err(), "{what}");
    }
    let mut nought = secret(Some(7), None, 1);
    nought.generation = 0;
    assert!(read(vec![nought]).is_err(), "R-WIRE-007");
    // R-WIRE-006: a Welcome has room for the years.
    let many = |n: u32| {
        let of = |generation| pb::Secret {
            generation,
            ..secret(None, None, 1)
        };
        read((1..=n).map(of).collect())
    };
    assert!(many(4096).is_ok() && many(4097).is_err());
}

#[test]
fn a_join_request_that_cannot_be_met_is_malformed() {
    // R-JOIN-011
    use parcep_core::constitution::DeviceRole;
    use parcep_core::id::DeviceId;
    use parcep_core::joining::Joining;
    let sound = JoinRequest {
        device: DeviceId::from_bytes([1; 16]),
        signing: signing().public(),
        sealing: SealingKey::from_seed([2; 32]).public(),
        access: SigningKey::from_seed([3; 32]).unwrap().public(),
        what: Joining::Person(DeviceRole::Active),
        capabilities: vec![],
    };
    let verify = |request: &JoinRequest| JoinRequest::verify(&request.sign(&signing()));
    verify(&sound).unwrap();
    let one_key = JoinRequest {
        access: sound.signing,
        ..sound.clone()
    };
    let page = JoinRequest {
        what: Joining::Person(DeviceRole::Recovery),
        ..sound
    };
    for request in [one_key, page] {
        assert_eq!(verify(&request).unwrap_err().reason(), Reason::Malformed);
    }
}
