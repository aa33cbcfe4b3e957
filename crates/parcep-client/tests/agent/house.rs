//! A household of one guardian, one child and one console, at a relay in this process.

use parcep_client::agent::Agent;
use parcep_client::clock::ManualClock;
use parcep_client::guardian::{Founder, Guardian};
use parcep_client::{Driver, Link, Trust};
use parcep_core::constitution::{Constitution, YearMonth};
use parcep_core::document::PayloadType;
use parcep_core::epoch::PepCategory;
use parcep_core::household::Need;
use parcep_core::id::PrincipalId;
use parcep_core::joining::JoinRequest;
use parcep_core::member::RegisterUpdate;
use parcep_core::policy::{
    LayerAuthor, LocalTime, Override, PolicyLayer, Profile, Weekdays, Window, WindowState,
};
use parcep_proto::v1alpha1 as pb;
use parcep_server::store::redb::RedbStore;
use parcep_server::{Admission, Limits, Listener, Relay, Running, VirtualClock, start_relay};
use prost::Message as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) const DAY: i64 = 86_400;
/// 2026-11-22T12:00:00Z, a Sunday.
pub(crate) const NOON: i64 = 1_795_348_800;

pub(crate) struct House {
    pub(crate) guardian: Guardian,
    pub(crate) agent: Option<Agent>,
    pub(crate) child: PrincipalId,
    pub(crate) device: ManualClock,
    phone: ManualClock,
    relay: VirtualClock,
    pub(crate) running: Running,
    folder: tempfile::TempDir,
}

impl House {
    pub(crate) async fn found(release_on: Option<(u16, u8)>) -> Self {
        Self::with_children(&[release_on]).await
    }

    /// The console serves every child; `child` is the first.
    pub(crate) async fn with_children(releases: &[Option<(u16, u8)>]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let relay = VirtualClock::at(NOON);
        let store = Arc::new(RedbStore::in_memory().unwrap());
        let made = Relay::with_clock(store, Limits::default(), Admission::Open, relay.clock());
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), None)
            .await
            .unwrap();
        let running = start_relay(
            listener,
            made.unwrap(),
            Limits::default(),
            std::future::pending(),
        );
        let (phone, device) = (
            ManualClock::at(NOON),
            ManualClock::at(NOON).without_battery(),
        );
        let founder = Founder {
            dependants: releases.iter().map(|on| on.map(month)).collect(),
            relay_key: Some(running.relay_key),
            ..Founder::default()
        };
        let link = Link::new(&running.uri, &Trust::System).unwrap();
        let link = link.with_clock(Arc::new(phone.clone()));
        let home = folder.path().join("phone");
        let guardian = Guardian::found(&home, link, founder).await.unwrap();
        let children = guardian.dependants().unwrap();
        let of = |law: &Constitution, on| {
            law.dependants()
                .iter()
                .find(|d| d.release_on == on)
                .map(|d| d.id)
        };
        let child = of(
            guardian.household().unwrap().constitution(),
            releases.first().copied().flatten().map(month),
        );
        let child = child.unwrap();
        let mut house = Self {
            guardian,
            agent: None,
            child,
            device,
            phone,
            relay,
            running,
            folder,
        };
        let console = house.console();
        house.agent = Some(house.let_in(&console, PepCategory::Console, children).await);
        house
    }

    /// A new enforcement point that serves these children.
    pub(crate) async fn let_in(
        &mut self,
        folder: &Path,
        category: PepCategory,
        children: Vec<PrincipalId>,
    ) -> Agent {
        let request = Agent::request(folder, category, Vec::new()).unwrap();
        let request = JoinRequest::verify(&request).unwrap();
        let answer = self.guardian.admit(&request, children).await.unwrap();
        Agent::join(folder, &answer, self.link()).await.unwrap()
    }

    pub(crate) fn agent(&self) -> &Agent {
        self.agent.as_ref().unwrap()
    }

    pub(crate) fn driver(&mut self) -> &mut Driver {
        self.agent.as_mut().unwrap().driver()
    }

    pub(crate) async fn sync(&mut self) {
        self.agent.as_mut().unwrap().sync().await.unwrap();
    }

    /// Follows, and says what it applies.
    pub(crate) async fn report(&mut self) {
        self.sync().await;
        self.agent.as_mut().unwrap().report().await.unwrap();
    }

    /// Takes the first items of a watch: a bookmark is the first of them.
    pub(crate) async fn watch(&mut self) {
        let agent = self.agent.as_mut().unwrap();
        let mut watching = agent.watch().await.unwrap();
        let change = agent.next_change(&mut watching);
        let waited = tokio::time::timeout(std::time::Duration::from_millis(500), change);
        assert!(waited.await.is_err(), "nothing changes");
    }

    /// Time passes for everybody, and the device is on.
    pub(crate) fn pass(&mut self, seconds: i64) {
        self.device.advance(seconds.unsigned_abs());
        self.phone.advance(seconds.unsigned_abs());
        self.relay.advance(seconds);
        self.agent.as_mut().unwrap().tick().unwrap();
    }

    /// The device is off for so long. It comes back without a network.
    pub(crate) async fn reboot(&mut self, off: i64) {
        drop(self.agent.take());
        self.device.reboot(off.unsigned_abs());
        self.phone.advance(off.unsigned_abs());
        self.relay.advance(off);
        self.agent = Some(Agent::open(&self.console(), self.link()).unwrap());
    }

    pub(crate) async fn lock(&mut self, from: i64, until: Option<i64>) {
        let time = |at: i64| jiff::Timestamp::from_second(at).unwrap();
        let act = serde_json::json!({
            "author": {"guardian": self.guardian.principal().unwrap().to_string()},
            "id": "lock", "position": 0, "from": time(from), "until": until.map(time),
            "kind": {"lock_now": {"reason": "dinner"}},
        });
        let act: Override = serde_json::from_value(act).unwrap();
        self.guardian.act(self.child, &act).await.unwrap();
    }

    /// Writes an act that begins at noon; the end that it has in the log, seconds after noon.
    pub(crate) async fn granted(
        &mut self,
        kind: serde_json::Value,
        lasts: Option<i64>,
    ) -> Option<i64> {
        let time = |at: i64| jiff::Timestamp::from_second(at).unwrap();
        let act = serde_json::json!({
            "author": {"guardian": self.guardian.principal().unwrap().to_string()},
            "id": "grant", "position": 0, "from": time(NOON),
            "until": lasts.map(|lasts| time(NOON + lasts)), "kind": kind,
        });
        let act: Override = serde_json::from_value(act).unwrap();
        let seq = self.guardian.act(self.child, &act).await.unwrap();
        let member = self.guardian.driver().member();
        let household = member.household().unwrap();
        let view = household.view(self.child, member.keyring(), Need::Everything);
        let found = view
            .overrides
            .iter()
            .find(|act| act.position() == seq)
            .unwrap();
        found.until().map(|until| until.as_second() - NOON)
    }

    /// A window from 12:00 to 13:00, UTC.
    pub(crate) async fn open_at_noon(&mut self) {
        let author = self.guardian.principal().unwrap().to_string();
        let mut layer = PolicyLayer::empty(LayerAuthor::guardian(&author).unwrap());
        let (noon, one) = (LocalTime::hm(12, 0).unwrap(), LocalTime::hm(13, 0).unwrap());
        let name = "open".parse().unwrap();
        let window = Window::between(name, WindowState::Allow, Weekdays::ALL, noon, one);
        layer.schedule.windows.push(window.unwrap());
        let profile = Profile::new("UTC".parse().unwrap());
        let set = self
            .guardian
            .set_layer(self.child, &profile, &layer, Vec::new());
        set.await.unwrap();
    }

    /// The guardian's phone was served something else than the console.
    pub(crate) async fn beat_with_another_root(&mut self) {
        let driver = self.guardian.driver();
        let (next_seq, head) = driver.member().head();
        let beat = pb::Beat {
            time: driver.now(),
            head: Some(pb::HeadRef {
                seq: next_seq - 1,
                hash: head.0.to_vec(),
            }),
            generations: Vec::new(),
            live_root: vec![7; 32],
        };
        let update = RegisterUpdate {
            payload_type: PayloadType::Beat,
            dependant: None,
            payload: beat.encode_to_vec(),
        };
        let now = driver.now();
        driver.member_mut().write_register(update, now).unwrap();
        driver.settle().await.unwrap();
    }

    /// Every secret of the child that the console holds.
    pub(crate) fn secrets(&mut self) -> Vec<Vec<u8>> {
        let child = self.child;
        secrets_of(self.agent.as_mut().unwrap().driver(), child)
    }

    /// Whether these bytes stand in any file of the console's folder.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        stands_in(&self.console(), bytes)
    }

    /// Versions of the console's registers, as it keeps them: what it wrote.
    pub(crate) fn reports(&self) -> usize {
        let versions = self.console().join("told-last.bin");
        std::fs::read(versions).unwrap_or_default().len()
    }

    pub(crate) fn phone(&self) -> PathBuf {
        self.folder.path().join("phone")
    }

    pub(crate) fn console(&self) -> PathBuf {
        self.folder.path().join("console")
    }

    fn link(&self) -> Link {
        let link = Link::new(&self.running.uri, &Trust::System).unwrap();
        link.with_clock(Arc::new(self.device.clone()))
    }
}

fn month((year, month): (u16, u8)) -> YearMonth {
    YearMonth { year, month }
}

/// Every secret of a dependant that a device holds.
pub(crate) fn secrets_of(driver: &mut Driver, whose: PrincipalId) -> Vec<Vec<u8>> {
    let set = pb::SecretSet::from(driver.member().keyring());
    let secrets = set.secrets.into_iter();
    let theirs = secrets.filter(|s| s.dependant_id.as_deref() == Some(whose.as_bytes().as_slice()));
    theirs.map(|secret| secret.value).collect()
}

/// Whether these bytes stand in any file of a folder, or a text of them in hex.
pub(crate) fn stands_in(folder: &Path, bytes: &[u8]) -> bool {
    let hex = parcep_core::hex::encode(bytes).into_bytes();
    let files = std::fs::read_dir(folder).unwrap();
    let mut contents = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    let has = |content: &[u8], what: &[u8]| content.windows(what.len()).any(|part| part == what);
    contents.any(|content| has(&content, bytes) || has(&content, &hex))
}
