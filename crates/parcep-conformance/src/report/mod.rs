//! The report: a record for programs (`report.schema.json`), JUnit for build servers, a page for
//! people. All three come from this one value.

mod baseline;
mod html;
mod human;
mod junit;
mod markdown;
mod view;
mod words;

pub use baseline::{Baseline, BaselineError, Excuses, Known, Stale};

use crate::catalogue::{self, Kind, Profile, Role, Test};
use crate::clause::Clause;
use crate::point::Hello;
use crate::revision;
use crate::tape::Line;
use crate::trial::Step;
use crate::verdict::{Conclusion, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of the report's shape; a reader refuses another first number.
pub const SCHEMA_VERSION: &str = "1.1";

/// Everything a run found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: &'static str,
    /// Which suite asked.
    pub suite: Suite,
    /// What the implementation says of itself, where it can.
    pub implementation: Option<Implementation>,
    /// What was asked of whom.
    pub run: Run,
    /// What the run says of the implementation.
    pub conclusion: Conclusion,
    /// Exit code of the program for this conclusion.
    pub exit_code: u8,
    /// One result per test of the profile.
    pub results: Vec<Result>,
    /// One row per cited requirement.
    pub requirements: Vec<RequirementRow>,
    /// Tests by verdict.
    pub totals: Totals,
    /// Known failures, where a list of them was given.
    pub baseline: Option<Excuses>,
}

/// Which suite asked.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Suite {
    /// Program.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Hash over test ids and the clauses they cite.
    pub catalogue: String,
    /// The frozen revision that has this hash; none between two revisions.
    pub revision: Option<String>,
}

/// What an implementation says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Implementation {
    /// Its name.
    pub product: String,
    /// Its version.
    pub version: String,
    /// What it is, such as `enforcement-point`.
    pub role: String,
    /// What it can do, by the words of the driver's contract.
    pub features: Vec<String>,
}

impl Implementation {
    pub(crate) fn of(hello: &Hello) -> Self {
        Self {
            product: hello.product.clone(),
            version: hello.version.clone(),
            role: hello.role.clone(),
            features: hello.features.clone(),
        }
    }
}

/// What was asked of whom.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// What was tested: an address, or the command of a driver.
    pub target: String,
    /// How much of the catalogue.
    pub profile: Profile,
    /// Seed of the test data.
    pub seed: u64,
    /// When it began, seconds since 1970-01-01T00:00:00Z.
    pub started_at: u64,
    /// How long it took, milliseconds.
    pub duration_ms: u64,
    /// The command line that repeats it.
    pub command: String,
    /// What was required, and what of it ran.
    pub selection: Selection,
}

/// What was required, and what of it ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// Tests of the profile.
    pub required: usize,
    /// Tests that ran to a verdict.
    pub executed: usize,
    /// Tests of the profile that did not, except those that do not apply.
    pub missing: Vec<&'static str>,
    /// Patterns that selected some of them; empty means all.
    pub only: Vec<String>,
}

impl Selection {
    pub(crate) fn of(results: &[Result]) -> Self {
        let is_missing = |result: &&Result| {
            !result.verdict.is_executed() && result.verdict != Verdict::NotApplicable
        };
        Self {
            required: results.len(),
            executed: results
                .iter()
                .filter(|result| result.verdict.is_executed())
                .count(),
            missing: results
                .iter()
                .filter(is_missing)
                .map(|result| result.id)
                .collect(),
            only: Vec::new(),
        }
    }
}

/// What one test found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Result {
    /// Test id.
    pub id: &'static str,
    /// What the implementation has to do.
    pub title: &'static str,
    /// Whom it judges.
    pub role: Role,
    /// What kind of behaviour it provokes.
    pub kind: Kind,
    /// Whether a failure breaks conformance; a clause with SHOULD only earns a warning.
    pub binding: bool,
    /// The clauses it decides, with their texts.
    pub cites: Vec<Clause>,
    /// The verdict.
    pub verdict: Verdict,
    /// Passed only when tried again.
    pub unstable: bool,
    /// Why, where no step says it.
    pub reason: Option<String>,
    /// Every attempt, in order.
    pub attempts: Vec<Attempt>,
    /// The command that repeats this test alone.
    pub rerun: String,
    /// Why this failure is excused, if it is a known one.
    pub known: Option<String>,
}

/// One attempt of a test.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Its verdict.
    pub verdict: Verdict,
    /// Why, where no step says it.
    pub reason: Option<String>,
    /// How long it took, milliseconds.
    pub duration_ms: u64,
    /// What was expected and seen.
    pub steps: Vec<Step>,
    /// The shortest part of the transcript that shows why it did not pass.
    pub slice: Vec<Line>,
    /// Everything that crossed the interface, in bounds; nothing of an attempt that passed, unless wanted. Goes into
    /// files of its own.
    #[serde(skip)]
    pub transcript: Vec<Line>,
}

impl Result {
    /// The result of a test that was not selected.
    pub(crate) fn skipped(test: &'static Test) -> Self {
        Self {
            verdict: Verdict::Skip,
            reason: Some("not selected".into()),
            ..Self::empty(test, String::new())
        }
    }

    /// Whether nobody selected it: of one that was begun and not judged there is an attempt.
    pub(crate) fn was_left_out(&self) -> bool {
        self.verdict == Verdict::Skip && self.attempts.is_empty()
    }

    /// The result of a test's attempts. A pass after a failure is unstable, and that is no pass.
    pub(crate) fn of(test: &'static Test, attempts: Vec<Attempt>, rerun: String) -> Self {
        let failed = attempts
            .iter()
            .any(|attempt| attempt.verdict == Verdict::Fail);
        let last = attempts.last();
        let ended = last.map_or(Verdict::Error, |attempt| attempt.verdict);
        let unstable = failed && ended != Verdict::Fail;
        let reason = if unstable {
            Some(format!("unstable: failed, then {ended} when tried again"))
        } else {
            last.and_then(|attempt| attempt.reason.clone())
        };
        Self {
            verdict: if failed { Verdict::Fail } else { ended },
            unstable,
            reason,
            attempts,
            ..Self::empty(test, rerun)
        }
    }

    fn empty(test: &'static Test, rerun: String) -> Self {
        Self {
            id: test.id,
            title: test.title,
            role: test.role,
            kind: test.kind,
            binding: test.is_binding(),
            cites: test.clauses(),
            verdict: Verdict::Error,
            unstable: false,
            reason: None,
            attempts: Vec::new(),
            rerun,
            known: None,
        }
    }

    /// The step that did not agree, in the first attempt that failed.
    pub fn disagreement(&self) -> Option<&Step> {
        self.attempts
            .iter()
            .flat_map(|attempt| &attempt.steps)
            .find(|step| !step.ok)
    }

    /// The attempt that shows best why the test did not pass.
    pub fn telling(&self) -> Option<&Attempt> {
        let mut attempts = self.attempts.iter();
        let failed = attempts.find(|attempt| attempt.steps.iter().any(|step| !step.ok));
        failed.or_else(|| {
            let mut attempts = self.attempts.iter();
            attempts.find(|attempt| attempt.verdict == self.verdict)
        })
    }

    /// Whether it breaks conformance.
    pub fn breaks(&self) -> bool {
        self.binding && self.verdict == Verdict::Fail && self.known.is_none()
    }

    /// Whether it failed something that is only recommended.
    pub fn is_warning(&self) -> bool {
        self.verdict == Verdict::Fail && !self.binding
    }

    /// How long all attempts took, milliseconds.
    pub fn duration_ms(&self) -> u64 {
        self.attempts
            .iter()
            .map(|attempt| attempt.duration_ms)
            .sum()
    }
}

/// What the run says of one requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequirementRow {
    /// Requirement id.
    pub id: &'static str,
    /// Fail if a citing test failed, pass if all that ran passed, else why none ran.
    pub verdict: Verdict,
    /// Tests that cite it.
    pub tests: Vec<&'static str>,
}

/// Tests by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Passed.
    pub pass: usize,
    /// Failed, unstable ones and warnings included.
    pub fail: usize,
    /// Failed, but cite nothing that binds.
    pub warning: usize,
    /// The environment got in the way.
    pub inconclusive: usize,
    /// Do not apply.
    pub not_applicable: usize,
    /// Not selected.
    pub skip: usize,
    /// The suite's own fault.
    pub error: usize,
}

impl Totals {
    fn of(results: &[Result]) -> Self {
        let count = |verdict| {
            results
                .iter()
                .filter(|result| result.verdict == verdict)
                .count()
        };
        Self {
            pass: count(Verdict::Pass),
            fail: count(Verdict::Fail),
            warning: results.iter().filter(|result| result.is_warning()).count(),
            inconclusive: count(Verdict::Inconclusive),
            not_applicable: count(Verdict::NotApplicable),
            skip: count(Verdict::Skip),
            error: count(Verdict::Error),
        }
    }
}

impl Report {
    /// The record for `parcep-conform trace`: every test that was to run.
    pub fn evidence(&self) -> crate::trace::Record {
        let executed = self.results.iter().map(|result| crate::trace::Executed {
            id: result.id.to_owned(),
            requirements: result
                .cites
                .iter()
                .map(|clause| clause.requirement.to_owned())
                .collect(),
            verdict: result.verdict,
        });
        crate::trace::Record::new(executed.collect(), Vec::new())
    }

    pub(crate) fn new(
        run: Run,
        implementation: Option<Implementation>,
        results: Vec<Result>,
    ) -> Self {
        let conclusion = conclude(&results, None);
        let catalogue = catalogue::digest();
        Self {
            schema_version: SCHEMA_VERSION,
            suite: Suite {
                name: "parcep-conform",
                version: env!("CARGO_PKG_VERSION"),
                revision: revision::frozen(&catalogue).map(str::to_owned),
                catalogue,
            },
            implementation,
            run,
            conclusion,
            exit_code: conclusion.exit_code(),
            requirements: requirements(&results),
            totals: Totals::of(&results),
            results,
            baseline: None,
        }
    }

    /// Excuses known failures, and concludes anew. `today` is a day in UTC.
    pub fn excuse(&mut self, baseline: &Baseline, today: jiff::civil::Date) {
        let excuses = baseline.excuse(&mut self.results, today);
        self.conclusion = conclude(&self.results, Some(&excuses));
        self.exit_code = self.conclusion.exit_code();
        self.baseline = Some(excuses);
    }

    /// The page for people.
    pub fn render(&self) -> String {
        human::render(self)
    }

    /// The record for programs, one line of JSON with a newline behind it.
    pub fn to_json(&self) -> String {
        // Numbers, strings and lists only: there is nothing in it that JSON cannot say.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The page for people as Markdown, for a build server or a pull request.
    pub fn to_markdown(&self) -> String {
        markdown::render(self)
    }

    /// The page for people as one HTML file that loads nothing.
    pub fn to_html(&self) -> String {
        html::render(self)
    }

    /// JUnit XML for build servers: inconclusive is an error, not applicable is skipped.
    pub fn to_junit(&self) -> String {
        junit::render(self)
    }
}

/// A failure outweighs everything; nothing that ran concludes nothing (R-CONF-001).
fn conclude(results: &[Result], excuses: Option<&Excuses>) -> Conclusion {
    let any = |verdict| results.iter().any(|result| result.verdict == verdict);
    let selection = Selection::of(results);
    if results.iter().any(Result::breaks) {
        Conclusion::NonConformant
    } else if any(Verdict::Error) {
        Conclusion::HarnessError
    } else if excuses.is_some_and(|excuses| !excuses.stale.is_empty()) {
        Conclusion::StaleBaseline
    } else if selection.executed == 0 || !selection.missing.is_empty() {
        Conclusion::Incomplete
    } else if results.iter().any(|result| result.known.is_some()) {
        Conclusion::ConformantWithExceptions
    } else {
        Conclusion::Conformant
    }
}

fn requirements(results: &[Result]) -> Vec<RequirementRow> {
    let mut rows: BTreeMap<&'static str, RequirementRow> = BTreeMap::new();
    for result in results {
        for clause in &result.cites {
            let row = rows.entry(clause.requirement).or_insert(RequirementRow {
                id: clause.requirement,
                verdict: result.verdict,
                tests: Vec::new(),
            });
            row.tests.push(result.id);
            row.verdict = heavier(row.verdict, result.verdict);
        }
    }
    rows.into_values().collect()
}

fn heavier(one: Verdict, other: Verdict) -> Verdict {
    let weight = |verdict| match verdict {
        Verdict::Fail => 5,
        Verdict::Error => 4,
        Verdict::Inconclusive => 3,
        Verdict::Pass => 2,
        Verdict::Skip => 1,
        Verdict::NotApplicable => 0,
    };
    if weight(other) > weight(one) {
        other
    } else {
        one
    }
}

#[cfg(test)]
pub(crate) mod tests;
