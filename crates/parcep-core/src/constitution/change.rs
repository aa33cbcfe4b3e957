//! What a new constitution changes, and whom it takes authority from (R-CONS-012).

use super::custody::loses_custody;
use super::{Caps, Constitution, Guardian, Relay, YearMonth};
use crate::id::PrincipalId;
use std::collections::BTreeSet;

/// One difference between two constitutions, as an app shows it to a person (R-CONS-007).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Becomes a guardian.
    Admits(PrincipalId),
    /// Is no guardian any more.
    Removes(PrincipalId),
    /// Has authority over fewer dependants, or not over those to come.
    NarrowsScope(PrincipalId),
    /// Has authority over more dependants.
    WidensScope(PrincipalId),
    /// Somebody else has custody of a time that was this guardian's or open.
    TakesCustody(PrincipalId),
    /// This guardian's custody differs in another way.
    ChangesCustody(PrincipalId),
    /// Becomes a dependant.
    AddsDependant(PrincipalId),
    /// Is no dependant any more.
    ReleasesDependant(PrincipalId),
    /// Release comes in this month.
    Release(PrincipalId, Option<YearMonth>),
    /// How many guardians a change needs.
    Threshold {
        /// Before.
        from: u32,
        /// After.
        to: u32,
    },
    /// Relays in the order to be tried.
    Relays(Vec<Relay>),
    /// Bounds that no single guardian passes.
    Caps(Caps),
}

impl Constitution {
    /// What `new` changes; empty if nothing.
    pub fn changes(&self, new: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        for guardian in new.guardians() {
            if !self.is_guardian(guardian.id) {
                changes.push(Change::Admits(guardian.id));
            }
        }
        for guardian in self.guardians() {
            changes.extend(self.changes_to(new, guardian));
        }
        let added = new.dependants().iter().filter(|d| !self.is_dependant(d.id));
        changes.extend(added.map(|d| Change::AddsDependant(d.id)));
        for old in self.dependants() {
            match new.dependants().iter().find(|d| d.id == old.id) {
                None => changes.push(Change::ReleasesDependant(old.id)),
                Some(d) if d.release_on != old.release_on => {
                    changes.push(Change::Release(d.id, d.release_on));
                }
                Some(_) => {}
            }
        }
        if self.threshold != new.threshold {
            let (from, to) = (self.threshold, new.threshold);
            changes.push(Change::Threshold { from, to });
        }
        if self.relays != new.relays {
            changes.push(Change::Relays(new.relays.clone()));
        }
        if self.caps != new.caps {
            changes.push(Change::Caps(new.caps));
        }
        changes
    }

    fn changes_to(&self, new: &Self, guardian: &Guardian) -> Vec<Change> {
        let id = guardian.id;
        let Some(after) = new.guardians().iter().find(|g| g.id == id) else {
            return vec![Change::Removes(id)];
        };
        let mut changes = Vec::new();
        if narrows(guardian, after) {
            changes.push(Change::NarrowsScope(id));
        } else if guardian.scope != after.scope {
            changes.push(Change::WidensScope(id));
        }
        if self.custody_taken(new, id) {
            changes.push(Change::TakesCustody(id));
        } else if guardian.custody != after.custody {
            changes.push(Change::ChangesCustody(id));
        }
        changes
    }

    /// Guardians from whom `new` takes authority (R-CONS-012): it leaves them out, narrows their scope,
    /// leaves out a dependant in it, or gives somebody else custody of a time that was theirs or open.
    pub fn taken_from(&self, new: &Self) -> BTreeSet<PrincipalId> {
        let taken = self.guardians().iter().filter(|guardian| {
            let Some(after) = new.guardians().iter().find(|g| g.id == guardian.id) else {
                return true;
            };
            let scope = self.scope_of(guardian.id);
            narrows(guardian, after)
                || scope.iter().any(|id| !new.is_dependant(*id))
                || self.custody_taken(new, guardian.id)
        });
        taken.map(|guardian| guardian.id).collect()
    }

    fn custody_taken(&self, new: &Self, guardian: PrincipalId) -> bool {
        let scope = self.scope_of(guardian).into_iter();
        let mut stays = scope.filter(|id| new.is_dependant(*id));
        stays.any(|dependant| loses_custody(self, new, guardian, dependant))
    }

    /// Whether `new` only lets this guardian go, and lowers the threshold where it must (R-CONS-013).
    pub fn is_left_by(&self, guardian: PrincipalId, new: &Self) -> bool {
        let mut rest = self.clone();
        rest.guardians.retain(|other| other.id != guardian);
        let left = u32::try_from(rest.guardians.len()).unwrap_or(u32::MAX);
        rest.threshold = self.threshold.min(left);
        self.is_guardian(guardian) && left > 0 && rest == *new
    }

    /// Whether a dependant's release comes later than before, or its month is taken out (R-CONS-015).
    pub fn delays_release(&self, new: &Self) -> bool {
        new.dependants().iter().any(|after| {
            let before = self.dependants().iter().find(|old| old.id == after.id);
            let before = before.and_then(|old| old.release_on);
            before.is_some_and(|month| after.release_on.is_none_or(|new| new > month))
        })
    }
}

/// An empty scope is everybody, those to come too; a list of all who are there is less.
fn narrows(before: &Guardian, after: &Guardian) -> bool {
    match (before.scope.is_empty(), after.scope.is_empty()) {
        (_, true) => false,
        (true, false) => true,
        (false, false) => before.scope.iter().any(|id| !after.scope.contains(id)),
    }
}

#[cfg(test)]
mod tests;
