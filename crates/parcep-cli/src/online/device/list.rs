//! `parcep device list`: who belongs to the household, and what each can read (R-ROLE-003).

use super::add::reads;
use crate::failure::Failure;
use crate::online::who::{Who, category};
use crate::online::{answer, failed};
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use parcep_client::Store;
use parcep_core::constitution::DeviceRole;
use parcep_core::household::Household;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `device list`.
#[derive(Debug, Args)]
pub struct List {
    /// A member's folder
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// One device of the household.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) device: String,
    pub(crate) what: String,
    pub(crate) whose: String,
    /// The children whom it concerns.
    pub(crate) children: String,
    /// Kinds of sections about them that it can open.
    pub(crate) reads: String,
    pub(crate) this: bool,
}

impl List {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut store = Store::open(&self.household).map_err(failed)?;
        let member = store.member().map_err(failed)?;
        let who = Who::of(&member, &self.household)?;
        let this = member.identity().device.to_string();
        let rows = member
            .household()
            .map(|household| rows(household, &who, &this));
        let rows = rows.unwrap_or_default();
        let mut table = Table::new();
        table
            .load_style(presets::UTF8_FULL_CONDENSED)
            .set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(["device", "what", "whose", "children", "can read", ""]);
        for row in &rows {
            let this = if row.this { "this one" } else { "" };
            let Row {
                device,
                what,
                whose,
                children,
                reads,
                ..
            } = row;
            table.add_row([device, what, whose, children, reads, this]);
        }
        answer(self.json, &rows, &format!("{table}\n"))
    }
}

/// Every device, people's first.
pub(crate) fn rows(household: &Household, who: &Who, this: &str) -> Vec<Row> {
    let law = household.constitution();
    let people = household.people().map(|(principal, device)| Row {
        device: device.id.to_string(),
        what: match device.role {
            DeviceRole::Recovery => "recovery page".into(),
            _ if law.is_guardian(principal) => "guardian's device".into(),
            _ => "child's own device".into(),
        },
        whose: who.person(principal),
        children: match law.is_guardian(principal) {
            true => who.persons(law.scope_of(principal)),
            false => who.person(principal),
        },
        reads: "everything".into(),
        this: device.id.to_string() == this,
    });
    let points = household.enforcement_points().map(|point| Row {
        device: point.id.to_string(),
        what: category(point.category).into(),
        whose: who.persons(point.dependants.iter().copied()),
        children: who.persons(point.dependants.iter().copied()),
        reads: reads(point.category),
        this: point.id.to_string() == this,
    });
    people.chain(points).collect()
}
