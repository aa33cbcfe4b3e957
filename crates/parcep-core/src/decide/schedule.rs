//! Windows: open or closed at an instant.
//!
//! Two ways lead to the same answer. Where the zone's offset stays put for days around the
//! instant, a table of the week is asked. Near a change of offset, on days with an exception, and
//! for the names of rules, [`super::dates`] turns every edge into an instant by the rules of the zone.

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

/// A stretch of a policy day, up to the next one.
#[derive(Debug)]
struct Segment {
    /// Seconds after the policy day began.
    from: i64,
    closed: bool,
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

    /// Whether the layer is closed at `day.at` (R-EVAL-020). By which rules,
    /// [`Schedule::closed_on_date`] tells.
    pub(super) fn closed(
        &self,
        clock: Clock<'_>,
        day: &Day,
        author: AuthorNumber,
        exceptions: &[Act<Exception>],
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
                segment.is_some_and(|segment| segment.closed)
            }
            _ => self.closed_on_date(clock, day, author, exceptions, |_| {}),
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

    /// What holds through one weekday when no offset changes. Its size and the work grow with the
    /// number of windows and not with its square, since a guardian chooses that number.
    fn segments(&self, weekday: usize, day_start: i64) -> Vec<Segment> {
        if self.windows.is_empty() {
            return Vec::new();
        }
        // Where a window of this day or the day before begins or ends: one more or one less.
        let mut edges: Vec<(i64, WindowState, i64)> = Vec::new();
        for window in &self.windows {
            let (start, end) = seconds_of_day(window.span, day_start);
            for (days_ago, bit) in [(0, weekday), (1, (weekday + 6) % 7)] {
                let from = (start - days_ago * DAY).max(0);
                let until = (end - days_ago * DAY).min(DAY);
                if window.is_on(bit) && from < until {
                    edges.extend([(from, window.state, 1), (until, window.state, -1)]);
                }
            }
        }
        edges.sort_unstable_by_key(|(at, ..)| *at);
        let mut edges = edges.into_iter().peekable();
        let (mut allows, mut blocks) = (0_i64, 0_i64);
        let mut segments: Vec<Segment> = Vec::new();
        let mut from = 0;
        while from < DAY {
            while let Some((_, state, change)) = edges.next_if(|(at, ..)| *at <= from) {
                match state {
                    WindowState::Allow => allows += change,
                    WindowState::Block => blocks += change,
                }
            }
            let closed = blocks > 0 || (self.has_allow && allows == 0);
            if segments.last().is_none_or(|before| before.closed != closed) {
                segments.push(Segment { from, closed });
            }
            from = edges.peek().map_or(DAY, |(at, ..)| *at);
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
