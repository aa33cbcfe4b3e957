//! Directories of several information points (R-FLOOR-014).

use serde_json::{Value, json};

use super::super::{HelpDirectory, HelpLedger, HelpLine, MAKER};
use super::{directory, line, numbers};

const DAY: i64 = 86_400;

/// R-FLOOR-014: two information points, 90 days, and the last second of them.
#[test]
fn a_line_goes_when_two_points_left_it_out_for_ninety_days() {
    let start = 1_700_000_000;
    let mut ledger = HelpLedger::new(&directory(1, &[line("XA", "11"), line("XA", "22")]));
    let without = |version| directory(version, &[line("XA", "22")]);
    ledger.receive("one", &without(1), Some(start)).unwrap();
    ledger.settle(Some(start + 1_000 * DAY));
    assert_eq!(
        numbers(&ledger.directory()),
        ["22", "11"],
        "one is not enough"
    );
    let second = start + 10 * DAY;
    ledger.receive("two", &without(1), Some(second)).unwrap();
    ledger.settle(Some(second + 90 * DAY - 1));
    assert_eq!(numbers(&ledger.directory()), ["22", "11"]);
    ledger.settle(Some(second + 90 * DAY));
    assert_eq!(numbers(&ledger.directory()), ["22"]);
}

/// R-FLOOR-014: the 90 days are without a break, and of points that are trusted.
#[test]
fn a_line_that_comes_back_begins_anew_and_distrusted_points_do_not_count() {
    let with = |version| directory(version, &[line("XA", "11")]);
    let without = |version| directory(version, &[]);
    let mut ledger = HelpLedger::new(&with(1));
    ledger.receive(MAKER, &without(2), Some(0)).unwrap();
    ledger.receive("one", &without(1), Some(0)).unwrap();
    let mut other = ledger.clone();
    ledger.receive("one", &with(2), Some(50 * DAY)).unwrap();
    ledger.receive("one", &without(3), Some(60 * DAY)).unwrap();
    ledger.settle(Some(120 * DAY));
    assert_eq!(numbers(&ledger.directory()), ["11"], "60 days, not 120");
    ledger.settle(Some(150 * DAY));
    assert!(numbers(&ledger.directory()).is_empty());
    other.distrust("one");
    other.settle(Some(1_000 * DAY));
    assert_eq!(numbers(&other.directory()), ["11"]);
}

/// R-FLOOR-014: without trusted time nothing begins and nothing goes; time that goes back waits.
#[test]
fn without_trusted_time_nothing_goes() {
    let mut ledger = HelpLedger::new(&directory(1, &[line("XA", "11")]));
    let without = |version| directory(version, &[]);
    ledger.receive("one", &without(1), None).unwrap();
    ledger.receive("two", &without(1), None).unwrap();
    ledger.settle(None);
    ledger.settle(Some(500 * DAY));
    ledger.settle(Some(400 * DAY));
    ledger.settle(Some(500 * DAY + 90 * DAY - 1));
    assert_eq!(numbers(&ledger.directory()), ["11"]);
    ledger.settle(Some(590 * DAY));
    assert!(numbers(&ledger.directory()).is_empty());
}

/// R-FLOOR-014: another number is an addition, at once and in front, and a removal, later.
#[test]
fn a_changed_number_is_shown_beside_the_old_one() {
    let mut ledger = HelpLedger::new(&directory(1, &[line("XA", "11"), line("XB", "33")]));
    let mut renamed = line("XB", "33");
    renamed["name"] = json!("A better name");
    renamed["hours"] = json!("at night");
    let newer = directory(5, &[line("XA", "12"), renamed]);
    ledger.receive(MAKER, &newer, Some(0)).unwrap();
    let shown = ledger.directory();
    assert_eq!(numbers(&shown), ["12", "33", "11"]);
    assert_eq!(shown.for_zone("Zone/XA").number.as_deref(), Some("12"));
    assert_eq!(shown.for_zone("Zone/XB").name, "A better name");
    let old = ledger.receive(MAKER, &newer, Some(0)).unwrap_err();
    assert_eq!(old.code(), "HELP_NOT_NEWER");
    assert_eq!(
        ledger.receive("", &newer, None).unwrap_err().code(),
        "HELP_POINT"
    );
}

/// R-FLOOR-014: a point can neither push a line out by adding others, nor fill the device.
#[test]
fn adding_lines_never_removes_one() {
    let mut ledger = HelpLedger::new(&directory(1, &[line("XA", "11")]));
    for version in 1..5 {
        let rows: Vec<Value> = (0..64)
            .map(|n| line("XA", &format!("{}", version * 1_000 + n)))
            .collect();
        let flood = directory(version, &rows);
        ledger.receive("one", &flood, Some(0)).unwrap();
    }
    let kept = numbers(&ledger.directory());
    assert_eq!(kept.len(), 64);
    assert!(kept.contains(&"11".to_owned()));
}

/// R-FLOOR-014: what was counted survives a restart.
#[test]
fn a_ledger_goes_to_disk_and_back() {
    let mut ledger = HelpLedger::new(HelpDirectory::bundled());
    let point = directory(1, &[line("XA", "11")]);
    ledger.receive("one", &point, Some(7)).unwrap();
    let bytes = serde_json::to_vec(&ledger).unwrap();
    let mut read: HelpLedger = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(read, ledger);
    read.receive("two", &point, Some(7)).unwrap();
    read.settle(Some(7 + 90 * DAY));
    assert_eq!(numbers(&read.directory()), ["11"]);
    let all: Vec<HelpLine> = ledger.directory().lines().cloned().collect();
    assert!(all.iter().all(HelpLine::is_well_formed));
}
