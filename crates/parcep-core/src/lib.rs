//! Everything that must be identical in every implementation of Open PARCEP; pure.
//!
//! No clock, socket, file or global: time, randomness, storage and zones come in as arguments.
//! Modules stand in the order data flows: a guardian's rules are authored as a policy, signed and
//! sealed as documents, followed in the log, trusted, folded into a household view, and decided.

pub mod policy;

pub mod hosts;
pub mod ratings;
pub mod zones;

pub mod decide;

pub mod document;

pub mod log;

pub mod consent;
pub mod constitution;
pub mod epoch;
pub mod recovery;

pub mod household;
pub mod member;

pub mod age;
pub mod joining;
pub mod register;
pub mod time;

pub mod crypto;
pub mod help;
pub mod hex;
pub mod id;
pub mod reason;
pub mod registry;
pub mod session;
pub mod texts;
