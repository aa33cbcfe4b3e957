//! Values that go into a store and come out of it.

use crate::access::{AccessRecord, Handle};
use bytes::Bytes;
use parcep_core::crypto::{CryptoError, Hash, SigningKey, VerifyingKey, sha256};
use parcep_core::log::Entry;
use std::fmt;

/// Who a relay is.
#[derive(Debug)]
pub struct Identity {
    /// Id of the relay: SHA-256 of its public key (R-RELAY-004).
    pub id: [u8; 32],
    /// Key that signs bookmarks, and nothing else.
    pub key: SigningKey,
}

impl Identity {
    /// The identity with the key of this seed.
    ///
    /// # Errors
    /// As [`SigningKey::from_seed`].
    pub fn new(seed: [u8; 32]) -> Result<Self, CryptoError> {
        let key = SigningKey::from_seed(seed)?;
        let id = sha256(key.public().as_bytes()).0;
        Ok(Self { id, key })
    }
}

/// Where a log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogState {
    /// Relay epoch, from 1.
    pub relay_epoch: u32,
    /// Number of entries.
    pub next_seq: u64,
    /// Hash of the last entry.
    pub head: Hash,
    /// Bytes of headers and bodies it holds.
    pub used_bytes: u64,
    /// What it takes beside new entries, or instead of them.
    pub replays: Replays,
}

/// Whether a log takes verbatim re-appends, by the relay's clock in seconds (R-RELAY-019).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Replays {
    /// It does not.
    #[default]
    None,
    /// The store went back: replays and nothing else, until this instant (R-MOVE-010).
    Restore {
        /// The first instant at which it takes new entries and no replays.
        until: i64,
    },
    /// The log begins with a history: replays until this instant, or until the first entry that is
    /// none (R-MOVE-020).
    History {
        /// The first instant at which it takes no replays.
        until: i64,
    },
}

impl Replays {
    /// What of it holds at this instant.
    #[must_use]
    pub fn at(self, now: i64) -> Self {
        match self {
            Self::Restore { until } | Self::History { until } if now < until => self,
            _ => Self::None,
        }
    }
}

/// A log to create.
#[derive(Debug, Clone)]
pub struct NewLog {
    /// Its handle.
    pub handle: Handle,
    /// Entry 0.
    pub genesis: Entry,
    /// Its first access key, with every right.
    pub access: AccessRecord,
    /// SHA-256 of the admission voucher, which is spent by this; `None` if the relay asks for none.
    pub voucher: Option<Hash>,
    /// Bytes the log may hold.
    pub log_bytes: u64,
    /// Relay epoch of a log that begins with a history, which then takes replays for a day; `None` for
    /// an ordinary one (R-MOVE-020).
    pub relay_epoch: Option<u32>,
    /// Further access keys, no two alike.
    pub more: Vec<AccessRecord>,
    /// Keys the log may hold.
    pub max_keys: u32,
    /// The relay's time, seconds.
    pub now: i64,
}

/// What an announced act does (R-CONS-025).
#[derive(Clone, PartialEq, Eq)]
pub enum What {
    /// Changes a key to stand so, or adds it.
    Change(AccessRecord),
    /// Removes a key.
    Revoke(VerifyingKey),
    /// Drops the bodies at these places, ascending, whoever wrote them.
    EraseBodies(Vec<u64>),
    /// Deletes the log.
    DeleteLog,
}

impl What {
    /// The key that it is about, if it is about one.
    pub fn key(&self) -> Option<VerifyingKey> {
        match self {
            Self::Change(record) => Some(record.key),
            Self::Revoke(key) => Some(*key),
            Self::EraseBodies(_) | Self::DeleteLog => None,
        }
    }
}

impl fmt::Debug for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Change(_) => "Change(…)",
            Self::Revoke(_) => "Revoke(…)",
            Self::EraseBodies(_) => "EraseBodies(…)",
            Self::DeleteLog => "DeleteLog",
        })
    }
}

/// An act that was announced.
#[derive(Clone, PartialEq, Eq)]
pub struct ActRecord {
    /// Number of the act in its log, from 1.
    pub id: u64,
    /// When it was announced, seconds of the relay's time.
    pub announced_at: i64,
    /// When it is carried out.
    pub due_at: i64,
    /// Who announced it.
    pub by: VerifyingKey,
    /// What it does.
    pub what: What,
}

impl fmt::Debug for ActRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActRecord({}, {:?})", self.id, self.what)
    }
}

/// A change that was carried out: where the log stands now, and whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Where the log stands; as it stood, if it was deleted.
    pub log: LogState,
    /// What others are to be told, in order.
    pub effects: Vec<Effect>,
}

/// Something that others are to be told of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The entry stands behind the head. Not told of a replay that stood already.
    Appended,
    /// The key was changed or removed: its sessions and watches are over (R-RELAY-018).
    KeyEnded(VerifyingKey),
    /// An act was announced.
    Announced(ActRecord),
    /// What was to be announced is pending already, as this act.
    Pending(ActRecord),
    /// An act will not happen.
    Cancelled(ActRecord),
    /// An act has happened.
    Done(ActRecord),
    /// Bodies below this place were dropped.
    BodiesDropped {
        /// The place behind the last of them.
        below: u64,
    },
    /// The log is no more.
    LogDeleted,
}

/// Name of a register, opaque to the relay.
pub type RegisterName = [u8; 32];

/// A register as the relay holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct RegisterRecord {
    /// Its name.
    pub name: RegisterName,
    /// Version, from 1.
    pub version: u64,
    /// Sealed value.
    pub value: Bytes,
    /// The relay forgets it at this instant, seconds; `None` means it stays.
    pub expires_at: Option<i64>,
}

impl RegisterRecord {
    /// True from the instant of expiry on.
    pub fn is_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

impl fmt::Debug for RegisterRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegisterRecord(version {}, …)", self.version)
    }
}

/// How much one reading may return.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// Most entries.
    pub entries: usize,
    /// Stop after the entry with which headers and bodies reach this many bytes.
    pub bytes: usize,
}
