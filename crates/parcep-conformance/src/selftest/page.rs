//! The kill matrix for people.

use super::Kind;
use super::matrix::{Matrix, Row};
use crate::catalogue::{self, Role, Test};
use std::fmt::Write as _;

impl Matrix {
    /// The page for people.
    pub fn render(&self) -> String {
        let mut out = format!("{}\n{}\n", self.table(), self.legend());
        for name in &self.false_greens {
            // Writing to a String cannot fail.
            let why = match self.nonsense.iter().any(|(nonsense, _)| nonsense == name) {
                true => "a run of it does not end as not conformant with a verdict for each test",
                false => "no test or vector that cites its requirement fails it",
            };
            let _ = writeln!(out, "✗ {name}: {why}");
        }
        for red in &self.false_reds {
            let _ = writeln!(out, "✗ {red}: fails an honest one");
        }
        let unproven = self.unproven();
        if !unproven.is_empty() {
            let _ = writeln!(out, "no fault proves: {}", unproven.join(", "));
        }
        let killed = self.mutants.iter().filter(|row| row.killed).count();
        let _ = writeln!(
            out,
            "{killed} of {} faulty peers caught; {} honest ones ({}), {} false reds",
            self.mutants.len(),
            self.honest.len(),
            self.honest.join(", "),
            self.false_reds.len(),
        );
        if !self.nonsense.is_empty() {
            let found_out = self.nonsense.iter().filter(|(_, found_out)| *found_out);
            let (found_out, all) = (found_out.count(), self.nonsense.len());
            let _ = writeln!(out, "{found_out} of {all} kinds of nonsense found out");
        }
        out
    }

    /// The tests of relays with the faulty relays, then the same of issuers, enforcement points and guardian apps.
    fn table(&self) -> String {
        let of_relays = self.table_of(Kind::Relay, |role| role == Role::Relay);
        let of_issuers = self.table_of(Kind::Issuer, |role| role == Role::AgeIssuer);
        let of_driven = self.table_of(Kind::Driven, |role| role == Role::AgeIssuer);
        let of_relying = self.table_of(Kind::Relying, |role| role == Role::AgeRelyingParty);
        let of_points = self.table_of(Kind::Point, |role| role == Role::EnforcementPoint);
        let of_apps = self.table_of(Kind::App, |role| role == Role::GuardianApp);
        [
            of_relays, of_issuers, of_driven, of_relying, of_points, of_apps,
        ]
        .into_iter()
        .filter(|table| !table.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
    }

    /// One row per test or template, one column per faulty peer, numbered downwards as in the legend.
    fn table_of(&self, kind: Kind, judged: fn(Role) -> bool) -> String {
        let columns: Vec<_> = (1_usize..)
            .zip(&self.mutants)
            .filter(|(_, row)| row.kind == kind)
            .collect();
        let mut out = String::new();
        if columns.is_empty() {
            return out;
        }
        for unit in [100, 10, 1] {
            let digits = columns.iter().map(|(number, _)| number / unit % 10);
            let digits: String = digits.map(|digit| digit.to_string()).collect();
            let _ = writeln!(out, "{:WIDTH$} {digits}", "");
        }
        for (id, cases) in templates(judged) {
            let cells: String = columns.iter().map(|(_, row)| cell(&cases, row)).collect();
            let _ = writeln!(out, "{id:WIDTH$} {}", cells.trim_end());
        }
        out
    }

    /// Tests and templates of kinds that were tried, which failed no peer whose requirement they cite.
    fn unproven(&self) -> Vec<&'static str> {
        let tried = |role: Role| self.mutants.iter().any(|row| row.kind.role() == Some(role));
        let proven = |cases: &[&Test]| self.mutants.iter().any(|row| cell(cases, row) == CITED);
        let templates = templates(|_| true).into_iter();
        templates
            .filter(|(_, cases)| cases.first().is_some_and(|test| tried(test.role)))
            .filter(|(_, cases)| !proven(cases))
            .map(|(id, _)| id)
            .collect()
    }

    fn legend(&self) -> String {
        let mut out = String::from("● fails it and cites its requirement   ○ fails it as well\n\n");
        for (number, row) in (1..).zip(&self.mutants) {
            let mark = if row.killed { "✓" } else { "✗" };
            let Row {
                requirement, name, ..
            } = row;
            let _ = writeln!(out, "{mark} {number:>3} {requirement:<12} {name}");
        }
        out
    }
}

/// Width of a test id.
const WIDTH: usize = 40;

/// A test fails it and cites its requirement.
const CITED: &str = "●";

/// Tests in their order, the cases of one template together.
fn templates(judged: fn(Role) -> bool) -> Vec<(&'static str, Vec<&'static Test>)> {
    let mut templates: Vec<(&str, Vec<&Test>)> = Vec::new();
    for test in catalogue::tests().filter(|test| judged(test.role)) {
        let template = catalogue::template(test.id);
        match templates.last_mut() {
            Some((last, cases)) if *last == template => cases.push(test),
            _ => templates.push((template, vec![test])),
        }
    }
    templates
}

fn cell(cases: &[&Test], row: &Row) -> &'static str {
    let mut failing = cases
        .iter()
        .filter(|test| row.by.iter().any(|by| by == test.id))
        .peekable();
    if failing.peek().is_none() {
        return "·";
    }
    match failing.any(|test| test.cites.contains(&row.requirement.as_str())) {
        true => CITED,
        false => "○",
    }
}
