//! What holds where an enforcement point cannot enforce a rule.

use serde::{Deserialize, Serialize};

/// What holds where an enforcement point cannot enforce a rule (R-POL-019).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum OnUnenforceable {
    /// The rule is reported as UNENFORCEABLE, and everything else holds.
    #[default]
    Report,
    /// A stricter rule that it can enforce holds in its place; where there is none, as `Report`
    /// (R-CAP-011).
    Stricter,
    /// Nothing but the rights floor.
    DenyAccess,
}

impl OnUnenforceable {
    /// The name in JSON, on the command line and in texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Stricter => "stricter",
            Self::DenyAccess => "deny_access",
        }
    }
}
