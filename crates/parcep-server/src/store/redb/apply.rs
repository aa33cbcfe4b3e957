//! One change inside a group's transaction: load, decide by the rules, write.
//!
//! INVARIANT: nothing is written before the rules agreed (but that expired registers go), so a
//! refused change leaves no trace in the transaction that its neighbours share.

use super::super::types::{LogState, NewLog, RegisterRecord};
use super::super::{Change, ChangeError, rules};
use super::tables::{
    LogRow, Tables, access_of, access_row, entry_row, log_row, register_of, register_row,
    written_by,
};
use crate::access::{AccessRecord, Handle, Right};
use crate::refusal::Refusal;
use parcep_core::crypto::{Hash, VerifyingKey};
use parcep_core::log::Entry;
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

impl Tables<'_> {
    pub(super) fn apply(&mut self, prepared: &Prepared) -> Result<LogState, ChangeError> {
        match &prepared.change {
            Change::CreateLog(log) => self.create(log, prepared.entry()?),
            Change::Append {
                handle,
                by,
                entry,
                log_bytes,
            } => self.append(handle, by, entry, prepared.entry()?, *log_bytes),
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
                max_keys,
                own_rate,
            } => self.grant(handle, by, access, *max_keys, *own_rate),
            Change::Revoke { handle, by, key } => self.revoke(handle, by, key),
        }
    }

    fn create(
        &mut self,
        log: &NewLog,
        (hash, entry_row): (Hash, &[u8]),
    ) -> Result<LogState, ChangeError> {
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
        self.put_entry(row.number, &log.access, &log.genesis, entry_row)?;
        self.put_access(row.number, &log.access)?;
        self.put_log(&log.handle, &row)?;
        Ok(state)
    }

    fn append(
        &mut self,
        handle: &Handle,
        by: &VerifyingKey,
        entry: &Entry,
        (hash, entry_row): (Hash, &[u8]),
        log_bytes: u64,
    ) -> Result<LogState, ChangeError> {
        let (row, caller) = self.caller(handle, by, Right::Append)?;
        let used = self.used_by(row.number, by)?;
        let state = rules::append(&row.state()?, &caller, used, entry, hash, log_bytes)?;
        self.put_entry(row.number, &caller, entry, entry_row)?;
        self.put_log(handle, &row.standing_at(&state))?;
        Ok(state)
    }

    fn write_register(
        &mut self,
        handle: &Handle,
        by: &VerifyingKey,
        register: &RegisterRecord,
        now: i64,
        max_registers: u32,
    ) -> Result<LogState, ChangeError> {
        let (row, _) = self.caller(handle, by, Right::Registers)?;
        self.clear_expired(now)?;
        let first = (row.number, &[0; 32]);
        let last = (row.number, &[0xff; 32]);
        let count = self.registers.range(first..=last)?.count();
        let standing = self.register(row.number, &register.name)?;
        rules::write_register(standing.as_ref(), register, now, count, max_registers)?;
        self.put_register(row.number, standing.as_ref(), register)?;
        Ok(row.state()?)
    }

    fn grant(
        &mut self,
        handle: &Handle,
        by: &VerifyingKey,
        access: &AccessRecord,
        max_keys: u32,
        own_rate: u32,
    ) -> Result<LogState, ChangeError> {
        let (row, caller) = self.caller(handle, by, Right::Admin)?;
        let keys = self.access_records(row.number)?;
        rules::grant(&caller, &keys, access, max_keys, own_rate)?;
        self.put_access(row.number, access)?;
        Ok(row.state()?)
    }

    fn revoke(
        &mut self,
        handle: &Handle,
        by: &VerifyingKey,
        key: &VerifyingKey,
    ) -> Result<LogState, ChangeError> {
        let (row, caller) = self.caller(handle, by, Right::Admin)?;
        let standing = self.access_record(row.number, key)?;
        rules::revoke(&caller, standing.as_ref())?;
        self.access.remove((row.number, key.as_bytes()))?;
        self.usage.remove((row.number, key.as_bytes()))?;
        Ok(row.state()?)
    }

    /// The log and its caller, whose key must stand and have the right.
    fn caller(
        &self,
        handle: &Handle,
        by: &VerifyingKey,
        right: Right,
    ) -> Result<(LogRow, AccessRecord), ChangeError> {
        let row = log_row(&self.logs, handle.as_bytes())?.ok_or(Refusal::NoSession)?;
        let record = self.access_record(row.number, by)?;
        Ok((row, rules::caller(record, right)?))
    }

    fn access_record(
        &self,
        number: u64,
        key: &VerifyingKey,
    ) -> Result<Option<AccessRecord>, ChangeError> {
        let row = self.access.get((number, key.as_bytes()))?;
        Ok(row.map(|row| access_of(row.value())).transpose()?)
    }

    fn access_records(&self, number: u64) -> Result<Vec<AccessRecord>, ChangeError> {
        let (first, last) = ((number, &[0; 32]), (number, &[0xff; 32]));
        let mut records = Vec::new();
        for row in self.access.range(first..=last)? {
            records.push(access_of(row?.1.value())?);
        }
        Ok(records)
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

    fn put_log(&mut self, handle: &Handle, row: &LogRow) -> Result<(), ChangeError> {
        self.logs
            .insert(handle.as_bytes(), row.encode_to_vec().as_slice())?;
        Ok(())
    }

    fn put_entry(
        &mut self,
        number: u64,
        by: &AccessRecord,
        entry: &Entry,
        row: &[u8],
    ) -> Result<(), ChangeError> {
        let mut place = self
            .entries
            .insert_reserve((number, entry.seq), row.len())?;
        place.as_mut().copy_from_slice(row);
        written_by(place.as_mut(), &by.group);
        drop(place);
        let used = self.used_by(number, &by.key)?;
        self.usage.insert(
            (number, by.key.as_bytes()),
            used.saturating_add(entry.stored_len() as u64),
        )?;
        Ok(())
    }

    fn put_access(&mut self, number: u64, record: &AccessRecord) -> Result<(), ChangeError> {
        let row = access_row(record);
        self.access
            .insert((number, record.key.as_bytes()), row.as_slice())?;
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
