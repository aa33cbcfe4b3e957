//! Acts that take a week: announcing, cancelling, listing, and carrying out what is due (R-CONS-025).

use super::Shared;
use crate::access::{Handle, Right};
use crate::refusal::Refusal;
use crate::store::{ActRecord, Change, Effect, KeyBounds, Store, StoreError, What};
use parcep_proto::v1alpha1 as pb;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

/// When the next act is due, by log: what spares each call a look into the store.
#[derive(Default)]
pub(super) struct Agenda {
    read: OnceCell<()>,
    /// The earliest of all; later than any time if nothing is pending.
    next: AtomicI64,
    logs: Mutex<HashMap<Handle, i64>>,
}

impl Agenda {
    /// When something is due; `i64::MAX` means never.
    pub(super) fn next(&self) -> i64 {
        self.next.load(Ordering::Acquire)
    }

    async fn read(&self, store: &impl Store) -> Result<(), StoreError> {
        let fill = async || {
            let known = store.agenda().await?;
            let mut logs = self.logs();
            logs.extend(known);
            self.set_next(&logs);
            Ok(())
        };
        self.read.get_or_try_init(fill).await.map(drop)
    }

    fn due(&self, now: i64) -> Vec<Handle> {
        let logs = self.logs();
        let due = logs.iter().filter(|(_, at)| **at <= now);
        due.map(|(handle, _)| handle.clone()).collect()
    }

    fn is_due(&self, handle: &Handle, now: i64) -> bool {
        self.next() <= now && self.logs().get(handle).is_some_and(|at| *at <= now)
    }

    fn set(&self, handle: &Handle, pending: &[ActRecord]) {
        let mut logs = self.logs();
        match pending.iter().map(|act| act.due_at).min() {
            Some(at) => logs.insert(handle.clone(), at),
            None => logs.remove(handle),
        };
        self.set_next(&logs);
    }

    fn set_next(&self, logs: &HashMap<Handle, i64>) {
        let next = logs.values().min().copied().unwrap_or(i64::MAX);
        self.next.store(next, Ordering::Release);
    }

    fn logs(&self) -> MutexGuard<'_, HashMap<Handle, i64>> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Store> Shared<S> {
    pub(super) async fn announce(
        self: &Arc<Self>,
        request: pb::AnnounceRequest,
    ) -> Result<pb::AnnounceResponse, Refusal> {
        let key = self.admit(&request.session, Right::Admin).await?;
        let what = request.what.ok_or(Refusal::InvalidArgument("what"))?;
        let outcome = self
            .commit(Change::Announce {
                handle: key.handle.clone(),
                by: key.key,
                what: What::try_from(what)?,
                now: self.clock.now(),
                bounds: self.key_bounds(),
            })
            .await?;
        let act = outcome.effects.iter().find_map(|effect| match effect {
            Effect::Announced(act) | Effect::Pending(act) => Some(act.into()),
            _ => None,
        });
        Ok(pb::AnnounceResponse { act })
    }

    pub(super) async fn cancel_act(
        self: &Arc<Self>,
        request: pb::CancelActRequest,
    ) -> Result<pb::CancelActResponse, Refusal> {
        let key = self.admit(&request.session, Right::Admin).await?;
        self.commit(Change::CancelAct {
            handle: key.handle.clone(),
            by: key.key,
            id: request.id,
        })
        .await?;
        Ok(pb::CancelActResponse {})
    }

    pub(super) async fn list_acts(
        self: &Arc<Self>,
        request: pb::ListActsRequest,
    ) -> Result<pb::ListActsResponse, Refusal> {
        let key = self.admit(&request.session, Right::Read).await?;
        let acts = self.pending(&key.handle).await?;
        Ok(pb::ListActsResponse { acts })
    }

    /// The acts of a log that are pending.
    pub(super) async fn pending(&self, handle: &Handle) -> Result<Vec<pb::AdminAct>, Refusal> {
        let acts = self.store.acts(handle).await?;
        Ok(acts.iter().map(Into::into).collect())
    }

    /// Carries out what is due in a log, before anything of it is answered.
    pub(super) async fn settle(self: &Arc<Self>, handle: &Handle) -> Result<(), Refusal> {
        self.agenda.read(&*self.store).await?;
        let now = self.clock.now();
        if !self.agenda.is_due(handle, now) {
            return Ok(());
        }
        let change = Change::CarryOut {
            handle: handle.clone(),
            now,
            bounds: self.key_bounds(),
        };
        match self.commit(change).await {
            Err(error @ (Refusal::Storage | Refusal::Internal)) => Err(error),
            // The log is gone: another call carried its deletion out.
            _ => Ok(()),
        }
    }

    /// Carries out what is due in every log. What fails is tried again.
    pub(super) async fn settle_all(self: &Arc<Self>) -> Result<(), Refusal> {
        self.agenda.read(&*self.store).await?;
        for handle in self.agenda.due(self.clock.now()) {
            self.settle(&handle).await?;
        }
        Ok(())
    }

    /// Looks again when the log's next act is due.
    pub(super) async fn look_again(&self, handle: &Handle) {
        // If the store cannot be read now, the old instant stands, and the call that comes then reads.
        if let Ok(pending) = self.store.acts(handle).await {
            self.agenda.set(handle, &pending);
        }
    }

    pub(super) fn key_bounds(&self) -> KeyBounds {
        KeyBounds {
            max_keys: self.limits.keys_per_log,
            own_rate: self.limits.calls_per_minute,
        }
    }
}
