//! Forgetting a dependant: what this member destroys of somebody who left or is of age (R-PRIV-014).

use super::back::Back;
use super::chain::without;
use super::{Chain, Event, Member};
use crate::id::PrincipalId;
use std::collections::BTreeSet;

impl Member {
    /// Destroys every secret of a dependant who is of age or was left out, on all branches, for good: it is remembered in
    /// [`Member::notes`], and neither a wrap nor a Welcome nor a restart brings one back.
    pub fn forget(&mut self, dependant: PrincipalId) {
        if self.notes.note_erased(dependant) {
            self.events.push_back(Event::Noted);
        }
        self.drop_erased();
    }

    /// Dependants who were [forgotten](Member::forget).
    pub fn erased(&self) -> &BTreeSet<PrincipalId> {
        self.notes.erased()
    }

    /// Dependants whose secrets this device holds and whom a constitution left out, on every branch of the
    /// log that counts (R-MOVE-003, R-MOVE-008): [`Member::forget`] destroys them. Their ids never come back
    /// (R-MEM-014). Who joins later in a log that is still being followed is none of them.
    pub fn released(&self) -> BTreeSet<PrincipalId> {
        let held = self.chain.keyring().iter();
        let held = held.filter_map(|(id, _)| id.dependant);
        held.filter(|id| {
            let mut households = self.households().peekable();
            households.peek().is_some() && households.all(|h| h.former().contains(id))
        })
        .collect()
    }

    pub(super) fn drop_erased(&mut self) {
        let erased = self.erased().clone();
        self.destroy(&erased);
        for chain in self.chains() {
            erased.iter().for_each(|id| chain.forget(*id));
        }
        for branch in self.aside.iter_mut().chain(&mut self.ended) {
            let left = without(&branch.given, &erased);
            if left.len() < branch.given.len() {
                branch.given = left;
                self.events.push_back(Event::Aside);
            }
        }
    }

    /// What came by no wrap goes. Whoever's secrets were held here stands in wraps.
    fn destroy(&mut self, whose: &BTreeSet<PrincipalId>) {
        let branches = self.aside.iter().chain(&self.ended);
        let chains = branches.map(|branch| &branch.chain);
        let keyrings = chains.chain([&self.chain]).map(Chain::keyring);
        let held = keyrings.flat_map(|keyring| keyring.iter().filter_map(|(id, _)| id.dependant));
        let mut erasing = self.erasing().clone();
        erasing.extend(held.filter(|id| whose.contains(id)));
        self.given = without(&self.given, whose);
        if erasing != *self.erasing() {
            self.notes.note_erasing(erasing);
            self.events.push_back(Event::Noted);
        }
    }

    /// Every chain that this member holds.
    fn chains(&mut self) -> impl Iterator<Item = &mut Chain> {
        let branches = self.aside.iter_mut().chain(&mut self.ended);
        let aside = branches.map(|branch| &mut branch.chain);
        let back = match &mut self.back {
            Some(Back::Beside(beside)) => Some(beside.chains()),
            _ => None,
        };
        std::iter::once(&mut self.chain)
            .chain(aside)
            .chain(back.into_iter().flatten())
    }
}
