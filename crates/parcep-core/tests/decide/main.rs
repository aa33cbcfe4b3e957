//! Decisions: the laws, and independent oracles. The rows of the specification are run by the suite.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise"
)]

mod actions;
mod ages;
mod asked;
mod floor;
mod hostile;
mod laws;
mod oracle;
mod scene;
mod steps;
mod told;
