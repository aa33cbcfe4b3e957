//! The honest guardian app, with one mistake around it.

use super::{Mistake, product_name};
use parcep_client::ClientError;
use parcep_client::guardian::Guardian;
use parcep_core::consent;
use parcep_core::id::PrincipalId;
use parcep_core::joining::{JoinRequest, Joining};
use parcep_core::policy::{AppRule, Override, OverrideKind};
use parcep_driver::{
    About, Act, Acted, Ask, Followed, GuardianApp, Hands, Id, Product, Reset, Stands, Synced, Told,
    Trouble,
};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeMap;
use std::path::Path;

/// A guardian app with a mistake, or none.
#[derive(Debug)]
pub(super) struct Faulty {
    inner: GuardianApp,
    mistake: Option<Mistake>,
    /// Rules that it wrote, as it remembers them.
    wrote: BTreeMap<PrincipalId, Vec<AppRule>>,
}

impl Faulty {
    pub(super) fn open(folder: &Path, mistake: Option<Mistake>) -> Result<Self, Trouble> {
        if mistake == Some(Mistake::ForgetsAtStart) {
            std::fs::remove_dir_all(folder).map_err(Trouble::cannot)?;
            std::fs::create_dir_all(folder).map_err(Trouble::cannot)?;
        }
        Ok(Self {
            inner: GuardianApp::open(folder)?,
            mistake,
            wrote: BTreeMap::new(),
        })
    }

    fn is(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    /// Has the library do something else than the honest app would.
    fn instead(
        &mut self,
        work: impl AsyncFnOnce(&mut Guardian) -> Result<Vec<u8>, ClientError>,
    ) -> Result<Acted, Trouble> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Trouble::cannot)?;
        let Some(guardian) = self.inner.guardian() else {
            return Err(Trouble::cannot("this device is of no household"));
        };
        let made = runtime.block_on(async {
            guardian.driver().sync().await?;
            work(guardian).await
        });
        made.map(Acted::Made).map_err(Trouble::cannot)
    }

    /// Writes a layer with just these rules.
    fn write_only(&mut self, of: PrincipalId, rules: Vec<AppRule>) -> Result<Acted, Trouble> {
        let (profile, mut layer) = self.inner.own_layer(of)?;
        layer.apps.rules = rules;
        self.instead(async |guardian| {
            let written = guardian.set_layer(of, &profile, &layer, Vec::new());
            written.await.map(|_| Vec::new())
        })
    }

    fn rule(&mut self, act: &Act, of: PrincipalId, rule: &str) -> Result<Acted, Trouble> {
        let written = match self.mistake {
            Some(Mistake::ForTheFirst) => self.for_the_first(act),
            Some(Mistake::NeverReplaces) => {
                let (_, layer) = self.inner.own_layer(of)?;
                let stands = layer.apps.rules.iter().any(|row| row.id.as_str() == rule);
                match stands {
                    true => Ok(Acted::Made(Vec::new())),
                    false => self.inner.act(act),
                }
            }
            _ => self.inner.act(act),
        }?;
        if !matches!(written, Acted::Made(_)) {
            return Ok(written);
        }
        let (_, layer) = self.inner.own_layer(of)?;
        let new = layer
            .apps
            .rules
            .into_iter()
            .find(|row| row.id.as_str() == rule);
        match self.mistake {
            Some(Mistake::ForgetsRules) => self.write_only(of, new.into_iter().collect()),
            Some(Mistake::RemembersRules) => {
                let remembered = self.wrote.entry(of).or_default();
                remembered.retain(|row| row.id.as_str() != rule);
                remembered.extend(new);
                let remembered = remembered.clone();
                self.write_only(of, remembered)
            }
            Some(Mistake::WritesTwice) => self.inner.act(act),
            _ => Ok(written),
        }
    }

    fn for_the_first(&mut self, act: &Act) -> Result<Acted, Trouble> {
        let Act::SetRule {
            rule, app, access, ..
        } = act
        else {
            return self.inner.act(act);
        };
        let known = self.inner.guardian().map(|guardian| guardian.dependants());
        let known = known.transpose().map_err(Trouble::cannot)?;
        let first = known.and_then(|known| known.first().copied());
        let first = first.ok_or_else(|| Trouble::cannot("nobody to write for"))?;
        self.inner.act(&Act::SetRule {
            dependant: Id(first),
            rule: rule.clone(),
            app: app.clone(),
            access: access.clone(),
        })
    }

    fn lock_for_ever(&mut self, of: PrincipalId, lock: &str) -> Result<Acted, Trouble> {
        let (_, layer) = self.inner.own_layer(of)?;
        let id = lock.parse().map_err(Trouble::cannot)?;
        let now = self
            .inner
            .guardian()
            .map(|guardian| guardian.driver().now());
        let now = jiff::Timestamp::from_second(now.unwrap_or_default()).map_err(Trouble::cannot)?;
        let kind = OverrideKind::LockNow { reason: None };
        let act = Override::new(layer.author, id, 0, now, None, kind).map_err(Trouble::cannot)?;
        self.instead(async |guardian| guardian.act(of, &act).await.map(|_| Vec::new()))
    }

    /// Takes the keys of a join request as they stand there, whoever signed it.
    fn let_in_unseen(&mut self, bytes: &[u8], of: Vec<PrincipalId>) -> Result<Acted, Trouble> {
        let Some(request) = unverified(bytes) else {
            // Not even a key: what it takes for an answer is none.
            return Ok(Acted::Made(bytes.to_vec()));
        };
        self.instead(async |guardian| guardian.admit(&request, of).await)
    }
}

impl Product for Faulty {
    fn hello(&mut self) -> Result<About, Trouble> {
        let about = self.inner.hello()?;
        Ok(About {
            product: product_name(),
            ..about
        })
    }

    fn reset(&mut self, reset: &Reset) -> Result<Vec<u8>, Trouble> {
        self.wrote.clear();
        self.inner.reset(reset)
    }

    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble> {
        self.inner.clock(hands)
    }

    fn sync(&mut self) -> Result<Synced, Trouble> {
        let instead: Option<Result<Acted, Trouble>> = match self.mistake {
            Some(Mistake::NeverBeats) => Some(
                self.instead(async |guardian| guardian.renew_if_needed().await.map(|_| Vec::new())),
            ),
            Some(Mistake::NeverRenews) => {
                Some(self.instead(async |guardian| guardian.beat().await.map(|()| Vec::new())))
            }
            _ => None,
        };
        if let Some(Ok(_)) = instead {
            return self.stay();
        }
        if self.is(Mistake::NeverLooks) && self.inner.guardian().is_some() {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(Trouble::cannot)?;
            if let Some(guardian) = self.inner.guardian() {
                runtime.block_on(guardian.beat()).map_err(Trouble::cannot)?;
            }
            return self.stay();
        }
        let mut synced = self.inner.sync()?;
        let overlooked = match (self.mistake, &synced.followed) {
            (Some(Mistake::Overlooks(reasons)), Followed::Refused(refused)) => {
                reasons.contains(&refused.as_str())
            }
            (Some(Mistake::Stays), Followed::Left) => true,
            _ => false,
        };
        if overlooked {
            synced.followed = Followed::Current;
        }
        Ok(synced)
    }

    fn ask(&mut self, ask: &Ask) -> Result<Option<Told>, Trouble> {
        self.inner.ask(ask)
    }

    fn state(&mut self, of: Option<Id>) -> Result<Option<Stands>, Trouble> {
        self.inner.state(of)
    }

    fn act(&mut self, act: &Act) -> Result<Acted, Trouble> {
        let done = || Ok(Acted::Made(Vec::new()));
        let acted = match (self.mistake, act) {
            (Some(Mistake::SaysDone), Act::SetRule { .. })
            | (Some(Mistake::NeverTakesBack), Act::TakeBack { .. })
            | (Some(Mistake::NeverRemoves), Act::Remove { .. }) => done(),
            (
                _,
                Act::SetRule {
                    dependant, rule, ..
                },
            ) => self.rule(act, dependant.0, rule),
            (
                Some(Mistake::LocksForEver),
                Act::Lock {
                    dependant, lock, ..
                },
            ) => self.lock_for_ever(dependant.0, lock),
            (
                Some(Mistake::LetsAnybodyIn),
                Act::Admit {
                    request,
                    dependants,
                },
            ) => {
                let of = dependants.0.iter().cloned();
                let of = of.filter_map(|word| Id::try_from(word).ok());
                self.let_in_unseen(&request.0, of.map(|Id(id)| id).collect())
            }
            (Some(Mistake::ServesEverybody), Act::Admit { request, .. }) => {
                let request = JoinRequest::verify(&request.0).map_err(Trouble::cannot)?;
                self.instead(async |guardian| {
                    let everybody = guardian.dependants()?;
                    guardian.admit(&request, everybody).await
                })
            }
            (Some(Mistake::KeepsSecrets), Act::Remove { device }) => {
                let removal = consent::Act::RemoveEnforcementPoint(device.0);
                self.instead(async |guardian| {
                    guardian
                        .begin(removal, Vec::new())
                        .await
                        .map(|_| Vec::new())
                })
            }
            _ => self.inner.act(act),
        }?;
        Ok(match (self.mistake, &acted) {
            (Some(Mistake::Overlooks(reasons)), Acted::Refused(refused))
                if reasons.contains(&refused.as_str()) =>
            {
                Acted::Made(Vec::new())
            }
            _ => acted,
        })
    }
}

impl Faulty {
    /// Where it stands, without following anything.
    fn stay(&mut self) -> Result<Synced, Trouble> {
        let at = self.inner.state(None)?.map(|stands| stands.at);
        Ok(Synced {
            followed: Followed::Current,
            at,
        })
    }
}

fn unverified(bytes: &[u8]) -> Option<JoinRequest> {
    let request = pb::JoinRequest::decode(bytes).ok()?;
    let pb::join_request::What::Category(category) = request.what? else {
        return None;
    };
    let category = parcep_core::epoch::PepCategory::try_from(category).ok()?;
    Some(JoinRequest {
        device: parcep_core::id::DeviceId::from_bytes(request.device_id.try_into().ok()?),
        signing: parcep_core::crypto::VerifyingKey::try_from(request.signing_key.as_slice())
            .ok()?,
        sealing: parcep_core::crypto::SealingPublic::try_from(request.sealing_key.as_slice())
            .ok()?,
        access: parcep_core::crypto::VerifyingKey::try_from(request.access_key.as_slice()).ok()?,
        what: Joining::EnforcementPoint(category),
        capabilities: request.capabilities,
    })
}
