//! Reading a document, in the only order the types allow.

use super::seal::{header_key, section_commitment, section_key, signed_bytes};
use super::{
    DocumentError, Header, PayloadType, Protection, SectionKind, Wraps, decides_membership,
    max_body, protection, unframe,
};
use crate::crypto::{Hash, MessageKey, SALT_LEN, Secret, VerifyingKey, sha256};
use crate::epoch::Keyring;
use crate::id::{DeviceId, LogId, PrincipalId};
use crate::log::{Entry, EntryBody};
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use zeroize::Zeroizing;

/// Bytes before a header's ciphertext: salt and key commitment.
const COMMITTED_PREFIX: usize = SALT_LEN + 32;

/// A header that opened under a household secret. Nothing in it is believed yet but the two hints
/// needed to choose a key.
#[derive(Debug)]
pub struct OpenedHeader {
    signed: pb::SignedHeader,
    payload_type: i32,
    author: DeviceId,
}

/// Opens the header of an entry with the household secret of its generation (R-DOC-002).
///
/// # Errors
/// [`DocumentError::CannotOpen`] without that secret, else why the blob is not a header.
pub fn open_header(
    entry: &Entry,
    log_id: LogId,
    secret: Option<&Secret>,
) -> Result<OpenedHeader, DocumentError> {
    let secret = secret.ok_or(DocumentError::CannotOpen)?;
    let plaintext = open_committed(&entry.header, |salt| header_key(secret, salt, log_id))?;
    let signed = pb::SignedHeader::decode(unframe(&plaintext)?)
        .map_err(|_| DocumentError::Malformed("header"))?;
    let payload_type = signed.payload_type;
    let author = DeviceId::try_from(signed.author_device.as_slice())
        .map_err(|_| DocumentError::Malformed("author_device"))?;
    Ok(OpenedHeader {
        signed,
        payload_type,
        author,
    })
}

impl OpenedHeader {
    /// Which device claims to have signed: choose its key by this.
    pub fn claimed_author(&self) -> DeviceId {
        self.author
    }

    /// Which payload type the signature claims; unspecified for one that this version does not know.
    pub fn claimed_payload(&self) -> PayloadType {
        PayloadType::try_from(self.payload_type).unwrap_or_default()
    }

    /// Verifies the signature, then parses the header and checks that it was signed for this
    /// household and this place (R-DOC-003, R-DOC-004).
    ///
    /// # Errors
    /// What is wrong, in that order.
    pub fn verify(
        self,
        key: &VerifyingKey,
        entry: &Entry,
        log_id: LogId,
    ) -> Result<VerifiedHeader, DocumentError> {
        let header = self.placed(key, entry, log_id)?;
        // Whatever else is wrong with it, its place in the chain needs the body that was signed.
        let body_hash = header.body_hash.clone();
        let header = Header::try_from(header).map_err(|error| {
            if body_hash == entry.body.hash().as_bytes() {
                error
            } else {
                DocumentError::BodyMismatch
            }
        })?;
        Ok(VerifiedHeader {
            hash: sha256(&self.signed.header),
            header,
        })
    }

    /// Only that a member signed it for this household, this place and this body: rows 1 to 6 of
    /// R-DOC-001.
    pub(crate) fn stands(
        &self,
        key: &VerifyingKey,
        entry: &Entry,
        log_id: LogId,
    ) -> Result<(), DocumentError> {
        let header = self.placed(key, entry, log_id)?;
        let same_body = header.body_hash == entry.body.hash().as_bytes();
        same_body.then_some(()).ok_or(DocumentError::BodyMismatch)
    }

    fn placed(
        &self,
        key: &VerifyingKey,
        entry: &Entry,
        log_id: LogId,
    ) -> Result<pb::Header, DocumentError> {
        let signed = signed_bytes(self.payload_type, &self.signed.header);
        key.verify(&signed, &self.signed.signature)?;
        let header = pb::Header::decode(self.signed.header.as_slice())
            .map_err(|_| DocumentError::Malformed("header"))?;
        if header.payload_type != self.payload_type
            || header.author_device != self.author.as_bytes()
        {
            return Err(DocumentError::Malformed("header"));
        }
        if header.log_id != log_id.as_bytes() {
            return Err(DocumentError::WrongHousehold);
        }
        let first = header.generations.first();
        let household = first.filter(|used| used.dependant.is_none());
        let same_place = header.seq == entry.seq
            && header.prev == entry.prev.as_bytes()
            && header.slot == entry.slot
            && household.is_none_or(|used| used.generation == entry.generation);
        if !same_place {
            return Err(DocumentError::WrongPlace);
        }
        Ok(header)
    }

    /// For genesis only, whose signer is named in its own body: the body it points to, to look the
    /// key up before [`OpenedHeader::verify`] decides. Believe nothing else of it.
    pub(crate) fn peek(&self) -> Result<Header, DocumentError> {
        let header = pb::Header::decode(self.signed.header.as_slice())
            .map_err(|_| DocumentError::Malformed("header"))?;
        Header::try_from(header)
    }
}

/// A header whose signature and place are right. Only verification makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedHeader {
    header: Header,
    hash: Hash,
}

impl VerifiedHeader {
    /// What was signed.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// SHA-256 of the header bytes.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// Adds the body, if it is the one that was signed.
    ///
    /// # Errors
    /// [`DocumentError::BodyMismatch`], the relay's fault; or wraps that are not the signed ones.
    pub fn with_body(self, body: &EntryBody) -> Result<VerifiedDocument, DocumentError> {
        if body.hash() != self.header.body_hash {
            return Err(DocumentError::BodyMismatch);
        }
        let body = match body {
            EntryBody::Kept(blob) => Some(blob.clone()),
            EntryBody::Pruned(_) => None,
        };
        if let Some(blob) = &body {
            let payload_type = self.header.payload_type;
            if decides_membership(payload_type) && blob.len() > max_body(payload_type) {
                return Err(DocumentError::TooLarge("body"));
            }
            let wraps = Wraps::of(blob)?;
            let signed = self.header.wraps_hash;
            let none = wraps.iter().next().is_none();
            if signed != (!none).then(|| wraps.hash()) {
                return Err(DocumentError::Malformed("wraps"));
            }
        }
        Ok(VerifiedDocument {
            verified: self,
            body,
        })
    }
}

/// A verified header with the body it signed, or without it where the relay pruned it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedDocument {
    verified: VerifiedHeader,
    body: Option<Bytes>,
}

impl VerifiedDocument {
    /// What was signed.
    pub fn header(&self) -> &Header {
        &self.verified.header
    }

    /// SHA-256 of the header bytes.
    pub fn header_hash(&self) -> Hash {
        self.verified.hash
    }

    /// The bytes of a section, checked against its commitment; empty for an empty section.
    ///
    /// # Errors
    /// [`DocumentError::CannotOpen`] without the secret, [`DocumentError::Pruned`] without the body,
    /// else why the section is not the one that was signed.
    pub fn section(
        &self,
        kind: SectionKind,
        keyring: &Keyring,
    ) -> Result<Zeroizing<Vec<u8>>, DocumentError> {
        self.usable()?;
        let body = self.body.as_deref().ok_or(DocumentError::Pruned)?;
        open_section(&self.verified.header, body, kind, keyring)
    }

    /// Whether this reader may use its sections at all (R-DOC-018, R-DOC-026).
    ///
    /// # Errors
    /// [`DocumentError::ReaderTooOld`] or [`DocumentError::TooLarge`].
    pub fn usable(&self) -> Result<(), DocumentError> {
        if !self.header().readable {
            return Err(DocumentError::ReaderTooOld);
        }
        let length = self.body.as_ref().map_or(0, Bytes::len);
        if length > max_body(self.header().payload_type) {
            return Err(DocumentError::TooLarge("body"));
        }
        Ok(())
    }

    /// Whether its body is here, and not pruned.
    pub fn has_body(&self) -> bool {
        self.body.is_some()
    }

    /// Whether its type is one that says who belongs and who holds which secret.
    pub fn decides_membership(&self) -> bool {
        decides_membership(self.header().payload_type)
    }

    /// Whether a section holds anything.
    pub fn has_section(&self, kind: SectionKind) -> bool {
        let row = self.verified.header.section(kind);
        row.is_some_and(|row| row.length > 0)
    }
}

/// Opens one section of a body whose hash was compared with the header's (R-DOC-006, R-DOC-007).
pub(crate) fn open_section(
    header: &Header,
    body: &[u8],
    kind: SectionKind,
    keyring: &Keyring,
) -> Result<Zeroizing<Vec<u8>>, DocumentError> {
    let malformed = DocumentError::Malformed("sections");
    let row = header.section(kind).ok_or(malformed)?;
    if row.length == 0 {
        return if row.commitment == Hash::ZERO {
            Ok(Zeroizing::default())
        } else {
            Err(DocumentError::BadCommitment)
        };
    }
    let secret = section_secret(header, kind, keyring)?;
    let start = usize::try_from(row.offset).map_err(|_| malformed)?;
    let length = usize::try_from(row.length).map_err(|_| malformed)?;
    let end = start.checked_add(length).ok_or(malformed)?;
    let sealed = body.get(start..end).ok_or(malformed)?;
    let (salt, ciphertext) = sealed.split_at_checked(SALT_LEN).ok_or(malformed)?;
    let key = section_key(&secret, salt, header.log_id, kind, header.document_id)?;
    let plaintext = key.open(ciphertext)?;
    let (salt, framed) = plaintext.split_at_checked(SALT_LEN).ok_or(malformed)?;
    let content = unframe(framed)?;
    if section_commitment(salt, kind, content) != row.commitment {
        return Err(DocumentError::BadCommitment);
    }
    Ok(Zeroizing::new(content.to_vec()))
}

/// Opens salt ‖ key commitment ‖ ciphertext, as headers and registers are sealed.
pub(crate) fn open_committed(
    blob: &[u8],
    key_of: impl FnOnce(&[u8]) -> Result<MessageKey, DocumentError>,
) -> Result<Zeroizing<Vec<u8>>, DocumentError> {
    let malformed = DocumentError::Malformed("header");
    let (prefix, ciphertext) = blob.split_at_checked(COMMITTED_PREFIX).ok_or(malformed)?;
    let (salt, commitment) = prefix.split_at_checked(SALT_LEN).ok_or(malformed)?;
    let key = key_of(salt)?;
    if !key.commits_to(commitment) {
        return Err(crate::crypto::CryptoError::SealBroken.into());
    }
    Ok(key.open(ciphertext)?)
}

fn section_secret(
    header: &Header,
    kind: SectionKind,
    keyring: &Keyring,
) -> Result<Secret, DocumentError> {
    let whose: Option<PrincipalId> = match protection(kind) {
        Protection::Household => None,
        Protection::Dependant => Some(header.dependant.ok_or(DocumentError::CannotOpen)?),
    };
    header
        .generation(whose)
        .and_then(|generation| keyring.section_secret(whose, generation, kind))
        .ok_or(DocumentError::CannotOpen)
}
