//! What a household does from its first day to its last, with every kind of document, register and call.
//! Two families do the same; what they write, and every key, is their own.

use super::types::{Types, Words};
use super::wire::{Left, Real};
use parcep_conformance::stage::{Device, Family, Seeded, rules::Written};
use parcep_core::consent::{Act, Approval, Proposal};
use parcep_core::constitution::{
    Caps, Constitution, Custody, Dependant, Guardian, Relay, YearMonth,
};
use parcep_core::crypto::Hash;
use parcep_core::document::{Draft, PayloadType, SectionKind, sections_of};
use parcep_core::epoch::PepCategory;
use parcep_core::household::{Household, Outcome};
use parcep_core::id::PrincipalId;
use parcep_core::member::{Event, Method, RegisterUpdate};
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

pub(super) use happened;

/// A household and its two relays.
pub(super) struct Story {
    pub(super) family: Family,
    pub(super) types: Types,
    /// Every section and register that a member wrote: the message, and its bytes.
    pub(super) written: Vec<(String, Vec<u8>)>,
    pub(super) home: Real,
    pub(super) spare: Real,
    words: Words,
    pub(super) statements: Vec<pb::Statement>,
}

/// Devices by their place: three guardians, the first with two phones, then dependants, then points.
pub(super) const PHONE: usize = 0;
pub(super) const TABLET: usize = 1;
pub(super) const MOTHER: usize = 2;
pub(super) const AUNT: usize = 3;
pub(super) const CHILD: usize = 4;
pub(super) const CONSOLE: usize = 6;
pub(super) const TV: usize = 7;
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

    /// Both relays are switched off.
    pub(super) fn stop(self) -> [Left; 2] {
        [self.home.stop(), self.spare.stop()]
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

    pub(super) fn relay(&mut self, at: usize) -> (&mut Device, &mut Real, i64) {
        self.family.now += 30;
        let now = self.family.now;
        let device = &mut self.family.devices[at];
        let relay = match device.relay {
            0 => &mut self.home,
            _ => &mut self.spare,
        };
        (device, relay, now)
    }

    pub(super) fn sync(&mut self, at: usize) -> Vec<Event> {
        let (device, relay, now) = self.relay(at);
        device.sync(relay, now).unwrap()
    }

    pub(super) fn settle(&mut self, at: usize) -> Vec<Event> {
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
    pub(super) fn append(&mut self, at: usize, draft: Draft) -> Outcome {
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

    pub(super) fn say(&mut self, at: usize, payload_type: PayloadType, bytes: Vec<u8>) -> Outcome {
        self.sync(at);
        let kind = sections_of(payload_type)[0];
        let draft = self.family.membership(at, payload_type, kind, bytes);
        self.append(at, draft.unwrap())
    }

    pub(super) fn propose(&mut self, at: usize, act: Act) -> Hash {
        self.sync(at);
        let household = self.household(at);
        let proposal = Proposal::new(act.clone(), household.base_of(&act).unwrap());
        let hash = proposal.hash(household.log_id());
        self.say(at, PayloadType::Proposal, proposal.encode());
        hash
    }

    pub(super) fn approve(&mut self, at: usize, proposal: Hash) {
        self.sync(at);
        let open = self.household(at).proposal(proposal).unwrap();
        let base = open.proposal.base();
        let approval = Approval { proposal, base }.encode();
        self.say(at, PayloadType::Approve, approval);
    }

    /// Every guardian consents to whatever asks for it.
    pub(super) fn all_approve(&mut self) {
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

    pub(super) fn renew(&mut self, at: usize) {
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

    pub(super) fn beat(&mut self, at: usize) {
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
}

pub(super) fn every_right() -> Vec<i32> {
    use pb::Right::{Admin, Append, Read, Registers};
    [Read, Append, Registers, Admin].map(i32::from).to_vec()
}
