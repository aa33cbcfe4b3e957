//! Appending and reading.

use super::Shared;
use crate::access::Right;
use crate::convert::places;
use crate::limits::MAX_READ;
use crate::refusal::Refusal;
use crate::store::{Change, Store, Window};
use parcep_core::log::{Entry, EntryBody};
use parcep_proto::v1alpha1 as pb;
use std::sync::Arc;

impl<S: Store> Shared<S> {
    /// R-RELAY-008, R-RELAY-009.
    pub(super) async fn append(
        self: &Arc<Self>,
        request: pb::AppendRequest,
    ) -> Result<pb::AppendResponse, Refusal> {
        let key = self.admit(&request.session, Right::Append).await?;
        let entry = request.entry.ok_or(Refusal::InvalidArgument("entry"))?;
        let entry = match request.replay {
            true => given_back(entry)?,
            false => with_body(entry)?,
        };
        let change = Change::Append {
            handle: key.handle.clone(),
            by: key.key,
            entry,
            replay: request.replay,
            now: self.clock.now(),
            log_bytes: self.limits.log_bytes,
        };
        let appended = self.commit(change).await?;
        Ok(pb::AppendResponse {
            status: Some((&appended.log).into()),
        })
    }

    /// R-MOVE-025.
    pub(super) async fn prune(
        self: &Arc<Self>,
        request: pb::PruneRequest,
    ) -> Result<pb::PruneResponse, Refusal> {
        let key = self.admit(&request.session, Right::Append).await?;
        self.commit(Change::Prune {
            handle: key.handle.clone(),
            by: key.key,
            seqs: places("seqs", request.seqs)?,
            now: self.clock.now(),
        })
        .await?;
        Ok(pb::PruneResponse {})
    }

    /// R-RELAY-010.
    pub(super) async fn read(
        self: &Arc<Self>,
        request: pb::ReadRequest,
    ) -> Result<pb::ReadResponse, Refusal> {
        let key = self.admit(&request.session, Right::Read).await?;
        let limit = match request.limit {
            0 => MAX_READ,
            limit if limit <= MAX_READ => limit,
            _ => return Err(Refusal::InvalidArgument("limit")),
        };
        let window = Window {
            entries: limit as usize,
            bytes: self.limits.read_bytes,
        };
        let entries = self
            .store
            .entries(&key.handle, request.from_seq, window)
            .await?;
        let state = self.store.log(&key.handle).await?;
        Ok(pb::ReadResponse {
            entries: entries.iter().map(Into::into).collect(),
            status: Some((&state.ok_or(Refusal::Internal)?).into()),
        })
    }
}

/// An entry whose shape is right and that has a body: nobody appends one that was pruned.
pub(super) fn with_body(entry: pb::Entry) -> Result<Entry, Refusal> {
    let entry = Entry::try_from(entry)?;
    match entry.body {
        EntryBody::Kept(_) => Ok(entry),
        EntryBody::Pruned(_) => Err(Refusal::InvalidArgument("body")),
    }
}

/// An entry that is given back: without its body only if it has a slot, since no other was ever pruned.
fn given_back(entry: pb::Entry) -> Result<Entry, Refusal> {
    let entry = Entry::try_from(entry)?;
    match entry.body {
        EntryBody::Pruned(_) if entry.slot.is_empty() => Err(Refusal::InvalidArgument("body")),
        _ => Ok(entry),
    }
}
