//! Which relay a member talks to, and what it knows of it: id, relay epoch, and when to ask another.

use super::desk::Desk;
use super::engine::{Event, Job};
use super::notes::RelayNote;
use super::write::Pending;
use super::{Member, Notes};
use crate::crypto::{Hash, VerifyingKey, sha256};
use crate::household::Household;
use crate::reason::Reason;
use crate::time::Boot;

/// Boot time without a new beat after which the next relay is asked, seconds (R-MOVE-023).
const SILENCE: i64 = 86_400;
/// Shortest time between two questions to one relay, seconds (R-MOVE-023).
const HOURLY: i64 = 3_600;
/// Longest time between two questions to one relay, whatever is heard at the one at hand (R-MOVE-023).
const WEEKLY: i64 = 604_800;

/// The relay at hand.
#[derive(Debug, Default)]
pub(super) struct AtRelay {
    pub(super) uri: String,
    /// As it said in this session; 0 before.
    pub(super) relay_epoch: u32,
    /// The number of entries that it named in a status of this relay epoch.
    pub(super) named: u64,
    /// Whether the key may append.
    pub(super) may_append: bool,
    /// Whether giving back was tried in vain.
    pub(super) gave_up: bool,
}

impl Member {
    /// Tells the engine at which address the calls from now on arrive, as the constitution or the
    /// anchor writes it. Ends the session. What an earlier relay was distrusted for does not count for
    /// this one. Without this call it is the first relay of the anchor.
    pub fn use_relay(&mut self, uri: &str) {
        // What was asked of a relay that was only asked ends with the question.
        if let Some(waiting) = self.waiting.take() {
            self.jobs = waiting;
        }
        if self.at.uri != uri {
            self.at = AtRelay {
                uri: uri.to_owned(),
                ..AtRelay::default()
            };
            self.distrusted = None;
            self.back = None;
            self.giving = None;
        }
        self.session = None;
        self.stop_waiting();
        self.jobs
            .retain(|job| !matches!(job, Job::Back | Job::GiveBack));
        self.forget_again();
    }

    /// As [`Member::use_relay`], to ask a relay for the log or to bring it there: what is to be written or
    /// asked at the household's relay waits, for [`Member::stay`] or for [`Member::use_relay`], which gives up
    /// what this question brought and did not end (R-MOVE-022, R-MOVE-023).
    pub fn ask_relay(&mut self, uri: &str) {
        self.use_relay(uri);
        self.waiting = Some(std::mem::take(&mut self.jobs));
    }

    /// Goes on at the relay that was asked, with what has waited.
    pub fn stay(&mut self) {
        self.jobs.extend(self.waiting.take().unwrap_or_default());
    }

    /// Tells the engine how long this device has run, before each [`Member::poll`]: what it counts the day
    /// of a restore by, whatever the wall clock shows (R-MOVE-013, R-MOVE-031).
    pub fn tell_boot(&mut self, boot: Boot) {
        if self.notes.run_until(boot) {
            self.events.push_back(Event::Noted);
        }
    }

    /// Address of the relay at hand.
    pub fn relay_uri(&self) -> &str {
        &self.at.uri
    }

    /// What has to be stored beside the log; see [`Notes`].
    pub fn notes(&self) -> &Notes {
        &self.notes
    }

    /// Gives back what was stored of [`Member::notes`], before the first call.
    pub fn remember(&mut self, notes: Notes) {
        self.notes = notes;
        self.drop_erased();
    }

    /// The relay to be asked now because no guardian was heard for a day, or because it was not asked for a
    /// week, if one is due (R-MOVE-023). Both are counted in boot time, summed over starts.
    ///
    /// `jitter` is a random number. Call it now and then, behind [`Member::tell_boot`]. A driver that gets an
    /// address calls [`Member::ask_relay`] with it, syncs, and goes on there by [`Member::stay`] if what it
    /// follows is longer or another one now, else back by [`Member::use_relay`].
    pub fn next_relay(&mut self, jitter: u8) -> Option<String> {
        let ran = self.notes.ran();
        let silent = ran.saturating_sub(self.notes.beat_at) >= SILENCE;
        let pause = HOURLY.saturating_add(i64::from(jitter).saturating_mul(8));
        let due = |uri: &String| {
            let asked_at = self.notes.relay(uri).asked_at;
            let since = ran.saturating_sub(asked_at.unwrap_or(0));
            since >= WEEKLY || silent && (asked_at.is_none() || since >= pause)
        };
        let others = self.relays().into_iter().map(|(uri, _)| uri);
        let mut others = others.filter(|uri| *uri != self.at.uri);
        let next = others.find(due)?;
        let note = RelayNote {
            asked_at: Some(ran),
            ..self.notes.relay(&next)
        };
        self.notes.note_relay(&next, note);
        self.events.push_back(Event::Noted);
        Some(next)
    }

    /// A beat that was new came.
    pub(super) fn hear_beat(&mut self) {
        self.notes.beat_at = self.notes.ran();
        self.events.push_back(Event::Noted);
    }

    /// Relays of the constitution, or of the anchor before there is one.
    pub(super) fn relays(&self) -> Vec<(String, Option<VerifyingKey>)> {
        let listed = match self.household() {
            Some(household) => household.constitution().relays(),
            None => &self.anchor.relays,
        };
        let rows = listed.iter().map(|relay| (relay.uri.clone(), relay.key));
        rows.collect()
    }

    /// The address of the log's home: where a MOVED led, else the first relay of the constitution.
    pub fn home(&self) -> Option<String> {
        let moved = self.household().and_then(|household| household.home());
        let first = || self.relays().into_iter().map(|(uri, _)| uri).next();
        moved.map(str::to_owned).or_else(first)
    }

    /// Whether the relay at hand is one that the constitution names, and not the log's home, as far as this
    /// member knows (R-MOVE-023).
    pub(super) fn is_elsewhere(&self) -> bool {
        let listed = self.relays().iter().any(|(uri, _)| *uri == self.at.uri);
        listed && self.home().is_some_and(|home| home != self.at.uri)
    }

    /// Whether a MOVED led to another relay than the one at hand.
    pub(super) fn moved_elsewhere(&self) -> bool {
        let home = self.household().and_then(Household::home);
        home.is_some_and(|home| home != self.at.uri)
    }

    /// A MOVED was applied: whoever is at another relay goes to the new home.
    pub(super) fn tell_home(&mut self, moved: bool) {
        if let Some(home) = self.home().filter(|home| moved && *home != self.at.uri) {
            self.events.push_back(Event::Moved(home));
        }
    }

    /// Whether this id may be signed for (R-RELAY-035). The first one that an address answers with is
    /// pinned, where nobody said which it has to be.
    pub(super) fn is_relay(&mut self, id: &[u8]) -> bool {
        let Ok(id) = Hash::try_from(id) else {
            return false;
        };
        let mut relays = self.relays().into_iter();
        let key = relays.find(|(uri, _)| *uri == self.at.uri);
        if let Some((_, Some(key))) = key {
            return sha256(key.as_bytes()) == id;
        }
        let mut note = self.notes.relay(&self.at.uri);
        match note.id {
            Some(pinned) => pinned == id,
            None => {
                note.id = Some(id);
                self.note(note);
                true
            }
        }
    }

    /// Takes note of the relay epoch that a status or bookmark names. False if it fell.
    pub(super) fn hear(&mut self, relay_epoch: u32) -> bool {
        let mut note = self.notes.relay(&self.at.uri);
        if relay_epoch < note.relay_epoch {
            self.distrust(Reason::Rollback, self.chain.next_seq());
            return false;
        }
        if relay_epoch > note.relay_epoch {
            if note.relay_epoch > 0 {
                note.heard_before = Some(note.heard_at);
                note.lacks = true;
                self.events.push_back(Event::Restored(relay_epoch));
            } else {
                // To a device that never heard it, it began anew above what has had effect (R-MOVE-011).
                let had_effect = self.household().map(Household::relay_epoch);
                note.lacks = had_effect.is_some_and(|had_effect| relay_epoch > had_effect);
            }
            // Its access list is as old as its copy; whoever moved the log here read it before the last was done.
            note.unsaid = true;
            note.relay_epoch = relay_epoch;
            note.heard_at = self.notes.ran();
            self.at.named = 0;
            self.at.gave_up = false;
            self.note(note);
            self.forget_again();
            self.say_again();
        } else if self.notes.ran().saturating_sub(note.heard_at) >= 60 {
            note.heard_at = self.notes.ran();
            self.note(note);
        }
        self.at.relay_epoch = relay_epoch;
        true
    }

    /// The relay at hand stands where the own chain does: from now on it may not fall behind.
    pub(super) fn has_all_again(&mut self) {
        let mut note = self.notes.relay(&self.at.uri);
        if std::mem::take(&mut note.lacks) {
            self.note(note);
        }
    }

    /// The relay epoch for an entry here: the greater of what had effect and what this relay announced, if
    /// that can be believed (R-MOVE-014). A MOVED goes one step further (R-MOVE-029).
    pub(super) fn epoch_to_sign(&self, pending: &Pending) -> u32 {
        let announced = self.at.relay_epoch;
        let Some(household) = self.household() else {
            return announced;
        };
        let step = u32::from(!pending.moves());
        let believed = announced <= household.highest_relay_epoch().saturating_sub(step);
        household
            .relay_epoch()
            .max(if believed { announced } else { 0 })
    }

    /// One more than any relay epoch that this member knows, as far as a MOVED with it has effect
    /// (R-MOVE-020, R-MOVE-029).
    pub(super) fn next_relay_epoch(&self) -> u32 {
        let next = self.notes.highest_relay_epoch().saturating_add(1);
        let Some(household) = self.household() else {
            return next;
        };
        let after = household.relay_epoch().saturating_add(1);
        next.clamp(after, household.highest_relay_epoch())
    }

    /// Whether the relay at hand was heard in an earlier relay epoch less than a day ago: then it
    /// still has to take back what it lost (R-MOVE-010, R-MOVE-013).
    pub(super) fn within_the_day(&self) -> bool {
        let before = self.notes.relay(&self.at.uri).heard_before;
        before.is_some_and(|before| self.notes.ran().saturating_sub(before) < 86_400)
    }

    /// Whether the relay at hand was heard in an earlier relay epoch, and that is a day ago: it takes
    /// nothing back any more (R-MOVE-031).
    pub(super) fn is_past_the_day(&self) -> bool {
        let before = self.notes.relay(&self.at.uri).heard_before;
        before.is_some() && !self.within_the_day()
    }

    /// Has everything said again that this relay was not heard to answer yet: a power cut, or a relay that is
    /// not believed for a while, loses nothing of it.
    pub(super) fn say_again(&mut self) {
        let again = |job: &Job| matches!(job, Job::Desk(desk) if desk.is_again());
        if !self.notes.relay(&self.at.uri).unsaid || self.jobs.iter().any(again) {
            return;
        }
        for key in self.notes.revoked(self.now) {
            self.ask(Desk::RevokeAgain(key));
        }
        for access in self.notes.granted(self.now) {
            self.ask(Desk::GrantAgain(Box::new(access)));
        }
        self.said_again_here();
    }

    /// What is said again is meant for one relay, as it was when that began.
    fn forget_again(&mut self) {
        self.jobs
            .retain(|job| !matches!(job, Job::Desk(desk) if desk.is_again()));
    }

    /// The relay at hand answered, or nothing was to be said: whether that was all.
    pub(super) fn said_again_here(&mut self) {
        let again = |job: &Job| matches!(job, Job::Desk(desk) if desk.is_again());
        let mut note = self.notes.relay(&self.at.uri);
        if note.unsaid && !self.jobs.iter().any(again) {
            note.unsaid = false;
            self.note(note);
        }
    }

    fn note(&mut self, note: RelayNote) {
        let uri = self.at.uri.clone();
        self.notes.note_relay(&uri, note);
        self.events.push_back(Event::Noted);
    }
}
