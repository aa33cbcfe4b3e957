//! The relay from outside: over the wire, as a process, and through its store.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod access;
mod acts;
mod append;
mod bodies;
mod contract;
mod crash;
mod faults;
mod member;
mod process;
mod restore;
mod sessions;
mod store;
mod tls;
mod watch;
mod wire;
