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
                self.live.remove(&base);
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
}
