//! How rows of PCPS lists are told apart, for the residue.

use super::import::{admitted, app_id, blocked};
use crate::json::Json;
use crate::residue::Shape;

/// The sections that export may create, and the identity of rows.
pub(super) const SHAPE: Shape = Shape {
    sections: &[
        "schedule",
        "custom",
        "time_limits",
        "daily",
        "by_category",
        "by_app",
        "content",
        "web",
        "allowlist",
        "blocklist",
        "apps",
        "blocked",
        "always_allowed",
        "communication",
        "allowed_contacts",
        "spending",
        "status",
        "overrides",
        "temporary_rules",
        "devices",
    ],
    row,
};

/// INVARIANT: a row that import makes a rule of has another identity than one it does not, so
/// that neither is ever taken for the other when rules were added or removed in between.
fn row(list: &str, row: &Json) -> Option<String> {
    match list {
        "guardians" => member(row, "guardian_id"),
        "children" => member(row, "child_id"),
        "devices" => member(row, "device_id"),
        "custom" => custom(row),
        "by_category" => Some(format!("{}{}", member(row, "category")?, limited(row))),
        "by_app" => {
            let name = member(row, "app_name")?;
            Some(format!("{}{}{name}", app_kind(&name), limited(row)))
        }
        "blocked" | "always_allowed" => {
            let name = member(row, "app_name")?;
            Some(format!("{}{name}", app_kind(&name)))
        }
        "blocklist" => {
            text(row).map(|text| blocked(&text).map_or_else(|| format!("?{text}"), String::from))
        }
        "allowlist" => {
            text(row).map(|text| admitted(&text).map_or_else(|| format!("?{text}"), String::from))
        }
        "allowed_contacts" => contact(row),
        "temporary_rules" => temporary(row),
        _ => None,
    }
}

fn text(row: &Json) -> Option<String> {
    match row {
        Json::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn member(row: &Json, name: &str) -> Option<String> {
    text(row.member(name)?)
}

/// Rows without a limit are no rule.
fn limited(row: &Json) -> &'static str {
    match row.member("daily_minutes") {
        None | Some(Json::Null) => " (no limit)",
        Some(_) => "",
    }
}

fn app_kind(name: &str) -> &'static str {
    if app_id(name).is_some() { "" } else { "?" }
}

fn custom(row: &Json) -> Option<String> {
    let Json::Array(days) = row.member("days")? else {
        return None;
    };
    let mut days: Vec<_> = days.iter().map(text).collect::<Option<_>>()?;
    days.sort();
    let (from, until) = (member(row, "allowed_from")?, member(row, "allowed_until")?);
    Some(format!("{} {from}-{until}", days.join(",")))
}

fn contact(row: &Json) -> Option<String> {
    let Json::Array(identifiers) = row.member("identifiers")? else {
        return None;
    };
    let known =
        |id: &Json| text(id).is_some_and(|id| id.parse::<parcep_core::policy::ContactId>().is_ok());
    let mark = if identifiers.iter().any(known) {
        ""
    } else {
        "?"
    };
    Some(format!("{mark}{}", member(row, "name")?))
}

fn temporary(row: &Json) -> Option<String> {
    let until = member(row, "allowed_until").unwrap_or_default();
    Some(format!(
        "{} {} {until}",
        member(row, "type")?,
        member(row, "date")?
    ))
}
