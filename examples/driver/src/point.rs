//! The enforcement point of this repository as a product: [`Agent`], and a folder.

use crate::home::{Home, PATIENCE};
use crate::product::{About, Acted, Followed, Product, Standing, Stands, Synced, Told, Trouble};
use crate::question::{Question, floor_told, told};
use crate::request::{Act, Ask, Bytes, Hands, Id, Reset};
use crate::words::{category_name, head, refused, word, wrong};
use parcep_client::ClientError;
use parcep_client::agent::Agent;
use parcep_core::crypto::Hash;
use parcep_core::decide::decide_unidentified;
use parcep_core::epoch::PepCategory;
use parcep_core::help::{HelpDirectory, RightsFloor};
use parcep_core::hosts::{HostLists, HostSet, build_from_text};
use parcep_core::policy::{SectionName, ZoneName};
use parcep_core::ratings::RatingTable;
use parcep_core::reason::{Reason, code};
use parcep_core::zones::{Zone, Zones};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The product. Everything it keeps is below one folder.
#[derive(Debug)]
pub struct Point {
    home: Home,
    category: PepCategory,
    capabilities: Vec<String>,
    /// What it can do, where that is not what it declares.
    able: Option<Vec<String>>,
    takes_lists: bool,
    zones: Zones,
    agent: Option<Agent>,
    /// Long host lists, compiled once.
    lists: BTreeMap<Hash, Vec<u8>>,
    floor: RightsFloor,
}

impl Point {
    /// A product that goes on with what the folder holds, or begins with nothing. It opens nothing
    /// before it was told what its clocks show.
    ///
    /// # Errors
    /// If the folder cannot be read, or no thread can be started.
    pub fn open(
        folder: &Path,
        category: PepCategory,
        capabilities: Vec<String>,
    ) -> Result<Self, Trouble> {
        Ok(Self {
            home: Home::open(folder)?,
            category,
            capabilities,
            able: None,
            takes_lists: true,
            zones: Zones::bundled(),
            agent: None,
            lists: BTreeMap::new(),
            floor: RightsFloor::new(HelpDirectory::bundled(), []),
        })
    }

    /// The same without long host lists: a rule that names one is pending for good (R-POL-017).
    #[must_use]
    pub fn without_lists(mut self) -> Self {
        self.takes_lists = false;
        self
    }

    /// The same where it can do something else than it declares, such as less since an update.
    #[must_use]
    pub fn able(mut self, capabilities: Vec<String>) -> Self {
        self.able = Some(capabilities);
        self
    }

    /// The device as the library sees it; `None` before it was handed an answer, and after it left.
    pub fn agent(&mut self) -> Option<&mut Agent> {
        self.agent.as_mut()
    }

    /// Opens what the folder holds, if it holds a device that was handed an answer.
    fn wake(&mut self) -> Result<(), ClientError> {
        let Some(link) = self.home.link_of_member()? else {
            return Ok(());
        };
        let _inside = self.home.runtime.enter();
        match Agent::open(&self.home.device(), link) {
            Ok(agent) => self.agent = Some(self.ready(agent)),
            // It left, and was cut off before it had destroyed everything.
            Err(ClientError::Removed | ClientError::Refused(Reason::Ended)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn join(&mut self, answer: &[u8], relay: &str) -> Result<Acted, Trouble> {
        if self.agent.as_ref().is_some_and(|agent| !agent.is_joining()) {
            return Err(Trouble::cannot(
                "this device has joined; `reset` makes another",
            ));
        }
        self.agent = None;
        let taken = self.home.link(relay).and_then(|link| {
            let _inside = self.home.runtime.enter();
            Agent::begin(&self.home.device(), answer, link)
        });
        let agent = match taken {
            Ok(agent) => agent,
            Err(error) => {
                // Of an earlier answer, what it came to still stands.
                self.wake().map_err(Trouble::cannot)?;
                return refused(&error).map(Acted::Refused);
            }
        };
        self.agent = Some(self.ready(agent));
        self.home.joined_at(relay)?;
        match self.sync()?.followed {
            Followed::Refused(reason) => Ok(Acted::Refused(reason)),
            _ => Ok(Acted::Taken),
        }
    }

    /// Long lists that rules may name, as the library asks them.
    fn compile_lists(&mut self) {
        if !self.takes_lists {
            return;
        }
        let Some(agent) = &self.agent else { return };
        let texts: BTreeMap<_, _> = agent
            .served()
            .flat_map(|(_, served)| served.view.lists.iter())
            .collect();
        self.lists.retain(|name, _| texts.contains_key(name));
        for (name, text) in texts {
            if !self.lists.contains_key(name)
                && let Ok(bytes) = build_from_text(text)
            {
                self.lists.insert(*name, bytes);
            }
        }
    }

    fn ready(&self, mut agent: Agent) -> Agent {
        agent.driver().set_patience(PATIENCE);
        if let Some(able) = &self.able {
            agent.go_by(able.clone());
        }
        agent
    }

    /// Whether it can ask a guardian and wait; without, what would ask is denied.
    fn can_ask(&self) -> bool {
        let able = self.able.as_ref().unwrap_or(&self.capabilities);
        able.iter().any(|one| one == "ask")
    }

    fn zone(&self) -> Option<Arc<Zone>> {
        let zone: ZoneName = self.home.zone().parse().ok()?;
        self.zones.find(&zone).ok()
    }
}

impl Product for Point {
    fn hello(&mut self) -> Result<About, Trouble> {
        let mut features = vec!["virtual-clock".to_owned(), "restart".to_owned()];
        features.extend(self.takes_lists.then(|| "lists".to_owned()));
        Ok(About {
            role: "enforcement-point".to_owned(),
            product: "parcep-driver".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            category: category_name(self.category),
            capabilities: self.capabilities.clone(),
            features,
        })
    }

    fn reset(&mut self, reset: &Reset) -> Result<Vec<u8>, Trouble> {
        self.agent = None;
        self.lists.clear();
        let device = self.home.reset(reset)?;
        let request = Agent::request(&device, self.category, self.capabilities.clone());
        request.map_err(Trouble::cannot)
    }

    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble> {
        if self.home.clock.set(hands.clone()) {
            // Nothing in memory survives a start of the device.
            self.agent = None;
        }
        let read = match &mut self.agent {
            Some(agent) => agent.tick(),
            None => self.wake(),
        };
        read.map_err(Trouble::cannot)
    }

    fn sync(&mut self) -> Result<Synced, Trouble> {
        let Some(agent) = &mut self.agent else {
            if self.home.was_removed() {
                let followed = Followed::Left;
                return Ok(Synced { followed, at: None });
            }
            return Err(self.home.why_asleep());
        };
        let synced = self.home.runtime.block_on(async {
            let mut events = agent.sync().await?;
            // A relay that says nothing on a watch is no reason to wait longer.
            if let Ok(heard) = tokio::time::timeout(PATIENCE, agent.hear()).await {
                events.extend(heard?);
            }
            agent.report().await?;
            Ok(events)
        });
        let at = Some(head(agent.driver().member()));
        let followed = match synced {
            Ok(events) => wrong(&events).map_or(Followed::Current, |reason| {
                Followed::Refused(code(reason).to_owned())
            }),
            Err(ClientError::Unreachable(_)) => Followed::Unreachable,
            Err(ClientError::Removed | ClientError::Refused(Reason::Ended)) => {
                self.agent = None;
                Followed::Left
            }
            Err(error) => Followed::Refused(refused(&error)?),
        };
        Ok(Synced { followed, at })
    }

    fn ask(&mut self, ask: &Ask) -> Result<Option<Told>, Trouble> {
        let bundled = RatingTable::bundled();
        let ratings = self.agent.as_ref().map_or(&bundled, Agent::ratings);
        let question = Question::read(ask, ratings, &self.floor)?;
        // Whoever asks, in whatever state: no keys, no clock and no policy are needed (R-FLOOR-004).
        if question.is_on_floor() {
            return Ok(Some(floor_told()));
        }
        self.home.hands()?;
        self.compile_lists();
        let Some(agent) = &self.agent else {
            return Ok(None);
        };
        let lists: Vec<_> = self
            .lists
            .values()
            .map(|bytes| HostSet::open(bytes))
            .collect();
        let lists: Vec<_> = lists.into_iter().flatten().collect();
        let zone = self.zone();
        let mut context = question.context(ask).with_lists(HostLists::new(&lists));
        context.device_zone = zone.as_deref();
        context.can_ask &= self.can_ask();
        if question.unidentified {
            let linked = agent.linked(&question.usage);
            let decision = decide_unidentified(&linked, &agent.at_once(context));
            return Ok(decision.as_ref().map(told));
        }
        let Some(Id(dependant)) = ask.dependant else {
            return Err(Trouble::cannot("`dependant` is missing"));
        };
        let decision = agent.decide(dependant, &question.usage, &context);
        Ok(decision.as_ref().map(told))
    }

    fn state(&mut self, of: Option<Id>) -> Result<Option<Stands>, Trouble> {
        self.home.hands()?;
        let Some(agent) = &mut self.agent else {
            let stands = Stands {
                at: (0, [0; 32]),
                joining: !self.home.was_removed(),
                of: None,
            };
            return Ok(of.is_none().then_some(stands));
        };
        let of = match of {
            None => None,
            Some(Id(dependant)) => {
                let Some(standing) = agent.standing(dependant) else {
                    return Ok(None);
                };
                let served = agent.served().find(|(id, _)| *id == dependant);
                let pending = served.map(|(_, served)| served.view.pending.clone());
                let pending = pending.unwrap_or_default().into_iter();
                let lifestyle = [SectionName::Schedule, SectionName::Budget];
                let pending = pending.filter(|area| !lifestyle.contains(area)).map(word);
                let unconfirmed = agent.unconfirmed().map_err(Trouble::cannot)?;
                Some(Standing {
                    freshness: standing.state.name().to_lowercase(),
                    pending: pending.collect::<Result<_, _>>()?,
                    unconfirmed: unconfirmed.iter().map(ToString::to_string).collect(),
                })
            }
        };
        Ok(Some(Stands {
            at: head(agent.driver().member()),
            joining: agent.is_joining(),
            of,
        }))
    }

    fn act(&mut self, act: &Act) -> Result<Acted, Trouble> {
        if let Act::Join { answer, relay } = act {
            return self.join(&answer.0, relay);
        }
        let why = self.home.why_asleep();
        let agent = self.agent.as_mut().ok_or(why)?;
        match act {
            Act::OfAge { dependant } => {
                agent.of_age(dependant.0).map_err(Trouble::cannot)?;
                Ok(Acted::Taken)
            }
            Act::Supplement {
                answer: Bytes(answer),
            } => {
                let taken = self.home.runtime.block_on(async {
                    agent.driver().take_supplement(answer).await?;
                    agent.sync().await
                });
                match taken {
                    Ok(_) | Err(ClientError::Unreachable(_)) => Ok(Acted::Taken),
                    Err(error) => refused(&error).map(Acted::Refused),
                }
            }
            _ => Err(Trouble::Unsupported),
        }
    }
}
