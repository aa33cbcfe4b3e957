//! Following the log: chain first, then effect; and going back where junk stood in between.

use super::chain::{Refused, Taken};
use super::engine::{Job, call};
use super::{Call, Event, Failure, Member, Method};
use crate::crypto::Hash;
use crate::household::{Effect, Outcome};
use crate::log::{ChainError, Entry};
use crate::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// Most entries asked for at once.
const READ_LIMIT: u32 = 256;

impl Member {
    /// Takes an entry from the relay, from a stored log or from a watch. Entries seen before are
    /// compared and dropped. False if what comes behind it is of no use now.
    pub(super) fn follow(&mut self, entry: Entry) -> bool {
        if self.distrusted.is_some() {
            return false;
        }
        match self.chain.take(&entry, &self.identity.sealing) {
            Ok(Taken::Known) => {}
            Ok(Taken::Next(outcome)) => {
                // Only genesis and epochs say what secrets have to be.
                let commits =
                    entry.seq == 0 || matches!(outcome, Outcome::Effect(Effect::Epoch(_)));
                let membership = matches!(&outcome, Outcome::Effect(effect) if !matches!(effect, Effect::Document(_)));
                let moved = outcome == Outcome::Effect(Effect::Moved);
                if matches!(outcome, Outcome::Effect(_)) {
                    self.find_again([&entry]);
                    self.note_taken(&entry);
                }
                if self.joined_at.is_none() && self.belongs() {
                    self.joined_at = Some(entry.seq);
                }
                self.events.push_back(Event::Followed(entry, outcome));
                self.keep_promise(commits);
                self.tell_home(moved);
                self.judge_held(membership);
                if membership {
                    self.turn_key();
                }
            }
            Err(Refused::Stopped(reason)) => self.distrust(reason, entry.seq),
            Err(Refused::Unfit(error, reason)) => {
                // A relay that began a new relay epoch, and one that is not the home, may have entries of
                // members that are not known here: what it is, is said once both are followed.
                let another = self.began_anew() || self.is_elsewhere();
                let parted = another && matches!(error, ChainError::Fork { .. });
                let reason = if parted { Reason::Fork } else { reason };
                self.on_chain_error(reason, error.place());
                return false;
            }
        }
        self.distrusted.is_none()
    }

    /// Compares what the relay says of itself with what was seen. False if the two do not agree, or
    /// something has to be done first.
    pub(super) fn check_status(&mut self, status: &pb::LogStatus) -> bool {
        let Ok(head) = Hash::try_from(status.head.as_slice()) else {
            self.distrust(Reason::Malformed, status.next_seq);
            return false;
        };
        if !self.hear(status.relay_epoch) {
            return false;
        }
        // A shorter log that is another one: whether it is a fork, its entries tell.
        let last = status.next_seq.checked_sub(1);
        let ours = last.and_then(|last| self.chain.follower().hash_at(last));
        let behind = status.next_seq < self.chain.next_seq() && !self.is_restored(status);
        if behind && ours.is_some_and(|ours| ours != head) {
            self.on_chain_error(Reason::Fork, status.next_seq.saturating_sub(1));
            return false;
        }
        // R-LOG-016: what it named of itself it has to serve.
        if status.next_seq < self.at.named {
            let behind = status.next_seq < self.chain.next_seq();
            let reason = if behind {
                Reason::Rollback
            } else {
                Reason::NotServed
            };
            self.distrust(reason, status.next_seq);
            return false;
        }
        self.at.named = status.next_seq;
        match self.chain.follower().check_status(status.next_seq, head) {
            Ok(()) => {
                if status.next_seq == self.chain.next_seq() {
                    self.has_all_again();
                }
                true
            }
            Err(_) if self.is_restored(status) => {
                self.give_back(status.next_seq, head);
                self.at.gave_up || !self.at.may_append
            }
            // A relay that the household left stands where it was left (R-MOVE-022).
            Err(_) if self.moved_elsewhere() && ours == Some(head) => true,
            Err(error) => {
                self.on_chain_error(error.reason(), error.place());
                false
            }
        }
    }

    /// Has the log read next, unless it is going to be.
    pub(super) fn follow_soon(&mut self) {
        if !self.jobs.iter().any(|job| matches!(job, Job::Follow)) {
            self.jobs.push_front(Job::Follow);
        }
    }

    pub(super) fn read_call(&mut self, session: Vec<u8>) -> Call {
        self.claims.asking();
        let request = pb::ReadRequest {
            session,
            from_seq: self.chain.next_seq(),
            limit: READ_LIMIT,
        };
        call(Method::Read, &request)
    }

    /// Takes a page. True if everything the relay has was followed.
    pub(super) fn on_page(&mut self, bytes: &[u8]) -> bool {
        let Ok(page) = pb::ReadResponse::decode(bytes) else {
            self.distrust(Reason::Malformed, self.chain.next_seq());
            return false;
        };
        let before = self.chain.next_seq();
        let seqs: Vec<_> = page.entries.iter().map(|entry| entry.seq).collect();
        for (index, entry) in page.entries.into_iter().enumerate() {
            let next = self.chain.next_seq();
            if entry.seq > next {
                // R-LOG-014: what is missing may come behind what came too early.
                let later = seqs.iter().skip(index).any(|seq| *seq == next);
                let reason = if later {
                    Reason::OutOfOrder
                } else {
                    Reason::Gap
                };
                self.on_chain_error(reason, next);
                return false;
            }
            let followed = match Entry::try_from(entry) {
                Ok(entry) => self.follow(entry),
                Err(error) => {
                    self.distrust(error.reason(), next);
                    false
                }
            };
            if !followed {
                return false;
            }
        }
        let Some(status) = page.status else {
            self.distrust(Reason::Malformed, before);
            return false;
        };
        if self.chain.next_seq() >= status.next_seq {
            return self.check_status(&status) && self.compare_claims();
        }
        // An empty page although there is more would be asked for without end.
        if self.chain.next_seq() <= before {
            self.distrust(Reason::NotServed, before);
        } else if self.hear(status.relay_epoch) {
            self.at.named = self.at.named.max(status.next_seq);
        }
        false
    }

    /// The log was read to its end: what others have seen of it has to be there (R-LOG-015).
    fn compare_claims(&mut self) -> bool {
        // What a Welcome says is compared in each session anew, though nothing came since (R-JOIN-007).
        self.keep_promise(false);
        if self.distrusted.is_some() {
            return false;
        }
        for seq in self.claims.withheld(self.chain.next_seq()) {
            let reason = Reason::Withheld;
            let failure = Failure { reason, seq };
            self.events.push_back(Event::Suspected(failure));
        }
        self.release_found();
        true
    }

    /// A run at the end of what a relay serves is asked for once more in each session (R-LOG-009).
    pub(super) fn ask_for_run(&mut self) {
        self.chain.ask_anew();
        if let Some(seq) = self.chain.drop_run() {
            self.events.push_back(Event::Rewound(seq));
            self.follow_soon();
        }
    }

    /// A break in the chain behind a run may only mean that the run never was there: drop it and ask
    /// once more. If it comes again, the relay is at fault (R-LOG-009). A break elsewhere means that the
    /// relay has something else at a place that was applied.
    pub(super) fn on_chain_error(&mut self, reason: Reason, place: u64) {
        if let Some(seq) = self.chain.drop_run() {
            self.events.push_back(Event::Rewound(seq));
            return self.follow_soon();
        }
        match self.chain.run_fault() {
            Some(fault) => self.distrust(fault, self.chain.next_seq()),
            None if reason == Reason::Fork => self.seek(place),
            None => self.distrust(reason, self.chain.next_seq()),
        }
    }
}
