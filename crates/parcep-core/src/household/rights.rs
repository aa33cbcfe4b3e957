//! Which secrets each device is given, and which an entry takes away (R-EPOCH-012).

use super::Household;
use crate::crypto::SealingPublic;
use crate::document::SectionKind;
use crate::epoch::{Audience, DEPENDANT_KINDS, kinds_of};
use crate::id::PrincipalId;
use std::collections::{BTreeMap, BTreeSet};

/// What the holder of a sealing key may open: kinds of sections, by dependant.
pub(super) type Rights = BTreeMap<SealingPublic, BTreeSet<(PrincipalId, SectionKind)>>;

impl Household {
    /// What everybody may open now.
    pub(super) fn rights(&self) -> Rights {
        let audiences = self.audiences().into_iter();
        let opened = |audience| -> BTreeSet<_> {
            let (dependants, kinds) = match audience {
                Audience::People(scope) => (scope, DEPENDANT_KINDS.as_slice()),
                Audience::EnforcementPoint {
                    category,
                    dependants,
                    ..
                } => (dependants, kinds_of(category)),
            };
            let each = dependants.into_iter();
            each.flat_map(|id| kinds.iter().map(move |kind| (id, *kind)))
                .collect()
        };
        audiences
            .map(|(key, audience)| (key, opened(audience)))
            .collect()
    }

    /// Remembers what an entry took from somebody: an epoch has to come, and to renew it. And what it gave
    /// to somebody who was here already: the next epoch hands it out.
    pub(super) fn note_taken(&mut self, before: &Rights) {
        let after = self.rights();
        for (key, had) in before {
            let has = after.get(key);
            let lost = had
                .iter()
                .filter(|right| has.is_none_or(|has| !has.contains(right)))
                .map(|(dependant, _)| *dependant);
            let lost: BTreeSet<_> = lost
                .filter(|id| self.constitution.is_dependant(*id))
                .collect();
            self.epoch_needed |= has.is_none() || !lost.is_empty();
            self.taken.extend(lost);
        }
        for (key, has) in &after {
            let had = before.get(key);
            let gained = had.map(|had| has.difference(had).map(|(dependant, _)| *dependant));
            self.widened.extend(gained.into_iter().flatten());
        }
    }
}
