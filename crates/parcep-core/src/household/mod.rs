//! What holds now: verified documents folded, one entry after the other, into members and live
//! documents. The same prefix of the log gives the same household on every device (R-LOG-008).

mod documents;
mod fold;
mod genesis;
mod live;
mod membership;
mod renew;
mod rights;
mod view;

pub use fold::{Effect, Outcome, Stop};
pub use genesis::{Founding, GenesisError, found, join};
pub use live::{Live, live_root};
pub use view::{DependantView, Need};

use crate::constitution::{Constitution, Device, EnforcementPoint, Standing};
use crate::crypto::{SealingPublic, VerifyingKey};
use crate::epoch::{Audience, EpochBody, Keyring, SecretId};
use crate::id::{DeviceId, DocumentId, LogId, PrincipalId};
use std::collections::{BTreeMap, BTreeSet};

/// A household as of one place in its log.
#[derive(Debug, Clone)]
pub struct Household {
    log_id: LogId,
    relay_epoch: u32,
    constitution: Constitution,
    people: BTreeMap<DeviceId, (PrincipalId, Device)>,
    points: BTreeMap<DeviceId, EnforcementPoint>,
    epoch: EpochBody,
    epoch_needed: bool,
    /// Dependants whose secret somebody knows who lost the right to it (R-EPOCH-014).
    taken: BTreeSet<PrincipalId>,
    /// Dependants that left; their ids never come back (R-MEM-014).
    former: BTreeSet<PrincipalId>,
    live: BTreeMap<DocumentId, Live>,
    used: BTreeMap<DocumentId, u64>,
    without_effect: u64,
}

impl Household {
    /// The log id in every header.
    pub fn log_id(&self) -> LogId {
        self.log_id
    }

    /// Relay epoch of the newest entry.
    pub fn relay_epoch(&self) -> u32 {
        self.relay_epoch
    }

    /// The basic law.
    pub fn constitution(&self) -> &Constitution {
        &self.constitution
    }

    /// Number of the epoch, the generation of the household secret.
    pub fn epoch(&self) -> u32 {
        self.epoch.number
    }

    /// Generation of a dependant's secret.
    pub fn generation(&self, dependant: PrincipalId) -> Option<u32> {
        self.epoch.generation(dependant)
    }

    /// Whether every secret held of the newest generations is the one committed to (R-EPOCH-005).
    pub fn commits_to(&self, held: &Keyring) -> bool {
        self.epoch.agrees_with(held)
    }

    /// Whether a secret is of a generation that a newcomer needs: every one of the household's; a
    /// dependant's newest, and those that live documents are sealed under (R-JOIN-006).
    pub fn uses(&self, id: SecretId) -> bool {
        let Some(dependant) = id.dependant else {
            return true;
        };
        let mut live = self.live.values().map(|live| live.document.header());
        self.generation(dependant) == Some(id.generation)
            || live.any(|header| header.generation(id.dependant) == Some(id.generation))
    }

    /// Whether a device left and only a new epoch may come next (R-EPOCH-012).
    pub fn needs_epoch(&self) -> bool {
        self.epoch_needed
    }

    /// Devices of people, with their principals.
    pub fn people(&self) -> impl Iterator<Item = (PrincipalId, &Device)> {
        self.people.values().map(|(who, device)| (*who, device))
    }

    /// Enforcement points.
    pub fn enforcement_points(&self) -> impl Iterator<Item = &EnforcementPoint> {
        self.points.values()
    }

    /// One enforcement point.
    pub fn enforcement_point(&self, id: DeviceId) -> Option<&EnforcementPoint> {
        self.points.get(&id)
    }

    /// Documents that hold, in order of their ids.
    pub fn live(&self) -> impl Iterator<Item = &Live> {
        self.live.values()
    }

    /// A document that holds.
    pub fn live_document(&self, id: DocumentId) -> Option<&Live> {
        self.live.get(&id)
    }

    /// Where a document stands that had its effect, live or not.
    pub fn place_of(&self, id: DocumentId) -> Option<u64> {
        self.used.get(&id).copied()
    }

    /// Entries that keep their place and have no effect.
    pub fn without_effect(&self) -> u64 {
        self.without_effect
    }

    /// The principal of a person's device.
    pub fn principal_of(&self, device: DeviceId) -> Option<PrincipalId> {
        self.people.get(&device).map(|(who, _)| *who)
    }

    /// The key that verifies what a member signs.
    pub fn key_of(&self, device: DeviceId) -> Option<VerifyingKey> {
        let person = self.people.get(&device).map(|(_, device)| device.signing);
        person.or_else(|| self.points.get(&device).map(|point| point.signing))
    }

    /// What the holder of a device is to this household.
    pub fn standing_of(&self, device: DeviceId) -> Option<Standing> {
        if self.points.contains_key(&device) {
            return Some(Standing::EnforcementPoint);
        }
        let who = self.principal_of(device)?;
        Some(if self.constitution.is_guardian(who) {
            Standing::Guardian(who, self.constitution.scope_of(who))
        } else {
            Standing::Dependant(who)
        })
    }

    /// Every member with the secrets it needs: whom an epoch is wrapped for.
    pub fn audiences(&self) -> Vec<(SealingPublic, Audience)> {
        let people = self.people().map(|(who, device)| {
            let scope = if self.constitution.is_guardian(who) {
                self.constitution.scope_of(who)
            } else {
                vec![who]
            };
            (device.sealing, Audience::People(scope))
        });
        let points = self.enforcement_points().map(|point| {
            let audience = Audience::EnforcementPoint {
                device: point.id,
                category: point.category,
                dependants: point.dependants.clone(),
            };
            (point.sealing, audience)
        });
        people.chain(points).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
