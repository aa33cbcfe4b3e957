//! The relay as a process of its own, so that it can be killed.

use crate::failure::{Failure, Kind};
use parcep_core::hex;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// How long a relay may take to say that it listens.
const READY_WITHIN: Duration = Duration::from_secs(15);

/// A relay under this program's control. It dies with it.
pub(super) struct Relay {
    child: Child,
    uri: String,
    key: Option<Vec<u8>>,
    folder: PathBuf,
}

impl Relay {
    /// Starts one on a free loopback port with a fresh store.
    pub(super) async fn start(folder: &Path) -> Result<Self, Failure> {
        let folder = folder.join("relay");
        std::fs::create_dir_all(&folder).map_err(|error| broken(&error.to_string()))?;
        let (child, uri, key) = launch(&folder, "127.0.0.1:0").await?;
        Ok(Self {
            child,
            uri,
            key,
            folder,
        })
    }

    pub(super) fn uri(&self) -> &str {
        &self.uri
    }

    /// The key that signs its bookmarks, as it told.
    pub(super) fn key(&self) -> Option<Vec<u8>> {
        self.key.clone()
    }

    /// Everything the relay writes: its store and its log.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let found = std::fs::read_dir(&self.folder);
        let entries = found.into_iter().flatten().filter_map(Result::ok);
        entries.map(|entry| entry.path()).collect()
    }

    /// SIGKILL: no farewell, no flush.
    pub(super) async fn kill(&mut self) -> Result<(), Failure> {
        let killed = self.child.kill().await;
        killed.map_err(|error| broken(&error.to_string()))
    }

    /// Starts it again on the same store and port.
    pub(super) async fn restart(&mut self) -> Result<(), Failure> {
        let address = self.uri.trim_start_matches("http://").to_owned();
        (self.child, self.uri, self.key) = launch(&self.folder, &address).await?;
        Ok(())
    }

    /// Ends it.
    pub(super) async fn stop(mut self) {
        // It holds nothing that a kill could lose.
        let _ = self.child.kill().await;
    }
}

async fn launch(folder: &Path, listen: &str) -> Result<(Child, String, Option<Vec<u8>>), Failure> {
    let program = std::env::current_exe().map_err(|error| broken(&error.to_string()))?;
    let mut child = Command::new(program)
        .args([
            "serve",
            "--listen",
            listen,
            "--log-level",
            "debug",
            "--store",
        ])
        .arg(folder.join("relay.redb"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log_file(folder)?)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| broken(&error.to_string()))?;
    let stdout = child
        .stdout
        .take()
        .ok_or_else(|| broken("it has no stdout"))?;
    let mut lines = BufReader::new(stdout).lines();
    let line = tokio::time::timeout(READY_WITHIN, lines.next_line()).await;
    let line = line.ok().and_then(Result::ok).flatten().unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().collect();
    let after = |name: &str| {
        let at = words.iter().position(|word| *word == name)?;
        words.get(at + 1).copied()
    };
    match after("on") {
        Some(uri) => Ok((
            child,
            uri.to_owned(),
            after("relay-key").and_then(hex::decode),
        )),
        None => Err(broken(
            "it did not say that it listens; run `parcep serve` to see why",
        )),
    }
}

fn log_file(folder: &Path) -> Result<File, Failure> {
    let path = folder.join("relay.log");
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.map_err(|error| broken(&error.to_string()))
}

fn broken(why: &str) -> Failure {
    Failure::new(
        Kind::Failed,
        "RELAY",
        format!("the demo's relay cannot run: {why}"),
    )
}
