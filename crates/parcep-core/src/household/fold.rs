//! One entry more: read in the order of R-DOC-001, then judged by the state before it.

use super::Household;
use super::consent::Deed;
use crate::constitution::may_write;
use crate::crypto::{CryptoError, SealingKey};
use crate::document::{
    DocumentError, PayloadType, VerifiedDocument, Wraps, decides_membership, open_header,
    sections_of,
};
use crate::epoch::{Keyring, open_wraps};
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
    /// A member signed its header, and it is served with another body or at another place than was
    /// signed. It has no effect for now. If the next valid entry names it as its predecessor, it was
    /// appended so and is void for everybody; if not, it never was there (R-LOG-009, R-LOG-012).
    Misplaced(Reason),
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// The basic law.
    Constitution,
    /// Devices of this principal.
    Devices(PrincipalId),
    /// This enforcement point.
    EnforcementPoint(DeviceId),
    /// This enforcement point left.
    EnforcementPointRemoved(DeviceId),
    /// The household's secrets; false if this device got none of them.
    Epoch(bool),
    /// This document holds now.
    Document(DocumentId),
    /// This proposal is open now; the id is the PROPOSAL's.
    Proposed(DocumentId),
    /// One consent more to this proposal, which still is open.
    Approved(DocumentId),
    /// This proposal ended without effect.
    Cancelled(DocumentId),
    /// Guardians say that other branches end; the id is that of the document or proposal that says so.
    Resolved(DocumentId),
    /// The household has another relay.
    Moved,
    /// The household ended. Nothing after this has effect.
    Ended,
}

/// What nothing can be judged behind: following stops here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing behind this entry can be judged: {0}")]
pub struct Stop(pub DocumentError);

impl Household {
    /// Folds in the next entry, whose place in the chain was checked. Secrets that it hands to `key`
    /// are added to `keyring`.
    ///
    /// # Errors
    /// [`Stop`] if it decides who belongs, and its body is not served or needs a newer reader.
    pub fn apply(
        &mut self,
        entry: &Entry,
        keyring: &mut Keyring,
        key: &SealingKey,
    ) -> Result<Outcome, Stop> {
        self.places.cut(entry.seq);
        let outcome = self.fold(entry, keyring, key)?;
        self.note_place(entry.seq, || entry.hash());
        Ok(outcome)
    }

    fn fold(
        &mut self,
        entry: &Entry,
        keyring: &mut Keyring,
        key: &SealingKey,
    ) -> Result<Outcome, Stop> {
        let handed = self.handed_over(entry, keyring, key);
        let merged = handed.clone().map(|handed| {
            let mut merged = keyring.clone();
            merged.extend(handed);
            merged
        });
        let with_handed = merged.as_ref().unwrap_or(keyring);

        let outcome = match self.read(entry, with_handed) {
            // R-LOG-007: what decides who belongs is never judged without its body.
            Ok(document) if document.decides_membership() && !document.has_body() => {
                return Err(Stop(DocumentError::Pruned));
            }
            Err(DocumentError::Pruned) => return Err(Stop(DocumentError::Pruned)),
            Ok(document) => self.take(&document, with_handed, handed.as_ref()),
            Err(DocumentError::CannotOpen) => return Ok(self.unopened()),
            // A header that opens under no key we hold, or is no header, is nobody's.
            Err(DocumentError::Crypto(CryptoError::SealBroken)) => return Ok(self.unopened()),
            Err(error @ (DocumentError::BodyMismatch | DocumentError::WrongPlace)) => {
                self.without_effect += 1;
                return Ok(Outcome::Misplaced(error.reason()));
            }
            Err(error) => Err(error.reason()),
        };
        Ok(match outcome {
            // R-DOC-018: who belongs cannot be guessed. Nothing after it can be judged.
            Err(Reason::ReaderTooOld) => return Err(Stop(DocumentError::ReaderTooOld)),
            Ok(effect) => {
                if effect == Effect::Epoch(true) {
                    keyring.extend(handed.unwrap_or_default());
                }
                Outcome::Effect(effect)
            }
            Err(reason) => self.void(reason),
        })
    }

    /// Undoes the count of skipped entries that turned out never to have been there.
    pub(crate) fn forget_skipped(&mut self, count: u64) {
        self.without_effect = self.without_effect.saturating_sub(count);
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

    fn void(&mut self, reason: Reason) -> Outcome {
        self.without_effect += 1;
        Outcome::NoEffect(reason)
    }

    /// Secrets that a new epoch wraps for this device. They count only once the epoch does.
    pub(super) fn handed_over(
        &self,
        entry: &Entry,
        held: &Keyring,
        key: &SealingKey,
    ) -> Option<Keyring> {
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
        let bare = decides_membership(opened.claimed_payload())
            && matches!(entry.body, EntryBody::Pruned(_));
        let key = self.key_of(author).ok_or(CryptoError::BadSignature)?;
        // R-DOC-001, row 8: of what stands behind the end nothing more is looked at.
        let verified = match self.ended {
            Some(_) => opened
                .stands(&key, entry, self.log_id)
                .and(Err(DocumentError::Ended)),
            None => opened.verify(&key, entry, self.log_id),
        };
        match verified {
            // R-DOC-004: a key that authors nothing in the log cannot stall those who follow it.
            Err(DocumentError::WrongPlace) if self.points.contains_key(&author) => {
                Err(DocumentError::NotPermitted)
            }
            Err(DocumentError::WrongPlace | DocumentError::BodyMismatch) if bare => {
                Err(DocumentError::Pruned)
            }
            verified => verified?.with_body(&entry.body),
        }
    }

    fn take(
        &mut self,
        document: &VerifiedDocument,
        keyring: &Keyring,
        handed: Option<&Keyring>,
    ) -> Result<Effect, Reason> {
        let header = document.header();
        if self.is_taken(header.document_id, header.seq) {
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
        let epochs = self.relay_epoch..=self.highest_relay_epoch();
        if !fresh || !epochs.contains(&header.relay_epoch) {
            return Err(Reason::NotPermittedByTable);
        }
        if self.epoch_needed && header.payload_type != PayloadType::Epoch {
            return Err(Reason::EpochNeeded);
        }
        let standing = self.standing_of(header.author);
        let standing = standing.ok_or(Reason::NotPermittedByTable)?;
        may_write(header, &standing).map_err(|error| error.reason())?;

        if document.decides_membership() && !header.readable {
            return Err(Reason::ReaderTooOld);
        }
        let effect = if header.payload_type == PayloadType::Epoch {
            let body = body_of(document, keyring)?;
            self.renew(header, &body, &standing, keyring, handed)
        } else if document.decides_membership() {
            let deed = Deed {
                id: header.document_id,
                seq: header.seq,
                device: header.author,
                relay_epoch: header.relay_epoch,
                standing: &standing,
            };
            self.change(header.payload_type, &body_of(document, keyring)?, deed)
        } else {
            self.put(document)
        }?;
        self.used.note(
            header.document_id,
            header.seq,
            document.decides_membership(),
        );
        self.relay_epoch = self.relay_epoch.max(header.relay_epoch);
        Ok(effect)
    }

    /// What a membership document does whose author may sign its type: the one transition that decides
    /// who belongs, from the state before it and its one section.
    pub(super) fn change(
        &mut self,
        payload_type: PayloadType,
        bytes: &[u8],
        deed: Deed<'_>,
    ) -> Result<Effect, Reason> {
        match payload_type {
            PayloadType::EnforcementPoint => self.add_point(bytes, deed),
            PayloadType::Proposal => self.propose(bytes, deed),
            PayloadType::Approve => self.approve(bytes, deed),
            PayloadType::Effect => self.complete(bytes, deed),
            PayloadType::Cancel => self.cancel(bytes, deed),
            PayloadType::Moved => self.move_to(bytes, deed),
            _ => self.act_alone(payload_type, bytes, deed),
        }
    }
}

/// The one section of a membership document, which is not empty (R-DOC-027).
fn body_of(
    document: &VerifiedDocument,
    keyring: &Keyring,
) -> Result<zeroize::Zeroizing<Vec<u8>>, Reason> {
    let kind = sections_of(document.header().payload_type).first();
    let kind = *kind.ok_or(Reason::NotPermittedByTable)?;
    let bytes = document.section(kind, keyring).map_err(|e| e.reason())?;
    let says_something = !bytes.is_empty();
    says_something.then_some(bytes).ok_or(Reason::Malformed)
}
