//! Commands, exit codes and errors that other programs depend on.

use crate::support::{OKAFOR, Run, names, parcep, run};
use serde_json::Value;
use std::path::Path;

/// A folder with a copy of the family in it.
fn folder() -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (input, out) = (path("in.json"), path("out.json"));
    std::fs::copy(OKAFOR, &input).unwrap();
    (folder, input, out)
}

fn error(run: &Run) -> (i32, String, Option<String>, Option<String>) {
    let error = &run.json()["error"];
    let members: Vec<_> = error
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(members.len(), 4, "{members:?}");
    assert!(!error["message"].as_str().unwrap().is_empty());
    let text = |name: &str| error[name].as_str().map(str::to_owned);
    (
        run.code,
        text("code").unwrap(),
        text("file"),
        text("pointer"),
    )
}

#[test]
fn a_document_imported_and_exported_is_the_same_value() {
    let (folder, input, policy) = folder();
    let out = folder.path().join("again.json");
    let out = out.to_str().unwrap();
    let imported = run(&[
        "policy", "import", "--from", "pcps", &input, "--out", &policy,
    ]);
    assert_eq!(
        (imported.code, imported.stderr.as_str()),
        (0, ""),
        "{imported:?}"
    );
    assert!(imported.stdout.starts_with("Imported "), "{imported:?}");
    let exported = run(&["policy", "export", "--to", "pcps", &policy, "--out", out]);
    assert_eq!(exported.code, 0, "{exported:?}");
    let read =
        |path: &str| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    assert_eq!(read(out), read(&input));
    assert_eq!(names(folder.path()), ["again.json", "in.json", "out.json"]);
}

#[test]
fn import_and_export_answer_programs_in_json() {
    let (_folder, input, policy) = folder();
    let imported = run(&[
        "policy", "import", "--from", "pcps", &input, "--out", &policy, "--json",
    ]);
    let answer = imported.json();
    assert_eq!(answer["written"], policy.as_str());
    assert_eq!(answer["children"][0], "child-tobias");
    let codes: Vec<_> = answer["loss"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["code"].clone())
        .collect();
    assert!(codes.contains(&Value::from("PATH_ENTRY")), "{answer}");
    let exported = run(&["policy", "export", "--to", "pcps", &policy, "--out", "-"]);
    assert_eq!(exported.json()["pcps_version"], "1.0");
}

#[test]
fn a_pipe_through_import_and_export_works_without_files() {
    let imported = run(&["policy", "import", "--from", "pcps", OKAFOR, "--out", "-"]);
    assert_eq!(imported.json()["format"], "parcep-policy/1");
    assert!(imported.stderr.contains("Imported"));
}

#[test]
fn show_prints_tables_of_one_child_or_all() {
    let all = run(&["policy", "show", OKAFOR]).stdout;
    for text in [
        "Okafor-Lindqvist",
        "child-tobias",
        "child-ada",
        "1 h 30 min",
        "20.00 EUR a month",
        "Mon, Tue, Thu open 07:00 to 20:00",
    ] {
        assert!(all.contains(text), "{text} in {all}");
    }
    let one = run(&["policy", "show", OKAFOR, "--child", "child-ada"]).stdout;
    assert!(one.contains("learn.example allowed") && !one.contains("child-tobias"));
    let json = run(&["policy", "show", OKAFOR, "--child", "child-ada", "--json"]).json();
    assert_eq!(json["family"]["children"].as_array().unwrap().len(), 1);
}

/// A layer with every kind of rule.
const EVERYTHING: &str = include_str!("../../../parcep-core/tests/data/every-rule.json");

/// R-POL-022: what the layer says is shown, of every kind, and so is what is to be looked at again.
#[test]
fn show_tells_every_kind_of_rule_by_its_name() {
    let (_folder, input, out) = folder();
    run(&["policy", "import", "--from", "pcps", &input, "--out", &out]);
    let mut file: Value = serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap();
    let child = &mut file["family"]["children"][0];
    child["layer"] = serde_json::from_str(EVERYTHING).unwrap();
    let id = child["id"].as_str().unwrap().to_owned();
    std::fs::write(&out, file.to_string()).unwrap();
    let shown = run(&["policy", "show", &out, "--child", &id]);
    // A table that breaks long lines is read all the same.
    let flat = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let all = flat(&shown.stdout);
    let layer: Value = serde_json::from_str(EVERYTHING).unwrap();
    let mut names = Vec::new();
    ids(&layer, &mut names);
    assert!(names.len() > 40, "{names:?}");
    for name in names {
        assert!(all.contains(&name), "{name} is not in {}", shown.stdout);
    }
    for text in [
        "games: Mon closed 17:00 to 18:00",
        "at the end: stop, told 15 min, 5 min, 1 min before, 10 min later",
        "AI assistants, everything about them: 1 h a week",
        "counted while signed in",
        "a long list blocked: e3b0c44298fc…",
        "safe search off",
        "what a classifier says of dating, from 80 % on: blocked",
        "what a classifier says of contact: needs a guardian",
        "outside the hours with nobody",
        "new contacts need a guardian",
        "purchases inside apps need a guardian",
        "2.00 GBP a week",
        "The camera: blocked",
        "com.example.dim-lights: allowed",
        "not enforced: org.example.vr",
        "where it is not enforceable: nothing is open",
        "to be looked at again by 2027-06-01",
    ] {
        assert!(
            all.contains(&flat(text)),
            "{text} is not in {}",
            shown.stdout
        );
    }
}

/// Every `id` in a value.
fn ids(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("id").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| ids(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| ids(value, found)),
        _ => {}
    }
}

const QUESTION: [&str; 6] = [
    "--at",
    "2026-05-04T10:00:00+02:00",
    "--action",
    "device",
    "--child",
    "child-tobias",
];

#[test]
fn wrong_command_lines_exit_2_and_say_why_in_json() {
    let table: [(&[&str], &str); 12] = [
        (&["--at", "yesterday"], "BAD_TIMESTAMP"),
        (&["--at", "2026-05-04T10:00:00"], "BAD_TIMESTAMP"),
        (&["--action", "dance"], "UNKNOWN_ACTION"),
        (&["--action", "app:Castle"], "INVALID_IDENTIFIER"),
        (&["--action", "host:a.example/path"], "INVALID_HOST"),
        (&["--action", "host:a.example:80"], "INVALID_HOST"),
        (&["--action", "content:pegi/13"], "UNKNOWN_LABEL"),
        (
            &["--action", "content:oflc-mars/13"],
            "UNKNOWN_RATING_SYSTEM",
        ),
        (&["--action", "purchase:EUR/5.00"], "INVALID_PURCHASE"),
        (&["--category", "a b"], "INVALID_IDENTIFIER"),
        (&["--child", "child-eve"], "UNKNOWN_CHILD"),
        (&["--colour", "red"], "USAGE"),
    ];
    for (change, code) in table {
        let mut question = QUESTION.to_vec();
        match question.iter().position(|word| *word == change[0]) {
            Some(index) => question[index + 1] = change[1],
            None => question.extend(change),
        }
        let run = parcep()
            .args(["decide", "--json", "--policy", OKAFOR])
            .args(question)
            .output()
            .unwrap()
            .into();
        let (exit, found, _, _) = error(&run);
        assert_eq!((exit, found.as_str()), (2, code), "{run:?}");
    }
    let twice: Run = parcep()
        .args(["decide", "--json", "--policy", "-", "--usage", "-"])
        .args(QUESTION)
        .output()
        .unwrap()
        .into();
    assert_eq!(error(&twice).1, "USAGE");
    assert!(twice.stdout.contains("stdin"), "{twice:?}");
    let missing = run(&["decide", "--policy", OKAFOR, "--json"]);
    assert_eq!(error(&missing).1, "USAGE");
    let in_words = run(&["decide", "--policy", OKAFOR]);
    assert_eq!((in_words.code, in_words.stdout.as_str()), (2, ""));
    assert!(in_words.stderr.contains("--child"));
}

#[test]
fn an_unknown_child_is_told_which_ids_there_are() {
    let mut question = QUESTION;
    question[5] = "child-eve";
    let run: Run = parcep()
        .args(["decide", "--policy", OKAFOR])
        .args(question)
        .output()
        .unwrap()
        .into();
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("child-tobias, child-ada"), "{run:?}");
    assert!(run.stderr.contains("UNKNOWN_CHILD") && run.stdout.is_empty());
}

#[test]
fn bad_files_exit_3_and_name_file_and_place() {
    let (_folder, input, out) = folder();
    let text =
        std::fs::read_to_string(&input)
            .unwrap()
            .replacen("\"weekday\": 90", "\"weekday\": -1", 1);
    std::fs::write(&input, text).unwrap();
    let pointer = Some("/children/0/policy/time_limits/daily/weekday".to_owned());
    let expected = (3, "NEGATIVE_VALUE".to_owned(), Some(input.clone()), pointer);
    let import = run(&[
        "policy", "import", "--from", "pcps", &input, "--out", &out, "--json",
    ]);
    assert_eq!(error(&import), expected);
    assert!(!Path::new(&out).exists());
    let decide = parcep()
        .args(["decide", "--json", "--policy", &input])
        .args(QUESTION)
        .output()
        .unwrap()
        .into();
    assert_eq!(error(&decide), expected);
    let words = run(&["policy", "show", &input]);
    assert_eq!(words.code, 3);
    assert!(
        words
            .stderr
            .starts_with(&format!("error: {input} at /children/0/")),
        "{words:?}"
    );
    assert!(words.stderr.contains("[NEGATIVE_VALUE]"));
    let absent = run(&["policy", "show", "no-such-file.json", "--json"]);
    assert_eq!(error(&absent).1, "READ_FAILED");
    assert_eq!(absent.code, 3);
}

#[test]
fn bad_usage_files_exit_3() {
    let (folder, _, _) = folder();
    let usage = folder.path().join("usage.json");
    let usage = usage.to_str().unwrap();
    let deep = "[".repeat(100_000);
    let table = [
        (
            r#"[{"target": "device", "seconds": 1}, {"target": "device", "seconds": 2}]"#,
            "USAGE_REPEATED_ROW",
            "/1",
        ),
        (
            r#"[{"target": "device", "period": "day", "seconds": 1}, {"target": "device", "seconds": 2}]"#,
            "USAGE_REPEATED_ROW",
            "/1",
        ),
        (r#"[{"target": "device", "minor": 1}]"#, "USAGE_UNIT", "/0"),
        (
            r#"[{"target": "device", "seconds": -1}]"#,
            "USAGE_SYNTAX",
            "",
        ),
        (r#"{"target": "device"}"#, "USAGE_SYNTAX", ""),
        (
            r#"[{"target": "device", "target": "device", "seconds": 1}]"#,
            "DUPLICATE_MEMBER",
            "/0/target",
        ),
        ("[{", "TRUNCATED", "/0"),
        (&deep, "NESTED_TOO_DEEP", &"/0".repeat(64)),
    ];
    for (text, code, pointer) in table {
        std::fs::write(usage, text).unwrap();
        let run = parcep()
            .args(["decide", "--json", "--policy", OKAFOR, "--usage", usage])
            .args(QUESTION)
            .output()
            .unwrap()
            .into();
        let expected = (
            3,
            code.to_owned(),
            Some(usage.to_owned()),
            Some(pointer.to_owned()),
        );
        assert_eq!(error(&run), expected, "{run:?}");
    }
}

#[test]
fn an_output_that_cannot_be_written_leaves_what_was_there_and_nothing_else() {
    let (folder, input, out) = folder();
    std::fs::write(&out, "before").unwrap();
    // The place of the file beside the output is taken by a folder that cannot be written to: a
    // folder as the output itself is the portable way to fail.
    let place = folder.path().join("a-folder");
    std::fs::create_dir(&place).unwrap();
    let failed = run(&[
        "policy",
        "import",
        "--from",
        "pcps",
        &input,
        "--out",
        place.to_str().unwrap(),
        "--json",
    ]);
    let (exit, code, file, _) = error(&failed);
    assert_eq!(
        (exit, code.as_str(), file.as_deref()),
        (1, "WRITE_FAILED", place.to_str())
    );
    let nowhere = folder.path().join("no/such/folder/out.json");
    let failed = run(&[
        "policy",
        "import",
        "--from",
        "pcps",
        &input,
        "--out",
        nowhere.to_str().unwrap(),
        "--json",
    ]);
    assert_eq!(error(&failed).1, "WRITE_FAILED");
    assert_eq!(names(folder.path()), ["a-folder", "in.json", "out.json"]);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "before");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_file_size_limit_each_get_one_clear_error() {
    let full: Run = run(&[
        "policy",
        "import",
        "--from",
        "pcps",
        OKAFOR,
        "--out",
        "/dev/full",
        "--json",
    ]);
    let (exit, code, _, _) = error(&full);
    assert_eq!((exit, code.as_str()), (1, "WRITE_FAILED"));
    assert!(full.stdout.contains("no space left"), "{full:?}");

    let (folder, input, out) = folder();
    std::fs::write(&out, "before").unwrap();
    // One block: far less than a policy file.
    let script = format!(
        "ulimit -f 1; exec '{}' policy import --from pcps '{input}' --out '{out}' --json",
        env!("CARGO_BIN_EXE_parcep")
    );
    let limited: Run = std::process::Command::new("sh")
        .args(["-c", &script])
        .output()
        .unwrap()
        .into();
    let (exit, code, file, _) = error(&limited);
    assert_eq!(
        (exit, code.as_str(), file),
        (1, "WRITE_FAILED", Some(out.clone()))
    );
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "before");
    assert_eq!(names(folder.path()), ["in.json", "out.json"]);
}
