use super::*;
use jiff::civil::date;

fn cell(lower: u32, upper: Option<u32>) -> AgeInterval {
    AgeInterval::new(lower, upper).unwrap()
}

fn log() -> DisclosureLog {
    let mut log = DisclosureLog::new();
    let games = "https://games.example";
    let gate = AgePurpose::AccessGate;
    let child = cell(0, Some(13));
    log.shared(date(2026, 1, 1), games, child, AgeMethod::NotTold, gate)
        .unwrap();
    log.corrected(date(2026, 3, 1)).unwrap();
    let adult = cell(18, None);
    let defaults = AgePurpose::SafetyDefaults;
    log.shared(
        date(2026, 3, 2),
        "app.example",
        adult,
        AgeMethod::Verified,
        defaults,
    )
    .unwrap();
    log
}

/// R-AGE-052: what the dependant reads is audience, bracket, method class, purpose and day.
#[test]
fn age_47_the_person_reads_what_was_told_to_whom_how_for_what_and_when() {
    let text = log().to_json_lines();
    let expected = [
        r#"{"day":"2026-01-01","event":"shared","audience":"https://games.example","lower":0,"upper":13,"method":"not_told","purpose":"access_gate"}"#,
        r#"{"day":"2026-03-01","event":"corrected"}"#,
        r#"{"day":"2026-03-02","event":"shared","audience":"app.example","lower":18,"method":"verified","purpose":"safety_defaults"}"#,
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    assert_eq!(DisclosureLog::from_json_lines(&text), Ok(log()));
}

/// R-AGE-052
#[test]
fn age_47_a_line_is_kept_for_366_days_and_no_longer() {
    let mut kept = log();
    kept.prune(date(2027, 1, 2));
    assert_eq!(kept, log(), "the 366th day after");
    kept.prune(date(2027, 1, 3));
    assert_eq!(kept.lines().len(), 2);
    kept.prune(date(2027, 3, 3));
    assert_eq!(kept.lines().len(), 1);
    kept.prune(date(2030, 1, 1));
    assert_eq!(kept, DisclosureLog::new());
}

#[test]
fn the_same_on_one_day_is_one_line_and_anything_else_another() {
    let mut log = DisclosureLog::new();
    let day = date(2026, 1, 1);
    let (told, method, purpose) = (
        cell(13, Some(16)),
        AgeMethod::NotTold,
        AgePurpose::AccessGate,
    );
    for _ in 0..3 {
        log.shared(day, "a", told, method, purpose).unwrap();
    }
    assert_eq!(log.lines().len(), 1);
    log.shared(date(2026, 1, 2), "a", told, method, purpose)
        .unwrap();
    log.shared(day, "b", told, method, purpose).unwrap();
    log.shared(day, "a", cell(16, None), method, purpose)
        .unwrap();
    log.shared(day, "a", told, AgeMethod::Verified, purpose)
        .unwrap();
    log.shared(day, "a", told, method, AgePurpose::LegalCompliance)
        .unwrap();
    assert_eq!(log.lines().len(), 6);
    let days: Vec<_> = log.lines().iter().map(|line| line.day).collect();
    assert!(days.is_sorted());
}

#[test]
fn an_audience_without_a_name_is_not_listed_and_so_not_told() {
    let mut log = DisclosureLog::new();
    for audience in [String::new(), "a".repeat(256)] {
        let told = log.shared(
            date(2026, 1, 1),
            &audience,
            cell(0, Some(13)),
            AgeMethod::NotTold,
            AgePurpose::AccessGate,
        );
        assert_eq!(told, Err(DisclosureError::Audience));
    }
}

#[test]
fn a_line_that_is_none_is_told_by_its_number_and_by_nothing_it_says() {
    let good = log().to_json_lines();
    let shared = |lower: &str, audience: &str| {
        format!(
            r#"{{"day":"2026-01-01","event":"shared","audience":"{audience}",{lower}"upper":13,"method":"not_told","purpose":"access_gate"}}"#
        )
    };
    let bad = [
        "x".to_owned(),
        "{}".to_owned(),
        r#"{"day":"2026-01-01","event":"sold"}"#.to_owned(),
        r#"{"day":"2026-13-01","event":"corrected"}"#.to_owned(),
        shared("", "games.example"),
        shared(r#""lower":14,"#, "games.example"),
        shared(r#""lower":0,"#, ""),
    ];
    for line in bad {
        let text = format!("{good}\n{line}\n");
        let error = DisclosureLog::from_json_lines(&text).unwrap_err();
        assert_eq!(error, DisclosureError::Line(5), "{line}");
        let told = error.to_string();
        assert!(!told.contains("games") && !told.contains("13") && !told.contains("14"));
    }
    assert!(DisclosureLog::from_json_lines(&shared(r#""lower":0,"x":{},"#, "a")).is_ok());
}

#[test]
fn an_instant_is_of_one_utc_day() {
    assert_eq!(utc_day(0), Some(date(1970, 1, 1)));
    assert_eq!(utc_day(-1), Some(date(1969, 12, 31)));
    assert_eq!(utc_day(i64::MAX), None);
}

/// R-AGE-052
#[test]
fn age_47_a_claim_is_listed_as_it_was_told() {
    let told = crate::age::Coarse {
        interval: cell(13, Some(16)),
        exact_cell: true,
    };
    let claim = AgeSignal::new(told, "app.example", AgePurpose::LegalCompliance);
    let mut log = DisclosureLog::new();
    log.told(&claim, 86_400).unwrap();
    assert_eq!(
        log.lines(),
        [Disclosure {
            day: date(1970, 1, 2),
            event: DisclosureEvent::Shared {
                audience: "app.example".into(),
                interval: cell(13, Some(16)),
                method: AgeMethod::NotTold,
                purpose: AgePurpose::LegalCompliance,
            },
        }]
    );
    assert_eq!(log.told(&claim, i64::MAX), Err(DisclosureError::Day));
}
