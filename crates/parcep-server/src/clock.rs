//! The relay's own time: the system's, or one that a test or a scenario moves.
//!
//! What asks for time asks a [`Clock`]: challenges, sessions, registers, windows after a restore, acts
//! that take 7 days, bookmarks. Only pauses and rates are measured by the machine.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// What time it is for a relay. Cloning shares it.
#[derive(Clone, Default)]
pub struct Clock(Option<watch::Receiver<i64>>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn now(&self) -> i64 {
        match &self.0 {
            None => system_now(),
            Some(virtual_time) => *virtual_time.borrow(),
        }
    }

    /// Resolves when somebody moved a virtual clock; never for the system's.
    pub(crate) async fn moved(&mut self) {
        let moved = match &mut self.0 {
            None => false,
            Some(virtual_time) => virtual_time.changed().await.is_ok(),
        };
        if !moved {
            std::future::pending::<()>().await;
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Clock(virtual)"
        } else {
            "Clock(system)"
        })
    }
}

/// A clock that stands until somebody moves it: seven days in no time.
///
/// # Example
/// ```
/// let time = parcep_server::VirtualClock::at(1_700_000_000);
/// let clock = time.clock();
/// time.advance(604_800);
/// assert_eq!(clock.now(), 1_700_604_800);
/// ```
#[derive(Debug, Clone)]
pub struct VirtualClock(Arc<watch::Sender<i64>>);

impl VirtualClock {
    /// A clock that shows this instant, seconds since 1970-01-01T00:00:00Z.
    pub fn at(now: i64) -> Self {
        Self(Arc::new(watch::Sender::new(now)))
    }

    /// The clock for a relay.
    pub fn clock(&self) -> Clock {
        Clock(Some(self.0.subscribe()))
    }

    /// What it shows.
    pub fn now(&self) -> i64 {
        *self.0.borrow()
    }

    /// Moves it by this many seconds, back with a minus. Relays that use it see to what is due.
    pub fn advance(&self, seconds: i64) {
        self.0.send_modify(|now| *now = now.saturating_add(seconds));
    }

    /// Sets it to this instant.
    pub fn set(&self, now: i64) {
        self.0.send_replace(now);
    }
}

fn system_now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|elapsed| i64::try_from(elapsed.as_secs()).ok())
        .unwrap_or(0)
}
