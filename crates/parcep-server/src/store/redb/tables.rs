//! Tables of the embedded store, and the rows in them.
//!
//! Blobs are kept as they came: an entry's row is its hash, its writer's group and the entry's own
//! encoding. Format 3. Format 2 had neither `slots` nor `acts`, and is brought up to date when it is opened;
//! format 1 had the writer's key in place of its group, and an id of the relay's own, and is refused:
//!
//! | table | key | value |
//! |---|---|---|
//! | `meta` | name | `format`, `relay_seed`, `next_log` |
//! | `logs` | handle | `LogRow` |
//! | `entries` | log number, seq | entry hash (32) ‖ group of the writer (16) ‖ `Entry` |
//! | `registers` | log number, name | `Register` |
//! | `expiry` | instant, log number, name | nothing |
//! | `access` | log number, key | `AccessKey` |
//! | `usage` | log number, key | bytes that the key has stored; goes with the key |
//! | `vouchers` | SHA-256 of a spent voucher | nothing |
//! | `slots` | log number, slot, seq | group of the writer (16) ‖ UTC day after the arrival (4); empty if erased |
//! | `acts` | log number, act number | `ActRow` |
//!
//! Nobody knows who wrote an entry that was given back: it has 16 zero bytes for the group, and no row in `slots`.

use super::super::rules::Slotted;
use super::super::types::{ActRecord, LogState, RegisterRecord, Replays};
use super::super::{ChangeError, StoreError};
use crate::access::{AccessRecord, Handle};
use bytes::Bytes;
use parcep_core::crypto::Hash;
use parcep_core::log::Entry;
use parcep_proto::v1alpha1 as pb;
use prost::Message;
use redb::{ReadTransaction, ReadableTable, Table, TableDefinition, WriteTransaction};

pub(super) const FORMAT: u32 = 3;
/// The format before, which is brought up to date.
pub(super) const FORMAT_BEFORE: u32 = 2;

pub(super) const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");
pub(super) const LOGS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("logs");
pub(super) const ENTRIES: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("entries");
pub(super) const REGISTERS: TableDefinition<'_, (u64, &[u8; 32]), &[u8]> =
    TableDefinition::new("registers");
pub(super) const EXPIRY: TableDefinition<'_, (i64, u64, &[u8; 32]), ()> =
    TableDefinition::new("expiry");
pub(super) const ACCESS: TableDefinition<'_, (u64, &[u8; 32]), &[u8]> =
    TableDefinition::new("access");
pub(super) const USAGE: TableDefinition<'_, (u64, &[u8; 32]), u64> = TableDefinition::new("usage");
pub(super) const VOUCHERS: TableDefinition<'_, &[u8; 32], ()> = TableDefinition::new("vouchers");
pub(super) const SLOTS: TableDefinition<'_, (u64, &[u8], u64), &[u8]> =
    TableDefinition::new("slots");
pub(super) const ACTS: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("acts");

/// Every table, open for one group of changes.
pub(super) struct Tables<'txn> {
    pub(super) meta: Table<'txn, &'static str, &'static [u8]>,
    pub(super) logs: Table<'txn, &'static [u8], &'static [u8]>,
    pub(super) entries: Table<'txn, (u64, u64), &'static [u8]>,
    pub(super) registers: Table<'txn, (u64, &'static [u8; 32]), &'static [u8]>,
    pub(super) expiry: Table<'txn, (i64, u64, &'static [u8; 32]), ()>,
    pub(super) access: Table<'txn, (u64, &'static [u8; 32]), &'static [u8]>,
    pub(super) usage: Table<'txn, (u64, &'static [u8; 32]), u64>,
    pub(super) vouchers: Table<'txn, &'static [u8; 32], ()>,
    pub(super) slots: Table<'txn, (u64, &'static [u8], u64), &'static [u8]>,
    pub(super) acts: Table<'txn, (u64, u64), &'static [u8]>,
}

impl<'txn> Tables<'txn> {
    pub(super) fn open(txn: &'txn WriteTransaction) -> Result<Self, StoreError> {
        Ok(Self {
            meta: txn.open_table(META).map_err(failed)?,
            logs: txn.open_table(LOGS).map_err(failed)?,
            entries: txn.open_table(ENTRIES).map_err(failed)?,
            registers: txn.open_table(REGISTERS).map_err(failed)?,
            expiry: txn.open_table(EXPIRY).map_err(failed)?,
            access: txn.open_table(ACCESS).map_err(failed)?,
            usage: txn.open_table(USAGE).map_err(failed)?,
            vouchers: txn.open_table(VOUCHERS).map_err(failed)?,
            slots: txn.open_table(SLOTS).map_err(failed)?,
            acts: txn.open_table(ACTS).map_err(failed)?,
        })
    }
}

/// What the store knows of a log.
#[derive(Clone, PartialEq, Message)]
pub(super) struct LogRow {
    #[prost(uint64, tag = "1")]
    pub(super) number: u64,
    #[prost(uint32, tag = "2")]
    pub(super) relay_epoch: u32,
    #[prost(uint64, tag = "3")]
    pub(super) next_seq: u64,
    #[prost(bytes = "vec", tag = "4")]
    pub(super) head: Vec<u8>,
    #[prost(uint64, tag = "5")]
    pub(super) used_bytes: u64,
    #[prost(int64, optional, tag = "6")]
    pub(super) restored_until: Option<i64>,
    #[prost(int64, optional, tag = "7")]
    pub(super) history_until: Option<i64>,
    /// Acts announced so far.
    #[prost(uint64, tag = "8")]
    pub(super) acts: u64,
}

/// An act, and the log that it belongs to.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ActRow {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) handle: Vec<u8>,
    #[prost(message, optional, tag = "2")]
    pub(super) act: Option<pb::AdminAct>,
}

impl ActRow {
    pub(super) fn new(handle: &Handle, act: &ActRecord) -> Self {
        Self {
            handle: handle.as_bytes().to_vec(),
            act: Some(act.into()),
        }
    }

    pub(super) fn read(row: &[u8]) -> Result<(Handle, ActRecord), StoreError> {
        let read = |row: Self| {
            let handle = Handle::try_from(row.handle.as_slice()).ok()?;
            Some((handle, row.act?.try_into().ok()?))
        };
        Self::decode(row)
            .ok()
            .and_then(read)
            .ok_or_else(|| damaged("act row"))
    }
}

impl LogRow {
    pub(super) fn new(number: u64, state: &LogState) -> Self {
        let row = Self {
            number,
            ..Self::default()
        };
        row.standing_at(state)
    }

    pub(super) fn standing_at(self, state: &LogState) -> Self {
        let (restored_until, history_until) = match state.replays {
            Replays::None => (None, None),
            Replays::Restore { until } => (Some(until), None),
            Replays::History { until } => (None, Some(until)),
        };
        Self {
            restored_until,
            history_until,
            relay_epoch: state.relay_epoch,
            next_seq: state.next_seq,
            head: state.head.0.to_vec(),
            used_bytes: state.used_bytes,
            ..self
        }
    }

    pub(super) fn state(&self) -> Result<LogState, StoreError> {
        Ok(LogState {
            relay_epoch: self.relay_epoch,
            next_seq: self.next_seq,
            head: hash(&self.head)?,
            used_bytes: self.used_bytes,
            replays: match (self.restored_until, self.history_until) {
                (Some(until), _) => Replays::Restore { until },
                (None, Some(until)) => Replays::History { until },
                (None, None) => Replays::None,
            },
        })
    }
}

/// The row of a log, from a table open for reading or writing.
pub(super) fn log_row(
    logs: &impl ReadableTable<&'static [u8], &'static [u8]>,
    handle: &[u8],
) -> Result<Option<LogRow>, StoreError> {
    logs.get(handle)
        .map_err(failed)?
        .map(|row| LogRow::decode(row.value()).map_err(|_| damaged("log row")))
        .transpose()
}

/// As [`log_row`], in a transaction of its own.
pub(super) fn read_log(txn: &ReadTransaction, handle: &[u8]) -> Result<Option<LogRow>, StoreError> {
    log_row(&txn.open_table(LOGS).map_err(failed)?, handle)
}

const PREFIX: usize = 48;

/// An entry's row, but for the group, which only the transaction knows.
pub(super) fn entry_row(hash: &Hash, entry: &Entry) -> Vec<u8> {
    let message = pb::Entry::from(entry);
    let mut row = Vec::with_capacity(PREFIX + message.encoded_len());
    row.extend_from_slice(hash.as_bytes());
    row.extend_from_slice(&[0; 16]);
    // Encoding into a vector cannot fail: it grows.
    let _ = message.encode(&mut row);
    row
}

/// Says in a row whose group wrote the entry (R-RELAY-032).
pub(super) fn written_by(row: &mut [u8], group: &[u8; 16]) {
    if let Some(place) = row.get_mut(32..PREFIX) {
        place.copy_from_slice(group);
    }
}

/// The entry of a row.
pub(super) fn entry_of(row: &[u8]) -> Result<Entry, StoreError> {
    let message = row.get(PREFIX..).ok_or_else(|| damaged("entry row"))?;
    pb::Entry::decode(Bytes::copy_from_slice(message))
        .ok()
        .and_then(|message| Entry::try_from(message).ok())
        .ok_or_else(|| damaged("entry row"))
}

/// The slot of a row's entry, without a look at its blobs.
pub(super) fn slot_of(row: &[u8]) -> Result<Bytes, StoreError> {
    #[derive(Clone, PartialEq, Message)]
    struct Slot {
        #[prost(bytes = "bytes", tag = "3")]
        slot: Bytes,
    }
    let message = row.get(PREFIX..).ok_or_else(|| damaged("entry row"))?;
    let slot = Slot::decode(message).map_err(|_| damaged("entry row"))?;
    Ok(slot.slot)
}

/// The hash of a row's entry.
pub(super) fn entry_hash_of(row: &[u8]) -> Result<Hash, StoreError> {
    hash(row.get(..32).unwrap_or_default())
}

pub(super) fn access_row(record: &AccessRecord) -> Vec<u8> {
    pb::AccessKey::from(record).encode_to_vec()
}

pub(super) fn access_of(row: &[u8]) -> Result<AccessRecord, StoreError> {
    pb::AccessKey::decode(row)
        .ok()
        .and_then(|message| AccessRecord::try_from(message).ok())
        .ok_or_else(|| damaged("access row"))
}

pub(super) fn register_row(record: &RegisterRecord) -> Vec<u8> {
    pb::Register::from(record).encode_to_vec()
}

pub(super) fn register_of(row: &[u8]) -> Result<RegisterRecord, StoreError> {
    pb::Register::decode(row)
        .ok()
        .and_then(|message| RegisterRecord::try_from(message).ok())
        .ok_or_else(|| damaged("register row"))
}

/// A row of `slots`.
pub(super) fn slot_row(slotted: &Slotted) -> [u8; 20] {
    let mut row = [0; 20];
    let (group, day) = row.split_at_mut(16);
    group.copy_from_slice(&slotted.group);
    day.copy_from_slice(&slotted.day_after.to_be_bytes());
    row
}

/// What a row of `slots` says; `None` for an empty one.
pub(super) fn slotted_of(row: &[u8]) -> Option<Slotted> {
    let (group, day) = row.split_first_chunk::<16>()?;
    Some(Slotted {
        group: *group,
        day_after: u32::from_be_bytes(day.try_into().ok()?),
    })
}

/// The group that wrote the entry of a row.
pub(super) fn group_of(row: &[u8]) -> Result<[u8; 16], StoreError> {
    row.get(32..PREFIX)
        .and_then(|group| group.try_into().ok())
        .ok_or_else(|| damaged("entry row"))
}

fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    Hash::try_from(bytes).map_err(|_| damaged("hash"))
}

pub(super) fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(what.into())
}

/// Any error of redb's as one of ours.
pub(super) fn failed(error: impl Into<redb::Error>) -> StoreError {
    match error.into() {
        redb::Error::Corrupted(what) => StoreError::Damaged(what),
        redb::Error::DatabaseClosed => StoreError::Closed,
        other => StoreError::Io(other.to_string()),
    }
}

impl From<redb::StorageError> for ChangeError {
    fn from(error: redb::StorageError) -> Self {
        Self::Failed(failed(error))
    }
}
