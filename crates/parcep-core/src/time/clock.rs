//! What a device can read: how long it has run, and what its wall clock shows.

use std::fmt;

/// One start of a system. Two starts never have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BootId(pub [u8; 16]);

/// How long the system has run since it was started (R-TIME-001).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Boot {
    /// Of which start.
    pub id: BootId,
    /// Whole seconds since that start, standby included. Nobody can set them, and under one id they
    /// never go back.
    pub seconds: u64,
}

/// Where readings come from. The core never reads a clock by itself.
///
/// ```
/// use parcep_core::time::{Boot, BootId, Clock};
///
/// /// A device that was started once and shows no date.
/// #[derive(Debug)]
/// struct Oven;
///
/// impl Clock for Oven {
///     fn boot(&self) -> Boot {
///         Boot { id: BootId([7; 16]), seconds: 90 }
///     }
///     fn wall(&self) -> Option<i64> {
///         None
///     }
/// }
/// assert_eq!(Oven.boot().seconds, 90);
/// ```
pub trait Clock: fmt::Debug + Send + Sync {
    /// Boot time.
    fn boot(&self) -> Boot;

    /// The wall clock in seconds since 1970-01-01T00:00:00Z, fractions dropped; `None` if the system
    /// has none.
    fn wall(&self) -> Option<i64>;

    /// Whether the platform keeps the person who uses the device from setting the wall clock
    /// (capability `clock.protected`). Not, if nobody says otherwise.
    fn is_protected(&self) -> bool {
        false
    }
}
