//! What lies between a device and a relay: calls one way, replies the other.

use parcep_core::member::{Call, Refusal};

/// Whoever answers a device's calls: the honest relay, or something between it and the device.
pub trait Wire {
    /// Answers one call. `now` is the true time, seconds since the Unix epoch.
    fn call(&mut self, call: &Call, now: i64) -> Result<Vec<u8>, Refusal>;

    /// Answers `Watch`: everything that the stream has by now.
    fn watch(&mut self, call: &Call, now: i64) -> Result<Vec<Vec<u8>>, Refusal>;
}
