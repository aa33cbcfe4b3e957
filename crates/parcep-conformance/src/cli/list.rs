//! `parcep-conform list`.

use super::Failure;
use crate::catalogue::{self, Profile, Test};
use clap::Args;
use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{ContentArrangement, Table};
use std::collections::BTreeSet;

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// List the tests of one profile
    #[arg(long, value_enum, default_value = "full")]
    profile: Profile,
    /// Show the text of each cited clause below the table
    #[arg(long)]
    clauses: bool,
    /// Print the catalogue as a row of catalogue/revisions.toml, under this name
    #[arg(long, value_name = "NAME", conflicts_with_all = ["json", "clauses"])]
    freeze: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &ListArgs) -> Result<u8, Failure> {
    if let Some(name) = &args.freeze {
        print!("{}", crate::revision::freeze(name));
        return Ok(0);
    }
    let tests: Vec<&Test> = catalogue::tests()
        .filter(|test| test.is_in(args.profile))
        .collect();
    if args.json {
        let rows: Vec<_> = tests.iter().map(|test| json(test)).collect();
        println!("{}", serde_json::Value::from(rows));
        return Ok(0);
    }
    println!("{}", table(&tests));
    if args.clauses {
        print_clauses(&tests);
    }
    Ok(0)
}

fn json(test: &Test) -> serde_json::Value {
    serde_json::json!({
        "id": test.id,
        "title": test.title,
        "role": test.role,
        "kind": test.kind,
        "quick": test.quick,
        "cites": test.clauses(),
    })
}

fn table(tests: &[&Test]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header([
            "test",
            "what an implementation has to do",
            "kind",
            "cites",
            "quick",
        ]);
    let cases = tests.chunk_by(|one, other| {
        one.id.contains('/') && catalogue::template(one.id) == catalogue::template(other.id)
    });
    for cases in cases {
        let Some(test) = cases.first() else { continue };
        let (id, title) = match cases.len() {
            1 => (test.id.to_owned(), test.title.to_owned()),
            many => (
                format!("{}/*", catalogue::template(test.id)),
                catalogue::folded(many, cases.iter().map(|case| case.title)),
            ),
        };
        let cites: BTreeSet<_> = cases.iter().flat_map(|test| test.cites).copied().collect();
        table.add_row([
            id,
            title,
            test.kind.name().to_owned(),
            Vec::from_iter(cites).join(" "),
            String::from(if test.quick { "✓" } else { "" }),
        ]);
    }
    table
}

fn print_clauses(tests: &[&Test]) {
    let mut clauses: Vec<_> = tests.iter().flat_map(|test| test.clauses()).collect();
    clauses.sort_by_key(|clause| clause.requirement);
    clauses.dedup();
    for clause in clauses {
        println!(
            "\n{} {} ({})",
            clause.requirement, clause.title, clause.chapter
        );
        println!("  {}", clause.text);
    }
}
