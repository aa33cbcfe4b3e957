//! A denial as the child sees it: what, why, who, until when, how to ask, whom to call.

use super::Outcome;
use super::day::{Denied, usage};
use super::fleet::Fleet;
use crate::failure::{Failure, Kind};
use jiff::tz::TimeZone;
use parcep_core::decide::Context;
use parcep_core::help::HelpDirectory;
use parcep_interchange::family::Family;

/// Draws the screen that the device shows.
pub(super) fn denial(family: &Family, fleet: &Fleet, denied: &Denied) -> Result<Outcome, Failure> {
    let lost = || Failure::new(Kind::Failed, "INTERNAL", "the denial cannot be repeated");
    let point = fleet.0.get(denied.point).ok_or_else(lost)?;
    let child = family.children.get(point.child).ok_or_else(lost)?;
    let (_, served) = point
        .agent
        .served()
        .find(|(dependant, _)| *dependant == point.dependant)
        .ok_or_else(lost)?;
    let usage = usage(denied.used)?;
    let context =
        Context::new(denied.at, &denied.asked.action).with_categories(&denied.asked.categories);
    let decision = point
        .agent
        .decide(point.dependant, &usage, &context)
        .ok_or_else(lost)?;

    let guardian = served
        .view
        .names
        .values()
        .next()
        .cloned()
        .unwrap_or_default();
    let zone = TimeZone::get(child.profile.zone.as_str());
    let local = |at: jiff::Timestamp| match &zone {
        Ok(zone) => at.to_zoned(zone.clone()).strftime("%A %H:%M").to_string(),
        Err(_) => at.to_string(),
    };
    let until = decision.next_change().map(local);
    let until_line = until.as_deref().map_or_else(
        || "until the rule changes".to_owned(),
        |until| format!("until {until}"),
    );
    let help = HelpDirectory::bundled();
    let line = help.for_zone(child.profile.zone.as_str());
    let reach = line
        .number
        .as_deref()
        .or(line.https.as_deref())
        .unwrap_or_default();
    let rules: Vec<_> = decision.rules().map(|binding| binding.rule).collect();
    let lines = [
        format!("{}: not now", denied.asked.heading),
        format!("Why: {}", decision.reason().row().child),
        format!("Who set it: {guardian} (rule {})", rules.join(", ")),
        format!("How long: {until_line}"),
        format!("Ask: tell {guardian} what you want and why; they can change it any time"),
        format!("Always open: emergency calls, and {} {reach}", line.name),
    ];
    let complete = !guardian.is_empty() && !reach.is_empty() && !rules.is_empty();
    Ok(Outcome {
        passed: complete,
        said: "a denial says why, who set it, until when, how to ask and whom to call".into(),
        text: format!(
            "What {} sees on “{}”:\n{}",
            child.name,
            point.name,
            boxed(&lines)
        ),
    })
}

fn boxed(lines: &[String]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY);
    for line in lines {
        table.add_row([line]);
    }
    table.to_string()
}
