//! What the pages in Markdown and HTML show, ready to be put into a template.

use super::words::{counts, findings, label, rows, sentence, subject};
use super::{Report, Result, Stale};
use crate::clause::Clause;
use crate::tape::Line;
use crate::trial::Step;
use crate::verdict::{Conclusion, Verdict};
use std::collections::BTreeSet;

/// A whole report.
pub(super) struct View<'a> {
    pub(super) subject: String,
    pub(super) conclusion: &'static str,
    pub(super) sign: &'static str,
    pub(super) sentence: String,
    pub(super) counts: String,
    pub(super) suite: String,
    pub(super) profile: &'static str,
    pub(super) seed: u64,
    pub(super) command: &'a str,
    pub(super) stale: &'a [Stale],
    pub(super) findings: Vec<Finding<'a>>,
    pub(super) tests: Vec<Shown<'a>>,
}

/// A test that people have to look at.
pub(super) struct Finding<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) label: String,
    pub(super) verdict: &'static str,
    pub(super) areas: String,
    pub(super) cites: &'a [Clause],
    pub(super) step: Option<&'a Step>,
    pub(super) reason: Option<&'a str>,
    pub(super) known: Option<&'a str>,
    pub(super) attempts: Vec<String>,
    pub(super) slice: Vec<String>,
    pub(super) rerun: &'a str,
}

/// One row of the table of tests.
pub(super) struct Shown<'a> {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) label: String,
    pub(super) verdict: &'static str,
    pub(super) kind: &'static str,
    pub(super) areas: String,
    pub(super) cites: String,
    pub(super) reason: &'a str,
    /// Whether there is more to read about it.
    pub(super) found: bool,
    pub(super) ms: u64,
}

impl<'a> View<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let suite = &report.suite;
        let revision = match &suite.revision {
            Some(name) => format!("revision {name}"),
            None => "no frozen revision".into(),
        };
        let digest = suite.catalogue.get(..16).unwrap_or_default();
        Self {
            subject: subject(report),
            conclusion: report.conclusion.name(),
            sign: match report.conclusion {
                Conclusion::Conformant | Conclusion::ConformantWithExceptions => "✓",
                Conclusion::NonConformant | Conclusion::StaleBaseline => "✗",
                Conclusion::HarnessError => "!",
                Conclusion::Incomplete => "…",
            },
            sentence: sentence(report),
            counts: counts(report),
            suite: format!(
                "{} {}, {revision}, catalogue {digest}",
                suite.name, suite.version
            ),
            profile: report.run.profile.name(),
            seed: report.run.seed,
            command: &report.run.command,
            stale: report.baseline.as_ref().map_or(&[], |list| &list.stale),
            findings: findings(report).map(finding).collect(),
            tests: rows(report)
                .into_iter()
                .map(|row| Shown {
                    id: row.id,
                    title: row.title,
                    label: label(row.first),
                    verdict: row.first.verdict.name(),
                    kind: row.first.kind.name(),
                    areas: areas(row.first),
                    cites: clauses(row.first),
                    reason: row.first.reason.as_deref().unwrap_or_default(),
                    found: !matches!(
                        row.first.verdict,
                        Verdict::Pass | Verdict::NotApplicable | Verdict::Skip
                    ),
                    ms: row.duration_ms,
                })
                .collect(),
        }
    }
}

fn finding(result: &Result) -> Finding<'_> {
    let telling = result.telling();
    let attempts = result.attempts.iter().enumerate();
    Finding {
        id: result.id,
        title: result.title,
        label: label(result),
        verdict: result.verdict.name(),
        areas: areas(result),
        cites: &result.cites,
        step: result.disagreement(),
        reason: result.reason.as_deref(),
        known: result.known.as_deref(),
        attempts: attempts
            .map(|(at, attempt)| {
                format!(
                    "{}: {} after {} ms, {} steps",
                    at + 1,
                    attempt.verdict,
                    attempt.duration_ms,
                    attempt.steps.len()
                )
            })
            .collect(),
        slice: telling.map_or_else(Vec::new, |attempt| {
            attempt.slice.iter().map(Line::to_string).collect()
        }),
        rerun: &result.rerun,
    }
}

/// The area of a requirement, such as `RELAY`.
pub(super) fn area(requirement: &str) -> &str {
    requirement.split('-').nth(1).unwrap_or(requirement)
}

fn areas(result: &Result) -> String {
    let areas: BTreeSet<_> = result
        .cites
        .iter()
        .map(|clause| area(clause.requirement))
        .collect();
    Vec::from_iter(areas).join(" ")
}

fn clauses(result: &Result) -> String {
    let ids: Vec<_> = result
        .cites
        .iter()
        .map(|clause| clause.requirement)
        .collect();
    ids.join(" ")
}
