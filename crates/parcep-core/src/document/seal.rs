//! Writing a document: sections are sealed once, the header again for every place tried.

use super::body::{lay_out_wraps, pad};
use super::{
    DocumentError, GenerationUse, Header, PayloadType, Protection, SectionEntry, SectionKind,
    frame, max_body, protection, sections_of,
};
use crate::crypto::{
    Hash, MessageKey, Random, SALT_LEN, Secret, SigningKey, TAG_LEN, Transcript, hmac, label,
    sha256,
};
use crate::epoch::Keyring;
use crate::id::{DeviceId, DocumentId, LogId, PrincipalId};
use crate::log::{Entry, EntryBody, HEADER_GRID, MAX_HEADER};
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use zeroize::Zeroizing;

/// Sections are padded to a multiple of this before sealing.
const SECTION_GRID: usize = 256;

/// What an author wants to write, before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What kind of document it is.
    pub payload_type: PayloadType,
    /// Its id; the same on every retry.
    pub document_id: DocumentId,
    /// The document it replaces.
    pub base: Option<DocumentId>,
    /// The dependant it is about.
    pub dependant: Option<PrincipalId>,
    /// Its slot; empty means none.
    pub slot: Bytes,
    /// Sections that are not empty, by kind.
    pub sections: Vec<(SectionKind, Vec<u8>)>,
    /// When the author signs, seconds since the Unix epoch.
    pub issued_at: i64,
}

/// The device that signs.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// Its id.
    pub device: DeviceId,
    /// Its key.
    pub key: &'a SigningKey,
}

/// A place in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Relay epoch, from 1.
    pub relay_epoch: u32,
    /// Number of the entry.
    pub seq: u64,
    /// Hash of the entry before.
    pub prev: Hash,
}

/// A document whose sections are sealed and which only lacks a place.
#[derive(Debug, Clone)]
pub struct SealedBody {
    draft: Draft,
    log_id: LogId,
    blob: Bytes,
    sections: Vec<SectionEntry>,
    generations: Vec<GenerationUse>,
    wraps_hash: Option<Hash>,
    not_before: Option<i64>,
}

impl SealedBody {
    /// Seals every section under the secrets of the newest generations in `keyring`. `wraps` is
    /// empty but for genesis and epoch documents.
    ///
    /// # Errors
    /// [`DocumentError::CannotOpen`] if a secret is missing, [`DocumentError::TooLarge`] if the body
    /// exceeds its limit, or if randomness fails.
    pub fn seal(
        log_id: LogId,
        draft: Draft,
        wraps: &[Vec<u8>],
        keyring: &Keyring,
        random: &mut impl Random,
    ) -> Result<Self, DocumentError> {
        let generations = generations(&draft, keyring)?;
        let mut blob = lay_out_wraps(wraps)?;
        let wraps_hash = (!wraps.is_empty()).then(|| sha256(&blob));
        let mut sections = Vec::new();
        for kind in sections_of(draft.payload_type).iter().copied() {
            let content = draft.sections.iter().find(|(k, _)| *k == kind);
            sections.push(match content {
                Some((_, content)) if !content.is_empty() => {
                    let secret = secret_for(kind, &draft, &generations, keyring)?;
                    let key_of =
                        |salt: &[u8]| section_key(&secret, salt, log_id, kind, draft.document_id);
                    seal_section(kind, content, key_of, &mut blob, random)?
                }
                _ => SectionEntry {
                    kind,
                    offset: 0,
                    length: 0,
                    commitment: Hash::ZERO,
                },
            });
        }
        pad(&mut blob, max_body(draft.payload_type), random)?;
        Ok(Self {
            draft,
            log_id,
            blob: blob.into(),
            sections,
            generations,
            wraps_hash,
            not_before: None,
        })
    }

    /// The same with rules that count from this instant on, in seconds since 1970-01-01T00:00:00Z; until
    /// then those of the document that its base names do (R-DOC-024).
    #[must_use]
    pub const fn beginning(mut self, at: i64) -> Self {
        self.not_before = Some(at);
        self
    }

    /// The same with zeros behind what a writer puts there.
    #[cfg(test)]
    pub(crate) fn padded_to(mut self, bytes: usize) -> Self {
        let mut blob = self.blob.to_vec();
        blob.resize(bytes, 0);
        self.blob = blob.into();
        self
    }

    /// The document's id.
    pub fn document_id(&self) -> DocumentId {
        self.draft.document_id
    }

    /// The draft it was made from, to seal it anew after a change of generation.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Generation of the household secret it is sealed for.
    pub fn household_generation(&self) -> u32 {
        self.generations.first().map_or(0, |used| used.generation)
    }

    /// Signs and seals the header for one place. The sections stay as they are.
    ///
    /// # Errors
    /// If the header exceeds its limit, a secret is missing, or randomness fails.
    pub fn at(
        &self,
        place: Place,
        author: Author<'_>,
        keyring: &Keyring,
        random: &mut impl Random,
    ) -> Result<Entry, DocumentError> {
        let header = pb::Header::from(&self.header(place, author.device)).encode_to_vec();
        let payload_type = self.draft.payload_type;
        let signature = author.key.sign(&signed_bytes(payload_type.into(), &header));
        let signed = pb::SignedHeader {
            header,
            signature: signature.to_vec(),
            payload_type: payload_type.into(),
            author_device: author.device.to_vec(),
        };
        let generation = self.household_generation();
        let secret = keyring
            .household(generation)
            .ok_or(DocumentError::CannotOpen)?;
        let context = |salt: &[u8]| header_key(secret, salt, self.log_id);
        let header = seal_committed(&signed.encode_to_vec(), HEADER_GRID, context, random)?;
        if header.len() > MAX_HEADER {
            return Err(DocumentError::TooLarge("header"));
        }
        Ok(Entry {
            seq: place.seq,
            prev: place.prev,
            slot: self.draft.slot.clone(),
            generation,
            header: header.into(),
            body: EntryBody::Kept(self.blob.clone()),
        })
    }

    fn header(&self, place: Place, author: DeviceId) -> Header {
        Header {
            log_id: self.log_id,
            relay_epoch: place.relay_epoch,
            seq: place.seq,
            prev: place.prev,
            payload_type: self.draft.payload_type,
            document_id: self.draft.document_id,
            base: self.draft.base,
            author,
            dependant: self.draft.dependant,
            slot: self.draft.slot.clone(),
            generations: self.generations.clone(),
            body_hash: sha256(&self.blob),
            sections: self.sections.clone(),
            readable: true,
            issued_at: self.draft.issued_at,
            not_before: self.not_before,
            expires_at: None,
            wraps_hash: self.wraps_hash,
        }
    }
}

/// What a document's signature covers (R-DOC-003).
pub(super) fn signed_bytes(payload_type: i32, header: &[u8]) -> Transcript {
    Transcript::new(label::DOCUMENT)
        .number(u64::from(payload_type.cast_unsigned()))
        .bytes(header)
}

/// Number of a payload type as a transcript writes it.
pub(crate) fn payload_number(payload_type: PayloadType) -> u64 {
    u64::from(u32::try_from(i32::from(payload_type)).unwrap_or(0))
}

/// Number of a section kind as a transcript writes it.
pub(crate) fn kind_number(kind: SectionKind) -> u64 {
    u64::from(u32::try_from(i32::from(kind)).unwrap_or(0))
}

/// Key of a header blob. The document id is inside, so it cannot take part.
pub(super) fn header_key(
    secret: &Secret,
    salt: &[u8],
    log_id: LogId,
) -> Result<MessageKey, DocumentError> {
    let context = message_context(log_id, SectionKind::Header, &[]);
    Ok(MessageKey::new(secret, salt, context)?)
}

/// Key of one section.
pub(super) fn section_key(
    secret: &Secret,
    salt: &[u8],
    log_id: LogId,
    kind: SectionKind,
    document: DocumentId,
) -> Result<MessageKey, DocumentError> {
    let context = message_context(log_id, kind, document.as_bytes());
    Ok(MessageKey::new(secret, salt, context)?)
}

/// Derivation info and associated data of a sealed message (R-DOC-010).
pub(crate) fn message_context(log_id: LogId, kind: SectionKind, id: &[u8]) -> Transcript {
    Transcript::new(label::MESSAGE)
        .bytes(log_id.as_bytes())
        .number(kind_number(kind))
        .bytes(id)
}

/// Commitment of a section (R-DOC-006).
pub(super) fn section_commitment(salt: &[u8], kind: SectionKind, content: &[u8]) -> Hash {
    let transcript = Transcript::new(label::SECTION)
        .number(kind_number(kind))
        .bytes(content);
    hmac(salt, transcript.as_bytes())
}

/// Salt ‖ key commitment ‖ ciphertext, as headers and registers are sealed.
pub(crate) fn seal_committed(
    content: &[u8],
    grid: usize,
    key_of: impl FnOnce(&[u8]) -> Result<MessageKey, DocumentError>,
    random: &mut impl Random,
) -> Result<Vec<u8>, DocumentError> {
    let salt: [u8; SALT_LEN] = random.array().map_err(crate::crypto::CryptoError::from)?;
    let key = key_of(&salt)?;
    let mut out = salt.to_vec();
    out.extend_from_slice(key.commitment());
    let plaintext = Zeroizing::new(frame(content, grid, out.len() + TAG_LEN)?);
    key.seal_into(&plaintext, &mut out)?;
    Ok(out)
}

fn seal_section(
    kind: SectionKind,
    content: &[u8],
    key_of: impl FnOnce(&[u8]) -> Result<MessageKey, DocumentError>,
    blob: &mut Vec<u8>,
    random: &mut impl Random,
) -> Result<SectionEntry, DocumentError> {
    let no_randomness = crate::crypto::CryptoError::from;
    let commitment_salt: [u8; SALT_LEN] = random.array().map_err(no_randomness)?;
    let seal_salt: [u8; SALT_LEN] = random.array().map_err(no_randomness)?;
    let mut plaintext = Zeroizing::new(commitment_salt.to_vec());
    plaintext.extend_from_slice(&frame(content, SECTION_GRID, SALT_LEN)?);

    let too_large = DocumentError::TooLarge("body");
    let offset = blob.len();
    blob.extend_from_slice(&seal_salt);
    key_of(&seal_salt)?.seal_into(&plaintext, blob)?;
    Ok(SectionEntry {
        kind,
        offset: u32::try_from(offset).map_err(|_| too_large)?,
        length: u32::try_from(blob.len() - offset).map_err(|_| too_large)?,
        commitment: section_commitment(&commitment_salt, kind, content),
    })
}

fn generations(draft: &Draft, keyring: &Keyring) -> Result<Vec<GenerationUse>, DocumentError> {
    let household = keyring
        .newest_household()
        .ok_or(DocumentError::CannotOpen)?;
    let mut used = vec![GenerationUse {
        dependant: None,
        generation: household,
    }];
    if let Some(dependant) = draft.dependant {
        let generation = keyring
            .newest_dependant(dependant)
            .ok_or(DocumentError::CannotOpen)?;
        used.push(GenerationUse {
            dependant: Some(dependant),
            generation,
        });
    }
    Ok(used)
}

fn secret_for(
    kind: SectionKind,
    draft: &Draft,
    generations: &[GenerationUse],
    keyring: &Keyring,
) -> Result<Secret, DocumentError> {
    let whose = match protection(kind) {
        Protection::Household => None,
        Protection::Dependant => Some(draft.dependant.ok_or(DocumentError::CannotOpen)?),
    };
    let generation = generations
        .iter()
        .find(|used| used.dependant == whose)
        .map(|used| used.generation)
        .ok_or(DocumentError::CannotOpen)?;
    keyring
        .section_secret(whose, generation, kind)
        .ok_or(DocumentError::CannotOpen)
}
