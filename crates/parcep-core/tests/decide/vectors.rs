//! Runs every table under `spec/vectors/decide`. The expected answers were worked out by hand.

use std::path::Path;

use parcep_core::decide::{Action, PolicyInput};
use parcep_core::decide::{Answer, Context, Custody, Usage, UsageRow, compile, decide};
use parcep_core::policy::{
    Category, LabelName, LayerAuthor, Override, PolicyLayer, Profile, ZoneName,
};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    #[expect(dead_code, reason = "for people")]
    about: String,
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    profile: Profile,
    layers: Vec<PolicyLayer>,
    #[serde(default)]
    overrides: Vec<Override>,
    #[serde(default)]
    custody: Vec<Stretch>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stretch {
    from: jiff::Timestamp,
    until: jiff::Timestamp,
    guardian: LayerAuthor,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    at: jiff::Timestamp,
    action: String,
    #[serde(default)]
    categories: Vec<Category>,
    #[serde(default)]
    labels: Vec<LabelName>,
    publisher: Option<String>,
    #[serde(default)]
    explicit: bool,
    #[serde(default = "yes")]
    can_ask: bool,
    device_zone: Option<ZoneName>,
    #[serde(default)]
    usage: Vec<UsageRow>,
    expect: Answer,
}

const fn yes() -> bool {
    true
}

#[test]
fn every_decision_vector_is_answered_as_worked_out_by_hand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors/decide");
    let (mut cases, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let file: File = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(file.format, "parcep-decide-vectors/1");
        for group in &file.groups {
            cases += group.cases.len();
            wrong.extend(run(group));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {cases} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(cases >= 100, "only {cases} cases were found");
}

fn run(group: &Group) -> Vec<String> {
    let ratings = RatingTable::bundled();
    let zones = Zones::bundled();
    let custody: Vec<Custody> = group
        .custody
        .iter()
        .map(|s| Custody {
            from: s.from,
            until: s.until,
            guardian: s.guardian.clone(),
        })
        .collect();
    let mut input =
        PolicyInput::new(&group.profile, &group.layers).with_overrides(&group.overrides);
    input.custody = &custody;
    let policy = compile(&input, &ratings, &zones).unwrap();
    let mut wrong = Vec::new();
    for case in &group.cases {
        let action = Action::parse(&case.action, &ratings).unwrap();
        let usage = Usage::from_rows(case.usage.iter().cloned()).unwrap();
        let labels: Vec<_> = case
            .labels
            .iter()
            .map(|l| ratings.find(l.system(), l.label()).unwrap())
            .collect();
        let zone = case
            .device_zone
            .as_ref()
            .map(|zone| zones.find(zone).unwrap());
        let mut context = Context::new(case.at, &action).with_categories(&case.categories);
        context.labels = &labels;
        context.publisher = case.publisher.as_deref();
        context.explicit = case.explicit;
        context.can_ask = case.can_ask;
        context.device_zone = zone.as_deref();
        let answer = decide(&policy, &usage, &context).answer();
        if answer != case.expect {
            let (got, expected) = (json(&answer), json(&case.expect));
            wrong.push(format!(
                "{} / {}\n  expected {expected}\n  answered {got}",
                group.name, case.name
            ));
        }
    }
    wrong
}

fn json(answer: &Answer) -> String {
    serde_json::to_string(answer).unwrap()
}
