//! The member engine: one state machine for guardians, dependants and enforcement points. Bytes in,
//! bytes out; no clock, no socket.
//!
//! ```text
//! driver ── poll(now) ──► Call { method, body } ── any transport ──► relay
//! driver ◄── events ◄──── receive(reply or refusal, now) ◄───────── relay
//!                         watch_item(bytes)              ◄── stream ─┘
//! ```
//! One call is under way at a time, beside at most one watch. A driver tells boot time by
//! [`Member::tell_boot`], takes every event and obeys it before it polls again:
//!
//! | event | the driver |
//! |---|---|
//! | [`Event::Followed`] | stores the entry behind the others, and the keyring with it if that changed |
//! | [`Event::Rewound`] | drops what it stored from that place on |
//! | [`Event::GoBack`] | hands over every stored entry by [`Member::refold`] |
//! | [`Event::Wanted`] | hands over stored entries by [`Member::supply`] |
//! | [`Event::Aside`], [`Event::Noted`] | stores [`Member::aside_bytes`], [`Member::notes`] |
//! | [`Event::Refolded`] | looks at the household as after a restart |
//! | [`Event::AskAgain`] | asks its person, and appends what [`Member::draft_again`] gives |
//! | [`Event::Moved`] | connects to the new home and calls [`Member::use_relay`] |
//! | [`Event::Suspected`], [`Event::Forked`], [`Event::Distrusted`] | tells its person |
//!
//! After a restart it hands all of this back to [`Member::restore`] or [`Member::resume`],
//! [`Member::remember`] and [`Member::remember_aside`]: the engine verifies every entry anew. While there
//! are [`Member::branches`], what holds is the stricter of all [`Member::households`].
//!
//! ```
//! use parcep_core::log::Entry;
//! use parcep_core::member::{Event, Member};
//!
//! /// What a driver keeps of the log, obeyed in order.
//! fn obey(event: &Event, member: &mut Member, log: &mut Vec<Entry>) {
//!     match event {
//!         Event::Followed(entry, _) => log.push(entry.clone()),
//!         Event::Rewound(seq) => log.retain(|entry| entry.seq < *seq),
//!         Event::GoBack { .. } => member.refold(log.clone()),
//!         Event::Wanted { from, until } => {
//!             let wanted = log.iter().filter(|e| (*from..*until).contains(&e.seq));
//!             member.supply(wanted.cloned());
//!         }
//!         _ => {}
//!     }
//! }
//! ```

mod again;
mod aside;
mod back;
mod call;
mod chain;
mod claims;
mod desk;
mod engine;
mod erase;
mod follow;
mod forked;
mod give;
mod held;
mod identity;
mod notes;
mod rekey;
mod relay;
mod roots;
mod shelf;
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
pub use welcome::{Promise, WelcomeError};
pub use write::{MAX_ATTEMPTS, RegisterUpdate};

#[cfg(test)]
mod tests;
