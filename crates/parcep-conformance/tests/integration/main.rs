//! The suite against relays: honest, faulty, far away and not there.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests; a panic is a failed test"
)]

mod faulty;
mod honest;
mod program;
mod relay;
mod trace;
mod vectors;
