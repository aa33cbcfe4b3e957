//! Durable appends of 64 writers that wait, beside redb's own commit of the same rows in groups of 64.
//!
//! Both write to files of their own in the same folder, both flush for every group. The reference is
//! handed finished rows; ours checks, hashes, encodes and answers each writer on its own.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench is a program for its authors"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use parcep_core::crypto::{Hash, SigningKey, VerifyingKey};
use parcep_core::log::{Entry, EntryBody};
use parcep_proto::v1alpha1 as pb;
use parcep_server::access::{AccessRecord, Handle, Rights};
use parcep_server::store::redb::RedbStore;
use parcep_server::store::{Change, LogState, NewLog, Store as _, Window};
use prost::Message as _;
use redb::{Database, ReadableDatabase as _, TableDefinition};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::tempdir_in;
use tokio::runtime::Runtime;

const WRITERS: u8 = 64;
/// Rounds of the paired measurement.
const PAIRED: u64 = 12;
/// Groups in each of them.
const GROUPS: u64 = 40;

fn entry(seq: u64, prev: Hash, mark: u8) -> Entry {
    Entry {
        seq,
        prev,
        slot: Vec::new().into(),
        generation: 1,
        header: vec![mark; 1024].into(),
        body: EntryBody::Kept(vec![mark; 1024].into()),
    }
}

fn handle(number: u8) -> Handle {
    Handle::try_from([number; 16].as_slice()).unwrap()
}

fn key(number: u8) -> VerifyingKey {
    SigningKey::from_seed([number; 32]).unwrap().public()
}

/// Our store with a log for each writer.
struct Ours {
    store: Arc<RedbStore>,
    heads: Vec<LogState>,
    keys: Vec<VerifyingKey>,
}

impl Ours {
    async fn new(path: &Path) -> Self {
        let store = Arc::new(RedbStore::open(path).unwrap());
        let mut heads = Vec::new();
        for number in 0..WRITERS {
            let access = AccessRecord {
                key: key(number),
                rights: Rights::ALL,
                group: [number; 16],
                rate_per_minute: None,
                quota_bytes: None,
                root: false,
            };
            let log = NewLog {
                handle: handle(number),
                genesis: entry(0, Hash::ZERO, number),
                access,
                voucher: None,
                log_bytes: u64::MAX,
                relay_epoch: None,
                more: Vec::new(),
                max_keys: 1,
                now: 0,
            };
            let change = Change::CreateLog(Box::new(log));
            heads.push(store.change(change).await.unwrap().log);
        }
        let keys = (0..WRITERS).map(key).collect();
        Self { store, heads, keys }
    }

    /// Every writer appends `rounds` entries to its log, each after the answer to the one before.
    async fn append(&mut self, rounds: u64) -> Duration {
        let began = Instant::now();
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| {
                let place = usize::from(number);
                let (store, by) = (self.store.clone(), self.keys[place]);
                let mut head = self.heads[place];
                tokio::spawn(async move {
                    for _ in 0..rounds {
                        let change = Change::Append {
                            handle: handle(number),
                            by,
                            entry: entry(head.next_seq, head.head, number),
                            replay: false,
                            now: 0,
                            log_bytes: u64::MAX,
                        };
                        head = store.change(change).await.unwrap().log;
                    }
                    head
                })
            })
            .collect();
        for (number, writer) in writers.into_iter().enumerate() {
            self.heads[number] = writer.await.unwrap();
        }
        began.elapsed()
    }
}

const ENTRIES: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("entries");
const LOGS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("logs");

/// redb with the two rows of each append, written by hand.
struct Reference {
    db: Database,
    next: u64,
    rows: Vec<Vec<u8>>,
}

impl Reference {
    fn new(path: &Path) -> Self {
        let rows = (0..WRITERS)
            .map(|number| {
                let message = pb::Entry::from(&entry(1, Hash::ZERO, number));
                [vec![number; 64], message.encode_to_vec()].concat()
            })
            .collect();
        Self {
            db: Database::create(path).unwrap(),
            next: 0,
            rows,
        }
    }

    /// Commits `groups` groups of one append per writer.
    fn append(&mut self, groups: u64) -> Duration {
        let began = Instant::now();
        for _ in 0..groups {
            let txn = self.db.begin_write().unwrap();
            {
                let mut entries = txn.open_table(ENTRIES).unwrap();
                let mut logs = txn.open_table(LOGS).unwrap();
                for (number, row) in (0u8..).zip(&self.rows) {
                    let place = (u64::from(number), self.next);
                    entries.insert(place, row.as_slice()).unwrap();
                    let mut log = [0; 56];
                    log[..8].copy_from_slice(&self.next.to_be_bytes());
                    logs.insert([number; 16].as_slice(), log.as_slice())
                        .unwrap();
                }
            }
            txn.commit().unwrap();
            self.next += 1;
        }
        began.elapsed()
    }
}

/// Both sides keep what they were given, before anything is timed.
async fn compare(ours: &Ours, reference: &Reference) {
    let window = Window {
        entries: 2,
        bytes: usize::MAX,
    };
    let stored = ours.store.entries(&handle(7), 1, window).await.unwrap();
    let txn = reference.db.begin_read().unwrap();
    let table = txn.open_table(ENTRIES).unwrap();
    let row = table.get((7, 0)).unwrap().unwrap();
    let kept = pb::Entry::decode(&row.value()[64..]).unwrap();
    let kept = Entry::try_from(kept).unwrap();
    assert_eq!(stored[0].header, kept.header);
    assert_eq!(stored[0].body, kept.body);
}

fn append(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    // Not in /tmp, which may be memory: a flush must cost what it costs.
    let folder = tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let mut ours = runtime.block_on(Ours::new(&folder.path().join("ours")));
    let mut reference = Reference::new(&folder.path().join("reference"));
    runtime.block_on(ours.append(1));
    reference.append(1);
    runtime.block_on(compare(&ours, &reference));

    let mut group = c.benchmark_group("append, 64 writers waiting");
    group.throughput(Throughput::Elements(WRITERS.into()));
    group.sample_size(10);
    group.bench_function("relay store", |b| {
        b.iter_custom(|rounds| runtime.block_on(ours.append(rounds)));
    });
    group.bench_function("redb, groups of 64", |b| {
        b.iter_custom(|groups| reference.append(groups));
    });
    group.finish();
    paired(&runtime, &mut ours, &mut reference);
}

/// The two in turn, so that a noisy neighbour hits both; and the count that no noise can touch.
fn paired(runtime: &Runtime, ours: &mut Ours, reference: &mut Reference) {
    let rounds = if std::env::args().any(|arg| arg == "--test") {
        1
    } else {
        PAIRED
    };
    let before = ours.store.counters();
    let mut ratios: Vec<f64> = (0..rounds)
        .map(|_| {
            let other = reference.append(GROUPS);
            other.as_secs_f64() / runtime.block_on(ours.append(GROUPS)).as_secs_f64()
        })
        .collect();
    let after = ours.store.counters();
    ratios.sort_by(f64::total_cmp);
    let groups = after.groups - before.groups;
    assert_eq!(after.flushes - before.flushes, groups, "one flush a group");
    println!(
        "append: {:.2} of redb's own rate (median of {rounds}; {:.2} to {:.2}); {:.1} appends and exactly 1 flush per group",
        ratios[ratios.len() / 2],
        ratios[0],
        ratios[ratios.len() - 1],
        (after.changes - before.changes) as f64 / groups as f64,
    );
}

criterion_group!(benches, append);
criterion_main!(benches);
