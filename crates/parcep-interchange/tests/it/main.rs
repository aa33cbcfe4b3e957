//! Documents in, documents out.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod age;
mod bad_rules;
mod generated;
mod peers;
mod policy_file;
mod refusals;
mod round_trip;
mod support;
