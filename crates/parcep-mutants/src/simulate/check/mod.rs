//! What must hold for every seed. Each check uses the harness's own books, not the engines' word.

mod agree;
mod clock;
mod floor;
mod kept;
mod sealed;
mod table;

use super::stage::Stage;
use super::{Failure, Tally};
use parcep_conformance::stage::{Broken, Kind};
use parcep_core::document::PayloadType;
use parcep_core::epoch::Keyring;
use parcep_core::household::{Effect, Outcome};
use parcep_core::log::Entry;
use parcep_core::member::{Event, Member};
use std::fmt;

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Invariant {
    /// The run itself: the stage and the engines came to rest.
    Runs,
    /// 1: no acknowledged write is lost.
    Kept,
    /// 2: all honest members come to one household.
    Converged,
    /// 3: the rights floor is open, always.
    FloorOpen,
    /// 4: no clock loosens anything.
    ClockProof,
    /// 5: nothing has effect outside the table of who may write what.
    ByTheTable,
    /// 6: nothing is read outside its audience.
    Sealed,
}

impl Invariant {
    /// Every invariant with what it says.
    pub(crate) const ALL: [(Self, &'static str); 7] = [
        (Self::Runs, "the run comes to rest"),
        (Self::Kept, "no acknowledged write is lost"),
        (Self::Converged, "all honest members converge"),
        (Self::FloorOpen, "the rights floor is always open"),
        (Self::ClockProof, "nothing is loosened by a clock"),
        (Self::ByTheTable, "nothing has effect outside the table"),
        (Self::Sealed, "no plaintext outside its audience"),
    ];
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = Self::ALL.iter().find(|(invariant, _)| invariant == self);
        f.write_str(row.map_or("", |(_, text)| text))
    }
}

/// The relay's log, judged from entry 0 by an observer that holds every secret of the family.
pub(crate) struct Observer {
    pub(crate) member: Member,
    pub(crate) history: Vec<Event>,
    /// The relay that holds this log.
    pub(crate) relay: usize,
}

impl Observer {
    /// At the household's home: the relay to which the last move led, the first of all before any.
    fn of(stage: &Stage) -> Result<Self, Failure> {
        let mut home = Self::at(stage, 0)?;
        for relay in 1..stage.relays.len() {
            let other = Self::at(stage, relay)?;
            if other.standing() > home.standing() {
                home = other;
            }
        }
        Ok(home)
    }

    fn at(stage: &Stage, relay: usize) -> Result<Self, Failure> {
        let founder = stage.family.device(0)?;
        let anchor = founder.member()?.anchor().clone();
        let log = stage.relays.get(relay);
        let log = log.and_then(|relay| relay.logs().get(&stage.family.handle));
        let head = log.map(|log| log.head);
        // Whoever stands elsewhere may hold other secrets of the same generations.
        let devices = stage.family.devices.iter();
        let members = devices.filter_map(|device| device.member.as_ref());
        let mut secrets = Keyring::default();
        for member in members.filter(|member| Some(member.head().1) == head) {
            secrets.extend(member.keyring().clone());
        }
        let stored = log.iter().flat_map(|log| &log.entries);
        let entries = stored.map(|stored| Entry::try_from(stored.clone()));
        let entries: Result<Vec<_>, _> = entries.collect();
        let entries = entries.map_err(Broken::new)?;
        let identity = founder.identity()?;
        let (member, history) = Member::replay(identity, anchor, secrets, entries);
        Ok(Self {
            member,
            history,
            relay,
        })
    }

    /// How much speaks for this log: moves that stand in it, and whether the last one led here. An old
    /// relay may have been told of them too.
    fn standing(&self) -> (usize, bool) {
        let home = self
            .member
            .household()
            .and_then(|household| household.home());
        let own = self.member.anchor().relays.get(self.relay);
        let is_home = home.is_some() && home == own.map(|relay| relay.uri.as_str());
        (self.moves(), is_home)
    }

    /// Moves that stand in this log.
    fn moves(&self) -> usize {
        let moved =
            |event: &&Event| matches!(event, Event::Followed(_, Outcome::Effect(Effect::Moved)));
        self.history.iter().filter(moved).count()
    }
}

/// Everything that must hold when all is quiet.
pub(crate) fn all(stage: &mut Stage) -> Result<Tally, Failure> {
    let observer = Observer::of(stage)?;
    kept::check(stage, &observer)?;
    agree::check(stage, &observer)?;
    let effects = table::check(stage, &observer)?;
    sealed::check(stage, &observer)?;
    for at in 0..stage.family.devices.len() {
        floor::check(stage, at)?;
        clock::check(stage, at)?;
    }
    let household = observer.member.household();
    Ok(Tally {
        devices: stage.family.devices.len(),
        entries: observer.member.head().0,
        acknowledged: stage.ledger.acknowledged.len(),
        effects,
        void: household.map_or(0, |household| household.without_effect()),
        waited: waited(stage, &observer),
        ended: usize::from(household.is_some_and(|household| household.ended().is_some())),
        moves: observer.moves(),
        restores: stage.ledger.restores,
        lost: lost(stage, &observer),
        power_cuts: stage.ledger.power_cuts,
        decisions: stage.ledger.decisions,
        sections: stage.ledger.sections,
        bytes: stage.seen.bytes,
    })
}

/// Acts that took effect by an EFFECT.
fn waited(stage: &Stage, observer: &Observer) -> usize {
    let household = observer.member.household();
    let notes = stage.ledger.written.iter();
    let effects = notes.filter(|(id, note)| {
        let stands = household.is_some_and(|household| household.place_of(**id).is_some());
        stands && note.payload_type == PayloadType::Effect
    });
    effects.count()
}

/// Documents that were acknowledged, and that a relay lost for good.
fn lost(stage: &Stage, observer: &Observer) -> usize {
    let household = observer.member.household();
    let told = stage.ledger.acknowledged.keys();
    let lost = told.filter(|id| household.is_none_or(|h| h.place_of(**id).is_none()));
    lost.count()
}

/// What must hold after each step that a device took.
pub(crate) fn after(stage: &mut Stage, at: usize) -> Result<(), Failure> {
    if let Kind::Point(_) = stage.family.device(at)?.kind {
        floor::check(stage, at)?;
        clock::check(stage, at)?;
    }
    Ok(())
}

/// Whether a device belongs to the household, as the observer sees it.
pub(crate) fn belongs(stage: &Stage, observer: &Observer, at: usize) -> Result<bool, Broken> {
    let device = stage.family.device(at)?;
    let household = observer.member.household();
    let listed = household.and_then(|household| household.key_of(device.id()));
    Ok(listed == Some(device.identity()?.signing.public()))
}
