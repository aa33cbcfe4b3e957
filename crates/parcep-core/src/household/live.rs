//! Documents that hold.

use crate::crypto::{Hash, Transcript, label, sha256};
use crate::document::VerifiedDocument;
use crate::id::{DocumentId, PrincipalId};

/// A document that holds, with the person who answers for it.
#[derive(Debug, Clone)]
pub struct Live {
    /// The document.
    pub document: VerifiedDocument,
    /// Principal of the device that signed it.
    pub author: PrincipalId,
    /// Its place in the log.
    pub seq: u64,
}

impl Live {
    /// Its id.
    pub fn id(&self) -> DocumentId {
        self.document.header().document_id
    }
}

/// Hash of the sorted live list (R-REG-006). `rows` are (document id, header hash, place), ascending.
pub fn live_root(rows: impl IntoIterator<Item = (DocumentId, Hash, u64)>) -> Hash {
    let transcript = rows
        .into_iter()
        .fold(Transcript::new(label::LIVE), |t, (id, header, seq)| {
            t.bytes(id.as_bytes()).bytes(header.as_bytes()).number(seq)
        });
    sha256(transcript.as_bytes())
}
