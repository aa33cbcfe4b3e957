//! Rating tables: which labels exist, what ages they stand for, what a ceiling admits.
//!
//! A table is versioned data, published alike to everybody; [`RatingTable::bundled`] is the copy
//! that ships with this library, [`RatingTable::parse`] reads another. Parsing validates: a table
//! that exists is consistent. Clauses: `spec/14-evaluation.md` R-EVAL-013 to R-EVAL-016.
//!
//! ```
//! use parcep_core::ratings::RatingTable;
//! let table = RatingTable::bundled();
//! let teen = table.find("ESRB", "t").ok_or("no such label")?;
//! assert_eq!(table.label(teen).map(|label| label.min_age), Some(Some(13)));
//! # Ok::<(), &'static str>(())
//! ```

mod ceiling;
mod load;
mod table;
#[cfg(test)]
mod tests;

pub use ceiling::{CeilingVerdict, CompiledCeiling};
pub use load::RatingError;
pub use table::{Label, LabelKind, LabelRef, Order, RatingTable, System};
