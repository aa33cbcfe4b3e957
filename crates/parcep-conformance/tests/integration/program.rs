//! The program: exit codes, files, and what it says when something is missing.

use crate::relay;
use std::path::Path;
use std::process::Output;
use tokio::process::Command;

async fn conform(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parcep-conform"))
        .args(args)
        .env_remove("PARCEP_MUTANTS")
        .output()
        .await
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_tell_conformant_not_incomplete_usage_and_harness_apart() {
    let honest = relay::with_fault("none").await.uri;
    let faulty = relay::with_fault("flips-body").await.uri;
    let cases: [(&[&str], i32); 11] = [
        (&["server", "--target", &honest, "--profile", "quick"], 0),
        (
            &[
                "server",
                "--target",
                &faulty,
                "--profile",
                "quick",
                "--json",
            ],
            1,
        ),
        (&["server"], 2),
        (&["issuer", "--socket", "no.sock"], 2),
        (
            &[
                "issuer",
                "--socket",
                "no.sock",
                "--audience",
                "a",
                "--issuer-key",
                "xyz",
            ],
            2,
        ),
        (
            &["issuer", "--socket", "no/such.sock", "--audience", "a"],
            3,
        ),
        (&["server", "--target", &honest, "--only", "T-NO-SUCH"], 2),
        (&["server", "--target", &honest, "--relay-key", "xyz"], 2),
        (&["server", "--target", "http://127.0.0.1:1"], 3),
        (&["server", "--target", &honest, "--ca", "no/such.pem"], 3),
        (
            &[
                "server",
                "--target",
                &honest,
                "--only",
                "T-RELAY-073-health",
            ],
            4,
        ),
    ];
    for (args, expected) in cases {
        let output = conform(args).await;
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{args:?}: {}",
            stderr(&output)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_written_and_a_failure_says_how_to_see_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let target = relay::with_fault("flips-body").await.uri;
    let (json, junit) = (at("report.json"), at("junit.xml"));
    let args = [
        "server",
        "--target",
        &target,
        "--profile",
        "quick",
        "--seed",
        "9",
        "--report",
        &json,
        "--junit",
        &junit,
    ];
    let output = conform(&args).await;
    let page = stdout(&output);
    let again = format!(
        "parcep-conform server --target {target} --profile quick --seed 9 --only T-RELAY-024-exact-bytes"
    );
    assert!(page.contains(&again), "{page}");
    assert!(
        page.contains("A relay MUST keep and serve each field"),
        "{page}"
    );

    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    assert_eq!(report["schemaVersion"], "1.1");
    assert_eq!(report["conclusion"], "non-conformant");
    let junit = std::fs::read_to_string(&junit).unwrap();
    quick_junit::Report::deserialize_from_str(&junit).unwrap();
}

#[tokio::test]
async fn a_target_that_is_not_there_is_explained_to_people_and_programs() {
    let output = conform(&["server", "--target", "http://127.0.0.1:1"]).await;
    assert!(
        stderr(&output).contains("Start the relay first"),
        "{}",
        stderr(&output)
    );
    let output = conform(&["server", "--target", "http://127.0.0.1:1", "--json"]).await;
    let error: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(error["error"]["code"], "UNREACHABLE");
}

#[tokio::test]
async fn a_selftest_without_mutants_tests_nothing_and_says_what_to_do() {
    let absent = Path::new("no/such/parcep-mutants").to_str().unwrap();
    let output = conform(&["selftest", "--mutants", absent]).await;
    assert_eq!(output.status.code(), Some(4));
    assert!(
        stderr(&output).contains("cargo build -p parcep-mutants"),
        "{}",
        stderr(&output)
    );
}

#[tokio::test]
async fn the_list_names_each_test_with_the_text_of_its_clauses() {
    let output = conform(&["list", "--json"]).await;
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let row = &list.as_array().unwrap()[0];
    assert_eq!(row["id"], "T-RELAY-001-session-opens");
    let text = row["cites"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("A relay MUST"), "{text}");
    // In a file its lines are cut where a page ends.
    let page = stdout(&conform(&["list", "--clauses"]).await);
    let words: Vec<_> = page.split_whitespace().collect();
    assert!(words.join(" ").contains(text), "{page}");
}

#[tokio::test]
async fn the_page_of_a_specification_is_written_once_again_and_never_over_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("spec");
    let out = folder.path().join("out");
    std::fs::create_dir(&spec).unwrap();
    let [spec_arg, out_arg] = [&spec, &out].map(|path| path.to_str().unwrap().to_owned());
    let args = ["spec", "--spec", &spec_arg, "--out", &out_arg];
    let ends = async |expected: i32, word: &str| {
        let output = conform(&args).await;
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(expected), "{said}");
        assert!(said.contains(word), "{said}");
    };

    ends(3, "holds no Markdown file").await;
    std::fs::write(spec.join("01-one.md"), "# 1. One\n\n[two](02-two.md)\n").unwrap();
    ends(1, "01-one.md:3: `02-two.md`").await;
    assert!(!out.exists(), "something was written");
    std::fs::write(spec.join("02-two.md"), "# 2. Two\n").unwrap();
    ends(0, "").await;
    ends(0, "").await;
    assert!(out.join("index.html").is_file() && out.join("requirements.json").is_file());
    std::fs::write(out.join("letter.txt"), "dear").unwrap();
    ends(3, "letter.txt").await;
}

/// R-CONF-018, R-CONF-019: pages and transcripts of a run with known failures.
#[tokio::test(flavor = "multi_thread")]
async fn known_failures_are_excused_while_that_is_true_and_pages_and_transcripts_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let target = relay::with_fault("flips-body").await.uri;
    let ends = async |rows: &str, expected: i32, word: &str| {
        std::fs::write(at("known.toml"), rows).unwrap();
        let (html, markdown) = (at("report.html"), at("report.md"));
        let (known, transcripts) = (at("known.toml"), at("transcripts"));
        let args = [
            ["server", "--target", &target],
            ["--profile", "quick", "--baseline"],
            [&known, "--html", &html],
            ["--markdown", &markdown, "--transcripts"],
        ]
        .concat();
        let output = conform(&[args.as_slice(), &[&transcripts]].concat()).await;
        let said = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(output.status.code(), Some(expected), "{said}");
        assert!(said.contains(word), "{said}");
    };
    let row = |id: &str| format!("[[known]]\nid = \"{id}\"\nreason = \"ticket 7\"\n");
    ends("[[known]]\nid = 7", 2, "known.toml").await;
    ends(&row("T-RELAY-*"), 0, "conformant-with-exceptions").await;
    let gone = format!("{}{}", row("T-RELAY-*"), row("T-NO-SUCH"));
    ends(&gone, 5, "there is no such test").await;

    let read = |name: &str| std::fs::read_to_string(at(name)).unwrap();
    for page in [read("report.html"), read("report.md")] {
        assert!(
            page.contains("ticket 7") && page.contains("T-NO-SUCH"),
            "{page}"
        );
    }
    let transcript = read("transcripts/T-RELAY-024-exact-bytes.1.txt");
    assert!(
        transcript.contains("→ Append {session: 32 bytes, "),
        "{transcript}"
    );
    assert!(transcript.contains("← Read {entries: {"), "{transcript}");
}

#[tokio::test]
async fn a_test_and_a_requirement_are_explained_and_a_slip_finds_the_nearest() {
    let test = stdout(&conform(&["explain", "T-POINT-030-rollback/kill"]).await);
    assert!(test.contains("What it does\n  1. "), "{test}");
    assert!(
        test.contains("client --only 'T-POINT-030-rollback/kill'"),
        "{test}"
    );
    let clause = stdout(&conform(&["explain", "R-LOG-005"]).await);
    assert!(clause.contains("T-POINT-030-rollback"), "{clause}");
    let slip = conform(&["explain", "R-LOG-05"]).await;
    assert_eq!(slip.status.code(), Some(2));
    assert!(
        stderr(&slip).contains("nearest are R-LOG-005"),
        "{}",
        stderr(&slip)
    );
}
