//! Faulty relays, issuers of age signals, parties to ages, enforcement points and guardian apps, as a program
//! of their own, for testing the suite. Never shipped.
//!
//! Each fault is one wrapper's lie around the honest relay: the generated service trait is the seam,
//! and the relay itself knows nothing of it. `parcep-conform selftest` starts them one by one.

mod access;
mod acts;
pub mod app;
#[cfg(test)]
mod blind;
pub mod cli;
mod evil;
mod fault;
mod faulty;
pub mod issuer;
mod log;
mod memory;
pub mod party;
pub mod point;
mod raw;
mod refusal;
mod registers;
pub mod relying;
mod sessions;
mod simulate;
mod watch;

pub use fault::{FAULTS, Fault, Offer};
pub use faulty::Faulty;

/// Stands in every program that holds a mutant, and in no other: release checks search for it.
pub const MARKER: &str = "PARCEP-MUTANT-BUILD";
