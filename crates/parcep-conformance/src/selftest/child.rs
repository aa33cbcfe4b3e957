//! One relay as a child process.

use super::{Mutant, SelftestError};
use crate::peer::{IssuerTarget, Target};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

/// A relay that does not listen by then never will.
const LISTENS_WITHIN: Duration = Duration::from_secs(30);

/// A running relay. It is killed when this is dropped.
#[derive(Debug)]
pub(super) struct Child {
    process: tokio::process::Child,
    target: Target,
}

impl Child {
    /// Starts a relay with a fault and waits for its ready line,
    /// `listening on URI relay-id HEX [relay-key HEX]`, or of an issuer
    /// `listening on unix:PATH audience NAME issuer-key HEX`.
    pub(super) async fn start(program: &Path, fault: &str) -> Result<Self, String> {
        let mut process = Command::new(program)
            .args(["--fault", fault])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| error.to_string())?;
        let stdout = process.stdout.take().ok_or("no standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = tokio::time::timeout(LISTENS_WITHIN, lines.next_line())
            .await
            .map_err(|_| "does not listen".to_owned())?
            .map_err(|error| error.to_string())?
            .ok_or("ended before it listened")?;
        let target =
            target(&line).ok_or_else(|| format!("said `{line}` and not where it listens"))?;
        Ok(Self { process, target })
    }

    /// Where it listens.
    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// Ends it.
    pub(super) async fn stop(mut self) {
        // It may have ended by itself; dropping kills it in any case.
        let _ = self.process.kill().await;
        // Who is killed leaves its socket behind, in a folder of its own.
        if let Some(socket) = self.target.uri.strip_prefix("unix:").map(Path::new) {
            let _ = std::fs::remove_file(socket);
            let _ = socket.parent().map(std::fs::remove_dir);
        }
    }
}

/// The relays that a program offers: `--list --json`.
pub(super) async fn list(program: &Path) -> Result<Vec<Mutant>, SelftestError> {
    let start = |cause: String| SelftestError::Start {
        program: program.display().to_string(),
        fault: String::from("--list"),
        cause,
    };
    let output = Command::new(program)
        .args(["--list", "--json"])
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(|error| start(error.to_string()))?;
    serde_json::from_slice(&output.stdout).map_err(|error| start(error.to_string()))
}

fn target(line: &str) -> Option<Target> {
    let mut words = line.strip_prefix("listening on ")?.split(' ');
    let mut target = Target::plain(words.next()?);
    while let Some(name) = words.next() {
        let value = words.next()?;
        match (name, &mut target.issuer) {
            ("relay-key", _) => target.relay_key = Some(parcep_core::hex::decode(value)?),
            ("audience", issuer) => *issuer = Some(IssuerTarget::new(value)),
            ("issuer-key", Some(issuer)) => {
                issuer.issuer_key = Some(parcep_core::hex::decode(value)?);
            }
            _ => {}
        }
    }
    Some(target)
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn the_ready_line_names_address_and_relay_key() {
        let ready = target("listening on http://127.0.0.1:7 relay-id aa relay-key 0102").unwrap();
        assert_eq!(ready.uri, "http://127.0.0.1:7");
        assert_eq!(ready.relay_key, Some(vec![1, 2]));
        assert!(target("listening on http://127.0.0.1:7 relay-id aa").is_some());
        assert!(target("store is in use").is_none());
    }

    #[test]
    fn the_ready_line_of_an_issuer_names_socket_audience_and_key() {
        let line = "listening on unix:/tmp/age.sock audience org.example.game issuer-key 0102";
        let ready = target(line).unwrap();
        assert_eq!(ready.uri, "unix:/tmp/age.sock");
        let issuer = ready.issuer.unwrap();
        assert_eq!(issuer.audience, "org.example.game");
        assert_eq!(issuer.issuer_key, Some(vec![1, 2]));
    }
}
