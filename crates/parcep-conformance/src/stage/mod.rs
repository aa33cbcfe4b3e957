//! A household and its relays in one thread and on a virtual clock: the stage for hostile relays and
//! for the deterministic simulation.
//!
//! ```text
//! Device { Member, Disk, clocks } ──Call──► Wire ──► Relay (honest, in memory)
//!          ▲ every persisted write            └─ a hostile relay, a broken network: wrappers
//!          └ may be the last one: a crash, and the member is rebuilt from its disk
//! ```
//! The members are the engines of `parcep_core::member`, unchanged. Nothing here reads a clock, a
//! file or the system's randomness, so one seed is one run; a product with clocks of its own alone brings the
//! present in.

pub mod attack;
pub mod device;
pub mod disk;
pub mod family;
pub mod guest;
pub mod lie;
pub mod network;
pub mod random;
pub mod recovery;
pub mod relay;
pub mod rules;
pub mod serve;
pub mod time;
pub mod wire;

#[cfg(test)]
mod tests;

pub use device::{Device, Elsewhere, Kind};
pub use family::Family;
pub use random::Seeded;
pub use relay::Relay;
pub use time::Timepiece;
pub use wire::Wire;

/// Seconds of a day.
pub const DAY: i64 = 86_400;
/// When every run begins: Monday 2 March 2026, 08:00:00 UTC.
pub const START: i64 = 1_772_438_400;

/// The time of the world, for those beside the stage who cannot be told another one.
pub(crate) fn present() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// The stage itself failed: a fault of this harness or of core, never a verdict on a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub String);

impl Broken {
    /// A failure with its cause.
    pub fn new(what: impl std::fmt::Display) -> Self {
        Self(what.to_string())
    }
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! broken_from {
    ($($error:ty),*) => {
        $(impl From<$error> for Broken {
            fn from(error: $error) -> Self {
                Self::new(error)
            }
        })*
    };
}
broken_from!(
    parcep_core::crypto::CryptoError,
    parcep_core::crypto::NoRandomness,
    parcep_core::document::DocumentError,
    parcep_core::joining::JoinError,
    parcep_core::member::WelcomeError,
    parcep_core::constitution::MalformedMembership,
    parcep_core::policy::PolicyError
);
