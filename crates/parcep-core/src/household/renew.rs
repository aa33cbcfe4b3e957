//! What an epoch changes: the generations of the household's secrets, and who got them.

use super::{Effect, Household};
use crate::constitution::Standing;
use crate::document::Header;
use crate::epoch::{EpochBody, EpochError, Keyring};
use crate::id::{DocumentId, PrincipalId};
use crate::reason::Reason;

/// An epoch that had effect: what a snapshot keeps of it when the next one has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EpochAt {
    pub(crate) seq: u64,
    pub(crate) id: DocumentId,
    /// Its section, which every member opened. Wraps and padding are ten times that.
    pub(crate) content: Vec<u8>,
}

impl Household {
    pub(super) fn renew(
        &mut self,
        header: &Header,
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
        self.epoch_issued_at = header.issued_at;
        let at = EpochAt {
            seq: header.seq,
            id: header.document_id,
            content: bytes.to_vec(),
        };
        self.succeed(epoch, at);
        Ok(Effect::Epoch(served))
    }

    fn succeed(&mut self, epoch: EpochBody, at: EpochAt) {
        let renewed = |id: &PrincipalId| epoch.generation(*id) != self.epoch.generation(*id);
        self.taken.retain(|id| !renewed(id));
        self.widened.retain(|id| !renewed(id));
        self.epoch = epoch;
        self.epoch_needed = false;
        self.epochs.push(at);
    }

    /// Epochs that had effect and were followed by another one.
    pub(crate) fn past_epochs(&self) -> &[EpochAt] {
        self.epochs.split_last().map_or(&[], |(_, past)| past)
    }

    /// Gives back what a snapshot holds of an epoch whose entry it left out.
    ///
    /// # Errors
    /// [`EpochError::Malformed`] if it is none.
    pub(crate) fn pass(&mut self, at: EpochAt) -> Result<(), EpochError> {
        let epoch = EpochBody::parse(&at.content)?;
        self.used.note(at.id, at.seq, true);
        self.succeed(epoch, at);
        Ok(())
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
