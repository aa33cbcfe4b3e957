//! A year of a household's log, 20 000 entries, followed from entry 0 by a guardian's device that opens
//! 2 000 documents, beside hashing all entries and verifying what has to be verified.
//!
//! A follower opens and verifies every header: whether an entry has effect follows from the headers before
//! it (R-LOG-008, R-DOC-001), and what has no effect cannot be told from what has without its signature. So
//! the reference hashes every entry, opens and verifies every header, and opens the sections of the 2 000.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench is a program for its authors"
)]

use criterion::{Criterion, criterion_group, criterion_main};
use parcep_benches::pair::{Pair, pair, smoke};
use parcep_benches::reference::{Reference, entry_hash};
use parcep_core::consent::{Accept, Act, Proposal};
use parcep_core::constitution::{
    Caps, Constitution, Dependant, Device, DeviceRole, EnforcementPoint, Guardian,
    PrincipalDevices, Relay, UncertainTime,
};
use parcep_core::crypto::{SealingKey, SigningKey, SystemRandom};
use parcep_core::document::{Author, Draft, PayloadType, Place, SealedBody, SectionKind};
use parcep_core::epoch::{Keyring, PepCategory};
use parcep_core::household::{Effect, Founding, Household, Outcome, found};
use parcep_core::id::{DeviceId, DocumentId, LogId, PrincipalId};
use parcep_core::log::Entry;
use parcep_core::member::{Chain, Taken};
use parcep_core::policy::{AppRule, AppTarget, LayerAuthor, PolicyLayer};
use prost::Message as _;
use std::collections::VecDeque;
use std::hint::black_box;

/// Entries of a year: 55 a day.
const ENTRIES: usize = 20_000;
/// Every tenth changes the rules, and is opened. The others lock, unlock and give more time.
const RULES_EVERY: usize = 10;
/// Overrides that live at once; the next one replaces the oldest.
const LIVE: usize = 24;
/// Bytes that a device has to keep after a year, at most (R-LOG-017).
const SNAPSHOT: usize = 256 * 1024;
/// Bytes of rules.
const RULES: std::ops::Range<usize> = 2_500..3_500;

struct Hand {
    device: DeviceId,
    signing: SigningKey,
    sealing: SealingKey,
}

struct Year {
    log_id: LogId,
    entries: Vec<Entry>,
    /// Of each entry behind genesis whose header is verified: what the reference needs.
    references: Vec<Reference>,
    founder: Hand,
}

impl Hand {
    fn new(random: &mut SystemRandom) -> Self {
        Self {
            device: DeviceId::random(random).unwrap(),
            signing: SigningKey::generate(random).unwrap(),
            sealing: SealingKey::generate(random).unwrap(),
        }
    }

    fn as_device(&self) -> Device {
        Device {
            id: self.device,
            signing: self.signing.public(),
            sealing: self.sealing.public(),
            role: DeviceRole::Active,
        }
    }

    fn author(&self) -> Author<'_> {
        Author {
            device: self.device,
            key: &self.signing,
        }
    }
}

/// The log while it is written.
struct Writer {
    year: Year,
    chain: Chain,
    random: SystemRandom,
}

impl Writer {
    fn draft(&mut self, payload_type: PayloadType, sections: Vec<(SectionKind, Vec<u8>)>) -> Draft {
        Draft {
            payload_type,
            document_id: DocumentId::random(&mut self.random).unwrap(),
            base: None,
            dependant: None,
            slot: Default::default(),
            sections,
            issued_at: 0,
        }
    }

    fn write(&mut self, by: &Hand, draft: Draft, wraps: &[Vec<u8>], keyring: &Keyring) -> Effect {
        let kinds: Vec<_> = draft.sections.iter().map(|(kind, _)| *kind).collect();
        let opened = draft.payload_type == PayloadType::PolicyLayer;
        let log_id = self.year.log_id;
        let body = SealedBody::seal(log_id, draft, wraps, keyring, &mut self.random).unwrap();
        let place = Place {
            relay_epoch: 1,
            seq: self.chain.next_seq(),
            prev: self.chain.head(),
        };
        let entry = body
            .at(place, by.author(), keyring, &mut self.random)
            .unwrap();
        let taken = self.chain.take(&entry, &self.year.founder.sealing).unwrap();
        let Taken::Next(Outcome::Effect(effect)) = taken else {
            unreachable!("{taken:?}");
        };
        let document =
            parcep_core::document::open_header(&entry, log_id, keyring.household(entry.generation))
                .and_then(|opened| opened.verify(&by.signing.public(), &entry, log_id))
                .and_then(|verified| verified.with_body(&entry.body))
                .unwrap();
        let kinds = if opened { kinds.as_slice() } else { &[] };
        let key = by.signing.public();
        self.year
            .references
            .push(Reference::of(&entry, &document, kinds, &key, keyring));
        self.year.entries.push(entry);
        effect
    }

    fn plain(&mut self, by: &Hand, payload_type: PayloadType, kind: SectionKind, content: Vec<u8>) {
        let draft = self.draft(payload_type, vec![(kind, content)]);
        let keyring = self.chain.keyring().clone();
        self.write(by, draft, &[], &keyring);
    }

    fn epoch(&mut self, by: &Hand) {
        let home = self.chain.household().unwrap();
        let renewal = home.draw_epoch(by.device, &mut self.random).unwrap();
        let wraps = renewal
            .wraps(home.log_id(), &home.audiences(), &mut self.random)
            .unwrap();
        let mut keyring = self.chain.keyring().clone();
        keyring.extend(renewal.keyring());
        let content = vec![(SectionKind::Epoch, renewal.body().encode_to_vec())];
        let draft = self.draft(PayloadType::Epoch, content);
        self.write(by, draft, &wraps, &keyring);
    }
}

/// Rules of a lived-in household: 60 apps.
fn rules(turn: usize) -> Vec<(SectionKind, Vec<u8>)> {
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g").unwrap());
    for number in 0..60 {
        let app = AppTarget::App(
            format!("android/org.example.app{number}.v{turn}")
                .parse()
                .unwrap(),
        );
        let id = format!("app/{number}").parse().unwrap();
        layer.apps.rules.push(AppRule::block(id, app));
    }
    let sections = layer.to_sections();
    let bytes: usize = sections.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(RULES.contains(&bytes), "{bytes} bytes of rules");
    sections
}

/// Two guardians, two dependants, ten devices; then their year.
fn year(entries: usize) -> Year {
    let mut random = SystemRandom::new();
    let log_id = LogId::random(&mut random).unwrap();
    let person = || PrincipalId::random(&mut SystemRandom::new()).unwrap();
    let (guardians, children) = ([person(), person()], [person(), person()]);
    let founder = Hand::new(&mut random);
    let (tablet, second) = (Hand::new(&mut random), Hand::new(&mut random));
    let law = |count: usize| {
        let guardian = |id: &PrincipalId| Guardian {
            id: *id,
            scope: vec![],
            custody: vec![],
        };
        let dependant = |id| Dependant {
            id,
            release_on: None,
        };
        let relay = Relay {
            uri: "https://relay.example".into(),
            key: None,
        };
        let guardians = guardians[..count].iter().map(guardian).collect();
        let children = children.map(dependant).to_vec();
        Constitution::new(guardians, children, 1, vec![relay], Caps::default()).unwrap()
    };
    let founding = Founding {
        log_id,
        constitution: law(1),
        devices: PrincipalDevices {
            principal: guardians[0],
            devices: vec![founder.as_device(), tablet.as_device()],
        },
        author: founder.author(),
        document_id: DocumentId::random(&mut random).unwrap(),
        issued_at: 0,
    };
    let (genesis, _) = found(founding, &mut random).unwrap();
    let mut chain = Chain::new(log_id, genesis.hash(), Keyring::default());
    chain.take(&genesis, &founder.sealing).unwrap();
    let mut writer = Writer {
        year: Year {
            log_id,
            entries: vec![genesis],
            references: Vec::new(),
            founder,
        },
        chain,
        random,
    };
    let first = Hand {
        device: writer.year.founder.device,
        signing: SigningKey::from_seed(*writer.year.founder.signing.expose_seed()).unwrap(),
        sealing: SealingKey::from_seed(*writer.year.founder.sealing.expose_seed()),
    };

    let act = Act::Constitution(law(2));
    let base = writer.chain.household().unwrap().base_of(&act).unwrap();
    let proposal = Proposal::new(act, base);
    let keys = (second.device, &second.signing, second.sealing.public());
    let accept = Accept::sign(log_id, proposal.hash(log_id), guardians[1], keys);
    let content = proposal.with_accepts(vec![accept]).encode();
    writer.plain(
        &first,
        PayloadType::Proposal,
        SectionKind::Proposal,
        content,
    );
    writer.epoch(&first);
    for child in children {
        let phone = Hand::new(&mut SystemRandom::new());
        let set = PrincipalDevices {
            principal: child,
            devices: vec![phone.as_device()],
        };
        writer.plain(
            &first,
            PayloadType::PrincipalDevices,
            SectionKind::Devices,
            set.encode(),
        );
    }
    let categories = [
        PepCategory::DeviceOs,
        PepCategory::DeviceOs,
        PepCategory::Console,
        PepCategory::Tv,
        PepCategory::HomeGateway,
    ];
    for category in categories {
        let hand = Hand::new(&mut SystemRandom::new());
        let point = EnforcementPoint {
            id: hand.device,
            signing: hand.signing.public(),
            sealing: hand.sealing.public(),
            category,
            dependants: children.to_vec(),
            capabilities: vec![],
            uncertain_time: UncertainTime::WallClock,
        };
        writer.plain(
            &first,
            PayloadType::EnforcementPoint,
            SectionKind::EnforcementPoint,
            point.encode(),
        );
    }
    let home = writer.chain.household().unwrap();
    assert_eq!(
        home.people().count() + home.enforcement_points().count(),
        10
    );

    let mut layers = [[None; 2]; 2];
    let mut live: [VecDeque<DocumentId>; 4] = Default::default();
    for turn in writer.year.entries.len()..entries {
        let (who, whom) = (turn / 2 % 2, turn % 2);
        let by = if who == 0 { &first } else { &second };
        if turn % (entries / 4).max(100) == 99 {
            writer.epoch(by);
            continue;
        }
        let mut draft = if turn % RULES_EVERY == 0 {
            let mut draft = writer.draft(PayloadType::PolicyLayer, rules(turn));
            draft.base = layers[who][whom].replace(draft.document_id);
            draft
        } else {
            let content = vec![(SectionKind::Override, vec![1; 60])];
            let mut draft = writer.draft(PayloadType::Override, content);
            let line = &mut live[who * 2 + whom];
            draft.base = (line.len() == LIVE / 4).then(|| line.pop_front()).flatten();
            line.push_back(draft.document_id);
            draft
        };
        draft.dependant = Some(children[whom]);
        let keyring = writer.chain.keyring().clone();
        writer.write(by, draft, &[], &keyring);
    }
    writer.year
}

impl Year {
    /// From entry 0, with the sections of what changes the rules.
    fn follow(&self) -> (Chain, usize) {
        let mut chain = Chain::new(self.log_id, self.entries[0].hash(), Keyring::default());
        let mut opened = 0;
        for entry in &self.entries {
            let taken = chain.take(entry, &self.founder.sealing).unwrap();
            let Taken::Next(Outcome::Effect(effect)) = taken else {
                unreachable!("{taken:?}");
            };
            let Effect::Document(id) = effect else {
                continue;
            };
            let live = chain
                .household()
                .and_then(|home: &Household| home.live_document(id))
                .unwrap();
            let document = &live.document;
            if document.header().payload_type == PayloadType::PolicyLayer {
                let rows = document
                    .header()
                    .sections
                    .iter()
                    .filter(|row| row.length > 0);
                opened += rows
                    .map(|row| document.section(row.kind, chain.keyring()).unwrap().len())
                    .sum::<usize>();
            }
        }
        (chain, opened)
    }

    /// Hashes of all entries.
    fn hashes(&self) -> usize {
        self.entries
            .iter()
            .map(|entry| black_box(entry_hash(entry)).as_ref().len())
            .sum()
    }

    /// Every header, and the sections of what is opened.
    fn reference(&self) -> usize {
        self.hashes()
            + self
                .references
                .iter()
                .map(|one| one.verify() + one.open())
                .sum::<usize>()
    }

    /// Hashes of all entries, and the 2 000 documents that are opened: less than any follower may do.
    fn too_little(&self) -> usize {
        let opened = self
            .references
            .iter()
            .filter(|one| !one.sections.is_empty());
        self.hashes() + opened.map(|one| one.verify() + one.open()).sum::<usize>()
    }
}

fn follow(_: &mut Criterion) {
    let (entries, rounds) = if smoke() { (300, 1) } else { (ENTRIES, 5) };
    let year = year(entries);
    let (chain, opened) = year.follow();
    assert_eq!(chain.next_seq() as usize, entries);
    assert!(chain.household().unwrap().live().count() <= LIVE + 4);
    for (entry, one) in year.entries.iter().zip(&year.entries[1..]) {
        assert_eq!(entry_hash(entry).as_ref(), one.prev.as_bytes());
    }
    let theirs: usize = year.references.iter().map(Reference::open).sum();
    assert!(
        opened > 0 && theirs > opened,
        "the same sections, there with salt and frame"
    );
    let sections = year
        .references
        .iter()
        .filter(|one| !one.sections.is_empty())
        .count();
    println!("{entries} entries, {sections} documents opened");
    let kept = chain.snapshot().unwrap().len();
    println!("a snapshot of {kept} bytes");
    assert!(kept <= SNAPSHOT, "{kept} bytes");

    let say = |name: &str, pair: Pair| {
        println!(
            "{name}: {:.1} µs an entry beside {:.1} µs: {:.2} (quartiles {:.2} to {:.2})",
            pair.ours / 1e3,
            pair.reference / 1e3,
            pair.ratio,
            pair.quartiles.0,
            pair.quartiles.1,
        );
    };
    let ours = || year.follow().1;
    say(
        "a year, beside all that must be verified",
        pair(rounds, entries, ours, || year.reference()),
    );
    say(
        "a year, beside what was opened only",
        pair(rounds, entries, ours, || year.too_little()),
    );
}

criterion_group!(benches, follow);
criterion_main!(benches);
