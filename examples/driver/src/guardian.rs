//! The guardian's side of this repository as a product: [`Guardian`], and a folder.

use crate::home::{Home, PATIENCE};
use crate::product::{About, Acted, Followed, Product, Standing, Stands, Synced, Told, Trouble};
use crate::request::{Act, Ask, Hands, Id, Reset};
use crate::words::{head, refused, wrong};
use jiff::Timestamp;
use parcep_client::guardian::Guardian;
use parcep_client::{ClientError, Driver};
use parcep_core::consent;
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::joining::JoinRequest;
use parcep_core::policy::{AppRule, AppTarget, LayerAuthor, Override, OverrideKind};
use parcep_core::policy::{PolicyLayer, Profile, RuleId};
use parcep_core::reason::Reason;
use std::path::Path;

/// A device of a guardian. Everything it keeps is below one folder.
#[derive(Debug)]
pub struct GuardianApp {
    home: Home,
    guardian: Option<Guardian>,
}

impl GuardianApp {
    /// A product that goes on with what the folder holds, or begins with nothing. It opens nothing
    /// before it was told what its clocks show.
    ///
    /// # Errors
    /// If the folder cannot be read, or no thread can be started.
    pub fn open(folder: &Path) -> Result<Self, Trouble> {
        Ok(Self {
            home: Home::open(folder)?,
            guardian: None,
        })
    }

    /// The device as the library sees it; `None` before it was handed an answer, and after it left.
    pub fn guardian(&mut self) -> Option<&mut Guardian> {
        self.guardian.as_mut()
    }

    /// Runs something of the library to its end.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.home.runtime.block_on(work)
    }

    /// The own layer for a dependant as it stands here, and the profile beside it.
    ///
    /// # Errors
    /// [`Trouble`] if this device is of no household.
    pub fn own_layer(&self, dependant: PrincipalId) -> Result<(Profile, PolicyLayer), Trouble> {
        let guardian = self.guardian.as_ref();
        let guardian = guardian.ok_or_else(|| self.home.why_asleep())?;
        let me = guardian.principal().map_err(Trouble::cannot)?;
        let author = LayerAuthor::guardian(&me.to_string()).map_err(Trouble::cannot)?;
        let view = guardian.view(dependant).map_err(Trouble::cannot)?;
        let own = view.layers.into_iter().find(|layer| layer.author == author);
        let zone = self.home.zone().parse().map_err(Trouble::cannot)?;
        let profile = view.profile.unwrap_or_else(|| Profile::new(zone));
        Ok((profile, own.unwrap_or_else(|| PolicyLayer::empty(author))))
    }

    fn wake(&mut self) -> Result<(), ClientError> {
        let Some(link) = self.home.link_of_member()? else {
            return Ok(());
        };
        let _inside = self.home.runtime.enter();
        match Guardian::open(&self.home.device(), link) {
            Ok(guardian) => self.guardian = Some(patient(guardian)),
            // It left, and was cut off before it had destroyed everything.
            Err(ClientError::Removed | ClientError::Refused(Reason::Ended)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn join(&mut self, answer: &[u8], relay: &str) -> Result<Acted, Trouble> {
        if self.guardian.is_some() {
            return Err(Trouble::cannot(
                "this device has joined; `reset` makes another",
            ));
        }
        let device = self.home.device();
        let joined = self.home.link(relay).and_then(|link| {
            let joined = self.home.runtime.block_on(async {
                let again = link.clone();
                Driver::join(&device, answer, link).await?;
                Guardian::open(&device, again)
            });
            joined.map(patient)
        });
        match joined {
            Ok(guardian) => {
                self.guardian = Some(guardian);
                self.home.joined_at(relay)?;
                Ok(Acted::Taken)
            }
            Err(error) => refused(&error).map(Acted::Refused),
        }
    }

    /// Does what a person wants, on the log as it stands now; done is what the log says (R-LOG-019).
    fn work(&mut self, act: &Act) -> Result<Vec<u8>, Work> {
        self.follow()?;
        match act {
            Act::Admit {
                request,
                dependants,
            } => {
                let request = JoinRequest::verify(&request.0).map_err(ClientError::from)?;
                let dependants = ids(&dependants.0)?;
                self.with(async |guardian| guardian.admit(&request, dependants).await)
            }
            Act::Remove { device } => self.remove(device.0),
            Act::SetRule {
                dependant,
                rule,
                app,
                access,
            } => {
                let id: RuleId = rule.parse().map_err(Work::cannot)?;
                let app = AppTarget::App(app.parse().map_err(Work::cannot)?);
                let rule = match access.as_str() {
                    "block" => AppRule::block(id, app),
                    "allow" => AppRule::allow(id, app),
                    other => {
                        return Err(Work::cannot(format!("`{other}` is no access")));
                    }
                };
                self.edit(dependant.0, rule.id.clone(), Some(rule))
            }
            Act::TakeBack { dependant, rule } => {
                let id = rule.parse().map_err(Work::cannot)?;
                self.edit(dependant.0, id, None)
            }
            Act::Lock {
                dependant,
                lock,
                seconds,
            } => self.lock(dependant.0, lock, *seconds),
            Act::Join { .. } | Act::Supplement { .. } | Act::OfAge { .. } => {
                Err(Work::Trouble(Trouble::Unsupported))
            }
        }
    }

    fn follow(&mut self) -> Result<(), Work> {
        self.with(async |guardian| guardian.driver().sync().await.map(|_| Vec::new()))
            .map(drop)
    }

    /// Puts a rule in the place of the one with this id, or takes that away; the others stay (R-POL-025).
    fn edit(
        &mut self,
        dependant: PrincipalId,
        id: RuleId,
        rule: Option<AppRule>,
    ) -> Result<Vec<u8>, Work> {
        let (profile, mut layer) = self.own_layer(dependant)?;
        layer.apps.rules.retain(|standing| standing.id != id);
        layer.apps.rules.extend(rule);
        self.with(async |guardian| {
            let written = guardian.set_layer(dependant, &profile, &layer, Vec::new());
            written.await.map(|_| Vec::new())
        })
    }

    fn lock(&mut self, dependant: PrincipalId, lock: &str, seconds: i64) -> Result<Vec<u8>, Work> {
        let now = self.home.hands()?.wall;
        let now = now.ok_or_else(|| Work::cannot("nobody knows what time it is"))?;
        let at = |second| Timestamp::from_second(second).map_err(Work::cannot);
        let id = lock.parse().map_err(Work::cannot)?;
        let (from, until) = (at(now)?, at(now.saturating_add(seconds))?);
        let (_, PolicyLayer { author, .. }) = self.own_layer(dependant)?;
        let kind = OverrideKind::LockNow { reason: None };
        let act = Override::new(author, id, 0, from, Some(until), kind).map_err(Work::cannot)?;
        self.with(async |guardian| guardian.act(dependant, &act).await.map(|_| Vec::new()))
    }

    fn remove(&mut self, device: DeviceId) -> Result<Vec<u8>, Work> {
        self.with(async |guardian| {
            let act = match guardian.household()?.enforcement_point(device) {
                Some(_) => consent::Act::RemoveEnforcementPoint(device),
                None => consent::Act::Devices(guardian.devices_without(device)?),
            };
            guardian.begin(act, Vec::new()).await?;
            guardian.renew_if_needed().await?;
            guardian.clear_keys().await.map(|_| Vec::new())
        })
    }

    fn with(
        &mut self,
        work: impl AsyncFnOnce(&mut Guardian) -> Result<Vec<u8>, ClientError>,
    ) -> Result<Vec<u8>, Work> {
        let why = || self.home.why_asleep();
        let guardian = self.guardian.as_mut().ok_or_else(why)?;
        Ok(self.home.runtime.block_on(work(guardian))?)
    }

    fn left(&mut self, error: &ClientError) -> bool {
        let left = matches!(
            error,
            ClientError::Removed | ClientError::Refused(Reason::Ended)
        );
        if left {
            self.guardian = None;
        }
        left
    }
}

impl Product for GuardianApp {
    fn hello(&mut self) -> Result<About, Trouble> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Ok(About {
            role: "guardian-app".to_owned(),
            product: "parcep-driver".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            features: words(&["virtual-clock", "restart"]),
            ..About::default()
        })
    }

    fn reset(&mut self, reset: &Reset) -> Result<Vec<u8>, Trouble> {
        self.guardian = None;
        let device = self.home.reset(reset)?;
        Guardian::request(&device).map_err(Trouble::cannot)
    }

    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble> {
        if self.home.clock.set(hands.clone()) {
            self.guardian = None;
        }
        match self.guardian {
            Some(_) => Ok(()),
            None => self.wake().map_err(Trouble::cannot),
        }
    }

    fn sync(&mut self) -> Result<Synced, Trouble> {
        let Some(guardian) = &mut self.guardian else {
            if self.home.was_removed() {
                let followed = Followed::Left;
                return Ok(Synced { followed, at: None });
            }
            return Err(self.home.why_asleep());
        };
        let synced = self.home.runtime.block_on(async {
            let events = guardian.driver().sync().await?;
            guardian.tend().await?;
            Ok(events)
        });
        let at = Some(head(guardian.driver().member()));
        let followed = match synced {
            Ok(events) => wrong(&events).map_or(Followed::Current, |reason| {
                Followed::Refused(parcep_core::reason::code(reason).to_owned())
            }),
            Err(ClientError::Unreachable(_)) => Followed::Unreachable,
            Err(error) if self.left(&error) => Followed::Left,
            Err(error) => Followed::Refused(refused(&error)?),
        };
        Ok(Synced { followed, at })
    }

    fn ask(&mut self, _: &Ask) -> Result<Option<Told>, Trouble> {
        Err(Trouble::Unsupported)
    }

    fn state(&mut self, of: Option<Id>) -> Result<Option<Stands>, Trouble> {
        self.home.hands()?;
        let Some(guardian) = &mut self.guardian else {
            let stands = Stands {
                at: (0, [0; 32]),
                joining: !self.home.was_removed(),
                of: None,
            };
            return Ok(of.is_none().then_some(stands));
        };
        let known = guardian.dependants().map_err(Trouble::cannot)?;
        if of.is_some_and(|Id(dependant)| !known.contains(&dependant)) {
            return Ok(None);
        }
        Ok(Some(Stands {
            at: head(guardian.driver().member()),
            joining: false,
            of: None::<Standing>,
        }))
    }

    fn act(&mut self, act: &Act) -> Result<Acted, Trouble> {
        if let Act::Join { answer, relay } = act {
            return self.join(&answer.0, relay);
        }
        match self.work(act) {
            Ok(made) => Ok(Acted::Made(made)),
            Err(Work::Trouble(trouble)) => Err(trouble),
            Err(Work::Client(ClientError::Unreachable(_))) => Ok(Acted::Unreachable),
            Err(Work::Client(error)) => {
                self.left(&error);
                refused(&error).map(Acted::Refused)
            }
        }
    }
}

/// Why something was not done.
enum Work {
    Trouble(Trouble),
    Client(ClientError),
}

impl Work {
    fn cannot(why: impl ToString) -> Self {
        Self::Trouble(Trouble::cannot(why))
    }
}

impl From<ClientError> for Work {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

impl From<Trouble> for Work {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

fn ids(words: &[String]) -> Result<Vec<PrincipalId>, Work> {
    let id = |word: &String| Id::try_from(word.clone()).map(|Id(id)| id);
    words
        .iter()
        .map(id)
        .collect::<Result<_, _>>()
        .map_err(Work::cannot)
}

fn patient(mut guardian: Guardian) -> Guardian {
    guardian.driver().set_patience(PATIENCE);
    guardian
}
