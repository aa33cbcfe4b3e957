//! The database in use, and what takes its place when writing failed.
//!
//! ```text
//! writing ──a write fails──► reopened ──► writing
//!                               │ opening fails, too
//!                               ▼
//!                            reading, over an overlay ──every second, on demand──► reopened
//! ```

use super::super::StoreError;
use super::super::types::Identity;
use super::medium::{Fenced, Medium, Overlay, Tally};
use super::older;
use super::tables::{FORMAT, FORMAT_BEFORE, META, Tables, damaged, failed};
use parcep_core::crypto::{Random as _, SystemRandom};
use redb::{Database, ReadTransaction, ReadableDatabase as _};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// Bytes of pages kept in memory.
const CACHE: usize = 64 << 20;
/// Least pause between two attempts to write again after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Holds the database that readers and the writer use now.
pub(super) struct Shelf {
    medium: Medium,
    current: RwLock<Arc<Database>>,
    state: Mutex<State>,
    tally: Arc<Tally>,
}

struct State {
    /// Falls before another database touches the medium.
    fence: Arc<AtomicBool>,
    /// False while an overlay takes the writes.
    writable: bool,
    /// No attempt to write before this instant.
    not_before: Instant,
}

impl Shelf {
    /// Opens the medium, or makes a store on an empty one. `before_upgrade` keeps what an older version
    /// could go back to (R-OPS-010).
    pub(super) fn open(
        medium: Medium,
        before_upgrade: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(Self, Identity), StoreError> {
        let tally = Arc::default();
        let (db, fence) = open_for_writing(&medium, &tally)?;
        let identity = prepare(&db, before_upgrade)?;
        let shelf = Self {
            medium,
            current: RwLock::new(Arc::new(db)),
            state: Mutex::new(State {
                fence,
                writable: true,
                not_before: Instant::now(),
            }),
            tally,
        };
        Ok((shelf, identity))
    }

    /// The database to read from.
    pub(super) fn current(&self) -> Arc<Database> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The database to write to; after a failure, only once a pause is over and the medium opens.
    pub(super) fn writable(&self) -> Result<Arc<Database>, StoreError> {
        let mut state = self.state();
        if Instant::now() < state.not_before {
            return Err(StoreError::Io("writing failed a moment ago".into()));
        }
        if !state.writable {
            self.reopen(&mut state)?;
        }
        Ok(self.current())
    }

    /// Replaces a database whose writing failed, so that reading goes on.
    pub(super) fn replace_failed(&self) {
        let mut state = self.state();
        if self.reopen(&mut state).is_err() {
            // Nothing opens: the old database stays, and says what is wrong to whoever asks.
            let _ = self.open_overlay(&mut state);
        }
    }

    /// Flushes of data so far, and flushes of a longer file.
    pub(super) fn flushes(&self) -> (u64, u64) {
        let Tally { flushes, growths } = &*self.tally;
        (
            flushes.load(Ordering::Relaxed),
            growths.load(Ordering::Relaxed),
        )
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reopen(&self, state: &mut State) -> Result<(), StoreError> {
        let began = Instant::now();
        if state.writable {
            state.writable = false;
            state.fence.store(true, Ordering::Release);
        }
        let opened = open_for_writing(&self.medium, &self.tally);
        // Opening walks the whole store; a full disk must not make that all the relay does.
        state.not_before = Instant::now() + PAUSE.max(began.elapsed() * 4);
        let (db, fence) = opened?;
        // Until here an overlay can be read: opening writes over nothing that it shows.
        state.fence.store(true, Ordering::Release);
        state.fence = fence;
        state.writable = true;
        self.put(db);
        Ok(())
    }

    fn open_overlay(&self, state: &mut State) -> Result<(), StoreError> {
        let fence = Arc::new(AtomicBool::new(false));
        let fenced = Fenced::new(self.medium.clone(), fence.clone(), self.tally.clone());
        let overlay = Overlay::new(Arc::new(fenced)).map_err(failed_io)?;
        self.put(open_database(overlay)?);
        state.fence = fence;
        Ok(())
    }

    fn put(&self, db: Database) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(db);
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shelf")
    }
}

fn open_for_writing(
    medium: &Medium,
    tally: &Arc<Tally>,
) -> Result<(Database, Arc<AtomicBool>), StoreError> {
    let fence = Arc::new(AtomicBool::new(false));
    let fenced = Fenced::new(medium.clone(), fence.clone(), tally.clone());
    Ok((open_database(fenced)?, fence))
}

fn open_database(backend: impl redb::StorageBackend) -> Result<Database, StoreError> {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE);
    builder.create_with_backend(backend).map_err(failed)
}

fn failed_io(error: std::io::Error) -> StoreError {
    StoreError::Io(error.to_string())
}

/// Makes the tables and the identity of a new store, or reads them from an old one.
fn prepare(
    db: &Database,
    before_upgrade: impl FnOnce() -> Result<(), StoreError>,
) -> Result<Identity, StoreError> {
    let txn = db.begin_read().map_err(failed)?;
    match txn.open_table(META) {
        Ok(_) => existing(db, &txn, before_upgrade),
        Err(redb::TableError::TableDoesNotExist(_)) => create(db),
        Err(error) => Err(failed(error)),
    }
}

fn existing(
    db: &Database,
    txn: &ReadTransaction,
    before_upgrade: impl FnOnce() -> Result<(), StoreError>,
) -> Result<Identity, StoreError> {
    match u32::from_be_bytes(meta(txn, "format")?) {
        FORMAT => {}
        FORMAT_BEFORE => {
            before_upgrade()?;
            older::upgrade(db)?;
        }
        found => {
            return Err(StoreError::Format {
                found,
                known: FORMAT,
            });
        }
    }
    Identity::new(meta(txn, "relay_seed")?).map_err(|_| damaged("relay key"))
}

fn meta<const N: usize>(txn: &ReadTransaction, name: &str) -> Result<[u8; N], StoreError> {
    let table = txn.open_table(META).map_err(failed)?;
    table
        .get(name)
        .map_err(failed)?
        .and_then(|row| row.value().try_into().ok())
        .ok_or_else(|| damaged(name))
}

fn create(db: &Database) -> Result<Identity, StoreError> {
    let mut random = SystemRandom::new();
    let no_random = |_| StoreError::Io("the system gave no random bytes".into());
    let seed: [u8; 32] = random.array().map_err(no_random)?;
    let txn = db.begin_write().map_err(failed)?;
    {
        let mut tables = Tables::open(&txn)?;
        let mut put = |name, value: &[u8]| {
            let old = tables.meta.insert(name, value);
            old.map(drop).map_err(failed)
        };
        put("format", &FORMAT.to_be_bytes())?;
        put("relay_seed", &seed)?;
    }
    txn.commit().map_err(failed)?;
    Identity::new(seed).map_err(|_| damaged("relay key"))
}
