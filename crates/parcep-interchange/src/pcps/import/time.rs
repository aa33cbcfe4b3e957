//! Windows and budgets.

use super::{Notes, app_id, rule};
use crate::family::LossCode;
use crate::pcps::model::{Schedule, TimeLimits};
use jiff::civil;
use parcep_core::policy::{
    Allowance, Budget, BudgetTarget, Category, DayLimit, LocalTime, Weekdays, Window, WindowState,
};
use std::collections::HashMap;

const MONDAY_TO_FRIDAY: u8 = Weekdays::MONDAY_TO_FRIDAY.bits();
const SATURDAY_SUNDAY: u8 = Weekdays::SATURDAY_SUNDAY.bits();

/// A custom row replaces the base on its days, several rows on one day are a union, a missing base
/// is open all day (R-PCPS-011). Without any row there is no window rule.
pub(super) fn windows(schedule: &Schedule, notes: &mut Notes) -> Vec<Window> {
    let custom_days = schedule
        .custom
        .iter()
        .flat_map(|row| &row.days)
        .fold(0, |bits, day| bits | bit(*day));
    let none = schedule.weekday.is_none() && schedule.weekend.is_none() && custom_days == 0;
    if none {
        return Vec::new();
    }
    let bases = [
        ("schedule/weekday", schedule.weekday, MONDAY_TO_FRIDAY),
        ("schedule/weekend", schedule.weekend, SATURDAY_SUNDAY),
    ];
    let mut windows = Vec::new();
    for (place, base, days) in bases {
        let Ok(days) = Weekdays::from_bits(days & !custom_days) else {
            continue;
        };
        if base.is_none() {
            let text = "no window for these days: read as open all day";
            notes.loss("/schedule", LossCode::OpenDays, text);
        }
        windows.extend(window(
            place,
            days,
            base.map(|window| (window.from, window.until)),
        ));
    }
    for (index, row) in schedule.custom.iter().enumerate() {
        let bits = row.days.iter().fold(0, |bits, day| bits | bit(*day));
        let Ok(days) = Weekdays::from_bits(bits) else {
            continue;
        };
        let edges = Some((row.window.from, row.window.until));
        windows.extend(window(&format!("schedule/custom/{index}"), days, edges));
    }
    windows
}

fn bit(day: civil::Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

/// An ALLOW window; without edges of the whole day.
fn window(
    place: &str,
    days: Weekdays,
    edges: Option<(civil::Time, civil::Time)>,
) -> Option<Window> {
    let id = rule(place)?;
    let Some((from, until)) = edges else {
        return Some(Window::all_day(id, WindowState::Allow, days));
    };
    Window::between(id, WindowState::Allow, days, local(from)?, local(until)?).ok()
}

/// A time of day in the policy model.
pub(super) fn local(time: civil::Time) -> Option<LocalTime> {
    LocalTime::hm(
        u32::try_from(time.hour()).ok()?,
        u32::try_from(time.minute()).ok()?,
    )
    .ok()
}

/// Minutes that are null or absent are no rule; of repeated rows the least holds (R-PCPS-013).
pub(super) fn budgets(limits: &TimeLimits, notes: &mut Notes) -> Vec<Budget> {
    let mut budgets = Vec::new();
    budgets.extend(daily(limits));
    let categories = limits.by_category.iter().map(|(category, minutes)| {
        let target = Category::new("pcps", "1.0", category.as_str()).ok();
        (target.map(BudgetTarget::Category), *minutes)
    });
    rows("time_limits/by_category", categories, notes, &mut budgets);
    let apps = limits
        .by_app
        .iter()
        .map(|(name, minutes)| (app_id(name).map(BudgetTarget::App), *minutes));
    rows("time_limits/by_app", apps, notes, &mut budgets);
    budgets
}

fn daily(limits: &TimeLimits) -> Option<Budget> {
    let limit = |days, minutes: Option<i64>| {
        Some(DayLimit {
            days,
            seconds: seconds(minutes?),
        })
    };
    let limits: Vec<_> = [
        limit(Weekdays::MONDAY_TO_FRIDAY, limits.weekday),
        limit(Weekdays::SATURDAY_SUNDAY, limits.weekend),
    ]
    .into_iter()
    .flatten()
    .collect();
    if limits.is_empty() {
        return None;
    }
    let mut budget = Budget::daily(
        rule("time_limits/daily")?,
        BudgetTarget::Overall,
        Weekdays::ALL,
        0,
    );
    budget.allowance = Allowance::Daily(limits);
    Some(budget)
}

fn rows(
    list: &str,
    rows: impl Iterator<Item = (Option<BudgetTarget>, Option<i64>)>,
    notes: &mut Notes,
    budgets: &mut Vec<Budget>,
) {
    let mut first: HashMap<BudgetTarget, usize> = HashMap::new();
    for (index, (target, minutes)) in rows.enumerate() {
        let place = format!("{list}/{index}");
        let Some(minutes) = minutes else { continue };
        let (Some(target), Some(id)) = (target, rule(&place)) else {
            let text = "this name cannot identify an app: the row is kept and has no effect";
            notes.loss(&format!("/{place}"), LossCode::NotAnApp, text);
            continue;
        };
        let row = Budget::daily(id, target.clone(), Weekdays::ALL, seconds(minutes));
        let place_of_first = first.get(&target).and_then(|at| budgets.get_mut(*at));
        let Some(earlier) = place_of_first else {
            first.insert(target, budgets.len());
            budgets.push(row);
            continue;
        };
        let text = "a second row for the same target: the stricter of both holds";
        notes.loss(&format!("/{place}"), LossCode::RepeatedRow, text);
        if least(&row) < least(earlier) {
            // So that a reason names the row that binds.
            *earlier = row;
        }
    }
}

fn least(budget: &Budget) -> Option<u32> {
    match &budget.allowance {
        Allowance::Daily(limits) => limits.iter().map(|limit| limit.seconds).min(),
        Allowance::Weekly(seconds) => Some(*seconds),
    }
}

/// Whole minutes in seconds; more than a century of them reads as a century.
pub(super) fn seconds(minutes: i64) -> u32 {
    u32::try_from(minutes.saturating_mul(60)).unwrap_or(u32::MAX)
}
