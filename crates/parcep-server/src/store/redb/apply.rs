//! One change inside a group's transaction: load, decide by the rules, write.
//!
//! INVARIANT: nothing is written before the rules agreed (but that expired registers go), so a
//! refused change leaves no trace in the transaction that its neighbours share.

use super::super::rules::{Offer, Place, Slotted, Standing};
use super::super::types::{Effect, LogState, NewLog, Outcome, RegisterRecord};
use super::super::{Change, ChangeError, rules};
use super::tables::{
    LogRow, Tables, entry_hash_of, entry_of, entry_row, log_row, register_of, register_row,
    slot_row, written_by,
};
use crate::access::{AccessRecord, Handle, Right};
use crate::refusal::Refusal;
use parcep_core::crypto::{Hash, VerifyingKey};
use parcep_core::log::{Entry, EntryBody};
use prost::Message as _;
use redb::ReadableTable as _;

/// Expired registers that one register write clears away.
const CLEAR: usize = 16;

/// A change, and what of it is ready before it comes to the writer thread.
pub(super) struct Prepared {
    pub(super) change: Change,
    /// Hash and row of the entry, if the change brings one.
    entry: Option<(Hash, Vec<u8>)>,
}

impl Prepared {
    /// Hashes and encodes, which takes longer than the writing and can be done beside it.
    pub(super) fn new(change: Change) -> Self {
        let entry = match &change {
            Change::CreateLog(log) => Some(&log.genesis),
            Change::Append { entry, .. } => Some(entry),
            _ => None,
        };
        let entry = entry.map(|entry| {
            let hash = entry.hash();
            (hash, entry_row(&hash, entry))
        });
        Self { change, entry }
    }

    fn entry(&self) -> Result<(Hash, &[u8]), ChangeError> {
        match &self.entry {
            Some((hash, row)) => Ok((*hash, row)),
            None => Err(Refusal::Internal.into()),
        }
    }
}

/// What becomes of a change that concerns nobody but its caller.
pub(super) fn quiet(log: LogState) -> Outcome {
    let effects = Vec::new();
    Outcome { log, effects }
}

impl Tables<'_> {
    pub(super) fn apply(&mut self, prepared: &Prepared) -> Result<Outcome, ChangeError> {
        match &prepared.change {
            Change::CreateLog(log) => self.create(log, prepared.entry()?),
            Change::Append {
                handle,
                by,
                entry,
                replay,
                now,
                log_bytes,
            } => {
                let (hash, row) = prepared.entry()?;
                let offer = Offer {
                    entry,
                    hash,
                    replay: *replay,
                    now: *now,
                    log_bytes: *log_bytes,
                };
                self.append(handle, by, &offer, row)
            }
            Change::Prune {
                handle,
                by,
                seqs,
                now,
            } => self.prune(handle, by, seqs, *now),
            Change::WriteRegister {
                handle,
                by,
                register,
                now,
                max_registers,
            } => self.write_register(handle, by, register, *now, *max_registers),
            Change::Grant {
                handle,
                by,
                access,
                bounds,
            } => self.grant(handle, by, access, *bounds),
            Change::Revoke { handle, by, key } => self.revoke(handle, by, key),
            Change::Announce {
                handle,
                by,
                what,
                now,
                bounds,
            } => self.announce(handle, by, what, *now, *bounds),
            Change::CancelAct { handle, by, id } => self.cancel(handle, by, *id),
            Change::CarryOut {
                handle,
                now,
                bounds,
            } => self.carry_out(handle, *now, *bounds),
        }
    }

    fn create(
        &mut self,
        log: &NewLog,
        (hash, entry_row): (Hash, &[u8]),
    ) -> Result<Outcome, ChangeError> {
        if let Some(voucher) = &log.voucher
            && self.vouchers.get(&voucher.0)?.is_some()
        {
            return Err(Refusal::Admission.into());
        }
        if self.logs.get(log.handle.as_bytes())?.is_some() {
            return Err(Refusal::LogExists.into());
        }
        let state = rules::create(log, hash)?;
        if let Some(voucher) = &log.voucher {
            self.vouchers.insert(&voucher.0, ())?;
        }
        let row = LogRow::new(self.next_number()?, &state);
        let author = Slotted::new(log.access.group, log.now);
        self.put_entry(row.number, Some(&author), &log.genesis, entry_row)?;
        self.add_usage(row.number, &log.access.key, log.genesis.stored_len() as u64)?;
        self.put_access(row.number, &log.access)?;
        for access in &log.more {
            self.put_access(row.number, access)?;
        }
        self.put_log(&log.handle, &row)?;
        Ok(quiet(state))
    }

    fn append(
        &mut self,
        handle: &Handle,
        by: &VerifyingKey,
        offer: &Offer<'_>,
        entry_row: &[u8],
    ) -> Result<Outcome, ChangeError> {
        let (row, caller) = self.caller(handle, by, Right::Append)?;
        let used = self.used_by(row.number, by)?;
        let standing = match offer.replay {
            true => self.standing(row.number, offer.entry.seq)?,
            false => None,
        };
        let (state, stored, effects) = match offer.place(&row.state()?, &caller, used, standing)? {
            Place::Stands => return Ok(quiet(row.state()?)),
            Place::Completes(state) => (state, offer.body_len(), vec![]),
            Place::Behind(state) => {
                let stored = offer.entry.stored_len() as u64;
                (state, stored, vec![Effect::Appended])
            }
        };
        let author = (!offer.replay).then(|| Slotted::new(caller.group, offer.now));
        self.put_entry(row.number, author.as_ref(), offer.entry, entry_row)?;
        self.add_usage(row.number, by, stored)?;
        self.put_log(handle, &row.standing_at(&state))?;
        let log = state;
        Ok(Outcome { log, effects })
    }

    fn write_register(
        &mut self,
        handle: &Handle,
        by: &VerifyingKey,
        register: &RegisterRecord,
        now: i64,
        max_registers: u32,
    ) -> Result<Outcome, ChangeError> {
        let (row, _) = self.caller(handle, by, Right::Registers)?;
        self.clear_expired(now)?;
        let first = (row.number, &[0; 32]);
        let last = (row.number, &[0xff; 32]);
        let count = self.registers.range(first..=last)?.count();
        let standing = self.register(row.number, &register.name)?;
        rules::write_register(standing.as_ref(), register, now, count, max_registers)?;
        self.put_register(row.number, standing.as_ref(), register)?;
        Ok(quiet(row.state()?))
    }

    /// The log and its caller, whose key must stand and have the right.
    pub(super) fn caller(
        &self,
        handle: &Handle,
        by: &VerifyingKey,
        right: Right,
    ) -> Result<(LogRow, AccessRecord), ChangeError> {
        let row = log_row(&self.logs, handle.as_bytes())?.ok_or(Refusal::NoSession)?;
        let record = self.access_record(row.number, by)?;
        Ok((row, rules::caller(record, right)?))
    }

    /// What stands at the place of a replay.
    fn standing(&self, number: u64, seq: u64) -> Result<Option<Standing>, ChangeError> {
        let Some(row) = self.entries.get((number, seq))? else {
            return Ok(None);
        };
        let entry = entry_of(row.value())?;
        let is_pruned = matches!(entry.body, EntryBody::Pruned(_));
        // What was pruned or erased here has a row for its slot; what came without a body has none.
        let lacks_body = is_pruned && self.slots.get((number, &*entry.slot, seq))?.is_none();
        Ok(Some(Standing {
            hash: entry_hash_of(row.value())?,
            lacks_body,
        }))
    }

    fn register(
        &self,
        number: u64,
        name: &[u8; 32],
    ) -> Result<Option<RegisterRecord>, ChangeError> {
        let row = self.registers.get((number, name))?;
        Ok(row.map(|row| register_of(row.value())).transpose()?)
    }

    fn used_by(&self, number: u64, key: &VerifyingKey) -> Result<u64, ChangeError> {
        let used = self.usage.get((number, key.as_bytes()))?;
        Ok(used.map_or(0, |used| used.value()))
    }

    fn add_usage(
        &mut self,
        number: u64,
        key: &VerifyingKey,
        bytes: u64,
    ) -> Result<(), ChangeError> {
        let used = self.used_by(number, key)?.saturating_add(bytes);
        self.usage.insert((number, key.as_bytes()), used)?;
        Ok(())
    }

    pub(super) fn take_usage(
        &mut self,
        number: u64,
        key: &VerifyingKey,
        bytes: u64,
    ) -> Result<(), ChangeError> {
        let used = self.used_by(number, key)?.saturating_sub(bytes);
        self.usage.insert((number, key.as_bytes()), used)?;
        Ok(())
    }

    fn next_number(&mut self) -> Result<u64, ChangeError> {
        let number = self
            .meta
            .get("next_log")?
            .and_then(|row| row.value().try_into().ok().map(u64::from_be_bytes))
            .unwrap_or(0);
        let next = (number + 1).to_be_bytes();
        self.meta.insert("next_log", next.as_slice())?;
        Ok(number)
    }

    pub(super) fn put_log(&mut self, handle: &Handle, row: &LogRow) -> Result<(), ChangeError> {
        self.logs
            .insert(handle.as_bytes(), row.encode_to_vec().as_slice())?;
        Ok(())
    }

    /// Writes an entry; `author` is `None` for one that was given back, whose author nobody knows.
    fn put_entry(
        &mut self,
        number: u64,
        author: Option<&Slotted>,
        entry: &Entry,
        row: &[u8],
    ) -> Result<(), ChangeError> {
        let mut place = self
            .entries
            .insert_reserve((number, entry.seq), row.len())?;
        place.as_mut().copy_from_slice(row);
        if let Some(author) = author {
            written_by(place.as_mut(), &author.group);
        }
        drop(place);
        if let Some(author) = author
            && !entry.slot.is_empty()
        {
            let key = (number, &*entry.slot, entry.seq);
            self.slots.insert(key, slot_row(author).as_slice())?;
        }
        Ok(())
    }

    fn put_register(
        &mut self,
        number: u64,
        standing: Option<&RegisterRecord>,
        new: &RegisterRecord,
    ) -> Result<(), ChangeError> {
        if let Some(at) = standing.and_then(|register| register.expires_at) {
            self.expiry.remove((at, number, &new.name))?;
        }
        if let Some(at) = new.expires_at {
            self.expiry.insert((at, number, &new.name), ())?;
        }
        self.registers
            .insert((number, &new.name), register_row(new).as_slice())?;
        Ok(())
    }

    /// Clears registers away that expired, of whatever log, oldest first.
    fn clear_expired(&mut self, now: i64) -> Result<(), ChangeError> {
        let first = (i64::MIN, 0, &[0; 32]);
        let last = (now, u64::MAX, &[0xff; 32]);
        let expired: Vec<(i64, u64, [u8; 32])> = self
            .expiry
            .range(first..=last)?
            .take(CLEAR)
            .map(|row| row.map(|(key, _)| (key.value().0, key.value().1, *key.value().2)))
            .collect::<Result<_, _>>()?;
        for (at, number, name) in expired {
            self.expiry.remove((at, number, &name))?;
            self.registers.remove((number, &name))?;
        }
        Ok(())
    }
}
