//! Challenges, sessions, and logs that begin, some of them with a history (R-MOVE-020).

use super::super::DAY;
use super::{Answer, Caller, Log, Relay, refuse};
use parcep_core::crypto::{Random as _, VerifyingKey};
use parcep_core::log::Entry;
use parcep_core::member::Refusal;
use parcep_core::reason::Reason;
use parcep_core::session;
use parcep_proto::v1alpha1 as pb;
use pb::Right;
use prost::Message as _;

/// Life of a nonce and of a session, seconds.
const NONCE_LIFE: i64 = 60;
const SESSION_LIFE: i64 = 3600;
/// The highest relay epoch that a log begins with (R-MOVE-020).
const MAX_EPOCH: u32 = 4_200_000_000;

/// A nonce that was given out.
#[derive(Debug)]
pub(super) struct Challenge {
    caller: Caller,
    expires_at: i64,
}

/// A session that is open.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) caller: Caller,
    expires_at: i64,
}

impl Relay {
    pub(super) fn challenge(&mut self, request: &pb::ChallengeRequest, now: i64) -> Answer {
        let nonce = self.fresh();
        let expires_at = now + NONCE_LIFE;
        let caller = Caller {
            handle: request.handle.clone(),
            key: request.access_key.clone(),
        };
        self.challenges.retain(|_, open| open.expires_at > now);
        let open = Challenge { caller, expires_at };
        self.challenges.insert(nonce.clone(), open);
        let response = pb::ChallengeResponse {
            relay_id: self.id().0.to_vec(),
            nonce,
            expires_at,
        };
        Ok(response.encode_to_vec())
    }

    pub(super) fn open_session(&mut self, request: &pb::OpenSessionRequest, now: i64) -> Answer {
        let caller = Caller {
            handle: request.handle.clone(),
            key: request.access_key.clone(),
        };
        self.proven(
            &caller,
            &request.nonce,
            request.expires_at,
            &request.signature,
            now,
        )?;
        let log = self.logs.get(&caller.handle);
        let known = log.and_then(|log| Some((log.keys.get(&caller.key)?, log.status())));
        let Some((key, status)) = known else {
            return refuse(Reason::BadChallenge);
        };
        let mut rights = key.rights.clone();
        rights.sort_unstable();
        let token = self.fresh();
        let expires_at = now + SESSION_LIFE;
        let response = pb::OpenSessionResponse {
            session: token.clone(),
            expires_at,
            rights,
            status: Some(status),
            ..pb::OpenSessionResponse::default()
        };
        self.sessions.retain(|_, open| open.expires_at > now);
        self.sessions.insert(token, Session { caller, expires_at });
        Ok(response.encode_to_vec())
    }

    pub(super) fn create_log(&mut self, request: pb::CreateLogRequest, now: i64) -> Answer {
        let (Some(genesis), Some(mut access)) = (request.genesis, request.access) else {
            return refuse(Reason::Malformed);
        };
        let caller = Caller {
            handle: request.handle.clone(),
            key: access.access_key.clone(),
        };
        self.proven(
            &caller,
            &request.nonce,
            request.expires_at,
            &request.signature,
            now,
        )?;
        let shape = Entry::try_from(genesis.clone());
        let entry = shape.map_err(|error| Refusal::Reason(error.reason()))?;
        if entry.seq != 0 || genesis.prev.iter().any(|byte| *byte != 0) {
            return refuse(Reason::InvalidArgument);
        }
        if matches!(request.relay_epoch, Some(epoch) if !(1..=MAX_EPOCH).contains(&epoch)) {
            return refuse(Reason::InvalidArgument);
        }
        if self.logs.contains_key(&request.handle) {
            return refuse(Reason::LogExists);
        }
        access.rights = [Right::Read, Right::Append, Right::Registers, Right::Admin]
            .map(i32::from)
            .to_vec();
        let mut log = Log {
            head: entry.hash(),
            epoch: request.relay_epoch.unwrap_or(1),
            history_until: request.relay_epoch.map(|_| now + DAY),
            ..Log::default()
        };
        log.entries.push(genesis);
        let more = request.more.into_iter();
        log.keys
            .extend(more.map(|key| (key.access_key.clone(), key)));
        log.keys.insert(access.access_key.clone(), access);
        let status = Some(log.status());
        self.logs.insert(request.handle, log);
        Ok(pb::CreateLogResponse { status }.encode_to_vec())
    }

    /// The log of a session, and who calls, if the caller's key has the right.
    pub(super) fn authorised(
        &self,
        token: &[u8],
        right: Right,
        now: i64,
    ) -> Result<Caller, Refusal> {
        let open = self
            .sessions
            .get(token)
            .filter(|open| open.expires_at > now);
        let Some(open) = open else {
            return refuse(Reason::NoSession);
        };
        let log = self.logs.get(&open.caller.handle);
        let Some(key) = log.and_then(|log| log.keys.get(&open.caller.key)) else {
            return refuse(Reason::NoSession);
        };
        if !key.rights.contains(&right.into()) {
            return refuse(Reason::NotPermitted);
        }
        Ok(open.caller.clone())
    }

    /// Sessions of a key end when it changes (R-RELAY-018).
    pub(super) fn end_sessions(&mut self, handle: &[u8], key: &[u8]) {
        self.sessions
            .retain(|_, open| open.caller.handle != handle || open.caller.key != key);
    }

    fn proven(
        &mut self,
        caller: &Caller,
        nonce: &[u8],
        expires_at: i64,
        signature: &[u8],
        now: i64,
    ) -> Result<(), Refusal> {
        let open = self.challenges.remove(nonce);
        let open = open.filter(|open| {
            open.caller == *caller && open.expires_at == expires_at && open.expires_at > now
        });
        let signed = session::challenge(&self.id().0, &caller.handle, nonce, expires_at);
        let key = VerifyingKey::try_from(caller.key.as_slice());
        let proven = key.is_ok_and(|key| key.verify(&signed, signature).is_ok());
        if open.is_some() && proven {
            Ok(())
        } else {
            refuse(Reason::BadChallenge)
        }
    }

    fn fresh(&mut self) -> Vec<u8> {
        // The seeded source never fails.
        self.random.array::<32>().unwrap_or_default().to_vec()
    }
}

impl Log {
    /// Where it stands.
    pub fn status(&self) -> pb::LogStatus {
        pb::LogStatus {
            relay_epoch: self.epoch,
            next_seq: self.entries.len() as u64,
            head: self.head.0.to_vec(),
        }
    }
}
