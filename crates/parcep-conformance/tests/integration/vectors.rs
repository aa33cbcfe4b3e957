//! `parcep-conform vectors` and programs that answer: honest, unfinished, broken.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Instant;
use tokio::process::Command;

const CONFORM: &str = env!("CARGO_BIN_EXE_parcep-conform");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All rows, or those of one file.
fn rows(file: &str) -> String {
    let folder = root().join("spec/vectors/v1alpha1/evaluate");
    folder.join(file).to_str().unwrap().to_owned()
}

async fn vectors(args: &[&str]) -> Output {
    let mut command = Command::new(CONFORM);
    command.arg("vectors").args(args).output().await.unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Whether programs in Python can be played here. Who has only the Rust toolchain is to run the other tests all the same;
/// where all of them have to run, its absence is a failure.
fn has_python() -> bool {
    let version = std::process::Command::new("python3")
        .arg("--version")
        .output();
    let there = version.is_ok_and(|version| version.status.success());
    assert!(
        there || std::env::var_os("CI").is_none(),
        "python3 is not here"
    );
    if !there {
        eprintln!("python3 is not here: not run");
    }
    there
}

/// What a program does that never answers.
const ASLEEP: &str = "time.sleep(60)";

/// A program in Python that says something to each row.
async fn program(file: &str, says: &str) -> (Option<i32>, Value) {
    let script = format!(
        "import json, os, sys, time\nfor line in sys.stdin:\n    row = json.loads(line)\n    {says}\n    sys.stdout.flush()\n"
    );
    let check = rows(file);
    // A busy machine takes its time to start a program; only one of them is meant to be late.
    let patience = if says == ASLEEP { "1" } else { "30" };
    let args = [
        "--check",
        &check,
        "--json",
        "--timeout",
        patience,
        "--",
        "python3",
        "-c",
        &script,
    ];
    let output = vectors(&args).await;
    (output.status.code(), report(&output))
}

/// R-CONF-001: only an answer to every row concludes something.
#[tokio::test]
async fn both_evaluators_conform_here_and_as_programs_of_somebody_else() {
    let check = rows("");
    for evaluator in ["core", "naive"] {
        let output = vectors(&["--check", &check, "--evaluator", evaluator]).await;
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
        let args = [
            "--check",
            &check,
            "--",
            CONFORM,
            "vectors",
            "--answer",
            "--evaluator",
            evaluator,
        ];
        let output = vectors(&args).await;
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
        assert!(text(&output.stdout).contains("conformant: every row is answered"));
    }
    let some = vectors(&["--check", &check, "--only", "R-EVAL-020"]).await;
    assert_eq!(some.status.code(), Some(4), "{}", text(&some.stdout));
}

#[tokio::test]
async fn the_program_to_begin_with_is_right_where_it_answers_and_says_where_it_does_not() {
    if !has_python() {
        return;
    }
    let vendor = root().join("examples/python/decide_vendor.py");
    let (mut agree, mut unsupported) = (0, 0);
    // Files whose zones any zone database of the last years knows.
    for file in ["windows.json", "time.json", "acts.json", "family.json"] {
        let check = rows(file);
        let vendor = vendor.to_str().unwrap();
        let output = vectors(&["--check", &check, "--json", "--", "python3", vendor]).await;
        let report = report(&output);
        let count = |name: &str| report["totals"][name].as_u64().unwrap();
        assert_eq!(
            (count("differs"), count("broken")),
            (0, 0),
            "{file}: {report:#}"
        );
        (agree, unsupported) = (agree + count("agrees"), unsupported + count("unsupported"));
        let expected = if count("unsupported") == 0 { 0 } else { 4 };
        assert_eq!(output.status.code(), Some(expected), "{file}");
    }
    assert!(
        agree >= 30 && unsupported >= 100,
        "{agree} agree, {unsupported} unsupported"
    );
}

#[tokio::test]
async fn a_program_that_always_allows_is_shown_what_was_expected_and_how_to_see_it_again() {
    if !has_python() {
        return;
    }
    let allow = "print(json.dumps({'seq': row['seq'], 'effect': 'allow', 'reason': 'allowed', 'rules': [], 'remaining_seconds': None, 'next_change': None}))";
    let (code, report) = program("windows.json", allow).await;
    assert_eq!(code, Some(1), "{report:#}");
    assert!(
        report["totals"]["differs"].as_u64().unwrap() >= 5,
        "{report:#}"
    );

    let script = format!(
        "import json, sys\nfor line in sys.stdin:\n    row = json.loads(line)\n    {allow}\n    sys.stdout.flush()\n"
    );
    let check = rows("");
    let args = [
        "--check",
        &check,
        "--only",
        "evaluate/0002",
        "--",
        "python3",
        "-c",
        &script,
    ];
    let page = text(&vectors(&args).await.stdout);
    for words in [
        "✗ evaluate/0002",
        "overnight window of Monday",
        "R-EVAL-021",
        "A window MUST start",
        "✗ effect             deny",
        "--only evaluate/0002 -- python3 -c 'import json, sys",
    ] {
        assert!(page.contains(words), "{words} is missing in\n{page}");
    }
}

#[tokio::test]
async fn programs_that_break_the_protocol_are_caught_with_the_line_that_breaks_it() {
    if !has_python() {
        return;
    }
    let cases = [
        ("print('good morning')", "good morning"),
        ("print(line, end='')", "no answer (missing field `effect`)"),
        (
            "print(json.dumps({'seq': row['seq'] + 1, 'unsupported': 'x'}))",
            "number 2 where number 1 was asked",
        ),
        ("print(json.dumps({'unsupported': 'x'}))", "no number `seq`"),
        (
            "print(json.dumps({'seq': row['seq'], 'effect': 'perhaps'}))",
            "perhaps",
        ),
        (ASLEEP, "no answer within 1s"),
        ("sys.exit(3)", "ended without an answer (exit status: 3)"),
        ("os.close(1)\n    time.sleep(60)", "its output is closed"),
        ("print('x' * 2000000)", "longer than"),
        (
            "print(json.dumps({'seq': row['seq'], 'unsupported': 'x'}) + '\\n' + 'and more')",
            "and more",
        ),
    ];
    for (says, found) in cases {
        let began = Instant::now();
        let (code, report) = program("windows.json", says).await;
        assert_eq!(code, Some(1), "{says}: {report:#}");
        let told = report.to_string();
        assert!(told.contains(&found.replace('"', "\\\"")), "{says}: {told}");
        assert!(began.elapsed().as_secs() < 20, "{says}: it was not ended");
    }
}

/// What nobody asked is noticed even behind the last answer.
#[tokio::test]
async fn words_behind_the_last_answer_are_a_fault() {
    if !has_python() {
        return;
    }
    let says = "print(json.dumps({'seq': row['seq'], 'unsupported': 'x'}), flush=True)\nprint('and goodbye'";
    let (code, report) = program("windows.json", &format!("{says})\nif False:\n    pass")).await;
    assert_eq!(code, Some(1), "{report:#}");
    assert!(
        report["fault"].as_str().unwrap().contains("and goodbye"),
        "{report:#}"
    );
}

/// A row tells a program neither what it shows nor what it expects.
#[tokio::test]
async fn a_program_sees_nothing_of_a_row_but_what_is_asked() {
    if !has_python() {
        return;
    }
    let says = "print(json.dumps({'seq': row['seq'], 'unsupported': ' '.join(sorted(row))}))";
    let (code, report) = program("acts.json", says).await;
    assert_eq!(code, Some(4), "{report:#}");
    let allowed = [
        "seq",
        "policy",
        "overrides",
        "usage",
        "lists",
        "context",
        "others",
    ];
    for row in report["rows"].as_array().unwrap() {
        let seen = row["why"].as_str().unwrap();
        assert!(
            seen.split(' ').all(|name| allowed.contains(&name)),
            "{seen}"
        );
        assert_eq!(row["outcome"], "unsupported");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().to_str().unwrap();
    let ends = async |args: &[&str], expected: i32, words: &str| {
        let output = vectors(args).await;
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(expected), "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
    };
    let check = rows("");
    ends(&["--check", at], 4, "holds no file of the format").await;
    ends(&["--check", "no/such"], 3, "no/such").await;
    ends(
        &["--check", &check, "--only", "evaluate/9*"],
        2,
        "matches no row",
    )
    .await;
    ends(
        &["--check", &check, "--", "no/such/program"],
        3,
        "cannot be started",
    )
    .await;
    ends(&["--answer", "--only", "x"], 2, "cannot be used with").await;
    ends(&[], 2, "--check").await;

    let path = folder.path().join("a.json");
    let row = r#"{"id": "evaluate/0001", "title": "one", "clauses": ["R-EVAL-002"], "policy": {"layers": []},
        "context": {"at": "2026-11-23T10:00:00Z", "action": "device"}, "derivation": "naive",
        "expect": {"effect": "allow", "reason": "allowed", "rules": [], "remaining_seconds": null, "next_change": null}}"#;
    let file = |rows: &str| {
        format!(r#"{{"format": "parcep-evaluate/1", "about": "x", "rows": [{rows}]}}"#)
    };
    std::fs::write(&path, file(row)).unwrap();
    ends(&["--check", at], 0, "").await;
    std::fs::write(&path, file(&format!("{row},{row}"))).unwrap();
    ends(&["--check", at], 3, "`evaluate/0001` stands in").await;
    let wrong = [
        ("\"title\"", "\"tilte\"", "unknown member `tilte`"),
        (
            "\"remaining_seconds\": null, ",
            "",
            "missing field `remaining_seconds`",
        ),
        ("[\"R-EVAL-002\"]", "[]", "it names no clause"),
        (
            "\"rules\": []",
            "\"rules\": [{\"rule\": \"x\"}]",
            "names its author",
        ),
        ("\"naive\"", "\"by heart\"", "did not match"),
    ];
    for (from, to, words) in wrong {
        assert!(row.contains(from), "{from}");
        std::fs::write(&path, file(&row.replace(from, to))).unwrap();
        ends(&["--check", at], 3, words).await;
    }
    std::fs::write(&path, "{").unwrap();
    ends(&["--check", at], 3, "no JSON").await;
}

#[tokio::test]
async fn rows_are_listed_and_what_ran_is_written_for_tracing() {
    let check = rows("windows.json");
    let listed = vectors(&["--check", &check, "--list", "--json"]).await;
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed[0]["id"], "evaluate/0001");
    assert!(text(&vectors(&["--check", &check, "--list"]).await.stdout).contains("evaluate/0001"));

    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("deep/rows.json");
    let args = ["--check", &check, "--evidence", record.to_str().unwrap()];
    assert_eq!(vectors(&args).await.status.code(), Some(0));
    let record: Value = serde_json::from_slice(&std::fs::read(record).unwrap()).unwrap();
    assert_eq!(record["format"], "parcep-evidence/1");
    let test = &record["tests"][0];
    assert_eq!(
        (&test["id"], &test["verdict"]),
        (&"vector evaluate/0001".into(), &"pass".into())
    );
    assert_eq!(
        record["tests"].as_array().unwrap().len(),
        listed.as_array().unwrap().len()
    );
}
