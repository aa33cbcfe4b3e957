//! What the criterion programs share; see `README.md` beside this folder.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench may stop at the first surprise"
)]

pub mod by_hand;
pub mod dice;
pub mod names;
pub mod pair;
pub mod plan;
pub mod questions;
pub mod reference;
