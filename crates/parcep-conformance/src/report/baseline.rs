//! Known failures: a list that excuses them for a while, and that has to stay true (R-CONF-018).

use super::Result as TestResult;
use crate::catalogue;
use crate::runner::glob;
use crate::verdict::Verdict;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A list of known failures, as its file in TOML has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Its rows.
    #[serde(default)]
    pub known: Vec<Known>,
}

/// One known failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Id of the test; `*` stands for anything.
    pub id: String,
    /// Why it fails, and what will be done about it.
    pub reason: String,
    /// Last day on which it is excused, in UTC; without, as long as it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// What became of a list in one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Excuses {
    /// The list.
    pub known: Vec<Known>,
    /// Rows that are not true any more.
    pub stale: Vec<Stale>,
}

/// A row that is not true any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stale {
    /// Its id.
    pub id: String,
    /// What is wrong with it.
    pub why: String,
}

/// Why a list of known failures cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// It is no TOML of this form.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// A row gives no reason.
    #[error("`{0}` is excused without a reason")]
    NoReason(String),
}

impl Baseline {
    /// Reads a list.
    ///
    /// # Errors
    /// If it has another form, or a row gives no reason.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        let list: Self = toml::from_str(text)?;
        match list.known.iter().find(|row| row.reason.trim().is_empty()) {
            Some(row) => Err(BaselineError::NoReason(row.id.clone())),
            None => Ok(list),
        }
    }

    /// Marks the failures that are known, and names the rows that are stale. A row whose tests were not selected,
    /// or ended without a verdict, says nothing.
    pub(super) fn excuse(&self, results: &mut [TestResult], today: Date) -> Excuses {
        let mut stale = Vec::new();
        for row in &self.known {
            let because = row.stale(results, today);
            if let Some(why) = because {
                let id = row.id.clone();
                stale.push(Stale { id, why });
                continue;
            }
            let failed = results
                .iter_mut()
                .filter(|result| result.verdict == Verdict::Fail && glob(&row.id, result.id));
            for result in failed {
                result.known = Some(row.reason.clone());
            }
        }
        Excuses {
            known: self.known.clone(),
            stale,
        }
    }
}

impl Known {
    fn stale(&self, results: &[TestResult], today: Date) -> Option<String> {
        if !catalogue::tests().any(|test| glob(&self.id, test.id)) {
            return Some("there is no such test".into());
        }
        if let Some(until) = self.until.filter(|until| *until < today) {
            return Some(format!("it was excused until {until}"));
        }
        let of = |verdict| {
            let ended = results.iter().filter(|result| result.verdict == verdict);
            ended.filter(|result| glob(&self.id, result.id)).count()
        };
        (of(Verdict::Fail) == 0 && of(Verdict::Pass) > 0).then(|| "it passes now".into())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{a_test, report, result};
    use super::*;
    use crate::verdict::Conclusion;

    const TODAY: Date = jiff::civil::date(2026, 11, 22);

    fn list(rows: &[(&str, Option<&str>)]) -> Baseline {
        let row = |(id, until): &(&str, Option<&str>)| {
            let until = until.map(|day| format!("until = \"{day}\"\n"));
            let until = until.unwrap_or_default();
            format!("[[known]]\nid = \"{id}\"\nreason = \"ticket 7\"\n{until}")
        };
        let text: String = rows.iter().map(row).collect();
        Baseline::read(&text).unwrap()
    }

    /// R-CONF-018
    #[test]
    fn a_known_failure_is_excused_and_the_conclusion_says_so() {
        let mut report = report(vec![result(&[Verdict::Fail])]);
        report.excuse(&list(&[(a_test().id, Some("2026-11-22"))]), TODAY);
        assert_eq!(report.conclusion, Conclusion::ConformantWithExceptions);
        assert_eq!(report.exit_code, 0);
        assert_eq!(report.results[0].known.as_deref(), Some("ticket 7"));
        assert_eq!(report.totals.fail, 1);
    }

    /// R-CONF-018
    #[test]
    fn an_excuse_that_is_not_true_any_more_fails_the_run() {
        let id = a_test().id;
        let cases: [(Verdict, &str, Option<&str>, u8, &str); 6] = [
            (Verdict::Pass, id, None, 5, "it passes now"),
            (
                Verdict::Pass,
                "T-NO-SUCH-*",
                None,
                5,
                "there is no such test",
            ),
            (
                Verdict::Fail,
                id,
                Some("2026-11-21"),
                1,
                "it was excused until 2026-11-21",
            ),
            (Verdict::Fail, "T-NO-SUCH", None, 1, "there is no such test"),
            (Verdict::Error, id, None, 3, ""),
            (Verdict::Inconclusive, id, None, 4, ""),
        ];
        for (verdict, id, until, exit_code, why) in cases {
            let mut report = report(vec![result(&[verdict])]);
            report.excuse(&list(&[(id, until)]), TODAY);
            assert_eq!(report.exit_code, exit_code, "{verdict} {id}");
            let stale = report.baseline.unwrap().stale;
            let said = stale.first().map(|stale| stale.why.as_str());
            assert_eq!(said.unwrap_or_default(), why, "{verdict} {id}");
        }
    }

    #[test]
    fn a_failure_that_nobody_knows_still_breaks_conformance() {
        let mut other = result(&[Verdict::Fail]);
        other.id = "T-X-001-other";
        let mut report = report(vec![result(&[Verdict::Fail]), other]);
        report.excuse(&list(&[(a_test().id, None)]), TODAY);
        assert_eq!(report.conclusion, Conclusion::NonConformant);
    }

    #[test]
    fn a_row_without_a_reason_or_with_an_unknown_member_is_refused() {
        for text in [
            "[[known]]\nid = \"T\"\nreason = \" \"",
            "[[known]]\nid = \"T\"",
            "[[known]]\nid = \"T\"\nreason = \"x\"\nuntill = \"2026-11-22\"",
            "[[known]]\nid = \"T\"\nreason = \"x\"\nuntil = \"soon\"",
        ] {
            assert!(Baseline::read(text).is_err(), "{text}");
        }
    }
}
