//! Every bound of the service, with the reason for its number.

use std::time::Duration;

/// Bounds on what callers can make an issuer hold or do.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at once to one socket of a device, or to a provider; each takes some 30 KiB.
    pub connections: usize,
    /// Calls per minute of one app, holder or account. A signal is asked for at a launch, a batch every few weeks.
    pub calls_per_minute: u32,
    /// Calls per second to a provider by whoever names no account, all together: each costs one hash.
    pub anonymous_per_second: u32,
    /// Calls at work at once, over everybody; a batch of 30 signatures takes some 1 ms of a core.
    pub at_work: usize,
    /// Time that a connection lasts. Whoever still needs the issuer then connects anew, and nobody holds a place by
    /// saying nothing.
    pub connection: Duration,
    /// Time for the TLS handshake.
    pub handshake: Duration,
    /// Time until a call is answered.
    pub call: Duration,
    /// Time that calls under way have after a shutdown began.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 64,
            calls_per_minute: 60,
            anonymous_per_second: 100,
            at_work: 16,
            connection: Duration::from_secs(60),
            handshake: Duration::from_secs(10),
            call: Duration::from_secs(10),
            drain: Duration::from_secs(5),
        }
    }
}

/// Largest request that is read. One above 4 096 bytes is not proper, which is said by an outcome (R-AGE-026); this
/// leaves room to say so.
pub(crate) const MAX_REQUEST: usize = 16 << 10;
/// Most bytes of a list of handles: 4 096 of them, one for each reset of the device in 90 days and far more.
pub(crate) const MAX_HANDLES: usize = 4096 * 18 + 16;
/// Accounts whose calls are counted at once; each takes some 100 bytes.
pub(crate) const MAX_COUNTED: usize = 100_000;
