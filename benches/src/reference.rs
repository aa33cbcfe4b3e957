//! What a hand-written reader does with the same bytes: ring's hash, signature, HKDF and AEAD, and nothing
//! else. It is handed where everything stands, parses nothing and checks no rule.

use parcep_core::crypto::{Secret, Transcript, VerifyingKey, label};
use parcep_core::document::{SectionKind, VerifiedDocument, unframe};
use parcep_core::epoch::Keyring;
use parcep_core::id::LogId;
use parcep_core::log::{Entry, EntryBody};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use ring::{aead, digest, hkdf, signature};

/// One sealed message with the secret that seals it.
#[derive(Debug)]
pub struct Blob {
    secret: [u8; 32],
    salt: [u8; 32],
    info: Vec<u8>,
    ciphertext: Vec<u8>,
}

/// One signature with what it covers.
#[derive(Debug)]
pub struct Signed {
    key: [u8; 32],
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// One document: its header, its signature, and the sections that are opened.
#[derive(Debug)]
pub struct Reference {
    /// The header blob.
    pub header: Blob,
    /// Over the header.
    pub signed: Signed,
    /// The sections, each under the secret of its kind.
    pub sections: Vec<Blob>,
}

struct Len(usize);

impl hkdf::KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

impl Blob {
    fn new(
        secret: &Secret,
        kind: SectionKind,
        id: &[u8],
        log_id: LogId,
        sealed: (&[u8], &[u8]),
    ) -> Self {
        let info = Transcript::new(label::MESSAGE)
            .bytes(log_id.as_bytes())
            .number(u64::from(i32::from(kind).unsigned_abs()))
            .bytes(id);
        Self {
            secret: *secret.expose(),
            salt: sealed.0.try_into().unwrap(),
            info: info.as_bytes().to_vec(),
            ciphertext: sealed.1.to_vec(),
        }
    }

    /// One HKDF of key and commitment, one AEAD.
    #[must_use]
    pub fn open(&self) -> Vec<u8> {
        let mut okm = [0; 64];
        hkdf::Salt::new(hkdf::HKDF_SHA256, &self.salt)
            .extract(&self.secret)
            .expand(&[&self.info], Len(64))
            .and_then(|source| source.fill(&mut okm))
            .unwrap();
        let key = aead::UnboundKey::new(&aead::CHACHA20_POLY1305, &okm[..32]).unwrap();
        let mut buffer = self.ciphertext.clone();
        let nonce = aead::Nonce::assume_unique_for_key([0; 12]);
        let opened = aead::LessSafeKey::new(key)
            .open_in_place(nonce, aead::Aad::from(&self.info), &mut buffer)
            .unwrap();
        let length = opened.len();
        buffer.truncate(length);
        buffer
    }
}

impl Signed {
    /// One Ed25519 verification.
    pub fn verify(&self) {
        signature::UnparsedPublicKey::new(&signature::ED25519, &self.key)
            .verify(&self.message, &self.signature)
            .unwrap();
    }
}

impl Reference {
    /// Of a document that was read, those of its sections that `kinds` names.
    #[must_use]
    pub fn of(
        entry: &Entry,
        document: &VerifiedDocument,
        kinds: &[SectionKind],
        key: &VerifyingKey,
        keyring: &Keyring,
    ) -> Self {
        let head = document.header();
        let secret = keyring.household(entry.generation).unwrap();
        let parts = (&entry.header[..32], &entry.header[64..]);
        let header = Blob::new(secret, SectionKind::Header, &[], head.log_id, parts);
        let plaintext = header.open();
        let outer = pb::SignedHeader::decode(unframe(&plaintext).unwrap()).unwrap();
        let message = Transcript::new(label::DOCUMENT)
            .number(u64::from(outer.payload_type.unsigned_abs()))
            .bytes(&outer.header);
        let EntryBody::Kept(body) = &entry.body else {
            panic!("bodies are kept here");
        };
        let sections = kinds.iter().map(|kind| {
            let row = head.section(*kind).unwrap();
            let sealed = &body[row.offset as usize..][..row.length as usize];
            let generation = head.generation(head.dependant).unwrap();
            let secret = keyring
                .section_secret(head.dependant, generation, *kind)
                .unwrap();
            let id = head.document_id;
            Blob::new(
                &secret,
                *kind,
                id.as_bytes(),
                head.log_id,
                sealed.split_at(32),
            )
        });
        Self {
            signed: Signed {
                key: *key.as_bytes(),
                message: message.as_bytes().to_vec(),
                signature: outer.signature,
            },
            sections: sections.collect(),
            header,
        }
    }

    /// Opens the header and verifies what it says.
    #[must_use]
    pub fn verify(&self) -> usize {
        let opened = self.header.open().len();
        self.signed.verify();
        opened
    }

    /// Opens the sections.
    #[must_use]
    pub fn open(&self) -> usize {
        self.sections.iter().map(|blob| blob.open().len()).sum()
    }
}

/// The three hashes of an entry (R-LOG-001).
#[must_use]
pub fn entry_hash(entry: &Entry) -> digest::Digest {
    let hash = |bytes: &[u8]| digest::digest(&digest::SHA256, bytes);
    let EntryBody::Kept(body) = &entry.body else {
        panic!("bodies are kept here");
    };
    let text = Transcript::new(label::ENTRY)
        .number(entry.seq)
        .bytes(entry.prev.as_bytes())
        .bytes(&entry.slot)
        .number(entry.generation.into())
        .bytes(hash(&entry.header).as_ref())
        .bytes(hash(body).as_ref());
    hash(text.as_bytes())
}
