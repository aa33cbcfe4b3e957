//! A family at a relay that lies, or does not.

use super::Verdict;
use parcep_conformance::stage::attack::{Aim, Attack, another_household};
use parcep_conformance::stage::lie::{Liar, Lie};
use parcep_conformance::stage::{Broken, Device, Family, Kind, Relay, Seeded, rules};
use parcep_core::document::PayloadType;
use parcep_core::epoch::PepCategory;
use parcep_core::household::Need;
use parcep_core::id::DocumentId;
use parcep_core::member::Event;
use parcep_core::reason;
use parcep_core::time::State;
use std::collections::BTreeMap;

/// The guardian's first phone.
pub(crate) const PHONE: usize = 0;
/// The guardian's second phone.
pub(crate) const TABLET: usize = 1;
/// The child's phone.
pub(crate) const CHILD: usize = 2;
/// A console.
pub(crate) const CONSOLE: usize = 3;
/// A television.
pub(crate) const TV: usize = 4;
/// All of them.
pub(crate) const ALL: [usize; 5] = [PHONE, TABLET, CHILD, CONSOLE, TV];

/// A household with two phones of a guardian, a child's phone, a console and a television, all of
/// them at the head; and a relay.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) family: Family,
    pub(crate) relay: Relay,
    honest: bool,
    lie: Lie,
    /// What each member noticed first.
    noticed: BTreeMap<usize, &'static str>,
    /// Members that the behaviour is played on.
    asked: BTreeMap<usize, usize>,
    harm: Vec<String>,
}

impl Scene {
    /// The family at rest. `honest`: no lie of this scene is told.
    pub(crate) fn new(honest: bool) -> Result<Self, Broken> {
        let mut random = Seeded::new(6);
        let mut relay = Relay::new(random.fork())?;
        let keys = [relay.key().public()];
        let mut family = Family::found(1, &keys, &mut relay, random.fork())?;
        let [parent, child] = [family.guardians.clone(), family.dependants.clone()]
            .map(|ids| ids.first().copied().ok_or_else(|| Broken::new("nobody")));
        let (parent, child) = (parent?, child?);
        family.invite_person(PHONE, parent, &mut relay)?;
        family.invite_person(PHONE, child, &mut relay)?;
        family.invite_point(PHONE, PepCategory::Console, vec![child], &mut relay)?;
        family.invite_point(PHONE, PepCategory::Tv, vec![child], &mut relay)?;
        let mut scene = Self {
            family,
            relay,
            honest,
            lie: Lie::none(),
            noticed: BTreeMap::new(),
            asked: BTreeMap::new(),
            harm: Vec::new(),
        };
        scene.write(PHONE)?;
        for at in ALL {
            scene.drive(at)?;
        }
        Ok(scene)
    }

    /// From here on the relay lies like this.
    pub(crate) fn lie(&mut self, lie: Lie) {
        if !self.honest {
            self.lie = lie;
        }
    }

    /// From here on somebody before the relay does this to what stands at `next` or behind it.
    pub(crate) fn under(&mut self, what: Attack, next: u64) -> Result<(), Broken> {
        let others = match what {
            Attack::OtherHousehold => another_household(77)?,
            _ => Vec::new(),
        };
        let aim = Aim {
            next,
            handle: &self.family.handle,
            relay: &self.relay,
            backup: None,
            others,
            now: self.family.now,
        };
        let lie = what.lie(aim)?;
        self.lie(lie);
        Ok(())
    }

    /// The relay does something to what it holds.
    pub(crate) fn attack(&mut self, act: impl FnOnce(&mut Relay)) {
        if !self.honest {
            act(&mut self.relay);
        }
    }

    /// Whether this is the control.
    pub(crate) fn is_honest(&self) -> bool {
        self.honest
    }

    /// The device at a place.
    pub(crate) fn device(&self, at: usize) -> Result<&Device, Broken> {
        self.family.device(at)
    }

    /// A guardian's device writes a layer for the child; nobody is judged by it.
    pub(crate) fn write(&mut self, at: usize) -> Result<DocumentId, Broken> {
        let (parent, child) = (self.parent()?, self.child()?);
        let layer = rules::layer(parent, child, self.family.random())?;
        let draft = self.family.draft(at, child, layer)?;
        let id = draft.document_id;
        let now = self.family.now;
        let (family, mut liar) = self.parts();
        let events = family.device_mut(at)?.append(draft, &mut liar, now)?;
        self.note(at, &events);
        Ok(id)
    }

    /// A guardian's device locks the child's devices; the document.
    pub(crate) fn lock(&mut self, at: usize) -> Result<DocumentId, Broken> {
        let (parent, child) = (self.parent()?, self.child()?);
        let now = self.family.now;
        let lock = rules::lock(parent, child, now, None, self.family.random())?;
        let draft = self.family.draft(at, child, lock)?;
        let id = draft.document_id;
        let (family, mut liar) = self.parts();
        let events = family.device_mut(at)?.append(draft, &mut liar, now)?;
        self.note(at, &events);
        Ok(id)
    }

    /// A guardian's device starts a new epoch.
    pub(crate) fn renew(&mut self, at: usize) -> Result<(), Broken> {
        let now = self.family.now;
        let (family, mut liar) = self.parts();
        let device = family.device_mut(at)?;
        let mut random = device.random().fork();
        device.member_mut()?.append_epoch(now, &mut random)?;
        let events = device.settle(&mut liar, now)?;
        self.note(at, &events);
        Ok(())
    }

    /// A guardian's device beats.
    pub(crate) fn beat(&mut self, at: usize) -> Result<(), Broken> {
        let now = self.family.now;
        let (family, mut liar) = self.parts();
        let events = family.device_mut(at)?.beat(&mut liar, now)?;
        self.note(at, &events);
        Ok(())
    }

    /// A member talks to the relay once: follows, and watches. What it notices is judged.
    pub(crate) fn visit(&mut self, at: usize) -> Result<(), Broken> {
        let before = self.device(at)?.calls;
        let events = self.drive(at)?;
        let spent = self.device(at)?.calls - before;
        if !self.noticed.contains_key(&at) {
            *self.asked.entry(at).or_default() += spent;
        }
        self.note(at, &events);
        Ok(())
    }

    /// A member reads the newest beat of another device.
    pub(crate) fn read_beat(&mut self, at: usize, of: usize) -> Result<Vec<Event>, Broken> {
        let writer = self.device(of)?.id();
        let now = self.family.now;
        let (family, mut liar) = self.parts();
        let device = family.device_mut(at)?;
        let before = device.calls;
        let member = device.member_mut()?;
        member.read_register(writer, PayloadType::Beat, None)?;
        let events = device.settle(&mut liar, now)?;
        let spent = device.calls - before;
        *self.asked.entry(at).or_default() += spent;
        self.note(at, &events);
        Ok(events)
    }

    /// A device is judged though it made no visit of its own.
    pub(crate) fn judge(&mut self, at: usize) {
        self.asked.entry(at).or_default();
    }

    /// What a device is to open and cannot, it says.
    pub(crate) fn look_for_pending(&mut self, at: usize) -> Result<(), Broken> {
        let pending = self.is_pending(at)?;
        self.judge(at);
        if pending {
            self.noticed.entry(at).or_insert("PENDING");
        }
        Ok(())
    }

    /// Whether a device is to open something and cannot.
    pub(crate) fn is_pending(&self, at: usize) -> Result<bool, Broken> {
        let child = self.child()?;
        let device = self.device(at)?;
        let need = match device.kind {
            Kind::Point(category) => Need::Category(category),
            _ => Need::Everything,
        };
        let member = device.member()?;
        let view = member
            .household()
            .map(|h| h.view(child, member.keyring(), need));
        Ok(view.is_some_and(|view| !view.pending.is_empty()))
    }

    /// Time passes.
    pub(crate) fn wait(&mut self, seconds: i64) {
        self.family.now += seconds;
    }

    /// What an enforcement point says about how long ago it heard of a guardian.
    pub(crate) fn look_at_state(&mut self, at: usize) -> Result<State, Broken> {
        let (child, parent, now) = (self.child()?, self.parent()?, self.family.now);
        let device = self.family.device_mut(at)?;
        device.tick(now);
        let time = device
            .time
            .as_ref()
            .ok_or_else(|| Broken::new("no clock"))?;
        let state = time.keeper.state(child, [parent], &time.asked());
        self.judge(at);
        if state != State::Fresh {
            self.noticed.entry(at).or_insert_with(|| state.name());
        }
        Ok(state)
    }

    /// Something happened that must not happen.
    pub(crate) fn harm_if(&mut self, harmed: bool, what: &str) {
        if harmed {
            self.harm.push(what.to_owned());
        }
    }

    /// Whether a document holds on a device.
    pub(crate) fn holds(&self, at: usize, id: DocumentId) -> Result<bool, Broken> {
        let member = self.device(at)?.member()?;
        let household = member.household();
        Ok(household.is_some_and(|household| household.live_document(id).is_some()))
    }

    /// Whether what was written last came to every device that was asked.
    pub(crate) fn harm_unless_all_hold(&mut self, id: DocumentId) -> Result<(), Broken> {
        for at in self.asked.clone().into_keys() {
            let holds = self.holds(at, id)?;
            self.harm_if(!holds, "what was written did not arrive");
        }
        Ok(())
    }

    /// What was noticed against what should be.
    pub(crate) fn verdict(&self, expected: &[Option<&'static str>]) -> Verdict {
        let calls = self.asked.values().max().copied().unwrap_or(0);
        let wrong: Vec<_> = self
            .asked
            .keys()
            .filter_map(|at| {
                let name = self.device(*at).ok()?.name.clone();
                let noticed = self.noticed.get(at).copied();
                (!expected.contains(&noticed))
                    .then(|| format!("{name}: {}", noticed.unwrap_or("nothing")))
            })
            .chain(self.harm.iter().cloned())
            .collect();
        let nobody = self.asked.is_empty();
        let seen = match (nobody, wrong.is_empty()) {
            (true, _) => "nobody was asked".to_owned(),
            (_, true) => format!(
                "{} by {}",
                expected.iter().flatten().next().unwrap_or(&"nothing"),
                self.asked.len()
            ),
            _ => wrong.join("; "),
        };
        Verdict {
            holds: wrong.is_empty() && !nobody,
            seen,
            calls,
        }
    }

    /// The guardian.
    pub(crate) fn parent(&self) -> Result<parcep_core::id::PrincipalId, Broken> {
        let first = self.family.guardians.first();
        first.copied().ok_or_else(|| Broken::new("no guardian"))
    }

    /// The child.
    pub(crate) fn child(&self) -> Result<parcep_core::id::PrincipalId, Broken> {
        let first = self.family.dependants.first();
        first.copied().ok_or_else(|| Broken::new("no dependant"))
    }

    fn drive(&mut self, at: usize) -> Result<Vec<Event>, Broken> {
        let now = self.family.now;
        let (family, mut liar) = self.parts();
        family.device_mut(at)?.watch(&mut liar, now)
    }

    pub(crate) fn parts(&mut self) -> (&mut Family, Liar<'_>) {
        let liar = Liar {
            relay: &mut self.relay,
            lie: &mut self.lie,
        };
        (&mut self.family, liar)
    }

    pub(crate) fn note(&mut self, at: usize, events: &[Event]) {
        let restored = events
            .iter()
            .any(|event| matches!(event, Event::Restored(_)));
        for event in events {
            let reason = match event {
                Event::Distrusted(failure) | Event::Suspected(failure) => failure.reason,
                Event::Failed(reason) => *reason,
                Event::Forked(_) => reason::Reason::Fork,
                // It went back to another branch, and holds what it lost aside.
                Event::Refolded if !restored => reason::Reason::Fork,
                _ => continue,
            };
            self.noticed
                .entry(at)
                .or_insert_with(|| reason::code(reason));
        }
    }
}
