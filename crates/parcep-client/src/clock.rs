//! Clocks: the system's, and one that a test or a scenario moves by hand.
//!
//! | System | Boot time | Start |
//! |---|---|---|
//! | Linux, Android | `CLOCK_BOOTTIME`, which runs on in standby | `/proc/sys/kernel/random/boot_id` |
//! | Apple's | `CLOCK_MONOTONIC`, which runs on in standby there | this process |
//! | others | what [`Instant`] reads; on Windows it runs on in standby | this process |
//!
//! Where the start is that of the process, each start of the process counts as one of the device:
//! the time between is not counted, as if the device had been off (R-TIME-004).

use parcep_core::crypto::{Random as _, SystemRandom};
use parcep_core::time::{Boot, BootId, Clock};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The clock of the system that this runs on.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn boot(&self) -> Boot {
        static SYSTEM: OnceLock<Option<BootId>> = OnceLock::new();
        match (*SYSTEM.get_or_init(started), since_start()) {
            (Some(id), Some(since)) => Boot {
                id,
                seconds: since.as_secs(),
            },
            _ => since_process_start(),
        }
    }

    fn wall(&self) -> Option<i64> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok()
    }
}

/// Which start of the system this is, where it says so.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn started() -> Option<BootId> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let hex: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let bytes = parcep_core::hex::decode(&hex)?;
    bytes.try_into().ok().map(BootId)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn started() -> Option<BootId> {
    None
}

/// How long the system has run since its start, standby included.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn since_start() -> Option<Duration> {
    read(rustix::time::ClockId::Boottime)
}

#[cfg(target_vendor = "apple")]
fn since_start() -> Option<Duration> {
    read(rustix::time::ClockId::Monotonic)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn since_start() -> Option<Duration> {
    None
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn read(id: rustix::time::ClockId) -> Option<Duration> {
    let now = rustix::time::clock_gettime(id);
    u64::try_from(now.tv_sec).ok().map(Duration::from_secs)
}

/// Boot time that begins with this process.
fn since_process_start() -> Boot {
    static PROCESS: OnceLock<(BootId, Instant, Option<Duration>)> = OnceLock::new();
    let (id, instant, began) = *PROCESS.get_or_init(|| {
        let id = SystemRandom::new().array().unwrap_or_else(|_| {
            let wall = SystemTime::now().duration_since(UNIX_EPOCH);
            let nanos = wall.map_or(0, |since| since.as_nanos());
            (nanos ^ u128::from(std::process::id()) << 96).to_be_bytes()
        });
        (BootId(id), Instant::now(), since_start())
    });
    let since = match (since_start(), began) {
        (Some(now), Some(began)) => now.saturating_sub(began),
        _ => instant.elapsed(),
    };
    Boot {
        id,
        seconds: since.as_secs(),
    }
}

/// A clock that stands still until somebody moves it. Clones show the same time.
///
/// ```
/// use parcep_client::clock::ManualClock;
/// use parcep_core::time::Clock as _;
///
/// let clock = ManualClock::at(1_700_000_000);
/// clock.advance(60);
/// clock.set_wall(0); // a child finds the settings
/// assert_eq!((clock.boot().seconds, clock.wall(), clock.honest()), (60, Some(0), 1_700_000_060));
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Mutex<Hands>>);

#[derive(Debug)]
struct Hands {
    /// What a clock would show that nobody touches.
    honest: i64,
    starts: u128,
    boot: u64,
    wall: Option<i64>,
    battery: bool,
    protected: bool,
}

impl ManualClock {
    /// A device that was started at `wall`, in seconds since 1970-01-01T00:00:00Z, and shows it. Its
    /// wall clock runs on while it is off.
    pub fn at(wall: i64) -> Self {
        Self(Arc::new(Mutex::new(Hands {
            honest: wall,
            starts: 1,
            boot: 0,
            wall: Some(wall),
            battery: true,
            protected: false,
        })))
    }

    /// The same device without a battery for its wall clock: after each start it shows the beginning of
    /// 1970.
    pub fn without_battery(self) -> Self {
        self.hands().battery = false;
        self
    }

    /// The same device on a platform that protects its wall clock.
    pub fn protected(self) -> Self {
        self.hands().protected = true;
        self
    }

    /// Time passes, in use or in standby.
    pub fn advance(&self, seconds: u64) {
        let mut hands = self.hands();
        hands.boot = hands.boot.saturating_add(seconds);
        hands.pass(seconds);
    }

    /// The device is off for so long, and started again.
    pub fn reboot(&self, off: u64) {
        let mut hands = self.hands();
        hands.pass(off);
        hands.starts += 1;
        hands.boot = 0;
        if !hands.battery {
            hands.wall = hands.wall.map(|_| 0);
        }
    }

    /// Somebody sets the wall clock.
    pub fn set_wall(&self, wall: i64) {
        self.hands().wall = Some(wall);
    }

    /// Somebody turns the wall clock on or back by so many seconds.
    pub fn jump_wall(&self, by: i64) {
        let mut hands = self.hands();
        hands.wall = hands.wall.map(|wall| wall.saturating_add(by));
    }

    /// The wall clock breaks.
    pub fn lose_wall(&self) {
        self.hands().wall = None;
    }

    /// What a clock would show that nobody touches.
    pub fn honest(&self) -> i64 {
        self.hands().honest
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hands {
    fn pass(&mut self, seconds: u64) {
        self.honest = self.honest.saturating_add_unsigned(seconds);
        self.wall = self.wall.map(|wall| wall.saturating_add_unsigned(seconds));
    }
}

impl Clock for ManualClock {
    fn boot(&self) -> Boot {
        let hands = self.hands();
        Boot {
            id: BootId(hands.starts.to_be_bytes()),
            seconds: hands.boot,
        }
    }

    fn wall(&self) -> Option<i64> {
        self.hands().wall
    }

    fn is_protected(&self) -> bool {
        self.hands().protected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_boot_time_is_of_one_start_and_never_goes_back() {
        // R-TIME-001
        let (first, second) = (SystemClock.boot(), SystemClock.boot());
        assert_eq!(first.id, second.id);
        assert!(first.seconds <= second.seconds);
        assert!(SystemClock.wall() > Some(1_700_000_000));
        let (first, second) = (since_process_start(), since_process_start());
        assert_eq!((first.id, first.seconds), (second.id, second.seconds));
    }

    #[test]
    fn setting_the_wall_clock_leaves_boot_time_alone() {
        // R-TIME-001
        let clock = ManualClock::at(100);
        clock.advance(5);
        for wall in [i64::MIN, 0, i64::MAX] {
            clock.set_wall(wall);
            assert_eq!((clock.boot().seconds, clock.wall()), (5, Some(wall)));
        }
        clock.jump_wall(1);
        assert_eq!(clock.wall(), Some(i64::MAX));
        clock.lose_wall();
        clock.jump_wall(1);
        assert_eq!((clock.wall(), clock.honest()), (None, 105));
    }

    #[test]
    fn a_restart_is_another_start_and_boot_time_does_not_say_how_long_it_was_off() {
        // R-TIME-001, R-TIME-004
        let with = ManualClock::at(100);
        let without = ManualClock::at(100).without_battery();
        let before = with.boot().id;
        for clock in [&with, &without] {
            clock.advance(50);
            clock.reboot(1000);
            assert_eq!((clock.boot().seconds, clock.honest()), (0, 1150));
        }
        assert_ne!(with.boot().id, before);
        assert_eq!((with.wall(), without.wall()), (Some(1150), Some(0)));
    }
}
