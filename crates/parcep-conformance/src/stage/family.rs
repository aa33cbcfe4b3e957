//! A family with its devices: founding, joining, and everything that its members write.

use super::disk::Disk;
use super::rules::{Canary, Written};
use super::{Broken, Device, Kind, START, Seeded, Timepiece, Wire};
use bytes::Bytes;
use parcep_core::consent::{Accept, Act, Approval, Proposal};
use parcep_core::constitution::{
    Caps, Constitution, Dependant, DeviceRole, EnforcementPoint, Guardian, PrincipalDevices,
    Relay as RelayRef, UncertainTime,
};
use parcep_core::crypto::{Random as _, VerifyingKey};
use parcep_core::document::{Draft, PayloadType, SectionKind};
use parcep_core::epoch::PepCategory;
use parcep_core::household::{Founding, found};
use parcep_core::id::{DeviceId, DocumentId, LogId, PrincipalId};
use parcep_core::joining::{Anchor, JoinRequest, Joining};
use parcep_core::member::{Event, Member, WelcomeError};
use parcep_proto::v1alpha1 as pb;
use pb::Right;
use std::collections::BTreeMap;

/// A household with all of its devices.
#[derive(Debug)]
pub struct Family {
    /// Devices in the order in which they came; the founder's first device is the first.
    pub devices: Vec<Device>,
    /// Guardians, the founder first.
    pub guardians: Vec<PrincipalId>,
    /// Dependants.
    pub dependants: Vec<PrincipalId>,
    /// Handle of the log at the relay.
    pub handle: Vec<u8>,
    /// True time, seconds since the Unix epoch.
    pub now: i64,
    /// Every word that was ever sealed.
    pub canaries: Vec<Canary>,
    /// Newcomers that are on their way in.
    pub joining: Vec<Newcomer>,
    /// Whether further guardians may be given authority over some dependants only.
    pub divides: bool,
    /// Guardians who have authority over some dependants only, and over whom.
    pub scopes: BTreeMap<PrincipalId, Vec<PrincipalId>>,
    /// Every access key that was granted.
    pub granted: Vec<pb::AccessKey>,
    random: Seeded,
}

/// A device between its request and its first view of the household.
#[derive(Debug)]
pub struct Newcomer {
    device: Device,
    request: JoinRequest,
    by: DeviceId,
    access: pb::AccessKey,
    granted: bool,
}

impl Family {
    /// Founds a household of one guardian and creates its log.
    pub fn found(
        dependants: usize,
        relays: &[VerifyingKey],
        wire: &mut dyn Wire,
        random: Seeded,
    ) -> Result<Self, Broken> {
        let refs = relays.iter().enumerate().map(|(number, key)| RelayRef {
            uri: format!("http://relay-{number}.example"),
            key: Some(*key),
        });
        Self::found_at(dependants, refs.collect(), START, wire, random)
    }

    /// The same at relays that have an address, at this time.
    pub fn found_at(
        dependants: usize,
        refs: Vec<RelayRef>,
        now: i64,
        wire: &mut dyn Wire,
        mut random: Seeded,
    ) -> Result<Self, Broken> {
        let guardian = PrincipalId::random(&mut random)?;
        let dependants = (0..dependants.max(1)).map(|_| PrincipalId::random(&mut random));
        let dependants = dependants.collect::<Result<Vec<_>, _>>()?;
        let mut device = Device::new("g1".into(), Kind::Guardian(guardian), random.fork())?;
        let identity = device.identity()?;
        let law = law(&[guardian], &dependants, 1, refs.clone())?;
        let founding = Founding {
            log_id: LogId::random(&mut random)?,
            constitution: law,
            devices: PrincipalDevices {
                principal: guardian,
                devices: vec![person(&identity)],
            },
            author: identity.author(),
            document_id: DocumentId::random(&mut random)?,
            issued_at: now,
        };
        let log_id = founding.log_id;
        let (genesis, keyring) = found(founding, &mut random)?;
        let anchor = Anchor {
            log_id,
            genesis: genesis.hash(),
            handle: random.array::<32>()?.to_vec(),
            relays: refs,
        };
        let handle = anchor.handle.clone();
        let access = pb::AccessKey {
            access_key: identity.access.public().as_bytes().to_vec(),
            rights: everything(),
            group: group_of(guardian),
            ..pb::AccessKey::default()
        };
        let member = Member::found(identity, anchor, keyring, genesis.clone());
        let begun = device.begin(member);
        begun.map_err(|_| Broken::new("the founder lost power"))?;
        device.member_mut()?.create_log(&genesis, access, vec![]);
        let events = device.settle(wire, now)?;
        if !events
            .iter()
            .any(|event| matches!(event, Event::Created(Ok(()))))
        {
            return Err(Broken::new(format!("the log was not created: {events:?}")));
        }
        Ok(Self {
            devices: vec![device],
            guardians: vec![guardian],
            dependants,
            handle,
            now,
            canaries: Vec::new(),
            joining: Vec::new(),
            divides: false,
            scopes: BTreeMap::new(),
            granted: Vec::new(),
            random,
        })
    }

    /// Its stream of randomness.
    pub fn random(&mut self) -> &mut Seeded {
        &mut self.random
    }

    /// A device by its place.
    pub fn device(&self, at: usize) -> Result<&Device, Broken> {
        self.devices
            .get(at)
            .ok_or_else(|| Broken::new("no such device"))
    }

    /// As [`Family::device`], to drive it.
    pub fn device_mut(&mut self, at: usize) -> Result<&mut Device, Broken> {
        let none = Broken::new("no such device");
        self.devices.get_mut(at).ok_or(none)
    }

    /// The group of a guardian's keys at relays.
    pub fn group(&self, guardian: PrincipalId) -> Vec<u8> {
        group_of(guardian)
    }

    #[cfg(test)]
    /// Writes a document of this device's person about a dependant: where one of a kind stands
    /// already, in its place.
    pub fn write(
        &mut self,
        at: usize,
        dependant: PrincipalId,
        written: Written,
        wire: &mut dyn Wire,
    ) -> Result<Vec<Event>, Broken> {
        let draft = self.draft(at, dependant, written)?;
        let now = self.now;
        self.device_mut(at)?.append(draft, wire, now)
    }

    /// The document that [`Family::write`] appends.
    pub fn draft(
        &mut self,
        at: usize,
        dependant: PrincipalId,
        written: Written,
    ) -> Result<Draft, Broken> {
        self.canaries.extend(written.canaries);
        let now = self.now;
        let device = self.device_mut(at)?;
        let document_id = device.document_id()?;
        let issued_at = device.wall(now);
        let mut draft = Draft {
            payload_type: written.payload_type,
            document_id,
            base: None,
            dependant: Some(dependant),
            slot: device.random().array::<16>()?.to_vec().into(),
            sections: written.sections,
            issued_at,
        };
        let member = device.member()?;
        let me = member.principal();
        let mut live = member.household().into_iter().flat_map(|h| h.live());
        let stands = live.find(|live| {
            let header = live.document.header();
            Some(live.author) == me
                && header.payload_type == draft.payload_type
                && header.dependant == Some(dependant)
        });
        if let Some(stands) = stands
            && !matches!(
                draft.payload_type,
                PayloadType::Override | PayloadType::List
            )
        {
            draft.base = Some(stands.id());
            draft.slot = stands.document.header().slot.clone();
        }
        Ok(draft)
    }

    /// A membership document.
    pub fn membership(
        &mut self,
        at: usize,
        payload_type: PayloadType,
        kind: SectionKind,
        bytes: Vec<u8>,
    ) -> Result<Draft, Broken> {
        let now = self.now;
        let device = self.device_mut(at)?;
        Ok(Draft {
            payload_type,
            document_id: device.document_id()?,
            base: None,
            dependant: None,
            slot: Bytes::new(),
            sections: vec![(kind, bytes)],
            issued_at: device.wall(now),
        })
    }

    /// Begins to admit an enforcement point for these dependants.
    pub fn invite_point(
        &mut self,
        by: usize,
        category: PepCategory,
        dependants: Vec<PrincipalId>,
        wire: &mut dyn Wire,
    ) -> Result<(Draft, Vec<Event>), Broken> {
        let name = format!("p{}", self.devices.len() + self.joining.len() + 1);
        let fresh = self.random.fork();
        let device = Device::new(name, Kind::Point(category), fresh)?;
        let what = Joining::EnforcementPoint(category);
        let request = JoinRequest::verify(&device.identity()?.join_request(what, vec![]))?;
        let point = EnforcementPoint {
            id: request.device,
            signing: request.signing,
            sealing: request.sealing,
            category,
            dependants,
            capabilities: vec![],
            uncertain_time: UncertainTime::BudgetOnly,
        };
        let payload = PayloadType::EnforcementPoint;
        let kind = SectionKind::EnforcementPoint;
        let draft = self.membership(by, payload, kind, point.encode())?;
        let rights = vec![Right::Read.into(), Right::Registers.into()];
        let group = self.random.array::<16>()?.to_vec();
        self.invite(by, device, request, draft, (rights, group), wire)
    }

    /// Begins to admit a further device of a person: of the author's own, or of a dependant.
    pub fn invite_person(
        &mut self,
        by: usize,
        who: PrincipalId,
        wire: &mut dyn Wire,
    ) -> Result<(Draft, Vec<Event>), Broken> {
        let is_guardian = self.guardians.contains(&who);
        let number = self.devices.len() + self.joining.len() + 1;
        let (name, kind) = match is_guardian {
            true => (format!("g{number}"), Kind::Guardian(who)),
            false => (format!("d{number}"), Kind::Dependant(who)),
        };
        let fresh = self.random.fork();
        let device = Device::new(name, kind, fresh)?;
        let what = Joining::Person(DeviceRole::Active);
        let identity = device.identity()?;
        let request = JoinRequest::verify(&identity.join_request(what, vec![]))?;
        let mut devices = self.devices_of(by, who)?;
        devices.push(person(&identity));
        let set = PrincipalDevices {
            principal: who,
            devices,
        };
        let payload = PayloadType::PrincipalDevices;
        let draft = self.membership(by, payload, SectionKind::Devices, set.encode())?;
        let rights = match is_guardian {
            true => everything(),
            false => vec![
                Right::Read.into(),
                Right::Append.into(),
                Right::Registers.into(),
            ],
        };
        let group = match is_guardian {
            true => group_of(who),
            false => self.random.array::<16>()?.to_vec(),
        };
        self.invite(by, device, request, draft, (rights, group), wire)
    }

    /// Proposes a further guardian, who has agreed; others may have to consent.
    pub fn invite_guardian(
        &mut self,
        by: usize,
        wire: &mut dyn Wire,
    ) -> Result<(Draft, Vec<Event>), Broken> {
        let who = PrincipalId::random(&mut self.random)?;
        let number = self.devices.len() + self.joining.len() + 1;
        let fresh = self.random.fork();
        let device = Device::new(format!("g{number}"), Kind::Guardian(who), fresh)?;
        let identity = device.identity()?;
        let what = Joining::Person(DeviceRole::Active);
        let request = JoinRequest::verify(&identity.join_request(what, vec![]))?;
        let old = self.law_of(by)?;
        let mut guardians = old.guardians().to_vec();
        guardians.push(Guardian {
            id: who,
            scope: self.some_scope(who),
            custody: vec![],
        });
        let new = law_of(&old, guardians)?;
        let proposal = self.proposal(by, Act::Constitution(new))?;
        let log_id = self.device(by)?.member()?.anchor().log_id;
        let keys = (
            identity.device,
            &identity.signing,
            identity.sealing.public(),
        );
        let accept = Accept::sign(log_id, proposal.hash(log_id), who, keys);
        let bytes = proposal.with_accepts(vec![accept]).encode();
        let draft = self.membership(by, PayloadType::Proposal, SectionKind::Proposal, bytes)?;
        self.guardians.push(who);
        self.invite(
            by,
            device,
            request,
            draft,
            (everything(), group_of(who)),
            wire,
        )
    }

    /// Proposes that a guardian leaves against their will.
    pub fn propose_without(&mut self, by: usize, who: PrincipalId) -> Result<Draft, Broken> {
        self.propose(by, Act::Constitution(self.law_without(by, who)?))
    }

    /// A PROPOSAL of an act without newcomers.
    pub fn propose(&mut self, by: usize, act: Act) -> Result<Draft, Broken> {
        let bytes = self.proposal(by, act)?.encode();
        self.membership(by, PayloadType::Proposal, SectionKind::Proposal, bytes)
    }

    /// A guardian's own leaving, written as itself.
    pub fn leave(&mut self, by: usize, who: PrincipalId) -> Result<Draft, Broken> {
        let bytes = self.law_without(by, who)?.encode();
        let payload = PayloadType::Constitution;
        self.membership(by, payload, SectionKind::Constitution, bytes)
    }

    /// Consents of this device's guardian to everything open that asks for them.
    pub fn approvals(&mut self, by: usize) -> Result<Vec<(DocumentId, Draft)>, Broken> {
        let member = self.device(by)?.member()?;
        let Some((household, me)) = member.household().zip(member.principal()) else {
            return Ok(Vec::new());
        };
        let asked = household.proposals().filter(|open| {
            let asks = household.needs_of(open).is_ok_and(|needs| needs.asks(me));
            asks && !open.consents.contains_key(&me)
        });
        let approvals: Vec<_> = asked
            .map(|open| {
                let (proposal, base) = (open.hash, open.proposal.base());
                (open.id, Approval { proposal, base }.encode())
            })
            .collect();
        let payload = PayloadType::Approve;
        let kind = SectionKind::Approval;
        let drafts = approvals
            .into_iter()
            .map(|(id, bytes)| Ok((id, self.membership(by, payload, kind, bytes)?)));
        drafts.collect()
    }

    fn proposal(&self, by: usize, act: Act) -> Result<Proposal, Broken> {
        let household = self.device(by)?.member()?.household();
        let base = household.and_then(|household| household.base_of(&act));
        let base = base.ok_or_else(|| Broken::new("nothing stands that this replaces"))?;
        Ok(Proposal::new(act, base))
    }

    fn law_without(&self, by: usize, who: PrincipalId) -> Result<Constitution, Broken> {
        let old = self.law_of(by)?;
        let rest = old.guardians().iter().filter(|guardian| guardian.id != who);
        law_of(&old, rest.cloned().collect())
    }

    /// Whether a guardian has authority over a dependant.
    pub fn is_in_scope(&self, guardian: PrincipalId, dependant: PrincipalId) -> bool {
        let scope = self.scopes.get(&guardian);
        scope.is_none_or(|scope| scope.contains(&dependant))
    }

    /// The scope of a newcomer: mostly everybody, which is written as none.
    fn some_scope(&mut self, who: PrincipalId) -> Vec<PrincipalId> {
        if !self.divides || self.dependants.len() < 2 || self.random.chance(40) {
            return Vec::new();
        }
        let one = self.random.index(self.dependants.len());
        let scope: Vec<_> = self.dependants.get(one).copied().into_iter().collect();
        self.scopes.insert(who, scope.clone());
        scope
    }

    fn law_of(&self, by: usize) -> Result<Constitution, Broken> {
        let household = self.device(by)?.member()?.household();
        let law = household.map(|household| household.constitution().clone());
        law.ok_or_else(|| Broken::new("no household yet"))
    }

    /// The devices of a principal, as the device at `at` sees them.
    pub fn devices_of(
        &self,
        at: usize,
        who: PrincipalId,
    ) -> Result<Vec<parcep_core::constitution::Device>, Broken> {
        let household = self.device(at)?.member()?.household();
        let people = household
            .into_iter()
            .flat_map(|household| household.people());
        let theirs = people.filter(|(principal, _)| *principal == who);
        Ok(theirs.map(|(_, device)| *device).collect())
    }

    /// Takes every newcomer whom the device at `by` invited as far as it gets.
    pub fn admit(&mut self, by: usize, wire: &mut dyn Wire) -> Result<Vec<Event>, Broken> {
        let now = self.now;
        let Some(inviter) = self.devices.get_mut(by) else {
            return Ok(Vec::new());
        };
        let mut all = Vec::new();
        let mut waiting = Vec::new();
        let mut joined_now = Vec::new();
        for mut newcomer in std::mem::take(&mut self.joining) {
            let request = &newcomer.request;
            let listed = inviter.member.as_ref().and_then(|m| m.household());
            let listed = listed.is_some_and(|h| h.key_of(request.device) == Some(request.signing));
            if newcomer.by != inviter.id() || !listed {
                waiting.push(newcomer);
                continue;
            }
            if inviter
                .member
                .as_ref()
                .is_none_or(|member| member.is_busy())
            {
                waiting.push(newcomer);
                continue;
            }
            if !newcomer.granted {
                let access = newcomer.access.clone();
                inviter.member_mut()?.grant_access(access);
                let events = inviter.settle(wire, now)?;
                let granted = |event: &Event| matches!(event, Event::Granted(Ok(())));
                newcomer.granted = events.iter().any(granted);
                if newcomer.granted {
                    self.granted.push(newcomer.access.clone());
                }
                all.extend(events);
            }
            let Some(member) = inviter.member.as_ref().filter(|_| newcomer.granted) else {
                waiting.push(newcomer);
                continue;
            };
            let answer = match member.welcome(&newcomer.request, &mut self.random) {
                // Whoever left invites nobody, and whom another branch does not list stays outside.
                Err(WelcomeError::Left | WelcomeError::Forked) => {
                    waiting.push(newcomer);
                    continue;
                }
                answer => answer?,
            };
            let mut joined = Member::join(newcomer.device.identity()?, &answer)?;
            newcomer.device.relay = inviter.relay;
            newcomer.device.request = Some(newcomer.request);
            // Where its inviter is, as the answer's bearer says.
            joined.use_relay(inviter.member()?.relay_uri());
            if matches!(newcomer.device.kind, Kind::Point(_)) {
                newcomer.device.time = Some(Timepiece::new(now));
            }
            // Its first write is its start: without it, it has not joined and asks again.
            if newcomer.device.begin(joined).is_ok() {
                joined_now.push(newcomer.device);
            }
        }
        self.joining = waiting;
        self.devices.extend(joined_now);
        Ok(all)
    }

    /// A further answer for a device that has not joined, because the head of its Welcome is gone: whoever
    /// wrote it in makes it, and the device begins anew (R-JOIN-016). False if this member does not.
    pub fn welcome_again(&mut self, at: usize, by: usize) -> Result<bool, Broken> {
        let mut random = self.random.fork();
        let (inviter, device) = (self.device(by)?, self.device(at)?);
        let (Some(request), Some(member)) = (&device.request, &inviter.member) else {
            return Ok(false);
        };
        let Ok(answer) = member.welcome(request, &mut random) else {
            return Ok(false);
        };
        let mut joined = Member::join(device.identity()?, &answer)?;
        joined.use_relay(member.relay_uri());
        let relay = inviter.relay;
        let device = self.device_mut(at)?;
        device.relay = relay;
        device.disk = Disk::default();
        let begun = device.begin(joined);
        begun.map_err(|_| Broken::new("the newcomer lost power"))?;
        Ok(true)
    }

    pub(super) fn invite(
        &mut self,
        by: usize,
        device: Device,
        request: JoinRequest,
        draft: Draft,
        (rights, group): (Vec<i32>, Vec<u8>),
        wire: &mut dyn Wire,
    ) -> Result<(Draft, Vec<Event>), Broken> {
        let now = self.now;
        let inviter = self.device_mut(by)?;
        let author = inviter.id();
        let mut events = inviter.append(draft.clone(), wire, now)?;
        let access = pb::AccessKey {
            access_key: request.access.as_bytes().to_vec(),
            rights,
            group,
            root: request.what == Joining::Person(DeviceRole::Recovery),
            ..pb::AccessKey::default()
        };
        self.joining.push(Newcomer {
            device,
            request,
            by: author,
            access,
            granted: false,
        });
        events.extend(self.admit(by, wire)?);
        Ok((draft, events))
    }
}

/// A constitution in which everybody has authority over everybody.
pub fn law(
    guardians: &[PrincipalId],
    dependants: &[PrincipalId],
    threshold: u32,
    relays: Vec<RelayRef>,
) -> Result<Constitution, Broken> {
    let guardians = guardians.iter().map(|id| Guardian {
        id: *id,
        scope: vec![],
        custody: vec![],
    });
    let dependants = dependants.iter().map(|id| Dependant {
        id: *id,
        release_on: None,
    });
    Ok(Constitution::new(
        guardians.collect(),
        dependants.collect(),
        threshold,
        relays,
        Caps::default(),
    )?)
}

/// A constitution with other guardians, its threshold lowered where it must be.
fn law_of(old: &Constitution, guardians: Vec<Guardian>) -> Result<Constitution, Broken> {
    let most = u32::try_from(guardians.len()).unwrap_or(1);
    Ok(Constitution::new(
        guardians,
        old.dependants().to_vec(),
        old.threshold().min(most),
        old.relays().to_vec(),
        old.caps(),
    )?)
}

/// A device as a membership document lists it.
pub fn person(identity: &parcep_core::member::Identity) -> parcep_core::constitution::Device {
    parcep_core::constitution::Device {
        id: identity.device,
        signing: identity.signing.public(),
        sealing: identity.sealing.public(),
        role: DeviceRole::Active,
    }
}

/// The group of a guardian's keys at relays, which is none of the household's ids (R-RELAY-032).
pub(super) fn group_of(guardian: PrincipalId) -> Vec<u8> {
    let seed = guardian.as_bytes().iter().fold(0_u64, |seed, byte| {
        seed.rotate_left(7).wrapping_add(u64::from(*byte))
    });
    let mut stream = Seeded::new(seed);
    let halves = [stream.next(), stream.next()];
    halves.iter().flat_map(|half| half.to_be_bytes()).collect()
}

/// Every right at a relay.
pub(super) fn everything() -> Vec<i32> {
    [Right::Read, Right::Append, Right::Registers, Right::Admin]
        .map(i32::from)
        .to_vec()
}
