//! `parcep age serve`, `ask` and `fetch`: an issuer that runs, and who asks it.

use crate::support::{Run, names, parcep, run};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Stdio};

const GAME: &str = "org.example.game";
const CHAT: &str = "com.example.chat";
const NONCE: &str = "00112233445566778899aabbccddeeff";
const SECRET: &str = "secret-of-the-childs-account";

/// A folder, and an issuer that answers in it until it is dropped.
struct Issuer {
    folder: tempfile::TempDir,
    child: Child,
    says: Value,
}

impl Issuer {
    fn in_folder(folder: tempfile::TempDir, args: &[&str]) -> Self {
        let mut child = parcep()
            .current_dir(folder.path())
            .args(["age", "serve", "--key", "issuer.key", "--json"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut text = String::new();
        // It prints one JSON value when it answers, or one that says why it does not.
        while serde_json::from_str::<Value>(&text).is_err() {
            let line = lines.next().unwrap().unwrap();
            text.push_str(&line);
        }
        let says = serde_json::from_str(&text).unwrap();
        Self {
            folder,
            child,
            says,
        }
    }

    /// A device with a game and a chat.
    fn device(args: &[&str]) -> Self {
        let (game, chat) = (format!("{GAME}=game.sock"), format!("{CHAT}=chat.sock"));
        let apps = ["--app", &game, "--app", &chat];
        Self::in_folder(tempfile::tempdir().unwrap(), &[&apps, args].concat())
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// Runs `parcep age` in the folder.
    fn age(&self, args: &[&str]) -> Run {
        let mut command = parcep();
        let command = command
            .current_dir(self.folder.path())
            .arg("age")
            .args(args);
        command.arg("--json").output().unwrap().into()
    }

    fn ask(&self, socket: &str, audience: &str, more: &[&str]) -> Run {
        let args = [
            "ask",
            "--socket",
            socket,
            "--audience",
            audience,
            "--issuer",
            "issuer.key.pub",
        ];
        self.age(&[&args[..], more].concat())
    }

    fn list(&self) -> Value {
        self.age(&["log"]).json()
    }

    /// Ends it as an operator does, and gives what it logged.
    fn end(&mut self) -> String {
        let id = self.child.id().to_string();
        std::process::Command::new("kill").arg(id).status().unwrap();
        assert!(self.child.wait().unwrap().success());
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn mode(path: &str) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn code(run: &Run) -> String {
    run.json()["error"]["code"].as_str().unwrap().to_owned()
}

/// R-AGE-013, R-AGE-037, R-AGE-052: asked by its own name and cut points, told a bracket, listed, and logged nowhere.
#[test]
fn an_app_asks_over_its_socket_and_is_told_what_it_asked_for() {
    let mut issuer = Issuer::device(&["--lower", "14", "--upper", "15", "--share-all"]);
    assert_eq!(issuer.says["sockets"], json!(["game.sock", "chat.sock"]));
    let told = issuer.ask(
        "game.sock",
        GAME,
        &["--cuts", "13,16,18", "--threshold", "16"],
    );
    assert_eq!(
        told.json(),
        json!({"outcome": "signal", "lower": 13, "upper": 16, "exact_cell": true, "method": "not_told",
               "assurance": null, "declarant_check": null, "claim_scope": "range",
               "supervision": "not_reported", "consent": "not_reported", "loss": [], "refused": null,
               "judgement": {"verdict": "fail", "reason": "upper_bound"}})
    );
    // The signal itself, for whoever verifies it elsewhere.
    let nonce = NONCE.repeat(2);
    let kept = [
        "--cuts",
        "13,16,18",
        "--nonce",
        &nonce,
        "--out",
        "signal.bin",
    ];
    assert_eq!(issuer.ask("game.sock", GAME, &kept).json()["lower"], 13);
    let verify = [
        "verify",
        "signal.bin",
        "--issuer",
        "issuer.key.pub",
        "--audience",
        GAME,
        "--nonce",
        &nonce,
    ];
    assert_eq!(issuer.age(&verify).json()["upper"], 16);
    // Who asks by another name, or with other cut points, gets nothing.
    let cuts = ["--cuts", "13,16,18"];
    let none = |run: Run| {
        let said = run.json();
        assert_eq!(
            (run.code, &said["lower"], &said["upper"]),
            (0, &Value::Null, &Value::Null)
        );
        said["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        none(issuer.ask("game.sock", CHAT, &cuts)),
        "invalid_request"
    );
    assert_eq!(
        none(issuer.ask("game.sock", GAME, &["--cuts", "14,17"])),
        "invalid_request"
    );
    let enhanced = ["--cuts", "13,16,18", "--assurance", "enhanced"];
    assert_eq!(
        none(issuer.ask("game.sock", GAME, &enhanced)),
        "insufficient_assurance"
    );

    let list = issuer.list();
    // The same, told again on the same day, is one line.
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
    assert_eq!(
        (&list[0]["audience"], &list[0]["lower"]),
        (&json!(GAME), &json!(13))
    );
    for private in [
        "issuer.key",
        "age-secret",
        "age-shared.jsonl",
        "age-audiences.json",
        "age-consents.json",
    ] {
        assert_eq!(mode(&issuer.path(private)), 0o600, "{private}");
    }
    let log = issuer.end();
    assert!(log.contains("shutting down"), "{log}");
    for secret in [GAME, "game", "14", "13"] {
        let named = log.lines().any(|line| {
            line.split_once("Z ")
                .is_some_and(|(_, text)| text.contains(secret))
        });
        assert!(!named, "{log}");
    }
    assert!(!names(issuer.folder.path()).contains(&"game.sock".to_owned()));
}

/// Flags of the issuer, who asks, with what, and the outcome, consent and supervision that it is told.
type Row<'a> = (&'a [&'a str], &'a str, &'a [&'a str], [&'a str; 3]);

/// A household that lets the game know whether somebody is 16, and the chat nothing.
fn household(more: &[&str]) -> Issuer {
    let folder = tempfile::tempdir().unwrap();
    let layer = json!({"author": {"guardian": "g1"}, "age": {
        "share": [{"id": "age/game", "audience": GAME, "share": "allow", "cuts": [16]},
                  {"id": "age/chat", "audience": CHAT, "share": "refuse"}]}});
    let file = json!({"child": "Yuna", "names": {}, "profile": {"zone": "Europe/Paris"}, "layers": [layer]});
    std::fs::write(folder.path().join("family.json"), file.to_string()).unwrap();
    let (game, chat) = (format!("{GAME}=game.sock"), format!("{CHAT}=chat.sock"));
    let apps = [
        "--app", &game, "--app", &chat, "--lower", "14", "--upper", "15",
    ];
    let rules = ["--policy", "family.json", "--child", "Yuna"];
    Issuer::in_folder(folder, &[&apps[..], &rules, more].concat())
}

/// R-AGE-057, R-AGE-031: the household's rules decide, and a refusal shows where a guardian is asked or a law wants it.
#[test]
fn the_rules_of_the_household_decide_what_an_app_is_told() {
    let flow = ["--cuts", "16", "--purpose", "consent-flow"];
    let table: [Row<'_>; 6] = [
        (
            &[],
            GAME,
            &["--cuts", "16"],
            ["signal", "not_reported", "not_reported"],
        ),
        (
            &[],
            GAME,
            &["--cuts", "18"],
            ["invalid_request", "not_reported", "not_reported"],
        ),
        (
            &[],
            CHAT,
            &["--cuts", "16"],
            ["age_unknown", "not_reported", "not_reported"],
        ),
        (&[], CHAT, &flow, ["refused", "denied", "not_reported"]),
        (
            &["--regime", "us-ut"],
            CHAT,
            &["--cuts", "16"],
            ["refused", "not_reported", "not_reported"],
        ),
        (
            &["--supervised"],
            GAME,
            &flow,
            ["signal", "granted", "supervised"],
        ),
    ];
    let (plain, law, supervised) = (
        household(&[]),
        household(&["--regime", "us-ut"]),
        household(&["--supervised"]),
    );
    for (flags, app, asked, [outcome, consent, supervision]) in table {
        let issuer = match flags {
            [] => &plain,
            [one] if *one == "--supervised" => &supervised,
            _ => &law,
        };
        let socket = if app == GAME {
            "game.sock"
        } else {
            "chat.sock"
        };
        let said = issuer.ask(socket, app, asked).json();
        assert_eq!(
            (&said["outcome"], &said["consent"], &said["supervision"]),
            (&json!(outcome), &json!(consent), &json!(supervision)),
            "{flags:?} {app} {asked:?}"
        );
    }
    assert_eq!(plain.list().as_array().unwrap().len(), 1);
}

/// R-AGE-038, R-AGE-039: who was born in a month is not told to be 18 before the month after the birthday, and late.
#[test]
fn a_month_of_birth_is_enough_to_tell_a_bracket() {
    let issuer = Issuer::device(&["--born-month", "2001-02", "--share-all"]);
    let told = issuer.ask("game.sock", GAME, &["--cuts", "16,18"]).json();
    assert_eq!((&told["lower"], &told["upper"]), (&json!(18), &Value::Null));
    let issuer = Issuer::device(&["--share-all"]);
    let told = issuer.ask("game.sock", GAME, &["--cuts", "16,18"]).json();
    assert_eq!(
        (&told["outcome"], &told["lower"]),
        (&json!("age_unknown"), &Value::Null)
    );
}

/// R-AGE-003: a signal under a key that is not trusted says nothing, and what was kept is kept over a restart.
#[test]
fn a_signal_that_is_not_trusted_says_nothing_and_cut_points_outlive_the_issuer() {
    let known = ["--lower", "18", "--share-all"];
    let mut issuer = Issuer::device(&known);
    let other = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
    let args = [
        "ask",
        "--socket",
        "game.sock",
        "--audience",
        GAME,
        "--cuts",
        "18",
        "--issuer",
        other,
    ];
    let said = issuer
        .age(&[&args[..], &["--threshold", "18"]].concat())
        .json();
    assert_eq!(
        (&said["outcome"], &said["refused"]),
        (&json!("age_unknown"), &json!("UNTRUSTED_ISSUER"))
    );
    assert_eq!(said["judgement"]["verdict"], "undecided");
    // The list and the cut points belong to one program at a time.
    let wallet = issuer.age(&[
        "issue",
        "--lower",
        "18",
        "--cuts",
        "18",
        "--audience",
        GAME,
        "--key",
        "issuer.key",
        "--out",
        "signal.bin",
    ]);
    assert_eq!((wallet.code, code(&wallet).as_str()), (1, "BUSY"));
    issuer.end();

    let folder = tempfile::tempdir().unwrap();
    let folder = std::mem::replace(&mut issuer.folder, folder);
    let game = format!("{GAME}=game.sock");
    let again = Issuer::in_folder(folder, &[&["--app", &game], &known[..]].concat());
    assert_eq!(
        again.ask("game.sock", GAME, &["--cuts", "15"]).json()["outcome"],
        "invalid_request"
    );
    assert_eq!(
        again.ask("game.sock", GAME, &["--cuts", "18"]).json()["lower"],
        18
    );
}

pub(crate) fn certificate(folder: &Path) {
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let own = own.self_signed(&key).unwrap();
    std::fs::write(folder.join("cert.pem"), own.pem()).unwrap();
    std::fs::write(folder.join("cert.key"), key.serialize_pem()).unwrap();
}

fn provider(accounts: &Value) -> Issuer {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path());
    std::fs::write(folder.path().join("accounts.json"), accounts.to_string()).unwrap();
    std::fs::write(folder.path().join("account.secret"), format!("{SECRET}\n")).unwrap();
    let tls = [
        "--cert",
        "cert.pem",
        "--cert-key",
        "cert.key",
        "--accounts",
        "accounts.json",
    ];
    Issuer::in_folder(folder, &[&["--listen", "127.0.0.1:0"], &tls[..]].concat())
}

fn accounts(account: &Value) -> Value {
    json!({"format": "parcep-age-accounts/1", "accounts": [account]})
}

fn hash() -> String {
    parcep_core::crypto::sha256(SECRET.as_bytes()).to_hex()
}

/// R-AGE-018, R-AGE-025: from a provider over TLS to an audience, by one token.
#[test]
fn a_batch_is_fetched_from_a_provider_and_one_token_of_it_is_shown() {
    let account = json!({"secret_sha256": hash(), "lower": 14, "upper": 15, "method": "verified",
                         "assurance": "enhanced", "checked": "2026-01-01"});
    let issuer = provider(&accounts(&account));
    let at = issuer.says["listening"].as_str().unwrap();
    let fetch = |account: &str, wallet: &str, more: &[&str]| {
        let args = [
            "fetch",
            "--provider",
            at,
            "--ca",
            "cert.pem",
            "--account-file",
            account,
            "--cuts",
            "13,16,18",
            "--wallet",
            wallet,
            "--count",
            "3",
        ];
        issuer.age(&[&args[..], more].concat())
    };
    let trusted = ["--issuer", "issuer.key.pub"];
    let fetched = fetch("account.secret", "wallet.json", &trusted).json();
    assert_eq!(fetched["error"], Value::Null);
    assert_eq!(
        (&fetched["tokens"], &fetched["lower"], &fetched["upper"]),
        (&json!(3), &json!(13), &json!(16))
    );
    assert_eq!(mode(&issuer.path("wallet.json")), 0o600);

    let shown = ["--audience", "https://games.example", "--nonce", NONCE];
    let present = [
        "present",
        "--wallet",
        "wallet.json",
        "--out",
        "shown.bin",
        "--log",
        "mine/list.jsonl",
    ];
    std::fs::create_dir(issuer.path("mine")).unwrap();
    // The provider has its own folder; the wallet moves to the person's.
    std::fs::rename(issuer.path("wallet.json"), issuer.path("mine/wallet.json")).unwrap();
    let present = [&present[..2], &["mine/wallet.json"], &present[3..], &shown].concat();
    assert_eq!(issuer.age(&present).json()["lower"], 13);
    let verify = [&["verify", "shown.bin"], &shown[..], &trusted].concat();
    assert_eq!(issuer.age(&verify).json()["upper"], 16);

    // R-AGE-025: under a key of somebody else; without an account; into a wallet that is there.
    let other = [
        "--issuer",
        "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
    ];
    let refused = [
        (
            fetch("account.secret", "a.json", &other),
            "UNTRUSTED_ISSUER",
        ),
        (fetch("cert.pem", "a.json", &trusted), "BAD_KEY"),
        (fetch("cert.pub", "a.json", &trusted), "READ_FAILED"),
        (
            fetch("account.secret", "mine/wallet.json", &trusted),
            "WALLET_EXISTS",
        ),
        (
            fetch(
                "account.secret",
                "a.json",
                &["--issuer", "issuer.key.pub", "--assurance", "strict"],
            ),
            "INSUFFICIENT_ASSURANCE",
        ),
    ];
    for (run, expected) in &refused {
        assert_eq!((run.code != 0, code(run).as_str()), (true, *expected));
    }
    std::fs::write(issuer.path("stranger.secret"), "secret-of-nobodys-account").unwrap();
    assert_eq!(
        code(&fetch("stranger.secret", "a.json", &trusted)),
        "NO_SESSION"
    );
    assert!(!names(issuer.folder.path()).contains(&"a.json".to_owned()));
}

#[test]
fn accounts_that_are_wrong_are_refused_with_their_place() {
    let table = [
        (
            json!({"secret_sha256": "abc", "lower": 14, "method": "verified"}),
            "/accounts/0/secret_sha256",
        ),
        (
            json!({"secret_sha256": hash(), "method": "verified"}),
            "/accounts/0",
        ),
        (
            json!({"secret_sha256": hash(), "lower": 14, "born_month": "2012-05", "method": "verified"}),
            "/accounts/0",
        ),
        (
            json!({"secret_sha256": hash(), "born_month": "2012-13", "method": "verified"}),
            "/accounts/0",
        ),
    ];
    for (account, pointer) in table {
        let issuer = provider(&accounts(&account));
        let error = &issuer.says["error"];
        assert_eq!(
            (&error["code"], &error["pointer"]),
            (&json!("MALFORMED"), &json!(pointer)),
            "{account}"
        );
    }
}

#[test]
fn a_command_that_cannot_be_carried_out_says_what_to_do() {
    let table: [(&[&str], &str, &str); 6] = [
        (&["serve", "--key", "k"], "USAGE", "--app NAME=SOCKET"),
        (
            &["serve", "--key", "k", "--app", "game.sock"],
            "USAGE",
            "org.example.game=game.sock",
        ),
        (
            &[
                "ask",
                "--socket",
                "gone",
                "--audience",
                GAME,
                "--cuts",
                "18",
            ],
            "USAGE",
            "--issuer",
        ),
        (
            &[
                "ask",
                "--socket",
                "/gone",
                "--audience",
                GAME,
                "--cuts",
                "18",
                "--issuer",
                "00",
            ],
            "MALFORMED",
            "64 hexadecimal",
        ),
        (
            &["fetch", "--cuts", "18", "--wallet", "w", "--issuer", "00"],
            "USAGE",
            "--provider",
        ),
        (
            &["serve", "--listen", "127.0.0.1:0", "--key", "k"],
            "USAGE",
            "--accounts",
        ),
    ];
    for (args, expected, advice) in table {
        let refused = run(&[&["age"], args, &["--json"]].concat());
        let said = refused.json();
        let message = said["error"]["message"].as_str().unwrap();
        assert!(message.contains(advice), "{args:?}: {message}");
        assert_eq!(
            (refused.code != 0, code(&refused).as_str()),
            (true, expected),
            "{args:?}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("issuer.key");
    let key = key.to_str().unwrap();
    let undecided = run(&[
        "age",
        "serve",
        "--key",
        key,
        "--app",
        "a=/tmp/a.sock",
        "--json",
    ]);
    assert!(
        undecided.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("--share-all")
    );
    assert!(
        names(folder.path()).is_empty(),
        "a key was made for nothing"
    );
    let public = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
    let gone = folder.path().join("gone.sock");
    let args = [
        "age",
        "ask",
        "--socket",
        gone.to_str().unwrap(),
        "--audience",
        GAME,
        "--cuts",
        "18",
    ];
    let asked = run(&[&args[..], &["--issuer", public, "--json"]].concat());
    assert_eq!((asked.code, code(&asked).as_str()), (3, "NO_SOCKET"));
}

/// R-AGE-020, R-AGE-052: what nobody got is not on the list, and a token that was taken out stays out.
#[test]
fn a_claim_that_cannot_be_written_is_not_on_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let age = |args: &[&str]| -> Run {
        let mut command = parcep();
        let command = command.current_dir(folder.path()).arg("age").args(args);
        command.arg("--json").output().unwrap().into()
    };
    let known = [
        "--lower",
        "14",
        "--upper",
        "15",
        "--cuts",
        "13,16,18",
        "--key",
        "issuer.key",
    ];
    let issue =
        |out: &str| age(&[&["issue"], &known[..], &["--audience", GAME, "--out", out]].concat());
    let refused = issue("gone/signal.bin");
    assert_eq!((refused.code, code(&refused).as_str()), (1, "WRITE_FAILED"));
    assert!(refused.stdout.contains("nobody was told"), "{refused:?}");
    assert_eq!(age(&["log"]).json(), json!([]));
    assert_eq!(issue("signal.bin").code, 0);
    assert_eq!(age(&["log"]).json().as_array().unwrap().len(), 1);

    let tokens = ["issue", "--tokens", "2", "--wallet", "wallet.json"];
    assert_eq!(age(&[&tokens[..], &known].concat()).code, 0);
    let present = |out: &str| {
        let args = [
            "present",
            "--wallet",
            "wallet.json",
            "--audience",
            "https://shop.example",
            "--nonce",
            NONCE,
        ];
        age(&[&args[..], &["--out", out]].concat())
    };
    let held = || {
        let wallet: Value =
            serde_json::from_slice(&std::fs::read(folder.path().join("wallet.json")).unwrap())
                .unwrap();
        wallet["tokens"].as_array().unwrap().len()
    };
    let refused = present("gone/shown.bin");
    assert!(
        refused.stdout.contains("the token is used up"),
        "{refused:?}"
    );
    assert_eq!(
        (held(), age(&["log"]).json().as_array().unwrap().len()),
        (1, 1)
    );
    assert!(
        !std::fs::read_to_string(folder.path().join("age-shared.jsonl"))
            .unwrap()
            .contains("shop")
    );
    assert_eq!(present("shown.bin").code, 0);
    assert_eq!(age(&["log"]).json().as_array().unwrap().len(), 2);
    for private in [
        "issuer.key",
        "signal.bin",
        "shown.bin",
        "age-shared.jsonl",
        "age-audiences.json",
    ] {
        let there = folder.path().join(private);
        assert_eq!(mode(there.to_str().unwrap()), 0o600, "{private}");
    }

    // A public key that got lost is written again.
    std::fs::remove_file(folder.path().join("issuer.key.pub")).unwrap();
    assert_eq!(issue("again.bin").code, 0);
    assert!(folder.path().join("issuer.key.pub").exists());
}
