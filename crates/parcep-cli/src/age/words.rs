//! Ages and names in words.

use crate::failure::Failure;
use parcep_core::age::{AgeInterval, AgeSignal, Batch, utc_day};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::Path;

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

/// A wallet must not be there yet.
pub(super) fn fresh_wallet(wallet: &Path) -> Result<(), Failure> {
    if !wallet.exists() {
        return Ok(());
    }
    let message = "is there already and may hold tokens; give another place";
    Err(Failure::usage("WALLET_EXISTS", message).in_file(wallet.display().to_string()))
}

/// What went into a wallet, for programs and for people.
pub(super) fn filled(batch: &Batch, wallet: &Path) -> (Value, String) {
    let said = batch.said();
    let until = day(said.not_after);
    let text = format!(
        "{} tokens in {}: {}, until {until}. Show one with `parcep age present`.\n",
        batch.len(),
        wallet.display(),
        spoken(said.interval)
    );
    let told = json!({
        "tokens": batch.len(),
        "lower": said.interval.lower(),
        "upper": said.interval.upper(),
        "exact_cell": said.exact_cell,
        "until": until,
    });
    (told, text)
}
