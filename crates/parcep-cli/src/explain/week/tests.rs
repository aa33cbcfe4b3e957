use super::clock::{Arc, Dial, Lane};
use jiff::civil::{Date, Time, date};
use jiff::tz::TimeZone;

fn dial_from(zone: &str, day: Date, start: Time) -> Dial {
    Dial::of(day, start, &TimeZone::get(zone).unwrap()).unwrap()
}

fn dial(zone: &str, day: Date) -> Dial {
    dial_from(zone, day, Time::midnight())
}

fn all(dial: &Dial) -> Vec<Arc> {
    dial.arcs(dial.begins, dial.ends)
}

fn arc(from: i64, until: i64, lane: Lane) -> Arc {
    Arc { from, until, lane }
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

#[test]
fn an_hour_that_is_skipped_stays_empty() {
    let spring = dial("Europe/Berlin", date(2026, 3, 29));
    assert_eq!(spring.seconds(), 23 * HOUR);
    let whole = [
        arc(0, 2 * HOUR, Lane::Whole),
        arc(3 * HOUR, DAY, Lane::Whole),
    ];
    assert_eq!(all(&spring), whole);
    let [jump] = spring.jumps().try_into().unwrap();
    assert_eq!(
        (jump.seconds, jump.from, jump.until),
        (HOUR, 2 * HOUR, 3 * HOUR)
    );
    assert_eq!(jump.shows.time(), Time::constant(2, 0, 0, 0));
}

#[test]
fn an_hour_that_comes_twice_has_two_lanes() {
    let autumn = dial("Europe/Berlin", date(2026, 10, 25));
    assert_eq!(autumn.seconds(), 25 * HOUR);
    let whole = [
        arc(0, 2 * HOUR, Lane::Whole),
        arc(2 * HOUR, 3 * HOUR, Lane::First),
        arc(2 * HOUR, 3 * HOUR, Lane::Second),
        arc(3 * HOUR, DAY, Lane::Whole),
    ];
    assert_eq!(all(&autumn), whole);
    let [jump] = autumn.jumps().try_into().unwrap();
    assert_eq!(
        (jump.seconds, jump.from, jump.until),
        (-HOUR, 2 * HOUR, 3 * HOUR)
    );
    // Half an hour on Lord Howe Island.
    let autumn = dial("Australia/Lord_Howe", date(2026, 4, 5));
    assert_eq!(autumn.seconds(), 24 * HOUR + HOUR / 2);
    assert_eq!(
        autumn.jumps().first().map(|jump| jump.seconds),
        Some(-HOUR / 2)
    );
}

#[test]
fn a_date_that_the_calendar_skips_is_an_empty_day() {
    let dropped = dial("Pacific/Apia", date(2011, 12, 30));
    assert_eq!((dropped.seconds(), all(&dropped)), (0, Vec::new()));
    assert!(dropped.jumps().is_empty());
}

#[test]
fn a_gap_at_midnight_takes_from_the_day_that_it_begins() {
    let spring = dial("Africa/Cairo", date(2026, 4, 24));
    assert_eq!(spring.seconds(), 23 * HOUR);
    assert_eq!(all(&spring), [arc(HOUR, DAY, Lane::Whole)]);
    assert_eq!(spring.jumps().first().map(|jump| jump.seconds), Some(HOUR));
}

#[test]
fn clocks_that_go_back_over_midnight_reach_above_the_dial() {
    let autumn = dial("America/St_Johns", date(2006, 10, 29));
    assert_eq!(autumn.seconds(), 25 * HOUR);
    assert_eq!(autumn.reach(), (-HOUR + 60, DAY));
}

#[test]
fn a_day_that_begins_in_the_morning_has_its_night_at_the_end() {
    let day = dial_from(
        "Europe/Berlin",
        date(2026, 10, 24),
        Time::constant(6, 0, 0, 0),
    );
    assert_eq!((day.seconds(), day.clock_start()), (25 * HOUR, 6 * HOUR));
    let doubled = all(&day).into_iter().find(|arc| arc.lane == Lane::First);
    assert_eq!(doubled, Some(arc(20 * HOUR, 21 * HOUR, Lane::First)));
}

#[test]
fn what_stands_on_a_dial_is_as_long_as_the_day_in_every_zone() {
    let zones = [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Antarctica/Troll",
        "Pacific/Chatham",
        "Africa/Casablanca",
        "Africa/Cairo",
        "Europe/Dublin",
        "America/St_Johns",
        "America/Nuuk",
        "America/Havana",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Asia/Tokyo",
    ];
    let mut odd = 0;
    for zone in zones {
        for day in date(2026, 1, 1).series(jiff::Span::new().days(1)).take(365) {
            let dial = dial(zone, day);
            let arcs = all(&dial);
            let length = |arc: &Arc| arc.until - arc.from;
            let of = |lane| {
                arcs.iter()
                    .filter(|arc| arc.lane == lane)
                    .map(length)
                    .sum::<i64>()
            };
            assert_eq!(
                arcs.iter().map(length).sum::<i64>(),
                dial.seconds(),
                "{zone} {day}"
            );
            assert_eq!(of(Lane::First), of(Lane::Second), "{zone} {day}");
            let jumped: i64 = dial.jumps().iter().map(|jump| jump.seconds).sum();
            assert_eq!(dial.seconds() + jumped, DAY, "{zone} {day}");
            odd += usize::from(dial.seconds() != DAY);
        }
    }
    assert!(odd >= 20, "{odd}");
}
