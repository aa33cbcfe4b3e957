//! What a member asks of a relay's desk: who has access, what is announced, what is dropped; and a log
//! that begins with a history.

use super::engine::{Event, Job, call};
use super::{Call, Member, Method};
use crate::crypto::{CryptoError, Random};
use crate::document::{DocumentError, Draft, PayloadType, SectionKind};
use crate::id::DocumentId;
use crate::reason::Reason;
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// What is announced for 7 days before it is done (R-RELAY-037).
pub use pb::announce_request::What as Announcement;

/// Most access keys of a log that are remembered: four for each device that a household may have.
const MAX_KEYS: usize = 256;
/// Most acts that a relay has pending (R-RELAY-037).
const MAX_ACTS: usize = 16;
/// Most further keys of a log that begins with a history.
const MAX_MORE: usize = 63;

/// One request.
#[derive(Debug, Clone)]
pub(super) enum Desk {
    Grant(Box<pb::AccessKey>),
    /// What was granted before, after a restore.
    GrantAgain(Box<pb::AccessKey>),
    Revoke {
        access_key: Vec<u8>,
        /// It was not remembered as revoked before.
        anew: bool,
    },
    /// What was revoked before, after a restore.
    RevokeAgain(Vec<u8>),
    ListAccess,
    Announce(Box<Announcement>),
    CancelAct(u64),
    ListActs,
    Prune(Vec<u64>),
}

impl Member {
    /// Gives an access key its rights at the relay; [`Event::Granted`] says how it went. DELAYED: it
    /// takes something from an admin, and has to be [announced](Member::announce). What was granted is
    /// remembered for 90 days, and granted again after a restore (R-MOVE-034).
    pub fn grant_access(&mut self, access: pb::AccessKey) {
        self.ask(Desk::Grant(Box::new(access)));
    }

    /// Takes an access key from whoever has it; [`Event::Revoked`] says how it went. It is remembered from
    /// now on for 90 days, and done again after a restore (R-MOVE-017); a refusal takes that back, unless
    /// it was remembered before. `now` is in seconds since 1970.
    pub fn revoke_access(&mut self, access_key: Vec<u8>, now: i64) {
        let anew = self.notes.note_revoked(access_key.clone(), now);
        self.events.push_back(Event::Noted);
        self.ask(Desk::Revoke { access_key, anew });
    }

    /// Gives up what was asked of the desk, and a log that was to be created, because no answer came. What
    /// was revoked stays remembered.
    pub fn withdraw(&mut self) {
        self.jobs
            .retain(|job| !matches!(job, Job::Desk(_) | Job::Create(_)));
    }

    /// Asks who has access; [`Event::Access`] tells, and it is remembered for a move (R-MOVE-027).
    pub fn list_access(&mut self) {
        self.ask(Desk::ListAccess);
    }

    /// Announces an act that is carried out in 7 days, in everybody's sight; [`Event::Announced`] brings
    /// it back with its number and when it is due.
    pub fn announce(&mut self, what: Announcement) {
        self.ask(Desk::Announce(Box::new(what)));
    }

    /// Cancels an announced act, whoever announced it; [`Event::CancelledAct`].
    pub fn cancel_act(&mut self, id: u64) {
        self.ask(Desk::CancelAct(id));
    }

    /// Asks what is announced; [`Event::Acts`].
    pub fn list_acts(&mut self) {
        self.ask(Desk::ListActs);
    }

    /// Has the relay drop bodies of own entries that newer ones in their slots replaced a week ago;
    /// [`Event::Pruned`] (R-MOVE-025). At most 256 places.
    pub fn prune(&mut self, seqs: Vec<u64>) {
        self.ask(Desk::Prune(seqs));
    }

    /// Creates the log of this household at the relay at hand, to be filled with its history
    /// (R-MOVE-020): with every access key of the newest list that was read, but those revoked since and
    /// those in `without`, of who left.
    /// After [`Event::Created`], [`Member::sync`] gives it everything, and [`Member::append_moved`] makes
    /// it the home.
    ///
    /// False if entry 0 was not read yet.
    pub fn begin_here(
        &mut self,
        access: pb::AccessKey,
        without: &[Vec<u8>],
        voucher: Vec<u8>,
    ) -> bool {
        let Some(genesis) = self.chain.membership().first().cloned() else {
            return false;
        };
        let revoked = self.notes.revoked(self.now);
        let others = self.notes.access().iter();
        let more = others.filter(|key| {
            let out = revoked.contains(&key.access_key) || without.contains(&key.access_key);
            key.access_key != access.access_key && !out
        });
        let request = pb::CreateLogRequest {
            handle: self.anchor.handle.clone(),
            genesis: Some((&genesis).into()),
            more: more.take(MAX_MORE).cloned().collect(),
            access: Some(access),
            nonce: Vec::new(),
            expires_at: 0,
            signature: Vec::new(),
            voucher,
            relay_epoch: Some(self.next_relay_epoch()),
        };
        self.jobs.push_back(Job::Create(Box::new(request)));
        true
    }

    /// Appends a MOVED that names the relay at hand, which the constitution has to list (R-MOVE-021).
    ///
    /// # Errors
    /// If the source of randomness fails.
    pub fn append_moved(
        &mut self,
        now: i64,
        random: &mut impl Random,
    ) -> Result<DocumentId, DocumentError> {
        let document_id = DocumentId::random(random).map_err(CryptoError::from)?;
        let uri = self.at.uri.clone();
        self.append(Draft {
            payload_type: PayloadType::Moved,
            document_id,
            base: None,
            dependant: None,
            slot: Bytes::new(),
            sections: vec![(SectionKind::Moved, pb::Moved { uri }.encode_to_vec())],
            issued_at: now,
        });
        Ok(document_id)
    }

    pub(super) fn ask(&mut self, desk: Desk) {
        self.jobs.push_back(Job::Desk(desk));
    }

    pub(super) fn on_desk(&mut self, desk: Desk, bytes: &[u8]) {
        let event = match desk {
            Desk::Grant(access) => {
                self.notes.note_granted(*access, self.now);
                self.events.push_back(Event::Noted);
                Event::Granted(Ok(()))
            }
            Desk::GrantAgain(_) => return self.said_again_here(),
            Desk::RevokeAgain(access_key) => {
                self.notes.note_gone(&access_key);
                self.said_again_here();
                Event::Revoked(Ok(()))
            }
            Desk::Revoke { access_key, .. } => {
                self.notes.note_gone(&access_key);
                self.events.push_back(Event::Noted);
                Event::Revoked(Ok(()))
            }
            Desk::ListAccess => {
                let listed = pb::ListAccessResponse::decode(bytes).ok();
                match listed.filter(|listed| listed.keys.len() <= MAX_KEYS) {
                    Some(listed) => {
                        let whole = !self.notes.relay(&self.at.uri).lacks;
                        self.notes.note_access(listed.keys.clone(), whole);
                        self.events.push_back(Event::Noted);
                        Event::Access(Ok(listed.keys))
                    }
                    None => Event::Access(Err(Reason::Malformed)),
                }
            }
            Desk::Announce(_) => {
                let announced = pb::AnnounceResponse::decode(bytes).ok();
                let act = announced.and_then(|announced| announced.act);
                Event::Announced(act.map(Box::new).ok_or(Reason::Malformed))
            }
            Desk::CancelAct(id) => Event::CancelledAct(id, Ok(())),
            Desk::ListActs => {
                let listed = pb::ListActsResponse::decode(bytes).ok();
                let listed = listed.filter(|listed| listed.acts.len() <= MAX_ACTS);
                Event::Acts(listed.map(|l| l.acts).ok_or(Reason::Malformed))
            }
            Desk::Prune(_) => Event::Pruned(Ok(())),
        };
        self.events.push_back(event);
    }

    pub(super) fn on_desk_refused(&mut self, desk: Desk, reason: Reason) {
        if let Desk::Revoke {
            access_key,
            anew: true,
        } = &desk
        {
            self.notes.forget_revoked(access_key);
            self.events.push_back(Event::Noted);
        }
        // Without a session it was not asked at all.
        if desk.is_again() && self.session.is_some() {
            self.said_again_here();
        }
        self.events.extend(desk.refused(reason));
    }

    /// Acts that were named when a session was opened.
    pub(super) fn tell_acts(&mut self, acts: Vec<pb::AdminAct>) {
        if !acts.is_empty() && acts.len() <= MAX_ACTS {
            self.events.push_back(Event::Acts(Ok(acts)));
        }
    }
}

impl Desk {
    /// Whether it was said before, and is said again after a restore or at another relay.
    pub(super) fn is_again(&self) -> bool {
        matches!(self, Self::GrantAgain(_) | Self::RevokeAgain(_))
    }

    pub(super) fn call(&self, session: Vec<u8>) -> Call {
        match self.clone() {
            Self::Grant(access) | Self::GrantAgain(access) => {
                let access = Some(*access);
                call(
                    Method::GrantAccess,
                    &pb::GrantAccessRequest { session, access },
                )
            }
            Self::Revoke { access_key, .. } | Self::RevokeAgain(access_key) => {
                let request = pb::RevokeAccessRequest {
                    session,
                    access_key,
                };
                call(Method::RevokeAccess, &request)
            }
            Self::ListAccess => call(Method::ListAccess, &pb::ListAccessRequest { session }),
            Self::Announce(what) => {
                let what = Some(*what);
                call(Method::Announce, &pb::AnnounceRequest { session, what })
            }
            Self::CancelAct(id) => call(Method::CancelAct, &pb::CancelActRequest { session, id }),
            Self::ListActs => call(Method::ListActs, &pb::ListActsRequest { session }),
            Self::Prune(seqs) => call(Method::Prune, &pb::PruneRequest { session, seqs }),
        }
    }

    fn refused(self, reason: Reason) -> Option<Event> {
        Some(match self {
            Self::Grant(_) => Event::Granted(Err(reason)),
            // Its own guardian let it in meanwhile, or nobody may any more.
            Self::GrantAgain(_) => return None,
            Self::Revoke { .. } | Self::RevokeAgain(_) => Event::Revoked(Err(reason)),
            Self::ListAccess => Event::Access(Err(reason)),
            Self::Announce(_) => Event::Announced(Err(reason)),
            Self::CancelAct(id) => Event::CancelledAct(id, Err(reason)),
            Self::ListActs => Event::Acts(Err(reason)),
            Self::Prune(_) => Event::Pruned(Err(reason)),
        })
    }
}
