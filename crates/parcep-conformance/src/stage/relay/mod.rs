//! The honest relay, in memory: what `spec/08-relay.md` and `spec/09-restore.md` ask of one, without
//! a network. A hostile relay is a wrapper that lies about this one.

mod access;
mod acts;
mod log;
mod registers;
pub mod restore;
mod sessions;

use super::{Seeded, Wire};
use parcep_core::crypto::{Hash, SigningKey, sha256};
use parcep_core::member::{Call, Method, Refusal};
use parcep_core::reason::Reason;
use parcep_core::session;
use parcep_proto::v1alpha1 as pb;
use prost::Message;
use std::collections::BTreeMap;

/// A relay with the logs it holds.
#[derive(Debug)]
pub struct Relay {
    key: SigningKey,
    random: Seeded,
    challenges: BTreeMap<Vec<u8>, sessions::Challenge>,
    sessions: BTreeMap<Vec<u8>, sessions::Session>,
    logs: BTreeMap<Vec<u8>, Log>,
    /// How far its clock is wrong, seconds.
    pub clock_error: i64,
    /// Answers calls; a relay that is down answers none.
    pub is_up: bool,
}

/// One household's log, as a relay sees it.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Entries from 0, as they were appended.
    pub entries: Vec<pb::Entry>,
    /// Hash of the last one.
    pub head: Hash,
    /// Relay epoch.
    pub epoch: u32,
    /// Until then only replays are taken.
    pub replays_until: Option<i64>,
    /// It began with a history: until then, or until the first entry that is none, replays are taken.
    pub history_until: Option<i64>,
    /// Registers by name.
    pub registers: BTreeMap<Vec<u8>, pb::Register>,
    /// Access keys.
    pub keys: BTreeMap<Vec<u8>, pb::AccessKey>,
    /// Acts that wait for their week to pass.
    pub acts: Vec<pb::AdminAct>,
}

/// Who makes a call: the log's handle and the access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Handle of the log.
    pub handle: Vec<u8>,
    /// Access key.
    pub key: Vec<u8>,
}

type Answer = Result<Vec<u8>, Refusal>;

impl Relay {
    /// A relay with a key of its own.
    pub fn new(mut random: Seeded) -> Result<Self, super::Broken> {
        Ok(Self {
            key: SigningKey::generate(&mut random)?,
            random,
            challenges: BTreeMap::new(),
            sessions: BTreeMap::new(),
            logs: BTreeMap::new(),
            clock_error: 0,
            is_up: true,
        })
    }

    /// Its id, which callers sign.
    pub fn id(&self) -> Hash {
        sha256(self.key.public().as_bytes())
    }

    /// The key that signs bookmarks.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The one log or several that it holds.
    pub fn logs(&self) -> &BTreeMap<Vec<u8>, Log> {
        &self.logs
    }

    /// As [`Relay::logs`], for those who lie.
    pub fn logs_mut(&mut self) -> &mut BTreeMap<Vec<u8>, Log> {
        &mut self.logs
    }

    /// A bookmark of where a log stands, signed.
    pub fn bookmark(&self, handle: &[u8], now: i64) -> Option<pb::Bookmark> {
        let log = self.logs.get(handle)?;
        let seq = (log.entries.len() as u64).saturating_sub(1);
        Some(self.sign_bookmark(handle, log.epoch, seq, log.head, now + self.clock_error))
    }

    /// Signs whatever a bookmark is to say.
    pub fn sign_bookmark(
        &self,
        handle: &[u8],
        relay_epoch: u32,
        seq: u64,
        head: Hash,
        time: i64,
    ) -> pb::Bookmark {
        let signed = session::bookmark(handle, relay_epoch, seq, &head, time);
        pb::Bookmark {
            seq,
            head: head.0.to_vec(),
            time,
            relay_epoch,
            signature: self.key.sign(&signed).to_vec(),
        }
    }

    fn answer(&mut self, call: &Call, now: i64) -> Answer {
        self.do_what_is_due(now);
        let body = call.body.as_slice();
        match call.method {
            Method::Challenge => self.challenge(&read(body)?, now),
            Method::OpenSession => self.open_session(&read(body)?, now),
            Method::CreateLog => self.create_log(read(body)?, now),
            Method::Append => self.append(read(body)?, now),
            Method::Read => self.read(&read(body)?, now),
            Method::ReadRegister => self.read_register(&read(body)?, now),
            Method::WriteRegister => self.write_register(read(body)?, now),
            Method::GrantAccess => self.grant(read(body)?, now),
            Method::ListAccess => self.list_access(&read(body)?, now),
            Method::RevokeAccess => self.revoke(&read(body)?, now),
            Method::ListActs => self.list_acts(&read(body)?, now),
            Method::Announce => self.announce(read(body)?, now),
            Method::CancelAct => self.cancel_act(&read(body)?, now),
            Method::Prune => self.prune(&read(body)?, now),
            _ => refuse(Reason::Unsupported),
        }
    }
}

impl Wire for Relay {
    fn call(&mut self, call: &Call, now: i64) -> Answer {
        if !self.is_up {
            return Err(Refusal::Unknown);
        }
        self.answer(call, now + self.clock_error)
    }

    fn watch(&mut self, call: &Call, now: i64) -> Result<Vec<Vec<u8>>, Refusal> {
        if !self.is_up {
            return Err(Refusal::Unknown);
        }
        self.watch_items(&read(&call.body)?, now)
    }
}

fn read<M: Message + Default>(bytes: &[u8]) -> Result<M, Refusal> {
    M::decode(bytes).map_err(|_| Refusal::Reason(Reason::Malformed))
}

fn refuse<T>(reason: Reason) -> Result<T, Refusal> {
    Err(Refusal::Reason(reason))
}
