//! Who is to be told of what: a small ring per watched log.
//!
//! The ring is a hint and a short cut. A watcher that missed something reads it from the store, so
//! nothing depends on the ring's length but speed.

use crate::access::Handle;
use crate::store::RegisterRecord;
use parcep_core::log::Entry;
use parcep_proto::v1alpha1 as pb;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// Events a ring holds.
const RING: usize = 64;
/// Entries above this size are not kept in the ring, only announced: 64 of them would be 64 MiB.
const SMALL: usize = 64 << 10;

/// Something happened in a log.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// An entry was appended.
    Entry(Arc<Entry>),
    /// An entry was appended that is too large for the ring.
    Longer,
    /// A register changed.
    Register(Arc<RegisterRecord>),
    /// Bodies below this place were dropped.
    Compaction(u64),
    /// An act was announced, cancelled or done.
    Act(Arc<pb::AdminAct>),
}

/// A log as an event sees it.
pub(crate) type Events = broadcast::Receiver<Event>;

/// Rings of all watched logs.
#[derive(Default)]
pub(crate) struct Hub {
    rings: Mutex<HashMap<Handle, broadcast::Sender<Event>>>,
}

impl Hub {
    /// Events of a log from now on.
    pub(crate) fn subscribe(&self, handle: &Handle) -> Events {
        self.rings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(handle.clone())
            .or_insert_with(|| broadcast::channel(RING).0)
            .subscribe()
    }

    pub(crate) fn appended(&self, handle: &Handle, entry: Entry) {
        let event = if entry.stored_len() <= SMALL {
            Event::Entry(Arc::new(entry))
        } else {
            Event::Longer
        };
        self.publish(handle, event);
    }

    pub(crate) fn written(&self, handle: &Handle, register: RegisterRecord) {
        self.publish(handle, Event::Register(Arc::new(register)));
    }

    pub(crate) fn compacted(&self, handle: &Handle, below: u64) {
        self.publish(handle, Event::Compaction(below));
    }

    pub(crate) fn acted(&self, handle: &Handle, act: pb::AdminAct) {
        self.publish(handle, Event::Act(Arc::new(act)));
    }

    fn publish(&self, handle: &Handle, event: Event) {
        let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ring) = rings.get(handle)
            && ring.send(event).is_err()
        {
            // The last watcher has gone, and its ring with it.
            rings.remove(handle);
        }
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hub")
    }
}
