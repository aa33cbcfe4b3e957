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
mod member;
mod sessions;
mod watch;
