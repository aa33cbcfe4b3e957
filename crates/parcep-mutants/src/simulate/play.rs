//! What happens in each step.

use super::faults::Fault;
use super::ledger::About;
use super::plan::{Act, Step};
use super::stage::Stage;
use super::{Failure, check};
use parcep_conformance::stage::{Broken, Kind, Seeded, rules};
use parcep_core::constitution::PrincipalDevices;
use parcep_core::document::{Draft, PayloadType, SectionKind};
use parcep_core::epoch::PepCategory;
use parcep_core::id::{DocumentId, PrincipalId};

impl Stage {
    /// Plays one step.
    pub(crate) fn play(&mut self, step: &Step) -> Result<(), Failure> {
        self.step = step.number;
        let mut draw = Seeded::new(step.draw);
        let relay_up = self.relay_down_until <= self.step;
        for relay in &mut self.relays {
            relay.is_up = relay_up;
        }
        self.family.now += 1 + i64::try_from(draw.below(600)).unwrap_or(0);
        let any = step.who % self.family.devices.len().max(1);
        match step.act {
            Act::Sync => self.sync(any)?,
            Act::Watch => self.watch(any)?,
            Act::Layer => self.write(step, &mut draw, Kinds::Layer)?,
            Act::Lock => self.write(step, &mut draw, Kinds::Lock)?,
            Act::Names => self.write(step, &mut draw, Kinds::Names)?,
            Act::Beat => self.beat(step)?,
            Act::AddPoint => self.add_point(step, &mut draw)?,
            Act::AddDevice => self.add_device(step, &mut draw)?,
            Act::RemoveDevice => self.remove_device(step, &mut draw)?,
            Act::Epoch => self.epoch(step)?,
            Act::AddGuardian => self.add_guardian(step)?,
            Act::RemoveGuardian => self.remove_guardian(step, &mut draw)?,
            Act::Leave => self.leave(step)?,
            Act::Approve => self.approve(any)?,
            Act::Forbidden => self.forbidden(step, &mut draw)?,
            Act::Time => {
                let hours = 1 + draw.below(40);
                self.family.now += 3600 * i64::try_from(hours).unwrap_or(1);
            }
            Act::RelayDown => self.relay_down_until = self.step + 1 + draw.index(5),
            Act::RemovePoint => self.remove_point(step, &mut draw)?,
            Act::Week => self.week(step, &mut draw)?,
            Act::Hurry => self.hurry(step)?,
            Act::Stop => self.stop(step, &mut draw)?,
            Act::BackUp => self.back_up(&mut draw),
            Act::Restore => self.restore(&mut draw),
            Act::Page => self.print_page(step)?,
            Act::Recover => self.recover(step, &mut draw)?,
            Act::Move => self.move_away(step)?,
            Act::RelayClock => self.relay_clocks(&mut draw),
            Act::PowerCut | Act::Boot | Act::Clock => self.power(step.act, any, &mut draw)?,
            Act::Partition | Act::Heal | Act::Lose | Act::Twice | Act::Delay => {
                self.trouble(step.act, any, &mut draw)?;
            }
        }
        Ok(())
    }

    /// Follows the log. Whoever invited somebody takes them further.
    pub(crate) fn sync(&mut self, at: usize) -> Result<(), Failure> {
        if self.family.device(at)?.member.is_none() {
            return Ok(());
        }
        let (family, mut net) = self.parts(at)?;
        let now = family.now;
        let events = family.device_mut(at)?.sync(&mut net, now)?;
        let more = family.admit(at, &mut net)?;
        self.note(at, &events)?;
        self.note(at, &more)?;
        self.count_cut(at)?;
        self.go_on_moving(at)?;
        self.look_elsewhere(at)?;
        check::after(self, at)
    }

    pub(crate) fn watch(&mut self, at: usize) -> Result<(), Failure> {
        if self.family.device(at)?.member.is_none() {
            return Ok(());
        }
        let (family, mut net) = self.parts(at)?;
        let now = family.now;
        let events = family.device_mut(at)?.watch(&mut net, now)?;
        self.note(at, &events)?;
        self.count_cut(at)?;
        check::after(self, at)
    }

    fn write(&mut self, step: &Step, draw: &mut Seeded, what: Kinds) -> Result<(), Failure> {
        let Some((at, me)) = self.a_guardian(step.who) else {
            return Ok(());
        };
        let dependants = self.family.dependants.clone();
        let Some(dependant) = draw.pick(&dependants).copied() else {
            return Ok(());
        };
        let now = self.family.device(at)?.wall(self.family.now);
        let written = match what {
            Kinds::Layer => rules::layer(me, dependant, draw)?,
            Kinds::Names => rules::names(dependant, draw),
            Kinds::Lock => {
                let hours = 1 + i64::try_from(draw.below(48)).unwrap_or(0);
                let ends = draw.chance(80).then_some(hours * 3600);
                rules::lock(me, dependant, now, ends, draw)?
            }
        };
        let word = written.canaries.first().map(|canary| canary.word.clone());
        let mut draft = self.family.draft(at, dependant, written)?;
        if self.fault == Some(Fault::PlainSlot) {
            draft.slot = word.unwrap_or_default().into_bytes().into();
        }
        self.append(at, draft, About::Nothing)?;
        if self.fault == Some(Fault::StolenKey) {
            self.steal(at, dependant, me, draw)?;
        }
        Ok(())
    }

    /// Appends what a device was asked to write.
    pub(crate) fn append(&mut self, at: usize, draft: Draft, about: About) -> Result<(), Failure> {
        self.note_written(at, &draft, about)?;
        let (family, mut net) = self.parts(at)?;
        let now = family.now;
        let events = family.device_mut(at)?.append(draft, &mut net, now)?;
        self.note(at, &events)?;
        self.count_cut(at)?;
        Ok(())
    }

    fn beat(&mut self, step: &Step) -> Result<(), Failure> {
        match self.a_guardian(step.who) {
            Some((at, _)) => self.beat_of(at),
            None => Ok(()),
        }
    }

    /// A device says where it stands.
    pub(crate) fn beat_of(&mut self, at: usize) -> Result<(), Failure> {
        let (family, mut net) = self.parts(at)?;
        let now = family.now;
        let events = family.device_mut(at)?.beat(&mut net, now)?;
        self.note(at, &events)?;
        self.count_cut(at)?;
        Ok(())
    }

    fn add_point(&mut self, step: &Step, draw: &mut Seeded) -> Result<(), Failure> {
        let points = self.family.devices.iter();
        let points = points
            .filter(|device| matches!(device.kind, Kind::Point(_)))
            .count();
        let Some((at, _)) = self.a_guardian(step.who).filter(|_| points < 10) else {
            return Ok(());
        };
        let categories = [PepCategory::Tv, PepCategory::Console, PepCategory::DeviceOs];
        let category = draw.pick(&categories).copied().unwrap_or(PepCategory::Tv);
        let dependants = self.family.dependants.clone();
        let served = self.some_of(&dependants);
        self.invite_point(at, category, served)?;
        self.count_cut(at)?;
        Ok(())
    }

    fn add_device(&mut self, step: &Step, draw: &mut Seeded) -> Result<(), Failure> {
        let people = self.family.devices.iter();
        let people = people
            .filter(|device| !matches!(device.kind, Kind::Point(_)))
            .count();
        let Some((at, me)) = self.a_guardian(step.who).filter(|_| people < 12) else {
            return Ok(());
        };
        let mut of = self.family.dependants.clone();
        of.push(me);
        let who = draw.pick(&of).copied().unwrap_or(me);
        self.invite_person(at, who)?;
        self.count_cut(at)?;
        Ok(())
    }

    fn remove_device(&mut self, step: &Step, draw: &mut Seeded) -> Result<(), Failure> {
        let Some((at, me)) = self.a_guardian(step.who) else {
            return Ok(());
        };
        let mut of = self.family.dependants.clone();
        of.push(me);
        let who = draw.pick(&of).copied().unwrap_or(me);
        let own = self.family.device(at)?.id();
        let mut devices = self.family.devices_of(at, who)?;
        let others: Vec<_> = devices
            .iter()
            .map(|d| d.id)
            .filter(|id| *id != own)
            .collect();
        let Some(gone) = draw.pick(&others).copied() else {
            return Ok(());
        };
        devices.retain(|device| device.id != gone);
        let set = PrincipalDevices {
            principal: who,
            devices,
        };
        let payload = PayloadType::PrincipalDevices;
        let kind = SectionKind::Devices;
        let draft = self.family.membership(at, payload, kind, set.encode())?;
        self.append(at, draft, About::DevicesOf(who))?;
        // A guardian's app does it at once, unless something comes between.
        if draw.chance(70) && self.family.device(at)?.member.is_some() {
            self.renew(at)?;
        }
        Ok(())
    }

    fn epoch(&mut self, step: &Step) -> Result<(), Failure> {
        match self.a_guardian(step.who) {
            Some((at, _)) => self.renew(at),
            None => Ok(()),
        }
    }

    fn add_guardian(&mut self, step: &Step) -> Result<(), Failure> {
        let Some((at, _)) = self.a_guardian(step.who) else {
            return Ok(());
        };
        let household = self.family.device(at)?.member()?.household();
        let law = household.map(|household| household.constitution());
        if law.is_none_or(|law| law.guardians().len() >= 4) {
            return Ok(());
        }
        self.invite_guardian(at)?;
        self.count_cut(at)?;
        Ok(())
    }

    fn remove_guardian(&mut self, step: &Step, draw: &mut Seeded) -> Result<(), Failure> {
        let Some((at, me)) = self.a_guardian(step.who) else {
            return Ok(());
        };
        let others = self.other_guardians(at, me)?;
        let Some(who) = draw.pick(&others).copied() else {
            return Ok(());
        };
        let draft = self.family.propose_without(at, who)?;
        self.append(at, draft, About::Removes(who))
    }

    fn leave(&mut self, step: &Step) -> Result<(), Failure> {
        let Some((at, me)) = self.a_guardian(step.who) else {
            return Ok(());
        };
        if self.other_guardians(at, me)?.is_empty() {
            return Ok(());
        }
        let draft = self.family.leave(at, me)?;
        self.append(at, draft, About::Removes(me))
    }

    fn other_guardians(&self, at: usize, me: PrincipalId) -> Result<Vec<PrincipalId>, Broken> {
        let household = self.family.device(at)?.member()?.household();
        let law = household
            .into_iter()
            .flat_map(|h| h.constitution().guardians());
        let ids = law.map(|guardian| guardian.id).filter(|id| *id != me);
        Ok(ids.collect())
    }

    /// A guardian consents to everything that asks for it.
    pub(crate) fn approve(&mut self, at: usize) -> Result<(), Failure> {
        let device = self.family.device(at)?;
        if !Self::is_guardian(device.kind)
            || device.member.is_none()
            || !self.is_in(at)?
            || self.moves(at)?
        {
            return Ok(());
        }
        for (proposal, draft) in self.family.approvals(at)? {
            if self.family.device(at)?.member.is_some() {
                self.append(at, draft, About::Approves(proposal))?;
            }
        }
        Ok(())
    }

    /// Starts a new epoch from this device. Who may lack one asks for it first (R-EPOCH-016).
    pub(crate) fn renew(&mut self, at: usize) -> Result<(), Failure> {
        self.sync(at)?;
        if self.family.device(at)?.member.is_none() || self.lacks(at)? || self.moves(at)? {
            return Ok(());
        }
        let mut note = self.hand(at)?;
        note.payload_type = PayloadType::Epoch;
        let (family, mut net) = self.parts(at)?;
        let now = family.now;
        let device = family.device_mut(at)?;
        let wall = device.wall(now);
        let mut random = device.random().fork();
        let begun = device.member_mut()?.append_epoch(wall, &mut random);
        let id = begun.map_err(Broken::from)?;
        let events = device.settle(&mut net, now)?;
        self.ledger.written.insert(id, note);
        self.note(at, &events)?;
        self.count_cut(at)?;
        Ok(())
    }

    /// Somebody writes what the table does not give them.
    fn forbidden(&mut self, step: &Step, draw: &mut Seeded) -> Result<(), Failure> {
        let children = self.places(|kind| matches!(kind, Kind::Dependant(_)));
        let Some(at) = children.get(step.who % children.len().max(1)).copied() else {
            return Ok(());
        };
        let Kind::Dependant(child) = self.family.device(at)?.kind else {
            return Ok(());
        };
        if !self.is_in(at)? {
            return Ok(());
        }
        let siblings = self.family.dependants.clone();
        match draw.below(5) {
            0 => {
                let layer = rules::layer(child, child, draw)?;
                let draft = self.family.draft(at, child, layer)?;
                self.append(at, draft, About::Nothing)
            }
            1 => {
                let written = rules::lock(child, child, self.family.now, None, draw)?;
                let draft = self.family.draft(at, child, written)?;
                self.append(at, draft, About::Nothing)
            }
            2 => {
                let other = siblings.iter().find(|id| **id != child).copied();
                let Some(other) = other else { return Ok(()) };
                let own = self.family.device(at)?.identity()?;
                let set = PrincipalDevices {
                    principal: other,
                    devices: vec![parcep_conformance::stage::family::person(&own)],
                };
                let payload = PayloadType::PrincipalDevices;
                let kind = SectionKind::Devices;
                let draft = self.family.membership(at, payload, kind, set.encode())?;
                self.append(at, draft, About::DevicesOf(other))
            }
            3 => {
                let member = self.family.device(at)?.member()?;
                let law = member.household().map(|h| h.constitution().encode());
                let payload = PayloadType::Constitution;
                let kind = SectionKind::Constitution;
                let bytes = law.unwrap_or_default();
                let draft = self.family.membership(at, payload, kind, bytes)?;
                self.append(at, draft, About::Nothing)
            }
            _ => self.lift(at, child, draw),
        }
    }

    /// A dependant's device says that the lock which stands is replaced.
    fn lift(&mut self, at: usize, child: PrincipalId, draw: &mut Seeded) -> Result<(), Failure> {
        let written = rules::lock(child, child, self.family.now, Some(1), draw)?;
        let mut draft = self.family.draft(at, child, written)?;
        draft.base = self.lock_of(at, child)?;
        self.append(at, draft, About::Nothing)
    }

    /// A lock that stands on a dependant.
    fn lock_of(&self, at: usize, child: PrincipalId) -> Result<Option<DocumentId>, Broken> {
        let member = self.family.device(at)?.member()?;
        let mut live = member.household().into_iter().flat_map(|h| h.live());
        let lock = live.find(|live| {
            let header = live.document.header();
            header.payload_type == PayloadType::Override && header.dependant == Some(child)
        });
        Ok(lock.map(|live| live.id()))
    }

    /// The fault `stolen-key`: the child's hands, the guardian's key.
    fn steal(
        &mut self,
        guardian: usize,
        dependant: PrincipalId,
        me: PrincipalId,
        draw: &mut Seeded,
    ) -> Result<(), Failure> {
        let children = self.places(|kind| matches!(kind, Kind::Dependant(_)));
        let Some(child) = children.first().copied() else {
            return Ok(());
        };
        if self.family.device(guardian)?.member.is_none() {
            return Ok(());
        }
        let layer = rules::layer(me, dependant, draw)?;
        let draft = self.family.draft(guardian, dependant, layer)?;
        let id = draft.document_id;
        self.append(guardian, draft, About::Nothing)?;
        let mut note = self.hand(child)?;
        note.payload_type = PayloadType::PolicyLayer;
        note.dependant = Some(dependant);
        self.ledger.written.insert(id, note);
        Ok(())
    }

    /// A guardian's device that is on and belongs, by its own view. One that moves the log does nothing else
    /// until that is done: what it wrote would stand where nobody looks.
    pub(crate) fn a_guardian(&self, who: usize) -> Option<(usize, PrincipalId)> {
        let on = self.places(Self::is_guardian);
        let at = *on.get(who % on.len().max(1))?;
        if self.moves(at).ok()? {
            return None;
        }
        let Kind::Guardian(me) = self.family.device(at).ok()?.kind else {
            return None;
        };
        self.is_in(at).ok()?.then_some((at, me))
    }

    /// Whether a device belongs, by its own view.
    pub(crate) fn is_in(&self, at: usize) -> Result<bool, Broken> {
        let device = self.family.device(at)?;
        let household = device.member()?.household();
        Ok(household.is_some_and(|household| household.key_of(device.id()).is_some()))
    }

    /// Counts a power cut that just came.
    pub(crate) fn count_cut(&mut self, at: usize) -> Result<(), Broken> {
        let is_off = self.family.device(at)?.member.is_none();
        self.ledger.power_cuts += usize::from(is_off);
        Ok(())
    }
}

/// What a guardian writes.
#[derive(Debug, Clone, Copy)]
enum Kinds {
    Layer,
    Lock,
    Names,
}
