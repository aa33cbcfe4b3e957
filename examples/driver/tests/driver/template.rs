//! The template in Python that a vendor begins with.

use crate::line::Driver;
use serde_json::json;
use std::process::{Command, Stdio};

#[test]
fn the_template_answers_every_request_and_pretends_nothing() {
    // R-CONF-013, R-CONF-015
    let mut command = Command::new("python3");
    command.arg(crate::page::root().join("examples/python/hello_driver.py"));
    command.args(["--state-dir", "."]);
    command.stderr(Stdio::null());
    let mut template = Driver::of(command);
    let told = template.ask("hello", json!({"contract": 1, "nonce": "n", "wish": "x"}));
    assert_eq!(
        (&told["outcome"], &told["nonce"]),
        (&json!("ok"), &json!("n"))
    );
    assert_eq!(told["features"], "", "it has none");
    for (op, members) in [
        ("reset", json!({"boot": 0, "start": "a", "zone": "UTC"})),
        ("clock", json!({"boot": 0, "start": "a"})),
        ("sync", json!({})),
        ("ask", json!({"dependant": "00", "action": "device"})),
        ("state", json!({})),
        (
            "act",
            json!({"event": "join", "answer": "00", "relay": "http://localhost:1"}),
        ),
        ("reset", json!({})),
    ] {
        let answer = template.ask(op, members);
        assert_eq!(answer["outcome"], "error", "{op}");
        assert!(answer["text"].is_string(), "{op}");
    }
    assert_eq!(template.outcome("dance", json!({})), "unsupported");
    assert_eq!(
        template.outcome("act", json!({"event": "dance"})),
        "unsupported"
    );
    assert_eq!(template.line("nonsense")["outcome"], "error");
    assert_eq!(template.stop(), Some(0));
}
