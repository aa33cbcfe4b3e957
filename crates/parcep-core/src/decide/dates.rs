//! Windows on dates: the exact way, near a change of offset and where exceptions are.

use super::acts::{Act, Exception, When};
use super::clock::{Clock, Day};
use super::names::{AuthorNumber, RuleNumber};
use super::schedule::{Schedule, Span, span_of};
use crate::policy::{DateChange, WindowState};
use crate::zones::{Zone, weekday_of};

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
    /// Tells `note` what closes the schedule; returns whether anything does (R-EVAL-020).
    pub(super) fn closed_on_date(
        &self,
        clock: Clock<'_>,
        day: &Day,
        author: AuthorNumber,
        exceptions: &[Act<Exception>],
        mut note: impl FnMut(RuleNumber),
    ) -> bool {
        let exceptions = if self.on_everything { exceptions } else { &[] };
        let when = When::new(clock.known, day.at);
        let live = |number: i64| {
            let mut of_date = on_date(exceptions, author, number);
            of_date.find(|act| act.gives(&when))
        };
        let (mut blocked, mut open) = (false, false);
        // Where a gap moves the start of a policy day, a window of its date may come before it.
        for number in (day.number - 2)..=(day.number + 1) {
            self.each_on_date(clock, number, live(number), |window| {
                if window.start <= day.at && day.at < window.end {
                    match window.state {
                        WindowState::Allow => open = true,
                        WindowState::Block => {
                            blocked = true;
                            note(window.by);
                        }
                    }
                }
            });
        }
        if blocked || open {
            return blocked;
        }
        let exception = live(day.number);
        if let Some(act) = exception
            && let DateChange::Replace { windows } = &act.what.change
        {
            let mut states = windows.iter().map(|window| window.state);
            let needs_allow = states.any(|state| state == WindowState::Allow);
            if needs_allow {
                note(act.name);
            }
            return needs_allow;
        }
        if self.has_allow {
            self.allow_rules(day.weekday).for_each(note);
        }
        self.has_allow
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
            let excepted = on_date(exceptions, author, number).map(Some);
            for exception in excepted.chain([None]) {
                self.each_on_date(clock, number, exception, |window| {
                    edges.extend([window.start, window.end]);
                });
            }
        }
    }

    /// Shows `look` the windows that begin on one policy day, with its exception if there is one
    /// (R-EVAL-045).
    fn each_on_date(
        &self,
        clock: Clock<'_>,
        number: i64,
        exception: Option<&Act<Exception>>,
        mut look: impl FnMut(DayWindow),
    ) {
        let place = |by, state, span| {
            let (start, end) = instants(clock, number, span);
            DayWindow {
                by,
                state,
                start,
                end,
            }
        };
        let weekday = weekday_of(number);
        let today = || {
            let of_day = self.windows.iter().filter(|window| window.is_on(weekday));
            of_day.map(|window| place(window.rule, window.state, window.span))
        };
        match exception.map(|act| (act.name, &act.what.change)) {
            None => today().for_each(look),
            Some((by, DateChange::Replace { windows })) => {
                let placed = windows
                    .iter()
                    .map(|window| place(by, window.state, span_of(window.span)));
                placed.for_each(look);
            }
            Some((_, DateChange::ExtendLastWindow { until })) => {
                // A window that a gap swallows is not there to be extended (R-EVAL-004).
                let allow = today().enumerate().filter(|(_, window)| {
                    window.state == WindowState::Allow && window.start < window.end
                });
                let last = allow.max_by_key(|(_, window)| (window.start, window.end));
                let last = last.map(|(at, _)| at);
                for (at, mut window) in today().enumerate() {
                    if Some(at) == last {
                        let until = i64::from(until.seconds());
                        let extended = first_after(clock.zone, window.start, until);
                        window.end = window.end.max(extended);
                    }
                    look(window);
                }
            }
        }
    }
}

/// The exceptions of an author for one date.
fn on_date(
    exceptions: &[Act<Exception>],
    author: AuthorNumber,
    number: i64,
) -> impl Iterator<Item = &Act<Exception>> {
    let fits = move |act: &&Act<Exception>| act.author == author && act.what.date == number;
    exceptions.iter().filter(fits)
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
