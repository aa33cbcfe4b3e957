//! The shipped directory, the bounds of a line, which lines are shown, the floor, the ledger.

use serde_json::{Value, json};

use super::{
    CallBacks, FloorService, HelpDirectory, HelpLedger, HelpLine, MAKER, RightsFloor, Whereabouts,
};
use crate::decide::{Action, ServiceUrn};
use crate::policy::{ContactId, HostName};
use crate::zones::Zones;

const SHIPPED: &str = include_str!("../../data/help.json");
const DAY: i64 = 86_400;

fn line(region: &str, number: &str) -> Value {
    json!({
        "region": region, "name": "Help", "number": number, "languages": ["en"],
        "hours": "always", "zones": [format!("Zone/{region}")], "source": "a test",
    })
}

fn directory(version: u64, lines: &[Value]) -> HelpDirectory {
    let form = json!({ "format": "parcep-help/1", "version": version, "entries": lines });
    HelpDirectory::parse(form.to_string().as_bytes()).unwrap()
}

fn numbers(directory: &HelpDirectory) -> Vec<String> {
    let lines = directory.lines().filter_map(|line| line.number.clone());
    lines.collect()
}

fn contact(text: &str) -> ContactId {
    text.parse().unwrap()
}

/// R-FLOOR-010: the built-in directory is read without a network, whole, and says who told it when.
#[test]
fn the_shipped_directory_keeps_every_line_and_names_its_sources() {
    let shipped: Value = serde_json::from_str(SHIPPED).unwrap();
    let help = HelpDirectory::bundled();
    let rows = shipped["entries"].as_array().unwrap();
    assert_eq!(
        help.lines().count(),
        rows.len() + 1,
        "a line breaks a bound"
    );
    assert_eq!(help.version(), shipped["version"].as_u64().unwrap());
    let zones = Zones::bundled();
    for line in help.lines() {
        assert!(
            line.source.contains("http") || line.source.contains("Decision"),
            "{line}"
        );
        let checked = line.source.rsplit_once("; checked ").unwrap().1;
        assert!(
            checked.parse::<jiff::civil::Date>().is_ok(),
            "{line}: {checked}"
        );
        for zone in &line.zones {
            assert!(zones.find(&zone.parse().unwrap()).is_ok(), "{line}: {zone}");
            assert_eq!(
                help.for_zone(zone).region,
                line.region,
                "{zone} has two lines"
            );
        }
    }
    for region in ["EU", "GB", "US", "FR", "CH", "BR", "ZA", "AE"] {
        let line = help.for_region(region).unwrap();
        assert!(line.number.is_some(), "{region}");
        assert!(!line.zones.is_empty(), "{region}");
    }
    assert_eq!(
        help.for_region("EU").unwrap().number.as_deref(),
        Some("116 111")
    );
    // No member that this library does not read: a misspelt one would be lost silently.
    let known = serde_json::to_value(help).unwrap();
    assert_eq!(known["entries"], shipped["entries"]);
    assert_eq!(known["elsewhere"], shipped["elsewhere"]);
}

/// R-FLOOR-011: a line outside a bound is as if it were not there; what is not known is skipped.
#[test]
fn lines_that_break_a_bound_are_ignored_and_the_others_stay() {
    let bad: &[(&str, Value)] = &[
        ("region", json!("GBR")),
        ("region", json!("gb")),
        ("name", json!("")),
        ("name", json!("x".repeat(65))),
        ("name", json!(7)),
        ("number", json!("")),
        ("number", json!("1".repeat(33))),
        ("number", json!("call us")),
        ("number", json!("116111;900123")),
        ("number", json!("*#06#")),
        ("sms", json!("hello")),
        ("emergency", json!("1".repeat(17))),
        ("calling_code", json!("+44")),
        ("calling_code", json!("0")),
        ("https", json!("http://help.example")),
        ("https", json!("https://")),
        ("https", json!("https://user@help.example")),
        ("https", json!("https://127.0.0.1/")),
        ("https", json!("https://help.example:99999/")),
        ("https", json!("https://help.example/a b")),
        (
            "https",
            json!(format!("https://help.example/{}", "a".repeat(255))),
        ),
        ("languages", json!(vec!["en"; 17])),
        ("languages", json!(["not a tag"])),
        ("hours", json!("x".repeat(129))),
        ("zones", json!(vec!["Zone/XA"; 257])),
        ("source", json!(null)),
    ];
    for (member, value) in bad {
        let mut row = line("XA", "116 111");
        row[member] = value.clone();
        let read = directory(1, &[row, line("XA", "119")]);
        assert_eq!(numbers(&read), ["119"], "{member}: {value}");
    }
    let mut nothing = line("XA", "1");
    nothing.as_object_mut().unwrap().remove("number");
    assert_eq!(
        numbers(&directory(1, &[nothing, line("XA", "119")])),
        ["119"]
    );
    // Neither an object nor anything else stops the reader.
    let odd = [json!("text"), json!(null), json!([]), line("XA", "119")];
    assert_eq!(numbers(&directory(1, &odd)), ["119"]);
    let mut more = line("XA", "119");
    more["whatsapp"] = json!("+44");
    assert_eq!(numbers(&directory(1, &[more])), ["119"]);
}

/// R-FLOOR-011: 64 lines of a region, counted without those that are ignored anyway.
#[test]
fn a_region_has_64_lines() {
    let mut rows = vec![line("XA", "bad")];
    rows.extend((100..170).map(|number| line("XA", &number.to_string())));
    rows.push(line("XB", "99"));
    let read = directory(1, &rows);
    let numbers = numbers(&read);
    assert_eq!(numbers.len(), 65);
    assert_eq!(numbers.get(63).map(String::as_str), Some("163"));
    assert_eq!(numbers.get(64).map(String::as_str), Some("99"));
}

#[test]
fn bytes_that_are_no_directory_have_a_code() {
    for (bytes, code) in [
        ("{", "HELP_SYNTAX"),
        ("[]", "HELP_FORMAT"),
        (
            r#"{"format": "parcep-help/2", "version": 1}"#,
            "HELP_FORMAT",
        ),
        (
            r#"{"format": "parcep-help/1", "version": -1}"#,
            "HELP_FORMAT",
        ),
        (
            r#"{"format": "parcep-help/1", "version": 1, "entries": 7}"#,
            "HELP_FORMAT",
        ),
    ] {
        let error = HelpDirectory::parse(bytes.as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{bytes}");
    }
    let large = vec![b' '; (4 << 20) + 1];
    assert_eq!(
        HelpDirectory::parse(&large).unwrap_err().code(),
        "HELP_TOO_LARGE"
    );
}

/// R-FLOOR-012: zone before area before everybody else, and the first of several.
#[test]
fn the_zone_of_the_profile_says_which_line_comes_first() {
    let mut area = line("XA", "11");
    area["zones"] = json!(["Zone/*"]);
    let rows = [area, line("XB", "22"), line("XB", "23")];
    let help = directory(1, &rows);
    let number = |zone| help.for_zone(zone).number.as_deref();
    assert_eq!(number("Zone/XB"), Some("22"));
    assert_eq!(number("Zone/Other"), Some("11"));
    assert_eq!(number("Zonet/Other"), None);
    assert_eq!(help.for_zone("Etc/UTC").region, "");
    assert!(help.for_zone("").https.is_some());
}

/// R-FLOOR-012: the place where the device is comes second, where it is another.
#[test]
fn a_device_in_another_country_shows_that_countrys_line_second() {
    use Whereabouts::{Country, Zone};
    let help = HelpDirectory::bundled();
    let shown = |zone, place| -> Vec<&str> {
        let lines = help.lines_for(zone, place);
        lines.map(|line| line.region.as_str()).collect()
    };
    for (zone, place, lines) in [
        ("Europe/London", None, vec!["GB"]),
        ("Europe/London", Some(Country("GB")), vec!["GB"]),
        ("Europe/London", Some(Zone("Europe/Jersey")), vec!["GB"]),
        ("Europe/London", Some(Country("fr")), vec!["GB", "FR"]),
        (
            "Europe/London",
            Some(Zone("America/Detroit")),
            vec!["GB", "US"],
        ),
        // A member of the Union without a line of its own, and a country without any.
        ("Europe/Zurich", Some(Country("PL")), vec!["CH", "EU"]),
        ("Europe/Zurich", Some(Country("EG")), vec!["CH", ""]),
        ("Africa/Cairo", Some(Country("EG")), vec![""]),
        ("Africa/Cairo", Some(Country("BR")), vec!["", "BR"]),
    ] {
        assert_eq!(shown(zone, place), lines, "{zone} {place:?}");
    }
}

/// R-FLOOR-013: what a screen shows has everything on it.
#[test]
fn a_line_says_its_name_what_to_call_its_hours_and_its_languages() {
    let help = HelpDirectory::bundled();
    for line in help.lines() {
        let text = line.to_string();
        let ways = [&line.number, &line.sms, &line.https];
        let parts = [&line.name, &line.hours].into_iter();
        let parts = parts
            .chain(ways.into_iter().flatten())
            .chain(&line.languages);
        for part in parts {
            assert!(text.contains(part.as_str()), "{text}: {part}");
        }
    }
    assert_eq!(
        help.for_zone("Europe/Zurich").to_string(),
        "147 Pro Juventute · call 147 · text 147 · open https://www.147.ch/ · always · de, fr, it"
    );
}

/// R-FLOOR-001: every number of every line, in every form in which somebody dials it.
#[test]
fn every_number_of_the_directory_is_on_the_floor() {
    let help = HelpDirectory::bundled();
    let floor = RightsFloor::new(help, []);
    for line in help.lines() {
        let emergency = line.emergency.as_deref();
        if let Some(number) = emergency {
            assert_eq!(
                floor.dialled(number),
                Some(FloorService::Emergency),
                "{number}"
            );
        }
        for number in [&line.number, &line.sms].into_iter().flatten() {
            assert_eq!(
                floor.dialled(number),
                Some(FloorService::Helpline),
                "{number}"
            );
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(
                floor.dialled(&digits),
                Some(FloorService::Helpline),
                "{digits}"
            );
        }
    }
    for (dialled, service) in [
        ("0800 1111", Some(FloorService::Helpline)),
        (" (0800) 11-11 ", Some(FloorService::Helpline)),
        ("+44 800 1111", Some(FloorService::Helpline)),
        ("0044 800 1111", Some(FloorService::Helpline)),
        ("+1 800 422 4453", Some(FloorService::Helpline)),
        ("800-422-4453", Some(FloorService::Helpline)),
        ("116111", Some(FloorService::Helpline)),
        ("112", Some(FloorService::Emergency)),
        (
            "urn:service:counseling.children",
            Some(FloorService::Helpline),
        ),
        ("URN:service:SOS.police", Some(FloorService::Emergency)),
        // Near, and not it.
        ("800 1111", None),
        ("08001112", None),
        ("0800 1111 1", None),
        ("+49 800 1111", None),
        ("1161110", None),
        ("urn:service:sosx", None),
        ("friend@example.org", None),
        ("", None),
    ] {
        assert_eq!(floor.dialled(dialled), service, "{dialled}");
    }
}

/// R-FLOOR-001: the numbers of the platform count beside those of the directory, and come first.
#[test]
fn numbers_that_the_platform_marks_are_emergency_calls() {
    let help = directory(1, &[line("XA", "119")]);
    let floor = RightsFloor::new(&help, ["000", "119"]);
    assert_eq!(floor.dialled("000"), Some(FloorService::Emergency));
    assert_eq!(floor.dialled("119"), Some(FloorService::Emergency));
    assert_eq!(RightsFloor::new(&help, []).dialled("000"), None);
}

/// R-FLOOR-001: what is on the floor becomes the service, everything else stays what it is.
#[test]
fn one_call_before_decide_turns_actions_into_services() {
    let floor = RightsFloor::new(HelpDirectory::bundled(), ["110"]);
    let service = |urn: &str| Action::Service(ServiceUrn::new(urn).unwrap());
    let call = |id: &str, incoming| Action::Contact {
        id: contact(id),
        incoming,
    };
    let children = service("urn:service:counseling.children");
    let host = |name: &str| Action::Host(name.parse().unwrap());
    for (asked, seen) in [
        (call("0800 1111", false), children.clone()),
        (call("110", false), service("urn:service:sos")),
        (call("urn:service:sos", false), service("urn:service:sos")),
        (host("www.childline.org.uk"), children.clone()),
        (call("0800 1111", true), call("0800 1111", true)),
        (call("0800 2222", false), call("0800 2222", false)),
        (host("childline.org.uk"), host("childline.org.uk")),
        (
            service("urn:service:sos.fire"),
            service("urn:service:sos.fire"),
        ),
        (Action::Device, Action::Device),
    ] {
        let shown = format!("{asked:?}");
        assert_eq!(floor.apply(asked), seen, "{shown}");
    }
}

/// R-FLOOR-002: the host of each entry, and nothing below or above it.
#[test]
fn the_host_of_an_entry_is_on_the_floor_and_its_neighbours_are_not() {
    let help = HelpDirectory::bundled();
    let floor = RightsFloor::new(help, []);
    let mut pages = 0;
    for line in help.lines() {
        let Some(host) = line.host() else { continue };
        pages += 1;
        assert_eq!(floor.host(&host), Some(FloorService::Helpline));
        let below: HostName = format!("a.{}", host.as_str()).parse().unwrap();
        assert_eq!(floor.host(&below), None, "{}", below.as_str());
        let beside: HostName = format!("x{}", host.as_str()).parse().unwrap();
        assert_eq!(floor.host(&beside), None, "{}", beside.as_str());
    }
    assert!(pages >= 15);
    assert_eq!(floor.hosts().count(), pages);
}

/// R-FLOOR-003: 24 h from the last call, by any form of the number, and not longer.
#[test]
fn a_helpline_may_call_back_for_a_day() {
    let floor = RightsFloor::new(HelpDirectory::bundled(), []);
    let mut backs = CallBacks::new();
    backs.reached(&floor, &contact("0800 1111"), 1_000);
    backs.reached(&floor, &contact("0170 1234567"), 1_000);
    for form in ["08001111", "+448001111"] {
        assert!(backs.admits(&contact(form), 1_000));
        assert!(backs.admits(&contact(form), 1_000 + 86_399));
        assert!(!backs.admits(&contact(form), 1_000 + 86_400));
    }
    assert!(
        !backs.admits(&contact("0170 1234567"), 1_001),
        "no number off the floor is kept"
    );
    assert!(
        !backs.admits(&contact("116 111"), 1_001),
        "nobody called it"
    );
    backs.forget(90_000);
    assert!(
        !backs.admits(&contact("0800 1111"), 1_001),
        "what ended is forgotten"
    );
}

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
