//! The embedded store: one file, one writer thread, one flush per group of waiting changes.

mod acts;
mod apply;
mod bodies;
mod medium;
mod older;
mod rewrite;
mod shelf;
mod tables;
mod writer;

use super::types::{ActRecord, Identity, LogState, Outcome, RegisterName, RegisterRecord, Window};
use super::{Change, ChangeError, Store, StoreError};
use crate::access::{AccessRecord, Handle};
use ::redb::backends::{FileBackend, InMemoryBackend};
use ::redb::{ReadTransaction, ReadableDatabase as _, ReadableTable as _, StorageBackend};
use parcep_core::crypto::{Hash, VerifyingKey};
use parcep_core::log::Entry;
use shelf::Shelf;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::Arc;
use tables::{ACCESS, ACTS, ENTRIES, REGISTERS, failed, read_log};
use writer::Writer;

/// A store in one file, by redb.
pub struct RedbStore {
    identity: Identity,
    writer: Writer,
    shelf: Arc<Shelf>,
}

/// What the writer has done since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters {
    /// Groups that changed something.
    pub groups: u64,
    /// Changes carried out.
    pub changes: u64,
    /// Flushes to stable storage, by groups (one each) or by opening.
    pub flushes: u64,
    /// Times that the file grew, about to double; each takes a flush of its own.
    pub growths: u64,
}

impl RedbStore {
    /// Opens the store in a file, or makes it; only the owner may read the file. One of the format
    /// before is copied beside itself, as `FILE.format-2`, and then brought up to date (R-OPS-010).
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another process has it, [`StoreError::Format`] if another version
    /// wrote it, or what reading it brings.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let file = open_file(path).map_err(|error| StoreError::Io(error.to_string()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(path.into())),
            Err(TryLockError::Error(error)) => return Err(StoreError::Io(error.to_string())),
        }
        let backend = FileBackend::new(file).map_err(failed)?;
        Self::opened(Arc::new(backend), || keep_copy(path))
    }

    /// Writes the store in a file anew: what was deleted, erased, pruned or replaced is in no unused
    /// page of the file any more (R-OPS-004). Takes the time and the room of a copy.
    ///
    /// # Errors
    /// As [`RedbStore::open`]. The store stays as it was then.
    pub fn rewrite(path: &Path) -> Result<(), StoreError> {
        let store = Self::open(path)?;
        rewrite::rewrite(&store.shelf.current(), path)
    }

    /// A store in memory, gone when dropped.
    ///
    /// # Errors
    /// If the system gives no random bytes for the identity.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::over(Arc::new(InMemoryBackend::new()))
    }

    /// A store over any medium: a seam for faults. Locking is the caller's.
    ///
    /// # Errors
    /// As [`RedbStore::open`].
    pub fn over(medium: Arc<dyn StorageBackend>) -> Result<Self, StoreError> {
        Self::opened(medium, || Ok(()))
    }

    fn opened(
        medium: Arc<dyn StorageBackend>,
        before_upgrade: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        let (shelf, identity) = Shelf::open(medium, before_upgrade)?;
        let shelf = Arc::new(shelf);
        let writer = Writer::start(shelf.clone())?;
        Ok(Self {
            identity,
            writer,
            shelf,
        })
    }

    /// What the writer has done.
    pub fn counters(&self) -> Counters {
        self.writer.counters()
    }

    /// Reads once more if the store was opened again meanwhile.
    fn read<T>(
        &self,
        read: impl Fn(&ReadTransaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let attempt = |db: &::redb::Database| read(&db.begin_read().map_err(failed)?);
        let db = self.shelf.current();
        attempt(&db).or_else(|error| {
            let now = self.shelf.current();
            if Arc::ptr_eq(&db, &now) {
                Err(error)
            } else {
                attempt(&now)
            }
        })
    }
}

fn open_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Keeps the file as the version before can open it.
fn keep_copy(path: &Path) -> Result<(), StoreError> {
    let mut copy = path.as_os_str().to_owned();
    copy.push(".format-2");
    std::fs::copy(path, &copy)
        .and_then(|_| File::open(&copy)?.sync_all())
        .map_err(|error| StoreError::Io(error.to_string()))?;
    tracing::warn!("the store was of format 2; a copy stays beside it until you delete it");
    Ok(())
}

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RedbStore").field(&self.counters()).finish()
    }
}

impl Store for RedbStore {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    async fn change(&self, change: Change) -> Result<Outcome, ChangeError> {
        self.writer.change(change).await
    }

    async fn restored(&self, now: i64) -> Result<u64, StoreError> {
        older::restored(&*self.shelf.writable()?, now)
    }

    async fn acts(&self, handle: &Handle) -> Result<Vec<ActRecord>, StoreError> {
        self.read(|txn| {
            let Some(log) = read_log(txn, handle.as_bytes())? else {
                return Ok(Vec::new());
            };
            let table = txn.open_table(ACTS).map_err(failed)?;
            let ids = (log.number, 0)..=(log.number, u64::MAX);
            let mut acts = Vec::new();
            for row in table.range(ids).map_err(failed)? {
                let (_, row) = row.map_err(failed)?;
                acts.push(tables::ActRow::read(row.value())?.1);
            }
            Ok(acts)
        })
    }

    async fn agenda(&self) -> Result<Vec<(Handle, i64)>, StoreError> {
        self.read(|txn| {
            let table = txn.open_table(ACTS).map_err(failed)?;
            let mut next: BTreeMap<Handle, i64> = BTreeMap::new();
            for row in table.iter().map_err(failed)? {
                let (_, row) = row.map_err(failed)?;
                let (handle, act) = tables::ActRow::read(row.value())?;
                let due = next.entry(handle).or_insert(act.due_at);
                *due = act.due_at.min(*due);
            }
            Ok(next.into_iter().collect())
        })
    }

    async fn log(&self, handle: &Handle) -> Result<Option<LogState>, StoreError> {
        self.read(|txn| {
            read_log(txn, handle.as_bytes())?
                .map(|row| row.state())
                .transpose()
        })
    }

    async fn entries(
        &self,
        handle: &Handle,
        from: u64,
        window: Window,
    ) -> Result<Vec<Entry>, StoreError> {
        self.read(|txn| {
            let Some(log) = read_log(txn, handle.as_bytes())? else {
                return Ok(Vec::new());
            };
            let table = txn.open_table(ENTRIES).map_err(failed)?;
            let places = (log.number, from)..=(log.number, u64::MAX);
            let mut entries = Vec::new();
            let mut bytes = 0;
            for row in table.range(places).map_err(failed)?.take(window.entries) {
                let (_, row) = row.map_err(failed)?;
                let entry = tables::entry_of(row.value())?;
                bytes += entry.stored_len();
                entries.push(entry);
                if bytes >= window.bytes {
                    break;
                }
            }
            Ok(entries)
        })
    }

    async fn hash_at(&self, handle: &Handle, seq: u64) -> Result<Option<Hash>, StoreError> {
        self.read(|txn| {
            let Some(log) = read_log(txn, handle.as_bytes())? else {
                return Ok(None);
            };
            let table = txn.open_table(ENTRIES).map_err(failed)?;
            let row = table.get((log.number, seq)).map_err(failed)?;
            row.map(|row| tables::entry_hash_of(row.value()))
                .transpose()
        })
    }

    async fn register(
        &self,
        handle: &Handle,
        name: &RegisterName,
        now: i64,
    ) -> Result<Option<RegisterRecord>, StoreError> {
        self.read(|txn| {
            let Some(log) = read_log(txn, handle.as_bytes())? else {
                return Ok(None);
            };
            let table = txn.open_table(REGISTERS).map_err(failed)?;
            let row = table.get((log.number, name)).map_err(failed)?;
            let register = row
                .map(|row| tables::register_of(row.value()))
                .transpose()?;
            Ok(register.filter(|register| !register.is_expired(now)))
        })
    }

    async fn registers(
        &self,
        handle: &Handle,
        now: i64,
    ) -> Result<Vec<RegisterRecord>, StoreError> {
        self.read(|txn| {
            let Some(log) = read_log(txn, handle.as_bytes())? else {
                return Ok(Vec::new());
            };
            let table = txn.open_table(REGISTERS).map_err(failed)?;
            let names = (log.number, &[0; 32])..=(log.number, &[0xff; 32]);
            let mut registers = Vec::new();
            for row in table.range(names).map_err(failed)? {
                let (_, row) = row.map_err(failed)?;
                let register = tables::register_of(row.value())?;
                if !register.is_expired(now) {
                    registers.push(register);
                }
            }
            Ok(registers)
        })
    }

    async fn access(
        &self,
        handle: &Handle,
        key: &VerifyingKey,
    ) -> Result<Option<AccessRecord>, StoreError> {
        self.read(|txn| {
            let Some(log) = read_log(txn, handle.as_bytes())? else {
                return Ok(None);
            };
            let table = txn.open_table(ACCESS).map_err(failed)?;
            let row = table.get((log.number, key.as_bytes())).map_err(failed)?;
            row.map(|row| tables::access_of(row.value())).transpose()
        })
    }

    async fn access_list(&self, handle: &Handle) -> Result<Vec<AccessRecord>, StoreError> {
        self.read(|txn| {
            let Some(log) = read_log(txn, handle.as_bytes())? else {
                return Ok(Vec::new());
            };
            let table = txn.open_table(ACCESS).map_err(failed)?;
            let keys = (log.number, &[0; 32])..=(log.number, &[0xff; 32]);
            let mut records = Vec::new();
            for row in table.range(keys).map_err(failed)? {
                let (_, row) = row.map_err(failed)?;
                records.push(tables::access_of(row.value())?);
            }
            Ok(records)
        })
    }
}
