//! Group commit: one thread collects the changes that wait and commits them with one flush.

use super::super::types::Outcome;
use super::super::{Change, ChangeError, StoreError};
use super::Counters;
use super::apply::Prepared;
use super::shelf::Shelf;
use super::tables::{Tables, failed};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Changes that may wait; whoever comes later waits outside.
const QUEUE: usize = 1024;
/// Most changes of one group, and the bytes after which it is closed: more would only make the
/// first of them wait longer.
const GROUP: usize = 256;
const GROUP_BYTES: usize = 16 << 20;
/// How long a group waits for those who were in the one before: less than a flush takes.
const MOMENT: Duration = Duration::from_micros(200);

type Answer = Result<Outcome, ChangeError>;

struct Job {
    prepared: Prepared,
    answer: oneshot::Sender<Answer>,
}

/// Handle to the writer thread. Dropping it carries out what waits and ends the thread.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    shelf: Arc<Shelf>,
    tally: Arc<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    groups: AtomicU64,
    changes: AtomicU64,
}

impl Writer {
    pub(super) fn start(shelf: Arc<Shelf>) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let tally = Arc::new(Tally::default());
        let thread = std::thread::Builder::new()
            .name("parcep-writer".into())
            .spawn({
                let (shelf, tally) = (shelf.clone(), tally.clone());
                move || run(queue, &shelf, &tally)
            })
            .map_err(|error| StoreError::Io(error.to_string()))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
            shelf,
            tally,
        })
    }

    pub(super) async fn change(&self, change: Change) -> Answer {
        let (answer, answered) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        let prepared = Prepared::new(change);
        jobs.send(Job { prepared, answer })
            .await
            .map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    pub(super) fn counters(&self) -> Counters {
        let (flushes, growths) = self.shelf.flushes();
        Counters {
            groups: self.tally.groups.load(Ordering::Relaxed),
            changes: self.tally.changes.load(Ordering::Relaxed),
            flushes,
            growths,
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so; its waiting callers saw their answers dropped.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

fn run(mut queue: mpsc::Receiver<Job>, shelf: &Shelf, tally: &Tally) {
    let mut last = 1;
    while let Some(first) = queue.blocking_recv() {
        let group = collect(first, &mut queue, last);
        last = group.len();
        let answers = match commit(&group, shelf, tally) {
            Ok(answers) => answers,
            Err(error) => {
                tracing::error!(changes = group.len(), %error, "a group was not written");
                vec![Err(error.into()); group.len()]
            }
        };
        for (job, answer) in group.into_iter().zip(answers) {
            // Whoever asked may have gone; the change stands all the same.
            let _ = job.answer.send(answer);
        }
    }
}

/// The first job and those that wait behind it, within the bounds of a group.
///
/// Those who were answered a moment ago are about to come back with their next change: they get a
/// moment, so that many writers make few large groups. A lone writer never waits.
fn collect(first: Job, queue: &mut mpsc::Receiver<Job>, last: usize) -> Vec<Job> {
    let began = Instant::now();
    let mut bytes = first.prepared.change.weight();
    let mut group = vec![first];
    while group.len() < GROUP && bytes < GROUP_BYTES {
        match queue.try_recv() {
            Ok(job) => {
                bytes += job.prepared.change.weight();
                group.push(job);
            }
            Err(_) if group.len() < last && began.elapsed() < MOMENT => std::thread::yield_now(),
            Err(_) => break,
        }
    }
    group
}

/// Carries a group out with one flush, or not at all. A group whose every change was refused needs
/// no flush.
fn commit(group: &[Job], shelf: &Shelf, tally: &Tally) -> Result<Vec<Answer>, StoreError> {
    let db = shelf.writable()?;
    let answers = write(group, &db).inspect_err(|_| {
        shelf.replace_failed();
    })?;
    let changed = answers.iter().filter(|answer| answer.is_ok()).count();
    if changed > 0 {
        tally.groups.fetch_add(1, Ordering::Relaxed);
        tally.changes.fetch_add(changed as u64, Ordering::Relaxed);
    }
    Ok(answers)
}

fn write(group: &[Job], db: &redb::Database) -> Result<Vec<Answer>, StoreError> {
    let txn = db.begin_write().map_err(failed)?;
    let answers = {
        let mut tables = Tables::open(&txn)?;
        group
            .iter()
            .map(|job| match tables.apply(&job.prepared) {
                Err(ChangeError::Failed(error)) => Err(error),
                answer => Ok(answer),
            })
            .collect::<Result<Vec<Answer>, StoreError>>()?
    };
    if answers.iter().any(Result::is_ok) {
        txn.commit().map_err(failed)?;
    } else {
        txn.abort().map_err(failed)?;
    }
    Ok(answers)
}
