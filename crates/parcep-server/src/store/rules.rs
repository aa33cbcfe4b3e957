//! What a change may do: pure decisions on what a store loaded in its transaction.

use super::types::{LogState, NewLog, RegisterRecord};
use crate::access::{AccessRecord, Right};
use crate::refusal::Refusal;
use parcep_core::crypto::Hash;
use parcep_core::log::Entry;

/// Whether an entry can be the first one (R-RELAY-007).
///
/// # Errors
/// [`Refusal::InvalidArgument`] if it does not stand at place 0 behind nothing.
pub fn genesis(entry: &Entry) -> Result<(), Refusal> {
    if entry.seq != 0 {
        return Err(Refusal::InvalidArgument("seq"));
    }
    if entry.prev != Hash::ZERO {
        return Err(Refusal::InvalidArgument("prev"));
    }
    Ok(())
}

/// A new log behind its entry 0.
///
/// # Errors
/// As [`genesis`], or [`Refusal::Quota`].
pub fn create(log: &NewLog, hash: Hash) -> Result<LogState, Refusal> {
    genesis(&log.genesis)?;
    let empty = LogState {
        relay_epoch: 1,
        next_seq: 0,
        head: Hash::ZERO,
        used_bytes: 0,
    };
    append(&empty, &log.access, 0, &log.genesis, hash, log.log_bytes)
}

/// The caller's record, if its key still stands and has the right. A key that was revoked while
/// its call was under way has no session any more.
///
/// # Errors
/// [`Refusal::NoSession`] or [`Refusal::NotPermitted`].
pub fn caller(record: Option<AccessRecord>, right: Right) -> Result<AccessRecord, Refusal> {
    let record = record.ok_or(Refusal::NoSession)?;
    record.rights.require(right)?;
    Ok(record)
}

/// Compare-and-append (R-RELAY-008): where the log stands with the entry behind it.
///
/// `hash` is the entry's own, `used_by_key` what the caller's key has stored.
///
/// # Errors
/// [`Refusal::StaleHead`] with the head there is, or [`Refusal::Quota`].
pub fn append(
    log: &LogState,
    caller: &AccessRecord,
    used_by_key: u64,
    entry: &Entry,
    hash: Hash,
    log_bytes: u64,
) -> Result<LogState, Refusal> {
    if entry.seq != log.next_seq || entry.prev != log.head {
        return Err(Refusal::StaleHead {
            next_seq: log.next_seq,
            head: log.head,
        });
    }
    if let Some(limit) = caller.quota_bytes
        && used_by_key.saturating_add(entry.stored_len() as u64) > limit
    {
        return Err(Refusal::Quota {
            of: "key_bytes",
            limit,
        });
    }
    follow(log, entry, hash, log_bytes)
}

fn follow(log: &LogState, entry: &Entry, hash: Hash, log_bytes: u64) -> Result<LogState, Refusal> {
    let used_bytes = log.used_bytes.saturating_add(entry.stored_len() as u64);
    if used_bytes > log_bytes {
        return Err(Refusal::Quota {
            of: "log_bytes",
            limit: log_bytes,
        });
    }
    Ok(LogState {
        relay_epoch: log.relay_epoch,
        next_seq: log
            .next_seq
            .checked_add(1)
            .ok_or(Refusal::InvalidArgument("seq"))?,
        head: hash,
        used_bytes,
    })
}

/// Compare-and-swap of a register (R-RELAY-014). `standing` is what the store holds, expired or
/// not; `count` is how many registers the log has.
///
/// # Errors
/// [`Refusal::StaleVersion`] with the version there is, or [`Refusal::Quota`].
pub fn write_register(
    standing: Option<&RegisterRecord>,
    new: &RegisterRecord,
    now: i64,
    count: usize,
    max_registers: u32,
) -> Result<(), Refusal> {
    let stands = standing
        .filter(|register| !register.is_expired(now))
        .map(|register| register.version);
    // Readers never go back (R-REG-005), so after an expiry or a restore a writer goes on counting.
    let fits = match stands {
        Some(version) => version.checked_add(1) == Some(new.version),
        None => new.version >= 1,
    };
    if !fits {
        return Err(Refusal::StaleVersion(stands.unwrap_or(0)));
    }
    if standing.is_none() && count >= max_registers as usize {
        return Err(Refusal::Quota {
            of: "registers",
            limit: max_registers.into(),
        });
    }
    Ok(())
}

/// Whether the caller may add or change this key (R-RELAY-016).
///
/// `keys` are all keys of the log, `own_rate` is the relay's own rate, which an absent one stands for.
///
/// # Errors
/// [`Refusal::NotPermitted`] for a key of another group, or one into another group that has a key;
/// [`Refusal::Unsupported`] for what would take something from an admin, which needs 7 days in
/// everybody's sight; [`Refusal::Quota`].
pub fn grant(
    caller: &AccessRecord,
    keys: &[AccessRecord],
    new: &AccessRecord,
    max_keys: u32,
    own_rate: u32,
) -> Result<(), Refusal> {
    let standing = keys.iter().find(|record| record.key == new.key);
    let is_foreign = standing.is_some_and(|record| record.group != caller.group);
    let is_taken = || keys.iter().any(|record| record.group == new.group);
    if is_foreign || (new.group != caller.group && is_taken()) {
        return Err(Refusal::NotPermitted(Right::Admin.name()));
    }
    match standing {
        Some(record) if record.rights.has(Right::Admin) && weakens(record, new, own_rate) => {
            Err(Refusal::Unsupported("admin_key"))
        }
        None if keys.len() >= max_keys as usize => Err(Refusal::Quota {
            of: "keys",
            limit: max_keys.into(),
        }),
        _ => Ok(()),
    }
}

/// True if a change takes anything from a key, or moves it to another group.
fn weakens(standing: &AccessRecord, new: &AccessRecord, own_rate: u32) -> bool {
    let loses_right = standing.rights.iter().any(|right| !new.rights.has(right));
    let rate = |record: &AccessRecord| record.rate_per_minute.map_or(own_rate, Into::into);
    let quota = |record: &AccessRecord| record.quota_bytes.unwrap_or(u64::MAX);
    loses_right
        || new.group != standing.group
        || rate(new) < rate(standing)
        || quota(new) < quota(standing)
}

/// Whether the caller may remove this key (R-RELAY-017). Removing a key that is not there is done
/// already.
///
/// # Errors
/// [`Refusal::NotPermitted`] for another group's, [`Refusal::Unsupported`] for an admin key.
pub fn revoke(caller: &AccessRecord, standing: Option<&AccessRecord>) -> Result<(), Refusal> {
    match standing {
        None => Ok(()),
        Some(record) if record.group != caller.group => {
            Err(Refusal::NotPermitted(Right::Admin.name()))
        }
        Some(record) if record.rights.has(Right::Admin) => Err(Refusal::Unsupported("admin_key")),
        Some(_) => Ok(()),
    }
}
