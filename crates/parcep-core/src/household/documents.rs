//! What policy documents change: which of them hold.

use super::{Effect, Household, Live};
use crate::document::{PayloadType, VerifiedDocument};
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
        match header.base {
            Some(base) => {
                let old = self.live.get(&base).ok_or(Reason::BaseNotLive)?;
                if !same_line(old) {
                    return Err(Reason::BaseNotLive);
                }
                let replaced = self.live.remove(&base);
                self.keep_until_then(document, replaced);
            }
            None => {
                let of_many = [PayloadType::Override, PayloadType::List];
                let one_at_a_time = !of_many.contains(&header.payload_type);
                if one_at_a_time && self.live.values().any(same_line) {
                    return Err(Reason::BaseNotLive);
                }
            }
        }
        let id = header.document_id;
        let live = Live {
            document: document.clone(),
            author,
            seq: header.seq,
        };
        self.live.insert(id, live);
        Ok(Effect::Document(id))
    }

    /// Keeps what a document replaced that begins later, and forgets it with the first that does not
    /// (R-DOC-024).
    pub(super) fn keep_until_then(&mut self, document: &VerifiedDocument, replaced: Option<Live>) {
        let Some(replaced) = replaced else {
            return;
        };
        let header = document.header();
        let mut line = vec![replaced.id()];
        while let Some(older) = line.last().and_then(|id| self.until_then.get(id)) {
            line.push(older.id());
        }
        let begins_later = header.not_before.is_some();
        // Who plans more ahead than that loses the oldest plan.
        let kept = if begins_later { MOST_PLANNED - 1 } else { 0 };
        for id in line.into_iter().skip(kept) {
            self.until_then.remove(&id);
        }
        if begins_later {
            self.until_then.insert(header.document_id, replaced);
        }
    }
}

/// How many documents of one line are kept that wait for each other.
const MOST_PLANNED: usize = 8;
