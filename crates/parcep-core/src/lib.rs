//! Everything that must be identical in every implementation of Open PARCEP; pure.
//!
//! No clock, socket, file or global: time, randomness, storage and zones come in as arguments.
//! Modules stand in the order data flows: a guardian's rules are authored as a policy, signed and
//! sealed as documents, followed in the log, trusted, folded into a household view, and decided.

pub mod crypto;
pub mod hex;
pub mod log;
pub mod policy;
pub mod reason;
pub mod session;
