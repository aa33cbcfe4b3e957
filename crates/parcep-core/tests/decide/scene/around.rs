//! What stands around the layers: days, acts, custody, limits, usage, what is known of an item.

use jiff::Timestamp;
use parcep_core::age::{AgeAssurance, AgeInterval};
use parcep_core::constitution::Caps;
use parcep_core::decide::{
    ControlLimit, Custody, KnownAge, Limited, Period, UsageRow, UsageTarget,
};
use parcep_core::policy::*;
use parcep_core::ratings::{LabelRef, RatingTable};

use super::layers::{category, half_hour, span, state, target};
use super::{Dice, Seen, guardian};

const ZONES: &[&str] = &[
    "Europe/London",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Cairo",
];

/// Instants around changes of offset and in quiet weeks.
const DAYS: &[&str] = &[
    "2026-03-27",
    "2026-03-28",
    "2026-03-29",
    "2026-04-03",
    "2026-04-04",
    "2026-04-05",
    "2026-04-23",
    "2026-04-24",
    "2026-09-05",
    "2026-10-03",
    "2026-10-24",
    "2026-10-25",
    "2026-10-29",
    "2026-11-22",
    "2026-11-30",
];

/// Kinds that law takes away from guardians in some scenes.
const KINDS: &[&str] = &[
    "window",
    "budget",
    "extra_time_cap",
    "app_rule",
    "web_mode",
    "communication_mode",
    "feature",
    "classifier",
    "lock_now",
    "unblock",
    "extra_time",
];

pub(super) fn instant(dice: &mut Dice) -> Timestamp {
    let day: Timestamp = format!("{}T00:00:00Z", dice.pick(DAYS)).parse().unwrap();
    Timestamp::from_second(day.as_second() + 60 * dice.roll(1440) as i64).unwrap()
}

pub(super) fn profile(dice: &mut Dice) -> Profile {
    let mut profile = Profile::new(dice.pick(ZONES).parse().unwrap());
    if dice.one_in(3) {
        profile.day_start = half_hour(dice);
    }
    profile.week_start = *dice.pick(&Weekday::ALL);
    profile
}

pub(super) fn pending(dice: &mut Dice) -> Vec<SectionName> {
    use SectionName::{App, Communication, Feature, Rating, Schedule, Spending, Web};
    let all = [App, Communication, Feature, Rating, Schedule, Spending, Web];
    let one = dice.one_in(10).then(|| *dice.pick(&all));
    one.into_iter().collect()
}

pub(super) fn caps(dice: &mut Dice) -> Caps {
    Caps {
        extra_time_seconds: dice.one_in(4).then(|| dice.roll(4) as u32 * 600),
        unblock_max_age: dice.one_in(4).then(|| dice.roll(19) as u32),
    }
}

pub(super) fn limits(dice: &mut Dice) -> Vec<ControlLimit> {
    let mut limits = Vec::new();
    let mut add = |what| {
        limits.push(ControlLimit {
            jurisdiction: "de".parse().unwrap(),
            what,
        });
    };
    if dice.one_in(6) {
        add(Limited::Kind((*dice.pick(KINDS)).to_owned()));
    }
    if dice.one_in(10) {
        add(Limited::App("pcps/Chess".parse().unwrap()));
    }
    if dice.one_in(10) {
        add(Limited::Host("a.example".parse().unwrap()));
    }
    if dice.one_in(10) {
        add(Limited::Contact("+447700900000".parse().unwrap()));
    }
    limits
}

pub(super) fn labels(dice: &mut Dice) -> Vec<LabelRef> {
    let known = [("pegi", "7"), ("pegi", "16"), ("bbfc", "PG")];
    let table = RatingTable::bundled();
    let one = dice.one_in(4).then(|| dice.pick(&known));
    let found = one.and_then(|(system, label)| table.find(system, label));
    found.into_iter().collect()
}

pub(super) fn verdicts(dice: &mut Dice) -> Vec<Seen> {
    let count = dice.roll(3);
    (0..count).map(|_| seen(dice)).collect()
}

pub(crate) const ASSURANCES: [AgeAssurance; 4] = [
    AgeAssurance::NotTold,
    AgeAssurance::Asserted,
    AgeAssurance::Standard,
    AgeAssurance::Strict,
];

pub(super) fn age(dice: &mut Dice) -> Option<KnownAge> {
    if dice.one_in(3) {
        return None;
    }
    let lower = dice.roll(20) as u32;
    let upper = (!dice.one_in(4)).then(|| lower + 1 + dice.roll(6) as u32);
    let known = KnownAge::new(AgeInterval::new(lower, upper).unwrap());
    Some(known.with_assurance(*dice.pick(&ASSURANCES)))
}

pub(crate) fn seen(dice: &mut Dice) -> Seen {
    Seen {
        category: dice.one_in(2).then(|| category(dice)),
        concern: *dice.pick(&[Concern::Content, Concern::Contact]),
        confidence: (dice.roll(11) as u32 * 10).try_into().unwrap(),
    }
}

pub(super) fn act(dice: &mut Dice, number: u64, near: Timestamp) -> Override {
    let author = guardian(dice.roll(3));
    let from = near.as_second() - 12 * 3600 + 600 * dice.roll(144) as i64;
    let from = Timestamp::from_second(from).unwrap();
    let until = Timestamp::from_second(from.as_second() + 600 * dice.roll(100) as i64).unwrap();
    let until = if dice.one_in(4) { None } else { Some(until) };
    let date = jiff::tz::TimeZone::UTC.to_datetime(near).date();
    let kind = match dice.roll(7) {
        0 => OverrideKind::LockNow { reason: None },
        1 => OverrideKind::Suspend,
        2 if dice.one_in(2) => OverrideKind::Unblock {
            item: UnblockItem::App("pcps/Chess".parse().unwrap()),
        },
        2 => OverrideKind::Unblock {
            item: UnblockItem::Host("a.example".parse().unwrap()),
        },
        3 => OverrideKind::DateException {
            date,
            change: change(dice),
        },
        _ => OverrideKind::ExtraTime {
            target: target(dice),
            seconds: dice.roll(6) as u32 * 300,
            extends_window: dice.one_in(2),
        },
    };
    let id = format!("o{}", if dice.one_in(4) { 0 } else { number })
        .parse()
        .unwrap();
    Override::new(author, id, number + 1, from, until, kind).unwrap()
}

fn change(dice: &mut Dice) -> DateChange {
    if dice.one_in(2) {
        return DateChange::ExtendLastWindow {
            until: half_hour(dice),
        };
    }
    let count = dice.roll(3);
    let windows = (0..count)
        .map(|_| DayWindow {
            state: state(dice),
            span: span(dice),
        })
        .collect();
    DateChange::Replace { windows }
}

pub(super) fn custody(dice: &mut Dice, near: Timestamp) -> Vec<Custody> {
    let mut from = near.as_second() - 86_400;
    let mut stretches = Vec::new();
    for _ in 0..4 {
        let until = from + 3600 * (1 + dice.roll(72) as i64);
        let instant = |at| Timestamp::from_second(at).unwrap();
        stretches.push(Custody {
            from: instant(from),
            until: instant(until),
            guardian: guardian(dice.roll(4)),
        });
        from = until + 3600 * dice.roll(12) as i64;
    }
    stretches
}

pub(super) fn usage(dice: &mut Dice) -> Vec<UsageRow> {
    let mut rows = Vec::new();
    let targets = [
        "device",
        "category:games",
        "app:pcps/Chess",
        "feature:ai",
        "feature:ai.voice",
        "spending",
    ];
    for target in targets {
        let target: UsageTarget = target.parse().unwrap();
        let unit = if target == UsageTarget::Spending {
            100
        } else {
            600
        };
        // Everybody's, and sometimes one guardian's own.
        for author in [None, Some(guardian(dice.roll(3)))] {
            let day = dice.roll(5) * unit;
            for (period, spent) in [
                (Period::Day, day),
                (Period::Week, day + dice.roll(5) * unit),
                (Period::Month, day + dice.roll(5) * unit),
            ] {
                if dice.one_in(if author.is_none() { 2 } else { 8 }) {
                    let mut row = UsageRow::new(target.clone(), period, spent);
                    row.author.clone_from(&author);
                    rows.push(row);
                }
            }
        }
    }
    rows
}
