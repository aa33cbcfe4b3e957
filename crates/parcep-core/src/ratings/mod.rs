//! Rating tables: which labels exist, what ages they stand for, what a ceiling admits.
//!
//! A table is versioned data, published alike to everybody; [`RatingTable::bundled`] is the copy
//! that ships with this library, [`RatingTable::parse`] reads another. Parsing validates: a table
//! that exists is consistent. Clauses: `spec/14-evaluation.md` R-EVAL-013 to R-EVAL-016.
//!
//! | A device maker has | and calls |
//! |---|---|
//! | a label of an item, as text | [`RatingTable::find`] |
//! | a code of a broadcaster, a number of a shop, keys of OARS | [`RatingTable::dvb`], [`RatingTable::by_code`], [`RatingTable::oars`] (R-EVAL-033) |
//! | a ceiling, and a platform that speaks one system only | [`RatingTable::native_labels`], [`RatingTable::setting_code`] |
//! | a setting of such a platform, to be read into a policy | [`RatingTable::setting`], [`RatingTable::age_of_setting`] |
//! | a guardian who asks on whose word a ceiling rests | [`CompiledCeiling::read`], [`RatingTable::assigned`] |
//!
//! ```
//! use parcep_core::ratings::RatingTable;
//! let table = RatingTable::bundled();
//! let teen = table.find("ESRB", "t").ok_or("no such label")?;
//! assert_eq!(table.label(teen).map(|label| label.min_age), Some(Some(13)));
//! # Ok::<(), &'static str>(())
//! ```

mod ceiling;
mod codes;
mod load;
mod native;
mod table;
#[cfg(test)]
mod tests;

pub use ceiling::{CeilingReading, CeilingVerdict, CompiledCeiling, Ground};
pub use codes::{OarsRating, Setting, SettingCodes};
pub use load::RatingError;
pub use table::{Basis, Label, LabelKind, LabelRef, Order, RatingTable, System};
