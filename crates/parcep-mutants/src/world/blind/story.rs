//! What a household does from its first day to its last, with every kind of document, register and call.
//! Two families do the same; what they write, and every key, is their own.

use super::types::{Types, Words};
use super::wire::{Left, Real};
use crate::world::{DAY, Device, Family, Kind, Seeded, rules::Written};
use parcep_core::consent::{Act, Approval, Cancel, Completion, Head, Proposal, Resolve, Statement};
use parcep_core::constitution::{
    Caps, Constitution, Custody, Dependant, Guardian, PrincipalDevices, Relay, YearMonth,
};
use parcep_core::crypto::{Hash, Random as _};
use parcep_core::document::{Draft, PayloadType, SectionKind, sections_of};
use parcep_core::epoch::PepCategory;
use parcep_core::household::{Household, Outcome};
use parcep_core::id::PrincipalId;
use parcep_core::member::{Announcement, Event, Method, RegisterUpdate};
use parcep_core::recovery::RecoverySecret;
use parcep_core::register::RegisterKey;
use parcep_core::registry;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeMap;

/// Asserts that such an event is among these.
macro_rules! happened {
    ($events:expr, $event:pat) => {
        let events = $events;
        assert!(events.iter().any(|e| matches!(e, $event)), "{events:?}");
    };
}

/// A household and its two relays.
pub(super) struct Story {
    pub(super) family: Family,
    pub(super) types: Types,
    /// Every section and register that a member wrote: the message, and its bytes.
    pub(super) written: Vec<(String, Vec<u8>)>,
    home: Real,
    spare: Real,
    words: Words,
    statements: Vec<pb::Statement>,
}

/// Devices by their place: three guardians, the first with two phones, then dependants, then points.
const PHONE: usize = 0;
const TABLET: usize = 1;
const MOTHER: usize = 2;
const AUNT: usize = 3;
const CHILD: usize = 4;
const CONSOLE: usize = 6;
const TV: usize = 7;
const GATEWAY: usize = 8;

impl Story {
    /// A family of three guardians and three dependants. `words` is what they write, `keys` everything
    /// that they draw.
    pub(super) fn begin(words: u64, keys: u64) -> Self {
        let (mut home, spare) = (Real::start(), Real::start());
        let relays = [home.key, spare.key];
        let family = Family::found(3, &relays, &mut home, Seeded::new(keys)).unwrap();
        let mut story = Self {
            family,
            types: Types::read(),
            written: Vec::new(),
            home,
            spare,
            words: Words::new(words),
            statements: Vec::new(),
        };
        story.people_join();
        story.everybody_writes();
        story.law_is_made();
        story
    }

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

    /// It ends.
    pub(super) fn ends(&mut self) {
        let log_id = self.household(PHONE).log_id();
        self.propose(PHONE, Act::Erase(log_id));
        self.all_approve();
        let member = self.family.devices[PHONE].member_mut().unwrap();
        member.announce(Announcement::DeleteLog(true));
        self.settle(PHONE);
        self.family.now += 8 * DAY;
        // The relay carries it out before it answers.
        self.sync(TABLET);
    }

    /// Both relays are switched off.
    pub(super) fn stop(self) -> (Family, [Left; 2], Vec<(String, Vec<u8>)>) {
        (
            self.family,
            [self.home.stop(), self.spare.stop()],
            self.written,
        )
    }

    /// Every register that a relay was told, with what its writer signed, as the device at `at` opens it.
    pub(super) fn registers(&self, at: usize) -> Vec<pb::SignedRegister> {
        let said = self.home.said.iter().chain(&self.spare.said);
        let requests = said.filter(|said| said.method == Method::WriteRegister);
        let requests = requests.filter_map(|said| {
            let request = pb::WriteRegisterRequest::decode(said.body.as_slice());
            request.unwrap().register
        });
        let keys = self.register_keys(at);
        let opened = requests.map(|register| {
            let mut keys = keys.iter();
            let key = keys.find(|key| key.name().as_bytes() == register.name);
            key.unwrap().signed(&register).unwrap()
        });
        opened.collect()
    }

    /// The keys of every register of every epoch.
    fn register_keys(&self, at: usize) -> Vec<RegisterKey> {
        let member = self.family.devices[at].member().unwrap();
        let (log_id, keyring) = (member.anchor().log_id, member.keyring());
        let mut keys = Vec::new();
        for device in &self.family.devices {
            let key = |payload_type, dependant, secret| RegisterKey {
                log_id,
                payload_type,
                writer: device.id(),
                dependant,
                secret,
            };
            for generation in 1..32 {
                let secret = keyring.household(generation).cloned();
                keys.extend(secret.map(|secret| key(PayloadType::Beat, None, secret)));
                for child in self.family.dependants.iter().copied() {
                    let secret = keyring.writer_secret(child, generation, device.id());
                    let report = |secret| key(PayloadType::AppliedReport, Some(child), secret);
                    keys.extend(secret.map(report));
                }
            }
        }
        keys
    }

    pub(super) fn household(&self, at: usize) -> &Household {
        self.family.devices[at]
            .member()
            .unwrap()
            .household()
            .unwrap()
    }

    fn relay(&mut self, at: usize) -> (&mut Device, &mut Real, i64) {
        self.family.now += 30;
        let now = self.family.now;
        let device = &mut self.family.devices[at];
        let relay = match device.relay {
            0 => &mut self.home,
            _ => &mut self.spare,
        };
        (device, relay, now)
    }

    fn sync(&mut self, at: usize) -> Vec<Event> {
        let (device, relay, now) = self.relay(at);
        device.sync(relay, now).unwrap()
    }

    fn settle(&mut self, at: usize) -> Vec<Event> {
        let (device, relay, now) = self.relay(at);
        device.settle(relay, now).unwrap()
    }

    fn note(&mut self, draft: &Draft) {
        for (kind, bytes) in &draft.sections {
            let message = match draft.payload_type {
                PayloadType::List => "list",
                _ => registry::section_kind(*kind).unwrap().message,
            };
            let message = message.rsplit('.').next().unwrap();
            self.written.push((message.to_owned(), bytes.clone()));
        }
    }

    /// Writes a document, which has effect.
    fn append(&mut self, at: usize, draft: Draft) -> Outcome {
        self.sync(at);
        self.note(&draft);
        let what = draft.payload_type;
        let (device, relay, now) = self.relay(at);
        let events = device.append(draft, relay, now).unwrap();
        let outcome = events.iter().rev().find_map(|event| match event {
            Event::Followed(_, outcome) => Some(outcome.clone()),
            _ => None,
        });
        let outcome = outcome.unwrap_or_else(|| panic!("{what:?}: {events:?}"));
        assert!(
            matches!(outcome, Outcome::Effect(_)),
            "{what:?} by {at}: {outcome:?}"
        );
        outcome
    }

    fn say(&mut self, at: usize, payload_type: PayloadType, bytes: Vec<u8>) -> Outcome {
        self.sync(at);
        let kind = sections_of(payload_type)[0];
        let draft = self.family.membership(at, payload_type, kind, bytes);
        self.append(at, draft.unwrap())
    }

    fn propose(&mut self, at: usize, act: Act) -> Hash {
        self.sync(at);
        let household = self.household(at);
        let proposal = Proposal::new(act.clone(), household.base_of(&act).unwrap());
        let hash = proposal.hash(household.log_id());
        self.say(at, PayloadType::Proposal, proposal.encode());
        hash
    }

    fn approve(&mut self, at: usize, proposal: Hash) {
        self.sync(at);
        let open = self.household(at).proposal(proposal).unwrap();
        let base = open.proposal.base();
        let approval = Approval { proposal, base }.encode();
        self.say(at, PayloadType::Approve, approval);
    }

    /// Every guardian consents to whatever asks for it.
    fn all_approve(&mut self) {
        for at in [PHONE, MOTHER, AUNT] {
            if self.family.devices.len() <= at {
                continue;
            }
            self.sync(at);
            for (_, draft) in self.family.approvals(at).unwrap() {
                self.append(at, draft);
            }
        }
    }

    fn renew(&mut self, at: usize) {
        self.sync(at);
        let (device, relay, now) = self.relay(at);
        let mut random = device.random().fork();
        let member = device.member_mut().unwrap();
        member.append_epoch(now, &mut random).unwrap();
        let events = device.settle(relay, now).unwrap();
        happened!(events, Event::Appended(..));
    }

    fn people_join(&mut self) {
        let [first, second, third] = self.family.dependants[..] else {
            panic!("three dependants");
        };
        let founder = self.family.guardians[0];
        let invited = self.family.invite_person(PHONE, founder, &mut self.home);
        self.note(&invited.unwrap().0);
        for number in 1..3 {
            let invited = self.family.invite_guardian(PHONE, &mut self.home);
            self.note(&invited.unwrap().0);
            if number > 1 {
                self.all_approve();
                self.sync(PHONE);
                let admitted = self.family.admit(PHONE, &mut self.home);
                admitted.unwrap();
            }
            self.renew(PHONE);
        }
        assert_eq!(self.family.devices.len(), 4, "{:?}", self.family.joining);
        for (by, who) in [(PHONE, first), (MOTHER, third)] {
            self.sync(by);
            let invited = self.family.invite_person(by, who, &mut self.home);
            self.note(&invited.unwrap().0);
        }
        for (by, category, whom) in [
            (PHONE, PepCategory::Console, vec![first, second]),
            (AUNT, PepCategory::Tv, vec![third]),
            (MOTHER, PepCategory::HomeGateway, vec![first, second, third]),
        ] {
            self.sync(by);
            let invited = self.family.invite_point(by, category, whom, &mut self.home);
            self.note(&invited.unwrap().0);
        }
        assert_eq!(self.family.devices.len(), 9, "everybody is here");
        // What the gateway can do came out later.
        let gateway = self.family.devices[GATEWAY].id();
        self.sync(MOTHER);
        let point = self.household(MOTHER).enforcement_point(gateway);
        let mut point = point.unwrap().clone();
        let capability = String::from_utf8(self.words.text()).unwrap();
        point.capabilities = vec![format!("web/{capability}")];
        self.say(MOTHER, PayloadType::EnforcementPoint, point.encode());
    }

    /// Layers, acts, names and lists of every guardian about every dependant, each twice; reports.
    fn everybody_writes(&mut self) {
        let dependants = self.family.dependants.clone();
        for at in [PHONE, MOTHER, AUNT] {
            for dependant in dependants.iter().copied() {
                for payload_type in [
                    PayloadType::PolicyLayer,
                    PayloadType::Override,
                    PayloadType::Identity,
                    PayloadType::List,
                    PayloadType::PolicyLayer,
                ] {
                    self.write(at, dependant, payload_type);
                }
            }
            self.beat(at);
        }
        for at in [CONSOLE, TV] {
            self.sync(at);
            let id = self.family.devices[at].id();
            let points = self.household(at).enforcement_point(id).unwrap();
            for dependant in points.dependants.clone() {
                self.report(at, dependant);
            }
        }
        self.beat(CONSOLE);
    }

    fn write(&mut self, at: usize, dependant: PrincipalId, payload_type: PayloadType) {
        self.sync(at);
        let mut sections = Vec::new();
        for kind in sections_of(payload_type) {
            sections.push((*kind, self.content(payload_type, *kind)));
        }
        let written = Written {
            payload_type,
            sections,
            canaries: Vec::new(),
        };
        let draft = self.family.draft(at, dependant, written).unwrap();
        self.append(at, draft);
    }

    fn content(&mut self, payload_type: PayloadType, kind: SectionKind) -> Vec<u8> {
        let message = registry::section_kind(kind).unwrap().message;
        match message.rsplit('.').next().unwrap() {
            _ if payload_type == PayloadType::List => {
                let hosts = (0..40).map(|_| [self.words.text(), b".example\n".to_vec()].concat());
                hosts.collect::<Vec<_>>().concat()
            }
            "" => [self.words.text(), self.words.bytes()].concat(),
            message => self.types.fill(message, &BTreeMap::new(), &mut self.words),
        }
    }

    fn report(&mut self, at: usize, dependant: PrincipalId) {
        let given = [
            ("AppliedReport.dependant_id", dependant.to_vec()),
            // A head that this log does not have would be waited for.
            ("AppliedReport.head", Vec::new()),
        ];
        let given = BTreeMap::from(given);
        let payload = self.types.fill("AppliedReport", &given, &mut self.words);
        self.written.push(("AppliedReport".into(), payload.clone()));
        let update = RegisterUpdate {
            payload_type: PayloadType::AppliedReport,
            dependant: Some(dependant),
            payload,
        };
        let now = self.family.now;
        let member = self.family.devices[at].member_mut().unwrap();
        member.write_register(update, now).unwrap();
        let events = self.settle(at);
        happened!(events, Event::RegisterWritten(..));
    }

    fn beat(&mut self, at: usize) {
        self.sync(at);
        let (device, relay, now) = self.relay(at);
        let events = device.beat(relay, now).unwrap();
        happened!(events, Event::RegisterWritten(..));
    }

    /// Narrow scopes, custody, months of release, caps, another address for the other relay.
    fn law_is_made(&mut self) {
        let law = self.law();
        self.propose(PHONE, Act::Constitution(law));
        self.all_approve();
        let law = self.household(AUNT).constitution();
        assert!(law.caps().extra_time_seconds.is_some(), "it has effect");
        self.sync(PHONE);
        if self.household(PHONE).needs_epoch() {
            self.renew(PHONE);
        }
    }

    fn law(&mut self) -> Constitution {
        let [first, second, third] = self.family.dependants[..] else {
            panic!("three dependants");
        };
        let scopes = [vec![], vec![first, second], vec![third]];
        let words = &mut self.words;
        let mut guardians = Vec::new();
        for (id, scope) in self.family.guardians.iter().zip(scopes) {
            let dependant = scope.first().copied().unwrap_or(second);
            let from = i64::try_from(1 << 40 | words.below(1 << 40)).unwrap();
            let custody = vec![Custody {
                dependant,
                from,
                until: from + i64::try_from(words.below(1 << 30)).unwrap() + 1,
            }];
            guardians.push(Guardian {
                id: *id,
                scope,
                custody,
            });
        }
        let dependants = [first, second, third].map(|id| Dependant {
            id,
            release_on: Some(YearMonth {
                year: 2040 + u16::try_from(words.below(90)).unwrap(),
                month: 1 + u8::try_from(words.below(12)).unwrap(),
            }),
        });
        let host = String::from_utf8(words.text()).unwrap();
        let relays = vec![
            Relay {
                uri: "http://relay-0.example".into(),
                key: Some(self.home.key),
            },
            Relay {
                uri: format!("https://{host}.example"),
                key: Some(self.spare.key),
            },
        ];
        let caps = Caps {
            extra_time_seconds: Some(40_000 + u32::try_from(words.below(40_000)).unwrap()),
            unblock_max_age: Some(u32::try_from(words.below(21)).unwrap()),
        };
        Constitution::new(guardians, dependants.to_vec(), 1, relays, caps).unwrap()
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
        let guest = parcep_core::crypto::SigningKey::from_seed(seed).unwrap();
        let guest = guest.public().as_bytes().to_vec();
        let group = self.family.group(self.family.guardians[0]);
        let member = self.family.devices[PHONE].member_mut().unwrap();
        member.grant_access(pb::AccessKey {
            access_key: guest.clone(),
            rights: vec![pb::Right::Read.into()],
            group,
            rate_per_minute: Some(30),
            quota_bytes: Some(1 << 20),
            root: false,
        });
        member.revoke_access(guest);
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
        assert!(member.begin_here(access, Vec::new()));
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

fn every_right() -> Vec<i32> {
    use pb::Right::{Admin, Append, Read, Registers};
    [Read, Append, Registers, Admin].map(i32::from).to_vec()
}
