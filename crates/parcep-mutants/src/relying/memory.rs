//! What a faulty party notices of what it is told.

use parcep_core::age::TrustList;
use parcep_driver::{Judged, PartyAct, PartyActed};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

/// What it noticed.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// What its clock showed last.
    pub(crate) now: i64,
    /// Names of the issuers that it trusts.
    pub(crate) issuers: Vec<String>,
    /// The last nonce that it gave for each person.
    pub(crate) nonces: BTreeMap<String, Vec<u8>>,
    /// Persons of whom it took a claim.
    pub(crate) taken: BTreeSet<String>,
    /// How often it asked about each person.
    pub(crate) asked: BTreeMap<String, u32>,
    /// The last claim that came.
    pub(crate) claim: pb::AgeSignal,
    /// Whose age a check proved.
    pub(crate) verified: BTreeSet<String>,
    /// What it decided before.
    pub(crate) judged: BTreeMap<(String, u32), Judged>,
}

impl Memory {
    /// Notes what comes.
    pub(crate) fn note(&mut self, act: &PartyAct) {
        if let PartyAct::Trust { list } = act
            && let Ok(list) = TrustList::parse(list.as_bytes())
        {
            let names = list.issuers().iter().map(|issuer| issuer.name.clone());
            self.issuers = names.collect();
        }
        if let PartyAct::Answer {
            response: Some(bytes),
            ..
        } = act
        {
            let response = pb::AgeSignalResponse::decode(bytes.0.as_slice());
            let signed = response.unwrap_or_default().signal.unwrap_or_default();
            let claim = pb::AgeSignal::decode(signed.signal.as_slice());
            self.claim = claim.unwrap_or_default();
        }
    }

    /// Notes what came of it.
    pub(crate) fn note_acted(&mut self, act: &PartyAct, acted: &PartyActed) {
        match (act, acted) {
            (PartyAct::Question { person, .. }, PartyActed::Asks(request)) => {
                let request = pb::AgeSignalRequest::decode(request.as_slice());
                let nonce = request.unwrap_or_default().nonce;
                self.nonces.insert(person.clone(), nonce);
            }
            (
                PartyAct::Answer { person, .. } | PartyAct::Present { person, .. },
                PartyActed::Took { outcome, .. },
            ) if outcome == "signal" => {
                self.taken.insert(person.clone());
                if self.claim.method == i32::from(pb::AgeMethod::Verified) {
                    self.verified.insert(person.clone());
                }
            }
            _ => {}
        }
    }

    /// The name under which the honest party knows a person whom this one takes for somebody new each time.
    pub(crate) fn newest(&self, person: &str) -> String {
        let asked = self.asked.get(person).copied().unwrap_or_default();
        format!("{person} {asked}")
    }
}

/// Empties members of what is kept.
pub(crate) fn forget(file: &Path, members: &[&str]) -> io::Result<()> {
    let Ok(bytes) = std::fs::read(file) else {
        return Ok(());
    };
    let mut kept: serde_json::Value = serde_json::from_slice(&bytes)?;
    let fresh = serde_json::json!({
        "replay": null,
        "revocations": {"issuers": {}},
        "knowledge": {"next": 0, "records": {}},
        "people": {},
        "pins": parcep_core::age::Pins::new(),
    });
    for member in members {
        if let (Some(kept), Some(value)) = (kept.get_mut(*member), fresh.get(*member)) {
            kept.clone_from(value);
        }
    }
    std::fs::write(file, serde_json::to_vec(&kept)?)
}
