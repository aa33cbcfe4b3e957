//! Slow and simple answers to compare with: the policy day, windows, and the next change.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use parcep_core::decide::{Effect, Period, Reason, Usage, UsageRow, UsageTarget, decide};
use parcep_core::policy::{BudgetTarget, LayerAuthor, Profile, Weekday, WindowState};

use crate::scene::{Dice, Scene, scene};

/// A scene's calendar, straight from the zone rules.
struct Calendar {
    zone: TimeZone,
    start: Time,
    week_start: Weekday,
}

impl Calendar {
    fn new(profile: &Profile) -> Self {
        let zone = TimeZoneDatabase::bundled()
            .get(profile.zone.as_str())
            .unwrap();
        Self {
            zone,
            start: time(profile.day_start.seconds()),
            week_start: profile.week_start,
        }
    }

    fn at(&self, date: Date, time: Time) -> Timestamp {
        self.zone
            .to_ambiguous_timestamp(date.to_datetime(time))
            .compatible()
            .unwrap()
    }

    /// The policy day: the latest date whose start is not after `at`.
    fn day(&self, at: Timestamp) -> Date {
        let mut date = self.zone.to_datetime(at).date().tomorrow().unwrap();
        while self.at(date, self.start) > at {
            date = date.yesterday().unwrap();
        }
        date
    }

    /// First day of the policy week of a policy day.
    fn week(&self, mut day: Date) -> Date {
        let first = self.week_start.index() as i8;
        while day.weekday().to_monday_zero_offset() != first {
            day = day.yesterday().unwrap();
        }
        day
    }
}

fn time(seconds: u32) -> Time {
    let part = |of: u32| i8::try_from(of).unwrap();
    Time::constant(
        part(seconds / 3600),
        part(seconds / 60 % 60),
        part(seconds % 60),
        0,
    )
}

/// Whether the windows of a scene's only layer are closed at `at`, by looking at every window of
/// every date nearby.
fn closed(scene: &Scene, calendar: &Calendar, at: Timestamp) -> bool {
    let today = calendar.day(at);
    let (mut allowed, mut any_allow, mut blocked) = (false, false, false);
    let windows = scene.layers[0].schedule.windows.iter();
    for window in windows.filter(|window| window.target == BudgetTarget::Overall) {
        any_allow |= window.state == WindowState::Allow;
        for back in 0..4 {
            let date = today.checked_sub(jiff::Span::new().days(back)).unwrap();
            let weekday = Weekday::ALL[date.weekday().to_monday_zero_offset() as usize];
            if !window.days.contains(weekday) {
                continue;
            }
            let next = date.tomorrow().unwrap();
            let (start, end) = match window.span.edges() {
                None => (
                    calendar.at(date, calendar.start),
                    calendar.at(next, calendar.start),
                ),
                Some((start, end)) => {
                    let on = if time(start.seconds()) < calendar.start {
                        next
                    } else {
                        date
                    };
                    let until = if end < start {
                        on.tomorrow().unwrap()
                    } else {
                        on
                    };
                    (
                        calendar.at(on, time(start.seconds())),
                        calendar.at(until, time(end.seconds())),
                    )
                }
            };
            let inside = start <= at && at < end;
            allowed |= inside && window.state == WindowState::Allow;
            blocked |= inside && window.state == WindowState::Block;
        }
    }
    blocked || (any_allow && !allowed)
}

#[test]
fn windows_agree_with_a_look_at_every_window_near_every_minute() {
    for seed in 0..400 {
        let mut scene = scene(seed).plain();
        scene.layers.truncate(1);
        scene.layers[0].budgets.budgets.clear();
        scene.overrides.clear();
        scene.custody.clear();
        scene.action = "device".to_owned();
        let calendar = Calendar::new(&scene.profile);
        let policy = scene.compiled();
        let mut dice = Dice(seed ^ 0xdead_beef);
        let begin = scene.at.as_second() - 2 * 86_400;
        for _ in 0..60 {
            scene.at = Timestamp::from_second(begin + dice.roll(4 * 86_400) as i64).unwrap();
            let (effect, _) = scene.effect(&policy);
            let expected = if closed(&scene, &calendar, scene.at) {
                Effect::Deny
            } else {
                Effect::Allow
            };
            assert_eq!(
                effect, expected,
                "seed {seed} at {}: {:?}",
                scene.at, scene.layers[0].schedule
            );
        }
    }
}

/// The next change and the remaining time by trying every step of `step` seconds: the effect is
/// asked anew each time, with usage that has grown if the use was allowed.
pub(crate) fn stepped(scene: &Scene, step: i64) -> (Option<Timestamp>, Option<u64>) {
    let calendar = Calendar::new(&scene.profile);
    let policy = scene.compiled();
    scene.with_context(|context, usage| {
        let first = decide(&policy, usage, context).effect();
        let using = first == Effect::Allow;
        let mut rows = filled(&scene.usage);
        let mut usage = Usage::from_rows(rows.clone()).unwrap();
        let (mut later, mut day) = (*context, calendar.day(scene.at));
        for passed in 1..=(8 * 86_400 / step) {
            later.now = Timestamp::from_second(scene.at.as_second() + passed * step).unwrap();
            let today = calendar.day(later.now);
            if using {
                spend(scene, &mut rows, step as u64);
            }
            if today != day {
                rows.retain(|row| row.period != Period::Day);
                if calendar.week(today) != calendar.week(day) {
                    rows.retain(|row| row.period != Period::Week);
                }
                if (today.year(), today.month()) != (day.year(), day.month()) {
                    rows.retain(|row| row.period != Period::Month);
                }
            }
            if using || today != day {
                usage = Usage::from_rows(rows.clone()).unwrap();
                day = today;
            }
            let decision = decide(&policy, &usage, &later);
            if decision.effect() != first {
                let timed = matches!(decision.reason(), Reason::Window | Reason::Budget);
                let within = using && timed && today == calendar.day(scene.at);
                return (
                    Some(later.now),
                    within.then(|| u64::try_from(passed * step).unwrap()),
                );
            }
        }
        (None, None)
    })
}

/// Of everybody and of each author with rows of their own: a week and a month hold at least what
/// the day holds.
fn filled(usage: &[UsageRow]) -> Vec<UsageRow> {
    let amount = |row: &UsageRow| row.seconds.or(row.minor);
    let mut filled: Vec<UsageRow> = Vec::new();
    for row in usage {
        let of = |author: &Option<LayerAuthor>, period| {
            let mut rows = usage.iter();
            let found = rows.find(|other| {
                (&other.target, other.period, &other.author) == (&row.target, period, author)
            });
            found.and_then(amount)
        };
        // A row of their own, else everybody's.
        let told = |period| of(&row.author, period).or_else(|| of(&None, period));
        let day = told(Period::Day).unwrap_or(0);
        for period in [Period::Day, Period::Week, Period::Month] {
            let spent = told(period).unwrap_or(0).max(day);
            let mut whole = UsageRow::new(row.target.clone(), period, spent);
            whole.author.clone_from(&row.author);
            if !filled.contains(&whole) {
                filled.push(whole);
            }
        }
    }
    filled
}

/// Adds `seconds` to every row that this action's use is part of.
fn spend(scene: &Scene, rows: &mut Vec<UsageRow>, seconds: u64) {
    let (kind, what) = scene.action.split_once(':').unwrap_or((&scene.action, ""));
    let mut targets = match kind {
        "device" | "app" | "host" | "content" => vec!["device".to_owned()],
        "feature" => vec![scene.action.clone()],
        _ => return,
    };
    if matches!(kind, "app" | "host" | "content") {
        let categories = scene.categories.iter();
        targets.extend(categories.map(|category| format!("category:{category}")));
    }
    match (kind, what.split_once('.')) {
        ("app", _) => targets.push(scene.action.clone()),
        ("feature", Some((outer, _))) => targets.push(format!("feature:{outer}")),
        _ => {}
    }
    for target in targets {
        let target: UsageTarget = target.parse().unwrap();
        for period in [Period::Day, Period::Week] {
            let is_it = |row: &UsageRow| row.target == target && row.period == period;
            if !rows.iter().any(|row| is_it(row) && row.author.is_none()) {
                rows.push(UsageRow::new(target.clone(), period, 0));
            }
            for row in rows.iter_mut().filter(|row| is_it(row)) {
                row.seconds = row.seconds.map(|spent| spent + seconds);
            }
        }
    }
}
