//! A verified load: one policy layer of about 3 KB is opened, verified, checked against its
//! commitments, decoded and compiled, beside one ring Ed25519 verification and HKDF + AEAD over the
//! same bytes.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench is a program for its authors"
)]

use criterion::{Criterion, criterion_group, criterion_main};
use parcep_core::constitution::{
    Caps, Constitution, Dependant, Device, DeviceRole, Guardian, PrincipalDevices, Relay,
};
use parcep_core::crypto::{SealingKey, SigningKey, SystemRandom};
use parcep_core::decide::{PolicyInput, compile};
use parcep_core::document::{
    Author, Draft, PayloadType, Place, SealedBody, SectionKind, open_header,
};
use parcep_core::epoch::Keyring;
use parcep_core::household::{Founding, found, join};
use parcep_core::id::{DeviceId, DocumentId, LogId, PrincipalId};
use parcep_core::log::Entry;
use parcep_core::policy::*;
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use ring::{aead, hkdf, signature};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

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
    key: SigningKey,
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
            key,
            ratings: RatingTable::bundled(),
            zones: Zones::bundled(),
        }
    }

    /// Everything a device does with a policy that arrives.
    fn load(&self) -> usize {
        let secret = self.keyring.household(self.entry.generation);
        let document = open_header(&self.entry, self.log_id, secret)
            .unwrap()
            .verify(&self.key.public(), &self.entry, self.log_id)
            .unwrap()
            .with_body(&self.entry.body)
            .unwrap();
        let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g").unwrap());
        let mut profile = None;
        for kind in SECTIONS {
            let bytes = document.section(kind, &self.keyring).unwrap();
            if kind == SectionKind::Profile {
                profile = Some(Profile::from_bytes(&bytes).unwrap());
            } else {
                layer.read_section(kind, &bytes).unwrap();
            }
        }
        let profile = profile.unwrap();
        let input = PolicyInput::new(&profile, std::slice::from_ref(&layer));
        let policy = compile(&input, &self.ratings, &self.zones).unwrap();
        black_box(&policy);
        layer.apps.rules.len()
    }
}

/// One verification, and one HKDF and AEAD for each blob that the load opens, of the same lengths.
struct Reference {
    public: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
    sealed: Vec<Vec<u8>>,
}

struct Len(usize);

impl hkdf::KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

fn message_key(salt: &[u8]) -> aead::LessSafeKey {
    let mut okm = [0; 64];
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(&[7; 32])
        .expand(&[&[1; 120]], Len(64))
        .and_then(|okm_source| okm_source.fill(&mut okm))
        .unwrap();
    aead::LessSafeKey::new(aead::UnboundKey::new(&aead::CHACHA20_POLY1305, &okm[..32]).unwrap())
}

impl Reference {
    /// Seals zeros of the same lengths as the entry's own header and sections.
    fn of(bench: &Bench) -> Self {
        let secret = bench.keyring.household(bench.entry.generation);
        let document = open_header(&bench.entry, bench.log_id, secret)
            .and_then(|opened| opened.verify(&bench.key.public(), &bench.entry, bench.log_id))
            .unwrap();
        let sections = document.header().sections.iter();
        let sections = sections
            .map(|row| row.length as usize)
            .filter(|length| *length > 0);
        let lengths: Vec<usize> = std::iter::once(bench.entry.header.len())
            .chain(sections)
            .collect();
        assert_eq!(lengths.len(), 1 + SECTIONS.len(), "the same blobs");
        let pair = signature::Ed25519KeyPair::from_seed_unchecked(&[3; 32]).unwrap();
        let message = vec![5; bench.entry.header.len() - 200];
        let sign = pair.sign(&message);
        let seal = |length: usize| {
            // Salts and commitments around a ciphertext are not opened.
            let mut blob = vec![0; length - 48];
            let nonce = aead::Nonce::assume_unique_for_key([0; 12]);
            message_key(&[9; 32])
                .seal_in_place_append_tag(nonce, aead::Aad::from([1; 120]), &mut blob)
                .unwrap();
            blob
        };
        Self {
            public: signature::KeyPair::public_key(&pair).as_ref().to_vec(),
            message,
            signature: sign.as_ref().to_vec(),
            sealed: lengths.into_iter().map(seal).collect(),
        }
    }

    fn load(&self) -> usize {
        signature::UnparsedPublicKey::new(&signature::ED25519, &self.public)
            .verify(&self.message, &self.signature)
            .unwrap();
        let mut opened = 0;
        for sealed in &self.sealed {
            let mut buffer = sealed.clone();
            let nonce = aead::Nonce::assume_unique_for_key([0; 12]);
            opened += message_key(&[9; 32])
                .open_in_place(nonce, aead::Aad::from([1; 120]), &mut buffer)
                .unwrap()
                .len();
        }
        opened
    }
}

fn open(criterion: &mut Criterion) {
    let bench = Bench::new();
    let reference = Reference::of(&bench);
    assert_eq!(bench.load(), 50, "every rule arrives");
    assert!(reference.load() > 3_000);

    criterion.bench_function("verified load, 3 KB", |b| b.iter(|| bench.load()));
    criterion.bench_function("ring verify + HKDF + AEAD", |b| b.iter(|| reference.load()));
    println!(
        "verified load / reference: {:.2} (goal 1.4)",
        paired(|| bench.load(), || reference.load())
    );
}

/// Median ratio of interleaved samples, so that a busy machine slows both alike.
fn paired(ours: impl Fn() -> usize, theirs: impl Fn() -> usize) -> f64 {
    const TURNS: u32 = 64;
    let time = |work: &dyn Fn() -> usize| {
        let started = Instant::now();
        (0..TURNS).for_each(|_| {
            black_box(work());
        });
        started.elapsed().as_secs_f64()
    };
    let mut ratios: Vec<f64> = (0..31).map(|_| time(&ours) / time(&theirs)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

criterion_group!(benches, open);
criterion_main!(benches);
