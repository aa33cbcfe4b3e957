//! The member engine: one state machine for guardians, dependants and enforcement points. Bytes in,
//! bytes out; no clock, no socket.
//!
//! ```text
//! driver ── poll(now) ──► Call { method, body } ── any transport ──► relay
//! driver ◄── events ◄──── receive(reply or refusal, now) ◄───────── relay
//!                         watch_item(bytes)              ◄── stream ─┘
//! ```
//! One call is under way at a time, beside at most one watch. The driver stores every
//! [`Event::Followed`] entry before it acts on anything later, and hands all of them back to
//! [`Member::restore`] after a restart: the engine verifies them anew.

mod aside;
mod back;
mod call;
mod chain;
mod claims;
mod desk;
mod engine;
mod follow;
mod give;
mod held;
mod identity;
mod notes;
mod relay;
mod roots;
mod snapshot;
mod supplement;
mod versions;
mod watch;
mod welcome;
mod write;

pub use aside::{Branch, LOST_FOR, Why};
pub use call::{Call, Method, Refusal};
pub use chain::{Chain, Refused, Taken};
pub use desk::Announcement;
pub use engine::{Event, Failure, Member};
pub use identity::Identity;
pub use notes::{Notes, RelayNote};
pub use snapshot::SnapshotError;
pub use versions::Versions;
pub use welcome::WelcomeError;
pub use write::{MAX_ATTEMPTS, RegisterUpdate};

#[cfg(test)]
mod tests;
