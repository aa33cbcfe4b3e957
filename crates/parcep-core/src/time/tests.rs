use super::{
    Behaviour, Boot, BootId, Interval, Lifestyle, Refill, Reports, Source, State, TimeKeeper,
};
use crate::constitution::{UncertainTime, YearMonth};
use crate::decide::{Action, Context, Windows};
use crate::id::{DeviceId, PrincipalId};
use jiff::Timestamp;

mod release;
mod uncertain;

const DAY: i64 = 86_400;
const CHILD: PrincipalId = PrincipalId::from_bytes([9; 16]);
const PARENT: PrincipalId = PrincipalId::from_bytes([1; 16]);

/// A device, its clock in our hands.
struct Device {
    time: TimeKeeper,
    start: u8,
    boot: u64,
    wall: Option<i64>,
    stored: Vec<u8>,
}

impl Device {
    fn new(protected: bool) -> Self {
        let mut device = Self {
            time: TimeKeeper::new(protected),
            start: 1,
            boot: 0,
            wall: None,
            stored: Vec::new(),
        };
        device.read();
        device
    }

    fn read(&mut self) {
        let boot = Boot {
            id: BootId([self.start; 16]),
            seconds: self.boot,
        };
        self.time.read(boot, self.wall);
        if self.time.store_due() {
            self.stored = self.time.encode();
            self.time.is_stored();
        }
    }

    fn run(&mut self, seconds: u64) {
        self.boot += seconds;
        self.wall = self.wall.map(|wall| wall + i64::try_from(seconds).unwrap());
        self.read();
    }

    /// The plug is pulled, and put back.
    fn restart(&mut self) {
        let protected = self.time.is_protected();
        self.time = TimeKeeper::parse(&self.stored, protected).unwrap();
        self.start += 1;
        self.boot = 0;
        self.read();
    }

    fn state(&self) -> State {
        let asked = self.time.asked(UncertainTime::Unspecified);
        self.time.state(CHILD, [PARENT], &asked)
    }
}

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_second()
}

#[test]
fn the_console_without_a_battery_clock_goes_through_the_worked_example() {
    // R-TIME-001, R-TIME-002, R-TIME-003, R-TIME-004, R-TIME-005, R-TIME-012
    let monday = at("2026-03-02T08:00:00Z");
    let saturday = at("2026-03-07T08:30:00Z");
    let mut device = Device::new(false);
    let row = |device: &Device| {
        (
            device.time.claimed(Source::Guardian),
            device.time.claimed(Source::Relay),
            device.time.proven(),
            device.time.lower(),
            device.time.upper(),
            device.state(),
        )
    };
    device.time.first(monday);
    device.time.heard(PARENT, monday);
    let on = Some(monday);
    assert_eq!(row(&device), (on, None, on, on, None, State::Fresh));

    device.run(10);
    device.time.bookmark(monday + 20, true);
    let (g, r) = (Some(monday + 10), Some(monday + 20));
    assert_eq!(row(&device), (g, r, g, r, r, State::Fresh));

    device.run(30 * 3600 - 40);
    device.stored = device.time.encode();
    device.run(40);
    let (g, r) = (Some(monday + 108_010), Some(monday + 108_020));
    assert_eq!(row(&device), (g, r, g, r, r, State::Stale));

    device.restart();
    let (g, r) = (Some(monday + 107_970), Some(monday + 107_980));
    assert_eq!(row(&device), (g, r, g, r, None, State::Stale));

    device.run(60);
    device.time.bookmark(saturday + 1800, true);
    let (g, l) = (Some(monday + 108_030), Some(monday + 108_040));
    let r = Some(saturday + 1800);
    assert_eq!(row(&device), (g, r, g, l, None, State::Stale));
    assert_eq!(
        device.time.asked(UncertainTime::BudgetOnly).windows,
        Windows::NotEvaluated
    );

    device.run(10);
    device.time.signed(Source::Guardian, saturday);
    device.time.heard(PARENT, saturday);
    let (g, r) = (Some(saturday), Some(saturday + 1810));
    assert_eq!(row(&device), (g, r, g, r, r, State::Fresh));

    device.run(50);
    let lie = at("2036-01-01T00:00:00Z");
    device.time.bookmark(lie, true);
    let (g, l) = (Some(saturday + 50), Some(saturday + 1860));
    assert_eq!(row(&device), (g, Some(lie), g, l, l, State::Fresh));

    device.run(3600);
    let beat = at("2026-03-07T09:40:00Z");
    device.time.signed(Source::Guardian, beat);
    device.time.heard(PARENT, beat);
    let (g, l) = (Some(beat), Some(at("2026-03-07T10:01:00Z")));
    assert_eq!(row(&device), (g, Some(lie + 3600), g, l, l, State::Fresh));
}

#[test]
fn the_phone_with_a_protected_clock_goes_through_the_worked_example() {
    // R-TIME-005, R-TIME-006, R-TIME-007, R-TIME-008, R-TIME-012
    let start = at("2026-03-02T00:00:00Z");
    let (on, off) = (u64::try_from(DAY).unwrap(), 60 * DAY);
    for (powered, off, narrow, t, state) in [
        (on, 0, true, DAY, State::Fresh),
        (on + 1, 0, true, DAY + 1, State::Stale),
        (on + 1, 36_000, true, DAY + 36_001, State::Stale),
        (on + 1, 7 * DAY, false, 8 * DAY + 1, State::Expired),
        (on + 1, 70 * DAY, false, 71 * DAY + 1, State::Expired),
        (60 * on, 70 * DAY, false, 130 * DAY, State::Expired),
        (
            60 * on + 1,
            70 * DAY,
            false,
            off + 70 * DAY + 1,
            State::Fallback,
        ),
    ] {
        let mut device = Device::new(true);
        device.wall = Some(start);
        device.read();
        device.time.first(start);
        device.time.heard(PARENT, start);
        device.run(powered);
        device.stored = device.time.encode();
        device.wall = device.wall.map(|wall| wall + off);
        device.restart();
        assert_eq!(
            device.time.lower(),
            Some(start + i64::try_from(powered).unwrap())
        );
        let asked = device.time.asked(UncertainTime::Unspecified);
        let is_narrow = matches!(device.time.interval(), Interval::Narrow(_));
        let got = (is_narrow, asked.at - start, asked.windows, device.state());
        assert_eq!(
            got,
            (narrow, t, Windows::Evaluated, state),
            "{powered} {off}"
        );
    }
}

#[test]
fn one_kind_alone_moves_the_lower_bound_by_a_day_and_not_more_however_often_it_signs() {
    // R-TIME-003
    for source in Source::ALL {
        let mut device = Device::new(false);
        device.time.first(1_000_000);
        for days in 1..1000 {
            device.time.signed(source, 1_000_000 + days * DAY / 3);
            device.time.signed(source, i64::MAX);
        }
        let lower = device.time.lower().unwrap();
        assert!(lower <= 1_000_000 + DAY, "{source:?} {lower}");
        assert_eq!(device.time.proven(), Some(1_000_000));
    }
}

#[test]
fn two_kinds_move_time_as_far_as_the_lower_of_them_says() {
    // R-TIME-003
    let mut device = Device::new(false);
    device.time.first(0);
    device.time.signed(Source::Relay, 100 * DAY);
    device.time.signed(Source::InformationPoint, 90 * DAY);
    assert_eq!(device.time.proven(), Some(90 * DAY));
    assert_eq!(device.time.lower(), Some(90 * DAY));
    device.time.signed(Source::Relay, 90 * DAY + 50);
    device.time.signed(Source::InformationPoint, 90 * DAY + 10);
    assert_eq!(device.time.lower(), Some(90 * DAY + 10));
}

#[test]
fn a_first_beat_counts_once() {
    // R-TIME-003: rule 2 is about the first beat.
    let mut device = Device::new(false);
    device.time.first(1_000);
    device.time.first(1_000 + 10 * DAY);
    assert_eq!(device.time.proven(), Some(1_000));
    assert_eq!(device.time.lower(), Some(1_000));
    // A guardian's clock that lies a year back sets nothing back.
    device.time.signed(Source::Guardian, -DAY);
    assert_eq!(device.time.lower(), Some(1_000));
}

#[test]
fn pulling_the_plug_adds_nothing_and_costs_at_most_sixty_seconds() {
    // R-TIME-004
    let mut device = Device::new(false);
    device.time.first(0);
    device.read();
    let mut ran: i64 = 0;
    for pull in 1..200_u64 {
        for _ in 0..pull % 7 {
            device.run(20);
            ran += 20;
        }
        let before = device.time.lower().unwrap();
        device.restart();
        let after = device.time.lower().unwrap();
        assert!(after <= before && before - after <= 60, "{before} {after}");
        assert!(after <= ran);
    }
}

#[test]
fn what_is_stored_comes_back_and_damage_is_noticed() {
    // R-TIME-004
    let mut device = Device::new(true);
    device.wall = Some(77);
    device.time.first(5);
    device.time.bookmark(9, true);
    device.time.heard(PARENT, 5);
    device.time.release_on(
        CHILD,
        Some((
            YearMonth {
                year: 2030,
                month: 1,
            },
            3,
        )),
    );
    device.time.refilled(Refill::ByLowerBound);
    device.read();
    let bytes = device.time.encode();
    let mut back = TimeKeeper::parse(&bytes, true).unwrap();
    assert_eq!(back.encode(), bytes);
    back.read(
        Boot {
            id: BootId([1; 16]),
            seconds: 30,
        },
        Some(1),
    );
    assert_eq!(
        (back.lower(), back.upper()),
        (Some(39), Some(39)),
        "the same start goes on"
    );
    for length in 0..bytes.len() {
        assert_eq!(TimeKeeper::parse(&bytes[..length], true), None, "{length}");
    }
    assert_eq!(
        TimeKeeper::parse(&[bytes.clone(), vec![0]].concat(), true),
        None
    );
}

#[test]
fn a_bookmark_of_an_older_connection_or_far_away_narrows_nothing() {
    // R-TIME-005
    let mut device = Device::new(false);
    device.time.first(1_000_000);
    device.time.bookmark(1_000_000, false);
    assert_eq!(device.time.upper(), None);
    device.time.bookmark(1_000_000 + DAY + 1, true);
    assert_eq!(device.time.upper(), None);
    device.time.bookmark(1_000_000 - DAY - 1, true);
    assert_eq!(device.time.upper(), None);
    device.time.bookmark(1_000_000 - DAY, true);
    assert_eq!(device.time.upper(), Some(1_000_000));
    device.restart();
    assert_eq!(
        (device.time.upper(), device.time.interval()),
        (None, Interval::Wide)
    );
}

#[test]
fn boot_time_that_goes_back_moves_nothing_until_it_is_past_what_was_seen() {
    // R-TIME-001, R-TIME-003
    let mut device = Device::new(false);
    device.time.first(0);
    device.run(100);
    for boot in [50, 99, 0, 100] {
        device.boot = boot;
        device.read();
        assert_eq!(device.time.lower(), Some(100));
    }
    device.boot = 130;
    device.read();
    assert_eq!(device.time.lower(), Some(130));
}

#[test]
fn numbers_at_the_ends_of_time_saturate() {
    // R-TIME-003
    for time in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX] {
        for wall in [None, Some(i64::MIN), Some(i64::MAX)] {
            for protected in [false, true] {
                let mut device = Device::new(protected);
                device.wall = wall;
                let month = YearMonth {
                    year: 2030,
                    month: 1,
                };
                device.time.release_on(CHILD, Some((month, time)));
                device.time.first(time);
                device.time.heard(PARENT, time);
                for source in Source::ALL {
                    device.time.signed(source, time);
                }
                device.time.bookmark(time, true);
                device.boot = u64::MAX;
                device.read();
                device.restart();
                for uncertain in CHOICES {
                    let asked = device.time.asked(uncertain);
                    let _ = device.time.state(CHILD, [PARENT], &asked);
                    let action = Action::UnnamedHost;
                    let _ = asked.at_once(Context::new(Timestamp::UNIX_EPOCH, &action));
                    let _ = device.time.refill_due(uncertain);
                }
                assert!(device.time.lower() >= Some(time));
            }
        }
    }
}

const CHOICES: [UncertainTime; 4] = [
    UncertainTime::Unspecified,
    UncertainTime::WallClock,
    UncertainTime::BudgetOnly,
    UncertainTime::Strict,
];

#[test]
fn each_choice_of_uncertain_time_acts_by_its_row_and_only_while_the_interval_is_wide() {
    // R-TIME-006, R-TIME-008
    let asked = |time: &TimeKeeper, choice| {
        let asked = time.asked(choice);
        (asked.at, asked.windows, asked.wide)
    };
    for protected in [false, true] {
        let mut device = Device::new(protected);
        device.time.first(1_000_000);
        device.wall = Some(1_000_000 + 10 * DAY);
        device.read();
        let wall = (1_000_000 + 10 * DAY, Windows::Evaluated, true);
        let budget = (1_000_000, Windows::NotEvaluated, true);
        let time = &device.time;
        assert_eq!(asked(time, UncertainTime::WallClock), wall);
        assert_eq!(asked(time, UncertainTime::BudgetOnly), budget);
        let strict = (1_000_000, Windows::Closed, true);
        assert_eq!(asked(time, UncertainTime::Strict), strict);
        let unspecified = if protected { wall } else { budget };
        assert_eq!(asked(time, UncertainTime::Unspecified), unspecified);
        // A wall clock behind T_lo counts for nothing.
        device.wall = Some(0);
        device.read();
        assert_eq!(device.time.asked(UncertainTime::WallClock).at, 1_000_000);
        device.time.bookmark(1_000_000, true);
        for choice in CHOICES {
            let narrow = (1_000_000, Windows::Evaluated, false);
            assert_eq!(asked(&device.time, choice), narrow);
        }
    }
}

#[test]
fn budgets_refill_by_the_row_of_the_choice() {
    // R-TIME-008
    let day = 86_400;
    let mut device = Device::new(true);
    device.wall = Some(50 * DAY);
    device.time.first(0);
    device.read();
    let wall = UncertainTime::WallClock;
    assert_eq!(device.time.refill_due(wall), Some(Refill::ByLowerBound));
    device.time.refilled(Refill::ByLowerBound);
    assert_eq!(device.time.refill_due(wall), None);
    device.wall = Some(50 * DAY + 71_999);
    device.read();
    assert_eq!(device.time.refill_due(wall), None);
    device.wall = Some(50 * DAY + 72_000);
    device.read();
    assert_eq!(device.time.refill_due(wall), Some(Refill::ByWallClock));
    device.time.refilled(Refill::ByWallClock);
    // Once per start, whatever the clock shows.
    device.wall = Some(90 * DAY);
    device.read();
    assert_eq!(device.time.refill_due(wall), None);
    device.run(day - 1);
    assert_eq!(device.time.refill_due(wall), None);
    device.run(1);
    assert_eq!(device.time.refill_due(wall), Some(Refill::ByLowerBound));

    for choice in [UncertainTime::BudgetOnly, UncertainTime::Strict] {
        let mut device = Device::new(false);
        device.time.first(0);
        device.time.refilled(Refill::ByBootTime);
        device.run(40_000);
        device.stored = device.time.encode();
        device.restart();
        // A signed time that leaps gives no budget.
        device.time.signed(Source::Relay, 5 * DAY);
        device.time.signed(Source::InformationPoint, 5 * DAY);
        device.run(46_399);
        assert_eq!(device.time.refill_due(choice), None);
        device.run(1);
        assert_eq!(device.time.refill_due(choice), Some(Refill::ByBootTime));
        device.time.bookmark(device.time.lower().unwrap(), true);
        assert_eq!(device.time.refill_due(choice), Some(Refill::ByDay));
    }
}

#[test]
fn a_beat_from_a_clock_that_runs_ahead_counts_as_of_the_lower_bound() {
    // R-TIME-011, R-TIME-016
    let mut device = Device::new(false);
    let other = PrincipalId::from_bytes([2; 16]);
    device.time.heard(PARENT, 5);
    assert_eq!(
        device.time.fresh().of(PARENT),
        None,
        "before the first signed time"
    );
    device.time.first(1_000);
    device.time.heard(PARENT, i64::MAX);
    device.time.heard(other, 400);
    device.time.heard(other, 300);
    let fresh = device.time.fresh();
    assert_eq!(
        (fresh.of(PARENT), fresh.of(other)),
        (Some(1_000), Some(400))
    );
    // The Welcome counts as a beat at the first T_lo.
    assert_eq!(fresh.freshest([other]), Some(1_000));
    assert_eq!(fresh.freshest([other, PARENT]), Some(1_000));
    assert_eq!(fresh.freshest([CHILD]), Some(1_000));
    device.time.keep_guardians(|id| id == PARENT);
    assert_eq!(device.time.fresh().of(other), None);
}

#[test]
fn one_beat_counts_once_however_often_it_is_served() {
    // R-TIME-011: else a relay could keep rules fresh with one beat from a clock that ran ahead.
    let mut device = Device::new(false);
    let phone = DeviceId::from_bytes([3; 16]);
    device.time.first(1_000);
    for _ in 0..5 {
        device.time.heard_of(PARENT, phone, 7, 900 * DAY);
        assert_eq!(device.time.fresh().of(PARENT), Some(1_000));
        device.run(50_000);
        device.restart();
    }
    device.time.heard_of(PARENT, phone, 8, 900 * DAY);
    assert_eq!(device.time.fresh().of(PARENT), device.time.lower());
}

#[test]
fn states_change_exactly_what_the_table_says() {
    // R-TIME-012
    let rows = State::ALL.map(|state| {
        let effects = state.effects();
        (
            effects.safety,
            effects.lifestyle,
            effects.grants,
            effects.behaviour,
            effects.reports,
            effects.requests,
        )
    });
    let (force, written) = (Lifestyle::InForce, Reports::Written);
    let (consented, stopped) = (Behaviour::AsConsented, Behaviour::Stopped);
    assert_eq!(
        rows,
        [
            (true, force, true, consented, written, true),
            (true, force, true, consented, written, true),
            (true, force, true, stopped, written, true),
            (true, Lifestyle::Default, true, stopped, written, true),
            (
                false,
                Lifestyle::None,
                false,
                Behaviour::Ended,
                Reports::Last,
                false
            ),
        ]
    );
}
