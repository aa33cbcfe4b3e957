//! Following the log: chain first, then effect; and going back where junk stood in between.

use super::chain::{Refused, Taken};
use super::engine::{Job, call};
use super::{Call, Event, Member, Method};
use crate::log::Entry;
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
                self.events.push_back(Event::Followed(entry, outcome));
                self.keep_promise();
            }
            Err(Refused::Stopped(reason)) => self.distrust(reason, entry.seq),
            Err(Refused::Unfit(_, reason)) => {
                self.on_chain_error(reason);
                return false;
            }
        }
        self.distrusted.is_none()
    }

    /// Compares what the relay says with what was seen. False if the two do not agree.
    pub(super) fn check_status(&mut self, status: &pb::LogStatus) -> bool {
        let Ok(head) = status.head.as_slice().try_into() else {
            self.distrust(Reason::Malformed, status.next_seq);
            return false;
        };
        if let Err(error) = self.chain.follower().check_status(status.next_seq, head) {
            self.on_chain_error(error.reason());
            return false;
        }
        true
    }

    pub(super) fn read_call(&self, session: Vec<u8>) -> Call {
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
        for entry in page.entries {
            let followed = match Entry::try_from(entry) {
                Ok(entry) => self.follow(entry),
                Err(error) => {
                    self.distrust(error.reason(), self.chain.next_seq());
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
        if self.chain.next_seq() < status.next_seq {
            // An empty page although there is more would be asked for without end.
            if self.chain.next_seq() <= before {
                self.distrust(Reason::Gap, before);
            }
            return false;
        }
        self.check_status(&status)
    }

    /// A run at the end of what a relay serves is asked for once more in each session (R-LOG-009).
    pub(super) fn ask_for_run(&mut self) {
        self.chain.ask_anew();
        if let Some(seq) = self.chain.drop_run() {
            self.events.push_back(Event::Rewound(seq));
            self.jobs.push_front(Job::Follow);
        }
    }

    /// A break in the chain behind a run may only mean that the run never was there: drop it and ask
    /// once more. If it comes again, the relay is at fault (R-LOG-009).
    fn on_chain_error(&mut self, reason: Reason) {
        match self.chain.drop_run() {
            Some(seq) => {
                self.events.push_back(Event::Rewound(seq));
                self.jobs.push_front(Job::Follow);
            }
            None => {
                let reason = self.chain.run_fault().unwrap_or(reason);
                self.distrust(reason, self.chain.next_seq());
            }
        }
    }
}
