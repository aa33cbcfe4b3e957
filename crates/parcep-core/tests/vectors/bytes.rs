//! Areas transcript, keys, hash and sealed.

use crate::file::{Vector, run, shown};
use parcep_core::crypto::{
    CryptoError, Hash, MessageKey, SealingPublic, Secret, Transcript, VerifyingKey, hmac, label,
    open_wrap, sha256,
};
use parcep_core::document::{PayloadType, SectionKind, unframe};
use parcep_core::epoch::{Keyring, SecretId, register_name};
use parcep_core::household::live_root;
use parcep_core::id::{DeviceId, DocumentId, PrincipalId};
use parcep_core::log::Entry;
use parcep_core::reason::Reason;
use parcep_core::recovery::RecoverySecret;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use serde_json::{Value, json};

#[test]
fn transcripts_are_the_bytes_of_the_specification() {
    run("spec/vectors/v1alpha1/transcript", |vector| {
        let name = format!("parcep/v1alpha1/{}", vector.text("name"));
        let parts = vector.inputs["parts"].as_array().unwrap();
        let transcript = parts.iter().fold(Transcript::new(&name), |t, part| {
            if let Some(text) = part["text"].as_str() {
                return t.bytes(text.as_bytes());
            }
            match (part["number"].as_u64(), part["number"].as_i64()) {
                (Some(number), _) => t.number(number),
                (None, Some(seconds)) => t.seconds(seconds),
                _ => t.bytes(&parcep_core::hex::decode(part["bytes"].as_str().unwrap()).unwrap()),
            }
        });
        Ok(json!({ "transcript": shown(transcript.as_bytes()) }))
    });
}

#[test]
fn keys_and_signatures_are_accepted_and_refused_alike() {
    run("spec/vectors/v1alpha1/keys", |vector| {
        if vector.has("algorithm") {
            let key = vector.bytes("public_key");
            let checked = match vector.text("algorithm") {
                "ed25519" => VerifyingKey::try_from(key.as_slice()).map(|_| ()),
                "x25519" => SealingPublic::try_from(key.as_slice()).map(|_| ()),
                other => panic!("{other}"),
            };
            return checked.map(|()| json!({})).map_err(CryptoError::reason);
        }
        if vector.has("signature") {
            let text = Transcript::new(label::AGE_SIGNAL).bytes(&vector.bytes("signed"));
            let verified = vector
                .key("public_key")
                .verify(&text, &vector.bytes("signature"));
            return verified.map(|()| json!({})).map_err(CryptoError::reason);
        }
        if vector.has("recovery_secret") {
            return Ok(page(vector));
        }
        let key = vector.sealing_key("sealing_seed");
        let content = open_wrap(&key, &vector.bytes("info"), &vector.bytes("sealed"));
        let content = content.map_err(CryptoError::reason)?;
        Ok(json!({ "public_key": shown(key.public().as_bytes()), "content": shown(&*content) }))
    });
}

/// The keys of a printed page (R-CONS-018).
fn page(vector: &Vector) -> Value {
    let secret: [u8; 32] = vector.bytes("recovery_secret").try_into().unwrap();
    let keys = RecoverySecret::from_bytes(secret).keys(vector.id("log_id"));
    let keys = keys.unwrap();
    json!({
        "device": shown(keys.device.as_bytes()),
        "signing_key": shown(keys.signing.public().as_bytes()),
        "sealing_key": shown(keys.sealing.public().as_bytes()),
        "access_key": shown(keys.access.public().as_bytes()),
    })
}

#[test]
fn hashes_names_secrets_and_commitments_are_derived_alike() {
    run("spec/vectors/v1alpha1/hash", |vector| {
        Ok(json!({ "value": shown(computed(vector)) }))
    });
}

fn computed(vector: &Vector) -> Vec<u8> {
    match vector.text("compute") {
        "entry hash" => {
            let entry = pb::Entry::decode(vector.bytes("entry").as_slice()).unwrap();
            Entry::try_from(entry).unwrap().hash().0.to_vec()
        }
        "kind secret" => {
            let (keyring, whose, generation) = keyring_of(vector);
            let secret = keyring.section_secret(Some(whose), generation, kind(vector));
            secret.unwrap().expose().to_vec()
        }
        "writer secret" => {
            let (keyring, whose, generation) = keyring_of(vector);
            let secret = keyring.writer_secret(whose, generation, vector.id("device"));
            secret.unwrap().expose().to_vec()
        }
        "secret commitment" => {
            let transcript = Transcript::new(label::EPOCH)
                .bytes(&vector.bytes("dependant"))
                .number(vector.number("generation"))
                .number(vector.number("kind"));
            vector.secret("secret").mac(&transcript).0.to_vec()
        }
        "register name" => {
            let payload = i32::try_from(vector.number("payload_type")).unwrap();
            let payload = PayloadType::try_from(payload).unwrap();
            let device: DeviceId = vector.id("device");
            register_name(&vector.secret("secret"), payload, device)
                .0
                .to_vec()
        }
        "section commitment" => {
            let content = vector.bytes("content");
            section_commitment(vector, &vector.bytes("salt"), &content)
                .0
                .to_vec()
        }
        "key commitment" => {
            let key = message_key(&vector.secret("secret"), vector, &vector.bytes("salt"));
            key.commitment().to_vec()
        }
        "ciphertext" => {
            let key = message_key(&vector.secret("secret"), vector, &vector.bytes("salt"));
            let mut sealed = Vec::new();
            key.seal_into(&vector.bytes("content"), &mut sealed)
                .unwrap();
            sealed
        }
        "proposal hash" => {
            let transcript = Transcript::new(label::PROPOSAL)
                .bytes(&vector.bytes("log_id"))
                .number(vector.number("payload_type"))
                .bytes(&vector.bytes("base"))
                .bytes(&vector.bytes("content"));
            sha256(transcript.as_bytes()).0.to_vec()
        }
        "recovery key" => {
            let transcript = Transcript::new(label::RECOVERY)
                .bytes(&vector.bytes("log_id"))
                .number(vector.number("use"));
            let key = vector.secret("secret").derive(&transcript);
            key.expose().to_vec()
        }
        "live root" => live_root_of(&vector.inputs["live"]).0.to_vec(),
        other => panic!("{other}"),
    }
}

/// The core takes the rows in order of their ids, as a household keeps them.
fn live_root_of(rows: &Value) -> Hash {
    let bytes =
        |row: &Value, name: &str| parcep_core::hex::decode(row[name].as_str().unwrap()).unwrap();
    let mut rows: Vec<(DocumentId, Hash, u64)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let id = DocumentId::try_from(bytes(row, "document_id").as_slice()).unwrap();
            let header = Hash::try_from(bytes(row, "header_hash").as_slice()).unwrap();
            (id, header, row["seq"].as_u64().unwrap())
        })
        .collect();
    rows.sort_unstable();
    live_root(rows)
}

fn keyring_of(vector: &Vector) -> (Keyring, PrincipalId, u32) {
    let whose = PrincipalId::from_bytes([1; 16]);
    let generation = vector.small("generation");
    let mut keyring = Keyring::default();
    let id = SecretId {
        dependant: Some(whose),
        generation,
        kind: None,
    };
    keyring.insert(id, vector.secret("secret"));
    (keyring, whose, generation)
}

fn kind(vector: &Vector) -> SectionKind {
    SectionKind::try_from(i32::try_from(vector.number("kind")).unwrap()).unwrap()
}

fn message_key(secret: &Secret, vector: &Vector, salt: &[u8]) -> MessageKey {
    let context = Transcript::new(label::MESSAGE)
        .bytes(&vector.bytes("log_id"))
        .number(vector.number("kind"))
        .bytes(&vector.bytes("message_id"));
    MessageKey::new(secret, salt, context).unwrap()
}

fn section_commitment(vector: &Vector, salt: &[u8], content: &[u8]) -> Hash {
    let transcript = Transcript::new(label::SECTION)
        .number(vector.number("kind"))
        .bytes(content);
    hmac(salt, transcript.as_bytes())
}

/// The parts that seals are made of. Headers, sections and registers as a whole are read in the
/// areas document and register.
#[test]
fn seals_open_or_are_refused_alike() {
    run("spec/vectors/v1alpha1/sealed", |vector| {
        let content = if vector.has("blob") {
            blob(vector)
        } else {
            section(vector)
        };
        Ok(json!({ "content": shown(content?) }))
    });
}

fn blob(vector: &Vector) -> Result<Vec<u8>, Reason> {
    let blob = vector.bytes("blob");
    let (salt, rest) = blob.split_at_checked(32).ok_or(Reason::Malformed)?;
    let (commitment, ciphertext) = rest.split_at_checked(32).ok_or(Reason::Malformed)?;
    let key = message_key(&vector.secret("secret"), vector, salt);
    if !key.commits_to(commitment) {
        return Err(Reason::SealBroken);
    }
    let plain = key.open(ciphertext).map_err(CryptoError::reason)?;
    let content = unframe(&plain).map_err(|error| error.reason())?;
    Ok(content.to_vec())
}

fn section(vector: &Vector) -> Result<Vec<u8>, Reason> {
    let sealed = vector.bytes("section");
    let (salt, ciphertext) = sealed.split_at_checked(32).ok_or(Reason::Malformed)?;
    let key = message_key(&vector.secret("secret"), vector, salt);
    let plain = key.open(ciphertext).map_err(CryptoError::reason)?;
    let (salt, framed) = plain.split_at_checked(32).ok_or(Reason::Malformed)?;
    let content = unframe(framed).map_err(|error| error.reason())?;
    if section_commitment(vector, salt, content).as_bytes() != vector.bytes("commitment") {
        return Err(Reason::BadCommitment);
    }
    Ok(content.to_vec())
}
