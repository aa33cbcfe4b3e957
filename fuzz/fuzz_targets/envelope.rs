//! One document whose header, section table, body and place an input chooses, sealed and signed by the
//! founder, then read in the order of R-DOC-001.
//!
//! Laws: nothing panics; what verifies names this household and this place (R-DOC-004); tables and
//! generations are bounded (R-DOC-005, R-DOC-007); a header that was read is the one that was written;
//! a section is never longer than the body that holds it and opens to what was sealed (R-DOC-006); what
//! is changed behind the signature never verifies (R-DOC-003).
#![no_main]

use libfuzzer_sys::fuzz_target;
use parcep_core::crypto::{SALT_LEN, Transcript, hmac, label, sha256};
use parcep_core::document::{Header, PayloadType, SectionKind, frame, open_header, sections_of};
use parcep_core::id::DocumentId;
use parcep_core::log::{Entry, EntryBody};
use parcep_core::registry;
use parcep_fuzz::family::{CHILDREN, HANDS, LOG_ID, PEOPLE};
use parcep_fuzz::log::{seal_any, seal_section};
use parcep_fuzz::{Input, Log, has_effect};
use parcep_proto::v1alpha1 as pb;
use prost::Message;
use std::sync::LazyLock;

static LOG: LazyLock<Log> = LazyLock::new(Log::of_two);
const ID: DocumentId = DocumentId::from_bytes([3; 16]);

/// What was sealed, and where.
struct Written {
    entry: Entry,
    sections: Vec<(SectionKind, Vec<u8>)>,
    honest: bool,
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let Some(written) = write(&mut input) else {
        return;
    };
    again(&written.entry);
    read(&written);
    let mut log = LOG.clone();
    log.take(written.entry.clone());
    tamper(&written, &mut input);
});

fn write(input: &mut Input<'_>) -> Option<Written> {
    let payload_type = any_type(input);
    let named = registry::payload_type(payload_type).is_some_and(|row| row.names_dependant);
    let dependant = (named != input.rarely()).then_some(CHILDREN[0]);
    let keyring = LOG.chain.keyring();
    let place = LOG.place();

    // Sections, each at its place in the body or at another.
    let mut body = vec![0; 8];
    let mut table = Vec::new();
    let mut sections = Vec::new();
    let mut honest = true;
    for kind in sections_of(payload_type).iter().copied() {
        let mut row = pb::SectionEntry {
            kind: kind.into(),
            offset: 0,
            length: 0,
            commitment: vec![0; 32],
        };
        let whose = if i32::from(kind) < 16 {
            None
        } else {
            Some(dependant?)
        };
        let generation = match whose {
            None => LOG.household().epoch(),
            Some(child) => LOG.household().generation(child)?,
        };
        if input.byte() & 3 != 0 {
            let content = input.bytes().to_vec();
            let secret = keyring.section_secret(whose, generation, kind)?;
            let salt = [8; SALT_LEN];
            let mut plaintext = salt.to_vec();
            if input.rarely() {
                plaintext.extend_from_slice(input.bytes());
                honest = false;
            } else {
                plaintext.extend_from_slice(&frame(&content, 256, SALT_LEN).ok()?);
            }
            let sealed = seal_section(&secret, kind, ID, &plaintext)?;
            row.offset = u32::try_from(body.len()).ok()?;
            row.length = u32::try_from(sealed.len()).ok()?;
            let text = Transcript::new(label::SECTION)
                .number(u64::from(i32::from(kind).unsigned_abs()))
                .bytes(&content);
            row.commitment = hmac(&salt, text.as_bytes()).0.to_vec();
            body.extend_from_slice(&sealed);
            sections.push((kind, content));
        }
        match input.byte() {
            0xF0..=0xF3 => row.offset = u32::try_from(input.number()).unwrap_or(u32::MAX),
            0xF4..=0xF7 => row.length = u32::try_from(input.number()).unwrap_or(u32::MAX),
            0xF8 => row.commitment = input.bytes().to_vec(),
            0xF9 => row.kind = i32::from(input.byte()),
            0xFA => table.push(row.clone()),
            0xFB => continue,
            _ => {
                table.push(row);
                continue;
            }
        }
        honest = false;
        table.push(row);
    }
    let bucket = body.len().max(1024).next_power_of_two();
    body.resize(bucket, 0);
    if input.rarely() {
        let at = input.below(body.len());
        body[at] ^= input.byte();
        honest = false;
    }

    let mut header = pb::Header {
        log_id: LOG_ID.to_vec(),
        relay_epoch: 1,
        seq: place.seq,
        prev: place.prev.0.to_vec(),
        payload_type: payload_type.into(),
        document_id: ID.to_vec(),
        base: input.rarely().then(|| input.bytes().to_vec()),
        author_device: HANDS[0].device.to_vec(),
        dependant: dependant.map(|id| id.to_vec()),
        slot: Vec::new(),
        generations: Vec::new(),
        body_hash: sha256(&body).0.to_vec(),
        sections: table,
        issued_at: 0,
        not_before: None,
        expires_at: None,
        min_reader: 1,
        critical_extensions: Vec::new(),
        wraps_hash: None,
    };
    header.generations.push(pb::GenerationUse {
        dependant: None,
        generation: LOG.household().epoch(),
    });
    if let Some(child) = dependant {
        header.generations.push(pb::GenerationUse {
            dependant: Some(child.to_vec()),
            generation: LOG.household().generation(child)?,
        });
    }
    let mut entry = Entry {
        seq: place.seq,
        prev: place.prev,
        slot: Default::default(),
        generation: LOG.household().epoch(),
        header: Default::default(),
        body: EntryBody::Kept(body.into()),
    };
    for _ in 0..input.below(4) {
        honest = false;
        change(&mut header, &mut entry, input);
    }
    entry.header = sign(&header, input)?.into();
    Some(Written {
        entry,
        sections,
        honest,
    })
}

/// What a relay stores and serves is what was written.
fn again(entry: &Entry) {
    let bytes = pb::Entry::from(entry).encode_to_vec();
    let parsed = pb::Entry::decode(bytes.as_slice()).map(Entry::try_from);
    if let Ok(Ok(parsed)) = parsed {
        assert_eq!((&parsed, parsed.hash()), (entry, entry.hash()));
        assert_eq!(pb::Entry::from(&parsed).encode_to_vec(), bytes);
    }
}

fn any_type(input: &mut Input<'_>) -> PayloadType {
    let number = match input.byte() {
        chosen @ 0..=127 => i32::from(chosen % 30),
        chosen => [6, 7, 8, 9][usize::from(chosen) % 4],
    };
    PayloadType::try_from(number).unwrap_or(PayloadType::Override)
}

/// One field that is not what it should be, in the header or outside it.
fn change(header: &mut pb::Header, entry: &mut Entry, input: &mut Input<'_>) {
    let small = |input: &mut Input<'_>| u32::try_from(input.number()).unwrap_or(u32::MAX);
    match input.below(20) {
        0 => header.log_id = input.bytes().to_vec(),
        1 => header.relay_epoch = small(input),
        2 => header.seq = input.number(),
        3 => header.prev = input.bytes().to_vec(),
        4 => header.payload_type = small(input) as i32,
        5 => header.document_id = input.bytes().to_vec(),
        6 => header.author_device = input.one(&HANDS).device.to_vec(),
        7 => header.dependant = Some(input.one(&PEOPLE).to_vec()),
        8 => {
            let slot = input.bytes()[..].to_vec();
            header.slot = slot.clone();
            if slot.len() <= 32 {
                entry.slot = slot.into();
            }
        }
        9 => header.generations.reverse(),
        10 => header.generations.push(pb::GenerationUse {
            dependant: Some(input.one(&PEOPLE).to_vec()),
            generation: small(input),
        }),
        11 => header.body_hash = vec![input.byte(); 32],
        12 => header.min_reader = small(input),
        13 => header.critical_extensions.push(small(input)),
        14 => header.wraps_hash = Some(input.bytes().to_vec()),
        15 => header.not_before = Some(input.number() as i64),
        16 => header.expires_at = Some(input.number() as i64),
        17 => entry.body = EntryBody::Pruned(entry.body.hash()),
        18 => header.sections.reverse(),
        _ => entry.seq = input.number(),
    }
}

/// Signs and seals, with claims outside the header that are the header's own or, rarely, not.
fn sign(header: &pb::Header, input: &mut Input<'_>) -> Option<Vec<u8>> {
    let mut bytes = header.encode_to_vec();
    if input.rarely() {
        // A field that this version does not know, and some that it does, once more.
        bytes.extend_from_slice(input.bytes());
    }
    let payload_type = if input.rarely() {
        i32::from(input.byte())
    } else {
        header.payload_type
    };
    let author_device = if input.rarely() {
        input.bytes().to_vec()
    } else {
        header.author_device.clone()
    };
    let text = Transcript::new(label::DOCUMENT)
        .number(u64::from(payload_type.cast_unsigned()))
        .bytes(&bytes);
    let signed = pb::SignedHeader {
        signature: HANDS[0].signing.sign(&text).to_vec(),
        header: bytes,
        payload_type,
        author_device,
    };
    let padding = if input.rarely() { input.byte() } else { 0 };
    let secret = LOG.chain.keyring().household(LOG.household().epoch())?;
    let sealed = seal_any(
        secret,
        SectionKind::Header,
        &[],
        &signed.encode_to_vec(),
        padding,
    )?;
    (sealed.len() <= 16 * 1024).then_some(sealed)
}

fn read(written: &Written) {
    let entry = &written.entry;
    let keyring = LOG.chain.keyring();
    let Ok(opened) = open_header(entry, LOG_ID, keyring.household(entry.generation)) else {
        return;
    };
    let Ok(verified) = opened.verify(&HANDS[0].signing.public(), entry, LOG_ID) else {
        return;
    };
    let header = verified.header();
    assert_eq!(
        (header.log_id, header.seq, header.prev),
        (LOG_ID, entry.seq, entry.prev)
    );
    assert_eq!(header.slot, entry.slot);
    assert!(header.generations.len() <= 2 && header.sections.len() <= 12);
    assert!(header.generation(None) == Some(entry.generation));
    if header.readable {
        let again = Header::try_from(pb::Header::from(header));
        assert_eq!(again.as_ref(), Ok(header), "what was read can be written");
    }
    let Ok(document) = verified.with_body(&entry.body) else {
        assert!(!written.honest, "an honest document is read");
        return;
    };
    let EntryBody::Kept(body) = &entry.body else {
        return;
    };
    for kind in (0..40).filter_map(|number| SectionKind::try_from(number).ok()) {
        let opened = document.section(kind, keyring);
        let sealed = written.sections.iter().find(|(other, _)| *other == kind);
        if let Ok(opened) = &opened {
            assert!(opened.len() <= body.len());
            let expected = sealed.map_or(&[][..], |(_, content)| content);
            assert!(
                opened.is_empty() || opened.as_slice() == expected,
                "{kind:?} opens to something else"
            );
        }
        if written.honest && sealed.is_some_and(|(_, content)| !content.is_empty()) {
            assert!(
                opened.is_ok() || too_large(document.header(), body),
                "{kind:?}: {opened:?}"
            );
        }
    }
}

fn too_large(header: &Header, body: &[u8]) -> bool {
    body.len() > parcep_core::document::max_body(header.payload_type)
}

/// Changes of the bytes of an entry that would have effect: it has effect no more.
fn tamper(written: &Written, input: &mut Input<'_>) {
    if input.is_over() {
        return;
    }
    let mut bytes = pb::Entry::from(&written.entry).encode_to_vec();
    let place = usize::from(input.byte()) << 8 | usize::from(input.byte());
    let at = place % bytes.len();
    bytes[at] ^= input.byte();
    let Ok(entry) = pb::Entry::decode(bytes.as_slice()) else {
        return;
    };
    let Ok(entry) = Entry::try_from(entry) else {
        return;
    };
    if entry != written.entry {
        let outcome = LOG.clone().take(entry.clone());
        // Only the body of a policy document may be gone, and its hash stays (R-DOC-020).
        let same = entry.hash() == written.entry.hash();
        assert!(
            same || !outcome.is_some_and(|outcome| has_effect(&outcome)),
            "nobody signed this"
        );
    }
}
