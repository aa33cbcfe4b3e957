//! The relay from outside: over the wire, as a process, and through its store.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod access;
mod append;
mod contract;
mod crash;
mod faults;
mod member;
mod process;
mod sessions;
mod store;
mod tls;
mod watch;
mod wire;
