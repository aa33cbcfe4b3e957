//! What a household does once everybody is there: what takes a week, what is asked of a relay, who leaves,
//! and the move to another relay.

use super::story::{AUNT, CHILD, CONSOLE, MOTHER, PHONE, Story, TABLET, TV, every_right, happened};
use parcep_conformance::stage::{DAY, Kind};
use parcep_core::consent::{Act, Cancel, Completion, Head, Resolve, Statement};
use parcep_core::constitution::{Constitution, Guardian, PrincipalDevices};
use parcep_core::crypto::{Hash, Random as _, SigningKey};
use parcep_core::document::{PayloadType, open_header};
use parcep_core::id::PrincipalId;
use parcep_core::log::Entry;
use parcep_core::member::{Announcement, Event};
use parcep_core::recovery::RecoverySecret;
use parcep_core::register::RegisterKey;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeMap;

impl Story {
    /// Everything that a household does while it lasts, and the move to its other relay.
    pub(super) fn lives(&mut self) {
        self.page_is_printed();
        self.acts_wait();
        self.relay_is_asked();
        self.some_leave();
        self.a_fork_is_resolved();
        self.household_moves();
        self.nobody_ends_it();
    }

    /// The third dependant leaves, and a week after that was announced the relay holds no body about them
    /// any more. Gives the entries, with their bodies.
    pub(super) fn forgets(&mut self) -> Vec<Entry> {
        let third = self.family.dependants[2];
        self.sync(PHONE);
        let law = self.household(PHONE).constitution();
        let stays = |guardian: &Guardian| Guardian {
            custody: Vec::new(),
            ..guardian.clone()
        };
        let guardians = law.guardians().iter().map(stays).collect();
        let mut dependants = law.dependants().to_vec();
        dependants.retain(|dependant| dependant.id != third);
        let relays = law.relays().to_vec();
        let law = Constitution::new(guardians, dependants, 1, relays, law.caps()).unwrap();
        self.propose(PHONE, Act::Constitution(law));
        self.all_approve_of(&[MOTHER]);
        assert!(!self.household(PHONE).constitution().is_dependant(third));
        let device = &self.family.devices[PHONE];
        let member = device.member().unwrap();
        let log_id = member.anchor().log_id;
        let about = |entry: &&Entry| {
            let secret = member.keyring().household(entry.generation);
            let header = open_header(entry, log_id, secret).unwrap();
            let author = header.claimed_author();
            let mut devices = self.family.devices.iter();
            let author = devices.find(|device| device.id() == author).unwrap();
            let key = author.identity().unwrap().signing.public();
            let header = header.verify(&key, entry, log_id).unwrap();
            header.header().dependant == Some(third) && !entry.slot.is_empty()
        };
        let gone: Vec<Entry> = device.disk.entries.iter().filter(about).cloned().collect();
        let seqs = gone.iter().map(|entry| entry.seq).collect();
        let member = self.family.devices[PHONE].member_mut().unwrap();
        member.announce(Announcement::EraseBodies(pb::Places { seqs }));
        let events = self.settle(PHONE);
        happened!(events, Event::Announced(Ok(_)));
        self.family.now += 8 * DAY;
        // The relay carries it out before it answers.
        self.sync(TABLET);
        gone
    }

    /// It ends: everybody says so, and a week later the relay deletes the log.
    pub(super) fn ends(&mut self) {
        let log_id = self.household(PHONE).log_id();
        self.propose(PHONE, Act::Erase(log_id));
        self.all_approve();
        self.sync(PHONE);
        assert!(self.household(PHONE).ended().is_some());
        let member = self.family.devices[PHONE].member_mut().unwrap();
        member.announce(Announcement::DeleteLog(true));
        let events = self.settle(PHONE);
        happened!(events, Event::Announced(Ok(_)));
        self.family.now += 8 * DAY;
        self.sync(TABLET);
    }

    /// A recovery page, and its root key at the relay.
    fn page_is_printed(&mut self) {
        self.sync(PHONE);
        let founder = self.family.guardians[0];
        let log_id = self.household(PHONE).log_id();
        let secret = RecoverySecret::generate(self.family.random()).unwrap();
        let keys = secret.keys(log_id).unwrap();
        let mut devices = self.family.devices_of(PHONE, founder).unwrap();
        devices.push(keys.listed());
        let set = PrincipalDevices {
            principal: founder,
            devices,
        };
        self.say(PHONE, PayloadType::PrincipalDevices, set.encode());
        let access = pb::AccessKey {
            access_key: keys.access.public().as_bytes().to_vec(),
            rights: every_right(),
            group: self.family.group(founder),
            root: true,
            ..pb::AccessKey::default()
        };
        let member = self.family.devices[PHONE].member_mut().unwrap();
        // It takes from the others of its group, so it waits a week.
        member.announce(Announcement::Change(access));
        let events = self.settle(PHONE);
        happened!(events, Event::Announced(Ok(_)));
        self.renew(TABLET);
    }

    /// Statements of two kinds about where the log stands now.
    fn witness(&mut self) {
        for at in [PHONE, MOTHER, CONSOLE] {
            self.beat(at);
        }
        let (device, relay, now) = self.relay(PHONE);
        device.watch(relay, now).unwrap();
        let member = device.member().unwrap();
        let bookmark = member.bookmark().cloned().unwrap();
        let keyring = member.keyring().clone();
        let household = self.household(PHONE);
        let (log_id, secret) = (household.log_id(), keyring.household(household.epoch()));
        let secret = secret.unwrap().clone();
        let source = pb::statement::Source::Bookmark(bookmark);
        let statement = |source| pb::Statement {
            source: Some(source),
        };
        self.statements.push(statement(source));
        for at in [PHONE, MOTHER, CONSOLE] {
            let key = RegisterKey {
                log_id,
                payload_type: PayloadType::Beat,
                writer: self.family.devices[at].id(),
                dependant: None,
                secret: secret.clone(),
            };
            let name = key.name();
            let told = self.home.said.iter().rev().find_map(|said| {
                let request = pb::WriteRegisterRequest::decode(said.body.as_slice()).ok()?;
                request.register.filter(|r| r.name == name.as_bytes())
            });
            let signed = key.signed(&told.unwrap()).unwrap();
            let bytes = signed.encode_to_vec();
            self.written.push(("SignedRegister".into(), bytes));
            let source = pb::statement::Source::Beat(signed);
            self.statements.push(statement(source));
        }
    }

    fn statements(&self) -> Vec<Statement> {
        let all = self.statements.iter();
        all.map(|statement| Statement::try_from(statement).unwrap())
            .collect()
    }

    /// An act that takes a week, one that its author ends, one that is ended because it is old.
    fn acts_wait(&mut self) {
        let (aunt, mother) = (self.family.guardians[2], self.family.guardians[1]);
        let law = self.household(PHONE).constitution().clone();
        let without = |who: PrincipalId, relays: usize| {
            let guardians = law.guardians().iter().filter(|g| g.id != who).cloned();
            let relays = law.relays()[..relays].to_vec();
            let dependants = law.dependants().to_vec();
            Constitution::new(guardians.collect(), dependants, 1, relays, law.caps()).unwrap()
        };
        let (first, second) = (without(aunt, 2), without(mother, 2));
        let third = without(aunt, 1);
        let ended = self.propose(PHONE, Act::Constitution(second.clone()));
        let cancel = Cancel {
            proposal: ended,
            proof: Vec::new(),
        };
        self.say(PHONE, PayloadType::Cancel, cancel.encode());
        let goes = self.propose(PHONE, Act::Constitution(first));
        self.approve(MOTHER, goes);
        let old = self.propose(AUNT, Act::Constitution(second));
        let later = self.propose(MOTHER, Act::Constitution(third));
        self.witness();
        self.family.now += 8 * DAY;
        self.witness();
        let statements = self.statements();
        let household = self.household(PHONE);
        let open = household.proposal(goes).unwrap();
        let proof = household.proof_of_delay(open, &statements).unwrap();
        self.family.now += 8 * DAY;
        self.witness();
        let statements = self.statements();
        for proposal in [old, later] {
            let household = self.household(PHONE);
            let open = household.proposal(proposal).unwrap();
            let proof = household.proof_of_age(open, &statements).unwrap();
            let proof = proof.into_iter().map(Some).collect();
            let cancel = Cancel { proposal, proof }.encode();
            self.say(PHONE, PayloadType::Cancel, cancel);
        }
        let proof = proof.into_iter().map(Some).collect();
        let effect = Completion {
            proposal: goes,
            proof,
        };
        self.say(PHONE, PayloadType::Effect, effect.encode());
        assert_eq!(self.household(PHONE).constitution().guardians().len(), 2);
        self.renew(PHONE);
    }

    /// Everything that a member may ask a relay beside reading and writing.
    fn relay_is_asked(&mut self) {
        self.sync(PHONE);
        let key_of = |story: &Self, at: usize| {
            let identity = story.family.devices[at].identity().unwrap();
            identity.access.public().as_bytes().to_vec()
        };
        let (aunt, mother) = (key_of(self, AUNT), key_of(self, MOTHER));
        // Bodies that newer ones replaced more than a week ago, whoever wrote them.
        let entries = self.family.devices[PHONE].disk.entries.iter();
        let mut slots: BTreeMap<_, Vec<u64>> = BTreeMap::new();
        for entry in entries.filter(|entry| !entry.slot.is_empty()) {
            slots.entry(&entry.slot).or_default().push(entry.seq);
        }
        let newest = slots.values().map(|places| places[places.len() - 1]);
        let mut newest: Vec<u64> = newest.collect();
        newest.sort_unstable();
        newest.truncate(2);
        let replaced = slots
            .values()
            .flat_map(|places| &places[..places.len() - 1]);
        let mut replaced: Vec<u64> = replaced.copied().collect();
        replaced.sort_unstable();
        let asked = [
            Announcement::Revoke(aunt.clone()),
            Announcement::EraseBodies(pb::Places { seqs: newest }),
            Announcement::DeleteLog(true),
            Announcement::Change(pb::AccessKey {
                access_key: mother,
                rights: vec![pb::Right::Read.into()],
                group: self.family.group(self.family.guardians[1]),
                rate_per_minute: Some(60),
                quota_bytes: Some(1 << 24),
                root: false,
            }),
        ];
        for what in asked {
            let member = self.family.devices[PHONE].member_mut().unwrap();
            member.announce(what);
            let events = self.settle(PHONE);
            happened!(events, Event::Announced(Ok(_)));
        }
        for number in [4, 5] {
            self.family.devices[PHONE]
                .member_mut()
                .unwrap()
                .cancel_act(number);
            let events = self.settle(PHONE);
            happened!(events, Event::CancelledAct(_, Ok(())));
        }
        let member = self.family.devices[PHONE].member_mut().unwrap();
        member.list_acts();
        member.list_access();
        for seq in replaced {
            member.prune(vec![seq]);
        }
        let events = self.settle(PHONE);
        let pruned = events.iter().filter(|e| matches!(e, Event::Pruned(Ok(()))));
        assert!(pruned.count() >= 3, "three layers were replaced");
        self.family.now += 8 * DAY;
        let seed = self.family.random().array::<32>().unwrap();
        let guest = SigningKey::from_seed(seed).unwrap();
        let guest = guest.public().as_bytes().to_vec();
        let group = self.family.group(self.family.guardians[0]);
        let now = self.family.now;
        let member = self.family.devices[PHONE].member_mut().unwrap();
        member.grant_access(pb::AccessKey {
            access_key: guest.clone(),
            rights: vec![pb::Right::Read.into()],
            group,
            rate_per_minute: Some(30),
            quota_bytes: Some(1 << 20),
            root: false,
        });
        member.revoke_access(guest, now);
        let events = self.settle(PHONE);
        happened!(events, Event::Revoked(Ok(())));
        let (device, relay, now) = self.relay(MOTHER);
        device.watch(relay, now).unwrap();
    }

    /// A television goes, and a child's phone.
    fn some_leave(&mut self) {
        let third = self.family.dependants[2];
        let tv = self.family.devices[TV].id();
        let act = Act::RemoveEnforcementPoint(tv);
        self.sync(PHONE);
        let phone = self.family.devices[PHONE].id();
        let needs = self.household(PHONE).needs(&act, phone).unwrap();
        let founder = self.family.guardians[0];
        match needs.is_direct_for(founder) {
            true => {
                self.say(PHONE, PayloadType::RemoveEnforcementPoint, act.encode());
            }
            false => {
                self.propose(PHONE, act);
                self.all_approve_of(&[MOTHER]);
            }
        }
        assert!(self.household(PHONE).enforcement_point(tv).is_none());
        self.renew(PHONE);
        let set = PrincipalDevices {
            principal: third,
            devices: Vec::new(),
        };
        self.say(PHONE, PayloadType::PrincipalDevices, set.encode());
        self.renew(PHONE);
    }

    fn all_approve_of(&mut self, devices: &[usize]) {
        for at in devices {
            self.sync(*at);
            for (_, draft) in self.family.approvals(*at).unwrap() {
                self.append(*at, draft);
            }
        }
        self.sync(PHONE);
    }

    /// An end that was proposed, and that its author takes back.
    fn nobody_ends_it(&mut self) {
        let log_id = self.household(PHONE).log_id();
        let proposal = self.propose(PHONE, Act::Erase(log_id));
        let proof = Vec::new();
        let cancel = Cancel { proposal, proof }.encode();
        self.say(PHONE, PayloadType::Cancel, cancel);
    }

    /// The other branch is no business of the relay's either.
    fn a_fork_is_resolved(&mut self) {
        let hash = Hash(self.family.random().array::<32>().unwrap());
        let ended = vec![Head { seq: 9, hash }];
        self.propose(PHONE, Act::Resolve(Resolve { ended }));
        self.all_approve_of(&[MOTHER]);
    }

    /// The founder's phone takes the log to the other relay, and the others follow.
    fn household_moves(&mut self) {
        self.sync(PHONE);
        let relays = self.household(PHONE).constitution().relays();
        let spare = relays[1].uri.clone();
        let access = pb::AccessKey {
            access_key: self.family.devices[PHONE]
                .identity()
                .unwrap()
                .access
                .public()
                .as_bytes()
                .to_vec(),
            rights: every_right(),
            group: self.family.group(self.family.guardians[0]),
            ..pb::AccessKey::default()
        };
        let device = &mut self.family.devices[PHONE];
        device.relay = 1;
        let member = device.member_mut().unwrap();
        member.use_relay(&spare);
        assert!(member.begin_here(access, &[], Vec::new()));
        let events = self.settle(PHONE);
        happened!(events, Event::Created(Ok(())));
        self.sync(PHONE);
        let (device, relay, now) = self.relay(PHONE);
        let mut random = device.random().fork();
        let member = device.member_mut().unwrap();
        member.append_moved(now, &mut random).unwrap();
        let events = device.settle(relay, now).unwrap();
        happened!(events, Event::Appended(..));
        self.written.push((
            "Moved".into(),
            pb::Moved { uri: spare.clone() }.encode_to_vec(),
        ));
        for at in [TABLET, MOTHER, CHILD, CONSOLE] {
            let device = &mut self.family.devices[at];
            device.relay = 1;
            device.member_mut().unwrap().use_relay(&spare);
            self.sync(at);
            let head = self.family.devices[at].member().unwrap().head();
            assert_eq!(head, self.family.devices[PHONE].member().unwrap().head());
        }
        self.beat(PHONE);
        assert!(matches!(
            self.family.devices[CHILD].kind,
            Kind::Dependant(_)
        ));
    }
}
