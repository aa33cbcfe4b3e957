//! What is done to a store that is older than it should be: one of the format before, and one that was
//! put back from a copy.

use super::super::rules::{self, Slotted};
use super::super::{ChangeError, StoreError};
use super::tables::{
    ACTS, ENTRIES, EXPIRY, FORMAT, LogRow, REGISTERS, SLOTS, Tables, entry_of, failed, group_of,
    slot_row,
};
use crate::clock::Clock;
use prost::Message as _;
use redb::{Database, ReadableTable as _};

/// Brings a store of the format before up to date: every entry with a slot gets its row, as if it had
/// arrived today, so that nothing is pruned early.
pub(super) fn upgrade(db: &Database) -> Result<(), StoreError> {
    let now = Clock::system().now();
    let txn = db.begin_write().map_err(failed)?;
    {
        let entries = txn.open_table(ENTRIES).map_err(failed)?;
        let mut slots = txn.open_table(SLOTS).map_err(failed)?;
        for row in entries.iter().map_err(failed)? {
            let (place, row) = row.map_err(failed)?;
            let (number, seq) = place.value();
            let entry = entry_of(row.value())?;
            if !entry.slot.is_empty() {
                let slotted = Slotted::new(group_of(row.value())?, now);
                let key = (number, &*entry.slot, seq);
                let put = slots.insert(key, slot_row(&slotted).as_slice());
                put.map_err(failed)?;
            }
        }
        txn.open_table(ACTS).map_err(failed)?;
    }
    {
        let mut tables = Tables::open(&txn)?;
        let format = FORMAT.to_be_bytes();
        let put = tables.meta.insert("format", format.as_slice());
        put.map_err(failed)?;
    }
    txn.commit().map_err(failed)
}

/// A store that was put back from a copy (R-MOVE-009, R-MOVE-010, R-MOVE-016), in one step.
pub(super) fn restored(db: &Database, now: i64) -> Result<u64, StoreError> {
    let txn = db.begin_write().map_err(failed)?;
    for done in [
        txn.delete_table(REGISTERS),
        txn.delete_table(EXPIRY),
        txn.delete_table(ACTS),
    ] {
        done.map_err(failed)?;
    }
    let logs = {
        // Makes the three anew, empty.
        let mut tables = Tables::open(&txn)?;
        tables.begin_epochs(now).map_err(only_storage)?
    };
    txn.commit().map_err(failed)?;
    Ok(logs)
}

impl Tables<'_> {
    fn begin_epochs(&mut self, now: i64) -> Result<u64, ChangeError> {
        let mut fresh = Vec::new();
        for row in self.logs.iter()? {
            let (handle, row) = row?;
            let row = LogRow::decode(row.value()).map_err(|_| super::tables::damaged("log row"))?;
            let state = rules::restored(&row.state()?, now);
            let row = LogRow {
                // Acts announced since the copy was made had numbers, too.
                acts: u64::from(state.relay_epoch) << 32,
                ..row.standing_at(&state)
            };
            fresh.push((handle.value().to_vec(), row));
        }
        for (handle, row) in &fresh {
            let row = row.encode_to_vec();
            self.logs.insert(handle.as_slice(), row.as_slice())?;
        }
        Ok(fresh.len() as u64)
    }
}

fn only_storage(error: ChangeError) -> StoreError {
    match error {
        ChangeError::Failed(error) => error,
        ChangeError::Refused(_) => super::tables::damaged("log row"),
    }
}
