//! Step 6: windows.

use super::acts;
use super::apps;
use super::calendar::weekday;
use super::model::{Layer, Now};
use parcep_proto::v1alpha1 as pb;
use pb::WindowState::{Allow, Block};
use pb::date_exception::Change;
use pb::window_rule::Span;

/// A window where it lies: `[from, until)`, open or closed inside.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    state: pb::WindowState,
    pub(super) from: i64,
    pub(super) until: i64,
    name: String,
}

impl Placed {
    const fn covers(&self, at: i64) -> bool {
        self.from <= at && at < self.until
    }
}

/// R-POL-005, R-POL-006: a window without a span or with an unknown state.
pub(super) fn is_unknown(window: &pb::WindowRule) -> bool {
    window.span.is_none()
        || !matches!(window.state(), Allow | Block)
        || pb::WindowState::try_from(window.state).is_err()
}

/// Step 6: the names of the rules by which the layer is closed, or none if it is open (R-EVAL-020).
pub(super) fn closed(now: &Now<'_>, layer: &Layer) -> Vec<String> {
    if apps::always_allowed(now, layer) || acts::extends_window(now, layer) {
        return Vec::new();
    }
    let today = now.calendar.day(now.at);
    let mut around = Vec::new();
    for day in today - 4..=today + 3 {
        around.extend(starting_on(now, layer, day));
    }
    around.retain(|window| window.covers(now.at));
    let blocks: Vec<String> = around
        .iter()
        .filter(|window| window.state == Block)
        .map(|window| window.name.clone())
        .collect();
    if !blocks.is_empty() {
        return blocks;
    }
    if around.iter().any(|window| window.state == Allow) {
        return Vec::new();
    }
    outside_of(now, layer, today)
}

/// The ALLOW windows outside of which the instant is, as R-EVAL-053 names them.
fn outside_of(now: &Now<'_>, layer: &Layer, today: i64) -> Vec<String> {
    if let Some((act, Change::Replace(replaced))) = acts::exception(now, &layer.author, today) {
        let any = replaced
            .windows
            .iter()
            .any(|window| window.state() == Allow);
        return if any {
            vec![act.body.id.clone()]
        } else {
            Vec::new()
        };
    }
    let allows: Vec<_> = known(layer)
        .filter(|window| window.state() == Allow)
        .collect();
    let names =
        |windows: Vec<&&pb::WindowRule>| windows.into_iter().map(|w| w.id.clone()).collect();
    let todays: Vec<_> = allows
        .iter()
        .filter(|window| names_weekday(window, today))
        .collect();
    if todays.is_empty() {
        names(allows.iter().collect())
    } else {
        names(todays)
    }
}

fn known(layer: &Layer) -> impl Iterator<Item = &pb::WindowRule> {
    layer
        .schedule
        .windows
        .iter()
        .filter(|window| !is_unknown(window))
}

fn names_weekday(window: &pb::WindowRule, day: i64) -> bool {
    window
        .weekdays
        .iter()
        .any(|number| i64::from(*number) - 1 == weekday(day))
}

/// The windows that start on a policy day, as a live date exception has changed them (R-EVAL-045).
fn starting_on(now: &Now<'_>, layer: &Layer, day: i64) -> Vec<Placed> {
    match acts::exception(now, &layer.author, day) {
        None => usual(now, layer, day),
        Some((act, Change::Replace(replaced))) => replacing(now, replaced, &act.body.id, day),
        Some((_, Change::ExtendUntilSeconds(end))) => extended(now, layer, *end, day),
    }
}

/// The layer's own windows of a policy day.
pub(super) fn usual(now: &Now<'_>, layer: &Layer, day: i64) -> Vec<Placed> {
    known(layer)
        .filter(|window| names_weekday(window, day))
        .filter_map(|window| placed(now, window, &window.id, day))
        .collect()
}

/// R-EVAL-045: other windows in the place of the layer's.
pub(super) fn replacing(
    now: &Now<'_>,
    by: &pb::ReplacedWindows,
    name: &str,
    day: i64,
) -> Vec<Placed> {
    by.windows
        .iter()
        .filter_map(|window| placed(now, window, name, day))
        .collect()
}

/// R-EVAL-045: the ALLOW window with the latest start ends later.
pub(super) fn extended(now: &Now<'_>, layer: &Layer, end: u32, day: i64) -> Vec<Placed> {
    let mut windows = usual(now, layer, day);
    let allows = windows.iter_mut().filter(|window| window.state == Allow);
    if let Some(last) = allows.max_by_key(|window| window.from) {
        let calendar = now.calendar;
        let mut date = day;
        while calendar.on(date + 1, 0) <= last.from {
            date += 1;
        }
        let mut moved = calendar.on(date, end.into());
        if moved <= last.from {
            moved = calendar.on(date + 1, end.into());
        }
        last.until = last.until.max(moved);
    }
    windows
}

/// R-EVAL-021: where a window lies that starts on a policy day.
fn placed(now: &Now<'_>, window: &pb::WindowRule, name: &str, day: i64) -> Option<Placed> {
    let calendar = now.calendar;
    let (from, until) = match window.span.as_ref()? {
        Span::WholeDay(_) => (calendar.starts(day), calendar.starts(day + 1)),
        Span::Between(span) => {
            let (start, end) = (i64::from(span.start_seconds), i64::from(span.end_seconds));
            let date = if calendar.before_day_start(start) {
                day + 1
            } else {
                day
            };
            let end_date = if end < start { date + 1 } else { date };
            (calendar.on(date, start), calendar.on(end_date, end))
        }
    };
    Some(Placed {
        state: window.state(),
        from,
        until,
        name: name.to_owned(),
    })
}
