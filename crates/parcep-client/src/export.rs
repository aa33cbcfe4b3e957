//! A household in one file: the anchor and every entry as it was received (R-MOVE-019).
//!
//! The file is one protobuf message with two fields, so that any reader of the wire reads it: 1 is
//! the `Anchor`, 2 repeated is `Entry`, in order from genesis. Nothing in it is readable without a
//! member's keys, but for places and sizes, and the addresses of the relays.

use crate::ClientError;
use parcep_core::joining::Anchor;
use parcep_core::log::{ChainError, Entry, Follower};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message;

/// Most bytes of an export that is read: a household at its quota, with room.
pub const MAX_EXPORT: usize = 256 << 20;

/// What an export holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Where the chain begins, and where it was held.
    pub anchor: Anchor,
    /// The chain, from genesis on.
    pub entries: Vec<Entry>,
}

#[derive(Clone, PartialEq, Message)]
struct File {
    #[prost(message, optional, tag = "1")]
    anchor: Option<pb::Anchor>,
    #[prost(message, repeated, tag = "2")]
    entries: Vec<pb::Entry>,
}

/// Why a file is no export that can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// It does not parse, or holds no entry.
    #[error("it is no export of a household")]
    Malformed,
    /// It is larger than any household.
    #[error("it is larger than any household may be")]
    TooLarge,
    /// An entry of another shape.
    #[error("entry {0} is not one")]
    Entry(u64),
    /// Entry 0 is not the one that the anchor names.
    #[error("its first entry is not the one that its anchor names")]
    WrongAnchor,
    /// The chain breaks.
    #[error("the chain breaks: {0}")]
    Chain(#[from] ChainError),
}

impl ExportError {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self {
            Self::Malformed | Self::Entry(_) => Reason::Malformed,
            Self::TooLarge => Reason::TooLarge,
            Self::WrongAnchor => Reason::WrongAnchor,
            Self::Chain(error) => error.reason(),
        }
    }
}

impl Export {
    /// An export, if the entries are one chain that begins at the anchor.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn new(anchor: Anchor, entries: Vec<Entry>) -> Result<Self, ExportError> {
        let first = entries.first().ok_or(ExportError::Malformed)?;
        if first.hash() != anchor.genesis {
            return Err(ExportError::WrongAnchor);
        }
        let mut chain = Follower::new();
        for entry in &entries {
            chain.check(entry)?;
            chain.advance(entry.hash());
        }
        Ok(Self { anchor, entries })
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        let file = File {
            anchor: Some((&self.anchor).into()),
            entries: self.entries.iter().map(Into::into).collect(),
        };
        file.encode_to_vec()
    }

    /// Reads a file, and follows its chain from the anchor in it.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ExportError> {
        if bytes.len() > MAX_EXPORT {
            return Err(ExportError::TooLarge);
        }
        let file = File::decode(bytes).map_err(|_| ExportError::Malformed)?;
        let anchor = Anchor::try_from(file.anchor.ok_or(ExportError::Malformed)?);
        let anchor = anchor.map_err(|_| ExportError::Malformed)?;
        let entries = file.entries.into_iter().zip(0..);
        let entries = entries
            .map(|(entry, place)| Entry::try_from(entry).map_err(|_| ExportError::Entry(place)));
        Self::new(anchor, entries.collect::<Result<_, _>>()?)
    }
}

impl From<ExportError> for ClientError {
    fn from(error: ExportError) -> Self {
        Self::Export(error)
    }
}
