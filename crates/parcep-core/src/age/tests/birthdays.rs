//! Never early, late by different times, and the days on which calendars are odd.

use super::*;
use crate::crypto::Secret;
use crate::zones::{date_of, day_number};
use jiff::civil::{Date, date};

const AUDIENCES: [&str; 4] = [
    "https://games.example",
    "https://video.example",
    "org.example.chat",
    "",
];

fn us() -> Cuts {
    Cuts::new(vec![13, 16, 18]).unwrap()
}

fn born(day: Date, seed: u8) -> Rollover {
    Rollover::new(Born::on(day), Secret::from_bytes([seed; 32]))
}

/// The day on which a cell changes, looking every day from `from` on.
fn changes(person: &Rollover, audience: &str, cuts: &Cuts, from: Date) -> Vec<i64> {
    let from = day_number(from);
    let told = |day: i64| person.told(audience, cuts, day);
    (from..from + 500)
        .filter(|day| told(*day) != told(day - 1))
        .collect()
}

/// The same on the day of the birthday, without any delay.
fn first_day(person: Rollover, cut: u32) -> Date {
    let cuts = Cuts::new(vec![cut]).unwrap();
    let prompt = person.undelayed_from(i64::MIN);
    let mut days = day_number(date(1990, 1, 1))..day_number(date(2060, 1, 1));
    let first = days.find(|day| prompt.told("", &cuts, *day).lower() == cut);
    date_of(first.unwrap()).unwrap()
}

/// R-AGE-038, R-AGE-058
#[test]
fn age_34_asked_daily_for_a_year_no_audience_sees_the_birthday() {
    let birthday = day_number(date(2026, 5, 17));
    let mut delays = Vec::new();
    for seed in 0..40 {
        let person = born(date(2013, 5, 17), seed);
        let mut own = Vec::new();
        for audience in AUDIENCES {
            let changed = changes(&person, audience, &us(), date(2026, 1, 1));
            let [day] = changed.as_slice() else {
                panic!("{} changes in a year", changed.len());
            };
            let delay = day - birthday;
            assert!((0..=56).contains(&delay), "{delay} days after");
            assert_eq!(person.told(audience, &us(), *day).lower(), 13);
            own.push(delay);
        }
        own.sort_unstable();
        own.dedup();
        assert!(own.len() > 1, "the same delay for every audience");
        delays.extend(own);
    }
    // 40 persons at 4 audiences: every week of the eight is used, and no day stands out.
    let in_week = |week: i64| delays.iter().filter(|delay| **delay / 7 == week).count();
    for week in 0..8 {
        assert!((8..=34).contains(&in_week(week)), "week {week}");
    }
}

/// R-AGE-038: another cut point, another delay; the same question, the same answer.
#[test]
fn age_34_each_cut_point_has_a_delay_of_its_own() {
    let own = |seed| {
        let person = born(date(2010, 5, 17), seed);
        let at = |cut, year| {
            let cuts = Cuts::new(vec![cut]).unwrap();
            let changed = changes(&person, AUDIENCES[0], &cuts, date(year, 5, 1));
            changed[0] - day_number(date(year, 5, 17))
        };
        [at(13, 2023), at(16, 2026), at(18, 2028)]
    };
    let differ = (0..20).filter(|seed| {
        let [a, b, c] = own(*seed);
        a != b || b != c
    });
    assert!(differ.count() >= 19);
    assert_eq!(own(3), own(3));
}

/// R-AGE-038
#[test]
fn who_asks_for_it_is_spoken_of_without_delay_from_then_on() {
    let birthday = day_number(date(2026, 5, 17));
    let late = |person: &Rollover| person.told(AUDIENCES[0], &us(), birthday + 3).lower() == 0;
    let person = (0..).map(|seed| born(date(2013, 5, 17), seed)).find(late);
    let person = person.unwrap().undelayed_from(birthday + 5);
    let lower = |day| person.told(AUDIENCES[0], &us(), day).lower();
    assert_eq!((lower(birthday + 3), lower(birthday + 5)), (0, 13));
    let sixteen = day_number(date(2029, 5, 17));
    assert_eq!((lower(sixteen - 1), lower(sixteen)), (13, 16));
}

/// R-AGE-039
#[test]
fn age_35_born_on_29_february_an_age_is_reached_on_1_march_of_common_years() {
    let table = [
        (date(2012, 2, 29), 13, date(2025, 3, 1)),
        (date(2012, 2, 29), 16, date(2028, 2, 29)),
        (date(2012, 2, 28), 13, date(2025, 2, 28)),
        (date(2012, 3, 1), 13, date(2025, 3, 1)),
        (date(2012, 12, 31), 13, date(2025, 12, 31)),
    ];
    for (day, cut, reached) in table {
        assert_eq!(first_day(born(day, 1), cut), reached, "{day} and {cut}");
    }
}

/// R-AGE-039: as from `release_on`.
#[test]
fn age_35_of_a_month_alone_the_age_is_reached_when_it_is_over() {
    let table = [
        ((2012, 2), 13, date(2025, 3, 1)),
        ((2012, 12), 13, date(2026, 1, 1)),
        ((2012, 5), 18, date(2030, 6, 1)),
    ];
    for ((year, month), cut, reached) in table {
        let month = Born::in_month(year, month).unwrap();
        let person = Rollover::new(month, Secret::from_bytes([1; 32]));
        assert_eq!(first_day(person, cut), reached);
    }
    for bad in [0, 13, -1] {
        assert_eq!(Born::in_month(2012, bad), Err(AgeError::Malformed("month")));
    }
}

/// R-AGE-039: the birthday has begun in the last zone on Earth, twelve hours behind Greenwich, and
/// summer time moves nothing.
#[test]
fn age_35_the_birthday_has_to_begin_everywhere() {
    let cuts = Cuts::new(vec![18]).unwrap();
    for birthday in [date(2026, 3, 29), date(2026, 10, 25), date(2026, 1, 1)] {
        let on = Born::on(date(birthday.year() - 18, birthday.month(), birthday.day()));
        let person = Rollover::new(on, Secret::from_bytes([1; 32])).undelayed_from(0);
        let lower = |now: i64| person.told("", &cuts, latest_day(now)).lower();
        let begins = day_number(birthday) * DAY + 12 * 3600;
        assert_eq!((lower(begins - 1), lower(begins)), (0, 18), "{birthday}");
        assert_eq!(
            lower(begins - 14 * 3600),
            0,
            "it has begun east of Samoa alone"
        );
    }
    assert_eq!(latest_day(-1), -1);
    assert_eq!(latest_day(i64::MIN), i64::MIN.div_euclid(DAY));
}

/// R-AGE-010
#[test]
fn a_birth_is_not_printed() {
    let person = born(date(2013, 5, 17), 77);
    let printed = format!("{person:?}");
    for part in ["2013", "17", "77", "4d"] {
        assert!(!printed.contains(part), "{printed}");
    }
}

proptest! {
    /// R-AGE-038, R-AGE-039, R-AGE-058: never early, at most 56 days late, and never back.
    #[test]
    fn age_34_never_early_never_later_than_56_days_and_never_back(
        born_on in 0i64..20_000, ahead in 0i64..9_000, seed: u8, month: bool,
        audience in 0usize..4, cuts in proptest::sample::select(vec![
            vec![13, 16, 18], vec![18], vec![3, 7, 12], vec![1, 21],
        ]),
    ) {
        let birth = date_of(born_on).unwrap();
        let known = match month {
            true => Born::in_month(birth.year(), birth.month()).unwrap(),
            false => Born::on(birth),
        };
        let person = Rollover::new(known, Secret::from_bytes([seed; 32]));
        let cuts = Cuts::new(cuts).unwrap();
        let told = |day| person.told(AUDIENCES[audience], &cuts, day);
        let day = born_on + ahead;
        // By the calendar alone: completed years on a day, and on the one 56 (a month more) before.
        let years = |day: i64| {
            let (on, by) = (date_of(day).unwrap(), birth);
            let before = (on.month(), on.day()) < (by.month(), by.day());
            u32::try_from(i32::from(on.year()) - i32::from(by.year()) - i32::from(before)).unwrap()
        };
        prop_assert!(told(day).lower() <= years(day), "early");
        let slack = if month { 56 + 32 } else { 56 + 1 };
        if ahead > slack {
            let surely = years(day - slack);
            prop_assert!(told(day).upper().is_none_or(|upper| upper > surely), "too late");
        }
        prop_assert!(told(day + 1).lower() >= told(day).lower(), "back");
        prop_assert!(cuts.points().iter().filter(|cut| **cut <= told(day).lower()).count()
            + usize::from(told(day).upper().is_some()) <= cuts.points().len());
    }
}
