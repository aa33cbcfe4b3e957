//! Step 6: windows.

use super::acts;
use super::asked::{Asked, Laid, Now};
use super::calendar::{Calendar, weekday};
use super::model::{Act, Layer};
use super::question::Windows;
use super::targets::{self, Target};
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

/// The windows of a layer on one target that contains the action.
#[derive(Debug)]
pub(super) struct Group<'a> {
    rules: Vec<&'a pb::WindowRule>,
    pub(super) days: Vec<Day<'a>>,
}

/// The windows that start on one policy day.
#[derive(Debug)]
pub(super) struct Day<'a> {
    day: i64,
    /// As the layer has them.
    usual: Vec<Placed>,
    /// R-EVAL-045: as they are while a date exception is live.
    changed: Option<Changed<'a>>,
}

#[derive(Debug)]
struct Changed<'a> {
    act: &'a Act,
    change: &'a Change,
    windows: Vec<Placed>,
}

/// R-POL-005, R-POL-006: a window without a span, with an unknown state or an unknown target.
pub(super) fn is_unknown(window: &pb::WindowRule) -> bool {
    window.span.is_none()
        || !matches!(window.state(), Allow | Block)
        || pb::WindowState::try_from(window.state).is_err()
        || Target::of_window(window).is_none()
}

/// R-EVAL-020: the windows of a layer by their targets, those that contain the action.
pub(super) fn groups<'a>(asked: &'a Asked<'a>, layer: &'a Layer) -> Vec<Group<'a>> {
    // A date exception may put windows on everything where the layer has none.
    let mut found: Vec<(Target, Vec<&pb::WindowRule>)> = vec![(Target::Everything, Vec::new())];
    for window in layer.schedule.windows.iter().filter(|w| !is_unknown(w)) {
        let Some(target) = Target::of_window(window) else {
            continue;
        };
        match found.iter_mut().find(|(known, _)| *known == target) {
            Some((_, rules)) => rules.push(window),
            None => found.push((target, vec![window])),
        }
    }
    found
        .into_iter()
        .filter(|(target, _)| targets::of_windows(asked, target))
        .map(|(target, rules)| Group::lay(asked, layer, &target, rules))
        .collect()
}

impl<'a> Group<'a> {
    fn lay(
        asked: &'a Asked<'a>,
        layer: &Layer,
        target: &Target,
        rules: Vec<&'a pb::WindowRule>,
    ) -> Self {
        let today = asked.calendar.day(asked.question.at);
        let days = (today - 5..=today + 13).map(|day| {
            let usual = usual(&asked.calendar, &rules, day);
            let exception = acts::exception(asked, &layer.author, day);
            // R-EVAL-020: a date exception is about windows on everything.
            let exception = exception.filter(|_| *target == Target::Everything);
            let changed = exception.map(|(act, change)| Changed {
                act,
                change,
                windows: match change {
                    Change::Replace(by) => replacing(&asked.calendar, by, &act.body.id, day),
                    Change::ExtendUntilSeconds(end) => {
                        extended(&asked.calendar, usual.clone(), *end, day)
                    }
                },
            });
            Day {
                day,
                usual,
                changed,
            }
        });
        Self {
            days: days.collect(),
            rules,
        }
    }

    /// Whether the layer itself has a window in it.
    pub(super) fn is_of_the_layer(&self) -> bool {
        !self.rules.is_empty()
    }

    /// The names of the rules that close the group, or none if it is open (R-EVAL-020).
    fn closed(&self, now: &Now<'_>) -> Vec<String> {
        let today = now.asked.calendar.day(now.at);
        let days = self.days.iter();
        let days = days.filter(|day| (today - 4..=today + 3).contains(&day.day));
        let around: Vec<_> = days
            .flat_map(|day| day.windows(now.at))
            .filter(|window| window.covers(now.at))
            .collect();
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
        self.outside_of(now.at, today)
    }

    /// The ALLOW windows outside of which the instant is, as R-EVAL-053 names them.
    fn outside_of(&self, at: i64, today: i64) -> Vec<String> {
        let exception = self.days.iter().find(|day| day.day == today);
        if let Some(changed) = exception.and_then(|day| day.live(at))
            && let Change::Replace(replaced) = changed.change
        {
            let mut windows = replaced.windows.iter();
            return if windows.any(|window| window.state() == Allow) {
                vec![changed.act.body.id.clone()]
            } else {
                Vec::new()
            };
        }
        let mut allows = self.rules.clone();
        allows.retain(|window| window.state() == Allow);
        let (todays, others): (Vec<&pb::WindowRule>, Vec<_>) = allows
            .into_iter()
            .partition(|window| names_weekday(window, today));
        let named = if todays.is_empty() { others } else { todays };
        named.into_iter().map(|window| window.id.clone()).collect()
    }
}

impl Day<'_> {
    fn live(&self, at: i64) -> Option<&Changed<'_>> {
        let changed = self.changed.as_ref();
        changed.filter(|changed| acts::is_live(changed.act, at))
    }

    /// The windows that start on this day, as a live date exception has changed them (R-EVAL-045).
    fn windows(&self, at: i64) -> &[Placed] {
        self.live(at)
            .map_or(&self.usual, |changed| &changed.windows)
    }

    /// Where any of them begins or ends, whether an exception is live or not.
    pub(super) fn edges(&self) -> impl Iterator<Item = i64> {
        let changed = self.changed.iter().flat_map(|changed| &changed.windows);
        let all = self.usual.iter().chain(changed);
        all.flat_map(|window| [window.from, window.until])
    }
}

/// R-EVAL-020: the names of the rules by which the layer is closed, or none if it is open.
pub(super) fn closed(now: &Now<'_>, laid: &Laid<'_>) -> Vec<String> {
    if laid.always_allowed || acts::extends_window(now, laid) {
        return Vec::new();
    }
    match now.asked.question.windows {
        Windows::Evaluated => {}
        Windows::NotEvaluated => return Vec::new(),
        Windows::Closed => {
            let all = laid.layer.schedule.windows.iter();
            let known = all.filter(|window| !is_unknown(window));
            return known.map(|window| window.id.clone()).collect();
        }
    }
    let groups = laid.groups.iter();
    groups.flat_map(|group| group.closed(now)).collect()
}

fn names_weekday(window: &pb::WindowRule, day: i64) -> bool {
    let mut days = window.weekdays.iter();
    days.any(|number| i64::from(*number) - 1 == weekday(day))
}

/// The layer's own windows of a policy day.
fn usual(calendar: &Calendar, rules: &[&pb::WindowRule], day: i64) -> Vec<Placed> {
    let todays = rules.iter().filter(|window| names_weekday(window, day));
    todays
        .filter_map(|window| placed(calendar, window, &window.id, day))
        .collect()
}

/// R-EVAL-045: other windows in the place of the layer's.
fn replacing(calendar: &Calendar, by: &pb::ReplacedWindows, name: &str, day: i64) -> Vec<Placed> {
    let windows = by.windows.iter();
    windows
        .filter_map(|window| placed(calendar, window, name, day))
        .collect()
}

/// R-EVAL-045: the ALLOW window with the latest start ends later.
fn extended(calendar: &Calendar, mut windows: Vec<Placed>, end: u32, day: i64) -> Vec<Placed> {
    let allows = windows.iter_mut().filter(|window| window.state == Allow);
    if let Some(last) = allows.max_by_key(|window| window.from) {
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
fn placed(calendar: &Calendar, window: &pb::WindowRule, name: &str, day: i64) -> Option<Placed> {
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
    // R-EVAL-004: a window whose start a gap moves behind its end is not there on that day.
    (from < until).then(|| Placed {
        state: window.state(),
        from,
        until,
        name: name.to_owned(),
    })
}
