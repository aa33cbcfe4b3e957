//! 5: nothing has effect outside the table of who may write what. Checked against the harness's own
//! books, with a table of its own.

use super::{Failure, Invariant, Observer};
use crate::simulate::ledger::{About, Note, Role};
use crate::simulate::stage::Stage;
use crate::world::{Broken, Kind};
use parcep_core::crypto::VerifyingKey;
use parcep_core::document::{Header, PayloadType, open_header};
use parcep_core::household::{Effect, Outcome};
use parcep_core::id::{DeviceId, DocumentId, PrincipalId};
use parcep_core::log::Entry;
use parcep_core::member::Event;
use std::collections::{BTreeMap, BTreeSet};

/// Whose hands wrote each entry that had effect, and whether they may. How many were checked.
pub(super) fn check(stage: &Stage, observer: &Observer) -> Result<usize, Failure> {
    let keys = keys(stage)?;
    let mut seen = BTreeSet::new();
    let mut left: BTreeSet<DeviceId> = BTreeSet::new();
    let mut law = Law::of(stage);
    let mut checked = 0;
    for event in &observer.history {
        let Event::Followed(entry, Outcome::Effect(effect)) = event else {
            continue;
        };
        if entry.seq == 0 {
            continue;
        }
        let header = header(entry, observer, &keys)?;
        let broken = |what: &str| {
            let id = header.document_id;
            let what = format!("entry {} ({id}) has effect, and {what}", entry.seq);
            Failure::new(Invariant::ByTheTable, what)
        };
        let Some(note) = stage.ledger.written.get(&header.document_id) else {
            return Err(broken("nobody was asked to write it"));
        };
        if !seen.insert(header.document_id) {
            return Err(broken("it had effect before"));
        }
        if note.by != header.author {
            return Err(broken(
                "other hands wrote it than those whose key signed it",
            ));
        }
        if left.contains(&note.by) {
            return Err(broken("its author had left"));
        }
        if note.payload_type != header.payload_type || note.dependant != header.dependant {
            return Err(broken("it says something else than what was written"));
        }
        if !permitted(note, stage) {
            return Err(broken("its author may not write this"));
        }
        law.take(header.document_id, note, *effect, stage)
            .map_err(|what| broken(&what))?;
        if let About::DevicesOf(who) = note.about {
            let listed = stage.ledger.lists.get(&header.document_id);
            let listed = listed.map(Vec::as_slice).unwrap_or_default();
            left.extend(devices_of(stage, who).filter(|id| !listed.contains(id)));
            left.retain(|id| !listed.contains(id));
        }
        checked += 1;
    }
    Ok(checked)
}

/// The table, in the harness's own words.
fn permitted(note: &Note, stage: &Stage) -> bool {
    let about_a_dependant = note
        .dependant
        .is_some_and(|id| stage.family.dependants.contains(&id));
    match (note.payload_type, note.role) {
        (PayloadType::PolicyLayer | PayloadType::Override | PayloadType::Identity, role) => {
            role == Role::Guardian && about_a_dependant
        }
        (PayloadType::PrincipalDevices, role) => {
            let About::DevicesOf(who) = note.about else {
                return false;
            };
            let over = role == Role::Guardian && stage.family.dependants.contains(&who);
            (role != Role::Point && Some(who) == note.person) || over
        }
        (
            PayloadType::EnforcementPoint
            | PayloadType::Epoch
            | PayloadType::Constitution
            | PayloadType::Proposal
            | PayloadType::Approve,
            role,
        ) => role == Role::Guardian,
        _ => false,
    }
}

/// Who are guardians, and who has consented to what, by the books.
struct Law {
    guardians: BTreeSet<PrincipalId>,
    consents: BTreeMap<DocumentId, BTreeSet<PrincipalId>>,
}

impl Law {
    fn of(stage: &Stage) -> Self {
        Self {
            guardians: stage
                .family
                .guardians
                .first()
                .copied()
                .into_iter()
                .collect(),
            consents: BTreeMap::new(),
        }
    }

    /// One entry with effect more: whose consent it is, and whether what it completes may stand.
    fn take(
        &mut self,
        id: DocumentId,
        note: &Note,
        effect: Effect,
        stage: &Stage,
    ) -> Result<(), String> {
        let Some(who) = note.person else {
            return Ok(());
        };
        if note.role == Role::Guardian && !self.guardians.contains(&who) {
            return Err("its author is no guardian any more, or not yet".to_owned());
        }
        let proposal = match note.about {
            About::Approves(proposal) => proposal,
            _ => id,
        };
        let consents = self.consents.entry(proposal).or_default();
        consents.insert(who);
        if effect != Effect::Constitution {
            return Ok(());
        }
        let about = stage.ledger.written.get(&proposal).map(|note| note.about);
        match about {
            Some(About::Admits(newcomer)) => {
                if consents.len() < self.guardians.len().min(2) {
                    return Err(format!(
                        "admits a guardian with {} consents",
                        consents.len()
                    ));
                }
                self.guardians.insert(newcomer);
            }
            // No delay passes in these runs: only the guardian's own consent takes authority.
            Some(About::Removes(gone)) => {
                if !consents.contains(&gone) {
                    return Err("takes a guardian's authority without them".to_owned());
                }
                self.guardians.remove(&gone);
            }
            _ => return Err("is a law that nobody proposed".to_owned()),
        }
        Ok(())
    }
}

/// Every device that a person ever had.
fn devices_of(stage: &Stage, who: PrincipalId) -> impl Iterator<Item = DeviceId> {
    let devices = stage.family.devices.iter();
    let theirs = devices.filter(move |device| match device.kind {
        Kind::Guardian(of) | Kind::Dependant(of) => of == who,
        Kind::Point(_) => false,
    });
    theirs.map(|device| device.id())
}

/// The header of an entry, opened with the observer's secrets and verified with the family's keys.
pub(super) fn header(
    entry: &Entry,
    observer: &Observer,
    keys: &BTreeMap<DeviceId, VerifyingKey>,
) -> Result<Header, Broken> {
    let log_id = observer.member.anchor().log_id;
    let secret = observer.member.keyring().household(entry.generation);
    let opened = open_header(entry, log_id, secret)?;
    let key = keys.get(&opened.claimed_author());
    let key = key.ok_or_else(|| Broken::new("an entry of nobody has effect"))?;
    Ok(opened.verify(key, entry, log_id)?.header().clone())
}

/// The key of every device that ever was.
pub(super) fn keys(stage: &Stage) -> Result<BTreeMap<DeviceId, VerifyingKey>, Broken> {
    let devices = stage.family.devices.iter();
    devices
        .map(|device| Ok((device.id(), device.identity()?.signing.public())))
        .collect()
}
