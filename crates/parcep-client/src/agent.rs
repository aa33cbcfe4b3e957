//! What a product embeds: follow the rules, decide, say what is applied.

use crate::driver::Watching;
use crate::{ClientError, Driver, Link, Store};
use parcep_core::crypto::SystemRandom;
use parcep_core::decide::{CompiledPolicy, Context, Decision, Usage, decide};
use parcep_core::document::{DocumentError, PayloadType};
use parcep_core::epoch::PepCategory;
use parcep_core::household::{DependantView, Need, Outcome};
use parcep_core::id::PrincipalId;
use parcep_core::joining::Joining;
use parcep_core::member::{Event, Identity, Member, RegisterUpdate};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Version of the decision semantics that applied reports name.
const SEMANTICS: u32 = 1;

/// An enforcement point: its member, and the compiled policy of everybody it serves.
#[derive(Debug)]
pub struct Agent {
    driver: Driver,
    ratings: Arc<RatingTable>,
    zones: Zones,
    served: BTreeMap<PrincipalId, Served>,
}

/// One dependant as this enforcement point knows it.
#[derive(Debug)]
pub struct Served {
    /// Rules and names that this category may open.
    pub view: DependantView,
    /// What decisions are made from. Share it with as many threads as you like.
    pub policy: Arc<CompiledPolicy>,
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
        Store::create(folder, &identity)?;
        Ok(identity.join_request(Joining::EnforcementPoint(category), capabilities))
    }

    /// Joins with a guardian's answer, and follows the log from genesis.
    ///
    /// # Errors
    /// If the answer is for another device, or the relay does not show the log it names.
    pub async fn join(folder: &Path, answer: &[u8], link: Link) -> Result<Self, ClientError> {
        let mut store = Store::open(folder)?;
        let member = Member::join(store.identity()?, answer)?;
        store.save_start(member.anchor(), member.keyring())?;
        let mut agent = Self::with(Driver::new(member, store, link));
        agent.sync().await?;
        Ok(agent)
    }

    /// Opens a folder that joined before. It can decide at once, without any network.
    ///
    /// # Errors
    /// If the folder is damaged or has not joined.
    pub fn open(folder: &Path, link: Link) -> Result<Self, ClientError> {
        let mut store = Store::open(folder)?;
        let member = store.member()?;
        let mut agent = Self::with(Driver::new(member, store, link));
        agent.refresh();
        Ok(agent)
    }

    /// Follows the log to its end and takes over what changed.
    ///
    /// # Errors
    /// As [`Driver::sync`]; the policies that held go on holding.
    pub async fn sync(&mut self) -> Result<Vec<Event>, ClientError> {
        let events = self.driver.sync().await;
        self.refresh();
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
            if events.iter().any(changed) {
                self.refresh();
                return Ok(Some(()));
            }
        }
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

    /// Decides. `None` if this enforcement point does not serve the dependant; then nothing but the
    /// rights floor may be assumed allowed.
    pub fn decide<'a>(
        &'a self,
        dependant: PrincipalId,
        usage: &'a Usage,
        context: &Context<'a>,
    ) -> Option<Decision<'a>> {
        let served = self.served.get(&dependant)?;
        Some(decide(&served.policy, usage, context))
    }

    /// Says which head is applied, and what cannot be enforced, in this device's own registers.
    ///
    /// # Errors
    /// If the relay refuses.
    pub async fn report(&mut self) -> Result<(), ClientError> {
        let (next_seq, head) = self.driver.member().head();
        let reports: Vec<_> = self
            .served
            .iter()
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
                    rules: rule_states(served),
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
        self.driver.settle().await.map(|_| ())
    }

    fn with(driver: Driver) -> Self {
        Self {
            driver,
            ratings: RatingTable::bundled(),
            zones: Zones::bundled(),
            served: BTreeMap::new(),
        }
    }

    /// Compiles anew. A policy whose zone this device does not know keeps the one before.
    fn refresh(&mut self) {
        let member = self.driver.member();
        let Some(household) = member.household() else {
            return;
        };
        let Some(point) = household.enforcement_point(member.identity().device) else {
            return;
        };
        for dependant in &point.dependants {
            let need = Need::Category(point.category);
            let view = household.view(*dependant, member.keyring(), need);
            if let Ok(policy) = view.compile(&self.ratings, &self.zones) {
                let policy = Arc::new(policy);
                self.served.insert(*dependant, Served { view, policy });
            }
        }
    }
}

/// Rules that are not enforced as written; all others are.
fn rule_states(served: &Served) -> Vec<pb::RuleStatus> {
    let rules = served.policy.unenforceable().iter();
    rules
        .map(|rule| pb::RuleStatus {
            rule_id: rule.rule.clone(),
            state: pb::RuleState::Unenforceable.into(),
            reason: rule.reason.to_owned(),
        })
        .collect()
}
