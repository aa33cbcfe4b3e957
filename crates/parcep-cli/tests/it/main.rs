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
mod devices;
mod explain;
mod folders;
mod forks;
mod gates;
mod home;
mod issuers;
mod leaving;
mod logs;
mod pages;
mod relays;
mod rules;
mod scenarios;
mod signals;
mod silent;
mod status;
mod support;
mod watchful;
mod week;
