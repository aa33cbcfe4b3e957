//! The signed header: typed, and its way from and to the wire.

use super::{DocumentError, PayloadType, SectionKind, decides_membership, sections_of};
use crate::crypto::Hash;
use crate::id::{DeviceId, DocumentId, LogId, PrincipalId};
use crate::registry::{self, State};
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;

/// Reader version of this library; documents with a larger `min_reader` are refused.
pub const READER: u32 = 1;

/// What a document's author signed about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The household.
    pub log_id: LogId,
    /// Relay epoch of the place, from 1.
    pub relay_epoch: u32,
    /// Place in the log.
    pub seq: u64,
    /// Hash of the entry before.
    pub prev: Hash,
    /// What kind of document it is.
    pub payload_type: PayloadType,
    /// Its id.
    pub document_id: DocumentId,
    /// The document it replaces.
    pub base: Option<DocumentId>,
    /// The device that signed.
    pub author: DeviceId,
    /// The dependant it is about.
    pub dependant: Option<PrincipalId>,
    /// Its slot; empty means none.
    pub slot: Bytes,
    /// Generations of the secrets that seal it.
    pub generations: Vec<GenerationUse>,
    /// SHA-256 of the body blob.
    pub body_hash: Hash,
    /// One row per section kind of the payload type.
    pub sections: Vec<SectionEntry>,
    /// Whether this reader is new enough to use its sections (R-DOC-018). If not, none is listed.
    pub readable: bool,
    /// When the author signed, seconds since the Unix epoch. Display only.
    pub issued_at: i64,
    /// No effect before this instant.
    pub not_before: Option<i64>,
    /// Stale after this instant.
    pub expires_at: Option<i64>,
    /// SHA-256 of the wraps area, in genesis and epoch documents.
    pub wraps_hash: Option<Hash>,
}

/// A secret that seals a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GenerationUse {
    /// Whose; `None` is the household's.
    pub dependant: Option<PrincipalId>,
    /// Its generation, from 1.
    pub generation: u32,
}

/// Where a section lies and what it must open to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectionEntry {
    /// Its kind.
    pub kind: SectionKind,
    /// First byte within the body blob.
    pub offset: u32,
    /// Sealed length; 0 for an empty section.
    pub length: u32,
    /// Commitment to the section's bytes.
    pub commitment: Hash,
}

impl Header {
    /// Generation of the household secret, or of one dependant's.
    pub fn generation(&self, dependant: Option<PrincipalId>) -> Option<u32> {
        self.generations
            .iter()
            .find(|used| used.dependant == dependant)
            .map(|used| used.generation)
    }

    /// The row of a section.
    pub fn section(&self, kind: SectionKind) -> Option<&SectionEntry> {
        self.sections.iter().find(|row| row.kind == kind)
    }
}

impl TryFrom<pb::Header> for Header {
    type Error = DocumentError;

    fn try_from(header: pb::Header) -> Result<Self, DocumentError> {
        let payload_type = PayloadType::try_from(header.payload_type)
            .ok()
            .filter(|kind| *kind != PayloadType::Unspecified)
            .ok_or(DocumentError::Malformed("payload_type"))?;
        let dependant = header.dependant.as_deref().map(principal).transpose()?;
        let readable = header.min_reader <= READER && header.critical_extensions.is_empty();
        let sections = if readable {
            complete(payload_type, header.sections)?
        } else {
            Vec::new()
        };
        // R-MEM-010: absent and required are exact. Types without a row here have no effect anyway.
        let row = registry::payload_type(payload_type).filter(|row| row.state == State::V1);
        if row.is_some_and(|row| row.names_dependant != dependant.is_some()) {
            return Err(DocumentError::Malformed("dependant"));
        }
        // R-DOC-025: what may never be pruned has no slot.
        if decides_membership(payload_type) && !header.slot.is_empty() {
            return Err(DocumentError::Malformed("slot"));
        }
        // R-WIRE-007
        if header.relay_epoch == 0 || header.min_reader == 0 {
            return Err(DocumentError::Malformed("header"));
        }
        Ok(Self {
            log_id: id(&header.log_id, "log_id")?,
            relay_epoch: header.relay_epoch,
            seq: header.seq,
            prev: hash(&header.prev, "prev")?,
            payload_type,
            document_id: id(&header.document_id, "document_id")?,
            base: header.base.as_deref().map(|b| id(b, "base")).transpose()?,
            author: id(&header.author_device, "author_device")?,
            dependant,
            slot: header.slot.into(),
            generations: generations(&header.generations)?,
            body_hash: hash(&header.body_hash, "body_hash")?,
            sections,
            readable,
            issued_at: header.issued_at,
            not_before: header.not_before,
            expires_at: header.expires_at,
            wraps_hash: header
                .wraps_hash
                .as_deref()
                .map(|h| hash(h, "wraps_hash"))
                .transpose()?,
        })
    }
}

impl From<&Header> for pb::Header {
    fn from(header: &Header) -> Self {
        Self {
            log_id: header.log_id.to_vec(),
            relay_epoch: header.relay_epoch,
            seq: header.seq,
            prev: header.prev.0.to_vec(),
            payload_type: header.payload_type.into(),
            document_id: header.document_id.to_vec(),
            base: header.base.map(DocumentId::to_vec),
            author_device: header.author.to_vec(),
            dependant: header.dependant.map(PrincipalId::to_vec),
            slot: header.slot.to_vec(),
            generations: header.generations.iter().map(Into::into).collect(),
            body_hash: header.body_hash.0.to_vec(),
            sections: header.sections.iter().map(Into::into).collect(),
            issued_at: header.issued_at,
            not_before: header.not_before,
            expires_at: header.expires_at,
            min_reader: READER,
            critical_extensions: Vec::new(),
            wraps_hash: header.wraps_hash.map(|h| h.0.to_vec()),
        }
    }
}

impl TryFrom<pb::SectionEntry> for SectionEntry {
    type Error = DocumentError;

    fn try_from(row: pb::SectionEntry) -> Result<Self, DocumentError> {
        let kind =
            SectionKind::try_from(row.kind).map_err(|_| DocumentError::Malformed("sections"))?;
        Ok(Self {
            kind,
            offset: row.offset,
            length: row.length,
            commitment: hash(&row.commitment, "sections")?,
        })
    }
}

impl From<&SectionEntry> for pb::SectionEntry {
    fn from(row: &SectionEntry) -> Self {
        Self {
            kind: row.kind.into(),
            offset: row.offset,
            length: row.length,
            commitment: row.commitment.0.to_vec(),
        }
    }
}

impl From<&GenerationUse> for pb::GenerationUse {
    fn from(used: &GenerationUse) -> Self {
        Self {
            dependant: used.dependant.map(PrincipalId::to_vec),
            generation: used.generation,
        }
    }
}

fn generations(rows: &[pb::GenerationUse]) -> Result<Vec<GenerationUse>, DocumentError> {
    let used = rows
        .iter()
        .map(|row| {
            Ok(GenerationUse {
                dependant: row.dependant.as_deref().map(principal).transpose()?,
                generation: row.generation,
            })
        })
        .collect::<Result<Vec<_>, DocumentError>>()?;
    if used.iter().any(|row| row.generation == 0) {
        return Err(DocumentError::Malformed("generations"));
    }
    let starts_with_household = used.first().is_some_and(|first| first.dependant.is_none());
    (starts_with_household && used.len() <= 2)
        .then_some(used)
        .ok_or(DocumentError::Malformed("generations"))
}

/// The section table, if it is the one of this type (R-DOC-005).
fn complete(
    payload_type: PayloadType,
    rows: Vec<pb::SectionEntry>,
) -> Result<Vec<SectionEntry>, DocumentError> {
    let rows = rows.into_iter().map(SectionEntry::try_from);
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let kinds = rows.iter().map(|row| row.kind);
    kinds
        .eq(sections_of(payload_type).iter().copied())
        .then_some(rows)
        .ok_or(DocumentError::Malformed("sections"))
}

fn principal(bytes: &[u8]) -> Result<PrincipalId, DocumentError> {
    id(bytes, "dependant")
}

fn id<'a, T: TryFrom<&'a [u8]>>(bytes: &'a [u8], field: &'static str) -> Result<T, DocumentError> {
    T::try_from(bytes).map_err(|_| DocumentError::Malformed(field))
}

fn hash(bytes: &[u8], field: &'static str) -> Result<Hash, DocumentError> {
    id(bytes, field)
}
