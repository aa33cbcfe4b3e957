//! The relay as a program: starting, limits of the system, its log, its end.

use crate::member::{Client, Member, connect, reason};
use parcep_core::crypto::Hash;
use parcep_core::hex;
use parcep_proto::v1alpha1 as pb;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::tempdir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_parcep-relay");

/// A relay in a process of its own, killed when dropped.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) uri: String,
    pub(crate) relay_id: String,
    pub(crate) relay_key: String,
}

impl Program {
    /// Starts the program and waits for its line on standard output.
    pub(crate) fn start(store: &Path, listen: &str, options: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["--log-level", "error"]);
        Self::spawn(&mut command, store, listen, options)
    }

    fn spawn(command: &mut Command, store: &Path, listen: &str, options: &[&str]) -> Self {
        let mut child = command
            .arg("--listen")
            .arg(listen)
            .arg("--store")
            .arg(store)
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let [
            "listening",
            "on",
            uri,
            "relay-id",
            relay_id,
            "relay-key",
            relay_key,
        ] = words[..]
        else {
            panic!("an unexpected first line: {line:?}");
        };
        Self {
            uri: uri.to_owned(),
            relay_id: relay_id.to_owned(),
            relay_key: relay_key.to_owned(),
            child,
        }
    }

    pub(crate) async fn client(&self) -> Client {
        connect(&self.uri).await
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn terminate(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
    }

    fn exit_code(&mut self) -> Option<i32> {
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the relay did not end");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn fails(options: &[&str]) -> Output {
    Command::new(PROGRAM).args(options).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// R-RELAY-027.
#[test]
fn a_second_relay_on_a_store_says_so_once_and_ends() {
    let folder = tempdir().unwrap();
    let store = folder.path().join("store");
    let _first = Program::start(&store, "127.0.0.1:0", &[]);
    let second = fails(&["--listen", "127.0.0.1:0", "--store", text(&store)]);
    assert_eq!(second.status.code(), Some(3));
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(
        said.contains("in use by another relay [STORE_IN_USE]"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(second.stdout.is_empty());
}

#[test]
fn what_keeps_a_relay_from_starting_is_said_with_a_code() {
    let folder = tempdir().unwrap();
    let store = folder.path().join("store");
    let other = Program::start(&folder.path().join("other"), "127.0.0.1:0", &[]);
    let taken = other.uri.trim_start_matches("http://");
    let nowhere = folder.path().join("no/such/folder");
    let cases = [
        (
            ["--listen", "0.0.0.0:0"],
            text(&store),
            3,
            "PLAIN_OUTSIDE_LOOPBACK",
        ),
        (["--listen", "127.0.0.1:0"], text(&nowhere), 3, "STORAGE"),
        (["--vouchers", text(&nowhere)], text(&store), 3, "FILE"),
        (["--tls-cert", text(&nowhere)], text(&store), 2, "--tls-key"),
        (["--listen", "nonsense"], text(&store), 2, "--listen"),
        (
            ["--bookmark-every", "61"],
            text(&store),
            2,
            "--bookmark-every",
        ),
        (["--listen", taken], text(&store), 3, "CANNOT_LISTEN"),
    ];
    for (options, store, code, said) in cases {
        let listen: &[&str] = if options[0] == "--vouchers" {
            &["--listen", "127.0.0.1:0"]
        } else {
            &[]
        };
        let all: Vec<&str> = [&options, &["--store", store], listen].concat();
        let output = fails(&all);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{options:?}: {error}");
        assert!(error.contains(said), "{options:?}: {error}");
    }
}

/// R-RELAY-002, R-RELAY-027.
#[tokio::test]
async fn a_relay_comes_back_with_its_id_and_its_log() {
    let folder = tempdir().unwrap();
    let store = folder.path().join("store");
    let ready = folder.path().join("ready");
    let mut relay = Program::start(&store, "127.0.0.1:0", &["--ready-file", text(&ready)]);
    let mut member = Member::new(relay.client().await, 1, 1);
    member.create_log().await.unwrap();
    member.open().await.unwrap();
    let kept = member.append().await.unwrap();
    let announced = wait_for_file(&ready);
    assert_eq!(
        announced,
        format!(
            "listening on {} relay-id {} relay-key {}\n",
            relay.uri, relay.relay_id, relay.relay_key
        )
    );
    relay.terminate();
    drop(member);
    assert_eq!(relay.exit_code(), Some(0));

    let again = Program::start(&store, "127.0.0.1:0", &[]);
    assert_eq!(again.relay_id, relay.relay_id);
    let mut member = Member::new(again.client().await, 1, 1);
    member.open().await.unwrap();
    assert_eq!(member.read(1, 0).await.unwrap().entries, [(&kept).into()]);
}

fn wait_for_file(path: &Path) -> String {
    for _ in 0..500 {
        if let Ok(text) = fs::read_to_string(path) {
            return text;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("no file");
}

/// R-RELAY-025.
#[tokio::test]
async fn at_sigterm_appends_under_way_are_answered_and_watchers_are_told() {
    let folder = tempdir().unwrap();
    let store = folder.path().join("store");
    let mut relay = Program::start(&store, "127.0.0.1:0", &[]);
    let mut member = Member::new(relay.client().await, 1, 1);
    member.create_log().await.unwrap();
    member.open().await.unwrap();
    let request = pb::WatchRequest {
        session: member.session.clone(),
        from_seq: 0,
        from_hash: Hash::ZERO.0.to_vec(),
        registers: false,
    };
    let mut watching = member.client.watch(request).await.unwrap().into_inner();
    let watched = tokio::spawn(async move {
        loop {
            match watching.message().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the watch ended without a word"),
                Err(status) => return status,
            }
        }
    });
    let mut acknowledged = 0;
    for _ in 0..50 {
        member.append().await.unwrap();
        acknowledged += 1;
    }
    relay.terminate();
    while member.append().await.is_ok() {
        acknowledged += 1;
    }
    assert_eq!(reason(Err::<(), _>(watched.await.unwrap())), "UNAVAILABLE");
    drop(member);
    assert_eq!(relay.exit_code(), Some(0));
    let again = Program::start(&store, "127.0.0.1:0", &[]);
    let mut member = Member::new(again.client().await, 1, 1);
    member.open().await.unwrap();
    assert!(member.next_seq > acknowledged);
}

/// R-RELAY-026. A real limit of the system on the size of files, in 512-byte blocks for `sh`.
#[cfg(unix)]
#[tokio::test]
async fn a_file_size_limit_is_storage_and_reading_goes_on_and_nothing_is_lost() {
    let folder = tempdir().unwrap();
    let store = folder.path().join("store");
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"ulimit -f 8192; exec "$0" "$@""#, PROGRAM]);
    let mut relay = Program::spawn(&mut shell, &store, "127.0.0.1:0", &["--log-level", "error"]);
    let mut member = Member::new(relay.client().await, 1, 1);
    member.create_log().await.unwrap();
    member.open().await.unwrap();
    let mut kept: Vec<pb::Entry> = Vec::new();
    let failed = loop {
        let next = crate::member::sized_entry(member.next_seq, member.head, 1, 256 << 10);
        match member.append_entry((&next).into()).await {
            Ok(()) => kept.push((&next).into()),
            Err(status) => break status,
        }
        assert!(kept.len() < 100, "the limit never bit");
    };
    assert!(!kept.is_empty());
    assert_eq!(reason(Err::<(), _>(failed)), "STORAGE");
    let size = fs::metadata(&store).unwrap().len();
    assert!(size <= 8192 * 1024, "{size}");
    assert_eq!(everything(&mut member).await, kept);
    assert!(relay.child.try_wait().unwrap().is_none(), "the relay lives");
    relay.kill();

    let without_limit = Program::start(&store, "127.0.0.1:0", &[]);
    let mut member = Member::new(without_limit.client().await, 1, 1);
    member.open().await.unwrap();
    assert_eq!(everything(&mut member).await, kept);
    member.append().await.unwrap();
}

async fn everything(member: &mut Member) -> Vec<pb::Entry> {
    let mut all: Vec<pb::Entry> = Vec::new();
    loop {
        let read = member.read(1 + all.len() as u64, 0).await.unwrap();
        if read.entries.is_empty() {
            return all;
        }
        all.extend(read.entries);
    }
}

/// R-RELAY-031, R-OPS-002. The log of a busy run at its finest level, searched for everything it must not say. A relay
/// has no metrics; its traces and alarms are these lines, with the fields of their spans.
#[tokio::test]
async fn the_log_names_nobody_and_nothing() {
    let folder = tempdir().unwrap();
    let store = folder.path().join("store");
    for (household, format) in [(1, "text"), (2, "json")] {
        let log: PathBuf = folder.path().join(format);
        let mut command = Command::new(PROGRAM);
        command.stderr(File::create(&log).unwrap());
        command.args(["--log-level", "trace", "--log-format", format]);
        let mut relay = Program::spawn(&mut command, &store, "127.0.0.1:0", &[]);
        let mut member = Member::new(relay.client().await, household, household);
        member.handle = b"a-handle-to-find".to_vec();
        member.handle[0] = household;
        let secrets = busy(&mut member).await;
        relay.terminate();
        drop(member);
        assert_eq!(relay.exit_code(), Some(0));

        let mut said = String::new();
        File::open(&log).unwrap().read_to_string(&mut said).unwrap();
        for expected in ["Append", "STALE_HEAD", "BAD_CHALLENGE", "shutting down"] {
            assert!(said.contains(expected), "the log says nothing: {said}");
        }
        for (what, secret) in secrets {
            for form in forms(&secret) {
                assert!(!said.contains(&form), "the log names {what}: {form}");
            }
        }
        assert!(!said.contains("127.0.0.1"), "an address: {said}");
        for digits in said.split(|c: char| !c.is_ascii_hexdigit()) {
            assert!(digits.len() < 32, "something like a key: {digits}");
        }
    }
}

/// Calls of every kind, good and bad; returns what must not be in the log.
async fn busy(member: &mut Member) -> Vec<(&'static str, Vec<u8>)> {
    member.create_log().await.unwrap();
    member.open().await.unwrap();
    let mut entry = member.next();
    entry.slot = b"a-slot-to-find-in-the-log".to_vec().into();
    entry.header = b"header-to-find--".repeat(64).into();
    member.append_entry((&entry).into()).await.unwrap();
    member.append_entry((&entry).into()).await.unwrap_err();
    let register = pb::Register {
        name: b"a-register-name-to-find-32-bytes".to_vec(),
        version: 1,
        value: b"value-to-find---".repeat(8),
        expires_at: None,
    };
    let write = |version| pb::WriteRegisterRequest {
        session: member.session.clone(),
        register: Some(pb::Register {
            version,
            ..register.clone()
        }),
    };
    let (good, bad) = (write(1), write(7));
    member.client.write_register(good).await.unwrap();
    member.client.write_register(bad).await.unwrap_err();
    member.read(0, 0).await.unwrap();
    let other = Member::new(member.client.clone(), 9, 99);
    member
        .grant(other.access(&[pb::Right::Read]))
        .await
        .unwrap();
    member.revoke(member.public()).await.unwrap_err();
    let revoke = pb::announce_request::What::Revoke(other.public());
    let act = member.announce(revoke).await.unwrap();
    member.cancel(act.id).await.unwrap();
    member.prune(&[1]).await.unwrap_err();
    let asked = member.challenge().await.unwrap();
    let mut wrong = member.answered(&asked);
    wrong.signature[0] ^= 1;
    let signature = wrong.signature.clone();
    member.client.open_session(wrong).await.unwrap_err();
    vec![
        ("the handle", member.handle.clone()),
        ("the access key", member.public()),
        ("another's access key", other.public()),
        ("the token", member.session.clone()),
        ("the nonce", asked.nonce),
        ("the signature", signature),
        ("the slot", entry.slot.to_vec()),
        ("the header", b"header-to-find".to_vec()),
        ("the entry hash", entry.hash().0.to_vec()),
        ("the register's name", register.name),
        ("the register's value", b"value-to-find".to_vec()),
    ]
}

/// How bytes could stand in a log.
fn forms(secret: &[u8]) -> Vec<String> {
    let upper = hex::encode(secret).to_uppercase();
    let decimal: Vec<String> = secret.iter().map(u8::to_string).collect();
    vec![
        hex::encode(secret),
        upper,
        decimal.join(", "),
        decimal.join(","),
        String::from_utf8_lossy(secret).into_owned(),
        secret.escape_ascii().to_string(),
    ]
}
