//! Windows: open or closed at an instant.
//!
//! Two ways lead to the same answer. Where the zone's offset stays put for days around the
//! instant, a table of the week is asked. Near a change of offset, and on days with an exception,
//! [`super::dates`] turns every edge into an instant by the rules of the zone.

use std::collections::BTreeSet;

use super::acts::{Act, Exception};
use super::by_target::ByTarget;
use super::clock::{Clock, Day};
use super::names::{AuthorNumber, RuleNumber};
use crate::policy::{BudgetTarget, ScheduleSection, WindowSpan, WindowState};
use crate::zones::DAY;

/// The windows of one layer on one target.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    /// The windows on everything, which date exceptions are about (R-EVAL-045).
    pub(super) on_everything: bool,
    pub(super) windows: Vec<CompiledWindow>,
    /// The layer blocks the time outside its ALLOW windows.
    pub(super) has_allow: bool,
    /// For each weekday, Monday first: from which second of the policy day on what holds.
    week: [Vec<Segment>; 7],
}

#[derive(Debug, Clone, Copy)]
pub(super) struct CompiledWindow {
    pub(super) rule: RuleNumber,
    pub(super) state: WindowState,
    /// Monday is the least bit.
    days: u8,
    pub(super) span: Span,
}

impl CompiledWindow {
    /// Whether it starts on policy days of this weekday.
    pub(super) const fn is_on(&self, weekday: usize) -> bool {
        self.days >> weekday & 1 == 1
    }
}

/// A span in local times of day; `None` is the whole policy day.
pub(super) type Span = Option<(i64, i64)>;

#[derive(Debug)]
struct Segment {
    from: i64,
    /// The rules that close it; `None` when it is open.
    closed_by: Option<Box<[RuleNumber]>>,
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
                let has_begun = |segment: &Segment| segment.from <= second;
                // A day has a handful: counting them needs no jump that the processor could guess
                // wrong, as halving does.
                let next = if segments.len() <= 16 {
                    segments
                        .iter()
                        .map(|segment| usize::from(has_begun(segment)))
                        .sum()
                } else {
                    segments.partition_point(has_begun)
                };
                let segment = next.checked_sub(1).and_then(|at| segments.get(at));
                let closed_by = segment.and_then(|segment| segment.closed_by.as_deref());
                closed_by
                    .unwrap_or_default()
                    .iter()
                    .for_each(|rule| note(*rule));
                closed_by.is_some()
            }
            _ => self.closed_on_date(clock, day, author, exceptions, note),
        }
    }

    /// The ALLOW rules that a closed time outside them is due to: those of the day, else all.
    pub(super) fn allow_rules(&self, weekday: usize) -> impl Iterator<Item = RuleNumber> {
        let is_allow = |window: &&CompiledWindow| window.state == WindowState::Allow;
        let allow = move || self.windows.iter().filter(is_allow);
        let none_today = !allow().any(|window| window.is_on(weekday));
        let these = allow().filter(move |window| none_today || window.is_on(weekday));
        these.map(|window| window.rule)
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
                if window.is_on(bit) && end - days_ago * DAY > 0 {
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
                Some(self.allow_rules(weekday).collect())
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

pub(super) fn span_of(span: WindowSpan) -> Span {
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
