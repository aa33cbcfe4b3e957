//! Who may change keys at once, and what takes a week in everybody's sight (R-CONS-020, R-CONS-025).

use crate::access::{AccessRecord, Right};
use crate::limits::MAX_ACTS;
use crate::refusal::Refusal;
use crate::store::types::{ActRecord, What};

/// Bounds that the operator sets on keys.
#[derive(Debug, Clone, Copy)]
pub struct KeyBounds {
    /// Keys the log may hold.
    pub max_keys: u32,
    /// Calls per minute of a key that names no rate.
    pub own_rate: u32,
}

/// Whether the caller may add or change this key (R-RELAY-016).
///
/// `keys` are all keys of the log.
///
/// # Errors
/// [`Refusal::NotPermitted`] for a key of another group, for one into another group that has a key, and
/// for a key that would become or cease to be a root key; [`Refusal::Delayed`] for what would take
/// something from an admin; [`Refusal::Quota`].
pub fn grant(
    caller: &AccessRecord,
    keys: &[AccessRecord],
    new: &AccessRecord,
    bounds: KeyBounds,
) -> Result<(), Refusal> {
    let standing = keys.iter().find(|record| record.key == new.key);
    let is_foreign = standing.is_some_and(|record| record.group != caller.group);
    let is_taken = || keys.iter().any(|record| record.group == new.group);
    let turns_root = standing.is_some_and(|record| record.root != new.root);
    if is_foreign || turns_root || (new.group != caller.group && is_taken()) {
        return Err(Refusal::NotPermitted(Right::Admin.name()));
    }
    match standing {
        Some(record) if record.rights.has(Right::Admin) && weakens(record, new, bounds) => {
            Err(Refusal::Delayed)
        }
        None if new.root && has_other_admin(caller, keys, new) => Err(Refusal::Delayed),
        None if keys.len() >= bounds.max_keys as usize => Err(Refusal::Quota {
            of: "keys",
            limit: bounds.max_keys.into(),
        }),
        _ => Ok(()),
    }
}

/// True if a new root key would have an admin of its group at its mercy who did not grant it.
fn has_other_admin(caller: &AccessRecord, keys: &[AccessRecord], new: &AccessRecord) -> bool {
    keys.iter().any(|record| {
        record.group == new.group && record.key != caller.key && record.rights.has(Right::Admin)
    })
}

/// True if a change takes anything from a key, or moves it to another group.
fn weakens(standing: &AccessRecord, new: &AccessRecord, bounds: KeyBounds) -> bool {
    let loses_right = standing.rights.iter().any(|right| !new.rights.has(right));
    let rate = |record: &AccessRecord| record.rate_per_minute.map_or(bounds.own_rate, Into::into);
    let quota = |record: &AccessRecord| record.quota_bytes.unwrap_or(u64::MAX);
    loses_right
        || new.group != standing.group
        || rate(new) < rate(standing)
        || quota(new) < quota(standing)
}

/// Whether the caller may remove this key at once (R-RELAY-017). Removing a key that is not there is
/// done already. A root key removes any key of its group (R-CONS-020).
///
/// # Errors
/// [`Refusal::NotPermitted`] for another group's, [`Refusal::Delayed`] for an admin key.
pub fn revoke(caller: &AccessRecord, standing: Option<&AccessRecord>) -> Result<(), Refusal> {
    match standing {
        None => Ok(()),
        Some(record) if record.group != caller.group => {
            Err(Refusal::NotPermitted(Right::Admin.name()))
        }
        Some(record) if record.rights.has(Right::Admin) && !caller.root => Err(Refusal::Delayed),
        Some(_) => Ok(()),
    }
}

/// Whether the caller may announce this (R-CONS-025), and, a week later, whether it may still happen.
///
/// A key of another group can only lose by it. `has_slots` says whether every place of an erasure holds
/// an entry with a slot.
///
/// # Errors
/// [`Refusal::NotPermitted`], [`Refusal::Quota`] as [`grant`], [`Refusal::InvalidArgument`] for what is
/// not there.
pub fn announce(
    caller: &AccessRecord,
    keys: &[AccessRecord],
    what: &What,
    has_slots: bool,
    bounds: KeyBounds,
) -> Result<(), Refusal> {
    let find = |key| keys.iter().find(|record| record.key == key);
    match what {
        What::Change(new) => match find(new.key) {
            Some(record) if record.group != caller.group => {
                // What stands has everything that the new one would have.
                let only_loses = record.root == new.root && !weakens(new, record, bounds);
                only_loses
                    .then_some(())
                    .ok_or_else(|| Refusal::NotPermitted(Right::Admin.name()))
            }
            _ => match grant(caller, keys, new, bounds) {
                Err(Refusal::Delayed) => Ok(()),
                decided => decided,
            },
        },
        What::Revoke(key) if find(*key).is_none() => Err(Refusal::InvalidArgument("revoke")),
        What::EraseBodies(_) if !has_slots => Err(Refusal::InvalidArgument("erase_bodies")),
        What::Revoke(_) | What::EraseBodies(_) | What::DeleteLog => Ok(()),
    }
}

/// Whether one more act may be pending.
///
/// # Errors
/// [`Refusal::Quota`].
pub fn room_for_an_act(pending: usize) -> Result<(), Refusal> {
    if pending < MAX_ACTS {
        return Ok(());
    }
    Err(Refusal::Quota {
        of: "acts",
        limit: MAX_ACTS as u64,
    })
}

/// Whether an act is over because of what became of a key: `now` is the key's record, `None` if it was
/// removed. Who lost the admin right changes nothing any more, and nothing is done to a key that is
/// gone, lest it come back.
pub fn is_void(act: &ActRecord, key: &AccessRecord, now: Option<&AccessRecord>) -> bool {
    let is_admin = now.is_some_and(|record| record.rights.has(Right::Admin));
    (act.by == key.key && !is_admin) || (now.is_none() && act.what.key() == Some(key.key))
}
