//! What a change may do: pure decisions on what a store loaded in its transaction.
//!
//! Entries and registers here; who may change keys and announce acts in [`admin`].

pub mod admin;
#[cfg(test)]
mod tests;

use super::types::{LogState, NewLog, RegisterRecord, Replays};
use crate::access::{AccessRecord, Right};
use crate::limits::{BY_CLOCK, DAY, WEEK};
use crate::refusal::Refusal;
use parcep_core::crypto::Hash;
use parcep_core::log::{Entry, EntryBody};

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

/// A new log behind its entry 0; one that begins with a history takes replays for a day (R-MOVE-020).
///
/// # Errors
/// As [`genesis`], or [`Refusal::Quota`].
pub fn create(log: &NewLog, hash: Hash) -> Result<LogState, Refusal> {
    genesis(&log.genesis)?;
    if log.more.len() >= log.max_keys as usize {
        return Err(Refusal::Quota {
            of: "keys",
            limit: log.max_keys.into(),
        });
    }
    let empty = LogState {
        relay_epoch: log.relay_epoch.unwrap_or(1),
        next_seq: 0,
        head: Hash::ZERO,
        used_bytes: 0,
        replays: Replays::None,
    };
    let offer = Offer {
        entry: &log.genesis,
        hash,
        replay: false,
        now: log.now,
        log_bytes: log.log_bytes,
    };
    let state = offer.behind(&empty, &log.access, 0)?;
    let until = log.now.saturating_add(DAY);
    Ok(LogState {
        replays: match log.relay_epoch {
            Some(_) => Replays::History { until },
            None => Replays::None,
        },
        ..state
    })
}

/// A log whose store went back: a relay epoch that was never announced, and a day for giving back
/// (R-MOVE-009, R-MOVE-010).
///
/// What was announced since the copy was made is not known, so the number is the time of the restore.
#[must_use]
pub fn restored(log: &LogState, now: i64) -> LogState {
    let by_time = u32::try_from(now.clamp(0, BY_CLOCK)).unwrap_or(0);
    LogState {
        relay_epoch: log.relay_epoch.saturating_add(1).max(by_time),
        replays: Replays::Restore {
            until: now.saturating_add(DAY),
        },
        ..*log
    }
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

/// An entry that somebody wants to see in a log.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// Its hash.
    pub hash: Hash,
    /// True if it is given back and not new.
    pub replay: bool,
    /// The relay's time, seconds.
    pub now: i64,
    /// Bytes the log may hold.
    pub log_bytes: u64,
}

/// The entry that stands at the place of an offer.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// Its hash.
    pub hash: Hash,
    /// True if its body is missing because it was given back without one.
    pub lacks_body: bool,
}

/// What becomes of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It goes behind the head; the log then stands so.
    Behind(LogState),
    /// It stands already, and lacked the body that this offer brings; the log then stands so.
    Completes(LogState),
    /// It stands already.
    Stands,
}

impl Offer<'_> {
    /// Compare-and-append (R-RELAY-008), and giving back (R-RELAY-019, R-MOVE-010).
    ///
    /// `used_by_key` is what the caller's key has stored, `standing` what the store has at the place
    /// of a replay.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`] for a replay outside its time, [`Refusal::Restoring`] for a new entry
    /// within it, [`Refusal::StaleHead`] with the head there is, or [`Refusal::Quota`].
    pub fn place(
        &self,
        log: &LogState,
        caller: &AccessRecord,
        used_by_key: u64,
        standing: Option<Standing>,
    ) -> Result<Place, Refusal> {
        let window = log.replays.at(self.now);
        if !self.replay {
            if matches!(window, Replays::Restore { .. }) {
                return Err(Refusal::Restoring);
            }
            // The first entry that is none closes a history.
            let state = self.behind(log, caller, used_by_key)?;
            return Ok(Place::Behind(LogState {
                replays: Replays::None,
                ..state
            }));
        }
        let stands = standing.filter(|standing| standing.hash == self.hash);
        let is_open = window != Replays::None;
        match stands {
            Some(standing) if standing.lacks_body && is_open && self.brings_body() => {
                let state = LogState {
                    used_bytes: self.weigh(log, caller, used_by_key, self.body_len())?,
                    ..*log
                };
                Ok(Place::Completes(state))
            }
            Some(_) => Ok(Place::Stands),
            None if !is_open => Err(Refusal::NotPermitted("replay")),
            None => self.behind(log, caller, used_by_key).map(Place::Behind),
        }
    }

    fn behind(
        &self,
        log: &LogState,
        caller: &AccessRecord,
        used_by_key: u64,
    ) -> Result<LogState, Refusal> {
        if self.entry.seq != log.next_seq || self.entry.prev != log.head {
            return Err(Refusal::StaleHead {
                next_seq: log.next_seq,
                head: log.head,
            });
        }
        let used_bytes = self.weigh(log, caller, used_by_key, self.entry.stored_len() as u64)?;
        let next_seq = log.next_seq.checked_add(1);
        Ok(LogState {
            next_seq: next_seq.ok_or(Refusal::InvalidArgument("seq"))?,
            head: self.hash,
            used_bytes,
            ..*log
        })
    }

    /// What the log holds with so many bytes more, if the quotas allow them, the key's first.
    fn weigh(
        &self,
        log: &LogState,
        caller: &AccessRecord,
        used_by_key: u64,
        more: u64,
    ) -> Result<u64, Refusal> {
        if let Some(limit) = caller.quota_bytes
            && used_by_key.saturating_add(more) > limit
        {
            return Err(Refusal::Quota {
                of: "key_bytes",
                limit,
            });
        }
        let used_bytes = log.used_bytes.saturating_add(more);
        if used_bytes > self.log_bytes {
            return Err(Refusal::Quota {
                of: "log_bytes",
                limit: self.log_bytes,
            });
        }
        Ok(used_bytes)
    }

    fn brings_body(&self) -> bool {
        matches!(self.entry.body, EntryBody::Kept(_))
    }

    /// Bytes of the body alone.
    pub fn body_len(&self) -> u64 {
        match &self.entry.body {
            EntryBody::Kept(blob) => blob.len() as u64,
            EntryBody::Pruned(_) => 0,
        }
    }
}

/// Who put an entry into its slot, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slotted {
    /// Group of the key that wrote it, as it was then.
    pub group: [u8; 16],
    /// The UTC day after its arrival, in days since 1970-01-01.
    pub day_after: u32,
}

impl Slotted {
    /// What is kept of an entry that a key of this group wrote at this instant, in seconds.
    #[must_use]
    pub fn new(group: [u8; 16], now: i64) -> Self {
        let day = u32::try_from(now.max(0) / DAY).unwrap_or(u32::MAX);
        Self {
            group,
            day_after: day.saturating_add(1),
        }
    }
}

/// Whether a group may prune the body of an entry (R-MOVE-025): it wrote the entry, and a newer one of
/// the same slot and group has stood for a week, counted from the end of the day of its arrival.
///
/// `entry` is `None` where nobody knows who wrote it, since it was given back. `newer` are the later
/// entries of the same slot.
pub fn is_prunable(
    group: &[u8; 16],
    entry: Option<&Slotted>,
    newer: impl IntoIterator<Item = Slotted>,
    now: i64,
) -> bool {
    let has_stood = |newer: &Slotted| {
        let since = i64::from(newer.day_after).saturating_mul(DAY);
        newer.group == *group && since.saturating_add(WEEK) <= now
    };
    entry.is_some_and(|entry| entry.group == *group)
        && newer.into_iter().any(|newer| has_stood(&newer))
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
