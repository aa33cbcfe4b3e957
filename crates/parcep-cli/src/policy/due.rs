//! Which rules are due for review because the child has grown (R-DEP-010).

use crate::failure::Failure;
use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use parcep_core::constitution::YearMonth;
use parcep_core::policy::{AgeSteps, DueRule};
use parcep_core::registry::{co_signature_age, majority_age};
use parcep_interchange::family::Child;
use serde::Serialize;

/// Arguments about age steps. Nobody is asked for a birthday.
#[derive(Debug, Args)]
pub struct Steps {
    /// The month in which the child comes of age, such as 2031-06: also shows the rules that an age
    /// step has brought up for review
    #[arg(long, value_name = "YYYY-MM", requires = "child")]
    pub release_on: Option<String>,
    /// The age of majority; that of the child's region unless given
    #[arg(long, value_name = "YEARS", requires = "release_on")]
    pub majority: Option<u8>,
    /// One more age that is a step, beside that of the child's own signature; may be repeated
    #[arg(long, value_name = "YEARS", requires = "release_on")]
    pub step: Vec<u8>,
    /// The day on which they are due; today unless given
    #[arg(long, value_name = "DATE", requires = "release_on")]
    pub at: Option<String>,
}

/// A rule that is due.
#[derive(Debug, Serialize)]
pub(super) struct Due {
    rule: String,
    /// The age whose step brought it up.
    age: u8,
    /// The month of the step.
    since: String,
}

impl Due {
    pub(super) fn id(&self) -> &str {
        &self.rule
    }

    pub(super) fn text(&self) -> String {
        format!("due since {}: the step at {} years", self.since, self.age)
    }
}

impl From<DueRule<'_>> for Due {
    fn from(due: DueRule<'_>) -> Self {
        let YearMonth { year, month } = due.step.month;
        Self {
            rule: due.rule.id.to_string(),
            age: due.step.age,
            since: format!("{year:04}-{month:02}"),
        }
    }
}

impl Steps {
    /// The rules of the one child that are due; none unless it was asked.
    ///
    /// # Errors
    /// A month, a day or an age is wrong.
    pub(super) fn due(&self, children: &[Child]) -> Result<Vec<Due>, Failure> {
        let (Some(month), [child]) = (&self.release_on, children) else {
            return Ok(Vec::new());
        };
        let release_on = year_month(month)?;
        let region = child.profile.region.as_ref();
        let region = region.map_or("", |region| region.as_str());
        let majority = self.majority.unwrap_or_else(|| majority_age(region));
        let mut ages = self.step.clone();
        ages.push(co_signature_age(region));
        let today = match &self.at {
            Some(text) => day(text)?,
            None => today(child),
        };
        let steps = AgeSteps::new(release_on, majority, ages);
        // A file does not say since when a rule stands.
        let due = steps.due(&child.layer, today, |_| None);
        Ok(due.into_iter().map(Due::from).collect())
    }
}

fn year_month(text: &str) -> Result<YearMonth, Failure> {
    let bad = || {
        let message = "`--release-on` is a month from 2000-01 to 2200-12, such as 2031-06";
        Failure::usage("BAD_MONTH", message)
    };
    let (year, month) = text.split_once('-').ok_or_else(bad)?;
    let (Ok(year @ 2000..=2200), Ok(month @ 1..=12)) = (year.parse(), month.parse()) else {
        return Err(bad());
    };
    Ok(YearMonth { year, month })
}

fn day(text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| {
        let message = "`--at` is no date; write it like 2026-05-05";
        Failure::usage("BAD_DATE", message)
    })
}

/// The child's own date.
fn today(child: &Child) -> Date {
    let zone = TimeZone::get(child.profile.zone.as_str()).unwrap_or(TimeZone::UTC);
    Timestamp::now().to_zoned(zone).date()
}
