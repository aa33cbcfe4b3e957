//! Rows of decisions (`spec/vectors/…/evaluate`), asked of an evaluator: `parcep-core`, the naive one, or a
//! program of somebody else.
//!
//! ```text
//! folder ──► Row ──► what is asked ──► evaluator ──► Answer ──► compared with what the row expects
//! ```
//!
//! The form of a row: `spec/vectors/README.md`. What a decision is: `spec/14-evaluation.md`.

pub(crate) mod answer;
mod answerer;
mod check;
mod evaluator;
mod fast;
mod naive;
mod page;
pub(crate) mod row;
#[cfg(test)]
mod tests;
pub(crate) mod vendor;

pub use answer::{Answer, Difference, Effect, Ending, Expected, Rule};
pub use answerer::{AnswerError, answer_lines};
pub use check::{CheckError, Judged, Outcome, Run, Said, check, choose};
pub use evaluator::{Cannot, Evaluator, Ready};
pub use row::{Derivation, FORMAT, Folder, Naive, Row, VectorError, read};
