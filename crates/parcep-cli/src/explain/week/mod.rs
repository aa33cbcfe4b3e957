//! `parcep explain week`: seven policy days as a page with a picture and an equivalent table.
//!
//! The page shows what rules say where nothing was used yet: every state in it is an answer of
//! `decide`, and no edge comes from anywhere else.

mod clock;
mod draw;
mod page;
mod plan;
#[cfg(test)]
mod tests;
mod walk;

use super::people::Teller;
use super::{Told, print};
use crate::decide::{action, categories, rules};
use crate::failure::{Failure, Kind};
use crate::files;
use clap::Args;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use parcep_core::ratings::RatingTable;
use plan::Plan;
use std::path::PathBuf;

/// Arguments of `explain week`.
#[derive(Debug, Args)]
pub struct Week {
    /// A PCPS document, an imported policy or a policy as JSON, or `-` for stdin
    #[arg(long, value_name = "FILE", required_unless_present = "household")]
    pub policy: Option<PathBuf>,
    /// A member's folder instead: the rules as last synced, without any network
    #[arg(long, value_name = "DIR", conflicts_with = "policy")]
    pub household: Option<PathBuf>,
    /// Whose rules: the child's id; in a folder also its name or its id in the log
    #[arg(long, value_name = "ID")]
    pub child: String,
    /// First of the seven days, such as 2026-10-19; without it today where the child lives
    #[arg(long, value_name = "DATE")]
    pub from: Option<Date>,
    /// What is to be done, as `parcep decide` reads it
    #[arg(long, value_name = "A", default_value = "device")]
    pub action: String,
    /// A category that the app, host or content is in; may be repeated
    #[arg(long, value_name = "NAME")]
    pub category: Vec<String>,
    /// Where the page goes, or `-` for stdout
    #[arg(long, value_name = "FILE.html")]
    pub out: PathBuf,
    /// How it is told.
    #[command(flatten)]
    pub told: Told,
    /// Tell what was drawn in JSON
    #[arg(long)]
    pub json: bool,
}

impl Week {
    /// Draws the week.
    ///
    /// # Errors
    /// The command line or the rules are wrong, or the page cannot be written.
    pub fn run(&self) -> Result<(), Failure> {
        let rules = rules(
            self.policy.as_deref(),
            self.household.as_deref(),
            &self.child,
        )?;
        let teller = Teller::new(self.told.voice(), &rules)?;
        let ratings = RatingTable::bundled();
        let action = action(&self.action, &ratings)?;
        let categories = categories(&self.category)?;
        let first = self
            .from
            .unwrap_or_else(|| teller.local(Timestamp::now()).date());
        if first.checked_add(9.days()).is_err() || first.checked_sub(2.days()).is_err() {
            let message = "`--from` lies at the end of the calendar";
            return Err(Failure::usage("BAD_DATE", message));
        }
        let plan = Plan::of(&teller, &ratings, &action, &categories, first)?;
        let html = page::html(&teller, &plan)?;
        files::write(&self.out, &html)?;
        if files::is_standard(&self.out) {
            return Ok(());
        }
        let told = if self.json {
            let written = serde_json::json!({ "written": self.out, "week": plan });
            let text = serde_json::to_string_pretty(&written);
            text.map_err(|error| Failure::new(Kind::Failed, "INTERNAL", error.to_string()))? + "\n"
        } else {
            format!("Written to {}.\n", self.out.display())
        };
        print(&told)
    }
}
