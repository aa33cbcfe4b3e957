//! Rows of decisions (`spec/vectors/…/evaluate`), asked of an evaluator: `parcep-core`, the naive one, or a
//! program of somebody else.
//!
//! ```text
//! folder ──► Row ──► what is asked ──► evaluator ──► Answer ──► compared with what the row expects
//! ```
//!
//! The form of a row: `spec/vectors/README.md`. What a decision is: `spec/14-evaluation.md`.

mod answer;
mod evaluator;
mod fast;
mod naive;
mod naive_form;
mod naive_wire;
mod row;

pub use answer::{Answer, Effect, Ending, Expected, Rule};
pub use evaluator::{Cannot, Evaluator};
pub use row::{Derivation, FORMAT, Folder, Row, VectorError, read};
