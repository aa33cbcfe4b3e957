//! What every product of this crate keeps and reads: a folder, clocks, a relay.

use crate::clock::DeviceClock;
use crate::product::Trouble;
use crate::request::{Hands, Reset};
use crate::words::keep_file;
use parcep_client::{ClientError, Link, Store, Trust};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;

/// How long one call to a relay may take, and how long a relay may stay silent after it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(4);
/// What the folder keeps beside the member's own.
const KEPT: &str = "driver.json";

/// A device's folder, and what it stands in.
#[derive(Debug)]
pub(crate) struct Home {
    folder: PathBuf,
    pub(crate) runtime: Runtime,
    pub(crate) clock: DeviceClock,
    kept: Kept,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    zone: String,
    relay: Option<String>,
}

impl Home {
    /// Goes on with what the folder holds.
    pub(crate) fn open(folder: &Path) -> Result<Self, Trouble> {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build();
        let kept = match fs::read(folder.join(KEPT)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(Trouble::cannot)?,
            Err(_) => Kept::default(),
        };
        Ok(Self {
            folder: folder.to_owned(),
            runtime: runtime.map_err(Trouble::cannot)?,
            clock: DeviceClock::default(),
            kept,
        })
    }

    /// The member's folder.
    pub(crate) fn device(&self) -> PathBuf {
        self.folder.join("device")
    }

    /// Whether the member was removed, and everything of it destroyed.
    pub(crate) fn was_removed(&self) -> bool {
        Store::was_removed(&self.device())
    }

    /// Becomes a new device: an empty folder for the member.
    pub(crate) fn reset(&mut self, reset: &Reset) -> Result<PathBuf, Trouble> {
        self.clock.set(reset.hands.clone());
        let device = self.device();
        if device.exists() {
            fs::remove_dir_all(&device).map_err(Trouble::cannot)?;
        }
        fs::create_dir_all(&device).map_err(Trouble::cannot)?;
        self.kept = Kept {
            zone: reset.zone.clone(),
            relay: None,
        };
        self.keep()?;
        Ok(device)
    }

    /// The zone that the device is set to.
    pub(crate) fn zone(&self) -> &str {
        &self.kept.zone
    }

    /// Remembers where the log is.
    pub(crate) fn joined_at(&mut self, relay: &str) -> Result<(), Trouble> {
        self.kept.relay = Some(relay.to_owned());
        self.keep()
    }

    /// The link of a member that was handed an answer; `None` if the folder holds none.
    pub(crate) fn link_of_member(&self) -> Result<Option<Link>, ClientError> {
        let device = self.device();
        let is_there = device.exists() && !self.was_removed();
        if !is_there || !Store::open(&device)?.has_joined() {
            return Ok(None);
        }
        // Where the log moved to, the member keeps.
        let moved = fs::read_to_string(device.join("relay.txt")).ok();
        let relay = moved.or_else(|| self.kept.relay.clone());
        relay.map(|relay| self.link(&relay)).transpose()
    }

    pub(crate) fn link(&self, relay: &str) -> Result<Link, ClientError> {
        let link = Link::new(relay, &Trust::System)?.with_patience(PATIENCE);
        Ok(link.with_clock(Arc::new(self.clock.clone())))
    }

    /// What the clocks show.
    pub(crate) fn hands(&self) -> Result<Hands, Trouble> {
        self.clock.hands().ok_or_else(|| self.why_asleep())
    }

    pub(crate) fn why_asleep(&self) -> Trouble {
        Trouble::cannot(match self.clock.hands() {
            None => "a `clock` or a `reset` comes first after each start",
            Some(_) => "this device is of no household",
        })
    }

    fn keep(&self) -> Result<(), Trouble> {
        keep_file(&self.folder.join(KEPT), &self.kept)
    }
}
