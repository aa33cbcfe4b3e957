//! Formats of other people to ours and back: PCPS first.

pub mod json;
pub mod pcps;
mod reader;
mod refusal;
pub mod residue;

pub use refusal::{Code, Refusal};
