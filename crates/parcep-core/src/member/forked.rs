//! What people do about a fork: they show others a proof of it, and choose the branch that goes on.

use super::aside::{Branch, Why, ends};
use super::chain::Taken;
use super::{Chain, Event, Member};
use crate::crypto::Hash;
use crate::log::{Entry, ForkProof, Witness};
use crate::reason::Reason;

impl Member {
    /// Takes a proof from elsewhere, without any relay (R-MOVE-028): who is shown one knows of the fork
    /// from then on. `entries` are the stored ones of the chain, from 0 on. The driver stores what
    /// [`Event::Forked`] and [`Event::Aside`] say. False, and nothing happened, if it proves no fork of
    /// this log, or one further on than was followed.
    pub fn show_fork(
        &mut self,
        proof: ForkProof,
        entries: impl IntoIterator<Item = Entry>,
    ) -> bool {
        let key = &self.identity.sealing;
        let handle = &self.anchor.handle;
        match &proof {
            ForkProof::Bookmarks(_) => {
                if !proof.verify(handle, &self.chain, key) {
                    return false;
                }
            }
            ForkProof::Entries(pair) => {
                let at = proof.place();
                let Some((common, ours)) = self.split(at, entries) else {
                    return false;
                };
                if !proof.verify(handle, &common, key) {
                    return false;
                }
                if let Some(first) = ours.first() {
                    let others = pair.iter();
                    let others = others.filter(|seen| seen.entry.hash() != first.hash());
                    let shown = others.map(|seen| match &seen.witness {
                        Witness::Next(next) => vec![seen.entry.clone(), next.clone()],
                        _ => vec![seen.entry.clone()],
                    });
                    for entries in shown.collect::<Vec<_>>() {
                        self.put_shown(&common, &ours, entries);
                    }
                }
            }
        }
        self.events.push_back(Event::Forked(Box::new(proof)));
        true
    }

    /// Goes on with the branch of a fork that ends with this head; the one followed so far stands aside
    /// in its place, and the fork lasts until guardians end it (R-MOVE-006). `entries` are the stored
    /// ones of the chain, from 0 on. False, and nothing happened, if there is no such branch.
    pub fn choose(&mut self, head: Hash, entries: impl IntoIterator<Item = Entry>) -> bool {
        let mut forks = self.aside.iter().filter(|branch| branch.why == Why::Fork);
        let Some(chosen) = forks.find(|branch| branch.chain.head() == head).cloned() else {
            return false;
        };
        let at = chosen.from;
        let Some((mut theirs, ours)) = self.split(at, entries) else {
            return false;
        };
        theirs.forget_newer();
        let mut followed = Vec::new();
        for entry in &chosen.entries {
            match theirs.take(entry, &self.identity.sealing) {
                Ok(Taken::Next(outcome)) => followed.push(Event::Followed(entry.clone(), outcome)),
                _ => return false,
            }
        }
        self.aside.retain(|branch| branch.chain.head() != head);
        for branch in self.aside.iter_mut().chain(&mut self.ended) {
            branch.part_at(at, &ours, chosen.law.as_ref(), &self.identity.sealing);
        }
        let left = std::mem::replace(&mut self.chain, theirs);
        let mut left = Branch::forked(at, chosen.law, left, ours);
        left.was_first = !chosen.was_first;
        self.aside.push(left);
        self.find_again(&chosen.entries);
        // Whoever tells this story is asked again; what was wrong with it was that it is another one.
        self.distrusted
            .take_if(|failure| failure.reason == Reason::Fork);
        self.events.push_back(Event::Rewound(at));
        self.events.extend(followed);
        self.events.push_back(Event::Refolded);
        self.events.push_back(Event::Aside);
        self.release_found();
        true
    }

    /// The chain just before a place, and the own entries from there on.
    fn split(
        &self,
        at: u64,
        entries: impl IntoIterator<Item = Entry>,
    ) -> Option<(Chain, Vec<Entry>)> {
        let mut common = self.empty_chain();
        let mut ours = Vec::new();
        for entry in entries {
            if entry.seq >= at {
                ours.push(entry);
            } else {
                common.take(&entry, &self.identity.sealing).ok()?;
            }
        }
        (common.next_seq() == at).then_some((common, ours))
    }

    /// Sets aside what a proof shows of another branch, unless more of it is known or it ends by itself.
    fn put_shown(&mut self, common: &Chain, ours: &[Entry], entries: Vec<Entry>) {
        let at = common.next_seq();
        let mut theirs = common.clone();
        theirs.forget_newer();
        let mut taken = Vec::new();
        for entry in entries {
            if theirs.take(&entry, &self.identity.sealing).is_ok() {
                taken.push(entry);
            }
        }
        let law = common.household().map(|h| h.constitution().clone());
        let known = |branch: &Branch| branch.why == Why::Fork && branch.from == at;
        let amended = self.chain.amended_at() >= at || theirs.amended_at() >= at;
        let over = ends(&self.chain, &theirs, at, law.as_ref());
        if amended && !over && !self.aside.iter().any(known) {
            self.put_aside(Branch::forked(at, law, theirs, taken));
        } else if !amended && !over && goes_on(ours, &taken) {
            let ended = Branch::lost(None, at, theirs, taken, &self.identity.sealing);
            self.keep_ended(ended, ours);
        }
    }
}

/// Whether of two branches that the hash decides on the first one goes on (R-MOVE-005).
fn goes_on(ours: &[Entry], theirs: &[Entry]) -> bool {
    let first = ours.first().zip(theirs.first());
    first.is_some_and(|(ours, theirs)| ours.hash() < theirs.hash())
}
