//! A real relay over a store in a file, and everything that is said to it and by it.

use parcep_client::{Link, Trust};
use parcep_conformance::stage::{START, Wire};
use parcep_core::crypto::VerifyingKey;
use parcep_core::member::{Call, Method, Refusal};
use parcep_server::{Admission, Config, Limits, Running, VirtualClock};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;

/// What relays of this process write into their logs, at the finest level.
static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// One call with what came of it. Of a stream, every item is a reply of its own.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) method: Method,
    pub(super) body: Vec<u8>,
    pub(super) reply: Result<Vec<u8>, Refusal>,
}

/// A relay as its operator runs it.
pub(super) struct Real {
    pub(super) said: Vec<Said>,
    pub(super) key: VerifyingKey,
    link: Link,
    running: Running,
    stop: oneshot::Sender<()>,
    time: VirtualClock,
    store: PathBuf,
    // Last: what runs on it goes before it.
    runtime: Runtime,
    folder: tempfile::TempDir,
}

/// What is left of a relay that was stopped.
pub(super) struct Left {
    pub(super) said: Vec<Said>,
    /// The bytes of its store.
    pub(super) file: Vec<u8>,
    pub(super) store: PathBuf,
    folder: tempfile::TempDir,
}

impl Real {
    pub(super) fn start() -> Self {
        listen();
        Self::over(tempfile::tempdir().unwrap(), false)
    }

    fn over(folder: tempfile::TempDir, compact: bool) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let time = VirtualClock::at(START);
        let store = folder.path().join("relay.redb");
        let mut limits = Limits::default();
        limits.drain = Duration::from_millis(100);
        let config = Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            tls: None,
            store: store.clone(),
            admission: Admission::Open,
            limits,
            clock: time.clock(),
            restored: false,
            compact,
        };
        let (stop, stopped) = oneshot::channel();
        let ends = async move {
            let _ = stopped.await;
        };
        let running = runtime
            .block_on(parcep_server::start(config, ends))
            .unwrap();
        Self {
            said: Vec::new(),
            key: running.relay_key,
            link: Link::new(&running.uri, &Trust::System).unwrap(),
            running,
            stop,
            time,
            store,
            runtime,
            folder,
        }
    }

    /// Its operator switches it off.
    pub(super) fn stop(self) -> Left {
        drop(self.link);
        self.stop.send(()).unwrap();
        self.runtime.block_on(self.running.finished()).unwrap();
        Left {
            said: self.said,
            file: std::fs::read(&self.store).unwrap(),
            store: self.store,
            folder: self.folder,
        }
    }

    fn note(&mut self, call: &Call, reply: &Result<Vec<u8>, Refusal>) {
        self.said.push(Said {
            method: call.method,
            body: call.body.clone(),
            reply: reply.clone(),
        });
    }
}

impl Left {
    /// The operator has the store written anew (R-OPS-004). Its bytes.
    pub(super) fn written_anew(self) -> Vec<u8> {
        Real::over(self.folder, true).stop().file
    }
}

impl Wire for Real {
    fn call(&mut self, call: &Call, now: i64) -> Result<Vec<u8>, Refusal> {
        self.time.set(now);
        let answered = self.runtime.block_on(self.link.call(call.clone()));
        let reply = answered.map(|bytes| bytes.to_vec());
        self.note(call, &reply);
        reply
    }

    fn watch(&mut self, call: &Call, now: i64) -> Result<Vec<Vec<u8>>, Refusal> {
        self.time.set(now);
        let pause = Duration::from_millis(100);
        let items = self.runtime.block_on(async {
            let mut stream = self.link.stream(call.clone()).await?;
            let mut items = Vec::new();
            while let Ok(Ok(Some(item))) = tokio::time::timeout(pause, stream.message()).await {
                items.push(item.to_vec());
            }
            Ok(items)
        });
        match &items {
            Ok(items) => {
                for item in items {
                    self.note(call, &Ok(item.clone()));
                }
            }
            Err(refusal) => self.note(call, &Err(*refusal)),
        }
        items
    }
}

/// Every line that a relay of this process wrote so far.
pub(super) fn lines() -> Vec<u8> {
    LINES.lock().unwrap().clone()
}

/// As a relay's own program writes its log: events of its crate only, here all of them.
fn listen() {
    let filter = Targets::new().with_target("parcep_server", tracing::Level::TRACE);
    let lines = fmt::layer().with_ansi(false).with_writer(|| Lines);
    let all = tracing_subscriber::registry().with(filter).with(lines);
    // Another test of this process was first.
    let _ = tracing::subscriber::set_global_default(all);
}

struct Lines;

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        LINES.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
