//! Drivers that are none: a whole run against each ends with one clear verdict for every test, names the line that
//! broke the contract, and never says conformant.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a panic is a failed test"
)]

use parcep_conformance::driver::Start;
use parcep_conformance::point::{self, Hello, PointTarget};
use parcep_conformance::stage::network::Network;
use parcep_conformance::{
    Conclusion, Config, Profile, Quietly, Report, Target, Verdict, run_point,
};
use parcep_core::epoch::PepCategory;
use std::time::Duration;

/// Long enough for a product on a loaded machine; whoever never answers costs this for each test.
const PATIENCE: Duration = Duration::from_secs(8);

async fn judge(command: Vec<String>, patience: Duration) -> Report {
    let start = Start::Program(command);
    let told = point::meet(&start, patience).await;
    let hello = told.unwrap_or_else(|_| Hello {
        product: String::new(),
        version: String::new(),
        role: String::new(),
        category: Some(PepCategory::DeviceOs),
        capabilities: Vec::new(),
        features: ["virtual-clock", "restart", "lists"]
            .map(str::to_owned)
            .to_vec(),
    });
    let target = Target::point(PointTarget {
        start,
        patience,
        hello,
        network: Network::default(),
    });
    let mut config = Config::new(target, Profile::Quick, 5);
    config.confirm_failures = false;
    config.jobs = 4;
    run_point(&config, &Quietly).await.unwrap()
}

fn mutant(kind: &str) -> Vec<String> {
    let fault = format!("nonsense/{kind}");
    [
        env!("CARGO_BIN_EXE_parcep-mutants"),
        "point",
        "--fault",
        &fault,
    ]
    .map(str::to_owned)
    .to_vec()
}

fn shell(script: &str) -> Vec<String> {
    ["sh", "-c", script, "driver"].map(str::to_owned).to_vec()
}

/// What the report says of each test that applies: the step that did not agree, or the reason.
fn messages(report: &Report) -> Vec<String> {
    let asked = report
        .results
        .iter()
        .filter(|result| result.verdict != Verdict::NotApplicable);
    let said = asked.map(|result| {
        let step = result.disagreement().map(|step| step.observed.clone());
        step.or_else(|| result.reason.clone()).unwrap_or_default()
    });
    said.collect()
}

/// Every test has a verdict, none of them an error of the suite; the record and the pages can be made of it.
fn ended_whole(kind: &str, report: &Report) {
    assert_eq!(report.conclusion, Conclusion::NonConformant, "{kind}");
    assert_eq!(report.exit_code, 1, "{kind}");
    assert!(report.results.len() >= 10, "{kind}");
    for result in &report.results {
        let is_said = matches!(
            result.verdict,
            Verdict::Pass | Verdict::Fail | Verdict::NotApplicable
        );
        // Of one that hung again and again it is said that it was not judged.
        let hung = result.verdict == Verdict::Skip && matches!(kind, "hang" | "silent");
        let is_said = is_said || hung;
        assert!(is_said, "{kind} {}: {:?}", result.id, result.reason);
        assert_eq!(result.attempts.len(), 1, "{kind} {}", result.id);
    }
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    let conclusion = json.get("conclusion");
    assert_eq!(conclusion, Some(&"non-conformant".into()), "{kind}");
    assert!(report.to_html().contains("non-conformant"), "{kind}");
}

/// R-CONF-013, R-CONF-014: what each of them is told, with the line that broke the contract where there is one.
#[tokio::test(flavor = "multi_thread")]
async fn a_driver_that_breaks_the_contract_is_named_in_every_test_with_the_line_that_did() {
    let closes = "exec 0<&-; exec sleep 30";
    let cases: [(&str, Vec<String>, &str, &str); 10] = [
        (
            "garbage",
            mutant("garbage"),
            "not a JSON object on one line: `",
            "→",
        ),
        (
            "crash",
            mutant("crash"),
            "it ended without an answer to `",
            "→",
        ),
        ("hang", mutant("hang"), "no answer to `", "→"),
        (
            "silent",
            mutant("silent"),
            "no answer to `hello` within",
            "hello",
        ),
        (
            "echo",
            mutant("echo"),
            "no `outcome` that is a string: `{\"contract\":1",
            "hello",
        ),
        (
            "twice",
            mutant("twice"),
            "something that nobody asked for: `{",
            "outcome",
        ),
        (
            "out-of-order",
            mutant("out-of-order"),
            "something that nobody asked for: `{",
            "outcome",
        ),
        (
            "large",
            mutant("large"),
            "longer than 1048576 bytes; it begins with `",
            "→",
        ),
        (
            "liar",
            mutant("liar"),
            "\"category\":\"anything\"",
            "anything",
        ),
        (
            "closes its input",
            shell(closes),
            "it does not read its input: it has closed it",
            "hello",
        ),
    ];
    let runs = cases.map(|(kind, command, message, crossed)| {
        tokio::spawn(async move {
            let patience = match kind {
                "hang" | "silent" => PATIENCE / 8,
                _ => PATIENCE,
            };
            let report = judge(command, patience).await;
            ended_whole(kind, &report);
            for said in messages(&report) {
                assert!(said.contains(message), "{kind}: {said}");
            }
            let asked = report
                .results
                .iter()
                .filter(|result| result.verdict != Verdict::NotApplicable);
            for result in asked {
                let slice = &result.attempts.first().unwrap().slice;
                let shown: Vec<String> = slice.iter().map(ToString::to_string).collect();
                let shown = shown.join("\n");
                assert!(shown.contains(crossed), "{kind} {}: {shown}", result.id);
                assert!(shown.len() < 64 * 1024, "{kind} {}", result.id);
            }
        })
    });
    for run in runs {
        run.await.unwrap();
    }
}

/// R-CONF-001: they keep the contract and do nothing of what they say.
#[tokio::test(flavor = "multi_thread")]
async fn a_driver_that_keeps_the_contract_and_is_no_product_passes_no_profile() {
    for kind in ["always-allow", "always-deny", "accept-all", "reject-all"] {
        let report = judge(mutant(kind), PATIENCE).await;
        ended_whole(kind, &report);
        let failed = report.totals.fail;
        assert!(failed * 2 > report.results.len(), "{kind}: {failed} failed");
    }
}

/// R-CONF-001: whoever never answers is not waited for in full each time, and what is not judged is said.
#[tokio::test(flavor = "multi_thread")]
async fn a_driver_that_hangs_is_waited_for_in_two_tests_and_the_rest_is_not_judged() {
    let begun = std::time::Instant::now();
    let report = judge(mutant("hang"), Duration::from_secs(10)).await;
    ended_whole("hang", &report);
    let hung = report.results.iter().filter(|result| {
        let reason = result.reason.as_deref().unwrap_or_default();
        reason.starts_with("not judged: it hung in 2 tests in a row before this one")
    });
    let (hung, all) = (hung.count(), report.totals.fail + report.totals.skip);
    // Four are asked at once.
    assert!(
        hung >= all - 5 && report.totals.fail >= 2,
        "{hung} of {all}"
    );
    assert!(
        begun.elapsed() < Duration::from_secs(45),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_that_goes_on_after_stop_fails_each_test_that_came_so_far() {
    let report = judge(mutant("immortal"), PATIENCE).await;
    ended_whole("immortal", &report);
    let said = messages(&report);
    assert!(
        said.iter().any(|said| said.contains("after `stop`")),
        "{said:?}"
    );
    assert_eq!(report.totals.pass, 0, "{said:?}");
}

/// Nobody is there, whatever is asked: each test says how it went.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_not_there_any_more_fails_every_test_and_the_run_goes_on() {
    let report = judge(shell("exit 7"), PATIENCE).await;
    ended_whole("ends at once", &report);
    for said in messages(&report) {
        assert!(said.contains("exit status: 7"), "{said}");
    }
}
