//! Runs every table under `spec/vectors/v1alpha1/decide`. The expected answers were worked out by hand.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use parcep_core::decide::{Action, PolicyInput};
use parcep_core::decide::{
    Answer, Context, Custody, Effect, Reason, Usage, UsageRow, compile, decide,
};
use parcep_core::policy::{
    Category, LabelName, LayerAuthor, Override, PolicyLayer, Profile, SectionName, ZoneName,
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
    /// Never changes; the cases below it are counted from 1.
    id: String,
    name: String,
    /// Requirements that this group is about.
    clauses: Vec<String>,
    profile: Profile,
    layers: Vec<PolicyLayer>,
    #[serde(default)]
    overrides: Vec<Override>,
    #[serde(default)]
    custody: Vec<Stretch>,
    #[serde(default)]
    pending: Vec<SectionName>,
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
    expect: Expected,
}

/// The rows name rules without their authors.
#[derive(Debug, Deserialize, serde::Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Expected {
    effect: Effect,
    reason: Reason,
    rules: BTreeSet<String>,
    remaining_seconds: Option<u64>,
    next_change: Option<jiff::Timestamp>,
}

impl From<Answer> for Expected {
    fn from(answer: Answer) -> Self {
        Self {
            effect: answer.effect,
            reason: answer.reason,
            rules: answer.rules.into_iter().map(|rule| rule.rule).collect(),
            remaining_seconds: answer.remaining_seconds,
            next_change: answer.next_change,
        }
    }
}

const fn yes() -> bool {
    true
}

/// All of `spec/vectors/v1alpha1/decide`.
#[test]
fn every_decision_vector_is_answered_as_worked_out_by_hand() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for file in files() {
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
    assert!(cases >= 200, "only {cases} cases were found");
}

fn files() -> Vec<File> {
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let file: File = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(file.format, "parcep-decide-vectors/1");
        file
    };
    std::fs::read_dir(root().join("spec/vectors/v1alpha1/decide"))
        .unwrap()
        .map(read)
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every requirement on policies and their evaluation is cited by a vector or a test, or stands in
/// `spec/OPEN.md`, and nothing cites one that does not exist.
#[test]
fn vectors_and_tests_cite_every_requirement_of_the_two_chapters() {
    let headings: BTreeSet<String> = ["13-policy-model.md", "14-evaluation.md"]
        .into_iter()
        .flat_map(|chapter| {
            let text = std::fs::read_to_string(root().join("spec").join(chapter)).unwrap();
            let ids = text.lines().filter_map(|line| line.strip_prefix("### R-"));
            ids.map(|rest| format!("R-{}", rest.split(' ').next().unwrap()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(headings.len() > 40, "{headings:?}");
    let mut cited: BTreeSet<String> = files()
        .into_iter()
        .flat_map(|file| file.groups)
        .flat_map(|group| group.clauses)
        .collect();
    for source in [
        "src/policy/tests.rs",
        "src/ratings/tests.rs",
        "tests/decide/laws.rs",
    ] {
        let text = std::fs::read_to_string(root().join("crates/parcep-core").join(source)).unwrap();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let ids = words.filter(|word| word.starts_with("R-EVAL-") || word.starts_with("R-POL-"));
        cited.extend(ids.map(str::to_owned));
    }
    let open = std::fs::read_to_string(root().join("spec/OPEN.md")).unwrap();
    let is_open = |id: &&String| open.contains(&format!("| {id} |"));
    let missing = headings.difference(&cited).filter(|id| !is_open(id));
    let missing: Vec<_> = missing.collect();
    let unknown: Vec<_> = cited.difference(&headings).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "untested {missing:?}, unknown {unknown:?}"
    );
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
    input.pending = &group.pending;
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
        let answer = Expected::from(decide(&policy, &usage, &context).answer());
        if answer != case.expect {
            let (got, expected) = (json(&answer), json(&case.expect));
            wrong.push(format!(
                "{} {} / {}\n  expected {expected}\n  answered {got}",
                group.id, group.name, case.name
            ));
        }
    }
    wrong
}

fn json(answer: &Expected) -> String {
    serde_json::to_string(answer).unwrap()
}
