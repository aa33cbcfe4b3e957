//! `parcep age`: the JSON that programs rely on, and the way of a token from issuer to audience.

use crate::support::{Run, names, parcep, run};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

const GAMES: &str = "https://games.example";
const NONCE: &str = "00112233445566778899aabbccddeeff";

/// Runs `parcep age` with a text on stdin.
fn age(args: &[&str], input: &[u8]) -> Run {
    let mut child = parcep()
        .arg("age")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who refuses its flags does not read; that is no fault of the test.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap().into()
}

fn adapted(from: &str, input: &Value, more: &[&str]) -> Value {
    let args = [&["adapt", "-", "--from", from, "--json"], more].concat();
    age(&args, input.to_string().as_bytes()).json()
}

fn judged(statement: &Value, threshold: &str) -> Value {
    let args = ["judge", "--threshold", threshold, "--json"];
    age(&args, statement.to_string().as_bytes()).json()
}

/// R-AGE-054, R-AGE-060: exactly these members, whatever was said.
#[test]
fn adapt_prints_every_member_of_a_statement_and_no_other() {
    let apple = json!({"lowerBound": 13, "upperBound": 15, "ageRangeDeclaration": "selfDeclared"});
    assert_eq!(
        adapted("apple", &apple, &["--gates", "13,16,18"]),
        json!({"outcome": "signal", "lower": 13, "upper": 16, "exact_cell": true, "method": "self_declared",
               "assurance": "asserted", "declarant_check": null, "claim_scope": "range",
               "supervision": "not_reported", "consent": "not_reported", "loss": []})
    );
    let closed = json!({"ageSignalsStatus": "VERIFICATION_REQUIRED"});
    assert_eq!(
        adapted("play-0.0.4", &closed, &[]),
        json!({"outcome": "verification_required", "lower": null, "upper": null, "exact_cell": null,
               "method": null, "assurance": null, "declarant_check": null, "claim_scope": null,
               "supervision": "not_reported", "consent": "not_reported", "loss": []})
    );
}

/// R-AGE-033, R-AGE-034: every platform is read, and none of them makes an adult or a child of nothing.
#[test]
fn what_a_platform_says_is_judged_and_silence_stays_undecided() {
    let rows = [
        ("play-0.0.3", json!({"userStatus": "VERIFIED"}), "pass"),
        (
            "play-0.0.4",
            json!({"ageSignalsStatus": "SHARED", "ageRangeSource": "TIER_D", "ageLower": 0, "ageUpper": 12}),
            "fail",
        ),
        (
            "amazon",
            json!({"responseStatus": "SUCCESS", "userStatus": "SUPERVISED", "ageLower": 16, "ageUpper": 17}),
            "fail",
        ),
        (
            "amazon",
            json!({"responseStatus": "SUCCESS", "userStatus": ""}),
            "undecided",
        ),
        (
            "samsung",
            json!({"result_code": 1, "result_message": "This is not a supported method"}),
            "undecided",
        ),
        (
            "windows",
            json!({"ageRange": {"Lower": 18, "Upper": 2_147_483_647}}),
            "pass",
        ),
        ("windows", json!({"ageRange": null}), "undecided"),
        (
            "camara",
            json!({"ageThreshold": 18, "ageCheck": "true"}),
            "pass",
        ),
        (
            "camara",
            json!({"ageThreshold": 18, "ageCheck": "not_available"}),
            "undecided",
        ),
        ("claims", json!({"age_over_18": true}), "pass"),
        ("apple", json!({"response": "declinedSharing"}), "undecided"),
    ];
    for (from, input, verdict) in rows {
        let statement = adapted(from, &input, &[]);
        assert_eq!(
            judged(&statement, "18")["verdict"],
            verdict,
            "{from} {input}: {statement}"
        );
    }
}

/// R-AGE-060: a contradiction or a wrong type is an error with a code and a pointer, never a bracket.
#[test]
fn adapt_and_judge_refuse_what_is_wrong() {
    let wrong = json!({"ageSignalsStatus": "SHARED", "ageLower": 13, "ageUpper": "15"});
    let args = ["adapt", "-", "--from", "play-0.0.4", "--json"];
    let refused = age(&args, wrong.to_string().as_bytes());
    assert_eq!(refused.code, 3);
    assert_eq!(refused.json()["error"]["code"], "MALFORMED");
    assert_eq!(refused.json()["error"]["pointer"], "/ageUpper");
    for (flags, code) in [
        (
            &[
                "adapt", "-", "--from", "apple", "--gates", "13,14", "--json",
            ][..],
            "MALFORMED",
        ),
        (&["adapt", "-", "--from", "nokia", "--json"], "USAGE"),
        (&["judge", "--threshold", "0", "--json"], "MALFORMED"),
    ] {
        let refused = age(flags, b"{}");
        assert_eq!(
            (refused.code, &refused.json()["error"]["code"]),
            (2, &json!(code)),
            "{flags:?}"
        );
    }
    for text in [
        "{}",
        "[]",
        "13",
        "",
        r#"{"outcome": "signal"}"#,
        r#"{"lower": -1}"#,
    ] {
        let refused = age(&["judge", "--threshold", "13", "--json"], text.as_bytes());
        assert_eq!(
            (refused.code, &refused.json()["error"]["code"]),
            (3, &json!("MALFORMED")),
            "{text}"
        );
    }
}

/// R-AGE-004, R-AGE-005, R-AGE-036.
#[test]
fn coarsen_tells_a_bracket_or_what_the_flag_takes() {
    let told = |more: &[&str]| {
        let run = run(&[&["age", "coarsen", "--json"], more].concat());
        (run.code, run.json())
    };
    let wide = json!({"lower": 0, "upper": 18, "exact_cell": false});
    let asked = ["--lower", "12", "--upper", "17", "--cuts", "13,16,18"];
    assert_eq!(told(&asked), (0, wide));
    let youngest = json!({"lower": 0, "upper": 13, "exact_cell": false});
    assert_eq!(told(&[&asked[..], &["--youngest"]].concat()), (0, youngest));
    for wrong in [
        &["--lower", "12", "--cuts", "13,14"][..],
        &["--lower", "12", "--cuts", "16,13"],
        &["--lower", "12", "--cuts", "0,13"],
        &["--lower", "12", "--upper", "12", "--cuts", "13"],
        &["--lower", "121", "--cuts", "13"],
    ] {
        let (code, answer) = told(wrong);
        assert_eq!(
            (code, &answer["error"]["code"]),
            (2, &json!("MALFORMED")),
            "{wrong:?}"
        );
    }
}

/// R-AGE-030: who knows nothing issues nothing, and makes a child of nobody.
#[test]
fn of_every_age_nothing_is_issued() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (key, out) = (path("issuer.key"), path("signal.bin"));
    let issue = [
        "age",
        "issue",
        "--lower",
        "0",
        "--cuts",
        "13",
        "--audience",
        GAMES,
    ];
    let files = ["--key", &key, "--out", &out, "--json"];
    for more in [&[][..], &["--youngest"]] {
        let refused = run(&[&issue[..], &files, more].concat());
        assert_eq!(
            (refused.code, &refused.json()["error"]["code"]),
            (2, &json!("MALFORMED"))
        );
    }
    assert!(names(folder.path()).is_empty());
}

/// A folder with a wallet of tokens.
fn wallet(tokens: &str) -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (wallet, key) = (path("wallet.json"), path("issuer.key"));
    let made = run(&[
        "age", "issue", "--lower", "14", "--upper", "15", "--cuts", "13,16,18", "--tokens", tokens,
        "--wallet", &wallet, "--key", &key, "--json",
    ]);
    assert_eq!(
        (made.code, &made.json()["lower"]),
        (0, &json!(13)),
        "{made:?}"
    );
    (folder, wallet, key + ".pub")
}

fn present(wallet: &str, audience: &str, out: &Path, more: &[&str]) -> Run {
    let out = out.to_str().unwrap();
    let args = [
        "present",
        "--wallet",
        wallet,
        "--audience",
        audience,
        "--nonce",
        NONCE,
        "--out",
        out,
        "--json",
    ];
    age(&[&args[..], more].concat(), b"")
}

fn verify(file: &Path, issuer: &str, audience: &str, more: &[&str]) -> Run {
    let file = file.to_str().unwrap();
    let args = [
        "verify",
        file,
        "--issuer",
        issuer,
        "--audience",
        audience,
        "--nonce",
        NONCE,
        "--json",
    ];
    age(&[&args[..], more].concat(), b"")
}

/// R-AGE-018, R-AGE-020, R-AGE-023, R-AGE-052: shown once, for one audience, listed, and gone.
#[test]
fn a_token_goes_from_wallet_to_audience_once_and_stands_in_the_list() {
    let (folder, wallet, issuer) = wallet("1");
    let shown = folder.path().join("shown.bin");
    assert_eq!(present(&wallet, GAMES, &shown, &[]).code, 0);
    assert!(!Path::new(&wallet).exists(), "the last token is gone");

    let seen = folder.path().join("seen.json");
    let seen = ["--seen", seen.to_str().unwrap()];
    let read = verify(&shown, &issuer, GAMES, &seen).json();
    assert_eq!(
        (&read["lower"], &read["upper"], &read["method"]),
        (&json!(13), &json!(16), &json!("not_told"))
    );
    let reason = |run: Run| run.json()["error"]["code"].as_str().unwrap().to_owned();
    assert_eq!(reason(verify(&shown, &issuer, GAMES, &seen)), "REPLAYED");
    assert_eq!(
        reason(verify(&shown, &issuer, "https://shop.example", &[])),
        "WRONG_AUDIENCE"
    );
    assert_eq!(
        reason(verify(&shown, &"11".repeat(32), GAMES, &[])),
        "UNTRUSTED_ISSUER"
    );

    let list = folder.path().join("age-shared.jsonl");
    let lines = run(&["age", "log", list.to_str().unwrap(), "--json"]).json();
    assert_eq!(lines.as_array().unwrap().len(), 1);
    assert_eq!(
        (&lines[0]["audience"], &lines[0]["lower"]),
        (&json!(GAMES), &json!(13))
    );
}

/// R-AGE-037: the second set of cut points is refused, and no token is lost by it.
#[test]
fn an_audience_keeps_its_cut_points_over_wallets() {
    let (folder, wallet, _) = wallet("2");
    assert_eq!(
        present(&wallet, GAMES, &folder.path().join("one"), &[]).code,
        0
    );
    let (other, key) = (
        folder.path().join("other.json"),
        folder.path().join("issuer.key"),
    );
    let made = run(&[
        "age",
        "issue",
        "--lower",
        "14",
        "--cuts",
        "13,15",
        "--tokens",
        "1",
        "--wallet",
        other.to_str().unwrap(),
        "--key",
        key.to_str().unwrap(),
    ]);
    assert_eq!(made.code, 0, "{made:?}");
    let before = std::fs::read(&other).unwrap();
    let refused = present(
        other.to_str().unwrap(),
        GAMES,
        &folder.path().join("two"),
        &[],
    );
    assert_eq!(
        (refused.code, &refused.json()["error"]["code"]),
        (1, &json!("INVALID_REQUEST"))
    );
    assert_eq!(std::fs::read(&other).unwrap(), before);
    assert!(!names(folder.path()).contains(&"two".to_owned()));
}

/// R-AGE-027, R-AGE-028: no gate is told that a guardian declared an age, nor by a tier that only children have.
#[test]
fn issue_tells_a_gate_nothing_about_who_declared() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let issue = |more: &[&str]| {
        let (key, out) = (path("issuer.key"), path("out"));
        let args = [
            "age",
            "issue",
            "--lower",
            "14",
            "--cuts",
            "13,16",
            "--audience",
            GAMES,
        ];
        let files = ["--key", &key, "--out", &out, "--json"];
        run(&[&args[..], &files, more].concat())
    };
    for more in [
        ["--method", "guardian-declared"],
        ["--method", "self-declared"],
        ["--assurance", "basic"],
    ] {
        let refused = issue(&more);
        assert_eq!(
            refused.json()["error"]["code"],
            "INVALID_REQUEST",
            "{more:?}"
        );
        assert!(!Path::new(&path("out")).exists());
        let flow = issue(&[&more[..], &["--purpose", "consent-flow"]].concat());
        assert_eq!(flow.code, 0, "{flow:?}");
        std::fs::remove_file(path("out")).unwrap();
    }
}

/// R-AGE-037: what is refused after the cut points were looked at keeps none.
#[test]
fn a_presentation_that_fails_keeps_no_cut_points() {
    let (folder, wallet, _) = wallet("1");
    let before = std::fs::read(&wallet).unwrap();
    let out = folder.path().join("out");
    let refused = present(&wallet, GAMES, &out, &["--purpose", "safety-defaults"]);
    assert_ne!(refused.code, 0);
    assert_eq!(std::fs::read(&wallet).unwrap(), before);
    assert!(!folder.path().join("age-audiences.json").exists());
    assert_eq!(present(&wallet, GAMES, &out, &[]).code, 0);
    assert!(folder.path().join("age-audiences.json").exists());
}

/// R-AGE-020: of two that show a token of one wallet at once, none shows the other's.
#[test]
fn two_processes_never_show_one_token_twice() {
    let (folder, wallet, _) = wallet("8");
    let outs: Vec<_> = (0..8)
        .map(|n| folder.path().join(format!("shown{n}")))
        .collect();
    std::thread::scope(|scope| {
        for out in &outs {
            let wallet = &wallet;
            scope.spawn(move || assert_eq!(present(wallet, GAMES, out, &[]).code, 0));
        }
    });
    assert!(
        !Path::new(&wallet).exists(),
        "eight tokens, each shown once"
    );
    let tokens: std::collections::BTreeSet<_> =
        outs.iter().map(|out| std::fs::read(out).unwrap()).collect();
    assert_eq!(tokens.len(), 8);
}

/// R-AGE-057: rules of a household decide whether anything is shown, and nothing leaves against them.
#[test]
fn present_asks_the_rules_of_the_household() {
    let (folder, wallet, _) = wallet("2");
    let policy = folder.path().join("policy.json");
    let layer = json!({"author": {"guardian": "g1"}, "age": {
        "share": [{"id": "age/games", "audience": GAMES, "share": "allow"}]}});
    let file = json!({"child": "Yuna", "names": {}, "profile": {"zone": "Europe/Paris"}, "layers": [layer]});
    std::fs::write(&policy, file.to_string()).unwrap();
    let rules = ["--policy", policy.to_str().unwrap(), "--child", "Yuna"];
    let refused = present(
        &wallet,
        "https://shop.example",
        &folder.path().join("shop"),
        &rules,
    );
    assert_eq!(
        (refused.code, &refused.json()["error"]["code"]),
        (1, &json!("REFUSED"))
    );
    assert!(!names(folder.path()).contains(&"shop".to_owned()));
    assert_eq!(
        present(&wallet, GAMES, &folder.path().join("games"), &rules).code,
        0
    );
}

/// R-AGE-024: a trust list in place of keys; a key counts for its own days alone.
#[test]
fn verify_takes_a_trust_list_and_the_days_of_a_key() {
    let (folder, wallet, issuer) = wallet("1");
    let shown = folder.path().join("shown.bin");
    assert_eq!(present(&wallet, GAMES, &shown, &[]).code, 0);
    let key = std::fs::read_to_string(issuer).unwrap();
    let verified = |from: &str, until: &str| {
        let list = json!({"format": "parcep-age-trust/1", "issuers": [{
            "name": "Example Age", "role": "age_provider", "key": key.trim(), "from": from, "until": until}]});
        let path = folder.path().join("trust.json");
        std::fs::write(&path, list.to_string()).unwrap();
        let (file, trust) = (shown.to_str().unwrap(), path.to_str().unwrap());
        age(
            &[
                "verify",
                file,
                "--trust",
                trust,
                "--audience",
                GAMES,
                "--nonce",
                NONCE,
                "--json",
            ],
            b"",
        )
    };
    assert_eq!(verified("2020-01-01", "2100-01-01").json()["lower"], 13);
    let early = verified("2000-01-01", "2001-01-01");
    assert_eq!(early.json()["error"]["code"], "UNTRUSTED_ISSUER");
    assert_eq!(
        verified("2100-01-01", "2000-01-01").json()["error"]["code"],
        "MALFORMED"
    );
}
