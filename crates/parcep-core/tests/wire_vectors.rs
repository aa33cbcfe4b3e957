//! The vectors of `spec/vectors/wire`, which another language wrote from the specification alone.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use parcep_core::age::{self, AgeInterval, Cuts, Expectation, coarsen};
use parcep_core::crypto::{
    Hash, MessageKey, SealingKey, SealingPublic, Secret, Transcript, VerifyingKey, hmac, label,
};
use parcep_core::document::{PayloadType, SectionKind};
use parcep_core::epoch::{Keyring, SecretId, register_name};
use parcep_core::household::{self, Household, Outcome, live_root};
use parcep_core::id::{DeviceId, DocumentId, LogId, PrincipalId};
use parcep_core::joining::{self, JoinRequest};
use parcep_core::log::{Entry, Follower, Step};
use parcep_core::reason::{Reason, code};
use parcep_core::register::RegisterKey;
use parcep_core::{hex, session};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use serde_json::Value;

#[test]
fn transcripts_are_the_bytes_of_the_specification() {
    for row in rows(&vectors("transcripts"), "vectors") {
        let name = format!("parcep/v1alpha1/{}", text(row, "name"));
        let transcript =
            rows(row, "parts")
                .iter()
                .fold(Transcript::new(&name), |t, part| match part.get("number") {
                    Some(number) => match number.as_u64() {
                        Some(number) => t.number(number),
                        None => t.seconds(number.as_i64().unwrap()),
                    },
                    None => t.bytes(&bytes(part, "bytes")),
                });
        assert_eq!(transcript.as_bytes(), bytes(row, "transcript"), "{name}");
    }
}

#[test]
fn secrets_and_commitments_are_derived_alike() {
    for row in rows(&vectors("secrets"), "vectors") {
        let dependant = PrincipalId::try_from(bytes(row, "dependant").as_slice()).unwrap();
        let device = DeviceId::try_from(bytes(row, "device").as_slice()).unwrap();
        let generation = u32::try_from(number(row, "generation")).unwrap();
        let kind = SectionKind::try_from(i32::try_from(number(row, "kind")).unwrap()).unwrap();
        let above = secret(row, "secret");
        let mut keyring = Keyring::default();
        let id = SecretId {
            dependant: Some(dependant),
            generation,
            kind: None,
        };
        keyring.insert(id, above.clone());
        let below = keyring
            .section_secret(Some(dependant), generation, kind)
            .unwrap();
        assert_eq!(below.expose().as_slice(), bytes(row, "kind_secret"));
        let own = keyring
            .writer_secret(dependant, generation, device)
            .unwrap();
        assert_eq!(own.expose().as_slice(), bytes(row, "writer_secret"));
        let name = register_name(&above, PayloadType::Beat, device);
        assert_eq!(name.as_bytes(), bytes(row, "register_name"));

        let committed = |secret: &Secret, whose: &[u8], kind: u64| {
            let transcript = Transcript::new(label::EPOCH).bytes(whose);
            secret.mac(&transcript.number(generation.into()).number(kind))
        };
        let commitment = committed(&below, dependant.as_bytes(), number(row, "kind"));
        assert_eq!(commitment.as_bytes(), bytes(row, "commitment"));
        let household = committed(&above, &[], 0);
        assert_eq!(household.as_bytes(), bytes(row, "household_commitment"));
        seals_alike(row, &below);
    }
}

fn seals_alike(row: &Value, secret: &Secret) {
    let context = Transcript::new(label::MESSAGE)
        .bytes(&bytes(row, "log_id"))
        .number(number(row, "kind"))
        .bytes(&bytes(row, "message_id"));
    let (salt, content) = (bytes(row, "salt"), bytes(row, "content"));
    let key = MessageKey::new(secret, &salt, context).unwrap();
    assert!(key.commits_to(&bytes(row, "key_commitment")));
    let mut sealed = Vec::new();
    key.seal_into(&content, &mut sealed).unwrap();
    assert_eq!(sealed, bytes(row, "sealed"));
    let section = Transcript::new(label::SECTION)
        .number(number(row, "kind"))
        .bytes(&content);
    let commitment = hmac(&salt, section.as_bytes());
    assert_eq!(commitment.as_bytes(), bytes(row, "section_commitment"));
}

#[test]
fn keys_and_signatures_are_accepted_and_refused_alike() {
    let file = vectors("keys");
    for (field, accepted) in [("refused_ed25519", false), ("accepted_ed25519", true)] {
        for key in list(&file, field) {
            let got = VerifyingKey::try_from(key.as_slice()).is_ok();
            assert_eq!(got, accepted, "{}", hex::encode(&key));
        }
    }
    for (field, accepted) in [("refused_x25519", false), ("accepted_x25519", true)] {
        for key in list(&file, field) {
            let got = SealingPublic::try_from(key.as_slice()).is_ok();
            assert_eq!(got, accepted, "{}", hex::encode(&key));
        }
    }
    let signatures = &file["signatures"];
    let key = VerifyingKey::try_from(bytes(signatures, "key").as_slice()).unwrap();
    let signed = Transcript::new(label::AGE_SIGNAL).bytes(&bytes(signatures, "signed"));
    for row in rows(signatures, "vectors") {
        let accepted = key.verify(&signed, &bytes(row, "signature")).is_ok();
        assert_eq!(row["accepted"], accepted, "{}", text(row, "case"));
    }
}

#[test]
fn a_household_written_in_another_language_is_read_entry_by_entry() {
    let file = vectors("household");
    let (mut household, mut keyring, key) = joined(&file);
    let mut follower = Follower::new();
    for (seq, row) in rows(&file, "entries").iter().enumerate() {
        let case = text(row, "case");
        let entry = entry(&bytes(row, "entry")).unwrap();
        let Step::Next(hash) = follower.check(&entry).unwrap() else {
            unreachable!("every entry of the file is the next one");
        };
        assert_eq!(hash.as_bytes(), bytes(row, "hash"), "{case}");
        follower.advance(hash);
        if seq > 0 {
            let outcome = household.apply(&entry, &mut keyring, &key).unwrap();
            assert_outcome(&row["outcome"], &outcome, case);
        }
    }
    let last = &file["final"];
    assert_eq!(u64::from(household.epoch()), number(last, "epoch"));
    // R-EPOCH-005: what was handed out and not committed to was not taken.
    let newest = keyring.newest_household().map(u64::from);
    assert_eq!(newest, Some(number(last, "newest_secret")));
    let live = household
        .live()
        .map(|l| (l.id(), l.document.header_hash(), l.seq));
    assert_eq!(live_root(live).as_bytes(), bytes(last, "live_root"));
    let id = DocumentId::try_from(bytes(last, "identity").as_slice()).unwrap();
    let document = &household.live_document(id).unwrap().document;
    let names = document.section(SectionKind::Identity, &keyring).unwrap();
    let names = pb::IdentitySection::decode(names.as_slice()).unwrap();
    assert_eq!(names.dependant_name, text(last, "name"));
    breaks_only_itself(&file["broken_layer"], &household, &keyring);
}

/// R-DOC-014: what is broken is named, and the rest is read.
fn breaks_only_itself(layer: &Value, household: &Household, keyring: &Keyring) {
    let id = DocumentId::try_from(bytes(layer, "document").as_slice()).unwrap();
    let document = &household.live_document(id).unwrap().document;
    let each = |field: &str| layer[field].as_object().unwrap().clone();
    let kind = |number: &str| SectionKind::try_from(number.parse::<i32>().unwrap()).unwrap();
    for (number, content) in each("opens") {
        let opened = document.section(kind(&number), keyring).unwrap();
        assert_eq!(hex::encode(&opened), content, "section {number}");
    }
    for (number, reason) in each("refused") {
        let refused = document.section(kind(&number), keyring).err();
        let refused = refused.map(|error| code(error.reason()));
        assert_eq!(refused, reason.as_str(), "section {number}");
    }
}

#[test]
fn an_enforcement_point_gets_the_kinds_of_its_category_from_its_wrap_and_no_other() {
    // R-DOC-011, R-EPOCH-003
    let file = vectors("household");
    let point = &file["enforcement_point"];
    let dependant = PrincipalId::try_from(bytes(&file, "dependant").as_slice()).unwrap();
    let (mut household, mut reader, founder) = joined(&file);
    let console = sealing_key(point, "sealing_seed");
    for row in rows(&file, "entries").iter().skip(1) {
        let entry = entry(&bytes(row, "entry")).unwrap();
        let before = household.clone();
        let mut own = reader.clone();
        household.apply(&entry, &mut reader, &founder).unwrap();
        if household.epoch() == before.epoch() {
            continue;
        }
        let served = before.clone().apply(&entry, &mut own, &console);
        assert!(matches!(served, Ok(Outcome::Effect(_))), "{served:?}");
        for kind in kinds(point, "opens") {
            let held = own.section_secret(Some(dependant), 2, kind);
            assert!(held.is_some(), "{kind:?}");
        }
        for kind in kinds(point, "cannot_open") {
            let held = own.section_secret(Some(dependant), 2, kind);
            assert!(held.is_none(), "{kind:?}");
        }
        assert!(own.secret(Some(dependant), 2).is_none(), "a whole secret");
        return;
    }
    unreachable!("the file has an epoch");
}

#[test]
fn what_a_faulty_relay_serves_is_named() {
    let file = vectors("household");
    let genesis = entry(&bytes(&rows(&file, "entries")[0], "entry")).unwrap();
    for row in rows(&file, "damaged") {
        let (mut household, mut keyring, key) = joined(&file);
        let mut follower = Follower::new();
        follower.advance(genesis.hash());
        let got = match entry(&bytes(row, "entry")) {
            Err(reason) => format!("{{\"shape\":\"{reason}\"}}"),
            Ok(entry) => match follower.check(&entry) {
                Err(error) => format!("{{\"chain\":\"{}\"}}", code(error.reason())),
                Ok(_) => match household.apply(&entry, &mut keyring, &key) {
                    Err(stop) => format!("{{\"stop\":\"{}\"}}", code(stop.0.reason())),
                    Ok(Outcome::Unopened) => "\"unopened\"".into(),
                    Ok(other) => format!("{other:?}"),
                },
            },
        };
        assert_eq!(got, row["outcome"].to_string(), "{}", text(row, "case"));
    }
}

#[test]
fn registers_open_for_their_name_version_and_writer_only() {
    let file = vectors("registers");
    let register = RegisterKey {
        log_id: LogId::try_from(bytes(&file, "log_id").as_slice()).unwrap(),
        payload_type: PayloadType::Beat,
        writer: DeviceId::try_from(bytes(&file, "device").as_slice()).unwrap(),
        secret: secret(&file, "secret"),
    };
    assert_eq!(register.name().as_bytes(), bytes(&file, "name"));
    let key = VerifyingKey::try_from(bytes(&file, "signing_key").as_slice()).unwrap();
    for row in rows(&file, "vectors") {
        let served = pb::Register {
            name: bytes(&file, "name"),
            version: number(row, "version"),
            value: bytes(row, "value"),
            expires_at: None,
        };
        let opened = register.open(&served, &key);
        assert_refused(row, opened.as_ref().err().map(|error| error.reason()));
        if let Ok(opened) = opened {
            assert_eq!(opened.payload, bytes(&file, "payload"));
            assert_eq!(opened.version, number(row, "version"));
        }
    }
}

#[test]
fn join_files_of_another_language_are_read_and_refused_alike() {
    let file = vectors("joining");
    for row in rows(&file, "requests") {
        let read = JoinRequest::verify(&bytes(row, "request"));
        assert_refused(row, read.err().map(joining::JoinError::reason));
    }
    let device = DeviceId::try_from(bytes(&file, "device").as_slice()).unwrap();
    let own = sealing_key(&file, "sealing_seed");
    let other = sealing_key(&file, "other_seed");
    for row in rows(&file, "answers") {
        let answer = bytes(row, "answer");
        let read = joining::accept(&answer, device, &own);
        if let Ok((_, welcome)) = &read {
            assert_eq!(welcome.head.as_bytes(), bytes(&file, "head"));
            assert!(welcome.secrets.household(1).is_some());
        }
        assert_refused(row, read.err().map(joining::JoinError::reason));
        assert!(joining::accept(&answer, device, &other).is_err());
    }
}

#[test]
fn age_signals_are_verified_and_coarsened_alike() {
    let file = vectors("age-signals");
    let issuers = [VerifyingKey::try_from(bytes(&file, "issuer").as_slice()).unwrap()];
    let nonce = bytes(&file, "nonce");
    let expected = Expectation {
        issuers: &issuers,
        audience: text(&file, "audience"),
        nonce: Some(&nonce),
        now: file["now"].as_i64().unwrap(),
    };
    for row in rows(&file, "vectors") {
        let read = age::verify(&bytes(row, "signal"), expected);
        assert_refused(row, read.err().map(age::AgeError::reason));
    }
    for row in rows(&file, "coarsening") {
        let known = ages(&row[0]);
        let known = AgeInterval::new(known[0], known.get(1).copied()).unwrap();
        let told = coarsen(known, &Cuts::new(ages(&row[1])).unwrap());
        let bounds = [Some(told.interval.lower()), told.interval.upper()];
        let bounds: Vec<_> = bounds.into_iter().flatten().collect();
        assert_eq!(bounds, ages(&row[2]), "{row}");
        assert_eq!(row[3], told.exact_cell, "{row}");
    }
    for cuts in rows(&file, "refused_cut_points") {
        assert!(Cuts::new(ages(cuts)).is_err(), "{cuts}");
    }
}

#[test]
fn sessions_and_bookmarks_are_signed_alike() {
    let file = vectors("sessions");
    let key = VerifyingKey::try_from(bytes(&file, "key").as_slice()).unwrap();
    let handle = bytes(&file, "handle");
    let challenge = session::challenge(
        &bytes(&file, "relay_id"),
        &handle,
        &bytes(&file, "nonce"),
        file["expires_at"].as_i64().unwrap(),
    );
    let signature = bytes(&file, "session_signature");
    assert_eq!(key.verify(&challenge, &signature), Ok(()));
    let head = Hash::try_from(bytes(&file, "head").as_slice()).unwrap();
    let time = file["time"].as_i64().unwrap();
    let bookmark = session::bookmark(&handle, 1, number(&file, "seq"), &head, time);
    let signature = bytes(&file, "bookmark_signature");
    assert_eq!(key.verify(&bookmark, &signature), Ok(()));
}

/// The household after its genesis, read from the anchor and the founder's wrap.
fn joined(file: &Value) -> (Household, Keyring, SealingKey) {
    let key = sealing_key(&file["reader"], "sealing_seed");
    let log_id = LogId::try_from(bytes(file, "log_id").as_slice()).unwrap();
    let anchor = Hash::try_from(bytes(file, "genesis_hash").as_slice()).unwrap();
    let genesis = entry(&bytes(&rows(file, "entries")[0], "entry")).unwrap();
    let mut keyring = Keyring::default();
    let elsewhere = household::join(&genesis, log_id, Hash::ZERO, &key, &mut keyring);
    assert_eq!(
        elsewhere.err().map(|error| error.reason()),
        Some(Reason::WrongAnchor)
    );
    let household = household::join(&genesis, log_id, anchor, &key, &mut keyring).unwrap();
    (household, keyring, key)
}

fn entry(bytes: &[u8]) -> Result<Entry, &'static str> {
    let entry = pb::Entry::decode(bytes).unwrap();
    Entry::try_from(entry).map_err(|error| code(error.reason()))
}

fn assert_outcome(expected: &Value, got: &Outcome, case: &str) {
    match (expected.as_str(), got) {
        (Some("effect"), Outcome::Effect(_)) | (Some("unopened"), Outcome::Unopened) => {}
        (None, Outcome::NoEffect(reason)) => match expected["no_effect"].as_str() {
            Some(wanted) => assert_eq!(code(*reason), wanted, "{case}"),
            // The specification leaves the reason open here.
            None => assert!(expected["no_effect"].is_null(), "{case}"),
        },
        _ => unreachable!("{case}: {got:?}, not {expected}"),
    }
}

fn assert_refused(row: &Value, got: Option<Reason>) {
    assert_eq!(
        got.map(code),
        row["refused"].as_str(),
        "{}",
        text(row, "case")
    );
}

fn vectors(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/vectors/wire");
    let text = std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn rows<'a>(value: &'a Value, field: &str) -> &'a Vec<Value> {
    let rows = value[field].as_array().unwrap();
    assert!(!rows.is_empty() || field == "parts", "`{field}` is empty");
    rows
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap()
}

fn number(value: &Value, field: &str) -> u64 {
    value[field].as_u64().unwrap()
}

fn ages(value: &Value) -> Vec<u32> {
    let all = value.as_array().unwrap().iter().filter_map(Value::as_u64);
    all.map(|n| u32::try_from(n).unwrap()).collect()
}

fn kinds(value: &Value, field: &str) -> Vec<SectionKind> {
    let numbers = rows(value, field).iter().map(|n| n.as_i64().unwrap());
    numbers
        .map(|n| SectionKind::try_from(i32::try_from(n).unwrap()).unwrap())
        .collect()
}

fn bytes(value: &Value, field: &str) -> Vec<u8> {
    hex::decode(text(value, field)).unwrap()
}

fn list(value: &Value, field: &str) -> Vec<Vec<u8>> {
    let all = rows(value, field).iter();
    all.map(|v| hex::decode(v.as_str().unwrap()).unwrap())
        .collect()
}

fn secret(value: &Value, field: &str) -> Secret {
    Secret::from_bytes(bytes(value, field).try_into().unwrap())
}

fn sealing_key(value: &Value, field: &str) -> SealingKey {
    SealingKey::from_seed(bytes(value, field).try_into().unwrap())
}
