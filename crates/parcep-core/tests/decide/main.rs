//! Decisions: the vectors of the specification, the laws, and independent oracles.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise"
)]

mod laws;
mod oracle;
mod scene;
mod vectors;
