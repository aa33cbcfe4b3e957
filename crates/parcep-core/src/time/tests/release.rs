//! Release at majority, and the erasure after it.

use super::{CHILD, DAY, Device, PARENT, at};
use crate::constitution::YearMonth;
use crate::time::{Source, State, release_instant};
use crate::zones::Zones;

#[test]
fn release_needs_two_kinds_or_one_and_thirty_powered_days() {
    // R-TIME-013
    let month = YearMonth {
        year: 2026,
        month: 11,
    };
    let berlin = Zones::bundled()
        .find(&"Europe/Berlin".parse().unwrap())
        .unwrap();
    let r = release_instant(month, &berlin);
    assert_eq!(r, at("2026-10-31T23:00:00Z"));
    let due = Some((month, r));
    let device = |first: i64| {
        let mut device = Device::new(false);
        device.time.first(first);
        device.time.release_on(CHILD, due);
        device
    };
    // Rows 1 and 2.
    let mut proven = device(r - 1);
    assert!(!proven.time.is_released(CHILD));
    proven.run(1);
    assert_eq!(
        (proven.time.proven(), proven.state()),
        (Some(r), State::Released)
    );
    // Rows 3 to 5, over a restart; months off prove nothing.
    let mut alone = device(r - 90 * DAY);
    alone.time.bookmark(r + DAY, true);
    assert!(!alone.time.is_released(CHILD));
    alone.run(1_000_000);
    alone.stored = alone.time.encode();
    alone.restart();
    alone.run(2_592_000 - 1_000_000 - 1);
    assert!(!alone.time.is_released(CHILD));
    alone.run(1);
    assert_eq!(alone.time.proven(), Some(r - 60 * DAY));
    assert_eq!(alone.state(), State::Released);
}

#[test]
fn a_release_that_is_reached_on_the_way_counts_from_there() {
    // R-TIME-013
    let month = YearMonth {
        year: 2027,
        month: 1,
    };
    let mut device = Device::new(false);
    device.time.signed(Source::Relay, 1_000);
    device.time.release_on(CHILD, Some((month, 1_500)));
    // M reaches 1 500 after 500 s of these.
    device.run(500 + 2_592_000 - 1);
    assert!(!device.time.is_released(CHILD));
    device.run(1);
    assert!(device.time.is_released(CHILD));
}

#[test]
fn a_month_that_moves_begins_the_thirty_days_anew_and_a_zone_does_not() {
    // R-TIME-013
    let november = YearMonth {
        year: 2026,
        month: 11,
    };
    let mut device = Device::new(false);
    device.time.signed(Source::Relay, 5_000);
    device.time.release_on(CHILD, Some((november, 1_000)));
    device.run(2_000_000);
    device.time.release_on(CHILD, Some((november, 4_600)));
    device.run(592_000 - 1);
    assert!(!device.time.is_released(CHILD));
    let december = YearMonth {
        year: 2026,
        month: 12,
    };
    device.time.release_on(CHILD, Some((december, 1_200)));
    device.run(2_592_000 - 1);
    assert!(!device.time.is_released(CHILD));
    device.run(1);
    assert!(device.time.is_released(CHILD));
}

#[test]
fn a_release_stays_and_is_erased_thirty_days_later_whatever_is_written_then() {
    // R-TIME-012, R-TIME-014
    let mut device = Device::new(false);
    device.time.first(1_000);
    device.time.release(CHILD);
    device.time.release_on(CHILD, None);
    device.time.signed(Source::Guardian, 2_000);
    device.time.heard(PARENT, 2_000);
    assert_eq!(device.state(), State::Released);
    assert_eq!(device.time.erase_from(CHILD), Some(1_000 + 2_592_000));
    // The beat moved T_lo to 2 000.
    device.run(2_592_000 - 1_001);
    assert!(!device.time.erasure_due(CHILD));
    device.run(1);
    assert!(device.time.erasure_due(CHILD));
    device.stored = device.time.encode();
    device.restart();
    assert!(device.time.erasure_due(CHILD) && device.state() == State::Released);
}
