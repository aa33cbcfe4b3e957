//! Slow and simple answers to compare with: the policy day, windows, and the next change.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use parcep_core::decide::{Effect, Period, Reason, UsageRow, UsageTarget};
use parcep_core::policy::{Profile, Weekday, WindowState};

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
    for window in &scene.layers[0].schedule.windows {
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
        let mut scene = scene(seed);
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
    let (policy, first) = (scene.compiled(), scene.answer());
    let using = first.effect == Effect::Allow;
    let (mut later, mut day) = (scene.clone(), calendar.day(scene.at));
    fill_weeks(&mut later.usage);
    let mut ended: Option<u64> = None;
    for passed in 1..=(8 * 86_400 / step) {
        later.at = Timestamp::from_second(scene.at.as_second() + passed * step).unwrap();
        let today = calendar.day(later.at);
        if using {
            spend(&mut later, step as u64);
        }
        if today != day {
            later.usage.retain(|row| row.period != Period::Day);
            if calendar.week(today) != calendar.week(day) {
                later.usage.retain(|row| row.period != Period::Week);
            }
            if (today.year(), today.month()) != (day.year(), day.month()) {
                later.usage.retain(|row| row.period != Period::Month);
            }
            day = today;
        }
        let (effect, reason) = later.effect(&policy);
        if effect != first.effect {
            let timed = matches!(reason, Reason::Window | Reason::Budget);
            if using && timed && today == calendar.day(scene.at) {
                ended = Some((passed * step) as u64);
            }
            return (Some(later.at), ended);
        }
    }
    (None, ended)
}

/// Gives every target a row for its week, which holds at least what its day holds.
fn fill_weeks(usage: &mut Vec<UsageRow>) {
    for day in usage
        .clone()
        .into_iter()
        .filter(|row| row.period == Period::Day)
    {
        let same = |row: &&mut UsageRow| row.target == day.target && row.period == Period::Week;
        match usage.iter_mut().find(same) {
            Some(week) => week.seconds = week.seconds.max(day.seconds),
            None => usage.push(UsageRow {
                period: Period::Week,
                ..day
            }),
        }
    }
}

/// Adds `seconds` to every row that this action's use is part of.
fn spend(scene: &mut Scene, seconds: u64) {
    let kind = scene.action.split(':').next().unwrap();
    if !matches!(kind, "device" | "app" | "host" | "content") {
        return;
    }
    let mut targets = vec!["device".to_owned()];
    targets.extend(
        scene
            .categories
            .iter()
            .map(|category| format!("category:{category}")),
    );
    if kind == "app" {
        targets.push(scene.action.clone());
    }
    for target in targets {
        let target: UsageTarget = target.parse().unwrap();
        for period in [Period::Day, Period::Week] {
            let found = scene
                .usage
                .iter_mut()
                .find(|r| r.target == target && r.period == period);
            match found {
                Some(row) => row.seconds = row.seconds.map(|spent| spent + seconds),
                None => {
                    let target = target.clone();
                    scene.usage.push(UsageRow::new(target, period, seconds));
                }
            }
        }
    }
}
