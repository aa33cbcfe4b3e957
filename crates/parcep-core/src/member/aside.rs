//! What stands aside of the chain: branches of a fork, and what was lost by a restore, a move or a
//! settled fork. Each is a household of its own; the stricter of all holds (R-MOVE-002, R-MOVE-008).

use super::again::{Wanted, remembered_from, wanted};
use super::{Chain, Event, Member};
use crate::constitution::Constitution;
use crate::crypto::{Hash, Random, SealingKey, SealingPublic};
use crate::document::{Draft, PayloadType};
use crate::epoch::{Audience, Keyring};
use crate::household::{Household, draft_of};
use crate::id::{DeviceId, DocumentId};
use crate::log::Entry;

/// How long what was lost holds, seconds of T_lo (R-MOVE-008).
pub const LOST_FOR: i64 = 604_800;
/// Most branches that stand aside. None is dropped for another: who has so many takes no further one, and
/// goes nowhere (R-MOVE-030).
pub(super) const MAX_BRANCHES: usize = 4;
/// Most entries of a branch. A relay can make as many as it likes.
pub(super) const MAX_ENTRIES: usize = 4096;
/// Most branches of which it is remembered that their week is over.
const MAX_OVER: usize = 64;

/// Why a branch stands aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A fork that nobody ended yet.
    Fork,
    /// This member had applied it and went back, or the hash ended it. It counts from this T_lo on, seconds; `None` before
    /// the first [`Member::tick`].
    Lost(Option<i64>),
}

/// One continuation of the log beside the chain.
#[derive(Debug, Clone)]
pub struct Branch {
    pub(super) why: Why,
    pub(super) from: u64,
    /// The constitution just before they part, where it has to decide (R-MOVE-006).
    pub(super) law: Option<Constitution>,
    pub(super) chain: Chain,
    pub(super) entries: Vec<Entry>,
    /// Of what was lost: the documents that had effect.
    pub(super) wanted: Vec<Wanted>,
    /// Whether this member had it before what it follows now.
    pub(super) was_first: bool,
    /// Secrets that a Welcome brought and that are of this branch alone: no entry gives them back.
    pub(super) given: Keyring,
}

impl Branch {
    /// One that nobody ended.
    pub(super) fn forked(
        from: u64,
        law: Option<Constitution>,
        chain: Chain,
        entries: Vec<Entry>,
    ) -> Self {
        Self {
            why: Why::Fork,
            from,
            law,
            chain,
            entries,
            wanted: Vec::new(),
            was_first: false,
            given: Keyring::default(),
        }
    }

    /// One that was applied and left.
    pub(super) fn lost(
        since: Option<i64>,
        from: u64,
        chain: Chain,
        entries: Vec<Entry>,
        key: &SealingKey,
    ) -> Self {
        Self {
            why: Why::Lost(since),
            from,
            law: None,
            wanted: wanted(&chain, from, &entries, key),
            chain,
            entries,
            was_first: false,
            given: Keyring::default(),
        }
    }

    /// Why it stands aside.
    pub fn why(&self) -> Why {
        self.why
    }

    /// Whether this member had it before what it follows now: of decisions that are equal, reason and rules
    /// are this branch's (R-MOVE-032).
    pub fn was_first(&self) -> bool {
        self.was_first
    }

    /// The first place at which it differs from the chain.
    pub fn from(&self) -> u64 {
        self.from
    }

    /// The chain that ends with this branch: its household is what holds there.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Its entries, from the first differing one on.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether every document that had effect on it stands in the chain again. Of a branch that is longer
    /// than ids are remembered nobody can say, so it holds for its week.
    pub(super) fn stands_again(&self) -> bool {
        remembered_from(&self.chain) <= self.from && self.wanted.iter().all(Wanted::is_found)
    }

    /// Hash of its first entry.
    fn first(&self) -> Option<Hash> {
        self.entries.first().map(Entry::hash)
    }

    /// Whether a chain goes on from where this one ends.
    pub(super) fn is_within(&self, chain: &Chain) -> bool {
        let last = self.chain.next_seq().checked_sub(1);
        last.is_some_and(|last| chain.follower().hash_at(last) == Some(self.chain.head()))
    }

    /// What was lost: documents of this device that do not stand in the chain again.
    pub(super) fn missed_by(&self, device: DeviceId) -> impl Iterator<Item = DocumentId> {
        let missed = self.wanted.iter();
        let missed = missed.filter(move |wanted| wanted.is_missed_by(device));
        missed.map(|wanted| wanted.id)
    }

    /// The chain is another one from this place on, behind which it had these entries, and `law` holds
    /// just before it.
    pub(super) fn part_at(
        &mut self,
        at: u64,
        shared: &[Entry],
        law: Option<&Constitution>,
        key: &SealingKey,
    ) {
        if self.from <= at {
            return self.unfind(at);
        }
        let shared = shared.iter().filter(|entry| entry.seq < self.from);
        let own = std::mem::take(&mut self.entries);
        self.entries = shared.cloned().chain(own).collect();
        self.from = at;
        match self.why {
            Why::Fork => self.law = law.cloned(),
            Why::Lost(_) => self.wanted = wanted(&self.chain, at, &self.entries, key),
        }
    }
}

impl Member {
    /// Branches beside the chain. While there are any, an enforcement point answers each action with
    /// the strictest of the decisions that the chain and they give (R-MOVE-002, R-MOVE-008).
    pub fn branches(&self) -> &[Branch] {
        &self.aside
    }

    /// Every household that counts now: the chain's first. Grants, additions and releases hold if all
    /// of them give them, revocations if one does (R-MOVE-002, R-MOVE-003).
    pub fn households(&self) -> impl Iterator<Item = &Household> {
        let aside = self.aside.iter().filter_map(|b| b.chain.household());
        self.household().into_iter().chain(aside)
    }

    /// Whom a new epoch is wrapped for: while there are branches, only who belongs on each of them, and
    /// with no more than each of them gives (R-MOVE-003).
    pub fn common_audiences(&self) -> Vec<(SealingPublic, Audience)> {
        let mut households = self.households();
        let first = households.next().map(Household::audiences);
        let mut common = first.unwrap_or_default();
        for household in households {
            let others = household.audiences();
            common = common
                .into_iter()
                .filter_map(|(key, audience)| {
                    let (_, other) = others.iter().find(|(other, _)| *other == key)?;
                    Some((key, audience.common(other)?))
                })
                .collect();
        }
        common
    }

    /// Whether a fork lasts: shown as FORK to guardians and dependant (R-MOVE-004).
    pub fn is_forked(&self) -> bool {
        self.aside.iter().any(|branch| branch.why == Why::Fork)
    }

    /// Tells how far T_lo has come, on a person's device its own clock, seconds. What was lost longer than
    /// a week ago holds no more (R-MOVE-008).
    pub fn tick(&mut self, t_lo: i64) {
        let all = |member: &Self| -> Vec<_> {
            let all = member.aside.iter().chain(&member.ended);
            all.map(|branch| branch.why).collect()
        };
        let before = all(self);
        for branch in self.aside.iter_mut().chain(&mut self.ended) {
            if let Why::Lost(since) = &mut branch.why {
                // A person's clock that was ahead and was set back holds it for a week, and not for years.
                *since = Some(since.map_or(t_lo, |since| since.min(t_lo)));
            }
        }
        let holds = |branch: &Branch| match branch.why {
            Why::Lost(Some(since)) => t_lo.saturating_sub(since) < LOST_FOR,
            _ => true,
        };
        let over = self.aside.iter().filter(|branch| !holds(branch));
        let over: Vec<_> = over.filter_map(Branch::first).collect();
        self.over.extend(over);
        let surplus = self.over.len().saturating_sub(MAX_OVER);
        self.over.drain(..surplus);
        self.aside.retain(holds);
        self.ended.retain(holds);
        if all(self) != before {
            self.events.push_back(Event::Aside);
            self.turn_key();
        }
    }

    /// Drops what was lost and stands in the log again, and branches that a RESOLVE on the own one ended.
    pub(super) fn release_found(&mut self) {
        let (over, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.aside)
                .into_iter()
                .partition(|branch| match branch.why {
                    Why::Fork => ends(&self.chain, &branch.chain, branch.from, branch.law.as_ref()),
                    Why::Lost(_) => branch.stands_again(),
                });
        self.aside = kept;
        let device = self.identity.device;
        self.ended
            .retain(|branch| branch.missed_by(device).next().is_some());
        if over.is_empty() {
            return;
        }
        self.events.push_back(Event::Aside);
        let ended = over.into_iter().filter(|branch| branch.why == Why::Fork);
        for branch in ended.collect::<Vec<_>>() {
            self.remember_own(branch);
        }
        self.turn_key();
    }

    /// A branch that people ended holds no more; what this device wrote there it asks its person about,
    /// for as long as about what was lost (R-MOVE-007).
    pub(super) fn remember_own(&mut self, branch: Branch) {
        let Branch {
            from,
            chain,
            entries,
            ..
        } = branch;
        let mut branch = Branch::lost(None, from, chain, entries, &self.identity.sealing);
        let household = self.chain.household();
        branch.find_by_id(|id| household.and_then(|household| household.place_of(id)));
        let own: Vec<_> = branch.missed_by(self.identity.device).collect();
        if own.is_empty() {
            return;
        }
        if self.ended.len() == MAX_BRANCHES {
            self.ended.remove(0);
        }
        self.ended.push(branch);
        self.events.push_back(Event::AskAgain(own));
    }

    /// Keeps a branch beside the chain, in place of one that it continues. False, and nothing happened, if
    /// as many stand there as this member keeps (R-MOVE-030).
    pub(super) fn put_aside(&mut self, branch: Branch) -> bool {
        let forks = |old: &Branch| old.why == Why::Fork && branch.why == Why::Fork;
        if self
            .aside
            .iter()
            .any(|old| forks(old) && branch.is_within(&old.chain))
        {
            return true;
        }
        let continued = |old: &Branch| forks(old) && old.is_within(&branch.chain);
        let stay = self.aside.iter().filter(|old| !continued(old)).count();
        if stay >= MAX_BRANCHES {
            return false;
        }
        self.aside.retain(|old| !continued(old));
        self.aside.push(branch);
        self.events.push_back(Event::Aside);
        true
    }

    /// Keeps a branch that the hash ended as one that was applied and left (R-MOVE-032), unless all of it
    /// stands in the chain, or it had its week. `ours` are the entries of the chain beside it.
    pub(super) fn keep_ended(&mut self, mut branch: Branch, ours: &[Entry]) {
        for entry in ours {
            if let Some((id, said)) = self.said_again(entry) {
                branch.find(id, &said, entry.seq);
            }
        }
        let had_its_week = branch
            .first()
            .is_some_and(|first| self.over.contains(&first));
        let lost = |old: &Branch| old.why != Why::Fork;
        let mut lost_ones = self.aside.iter().filter(|old| lost(old));
        let known = lost_ones.any(|old| branch.is_within(&old.chain));
        if had_its_week || known || branch.stands_again() {
            return;
        }
        let own: Vec<_> = branch.missed_by(self.identity.device).collect();
        let mut lost_ones = self.aside.iter_mut().filter(|old| lost(old));
        if let Some(old) = lost_ones.find(|old| old.is_within(&branch.chain)) {
            (branch.why, branch.was_first) = (old.why, old.was_first);
            *old = branch;
            self.events.push_back(Event::Aside);
        } else if !self.put_aside(branch) {
            return;
        }
        if !own.is_empty() {
            self.events.push_back(Event::AskAgain(own));
        }
    }

    /// Own documents that a fork, a restore or a move took, and that do not stand in the chain again: what
    /// [`Event::AskAgain`] named and nobody appended since (R-MOVE-007).
    pub fn lost(&self) -> Vec<DocumentId> {
        let device = self.identity.device;
        let all = self.aside.iter().chain(&self.ended);
        let ids = all.flat_map(|branch| branch.missed_by(device));
        let ids: std::collections::BTreeSet<_> = ids.collect();
        ids.into_iter().collect()
    }

    /// An own document that a fork, a restore or a move took, as it was drafted: to append it again, if
    /// its person says so (R-MOVE-007). It keeps its id, so it cannot count twice; but where somebody else
    /// put something under that id, it has a new one. `None` if it stands on no branch, is another
    /// device's or an epoch, or the source of randomness fails.
    pub fn draft_again(&self, id: DocumentId, random: &mut impl Random) -> Option<Draft> {
        let key = &self.identity.sealing;
        let mut all = self.aside.iter().chain(&self.ended);
        let mut draft = all.find_map(|branch| {
            let household = branch.chain.household()?;
            let keyring = branch.chain.keyring();
            branch.entries.iter().find_map(|entry| {
                let document = household.past_document_of(entry, keyring, key)?;
                let header = document.header();
                let own = header.document_id == id
                    && header.author == self.identity.device
                    && header.payload_type != PayloadType::Epoch;
                own.then(|| draft_of(&document, keyring))?
            })
        })?;
        let stands = self
            .household()
            .and_then(|household| household.place_of(id));
        if stands.is_some() && self.lost().contains(&id) {
            draft.document_id = DocumentId::random(random).ok()?;
        }
        Some(draft)
    }
}

/// Whether guardians said on one branch that the other ends (R-MOVE-006): as many of those just before
/// the place where they part as the constitution of that time asks for.
pub(super) fn ends(winner: &Chain, loser: &Chain, at: u64, law: Option<&Constitution>) -> bool {
    let (Some(winner), Some(law)) = (winner.household(), law) else {
        return false;
    };
    winner.resolutions().iter().any(|said| {
        let guardians = said.consents.iter().filter(|id| law.is_guardian(**id));
        let enough = guardians.count() >= usize::try_from(law.threshold()).unwrap_or(usize::MAX);
        let named = said
            .ended
            .iter()
            .any(|head| head.seq >= at && loser.follower().hash_at(head.seq) == Some(head.hash));
        enough && named
    })
}
