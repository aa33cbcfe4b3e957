//! Time that nobody can push, and the states that follow from it (chapter 17).
//!
//! ```text
//! Clock ── boot time, wall clock ──► TimeKeeper ── asked(uncertain_time) ──► Asked ──► decide
//! beats, bookmarks ── signed ──────►     │
//!                                        └── state(dependant, guardians) ──► State ──► Effects
//! ```
//! A device does not know *the* time. It knows a time that has passed for certain, T_lo, and sometimes
//! one that has not yet come, T_hi. What gives ends by the later, what takes ends by the earlier one.

mod asked;
mod clock;
mod fresh;
mod keeper;
mod refill;
mod release;
mod states;
mod stored;

pub use asked::Asked;
pub use clock::{Boot, BootId, Clock};
pub use fresh::Freshness;
pub use keeper::{Interval, Source, TimeKeeper};
pub use refill::Refill;
pub use release::release_instant;
pub use states::{Behaviour, Effects, Lifestyle, Reports, State};

#[cfg(test)]
mod tests;
