//! Keys at the relay of people and devices that left (R-CONS-029). A relay knows nobody, so each guardian's
//! device remembers whose group of keys is whose, and sees to it that nothing stays behind.

use super::{AccessList, Guardian, WaitingAct};
use crate::ClientError;
use parcep_core::constitution::Constitution;
use parcep_core::hex;
use parcep_core::household::Household;
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// File of whose group is whose.
const FILE: &str = "groups.json";
/// Most groups remembered: as many as a relay has keys of a log.
const MOST: usize = 64;

/// What was done about keys of who left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleared {
    /// Devices whose keys were revoked at once.
    pub shut_out: Vec<DeviceId>,
    /// Revocations that were announced now, because only a week can do them.
    pub announced: Vec<WaitingAct>,
    /// Acts at the relay that were cancelled: announced by who left, or against this device's own key.
    pub stopped: Vec<WaitingAct>,
    /// How many keys of enforcement points were let in again that a guardian who left had revoked.
    pub let_back: usize,
    /// How many keys have every right, and this device cannot tell which of them are of who left.
    pub unknown: usize,
}

/// A group of keys, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Group {
    group: String,
    /// The guardian whose keys these are.
    whose: String,
    /// Its keys without a right but to read and to write registers, as they were while its guardian was one.
    points: Vec<String>,
}

/// What is known of the keys of a log.
struct Known<'a> {
    all: &'a [pb::AccessKey],
    /// Group of this device's own key.
    own: Option<&'a [u8]>,
    me: PrincipalId,
    groups: &'a [Group],
    household: &'a Household,
}

impl Guardian {
    /// Sees to keys of who left: revokes at once what this guardian may, announces the rest, cancels what
    /// they announced, and lets enforcement points in again that they shut out.
    ///
    /// # Errors
    /// As [`Guardian::access`].
    pub async fn clear_keys(&mut self) -> Result<Cleared, ClientError> {
        let mut cleared = Cleared::default();
        let all = self.access().await?;
        let groups = self.learn(&all)?;
        let acts = self.0.acts().await?;
        let left = self.left(&all, &groups)?;
        let gone = self.keys_behind()?;
        for act in &acts {
            if self.is_wrong(act, &all, &left) || adds(act, &gone) {
                match self.cancel_act(act.id).await {
                    Ok(()) => cleared.stopped.push(act.into()),
                    // Done or cancelled meanwhile.
                    Err(ClientError::Refused(Reason::InvalidArgument)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        cleared.let_back = self.let_points_back(&all, &groups).await?;
        for device in self.left_behind()? {
            match self.shut_out(device).await {
                Ok(true) => cleared.shut_out.push(device),
                Ok(false) | Err(ClientError::Refused(Reason::Delayed | Reason::NotPermitted)) => {}
                Err(error) => return Err(error),
            }
        }
        let all = self.access().await?;
        for key in self.left(&all, &groups)? {
            if is_announced(&acts, &key) {
                continue;
            }
            match self.announce_revocation(key).await {
                Ok(act) => cleared.announced.push(act),
                // As many wait as may: the rest tomorrow.
                Err(ClientError::Refused(Reason::Quota)) => break,
                Err(error) => return Err(error),
            }
        }
        cleared.unknown = self.unknown_keys()?.len();
        Ok(cleared)
    }

    /// Keys with every right in the newest list, where there are more than guardians whose keys this device
    /// does not know: it cannot tell which are of who left, and does nothing about them by itself.
    ///
    /// # Errors
    /// If a file is damaged.
    pub fn unknown_keys(&mut self) -> Result<Vec<Vec<u8>>, ClientError> {
        let (all, groups) = (self.access_kept(), self.groups()?);
        let known = self.known(&all, &groups)?;
        let unknown = known.nobodys();
        if known.is_alone() || unknown.len() <= known.without_keys().len() {
            return Ok(Vec::new());
        }
        let admins = all.iter().filter(|key| is_admin(key));
        let admins = admins.filter(|key| unknown.contains(key.group.as_slice()));
        Ok(admins.map(|key| key.access_key.clone()).collect())
    }

    /// Keys of who left that the newest list still has. No relay is asked.
    ///
    /// # Errors
    /// If a file is damaged.
    pub fn keys_left(&mut self) -> Result<Vec<Vec<u8>>, ClientError> {
        let (all, groups) = (self.access_kept(), self.groups()?);
        self.left(&all, &groups)
    }

    /// Announces that a key is to be revoked.
    ///
    /// # Errors
    /// As [`Guardian::access`]; `QUOTA` if 16 acts wait already.
    pub async fn announce_revocation(&mut self, key: Vec<u8>) -> Result<WaitingAct, ClientError> {
        let what = pb::announce_request::What::Revoke(key);
        let act = self.0.announce(what).await?;
        Ok(WaitingAct::from(&act))
    }

    /// Devices that left, and whose keys this guardian let in and nobody revoked since.
    fn left_behind(&mut self) -> Result<Vec<DeviceId>, ClientError> {
        let list = AccessList::load(self.0.store())?;
        let household = self.household()?;
        let devices = list.devices();
        let left = devices.filter(|id| household.standing_of(*id).is_none());
        Ok(left.collect())
    }

    /// Their keys.
    fn keys_behind(&mut self) -> Result<Vec<Vec<u8>>, ClientError> {
        let devices = self.left_behind()?;
        let list = AccessList::load(self.0.store())?;
        Ok(devices.iter().filter_map(|id| list.key_of(*id)).collect())
    }

    /// Keys at the relay of devices that left, and those with every right of guardians who did.
    fn left(
        &mut self,
        all: &[pb::AccessKey],
        groups: &[Group],
    ) -> Result<Vec<Vec<u8>>, ClientError> {
        let devices = self.keys_behind()?;
        let own = self.own_access_key();
        let known = self.known(all, groups)?;
        let left = all.iter().filter(|key| {
            let left = devices.contains(&key.access_key) || known.is_of_a_leaver(key);
            left && key.access_key != own
        });
        Ok(left.map(|key| key.access_key.clone()).collect())
    }

    /// Whether an act at the relay is to be cancelled: announced by who left, or by somebody of another
    /// group against the key of this device, which belongs.
    fn is_wrong(&self, act: &pb::AdminAct, all: &[pb::AccessKey], left: &[Vec<u8>]) -> bool {
        let own = self.own_access_key();
        let group = |wanted: &[u8]| {
            let key = all.iter().find(|key| key.access_key == wanted);
            key.map(|key| key.group.as_slice())
        };
        let against = match &act.what {
            Some(pb::admin_act::What::Revoke(key)) => Some(key),
            Some(pb::admin_act::What::Change(key)) => Some(&key.access_key),
            _ => None,
        };
        let against_own = against == Some(&own) && group(&act.by) != group(&own);
        left.contains(&act.by) || against_own
    }

    /// Lets keys of enforcement points in again that were there while the guardian who had admitted them
    /// was one, and are gone, while there are fewer such keys than enforcement points.
    async fn let_points_back(
        &mut self,
        all: &[pb::AccessKey],
        groups: &[Group],
    ) -> Result<usize, ClientError> {
        let household = self.household()?;
        let there = all.iter().filter(|key| is_point(key)).count();
        let mut lacking = household.enforcement_points().count().saturating_sub(there);
        let law = household.constitution();
        let orphaned = groups.iter().filter(|group| !group.is_of_one(law));
        let gone = orphaned.flat_map(|group| &group.points);
        let gone = gone.filter_map(|point| hex::decode(point));
        let gone: Vec<_> = gone
            .filter(|point| !all.iter().any(|key| key.access_key == *point))
            .collect();
        if gone.is_empty() || lacking == 0 {
            return Ok(0);
        }
        let own = self.own_access_key();
        let own = all.iter().find(|key| key.access_key == own);
        let group = own.map(|key| key.group.clone()).unwrap_or_default();
        let mut count = 0;
        for access_key in gone {
            if lacking == 0 {
                break;
            }
            let access = pb::AccessKey {
                access_key,
                rights: [pb::Right::Read, pb::Right::Registers]
                    .map(Into::into)
                    .into(),
                group: group.clone(),
                ..pb::AccessKey::default()
            };
            self.0.grant(access).await?;
            (count, lacking) = (count + 1, lacking - 1);
        }
        Ok(count)
    }

    /// Learns whose group is whose: of keys that it let in itself, and where one guardian and one group
    /// are left over, they belong together.
    fn learn(&mut self, all: &[pb::AccessKey]) -> Result<Vec<Group>, ClientError> {
        let before = self.groups()?;
        let mut groups = before.clone();
        let list = AccessList::load(self.0.store())?;
        let household = self.household()?;
        let law = household.constitution();
        // Who came back with new keys has a new group.
        let has_admin = |group: &Group| {
            let mut keys = all.iter().filter(|key| is_admin(key));
            keys.any(|key| group.is(&key.group))
        };
        groups.retain(|group| !group.is_of_one(law) || has_admin(group));
        for device in list.devices() {
            let key = list.key_of(device);
            let mut admins = all.iter().filter(|key| is_admin(key));
            let key = admins.find(|known| Some(&known.access_key) == key.as_ref());
            if let (Some(key), Some(whose)) = (key, household.principal_of(device)) {
                note(&mut groups, &key.group, whose);
            }
        }
        let known = self.known(all, &groups)?;
        let over: (Vec<_>, Vec<_>) = (known.without_keys(), known.nobodys().into_iter().collect());
        if let ([whose], [group]) = (over.0.as_slice(), over.1.as_slice()) {
            let (whose, group) = (*whose, group.to_vec());
            note(&mut groups, &group, whose);
        }
        for group in groups.iter_mut().filter(|group| group.is_of_one(law)) {
            let points = all.iter().filter(|key| is_point(key));
            let points = points.filter(|key| group.is(&key.group));
            group.points = points.map(|key| hex::encode(&key.access_key)).collect();
        }
        if groups != before {
            let text = serde_json::to_vec_pretty(&groups).unwrap_or_default();
            self.0.store().keep(FILE, &text)?;
        }
        Ok(groups)
    }

    fn groups(&mut self) -> Result<Vec<Group>, ClientError> {
        let what = "it is no list of groups; remove it, then whose keys are whose is learnt anew";
        let store = self.0.store();
        store.kept_as(FILE, what, |bytes| serde_json::from_slice(bytes).ok())
    }

    fn known<'a>(
        &'a self,
        all: &'a [pb::AccessKey],
        groups: &'a [Group],
    ) -> Result<Known<'a>, ClientError> {
        let own = self.own_access_key();
        let own = all.iter().find(|key| key.access_key == own);
        Ok(Known {
            all,
            own: own.map(|key| key.group.as_slice()),
            me: self.principal()?,
            groups,
            household: self.household()?,
        })
    }
}

impl Group {
    fn is(&self, group: &[u8]) -> bool {
        self.group == hex::encode(group)
    }

    /// Whether it is of somebody who is a guardian.
    fn is_of_one(&self, law: &Constitution) -> bool {
        let mut guardians = law.guardians().iter();
        guardians.any(|guardian| guardian.id.to_string() == self.whose)
    }
}

impl<'a> Known<'a> {
    fn is_alone(&self) -> bool {
        self.household.constitution().guardians().len() == 1
    }

    fn is_of_a_leaver(&self, key: &pb::AccessKey) -> bool {
        let foreign = self.own.is_some_and(|own| own != key.group);
        let mut groups = self.groups.iter();
        let group = groups.find(|group| group.is(&key.group));
        let law = self.household.constitution();
        let gone = group.map_or_else(|| self.is_alone(), |group| !group.is_of_one(law));
        foreign && is_admin(key) && gone
    }

    /// Groups with an admin of nobody who is known.
    fn nobodys(&self) -> BTreeSet<&'a [u8]> {
        let admins = self.all.iter().filter(|key| is_admin(key));
        let groups = admins.map(|key| key.group.as_slice());
        let known = |group: &[u8]| self.groups.iter().any(|known| known.is(group));
        groups
            .filter(|group| self.own.is_some_and(|own| own != *group) && !known(group))
            .collect()
    }

    /// Other guardians no group of whom is known.
    fn without_keys(&self) -> Vec<PrincipalId> {
        let guardians = self.household.constitution().guardians().iter();
        let others = guardians
            .map(|guardian| guardian.id)
            .filter(|id| *id != self.me);
        let has = |id: &PrincipalId| {
            self.groups
                .iter()
                .any(|group| group.whose == id.to_string())
        };
        others.filter(|id| !has(id)).collect()
    }
}

fn note(groups: &mut Vec<Group>, group: &[u8], whose: PrincipalId) {
    if groups.iter().any(|known| known.is(group)) {
        return;
    }
    if groups.len() == MOST {
        groups.remove(0);
    }
    groups.push(Group {
        group: hex::encode(group),
        whose: whose.to_string(),
        points: Vec::new(),
    });
}

fn is_admin(key: &pb::AccessKey) -> bool {
    key.rights.contains(&pb::Right::Admin.into())
}

/// Whether it may read and write registers, and no more.
fn is_point(key: &pb::AccessKey) -> bool {
    !is_admin(key) && !key.rights.contains(&pb::Right::Append.into())
}

/// Whether an act would let one of these keys in, such as that of a page which another one replaced.
fn adds(act: &pb::AdminAct, keys: &[Vec<u8>]) -> bool {
    matches!(&act.what, Some(pb::admin_act::What::Change(access)) if keys.contains(&access.access_key))
}

fn is_announced(acts: &[pb::AdminAct], key: &[u8]) -> bool {
    let revokes = |act: &pb::AdminAct| matches!(&act.what, Some(pb::admin_act::What::Revoke(of)) if of == key);
    acts.iter().any(revokes)
}
