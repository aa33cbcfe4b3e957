//! Everything that a peer, a relay or a file can make a member read, up to the point where it is
//! verified. Beside raw bytes, most modes seal or sign the input with keys that the reader accepts,
//! so that the parsers behind the cryptography are reached too.
//!
//! Laws: nothing panics; nothing that its author did not sign has effect; a household stays within
//! its bounds whatever is signed (R-WIRE-006, R-DOC-001, R-LOG-010, R-MEM-001).
#![no_main]

use libfuzzer_sys::fuzz_target;
use parcep_core::age::{self, Expectation};
use parcep_core::constitution::{
    Caps, Constitution, Dependant, Device, DeviceRole, Guardian, PrincipalDevices, Relay,
};
use parcep_core::crypto::{
    CryptoError, Hash, MessageKey, NoRandomness, Random, SealingKey, Secret, SigningKey,
    Transcript, label, open_wrap, sha256, wrap,
};
use parcep_core::document::{
    Author, Draft, PayloadType, Place, SealedBody, SectionKind, Wraps, frame, unframe,
};
use parcep_core::epoch::{Keyring, open_wraps};
use parcep_core::household::{Founding, Household, Outcome, Stop, found, join};
use parcep_core::id::{DeviceId, DocumentId, LogId, PrincipalId};
use parcep_core::joining::{self, JoinRequest};
use parcep_core::log::{Entry, EntryBody, Follower};
use parcep_core::register::{RegisterKey, VerifiedRegister};
use parcep_proto::v1alpha1 as pb;
use prost::Message;
use std::sync::LazyLock;

fuzz_target!(|data: &[u8]| {
    let Some((mode, data)) = data.split_first() else {
        return;
    };
    match mode % 9 {
        0 => raw_entry(data),
        1 => edited_entry(data),
        2 => unsigned_header(data),
        3 => signed_header(data),
        4 => signed_section(data),
        5 => wraps(data),
        6 => register(data),
        7 => join_files(data),
        _ => age_signal(data),
    }
});

/// A household with one entry after genesis, as its founder reads it.
struct World {
    log_id: LogId,
    household: Household,
    keyring: Keyring,
    follower: Follower,
    device: DeviceId,
    signing: SigningKey,
    sealing: SealingKey,
    child: PrincipalId,
    /// A document that would have effect at the next place.
    next: Entry,
}

static WORLD: LazyLock<World> = LazyLock::new(|| World::new().expect("fixed keys work"));

fn raw_entry(data: &[u8]) {
    let Ok(entry) = pb::Entry::decode(data) else {
        return;
    };
    if let Ok(entry) = Entry::try_from(entry) {
        assert_eq!(
            Entry::try_from(pb::Entry::from(&entry)).as_ref(),
            Ok(&entry)
        );
        let _ = WORLD.follower.check(&entry);
        assert!(!has_effect(&WORLD.apply(&entry)), "nobody signed this");
    }
}

/// Input is edits of a valid entry: two bytes place, one byte value.
fn edited_entry(data: &[u8]) {
    let mut bytes = pb::Entry::from(&WORLD.next).encode_to_vec();
    for edit in data.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % bytes.len();
        bytes[at] = edit[2];
    }
    let Ok(entry) = pb::Entry::decode(bytes.as_slice()) else {
        return;
    };
    if let Ok(entry) = Entry::try_from(entry) {
        let effect = has_effect(&WORLD.apply(&entry));
        assert_eq!(
            effect,
            entry == WORLD.next,
            "the signature covers every byte"
        );
    }
}

/// Input is what the header blob opens to.
fn unsigned_header(data: &[u8]) {
    let Some(header) = WORLD.seal_header(data) else {
        return;
    };
    let entry = Entry {
        header: header.into(),
        ..WORLD.next.clone()
    };
    assert!(!has_effect(&WORLD.apply(&entry)), "nobody signed this");
}

/// Input is a header that the founder signs, with the place put right.
fn signed_header(data: &[u8]) {
    let Ok(mut header) = pb::Header::decode(data) else {
        return;
    };
    let EntryBody::Kept(body) = &WORLD.next.body else {
        return;
    };
    header.log_id = WORLD.log_id.to_vec();
    header.relay_epoch = 1;
    header.seq = WORLD.next.seq;
    header.prev = WORLD.next.prev.0.to_vec();
    header.author_device = WORLD.device.to_vec();
    header.body_hash = sha256(body).0.to_vec();
    header.slot = Vec::new();
    header.min_reader = 1;
    if let Some(first) = header.generations.first_mut() {
        *first = pb::GenerationUse {
            dependant: None,
            generation: 1,
        };
    }
    let header_bytes = header.encode_to_vec();
    let number = u64::from(header.payload_type.unsigned_abs());
    let text = Transcript::new(label::DOCUMENT)
        .number(number)
        .bytes(&header_bytes);
    let signed = pb::SignedHeader {
        header: header_bytes,
        signature: WORLD.signing.sign(&text).to_vec(),
        payload_type: header.payload_type,
        author_device: WORLD.device.to_vec(),
    };
    if let Some(header) = WORLD.seal_header(&signed.encode_to_vec()) {
        let entry = Entry {
            header: header.into(),
            ..WORLD.next.clone()
        };
        WORLD.apply_within_bounds(&entry);
    }
}

/// Input is a section of a document that the founder signs; the first byte chooses the type.
fn signed_section(data: &[u8]) {
    let Some((choice, content)) = data.split_first() else {
        return;
    };
    let (payload_type, kind) = match choice % 6 {
        0 => (PayloadType::Constitution, SectionKind::Constitution),
        1 => (PayloadType::PrincipalDevices, SectionKind::Devices),
        2 => (PayloadType::EnforcementPoint, SectionKind::EnforcementPoint),
        3 => (PayloadType::Epoch, SectionKind::Epoch),
        4 => (PayloadType::PolicyLayer, SectionKind::Schedule),
        _ => (PayloadType::Override, SectionKind::Override),
    };
    if let Some(entry) = WORLD.write(payload_type, kind, content) {
        WORLD.apply_within_bounds(&entry);
    }
}

fn wraps(data: &[u8]) {
    if let Ok(wraps) = Wraps::of(data) {
        assert!(
            wraps.iter().count() <= 64,
            "bounded before anything is tried"
        );
        let _ = open_wraps(&wraps, &WORLD.sealing, WORLD.log_id, 1);
    }
    // The same as what a wrap opens to.
    let info = Transcript::new(label::WRAP)
        .bytes(WORLD.log_id.as_bytes())
        .number(2);
    let Ok(sealed) = wrap(
        &WORLD.sealing.public(),
        info.as_bytes(),
        data,
        &mut Counter(1),
    ) else {
        return;
    };
    let mut area = 1u32.to_be_bytes().to_vec();
    area.extend_from_slice(&u32::try_from(sealed.len()).unwrap_or(0).to_be_bytes());
    area.extend_from_slice(&sealed);
    if let Ok(wraps) = Wraps::of(&area) {
        let _ = open_wraps(&wraps, &WORLD.sealing, WORLD.log_id, 2);
    }
}

/// Raw, then as what the seal opens to.
fn register(data: &[u8]) {
    let key = RegisterKey {
        log_id: WORLD.log_id,
        payload_type: PayloadType::Beat,
        writer: WORLD.device,
        dependant: None,
        secret: Secret::from_bytes([3; 32]),
    };
    let at = |value: Vec<u8>| pb::Register {
        name: key.name().0.to_vec(),
        version: 1,
        value,
        expires_at: None,
    };
    let verifying = WORLD.signing.public();
    let raw = key.open(&at(data.to_vec()), &verifying);
    assert!(raw.is_err(), "nobody sealed this");
    let name = key.name();
    if let Some(value) = seal(&key.secret, SectionKind::Register, name.as_bytes(), data) {
        let opened = key.open(&at(value), &verifying);
        assert!(opened.is_err(), "nobody signed this");
    }
    // A payload that was signed comes out as it went in.
    let value = VerifiedRegister {
        version: 1,
        issued_at: 0,
        payload: data.to_vec(),
    };
    let author = Author {
        device: WORLD.device,
        key: &WORLD.signing,
    };
    if let Ok(sealed) = key.seal(value.clone(), author, &mut Counter(2)) {
        assert_eq!(key.open(&sealed, &verifying), Ok(value));
    }
}

fn join_files(data: &[u8]) {
    assert!(JoinRequest::verify(data).is_err(), "nobody signed this");
    let _ = joining::Anchor::parse(data);
    let _ = joining::accept(data, WORLD.device, &WORLD.sealing);
    // As what a Welcome opens to.
    let head = Hash::ZERO;
    let info = Transcript::new(label::WELCOME)
        .bytes(WORLD.log_id.as_bytes())
        .bytes(WORLD.device.as_bytes())
        .bytes(head.as_bytes());
    let Ok(sealed_welcome) = wrap(
        &WORLD.sealing.public(),
        info.as_bytes(),
        data,
        &mut Counter(3),
    ) else {
        return;
    };
    let opened = open_wrap(&WORLD.sealing, info.as_bytes(), &sealed_welcome);
    assert!(opened.is_ok_and(|opened| opened.as_slice() == data));
    let answer = pb::JoinAnswer {
        anchor: Some(pb::Anchor {
            log_id: WORLD.log_id.to_vec(),
            genesis_hash: vec![0; 32],
            handle: vec![0; 16],
            relays: Vec::new(),
        }),
        sealed_welcome,
        head_hash: head.0.to_vec(),
    };
    let _ = joining::accept(&answer.encode_to_vec(), WORLD.device, &WORLD.sealing);
}

/// Raw, then signed by an issuer that is trusted.
fn age_signal(data: &[u8]) {
    let issuers = [WORLD.signing.public()];
    let expected = Expectation {
        issuers: parcep_core::age::Trusted::Keys(&issuers),
        audience: "a",
        purpose: age::AgePurpose::AccessGate,
        nonce: None,
        now: 0,
    };
    assert!(age::verify(data, expected).is_err(), "nobody signed this");
    let text = Transcript::new(label::AGE_SIGNAL).bytes(data);
    let signed = pb::SignedAgeSignal {
        signal: data.to_vec(),
        issuer_key_id: sha256(issuers[0].as_bytes()).0.to_vec(),
        signature: WORLD.signing.sign(&text).to_vec(),
    };
    if let Ok(signal) = age::verify(&signed.encode_to_vec(), expected) {
        let upper = signal.interval.upper().unwrap_or(122);
        assert!(signal.interval.lower() < upper, "an interval holds an age");
    }
}

impl World {
    fn new() -> Result<Self, CryptoError> {
        let mut random = Counter(0);
        let signing = SigningKey::generate(&mut random)?;
        let sealing = SealingKey::generate(&mut random)?;
        let device = DeviceId::random(&mut random)?;
        let guardian = PrincipalId::random(&mut random)?;
        let child = PrincipalId::random(&mut random)?;
        let log_id = LogId::random(&mut random)?;
        let relay = Relay {
            uri: "http://127.0.0.1:1".into(),
            key: None,
        };
        let guardians = vec![Guardian {
            id: guardian,
            scope: vec![],
            custody: vec![],
        }];
        let dependants = vec![Dependant {
            id: child,
            release_on: None,
        }];
        let constitution =
            Constitution::new(guardians, dependants, 1, vec![relay], Caps::default())
                .expect("a valid constitution");
        let founding = Founding {
            log_id,
            constitution,
            devices: PrincipalDevices {
                principal: guardian,
                devices: vec![Device {
                    id: device,
                    signing: signing.public(),
                    sealing: sealing.public(),
                    role: DeviceRole::Active,
                }],
            },
            author: Author {
                device,
                key: &signing,
            },
            document_id: DocumentId::random(&mut random)?,
            issued_at: 0,
        };
        let (genesis, _) = found(founding, &mut random).expect("a valid genesis");
        let mut keyring = Keyring::default();
        let household = join(&genesis, log_id, genesis.hash(), &sealing, &mut keyring)
            .expect("the founder reads it");
        let mut follower = Follower::new();
        follower.advance(genesis.hash());
        let mut world = Self {
            log_id,
            household,
            keyring,
            follower,
            device,
            signing,
            sealing,
            child,
            next: genesis,
        };
        world.next = world
            .write(PayloadType::Identity, SectionKind::Identity, b"\x0a\x01x")
            .expect("a valid document");
        Ok(world)
    }

    /// A document with one section, signed for the next place.
    fn write(&self, payload_type: PayloadType, kind: SectionKind, content: &[u8]) -> Option<Entry> {
        let about_child = matches!(
            payload_type,
            PayloadType::Identity | PayloadType::PolicyLayer | PayloadType::Override
        );
        let draft = Draft {
            payload_type,
            document_id: DocumentId::from_bytes([7; 16]),
            base: None,
            dependant: about_child.then_some(self.child),
            slot: Default::default(),
            sections: vec![(kind, content.to_vec())],
            issued_at: 0,
        };
        let mut random = Counter(9);
        let body = SealedBody::seal(self.log_id, draft, &[], &self.keyring, &mut random).ok()?;
        let place = Place {
            relay_epoch: 1,
            seq: self.follower.next_seq(),
            prev: self.follower.head(),
        };
        let author = Author {
            device: self.device,
            key: &self.signing,
        };
        body.at(place, author, &self.keyring, &mut random).ok()
    }

    fn apply(&self, entry: &Entry) -> Result<Outcome, Stop> {
        let mut keyring = self.keyring.clone();
        self.household
            .clone()
            .apply(entry, &mut keyring, &self.sealing)
    }

    fn apply_within_bounds(&self, entry: &Entry) {
        let mut household = self.household.clone();
        let mut keyring = self.keyring.clone();
        if household.apply(entry, &mut keyring, &self.sealing).is_err() {
            return;
        }
        let law = household.constitution();
        assert!((1..=8).contains(&law.guardians().len()));
        assert!((1..=8).contains(&law.dependants().len()));
        let devices = household.people().count() + household.enforcement_points().count();
        assert!((1..=64).contains(&devices), "{devices} devices");
        for live in household.live() {
            for kind in [
                SectionKind::Schedule,
                SectionKind::Override,
                SectionKind::Identity,
            ] {
                let _ = live.document.section(kind, &keyring);
            }
        }
    }

    fn seal_header(&self, content: &[u8]) -> Option<Vec<u8>> {
        let sealed = seal(
            self.keyring.household(1)?,
            SectionKind::Header,
            &[],
            content,
        )?;
        // As large as an entry may carry it.
        (sealed.len() <= 16 * 1024).then_some(sealed)
    }

    fn context(kind: SectionKind, log_id: LogId, name: &[u8]) -> Transcript {
        Transcript::new(label::MESSAGE)
            .bytes(log_id.as_bytes())
            .number(u64::from(i32::from(kind).unsigned_abs()))
            .bytes(name)
    }
}

/// Salt, key commitment, ciphertext, as headers and registers are sealed.
fn seal(secret: &Secret, kind: SectionKind, name: &[u8], content: &[u8]) -> Option<Vec<u8>> {
    let salt = [5; 32];
    let key = MessageKey::new(secret, &salt, World::context(kind, WORLD.log_id, name)).ok()?;
    let mut out = salt.to_vec();
    out.extend_from_slice(key.commitment());
    let framed = frame(content, 1024, 80).ok()?;
    assert_eq!(unframe(&framed), Ok(content));
    key.seal_into(&framed, &mut out).ok()?;
    Some(out)
}

fn has_effect(outcome: &Result<Outcome, Stop>) -> bool {
    matches!(outcome, Ok(Outcome::Effect(_)))
}

/// Counts up: the same bytes in every run.
struct Counter(u64);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoRandomness> {
        for chunk in out.chunks_mut(32) {
            self.0 += 1;
            let block = sha256(&self.0.to_be_bytes());
            chunk.copy_from_slice(&block.0[..chunk.len()]);
        }
        Ok(())
    }
}
