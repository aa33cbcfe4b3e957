//! Moving: a guardian takes the log to the other relay, and the others follow when they miss the beats
//! (R-MOVE-019 to R-MOVE-023).

use super::Failure;
use super::faults::Fault;
use super::ledger::About;
use super::plan::Step;
use super::stage::Stage;
use parcep_conformance::stage::{Broken, Elsewhere};
use parcep_core::document::PayloadType;
use parcep_core::id::{DeviceId, DocumentId};
use parcep_core::member::Event;
use std::collections::BTreeMap;

/// Moves that somebody began and did not end, by the device.
pub(crate) type Moving = BTreeMap<DeviceId, Move>;

/// A move under way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Move {
    /// The relay that is left.
    from: usize,
    /// The relay that is to be the home.
    to: usize,
    /// The MOVED, once it is on its way.
    said: Option<DocumentId>,
    /// Whether the other relay takes no history any more: it was begun too long ago.
    pub(super) late: bool,
}

impl Stage {
    /// A guardian begins the log at the other relay, gives it the history, and says so.
    pub(super) fn move_away(&mut self, step: &Step) -> Result<(), Failure> {
        let Some((at, _)) = self.a_guardian(step.who) else {
            return Ok(());
        };
        let device = self.family.device(at)?;
        let (id, from) = (device.id(), device.relay);
        let to = 1 - from.min(1);
        if self.moving.contains_key(&id) || !self.acts(at)? || self.has_log(to) {
            return Ok(());
        }
        // Who has access is read while the old relay can be asked; else the last list counts (R-MOVE-027).
        self.family.device_mut(at)?.member_mut()?.list_access();
        self.settle(at)?;
        let device = self.family.device_mut(at)?;
        let Some(member) = device.member.as_mut() else {
            return Ok(());
        };
        member.withdraw();
        let own = member.identity().access.public().as_bytes().to_vec();
        let mut listed = member.notes().access().iter();
        let Some(access) = listed.find(|key| key.access_key == own).cloned() else {
            return Ok(());
        };
        device.go(to)?;
        let begun = device.member_mut()?.begin_here(access, &[], Vec::new());
        let events = self.settle(at)?;
        let created = |event: &Event| match event {
            Event::Created(created) => Some(created.is_ok()),
            _ => None,
        };
        match events.iter().find_map(created).filter(|_| begun) {
            Some(true) => {
                let begun = Move {
                    from,
                    to,
                    said: None,
                    late: false,
                };
                self.moving.insert(id, begun);
                self.go_on_moving(at)
            }
            // Whether it was created is asked again by nobody: the app says that it did not work.
            _ => self.stay(at, from),
        }
    }

    /// What is left to do of a move that this device began.
    pub(super) fn go_on_moving(&mut self, at: usize) -> Result<(), Failure> {
        let device = self.family.device(at)?;
        let id = device.id();
        let (Some(under_way), true) = (self.moving.get(&id).copied(), device.member.is_some())
        else {
            return Ok(());
        };
        if device.relay != under_way.to || !self.is_in(at)? {
            self.moving.remove(&id);
            return Ok(());
        }
        self.follow(at)?;
        let Some(member) = &self.family.device(at)?.member else {
            return Ok(());
        };
        let stands = |said: DocumentId| {
            let household = member.household();
            household.is_some_and(|household| household.place_of(said).is_some())
        };
        if under_way.said.is_some_and(stands) {
            self.moving.remove(&id);
            return Ok(());
        }
        let refused = under_way
            .said
            .filter(|said| self.ledger.refused.contains_key(said));
        if member.distrusted().is_some() || refused.is_some() || under_way.late {
            self.moving.remove(&id);
            return self.stay(at, under_way.from);
        }
        let whole = !member.notes().relay(member.relay_uri()).lacks;
        if !member.is_busy() && under_way.said.is_none() && whole {
            self.say_moved(at)?;
        }
        Ok(())
    }

    fn say_moved(&mut self, at: usize) -> Result<(), Failure> {
        let mut note = self.hand(at)?;
        note.payload_type = PayloadType::Moved;
        note.about = About::Moves;
        let now = self.family.now;
        let device = self.family.device_mut(at)?;
        let (id, wall) = (device.id(), device.wall(now));
        let mut random = device.random().fork();
        let said = device.member_mut()?.append_moved(wall, &mut random);
        let said = said.map_err(Broken::from)?;
        self.ledger.written.insert(said, note);
        if let Some(under_way) = self.moving.get_mut(&id) {
            under_way.said = Some(said);
        }
        self.settle(at)?;
        self.go_on_moving(at)
    }

    /// It did not work: this device stays where it was.
    fn stay(&mut self, at: usize, from: usize) -> Result<(), Failure> {
        let device = self.family.device_mut(at)?;
        match device.member.as_mut() {
            Some(member) => {
                member.withdraw();
                device.go(from)?;
            }
            None => device.relay = from,
        }
        Ok(())
    }

    /// As a client does behind each look at its relay: it goes to where the log is now, or asks the next
    /// relay once and stays where more is known (R-MOVE-022, R-MOVE-023).
    pub(super) fn look_elsewhere(&mut self, at: usize) -> Result<(), Failure> {
        let device = self.family.device_mut(at)?;
        let moves = self.moving.contains_key(&device.id());
        let Some(member) = device.member.as_ref().filter(|_| !moves) else {
            return Ok(());
        };
        let (back, before) = (device.relay, member.head().0);
        match device.elsewhere()? {
            None => Ok(()),
            Some(Elsewhere::Home(relay)) => Ok(device.go(relay)?),
            Some(Elsewhere::Ask(relay)) => {
                device.go(relay)?;
                self.follow(at)?;
                let device = self.family.device_mut(at)?;
                let more = |member: &parcep_core::member::Member| member.head().0 > before;
                if device.member.as_ref().is_some_and(|member| !more(member)) {
                    device.go(back)?;
                    self.follow(at)?;
                } else if device.member.is_none() {
                    device.relay = back;
                }
                Ok(())
            }
        }
    }

    /// Follows the log at the relay at hand.
    fn follow(&mut self, at: usize) -> Result<(), Failure> {
        if let Some(member) = self.family.device_mut(at)?.member.as_mut()
            && !member.is_busy()
        {
            member.sync();
        }
        self.settle(at)?;
        Ok(())
    }

    /// Lets a device do what it has to do.
    fn settle(&mut self, at: usize) -> Result<Vec<Event>, Failure> {
        let (family, mut net) = self.parts(at)?;
        let now = family.now;
        let events = family.device_mut(at)?.settle(&mut net, now)?;
        self.note(at, &events)?;
        self.count_cut(at)?;
        Ok(events)
    }

    /// Whether more than one story of the log may have been told: a relay was restored, or both have it.
    pub(super) fn was_divided(&self) -> bool {
        self.ledger.restores > 0 || (0..self.relays.len()).all(|relay| self.has_log(relay))
    }

    /// Whether this device is moving the log.
    pub(super) fn moves(&self, at: usize) -> Result<bool, Broken> {
        Ok(self.moving.contains_key(&self.family.device(at)?.id()))
    }

    fn has_log(&self, relay: usize) -> bool {
        let relay = self.relays.get(relay);
        relay.is_some_and(|relay| relay.logs().contains_key(&self.family.handle))
    }

    /// Whether nobody asks about what a restore or a move took: the fault `unasked`.
    pub(super) fn asks_nobody(&self) -> bool {
        self.fault == Some(Fault::Unasked)
    }
}
