//! One device: a real member engine, its disk, its clocks, driven synchronously.

use super::disk::{Disk, PowerCut};
use super::{Broken, Seeded, Timepiece, Wire};
use parcep_core::consent::Statement;
use parcep_core::crypto::{SealingKey, SigningKey};
use parcep_core::document::{DocumentError, Draft, PayloadType};
use parcep_core::epoch::{Keyring, PepCategory};
use parcep_core::id::{DocumentId, LogId, PrincipalId};
use parcep_core::joining::{Anchor, JoinRequest};
use parcep_core::member::{Event, Identity, Member, Notes, RegisterUpdate};
use parcep_core::recovery::RecoverySecret;
use parcep_core::register::RegisterKey;
use parcep_core::time::{Boot, BootId};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// Calls that a device makes at most before somebody looks at it again: enough for any honest run.
const MAX_CALLS: usize = 4_000;
/// Pauses that it waits out before it gives up until the next time.
const MAX_PAUSES: usize = 6;

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A device of this guardian.
    Guardian(PrincipalId),
    /// A device of this dependant.
    Dependant(PrincipalId),
    /// An enforcement point.
    Point(PepCategory),
    /// A printed page of this guardian, and what reads it (R-CONS-017).
    Page(PrincipalId),
}

/// Another relay than the one at hand, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// The log's home.
    Home(usize),
    /// One that may know more.
    Ask(usize),
}

/// A device.
#[derive(Debug)]
pub struct Device {
    /// A short name for reports: `g1`, `d2`, `tv`.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The engine; `None` while it is switched off, or before it joined.
    pub member: Option<Member>,
    /// What survives a crash.
    pub disk: Disk,
    /// Which of the relays it talks to.
    pub relay: usize,
    /// How far its wall clock is wrong, seconds.
    pub clock_error: i64,
    /// What it knows about time; enforcement points have one.
    pub time: Option<Timepiece>,
    /// Calls made so far.
    pub calls: usize,
    /// Bytes that relays sent it so far.
    pub received: usize,
    /// What it asked to join with, for a further answer (R-JOIN-016).
    pub request: Option<JoinRequest>,
    /// Statements of guardians, enforcement points and relays, kept while something waits.
    pub statements: Vec<Statement>,
    /// The secrets that are on the disk.
    kept_secrets: Option<Keyring>,
    keys: Keys,
    random: Seeded,
}

/// Seeds of a device's keys, from which its identity is made again after a crash.
#[derive(Debug, Clone)]
struct Keys {
    device: parcep_core::id::DeviceId,
    signing: [u8; 32],
    sealing: [u8; 32],
    access: [u8; 32],
    /// Of a printed page: what all of them follow from.
    page: Option<(RecoverySecret, LogId)>,
}

impl Device {
    /// A device with fresh keys that has not joined yet.
    pub fn new(name: String, kind: Kind, mut random: Seeded) -> Result<Self, Broken> {
        let identity = Identity::generate(&mut random)?;
        Ok(Self::with(name, kind, &identity, None, random))
    }

    /// Whatever reads a printed page of this household (R-CONS-018).
    pub fn page(
        name: String,
        of: PrincipalId,
        secret: RecoverySecret,
        log_id: LogId,
        random: Seeded,
    ) -> Result<Self, Broken> {
        let identity = of_page(&secret, log_id)?;
        let page = Some((secret, log_id));
        Ok(Self::with(name, Kind::Page(of), &identity, page, random))
    }

    fn with(
        name: String,
        kind: Kind,
        identity: &Identity,
        page: Option<(RecoverySecret, LogId)>,
        random: Seeded,
    ) -> Self {
        Self {
            name,
            kind,
            member: None,
            disk: Disk::default(),
            relay: 0,
            clock_error: 0,
            time: None,
            calls: 0,
            received: 0,
            request: None,
            statements: Vec::new(),
            kept_secrets: None,
            keys: Keys {
                device: identity.device,
                signing: *identity.signing.expose_seed(),
                sealing: *identity.sealing.expose_seed(),
                access: *identity.access.expose_seed(),
                page,
            },
            random,
        }
    }

    /// Its id.
    pub fn id(&self) -> parcep_core::id::DeviceId {
        self.keys.device
    }

    /// Its keys.
    pub fn identity(&self) -> Result<Identity, Broken> {
        if let Some((secret, log_id)) = &self.keys.page {
            return of_page(secret, *log_id);
        }
        Ok(Identity {
            device: self.keys.device,
            signing: SigningKey::from_seed(self.keys.signing)?,
            sealing: SealingKey::from_seed(self.keys.sealing),
            access: SigningKey::from_seed(self.keys.access)?,
        })
    }

    /// Its stream of randomness.
    pub fn random(&mut self) -> &mut Seeded {
        &mut self.random
    }

    /// The engine.
    pub fn member(&self) -> Result<&Member, Broken> {
        let off = || Broken::new(format!("{} is switched off", self.name));
        self.member.as_ref().ok_or_else(off)
    }

    /// The engine, to give it something to do.
    pub fn member_mut(&mut self) -> Result<&mut Member, Broken> {
        let off = Broken::new(format!("{} is switched off", self.name));
        self.member.as_mut().ok_or(off)
    }

    /// What its wall clock shows.
    pub fn wall(&self, now: i64) -> i64 {
        now + self.clock_error
    }

    /// Takes a member that was just founded or joined, and keeps what it starts from.
    pub fn begin(&mut self, member: Member) -> Result<(), PowerCut> {
        let anchor = member.anchor().encode();
        let secrets = pb::SecretSet::from(member.keyring()).encode_to_vec();
        self.member = Some(member);
        self.disk.write(move |disk| {
            disk.anchor = Some(anchor);
            disk.secrets = secrets;
        })
    }

    /// Switches it on: the member is made anew from the disk.
    pub fn boot(&mut self, now: i64) -> Result<(), Broken> {
        if let Some(time) = &mut self.time {
            time.restart(now);
        }
        let Some(anchor) = self.disk.anchor.clone() else {
            return Ok(());
        };
        let secrets = pb::SecretSet::decode(self.disk.secrets.as_slice()).map_err(Broken::new)?;
        let secrets = Keyring::try_from(secrets).map_err(Broken::new)?;
        let entries = || self.disk.entries.iter().cloned();
        let anchor = Anchor::parse(&anchor)?;
        let relay = relays(&anchor).get(self.relay).cloned();
        let mut member = Member::restore(self.identity()?, anchor, secrets, entries());
        relay.iter().for_each(|uri| member.use_relay(uri));
        if !self.disk.notes.is_empty() {
            let notes = Notes::parse(&self.disk.notes);
            member.remember(notes.ok_or_else(|| Broken::new("notes do not parse"))?);
        }
        let aside = &self.disk.aside;
        if !aside.is_empty() && !member.remember_aside(aside, entries()) {
            return Err(Broken::new(format!(
                "{}: what stands aside does not fit",
                self.name
            )));
        }
        self.member = Some(member);
        Ok(())
    }

    /// Pulls its plug.
    pub fn power_cut(&mut self) {
        self.kept_secrets = None;
        self.member = None;
    }

    /// Works until the member has nothing more to do, or the relay does not answer. A power cut on
    /// the way switches it off.
    pub fn settle(&mut self, wire: &mut dyn Wire, now: i64) -> Result<Vec<Event>, Broken> {
        let mut events = Vec::new();
        let (mut pauses, mut heard) = (0, 0);
        let wall = self.wall(now);
        self.tick(now);
        for _ in 0..MAX_CALLS {
            let Some(member) = self.member.as_mut() else {
                return Ok(events);
            };
            // A job that cannot be done any more is dropped: its author lost the right meanwhile.
            member.tell_boot(Boot {
                id: BootId([1; 16]),
                seconds: now.unsigned_abs(),
            });
            let mut next = match member.poll(wall, &mut self.random) {
                Err(DocumentError::NotPermitted | DocumentError::CannotOpen) => continue,
                polled => polled?,
            };
            let idle = next.is_none() && !member.is_busy();
            while let Some(call) = next {
                self.calls += 1;
                let reply = wire.call(&call, now);
                self.received += reply.as_ref().map_or(0, Vec::len);
                let reply = reply.as_deref().map_err(|refusal| *refusal);
                next = member.receive(reply, wall, &mut self.random);
            }
            match self.drain(&mut events) {
                Ok(paused) => pauses += usize::from(paused),
                Err(PowerCut) => {
                    self.power_cut();
                    return Ok(events);
                }
            }
            if let (Some(time), Some(member)) = (&mut self.time, &self.member) {
                time.hear(member, events.get(heard..).unwrap_or_default());
                heard = events.len();
            }
            let distrusts = self
                .member
                .as_ref()
                .is_some_and(|m| m.distrusted().is_some());
            if idle || pauses >= MAX_PAUSES || distrusts {
                return Ok(events);
            }
        }
        Err(Broken::new(format!("{} does not come to rest", self.name)))
    }

    /// Goes on at another relay: the one of this number.
    pub fn go(&mut self, relay: usize) -> Result<(), Broken> {
        let member = self.member_mut()?;
        let at = relays(member.anchor()).get(relay).cloned();
        member.use_relay(&at.ok_or_else(|| Broken::new("no such relay"))?);
        self.relay = relay;
        Ok(())
    }

    /// Where the log is now, if that is not the relay at hand; else the relay that is to be asked because no
    /// guardian was heard for a day (R-MOVE-022, R-MOVE-023).
    pub fn elsewhere(&mut self) -> Result<Option<Elsewhere>, Broken> {
        let jitter = u8::try_from(self.random.below(256)).unwrap_or(0);
        let member = self.member_mut()?;
        let at = member.relay_uri().to_owned();
        let home = member.household().and_then(|household| household.home());
        let home = home.filter(|home| *home != at).map(str::to_owned);
        let next = match home {
            Some(home) => Some((home, true)),
            None => member.next_relay(jitter).map(|uri| (uri, false)),
        };
        let relays = relays(self.member()?.anchor());
        Ok(next.and_then(|(uri, home)| {
            let relay = relays.iter().position(|other| *other == uri)?;
            Some(match home {
                true => Elsewhere::Home(relay),
                false => Elsewhere::Ask(relay),
            })
        }))
    }

    /// Follows the log to its end.
    pub fn sync(&mut self, wire: &mut dyn Wire, now: i64) -> Result<Vec<Event>, Broken> {
        if let Some(member) = self.member.as_mut()
            && !member.is_busy()
        {
            member.sync();
        }
        self.settle(wire, now)
    }

    /// Follows, then watches once: takes everything that the stream has.
    pub fn watch(&mut self, wire: &mut dyn Wire, now: i64) -> Result<Vec<Event>, Broken> {
        let mut events = self.sync(wire, now)?;
        let Some(member) = self.member.as_mut() else {
            return Ok(events);
        };
        let Some(call) = member.watch(true) else {
            return Ok(events);
        };
        self.calls += 1;
        for item in wire.watch(&call, now).unwrap_or_default() {
            self.received += item.len();
            let Some(member) = self.member.as_mut() else {
                return Ok(events);
            };
            member.watch_item(&item);
            let heard = events.len();
            if self.drain(&mut events) == Err(PowerCut) {
                self.power_cut();
                return Ok(events);
            }
            self.hear(&item, events.get(heard..).unwrap_or_default());
        }
        events.extend(self.settle(wire, now)?);
        Ok(events)
    }

    /// Reads its clocks.
    pub fn tick(&mut self, now: i64) {
        let wall = self.wall(now);
        if let Some(time) = &mut self.time {
            time.tick(now, wall);
        }
    }

    /// Takes time from an item of a watch and from what came of it.
    fn hear(&mut self, item: &[u8], events: &[Event]) {
        self.witness(item);
        let (Some(time), Some(member)) = (&mut self.time, &self.member) else {
            return;
        };
        time.hear(member, events);
        let item = pb::WatchResponse::decode(item)
            .ok()
            .and_then(|message| message.item);
        if let Some(pb::watch_response::Item::Bookmark(bookmark)) = item {
            time.bookmark(member, &bookmark);
        }
    }

    /// Keeps what a watch brings as a statement, while a proposal is open (R-CONS-008).
    fn witness(&mut self, item: &[u8]) {
        let Some(member) = &self.member else {
            return;
        };
        let household = member.household();
        let waits = household.is_some_and(|h| h.proposals().next().is_some());
        let (Some(household), true) = (household, waits) else {
            return self.statements.clear();
        };
        let message = pb::WatchResponse::decode(item).ok();
        let statement = match message.and_then(|message| message.item) {
            Some(pb::watch_response::Item::Bookmark(bookmark)) => {
                let mut relays = household.constitution().relays().iter();
                let relay = relays.find(|relay| relay.uri == member.relay_uri());
                let key = relay.and_then(|relay| relay.key);
                key.and_then(|key| Statement::of_bookmark(key, &member.anchor().handle, &bookmark))
            }
            Some(pb::watch_response::Item::Register(register)) => beat_in(member, &register),
            _ => None,
        };
        if let Some(statement) = statement
            && !self.statements.contains(&statement)
        {
            self.statements.push(statement);
        }
    }

    /// Appends a document; its events. The member goes on trying by itself if no answer comes.
    pub fn append(
        &mut self,
        draft: Draft,
        wire: &mut dyn Wire,
        now: i64,
    ) -> Result<Vec<Event>, Broken> {
        self.member_mut()?.append(draft);
        self.settle(wire, now)
    }

    /// Publishes a beat: head, generations and live root of this guardian's device.
    pub fn beat(&mut self, wire: &mut dyn Wire, now: i64) -> Result<Vec<Event>, Broken> {
        let wall = self.wall(now);
        let member = self.member_mut()?;
        let (next_seq, head) = member.head();
        let epoch = member.household().map_or(0, |household| household.epoch());
        let beat = pb::Beat {
            time: wall,
            head: Some(pb::HeadRef {
                seq: next_seq.saturating_sub(1),
                hash: head.0.to_vec(),
            }),
            generations: vec![pb::GenerationUse {
                dependant: None,
                generation: epoch,
            }],
            live_root: member.live_root().0.to_vec(),
        };
        let update = RegisterUpdate {
            payload_type: PayloadType::Beat,
            dependant: None,
            payload: beat.encode_to_vec(),
        };
        // A member that was not given the newest household secret cannot beat, and waits.
        if member.write_register(update, wall).is_err() {
            return Ok(Vec::new());
        }
        self.settle(wire, now)
    }

    /// A fresh document id.
    pub fn document_id(&mut self) -> Result<DocumentId, Broken> {
        Ok(DocumentId::random(&mut self.random)?)
    }

    /// Takes events, keeping on disk what must be kept before anything later. True if the member
    /// asks for a pause.
    fn drain(&mut self, events: &mut Vec<Event>) -> Result<bool, PowerCut> {
        let mut paused = false;
        self.keep_secrets()?;
        while let Some(event) = self.member.as_mut().and_then(Member::next_event) {
            let Some(member) = self.member.as_mut() else {
                break;
            };
            let disk = &mut self.disk;
            match &event {
                Event::Followed(entry, _) => {
                    let entry = entry.clone();
                    disk.write(move |disk| disk.entries.push(entry))?;
                }
                Event::Rewound(seq) => {
                    let keep = usize::try_from(*seq).unwrap_or(usize::MAX);
                    disk.write(move |disk| disk.entries.truncate(keep))?;
                }
                Event::Noted => {
                    let notes = member.notes().encode();
                    disk.write(move |disk| disk.notes = notes)?;
                }
                Event::Aside => {
                    let aside = member.aside_bytes();
                    disk.write(move |disk| disk.aside = aside)?;
                }
                Event::GoBack { .. } => member.refold(disk.entries.iter().cloned()),
                Event::Wanted { from, until } => {
                    let all = disk.entries.iter().cloned();
                    member.supply(all.filter(|entry| (*from..*until).contains(&entry.seq)));
                }
                Event::Pause(_) => paused = true,
                _ => {}
            }
            events.push(event);
        }
        Ok(paused)
    }

    /// Secrets go to the disk before the entries that brought them.
    fn keep_secrets(&mut self) -> Result<(), PowerCut> {
        let held = self.member.as_ref().map(Member::keyring);
        if held == self.kept_secrets.as_ref() {
            return Ok(());
        }
        self.kept_secrets = held.cloned();
        let held = self.kept_secrets.as_ref();
        let secrets = held.map(|held| pb::SecretSet::from(held).encode_to_vec());
        let secrets = secrets.unwrap_or_default();
        self.disk.write(move |disk| disk.secrets = secrets)
    }
}

/// Addresses of relays by their numbers, in whichever order an anchor names them (R-JOIN-015).
fn relays(anchor: &Anchor) -> Vec<String> {
    let uris = anchor.relays.iter().map(|relay| relay.uri.clone());
    let mut uris: Vec<_> = uris.collect();
    uris.sort_unstable();
    uris
}

/// The keys of a page, as those of a device.
fn of_page(secret: &RecoverySecret, log_id: LogId) -> Result<Identity, Broken> {
    let keys = secret.keys(log_id)?;
    Ok(Identity {
        device: keys.device,
        signing: keys.signing,
        sealing: keys.sealing,
        access: keys.access,
    })
}

/// A beat of somebody in the household, if that is what the register holds.
fn beat_in(member: &Member, register: &pb::Register) -> Option<Statement> {
    let household = member.household()?;
    let secret = member.keyring().household(household.epoch())?;
    let people = household.people().map(|(_, device)| device.id);
    let points = household.enforcement_points().map(|point| point.id);
    let key = people.chain(points).find_map(|writer| {
        let key = RegisterKey {
            log_id: household.log_id(),
            payload_type: PayloadType::Beat,
            writer,
            dependant: None,
            secret: secret.clone(),
        };
        (key.name().as_bytes() == register.name.as_slice()).then_some(key)
    })?;
    Statement::of_beat(&key.signed(register).ok()?)
}
