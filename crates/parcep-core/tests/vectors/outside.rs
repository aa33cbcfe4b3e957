//! Areas register, joining, session and age.

use crate::file::{Vector, run, run_file, shown};
use parcep_core::age::{self, AgeError, AgeInterval, AgePurpose, Cuts, Expectation, coarsen};
use parcep_core::crypto::{Hash, VerifyingKey};
use parcep_core::document::{DocumentError, PayloadType};
use parcep_core::hex;
use parcep_core::joining::{self, JoinError, JoinRequest, Joining};
use parcep_core::reason::Reason;
use parcep_core::register::RegisterKey;
use parcep_core::session;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use serde_json::{Value, json};

#[test]
fn registers_open_for_their_name_version_and_writer_only() {
    run("spec/vectors/v1alpha1/register", |vector| {
        let payload_type = i32::try_from(vector.number("payload_type")).unwrap();
        let register = RegisterKey {
            dependant: None,
            log_id: vector.id("log_id"),
            payload_type: PayloadType::try_from(payload_type).unwrap(),
            writer: vector.id("writer"),
            secret: vector.secret("secret"),
        };
        let served = pb::Register {
            name: register.name().0.to_vec(),
            version: vector.number("version"),
            value: vector.bytes("value"),
            expires_at: None,
        };
        let opened = register.open(&served, &vector.key("writer_key"));
        let opened = opened.map_err(DocumentError::reason)?;
        Ok(json!({
            "name": shown(register.name().as_bytes()),
            "payload": shown(&opened.payload),
            "issued_at": opened.issued_at,
        }))
    });
}

#[test]
fn join_files_of_another_language_are_read_and_refused_alike() {
    run("spec/vectors/v1alpha1/joining", |vector| {
        if vector.has("request") {
            request(vector)
        } else {
            answer(vector)
        }
    });
}

fn request(vector: &Vector) -> Result<Value, Reason> {
    let request = JoinRequest::verify(&vector.bytes("request")).map_err(JoinError::reason)?;
    let (category, role) = match request.what {
        Joining::EnforcementPoint(category) => (i32::from(category), 0),
        Joining::Person(role) => (0, i32::from(role)),
    };
    Ok(json!({
        "device": shown(request.device.as_bytes()),
        "category": category,
        "role": role,
        "capabilities": request.capabilities,
    }))
}

fn answer(vector: &Vector) -> Result<Value, Reason> {
    let key = vector.sealing_key("sealing_seed");
    let read = joining::accept(&vector.bytes("answer"), vector.id("device"), &key);
    let (anchor, welcome) = read.map_err(JoinError::reason)?;
    Ok(json!({
        "log_id": shown(anchor.log_id.as_bytes()),
        "genesis_hash": shown(anchor.genesis.as_bytes()),
        "head_seq": welcome.head_seq,
        "head": shown(welcome.head.as_bytes()),
        "welcome": shown(pb::Welcome::from(&welcome).encode_to_vec()),
    }))
}

#[test]
fn sessions_and_bookmarks_are_signed_alike() {
    run("spec/vectors/v1alpha1/session", |vector| {
        let handle = vector.bytes("handle");
        let (text, reason) = if vector.has("nonce") {
            let (relay, nonce) = (vector.bytes("relay_id"), vector.bytes("nonce"));
            let expires_at = vector.seconds("expires_at");
            // R-RELAY-006: a relay says the same of every failed challenge.
            (
                session::challenge(&relay, &handle, &nonce, expires_at),
                Reason::BadChallenge,
            )
        } else {
            let head: Hash = vector.id("head");
            let (epoch, seq) = (vector.small("relay_epoch"), vector.number("seq"));
            let time = vector.seconds("time");
            (
                session::bookmark(&handle, epoch, seq, &head, time),
                Reason::BadSignature,
            )
        };
        let verified = vector
            .key("public_key")
            .verify(&text, &vector.bytes("signature"));
        verified.map(|()| json!({})).map_err(|_| reason)
    });
}

#[test]
fn age_signals_of_another_language_are_verified_alike() {
    let alone = |vector: &Vector| vector.id.as_str() < "age/100";
    run_file("spec/vectors/v1alpha1/age/signals.json", alone, |vector| {
        signal(vector).map_err(AgeError::reason)
    });
}

#[test]
fn ages_are_coarsened_alike() {
    let whole = |vector: &Vector| !vector.has("one_cell");
    run_file(
        "spec/vectors/v1alpha1/age/coarsening.json",
        whole,
        |vector| coarsened(vector).map_err(AgeError::reason),
    );
}

fn signal(vector: &Vector) -> Result<Value, AgeError> {
    let issuers = vector.inputs["issuers"].as_array().unwrap().iter();
    let issuers: Vec<_> = issuers
        .map(|key| hex::decode(key.as_str().unwrap()).unwrap())
        .map(|key| VerifyingKey::try_from(key.as_slice()).unwrap())
        .collect();
    let nonce = vector.inputs["nonce"]
        .as_str()
        .map(|nonce| hex::decode(nonce).unwrap());
    let expected = Expectation {
        issuers: age::Trusted::Keys(&issuers),
        audience: vector.text("audience"),
        purpose: i32::try_from(vector.number("purpose"))
            .ok()
            .and_then(AgePurpose::known)
            .unwrap(),
        nonce: nonce.as_deref(),
        now: vector.seconds("now"),
    };
    let read = age::verify(&vector.bytes("signal"), expected)?;
    Ok(json!({
        "lower": read.interval.lower(),
        "upper": read.interval.upper(),
        "exact_cell": read.exact_cell,
    }))
}

fn coarsened(vector: &Vector) -> Result<Value, AgeError> {
    let ages = |name: &str| -> Vec<u32> {
        let all = vector.inputs[name].as_array().unwrap().iter();
        all.filter_map(Value::as_u64)
            .map(|n| u32::try_from(n).unwrap())
            .collect()
    };
    let known = ages("known");
    let known = AgeInterval::new(known[0], known.get(1).copied())?;
    let told = coarsen(known, &Cuts::new(ages("cuts"))?);
    let bounds = json!([told.interval.lower(), told.interval.upper()]);
    Ok(json!({ "told": bounds, "exact_cell": told.exact_cell }))
}
