//! What membership documents change: the basic law, devices of people, enforcement points.

use super::{Effect, Household};
use crate::constitution::{
    Constitution, DeviceRole, EnforcementPoint, MAX_DEVICES, PrincipalDevices, Standing,
};
use crate::crypto::{SealingPublic, VerifyingKey};
use crate::id::DeviceId;
use crate::reason::Reason;

impl Household {
    pub(super) fn amend(&mut self, bytes: &[u8]) -> Result<Effect, Reason> {
        let law = Constitution::parse(bytes).map_err(|error| error.reason())?;
        // A second guardian, or another one, enters by proposal and acceptance only.
        let same_guardians = law.guardians().iter().map(|g| g.id).eq(self
            .constitution
            .guardians()
            .iter()
            .map(|g| g.id));
        // R-CONS-015, R-MEM-014.
        let released_later = law.dependants().iter().any(|new| {
            let old = self.constitution.dependants();
            let old = old.iter().find(|old| old.id == new.id);
            let month = old.and_then(|old| old.release_on);
            month.is_some_and(|before| new.release_on.is_none_or(|after| after > before))
        });
        let came_back = self.former.iter().any(|id| law.is_dependant(*id));
        if !same_guardians || released_later || came_back {
            return Err(Reason::NotPermittedByTable);
        }
        self.enact(law);
        Ok(Effect::Constitution)
    }

    /// With a principal its devices leave, and what was written about it or without authority any more
    /// (R-MEM-015, R-CONS-026).
    fn enact(&mut self, law: Constitution) {
        let gone = self.constitution.dependants().iter().map(|old| old.id);
        self.former.extend(gone.filter(|id| !law.is_dependant(*id)));
        self.people
            .retain(|_, (who, _)| law.is_guardian(*who) || law.is_dependant(*who));
        for point in self.points.values_mut() {
            point.dependants.retain(|id| law.is_dependant(*id));
        }
        self.live.retain(|_, live| {
            let about = live.document.header().dependant;
            about.is_none_or(|id| law.scope_of(live.author).contains(&id))
        });
        self.constitution = law;
    }

    pub(super) fn replace_devices(
        &mut self,
        bytes: &[u8],
        by: &Standing,
    ) -> Result<Effect, Reason> {
        let set = PrincipalDevices::parse(bytes).map_err(|_| Reason::Malformed)?;
        // R-MEM-016: a guardian without a device in use could never write again.
        let in_use = set.devices.iter().any(|d| d.role == DeviceRole::Active);
        if self.constitution.is_guardian(set.principal) && !in_use {
            return Err(Reason::Malformed);
        }
        let permitted = match by {
            Standing::Guardian(who, scope) => {
                set.principal == *who
                    || (self.constitution.is_dependant(set.principal)
                        && scope.contains(&set.principal))
            }
            Standing::Dependant(who) => set.principal == *who,
            Standing::EnforcementPoint => false,
        };
        let others = self
            .people
            .values()
            .filter(|(who, _)| *who != set.principal);
        let room = others.count() + self.points.len() + set.devices.len() <= MAX_DEVICES;
        let free = set.devices.iter().all(|device| {
            let others = self.people().filter(|(who, _)| *who != set.principal);
            let people = others.map(|(_, other)| (other.id, other.signing, other.sealing));
            let points = self.points.values();
            let points = points.map(|other| (other.id, other.signing, other.sealing));
            let mut taken = people.chain(points);
            taken.all(|other| shares_nothing((device.id, device.signing, device.sealing), other))
        });
        if !(permitted && room && free) {
            return Err(Reason::NotPermittedByTable);
        }
        self.people.retain(|_, (who, _)| *who != set.principal);
        for device in set.devices {
            self.people.insert(device.id, (set.principal, device));
        }
        Ok(Effect::Devices(set.principal))
    }

    pub(super) fn add_point(&mut self, bytes: &[u8], by: &Standing) -> Result<Effect, Reason> {
        let point = EnforcementPoint::parse(bytes).map_err(|_| Reason::Malformed)?;
        let Standing::Guardian(_, scope) = by else {
            return Err(Reason::NotPermittedByTable);
        };
        // R-MEM-005: before and after.
        let before = self
            .points
            .get(&point.id)
            .map(|old| old.dependants.as_slice());
        let mut served = point.dependants.iter().chain(before.unwrap_or_default());
        let in_scope = served.all(|id| scope.contains(id));
        let known = self.points.contains_key(&point.id);
        let room = known || self.people.len() + self.points.len() < MAX_DEVICES;
        let people = self
            .people
            .values()
            .map(|(_, d)| (d.id, d.signing, d.sealing));
        let points = self.points.values().filter(|other| other.id != point.id);
        let points = points.map(|other| (other.id, other.signing, other.sealing));
        let mut taken = people.chain(points);
        let free =
            taken.all(|other| shares_nothing((point.id, point.signing, point.sealing), other));
        if !(in_scope && room && free) {
            return Err(Reason::NotPermittedByTable);
        }
        let id = point.id;
        self.points.insert(id, point);
        Ok(Effect::EnforcementPoint(id))
    }
}

/// What must differ between any two live devices (R-MEM-011).
type Keys = (DeviceId, VerifyingKey, SealingPublic);

fn shares_nothing(one: Keys, other: Keys) -> bool {
    one.0 != other.0 && one.1 != other.1 && one.2 != other.2
}
