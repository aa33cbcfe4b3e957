//! Faults that a test seeds, to show that the exploration finds them.

use std::cell::Cell;

/// One rule, broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// One other guardian may take authority (R-CONS-012).
    OneOtherIsEnough,
    /// A second consent of one person counts (R-CONS-002).
    CountsTwice,
    /// An EFFECT needs no proof (R-CONS-008).
    NoDelay,
    /// A CANCEL is forgotten (R-CONS-010).
    CancelForgotten,
    /// One of several guardians admits another (R-CONS-011).
    OneAdmits,
}

thread_local! {
    static SEEDED: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// Whether this rule is broken in this thread.
pub(crate) fn is_seeded(fault: Fault) -> bool {
    SEEDED.get() == Some(fault)
}

/// Breaks a rule while `run` runs.
pub(crate) fn with<T>(fault: Fault, run: impl FnOnce() -> T) -> T {
    SEEDED.set(Some(fault));
    let result = run();
    SEEDED.set(None);
    result
}
