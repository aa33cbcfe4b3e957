//! The state machine itself: what to call next, and what a reply means.

use super::desk::Desk;
use super::write::{Pending, RegisterJob, RegisterRead};
use super::{Call, Chain, Identity, Method, Refusal};
use crate::crypto::{Hash, Random};
use crate::document::{DocumentError, PayloadType};
use crate::epoch::Keyring;
use crate::household::{Household, Outcome};
use crate::id::{DeviceId, DocumentId};
use crate::joining::Anchor;
use crate::log::{Entry, ForkProof};
use crate::reason::Reason;
use crate::register::VerifiedRegister;
use crate::session;
use parcep_proto::v1alpha1 as pb;
use prost::Message;
use std::collections::{BTreeMap, VecDeque};

/// Something the driver should know or store.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// The next entry of the log, to be stored before anything later is acted on.
    Followed(Entry, Outcome),
    /// Entries from this place on were never there: drop them from the store.
    Rewound(u64),
    /// Hand over every stored entry of the chain, in order, by [`Member::refold`]. What follows says
    /// what becomes of those from `to` on; until then no call is made.
    GoBack {
        /// The first place in question.
        to: u64,
    },
    /// What holds was judged anew, and may be another household: look at it as after a restart.
    Refolded,
    /// What stands aside changed: store [`Member::aside_bytes`] before anything later is acted on.
    Aside,
    /// Hand over stored entries from `from` on and before `until` by [`Member::supply`].
    Wanted {
        /// The first place.
        from: u64,
        /// The place behind the last.
        until: u64,
    },
    /// So many entries were given back to a relay that lost them, or that is new (R-MOVE-011).
    GivenBack(u64),
    /// The relay began this relay epoch: its store went back to an earlier state (R-MOVE-009).
    Restored(u32),
    /// Own documents that a fork, a restore or a move took: ask the person whether to append them
    /// again, and give [`Member::append`] what [`Member::draft_again`] returns (R-MOVE-007).
    AskAgain(Vec<DocumentId>),
    /// A fork is proven, to be kept and handed on (R-MOVE-028).
    Forked(Box<ForkProof>),
    /// The log's home is the relay at this address now: connect there, call [`Member::use_relay`] and
    /// sync (R-MOVE-022).
    Moved(String),
    /// [`Member::identity`] has a new sealing key, and the old one is not needed any more: store the one
    /// and destroy the other.
    Rekeyed,
    /// [`Member::notes`] changed: store them.
    Noted,
    /// This relay is suspected, and followed all the same. `Withheld`: others have seen more of the log
    /// than it serves (R-LOG-015).
    Suspected(Failure),
    /// Everything the relay has was followed.
    CaughtUp,
    /// The document stands at this place.
    Appended(DocumentId, u64),
    /// The document will not be appended. `BaseNotLive` and `StaleHead` mean: ask the person again.
    NotAppended(DocumentId, Reason),
    /// A register's contents, verified; `None` if the relay has none.
    Register(DeviceId, PayloadType, Option<VerifiedRegister>),
    /// This device's register stands at this version.
    RegisterWritten(PayloadType, u64),
    /// Every access key of the log, in order of the key.
    Access(Result<Vec<pb::AccessKey>, Reason>),
    /// What is announced: all of it, or why the relay does not say.
    Acts(Result<Vec<pb::AdminAct>, Reason>),
    /// An act was announced just now, cancelled or carried out.
    Act(Box<pb::AdminAct>),
    /// An own announcement stands, or was refused.
    Announced(Result<Box<pb::AdminAct>, Reason>),
    /// The act of this number is cancelled, or is not.
    CancelledAct(u64, Result<(), Reason>),
    /// Bodies were dropped, or none was.
    Pruned(Result<(), Reason>),
    /// An access key was removed, or was refused to be.
    Revoked(Result<(), Reason>),
    /// A key was granted access, or was refused it.
    Granted(Result<(), Reason>),
    /// The log exists at the relay, or cannot be created there.
    Created(Result<(), Reason>),
    /// Following or writing a register was refused for this reason.
    Failed(Reason),
    /// Wait this many milliseconds before the next poll.
    Pause(u64),
    /// Nothing this relay says is believed any more.
    Distrusted(Failure),
}

/// Why a relay is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// The reason code.
    pub reason: Reason,
    /// The place at fault.
    pub seq: u64,
}

/// One device's view of one household, and its dealings with one relay.
#[derive(Debug)]
pub struct Member {
    pub(super) identity: Identity,
    pub(super) anchor: Anchor,
    pub(super) chain: Chain,
    pub(super) key_change: Option<super::rekey::KeyChange>,
    pub(super) promised: Option<super::welcome::Promise>,
    /// The first entry that listed this device.
    pub(super) joined_at: Option<u64>,
    pub(super) events: VecDeque<Event>,
    pub(super) jobs: VecDeque<Job>,
    /// What waits while another relay is asked.
    pub(super) waiting: Option<VecDeque<Job>>,
    pub(super) distrusted: Option<Failure>,
    pub(super) notes: super::Notes,
    pub(super) given: Keyring,
    pub(super) aside: Vec<super::Branch>,
    /// Branches that people ended, with own documents on them: nothing there holds.
    pub(super) ended: Vec<super::Branch>,
    /// First entries of branches that held for their week: they do not hold again (R-MOVE-032).
    pub(super) over: Vec<Hash>,
    pub(super) back: Option<super::back::Back>,
    pub(super) giving: Option<super::give::Giving>,
    pub(super) at: super::relay::AtRelay,
    pub(super) held: super::held::Held,
    pub(super) claims: super::claims::Claims,
    pub(super) bookmark: Option<pb::SignedBookmark>,
    pub(super) beats: BTreeMap<DeviceId, pb::SignedRegister>,
    pub(super) now: i64,
    pub(super) session: Option<Session>,
    awaiting: Option<Awaiting>,
}

#[derive(Debug)]
pub(super) struct Session {
    pub(super) token: Vec<u8>,
    /// A call in it was answered.
    pub(super) used: bool,
}

/// What is to be done, in order.
#[derive(Debug)]
pub(super) enum Job {
    Create(Box<pb::CreateLogRequest>),
    Follow,
    Back,
    GiveBack,
    Append(Box<Pending>),
    WriteRegister(Box<RegisterJob>),
    ReadRegister(Box<RegisterRead>),
    Desk(Desk),
}

/// Which reply the engine waits for.
#[derive(Debug)]
enum Awaiting {
    Challenge,
    Session,
    Job,
}

impl Member {
    pub(super) fn with(identity: Identity, anchor: Anchor, keyring: Keyring) -> Self {
        Self {
            chain: Chain::new(anchor.log_id, anchor.genesis, keyring.clone()),
            given: keyring,
            aside: Vec::new(),
            ended: Vec::new(),
            over: Vec::new(),
            back: None,
            giving: None,
            at: super::relay::AtRelay {
                uri: anchor
                    .relays
                    .first()
                    .map_or_else(String::new, |r| r.uri.clone()),
                ..Default::default()
            },
            held: Default::default(),
            claims: Default::default(),
            bookmark: None,
            beats: BTreeMap::new(),
            now: 0,
            identity,
            anchor,
            key_change: None,
            promised: None,
            joined_at: None,
            events: VecDeque::new(),
            jobs: VecDeque::new(),
            waiting: None,
            distrusted: None,
            notes: super::Notes::default(),
            session: None,
            awaiting: None,
        }
    }

    /// A member that starts from what it stored: its keys, its anchor, the secrets a Welcome
    /// brought, and every entry it followed. Entries are verified anew.
    pub fn restore(
        identity: Identity,
        anchor: Anchor,
        secrets: Keyring,
        entries: impl IntoIterator<Item = Entry>,
    ) -> Self {
        Self::replay(identity, anchor, secrets, entries).0
    }

    /// As [`Member::restore`], with what every entry did.
    pub fn replay(
        identity: Identity,
        anchor: Anchor,
        secrets: Keyring,
        entries: impl IntoIterator<Item = Entry>,
    ) -> (Self, Vec<Event>) {
        let mut member = Self::with(identity, anchor, secrets);
        for entry in entries {
            member.follow(entry);
        }
        let history = std::mem::take(&mut member.events);
        (member, history.into())
    }

    /// The device.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What this member believed before any relay spoke.
    pub fn anchor(&self) -> &Anchor {
        &self.anchor
    }

    /// The secrets held.
    pub fn keyring(&self) -> &Keyring {
        self.chain.keyring()
    }

    /// The branch of the log that this member follows.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// What holds now; `None` before genesis was read.
    pub fn household(&self) -> Option<&Household> {
        self.chain.household()
    }

    /// Number of entries followed, and hash of the last.
    pub fn head(&self) -> (u64, Hash) {
        (self.chain.next_seq(), self.chain.head())
    }

    /// Why the relay is not believed, if it is not.
    pub fn distrusted(&self) -> Option<Failure> {
        self.distrusted
    }

    /// Whether a job, a reply, or something that the driver owes is outstanding.
    pub fn is_busy(&self) -> bool {
        let owed = self.owes_refold() || self.owes_supply();
        owed || self.awaiting.is_some() || !self.jobs.is_empty()
    }

    /// The oldest event not yet taken.
    pub fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Asks to follow the log to its end. A relay that was refused before is tried anew: everything that
    /// it serves is verified again, from what was applied (R-LOG-018).
    pub fn sync(&mut self) {
        if self.distrusted.take().is_some() {
            self.session = None;
            self.at.named = 0;
        }
        self.jobs.push_back(Job::Follow);
    }

    /// The next call to make, if one is due. `now` in seconds since the Unix epoch.
    ///
    /// # Errors
    /// If sealing fails, which only a broken source of randomness or an oversized draft causes; the
    /// job at fault is dropped.
    pub fn poll(
        &mut self,
        now: i64,
        random: &mut impl Random,
    ) -> Result<Option<Call>, DocumentError> {
        self.now = now;
        let owed = self.owes_refold() || self.owes_supply();
        let idle = self.distrusted.is_some() || self.jobs.is_empty();
        if self.awaiting.is_some() || owed || idle {
            return Ok(None);
        }
        // Whether a session is over says the relay and not this device's clock, which may be wrong.
        let has_session = self.session.is_some();
        let creating = matches!(self.jobs.front(), Some(Job::Create(_)));
        if creating || !has_session {
            self.awaiting = Some(Awaiting::Challenge);
            let request = pb::ChallengeRequest {
                handle: self.anchor.handle.clone(),
                access_key: self.access_key(),
            };
            return Ok(Some(call(Method::Challenge, &request)));
        }
        match self.job_call(random) {
            Ok(made) => {
                self.awaiting = made.is_some().then_some(Awaiting::Job);
                Ok(made)
            }
            Err(error) => {
                self.jobs.pop_front();
                Err(error)
            }
        }
    }

    /// Takes the reply to the last call. Returns a call that must follow at once, if one must.
    pub fn receive(
        &mut self,
        reply: Result<&[u8], Refusal>,
        now: i64,
        random: &mut impl Random,
    ) -> Option<Call> {
        self.now = now;
        match (self.awaiting.take()?, reply) {
            (Awaiting::Challenge, Ok(bytes)) => return self.on_challenge(bytes),
            (Awaiting::Session, Ok(bytes)) => self.on_session(bytes),
            (Awaiting::Job, Ok(bytes)) => self.on_job_reply(bytes, now, random),
            (_, Err(Refusal::RetryAfter(millis))) => self.events.push_back(Event::Pause(millis)),
            (Awaiting::Job, Err(refusal)) => self.on_job_refused(refusal, now),
            (_, Err(refusal)) => self.on_no_session(refusal),
        }
        None
    }

    fn on_challenge(&mut self, bytes: &[u8]) -> Option<Call> {
        let Ok(challenge) = pb::ChallengeResponse::decode(bytes) else {
            self.on_no_session(Refusal::Reason(Reason::Malformed));
            return None;
        };
        if !self.is_relay(&challenge.relay_id) {
            // R-RELAY-035: whoever answers here is not the relay that this address stands for.
            self.on_no_session(Refusal::Reason(Reason::BadChallenge));
            return None;
        }
        let signed = session::challenge(
            &challenge.relay_id,
            &self.anchor.handle,
            &challenge.nonce,
            challenge.expires_at,
        );
        let signature = self.identity.access.sign(&signed).to_vec();
        if let Some(Job::Create(create)) = self.jobs.front() {
            self.awaiting = Some(Awaiting::Job);
            let request = pb::CreateLogRequest {
                nonce: challenge.nonce,
                expires_at: challenge.expires_at,
                signature,
                ..(**create).clone()
            };
            return Some(call(Method::CreateLog, &request));
        }
        self.awaiting = Some(Awaiting::Session);
        let request = pb::OpenSessionRequest {
            handle: self.anchor.handle.clone(),
            access_key: self.access_key(),
            nonce: challenge.nonce,
            expires_at: challenge.expires_at,
            signature,
        };
        Some(call(Method::OpenSession, &request))
    }

    fn on_session(&mut self, bytes: &[u8]) {
        let Ok(opened) = pb::OpenSessionResponse::decode(bytes) else {
            return self.on_no_session(Refusal::Reason(Reason::Malformed));
        };
        self.session = Some(Session {
            token: opened.session,
            used: false,
        });
        self.at.may_append = opened.rights.contains(&pb::Right::Append.into());
        self.tell_acts(opened.acts);
        self.ask_for_run();
        if let Some(status) = opened.status {
            self.check_status(&status);
        }
        if self.distrusted.is_none() {
            self.say_again();
        }
    }

    /// Without a session nothing can be done now: every waiting job hears why, unless the network
    /// is to blame, in which case the driver tries again.
    fn on_no_session(&mut self, refusal: Refusal) {
        let Refusal::Reason(reason) = refusal else {
            return self.events.push_back(Event::Pause(RECONNECT_MILLIS));
        };
        for job in std::mem::take(&mut self.jobs) {
            self.fail(job, reason);
        }
    }

    pub(super) fn fail(&mut self, job: Job, reason: Reason) {
        if matches!(job, Job::Back) {
            // Else the next difference would be looked for by nobody.
            self.back = None;
        }
        let event = match job {
            Job::Create(_) => Event::Created(Err(reason)),
            Job::Append(pending) => Event::NotAppended(pending.document_id(), reason),
            Job::Desk(desk) => return self.on_desk_refused(desk, reason),
            Job::ReadRegister(read) => {
                Event::Register(read.key.writer, read.key.payload_type, None)
            }
            Job::Follow | Job::Back | Job::GiveBack | Job::WriteRegister(_) => {
                Event::Failed(reason)
            }
        };
        self.events.push_back(event);
    }

    /// A chain before entry 0, with the secrets that came by no wrap.
    pub(super) fn empty_chain(&self) -> Chain {
        self.chain_with(self.given.clone())
    }

    /// A chain before entry 0, with these secrets but for those that were destroyed.
    pub(super) fn chain_with(&self, secrets: Keyring) -> Chain {
        let mut chain = Chain::new(self.anchor.log_id, self.anchor.genesis, secrets);
        self.erased().iter().for_each(|id| chain.forget(*id));
        chain
    }

    /// No reply to an earlier call is waited for any more.
    pub(super) fn stop_waiting(&mut self) {
        self.awaiting = None;
    }

    pub(super) fn distrust(&mut self, reason: Reason, seq: u64) {
        let failure = Failure { reason, seq };
        self.distrusted = Some(failure);
        self.jobs.clear();
        self.back = None;
        self.giving = None;
        self.events.push_back(Event::Distrusted(failure));
    }

    fn access_key(&self) -> Vec<u8> {
        self.identity.access.public().as_bytes().to_vec()
    }
}

/// Pause before a call that got no answer is made again; the driver adds jitter.
const RECONNECT_MILLIS: u64 = 500;

/// Encodes a call.
pub(super) fn call(method: Method, request: &impl Message) -> Call {
    Call {
        method,
        body: request.encode_to_vec(),
    }
}
