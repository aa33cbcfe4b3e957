//! The embedded store: the contract, groups, identity, versions, a second opener.

use crate::contract::{self, append, create, handle, write};
use crate::member::entry;
use parcep_server::store::redb::RedbStore;
use parcep_server::store::{Change, Store as _, StoreError, Window};
use redb::backends::InMemoryBackend;
use redb::{ReadableDatabase as _, StorageBackend, TableDefinition, TableHandle as _};
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::tempdir;

#[tokio::test]
async fn the_contract_holds_in_memory() {
    let store = RedbStore::in_memory().unwrap();
    contract::holds(&store).await.unwrap();
}

#[tokio::test]
async fn the_contract_holds_in_a_file() {
    let folder = tempdir().unwrap();
    let store = RedbStore::open(&folder.path().join("store")).unwrap();
    contract::holds(&store).await.unwrap();
}

/// A medium whose flushes wait while the gate is shut.
#[derive(Debug, Default)]
struct Gate {
    inner: InMemoryBackend,
    shut: Mutex<bool>,
    waiting: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn set(&self, shut: bool) {
        *self.shut.lock().unwrap() = shut;
        self.opened.notify_all();
    }

    /// Returns once a flush waits at the gate.
    async fn waits(&self) {
        for _ in 0..5000 {
            if *self.waiting.lock().unwrap() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        panic!("no flush came");
    }
}

impl StorageBackend for Gate {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.inner.read(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.inner.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        let mut shut = self.shut.lock().unwrap();
        *self.waiting.lock().unwrap() = *shut;
        while *shut {
            shut = self.opened.wait(shut).unwrap();
        }
        *self.waiting.lock().unwrap() = false;
        self.inner.sync_data()
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.inner.write(offset, data)
    }
}

#[tokio::test]
async fn writers_that_wait_share_exactly_one_flush() {
    for waiting in [2, 64] {
        let gate = Arc::new(Gate::default());
        let store = Arc::new(RedbStore::over(gate.clone()).unwrap());
        for number in 0..=waiting {
            create(&*store, number).await.unwrap();
        }
        let task = |number: u8| {
            let store = store.clone();
            let genesis = entry(0, parcep_core::crypto::Hash::ZERO, number);
            let next = entry(1, genesis.hash(), number);
            tokio::spawn(async move { store.change(append(number, &next)).await })
        };
        gate.set(true);
        let first = task(waiting);
        gate.waits().await;
        let rest: Vec<_> = (0..waiting).map(task).collect();
        // The runtime has one thread: after this every task above has put its change in the queue.
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        let before = store.counters();
        gate.set(false);
        first.await.unwrap().unwrap();
        for task in rest {
            task.await.unwrap().unwrap();
        }
        let after = store.counters();
        // The first one's group ends with the flush it waited in; the rest is one group more.
        assert_eq!(after.groups - before.groups, 2, "{waiting} writers");
        assert_eq!(after.flushes - before.flushes, 2, "{waiting} writers");
        assert_eq!(after.changes - before.changes, u64::from(waiting) + 1);
    }
}

#[tokio::test]
async fn a_group_in_which_everything_is_refused_costs_no_flush() {
    let store = RedbStore::in_memory().unwrap();
    create(&store, 1).await.unwrap();
    let before = store.counters();
    assert!(create(&store, 1).await.is_err());
    assert_eq!(store.counters(), before);
}

#[tokio::test]
async fn a_refused_change_leaves_no_trace_beside_its_neighbours() {
    let gate = Arc::new(Gate::default());
    let store = Arc::new(RedbStore::over(gate.clone()).unwrap());
    let genesis = entry(0, parcep_core::crypto::Hash::ZERO, 1);
    create(&*store, 1).await.unwrap();
    gate.set(true);
    let spawn = |change| {
        let store = store.clone();
        tokio::spawn(async move { store.change(change).await })
    };
    let opener = spawn(write(1, contract::register(1, None), contract::NOW));
    gate.waits().await;
    let good = entry(1, genesis.hash(), 1);
    let group = [
        spawn(append(1, &good)),
        spawn(append(1, &entry(1, genesis.hash(), 2))),
        spawn(write(1, contract::register(7, None), contract::NOW)),
        spawn(append(1, &entry(2, good.hash(), 3))),
    ];
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    gate.set(false);
    opener.await.unwrap().unwrap();
    let mut outcomes = Vec::new();
    for task in group {
        outcomes.push(task.await.unwrap().is_ok());
    }
    assert_eq!(outcomes, [true, false, false, true]);
    let window = Window {
        entries: 9,
        bytes: 1 << 20,
    };
    let stored = store.entries(&handle(1), 0, window).await.unwrap();
    assert_eq!(stored, [genesis, good.clone(), entry(2, good.hash(), 3)]);
}

/// R-RELAY-027.
#[tokio::test]
async fn a_relay_that_comes_back_is_the_same_relay_with_the_same_log() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store");
    let store = RedbStore::open(&path).unwrap();
    let (id, key) = (store.identity().id, store.identity().key.public());
    let state = create(&store, 1).await.unwrap();
    drop(store);
    let store = RedbStore::open(&path).unwrap();
    assert_eq!(
        (store.identity().id, store.identity().key.public()),
        (id, key)
    );
    assert_eq!(store.log(&handle(1)).await.unwrap(), Some(state));
    let other = RedbStore::in_memory().unwrap();
    assert_ne!(other.identity().id, id);
}

/// R-RELAY-027.
#[test]
fn a_store_in_use_is_refused_and_free_again_afterwards() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store");
    let first = RedbStore::open(&path).unwrap();
    let second = RedbStore::open(&path).map(drop);
    assert_eq!(second, Err(StoreError::InUse(path.clone())));
    drop(first);
    RedbStore::open(&path).unwrap();
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_store() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempdir().unwrap();
    let path = folder.path().join("store");
    let _store = RedbStore::open(&path).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// R-RELAY-027.
#[test]
fn a_store_of_another_format_is_refused_and_left_alone() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store");
    drop(RedbStore::open(&path).unwrap());
    let meta: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");
    let db = redb::Database::open(&path).unwrap();
    let txn = db.begin_write().unwrap();
    txn.open_table(meta)
        .unwrap()
        .insert("format", 4u32.to_be_bytes().as_slice())
        .unwrap();
    txn.commit().unwrap();
    drop(db);
    for _ in 0..2 {
        let refused = RedbStore::open(&path).map(drop);
        assert_eq!(refused, Err(StoreError::Format { found: 4, known: 3 }));
    }
}

/// R-OPS-010, R-RELAY-027, R-MOVE-025.
#[tokio::test]
async fn a_store_of_the_format_before_is_copied_and_brought_up_to_date() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store");
    let store = RedbStore::open(&path).unwrap();
    let created = create(&store, 1).await.unwrap();
    let mut older = entry(1, created.head, 1);
    older.slot = vec![3; 4].into();
    let mut newer = entry(2, older.hash(), 1);
    newer.slot = vec![3; 4].into();
    store.change(append(1, &older)).await.unwrap();
    store.change(append(1, &newer)).await.unwrap();
    drop(store);
    make_format_2(&path);

    let store = RedbStore::open(&path).unwrap();
    let kept = store.entries(&handle(1), 0, ALL).await.unwrap();
    assert_eq!(kept[1..], [older.clone(), newer]);
    let prune = |now| Change::Prune {
        handle: handle(1),
        by: contract::key(1),
        seqs: vec![1],
        now,
    };
    // As if it had arrived today: what happened before is not known.
    let today = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let today = today.as_secs() as i64;
    assert!(store.change(prune(today + 604_800)).await.is_err());
    store.change(prune(today + 9 * 86_400)).await.unwrap();
    drop(store);

    let mut copy = path.clone().into_os_string();
    copy.push(".format-2");
    assert_eq!(
        format_of(Path::new(&copy)),
        2,
        "what the version before opens"
    );
    assert_eq!(format_of(&path), 3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");
const ALL: Window = Window {
    entries: 100,
    bytes: 1 << 30,
};

/// Takes away what format 3 added.
fn make_format_2(path: &Path) {
    let slots: TableDefinition<'_, (u64, &[u8], u64), &[u8]> = TableDefinition::new("slots");
    let acts: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("acts");
    let db = redb::Database::open(path).unwrap();
    let txn = db.begin_write().unwrap();
    assert!(txn.delete_table(slots).unwrap());
    assert!(txn.delete_table(acts).unwrap());
    txn.open_table(META)
        .unwrap()
        .insert("format", 2u32.to_be_bytes().as_slice())
        .unwrap();
    txn.commit().unwrap();
}

fn format_of(path: &Path) -> u32 {
    let db = redb::Database::open(path).unwrap();
    let txn = db.begin_read().unwrap();
    let meta = txn.open_table(META).unwrap();
    let row = meta.get("format").unwrap().unwrap();
    u32::from_be_bytes(row.value().try_into().unwrap())
}

#[test]
fn a_file_that_is_no_store_is_refused_and_left_alone() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let notes = vec![b'x'; 10_000];
    std::fs::write(&path, &notes).unwrap();
    assert!(RedbStore::open(&path).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), notes);
}

/// R-RELAY-032: these tables, and no other place, hold what the relay keeps.
#[tokio::test]
async fn the_store_has_the_tables_of_the_specification_and_no_more() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store");
    let store = RedbStore::open(&path).unwrap();
    contract::holds(&store).await.unwrap();
    drop(store);
    let db = redb::Database::open(&path).unwrap();
    let txn = db.begin_read().unwrap();
    let mut names: Vec<String> = txn
        .list_tables()
        .unwrap()
        .map(|table| table.name().to_owned())
        .collect();
    names.sort();
    let expected = [
        "access",
        "acts",
        "entries",
        "expiry",
        "logs",
        "meta",
        "registers",
        "slots",
        "usage",
        "vouchers",
    ];
    assert_eq!(names, expected);
    assert_eq!(txn.list_multimap_tables().unwrap().count(), 0);
}
