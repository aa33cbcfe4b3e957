//! What a guardian's device has to do by itself, and what it needs for that.

use super::Household;
use crate::consent::OpenProposal;
use crate::constitution::Standing;
use crate::crypto::Random;
use crate::document::DocumentError;
use crate::epoch::{Audience, Keyring, Renewal};
use crate::id::{DeviceId, PrincipalId};
use crate::registry::constants::EPOCH_LIFE;

/// Why an epoch is due, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EpochDue {
    /// A device left or lost a right: nothing else has effect before an epoch (R-EPOCH-012).
    Removal,
    /// A dependant has no secret yet, so that nothing can be written about them (R-EPOCH-013).
    FirstSecret,
    /// Somebody knows a secret in this guardian's scope that they lost the right to (R-EPOCH-014).
    Known,
    /// A member has a right to a secret that it was not given (R-EPOCH-012).
    Widened,
    /// A year has passed.
    Yearly,
}

impl Household {
    /// Whether this device has to write an epoch now, and why; `None` if not, or if it is no guardian's.
    /// `now` in seconds since 1970: it decides about the yearly one only, and what an epoch does is
    /// decided without any clock.
    pub fn epoch_due(&self, device: DeviceId, now: i64) -> Option<EpochDue> {
        let Some(Standing::Guardian(_, scope)) = self.standing_of(device) else {
            return None;
        };
        let mut dependants = self.constitution.dependants().iter();
        let mut in_scope = scope.iter();
        let age = now.saturating_sub(self.epoch_issued_at);
        if self.epoch_needed {
            Some(EpochDue::Removal)
        } else if dependants.any(|d| self.generation(d.id).is_none()) {
            Some(EpochDue::FirstSecret)
        } else if in_scope.clone().any(|id| self.taken.contains(id)) {
            Some(EpochDue::Known)
        } else if in_scope.any(|id| self.widened.contains(id)) {
            Some(EpochDue::Widened)
        } else {
            (age >= EPOCH_LIFE).then_some(EpochDue::Yearly)
        }
    }

    /// New secrets as this device may draw them (R-EPOCH-011): the household's, those of dependants in its
    /// guardian's scope, and the first one of every dependant who has none. The others go on.
    ///
    /// ```no_run
    /// # fn write(household: &parcep_core::household::Household, device: parcep_core::id::DeviceId)
    /// #     -> Result<(), parcep_core::document::DocumentError> {
    /// let mut random = parcep_core::crypto::SystemRandom::new();
    /// let renewal = household.draw_epoch(device, &mut random)?;
    /// let wraps = renewal.wraps(household.log_id(), &household.audiences(), &mut random)?;
    /// let own = household.share_of(device, &renewal.keyring());
    /// # let _ = (wraps, own); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`DocumentError::NotPermitted`] if the device is no guardian's, or if randomness fails.
    pub fn draw_epoch(
        &self,
        device: DeviceId,
        random: &mut impl Random,
    ) -> Result<Renewal, DocumentError> {
        let Some(Standing::Guardian(_, scope)) = self.standing_of(device) else {
            return Err(DocumentError::NotPermitted);
        };
        let dependants = self.constitution.dependants().iter().map(|d| d.id);
        let (mut renewed, mut kept) = (Vec::new(), Vec::new());
        for id in dependants {
            match self.epoch.dependants.get(&id) {
                Some(row) if !scope.contains(&id) => kept.push((id, row.clone())),
                row => renewed.push((id, row.map_or(0, |row| row.generation) + 1)),
            }
        }
        let number = self.epoch.number.saturating_add(1);
        let renewal = Renewal::draw(number, renewed, random);
        let renewal = renewal.map_err(crate::crypto::CryptoError::from)?;
        Ok(renewal.keeping(kept))
    }

    /// Of these secrets those that a member's device has a right to: of a first secret out of scope, its
    /// author keeps nothing (R-EPOCH-011).
    pub fn share_of(&self, device: DeviceId, secrets: &Keyring) -> Keyring {
        let audience = self.audience_of(device);
        audience.map_or_else(Keyring::default, |audience| audience.select(secrets))
    }

    /// Which secrets a member's device is given; `None` for somebody who does not belong.
    pub fn audience_of(&self, device: DeviceId) -> Option<Audience> {
        if let Some(point) = self.points.get(&device) {
            return Some(Audience::EnforcementPoint {
                device: point.id,
                category: point.category,
                dependants: point.dependants.clone(),
            });
        }
        let who = self.principal_of(device)?;
        Some(Audience::People(self.whole_secrets_of(who)))
    }

    /// Proposals whose delay has begun: for each, whoever has [the proof](Self::proof_of_delay) writes the
    /// EFFECT.
    pub fn waiting(&self) -> impl Iterator<Item = &OpenProposal> {
        self.open.iter().filter(|open| open.announced.is_some())
    }

    /// Dependants whose whole secrets a person holds.
    pub(crate) fn whole_secrets_of(&self, who: PrincipalId) -> Vec<PrincipalId> {
        if self.constitution.is_guardian(who) {
            self.constitution.scope_of(who)
        } else {
            vec![who]
        }
    }
}
