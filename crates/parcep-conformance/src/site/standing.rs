//! How far each requirement is tested, as the site shows it.

use crate::trace::{State, Trace, Traced};
use std::collections::BTreeMap;

/// What is known of the tests of one requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How far it is tested.
    pub state: State,
    /// Whether its sentence changed since somebody last looked at its tests.
    pub suspect: bool,
    /// The tests that cite it and passed, as a reader would look for them.
    pub tests: Vec<String>,
    /// Implementations that are wrong on purpose and were caught.
    pub faults: Vec<String>,
    /// Where types make a violation impossible, why no test can decide it, what is missing, or why it is open.
    pub note: Option<String>,
}

/// Requirements by id; none if nothing was traced.
pub type Standings = BTreeMap<String, Standing>;

/// The standings that a trace found. A trace of nothing says nothing about any of them.
pub fn standings(trace: &Trace) -> Standings {
    if trace.is_empty() {
        return Standings::new();
    }
    let all = trace.requirements.iter();
    all.map(|one| (one.requirement.id.clone(), of(one)))
        .collect()
}

fn of(traced: &Traced) -> Standing {
    let killed = traced.mutants.iter().filter(|mutant| mutant.killed);
    let mut standing = Standing {
        state: traced.state,
        suspect: traced.suspect,
        tests: traced.tests.iter().map(|test| test.id.clone()).collect(),
        faults: killed.map(|mutant| mutant.name.clone()).collect(),
        note: traced.note.clone(),
    };
    for names in [&mut standing.tests, &mut standing.faults] {
        names.sort();
        names.dedup();
    }
    standing
}

/// How a state looks and what it means. `None` stands for: nothing was traced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// One word for a badge.
    pub(super) name: &'static str,
    /// What the word means.
    pub(super) meaning: &'static str,
    /// A sign that differs in shape and not only in colour.
    pub(super) sign: &'static str,
}

/// Every state, the best first.
pub(super) const STATES: [Option<State>; 8] = [
    Some(State::Proven),
    Some(State::Executed),
    Some(State::Static),
    Some(State::Untestable),
    Some(State::Provisional),
    Some(State::Open),
    Some(State::Missing),
    None,
];

/// The look of a state.
pub(super) fn look(state: Option<State>) -> Look {
    let (sign, meaning) = match state {
        Some(State::Proven) => (
            "◆",
            "a test ran, passed, and caught an implementation that breaks it on purpose",
        ),
        Some(State::Executed) => ("●", "a test that cites it ran and passed"),
        Some(State::Static) => ("■", "types leave no way to break it"),
        Some(State::Untestable) => ("○", "no test can decide it; the reason is given"),
        Some(State::Provisional) => (
            "◇",
            "of a feature that is not built: nobody can claim it and nothing judges it",
        ),
        Some(State::Open) => ("△", "no test yet; the list of open requirements says why"),
        Some(State::Missing) => ("✕", "no test, and nothing says why"),
        None => ("–", "no results were at hand when this copy was made"),
    };
    Look {
        name: state.map_or("untraced", State::name),
        meaning,
        sign,
    }
}
