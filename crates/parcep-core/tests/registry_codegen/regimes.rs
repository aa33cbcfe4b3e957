//! Outcomes of asking for an age signal, and regimes: what the files hold, and what is written from them.

use crate::model::{Certainty, Registries};
use crate::rust::{Fields, camel, list, table};
use parcep_proto::v1alpha1::AgeOutcome;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Retry {
    No,
    AfterUserAction,
    Backoff,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Conflict {
    LowestWins,
    PrimaryUnlessContrary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sharing {
    Mandatory,
    Voluntary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    Download,
    Purchase,
    FirstLaunch,
    SignificantChange,
    NewAccount,
    SuspectedTransfer,
    SuspectedMisuse,
    LegalDuty,
    Correction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Exemption {
    Emancipated,
    Married,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Status {
    #[serde(rename = "in force")]
    InForce,
    #[serde(rename = "enacted")]
    Enacted,
    #[serde(rename = "contested")]
    Contested,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outcome {
    pub(crate) number: i32,
    pub(crate) name: String,
    pub(crate) retry: Retry,
    pub(crate) text: String,
    pub(crate) action: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Regime {
    code: String,
    name: String,
    regions: Vec<String>,
    law: String,
    status: Status,
    from: String,
    cuts: Vec<u32>,
    one_cell: bool,
    conflict: Conflict,
    reask_days: u32,
    reask_on: Vec<Event>,
    sharing: Sharing,
    adult: u32,
    parental_consent: bool,
    exemptions: Vec<Exemption>,
    source: String,
    checked: String,
    certainty: Certainty,
}

/// `src/registry/generated/age_outcomes.rs`.
pub(crate) fn outcomes_in_rust(all: &Registries) -> String {
    let rows = all.age_outcomes.iter().map(|row| {
        let mut fields = Fields::default();
        fields.plain("outcome", format!("AgeOutcome::{}", camel(&row.name)));
        fields.text("name", &row.name);
        fields.plain("retry", format!("RetryClass::{:?}", row.retry));
        fields.text("text", &row.text);
        fields.text("action", &row.action);
        fields
    });
    let doc = "Why there is an age signal or none, by number.";
    "use crate::registry::{AgeOutcomeRow, RetryClass};\nuse parcep_proto::v1alpha1::AgeOutcome;\n\n"
        .to_owned()
        + &table(doc, "AGE_OUTCOMES", "AgeOutcomeRow", rows)
}

/// `src/registry/generated/regimes.rs`.
pub(crate) fn regimes_in_rust(all: &Registries) -> String {
    let default = all.regimes.iter().position(|row| row.code == "default");
    let rows = all.regimes.iter().map(|row| {
        let mut fields = Fields::default();
        let some = |name: &str, values: &[String]| list(values, 2, name.len() + 2);
        let named = |kind: &str, values: Vec<String>| -> Vec<String> {
            values.iter().map(|v| format!("{kind}::{v}")).collect()
        };
        fields.text("code", &row.code);
        fields.text("name", &row.name);
        let regions: Vec<_> = row.regions.iter().map(|r| format!("{r:?}")).collect();
        fields.plain("regions", short_list(&regions));
        fields.text("law", &row.law);
        fields.plain("status", format!("RegimeStatus::{:?}", row.status));
        fields.text("from", &row.from);
        let cuts: Vec<_> = row.cuts.iter().map(u32::to_string).collect();
        fields.plain("cuts", some("cuts", &cuts));
        fields.plain("one_cell", row.one_cell);
        fields.plain("conflict", format!("ConflictRule::{:?}", row.conflict));
        fields.plain("reask_days", row.reask_days);
        let events = named("ReaskEvent", names(&row.reask_on));
        fields.plain("reask_on", some("reask_on", &events));
        fields.plain("sharing", format!("Sharing::{:?}", row.sharing));
        fields.plain("adult", row.adult);
        fields.plain("parental_consent", row.parental_consent);
        let exemptions = named("ConsentExemption", names(&row.exemptions));
        fields.plain("exemptions", some("exemptions", &exemptions));
        fields.plain("sure", row.certainty == Certainty::Sure);
        fields
    });
    let doc = "What laws make of age signals, by code. No legal advice.";
    format!(
        "use crate::registry::{{\n    ConflictRule, ConsentExemption, ReaskEvent, RegimeRow, RegimeStatus, Sharing,\n}};\n\n\
         /// Place of the row that holds where no other does.\n\
         pub(crate) const DEFAULT: usize = {};\n\n{}",
        default.unwrap(),
        table(doc, "REGIMES", "RegimeRow", rows)
    )
}

/// Short texts, as many on a line as fit: how `rustfmt` lays out such a list.
fn short_list(values: &[String]) -> String {
    let line = values.join(", ");
    if line.len() <= 60 {
        return format!("&[{line}]");
    }
    let mut lines = vec![String::new()];
    for value in values {
        let last = lines.last_mut().unwrap();
        if 12 + last.len() + value.len() + 2 > 100 {
            lines.push(format!("{value}, "));
        } else {
            last.push_str(&format!("{value}, "));
        }
    }
    let lines = lines
        .iter()
        .map(|line| format!("            {}\n", line.trim_end()));
    format!("&[\n{}        ]", lines.collect::<String>())
}

fn names<T: std::fmt::Debug>(values: &[T]) -> Vec<String> {
    values.iter().map(|value| format!("{value:?}")).collect()
}

/// `LowestWins` as `lowest wins`.
fn words<T: std::fmt::Debug>(value: T) -> String {
    let mut out = String::new();
    for letter in format!("{value:?}").chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// Heads and rows of the table of outcomes.
pub(crate) fn outcomes_in_chapter(rows: &[Outcome]) -> (Vec<&'static str>, Vec<Vec<String>>) {
    let rows = rows.iter().map(|row| {
        let retry = words(row.retry).replace(' ', "_").to_uppercase();
        let (text, action) = (row.text.clone(), row.action.clone());
        vec![
            row.number.to_string(),
            row.name.clone(),
            retry,
            text,
            action,
        ]
    });
    let heads = ["No.", "Outcome", "Retry", "Means", "Do"];
    (heads.to_vec(), rows.collect())
}

/// Heads and rows of the table of regimes.
pub(crate) fn regimes_in_chapter(rows: &[Regime]) -> (Vec<&'static str>, Vec<Vec<String>>) {
    let all = |values: Vec<String>| match values.join(", ") {
        none if none.is_empty() => "–".to_owned(),
        some => some,
    };
    let rows = rows.iter().map(|row| {
        let cuts = row.cuts.iter().map(u32::to_string).collect::<Vec<_>>();
        let cell = if row.one_cell { ", one cell" } else { "" };
        let consent = match (row.parental_consent, row.exemptions.as_slice()) {
            (false, _) => "no".to_owned(),
            (true, []) => "yes".to_owned(),
            (true, some) => {
                let some = some.iter().map(words).collect::<Vec<_>>();
                format!("yes, unless {}", some.join(" or "))
            }
        };
        let every = match row.reask_days {
            0 => "every launch".to_owned(),
            days => format!(
                "{days} days, or {}",
                all(row.reask_on.iter().map(words).collect())
            ),
        };
        vec![
            format!("`{}`", row.code),
            match row.regions.len() {
                0 | 1 => row.name.clone(),
                n => format!("{} ({n} countries)", row.name),
            },
            row.law.clone(),
            format!("{}, {}", words(row.status), row.from),
            format!("{}{cell}", cuts.join(", ")),
            format!("`{}`", words(row.conflict).replace(' ', "_")),
            every,
            words(row.sharing),
            row.adult.to_string(),
            consent,
            format!("{}, {}", row.checked, words(row.certainty)),
        ]
    });
    let heads = [
        "Code",
        "Where",
        "Law",
        "Status, from",
        "Cut points",
        "Conflict",
        "Asking again",
        "Sharing",
        "Adult",
        "Parental consent",
        "Checked",
    ];
    (heads.to_vec(), rows.collect())
}

fn sentence(text: &str) -> bool {
    text.ends_with('.') && text.starts_with(char::is_uppercase)
}

/// R-AGE-030, R-AGE-032.
#[test]
fn every_outcome_of_the_wire_has_one_row_with_a_retry_class() {
    let rows = Registries::read().age_outcomes;
    let wire: Vec<_> = (1..64)
        .filter_map(|n| AgeOutcome::try_from(n).ok())
        .collect();
    assert_eq!(rows.len(), wire.len());
    for (row, outcome) in rows.iter().zip(wire) {
        assert_eq!(row.number, i32::from(outcome), "{}", row.name);
        assert_eq!(format!("AGE_OUTCOME_{}", row.name), outcome.as_str_name());
        assert!(sentence(&row.text) && sentence(&row.action), "{}", row.name);
    }
    let backoff = rows.iter().filter(|row| row.retry == Retry::Backoff);
    let backoff: Vec<_> = backoff.map(|row| row.name.as_str()).collect();
    assert_eq!(backoff, ["TEMPORARILY_UNAVAILABLE"]);
}

/// R-AGE-033: whatever is no signal is told to be unknown.
#[test]
fn every_outcome_but_a_signal_says_that_the_age_is_unknown() {
    for row in Registries::read().age_outcomes {
        let unknown = row.action.contains("reat the age as unknown");
        assert_eq!(unknown, row.name != "SIGNAL", "{}", row.name);
    }
}

/// R-AGE-048, R-AGE-050.
#[test]
fn a_regime_has_a_place_of_its_own_cut_points_that_are_admitted_and_a_day_of_its_check() {
    let rows = Registries::read().regimes;
    assert!(rows.is_sorted_by(|a, b| a.code < b.code));
    let mut seen = BTreeSet::new();
    for row in &rows {
        let code = &row.code;
        assert_eq!(row.regions.is_empty(), code == "default", "{code}");
        for region in &row.regions {
            assert!(seen.insert(region.clone()), "{region} stands twice");
            let (country, part) = region.split_once('-').unwrap_or((region, "A"));
            let fits = |text: &str| {
                let mut bytes = text.bytes();
                bytes.all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            };
            assert!(country.len() == 2 && fits(country), "{region}");
            assert!((1..=3).contains(&part.len()) && fits(part), "{region}");
        }
        assert!(
            parcep_core::age::Cuts::new(row.cuts.clone()).is_ok(),
            "{code}"
        );
        let day = |text: &str| text.parse::<jiff::civil::Date>().is_ok();
        assert!(day(&row.from) && day(&row.checked), "{code}");
        assert!((16..=21).contains(&row.adult), "{code}");
        assert!(row.cuts.contains(&row.adult), "{code}");
        // Every launch needs no event; otherwise each stands once.
        let events: BTreeSet<_> = row.reask_on.iter().collect();
        assert_eq!(events.len(), row.reask_on.len(), "{code}");
        assert_eq!(row.reask_days == 0, events.is_empty(), "{code}");
        let exempt: BTreeSet<_> = row.exemptions.iter().collect();
        assert_eq!(exempt.len(), row.exemptions.len(), "{code}");
        assert!(!row.name.is_empty() && !row.law.is_empty() && !row.source.is_empty());
        // What is in dispute is looked at again.
        let disputed = row.status == Status::Contested;
        assert!(!disputed || row.certainty == Certainty::Recheck, "{code}");
    }
}

#[test]
fn the_default_decides_nothing_for_a_household() {
    let rows = Registries::read().regimes;
    let default = rows.iter().find(|row| row.code == "default").unwrap();
    assert_eq!(default.sharing, Sharing::Voluntary);
    assert_eq!(default.conflict, Conflict::LowestWins);
    assert!(!default.one_cell && !default.parental_consent);
}
