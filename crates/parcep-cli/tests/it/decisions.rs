//! `parcep decide` against a table that was worked out by hand.

use crate::support::{OKAFOR, Run, parcep, run};
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::Stdio;

const TABLE: &str = include_str!("../data/decisions.txt");

/// One row of the table.
struct Row<'a> {
    line: usize,
    child: String,
    at: &'a str,
    action: &'a str,
    categories: Vec<&'a str>,
    usage: Vec<Value>,
    effect: &'a str,
    reason: &'a str,
    /// `None` where the table does not fix them.
    rules: Option<Vec<&'a str>>,
    remaining: Option<u64>,
    next_change: Option<&'a str>,
}

fn rows() -> Vec<Row<'static>> {
    let lines = TABLE.lines().zip(1..).filter(|(line, _)| !line.is_empty());
    lines
        .filter(|(line, _)| !line.starts_with('#'))
        .map(|(line, number)| row(line, number))
        .collect()
}

fn row(text: &'static str, line: usize) -> Row<'static> {
    let fields: Vec<_> = text.split('|').map(str::trim).collect();
    let [
        child,
        at,
        action,
        categories,
        usage,
        verdict,
        rules,
        remaining,
        next,
    ] = fields[..]
    else {
        panic!("line {line}: nine fields");
    };
    let list = |text: &'static str| -> Vec<&'static str> {
        text.split(',')
            .map(str::trim)
            .filter(|part| *part != "-")
            .collect()
    };
    let (effect, reason) = verdict.split_once(' ').unwrap();
    Row {
        line,
        child: format!("child-{child}"),
        at,
        action,
        categories: list(categories),
        usage: list(usage).into_iter().map(usage_row).collect(),
        effect,
        reason,
        rules: (rules != "*").then(|| list(rules)),
        remaining: (remaining != "-").then(|| remaining.parse().unwrap()),
        next_change: (next != "-").then_some(next),
    }
}

fn usage_row(text: &str) -> Value {
    let (target, amount) = text.split_once('=').unwrap();
    let amount: u64 = amount.parse().unwrap();
    match target {
        "spending" => json!({"target": target, "period": "month", "minor": amount}),
        _ => json!({"target": target, "seconds": amount}),
    }
}

/// Runs the program on a row, the usage by stdin.
fn decide(policy: &str, row: &Row<'_>) -> Run {
    let mut command = parcep();
    command.args([
        "decide", "--policy", policy, "--child", &row.child, "--at", row.at,
    ]);
    command.args(["--action", row.action, "--json"]);
    for category in &row.categories {
        command.args(["--category", category]);
    }
    if row.usage.is_empty() {
        return command.output().unwrap().into();
    }
    command
        .args(["--usage", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let usage = serde_json::to_vec(&row.usage).unwrap();
    child.stdin.take().unwrap().write_all(&usage).unwrap();
    child.wait_with_output().unwrap().into()
}

/// What is wrong with the answer to a row, if anything.
fn complaint(policy: &str, row: &Row<'_>) -> Option<String> {
    let run = decide(policy, row);
    if run.code != 0 {
        return Some(format!(
            "line {}: exit {} {}{}",
            row.line, run.code, run.stdout, run.stderr
        ));
    }
    let mut answer = run.json();
    // One guardian wrote the document: names are enough.
    for rule in answer["rules"].as_array_mut().unwrap() {
        *rule = rule["rule"].take();
    }
    let mut expected = json!({
        "effect": row.effect,
        "reason": row.reason,
        "rules": row.rules,
        "remaining_seconds": row.remaining,
        "next_change": row.next_change,
    });
    if row.rules.is_none() {
        expected["rules"] = answer["rules"].clone();
    }
    (answer != expected).then(|| {
        format!(
            "line {}: {} {}\n  expected {expected}\n  got      {answer}",
            row.line, row.child, row.action
        )
    })
}

#[test]
fn the_document_decides_as_worked_out_by_hand() {
    let rows = rows();
    assert!(rows.len() >= 40, "{} rows", rows.len());
    let complaints: Vec<_> = rows
        .iter()
        .filter_map(|row| complaint(OKAFOR, row))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_imported_policy_decides_as_the_document_does() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("okafor.policy.json");
    let policy = policy.to_str().unwrap();
    assert_eq!(
        run(&[
            "policy", "import", "--from", "pcps", OKAFOR, "--out", policy
        ])
        .code,
        0
    );
    let complaints: Vec<_> = rows()
        .iter()
        .filter_map(|row| complaint(policy, row))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_window_denial_names_a_rule_of_the_schedule() {
    let answer = run(&[
        "decide",
        "--policy",
        OKAFOR,
        "--child",
        "child-tobias",
        "--at",
        "2026-05-04T20:00:00+02:00",
        "--action",
        "device",
        "--json",
    ])
    .json();
    let rules = answer["rules"].as_array().unwrap();
    assert!(!rules.is_empty());
    assert!(
        rules
            .iter()
            .all(|rule| rule["rule"].as_str().unwrap().starts_with("schedule/")),
        "{answer}"
    );
}

#[test]
fn people_are_answered_in_sentences() {
    let run = run(&[
        "decide",
        "--policy",
        OKAFOR,
        "--child",
        "child-tobias",
        "--at",
        "2026-05-04T10:00:00+02:00",
        "--action",
        "content:pegi/16",
    ]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stdout,
        "Denied: its rating is above the ceiling.\n\
         Rule: content/max_age_rating\n\
         Emergency services and helplines are always allowed.\n"
    );
}

/// R-FLOOR-001, R-FLOOR-002: what enforcement points open, this opens too, and says why.
#[test]
fn what_the_help_directory_names_is_open_whatever_the_rules_say() {
    let ask = |program: &str, action: &str| {
        let child = ["--policy", OKAFOR, "--child", "child-tobias"];
        let at = ["--at", "2026-05-04T03:00:00+02:00", "--action", action];
        run(&[[program].as_slice(), &child, &at].concat())
    };
    for action in [
        "host:www.childline.org.uk",
        "contact:0800 1111",
        "contact:+44 800 1111",
    ] {
        let told = ask("decide", action);
        assert!(told.stdout.starts_with("Allowed: "), "{action}: {told:?}");
        assert!(
            told.stdout.contains("It is in the help directory"),
            "{told:?}"
        );
        let told = ask("explain", action);
        assert!(told.stdout.contains("Allowed"), "{action}: {told:?}");
    }
    let below = ask("decide", "host:shop.childline.org.uk");
    assert!(below.stdout.starts_with("Denied: "), "{below:?}");
}
