//! Values that go into a store and come out of it.

use crate::access::{AccessRecord, Handle};
use bytes::Bytes;
use parcep_core::crypto::{CryptoError, Hash, SigningKey, sha256};
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
