//! What a driver is sent says nothing of the test: every line of a whole run is read.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a panic is a failed test"
)]

use parcep_conformance::driver::Start;
use parcep_conformance::point::{PointTarget, meet};
use parcep_conformance::stage::network::Network;
use parcep_conformance::{Config, Profile, Quietly, Report, Target, run_point};
use parcep_core::epoch::PepCategory;
use parcep_core::registry::CAPABILITIES;
use parcep_driver::{Point, serve};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Result};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Members of each request of the contract; others are drawn anew each time.
const MEMBERS: [(&str, &[&str]); 8] = [
    ("hello", &["contract", "nonce"]),
    ("reset", &["wall", "boot", "start", "zone"]),
    ("clock", &["wall", "boot", "start"]),
    ("sync", &[]),
    ("state", &["dependant"]),
    (
        "ask",
        &[
            "dependant",
            "action",
            "publisher",
            "explicit",
            "can_ask",
            "subject",
            "categories",
            "labels",
            "age",
            "usage",
        ],
    ),
    ("act", &["event", "answer", "relay", "dependant"]),
    ("stop", &[]),
];
/// Words in which somebody could say what is expected: effects, outcomes, reasons, what steps are for.
const EXPECTED: [&str; 24] = [
    "allow",
    "deny",
    "denied",
    "allowed",
    "blocked",
    "locked",
    "window",
    "budget",
    "rating",
    "pending",
    "rights_floor",
    "current",
    "refused",
    "unreachable",
    "not_served",
    "expect",
    "setup",
    "check",
    "refusal",
    "unchanged",
    "twin",
    "decoy",
    "attack",
    "mutant",
];

/// An input whose lines are kept.
struct Kept<R> {
    input: R,
    lines: Arc<Mutex<Vec<u8>>>,
}

impl<R: Read> Read for Kept<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let read = self.input.read(into)?;
        self.lines
            .lock()
            .unwrap()
            .extend_from_slice(into.get(..read).unwrap());
        Ok(read)
    }
}

/// A product that is dialled, again after each cut, and the lines that it was sent.
fn product() -> (SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    std::thread::spawn(move || {
        let folder = tempfile::tempdir().unwrap();
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            stream.set_nodelay(true).unwrap();
            let capabilities = CAPABILITIES.iter().map(|row| row.name.to_owned()).collect();
            let mut point =
                Point::open(folder.path(), PepCategory::DeviceOs, capabilities).unwrap();
            let lines = Arc::clone(&kept);
            let mut input = BufReader::new(Kept {
                input: &stream,
                lines,
            });
            // A cut in the middle of a line is a cut.
            let _ = serve(&mut point, &mut input, &mut &stream);
        }
    });
    (address, lines)
}

async fn run(seed: u64, only: &[&str]) -> (Report, Vec<Map<String, Value>>) {
    let (address, lines) = product();
    let start = Start::Dialled(address);
    let patience = Duration::from_secs(30);
    let hello = meet(&start, patience).await.unwrap();
    let target = Target::point(PointTarget {
        start,
        patience,
        hello,
        network: Network::Plain,
    });
    let mut config = Config::new(target, Profile::Full, seed);
    config.only = only.iter().map(ToString::to_string).collect();
    let report = run_point(&config, &Quietly).await.unwrap();
    let lines = lines.lock().unwrap().clone();
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap());
    (report, lines.collect())
}

/// Words of the catalogue that no product may meet: ids of tests, titles, names that stand for fresh words.
fn words_of_the_catalogue() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../parcep-conformance/catalogue");
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let file: toml::Table = toml::from_str(&text).unwrap();
        let tests = file.get("test").and_then(toml::Value::as_array);
        for test in tests.into_iter().flatten() {
            let id = test["id"].as_str().unwrap();
            words.insert(id.to_owned());
            // What stands behind the number, where it is more than a word.
            words.extend(
                id.splitn(4, '-')
                    .nth(3)
                    .filter(|slug| slug.contains('-'))
                    .map(str::to_owned),
            );
            words.insert(test["title"].as_str().unwrap().to_owned());
            words.extend(
                test["cites"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(|cite| Some(cite.as_str()?.split(' ').next()?.to_owned())),
            );
        }
        let mut rest = text.as_str();
        while let Some((_, behind)) = rest.split_once('<') {
            let Some((name, after)) = behind.split_once('>') else {
                break;
            };
            words.insert(format!("<{name}>"));
            words.insert(name.to_owned());
            rest = after;
        }
    }
    words
}

/// What tells a product which test runs, or what is expected.
fn tells(line: &Map<String, Value>, words: &BTreeSet<String>) -> Option<String> {
    let op = line["op"].as_str().unwrap();
    let known = MEMBERS.iter().find(|(name, _)| *name == op);
    for (name, value) in line {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let is_known = matches!(name.as_str(), "seq" | "op")
            || known.is_none_or(|(_, members)| members.contains(&name.as_str()));
        if !is_known && *name != text {
            return Some(format!("a member `{name}`"));
        }
        // The names of the contract's own requests and events.
        if matches!(name.as_str(), "op" | "event") && !text.starts_with('x') {
            continue;
        }
        let found = words.iter().find(|word| text.contains(word.as_str()));
        if let Some(word) = found {
            return Some(format!("`{word}` in `{name}`"));
        }
        let mut parts = text.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
        if parts.any(|part| EXPECTED.contains(&part)) {
            return Some(format!("`{text}` in `{name}`"));
        }
    }
    None
}

/// R-CONF-017: in every line of every scripted test, and of rows of decisions.
#[tokio::test(flavor = "multi_thread")]
async fn no_line_to_a_driver_says_which_test_runs_or_what_is_expected() {
    let words = words_of_the_catalogue();
    assert!(words.len() > 200, "{}", words.len());
    let only = [
        "T-POINT-0*",
        "T-POINT-1*",
        "T-POINT-2*",
        "T-POINT-3*",
        "T-POINT-5*",
        "T-POINT-400-rows/010*",
    ];
    let (report, lines) = run(11, &only).await;
    assert_eq!(report.totals.fail + report.totals.error, 0);
    assert!(lines.len() > 1000, "{}", lines.len());
    for line in &lines {
        assert_eq!(tells(line, &words), None, "{line:?}");
    }
    // The number of a request is never used again, and neither do numbers rise.
    let numbers: BTreeSet<_> = lines
        .iter()
        .map(|line| line["seq"].as_str().unwrap())
        .collect();
    assert_eq!(numbers.len(), lines.len());
}

/// R-CONF-017: what a product sees of one test is other in each run: names, ids, zone, hours, starts.
#[tokio::test(flavor = "multi_thread")]
async fn two_runs_of_one_test_have_no_name_in_common() {
    let only = ["T-POINT-200-window", "T-POINT-301-budget"];
    let ((_, one), (_, other)) = (run(1, &only).await, run(2, &only).await);
    let seen = |lines: &[Map<String, Value>]| -> BTreeMap<String, BTreeSet<String>> {
        let mut seen: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (name, value) in lines.iter().flatten() {
            seen.entry(name.clone())
                .or_default()
                .insert(value.to_string());
        }
        seen
    };
    let (one, other) = (seen(&one), seen(&other));
    for name in ["seq", "nonce", "start", "wall", "answer", "relay"] {
        assert!(
            one[name].is_disjoint(&other[name]),
            "{name}: {:?}",
            one[name]
        );
    }
    let of_apps = |seen: &BTreeMap<String, BTreeSet<String>>| -> BTreeSet<String> {
        let names = seen["action"].iter().chain(&seen["dependant"]);
        names
            .filter(|name| name.contains("org.x") || !name.contains(':'))
            .cloned()
            .collect()
    };
    let common: Vec<_> = of_apps(&one)
        .intersection(&of_apps(&other))
        .cloned()
        .collect();
    assert!(common.iter().all(|name| name == "\"device\""), "{common:?}");
}

#[test]
fn a_line_that_tells_is_found() {
    let words = words_of_the_catalogue();
    let told = |line: Value| tells(line.as_object().unwrap(), &words);
    let ask = |member: &str, value: &str| {
        let mut line =
            serde_json::json!({"seq": "1f", "op": "ask", "action": "device", "dependant": "00"});
        line[member] = value.into();
        told(line)
    };
    assert_eq!(ask("action", "app:android/org.x00ff"), None);
    assert_eq!(ask("x17", "x17"), None);
    for (member, value) in [
        ("test", "7"),
        ("action", "app:T-POINT-010-flipped-header"),
        ("action", "app:<app-a>"),
        ("action", "app:rule-a"),
        ("publisher", "deny"),
        ("seq", "R-LOG-004"),
        ("categories", "twin"),
    ] {
        assert!(ask(member, value).is_some(), "{member} {value}");
    }
}
