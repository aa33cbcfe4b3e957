//! A household over a real relay, as tests type it in.

use crate::support::{OKAFOR, Run, parcep, run};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

/// A relay of its own for one test; it dies with the value.
pub(crate) struct Relay {
    child: Child,
    pub(crate) uri: String,
    /// Its key, hexadecimal.
    pub(crate) key: String,
}

impl Relay {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::with(folder, &[])
    }

    /// One that writes down everything it does.
    pub(crate) fn logging(folder: &Path, log: &Path) -> Self {
        let log = std::fs::File::create(log).unwrap();
        Self::saying(folder, &["--log-level", "trace"], log.into())
    }

    pub(crate) fn with(folder: &Path, args: &[&str]) -> Self {
        Self::saying(folder, args, Stdio::null())
    }

    fn saying(folder: &Path, args: &[&str], log: Stdio) -> Self {
        let mut child = parcep()
            .current_dir(folder)
            .args(["serve", "--listen", "127.0.0.1:0", "--store"])
            .arg(folder.join("relay.redb"))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let mut words = line
            .strip_prefix("listening on ")
            .unwrap()
            .split_whitespace();
        let uri = words.next().unwrap().to_owned();
        let key = words.next_back().unwrap().to_owned();
        Self { child, uri, key }
    }
}

impl Relay {
    /// It answers nobody any more.
    pub(crate) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A household with one device for the first child.
pub(crate) struct Home {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) relay: Relay,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let relay = Relay::start(folder.path());
        let home = Self { folder, relay };
        std::fs::copy(OKAFOR, home.path("family.json")).unwrap();
        home
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command; words with a leading `@` are names in this home's folder.
    pub(crate) fn run(&self, line: &str) -> Run {
        let words = line.split(' ').map(|word| match word.strip_prefix('@') {
            Some(name) => self.path(name).to_str().unwrap().to_owned(),
            None => word.to_owned(),
        });
        let words: Vec<String> = words.collect();
        run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    pub(crate) fn ok(&self, line: &str) -> Value {
        let done = self.run(&format!("{line} --json"));
        assert_eq!(done.code, 0, "{line}: {done:?}");
        done.json()
    }

    /// Founds the household; `more` are options.
    pub(crate) fn found(&self, more: &str) {
        let uri = &self.relay.uri;
        self.ok(&format!(
            "household new --dir @mum --policy @family.json --relay {uri}{more}"
        ));
    }

    /// A household whose constitution names the relay's key.
    pub(crate) fn founded_with_key() -> Self {
        let home = Self::new();
        home.found(&format!(" --relay-key {}", home.relay.key));
        home
    }

    pub(crate) fn founded() -> Self {
        let home = Self::new();
        home.found("");
        home
    }

    pub(crate) fn with_device(category: &str) -> Self {
        let home = Self::founded();
        home.add_device(category);
        home
    }

    pub(crate) fn add_device(&self, category: &str) {
        self.ok(&format!(
            "device request --dir @device --category {category} --out @request"
        ));
        self.ok(
            "device add --household @mum --request @request --child child-tobias --out @answer",
        );
        self.ok("device join --dir @device --answer @answer");
    }
}
