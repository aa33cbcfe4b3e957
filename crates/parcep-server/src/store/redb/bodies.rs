//! Dropping bodies inside a group's transaction: hashes stay (R-MOVE-024, R-MOVE-025).

use super::super::rules::{self, Slotted};
use super::super::types::{Effect, Outcome};
use super::super::{ChangeError, StoreError};
use super::tables::{
    Tables, entry_hash_of, entry_of, entry_row, group_of, slot_of, slotted_of, written_by,
};
use crate::access::{Handle, Right};
use crate::refusal::Refusal;
use bytes::Bytes;
use parcep_core::crypto::VerifyingKey;
use parcep_core::log::{Entry, EntryBody};
use redb::ReadableTable as _;
use std::collections::{BTreeMap, btree_map};

impl Tables<'_> {
    /// All of the places, or none. What it frees is credited to the key that prunes.
    pub(super) fn prune(
        &mut self,
        handle: &Handle,
        by: &VerifyingKey,
        seqs: &[u64],
        now: i64,
    ) -> Result<Outcome, ChangeError> {
        let (mut row, caller) = self.caller(handle, by, Right::Append)?;
        if !self.are_prunable(row.number, seqs, &caller.group, now)? {
            return Err(Refusal::NotPermitted(Right::Append.name()).into());
        }
        let freed = self.drop_bodies(row.number, seqs)?;
        let mut effects = Vec::new();
        if freed > 0 {
            row.used_bytes = row.used_bytes.saturating_sub(freed);
            self.put_log(handle, &row)?;
            self.take_usage(row.number, by, freed)?;
            let last = seqs.iter().max().copied().unwrap_or(0);
            let below = last.saturating_add(1);
            effects.push(Effect::BodiesDropped { below });
        }
        let log = row.state()?;
        Ok(Outcome { log, effects })
    }

    /// Reads each slot once, however many of its entries are named.
    fn are_prunable(
        &self,
        number: u64,
        seqs: &[u64],
        group: &[u8; 16],
        now: i64,
    ) -> Result<bool, ChangeError> {
        let mut slots: BTreeMap<Bytes, BTreeMap<u64, Slotted>> = BTreeMap::new();
        for seq in seqs {
            let Some(slot) = self.slot(number, *seq)? else {
                return Ok(false);
            };
            let known = match slots.entry(slot) {
                btree_map::Entry::Occupied(known) => known.into_mut(),
                btree_map::Entry::Vacant(vacant) => {
                    let all = self.in_slot(number, vacant.key())?;
                    vacant.insert(all)
                }
            };
            let behind = seq.saturating_add(1)..;
            let newer = known.range(behind).map(|(_, slotted)| *slotted);
            if !rules::is_prunable(group, known.get(seq), newer, now) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The entries of a slot of which it is known who wrote them.
    fn in_slot(&self, number: u64, slot: &[u8]) -> Result<BTreeMap<u64, Slotted>, ChangeError> {
        let mut found = BTreeMap::new();
        for row in self
            .slots
            .range((number, slot, 0)..=(number, slot, u64::MAX))?
        {
            let (place, row) = row?;
            if let Some(slotted) = slotted_of(row.value()) {
                found.insert(place.value().2, slotted);
            }
        }
        Ok(found)
    }

    /// Drops the bodies that are still there; how many bytes that were.
    pub(super) fn drop_bodies(&mut self, number: u64, seqs: &[u64]) -> Result<u64, ChangeError> {
        let mut freed = 0;
        for seq in seqs {
            freed += self.drop_body(number, *seq)?;
        }
        Ok(freed)
    }

    fn drop_body(&mut self, number: u64, seq: u64) -> Result<u64, ChangeError> {
        let Some((entry, row)) = self.without_body(number, seq)? else {
            return Ok(0);
        };
        // Says that the body was dropped here, so that nobody gives it back (R-RELAY-019).
        let key = (number, &*entry.slot, seq);
        if self.slots.get(key)?.is_none() {
            let erased: &[u8] = &[];
            self.slots.insert(key, erased)?;
        }
        let had = entry.stored_len();
        self.entries.insert((number, seq), row.as_slice())?;
        Ok((had - entry.header.len()) as u64)
    }

    /// The entry, and its row without the body; `None` if there is nothing to drop.
    fn without_body(&self, number: u64, seq: u64) -> Result<Option<(Entry, Vec<u8>)>, StoreError> {
        let row = self.entries.get((number, seq));
        let Some(row) = row.map_err(super::tables::failed)? else {
            return Ok(None);
        };
        let entry = entry_of(row.value())?;
        if matches!(entry.body, EntryBody::Pruned(_)) {
            return Ok(None);
        }
        let pruned = Entry {
            body: EntryBody::Pruned(entry.body.hash()),
            ..entry.clone()
        };
        let mut fresh = entry_row(&entry_hash_of(row.value())?, &pruned);
        written_by(&mut fresh, &group_of(row.value())?);
        Ok(Some((entry, fresh)))
    }

    /// The slot of an entry; `None` if it has none, or is not there.
    pub(super) fn slot(&self, number: u64, seq: u64) -> Result<Option<Bytes>, ChangeError> {
        let row = self.entries.get((number, seq))?;
        let slot = row.map(|row| slot_of(row.value())).transpose()?;
        Ok(slot.filter(|slot| !slot.is_empty()))
    }
}
