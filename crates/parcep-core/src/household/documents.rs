//! What policy documents change: which of them hold.

use super::{Effect, Household, Live};
use crate::document::{Header, PayloadType, VerifiedDocument};
use crate::id::PrincipalId;
use crate::reason::Reason;

impl Household {
    /// A policy layer, an override or the identity section: one guardian's own, replacing only what
    /// its author saw (R-DOC-008).
    pub(super) fn put(&mut self, document: &VerifiedDocument) -> Result<Effect, Reason> {
        let header = document.header();
        let author = self
            .principal_of(header.author)
            .ok_or(Reason::NotPermittedByTable)?;
        let same_line = |live: &Live| {
            let other = live.document.header();
            live.author == author
                && other.payload_type == header.payload_type
                && other.dependant == header.dependant
        };
        let replaced = match header.base {
            Some(base) => {
                let old = self.live.get(&base).ok_or(Reason::BaseNotLive)?;
                if !same_line(old) {
                    return Err(Reason::BaseNotLive);
                }
                self.live.remove(&base)
            }
            None => {
                let of_many = [PayloadType::Override, PayloadType::List];
                let one_at_a_time = !of_many.contains(&header.payload_type);
                if one_at_a_time && self.live.values().any(same_line) {
                    return Err(Reason::BaseNotLive);
                }
                None
            }
        };
        self.stand(document, author, replaced);
        Ok(Effect::Document(header.document_id))
    }

    /// From here on a document lives. What it replaced is kept if it begins later, and else forgotten
    /// with all that waited (R-DOC-024).
    pub(super) fn stand(
        &mut self,
        document: &VerifiedDocument,
        author: PrincipalId,
        replaced: Option<Live>,
    ) {
        let header = document.header();
        if let Some(replaced) = replaced
            && begins_at(header).is_some()
        {
            let older = self.until_then.remove(&replaced.id());
            let mut waiting = vec![replaced];
            waiting.extend(older.unwrap_or_default());
            waiting.truncate(MOST_PLANNED);
            self.until_then.insert(header.document_id, waiting);
        }
        let live = Live {
            document: document.clone(),
            author,
            seq: header.seq,
        };
        self.live.insert(header.document_id, live);
        self.forget_plans();
    }

    /// Nothing waits for a document that is over.
    pub(super) fn forget_plans(&mut self) {
        let live = &self.live;
        self.until_then.retain(|id, _| live.contains_key(id));
    }
}

/// When its rules begin, if it is of a type that can wait (R-DOC-024).
pub(super) fn begins_at(header: &Header) -> Option<i64> {
    let waits = [PayloadType::PolicyLayer, PayloadType::Override];
    let begins = header.not_before;
    begins.filter(|_| waits.contains(&header.payload_type))
}

/// How many documents hold until one begins; who plans more ahead loses the oldest (R-DOC-024).
const MOST_PLANNED: usize = 8;
