//! What membership documents change: the basic law, devices of people, enforcement points.

use super::consent::Deed;
use super::{Effect, Household, Origin};
use crate::consent::{Accept, Act};
use crate::constitution::{
    Constitution, Device, DeviceRole, EnforcementPoint, MAX_DEVICES, PrincipalDevices, Standing,
};
use crate::crypto::{SealingPublic, VerifyingKey};
use crate::id::{DeviceId, DocumentId, PrincipalId};
use crate::reason::Reason;

impl Household {
    /// An enforcement point is added or re-keyed (R-MEM-005).
    pub(super) fn add_point(&mut self, bytes: &[u8], deed: Deed<'_>) -> Result<Effect, Reason> {
        let point = EnforcementPoint::parse(bytes).map_err(|_| Reason::Malformed)?;
        let Standing::Guardian(by, scope) = deed.standing else {
            return Err(Reason::NotPermittedByTable);
        };
        let before = self.points.get(&point.id);
        let served = before.map(|old| old.dependants.as_slice());
        let mut served = point.dependants.iter().chain(served.unwrap_or_default());
        let in_scope = served.all(|id| scope.contains(id));
        let room = before.is_some() || self.people.len() + self.points.len() < MAX_DEVICES;
        let keys = (point.id, point.signing, point.sealing);
        let free = self
            .all_keys(|_| true, |other| other != keys.0)
            .all(|other| shares_nothing(keys, other));
        if !(in_scope && room && free) {
            return Err(Reason::NotPermittedByTable);
        }
        let same_keys = before.is_some_and(|old| (old.id, old.signing, old.sealing) == keys);
        let known = self.origins.points.get(&point.id).copied();
        let (keyed_at, keyed_by) = known
            .filter(|_| same_keys)
            .map_or((deed.seq, *by), |old| (old.keyed_at, old.keyed_by));
        let before = self.rights();
        let id = point.id;
        let origin = Origin {
            document: deed.id,
            keyed_at,
            keyed_by,
        };
        self.origins.points.insert(id, origin);
        let old = self.points.insert(id, point);
        self.past_keys.extend(old.map(|old| (id, old.signing)));
        self.note_taken(&before);
        self.retire();
        Ok(Effect::EnforcementPoint(id))
    }

    /// Carries out an act whose consents are complete. What it makes stand, stands by `document`.
    pub(super) fn enact(
        &mut self,
        act: &Act,
        accepts: &[Accept],
        (document, seq): (DocumentId, u64),
    ) -> Effect {
        let before = self.rights();
        let keys = self.all_keys(|_| true, |_| true);
        let keys: Vec<_> = keys.map(|(id, signing, _)| (id, signing)).collect();
        let effect = match act {
            Act::Constitution(law) => {
                self.enact_law(law.clone(), document);
                for accept in accepts {
                    self.set_devices(accept.principal, vec![accept.first_device()], document);
                }
                Effect::Constitution
            }
            Act::Devices(set) => {
                self.set_devices(set.principal, set.devices.clone(), document);
                Effect::Devices(set.principal)
            }
            Act::RemoveEnforcementPoint(id) => {
                self.points.remove(id);
                self.origins.points.remove(id);
                Effect::EnforcementPointRemoved(*id)
            }
            Act::Resolve(_) => Effect::Resolved(document),
            Act::Erase(_) => {
                self.ended = Some(seq);
                Effect::Ended
            }
        };
        let gone = keys.into_iter();
        let gone: Vec<_> = gone
            .filter(|(id, key)| self.key_of(*id) != Some(*key))
            .collect();
        self.past_keys.extend(gone);
        self.note_taken(&before);
        self.retire();
        effect
    }

    /// With a principal its devices leave, and what was written about it or without authority any more
    /// (R-MEM-015, R-CONS-026).
    fn enact_law(&mut self, law: Constitution, document: DocumentId) {
        let gone = self.constitution.dependants().iter().map(|old| old.id);
        self.former.extend(gone.filter(|id| !law.is_dependant(*id)));
        let stays = |who: PrincipalId| law.is_guardian(who) || law.is_dependant(who);
        self.people.retain(|_, (who, _)| stays(*who));
        self.origins.devices.retain(|who, _| stays(*who));
        for point in self.points.values_mut() {
            point.dependants.retain(|id| law.is_dependant(*id));
        }
        self.live.retain(|_, live| {
            let about = live.document.header().dependant;
            about.is_none_or(|id| law.scope_of(live.author).contains(&id))
        });
        self.forget_plans();
        self.origins.law = document;
        self.constitution = law;
    }

    fn set_devices(&mut self, who: PrincipalId, devices: Vec<Device>, document: DocumentId) {
        self.people.retain(|_, (other, _)| *other != who);
        self.origins.devices.insert(who, document);
        let devices = devices.into_iter();
        self.people
            .extend(devices.map(|device| (device.id, (who, device))));
    }

    /// Whether these devices of a principal may stand, whoever signed them (R-MEM-004, R-MEM-011,
    /// R-MEM-016).
    pub(super) fn check_devices(&self, set: &PrincipalDevices) -> Result<(), Reason> {
        let who = set.principal;
        // R-MEM-016: a guardian without a device in use could never write again.
        let in_use = set.devices.iter().any(|d| d.role == DeviceRole::Active);
        if self.constitution.is_guardian(who) && !in_use {
            return Err(Reason::Malformed);
        }
        let known = self.constitution.is_guardian(who) || self.constitution.is_dependant(who);
        (known && self.has_room_for(&[(who, set.devices.as_slice())]))
            .then_some(())
            .ok_or(Reason::NotPermittedByTable)
    }

    /// Whether the devices of these principals, in the place of what they have, fit in and share nothing
    /// with anybody else's or with each other (R-MEM-011).
    pub(super) fn has_room_for(&self, sets: &[(PrincipalId, &[Device])]) -> bool {
        let replaced = |who: PrincipalId| sets.iter().any(|(set, _)| *set == who);
        let mut taken: Vec<Keys> = self.all_keys(|who| !replaced(who), |_| true).collect();
        for (_, devices) in sets {
            let own = devices.iter().map(|d| (d.id, d.signing, d.sealing));
            let own: Vec<Keys> = own.collect();
            let mut pairs = own
                .iter()
                .flat_map(|one| taken.iter().map(move |two| (one, two)));
            if !pairs.all(|(one, other)| shares_nothing(*one, *other)) {
                return false;
            }
            taken.extend(own);
        }
        taken.len() <= MAX_DEVICES
    }

    fn all_keys(
        &self,
        people: impl Fn(PrincipalId) -> bool,
        points: impl Fn(DeviceId) -> bool,
    ) -> impl Iterator<Item = Keys> {
        let people = self.people.values().filter(move |(who, _)| people(*who));
        let people = people.map(|(_, d)| (d.id, d.signing, d.sealing));
        let points = self.points.values().filter(move |point| points(point.id));
        people.chain(points.map(|point| (point.id, point.signing, point.sealing)))
    }
}

/// What must differ between any two live devices (R-MEM-011).
type Keys = (DeviceId, VerifyingKey, SealingPublic);

fn shares_nothing(one: Keys, other: Keys) -> bool {
    one.0 != other.0 && one.1 != other.1 && one.2 != other.2
}
