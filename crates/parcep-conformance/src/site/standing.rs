//! How far each requirement is tested, as the site shows it.

use std::collections::BTreeMap;

/// What is known of the tests of one requirement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// How far it is tested.
    pub state: State,
    /// Whether its sentence changed since somebody last looked at its tests.
    pub suspect: bool,
    /// The tests that cite it, as a reader would look for them.
    pub tests: Vec<String>,
    /// Implementations that are wrong on purpose and were caught.
    pub faults: Vec<String>,
    /// Where it is static, the reason it is not testable, or what it waits for.
    pub note: Option<String>,
}

/// Requirements by id.
pub type Standings = BTreeMap<String, Standing>;

/// How far a requirement is tested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// A test ran, and caught an implementation that breaks it.
    Proven,
    /// A test ran.
    Executed,
    /// Types make a violation impossible.
    Static,
    /// No test can decide it.
    Untestable,
    /// Listed as to be closed.
    Open,
    /// Nothing of the above.
    Missing,
    /// No results were given.
    #[default]
    Unknown,
}

impl State {
    /// Every state, the best first.
    pub const ALL: [Self; 7] = [
        Self::Proven,
        Self::Executed,
        Self::Static,
        Self::Untestable,
        Self::Open,
        Self::Missing,
        Self::Unknown,
    ];

    /// One word for a badge.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Executed => "executed",
            Self::Static => "static",
            Self::Untestable => "untestable",
            Self::Open => "open",
            Self::Missing => "missing",
            Self::Unknown => "not traced",
        }
    }

    /// What the word means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Proven => "a test ran, and caught an implementation that breaks it on purpose",
            Self::Executed => "a test that cites it ran and passed",
            Self::Static => "types make a violation impossible",
            Self::Untestable => "no test can decide it; the reason is given",
            Self::Open => "no test yet; the list of open requirements says what closes it",
            Self::Missing => "no test, and no entry in the list of open requirements",
            Self::Unknown => "no results were at hand when this copy was made",
        }
    }

    /// A sign that differs in shape and not only in colour.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Proven => "◆",
            Self::Executed => "●",
            Self::Static => "■",
            Self::Untestable => "○",
            Self::Open => "△",
            Self::Missing => "✕",
            Self::Unknown => "–",
        }
    }

    /// Name of the style.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Executed => "executed",
            Self::Static => "static",
            Self::Untestable => "untestable",
            Self::Open => "open",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }
}
