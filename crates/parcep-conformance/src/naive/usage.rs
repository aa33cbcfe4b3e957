//! What was spent.

use super::asked::{Laid, Now};
use super::budgets::Limited;
use super::calendar::Calendar;
use super::model::{Money, Period, Scope, Spent, Usage};

/// R-EVAL-031: seconds spent from a budget in the period of the instant.
///
/// That is what the rows of the question say, where its instant lies in the same period, and use since
/// then, where use goes on and this author counts it.
pub(super) fn seconds(
    now: &Now<'_>,
    laid: &Laid<'_>,
    budget: &Limited<'_>,
    period: Period,
) -> i128 {
    let row = |of: Period| {
        let rows = now.asked.usage.time.iter();
        let rows = rows.filter(|row| row.target == budget.target && row.period == of);
        let scope = Scope::of(budget.rule);
        nearest(rows, |row| {
            Some((
                fits(row.author.as_ref(), &laid.layer.author)?,
                fits(row.scope.as_ref(), &scope)?,
            ))
        })
        .map_or(0, |row: &Spent| row.seconds)
    };
    let before = held(now, period, row);
    let mut since = 0;
    if now.goes_on && !laid.not_counted {
        let calendar = &now.asked.calendar;
        let today = calendar.day(now.at);
        let first = match period {
            Period::Week => calendar.week(today),
            Period::Day | Period::Month => today,
        };
        let began = calendar.starts(first).max(now.asked.question.at);
        since = now.at.saturating_sub(began);
    }
    i128::from(before) + i128::from(since)
}

/// R-EVAL-031: money spent in a currency in the period of the instant.
pub(super) fn money(now: &Now<'_>, laid: &Laid<'_>, currency: &str, period: Period) -> u64 {
    let row = |of: Period| {
        let rows = now.asked.usage.money.iter();
        let rows = rows.filter(|row| row.period == of);
        nearest(rows, |row| {
            Some((
                fits(row.author.as_ref(), &laid.layer.author)?,
                fits(row.currency.as_deref(), currency)?,
            ))
        })
        .map_or(0, |row: &Money| row.minor)
    };
    held(now, period, row)
}

/// A row that names another does not fit; one that names none comes behind one that names this.
fn fits<T: PartialEq + ?Sized>(named: Option<&T>, wanted: &T) -> Option<bool> {
    match named {
        None => Some(false),
        Some(named) => (named == wanted).then_some(true),
    }
}

/// R-EVAL-031: the row that names more, and the author before anything else.
fn nearest<'a, R>(
    rows: impl Iterator<Item = &'a R>,
    names: impl Fn(&R) -> Option<(bool, bool)>,
) -> Option<&'a R> {
    let mut nearest: Option<((bool, bool), &R)> = None;
    for row in rows {
        if let Some(named) = names(row)
            && nearest.is_none_or(|(so_far, _)| named > so_far)
        {
            nearest = Some((named, row));
        }
    }
    nearest.map(|(_, row)| row)
}

/// R-EVAL-031: a week and a month hold at least what the day of the question holds, and none holds
/// anything of one that is over.
fn held(now: &Now<'_>, period: Period, row: impl Fn(Period) -> u64) -> u64 {
    if !is_same(now, period) {
        return 0;
    }
    row(period).max(row(Period::Day))
}

/// Whether the instant lies in the period in which the question's lies.
fn is_same(now: &Now<'_>, period: Period) -> bool {
    let calendar = &now.asked.calendar;
    let (then, today) = (calendar.day(now.asked.question.at), calendar.day(now.at));
    match period {
        Period::Day => then == today,
        Period::Week => calendar.week(then) == calendar.week(today),
        Period::Month => Calendar::month(then) == Calendar::month(today),
    }
}

/// What R-EVAL-050 and R-EVAL-051 assume to have been spent at a later instant, in rows of their own
/// for every author, target, scope and currency that matters to the question.
pub(super) fn later(now: &Now<'_>) -> Usage {
    let mut usage = Usage::default();
    for laid in now.layers {
        let author = Some(laid.layer.author.clone());
        for budget in &laid.budgets {
            for period in [Period::Day, Period::Week] {
                let spent = seconds(now, laid, budget, period);
                let row = Spent {
                    author: author.clone(),
                    scope: Some(Scope::of(budget.rule)),
                    target: budget.target.clone(),
                    period,
                    seconds: u64::try_from(spent).unwrap_or(u64::MAX),
                };
                if !usage.time.contains(&row) {
                    usage.time.push(row);
                }
            }
        }
        for cap in &laid.layer.spending.caps {
            for period in [Period::Day, Period::Week, Period::Month] {
                let row = Money {
                    author: author.clone(),
                    currency: Some(cap.currency.clone()),
                    period,
                    minor: money(now, laid, &cap.currency, period),
                };
                if !usage.money.contains(&row) {
                    usage.money.push(row);
                }
            }
        }
    }
    usage
}
