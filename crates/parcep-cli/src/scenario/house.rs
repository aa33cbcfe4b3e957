//! Real relays and real members in one process, on loopback, on a clock that is moved by hand.

use crate::failure::{Failure, Kind};
use crate::online::failed;
use crate::online::guardian::{Admitted, admit_accepted, invite};
use crate::online::household::settle;
use crate::online::who::Who;
use parcep_client::agent::Agent;
use parcep_client::clock::ManualClock;
use parcep_client::guardian::{Founder, Guardian};
use parcep_client::{Driver, Link, Store, Trust};
use parcep_core::constitution::YearMonth;
use parcep_core::epoch::PepCategory;
use parcep_core::id::PrincipalId;
use parcep_core::joining::JoinRequest;
use parcep_core::recovery::Page;
use parcep_interchange::family::Family;
use parcep_server::{Admission, Config, Limits, Running, VirtualClock};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// The family of every story.
const FAMILY: &str = include_str!("../../assets/family.json");
/// When every story begins: Friday 6 November 2026, 18:00 UTC.
pub(super) const BEGINS: i64 = 1_793_988_000;
/// How often a relay is tried to be started, 20 ms apart.
const PATIENCE: u32 = 200;
/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// The place of a story.
pub(super) struct House {
    folder: TempDir,
    /// The relays' clock.
    time: VirtualClock,
    /// Every member's own clock.
    clocks: Vec<ManualClock>,
    pub(super) relays: Vec<Relay>,
    pub(super) family: Family,
}

/// A relay that answers, or one that does not.
pub(super) struct Relay {
    store: PathBuf,
    uri: String,
    key: Option<parcep_core::crypto::VerifyingKey>,
    up: Option<(Running, oneshot::Sender<()>)>,
}

impl House {
    /// An empty place with one relay.
    pub(super) async fn new() -> Result<Self, Failure> {
        let folder = tempfile::Builder::new()
            .prefix("parcep-scenario-")
            .tempdir();
        let folder = folder.map_err(|error| broken(&error.to_string()))?;
        let family = parcep_interchange::pcps::import(FAMILY.as_bytes())
            .map_err(|refusal| Failure::refused("the sample family", &refusal))?
            .family;
        let mut house = Self {
            folder,
            time: VirtualClock::at(BEGINS),
            clocks: Vec::new(),
            relays: Vec::new(),
            family,
        };
        house.open_relay().await?;
        Ok(house)
    }

    /// Starts one relay more; its number.
    pub(super) async fn open_relay(&mut self) -> Result<usize, Failure> {
        let number = self.relays.len();
        let store = self.path(&format!("relay-{number}.redb"));
        let mut relay = Relay {
            store,
            uri: String::new(),
            key: None,
            up: None,
        };
        relay.start(&self.time, false).await?;
        self.relays.push(relay);
        Ok(number)
    }

    /// Stops a relay.
    pub(super) async fn stop_relay(&mut self, number: usize) -> Result<(), Failure> {
        self.relay(number)?.stop().await
    }

    /// Starts a relay again, at the same address; `restored` if a backup was put in its place.
    pub(super) async fn start_relay(
        &mut self,
        number: usize,
        restored: bool,
    ) -> Result<(), Failure> {
        let time = self.time.clone();
        self.relay(number)?.start(&time, restored).await
    }

    /// The relay's store, to copy it while the relay is down.
    pub(super) fn relay_store(&self, number: usize) -> Option<&Path> {
        self.relays.get(number).map(|relay| relay.store.as_path())
    }

    fn relay(&mut self, number: usize) -> Result<&mut Relay, Failure> {
        let relay = self.relays.get_mut(number);
        relay.ok_or_else(|| broken("there is no such relay"))
    }

    /// What time it is.
    pub(super) fn now(&self) -> i64 {
        self.time.now()
    }

    /// Time passes for everybody.
    pub(super) fn pass(&self, seconds: i64) {
        self.time.advance(seconds);
        for clock in &self.clocks {
            clock.advance(u64::try_from(seconds).unwrap_or(0));
        }
    }

    /// A folder or file of the story.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A clock of somebody's own, which goes with the others until it is moved.
    pub(super) fn clock(&mut self) -> ManualClock {
        let clock = ManualClock::at(self.now());
        self.clocks.push(clock.clone());
        clock
    }

    /// A link of somebody's own to a relay.
    pub(super) fn link(&mut self, number: usize) -> Result<Link, Failure> {
        let uri = self.uri(number);
        let clock = self.clock();
        let link = Link::new(&uri, &Trust::System).map_err(failed)?;
        Ok(link.with_clock(Arc::new(clock)))
    }

    /// The address of a relay.
    pub(super) fn uri(&self, number: usize) -> String {
        let relay = self.relays.get(number);
        relay.map_or_else(String::new, |relay| relay.uri.clone())
    }

    /// The key that a relay signs bookmarks with.
    pub(super) fn relay_key(&self, number: usize) -> Option<parcep_core::crypto::VerifyingKey> {
        self.relays.get(number).and_then(|relay| relay.key)
    }

    /// Founds the household in the folder `name`, with a recovery page, names and rules.
    pub(super) async fn found(
        &mut self,
        name: &str,
        release_on: Option<YearMonth>,
    ) -> Result<(Guardian, Page), Failure> {
        let founder = Founder {
            dependants: vec![release_on; self.family.children.len()],
            relay_key: self.relay_key(0),
            voucher: Vec::new(),
        };
        let (folder, link) = (self.path(name), self.link(0)?);
        let found = Guardian::found_with_page(&folder, link, founder).await;
        let (mut guardian, page) = found.map_err(failed)?;
        settle(&mut guardian, &self.family, &folder).await?;
        guardian.beat().await.map_err(failed)?;
        Ok((guardian, page))
    }

    /// A further guardian joins by the three files, and comes back opened.
    pub(super) async fn admit(
        &mut self,
        by: &mut Guardian,
        name: &str,
        threshold: u32,
    ) -> Result<Guardian, Failure> {
        let acceptance = self.accept(by, name, threshold).await?;
        let Admitted::In(answer) = admit_accepted(by, &acceptance).await? else {
            return Err(broken("the newcomer waits for others"));
        };
        self.join(name, &answer).await
    }

    /// The first two of the three files.
    pub(super) async fn accept(
        &mut self,
        by: &mut Guardian,
        name: &str,
        threshold: u32,
    ) -> Result<crate::online::guardian::Acceptance, Failure> {
        by.driver().sync().await.map_err(failed)?;
        let who = self.who(by)?;
        let (invitation, _) = invite(by, &who, Vec::new(), Some(threshold))?;
        let invited = invitation.invited(Path::new("invitation"))?;
        let folder = self.path(name);
        let request = Guardian::request(&folder).map_err(failed)?;
        let identity = Store::open(&folder).and_then(|store| store.identity());
        let identity = identity.map_err(failed)?;
        Ok(invited.accept(&identity, &request, name))
    }

    /// Joins with an answer, as a person's device.
    pub(super) async fn join(&mut self, name: &str, answer: &[u8]) -> Result<Guardian, Failure> {
        let (folder, link) = (self.path(name), self.link(0)?);
        let joined = Driver::join(&folder, answer, link.clone()).await;
        drop(joined.map_err(failed)?);
        let mut guardian = Guardian::open(&folder, link).map_err(failed)?;
        guardian.tend().await.map_err(failed)?;
        Ok(guardian)
    }

    /// A further device of this guardian's own, in the folder `name`.
    pub(super) async fn further(
        &mut self,
        of: &mut Guardian,
        name: &str,
    ) -> Result<Guardian, Failure> {
        let request = Guardian::request(&self.path(name)).map_err(failed)?;
        let request = JoinRequest::verify(&request).map_err(|error| failed(error.into()))?;
        let me = of.principal().map_err(failed)?;
        let answer = of.admit_person(&request, me).await.map_err(failed)?;
        self.join(name, &answer).await
    }

    /// An enforcement point of the first child, in the folder `name`.
    pub(super) async fn point(
        &mut self,
        by: &mut Guardian,
        name: &str,
        category: PepCategory,
    ) -> Result<Agent, Failure> {
        let folder = self.path(name);
        let request = Agent::request(&folder, category, Vec::new()).map_err(failed)?;
        let request = JoinRequest::verify(&request).map_err(|error| failed(error.into()))?;
        let child = self.child(by)?;
        let answer = by.admit(&request, vec![child]).await.map_err(failed)?;
        let link = self.link(0)?;
        let joined = Agent::join(&folder, &answer, link).await;
        let mut agent = joined.map_err(failed)?;
        agent.report().await.map_err(failed)?;
        Ok(agent)
    }

    /// The first child.
    pub(super) fn child(&self, of: &Guardian) -> Result<PrincipalId, Failure> {
        let dependants = of.dependants().map_err(failed)?;
        let first = dependants.first().copied();
        first.ok_or_else(|| broken("there is no child"))
    }

    /// Names, as this guardian knows them.
    pub(super) fn who(&self, of: &mut Guardian) -> Result<Who, Failure> {
        let folder = of.driver().store().folder().to_owned();
        Who::of(of.driver().member(), &folder).map(Who::for_anybody)
    }
}

impl Relay {
    async fn start(&mut self, time: &VirtualClock, restored: bool) -> Result<(), Failure> {
        let address = self.uri.strip_prefix("http://").unwrap_or("127.0.0.1:0");
        let listen = address.parse().map_err(|_| broken("its address is none"))?;
        let mut limits = Limits::default();
        // A month of calls in a second.
        limits.calls_per_minute = 100_000;
        limits.anonymous_per_second = 100_000;
        limits.drain = Duration::from_millis(100);
        let config = Config {
            listen,
            tls: None,
            store: self.store.clone(),
            admission: Admission::Open,
            limits,
            clock: time.clock(),
            restored,
            compact: false,
        };
        let mut tries = 0;
        let (running, stop) = loop {
            let (stop, stopped) = oneshot::channel();
            let ends = async move {
                // A story that ends takes its relays with it.
                let _ = stopped.await;
            };
            match parcep_server::start(config.clone(), ends).await {
                Ok(running) => break (running, stop),
                // The one before may still be putting its store away.
                Err(_) if tries < PATIENCE => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => return Err(broken(&error.to_string())),
            }
        };
        self.uri.clone_from(&running.uri);
        self.key = Some(running.relay_key);
        self.up = Some((running, stop));
        Ok(())
    }

    async fn stop(&mut self) -> Result<(), Failure> {
        let Some((running, stop)) = self.up.take() else {
            return Ok(());
        };
        let _ = stop.send(());
        let ended = running.finished().await;
        ended.map_err(|error| broken(&error.to_string()))?;
        self.put_away().await
    }

    /// Waits until nobody holds the store any more: a copy that is made before is half of one.
    async fn put_away(&self) -> Result<(), Failure> {
        for _ in 0..PATIENCE {
            let store = std::fs::File::open(&self.store);
            let store = store.map_err(|error| broken(&error.to_string()))?;
            if store.try_lock().is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(broken("a relay does not let go of its store"))
    }
}

/// The place of the story fell apart.
pub(super) fn broken(why: &str) -> Failure {
    Failure::new(
        Kind::Failed,
        "SCENARIO",
        format!("the scenario cannot be played: {why}"),
    )
}
