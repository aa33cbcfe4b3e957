//! A new sealing key (R-SEC-007): asked for by file or listed by the device itself, used from the entry on
//! that lists it; the old one is destroyed once the epoch behind that entry was opened.

use super::supplement::audience_of;
use super::{Event, Member};
use crate::constitution::DeviceRole;
use crate::crypto::{SealingKey, SealingPublic};
use crate::id::PrincipalId;
use crate::joining::{JoinRequest, Joining};
use std::collections::BTreeSet;

/// A change that is under way. Each branch of the log lists the one key or the other.
#[derive(Debug)]
pub(super) struct KeyChange {
    other: SealingKey,
    new: SealingPublic,
}

impl Member {
    /// Takes the key that this device is to have. The driver stored it beside the present one before, and
    /// stores [`Member::identity`] alone behind [`Event::Rekeyed`]. A second change waits for the first.
    pub fn change_key(&mut self, new: SealingKey) {
        if self.key_change.is_none() {
            let public = new.public();
            self.key_change = Some(KeyChange {
                other: new,
                new: public,
            });
            self.turn_key();
        }
    }

    /// Whether a change of the sealing key is under way.
    pub fn changes_key(&self) -> bool {
        self.key_change.is_some()
    }

    /// The file with which this device asks a guardian to list its new key; everything else in it is as
    /// it stands in the household. `None` if no change is under way, or the household does not list it.
    pub fn key_request(&self) -> Option<Vec<u8>> {
        let (household, identity) = (self.household()?, &self.identity);
        let point = household.enforcement_point(identity.device);
        let what = match point {
            Some(point) => Joining::EnforcementPoint(point.category),
            None => {
                self.principal()?;
                Joining::Person(DeviceRole::Active)
            }
        };
        let request = JoinRequest {
            device: identity.device,
            signing: identity.signing.public(),
            sealing: self.key_change.as_ref()?.new,
            access: identity.access.public(),
            what,
            capabilities: point.map_or_else(Vec::new, |point| point.capabilities.clone()),
        };
        Some(request.sign(&identity.signing))
    }

    /// Dependants whose secrets were destroyed here, and who stand in a wrap that this device's sealing key
    /// opens: their erasure is complete when the key is another one (R-PRIV-014).
    pub fn erasing(&self) -> &BTreeSet<PrincipalId> {
        self.notes.erasing()
    }

    /// Uses the key that the household lists; forgets the other once nothing is sealed to it any more.
    pub(super) fn turn_key(&mut self) {
        let Some(change) = &mut self.key_change else {
            return;
        };
        let Some(household) = self.chain.household() else {
            return;
        };
        let own = audience_of(household, self.identity.device);
        let listed = own.map(|(sealing, _)| sealing);
        if listed == Some(change.other.public()) {
            std::mem::swap(&mut self.identity.sealing, &mut change.other);
        }
        let opened = self.chain.keyring().household(household.epoch()).is_some();
        let renewed = !household.needs_epoch() && opened;
        if listed == Some(change.new) && renewed && self.aside.is_empty() {
            self.key_change = None;
            self.notes.note_erasing(BTreeSet::new());
            self.events.push_back(Event::Noted);
            self.events.push_back(Event::Rekeyed);
        }
    }
}
