//! The rights floor and the help directory: whom a child may call, always.
//!
//! | Question | Type |
//! |---|---|
//! | Whom do I show beside a denial? | [`HelpDirectory::lines_for`] (R-FLOOR-012) |
//! | Is what somebody dials or opens on the floor? | [`RightsFloor`], before every decision (R-FLOOR-001) |
//! | May this number call back? | [`CallBacks`] (R-FLOOR-003) |
//! | Which lines does a device keep that gets directories from several places? | [`HelpLedger`] (R-FLOOR-014) |
//!
//! Nothing here needs keys, a network or a clock: [`HelpDirectory::bundled`] is part of the
//! program (R-FLOOR-010). Clauses: `spec/23-rights-floor.md`.
//!
//! ```
//! use parcep_core::help::{HelpDirectory, Whereabouts};
//! let help = HelpDirectory::bundled();
//! let home = help.for_zone("Europe/London");
//! assert_eq!(home.number.as_deref(), Some("0800 1111"));
//! // A child from London, in France: first the line that the child knows, then the one that fits.
//! let shown: Vec<_> = help
//!     .lines_for("Europe/London", Some(Whereabouts::Country("FR")))
//!     .map(|line| line.number.as_deref())
//!     .collect();
//! assert_eq!(shown, [Some("0800 1111"), Some("119")]);
//! assert!(help.for_zone("Antarctica/Troll").https.is_some());
//! ```

mod directory;
mod floor;
mod ledger;
mod line;
#[cfg(test)]
mod tests;

pub use directory::{HelpDirectory, HelpError, Whereabouts};
pub use floor::{CallBacks, FloorService, RightsFloor};
pub use ledger::{HelpLedger, MAKER, PointError};
pub use line::HelpLine;
