//! Backups of a relay, and putting one back (R-MOVE-009, R-MOVE-010, R-MOVE-016).

use super::super::DAY;
use super::{Log, Relay};
use std::collections::BTreeMap;

/// Everything that a relay had on its disk at one moment.
#[derive(Debug, Clone)]
pub struct Backup(BTreeMap<Vec<u8>, Log>);

impl Backup {
    /// The log under a handle, as it was.
    pub fn log(&self, handle: &[u8]) -> Option<&Log> {
        self.0.get(handle)
    }
}

impl Relay {
    /// A copy of its store.
    pub fn back_up(&self) -> Backup {
        Backup(self.logs.clone())
    }

    /// Puts a copy back, as its operator says aloud: each log begins a new relay epoch, has no
    /// registers, and takes nothing but replays for a day.
    pub fn restore(&mut self, backup: &Backup, now: i64) {
        self.roll_back(backup);
        for log in self.logs.values_mut() {
            let seconds = u32::try_from(now).unwrap_or(u32::MAX);
            log.epoch = seconds.max(log.epoch.saturating_add(1));
            log.replays_until = Some(now + DAY);
            log.history_until = None;
            log.registers.clear();
        }
    }

    /// Puts a copy back and says nothing: an attack, or a fault.
    pub fn roll_back(&mut self, backup: &Backup) {
        self.logs.clone_from(&backup.0);
        self.sessions.clear();
        self.challenges.clear();
    }
}
