//! Programs that keep the contract, and programs that break it in every way that its page names.

use super::*;
use serde_json::json;

/// A driver in a few lines of shell: `$line` is the request, `$seq` its number.
async fn played(script: &str) -> Result<Answer, Fault> {
    let program = format!(
        "while read -r line; do seq=${{line#*seq\\\":\\\"}}; seq=${{seq%%\\\"*}}; {script}; done"
    );
    let command = ["sh", "-c", &program, "driver"].map(str::to_owned);
    let start = Start::Program(command.to_vec());
    let folder = tempfile::tempdir().unwrap();
    let patience = Duration::from_secs(2);
    let mut driver = Driver::start(&start, folder.path(), patience, 7).await?;
    let answer = driver.request("sync", Map::new()).await?;
    driver.request("sync", Map::new()).await?;
    driver.stop().await?;
    Ok(answer)
}

const OK: &str = r#"echo "{\"seq\":\"$seq\",\"outcome\":\"ok\"}""#;

#[tokio::test]
async fn a_driver_that_answers_each_request_and_stops_is_heard() {
    let script = format!("{OK}; case $line in *stop*) exit 0;; esac");
    let answer = played(&script).await.unwrap();
    assert_eq!(answer.outcome(), "ok");
}

#[tokio::test]
async fn each_way_to_break_the_contract_is_named() {
    // R-CONF-014, R-CONF-015
    let cases = [
        ("echo loading rules", "not a JSON object"),
        ("exit 3", "it ended without an answer to `sync`"),
        (
            r#"echo '{"seq":"1","outcome":"ok"}'"#,
            "it answered `1` where",
        ),
        (r#"echo "{\"seq\":\"$seq\"}""#, "no `outcome`"),
        (
            r#"echo "{\"seq\":\"$seq\",\"outcome\":\"ok\",\"rules\":[]}""#,
            "`rules` is a list",
        ),
        ("sleep 9", "no answer to `sync`"),
        (
            "exec 0<&-; sleep 9",
            "it does not read its input: it has closed it",
        ),
        (
            "head -c 3000000 /dev/zero | tr '\\0' x",
            "longer than 1048576 bytes",
        ),
        (&format!("{OK}; {OK}"), "nobody asked for"),
    ];
    for (script, expected) in cases {
        let fault = played(script).await.unwrap_err().to_string();
        assert!(fault.contains(expected), "{script}: {fault}");
    }
}

/// R-CONF-015: `error` says in its text why, and whoever wrote the driver reads it.
#[test]
fn an_error_is_told_with_the_line_of_the_driver() {
    let read = |line: Value| Answer::read(&line.to_string(), "a").unwrap();
    let why = "the store is locked";
    let error = read(json!({"seq": "a", "outcome": "error", "text": why}));
    assert!(error.told().starts_with("error: `{"), "{}", error.told());
    assert!(error.told().contains(why), "{}", error.told());
    let fault = error.is_ok("reset").unwrap_err().to_string();
    assert!(
        fault.contains("`reset` came to `error`") && fault.contains(why),
        "{fault}"
    );
    assert_eq!(
        error.is_no_error("state").unwrap_err().to_string(),
        fault.replace("reset", "state")
    );
    let left = read(json!({"seq": "a", "outcome": "left", "text": "moved out"}));
    assert_eq!(
        (left.told().as_str(), left.is_no_error("sync")),
        ("left", Ok(()))
    );
    let fault = left.is_ok("stop").unwrap_err().to_string();
    assert!(fault.contains("`stop` came to `left`"), "{fault}");
}

#[tokio::test]
async fn a_driver_that_goes_on_after_stop_or_fails_then_is_named() {
    let script = format!("{OK}; case $line in *stop*) exit 9;; esac");
    let fault = played(&script).await.unwrap_err();
    assert!(matches!(fault, Fault::Exit(_)), "{fault}");
    let script = format!("{OK}; case $line in *stop*) exec sleep 30;; esac");
    let fault = played(&script).await.unwrap_err();
    assert!(matches!(fault, Fault::Immortal(_)), "{fault}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let start = Start::Program(vec!["/no/such/driver".into()]);
    let folder = tempfile::tempdir().unwrap();
    let started = Driver::start(&start, folder.path(), Duration::from_secs(1), 7).await;
    assert!(matches!(started.unwrap_err(), Fault::Start(_)));
}

#[test]
fn numbers_of_requests_say_nothing_of_their_order() {
    let seqs: Vec<_> = (1..=4_u64).map(mixed).collect();
    assert!(!seqs.is_sorted());
    let line = json!({"seq": "a", "outcome": "ok", "n": 1.5}).to_string();
    assert!(matches!(
        Answer::read(&line, "a"),
        Err(Fault::NotFlat { .. })
    ));
}
