//! The clocks of a device that reads no clock: they show what the suite said last.

use crate::request::Hands;
use parcep_core::crypto::sha256;
use parcep_core::time::{Boot, BootId, Clock};
use std::sync::{Arc, Mutex, PoisonError};

/// Clones show the same.
#[derive(Debug, Clone, Default)]
pub struct DeviceClock(Arc<Mutex<Option<Hands>>>);

impl DeviceClock {
    /// Sets everything. True if the device was started anew since.
    pub fn set(&self, hands: Hands) -> bool {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let start = shown.as_ref().map(|shown| &shown.start);
        let another = start.is_some_and(|start| *start != hands.start);
        *shown = Some(hands);
        another
    }

    /// What was said last.
    pub fn hands(&self) -> Option<Hands> {
        let shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.clone()
    }
}

impl Clock for DeviceClock {
    fn boot(&self) -> Boot {
        let hands = self.hands();
        let start = hands.as_ref().map_or("", |hands| hands.start.as_str());
        let mut id = [0; 16];
        let hash = sha256(start.as_bytes());
        id.iter_mut().zip(hash.0).for_each(|(to, from)| *to = from);
        Boot {
            id: BootId(id),
            seconds: hands.map_or(0, |hands| hands.boot),
        }
    }

    fn wall(&self) -> Option<i64> {
        self.hands().and_then(|hands| hands.wall)
    }
}
