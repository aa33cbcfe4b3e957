//! One place in the log, checked for shape but not yet opened.

use crate::crypto::{Hash, Transcript, label, sha256};
use crate::reason::Reason;
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;

/// Largest header blob: 16 KiB hold 12 sections and every list of a header with room to spare.
pub const MAX_HEADER: usize = 16 * 1024;
/// Header blobs come in multiples of this, so that their length says little.
pub const HEADER_GRID: usize = 1024;
/// Largest body blob: a list document of 1 MiB.
pub const MAX_BODY: usize = 1024 * 1024;
/// Smallest body blob.
pub const MIN_BODY: usize = 1024;
/// Longest slot.
pub const MAX_SLOT: usize = 32;

/// An entry whose shape is right. What is inside is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Place in the log, from 0.
    pub seq: u64,
    /// Hash of the entry before.
    pub prev: Hash,
    /// Opaque slot, at most 32 bytes; empty means none.
    pub slot: Bytes,
    /// Generation of the household secret that seals the header, from 1.
    pub generation: u32,
    /// Sealed header.
    pub header: Bytes,
    /// Sealed body, or its hash where the body was pruned.
    pub body: EntryBody,
}

/// A body as the relay still has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryBody {
    /// The blob.
    Kept(Bytes),
    /// The blob was pruned; this is its SHA-256.
    Pruned(Hash),
}

impl EntryBody {
    /// SHA-256 of the body blob.
    pub fn hash(&self) -> Hash {
        match self {
            Self::Kept(blob) => sha256(blob),
            Self::Pruned(hash) => *hash,
        }
    }
}

/// An entry that is not one (R-LOG-002). Carries the field at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryShape {
    /// A field is missing or has the wrong length.
    #[error("entry field `{0}` is malformed")]
    Malformed(&'static str),
    /// A field is larger than its limit.
    #[error("entry field `{0}` is too large")]
    TooLarge(&'static str),
}

impl EntryShape {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self {
            Self::Malformed(_) => Reason::Malformed,
            Self::TooLarge(_) => Reason::TooLarge,
        }
    }

    /// Name of the field at fault.
    pub fn field(self) -> &'static str {
        match self {
            Self::Malformed(field) | Self::TooLarge(field) => field,
        }
    }
}

impl Entry {
    /// The hash that the next entry names as `prev` (R-LOG-001). It covers every byte of the entry
    /// and stays the same when the body is pruned.
    pub fn hash(&self) -> Hash {
        let transcript = Transcript::new(label::ENTRY)
            .number(self.seq)
            .bytes(self.prev.as_bytes())
            .bytes(&self.slot)
            .number(self.generation.into())
            .bytes(sha256(&self.header).as_bytes())
            .bytes(self.body.hash().as_bytes());
        sha256(transcript.as_bytes())
    }

    /// Bytes that storing this entry takes: header and body.
    pub fn stored_len(&self) -> usize {
        let body = match &self.body {
            EntryBody::Kept(blob) => blob.len(),
            EntryBody::Pruned(_) => 0,
        };
        self.header.len() + body
    }
}

impl TryFrom<pb::Entry> for Entry {
    type Error = EntryShape;

    fn try_from(entry: pb::Entry) -> Result<Self, EntryShape> {
        let prev = hash("prev", &entry.prev)?;
        if entry.slot.len() > MAX_SLOT {
            return Err(EntryShape::TooLarge("slot"));
        }
        if entry.generation == 0 {
            return Err(EntryShape::Malformed("generation"));
        }
        let header_len = entry.header.len();
        if header_len > MAX_HEADER {
            return Err(EntryShape::TooLarge("header"));
        }
        if header_len == 0 || !header_len.is_multiple_of(HEADER_GRID) {
            return Err(EntryShape::Malformed("header"));
        }
        Ok(Self {
            seq: entry.seq,
            prev,
            slot: entry.slot.into(),
            generation: entry.generation,
            header: entry.header,
            body: body(entry.body, entry.body_hash.as_deref())?,
        })
    }
}

impl From<&Entry> for pb::Entry {
    fn from(entry: &Entry) -> Self {
        let (body, body_hash) = match &entry.body {
            EntryBody::Kept(blob) => (Some(blob.clone()), None),
            EntryBody::Pruned(hash) => (None, Some(hash.0.to_vec())),
        };
        Self {
            seq: entry.seq,
            prev: entry.prev.0.to_vec(),
            slot: entry.slot.to_vec(),
            generation: entry.generation,
            header: entry.header.clone(),
            body,
            body_hash,
        }
    }
}

fn hash(field: &'static str, bytes: &[u8]) -> Result<Hash, EntryShape> {
    Hash::try_from(bytes).map_err(|_| EntryShape::Malformed(field))
}

fn body(blob: Option<Bytes>, pruned: Option<&[u8]>) -> Result<EntryBody, EntryShape> {
    match (blob, pruned) {
        (Some(blob), None) if blob.len() > MAX_BODY => Err(EntryShape::TooLarge("body")),
        (Some(blob), None) if blob.len() >= MIN_BODY && blob.len().is_power_of_two() => {
            Ok(EntryBody::Kept(blob))
        }
        (None, Some(bytes)) => hash("body_hash", bytes).map(EntryBody::Pruned),
        _ => Err(EntryShape::Malformed("body")),
    }
}
