//! What a signed statement about a head is worth here: who said it, and whether this log has that head
//! (R-CONS-008).

use super::Household;
use crate::consent::{
    DELAY, Kind, OpenProposal, PROPOSAL_LIFE, Source, Span, Statement, Witnessed, gather, suffice,
};
use crate::constitution::DeviceRole;
use crate::crypto::Hash;
use crate::id::PrincipalId;
use std::collections::{BTreeMap, BTreeSet};

/// Hashes of places, from the oldest open proposal on: what a statement may name as head.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(BTreeMap<u64, Hash>);

impl Places {
    /// Remembers a place, and forgets what lies before the oldest proposal.
    fn note(&mut self, seq: u64, hash: Hash, oldest: u64) {
        self.0.insert(seq, hash);
        if self
            .0
            .first_key_value()
            .is_some_and(|(first, _)| *first < oldest)
        {
            self.0 = self.0.split_off(&oldest);
        }
    }

    /// Forgets a place and all behind it: they were skipped, and the skip is undone.
    pub(super) fn cut(&mut self, seq: u64) {
        self.0.split_off(&seq);
    }

    fn hash_of(&self, seq: u64) -> Option<Hash> {
        self.0.get(&seq).copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, Hash)> {
        self.0.iter().map(|(seq, hash)| (*seq, *hash))
    }

    pub(super) fn extend(&mut self, places: impl IntoIterator<Item = (u64, Hash)>) {
        self.0.extend(places);
    }
}

impl Household {
    /// Remembers the place of an entry that was folded in, which is hashed for this only while something
    /// is open.
    pub(super) fn note_place(&mut self, seq: u64, hash: impl FnOnce() -> Hash) {
        match self.open.iter().map(|open| open.seq).min() {
            Some(oldest) => self.places.note(seq, hash(), oldest),
            None => self.places = Places::default(),
        }
    }

    /// What a statement is worth for the delay of an open proposal: `None` if its source does not count,
    /// its signature is wrong, or the head is none of this log at or after the announcement.
    pub fn witness(&self, open: &OpenProposal, statement: &Statement) -> Option<Witnessed> {
        self.witness_of(statement, open.announced?, &open.profits())
    }

    /// The proof that a proposal's delay has passed, from statements that a device kept; `None` if they
    /// do not prove it yet, or there is no delay. Whoever has it may write the EFFECT.
    pub fn proof_of_delay(
        &self,
        open: &OpenProposal,
        statements: &[Statement],
    ) -> Option<Vec<Span>> {
        let (from, profits) = (open.announced?, open.profits());
        gather(statements, DELAY, &open.interested(), |statement| {
            self.witness_of(statement, from, &profits)
        })
    }

    /// The proof that a proposal is 14 days old, so that any guardian's device may cancel it
    /// (R-CONS-006).
    pub fn proof_of_age(&self, open: &OpenProposal, statements: &[Statement]) -> Option<Vec<Span>> {
        let nobody = BTreeSet::new();
        gather(statements, PROPOSAL_LIFE, &nobody, |statement| {
            self.witness_of(statement, open.seq, &nobody)
        })
    }

    /// When a proposal that waits can take effect at the earliest, in seconds since 1970: the delay after
    /// the second kind of source has seen the announcement, by its own clock (R-CONS-007). `None` while
    /// fewer than two kinds have.
    pub fn earliest_effect(&self, open: &OpenProposal, statements: &[Statement]) -> Option<i64> {
        let mut first: BTreeMap<Source, Witnessed> = BTreeMap::new();
        for seen in statements.iter().filter_map(|s| self.witness(open, s)) {
            let earliest = first.entry(seen.source).or_insert(seen);
            earliest.time = seen.time.min(earliest.time);
        }
        let interested = open.interested();
        let pairs = first.values().flat_map(|one| {
            let others = first.values().filter(|o| suffice(one, o, &interested));
            others.map(|other| one.time.max(other.time))
        });
        pairs.min().map(|second| second.saturating_add(DELAY))
    }

    pub(super) fn witness_of(
        &self,
        statement: &Statement,
        from: u64,
        profits: &BTreeSet<PrincipalId>,
    ) -> Option<Witnessed> {
        let (source, kind, person, (head, time)) = match statement {
            Statement::Bookmark(bookmark) => {
                let mut relays = self.constitution.relays().iter();
                relays.find(|relay| relay.key == Some(bookmark.relay_key))?;
                let source = Source::Relay(bookmark.relay_key);
                (source, Kind::Relay, None, bookmark.verify()?)
            }
            Statement::Beat(beat) => {
                let id = beat.author;
                let (kind, person, key) = match self.people.get(&id) {
                    Some((who, device)) => {
                        let counts = device.role == DeviceRole::Active
                            && self.constitution.is_guardian(*who)
                            && !profits.contains(who);
                        (Kind::Guardian, *who, counts.then_some(device.signing)?)
                    }
                    None => {
                        let origin = self.origins.points.get(&id)?;
                        let before = origin.keyed_at < from;
                        let key = self.points.get(&id)?.signing;
                        let person = origin.keyed_by;
                        (Kind::EnforcementPoint, person, before.then_some(key)?)
                    }
                };
                let said = beat.verify(&key, self.log_id)?;
                (Source::Device(id), kind, Some(person), said)
            }
        };
        let known = head.seq >= from && self.places.hash_of(head.seq) == Some(head.hash);
        known.then_some(Witnessed {
            source,
            kind,
            person,
            seq: head.seq,
            time,
        })
    }
}
