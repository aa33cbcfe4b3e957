//! Areas document and epoch.

use crate::file::{Vector, run, shown};
use parcep_core::document::{DocumentError, SectionKind, Wraps, open_header};
use parcep_core::epoch::{EpochBody, EpochError, Keyring, SecretId, open_wraps};
use parcep_core::log::Entry;
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use serde_json::{Value, json};

#[test]
fn documents_are_read_in_order_and_refused_for_the_right_reason() {
    run("spec/vectors/v1alpha1/document", document);
}

fn document(vector: &Vector) -> Result<Value, Reason> {
    let entry = pb::Entry::decode(vector.bytes("entry").as_slice()).unwrap();
    let entry = Entry::try_from(entry).map_err(|error| error.reason())?;
    let keyring = keyring(vector);
    let reason = |error: DocumentError| error.reason();
    let log_id = vector.id("log_id");
    let opened =
        open_header(&entry, log_id, keyring.household(entry.generation)).map_err(reason)?;
    let verified = opened.verify(&vector.key("author_key"), &entry, log_id);
    let verified = verified.map_err(reason)?;
    let document = verified.with_body(&entry.body).map_err(reason)?;
    document.usable().map_err(reason)?;
    let mut told = json!({ "header_hash": shown(document.header_hash().as_bytes()) });
    if vector.has("section") {
        let kind = i32::try_from(vector.number("section")).unwrap();
        let kind = SectionKind::try_from(kind).unwrap();
        let content = document.section(kind, &keyring).map_err(reason)?;
        told["content"] = shown(&*content);
    }
    Ok(told)
}

fn keyring(vector: &Vector) -> Keyring {
    let id = |dependant, generation| SecretId {
        dependant,
        generation,
        kind: None,
    };
    let mut keyring = Keyring::default();
    let household = id(None, vector.small("household_generation"));
    keyring.insert(household, vector.secret("household_secret"));
    let dependant = id(
        Some(vector.id("dependant")),
        vector.small("dependant_generation"),
    );
    keyring.insert(dependant, vector.secret("dependant_secret"));
    keyring
}

#[test]
fn epochs_hand_out_what_they_commit_to_and_nothing_else_is_taken() {
    // R-DOC-011: the second vector is a console, with the kinds of its category.
    run("spec/vectors/v1alpha1/epoch", |vector| {
        if vector.has("wraps") {
            wraps(vector)
        } else {
            commitments(vector)
        }
    });
}

fn wraps(vector: &Vector) -> Result<Value, Reason> {
    let area = vector.bytes("wraps");
    let wraps = Wraps::of(&area).map_err(DocumentError::reason)?;
    let key = vector.sealing_key("sealing_seed");
    let opened = open_wraps(
        &wraps,
        &key,
        vector.id("log_id"),
        vector.small("generation"),
    );
    let keyring = opened.ok_or(Reason::CannotOpen)?;
    let mut told: Vec<_> = keyring
        .iter()
        .map(|(id, secret)| secret_row(id, secret.expose()))
        .collect();
    // The file has them in the order of the wrap, the keyring in its own.
    let expected = vector
        .expected
        .as_ref()
        .map(|e| e["secrets"].as_array().unwrap().clone());
    let place = |row: &Value| expected.iter().flatten().position(|other| other == row);
    told.sort_by_key(place);
    Ok(json!({ "secrets": told }))
}

fn secret_row(id: SecretId, value: &[u8]) -> Value {
    json!({
        "dependant": id.dependant.map(|whose| shown(whose.as_bytes())),
        "generation": id.generation,
        "kind": id.kind.map(i32::from),
        "value": shown(value),
    })
}

fn commitments(vector: &Vector) -> Result<Value, Reason> {
    let set = pb::SecretSet::decode(vector.bytes("secrets").as_slice()).unwrap();
    let keyring = Keyring::from_wrap(set).map_err(|_| Reason::Malformed)?;
    let body = EpochBody::parse(&vector.bytes("epoch_body")).map_err(EpochError::reason)?;
    body.check(&keyring).map_err(EpochError::reason)?;
    Ok(json!({}))
}
