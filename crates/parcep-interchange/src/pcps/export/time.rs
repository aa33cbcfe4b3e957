//! Windows and budgets as PCPS can say them.

use super::{Members, Notes};
use crate::json::Json;
use crate::pcps::read::DAYS;
use parcep_core::policy::{
    Allowance, Budget, BudgetCounting, BudgetScope, BudgetSection, BudgetTarget, LocalTime,
    ScheduleSection, Weekdays, Window, WindowState,
};

const MONDAY_TO_FRIDAY: u8 = Weekdays::MONDAY_TO_FRIDAY.bits();
const SATURDAY_SUNDAY: u8 = Weekdays::SATURDAY_SUNDAY.bits();

/// Base rows keep their place as long as they cover exactly the days that no custom row has, since
/// in PCPS a custom row replaces the base on its days.
pub(super) fn schedule(section: &ScheduleSection, notes: &mut Notes<'_>) -> Members {
    if let Some(end) = &section.end {
        let text = format!("rule `{}`: warnings, and what happens at the end", end.id);
        notes.inexpressible("/schedule", &text);
    }
    let (of_all, of_some): (Vec<_>, Vec<_>) = section
        .windows
        .iter()
        .partition(|window| window.target == BudgetTarget::Overall);
    for window in of_some {
        let text = format!("window `{}`, which is not about everything", window.id);
        notes.inexpressible("/schedule", &text);
    }
    let (allow, block): (Vec<_>, Vec<_>) = of_all
        .into_iter()
        .partition(|window| window.state == WindowState::Allow);
    for window in block {
        let text = format!("window `{}`, which blocks", window.id);
        notes.inexpressible("/schedule", &text);
    }
    let plan = Plan::of(&allow);
    let mut members = Members::new();
    for (name, base) in [("weekday", plan.weekday), ("weekend", plan.weekend)] {
        let edges = base.and_then(|window| window.span.edges());
        members = members.maybe(name, edges.map(|edges| times(edges, notes).into_json()));
    }
    let rows = plan
        .custom
        .iter()
        .map(|window| custom(window, notes))
        .collect();
    let open = MONDAY_TO_FRIDAY | SATURDAY_SUNDAY;
    let covered = allow
        .iter()
        .fold(0, |bits, window| bits | window.days.bits());
    if covered != 0 && covered & open != open {
        let text = "PCPS reads days without a window as open; set their daily limit to 0";
        notes.looser("/schedule", text);
    }
    members.list("custom", rows)
}

/// Which window goes where.
struct Plan<'a> {
    weekday: Option<&'a Window>,
    weekend: Option<&'a Window>,
    custom: Vec<&'a Window>,
}

impl<'a> Plan<'a> {
    fn of(windows: &[&'a Window]) -> Self {
        let weekday = base(windows, "schedule/weekday", MONDAY_TO_FRIDAY);
        let weekend = base(windows, "schedule/weekend", SATURDAY_SUNDAY);
        let mut plan = Self {
            weekday,
            weekend,
            custom: Vec::new(),
        };
        // A base that does not fit becomes a row, which may make the other one not fit.
        for _ in 0..2 {
            plan.custom = plan.rest(windows);
            plan.weekday = plan.fitting(plan.weekday, MONDAY_TO_FRIDAY);
            plan.weekend = plan.fitting(plan.weekend, SATURDAY_SUNDAY);
        }
        plan.custom = plan.rest(windows);
        plan
    }

    fn rest(&self, windows: &[&'a Window]) -> Vec<&'a Window> {
        let is =
            |base: Option<&Window>, window| base.is_some_and(|base| std::ptr::eq(base, window));
        let free =
            |window: &&&'a Window| !is(self.weekday, **window) && !is(self.weekend, **window);
        windows.iter().filter(free).copied().collect()
    }

    fn fitting(&self, base: Option<&'a Window>, days: u8) -> Option<&'a Window> {
        let taken = self
            .custom
            .iter()
            .fold(0, |bits, window| bits | window.days.bits());
        base.filter(|window| window.days.bits() == days & !taken)
    }
}

/// The window that says it is the base row, else the first that lies on just these days and says
/// nothing else.
fn base<'a>(windows: &[&'a Window], id: &str, days: u8) -> Option<&'a Window> {
    let named = windows.iter().find(|window| window.id.as_str() == id);
    let free = |window: &&&'a Window| {
        !window.id.as_str().starts_with("schedule/") && window.days.bits() == days
    };
    named.or_else(|| windows.iter().find(free)).copied()
}

fn custom(window: &Window, notes: &mut Notes<'_>) -> Json {
    let days = DAYS
        .iter()
        .zip(0_u8..)
        .filter(|(_, index)| window.days.bits() & (1 << index) != 0);
    let days = days.map(|((word, _), _)| Json::text(*word)).collect();
    let edges = window.span.edges().or_else(|| {
        let text = "PCPS has no whole day beside other rows: it ends at 23:59";
        notes.stricter("/schedule/custom", text);
        Some((LocalTime::MIDNIGHT, LocalTime::hm(23, 59).ok()?))
    });
    let members = Members::new().with("days", Json::Array(days)).0;
    let times = edges.map_or_else(Members::new, |edges| times(edges, notes));
    Json::Object(members.into_iter().chain(times.0).collect())
}

fn times((from, until): (LocalTime, LocalTime), notes: &mut Notes<'_>) -> Members {
    if !from.seconds().is_multiple_of(60) || !until.seconds().is_multiple_of(60) {
        notes.stricter(
            "/schedule",
            "PCPS has whole minutes: the window is shortened to them",
        );
    }
    // The start moves to the next minute, the end to the one before.
    let from = from.seconds().div_ceil(60) % (24 * 60);
    Members::new()
        .text("allowed_from", &hh_mm(from))
        .text("allowed_until", &hh_mm(until.seconds() / 60))
}

/// Minutes after midnight as PCPS writes them.
pub(super) fn hh_mm(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

pub(super) fn limits(section: &BudgetSection, notes: &mut Notes<'_>) -> Members {
    if section.extra_time_cap.is_some() {
        notes.inexpressible("/time_limits", "a cap on extra time");
    }
    let mut daily = Members::new();
    let (mut categories, mut apps) = (Vec::new(), Vec::new());
    for budget in &section.budgets {
        let Some(days) = per_day(budget, notes) else {
            continue;
        };
        match &budget.target {
            BudgetTarget::Overall => {
                for (name, days) in [("weekday", days.get(..5)), ("weekend", days.get(5..))] {
                    daily = daily.maybe(name, one(days.unwrap_or_default(), budget, notes));
                }
            }
            BudgetTarget::Category(category) if super::access::is_pcps(category) => {
                let row = Members::new().text("category", category.code());
                categories.extend(row_of(row, &days, budget, notes));
            }
            BudgetTarget::Category(_) => {
                let text = format!("budget `{}` on a category of another taxonomy", budget.id);
                notes.inexpressible("/time_limits/by_category", &text);
            }
            BudgetTarget::Feature(code) => {
                let text = format!("budget `{}` on the feature `{code}`", budget.id);
                notes.inexpressible("/time_limits", &text);
            }
            BudgetTarget::App(app) => {
                let name = super::access::app_name(app, None, "/time_limits/by_app", notes);
                let row = Members::new().text("app_name", &name);
                apps.extend(row_of(row, &days, budget, notes));
            }
        }
    }
    Members::new()
        .section("daily", daily)
        .list("by_category", categories)
        .list("by_app", apps)
}

fn row_of(
    row: Members,
    days: &[Option<u32>],
    budget: &Budget,
    notes: &mut Notes<'_>,
) -> Option<Json> {
    Some(
        row.with("daily_minutes", one(days, budget, notes)?)
            .into_json(),
    )
}

/// Seconds on each day from Monday; `None` if PCPS has no such budget at all.
fn per_day(budget: &Budget, notes: &mut Notes<'_>) -> Option<[Option<u32>; 7]> {
    let Allowance::Daily(limits) = &budget.allowance else {
        let text = format!("budget `{}` for a week", budget.id);
        notes.inexpressible("/time_limits", &text);
        return None;
    };
    if budget.scope != BudgetScope::Dependant {
        let text = format!("PCPS does not say whose budget `{}` is", budget.id);
        notes.inexpressible("/time_limits", &text);
    }
    if budget.counting != BudgetCounting::Foreground {
        let text = format!("which time budget `{}` counts", budget.id);
        notes.inexpressible("/time_limits", &text);
    }
    let mut days = [None; 7];
    for (index, day) in (0_u8..).zip(days.iter_mut()) {
        let on_day = limits
            .iter()
            .filter(|limit| limit.days.bits() & (1 << index) != 0);
        *day = on_day.map(|limit| limit.seconds).min();
    }
    Some(days)
}

/// The minutes of days that PCPS gives one number for; where they differ the least.
fn one(days: &[Option<u32>], budget: &Budget, notes: &mut Notes<'_>) -> Option<Json> {
    let least = days.iter().flatten().min().copied()?;
    if days.iter().any(|day| *day != Some(least)) {
        let text = format!(
            "PCPS has one number for days that differ: budget `{}`",
            budget.id
        );
        notes.stricter("/time_limits", &text);
    }
    // The largest budget there is stands for whatever was larger.
    if !least.is_multiple_of(60) && least != u32::MAX {
        let text = format!(
            "PCPS has whole minutes: budget `{}` is rounded down",
            budget.id
        );
        notes.stricter("/time_limits", &text);
    }
    Some(Json::integer(i64::from(least / 60)))
}
