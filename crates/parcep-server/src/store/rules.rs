//! What a change may do: pure decisions on what a store loaded in its transaction.

use super::types::{LogState, RegisterRecord};
use crate::access::{AccessRecord, Right};
use crate::refusal::Refusal;
use parcep_core::crypto::Hash;
use parcep_core::log::Entry;

/// A new log behind its entry 0.
///
/// # Errors
/// [`Refusal::InvalidArgument`] if entry 0 does not stand at place 0.
pub fn create(genesis: &Entry, hash: Hash) -> Result<LogState, Refusal> {
    let empty = LogState {
        relay_epoch: 1,
        next_seq: 0,
        head: Hash::ZERO,
        used_bytes: 0,
    };
    if genesis.seq != 0 || genesis.prev != Hash::ZERO {
        return Err(Refusal::InvalidArgument("genesis"));
    }
    follow(&empty, genesis, hash, u64::MAX)
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
/// # Errors
/// [`Refusal::Unsupported`] for what would take a right from an admin, which needs 7 days in
/// everybody's sight; [`Refusal::NotPermitted`] for a key of another group; [`Refusal::Quota`].
pub fn grant(
    caller: &AccessRecord,
    standing: Option<&AccessRecord>,
    new: &AccessRecord,
    count: usize,
    max_keys: u32,
) -> Result<(), Refusal> {
    let Some(standing) = standing else {
        return if count < max_keys as usize {
            Ok(())
        } else {
            Err(Refusal::Quota {
                of: "keys",
                limit: max_keys.into(),
            })
        };
    };
    if standing.group != caller.group {
        return Err(Refusal::NotPermitted(Right::Admin.name()));
    }
    if standing.rights.has(Right::Admin) && weakens(standing, new) {
        return Err(Refusal::Unsupported("weakening an admin key"));
    }
    Ok(())
}

/// True if a change takes anything from a key, or moves it to another group.
fn weakens(standing: &AccessRecord, new: &AccessRecord) -> bool {
    let loses_right = standing.rights.iter().any(|right| !new.rights.has(right));
    let rate = |record: &AccessRecord| record.rate_per_minute.map_or(u32::MAX, Into::into);
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
/// [`Refusal::Unsupported`] for an admin key, [`Refusal::NotPermitted`] for another group's.
pub fn revoke(caller: &AccessRecord, standing: Option<&AccessRecord>) -> Result<(), Refusal> {
    match standing {
        None => Ok(()),
        Some(record) if record.rights.has(Right::Admin) => {
            Err(Refusal::Unsupported("revoking an admin key"))
        }
        Some(record) if record.group != caller.group => {
            Err(Refusal::NotPermitted(Right::Admin.name()))
        }
        Some(_) => Ok(()),
    }
}
