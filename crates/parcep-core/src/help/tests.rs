//! The shipped directory, the bounds of a line, which lines are shown.

use serde_json::{Value, json};

mod floor;
mod ledger;

use super::{HelpDirectory, Whereabouts};
use crate::zones::Zones;

const SHIPPED: &str = include_str!("../../data/help.json");

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
        ("covers", json!(["EUR"])),
        ("covers", json!([""])),
        ("covers", json!(vec!["XB"; 65])),
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
        ("Europe/London", Some(Zone("Japan")), vec!["GB", "JP"]),
        ("Europe/London", Some(Zone("Asia/Bangkok")), vec!["GB", ""]),
        // These are no places.
        ("Europe/London", Some(Zone("UTC")), vec!["GB"]),
        ("Europe/London", Some(Zone("Etc/GMT+5")), vec!["GB"]),
        // A country that has no line of its own and is covered by another, and one without any.
        ("Europe/Zurich", Some(Country("NO")), vec!["CH", "EU"]),
        ("Europe/Zurich", Some(Country("PR")), vec!["CH", "US"]),
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
