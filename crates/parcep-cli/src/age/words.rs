//! Ages and names in words.

use parcep_core::age::{AgeInterval, AgeSignal, utc_day};
use serde::Serialize;

/// What a signal says, for programs.
#[derive(Serialize)]
pub(super) struct Told {
    lower: u32,
    upper: Option<u32>,
    exact_cell: bool,
    method: &'static str,
    purpose: &'static str,
    audience: String,
    not_after: String,
}

impl Told {
    pub(super) fn of(signal: &AgeSignal) -> Self {
        let not_after = jiff::Timestamp::from_second(signal.not_after);
        Self {
            lower: signal.interval.lower(),
            upper: signal.interval.upper(),
            exact_cell: signal.exact_cell,
            method: signal.method.name(),
            purpose: signal.purpose.name(),
            audience: signal.audience.clone(),
            not_after: not_after.map(|at| at.to_string()).unwrap_or_default(),
        }
    }
}

/// An interval as people say it.
pub(super) fn spoken(age: AgeInterval) -> String {
    match (age.lower(), age.upper()) {
        (0, None) => "nothing about the age".into(),
        (0, Some(upper)) => format!("under {upper}"),
        (lower, None) => format!("{lower} or older"),
        (lower, Some(upper)) => format!("{lower} to under {upper}"),
    }
}

/// The UTC day of an instant.
pub(super) fn day(seconds: i64) -> String {
    utc_day(seconds)
        .map(|day| day.to_string())
        .unwrap_or_default()
}
