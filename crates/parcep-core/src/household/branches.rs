//! What a member asks a household about entries that are not part of its chain: of another branch, or
//! of one that it left.

use super::{Household, Live};
use crate::crypto::{SealingKey, VerifyingKey};
use crate::document::{Draft, Header, PayloadType, VerifiedDocument, open_header, sections_of};
use crate::epoch::Keyring;
use crate::id::{DeviceId, DocumentId, PrincipalId};
use crate::log::Entry;

impl Household {
    /// The entry as a document, if it is properly signed for its place by a device that is live here
    /// (R-LOG-004). Whether it may have an effect is another question.
    pub fn document_of(
        &self,
        entry: &Entry,
        keyring: &Keyring,
        key: &SealingKey,
    ) -> Option<VerifiedDocument> {
        let mut with_handed = keyring.clone();
        with_handed.extend(self.handed_over(entry, keyring, key).unwrap_or_default());
        let secret = with_handed.household(entry.generation);
        let opened = open_header(entry, self.log_id, secret).ok()?;
        let author = self.key_of(opened.claimed_author())?;
        let verified = opened.verify(&author, entry, self.log_id).ok()?;
        verified.with_body(&entry.body).ok()
    }

    /// An entry of this branch as a document, also if its author has left since, or left by it. Whether it
    /// was in time, only [`Household::place_of`] says.
    pub(crate) fn past_document_of(
        &self,
        entry: &Entry,
        keyring: &Keyring,
        key: &SealingKey,
    ) -> Option<VerifiedDocument> {
        self.document_of(entry, keyring, key).or_else(|| {
            let secret = keyring.household(entry.generation);
            let opened = open_header(entry, self.log_id, secret).ok()?;
            let author = self.past_keys.get(&opened.claimed_author())?;
            let verified = opened.verify(author, entry, self.log_id).ok()?;
            verified.with_body(&entry.body).ok()
        })
    }

    /// The key of a device that left.
    pub(crate) fn past_key_of(&self, device: DeviceId) -> Option<VerifyingKey> {
        self.past_keys.get(&device).copied()
    }

    /// The header of an entry that [`Household::document_of`] takes.
    pub fn signed_header(
        &self,
        entry: &Entry,
        keyring: &Keyring,
        key: &SealingKey,
    ) -> Option<Header> {
        let document = self.document_of(entry, keyring, key)?;
        Some(document.header().clone())
    }

    /// Puts a live document back, which stood at the place of this entry: out of a snapshot. Signature and
    /// body are verified anew; that it had its effect is taken for true. False if it is not what it was.
    pub(crate) fn put_back(&mut self, entry: &Entry, keyring: &Keyring, key: &SealingKey) -> bool {
        let document = self.document_of(entry, keyring, key);
        let Some(document) = document.filter(|document| !document.decides_membership()) else {
            return false;
        };
        let Some(author) = self.principal_of(document.header().author) else {
            return false;
        };
        let replaced = self.replaced_by(&document, author);
        self.stand(&document, author, replaced);
        true
    }

    /// Takes away what this document replaced. Of a layer between the two that the snapshot left out
    /// nothing is known.
    fn replaced_by(&mut self, document: &VerifiedDocument, author: PrincipalId) -> Option<Live> {
        let header = document.header();
        let replaced = header.base.and_then(|base| self.live.remove(&base));
        if header.payload_type == PayloadType::PolicyLayer {
            self.live.retain(|_, live| {
                let other = live.document.header();
                (live.author, other.payload_type, other.dependant)
                    != (author, header.payload_type, header.dependant)
            });
        }
        replaced
    }

    /// Whether this document holds, or does until another begins (R-DOC-024).
    pub(crate) fn is_kept(&self, id: DocumentId) -> bool {
        let mut waiting = self.until_then.values().flatten();
        self.live.contains_key(&id) || waiting.any(|live| live.id() == id)
    }
}

/// What its author drafted, from the document: the same id, to be appended again (R-MOVE-007). `None` if
/// a section does not open.
pub fn draft_of(document: &VerifiedDocument, keyring: &Keyring) -> Option<Draft> {
    let header = document.header();
    let mut sections = Vec::new();
    for kind in sections_of(header.payload_type).iter().copied() {
        let bytes = document.section(kind, keyring).ok()?;
        if !bytes.is_empty() {
            sections.push((kind, bytes.to_vec()));
        }
    }
    Some(Draft {
        payload_type: header.payload_type,
        document_id: header.document_id,
        base: header.base,
        dependant: header.dependant,
        slot: header.slot.clone(),
        sections,
        issued_at: header.issued_at,
    })
}
