//! The trace as a page for people and as JSON for programs.

use super::judge::{EXCUSED_AT_MOST, OPEN_AT_MOST};
use super::{State, Trace, Traced};
use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use std::fmt::Write as _;

impl Trace {
    /// The page: a table of chapters, the totals, and what is wrong.
    pub fn render(&self) -> String {
        let mut out = format!("{}\n\n{}", self.table(), self.totals());
        for note in &self.notes {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "note: {note}");
        }
        if !self.faults.is_empty() {
            let _ = writeln!(out, "\n{} faults:", self.faults.len());
        }
        for fault in &self.faults {
            let _ = writeln!(out, "✗ {}\n    {}", fault.what, fault.at);
        }
        out
    }

    /// Everything, for programs.
    pub fn to_json(&self) -> String {
        let counts = |binding| -> serde_json::Map<String, serde_json::Value> {
            let states = State::ALL.iter();
            states
                .map(|state| (state.name().to_owned(), self.count(*state, binding).into()))
                .collect()
        };
        let all = serde_json::json!({
            "format": "parcep-trace/1",
            "exit_code": self.exit_code(),
            "totals": { "all": counts(false), "binding": counts(true) },
            "executed_tests": self.executed_tests,
            "killed_mutants": self.killed_mutants,
            "requirements": self.requirements,
            "provisional": self.provisional,
            "faults": self.faults,
            "notes": self.notes,
        });
        format!("{all:#}\n")
    }

    /// The chapters that have requirements, in order, with their requirements.
    pub fn chapters(&self) -> Vec<(&str, Vec<&Traced>)> {
        let mut chapters: Vec<(&str, Vec<&Traced>)> = Vec::new();
        for one in &self.requirements {
            match chapters.last_mut() {
                Some((chapter, rows)) if *chapter == one.requirement.chapter => rows.push(one),
                _ => chapters.push((&one.requirement.chapter, vec![one])),
            }
        }
        chapters
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        let states = State::ALL.map(|state| state.name().to_owned());
        let header = ["chapter".to_owned(), "all".to_owned()]
            .into_iter()
            .chain(states);
        table
            .load_style(UTF8_BORDERS_ONLY)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(header);
        for (chapter, rows) in self.chapters() {
            table.add_row(cells(chapter.trim_end_matches(".md"), &rows));
        }
        let all: Vec<&Traced> = self.requirements.iter().collect();
        table.add_row(cells("total", &all));
        let binding: Vec<&Traced> = all
            .into_iter()
            .filter(|one| one.requirement.is_binding())
            .collect();
        table.add_row(cells("of these binding", &binding));
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }

    fn totals(&self) -> String {
        let binding = self
            .requirements
            .iter()
            .filter(|one| one.requirement.is_binding());
        let total = binding.count();
        let proven = self.count(State::Proven, true);
        let excused = self.count(State::Static, true) + self.count(State::Untestable, true);
        let provisional = self.count(State::Provisional, true);
        format!(
            "{total} binding requirements: {} tested, {proven} of them proven; {excused} beyond testing (at most {}); \
             {provisional} provisional, in {}; {} open (at most {OPEN_AT_MOST})\n\
             {} tests ran and passed, {} seeded faults were caught, {} requirements are suspect\n",
            proven + self.count(State::Executed, true),
            (total - provisional) / EXCUSED_AT_MOST,
            features(self.provisional.len()),
            self.count(State::Open, true),
            self.executed_tests,
            self.killed_mutants,
            self.requirements.iter().filter(|one| one.suspect).count(),
        )
    }
}

fn features(number: usize) -> String {
    match number {
        1 => "1 feature".to_owned(),
        number => format!("{number} features"),
    }
}

/// Name, number of all, and number of each state; nothing where there is none.
fn cells(name: &str, rows: &[&Traced]) -> Vec<String> {
    let count = |state: &State| rows.iter().filter(|one| one.state == *state).count();
    let shown = |number: usize| match number {
        0 => String::new(),
        some => some.to_string(),
    };
    let states = State::ALL.iter().map(|state| shown(count(state)));
    [name.to_owned(), rows.len().to_string()]
        .into_iter()
        .chain(states)
        .collect()
}
