//! Watching a log: from a known place on, then live, with bookmarks (R-RELAY-011 to R-RELAY-013).
//!
//! A watch is pulled by its caller and holds one place in the log, nothing that grows. What a slow
//! caller misses in the ring is read from the store.

use super::Shared;
use crate::access::Right;
use crate::clock::Clock;
use crate::convert::exactly;
use crate::hub::{Event, Events};
use crate::refusal::Refusal;
use crate::session::KeyState;
use crate::store::{LogState, Store, Window};
use futures_util::stream::{self, Stream};
use parcep_core::crypto::{Hash, Random as _, SystemRandom};
use parcep_core::session::bookmark;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::watch_response::Item;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use tonic::Status;

/// What a caller of `Watch` pulls.
pub(crate) type WatchStream =
    Pin<Box<dyn Stream<Item = Result<pb::WatchResponse, Status>> + Send + 'static>>;

/// How much a watcher that is behind reads at once.
const CATCH_UP: Window = Window {
    entries: 32,
    bytes: 256 << 10,
};

struct Watcher<S> {
    shared: Arc<Shared<S>>,
    key: Arc<KeyState>,
    _permit: OwnedSemaphorePermit,
    events: Events,
    clock: Clock,
    /// Place of the next entry to send.
    next: u64,
    registers: bool,
    /// True while the store may hold entries from `next` on.
    behind: bool,
    /// True once the watcher had everything.
    caught_up: bool,
    bookmark_due: Instant,
    ready: VecDeque<Item>,
}

impl<S: Store> Shared<S> {
    pub(super) async fn watch(
        self: &Arc<Self>,
        request: pb::WatchRequest,
    ) -> Result<WatchStream, Refusal> {
        let key = self.admit(&request.session, Right::Read).await?;
        let from_hash = Hash(exactly("from_hash", &request.from_hash)?);
        // Before anything is read, so that nothing falls between reading and watching.
        let events = self.hub.subscribe(&key.handle);
        self.check_position(&key, request.from_seq, from_hash)
            .await?;
        let permit = key
            .watches
            .clone()
            .try_acquire_owned()
            .map_err(|_| Refusal::Quota {
                of: "watches",
                limit: self.limits.watches_per_key.into(),
            })?;
        let mut watcher = Watcher {
            shared: self.clone(),
            key,
            _permit: permit,
            events,
            clock: self.clock.clone(),
            next: request.from_seq,
            registers: request.registers,
            behind: true,
            caught_up: false,
            bookmark_due: Instant::now(),
            ready: VecDeque::new(),
        };
        watcher.bookmark().await?;
        watcher.every_act().await?;
        watcher.every_register().await?;
        Ok(Box::pin(stream::unfold(Some(watcher), step)))
    }

    /// R-RELAY-011: the caller and the relay agree on everything before the place.
    async fn check_position(
        &self,
        key: &KeyState,
        from_seq: u64,
        from_hash: Hash,
    ) -> Result<(), Refusal> {
        let known = match from_seq.checked_sub(1) {
            None => Some(Hash::ZERO),
            Some(before) => self.store.hash_at(&key.handle, before).await?,
        };
        (known == Some(from_hash))
            .then_some(())
            .ok_or(Refusal::UnknownPosition)
    }
}

type Step<S> = Option<(Result<pb::WatchResponse, Status>, Option<Watcher<S>>)>;

async fn step<S: Store>(watcher: Option<Watcher<S>>) -> Step<S> {
    let mut watcher = watcher?;
    match watcher.item().await {
        Ok(item) => Some((Ok(pb::WatchResponse { item: Some(item) }), Some(watcher))),
        Err(refusal) => Some((Err(refusal.into()), None)),
    }
}

impl<S: Store> Watcher<S> {
    async fn item(&mut self) -> Result<Item, Refusal> {
        loop {
            self.check_alive()?;
            if let Some(item) = self.ready.pop_front() {
                return Ok(item);
            }
            if self.behind {
                self.catch_up().await?;
            } else {
                self.wait().await?;
            }
        }
    }

    fn check_alive(&self) -> Result<(), Refusal> {
        if self.shared.closing.is_cancelled() {
            return Err(Refusal::Unavailable(jitter()));
        }
        if self.key.ended.is_cancelled() {
            return Err(Refusal::NoSession);
        }
        Ok(())
    }

    async fn wait(&mut self) -> Result<(), Refusal> {
        tokio::select! {
            () = self.shared.closing.cancelled() => Ok(()),
            () = self.key.ended.cancelled() => Ok(()),
            event = self.events.recv() => self.on_event(event).await,
            () = tokio::time::sleep_until(self.bookmark_due) => self.bookmark().await,
            () = self.clock.moved() => self.bookmark().await,
        }
    }

    async fn on_event(&mut self, event: Result<Event, RecvError>) -> Result<(), Refusal> {
        match event {
            Ok(Event::Entry(entry)) if entry.seq == self.next => self.push_entry((&*entry).into()),
            Ok(Event::Entry(entry)) => self.behind |= entry.seq > self.next,
            Ok(Event::Longer) => self.behind = true,
            Ok(Event::Register(register)) if self.registers => {
                self.ready.push_back(Item::Register((&*register).into()));
            }
            Ok(Event::Register(_)) => {}
            Ok(Event::Compaction(below_seq)) => {
                let notice = pb::Compaction { below_seq };
                self.ready.push_back(Item::Compaction(notice));
            }
            Ok(Event::Act(act)) => self.ready.push_back(Item::Act((*act).clone())),
            Err(RecvError::Lagged(_)) => self.on_lag().await?,
            Err(RecvError::Closed) => return Err(Refusal::Unavailable(jitter())),
        }
        Ok(())
    }

    /// The ring went round once: tell a watcher that is too slow, let another one read (R-RELAY-013).
    async fn on_lag(&mut self) -> Result<(), Refusal> {
        let missed = self.state().await?.next_seq.saturating_sub(self.next);
        if self.caught_up && missed > self.shared.limits.lag_entries {
            return Err(Refusal::Lagged);
        }
        self.behind = true;
        self.every_act().await?;
        self.every_register().await
    }

    async fn catch_up(&mut self) -> Result<(), Refusal> {
        let entries = self
            .shared
            .store
            .entries(&self.key.handle, self.next, CATCH_UP)
            .await?;
        if entries.is_empty() {
            self.behind = false;
            self.caught_up = true;
        }
        for entry in &entries {
            self.push_entry(entry.into());
        }
        Ok(())
    }

    fn push_entry(&mut self, entry: pb::Entry) {
        self.next = entry.seq.saturating_add(1);
        self.ready.push_back(Item::Entry(entry));
    }

    async fn every_act(&mut self) -> Result<(), Refusal> {
        let acts = self.shared.pending(&self.key.handle).await?;
        self.ready.extend(acts.into_iter().map(Item::Act));
        Ok(())
    }

    async fn every_register(&mut self) -> Result<(), Refusal> {
        if self.registers {
            let registers = self
                .shared
                .store
                .registers(&self.key.handle, self.clock.now())
                .await?;
            let items = registers.iter().map(|record| Item::Register(record.into()));
            self.ready.extend(items);
        }
        Ok(())
    }

    /// R-RELAY-012. Also looks whether the key still stands, and whether an event was missed.
    async fn bookmark(&mut self) -> Result<(), Refusal> {
        let store = &self.shared.store;
        let record = store.access(&self.key.handle, &self.key.key).await?;
        if !record.is_some_and(|record| record.rights.has(Right::Read)) {
            return Err(Refusal::NoSession);
        }
        let state = self.state().await?;
        self.behind |= state.next_seq > self.next;
        let item = self.signed(&state)?;
        self.ready.push_back(Item::Bookmark(item));
        let pause = self.shared.limits.bookmark_every;
        self.bookmark_due = Instant::now() + pause.min(Duration::from_secs(60));
        Ok(())
    }

    fn signed(&self, state: &LogState) -> Result<pb::Bookmark, Refusal> {
        let seq = state.next_seq.checked_sub(1).ok_or(Refusal::Internal)?;
        let time = self.clock.now();
        let handle = self.key.handle.as_bytes();
        let signed = bookmark(handle, state.relay_epoch, seq, &state.head, time);
        Ok(pb::Bookmark {
            seq,
            head: state.head.0.to_vec(),
            time,
            relay_epoch: state.relay_epoch,
            signature: self.shared.store.identity().key.sign(&signed).to_vec(),
        })
    }

    async fn state(&self) -> Result<LogState, Refusal> {
        let state = self.shared.store.log(&self.key.handle).await?;
        state.ok_or(Refusal::Internal)
    }
}

/// A pause of 1 to 5 s, so that not all watchers come back at once.
fn jitter() -> Duration {
    let random: [u8; 2] = SystemRandom::new().array().unwrap_or_default();
    Duration::from_millis(1000 + u64::from(u16::from_be_bytes(random)) % 4000)
}
