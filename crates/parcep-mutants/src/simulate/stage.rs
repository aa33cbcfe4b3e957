//! Everything that takes part in one run.

use super::faults::Fault;
use super::ledger::{About, Ledger, Note, Role};
use super::moving::Moving;
use super::network::{Line, Net, Seen};
use super::{Failure, Plan};
use parcep_conformance::stage::relay::restore::Backup;
use parcep_conformance::stage::{Broken, DAY, Family, Kind, Relay, Seeded};
use parcep_core::constitution::{EnforcementPoint, PrincipalDevices};
use parcep_core::document::Draft;
use parcep_core::epoch::PepCategory;
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::member::{Event, Failure as Distrust};
use parcep_core::reason::Reason;
use std::collections::BTreeMap;

/// Categories that families of these runs own.
const CATEGORIES: [PepCategory; 6] = [
    PepCategory::DeviceOs,
    PepCategory::Console,
    PepCategory::Tv,
    PepCategory::HomeGateway,
    PepCategory::App,
    PepCategory::AiAssistant,
];

/// How far the clock is ahead that the fault `wall-clock` believes, seconds.
const WEEK_AHEAD: i64 = 7 * DAY;

/// A run under way.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) family: Family,
    pub(crate) relays: Vec<Relay>,
    pub(crate) lines: BTreeMap<DeviceId, Line>,
    pub(crate) seen: Seen,
    pub(crate) ledger: Ledger,
    pub(crate) step: usize,
    pub(crate) fault: Option<Fault>,
    pub(crate) distrusts: BTreeMap<DeviceId, Distrust>,
    pub(crate) relay_down_until: usize,
    /// Which kind of source may be wrong about time in this run.
    pub(crate) liars: Liars,
    /// The last copy of each relay's store.
    pub(crate) copies: BTreeMap<usize, Backup>,
    /// Moves that are under way.
    pub(crate) moving: Moving,
}

/// Whose clocks may be wrong. Of the kinds of source that sign a time at most one is in a run: two
/// together are believed, and have to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Liars {
    /// Devices of people.
    People,
    /// Relays.
    Relays,
    /// Enforcement points. In these runs a relay may be restored: its day is measured by clocks.
    Points,
}

impl Liars {
    fn of(seed: u64) -> Self {
        match seed % 3 {
            0 => Self::People,
            1 => Self::Relays,
            _ => Self::Points,
        }
    }

    /// Whether a device of this kind is among them.
    pub(crate) fn include(self, kind: Kind) -> bool {
        match kind {
            Kind::Point(_) => self == Self::Points,
            Kind::Guardian(_) | Kind::Dependant(_) | Kind::Page(_) => self == Self::People,
        }
    }
}

impl Stage {
    /// The family of a plan, founded and complete, at an honest relay and on a quiet network.
    pub(crate) fn new(plan: &Plan, fault: Option<Fault>) -> Result<Self, Failure> {
        let mut random = Seeded::new(plan.seed ^ 0x5eed);
        let mut relays = vec![Relay::new(random.fork())?, Relay::new(random.fork())?];
        let keys: Vec<_> = relays.iter().map(|relay| relay.key().public()).collect();
        let first = relays.first_mut().ok_or_else(|| Broken::new("no relay"))?;
        let mut family = Family::found(plan.dependants, &keys, first, random.fork())?;
        family.divides = plan.seed.is_multiple_of(4);
        let mut stage = Self {
            family,
            relays,
            lines: BTreeMap::new(),
            seen: Seen::default(),
            ledger: Ledger::default(),
            step: 0,
            fault: None,
            distrusts: BTreeMap::new(),
            relay_down_until: 0,
            liars: Liars::of(plan.seed),
            copies: BTreeMap::new(),
            moving: Moving::new(),
        };
        let dependants = stage.family.dependants.clone();
        let founder = stage.family.guardians.clone();
        for _ in 1..plan.guardians {
            stage.invite_guardian(0)?;
            stage.everybody_consents()?;
        }
        if let Some(founder) = founder.first() {
            stage.invite_person(0, *founder)?;
        }
        for (number, dependant) in dependants.iter().enumerate() {
            if number % 2 == 0 {
                stage.invite_person(0, *dependant)?;
            }
        }
        for number in 0..plan.points {
            let category = CATEGORIES.get(number % CATEGORIES.len());
            let category = category.copied().unwrap_or(PepCategory::DeviceOs);
            let served = stage.some_of(&dependants);
            stage.invite_point(0, category, served)?;
        }
        stage.fault = fault;
        if fault == Some(Fault::WallClock) {
            stage.trust_a_wrong_clock();
        }
        Ok(stage)
    }

    /// The fault `wall-clock`: the first enforcement point believes its clock, which is ahead.
    fn trust_a_wrong_clock(&mut self) {
        let mut devices = self.family.devices.iter_mut();
        if let Some(device) = devices.find(|device| device.time.is_some()) {
            device.clock_error = WEEK_AHEAD;
            let time = device.time.iter_mut();
            time.for_each(|piece| piece.believes_wall = true);
        }
    }

    /// Everybody follows, and consents to what they are asked for; then the newcomer is let in.
    fn everybody_consents(&mut self) -> Result<(), Failure> {
        for at in 0..self.family.devices.len() {
            self.sync(at)?;
            self.approve(at)?;
        }
        self.sync(0)
    }

    /// The family, and the way of one of its devices to its relay.
    pub(crate) fn parts(&mut self, at: usize) -> Result<(&mut Family, Net<'_>), Broken> {
        let device = self.family.device(at)?;
        let (id, relay) = (device.id(), device.relay);
        let is_point = matches!(device.kind, Kind::Point(_));
        let none = || Broken::new("no such relay");
        let relay = self.relays.get_mut(relay).ok_or_else(none)?;
        let net = Net {
            relay,
            line: self.lines.entry(id).or_default(),
            seen: &mut self.seen,
            step: self.step,
            fault: self.fault,
            deaf: self.fault == Some(Fault::Deaf) && is_point,
        };
        Ok((&mut self.family, net))
    }

    /// Enters in the books what a device's events say.
    pub(crate) fn note(&mut self, at: usize, events: &[Event]) -> Result<(), Broken> {
        let device = self.family.device(at)?;
        for event in events {
            match event {
                Event::Appended(id, seq) => {
                    let told = (device.name.clone(), *seq);
                    self.ledger.acknowledged.insert(*id, told);
                }
                Event::NotAppended(id, reason) => {
                    self.ledger.refused.insert(*id, *reason);
                }
                Event::Failed(Reason::NotPermitted) => {
                    let under_way = self.moving.get_mut(&device.id()).into_iter();
                    under_way.for_each(|under_way| under_way.late = true);
                }
                Event::AskAgain(_) if self.asks_nobody() => {}
                Event::AskAgain(ids) => self.ledger.asked.extend(ids),
                Event::Distrusted(failure) => {
                    self.distrusts.insert(device.id(), *failure);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Enters in the books that this device was asked to write this.
    pub(crate) fn note_written(
        &mut self,
        at: usize,
        draft: &Draft,
        about: About,
    ) -> Result<(), Broken> {
        let note = Note {
            payload_type: draft.payload_type,
            dependant: draft.dependant,
            about,
            ..self.hand(at)?
        };
        let set = match (about, draft.sections.first()) {
            (About::DevicesOf(_), Some((_, bytes))) => Some(PrincipalDevices::parse(bytes)?),
            (About::Recovers(_), Some((_, bytes))) => super::recovering::proposed(bytes)?,
            _ => None,
        };
        if let Some(set) = set {
            let listed = set.devices.iter().map(|device| device.id).collect();
            self.ledger.lists.insert(draft.document_id, listed);
        }
        self.ledger.written.insert(draft.document_id, note);
        Ok(())
    }

    /// Whose hands a device is in.
    pub(crate) fn hand(&self, at: usize) -> Result<Note, Broken> {
        let device = self.family.device(at)?;
        let (role, person) = match device.kind {
            Kind::Guardian(who) => (Role::Guardian, Some(who)),
            Kind::Dependant(who) => (Role::Dependant, Some(who)),
            Kind::Point(_) => (Role::Point, None),
            Kind::Page(who) => (Role::Recovery, Some(who)),
        };
        Ok(Note {
            at: self.family.now,
            by: device.id(),
            role,
            person,
            payload_type: parcep_core::document::PayloadType::Unspecified,
            dependant: None,
            about: About::Nothing,
        })
    }

    /// Admits a device of a person, as far as the network lets it.
    pub(crate) fn invite_person(&mut self, by: usize, who: PrincipalId) -> Result<(), Broken> {
        let (family, mut net) = self.parts(by)?;
        let invited = family.invite_person(by, who, &mut net)?;
        self.note_invited(by, &invited, About::DevicesOf(who))
    }

    /// Proposes a further guardian, as far as the network lets it.
    pub(crate) fn invite_guardian(&mut self, by: usize) -> Result<(), Broken> {
        let (family, mut net) = self.parts(by)?;
        let invited = family.invite_guardian(by, &mut net)?;
        let who = self.family.guardians.last().copied();
        let about = who.map_or(About::Nothing, About::Admits);
        self.note_invited(by, &invited, about)
    }

    /// Admits an enforcement point, as far as the network lets it.
    pub(crate) fn invite_point(
        &mut self,
        by: usize,
        category: PepCategory,
        dependants: Vec<PrincipalId>,
    ) -> Result<(), Broken> {
        let (family, mut net) = self.parts(by)?;
        let invited = family.invite_point(by, category, dependants.clone(), &mut net)?;
        let (_, bytes) = invited
            .0
            .sections
            .first()
            .ok_or_else(|| Broken::new("no section"))?;
        let point = EnforcementPoint::parse(bytes)?;
        self.ledger.served.insert(point.id, dependants);
        self.note_invited(by, &invited, About::AdmitsPoint(point.id))
    }

    pub(super) fn note_invited(
        &mut self,
        by: usize,
        (draft, events): &(Draft, Vec<Event>),
        about: About,
    ) -> Result<(), Broken> {
        self.note_written(by, draft, about)?;
        self.note(by, events)
    }

    /// One or more of several, drawn from the family's own stream.
    pub(crate) fn some_of(&mut self, all: &[PrincipalId]) -> Vec<PrincipalId> {
        let random = self.family.random();
        let one = random.index(all.len());
        let keep =
            |(at, id): (usize, &PrincipalId)| (at == one || random.chance(40)).then_some(*id);
        all.iter().enumerate().filter_map(keep).collect()
    }

    /// Places of devices that are switched on and of this kind.
    pub(crate) fn places(&self, wanted: impl Fn(Kind) -> bool) -> Vec<usize> {
        let devices = self.family.devices.iter().enumerate();
        let on = devices.filter(|(_, device)| device.member.is_some() && wanted(device.kind));
        on.map(|(at, _)| at).collect()
    }

    /// Whether a device is on and cannot open all that it followed: an epoch was drawn without it.
    pub(crate) fn lacks(&self, at: usize) -> Result<bool, Broken> {
        let member = self.family.device(at)?.member.as_ref();
        Ok(member.is_some_and(|member| member.chain().incomplete_from().is_some()))
    }

    /// Whether a device's person is a guardian.
    pub(crate) fn is_guardian(kind: Kind) -> bool {
        matches!(kind, Kind::Guardian(_))
    }
}
