//! What a run found, for people and for programs (`rows-report.schema.json`).

use super::check::{Judged, Outcome, Run, Said};
use crate::clause::Clause;
use crate::verdict::Conclusion;
use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{ContentArrangement, Table};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Findings that are shown whole; of the others only their titles.
const WHOLE: usize = 10;

/// Version of the shape of the JSON report; a reader refuses another first number.
const SCHEMA_VERSION: &str = "1.0";

impl Run {
    /// The page for people.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = format!("{}\n", self.table());
        let wrong: Vec<&Outcome> = self.outcomes.iter().filter(|o| o.is_wrong()).collect();
        for outcome in wrong.iter().take(WHOLE) {
            out.push_str(&self.finding(outcome));
        }
        if let Some(rest) = wrong.get(WHOLE..).filter(|rest| !rest.is_empty()) {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "\n{} more:", rest.len());
            for outcome in rest {
                let _ = writeln!(out, "✗ {}  {}", outcome.row.id, outcome.row.title);
            }
        }
        if let Some(fault) = &self.fault {
            let _ = writeln!(out, "\n✗ {fault}");
        }
        out.push_str(&self.unsupported());
        out.push_str(&self.summary());
        out
    }

    /// The same for programs.
    #[must_use]
    pub fn to_json(&self) -> String {
        let conclusion = self.conclusion();
        let report = json!({
            "schemaVersion": SCHEMA_VERSION,
            "judged": self.judged.name(),
            "folder": self.folder,
            "durationMs": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
            "conclusion": conclusion,
            "exitCode": conclusion.exit_code(),
            "totals": self.totals(),
            "fault": self.fault,
            "skippedFiles": self.skipped,
            "rows": self.outcomes.iter().map(row).collect::<Vec<_>>(),
        });
        format!("{report:#}\n")
    }

    fn totals(&self) -> Value {
        let count = |kind: &str| self.outcomes.iter().filter(|o| o.word() == kind).count();
        json!({
            "rows": self.outcomes.len(),
            "agrees": count("agrees"),
            "differs": count("differs"),
            "unsupported": count("unsupported"),
            "broken": count("broken"),
            "notAsked": count("not-asked"),
        })
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table
            .load_style(UTF8_BORDERS_ONLY)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header([
                "file",
                "rows",
                "agree",
                "differ",
                "unsupported",
                "not asked",
            ]);
        let mut files: BTreeMap<&Path, [usize; 5]> = BTreeMap::new();
        for outcome in &self.outcomes {
            let [rows, agree, differ, unsupported, not_asked] =
                files.entry(&outcome.row.file).or_default();
            *rows += 1;
            match outcome.said {
                Said::Agrees => *agree += 1,
                Said::Differs(_) | Said::Broken(_) => *differ += 1,
                Said::Unsupported(_) => *unsupported += 1,
                Said::NotAsked => *not_asked += 1,
            }
        }
        for (file, counts) in files {
            let name = file.strip_prefix(&self.folder).unwrap_or(file);
            let name = if name.as_os_str().is_empty() {
                file
            } else {
                name
            };
            let mut cells = vec![name.display().to_string()];
            cells.extend(counts.iter().map(usize::to_string));
            table.add_row(cells);
        }
        table
    }

    fn finding(&self, outcome: &Outcome) -> String {
        let row = &outcome.row;
        let mut out = format!("\n✗ {} ({})\n  {}\n", row.id, row.file.display(), row.title);
        // Writing to a String cannot fail.
        for clause in row.clauses.iter().filter_map(|id| Clause::find(id)) {
            let _ = writeln!(out, "  {} ({})", clause.requirement, clause.chapter);
            let _ = writeln!(out, "    {}", clause.text);
        }
        let _ = writeln!(out, "  asked     {}", question(outcome));
        match &outcome.said {
            Said::Differs(answer) => {
                let sides = row.expect.rows(answer);
                let widest = sides.iter().map(|side| side.expected.chars().count()).max();
                let width = widest.unwrap_or(0).max("expected".len());
                let _ = writeln!(out, "    {:17}  {:width$}  got", "", "expected");
                for side in sides {
                    let mark = if side.expected == side.got {
                        " "
                    } else {
                        "✗"
                    };
                    let (expected, got) = (shown(&side.expected), shown(&side.got));
                    let _ = writeln!(out, "  {mark} {:17}  {expected:width$}  {got}", side.member);
                }
            }
            Said::Broken(fault) => {
                let _ = writeln!(out, "  got       {fault}");
            }
            Said::Agrees | Said::Unsupported(_) | Said::NotAsked => {}
        }
        for (number, step) in (1..).zip(row.derivation.steps()) {
            let title = if number == 1 { "by hand" } else { "" };
            let _ = writeln!(out, "  {title:9} {number}. {step}");
        }
        let _ = writeln!(out, "  again     {}", self.again(&row.id));
        out
    }

    /// The command line that asks one row again.
    fn again(&self, id: &str) -> String {
        let check = format!(
            "parcep-conform vectors --check {} --only {id}",
            self.folder.display()
        );
        match &self.judged {
            Judged::Own(evaluator) => format!("{check} --evaluator {}", evaluator.name()),
            Judged::Program(..) => format!("{check} -- {}", self.judged.name()),
        }
    }

    fn unsupported(&self) -> String {
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for outcome in &self.outcomes {
            if let Said::Unsupported(why) = &outcome.said {
                reasons.entry(why).or_default().push(&outcome.row.id);
            }
        }
        let mut out = String::new();
        for (why, ids) in reasons {
            let _ = writeln!(out, "\n{} unsupported: {why}\n  {}", ids.len(), runs(&ids));
        }
        out
    }

    fn summary(&self) -> String {
        let count = |kind: &str| self.outcomes.iter().filter(|o| o.word() == kind).count();
        let mut out = format!(
            "\n{} rows asked of {} in {:.1} s: {} agree",
            self.outcomes.len() - count("not-asked"),
            self.judged.name(),
            self.took.as_secs_f64(),
            count("agrees"),
        );
        let others = [
            ("differs", "differ"),
            ("broken", "without an answer"),
            ("unsupported", "unsupported"),
            ("not-asked", "not asked any more"),
        ];
        for (kind, words) in others {
            let number = count(kind);
            if number > 0 {
                let _ = write!(out, ", {number} {words}");
            }
        }
        match self.skipped.len() {
            0 => {}
            1 => out.push_str("; 1 file of another format skipped"),
            count => {
                let _ = write!(out, "; {count} files of other formats skipped");
            }
        }
        let conclusion = self.conclusion();
        let _ = writeln!(out, "\n{conclusion}: {}", self.sentence(conclusion));
        out
    }

    const fn sentence(&self, conclusion: Conclusion) -> &'static str {
        match conclusion {
            Conclusion::Conformant => "every row is answered as it expects",
            Conclusion::NonConformant => "an answer is wrong; see above",
            _ if self.selected => "a part of the rows says nothing about the whole",
            _ => "rows without an answer say nothing",
        }
    }
}

impl Outcome {
    /// What came of it, as reports write it.
    pub(super) const fn word(&self) -> &'static str {
        match self.said {
            Said::Agrees => "agrees",
            Said::Differs(_) => "differs",
            Said::Unsupported(_) => "unsupported",
            Said::Broken(_) => "broken",
            Said::NotAsked => "not-asked",
        }
    }
}

fn row(outcome: &Outcome) -> Value {
    let row = &outcome.row;
    let mut told = json!({
        "id": row.id,
        "title": row.title,
        "file": row.file,
        "clauses": row.clauses,
        "outcome": outcome.word(),
    });
    let Some(members) = told.as_object_mut() else {
        return told;
    };
    match &outcome.said {
        Said::Differs(answer) => {
            members.insert("expected".to_owned(), json!(row.expect));
            members.insert("got".to_owned(), json!(answer));
            members.insert("differences".to_owned(), json!(outcome.differences()));
            members.insert("derivation".to_owned(), json!(row.derivation.steps()));
        }
        Said::Unsupported(why) | Said::Broken(why) => {
            members.insert("why".to_owned(), json!(why));
        }
        Said::Agrees | Said::NotAsked => {}
    }
    told
}

/// When what is asked.
fn question(outcome: &Outcome) -> String {
    let context = outcome.row.asked.get("context");
    let text = |name: &str| {
        let value = context.and_then(|context| context.get(name));
        value.and_then(Value::as_str).unwrap_or("?").to_owned()
    };
    format!("{} {}", text("at"), text("action"))
}

/// Ids in their order, those of a run by its first and last: `evaluate/0003-0009 evaluate/0021`.
fn runs(ids: &[&str]) -> String {
    let number = |id: &str| {
        id.rsplit('/')
            .next()
            .and_then(|digits| digits.parse::<u32>().ok())
    };
    let mut runs: Vec<(&str, &str)> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some((_, last)) if number(id) == number(last).map(|number| number + 1) => *last = id,
            _ => runs.push((id, id)),
        }
    }
    let run = |(first, last): (&str, &str)| match last.rsplit('/').next() {
        Some(digits) if first != last => format!("{first}-{digits}"),
        _ => first.to_owned(),
    };
    runs.into_iter().map(run).collect::<Vec<_>>().join(" ")
}

fn shown(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}
