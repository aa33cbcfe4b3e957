//! `parcep guardian list`.

use super::At;
use crate::failure::Failure;
use crate::online::{act, answer, block_on, failed};
use clap::Args;
use comfy_table::{Table, presets};
use serde_json::json;

/// Arguments of `guardian list`.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl List {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, who) = self.at.open().await?;
            let statements = guardian.witness().await.map_err(failed)?.statements();
            let household = guardian.household().map_err(failed)?;
            let law = household.constitution();
            let mut table = Table::new();
            table.load_style(presets::UTF8_FULL_CONDENSED);
            table.set_header(["guardian", "id in the log", "authority over", "devices"]);
            let rows = law.guardians().iter().map(|guardian| {
                let devices = household.people().filter(|(id, _)| *id == guardian.id);
                let scope = who.persons(law.scope_of(guardian.id));
                (
                    who.person(guardian.id),
                    guardian.id.to_string(),
                    scope,
                    devices.count(),
                )
            });
            let rows: Vec<_> = rows.collect();
            for (name, id, scope, devices) in &rows {
                table.add_row([name, id, scope, &devices.to_string()]);
            }
            let open = household.proposals().map(|open| {
                let earliest = household.earliest_effect(open, &statements);
                act::shown(open, household, earliest, &who)
            });
            let open: Vec<_> = open.collect();
            let told: Vec<_> = open.iter().map(act::Shown::words).collect();
            let words = format!(
                "{table}\nChanges of the constitution take {} of {}.\n{}",
                law.threshold(),
                rows.len(),
                told.join("\n")
            );
            let guardians: Vec<_> = rows
                .iter()
                .map(|(name, id, scope, devices)| {
                    json!({ "name": name, "id": id, "scope": scope, "devices": devices })
                })
                .collect();
            let value = json!({
                "guardians": guardians, "threshold": law.threshold(), "proposals": open,
            });
            answer(self.json, &value, &words)
        })
    }
}
