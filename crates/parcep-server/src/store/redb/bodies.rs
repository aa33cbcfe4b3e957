//! Dropping bodies inside a group's transaction: hashes stay (R-MOVE-024, R-MOVE-025).

use super::super::rules;
use super::super::types::{Effect, Outcome};
use super::super::{ChangeError, StoreError};
use super::tables::{Tables, entry_hash_of, entry_of, entry_row, group_of, slotted_of, written_by};
use crate::access::{Handle, Right};
use crate::refusal::Refusal;
use parcep_core::crypto::VerifyingKey;
use parcep_core::log::{Entry, EntryBody};
use redb::ReadableTable as _;

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
        for seq in seqs {
            if !self.is_prunable(row.number, *seq, &caller.group, now)? {
                return Err(Refusal::NotPermitted(Right::Append.name()).into());
            }
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

    fn is_prunable(
        &self,
        number: u64,
        seq: u64,
        group: &[u8; 16],
        now: i64,
    ) -> Result<bool, ChangeError> {
        let Some(entry) = self.entry(number, seq)? else {
            return Ok(false);
        };
        let slot = &*entry.slot;
        let own = self.slots.get((number, slot, seq))?;
        let own = own.and_then(|row| slotted_of(row.value()));
        let mut newer = Vec::new();
        let behind = (number, slot, seq.saturating_add(1))..=(number, slot, u64::MAX);
        for row in self.slots.range(behind)? {
            newer.extend(slotted_of(row?.1.value()));
        }
        Ok(rules::is_prunable(group, own.as_ref(), newer, now))
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

    pub(super) fn entry(&self, number: u64, seq: u64) -> Result<Option<Entry>, ChangeError> {
        let row = self.entries.get((number, seq))?;
        Ok(row.map(|row| entry_of(row.value())).transpose()?)
    }
}
