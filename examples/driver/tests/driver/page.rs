//! `spec/driver.md` and its schema say the same, and what the page counts is true.

use crate::schema::Schema;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> String {
    fs::read_to_string(root().join("spec/driver.md")).unwrap()
}

/// The lines of the examples, two by two.
fn example() -> Vec<(Value, Value)> {
    let page = page();
    let examples = page.split("```json\n").skip(1);
    let lines = examples.flat_map(|rest| rest.split("```").next().unwrap().lines());
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (pairs, rest) = lines.as_chunks::<2>();
    assert!(rest.is_empty(), "a request without an answer");
    pairs.iter().map(|[a, b]| (a.clone(), b.clone())).collect()
}

/// The first cells of the rows of the table whose head begins with this cell.
fn rows(head: &str) -> Vec<Vec<String>> {
    let page = page();
    let mut lines = page.lines();
    lines
        .find(|line| line.starts_with(&format!("| {head} |")))
        .unwrap();
    let rows = lines.skip(1).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect();
    rows.map(cells).collect()
}

#[test]
fn every_line_of_the_page_is_one_of_the_schema() {
    // R-CONF-013, R-CONF-014
    let schema = Schema::read();
    let mut asked = BTreeSet::new();
    for (request, answer) in example() {
        assert_eq!(request["seq"], answer["seq"]);
        let op = request["op"].as_str().unwrap();
        let is_known = request["event"] != "shake";
        let checked = schema.check("/$defs/request", &request);
        assert_eq!(checked.is_ok(), is_known, "{checked:?}");
        schema.check("", &answer).unwrap();
        let of_op = schema.check(&format!("/$defs/answers/{op}"), &answer);
        let of_any = schema.check("/$defs/answers/any", &answer);
        assert!(of_op.is_ok() || of_any.is_ok(), "{of_op:?} {of_any:?}");
        asked.insert(op.to_owned());
    }
    assert_eq!(asked.len(), 8, "every op has an example");
    for role in ["age-relying-party", "age-issuer"] {
        assert!(
            page().contains(&format!("\"role\": \"{role}\"")),
            "{role} has an example"
        );
    }
}

#[test]
fn the_schema_refuses_what_the_page_excludes() {
    // R-CONF-013
    let schema = Schema::read();
    let request = "/$defs/request";
    let good = json!({"seq": "a", "op": "clock", "boot": 1, "start": "s", "wish": "later"});
    schema.check(request, &good).unwrap();
    for (member, wrong) in [
        ("seq", json!(1)),
        ("boot", json!(-1)),
        ("boot", json!("1")),
        ("wall", json!(null)),
        ("wall", json!(1.5)),
        ("wish", json!({"a": 1})),
        ("wish", json!(["a"])),
        ("op", json!("dance")),
    ] {
        let mut bad = good.clone();
        bad[member] = wrong;
        assert!(schema.check(request, &bad).is_err(), "{bad}");
    }
    let refused = json!({"seq": "a", "outcome": "refused"});
    assert!(
        schema.check("/$defs/answers/act", &refused).is_err(),
        "no reason"
    );
}

#[test]
fn page_and_schema_name_the_same_requests_events_and_features() {
    let schema = Schema::read();
    let word = |row: Vec<String>| row[1].trim_matches('`').to_owned();
    let ops: BTreeSet<_> = rows("op").into_iter().map(word).collect();
    let mut answers: BTreeSet<_> = schema.names("/$defs/answers").into_iter().collect();
    answers.remove("any");
    assert_eq!(ops, answers);
    let mut requests: BTreeSet<_> = ops.into_iter().filter(|op| op != "act").collect();
    for head in [
        "event",
        "Event of an app",
        "Event of a party",
        "Event of an issuer",
    ] {
        requests.extend(rows(head).into_iter().map(word));
    }
    assert_eq!(
        requests,
        schema.names("/$defs/requests").into_iter().collect()
    );
    assert_eq!(rows("Feature").len(), 5);
}

/// Every line of what the reference driver says is one of the schema.
#[test]
fn a_driver_says_what_the_schema_lets_it_say() {
    // R-CONF-013
    let (schema, folder) = (Schema::read(), tempfile::tempdir().unwrap());
    let mut driver = crate::line::Driver::start(folder.path());
    let zone = json!({"boot": 1, "start": "s", "zone": "Asia/Tokyo"});
    let nobody = json!({"dependant": "0".repeat(32), "action": "device"});
    let hello = json!({"contract": 1, "nonce": "n"});
    let hands = json!({"boot": 2, "start": "s"});
    for (op, members) in [
        ("hello", hello),
        ("sync", json!({})),
        ("reset", zone),
        ("clock", hands),
        ("ask", nobody.clone()),
        ("state", nobody),
        ("state", json!({})),
    ] {
        let mut request = members.clone();
        request["op"] = json!(op);
        request["seq"] = json!("a");
        schema.check("/$defs/request", &request).unwrap();
        let answer = driver.ask(op, members);
        let place = if op == "sync" { "any" } else { op };
        schema
            .check(&format!("/$defs/answers/{place}"), &answer)
            .unwrap();
    }
}

#[test]
fn the_page_counts_the_lines_of_each_driver_right() {
    let rows = rows("Driver");
    assert!(rows.len() >= 2);
    for row in rows {
        let (_, path) = row[1].split_once('(').unwrap();
        let path = root().join("spec").join(path.trim_end_matches(')'));
        let lines = match path.file_name().unwrap().to_str().unwrap() {
            // The first file of a folder of them.
            "lib.rs" | "mod.rs" | "__init__.py" | "__main__.py" => {
                lines_of_folder(path.parent().unwrap())
            }
            _ => lines_of(&path),
        };
        assert_eq!(row[2], lines.to_string(), "{}", path.display());
    }
    let template = lines_of(&root().join("examples/python/hello_driver.py"));
    assert!(template <= 100, "{template} lines are too many to copy");
}

fn lines_of(file: &Path) -> usize {
    fs::read_to_string(file).unwrap().lines().count()
}

fn lines_of_folder(folder: &Path) -> usize {
    let files = fs::read_dir(folder).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let is_source = |path: &PathBuf| {
        path.extension()
            .is_some_and(|kind| kind == "rs" || kind == "py")
    };
    files.filter(is_source).map(|file| lines_of(&file)).sum()
}
