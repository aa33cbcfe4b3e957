//! Storage that fails: no space, and power that goes (R-RELAY-002, R-RELAY-026).

use crate::contract::{append, create, handle};
use crate::member::{Member, TestRelay, entry, refused};
use parcep_core::crypto::Hash;
use parcep_core::log::Entry;
use parcep_server::store::redb::RedbStore;
use parcep_server::store::{ChangeError, Store as _, StoreError, Window};
use parcep_server::{Admission, Limits, VirtualClock};
use redb::StorageBackend;
use redb::backends::InMemoryBackend;
use std::io;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tonic::Code;

const EVERYTHING: Window = Window {
    entries: 100_000,
    bytes: 1 << 30,
};

/// How the medium fails.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    None = 0,
    /// The file cannot grow.
    Full = 1,
    /// Nothing can be written, not even in place.
    NoWrites = 2,
    /// Flushes fail.
    NoFlush = 3,
}

#[derive(Debug, Default)]
struct Faulty {
    inner: InMemoryBackend,
    fault: AtomicU8,
}

impl Faulty {
    fn set(&self, fault: Fault) {
        self.fault.store(fault as u8, Ordering::SeqCst);
    }

    fn fails_at(&self, faults: &[Fault]) -> io::Result<()> {
        let fault = self.fault.load(Ordering::SeqCst);
        if faults.iter().any(|at| *at as u8 == fault) {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        Ok(())
    }
}

impl StorageBackend for Faulty {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.inner.read(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.fails_at(&[Fault::Full, Fault::NoWrites])?;
        self.inner.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.fails_at(&[Fault::NoFlush])?;
        self.inner.sync_data()
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.fails_at(&[Fault::NoWrites])?;
        self.inner.write(offset, data)
    }
}

/// Appends entries until storage fails; returns the chain that was acknowledged.
async fn fill(store: &RedbStore, number: u8) -> (Vec<Entry>, ChangeError) {
    let mut chain = vec![entry(0, Hash::ZERO, number)];
    loop {
        let last = &chain[chain.len() - 1];
        let mut next = entry(last.seq + 1, last.hash(), number);
        next.body = parcep_core::log::EntryBody::Kept(vec![5; 256 << 10].into());
        match store.change(append(number, &next)).await {
            Ok(_) => chain.push(next),
            Err(error) => return (chain, error),
        }
        assert!(chain.len() < 10_000, "storage never failed");
    }
}

#[tokio::test]
async fn a_full_disk_stops_writing_and_nothing_else_until_there_is_room() {
    for fault in [Fault::Full, Fault::NoWrites] {
        let medium = Arc::new(Faulty::default());
        let store = RedbStore::over(medium.clone()).unwrap();
        create(&store, 1).await.unwrap();
        medium.set(fault);
        let (chain, error) = fill(&store, 1).await;
        assert!(
            matches!(error, ChangeError::Failed(StoreError::Io(_))),
            "{error:?}"
        );
        for _ in 0..2 {
            let stored = store.entries(&handle(1), 0, EVERYTHING).await.unwrap();
            assert_eq!(stored, chain, "nothing half written, nothing lost");
            let last = &chain[chain.len() - 1];
            let next = entry(last.seq + 1, last.hash(), 1);
            let again = store.change(append(1, &next)).await;
            assert!(matches!(again, Err(ChangeError::Failed(_))), "{again:?}");
        }
        tokio::time::sleep(Duration::from_millis(1500)).await;
        if fault == Fault::NoWrites {
            let last = &chain[chain.len() - 1];
            let next = entry(last.seq + 1, last.hash(), 1);
            let retried = store.change(append(1, &next)).await;
            assert!(
                matches!(retried, Err(ChangeError::Failed(_))),
                "{retried:?}"
            );
            let stored = store.entries(&handle(1), 0, EVERYTHING).await.unwrap();
            assert_eq!(stored, chain, "a failed attempt to write again");
        }
        medium.set(Fault::None);
        tokio::time::sleep(Duration::from_millis(3100)).await;
        let head = store.log(&handle(1)).await.unwrap().unwrap();
        let next = entry(head.next_seq, head.head, 1);
        store.change(append(1, &next)).await.unwrap();
        let stored = store.entries(&handle(1), 0, EVERYTHING).await.unwrap();
        assert_eq!(stored[..chain.len()], chain);
        assert_eq!(stored[stored.len() - 1], next);
        drop(store);
        let again = RedbStore::over(medium).unwrap();
        let reread = again.entries(&handle(1), 0, EVERYTHING).await.unwrap();
        assert_eq!(reread, stored, "after a restart too");
    }
}

/// R-RELAY-026, R-CONS-025: what is due and cannot be written is not passed over.
#[tokio::test]
async fn an_act_that_cannot_be_carried_out_is_storage_and_happens_when_there_is_room() {
    let medium = Arc::new(Faulty::default());
    let store = Arc::new(RedbStore::over(medium.clone()).unwrap());
    let time = VirtualClock::at(1_700_000_000);
    let relay = TestRelay::at(&time, store).await;
    let mut founder = Member::found(&relay, 1).await;
    let mut other = Member::found(&relay, 2).await;
    let what = parcep_proto::v1alpha1::announce_request::What::DeleteLog(true);
    founder.announce(what).await.unwrap();
    medium.set(Fault::NoWrites);
    time.advance(604_800);
    assert_eq!(refused(founder.open().await).reason, "STORAGE");
    other.open().await.unwrap();
    other.read(0, 0).await.unwrap();
    medium.set(Fault::None);
    for _ in 0..100 {
        match refused(founder.open().await).reason.as_str() {
            "STORAGE" => tokio::time::sleep(Duration::from_millis(100)).await,
            reason => return assert_eq!(reason, "BAD_CHALLENGE"),
        }
    }
    panic!("it never happened");
}

#[tokio::test]
async fn a_flush_that_fails_acknowledges_nothing() {
    let medium = Arc::new(Faulty::default());
    let store = RedbStore::over(medium.clone()).unwrap();
    let head = create(&store, 1).await.unwrap();
    medium.set(Fault::NoFlush);
    let next = entry(1, head.head, 1);
    let failed = store.change(append(1, &next)).await;
    assert!(matches!(failed, Err(ChangeError::Failed(_))), "{failed:?}");
    let stored = store.entries(&handle(1), 0, EVERYTHING).await.unwrap();
    // Whether the entry is there is not known after a failed flush; what was there before is.
    assert_eq!(stored[0], entry(0, Hash::ZERO, 1));
    medium.set(Fault::None);
    tokio::time::sleep(Duration::from_millis(3100)).await;
    let head = store.log(&handle(1)).await.unwrap().unwrap();
    store
        .change(append(1, &entry(head.next_seq, head.head, 1)))
        .await
        .unwrap();
}

#[tokio::test]
async fn over_the_wire_a_full_disk_is_storage_and_reading_goes_on() {
    let medium = Arc::new(Faulty::default());
    let store = Arc::new(RedbStore::over(medium.clone()).unwrap());
    let relay = TestRelay::over(store, Limits::default(), Admission::Open).await;
    let mut member = Member::found(&relay, 1).await;
    let kept = member.append().await.unwrap();
    medium.set(Fault::NoWrites);
    let failed = refused(member.append().await);
    assert_eq!(
        (failed.reason.as_str(), failed.code),
        ("STORAGE", Code::Unavailable)
    );
    assert!(!failed.status.message().contains("os error"));
    let read = member.read(1, 0).await.unwrap();
    assert_eq!(read.entries, [(&kept).into()]);
    medium.set(Fault::None);
    tokio::time::sleep(Duration::from_millis(3100)).await;
    member.append().await.unwrap();
}

/// A medium that can lose its power: what was not flushed is lost, in part or whole, in any order.
#[derive(Debug, Default)]
struct Power {
    state: Mutex<PowerState>,
}

#[derive(Debug, Default)]
struct PowerState {
    /// What reads see.
    now: Vec<u8>,
    /// What is on stable storage.
    stable: Vec<u8>,
    /// What came since the last flush.
    since: Vec<Step>,
    dead: bool,
}

#[derive(Debug, Clone)]
enum Step {
    Len(usize),
    Write(usize, Vec<u8>),
}

impl Step {
    fn run(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Len(len) => bytes.resize(*len, 0),
            Self::Write(at, data) => {
                let end = at + data.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at..end].copy_from_slice(data);
            }
        }
    }
}

impl Power {
    /// Cuts the power and returns what a new start finds.
    fn cut(&self, random: &mut impl FnMut(u64) -> u64) -> Self {
        let mut state = self.state.lock().unwrap();
        state.dead = true;
        let mut found = state.stable.clone();
        for step in &state.since {
            match step {
                Step::Len(_) => step.run(&mut found),
                Step::Write(at, data) => match random(3) {
                    0 => {}
                    1 => step.run(&mut found),
                    _ => {
                        let torn = random(data.len() as u64 + 1) as usize;
                        Step::Write(*at, data[..torn].to_vec()).run(&mut found);
                    }
                },
            }
        }
        let state = PowerState {
            now: found.clone(),
            stable: found,
            ..PowerState::default()
        };
        Self {
            state: Mutex::new(state),
        }
    }

    fn live(&self) -> io::Result<std::sync::MutexGuard<'_, PowerState>> {
        let state = self.state.lock().unwrap();
        if state.dead {
            return Err(io::Error::other("no power"));
        }
        Ok(state)
    }
}

impl StorageBackend for Power {
    fn len(&self) -> io::Result<u64> {
        Ok(self.live()?.now.len() as u64)
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.live()?;
        let from = offset as usize;
        out.copy_from_slice(&state.now[from..from + out.len()]);
        Ok(())
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.live()?;
        let step = Step::Len(len as usize);
        step.run(&mut state.now);
        state.since.push(step);
        Ok(())
    }
    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.live()?;
        state.stable = state.now.clone();
        state.since.clear();
        Ok(())
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.live()?;
        let step = Step::Write(offset as usize, data.to_vec());
        step.run(&mut state.now);
        state.since.push(step);
        Ok(())
    }
}

/// R-RELAY-002: unlike a killed process, lost power also loses what the system had not written yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lost_power_loses_no_acknowledged_entry() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    let mut power = Arc::new(Power::default());
    let mut chains: Vec<Vec<Entry>> = Vec::new();
    for round in 0..60 {
        let store = Arc::new(RedbStore::over(power.clone()).unwrap());
        if round == 0 {
            for number in 0..4 {
                create(&*store, number).await.unwrap();
                chains.push(vec![entry(0, Hash::ZERO, number)]);
            }
        }
        for (number, chain) in (0..).zip(&chains) {
            let stored = store.entries(&handle(number), 0, EVERYTHING).await.unwrap();
            assert!(
                stored.len() >= chain.len(),
                "round {round}: an acknowledged entry is lost"
            );
            assert_eq!(stored[..chain.len()], chain[..]);
        }
        let writers: Vec<_> = (0..4)
            .map(|number| tokio::spawn(write_until_dark(store.clone(), number)))
            .collect();
        tokio::time::sleep(Duration::from_millis(1 + random(8))).await;
        let after = Arc::new(power.cut(&mut random));
        chains.clear();
        for writer in writers {
            chains.push(writer.await.unwrap());
        }
        drop(store);
        power = after;
    }
    assert!(chains.iter().map(Vec::len).sum::<usize>() > 100);
}

/// Appends to a log until storage fails; returns everything that was acknowledged.
async fn write_until_dark(store: Arc<RedbStore>, number: u8) -> Vec<Entry> {
    let mut chain = store.entries(&handle(number), 0, EVERYTHING).await.unwrap();
    loop {
        let last = &chain[chain.len() - 1];
        let next = entry(last.seq + 1, last.hash(), number);
        match store.change(append(number, &next)).await {
            Ok(_) => chain.push(next),
            Err(_) => return chain,
        }
    }
}
