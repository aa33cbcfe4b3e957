//! Formats of other people to ours and back: PCPS first.
//!
//! [`pcps::import`] takes a document over as a [`family::Imported`], [`file`] keeps that as a file,
//! [`pcps::export`] gives it back without loss. [`age::adapt`] reads what platforms say about an age.

pub mod age;
pub mod family;
pub mod file;
pub mod json;
pub mod pcps;
mod reader;
mod refusal;
pub mod residue;

pub use refusal::{Code, Refusal};
