//! What a product embeds: follow the rules, decide at the right instant, say what is applied.
//!
//! A product calls [`Agent::tick`] at least every 60 s, [`Agent::sync`] or [`Agent::next_change`] while
//! it has a network, [`Agent::decide`] whenever somebody wants something, and [`Agent::report`] after a
//! change. Without a network it goes on by what it knows; see [`parcep_core::time`].

mod heard;
mod rules;
mod screen;
mod states;

pub use states::Standing;

use crate::driver::Watching;
use crate::{ClientError, Driver, Link, Store};
use heard::Heard;
use parcep_core::crypto::SystemRandom;
use parcep_core::decide::{CompiledPolicy, Context, Decision, Usage, decide};
use parcep_core::document::{DocumentError, PayloadType};
use parcep_core::epoch::PepCategory;
use parcep_core::household::{DependantView, Household, Need, Outcome};
use parcep_core::id::PrincipalId;
use parcep_core::joining::Joining;
use parcep_core::member::{Event, Identity, RegisterUpdate};
use parcep_core::ratings::RatingTable;
use parcep_core::time::TimeKeeper;
use parcep_core::zones::Zones;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Version of the decision semantics that applied reports name.
const SEMANTICS: u32 = 1;

/// An enforcement point: its member, and the compiled policy of everybody it serves.
#[derive(Debug)]
pub struct Agent {
    driver: Driver,
    ratings: Arc<RatingTable>,
    zones: Zones,
    served: BTreeMap<PrincipalId, Served>,
    time: Mutex<TimeKeeper>,
    heard: Heard,
    /// Decides for who is free: nothing but what is open in any case is left to say.
    free: Vec<Arc<CompiledPolicy>>,
    /// What it can do now, where that is not what it declared.
    able: Option<Vec<String>>,
}

/// One dependant as this enforcement point knows it.
#[derive(Debug)]
pub struct Served {
    /// Rules and names that this category may open.
    pub view: DependantView,
    /// What decisions are made from: of the chain, and of each other branch of the log while there are
    /// any, those that this device had first first. The strictest decision counts (R-MOVE-002), of equal
    /// ones the first (R-MOVE-032). Share them with as many threads as you like.
    pub policies: Vec<Arc<CompiledPolicy>>,
    /// The same while no guardian was heard for 60 days (FALLBACK): without locks.
    pub fallback: Vec<Arc<CompiledPolicy>>,
    /// Which of them is the chain's.
    own: usize,
    /// Guardians who have the dependant in scope, on every branch of the log.
    pub guardians: Vec<PrincipalId>,
}

impl Agent {
    /// Makes keys in a new folder; the join request to hand to a guardian.
    ///
    /// # Errors
    /// If the folder holds a member already or cannot be written.
    pub fn request(
        folder: &Path,
        category: PepCategory,
        capabilities: Vec<String>,
    ) -> Result<Vec<u8>, ClientError> {
        let identity = Identity::generate(&mut SystemRandom::new()).map_err(DocumentError::from)?;
        let what = Joining::EnforcementPoint(category);
        Store::create(folder, &identity)?.save_request(what)?;
        Ok(identity.join_request(what, capabilities))
    }

    /// Joins with a guardian's answer, and follows the log from genesis.
    ///
    /// # Errors
    /// If the answer is for another device, or the relay does not show the log it names.
    pub async fn join(folder: &Path, answer: &[u8], link: Link) -> Result<Self, ClientError> {
        let mut agent = Self::begin(folder, answer, link)?;
        agent.sync().await?;
        Ok(agent)
    }

    /// Takes a guardian's answer; [`Agent::sync`] joins then, now or later. Until it did, there are no
    /// rules (R-JOIN-007), and another answer may take this one's place.
    ///
    /// # Errors
    /// If the answer is for another device, or this one has joined.
    pub fn begin(folder: &Path, answer: &[u8], link: Link) -> Result<Self, ClientError> {
        Self::with(Driver::begin(folder, answer, link)?)
    }

    /// Whether this device has taken an answer and not yet found the log to be what it says.
    pub fn is_joining(&self) -> bool {
        self.driver.member().promised().is_some()
    }

    /// Opens a folder that joined before. It can decide at once, without any network.
    ///
    /// # Errors
    /// If the folder is damaged or has not joined.
    pub fn open(folder: &Path, link: Link) -> Result<Self, ClientError> {
        let mut store = Store::open(folder)?;
        let member = store.member()?;
        let mut agent = Self::with(Driver::new(member, store, link))?;
        agent.take_over(&[])?;
        Ok(agent)
    }

    /// Follows the log to its end, hears the guardians' beats, and takes over what changed.
    ///
    /// # Errors
    /// As [`Driver::sync`]; the policies that held go on holding.
    pub async fn sync(&mut self) -> Result<Vec<Event>, ClientError> {
        let events = self.driver.sync().await;
        let events = match events {
            Ok(mut events) => self.read_beats().await.map(|beats| {
                events.extend(beats);
                events
            }),
            error => error,
        };
        self.take_over(events.as_deref().unwrap_or_default())?;
        events
    }

    /// Opens a watch; [`Agent::next_change`] waits on it.
    ///
    /// # Errors
    /// As [`Driver::watch`].
    pub async fn watch(&mut self) -> Result<Watching, ClientError> {
        self.driver.watch().await
    }

    /// Waits until an entry has an effect, and takes it over. `None` when the stream ended: sync and
    /// watch again.
    ///
    /// # Errors
    /// As [`Driver::watched`].
    pub async fn next_change(
        &mut self,
        watching: &mut Watching,
    ) -> Result<Option<()>, ClientError> {
        loop {
            let Some(events) = self.driver.watched(watching).await? else {
                return Ok(None);
            };
            let changed = |event: &Event| matches!(event, Event::Followed(_, Outcome::Effect(_)));
            self.take_over(&events)?;
            if events.iter().any(changed) {
                return Ok(Some(()));
            }
        }
    }

    /// Goes by these capabilities from now on, and not by those that it declared when it joined: what an update
    /// or a withdrawn permission took away is missing (R-CAP-001). Rules that need what is missing hold as they
    /// say themselves, and the next report names them (R-POL-019).
    pub fn go_by(&mut self, capabilities: Vec<String>) {
        self.able = Some(capabilities);
        self.refresh();
    }

    /// The driver.
    pub fn driver(&mut self) -> &mut Driver {
        &mut self.driver
    }

    /// The rating table in use.
    pub fn ratings(&self) -> &Arc<RatingTable> {
        &self.ratings
    }

    /// Everybody this enforcement point serves.
    pub fn served(&self) -> impl Iterator<Item = (PrincipalId, &Served)> {
        self.served.iter().map(|(id, served)| (*id, served))
    }

    /// Decides as if `context.now` were certain and no time had passed without a guardian: to show what
    /// the rules say at some instant. `None` if this enforcement point does not serve the dependant.
    pub fn explain<'a>(
        &'a self,
        dependant: PrincipalId,
        usage: &'a Usage,
        context: &Context<'a>,
    ) -> Option<Decision<'a>> {
        let served = self.served.get(&dependant)?;
        strictest(&served.policies, usage, context)
    }

    /// Says which head is applied, and what cannot be enforced, in this device's own registers; beside
    /// it a beat, which lets others prove that time has passed (R-REG-012). About who is released there
    /// is a last report, then none (R-TIME-012).
    ///
    /// # Errors
    /// If the relay refuses, or the disk.
    pub async fn report(&mut self) -> Result<(), ClientError> {
        if self.is_joining() {
            return Ok(());
        }
        let (next_seq, head) = self.driver.member().head();
        let told = self.told_last()?;
        let reports: Vec<_> = self
            .served
            .iter()
            .filter(|(dependant, _)| !told.contains(dependant))
            .map(|(dependant, served)| {
                let report = pb::AppliedReport {
                    dependant_id: dependant.to_vec(),
                    head: Some(pb::HeadRef {
                        seq: next_seq.saturating_sub(1),
                        hash: head.0.to_vec(),
                    }),
                    artefacts: Vec::new(),
                    zone_database: self.zones.version().to_owned(),
                    semantics: SEMANTICS,
                    rules: rules::not_as_written(served),
                };
                RegisterUpdate {
                    payload_type: PayloadType::AppliedReport,
                    dependant: Some(*dependant),
                    payload: report.encode_to_vec(),
                }
            })
            .collect();
        let now = self.driver.now();
        for report in reports {
            self.driver.member_mut().write_register(report, now)?;
        }
        if let Some(beat) = self.own_beat() {
            self.driver.member_mut().write_register(beat, now)?;
        }
        self.driver.settle().await?;
        self.tell_last()
    }

    fn with(mut driver: Driver) -> Result<Self, ClientError> {
        let (ratings, zones) = (RatingTable::bundled(), Zones::bundled());
        let (time, heard) = heard::restored(&mut driver)?;
        let free = DependantView::default().compile(&ratings, &zones);
        Ok(Self {
            driver,
            free: vec![Arc::new(
                free.map_err(|_| DocumentError::Malformed("zone database"))?,
            )],
            ratings,
            zones,
            served: BTreeMap::new(),
            time: Mutex::new(time),
            heard,
            able: None,
        })
    }

    /// Compiles anew. A policy whose zone this device does not know keeps the one before.
    fn refresh(&mut self) {
        let member = self.driver.member();
        let device = member.identity().device;
        let Some(household) = member.household() else {
            return;
        };
        let Some(point) = household.enforcement_point(device) else {
            return;
        };
        if self.is_joining() {
            return;
        }
        let lower = self.read_clock().lower();
        self.served.retain(|id, _| point.dependants.contains(id));
        for dependant in point
            .dependants
            .iter()
            .filter(|id| !member.erased().contains(id))
        {
            let need = Need::Category(point.category);
            let capabilities = self.able.as_ref().unwrap_or(&point.capabilities);
            let view = household.view_at(*dependant, member.keyring(), need, lower);
            let mut view = view.on_device(capabilities);
            if self.heard.differs {
                view.distrust();
            }
            let compile = |view: &DependantView| {
                let policy = view.compile(&self.ratings, &self.zones).ok();
                policy.map(Arc::new)
            };
            let (before, since) = states::branches(member, *dependant, need, lower);
            let here = |views: Vec<DependantView>| -> Vec<_> {
                let views = views.into_iter();
                views.map(|view| view.on_device(capabilities)).collect()
            };
            let (before, since) = (here(before), here(since));
            let views = || before.iter().chain([&view]).chain(&since);
            let policies: Option<Vec<_>> = views().map(compile).collect();
            let open = views().map(states::without_locks);
            let fallback: Option<Vec<_>> = open.map(|view| compile(&view)).collect();
            if let (Some(policies), Some(fallback)) = (policies, fallback) {
                let guardians = household.constitution().guardians().iter();
                let in_scope = guardians.map(|guardian| guardian.id);
                // Only who is one on every branch of the log (R-MOVE-003).
                let in_scope = in_scope.filter(|id| {
                    let mut laws = member.households().map(Household::constitution);
                    laws.all(|law| law.scope_of(*id).contains(dependant))
                });
                let served = Served {
                    policies,
                    fallback,
                    own: before.len(),
                    guardians: in_scope.collect(),
                    view,
                };
                self.served.insert(*dependant, served);
            }
        }
        self.set_releases();
    }
}

/// The strictest of what the chain and other branches say, of equal ones the one with the least time
/// left.
fn strictest<'a>(
    policies: &'a [Arc<CompiledPolicy>],
    usage: &'a Usage,
    context: &Context<'a>,
) -> Option<Decision<'a>> {
    let decisions = policies.iter().map(|policy| decide(policy, usage, context));
    // Of equal ones the first.
    decisions.rev().max_by_key(|decision| {
        let left = decision.remaining_seconds().unwrap_or(u64::MAX);
        (decision.effect(), std::cmp::Reverse(left))
    })
}
