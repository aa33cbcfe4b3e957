//! One entry more: what it changes, or why it changes nothing.

use super::{Household, Live};
use crate::constitution::{
    Constitution, DeviceRole, EnforcementPoint, MAX_DEVICES, PrincipalDevices, Standing, may_write,
};
use crate::crypto::{CryptoError, SealingKey, SealingPublic, VerifyingKey};
use crate::document::{
    DocumentError, PayloadType, SectionKind, VerifiedDocument, Wraps, open_header,
};
use crate::epoch::{EpochBody, Keyring, open_wraps};
use crate::id::{DeviceId, DocumentId, PrincipalId};
use crate::log::{ChainError, Entry, EntryBody};
use crate::reason::Reason;

/// What an entry did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It has this effect.
    Effect(Effect),
    /// It keeps its place and has no effect, for this reason.
    NoEffect(Reason),
    /// Its header opens with no secret at hand. It keeps its place for now; if the next valid entry
    /// names another predecessor, it never was there (R-LOG-009).
    Unopened,
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The basic law.
    Constitution,
    /// Devices of this principal.
    Devices(PrincipalId),
    /// This enforcement point.
    EnforcementPoint(DeviceId),
    /// The household's secrets; false if this device got none of them.
    Epoch(bool),
    /// This document holds now.
    Document(DocumentId),
}

/// What only a faulty relay shows: following stops here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("relay served a damaged entry: {0}")]
pub struct Stop(pub DocumentError);

impl Household {
    /// Folds in the next entry, whose place in the chain was checked. Secrets that it hands to `key`
    /// are added to `keyring`.
    ///
    /// # Errors
    /// [`Stop`] if the body is not the signed one or the entry was signed for another place: no
    /// member's act, and nothing after it can be believed.
    pub fn apply(
        &mut self,
        entry: &Entry,
        keyring: &mut Keyring,
        key: &SealingKey,
    ) -> Result<Outcome, Stop> {
        let handed = self.handed_over(entry, keyring, key);
        let mut with_handed = keyring.clone();
        with_handed.extend(handed.clone().unwrap_or_default());

        let outcome = match self.read(entry, &with_handed) {
            // R-LOG-007: what decides who belongs is never judged without its body.
            Ok(document) if document.decides_membership() && !document.has_body() => {
                return Err(Stop(DocumentError::Pruned));
            }
            Ok(document) => self.take(&document, &with_handed, handed, keyring),
            Err(DocumentError::CannotOpen) => return Ok(self.unopened()),
            // A header that opens under no key we hold, or is no header, is nobody's.
            Err(DocumentError::Crypto(CryptoError::SealBroken)) => return Ok(self.unopened()),
            Err(error @ (DocumentError::BodyMismatch | DocumentError::WrongPlace)) => {
                return Err(Stop(error));
            }
            Err(error) => Err(error.reason()),
        };
        Ok(match outcome {
            // R-DOC-018: who belongs cannot be guessed. Nothing after it can be judged.
            Err(Reason::ReaderTooOld) => return Err(Stop(DocumentError::ReaderTooOld)),
            Ok(effect) => {
                self.relay_epoch = self.relay_epoch.max(1);
                Outcome::Effect(effect)
            }
            Err(reason) => {
                self.without_effect += 1;
                Outcome::NoEffect(reason)
            }
        })
    }

    /// Undoes the count of an unopened entry that turned out never to have been there.
    pub(crate) fn forget_unopened(&mut self) {
        self.without_effect = self.without_effect.saturating_sub(1);
    }

    /// What a break in the chain is, for an entry that [`Follower::check`] did not take: a fork if a
    /// member signed it for the place that it claims, and otherwise only noise (R-LOG-004, R-LOG-005).
    ///
    /// [`Follower::check`]: crate::log::Follower::check
    pub fn blame(
        &self,
        error: ChainError,
        entry: &Entry,
        keyring: &Keyring,
        key: &SealingKey,
    ) -> Reason {
        let ChainError::Fork { seq, .. } = error else {
            return error.reason();
        };
        let mut with_handed = keyring.clone();
        with_handed.extend(self.handed_over(entry, keyring, key).unwrap_or_default());
        match self.read(entry, &with_handed) {
            Ok(_) => Reason::Fork,
            Err(_) if seq == entry.seq => Reason::Rollback,
            Err(_) => Reason::WrongPlace,
        }
    }

    fn unopened(&mut self) -> Outcome {
        self.without_effect += 1;
        Outcome::Unopened
    }

    /// Secrets that a new epoch wraps for this device. They count only once the epoch does.
    fn handed_over(&self, entry: &Entry, held: &Keyring, key: &SealingKey) -> Option<Keyring> {
        let is_next = entry.generation == self.epoch.number.checked_add(1)?;
        if !is_next || held.household(entry.generation).is_some() {
            return None;
        }
        let EntryBody::Kept(body) = &entry.body else {
            return None;
        };
        open_wraps(&Wraps::of(body).ok()?, key, self.log_id, entry.generation)
    }

    fn read(&self, entry: &Entry, keyring: &Keyring) -> Result<VerifiedDocument, DocumentError> {
        let secret = keyring.household(entry.generation);
        let opened = open_header(entry, self.log_id, secret)?;
        let author = opened.claimed_author();
        let key = self.key_of(author).ok_or(CryptoError::BadSignature)?;
        match opened.verify(&key, entry, self.log_id) {
            // R-DOC-004: a key that authors nothing in the log cannot stall those who follow it.
            Err(DocumentError::WrongPlace) if self.points.contains_key(&author) => {
                Err(DocumentError::NotPermitted)
            }
            verified => verified?.with_body(&entry.body),
        }
    }

    fn take(
        &mut self,
        document: &VerifiedDocument,
        keyring: &Keyring,
        handed: Option<Keyring>,
        held: &mut Keyring,
    ) -> Result<Effect, Reason> {
        let header = document.header();
        if self.used.contains_key(&header.document_id) {
            return Err(Reason::DuplicateDocument);
        }
        let expected = match header.payload_type {
            PayloadType::Epoch => self.epoch.number.saturating_add(1),
            _ => self.epoch.number,
        };
        // R-EPOCH-013: sealed under the newest generations, the dependant's too.
        let newest = header.dependant.and_then(|id| self.generation(id));
        let known = header
            .dependant
            .filter(|id| self.constitution.is_dependant(*id));
        if known.is_some() && newest.is_none() {
            return Err(Reason::EpochNeeded);
        }
        let sealed_for = header.dependant.and_then(|id| header.generation(Some(id)));
        let fresh = header.generation(None) == Some(expected) && sealed_for == newest;
        if !fresh || header.relay_epoch < self.relay_epoch {
            return Err(Reason::NotPermittedByTable);
        }
        if self.epoch_needed && header.payload_type != PayloadType::Epoch {
            return Err(Reason::EpochNeeded);
        }
        // R-MEM-004: a recovery key signs nothing that has effect yet.
        let waits = self
            .people
            .get(&header.author)
            .is_some_and(|(_, device)| device.role != DeviceRole::Active);
        let standing = self.standing_of(header.author).filter(|_| !waits);
        let standing = standing.ok_or(Reason::NotPermittedByTable)?;
        may_write(header, &standing, self.constitution.guardians().len())
            .map_err(|error| error.reason())?;

        if document.decides_membership() && !header.readable {
            return Err(Reason::ReaderTooOld);
        }
        let before = document.decides_membership().then(|| self.rights());
        let section = |kind| document.section(kind, keyring).map_err(|e| e.reason());
        let effect = match header.payload_type {
            PayloadType::Constitution => self.amend(&section(SectionKind::Constitution)?),
            PayloadType::PrincipalDevices => {
                self.replace_devices(&section(SectionKind::Devices)?, &standing)
            }
            PayloadType::EnforcementPoint => {
                self.add_point(&section(SectionKind::EnforcementPoint)?, &standing)
            }
            PayloadType::Epoch => {
                self.renew(&section(SectionKind::Epoch)?, &standing, handed, held)
            }
            _ => self.put(document),
        }?;
        if let Some(before) = before {
            self.note_taken(&before);
        }
        self.used.insert(header.document_id, header.seq);
        self.relay_epoch = header.relay_epoch;
        Ok(effect)
    }

    fn amend(&mut self, bytes: &[u8]) -> Result<Effect, Reason> {
        let law = Constitution::parse(bytes).map_err(|error| error.reason())?;
        // A second guardian, or another one, enters by proposal and acceptance only.
        let same_guardians = law.guardians().iter().map(|g| g.id).eq(self
            .constitution
            .guardians()
            .iter()
            .map(|g| g.id));
        // R-CONS-015, R-MEM-014.
        let released_later = law.dependants().iter().any(|new| {
            let old = self.constitution.dependants();
            let old = old.iter().find(|old| old.id == new.id);
            let month = old.and_then(|old| old.release_on);
            month.is_some_and(|before| new.release_on.is_none_or(|after| after > before))
        });
        let came_back = self.former.iter().any(|id| law.is_dependant(*id));
        if !same_guardians || released_later || came_back {
            return Err(Reason::NotPermittedByTable);
        }
        self.enact(law);
        Ok(Effect::Constitution)
    }

    /// With a principal its devices leave, and what was written about it or without authority any more
    /// (R-MEM-015, R-CONS-026).
    fn enact(&mut self, law: Constitution) {
        let gone = self.constitution.dependants().iter().map(|old| old.id);
        self.former.extend(gone.filter(|id| !law.is_dependant(*id)));
        self.people
            .retain(|_, (who, _)| law.is_guardian(*who) || law.is_dependant(*who));
        for point in self.points.values_mut() {
            point.dependants.retain(|id| law.is_dependant(*id));
        }
        self.live.retain(|_, live| {
            let about = live.document.header().dependant;
            about.is_none_or(|id| law.scope_of(live.author).contains(&id))
        });
        self.constitution = law;
    }

    fn replace_devices(&mut self, bytes: &[u8], by: &Standing) -> Result<Effect, Reason> {
        let set = PrincipalDevices::parse(bytes).map_err(|_| Reason::Malformed)?;
        // R-MEM-016: a guardian without a device in use could never write again.
        let in_use = set.devices.iter().any(|d| d.role == DeviceRole::Active);
        if self.constitution.is_guardian(set.principal) && !in_use {
            return Err(Reason::Malformed);
        }
        let permitted = match by {
            Standing::Guardian(who, scope) => {
                set.principal == *who
                    || (self.constitution.is_dependant(set.principal)
                        && scope.contains(&set.principal))
            }
            Standing::Dependant(who) => set.principal == *who,
            Standing::EnforcementPoint => false,
        };
        let others = self
            .people
            .values()
            .filter(|(who, _)| *who != set.principal);
        let room = others.count() + self.points.len() + set.devices.len() <= MAX_DEVICES;
        let free = set.devices.iter().all(|device| {
            let others = self.people().filter(|(who, _)| *who != set.principal);
            let people = others.map(|(_, other)| (other.id, other.signing, other.sealing));
            let points = self.points.values();
            let points = points.map(|other| (other.id, other.signing, other.sealing));
            let mut taken = people.chain(points);
            taken.all(|other| shares_nothing((device.id, device.signing, device.sealing), other))
        });
        if !(permitted && room && free) {
            return Err(Reason::NotPermittedByTable);
        }
        self.people.retain(|_, (who, _)| *who != set.principal);
        for device in set.devices {
            self.people.insert(device.id, (set.principal, device));
        }
        Ok(Effect::Devices(set.principal))
    }

    fn add_point(&mut self, bytes: &[u8], by: &Standing) -> Result<Effect, Reason> {
        let point = EnforcementPoint::parse(bytes).map_err(|_| Reason::Malformed)?;
        let Standing::Guardian(_, scope) = by else {
            return Err(Reason::NotPermittedByTable);
        };
        // R-MEM-005: before and after.
        let before = self
            .points
            .get(&point.id)
            .map(|old| old.dependants.as_slice());
        let mut served = point.dependants.iter().chain(before.unwrap_or_default());
        let in_scope = served.all(|id| scope.contains(id));
        let known = self.points.contains_key(&point.id);
        let room = known || self.people.len() + self.points.len() < MAX_DEVICES;
        let people = self
            .people
            .values()
            .map(|(_, d)| (d.id, d.signing, d.sealing));
        let points = self.points.values().filter(|other| other.id != point.id);
        let points = points.map(|other| (other.id, other.signing, other.sealing));
        let mut taken = people.chain(points);
        let free =
            taken.all(|other| shares_nothing((point.id, point.signing, point.sealing), other));
        if !(in_scope && room && free) {
            return Err(Reason::NotPermittedByTable);
        }
        let id = point.id;
        self.points.insert(id, point);
        Ok(Effect::EnforcementPoint(id))
    }

    fn renew(
        &mut self,
        bytes: &[u8],
        by: &Standing,
        handed: Option<Keyring>,
        held: &mut Keyring,
    ) -> Result<Effect, Reason> {
        let epoch = EpochBody::parse(bytes).map_err(|error| error.reason())?;
        let next = epoch.number == self.epoch.number.saturating_add(1);
        if !(next && self.may_renew(&epoch, by) && self.renews_what_was_taken(&epoch, by)) {
            return Err(Reason::NotPermittedByTable);
        }
        // What one device was handed decides nothing for the others: the epoch holds, and a device
        // that was handed something else than the body says takes none of it (R-EPOCH-005).
        let sound = handed.filter(|handed| epoch.check(handed).is_ok());
        let served = sound.is_some() || held.household(epoch.number).is_some();
        held.extend(sound.unwrap_or_default());
        let renewed = |id: &PrincipalId| epoch.generation(*id) != self.epoch.generation(*id);
        self.taken.retain(|id| !renewed(id));
        self.epoch = epoch;
        self.epoch_needed = false;
        Ok(Effect::Epoch(served))
    }

    /// One row for every dependant; renewed by one generation if the author has authority over the
    /// dependant, else exactly as before. A first secret is anybody's to draw (R-EPOCH-011).
    pub(super) fn may_renew(&self, epoch: &EpochBody, by: &Standing) -> bool {
        let Standing::Guardian(_, scope) = by else {
            return false;
        };
        let dependants = self.constitution.dependants();
        let one_row_each = epoch.dependants.len() == dependants.len();
        one_row_each
            && dependants.iter().all(|dependant| {
                let Some(new) = epoch.dependants.get(&dependant.id) else {
                    return false;
                };
                let old = self.epoch.dependants.get(&dependant.id);
                let next = old.map_or(0, |old| old.generation) + 1;
                let may = old.is_none() || scope.contains(&dependant.id);
                old == Some(new) || (new.generation == next && may)
            })
    }

    /// No secret in the author's scope stays that somebody knows who lost the right to it (R-EPOCH-014).
    pub(super) fn renews_what_was_taken(&self, epoch: &EpochBody, by: &Standing) -> bool {
        let Standing::Guardian(_, scope) = by else {
            return false;
        };
        let mut due = self.taken.iter().filter(|id| scope.contains(id));
        due.all(|id| epoch.generation(*id) != self.epoch.generation(*id))
    }

    /// A policy layer, an override or the identity section: one guardian's own, replacing only what
    /// its author saw (R-DOC-008).
    fn put(&mut self, document: &VerifiedDocument) -> Result<Effect, Reason> {
        let header = document.header();
        let author = self
            .principal_of(header.author)
            .ok_or(Reason::NotPermittedByTable)?;
        let same_line = |live: &Live| {
            let other = live.document.header();
            live.author == author
                && other.payload_type == header.payload_type
                && other.dependant == header.dependant
        };
        match header.base {
            Some(base) => {
                let old = self.live.get(&base).ok_or(Reason::BaseNotLive)?;
                if !same_line(old) {
                    return Err(Reason::BaseNotLive);
                }
                self.live.remove(&base);
            }
            None => {
                let one_at_a_time = header.payload_type != PayloadType::Override;
                if one_at_a_time && self.live.values().any(same_line) {
                    return Err(Reason::BaseNotLive);
                }
            }
        }
        let id = header.document_id;
        let live = Live {
            document: document.clone(),
            author,
            seq: header.seq,
        };
        self.live.insert(id, live);
        Ok(Effect::Document(id))
    }
}

/// What must differ between any two live devices (R-MEM-011).
type Keys = (DeviceId, VerifyingKey, SealingPublic);

fn shares_nothing(one: Keys, other: Keys) -> bool {
    one.0 != other.0 && one.1 != other.1 && one.2 != other.2
}
