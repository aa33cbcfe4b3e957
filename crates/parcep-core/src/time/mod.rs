//! Time that nobody can push: what has passed for certain (chapter 17).

mod clock;

pub use clock::{Boot, BootId, Clock};
