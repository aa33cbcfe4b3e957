//! Times, days and spans as a language writes them.

use super::{Language, Text, Voice};
use crate::policy::{LocalTime, Money, Weekday, Weekdays};
use jiff::Zoned;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset};

impl Voice {
    /// A length of time; below an hour with its seconds.
    #[must_use]
    pub fn span(self, seconds: u64) -> String {
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let parts: [(&str, &dyn std::fmt::Display); 3] =
            [("hours", &hours), ("minutes", &minutes), ("seconds", &rest)];
        let text = match (hours, minutes, rest) {
            (0, 0, 0) => Text::SpanNone,
            (0, 0, _) => Text::SpanSeconds,
            (0, 1, 0) => Text::SpanMinute,
            (0, _, 0) => Text::SpanMinutes,
            (0, ..) => Text::SpanMinutesSeconds,
            (_, 0, _) => Text::SpanHours,
            _ => Text::SpanHoursMinutes,
        };
        self.say(text, &parts)
    }

    /// A time of day.
    #[must_use]
    pub fn time(self, time: Time) -> String {
        let hour = match self.language {
            Language::English => format!("{:02}", time.hour()),
            Language::French => time.hour().to_string(),
        };
        let (minute, second) = (
            format!("{:02}", time.minute()),
            format!("{:02}", time.second()),
        );
        let text = match (time.minute(), time.second()) {
            (0, 0) => Text::TimeHour,
            (_, 0) => Text::Time,
            _ => Text::TimeSeconds,
        };
        self.say(
            text,
            &[("hour", &hour), ("minute", &minute), ("second", &second)],
        )
    }

    /// An amount of money, in the unit that people write.
    #[must_use]
    pub fn money(self, money: Money) -> String {
        let digits = money.currency.minor_digits();
        let Some(unit) = 10_u64.checked_pow(digits).filter(|_| digits > 0) else {
            return format!("{} {}", money.minor, money.currency);
        };
        let width = usize::try_from(digits).unwrap_or(0);
        let (whole, part) = (money.minor / unit, money.minor % unit);
        let part = format!("{part:0width$}");
        let parts: [(&str, &dyn std::fmt::Display); 3] = [
            ("whole", &whole),
            ("part", &part),
            ("currency", &money.currency),
        ];
        self.say(Text::Amount, &parts)
    }

    /// Weekday, date with its year, and time: "on Monday 23 November 2026 at 20:45".
    #[must_use]
    pub fn date_and_time(self, at: &Zoned) -> String {
        let (weekday, time) = (self.weekday_of(at.date()), self.clock(at));
        let date = self.date(at.date(), Date::ZERO);
        self.say(
            Text::MomentDate,
            &[("weekday", &weekday), ("date", &date), ("time", &time)],
        )
    }

    /// The time of day; where the clock shows it twice, with which of the two it is.
    #[must_use]
    pub fn clock(self, at: &Zoned) -> String {
        let time = self.time(at.time());
        match which(at) {
            Some(Which::First) => self.say(Text::TimeFirst, &[("time", &time)]),
            Some(Which::Second) => self.say(Text::TimeSecond, &[("time", &time)]),
            None => time,
        }
    }

    /// A time of day of a rule.
    #[must_use]
    pub fn local_time(self, time: LocalTime) -> String {
        let seconds = i64::from(time.seconds());
        let midnight = Time::midnight();
        let span = jiff::SignedDuration::from_secs(seconds);
        self.time(midnight.checked_add(span).unwrap_or(midnight))
    }

    /// "3 March"; with its year where it is not `near`'s.
    #[must_use]
    pub fn date(self, date: Date, near: Date) -> String {
        let day = match date.day() {
            1 => self.say(Text::FirstOfMonth, &[("day", &1)]),
            day => day.to_string(),
        };
        let month = self.text(month(date.month()));
        let year = date.year();
        let text = if year == near.year() {
            Text::Date
        } else {
            Text::DateYear
        };
        self.say(text, &[("day", &day), ("month", &month), ("year", &year)])
    }

    /// The name of a weekday.
    #[must_use]
    pub const fn weekday(self, day: Weekday) -> &'static str {
        self.text(match day {
            Weekday::Monday => Text::Monday,
            Weekday::Tuesday => Text::Tuesday,
            Weekday::Wednesday => Text::Wednesday,
            Weekday::Thursday => Text::Thursday,
            Weekday::Friday => Text::Friday,
            Weekday::Saturday => Text::Saturday,
            Weekday::Sunday => Text::Sunday,
        })
    }

    /// The name of a date's weekday.
    #[must_use]
    pub fn weekday_of(self, date: Date) -> &'static str {
        self.weekday(weekday_of(date))
    }

    /// "Monday to Friday", "every day", or the days one by one.
    #[must_use]
    pub fn weekdays(self, days: Weekdays) -> String {
        if days == Weekdays::ALL {
            return self.text(Text::DaysAll).to_owned();
        }
        if days == Weekdays::MONDAY_TO_FRIDAY {
            return self.text(Text::DaysWeek).to_owned();
        }
        let one = |day| self.say(Text::DaysOne, &[("weekday", &self.weekday(day))]);
        self.and(&days.iter().map(one).collect::<Vec<_>>())
    }

    /// When something is, seen from `now`: "today at 19:30", "tomorrow, Tuesday, at 07:00". Both are
    /// read on the clock of `then`'s zone. Where the clock shows that time twice, it says which.
    #[must_use]
    pub fn moment(self, then: &Zoned, now: &Zoned) -> String {
        let now = now.with_time_zone(then.time_zone().clone());
        self.moment_at(then.datetime(), &self.clock(then), now.date())
    }

    /// The first change of clocks after `now` and not after `then`, as a sentence.
    #[must_use]
    pub fn clock_change(self, then: &Zoned, now: &Zoned) -> Option<String> {
        let zone = then.time_zone();
        let mut changes = zone.following(now.timestamp());
        let (change, before, after) = changes.find_map(|change| {
            let last = change.timestamp() - jiff::SignedDuration::from_secs(1);
            let (before, after) = (zone.to_offset(last), change.offset());
            let late = change.timestamp() > then.timestamp();
            (late || before != after).then_some((change.timestamp(), before, after))
        })?;
        if change > then.timestamp() {
            return None;
        }
        let old_clock = before.to_datetime(change);
        let today = now.with_time_zone(zone.clone()).date();
        let moment = self.moment_at(old_clock, &self.time(old_clock.time()), today);
        let seconds = i64::from(after.seconds()) - i64::from(before.seconds());
        let text = if seconds > 0 {
            Text::ClocksForward
        } else {
            Text::ClocksBack
        };
        let span = self.span(seconds.unsigned_abs());
        Some(self.say(text, &[("moment", &moment), ("span", &span)]))
    }

    fn moment_at(self, then: DateTime, time: &str, today: Date) -> String {
        let date = then.date();
        let days = today.until(date).map_or(i32::MAX, |span| span.get_days());
        let text = match days {
            0 => Text::MomentToday,
            1 => Text::MomentTomorrow,
            2..=6 => Text::MomentWeekday,
            _ => Text::MomentDate,
        };
        let weekday = self.weekday_of(date);
        let date = self.date(date, today);
        self.say(
            text,
            &[("weekday", &weekday), ("date", &date), ("time", &time)],
        )
    }
}

fn weekday_of(date: Date) -> Weekday {
    let index = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
    Weekday::ALL.get(index).copied().unwrap_or_default()
}

/// Which of two passes of the clock.
enum Which {
    First,
    Second,
}

fn which(at: &Zoned) -> Option<Which> {
    let ambiguous = at.time_zone().to_ambiguous_timestamp(at.datetime());
    let AmbiguousOffset::Fold { before, .. } = ambiguous.offset() else {
        return None;
    };
    let own: Offset = at.offset();
    Some(if own == before {
        Which::First
    } else {
        Which::Second
    })
}

const fn month(number: i8) -> Text {
    match number {
        1 => Text::MonthJanuary,
        2 => Text::MonthFebruary,
        3 => Text::MonthMarch,
        4 => Text::MonthApril,
        5 => Text::MonthMay,
        6 => Text::MonthJune,
        7 => Text::MonthJuly,
        8 => Text::MonthAugust,
        9 => Text::MonthSeptember,
        10 => Text::MonthOctober,
        11 => Text::MonthNovember,
        _ => Text::MonthDecember,
    }
}
