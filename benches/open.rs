//! One policy layer of about 3 KB is opened, verified and checked against its commitments, beside one
//! ring Ed25519 verification, and HKDF and AEAD for each of the same blobs. The reference is handed the
//! secret of each kind and where everything stands; it parses nothing and checks no place, body hash,
//! key commitment or commitment of a section. Then the same, with rules read and compiled.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench is a program for its authors"
)]

use criterion::{Criterion, criterion_group, criterion_main};
use parcep_benches::pair::{pair, smoke};
use parcep_benches::reference::Reference;
use parcep_core::constitution::{
    Caps, Constitution, Dependant, Device, DeviceRole, Guardian, PrincipalDevices, Relay,
};
use parcep_core::crypto::{SealingKey, SigningKey, SystemRandom, VerifyingKey};
use parcep_core::decide::{PolicyInput, compile};
use parcep_core::document::{
    Author, Draft, PayloadType, Place, SealedBody, SectionKind, VerifiedDocument, open_header,
};
use parcep_core::epoch::Keyring;
use parcep_core::household::{Founding, found, join};
use parcep_core::id::{DeviceId, DocumentId, LogId, PrincipalId};
use parcep_core::log::Entry;
use parcep_core::policy::*;
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use std::hint::black_box;
use std::sync::Arc;
use zeroize::Zeroizing;

const SECTIONS: [SectionKind; 5] = [
    SectionKind::Profile,
    SectionKind::Schedule,
    SectionKind::Budget,
    SectionKind::App,
    SectionKind::Web,
];

struct Bench {
    entry: Entry,
    keyring: Keyring,
    log_id: LogId,
    public: VerifyingKey,
    ratings: Arc<RatingTable>,
    zones: Zones,
}

fn layer() -> PolicyLayer {
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g").unwrap());
    let (from, to) = (LocalTime::hm(7, 0).unwrap(), LocalTime::hm(20, 0).unwrap());
    let id = |text: String| -> RuleId { text.parse().unwrap() };
    let state = WindowState::Allow;
    let window = Window::between(id("when".into()), state, Weekdays::ALL, from, to);
    layer.schedule.windows.push(window.unwrap());
    let target = BudgetTarget::Overall;
    let budget = Budget::daily(id("budget".into()), target, Weekdays::ALL, 5_400);
    layer.budgets.budgets.push(budget);
    for n in 0..50 {
        let app = AppTarget::App(format!("android/org.example.app{n}").parse().unwrap());
        layer
            .apps
            .rules
            .push(AppRule::block(id(format!("app/{n}")), app));
        layer.web.block.push(HostRule {
            id: id("web/block".into()),
            host: format!("host{n}.example").parse().unwrap(),
        });
    }
    layer
}

impl Bench {
    fn new() -> Self {
        let mut random = SystemRandom::new();
        let key = SigningKey::generate(&mut random).unwrap();
        let sealing = SealingKey::generate(&mut random).unwrap();
        let device = DeviceId::random(&mut random).unwrap();
        let guardian = PrincipalId::random(&mut random).unwrap();
        let child = PrincipalId::random(&mut random).unwrap();
        let log_id = LogId::random(&mut random).unwrap();
        let relay = Relay {
            uri: "http://127.0.0.1:1".into(),
            key: None,
        };
        let founder = Guardian {
            id: guardian,
            scope: vec![],
            custody: vec![],
        };
        let dependant = Dependant {
            id: child,
            release_on: None,
        };
        let author = Author { device, key: &key };
        let founding = Founding {
            log_id,
            constitution: Constitution::new(
                vec![founder],
                vec![dependant],
                1,
                vec![relay],
                Caps::default(),
            )
            .unwrap(),
            devices: PrincipalDevices {
                principal: guardian,
                devices: vec![Device {
                    id: device,
                    signing: key.public(),
                    sealing: sealing.public(),
                    role: DeviceRole::Active,
                }],
            },
            author,
            document_id: DocumentId::random(&mut random).unwrap(),
            issued_at: 0,
        };
        let (genesis, _) = found(founding, &mut random).unwrap();
        let mut keyring = Keyring::default();
        join(&genesis, log_id, genesis.hash(), &sealing, &mut keyring).unwrap();

        let mut sections = layer().to_sections();
        let profile = Profile::new("Europe/London".parse().unwrap());
        sections.push((SectionKind::Profile, profile.to_bytes()));
        let bytes: usize = sections.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!((2_500..3_500).contains(&bytes), "{bytes} bytes of policy");
        let draft = Draft {
            payload_type: PayloadType::PolicyLayer,
            document_id: DocumentId::random(&mut random).unwrap(),
            base: None,
            dependant: Some(child),
            slot: Default::default(),
            sections,
            issued_at: 0,
        };
        let place = Place {
            relay_epoch: 1,
            seq: 1,
            prev: genesis.hash(),
        };
        let entry = SealedBody::seal(log_id, draft, &[], &keyring, &mut random)
            .and_then(|body| body.at(place, author, &keyring, &mut random))
            .unwrap();
        Self {
            entry,
            keyring,
            log_id,
            public: key.public(),
            ratings: RatingTable::bundled(),
            zones: Zones::bundled(),
        }
    }

    /// From an entry to a verified document, and to the bytes of its sections, each checked against its
    /// commitment.
    fn open(&self) -> (VerifiedDocument, Vec<Zeroizing<Vec<u8>>>) {
        let secret = self.keyring.household(self.entry.generation);
        let document = open_header(&self.entry, self.log_id, secret)
            .unwrap()
            .verify(&self.public, &self.entry, self.log_id)
            .unwrap()
            .with_body(&self.entry.body)
            .unwrap();
        let sections = SECTIONS.map(|kind| document.section(kind, &self.keyring).unwrap());
        (document, sections.into())
    }

    /// The same, then read as rules and compiled: everything a device does with a policy that arrives.
    fn load(&self) -> usize {
        let (_, sections) = self.open();
        let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g").unwrap());
        let mut profile = None;
        for (kind, bytes) in SECTIONS.into_iter().zip(&sections) {
            if kind == SectionKind::Profile {
                profile = Some(Profile::from_bytes(bytes).unwrap());
            } else {
                layer.read_section(kind, bytes).unwrap();
            }
        }
        let profile = profile.unwrap();
        let input = PolicyInput::new(&profile, std::slice::from_ref(&layer));
        let policy = compile(&input, &self.ratings, &self.zones).unwrap();
        black_box(&policy);
        layer.apps.rules.len()
    }
}

fn open(criterion: &mut Criterion) {
    let bench = Bench::new();
    let (document, sections) = bench.open();
    let reference = Reference::of(
        &bench.entry,
        &document,
        &SECTIONS,
        &bench.public,
        &bench.keyring,
    );
    assert_eq!(bench.load(), 50, "every rule arrives");
    // Both sides come to the same bytes, here still with salt and frame around them.
    for (ours, theirs) in sections.iter().zip(&reference.sections) {
        assert!(theirs.open()[36..].starts_with(ours));
    }

    let ours = || bench.open().1.len();
    let theirs = || reference.verify() + reference.open();
    criterion.bench_function("open and verify, 3 KB", |b| b.iter(ours));
    criterion.bench_function("ring verify + HKDF + AEAD", |b| b.iter(theirs));
    criterion.bench_function("the same, read and compiled", |b| b.iter(|| bench.load()));
    // Short turns: what else the machine does falls between them more often than into them.
    let (turns, rounds) = if smoke() { (1, 1) } else { (8, 1_001) };
    let many = |work: &dyn Fn() -> usize| (0..turns).map(|_| black_box(work())).sum::<usize>();
    for (name, ours) in [
        ("open and verify", &ours as &dyn Fn() -> usize),
        ("read and compiled as well", &|| bench.load()),
    ] {
        let pair = pair(rounds, turns, || many(ours), || many(&theirs));
        println!(
            "{name}: {:.1} µs beside {:.1} µs: {:.2} (quartiles {:.2} to {:.2})",
            pair.ours / 1e3,
            pair.reference / 1e3,
            pair.ratio,
            pair.quartiles.0,
            pair.quartiles.1,
        );
    }
}

criterion_group!(benches, open);
criterion_main!(benches);
