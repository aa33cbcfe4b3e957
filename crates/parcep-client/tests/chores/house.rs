//! A guardian's phone, and what else the household gets, at a relay whose disk can go back.

use crate::{Agent, DeviceRole, Driver, Guardian, JoinRequest, Joining, PepCategory};
use parcep_client::clock::ManualClock;
use parcep_client::guardian::Founder;
use parcep_client::{Link, Store, Trust};
use parcep_core::consent::{Accept, Act};
use parcep_core::crypto::VerifyingKey;
use parcep_core::id::PrincipalId;
use parcep_core::policy::Override;
use parcep_server::{Admission, Config, Limits, Running, VirtualClock};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

pub(crate) const DAY: i64 = 86_400;
/// 2026-11-22T12:00:00Z.
pub(crate) const NOON: i64 = 1_795_348_800;

pub(crate) struct House {
    pub(crate) phone: Guardian,
    pub(crate) child: PrincipalId,
    clock: ManualClock,
    time: VirtualClock,
    uri: String,
    relay: Option<(Running, oneshot::Sender<()>)>,
    folder: tempfile::TempDir,
}

impl House {
    pub(crate) async fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let time = VirtualClock::at(NOON);
        let store = folder.path().join("relay.redb");
        let relay = start("127.0.0.1:0", store, &time, false).await;
        let uri = relay.0.uri.clone();
        let clock = ManualClock::at(NOON);
        let link = Link::new(&uri, &Trust::System).unwrap();
        let link = link.with_clock(Arc::new(clock.clone()));
        let founder = Founder {
            dependants: vec![None],
            relay_key: Some(relay.0.relay_key),
            ..Founder::default()
        };
        let home = folder.path().join("phone");
        let phone = Guardian::found(&home, link, founder);
        let mut phone = phone.await.unwrap();
        phone.beat().await.unwrap();
        Self {
            child: phone.dependants().unwrap()[0],
            phone,
            clock,
            time,
            uri,
            relay: Some(relay),
            folder,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn link(&self) -> Link {
        let link = Link::new(&self.uri, &Trust::System).unwrap();
        link.with_clock(Arc::new(self.clock.clone()))
    }

    /// Time passes for everybody.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.advance(seconds.unsigned_abs());
        self.time.advance(seconds);
    }

    /// A console that joins now.
    pub(crate) async fn console(&mut self, name: &str) -> Agent {
        let (folder, request) = self.console_request(name);
        let answer = self.phone.admit(&request, vec![self.child]).await.unwrap();
        Agent::join(&folder, &answer, self.link()).await.unwrap()
    }

    /// The same, let in by another guardian.
    pub(crate) async fn console_of(&mut self, by: &mut Guardian, name: &str) -> Agent {
        let (folder, request) = self.console_request(name);
        let answer = by.admit(&request, vec![self.child]).await.unwrap();
        Agent::join(&folder, &answer, self.link()).await.unwrap()
    }

    fn console_request(&self, name: &str) -> (PathBuf, JoinRequest) {
        let folder = self.path(name);
        let request = Agent::request(&folder, PepCategory::Console, Vec::new()).unwrap();
        (folder, JoinRequest::verify(&request).unwrap())
    }

    /// A further guardian, admitted by the phone and, where it takes more, by these.
    pub(crate) async fn guardian(
        &mut self,
        name: &str,
        others: &mut [&mut Guardian],
        threshold: u32,
    ) -> Guardian {
        let folder = self.path(name);
        let request = JoinRequest::verify(&Guardian::request(&folder).unwrap()).unwrap();
        let store = Store::open(&folder).unwrap();
        let identity = store.identity().unwrap();
        drop(store);
        let phone = &mut self.phone;
        phone.driver().sync().await.unwrap();
        let newcomer = phone.new_principal().unwrap();
        let law = phone.law_with(newcomer, Vec::new(), threshold).unwrap();
        let act = Act::Constitution(law);
        let log_id = phone.household().unwrap().log_id();
        let hash = phone.proposal(act.clone()).unwrap().hash(log_id);
        let keys = (
            identity.device,
            &identity.signing,
            identity.sealing.public(),
        );
        let accept = Accept::sign(log_id, hash, newcomer, keys);
        phone.begin(act, vec![accept]).await.unwrap();
        for other in others {
            other.driver().sync().await.unwrap();
            other.approve(hash).await.unwrap();
        }
        self.phone.tend().await.unwrap();
        let answer = self.phone.let_guardian_in(&request).await.unwrap();
        drop(Driver::join(&folder, &answer, self.link()).await.unwrap());
        let mut joined = Guardian::open(&folder, self.link()).unwrap();
        joined.tend().await.unwrap();
        joined
    }

    /// A second device of the same guardian.
    pub(crate) async fn tablet(&mut self) -> Guardian {
        let folder = self.path("tablet");
        let request = JoinRequest::verify(&Guardian::request(&folder).unwrap()).unwrap();
        assert_eq!(request.what, Joining::Person(DeviceRole::Active));
        let me = self.phone.principal().unwrap();
        let answer = self.phone.admit_person(&request, me).await.unwrap();
        drop(Driver::join(&folder, &answer, self.link()).await.unwrap());
        let mut tablet = Guardian::open(&folder, self.link()).unwrap();
        tablet.driver().sync().await.unwrap();
        tablet
    }

    /// A device of the child's own.
    pub(crate) async fn of_the_child(&mut self) -> Driver {
        let folder = self.path("own");
        let request = JoinRequest::verify(&Guardian::request(&folder).unwrap()).unwrap();
        let answer = self.phone.admit_person(&request, self.child).await.unwrap();
        Driver::join(&folder, &answer, self.link()).await.unwrap()
    }

    pub(crate) async fn lock(&mut self, id: &str) {
        let act = serde_json::json!({
            "author": {"guardian": self.phone.principal().unwrap().to_string()},
            "id": id, "position": 0, "from": jiff::Timestamp::from_second(NOON).unwrap(),
            "kind": {"lock_now": {"reason": id}},
        });
        let act: Override = serde_json::from_value(act).unwrap();
        self.phone.act(self.child, &act).await.unwrap();
    }

    /// The phone's app starts anew.
    pub(crate) fn reopened(self) -> Self {
        let (folder, link) = (self.path("phone"), self.link());
        // The folder is locked while the old one lives.
        drop(self.phone);
        Self {
            phone: Guardian::open(&folder, link).unwrap(),
            ..self
        }
    }

    /// The operator makes a copy of the disk.
    pub(crate) async fn copy(&mut self) {
        self.stop().await;
        std::fs::copy(self.path("relay.redb"), self.path("copy.redb")).unwrap();
        self.start(false).await;
    }

    /// A second relay, which goes on from a copy of the disk.
    pub(crate) async fn second(&mut self) -> (Link, (Running, oneshot::Sender<()>)) {
        self.copy().await;
        let running = start("127.0.0.1:0", self.path("copy.redb"), &self.time, false).await;
        let link = Link::new(&running.0.uri, &Trust::System).unwrap();
        (link.with_clock(Arc::new(self.clock.clone())), running)
    }

    /// The disk dies; the copy takes its place.
    pub(crate) async fn put_back(&mut self) {
        self.stop().await;
        std::fs::copy(self.path("copy.redb"), self.path("relay.redb")).unwrap();
        self.start(true).await;
    }

    /// Another relay, as this household's devices reach it.
    pub(crate) fn at(&self, other: &Other) -> Link {
        let link = Link::new(other.uri(), &Trust::System).unwrap();
        link.with_clock(Arc::new(self.clock.clone()))
    }

    pub(crate) async fn stop(&mut self) {
        let (running, stop) = self.relay.take().unwrap();
        stop.send(()).unwrap();
        running.finished().await.unwrap();
    }

    pub(crate) async fn start(&mut self, restored: bool) {
        let address = self.uri.strip_prefix("http://").unwrap();
        let store = self.path("relay.redb");
        self.relay = Some(start(address, store, &self.time, restored).await);
    }
}

/// A relay beside the household's, with little or much room for a log.
pub(crate) struct Other {
    running: Running,
    stop: oneshot::Sender<()>,
    store: PathBuf,
}

impl Other {
    pub(crate) async fn start(house: &House, room: u64) -> Self {
        let others = std::fs::read_dir(house.folder.path()).unwrap().count();
        let store = house.path(&format!("other-{others}.redb"));
        Self::at("127.0.0.1:0", store, house, room).await
    }

    async fn at(address: &str, store: PathBuf, house: &House, room: u64) -> Self {
        let mut limits = Limits::default();
        limits.log_bytes = room;
        let started = start_with(limits, address, store.clone(), &house.time, false);
        let (running, stop) = started.await;
        Self {
            running,
            stop,
            store,
        }
    }

    /// The same relay after its operator gave it this room.
    pub(crate) async fn again(self, house: &House, room: u64) -> Self {
        let address = self.uri().strip_prefix("http://").unwrap().to_owned();
        self.stop.send(()).unwrap();
        self.running.finished().await.unwrap();
        Self::at(&address, self.store, house, room).await
    }

    pub(crate) fn uri(&self) -> &str {
        &self.running.uri
    }

    pub(crate) fn key(&self) -> VerifyingKey {
        self.running.relay_key
    }
}

async fn start(
    address: &str,
    store: PathBuf,
    time: &VirtualClock,
    restored: bool,
) -> (Running, oneshot::Sender<()>) {
    start_with(Limits::default(), address, store, time, restored).await
}

async fn start_with(
    mut limits: Limits,
    address: &str,
    store: PathBuf,
    time: &VirtualClock,
    restored: bool,
) -> (Running, oneshot::Sender<()>) {
    limits.drain = Duration::from_millis(100);
    let config = Config {
        listen: address.parse().unwrap(),
        tls: None,
        store,
        admission: Admission::Open,
        limits,
        clock: time.clock(),
        restored,
        compact: false,
    };
    for _ in 0..100 {
        let (stop, stopped) = oneshot::channel();
        let ends = async move {
            let _ = stopped.await;
        };
        match parcep_server::start(config.clone(), ends).await {
            Ok(running) => return (running, stop),
            // The one before may still be putting its store away.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    unreachable!("the relay does not start");
}
