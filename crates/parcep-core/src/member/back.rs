//! Going back: where the relay tells another story than this member applied, the two are followed side
//! by side from the first place that differs, and then it is said what it was (R-MOVE-005, R-MOVE-015).
//!
//! ```text
//! Seeking ── pages, backwards ──► Refolding ── driver: refold(entries) ──► Beside ── pages ──► judged
//! ```

use super::aside::{Branch, MAX_BRANCHES, MAX_ENTRIES, ends};
use super::chain::{Refused, Taken};
use super::engine::{Event, Job, call};
use super::{Call, Chain, Member, Method};
use crate::epoch::Keyring;
use crate::household::{Household, Outcome};
use crate::log::{Entry, ForkProof, Seen, Witness};
use crate::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// How far one step back goes at most, entries.
const STEP: u64 = 256;

/// How far the going back has come.
#[derive(Debug)]
pub(super) enum Back {
    /// Pages are read from here, to find the first place that differs.
    Seeking { from: u64, step: u64 },
    /// The driver owes the stored entries.
    Refolding(Refold),
    /// What the relay serves is followed beside the own chain.
    Beside(Box<Beside>),
}

/// What the stored entries are asked for.
#[derive(Debug)]
pub(super) enum Refold {
    /// To follow another continuation from this place on.
    Part(u64),
    /// To go back to this place, behind which the relay has nothing (R-MOVE-031).
    Cut(u64),
    /// To judge everything anew with secrets that came since (R-LOG-013).
    Anew(Keyring),
}

/// Two continuations of one log.
#[derive(Debug)]
pub(super) struct Beside {
    at: u64,
    /// The chain just before they part.
    common: Chain,
    ours: Vec<Entry>,
    theirs: Chain,
    entries: Vec<(Entry, Outcome)>,
}

impl Beside {
    pub(super) fn chains(&mut self) -> [&mut Chain; 2] {
        [&mut self.common, &mut self.theirs]
    }
}

impl Member {
    /// The relay has something else at this place than was applied.
    pub(super) fn seek(&mut self, from: u64) {
        if self.back.is_none() {
            self.back = Some(Back::Seeking { from, step: 1 });
            self.jobs.push_front(Job::Back);
        }
    }

    /// Hands over the stored entries of the chain, all of them in order, after [`Event::GoBack`].
    pub fn refold(&mut self, entries: impl IntoIterator<Item = Entry>) {
        match self.back.take() {
            Some(Back::Refolding(Refold::Part(at))) => self.part(at, entries),
            Some(Back::Refolding(Refold::Cut(at))) => self.cut(at, entries),
            Some(Back::Refolding(Refold::Anew(more))) => self.judge_anew(more, entries),
            other => self.back = other,
        }
    }

    /// Whether the driver owes [`Member::refold`].
    pub(super) fn owes_refold(&self) -> bool {
        matches!(self.back, Some(Back::Refolding(_)))
    }

    pub(super) fn back_call(&self, session: Vec<u8>) -> Option<Call> {
        let (from_seq, limit) = match &self.back {
            Some(Back::Seeking { from, .. }) => (*from, 256),
            Some(Back::Beside(beside)) => (beside.theirs.next_seq(), 256),
            _ => return None,
        };
        let request = pb::ReadRequest {
            session,
            from_seq,
            limit,
        };
        Some(call(Method::Read, &request))
    }

    pub(super) fn on_back_page(&mut self, bytes: &[u8]) {
        let page = pb::ReadResponse::decode(bytes).ok();
        let entries = page.as_ref().map(|page| {
            let entries = page.entries.iter().cloned().map(Entry::try_from);
            entries.collect::<Result<Vec<_>, _>>()
        });
        let (Some(Ok(entries)), Some(status)) = (entries, page.and_then(|page| page.status)) else {
            return self.distrust(Reason::Malformed, self.chain.next_seq());
        };
        match self.back.take() {
            Some(Back::Seeking { from, step }) => self.on_sought(from, step, &entries, &status),
            Some(Back::Beside(beside)) => self.on_beside(beside, entries, &status),
            other => self.back = other,
        }
    }

    fn on_sought(&mut self, from: u64, step: u64, entries: &[Entry], status: &pb::LogStatus) {
        let mut place = from;
        for entry in entries {
            if entry.seq != place {
                return self.distrust(Reason::Gap, place);
            }
            let Some(ours) = self.chain.follower().hash_at(place) else {
                break;
            };
            if entry.hash() != ours {
                return self.on_difference(from, step, entry);
            }
            place += 1;
        }
        if place >= self.chain.next_seq() || place >= status.next_seq {
            let last = status.next_seq.checked_sub(1);
            let last = last.and_then(|last| self.chain.follower().hash_at(last));
            if last.is_some_and(|last| last.0.as_slice() != status.head) {
                // It serves what was applied and names another head: it would for ever (R-LOG-016).
                return self.distrust(Reason::NotServed, place);
            }
            // No difference any more: the relay tells the same story again.
            return self.follow_soon();
        }
        if place == from {
            return self.distrust(Reason::NotServed, place);
        }
        self.back = Some(Back::Seeking { from: place, step });
        self.jobs.push_front(Job::Back);
    }

    fn on_difference(&mut self, from: u64, step: u64, entry: &Entry) {
        let at = entry.seq;
        let Some(before) = at.checked_sub(1) else {
            return self.distrust(Reason::WrongAnchor, 0);
        };
        let Some(ours) = self.chain.follower().hash_at(before) else {
            return self.distrust(Reason::UnknownPosition, at);
        };
        if entry.prev == ours {
            self.back = Some(Back::Refolding(Refold::Part(at)));
            return self.events.push_back(Event::GoBack { to: at });
        }
        if at != from {
            // It does not even name the entry that was served before it.
            return self.distrust(Reason::WrongPlace, at);
        }
        if from <= 1 {
            return self.distrust(Reason::WrongAnchor, 0);
        }
        self.back = Some(Back::Seeking {
            from: from.saturating_sub(step).max(1),
            step: step.saturating_mul(2).min(STEP),
        });
        self.jobs.push_front(Job::Back);
    }

    fn part(&mut self, at: u64, entries: impl IntoIterator<Item = Entry>) {
        if let Some(beside) = self.common_with(at, entries) {
            self.back = Some(Back::Beside(Box::new(beside)));
            self.jobs.push_front(Job::Back);
        }
    }

    /// Goes back to a place behind which the relay has nothing, and takes nothing.
    pub(super) fn go_back_to(&mut self, at: u64) {
        self.back = Some(Back::Refolding(Refold::Cut(at)));
        self.events.push_back(Event::GoBack { to: at });
    }

    fn cut(&mut self, at: u64, entries: impl IntoIterator<Item = Entry>) {
        if let Some(beside) = self.common_with(at, entries) {
            self.leave(beside);
        }
    }

    /// The own chain, parted at a place. `None` if the stored entries are not those that were followed.
    fn common_with(&mut self, at: u64, entries: impl IntoIterator<Item = Entry>) -> Option<Beside> {
        let mut common = self.empty_chain();
        let mut ours = Vec::new();
        for entry in entries {
            if entry.seq >= at {
                ours.push(entry);
            } else if common.take(&entry, &self.identity.sealing).is_err() {
                self.distrust(Reason::Internal, entry.seq);
                return None;
            }
        }
        if common.next_seq() != at || ours.len() > MAX_ENTRIES {
            self.distrust(Reason::UnknownPosition, at);
            return None;
        }
        let mut theirs = common.clone();
        theirs.forget_newer();
        Some(Beside {
            at,
            common,
            ours,
            theirs,
            entries: Vec::new(),
        })
    }

    fn on_beside(&mut self, mut beside: Box<Beside>, entries: Vec<Entry>, status: &pb::LogStatus) {
        let before = beside.theirs.next_seq();
        for entry in entries {
            match beside.theirs.take(&entry, &self.identity.sealing) {
                Ok(Taken::Known) => {}
                Ok(Taken::Next(outcome)) => beside.entries.push((entry, outcome)),
                Err(Refused::Stopped(reason)) => return self.distrust(reason, entry.seq),
                Err(Refused::Unfit(_, reason)) => match beside.theirs.drop_run() {
                    Some(seq) => {
                        beside.entries.retain(|(entry, _)| entry.seq < seq);
                        self.back = Some(Back::Beside(beside));
                        return self.jobs.push_front(Job::Back);
                    }
                    None => {
                        let fault = beside.theirs.run_fault();
                        return self.distrust(fault.unwrap_or(reason), entry.seq);
                    }
                },
            }
            if beside.entries.len() > MAX_ENTRIES {
                return self.distrust(Reason::Fork, beside.at);
            }
        }
        let next = beside.theirs.next_seq();
        if next >= status.next_seq {
            return self.judge(*beside);
        }
        if next <= before {
            return self.distrust(Reason::NotServed, next);
        }
        self.back = Some(Back::Beside(beside));
        self.jobs.push_front(Job::Back);
    }

    /// What it is that the relay tells another story: nothing, a restore, or a fork.
    fn judge(&mut self, beside: Beside) {
        let theirs = beside.entries.iter().map(|(entry, _)| entry);
        let theirs = self.signed_epoch(&beside.common, &beside.theirs, theirs);
        let ours = self.signed_epoch(&beside.common, &self.chain, beside.ours.iter());
        let at = beside.at;
        match (ours, theirs) {
            (_, Some(_)) if self.leads_here(&beside) => self.leave(beside),
            (_, None) => self.distrust(Reason::Rollback, at),
            // A relay that was restored twice may have been given back what it lost the first time (R-MOVE-033).
            (Some(ours), Some(theirs)) if theirs < ours && !self.began_anew() => {
                self.distrust(Reason::Rollback, at);
            }
            (Some(ours), Some(theirs)) if theirs == ours => self.fork(beside),
            _ if self.within_the_day() && self.has_own(&beside.ours) => {
                // R-MOVE-013: the day for giving back is not over, and what stands there is new.
                self.distrust(Reason::Rollback, at);
            }
            _ => self.leave(beside),
        }
    }

    /// The relay epoch of the first entry that is properly signed.
    fn signed_epoch<'a>(
        &self,
        before: &Chain,
        tip: &Chain,
        mut entries: impl Iterator<Item = &'a Entry>,
    ) -> Option<u32> {
        let key = &self.identity.sealing;
        entries.find_map(|entry| {
            let mut chains = [before, tip].into_iter();
            let header = chains.find_map(|chain| {
                let household = chain.household()?;
                household.signed_header(entry, chain.keyring(), key)
            });
            header.map(|header| header.relay_epoch)
        })
    }

    /// Whether this device wrote one of these.
    fn has_own(&self, entries: &[Entry]) -> bool {
        entries.iter().any(|entry| self.is_own(entry))
    }

    pub(super) fn is_own(&self, entry: &Entry) -> bool {
        let keyring = self.chain.keyring();
        let key = &self.identity.sealing;
        let household = self.household();
        let document =
            household.and_then(|household| household.past_document_of(entry, keyring, key));
        document.is_some_and(|document| document.header().author == self.identity.device)
    }

    /// Two continuations of one relay epoch (R-LOG-006). One ends by itself where no constitution took
    /// effect on either, else by a RESOLVE (R-MOVE-005, R-MOVE-006).
    fn fork(&mut self, beside: Beside) {
        let at = beside.at;
        self.tell_fork(&beside);
        let amended = self.chain.amended_at() >= at || beside.theirs.amended_at() >= at;
        let first = beside.entries.first().map(|(entry, _)| entry.hash());
        let ours = beside.ours.first().map(Entry::hash);
        let theirs_first = match (ours, first) {
            (Some(ours), Some(theirs)) => theirs < ours,
            (None, Some(_)) => true,
            _ => false,
        };
        let law = beside.common.household().map(|h| h.constitution().clone());
        let law = law.as_ref();
        if ends(&beside.theirs, &self.chain, at, law) {
            self.leave(beside);
        } else if amended && !ends(&self.chain, &beside.theirs, at, law) {
            let entries = beside.entries.into_iter().map(|(entry, _)| entry);
            let (law, entries) = (law.cloned(), entries.collect());
            // Where there is no room for it, the relay is not believed, and no more (R-MOVE-030).
            self.put_aside(Branch::forked(at, law, beside.theirs, entries));
            self.distrust(Reason::Fork, at);
        } else if !amended && theirs_first {
            self.leave(beside);
        } else {
            // The own branch goes on. This relay serves one that has ended.
            if !amended {
                let entries = beside.entries.into_iter().map(|(entry, _)| entry);
                let (entries, key) = (entries.collect(), &self.identity.sealing);
                let ended = Branch::lost(None, at, beside.theirs, entries, key);
                self.keep_ended(ended, &beside.ours);
            }
            self.distrust(Reason::Fork, at);
        }
    }

    /// Makes the proof that can be handed on, if somebody else saw both entries (R-MOVE-001).
    fn tell_fork(&mut self, beside: &Beside) {
        let ours = &beside.ours;
        let theirs: Vec<_> = beside.entries.iter().map(|(entry, _)| entry).collect();
        let seen = |one: Option<&Entry>, next: Option<&Entry>| {
            let entry = one?.clone();
            let marks = self.bookmark.iter();
            let mut marks = marks.filter(|signed| {
                let head = signed.bookmark.as_ref().map(|b| b.head.as_slice());
                head == Some(entry.hash().as_bytes())
            });
            let witness = match (marks.next(), next) {
                (Some(bookmark), _) => Witness::Bookmark(bookmark.clone()),
                (None, next) => Witness::Next(next?.clone()),
            };
            Some(Seen { entry, witness })
        };
        let one = seen(ours.first(), ours.get(1));
        let other = seen(theirs.first().copied(), theirs.get(1).copied());
        if let (Some(one), Some(other)) = (one, other) {
            let proof = ForkProof::Entries(Box::new([one, other]));
            let (handle, key) = (&self.anchor.handle, &self.identity.sealing);
            if proof.verify(handle, &beside.common, key) {
                self.events.push_back(Event::Forked(Box::new(proof)));
            }
        }
    }

    /// Whether the household moved to the relay at hand on the other continuation, and nowhere on the own one:
    /// whatever number a restore gave the old relay since, the log is here (R-MOVE-035).
    fn leads_here(&self, beside: &Beside) -> bool {
        home_of(&self.chain) == home_of(&beside.common) && self.moves_here(beside)
    }

    /// Whether a MOVED stands on the other continuation that leads to the relay at hand.
    fn moves_here(&self, beside: &Beside) -> bool {
        let theirs = home_of(&beside.theirs);
        theirs != home_of(&beside.common) && theirs == Some(self.relay_uri())
    }

    /// Leaves the own branch for the relay's: what was applied counts for another week (R-MOVE-008). Not
    /// where that would push out something else that counts (R-MOVE-030).
    fn leave(&mut self, beside: Beside) {
        let at = beside.at;
        if self.moved_elsewhere() && !self.moves_here(&beside) {
            // R-MOVE-022: whatever number the old relay names since, the log's home is another one.
            return self.distrust(Reason::Rollback, at);
        }
        let stays = |branch: &Branch| !branch.is_within(&beside.theirs);
        if self.aside.iter().filter(|branch| stays(branch)).count() >= MAX_BRANCHES {
            return self.distrust(Reason::Fork, at);
        }
        self.aside.retain(stays);
        let key = &self.identity.sealing;
        let law = beside.common.household().map(|h| h.constitution());
        for branch in self.aside.iter_mut().chain(&mut self.ended) {
            branch.part_at(at, &beside.ours, law, key);
        }
        // A Welcome may have brought newer ones: of the branch that is left.
        let all = std::mem::take(&mut self.given);
        self.given = beside.common.not_newer(&all);
        let left = std::mem::replace(&mut self.chain, beside.theirs);
        let mut lost = Branch::lost(None, at, left, beside.ours, key);
        lost.given = all.only(|id| self.given.iter().all(|(kept, _)| kept != id));
        lost.was_first = true;
        self.put_aside(lost);
        self.find_again(beside.entries.iter().map(|(entry, _)| entry));
        let lost = self.aside.last().into_iter();
        let own: Vec<_> = lost
            .flat_map(|branch| branch.missed_by(self.identity.device))
            .collect();
        self.events.push_back(Event::Rewound(at));
        for (entry, outcome) in beside.entries {
            self.events.push_back(Event::Followed(entry, outcome));
        }
        self.events.push_back(Event::Refolded);
        if !own.is_empty() {
            self.events.push_back(Event::AskAgain(own));
        }
        self.turn_key();
        self.release_found();
        self.follow_soon();
    }
}

/// The relay to which the last MOVED of a chain leads; `None` before any.
fn home_of(chain: &Chain) -> Option<&str> {
    chain.household().and_then(Household::home)
}
