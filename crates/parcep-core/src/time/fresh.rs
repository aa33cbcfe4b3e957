//! When each guardian was heard (R-TIME-011).

use super::TimeKeeper;
use crate::id::{DeviceId, PrincipalId};
use std::collections::BTreeMap;

/// The freshness of each guardian: the greatest value of the smaller of a beat's time and T_lo when
/// the beat was accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Freshness {
    /// T_lo when it was first known: as long ago is whoever was never heard.
    pub(super) since: Option<i64>,
    pub(super) heard: BTreeMap<PrincipalId, i64>,
    /// The version of the last beat of each device that counted.
    pub(super) counted: BTreeMap<DeviceId, u64>,
}

impl Freshness {
    /// When a guardian was heard last, in seconds since 1970-01-01T00:00:00Z; `None` if never. A
    /// guardian's app shows it for each by itself (R-TIME-016).
    #[must_use]
    pub fn of(&self, guardian: PrincipalId) -> Option<i64> {
        self.heard.get(&guardian).copied()
    }

    /// The freshest of some guardians. The Welcome counts as a beat at the first T_lo, so nothing is
    /// older than that; `None` before it.
    pub fn freshest(&self, guardians: impl IntoIterator<Item = PrincipalId>) -> Option<i64> {
        let heard = guardians.into_iter().filter_map(|id| self.of(id));
        heard.max().max(self.since)
    }

    /// Forgets guardians who left.
    pub fn keep(&mut self, is_guardian: impl Fn(PrincipalId) -> bool) {
        self.heard.retain(|id, _| is_guardian(*id));
    }
}

impl TimeKeeper {
    /// A beat of a guardian that counts: the head it names was applied, and the live root there is
    /// this device's own. Its time has been told before ([`TimeKeeper::signed`]). A clock that runs
    /// ahead counts as of T_lo and not of the future.
    pub fn heard(&mut self, guardian: PrincipalId, time: i64) {
        let Some(lower) = self.lower() else {
            return;
        };
        let at = time.min(lower);
        let heard = self.fresh.heard.entry(guardian).or_insert(at);
        *heard = at.max(*heard);
    }

    /// The same for the beat that a device wrote as this version of its register. It counts once: who
    /// is served it again and again hears nothing new.
    pub fn heard_of(&mut self, guardian: PrincipalId, device: DeviceId, version: u64, time: i64) {
        let last = self.fresh.counted.get(&device).copied();
        if self.lower().is_some() && last.is_none_or(|last| last < version) {
            self.fresh.counted.insert(device, version);
            self.unstored = true;
            self.heard(guardian, time);
        }
    }

    /// Forgets when guardians were heard who left.
    pub fn keep_guardians(&mut self, is_guardian: impl Fn(PrincipalId) -> bool) {
        self.fresh.keep(is_guardian);
        let most = usize::try_from(super::stored::MOST).unwrap_or(usize::MAX);
        while self.fresh.counted.len() > most {
            self.fresh.counted.pop_first();
        }
    }
}
