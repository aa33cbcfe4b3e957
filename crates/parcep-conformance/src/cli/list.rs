//! `parcep-conform list`.

use super::Failure;
use crate::catalogue::{self, Profile, Test};
use clap::Args;
use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{ColumnConstraint, ContentArrangement, Table};
use std::collections::BTreeSet;
use std::io::IsTerminal as _;

/// Columns of a page where nobody says how wide it is: a file, a pager, a build server.
const WIDTH: u16 = 120;

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
    let mut table = table(&tests);
    if !std::io::stdout().is_terminal() {
        table.set_width(WIDTH);
    }
    println!("{table}");
    if args.clauses {
        print!("{}", clauses(&tests, table.width().unwrap_or(WIDTH)));
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
    // An id that is cut can neither be searched for nor copied.
    if let Some(ids) = table.column_mut(0) {
        ids.set_constraint(ColumnConstraint::ContentWidth);
    }
    table
}

/// The text of each clause once, in lines of so many columns.
fn clauses(tests: &[&Test], width: u16) -> String {
    let mut clauses: Vec<_> = tests.iter().flat_map(|test| test.clauses()).collect();
    clauses.sort_by_key(|clause| clause.requirement);
    clauses.dedup();
    let mut out = String::new();
    for clause in clauses {
        out.push_str(&format!(
            "\n{} {} ({})\n",
            clause.requirement, clause.title, clause.chapter
        ));
        for line in wrapped(clause.text, usize::from(width).saturating_sub(2)) {
            out.push_str(&format!("  {line}\n"));
        }
    }
    out
}

/// Words in lines of at most so many characters, one word at least.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_fits_a_page_and_cuts_no_id() {
        let tests: Vec<&Test> = catalogue::tests().collect();
        let mut table = table(&tests);
        let page = table.set_width(WIDTH).to_string();
        let page = format!("{page}\n{}", clauses(&tests, WIDTH));
        for line in page.lines() {
            assert!(line.chars().count() <= usize::from(WIDTH), "{line}");
        }
        for test in &tests {
            assert!(page.contains(catalogue::template(test.id)), "{}", test.id);
            for clause in test.clauses() {
                let id = clause.requirement;
                assert!(page.contains(&format!("\n{id} ")), "{id}");
            }
        }
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    }
}
