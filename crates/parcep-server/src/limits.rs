//! Every bound of the relay, with the reason for its number.

use std::time::Duration;

/// Bounds on what callers can make the relay hold or do (R-RELAY-030).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of headers and bodies one log may hold. A year of a busy household is some 100 MiB.
    pub log_bytes: u64,
    /// Access keys of one log: 64 devices, and as many again while they are replaced.
    pub keys_per_log: u32,
    /// Registers of one log: 64 devices with 16 each.
    pub registers_per_log: u32,
    /// Calls per minute of an access key that names no rate of its own.
    pub calls_per_minute: u32,
    /// Calls per second without a session, all callers together; each may cost one signature check,
    /// and a core makes some 20 000 of those.
    pub anonymous_per_second: u32,
    /// How long a challenge may be answered; at most 60 s (R-RELAY-003).
    pub challenge: Duration,
    /// How long a session lasts; at most 1 h (R-RELAY-005).
    pub session: Duration,
    /// Answered challenges remembered at once; each takes some 50 bytes for a minute.
    pub answered_challenges: usize,
    /// Sessions at once, over all logs; each takes some 300 bytes.
    pub sessions: usize,
    /// Sessions of one access key; the oldest makes room.
    pub sessions_per_key: usize,
    /// Watches of one access key at once: a device needs one, and one more while it reconnects.
    pub watches_per_key: u32,
    /// Longest time between two bookmarks of a watch; at most 60 s (R-RELAY-012).
    pub bookmark_every: Duration,
    /// Entries a watcher that was up to date may fall behind before it is told LAGGED.
    pub lag_entries: u64,
    /// Bytes of entries in one `Read`; with the largest entry on top it stays under 4 MiB.
    pub read_bytes: usize,
    /// Connections at once; each takes some 30 KiB.
    pub connections: usize,
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
            log_bytes: 256 << 20,
            keys_per_log: 128,
            registers_per_log: 1024,
            calls_per_minute: 6000,
            anonymous_per_second: 2000,
            challenge: Duration::from_secs(60),
            session: Duration::from_secs(3600),
            answered_challenges: 65_536,
            sessions: 100_000,
            sessions_per_key: 16,
            watches_per_key: 8,
            bookmark_every: Duration::from_secs(30),
            lag_entries: 1024,
            read_bytes: 2 << 20,
            connections: 10_000,
            handshake: Duration::from_secs(10),
            call: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

/// Largest message the relay takes: the largest entry and its envelope.
pub(crate) const MAX_REQUEST: usize = (1 << 20) + (32 << 10);
/// Most entries in one `Read` (R-RELAY-010).
pub(crate) const MAX_READ: u32 = 256;
/// Largest register value: 4 KiB.
pub(crate) const MAX_REGISTER: usize = 4096;
/// Length of salt, key commitment and tag: no sealed register is shorter.
pub(crate) const MIN_REGISTER: usize = 32 + 32 + 16;
/// A week: what an announced act takes (R-CONS-025), and how long a newer entry stands before an older
/// body may be pruned (R-MOVE-025). In seconds.
pub(crate) const WEEK: i64 = 604_800;
/// A day: how long replays are taken (R-MOVE-010, R-MOVE-020). In seconds.
pub(crate) const DAY: i64 = 86_400;
/// Most acts that are pending in one log: a household has few admins, and each act is seen by all.
pub(crate) const MAX_ACTS: usize = 16;
/// Most places in one call or act.
pub(crate) const MAX_PLACES: usize = 256;
/// Most keys beside the first that a log begins with: as many as a household has devices.
pub(crate) const MAX_MORE: usize = 63;
/// Highest relay epoch that a clock gives, seconds; above it they go on in small steps (R-MOVE-029).
pub(crate) const BY_CLOCK: i64 = 4_000_000_000;
/// Highest relay epoch that a log may begin with; leaves room for restores (R-MOVE-020).
pub(crate) const MAX_FIRST_EPOCH: u32 = 4_200_000_000;
/// Largest admission voucher.
pub(crate) const MAX_VOUCHER: usize = 512;
