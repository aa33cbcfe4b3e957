//! The kill matrix: which test fails which relay, issuer or enforcement point, and which vector which party to
//! ages.

use super::{Kind, Mutant};
use crate::ages;
use crate::catalogue;
use crate::report::Report;
use crate::trace::{EVIDENCE_FORMAT, Executed};
use crate::verdict::{Conclusion, Verdict};
use serde::Serialize;

/// What the selftest found. Its JSON is a record of evidence for tracing, by `evidence.schema.json`, with
/// two members more.
#[derive(Debug, Clone, Serialize)]
pub struct Matrix {
    format: &'static str,
    /// Every test, and what it says of the honest ones together.
    pub tests: Vec<Executed>,
    /// One row per faulty peer.
    pub mutants: Vec<Row>,
    /// Tests that honest peers failed, as `peer/test`.
    pub false_reds: Vec<String>,
    /// Faulty peers that no test citing their requirement failed, and nonsense that was not found out.
    pub false_greens: Vec<String>,
    #[serde(skip)]
    pub(super) honest: Vec<String>,
    /// Names of what is no product, and whether that was found out.
    #[serde(skip)]
    pub(super) nonsense: Vec<(String, bool)>,
}

/// One faulty peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is.
    #[serde(skip)]
    pub kind: Kind,
    /// Its fault.
    pub name: String,
    /// The requirement it breaks.
    pub requirement: String,
    /// Whether a test that cites this requirement failed it.
    pub killed: bool,
    /// Every test that failed a relay; of a party the vectors that cite the requirement.
    pub by: Vec<String>,
}

impl Matrix {
    pub(super) fn new(
        mut judged: Vec<(Mutant, Report)>,
        answered: Vec<(Mutant, ages::Run)>,
    ) -> Self {
        judged
            .sort_by(|(one, _), (other, _)| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
        let (hollow, judged): (Vec<_>, Vec<_>) = judged
            .into_iter()
            .partition(|(mutant, _)| mutant.kind == Kind::Nonsense);
        let nonsense: Vec<_> = hollow.iter().map(found_out).collect();
        let (honest, faulty): (Vec<_>, Vec<_>) =
            judged.into_iter().partition(|(mutant, _)| mutant.honest);
        let (truthful, liars): (Vec<_>, Vec<_>) =
            answered.into_iter().partition(|(mutant, _)| mutant.honest);
        let relays = faulty.iter().map(|(mutant, report)| row(mutant, report));
        let parties = liars.iter().map(|(mutant, run)| party_row(mutant, run));
        let mutants: Vec<Row> = relays.chain(parties).collect();
        let mut tests = executed(&honest);
        tests.extend(truthful.iter().flat_map(|(_, run)| run.executed()));
        let reds = honest.iter().flat_map(reds);
        let reds = reds.chain(truthful.iter().flat_map(party_reds));
        let honest = honest.iter().map(|(mutant, _)| mutant.name.clone());
        let truthful = truthful.iter().map(|(mutant, _)| mutant.name.clone());
        let survivors = mutants.iter().filter(|row| !row.killed);
        let survivors = survivors.map(|row| row.name.clone());
        let passed = nonsense.iter().filter(|(_, found_out)| !found_out);
        let passed = passed.map(|(name, _)| name.clone());
        Self {
            format: EVIDENCE_FORMAT,
            tests,
            false_reds: reds.collect(),
            false_greens: survivors.chain(passed).collect(),
            honest: honest.chain(truthful).collect(),
            nonsense,
            mutants,
        }
    }

    /// 0 if every faulty relay was caught and no honest one was, else 1.
    pub fn exit_code(&self) -> u8 {
        u8::from(!(self.false_reds.is_empty() && self.false_greens.is_empty()))
    }

    /// The record for programs.
    pub fn to_json(&self) -> String {
        // Strings and booleans only: there is nothing in it that JSON cannot say.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Nonsense is found out by a run that ends as not conformant, and by no test without a verdict.
fn found_out((mutant, report): &(Mutant, Report)) -> (String, bool) {
    let has_verdict = |verdict| {
        use Verdict::{Fail, NotApplicable, Pass, Skip};
        matches!(verdict, Pass | Fail | NotApplicable | Skip)
    };
    let all = report
        .results
        .iter()
        .all(|result| has_verdict(result.verdict));
    let found_out = report.conclusion == Conclusion::NonConformant && all;
    (mutant.name.clone(), found_out)
}

fn row(mutant: &Mutant, report: &Report) -> Row {
    let failed = || {
        report
            .results
            .iter()
            .filter(|result| result.verdict == Verdict::Fail)
    };
    let cites = |id: &str| {
        catalogue::tests()
            .any(|test| test.id == id && test.cites.contains(&mutant.requirement.as_str()))
    };
    Row {
        kind: mutant.kind,
        name: mutant.name.clone(),
        requirement: mutant.requirement.clone(),
        killed: failed().any(|result| cites(result.id)),
        by: failed().map(|result| result.id.to_owned()).collect(),
    }
}

/// A party is caught by a vector that cites what it breaks.
fn party_row(mutant: &Mutant, run: &ages::Run) -> Row {
    let cites = |asked: &&ages::Asked| {
        let vector = &asked.question.vector;
        vector.requirements.contains(&mutant.requirement)
    };
    let wrong = run.asked.iter().filter(|asked| asked.is_wrong());
    let by: Vec<_> = wrong
        .filter(cites)
        .map(|asked| format!("vector {}", asked.question.vector.id))
        .collect();
    Row {
        kind: Kind::Party,
        name: mutant.name.clone(),
        requirement: mutant.requirement.clone(),
        killed: !by.is_empty(),
        by,
    }
}

/// An honest party owes every vector what it expects.
fn party_reds((mutant, run): &(Mutant, ages::Run)) -> Vec<String> {
    let disagrees = run
        .asked
        .iter()
        .filter(|asked| asked.said != ages::Said::Agrees);
    let ids = disagrees.map(|asked| asked.question.vector.id.as_str());
    let fault = run.fault.as_deref();
    ids.chain(fault)
        .map(|what| format!("{}/{what}", mutant.name))
        .collect()
}

/// Each test with what it says of all honest peers that it was asked of: the worst of its verdicts, where one to
/// which it does not apply says nothing.
fn executed(honest: &[(Mutant, Report)]) -> Vec<Executed> {
    let verdict = |id: &str| {
        let results = honest.iter().flat_map(|(_, report)| &report.results);
        results
            .filter(|result| result.id == id)
            .map(|result| result.verdict)
            .max_by_key(|verdict| gravity(*verdict))
    };
    catalogue::tests()
        .filter_map(|test| {
            Some(Executed {
                id: test.id.to_owned(),
                requirements: test.cites.iter().map(|id| (*id).to_owned()).collect(),
                verdict: verdict(test.id).filter(|verdict| *verdict != Verdict::Skip)?,
            })
        })
        .collect()
}

fn gravity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Skip => 0,
        Verdict::NotApplicable => 1,
        Verdict::Pass => 2,
        Verdict::Inconclusive => 3,
        Verdict::Error => 4,
        Verdict::Fail => 5,
    }
}

/// An honest peer owes a pass to every test that it is asked: anything else is the suite's fault.
fn reds((mutant, report): &(Mutant, Report)) -> Vec<String> {
    use Verdict::{NotApplicable, Pass, Skip};
    if report.totals.pass == 0 {
        return vec![format!("{}/nothing passed", mutant.name)];
    }
    report
        .results
        .iter()
        .filter(|result| !matches!(result.verdict, Pass | NotApplicable | Skip))
        .map(|result| format!("{}/{}", mutant.name, result.id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(killed: bool, reds: &[&str]) -> Matrix {
        Matrix {
            format: EVIDENCE_FORMAT,
            tests: vec![Executed {
                id: "T-RELAY-022-wrong-place".into(),
                requirements: vec!["R-RELAY-008".into()],
                verdict: Verdict::Pass,
            }],
            mutants: vec![Row {
                kind: Kind::Relay,
                name: "stale-head".into(),
                requirement: "R-RELAY-008".into(),
                killed,
                by: vec!["T-RELAY-022-wrong-place".into()],
            }],
            false_reds: reds.iter().map(|red| (*red).to_owned()).collect(),
            false_greens: if killed {
                vec![]
            } else {
                vec!["stale-head".into()]
            },
            honest: vec!["none".into()],
            nonsense: Vec::new(),
        }
    }

    #[test]
    fn a_survivor_or_a_failed_honest_relay_is_exit_code_1() {
        assert_eq!(matrix(true, &[]).exit_code(), 0);
        assert_eq!(matrix(false, &[]).exit_code(), 1);
        assert_eq!(matrix(true, &["none/T"]).exit_code(), 1);
    }

    #[test]
    fn the_json_is_the_contract() {
        let json: serde_json::Value = serde_json::from_str(&matrix(true, &[]).to_json()).unwrap();
        let expected = serde_json::json!({
            "format": "parcep-evidence/1",
            "tests": [{
                "id": "T-RELAY-022-wrong-place",
                "requirements": ["R-RELAY-008"],
                "verdict": "pass",
            }],
            "mutants": [{
                "name": "stale-head",
                "requirement": "R-RELAY-008",
                "killed": true,
                "by": ["T-RELAY-022-wrong-place"],
            }],
            "false_reds": [],
            "false_greens": [],
        });
        assert_eq!(json, expected);
    }

    /// R-CONF-004
    #[test]
    fn the_page_shows_each_kill_and_what_survived() {
        let page = matrix(true, &[]).render();
        assert!(
            page.contains("T-RELAY-022-wrong-place                  ●"),
            "{page}"
        );
        assert!(
            page.contains("T-RELAY-020-append-chain                 ·"),
            "{page}"
        );
        assert!(page.contains("1 of 1 faulty peers caught"), "{page}");
        let page = matrix(false, &["none/T"]).render();
        assert!(
            page.contains("✗ stale-head: no test or vector that cites"),
            "{page}"
        );
        assert!(page.contains("✗ none/T: fails an honest one"), "{page}");
    }
}
