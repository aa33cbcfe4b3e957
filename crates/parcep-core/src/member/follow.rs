//! Following the log: chain first, then effect; and going back where junk stood in between.

use super::engine::call;
use super::{Call, Event, Member, Method};
use crate::household::{Effect, Outcome, Stop, join};
use crate::log::{ChainError, Entry, Step};
use crate::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// Most entries asked for at once.
const READ_LIMIT: u32 = 256;

/// The state before a run of entries that open under no secret at hand. If what comes next names
/// another predecessor, the run never was there (R-LOG-009).
#[derive(Debug)]
pub(super) struct Unopened {
    seq: u64,
    first: crate::crypto::Hash,
    gone_back: bool,
}

impl Member {
    /// Takes an entry from the relay, from a stored log or from a watch. Entries seen before are
    /// compared and dropped.
    pub(super) fn follow(&mut self, entry: Entry) {
        if self.distrusted.is_some() {
            return;
        }
        match self.follower.check(&entry) {
            Ok(Step::Known) => {}
            Ok(Step::Next(hash)) => match self.apply(&entry) {
                Ok(outcome) => {
                    self.remember_unopened(&outcome, &entry, hash);
                    self.remember_membership(&entry, &outcome);
                    self.follower.advance(hash);
                    self.events.push_back(Event::Followed(entry, outcome));
                    self.keep_promise();
                }
                Err((reason, seq)) => self.distrust(reason, seq),
            },
            Err(error) => {
                let reason = self.blame(error, &entry);
                self.on_chain_error(reason);
            }
        }
    }

    fn blame(&self, error: ChainError, entry: &Entry) -> Reason {
        let Some(household) = &self.household else {
            return error.reason();
        };
        household.blame(error, entry, &self.keyring, &self.identity.sealing)
    }

    /// Compares what the relay says with what was seen; follows if it has more.
    pub(super) fn check_status(&mut self, status: &pb::LogStatus) {
        let Ok(head) = status.head.as_slice().try_into() else {
            return self.distrust(Reason::Malformed, status.next_seq);
        };
        if let Err(error) = self.follower.check_status(status.next_seq, head) {
            self.on_chain_error(error.reason());
        }
    }

    pub(super) fn read_call(&self, session: Vec<u8>) -> Call {
        let request = pb::ReadRequest {
            session,
            from_seq: self.follower.next_seq(),
            limit: READ_LIMIT,
        };
        call(Method::Read, &request)
    }

    /// Takes a page. True if everything the relay has was followed.
    pub(super) fn on_page(&mut self, bytes: &[u8]) -> bool {
        let Ok(page) = pb::ReadResponse::decode(bytes) else {
            self.distrust(Reason::Malformed, self.follower.next_seq());
            return false;
        };
        let before = self.follower.next_seq();
        for entry in page.entries {
            match Entry::try_from(entry) {
                Ok(entry) => self.follow(entry),
                Err(error) => self.distrust(error.reason(), self.follower.next_seq()),
            }
        }
        let Some(status) = page.status else {
            self.distrust(Reason::Malformed, before);
            return false;
        };
        if self.follower.next_seq() < status.next_seq {
            // An empty page although there is more would be asked for without end.
            if self.follower.next_seq() <= before && self.unopened.is_none() {
                self.distrust(Reason::Gap, before);
            }
            return false;
        }
        self.check_status(&status);
        self.distrusted.is_none()
    }

    fn apply(&mut self, entry: &Entry) -> Result<Outcome, (Reason, u64)> {
        let Some(household) = &mut self.household else {
            let anchor = &self.anchor;
            let founded = join(
                entry,
                anchor.log_id,
                anchor.genesis,
                &self.identity.sealing,
                &mut self.keyring,
            );
            return match founded {
                Ok(household) => {
                    self.household = Some(household);
                    Ok(Outcome::Effect(Effect::Constitution))
                }
                Err(error) => Err((error.reason(), entry.seq)),
            };
        };
        household
            .apply(entry, &mut self.keyring, &self.identity.sealing)
            .map_err(|Stop(error)| (error.reason(), entry.seq))
    }

    fn remember_unopened(&mut self, outcome: &Outcome, entry: &Entry, hash: crate::crypto::Hash) {
        match outcome {
            Outcome::Unopened => {
                let again = self.unopened.as_ref().is_some_and(|u| u.first == hash);
                if self.unopened.is_none() || again {
                    self.unopened = Some(Unopened {
                        seq: entry.seq,
                        first: hash,
                        gone_back: again,
                    });
                }
            }
            // A valid entry confirms everything before it.
            Outcome::Effect(_) => self.unopened = None,
            Outcome::NoEffect(reason) => {
                if *reason != Reason::BadSignature {
                    self.unopened = None;
                }
            }
        }
    }

    fn remember_membership(&mut self, entry: &Entry, outcome: &Outcome) {
        if let Outcome::Effect(effect) = outcome
            && !matches!(effect, Effect::Document(_))
        {
            self.membership.push(entry.clone());
        }
    }

    /// A break in the chain right after unopened entries may only mean that they never were there:
    /// go back once and ask again. Otherwise it is what it looks like.
    fn on_chain_error(&mut self, reason: Reason) {
        match &mut self.unopened {
            Some(unopened) if !unopened.gone_back => {
                unopened.gone_back = true;
                let seq = unopened.seq;
                let skipped = self.follower.next_seq() - seq;
                self.follower.rewind(seq);
                if let Some(household) = &mut self.household {
                    (0..skipped).for_each(|_| household.forget_unopened());
                }
                self.events.push_back(Event::Rewound(seq));
                self.jobs.push_front(super::engine::Job::Follow);
            }
            _ => self.distrust(reason, self.follower.next_seq()),
        }
    }
}
