//! Writing: appends that never write twice, registers by compare-and-swap, access for newcomers.

use super::engine::{Event, Job, call};
use super::{Call, Identity, Member, Method, Refusal};
use crate::crypto::{CryptoError, Random};
use crate::document::{DocumentError, Draft, PayloadType, Place, SealedBody, SectionKind};
use crate::epoch::Keyring;
use crate::id::{DocumentId, PrincipalId};
use crate::log::Entry;
use crate::reason::Reason;
use crate::register::{RegisterKey, VerifiedRegister};
use crate::registry::constants::CONSENT_WINDOW;
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// How often a document is signed for another place before its author hears of it.
pub const MAX_ATTEMPTS: u32 = 64;

/// A new value for one of this device's registers.
#[derive(Debug, Clone)]
pub struct RegisterUpdate {
    /// What it holds.
    pub payload_type: PayloadType,
    /// The dependant it is about; `None` for beats.
    pub dependant: Option<PrincipalId>,
    /// The encoded payload, at most 3 KiB.
    pub payload: Vec<u8>,
}

/// A document on its way.
#[derive(Debug)]
pub(super) struct Pending {
    content: Content,
    /// By which document what it replaces stood when it was made (R-MEM-017).
    replaces: Option<DocumentId>,
    sealed: Option<(SealedBody, Keyring)>,
    sent: Option<Entry>,
    /// Whether somebody else's document stands under its id.
    taken: bool,
    attempts: u32,
    consent_until: i64,
}

#[derive(Debug)]
enum Content {
    Draft(Draft),
    /// Secrets are drawn anew for every attempt, for the members of that moment.
    Epoch(DocumentId, i64),
}

#[derive(Debug)]
pub(super) struct RegisterJob {
    key: RegisterKey,
    payload: Vec<u8>,
    issued_at: i64,
    /// Version that the relay has; `None` until asked.
    base: Option<u64>,
    sent: Option<pb::Register>,
    attempts: u32,
}

#[derive(Debug)]
pub(super) struct RegisterRead {
    pub(super) key: RegisterKey,
}

impl Pending {
    pub(super) fn document_id(&self) -> DocumentId {
        match &self.content {
            Content::Draft(draft) => draft.document_id,
            Content::Epoch(id, _) => *id,
        }
    }

    pub(super) fn moves(&self) -> bool {
        matches!(&self.content, Content::Draft(draft) if draft.payload_type == PayloadType::Moved)
    }
}

impl Member {
    /// Appends a document. [`Event::Appended`] or [`Event::NotAppended`] says how it went; it is
    /// never written twice, whatever calls get lost.
    pub fn append(&mut self, draft: Draft) {
        let consent_until = draft.issued_at.saturating_add(CONSENT_WINDOW);
        let replaces = self.would_replace(&draft);
        self.push_append(Content::Draft(draft), consent_until, replaces);
    }

    /// Starts a new epoch: new secrets for everybody who belongs now.
    ///
    /// # Errors
    /// If the source of randomness fails.
    pub fn append_epoch(
        &mut self,
        now: i64,
        random: &mut impl Random,
    ) -> Result<DocumentId, DocumentError> {
        let id = DocumentId::random(random).map_err(CryptoError::from)?;
        let consent_until = now.saturating_add(CONSENT_WINDOW);
        self.push_append(Content::Epoch(id, now), consent_until, None);
        Ok(id)
    }

    /// Writes one of this device's registers.
    ///
    /// # Errors
    /// [`DocumentError::CannotOpen`] if this device does not hold the register's secret.
    pub fn write_register(
        &mut self,
        update: RegisterUpdate,
        now: i64,
    ) -> Result<(), DocumentError> {
        let key = self
            .register_key(self.identity.device, update.payload_type, update.dependant)
            .ok_or(DocumentError::CannotOpen)?;
        self.jobs
            .push_back(Job::WriteRegister(Box::new(RegisterJob {
                key,
                payload: update.payload,
                issued_at: now,
                base: None,
                sent: None,
                attempts: 0,
            })));
        Ok(())
    }

    /// Reads a register of another device; [`Event::Register`] brings it.
    ///
    /// # Errors
    /// [`DocumentError::CannotOpen`] if this device does not hold the register's secret.
    pub fn read_register(
        &mut self,
        writer: crate::id::DeviceId,
        payload_type: PayloadType,
        dependant: Option<PrincipalId>,
    ) -> Result<(), DocumentError> {
        let key = self
            .register_key(writer, payload_type, dependant)
            .ok_or(DocumentError::CannotOpen)?;
        let job = Job::ReadRegister(Box::new(RegisterRead { key }));
        self.jobs.push_back(job);
        Ok(())
    }

    /// Creates the log at the relay with entry 0. For founders.
    pub fn create_log(&mut self, genesis: &Entry, access: pb::AccessKey, voucher: Vec<u8>) {
        let request = pb::CreateLogRequest {
            handle: self.anchor.handle.clone(),
            genesis: Some(genesis.into()),
            access: Some(access),
            nonce: Vec::new(),
            expires_at: 0,
            signature: Vec::new(),
            voucher,
            relay_epoch: None,
            more: Vec::new(),
        };
        self.jobs.push_back(Job::Create(Box::new(request)));
    }

    /// Which register, under which secret; `None` if this device does not hold it.
    pub(super) fn register_key(
        &self,
        writer: crate::id::DeviceId,
        payload_type: PayloadType,
        dependant: Option<PrincipalId>,
    ) -> Option<RegisterKey> {
        let household = self.chain.household()?;
        let secret = match dependant {
            None => self.chain.keyring().household(household.epoch())?.clone(),
            Some(id) => {
                let generation = household.generation(id)?;
                self.chain.keyring().writer_secret(id, generation, writer)?
            }
        };
        Some(RegisterKey {
            log_id: self.anchor.log_id,
            payload_type,
            writer,
            dependant,
            secret,
        })
    }

    /// The call that the first job needs next; `None` if it turned out to need none.
    pub(super) fn job_call(
        &mut self,
        random: &mut impl Random,
    ) -> Result<Option<Call>, DocumentError> {
        let Some(session) = self.session.as_ref().map(|session| session.token.clone()) else {
            return Ok(None);
        };
        match self.jobs.front_mut() {
            Some(Job::Follow) => Ok(Some(self.read_call(session))),
            Some(Job::Back) => {
                let made = self.back_call(session);
                if made.is_none() {
                    self.jobs.pop_front();
                }
                Ok(made)
            }
            Some(Job::GiveBack) => Ok(self.give_call(session)),
            Some(Job::Append(_)) => self.append_call(session, random),
            Some(Job::WriteRegister(job)) => {
                let Some(base) = job.base else {
                    return Ok(Some(read_register_call(session, &job.key)));
                };
                let register = next_register(&self.identity, job, base, random)?;
                job.sent = Some(register.clone());
                let request = pb::WriteRegisterRequest {
                    session,
                    register: Some(register),
                };
                Ok(Some(call(Method::WriteRegister, &request)))
            }
            Some(Job::ReadRegister(read)) => Ok(Some(read_register_call(session, &read.key))),
            Some(Job::Desk(desk)) => Ok(Some(desk.call(session))),
            Some(Job::Create(_)) | None => Ok(None),
        }
    }

    pub(super) fn on_job_reply(&mut self, bytes: &[u8], _now: i64, _random: &mut impl Random) {
        let Some(job) = self.jobs.pop_front() else {
            return;
        };
        if let Some(session) = &mut self.session {
            session.used = true;
        }
        match job {
            Job::Follow => {
                // Behind whatever the page shows to be due first.
                self.jobs.push_front(Job::Follow);
                if self.on_page(bytes) {
                    let follow = |job: &Job| matches!(job, Job::Follow);
                    if let Some(index) = self.jobs.iter().position(follow) {
                        self.jobs.remove(index);
                    }
                    self.events.push_back(Event::CaughtUp);
                }
            }
            Job::Back => self.on_back_page(bytes),
            Job::GiveBack => self.on_given(),
            Job::Append(pending) => self.on_appended(*pending, bytes),
            Job::WriteRegister(job) => self.on_register_step(*job, bytes),
            Job::ReadRegister(read) => self.on_register(&read.key, bytes),
            Job::Desk(desk) => self.on_desk(desk, bytes),
            Job::Create(_) => self.events.push_back(Event::Created(Ok(()))),
        }
    }

    pub(super) fn on_job_refused(&mut self, refusal: Refusal, now: i64) {
        let Some(mut job) = self.jobs.pop_front() else {
            return;
        };
        match (&mut job, refusal) {
            (_, Refusal::Reason(Reason::NoSession)) => {
                // A relay that opens sessions and knows none of them is not asked without end.
                if self.session.take().is_none_or(|session| !session.used) {
                    self.events.push_back(Event::Pause(RETRY_MILLIS));
                }
                self.jobs.push_front(job);
            }
            // The append may have happened: look for it in the log before signing again.
            (Job::Append(pending), Refusal::Unknown) => {
                self.session = None;
                pending.attempts += 1;
                self.jobs.push_front(job);
                self.jobs.push_front(Job::Follow);
                self.events.push_back(Event::Pause(RETRY_MILLIS));
            }
            (_, Refusal::Unknown) => {
                self.session = None;
                self.jobs.push_front(job);
                self.events.push_back(Event::Pause(RETRY_MILLIS));
            }
            (Job::Append(pending), Refusal::Reason(Reason::StaleHead)) => {
                pending.attempts += 1;
                if pending.attempts >= MAX_ATTEMPTS || now > pending.consent_until {
                    return self.fail(job, Reason::StaleHead);
                }
                self.jobs.push_front(job);
                self.jobs.push_front(Job::Follow);
            }
            (Job::GiveBack, Refusal::Reason(reason)) => self.on_not_given(reason),
            (Job::WriteRegister(register), Refusal::Reason(Reason::StaleVersion)) => {
                register.base = None;
                register.attempts += 1;
                if register.attempts >= MAX_ATTEMPTS {
                    return self.fail(job, Reason::StaleVersion);
                }
                self.jobs.push_front(job);
            }
            (_, Refusal::Reason(reason)) => self.fail(job, reason),
            (_, Refusal::RetryAfter(millis)) => {
                self.jobs.push_front(job);
                self.events.push_back(Event::Pause(millis));
            }
        }
    }

    /// An entry had effect: whether it has the id of a document that this device is about to append, and is
    /// another's. Who sees an entry on its way may put something else under its id.
    pub(super) fn note_taken(&mut self, entry: &Entry) {
        let all = self
            .jobs
            .iter_mut()
            .chain(self.waiting.iter_mut().flatten());
        let mut appends = all.filter_map(|job| match job {
            Job::Append(pending) => Some(pending),
            _ => None,
        });
        let Some(first) = appends.next() else {
            return;
        };
        let (household, keyring) = (self.chain.household(), self.chain.keyring());
        let header =
            household.and_then(|h| h.signed_header(entry, keyring, &self.identity.sealing));
        let other = header.filter(|header| header.author != self.identity.device);
        for pending in std::iter::once(first).chain(appends) {
            let id = other.as_ref().map(|header| header.document_id);
            pending.taken |= id == Some(pending.document_id());
        }
    }

    /// The document by which what a draft of membership would replace stands now (R-MEM-017).
    fn would_replace(&self, draft: &Draft) -> Option<DocumentId> {
        let household = self.chain.household()?;
        let (_, content) = draft.sections.first()?;
        household.would_replace(draft.payload_type, content)
    }

    fn push_append(&mut self, content: Content, consent_until: i64, replaces: Option<DocumentId>) {
        self.jobs.push_back(Job::Append(Box::new(Pending {
            content,
            replaces,
            sealed: None,
            sent: None,
            taken: false,
            attempts: 0,
            consent_until,
        })));
    }

    /// Seals for the place that comes next, unless the document stands in the log already or its
    /// base is gone.
    fn append_call(
        &mut self,
        session: Vec<u8>,
        random: &mut impl Random,
    ) -> Result<Option<Call>, DocumentError> {
        let Some(Job::Append(mut pending)) = self.jobs.pop_front() else {
            return Ok(None);
        };
        let id = pending.document_id();
        let Some(household) = self.chain.household() else {
            self.fail(Job::Append(pending), Reason::CannotOpen);
            return Ok(None);
        };
        if let Some(seq) = household.place_of(id) {
            if pending.taken {
                self.fail(Job::Append(pending), Reason::DuplicateDocument);
            } else {
                self.events.push_back(Event::Appended(id, seq));
            }
            return Ok(None);
        }
        let base = match &pending.content {
            Content::Draft(draft) => draft.base,
            Content::Epoch(..) => None,
        };
        // R-MEM-017: what was made of an older list would bring back who left since.
        let stale = match &pending.content {
            Content::Draft(draft) => self.would_replace(draft) != pending.replaces,
            Content::Epoch(..) => false,
        };
        if stale || base.is_some_and(|base| household.live_document(base).is_none()) {
            self.fail(Job::Append(pending), Reason::BaseNotLive);
            return Ok(None);
        }
        let drafted = matches!(pending.content, Content::Draft(_));
        if household.needs_epoch() && drafted {
            self.fail(Job::Append(pending), Reason::EpochNeeded);
            return Ok(None);
        }
        if !drafted && !self.is_handed_what_it_draws() {
            self.fail(Job::Append(pending), Reason::NotPermittedByTable);
            return Ok(None);
        }
        self.reseal_if_needed(&mut pending, random)?;
        let Some((body, keyring)) = &pending.sealed else {
            return Ok(None);
        };
        let place = Place {
            relay_epoch: self.epoch_to_sign(&pending),
            seq: self.chain.next_seq(),
            prev: self.chain.head(),
        };
        let entry = body.at(place, self.identity.author(), keyring, random)?;
        let request = pb::AppendRequest {
            session,
            entry: Some((&entry).into()),
            replay: false,
        };
        pending.sent = Some(entry);
        self.jobs.push_front(Job::Append(pending));
        Ok(Some(call(Method::Append, &request)))
    }

    /// After a lost race only a new header is made; after a change of generation, or for an epoch,
    /// everything is sealed anew.
    fn reseal_if_needed(
        &self,
        pending: &mut Pending,
        random: &mut impl Random,
    ) -> Result<(), DocumentError> {
        let Some(household) = self.chain.household() else {
            return Ok(());
        };
        match &pending.content {
            Content::Draft(draft) => {
                let fresh = pending
                    .sealed
                    .as_ref()
                    .is_some_and(|(body, _)| body.household_generation() == household.epoch());
                if !fresh {
                    let log_id = self.anchor.log_id;
                    let keyring = self.chain.keyring().clone();
                    let body = SealedBody::seal(log_id, draft.clone(), &[], &keyring, random)?;
                    pending.sealed = Some((body, keyring));
                }
            }
            Content::Epoch(id, issued_at) => {
                pending.sealed = Some(self.seal_epoch(*id, *issued_at, random)?);
            }
        }
        Ok(())
    }

    /// Whether a new epoch would have a wrap for this device: while a branch counts that does not list it,
    /// it would shut itself out (R-EPOCH-017).
    fn is_handed_what_it_draws(&self) -> bool {
        let own = self.identity.sealing.public();
        let audiences = self.common_audiences();
        audiences.iter().any(|(sealing, _)| *sealing == own)
    }

    fn seal_epoch(
        &self,
        document_id: DocumentId,
        issued_at: i64,
        random: &mut impl Random,
    ) -> Result<(SealedBody, Keyring), DocumentError> {
        let household = self.chain.household().ok_or(DocumentError::CannotOpen)?;
        let renewal = household.draw_epoch(self.identity.device, random)?;
        let log_id = self.anchor.log_id;
        let wraps = renewal.wraps(log_id, &self.common_audiences(), random)?;
        let mut keyring = self.chain.keyring().clone();
        keyring.extend(household.share_of(self.identity.device, &renewal.keyring()));
        let draft = Draft {
            payload_type: PayloadType::Epoch,
            document_id,
            base: None,
            dependant: None,
            slot: Bytes::new(),
            sections: vec![(SectionKind::Epoch, renewal.body().encode_to_vec())],
            issued_at,
        };
        let body = SealedBody::seal(log_id, draft, &wraps, &keyring, random)?;
        Ok((body, keyring))
    }

    fn on_appended(&mut self, pending: Pending, bytes: &[u8]) {
        let id = pending.document_id();
        let Some(entry) = pending.sent else {
            return;
        };
        let seq = entry.seq;
        self.follow(entry);
        if let Ok(response) = pb::AppendResponse::decode(bytes)
            && let Some(status) = response.status
        {
            self.check_status(&status);
        }
        let stands = self.chain.household().and_then(|h| h.place_of(id));
        self.release_found();
        self.events.push_back(match stands {
            Some(seq) => Event::Appended(id, seq),
            // It keeps its place without effect: the fold says why in `Followed`.
            None => Event::NotAppended(id, self.reason_without_effect(seq)),
        });
    }

    fn reason_without_effect(&self, at: u64) -> Reason {
        use crate::household::Outcome;
        let followed = self.events.iter().rev().find_map(|event| match event {
            Event::Followed(entry, Outcome::NoEffect(reason)) if entry.seq == at => Some(*reason),
            _ => None,
        });
        followed.unwrap_or(Reason::Internal)
    }

    /// First the version that stands is read, then the next one is written.
    fn on_register_step(&mut self, mut job: RegisterJob, bytes: &[u8]) {
        if job.base.is_some() {
            if let Some(sent) = &job.sent {
                self.accept_version(sent);
            }
            let version = pb::WriteRegisterResponse::decode(bytes).map(|reply| reply.version);
            let payload_type = job.key.payload_type;
            let event = Event::RegisterWritten(payload_type, version.unwrap_or(0));
            return self.events.push_back(event);
        }
        let standing = pb::ReadRegisterResponse::decode(bytes)
            .ok()
            .and_then(|reply| reply.register);
        // R-REG-007: where none stands, this device goes on behind what it wrote before.
        let highest = self.notes.versions.highest(&job.key.name());
        let standing = standing.map_or(highest, |register| register.version);
        if standing < highest {
            return self.fail(Job::WriteRegister(Box::new(job)), Reason::Rollback);
        }
        job.base = Some(standing);
        self.jobs.push_front(Job::WriteRegister(Box::new(job)));
    }
}

fn next_register(
    identity: &Identity,
    job: &RegisterJob,
    base: u64,
    random: &mut impl Random,
) -> Result<pb::Register, DocumentError> {
    let value = VerifiedRegister {
        version: base.saturating_add(1),
        issued_at: job.issued_at,
        payload: job.payload.clone(),
    };
    job.key.seal(value, identity.author(), random)
}

/// Pause after a call without an answer; the driver adds jitter.
const RETRY_MILLIS: u64 = 200;

fn read_register_call(session: Vec<u8>, key: &RegisterKey) -> Call {
    let request = pb::ReadRegisterRequest {
        session,
        name: key.name().0.to_vec(),
    };
    call(Method::ReadRegister, &request)
}
