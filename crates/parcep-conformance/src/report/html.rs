//! The page for people as one HTML file: it loads nothing, prints, and works without its script.

use super::Report;
use super::view::{View, area};
use super::words::glyph;
use crate::spec;
use crate::verdict::Verdict;
use crate::wire::sha256;
use askama::Template;
use base64::Engine as _;
use std::collections::BTreeSet;

const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");

#[derive(Template)]
#[template(path = "report.html", escape = "html")]
struct Page<'a> {
    view: View<'a>,
    style: &'static str,
    script: &'static str,
    script_hash: String,
    facts: Vec<(&'static str, String)>,
    verdicts: BTreeSet<&'static str>,
    areas: BTreeSet<&'a str>,
    requirements: Vec<Row<'a>>,
}

/// One row of the table of requirements.
struct Row<'a> {
    id: &'a str,
    title: &'static str,
    area: &'a str,
    verdict: &'static str,
    label: String,
    tests: usize,
}

pub(super) fn render(report: &Report) -> String {
    let rows = report.requirements.iter();
    let page = Page {
        view: View::of(report),
        style: STYLE,
        script: SCRIPT,
        script_hash: base64::engine::general_purpose::STANDARD.encode(sha256(SCRIPT.as_bytes())),
        facts: facts(report),
        verdicts: report
            .results
            .iter()
            .map(|result| result.verdict.name())
            .collect(),
        areas: rows.clone().map(|row| area(row.id)).collect(),
        requirements: rows
            .map(|row| Row {
                id: row.id,
                title: spec::requirement(row.id).map_or("", |found| found.title),
                area: area(row.id),
                verdict: row.verdict.name(),
                label: label(row.verdict),
                tests: row.tests.len(),
            })
            .collect(),
    };
    // Writing to memory fails for nothing that is in a view.
    page.render().unwrap_or_default()
}

fn label(verdict: Verdict) -> String {
    format!("{} {verdict}", glyph(verdict))
}

fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let run = &report.run;
    let mut facts = Vec::new();
    if let Some(told) = &report.implementation {
        let features = match told.features.as_slice() {
            [] => "no features".to_owned(),
            features => features.join(", "),
        };
        facts.push(("Says of itself", format!("{}; {features}", told.role)));
    } else if !run.target.is_empty() {
        facts.push(("Target", run.target.clone()));
    }
    let suite = &report.suite;
    let revision = match &suite.revision {
        Some(name) => format!("frozen revision {name}"),
        None => "between two frozen revisions".into(),
    };
    facts.push((
        "Suite",
        format!("{} {}, {revision}", suite.name, suite.version),
    ));
    facts.push(("Catalogue", suite.catalogue.clone()));
    let began = i64::try_from(run.started_at).ok();
    let began = began.and_then(|second| jiff::Timestamp::from_second(second).ok());
    if let Some(began) = began {
        facts.push(("Began", began.to_string()));
    }
    facts.push(("Profile", run.profile.name().to_owned()));
    if !run.selection.only.is_empty() {
        facts.push(("Only", run.selection.only.join(" ")));
    }
    facts.push(("Seed", run.seed.to_string()));
    if !run.selection.missing.is_empty() {
        let missing = run.selection.missing.len();
        facts.push((
            "Missing",
            format!("{missing} required tests did not end with pass or fail"),
        ));
    }
    facts
}
