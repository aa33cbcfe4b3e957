//! Keys and announced acts inside a group's transaction (R-RELAY-016, R-RELAY-017, R-CONS-020,
//! R-CONS-025).

use super::super::ChangeError;
use super::super::rules::admin::{self, KeyBounds};
use super::super::types::{ActRecord, Effect, Outcome, What};
use super::apply::quiet;
use super::tables::{ActRow, LogRow, Tables, access_of, access_row, log_row, register_of};
use crate::access::{AccessRecord, Handle, Right};
use crate::limits::WEEK;
use crate::refusal::Refusal;
use parcep_core::crypto::VerifyingKey;
use prost::Message as _;
use redb::ReadableTable as _;

impl Tables<'_> {
    pub(super) fn grant(
        &mut self,
        handle: &Handle,
        by: &VerifyingKey,
        access: &AccessRecord,
        bounds: KeyBounds,
    ) -> Result<Outcome, ChangeError> {
        let (row, caller) = self.caller(handle, by, Right::Admin)?;
        let keys = self.access_records(row.number)?;
        admin::grant(&caller, &keys, access, bounds)?;
        let effects = self.change_key(row.number, access)?;
        let log = row.state()?;
        Ok(Outcome { log, effects })
    }

    pub(super) fn revoke(
        &mut self,
        handle: &Handle,
        by: &VerifyingKey,
        key: &VerifyingKey,
    ) -> Result<Outcome, ChangeError> {
        let (row, caller) = self.caller(handle, by, Right::Admin)?;
        let standing = self.access_record(row.number, key)?;
        admin::revoke(&caller, standing.as_ref())?;
        let effects = self.remove_key(row.number, key)?;
        let log = row.state()?;
        Ok(Outcome { log, effects })
    }

    pub(super) fn announce(
        &mut self,
        handle: &Handle,
        by: &VerifyingKey,
        what: &What,
        now: i64,
        bounds: KeyBounds,
    ) -> Result<Outcome, ChangeError> {
        let (row, caller) = self.caller(handle, by, Right::Admin)?;
        let keys = self.access_records(row.number)?;
        let has_slots = self.have_slots(row.number, what)?;
        admin::announce(&caller, &keys, what, has_slots, bounds)?;
        let pending = self.pending(row.number)?;
        let log = row.state()?;
        let same = |act: &&ActRecord| act.by == *by && act.what == *what;
        if let Some(act) = pending.iter().find(same) {
            let effects = vec![Effect::Pending(act.clone())];
            return Ok(Outcome { log, effects });
        }
        admin::room_for_an_act(pending.len())?;
        let row = LogRow {
            acts: row.acts.saturating_add(1),
            ..row
        };
        let act = ActRecord {
            id: row.acts,
            announced_at: now,
            due_at: now.saturating_add(WEEK),
            by: *by,
            what: what.clone(),
        };
        let encoded = ActRow::new(handle, &act).encode_to_vec();
        self.acts.insert((row.number, act.id), encoded.as_slice())?;
        self.put_log(handle, &row)?;
        let effects = vec![Effect::Announced(act)];
        Ok(Outcome { log, effects })
    }

    pub(super) fn cancel(
        &mut self,
        handle: &Handle,
        by: &VerifyingKey,
        id: u64,
    ) -> Result<Outcome, ChangeError> {
        let (row, _) = self.caller(handle, by, Right::Admin)?;
        let act = self.take_act(row.number, id)?;
        let act = act.ok_or(Refusal::InvalidArgument("id"))?;
        let log = row.state()?;
        let effects = vec![Effect::Cancelled(act)];
        Ok(Outcome { log, effects })
    }

    /// Carries out what is due, in the order in which it fell due. What its announcer could not
    /// announce any more does not happen (R-CONS-025).
    pub(super) fn carry_out(
        &mut self,
        handle: &Handle,
        now: i64,
        bounds: KeyBounds,
    ) -> Result<Outcome, ChangeError> {
        let mut row = log_row(&self.logs, handle.as_bytes())?.ok_or(Refusal::NoSession)?;
        let mut due = self.pending(row.number)?;
        due.retain(|act| act.due_at <= now);
        due.sort_by_key(|act| (act.due_at, act.id));
        if due.is_empty() {
            return Ok(quiet(row.state()?));
        }
        let mut effects = Vec::new();
        for act in due {
            // An act before it may have ended this one.
            let Some(act) = self.take_act(row.number, act.id)? else {
                continue;
            };
            if !self.may_happen(row.number, &act, bounds)? {
                effects.push(Effect::Cancelled(act));
                continue;
            }
            let is_end = act.what == What::DeleteLog;
            effects.extend(self.perform(handle, &mut row, &act.what)?);
            effects.push(Effect::Done(act));
            if is_end {
                break;
            }
        }
        let log = row.state()?;
        Ok(Outcome { log, effects })
    }

    fn may_happen(
        &self,
        number: u64,
        act: &ActRecord,
        bounds: KeyBounds,
    ) -> Result<bool, ChangeError> {
        let keys = self.access_records(number)?;
        let announcer = keys.iter().find(|record| record.key == act.by);
        let announcer = announcer.filter(|record| record.rights.has(Right::Admin));
        Ok(announcer.is_some_and(|by| admin::announce(by, &keys, &act.what, true, bounds).is_ok()))
    }

    fn perform(
        &mut self,
        handle: &Handle,
        row: &mut LogRow,
        what: &What,
    ) -> Result<Vec<Effect>, ChangeError> {
        match what {
            What::Change(record) => self.change_key(row.number, record),
            What::Revoke(key) => self.remove_key(row.number, key),
            What::EraseBodies(seqs) => {
                let freed = self.drop_bodies(row.number, seqs)?;
                row.used_bytes = row.used_bytes.saturating_sub(freed);
                self.put_log(handle, row)?;
                let last = seqs.last().copied().unwrap_or(0);
                let below = last.saturating_add(1);
                Ok(vec![Effect::BodiesDropped { below }])
            }
            What::DeleteLog => {
                self.delete_log(handle, row.number)?;
                Ok(vec![Effect::LogDeleted])
            }
        }
    }

    fn have_slots(&self, number: u64, what: &What) -> Result<bool, ChangeError> {
        let What::EraseBodies(seqs) = what else {
            return Ok(true);
        };
        for seq in seqs {
            if self.slot(number, *seq)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes a key's record and ends what it began, if it lost the admin right.
    fn change_key(
        &mut self,
        number: u64,
        record: &AccessRecord,
    ) -> Result<Vec<Effect>, ChangeError> {
        self.put_access(number, record)?;
        self.after_key(number, record, Some(record))
    }

    fn remove_key(&mut self, number: u64, key: &VerifyingKey) -> Result<Vec<Effect>, ChangeError> {
        let Some(record) = self.access_record(number, key)? else {
            return Ok(vec![Effect::KeyEnded(*key)]);
        };
        self.access.remove((number, key.as_bytes()))?;
        self.usage.remove((number, key.as_bytes()))?;
        self.after_key(number, &record, None)
    }

    fn after_key(
        &mut self,
        number: u64,
        key: &AccessRecord,
        now: Option<&AccessRecord>,
    ) -> Result<Vec<Effect>, ChangeError> {
        let mut effects = vec![Effect::KeyEnded(key.key)];
        for act in self.pending(number)? {
            if admin::is_void(&act, key, now) {
                self.acts.remove((number, act.id))?;
                effects.push(Effect::Cancelled(act));
            }
        }
        Ok(effects)
    }

    /// Everything of a log goes, its handle too.
    fn delete_log(&mut self, handle: &Handle, number: u64) -> Result<(), ChangeError> {
        let names = || (number, &[0; 32])..=(number, &[0xff; 32]);
        let mut expiries = Vec::new();
        for row in self.registers.range(names())? {
            let register = register_of(row?.1.value())?;
            expiries.extend(register.expires_at.map(|at| (at, register.name)));
        }
        for (at, name) in expiries {
            self.expiry.remove((at, number, &name))?;
        }
        self.registers.retain_in(names(), |_, _| false)?;
        self.access.retain_in(names(), |_, _| false)?;
        self.usage.retain_in(names(), |_, _| false)?;
        let places = || (number, 0)..=(number, u64::MAX);
        self.entries.retain_in(places(), |_, _| false)?;
        self.acts.retain_in(places(), |_, _| false)?;
        let nothing: &[u8] = &[];
        let slots = (number, nothing, 0)..(number.saturating_add(1), nothing, 0);
        self.slots.retain_in(slots, |_, _| false)?;
        self.logs.remove(handle.as_bytes())?;
        Ok(())
    }

    fn pending(&self, number: u64) -> Result<Vec<ActRecord>, ChangeError> {
        let mut acts = Vec::new();
        for row in self.acts.range((number, 0)..=(number, u64::MAX))? {
            acts.push(ActRow::read(row?.1.value())?.1);
        }
        Ok(acts)
    }

    fn take_act(&mut self, number: u64, id: u64) -> Result<Option<ActRecord>, ChangeError> {
        let row = self.acts.remove((number, id))?;
        let act = row.map(|row| ActRow::read(row.value())).transpose()?;
        Ok(act.map(|(_, act)| act))
    }

    pub(super) fn access_record(
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

    pub(super) fn put_access(
        &mut self,
        number: u64,
        record: &AccessRecord,
    ) -> Result<(), ChangeError> {
        let row = access_row(record);
        self.access
            .insert((number, record.key.as_bytes()), row.as_slice())?;
        Ok(())
    }
}
