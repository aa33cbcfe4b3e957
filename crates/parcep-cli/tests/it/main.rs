//! The program as a user types it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod ages;
mod consents;
mod contracts;
mod decisions;
mod demo;
mod explain;
mod forks;
mod gates;
mod households;
mod issuers;
mod leaving;
mod pages;
mod scenarios;
mod status;
mod support;
mod watchful;
mod week;
