//! `kill -9` under load: no acknowledged entry is lost, the chain stays whole (R-RELAY-002).

use crate::member::{Client, Member, connect, entry};
use crate::process::Program;
use parcep_core::crypto::Hash;
use parcep_core::log::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tempfile::tempdir;
use tokio::task::JoinHandle;
use tonic::Status;

/// Kills of an ordinary run; `PARCEP_KILLS` asks for more.
const KILLS: u32 = 100;
const WRITERS: u8 = 8;
/// For each kill; the test gives up rather than hang.
const LONGEST: Duration = Duration::from_secs(3);

/// What a writer knows: the chain as it verified it, and which entries were acknowledged.
struct Writer {
    number: u8,
    uri: String,
    shared: Arc<Shared>,
    chain: Vec<Hash>,
    /// Entries acknowledged since the chain was last verified.
    acknowledged: Vec<Entry>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    acknowledged: AtomicU64,
}

impl Writer {
    /// Appends, and after every restart verifies, until told to stop. Returns what was verified.
    async fn run(mut self) -> usize {
        while !self.shared.stop.load(Ordering::Relaxed) {
            if let Ok(mut member) = self.connect().await {
                let _ = self.append(&mut member).await;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let mut member = self.connect().await.expect("the relay answers at the end");
        self.verify(&mut member).await.expect("a last reading");
        self.chain.len()
    }

    async fn connect(&self) -> Result<Member, Box<dyn std::error::Error + Send + Sync>> {
        let channel = tonic::transport::Endpoint::from_shared(self.uri.clone())?
            .connect()
            .await?;
        let mut member = Member::new(Client::new(channel), self.number, self.number);
        member.open().await?;
        Ok(member)
    }

    async fn append(&mut self, member: &mut Member) -> Result<(), Status> {
        self.verify(member).await?;
        while !self.shared.stop.load(Ordering::Relaxed) {
            let next = entry(self.place(), self.head(), self.number);
            member.append_entry((&next).into()).await?;
            self.shared.acknowledged.fetch_add(1, Ordering::Relaxed);
            self.acknowledged.push(next);
        }
        Ok(())
    }

    fn place(&self) -> u64 {
        (self.chain.len() + self.acknowledged.len()) as u64
    }

    fn head(&self) -> Hash {
        match self.acknowledged.last() {
            Some(entry) => entry.hash(),
            None => *self.chain.last().unwrap(),
        }
    }

    /// Reads what came since the last time: an unbroken chain that begins with all that was
    /// acknowledged. It may hold one entry more, whose answer was lost.
    async fn verify(&mut self, member: &mut Member) -> Result<(), Status> {
        let mut found: Vec<Entry> = Vec::new();
        loop {
            let from = self.chain.len() + found.len();
            let read = member.read(from as u64, 0).await?;
            if read.entries.is_empty() {
                break;
            }
            found.extend(
                read.entries
                    .into_iter()
                    .map(|e| Entry::try_from(e).unwrap()),
            );
        }
        assert!(
            found.len() >= self.acknowledged.len(),
            "writer {}: {} acknowledged, {} found",
            self.number,
            self.acknowledged.len(),
            found.len()
        );
        assert!(found.len() <= self.acknowledged.len() + 1);
        assert_eq!(found[..self.acknowledged.len()], self.acknowledged[..]);
        for entry in &found {
            assert_eq!(entry.seq, self.chain.len() as u64, "a gap");
            assert_eq!(entry.prev, *self.chain.last().unwrap(), "a broken chain");
            self.chain.push(entry.hash());
        }
        self.acknowledged.clear();
        Ok(())
    }
}

fn random(seed: &mut u64, below: u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed % below
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_kills_under_eight_writers_lose_no_acknowledged_entry() {
    let folder = tempdir().unwrap();
    let store = folder.path().join("store");
    let mut seed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_nanos() as u64;
    eprintln!("seed {seed}");
    let mut relay = Program::start(&store, "127.0.0.1:0", &[]);
    let listen = relay.uri.trim_start_matches("http://").to_owned();
    let shared = Arc::new(Shared::default());
    let writers = start_writers(&relay.uri, &shared).await;

    let began = Instant::now();
    let mut under_load = 0;
    let kills = kills();
    for _ in 0..kills {
        let before = shared.acknowledged.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(20 + random(&mut seed, 180))).await;
        relay.kill();
        under_load += u32::from(shared.acknowledged.load(Ordering::Relaxed) > before);
        relay = Program::start(&store, &listen, &[]);
        assert!(began.elapsed() < LONGEST * kills, "too slow to finish");
    }
    shared.stop.store(true, Ordering::Relaxed);
    let mut verified = 0;
    for writer in writers {
        verified += writer.await.unwrap();
    }
    let acknowledged = shared.acknowledged.load(Ordering::Relaxed);
    eprintln!(
        "{kills} kills, {under_load} under load, {acknowledged} acknowledged, {verified} verified, {:?}",
        began.elapsed()
    );
    assert!(
        under_load >= kills / 2,
        "only {under_load} kills hit a working relay"
    );
    assert!(verified as u64 >= acknowledged);
}

fn kills() -> u32 {
    let asked = std::env::var("PARCEP_KILLS").ok();
    let asked = asked.and_then(|number| number.parse().ok());
    asked.unwrap_or(KILLS).max(KILLS)
}

async fn start_writers(uri: &str, shared: &Arc<Shared>) -> Vec<JoinHandle<usize>> {
    let mut writers = Vec::new();
    for number in 1..=WRITERS {
        let mut member = Member::new(connect(uri).await, number, number);
        member.create_log().await.unwrap();
        let writer = Writer {
            number,
            uri: uri.to_owned(),
            shared: shared.clone(),
            chain: vec![member.head],
            acknowledged: Vec::new(),
        };
        writers.push(tokio::spawn(writer.run()));
    }
    writers
}
