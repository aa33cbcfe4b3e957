//! Ids that no document can take again (R-DOC-017).

use super::Household;
use crate::id::DocumentId;
use std::collections::{BTreeMap, VecDeque};

/// For how many places behind it the id of a policy document is remembered.
pub(crate) const REMEMBERED: u64 = 2048;

/// Ids that had effect, with their places: of membership types from genesis on, of others the last ones.
#[derive(Debug, Clone)]
pub(super) struct Used {
    membership: BTreeMap<DocumentId, u64>,
    recent: BTreeMap<DocumentId, u64>,
    in_order: VecDeque<(u64, DocumentId)>,
}

impl Used {
    /// What genesis took.
    pub(super) fn new(genesis: DocumentId) -> Self {
        Self {
            membership: BTreeMap::from([(genesis, 0)]),
            recent: BTreeMap::new(),
            in_order: VecDeque::new(),
        }
    }

    /// The document at this place had its effect. INVARIANT: places ascend, and what had effect stays,
    /// so nothing that is forgotten here is asked for again.
    pub(super) fn note(&mut self, id: DocumentId, seq: u64, decides_membership: bool) {
        if decides_membership {
            self.membership.insert(id, seq);
        } else {
            self.recent.insert(id, seq);
            self.in_order.push_back((seq, id));
        }
        while let Some((place, old)) = self.in_order.front()
            && place.saturating_add(REMEMBERED) <= seq
        {
            self.recent.remove(old);
            self.in_order.pop_front();
        }
    }

    pub(super) fn place_of(&self, id: DocumentId) -> Option<u64> {
        let recent = self.recent.get(&id);
        recent.or_else(|| self.membership.get(&id)).copied()
    }
}

impl Household {
    /// Whether a document at this place comes too late for its id.
    pub(super) fn is_taken(&self, id: DocumentId, seq: u64) -> bool {
        let recent = self.used.recent.get(&id);
        recent.is_some_and(|place| place.saturating_add(REMEMBERED) >= seq)
            || self.used.membership.contains_key(&id)
            || self.is_kept(id)
    }

    /// Where a document stands that had its effect: if it is of a membership type, if it is live, and of
    /// all others for the next 2 048 places.
    pub fn place_of(&self, id: DocumentId) -> Option<u64> {
        let live = self.live.get(&id).map(|live| live.seq);
        live.or_else(|| self.used.place_of(id))
    }

    /// Policy documents that had effect and are remembered, by place: what a snapshot keeps of them.
    pub(crate) fn recent(&self) -> impl Iterator<Item = (u64, DocumentId)> {
        self.used.in_order.iter().copied()
    }

    /// Gives back what a snapshot holds of entries that it left out: what [`Household::recent`] said, the
    /// highest relay epoch, and how many had no effect.
    pub(crate) fn remember(
        &mut self,
        recent: impl IntoIterator<Item = (u64, DocumentId)>,
        relay_epoch: u32,
        without_effect: u64,
    ) {
        self.used.in_order = recent.into_iter().collect();
        let by_id = self.used.in_order.iter().map(|(seq, id)| (*id, *seq));
        self.used.recent = by_id.collect();
        self.relay_epoch = self.relay_epoch.max(relay_epoch);
        self.without_effect = without_effect;
    }

    /// Documents that had effect at this place or behind it, of the last 2 048 places.
    pub fn effective_from(&self, seq: u64) -> impl Iterator<Item = DocumentId> {
        let used = self.used.recent.iter().chain(&self.used.membership);
        used.filter(move |(_, place)| **place >= seq)
            .map(|(id, _)| *id)
    }
}
