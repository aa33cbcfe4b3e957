//! What a run over the vectors of ages found, for people and for programs.

use super::ask::{Asked, Run, Said};
use comfy_table::Table;
use comfy_table::presets::UTF8_BORDERS_ONLY;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Findings that are shown whole; of the others only the number.
const WHOLE: usize = 20;

impl Run {
    /// The page for people: a line for each file, then what is wrong.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = format!("{}\n", self.table());
        let wrong: Vec<_> = self.asked.iter().filter(|asked| asked.is_wrong()).collect();
        for asked in wrong.iter().take(WHOLE) {
            let vector = &asked.question.vector;
            let clauses = vector.requirements.join(", ");
            // Writing to a String cannot fail.
            let _ = writeln!(out, "✗ {} {} ({clauses})", vector.id, vector.title);
            if let Said::Differs(what) | Said::Broken(what) = &asked.said {
                let _ = writeln!(out, "    {what}");
            }
        }
        if let Some(more) = wrong.len().checked_sub(WHOLE).filter(|more| *more > 0) {
            let _ = writeln!(out, "✗ and {more} more; `--json` has them all");
        }
        if let Some(fault) = &self.fault {
            let _ = writeln!(out, "✗ {fault}");
        }
        let agree = self.asked.iter().filter(|asked| asked.said == Said::Agrees);
        let _ = writeln!(
            out,
            "{} of {} vectors are answered as they expect: {}",
            agree.count(),
            self.asked.len(),
            self.conclusion()
        );
        out
    }

    /// The same for programs.
    #[must_use]
    pub fn to_json(&self) -> String {
        let conclusion = self.conclusion();
        let report = json!({
            "schemaVersion": "1.0",
            "conclusion": conclusion,
            "exitCode": conclusion.exit_code(),
            "fault": self.fault,
            "vectors": self.asked.iter().map(row).collect::<Vec<_>>(),
        });
        format!("{report:#}\n")
    }

    fn table(&self) -> Table {
        let mut files: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
        for asked in &self.asked {
            let [all, agree, wrong, unsupported] =
                files.entry(asked.question.file.as_str()).or_default();
            *all += 1;
            match asked.said {
                Said::Agrees => *agree += 1,
                Said::Unsupported(_) | Said::NotAsked => *unsupported += 1,
                Said::Differs(_) | Said::Broken(_) => *wrong += 1,
            }
        }
        let mut table = Table::new();
        table.load_style(UTF8_BORDERS_ONLY).set_header([
            "file",
            "vectors",
            "agree",
            "wrong",
            "not answered",
        ]);
        for (file, numbers) in files {
            let numbers = numbers.map(|number| number.to_string());
            table.add_row(std::iter::once(file.to_owned()).chain(numbers));
        }
        table
    }
}

fn row(asked: &Asked) -> Value {
    let (verdict, what) = match &asked.said {
        Said::Agrees => ("agrees", None),
        Said::Differs(what) => ("differs", Some(what)),
        Said::Unsupported(why) => ("unsupported", Some(why)),
        Said::Broken(how) => ("broken", Some(how)),
        Said::NotAsked => ("not-asked", None),
    };
    let vector = &asked.question.vector;
    json!({
        "id": vector.id,
        "title": vector.title,
        "file": asked.question.file,
        "clauses": vector.requirements,
        "said": verdict,
        "what": what,
    })
}
