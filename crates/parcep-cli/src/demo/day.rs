//! One child's day, decided by one device from what it synced.

use super::fleet::{Fleet, Point};
use crate::failure::{Failure, Kind};
use comfy_table::{Table, presets};
use jiff::civil::{Time, Weekday};
use jiff::{Timestamp, ToSpan as _, Zoned};
use parcep_core::decide::{Action, Context, Effect, Reason, Usage};
use parcep_core::epoch::PepCategory;
use parcep_core::policy::{AppAccess, AppTarget, Category};
use parcep_interchange::family::{Child, Family};

/// The times of the day that are shown, with the minutes used so far.
const TIMES: [(i8, i8, u64); 8] = [
    (6, 30, 0),
    (7, 30, 10),
    (12, 0, 20),
    (16, 0, 35),
    (17, 30, 55),
    (19, 0, 70),
    (20, 45, 95),
    (22, 15, 120),
];

/// A day, drawn.
pub(super) struct Day {
    pub(super) text: String,
    pub(super) said: String,
    pub(super) floor_always_allowed: bool,
    /// A question that was denied, to be shown as the child sees it.
    pub(super) denied: Denied,
}

/// A question that was denied.
pub(super) struct Denied {
    pub(super) point: usize,
    pub(super) at: Timestamp,
    pub(super) asked: Asked,
    pub(super) used: u64,
}

/// One column of the table.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) heading: String,
    pub(super) action: Action,
    pub(super) categories: Vec<Category>,
}

/// Decides every question at every time.
pub(super) fn of(family: &Family, fleet: &Fleet) -> Result<Day, Failure> {
    let sees_web = |point: &&Point| point.category == PepCategory::DeviceOs;
    let index = fleet.0.iter().position(|point| sees_web(&point));
    let index = index.unwrap_or(0);
    let (point, child) = fleet
        .0
        .get(index)
        .and_then(|point| Some((point, family.children.get(point.child)?)))
        .ok_or_else(|| Failure::new(Kind::Failed, "INTERNAL", "no device joined"))?;
    let questions = questions(child, point)?;
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    let headings = questions.iter().map(|asked| asked.heading.clone());
    table.set_header(
        ["local time", "used"]
            .into_iter()
            .map(String::from)
            .chain(headings),
    );

    let mut denied = None;
    let mut floor_always_allowed = true;
    let mut decisions = 0;
    for (hour, minute, used) in TIMES {
        let at = at(child, hour, minute)?;
        let usage = usage(used)?;
        let mut row = vec![format!("{hour:02}:{minute:02}"), format!("{used} min")];
        for asked in &questions {
            let context =
                Context::new(at.timestamp(), &asked.action).with_categories(&asked.categories);
            let Some(decision) = point.agent.explain(point.dependant, &usage, &context) else {
                continue;
            };
            decisions += 1;
            row.push(cell(decision.effect(), decision.reason()));
            if matches!(asked.action, Action::Service(_)) {
                floor_always_allowed &= decision.effect() == Effect::Allow;
            }
            // The last time the device itself closes tells most; else the first denial.
            let closes = matches!(asked.action, Action::Device);
            if decision.effect() == Effect::Deny && (denied.is_none() || closes) {
                denied = Some(Denied {
                    point: index,
                    at: at.timestamp(),
                    asked: asked.clone(),
                    used,
                });
            }
        }
        table.add_row(row);
    }
    let date = at(child, 12, 0)?.strftime("%A %d %B %Y").to_string();
    let denied = denied.ok_or_else(|| {
        let message = "this family's rules deny nothing in the demo's day; try another file";
        Failure::new(Kind::Failed, "DEMO_FAILED", message)
    })?;
    Ok(Day {
        text: format!(
            "{date}, {} (zone {}), decided offline by “{}” from what it synced:\n{table}\n\
             ✓ allowed   ? a guardian is asked   ✗ denied",
            child.name, child.profile.zone, point.name
        ),
        said: format!("{decisions} decisions through one day; emergency calls always allowed"),
        floor_always_allowed,
        denied,
    })
}

/// What was used so far, half of it on games.
pub(super) fn usage(minutes: u64) -> Result<Usage, Failure> {
    let rows = serde_json::json!([
        { "target": "device", "seconds": minutes * 60 },
        { "target": "category:games", "seconds": minutes * 30 },
    ]);
    Usage::from_json(rows.to_string().as_bytes())
        .map_err(|error| Failure::new(Kind::Failed, "INTERNAL", error.to_string()))
}

fn questions(child: &Child, point: &Point) -> Result<Vec<Asked>, Failure> {
    let ratings = point.agent.ratings();
    let ask = |heading: &str, action: &str, category: Option<&str>| {
        let internal = |error: String| Failure::new(Kind::Failed, "INTERNAL", error);
        let categories = category.map(str::parse).transpose();
        Ok::<_, Failure>(Asked {
            heading: heading.to_owned(),
            action: Action::parse(action, ratings).map_err(|e| internal(e.to_string()))?,
            categories: categories
                .map_err(|e: parcep_core::policy::PolicyError| internal(e.to_string()))?
                .into_iter()
                .collect(),
        })
    };
    let mut asked = vec![ask("use the device", "device", None)?];
    asked.push(ask("play a game", "app:pcps/Some Game", Some("games"))?);
    let blocked =
        child
            .layer
            .apps
            .rules
            .iter()
            .find_map(|rule| match (&rule.target, rule.access) {
                (AppTarget::App(id), Some(AppAccess::Block)) => Some(id.to_string()),
                _ => None,
            });
    if let Some(id) = blocked {
        let name = id.split_once('/').map_or(id.as_str(), |(_, name)| name);
        asked.push(ask(name, &format!("app:{id}"), None)?);
    }
    let host = child
        .layer
        .web
        .block
        .first()
        .map(|rule| rule.host.to_string());
    if let (Some(host), PepCategory::DeviceOs) = (host, point.category) {
        asked.push(ask(&host, &format!("host:www.{host}"), None)?);
    }
    asked.push(ask("a PEGI 16 game", "content:pegi/16", None)?);
    asked.push(ask("a film rated FSK 6", "content:fsk/6", None)?);
    asked.push(ask("call 112", "service:urn:service:sos", None)?);
    Ok(asked)
}

/// A time on the next school day in the child's zone: a weekday, so that every rule shows.
fn at(child: &Child, hour: i8, minute: i8) -> Result<Zoned, Failure> {
    let internal = |error: jiff::Error| Failure::new(Kind::Failed, "INTERNAL", error.to_string());
    let zone = jiff::tz::TimeZone::get(child.profile.zone.as_str()).map_err(internal)?;
    let mut date = Timestamp::now().to_zoned(zone.clone()).date();
    while matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
        date = date.checked_add(1.day()).map_err(internal)?;
    }
    let time = Time::new(hour, minute, 0, 0).map_err(internal)?;
    date.to_datetime(time).to_zoned(zone).map_err(internal)
}

fn cell(effect: Effect, reason: Reason) -> String {
    match effect {
        Effect::Allow => "✓".into(),
        Effect::Ask => format!("? {}", reason.code()),
        Effect::Deny => format!("✗ {}", reason.code()),
    }
}
