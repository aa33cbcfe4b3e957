//! What an epoch changes: the generations of the household's secrets, and who got them.

use super::{Effect, Household};
use crate::constitution::Standing;
use crate::epoch::{EpochBody, Keyring};
use crate::id::PrincipalId;
use crate::reason::Reason;

impl Household {
    pub(super) fn renew(
        &mut self,
        bytes: &[u8],
        by: &Standing,
        keyring: &Keyring,
        handed: Option<&Keyring>,
    ) -> Result<Effect, Reason> {
        let epoch = EpochBody::parse(bytes).map_err(|error| error.reason())?;
        let next = epoch.number == self.epoch.number.saturating_add(1);
        if !(next && self.may_renew(&epoch, by) && self.renews_what_was_taken(&epoch, by)) {
            return Err(Reason::NotPermittedByTable);
        }
        // What one device was handed decides nothing for the others: the epoch holds, and a device
        // that was handed something else than the body says takes none of it (R-EPOCH-005).
        let served = match handed {
            Some(handed) => epoch.check(handed).is_ok(),
            None => keyring.household(epoch.number).is_some(),
        };
        let renewed = |id: &PrincipalId| epoch.generation(*id) != self.epoch.generation(*id);
        self.taken.retain(|id| !renewed(id));
        self.widened.retain(|id| !renewed(id));
        self.epoch = epoch;
        self.epoch_needed = false;
        Ok(Effect::Epoch(served))
    }

    /// One row for every dependant; renewed by one generation if the author has authority over the
    /// dependant, else exactly as before. A first secret is anybody's to draw (R-EPOCH-011).
    pub(super) fn may_renew(&self, epoch: &EpochBody, by: &Standing) -> bool {
        let Standing::Guardian(_, scope) = by else {
            return false;
        };
        let dependants = self.constitution.dependants();
        let one_row_each = epoch.dependants.len() == dependants.len();
        one_row_each
            && dependants.iter().all(|dependant| {
                let Some(new) = epoch.dependants.get(&dependant.id) else {
                    return false;
                };
                let old = self.epoch.dependants.get(&dependant.id);
                let next = old.map_or(0, |old| old.generation) + 1;
                let may = old.is_none() || scope.contains(&dependant.id);
                old == Some(new) || (new.generation == next && may)
            })
    }

    /// No secret in the author's scope stays that somebody knows who lost the right to it (R-EPOCH-014).
    pub(super) fn renews_what_was_taken(&self, epoch: &EpochBody, by: &Standing) -> bool {
        let Standing::Guardian(_, scope) = by else {
            return false;
        };
        let mut due = self.taken.iter().filter(|id| scope.contains(id));
        due.all(|id| epoch.generation(*id) != self.epoch.generation(*id))
    }
}
