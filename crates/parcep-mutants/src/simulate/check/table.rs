//! 5: nothing has effect outside the table of who may write what. Checked against the harness's own
//! books, with a table of its own.

use super::{Failure, Invariant, Observer};
use crate::simulate::ledger::{About, Note, Role};
use crate::simulate::stage::Stage;
use parcep_conformance::stage::{Broken, DAY, Kind};
use parcep_core::crypto::VerifyingKey;
use parcep_core::document::{Header, PayloadType, open_header};
use parcep_core::household::{Effect, Outcome};
use parcep_core::id::{DeviceId, DocumentId, PrincipalId};
use parcep_core::log::Entry;
use parcep_core::member::Event;
use std::collections::{BTreeMap, BTreeSet};

/// The delay of an act that somebody has to hear of.
const WEEK: i64 = 7 * DAY;

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
        if let Some((who, list)) = new_devices(note, &header, *effect, stage) {
            let listed = stage.ledger.lists.get(&list);
            let listed = listed.map(Vec::as_slice).unwrap_or_default();
            left.extend(devices_of(stage, who).filter(|id| !listed.contains(id)));
            left.retain(|id| !listed.contains(id));
        }
        checked += 1;
    }
    Ok(checked)
}

/// Whose devices an entry with effect sets, and the document that lists them.
fn new_devices(
    note: &Note,
    header: &Header,
    effect: Effect,
    stage: &Stage,
) -> Option<(PrincipalId, DocumentId)> {
    let (about, list) = match note.about {
        About::Completes(id) => (stage.ledger.written.get(&id)?.about, id),
        about => (about, header.document_id),
    };
    match (about, effect) {
        (About::DevicesOf(who), _) => Some((who, list)),
        (About::Recovers(who), Effect::Devices(_)) => Some((who, list)),
        _ => None,
    }
}

/// The table, in the harness's own words.
fn permitted(note: &Note, stage: &Stage) -> bool {
    let family = &stage.family;
    let over = |id: &PrincipalId| {
        let known = family.dependants.contains(id);
        known && note.person.is_some_and(|who| family.is_in_scope(who, *id))
    };
    let about_a_dependant = note.dependant.as_ref().is_some_and(over);
    if note.role == Role::Recovery {
        return used_well(note, stage);
    }
    match (note.payload_type, note.role) {
        (PayloadType::PolicyLayer | PayloadType::Override | PayloadType::Identity, role) => {
            role == Role::Guardian && about_a_dependant
        }
        (PayloadType::PrincipalDevices, role) => {
            let About::DevicesOf(who) = note.about else {
                return false;
            };
            let others = role == Role::Guardian && over(&who);
            (role != Role::Point && Some(who) == note.person) || others
        }
        (PayloadType::EnforcementPoint, role) => {
            let About::AdmitsPoint(id) = note.about else {
                return false;
            };
            let served = stage.ledger.served.get(&id);
            role == Role::Guardian && served.is_some_and(|served| served.iter().all(over))
        }
        (
            PayloadType::Epoch
            | PayloadType::Constitution
            | PayloadType::Proposal
            | PayloadType::Approve
            | PayloadType::Effect
            | PayloadType::Cancel
            | PayloadType::RemoveEnforcementPoint
            | PayloadType::Moved
            | PayloadType::Erase,
            role,
        ) => role == Role::Guardian,
        _ => false,
    }
}

/// A page proposes devices of its own guardian, and completes or ends its own proposal (R-CONS-019).
fn used_well(note: &Note, stage: &Stage) -> bool {
    let own = |id: &DocumentId| {
        let begun = stage.ledger.written.get(id);
        begun.is_some_and(|begun| begun.by == note.by)
    };
    match (note.payload_type, note.about) {
        (PayloadType::Proposal, About::Recovers(who)) => Some(who) == note.person,
        (PayloadType::Effect, About::Completes(id)) => own(&id),
        (PayloadType::Cancel, About::Cancels(id)) => own(&id),
        _ => false,
    }
}

/// Who are guardians, who has consented to what, and whose layers stand, by the books.
struct Law {
    guardians: BTreeSet<PrincipalId>,
    consents: BTreeMap<DocumentId, BTreeSet<PrincipalId>>,
    layers: BTreeSet<(PrincipalId, PrincipalId)>,
    ended: bool,
}

impl Law {
    fn of(stage: &Stage) -> Self {
        let founder = stage.family.guardians.first().copied();
        Self {
            guardians: founder.into_iter().collect(),
            consents: BTreeMap::new(),
            layers: BTreeSet::new(),
            ended: false,
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
        if self.ended {
            return Err("the household had ended".to_owned());
        }
        let guardians = [Role::Guardian, Role::Recovery].contains(&note.role);
        if guardians && !self.guardians.contains(&who) {
            return Err("its author is no guardian any more, or not yet".to_owned());
        }
        let proposal = match note.about {
            About::Approves(id) | About::Completes(id) | About::Cancels(id) => id,
            _ => id,
        };
        let Some(begun) = stage.ledger.written.get(&proposal) else {
            return Err("is about a proposal that nobody wrote".to_owned());
        };
        let age = note.at - begun.at;
        let waited = matches!(note.about, About::Completes(_));
        if waited && age < WEEK {
            return Err(format!("its delay had run for {age} s"));
        }
        if let About::Cancels(_) = note.about {
            let stops = begun.person == Some(who) || age >= 2 * WEEK;
            return match stops || self.has_consented(proposal, who) {
                true => Ok(()),
                false => Err("ends a proposal of others".to_owned()),
            };
        }
        if !waited {
            self.consents.entry(proposal).or_default().insert(who);
        }
        if let (PayloadType::PolicyLayer, Some(dependant)) = (note.payload_type, note.dependant) {
            self.layers.insert((who, dependant));
        }
        let what = match effect {
            Effect::Constitution => self.law_changes(proposal, begun.about, waited),
            Effect::EnforcementPointRemoved(gone) => {
                let meant = begun.about == About::RemovesPoint(gone);
                let served = stage.ledger.served.get(&gone);
                let asks = self.with_layers(served.map(Vec::as_slice).unwrap_or_default());
                let all = asks.iter().all(|who| self.has_consented(proposal, *who));
                (!meant || !(all || waited)).then_some("takes an enforcement point away alone")
            }
            Effect::Devices(who) if note.about != About::DevicesOf(who) => {
                let meant = begun.about == About::Recovers(who) && begun.person == Some(who);
                (!(meant && waited)).then_some("takes somebody's devices away at once")
            }
            Effect::Ended => {
                self.ended = true;
                let all = |who| self.has_consented(proposal, who);
                let all = self.guardians.iter().copied().all(all);
                let meant = begun.about == About::Ends;
                (!(meant && all)).then_some("ends the household without a guardian")
            }
            _ => None,
        };
        what.map_or(Ok(()), |what| Err(what.to_owned()))
    }

    fn law_changes(
        &mut self,
        proposal: DocumentId,
        about: About,
        waited: bool,
    ) -> Option<&'static str> {
        let consents = self.consents.get(&proposal);
        let given = |but: Option<PrincipalId>| {
            let theirs = self
                .guardians
                .iter()
                .copied()
                .filter(|who| Some(*who) != but);
            theirs
                .filter(|who| consents.is_some_and(|all| all.contains(who)))
                .count()
        };
        match about {
            About::Admits(newcomer) => {
                let enough = !waited && given(None) >= self.guardians.len().min(2);
                self.guardians.insert(newcomer);
                (!enough).then_some("admits a guardian with too few consents")
            }
            // Their own consent, or two others of more than two and the delay.
            About::Removes(gone) => {
                let own = self.has_consented(proposal, gone);
                let others = waited && self.guardians.len() > 2 && given(Some(gone)) >= 2;
                self.guardians.remove(&gone);
                (!(own || others)).then_some("takes a guardian's authority without them")
            }
            _ => Some("is a law that nobody proposed"),
        }
    }

    fn has_consented(&self, proposal: DocumentId, who: PrincipalId) -> bool {
        let given = self.consents.get(&proposal);
        given.is_some_and(|given| given.contains(&who))
    }

    /// Guardians who wrote a layer about one of these.
    fn with_layers(&self, dependants: &[PrincipalId]) -> Vec<PrincipalId> {
        let about = |(who, dependant): &&(PrincipalId, PrincipalId)| {
            dependants.contains(dependant) && self.guardians.contains(who)
        };
        self.layers
            .iter()
            .filter(about)
            .map(|(who, _)| *who)
            .collect()
    }
}

/// Every device that a person ever had.
fn devices_of(stage: &Stage, who: PrincipalId) -> impl Iterator<Item = DeviceId> {
    let devices = stage.family.devices.iter();
    let theirs = devices.filter(move |device| match device.kind {
        Kind::Guardian(of) | Kind::Dependant(of) | Kind::Page(of) => of == who,
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
