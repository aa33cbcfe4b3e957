//! What holds now: verified documents folded, one entry after the other, into members and live
//! documents. The same prefix of the log gives the same household on every device (R-LOG-008).

mod branches;
mod consent;
mod documents;
mod due;
mod fold;
mod genesis;
mod judge;
mod live;
mod membership;
mod renew;
mod rights;
mod used;
mod view;
mod witness;

pub use branches::draft_of;
pub use due::EpochDue;
pub use fold::{Effect, Outcome, Stop};
pub use genesis::{Founding, GenesisError, found, join};
pub use live::{Live, live_root};
pub(crate) use renew::EpochAt;
pub(crate) use used::REMEMBERED;
pub use view::{DependantView, Need};

use crate::consent::{Head, OpenProposal};
use crate::constitution::{Constitution, Device, EnforcementPoint, Standing};
use crate::crypto::{Hash, SealingPublic, VerifyingKey};
use crate::epoch::{Audience, EpochBody, Keyring, SecretId};
use crate::id::{DeviceId, DocumentId, LogId, PrincipalId};
use std::collections::{BTreeMap, BTreeSet};

/// Relay epochs up to here are those of clocks; above it they go on in small steps.
const BY_CLOCK: u32 = 4_000_000_000;

/// A household as of one place in its log.
#[derive(Debug, Clone)]
pub struct Household {
    log_id: LogId,
    relay_epoch: u32,
    constitution: Constitution,
    people: BTreeMap<DeviceId, (PrincipalId, Device)>,
    points: BTreeMap<DeviceId, EnforcementPoint>,
    epoch: EpochBody,
    /// Those behind genesis, in order.
    epochs: Vec<EpochAt>,
    epoch_needed: bool,
    /// Dependants whose secret somebody knows who lost the right to it (R-EPOCH-014).
    taken: BTreeSet<PrincipalId>,
    /// Dependants that left; their ids never come back (R-MEM-014).
    former: BTreeSet<PrincipalId>,
    /// The last keys of devices that belonged here, of this one too when it left: what they wrote before
    /// can be verified once it is lost (R-MOVE-007, R-MOVE-008).
    past_keys: BTreeMap<DeviceId, VerifyingKey>,
    /// By which document everything stands (R-CONS-001).
    origins: Origins,
    open: Vec<OpenProposal>,
    places: witness::Places,
    resolutions: Vec<Resolution>,
    home: Option<String>,
    ended: Option<u64>,
    epoch_issued_at: i64,
    /// Dependants whose secret somebody was not given who has a right to it now (R-EPOCH-012).
    widened: BTreeSet<PrincipalId>,
    live: BTreeMap<DocumentId, Live>,
    /// By the id of a live document that begins later: what holds until then, the newest first (R-DOC-024).
    until_then: BTreeMap<DocumentId, Vec<Live>>,
    used: used::Used,
    without_effect: u64,
}

/// The documents by which the household is as it is.
#[derive(Debug, Clone)]
struct Origins {
    law: DocumentId,
    devices: BTreeMap<PrincipalId, DocumentId>,
    points: BTreeMap<DeviceId, Origin>,
}

/// By which document an enforcement point stands, and since which place it has its keys.
#[derive(Debug, Clone, Copy)]
struct Origin {
    document: DocumentId,
    keyed_at: u64,
    /// Who gave it these keys.
    keyed_by: PrincipalId,
}

/// Guardians have said that other branches end (R-MOVE-006). Whether they are enough is a question to the
/// last common constitution, which only those know who have the other branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// Place at which it was said.
    pub seq: u64,
    /// Head of each branch that ends.
    pub ended: Vec<Head>,
    /// Who consented.
    pub consents: BTreeSet<PrincipalId>,
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

    /// The highest relay epoch that the next entry may name (R-MOVE-029): that of a MOVED. One below is
    /// the highest that a relay is believed.
    pub fn highest_relay_epoch(&self) -> u32 {
        self.relay_epoch.max(BY_CLOCK).saturating_add(2)
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

    /// Dependants whom a constitution left out; their ids never come back (R-MEM-014).
    pub fn former(&self) -> &BTreeSet<PrincipalId> {
        &self.former
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

    /// Proposals that neither took effect nor ended, the oldest first (R-CONS-007).
    pub fn proposals(&self) -> impl Iterator<Item = &OpenProposal> {
        self.open.iter()
    }

    /// An open proposal by its hash.
    pub fn proposal(&self, hash: Hash) -> Option<&OpenProposal> {
        self.open.iter().find(|open| open.hash == hash)
    }

    /// What guardians said about other branches of the log.
    pub fn resolutions(&self) -> &[Resolution] {
        &self.resolutions
    }

    /// The relay that the household moved to; `None` while it is the first of the constitution.
    pub fn home(&self) -> Option<&str> {
        self.home.as_deref()
    }

    /// Place of the ERASE that ended the household (R-CONS-028).
    pub fn ended(&self) -> Option<u64> {
        self.ended
    }

    /// Places that statements about open proposals may name, with their hashes: what a snapshot keeps of
    /// entries that it leaves out.
    pub fn remembered_places(&self) -> impl Iterator<Item = (u64, Hash)> {
        self.places.iter()
    }

    /// Gives back what [`Household::remembered_places`] said.
    pub fn remember_places(&mut self, places: impl IntoIterator<Item = (u64, Hash)>) {
        self.places.extend(places);
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
        if self.is_recovery(device) {
            return Some(Standing::Recovery(who));
        }
        Some(if self.constitution.is_guardian(who) {
            Standing::Guardian(who, self.constitution.scope_of(who))
        } else {
            Standing::Dependant(who)
        })
    }

    /// Every member with the secrets it needs: whom an epoch is wrapped for.
    pub fn audiences(&self) -> Vec<(SealingPublic, Audience)> {
        let people = self.people().map(|(who, device)| {
            let whole = self.whole_secrets_of(who);
            (device.sealing, Audience::People(whole))
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
