//! Giving back: entries that a relay lost, or never had, are appended again byte for byte
//! (R-MOVE-011, R-MOVE-020). It needs no person, and no key of the authors.

use super::engine::{Event, Job, call};
use super::{Call, Member, Method};
use crate::crypto::Hash;
use crate::log::Entry;
use crate::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use std::collections::VecDeque;

/// Most entries asked of the driver at once.
const PORTION: u64 = 32;

/// What is being given back.
#[derive(Debug)]
pub(super) struct Giving {
    next: u64,
    queue: VecDeque<Entry>,
    owed: bool,
    exhausted: bool,
    given: u64,
}

impl Member {
    /// Whether this relay stands at an earlier entry of the own chain because its store went back.
    pub(super) fn is_restored(&self, status: &pb::LogStatus) -> bool {
        self.began_anew() && status.next_seq < self.chain.next_seq()
    }

    /// Whether this relay began a relay epoch in which it may lack what it had before, and was not seen to
    /// have everything again (R-MOVE-011).
    pub(super) fn began_anew(&self) -> bool {
        self.notes.relay(&self.at.uri).lacks
    }

    /// Begins to give back, if this relay stands where the own chain was.
    pub(super) fn give_back(&mut self, next_seq: u64, head: Hash) {
        let Some(last) = next_seq.checked_sub(1) else {
            return self.distrust(Reason::Malformed, 0);
        };
        match self.chain.follower().hash_at(last) {
            None => self.distrust(Reason::UnknownPosition, last),
            Some(ours) if ours != head => self.seek(last),
            Some(_) if self.giving.is_some() || self.at.gave_up || !self.at.may_append => {}
            Some(_) => {
                self.giving = Some(Giving {
                    next: next_seq,
                    queue: VecDeque::new(),
                    owed: false,
                    exhausted: false,
                    given: 0,
                });
                self.jobs.push_front(Job::GiveBack);
            }
        }
    }

    /// Hands over stored entries after [`Event::Wanted`], in order; fewer than asked for, or none, if
    /// they are not kept.
    pub fn supply(&mut self, entries: impl IntoIterator<Item = Entry>) {
        let end = self.chain.next_seq();
        let Some(giving) = self.giving.as_mut().filter(|giving| giving.owed) else {
            return;
        };
        giving.owed = false;
        let mut next = giving.next;
        for entry in entries
            .into_iter()
            .take(usize::try_from(PORTION).unwrap_or(0))
        {
            if entry.seq == next && next < end {
                next += 1;
                giving.queue.push_back(entry);
            }
        }
        giving.exhausted = giving.queue.is_empty();
    }

    /// Whether the driver owes [`Member::supply`].
    pub(super) fn owes_supply(&self) -> bool {
        self.giving.as_ref().is_some_and(|giving| giving.owed)
    }

    /// The next entry to give back; `None` if the driver has to be asked, or nothing is left.
    pub(super) fn give_call(&mut self, session: Vec<u8>) -> Option<Call> {
        let end = self.chain.next_seq();
        let Some(giving) = &mut self.giving else {
            self.jobs.pop_front();
            return None;
        };
        if let Some(entry) = giving.queue.front() {
            let request = pb::AppendRequest {
                session,
                entry: Some(entry.into()),
                replay: true,
            };
            return Some(call(Method::Append, &request));
        }
        if giving.next >= end || giving.exhausted {
            let (given, done) = (giving.given, giving.next >= end);
            self.stop_giving(!done);
            self.events.push_back(Event::GivenBack(given));
            return None;
        }
        giving.owed = true;
        let from = giving.next;
        let until = end.min(from.saturating_add(PORTION));
        self.events.push_back(Event::Wanted { from, until });
        None
    }

    pub(super) fn on_given(&mut self) {
        if let Some(giving) = &mut self.giving {
            giving.queue.pop_front();
            giving.next += 1;
            giving.given += 1;
            self.jobs.push_front(Job::GiveBack);
        }
    }

    /// The relay did not take an entry back. If something stands at its place, what it is is looked at;
    /// if not, and the entry is the member's own, the relay denies what it had acknowledged.
    pub(super) fn on_not_given(&mut self, reason: Reason) {
        let offered = self.giving.as_ref().and_then(|giving| giving.queue.front());
        let (seq, own) = match offered {
            Some(entry) => (entry.seq, self.is_own(entry)),
            None => (self.chain.next_seq(), false),
        };
        self.giving = None;
        match reason {
            Reason::StaleHead => {
                // Somebody else gave it back, or something new stands there: the next session tells.
                self.session = None;
                self.follow_soon();
            }
            Reason::Quota | Reason::Storage | Reason::Unavailable | Reason::Internal => {
                self.at.gave_up = true;
                self.events.push_back(Event::Failed(reason));
            }
            _ if own && self.within_the_day() => self.distrust(Reason::Rollback, seq),
            Reason::NotPermitted if self.is_past_the_day() && !self.moved_elsewhere() => {
                self.go_back_to(seq);
            }
            _ => {
                self.at.gave_up = true;
                self.events.push_back(Event::Failed(reason));
            }
        }
    }

    fn stop_giving(&mut self, gave_up: bool) {
        self.giving = None;
        self.at.gave_up |= gave_up;
        if matches!(self.jobs.front(), Some(Job::GiveBack)) {
            self.jobs.pop_front();
        }
        self.jobs.push_back(Job::Follow);
    }
}
