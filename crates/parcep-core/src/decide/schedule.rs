//! Windows: open or closed at an instant.
//!
//! Two ways lead to the same answer. Where the zone's offset stays put for days around the
//! instant, a table of the week is asked. Near a change of offset, and on days with an exception,
//! every edge is turned into an instant by the rules of the zone.

use std::collections::BTreeSet;

use super::acts::{Act, Exception};
use super::by_target::ByTarget;
use super::clock::{Clock, Day};
use super::names::{AuthorNumber, RuleNumber};
use crate::policy::{BudgetTarget, DateChange, ScheduleSection, WindowSpan, WindowState};
use crate::zones::{DAY, Zone, weekday_of};

/// The windows of one layer on one target.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    /// The windows on everything, which date exceptions are about (R-EVAL-045).
    on_everything: bool,
    windows: Vec<CompiledWindow>,
    /// The layer blocks the time outside its ALLOW windows.
    has_allow: bool,
    /// For each weekday, Monday first: from which second of the policy day on what holds.
    week: [Vec<Segment>; 7],
}

#[derive(Debug, Clone, Copy)]
struct CompiledWindow {
    rule: RuleNumber,
    state: WindowState,
    days: u8,
    span: Span,
}

/// A span in local times of day; `None` is the whole policy day.
type Span = Option<(i64, i64)>;

#[derive(Debug)]
struct Segment {
    from: i64,
    /// The rules that close it; `None` when it is open.
    closed_by: Option<Box<[RuleNumber]>>,
}

/// A window on one date, as instants.
#[derive(Debug, Clone, Copy)]
struct DayWindow {
    /// Its rule, or the exception that put it there.
    by: RuleNumber,
    state: WindowState,
    start: i64,
    end: i64,
}

impl Schedule {
    /// The windows of a layer by target.
    pub(super) fn compile(
        section: &ScheduleSection,
        day_start: i64,
        mut name: impl FnMut(&str) -> RuleNumber,
    ) -> ByTarget<Self> {
        let mut by_target = ByTarget::<Self>::default();
        for window in &section.windows {
            let schedule = by_target.entry(&window.target);
            schedule.windows.push(CompiledWindow {
                rule: name(window.id.as_str()),
                state: window.state,
                days: window.days.bits(),
                span: span_of(window.span),
            });
        }
        by_target.entry(&BudgetTarget::Overall).on_everything = true;
        for schedule in by_target.all_mut() {
            schedule.lay_out(day_start);
        }
        by_target
    }

    /// The table of the week, once all windows are there.
    fn lay_out(&mut self, day_start: i64) {
        let is_allow = |window: &CompiledWindow| window.state == WindowState::Allow;
        self.has_allow = self.windows.iter().any(is_allow);
        for weekday in 0..7 {
            let segments = self.segments(weekday, day_start);
            if let Some(day) = self.week.get_mut(weekday) {
                *day = segments;
            }
        }
    }

    /// Whether the layer's author wrote a window here.
    pub(super) const fn has_windows(&self) -> bool {
        !self.windows.is_empty()
    }

    /// Tells `note` what closes the layer at `day.at`; returns whether anything does
    /// (R-EVAL-020).
    pub(super) fn closed(
        &self,
        clock: Clock<'_>,
        day: &Day,
        author: AuthorNumber,
        exceptions: &[Act<Exception>],
        mut note: impl FnMut(RuleNumber),
    ) -> bool {
        let excepted =
            |act: &Act<Exception>| act.author == author && near(act.what.date, day.number);
        let plain =
            exceptions.is_empty() || !self.on_everything || !exceptions.iter().any(excepted);
        if plain && self.windows.is_empty() {
            return false;
        }
        match day.steady {
            Some(second) if plain => {
                let segments = self.week.get(day.weekday).map_or(&[][..], Vec::as_slice);
                let next = segments.partition_point(|segment| segment.from <= second);
                let segment = next.checked_sub(1).and_then(|at| segments.get(at));
                let closed_by = segment.and_then(|segment| segment.closed_by.as_deref());
                closed_by
                    .unwrap_or_default()
                    .iter()
                    .for_each(|rule| note(*rule));
                closed_by.is_some()
            }
            _ => {
                let closed_by = self.closed_by_rule(clock, day, author, exceptions);
                closed_by.iter().for_each(|by| note(*by));
                !closed_by.is_empty()
            }
        }
    }

    /// The exact way. Empty when open.
    fn closed_by_rule(
        &self,
        clock: Clock<'_>,
        day: &Day,
        author: AuthorNumber,
        exceptions: &[Act<Exception>],
    ) -> Vec<RuleNumber> {
        let live = |number: i64| {
            let fits = |act: &&Act<Exception>| {
                act.author == author && act.what.date == number && act.live(day.at)
            };
            let exceptions = exceptions.iter().filter(|_| self.on_everything);
            exceptions.into_iter().find(fits)
        };
        // Where a gap moves the start of a policy day, a window of its date may come before it.
        let dates = (day.number - 2)..=(day.number + 1);
        let windows: Vec<_> = dates
            .flat_map(|number| self.on_date(clock, number, live(number)))
            .collect();
        let inside = |window: &&DayWindow| window.start <= day.at && day.at < window.end;
        let of = |state: WindowState| windows.iter().filter(move |window| window.state == state);
        let blocks: BTreeSet<_> = of(WindowState::Block)
            .filter(inside)
            .map(|window| window.by)
            .collect();
        if !blocks.is_empty() {
            return blocks.into_iter().collect();
        }
        let replaced = live(day.number).and_then(|act| match &act.what.change {
            DateChange::Replace { windows } => Some((act, windows)),
            DateChange::ExtendLastWindow { .. } => None,
        });
        let needs_allow = replaced.map_or(self.has_allow, |(_, windows)| {
            windows
                .iter()
                .any(|window| window.state == WindowState::Allow)
        });
        if !needs_allow || of(WindowState::Allow).any(|window| inside(&window)) {
            return Vec::new();
        }
        if let Some((act, _)) = replaced {
            return vec![act.name];
        }
        self.allow_rules(day.weekday).into_iter().collect()
    }

    /// The ALLOW rules that a closed time outside them is due to: those of the day, else all.
    fn allow_rules(&self, weekday: usize) -> BTreeSet<RuleNumber> {
        let allow = || {
            self.windows
                .iter()
                .filter(|window| window.state == WindowState::Allow)
        };
        let today: BTreeSet<_> = allow()
            .filter(|window| window.days >> weekday & 1 == 1)
            .map(|w| w.rule)
            .collect();
        if today.is_empty() {
            allow().map(|window| window.rule).collect()
        } else {
            today
        }
    }

    /// The windows that begin on one policy day, with its exception if there is one.
    fn on_date(
        &self,
        clock: Clock<'_>,
        number: i64,
        exception: Option<&Act<Exception>>,
    ) -> Vec<DayWindow> {
        let place = |by, state, span| {
            let (start, end) = instants(clock, number, span);
            DayWindow {
                by,
                state,
                start,
                end,
            }
        };
        if let Some(act) = exception
            && let DateChange::Replace { windows } = &act.what.change
        {
            let by = act.name;
            let of =
                |window: &crate::policy::DayWindow| place(by, window.state, span_of(window.span));
            return windows.iter().map(of).collect();
        }
        let weekday = weekday_of(number);
        let today = self
            .windows
            .iter()
            .filter(|window| window.days >> weekday & 1 == 1);
        let mut windows: Vec<_> = today
            .map(|window| place(window.rule, window.state, window.span))
            .collect();
        if let Some(act) = exception
            && let DateChange::ExtendLastWindow { until } = &act.what.change
        {
            let allow = windows
                .iter_mut()
                .filter(|window| window.state == WindowState::Allow);
            if let Some(last) = allow.max_by_key(|window| (window.start, window.end)) {
                last.end = last.end.max(first_after(
                    clock.zone,
                    last.start,
                    i64::from(until.seconds()),
                ));
            }
        }
        windows
    }

    /// Every instant at which a window begins or ends, from two days before `from` to the day after
    /// `until`, whether or not exceptions are live.
    pub(super) fn edges(
        &self,
        clock: Clock<'_>,
        author: AuthorNumber,
        exceptions: &[Act<Exception>],
        (from, until): (i64, i64),
        edges: &mut Vec<i64>,
    ) {
        let exceptions = if self.on_everything { exceptions } else { &[] };
        if self.windows.is_empty() && exceptions.is_empty() {
            return;
        }
        for number in (clock.day(from).number - 2)..=(clock.day(until).number + 1) {
            let of_date = |act: &&Act<Exception>| act.author == author && act.what.date == number;
            let excepted = exceptions.iter().filter(of_date).map(Some);
            for exception in excepted.chain([None]) {
                let windows = self.on_date(clock, number, exception);
                edges.extend(windows.iter().flat_map(|window| [window.start, window.end]));
            }
        }
    }

    /// What holds through one weekday when no offset changes.
    fn segments(&self, weekday: usize, day_start: i64) -> Vec<Segment> {
        if self.windows.is_empty() {
            return Vec::new();
        }
        let mut today = Vec::new();
        for window in &self.windows {
            let (start, end) = seconds_of_day(window.span, day_start);
            for (days_ago, bit) in [(0, weekday), (1, (weekday + 6) % 7)] {
                if window.days >> bit & 1 == 1 && end - days_ago * DAY > 0 {
                    today.push((*window, start - days_ago * DAY, end - days_ago * DAY));
                }
            }
        }
        let edges = today.iter().flat_map(|(_, start, end)| [*start, *end]);
        let mut edges: BTreeSet<i64> = edges.filter(|edge| (0..DAY).contains(edge)).collect();
        edges.insert(0);
        let mut segments: Vec<Segment> = Vec::new();
        for from in edges {
            let inside = |state: WindowState| {
                let covers = move |entry: &&(CompiledWindow, i64, i64)| {
                    entry.0.state == state && entry.1 <= from && from < entry.2
                };
                today.iter().filter(covers).map(|entry| entry.0.rule)
            };
            let blocks: BTreeSet<_> = inside(WindowState::Block).collect();
            let closed_by = if !blocks.is_empty() {
                Some(blocks)
            } else if self.has_allow && inside(WindowState::Allow).next().is_none() {
                Some(self.allow_rules(weekday))
            } else {
                None
            };
            let closed_by = closed_by.map(|rules| rules.into_iter().collect());
            segments.push(Segment { from, closed_by });
        }
        segments
    }
}

/// Whether an exception's date can matter to a policy day.
const fn near(date: i64, number: i64) -> bool {
    number - 2 <= date && date <= number
}

fn span_of(span: WindowSpan) -> Span {
    span.edges()
        .map(|(start, end)| (i64::from(start.seconds()), i64::from(end.seconds())))
}

/// Start and end in seconds after the policy day began, on a day without a change of offset.
const fn seconds_of_day(span: Span, day_start: i64) -> (i64, i64) {
    match span {
        None => (0, DAY),
        Some((start, end)) => {
            let begin = (start - day_start).rem_euclid(DAY);
            (begin, begin + (end - start).rem_euclid(DAY))
        }
    }
}

/// Start and end of a window that begins on a policy day (R-EVAL-004, R-EVAL-021). A window that a
/// gap swallows ends before it starts, and so is never open.
fn instants(clock: Clock<'_>, number: i64, span: Span) -> (i64, i64) {
    match span {
        None => (clock.begins(number), clock.begins(number + 1)),
        Some((start, end)) => {
            let date = if start >= clock.day_start {
                number
            } else {
                number + 1
            };
            let end_date = if end > start { date } else { date + 1 };
            (
                clock.zone.instant(date, start),
                clock.zone.instant(end_date, end),
            )
        }
    }
}

/// The first instant after `start` at which the clock shows `time`.
fn first_after(zone: &Zone, start: i64, time: i64) -> i64 {
    let (date, _) = zone.local(start);
    let same_date = zone.instant(date, time);
    if same_date > start {
        same_date
    } else {
        zone.instant(date + 1, time)
    }
}
