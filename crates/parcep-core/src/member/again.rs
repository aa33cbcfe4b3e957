//! Whether what was lost stands again: the same words of the same author, and not the same id alone
//! (R-MOVE-008). Every member reads ids, and could put something else under one.

use super::{Branch, Chain, Member};
use crate::crypto::{Hash, SealingKey, sha256};
use crate::document::{PayloadType, VerifiedDocument, sections_of};
use crate::epoch::Keyring;
use crate::household::REMEMBERED;
use crate::id::{DeviceId, DocumentId, PrincipalId};
use crate::log::Entry;
use std::collections::BTreeMap;

/// A document that had effect on a branch.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) id: DocumentId,
    /// `None` if it does not verify here any more: then nothing else is taken for it.
    said: Option<Said>,
    /// The place of the chain at which it stands again.
    found: Option<u64>,
}

/// What a document says, whatever its place and its seals are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    author: DeviceId,
    payload_type: PayloadType,
    base: Option<DocumentId>,
    dependant: Option<PrincipalId>,
    not_before: Option<i64>,
    /// Hash of the bytes of each section; `None` of one that this member cannot open.
    sections: Vec<Option<Hash>>,
}

impl Said {
    fn of(document: &VerifiedDocument, keyring: &Keyring) -> Self {
        let header = document.header();
        let kinds = sections_of(header.payload_type).iter();
        let sections = kinds.map(|kind| {
            let bytes = document.section(*kind, keyring).ok()?;
            Some(sha256(&bytes))
        });
        Self {
            author: header.author,
            payload_type: header.payload_type,
            base: header.base,
            dependant: header.dependant,
            not_before: header.not_before,
            sections: sections.collect(),
        }
    }
}

impl Wanted {
    /// Whether this device wrote it, and it does not stand in the chain again. An epoch is missed by nobody:
    /// one is drawn anew where it is due, and as it was it would hand its secrets to nobody.
    pub(super) fn is_missed_by(&self, device: DeviceId) -> bool {
        let own = |said: &Said| said.author == device && said.payload_type != PayloadType::Epoch;
        self.found.is_none() && self.said.as_ref().is_some_and(own)
    }

    /// Whether it stands in the chain again.
    pub(super) fn is_found(&self) -> bool {
        self.found.is_some()
    }
}

/// Every document that had effect on a chain, from this place on. These are its entries there.
pub(super) fn wanted(chain: &Chain, from: u64, entries: &[Entry], key: &SealingKey) -> Vec<Wanted> {
    let said = entries.iter().filter_map(|entry| said(chain, entry, key));
    let mut all: BTreeMap<_, _> = said.map(|(id, said)| (id, Some(said))).collect();
    for id in chain
        .household()
        .into_iter()
        .flat_map(|h| h.effective_from(from))
    {
        all.entry(id).or_insert(None);
    }
    let found = None;
    let all = all.into_iter();
    all.map(|(id, said)| Wanted { id, said, found }).collect()
}

/// The first place at which it is still known what had effect (R-DOC-017).
pub(super) fn remembered_from(chain: &Chain) -> u64 {
    chain.next_seq().saturating_sub(REMEMBERED)
}

/// A document that had effect at the place of this entry, or, longer ago than is remembered, may have had;
/// `None` if none had, or it does not verify.
fn said(chain: &Chain, entry: &Entry, key: &SealingKey) -> Option<(DocumentId, Said)> {
    let household = chain.household()?;
    let document = household.past_document_of(entry, chain.keyring(), key)?;
    let id = document.header().document_id;
    let had_effect = household.place_of(id) == Some(entry.seq);
    let counts = had_effect || entry.seq < remembered_from(chain);
    counts.then(|| (id, Said::of(&document, chain.keyring())))
}

impl Branch {
    /// The chain has this at a place behind the one where the two part.
    pub(super) fn find(&mut self, id: DocumentId, said: &Said, seq: u64) {
        let fits =
            |wanted: &&mut Wanted| wanted.found.is_none() && wanted.said.as_ref() == Some(said);
        let same = self.wanted.iter_mut().filter(|wanted| wanted.id == id);
        if let Some(wanted) = same.into_iter().find(fits) {
            wanted.found = Some(seq);
        } else if let Some(wanted) = self.wanted.iter_mut().find(fits) {
            // Its author wrote it anew, because somebody else took its id.
            wanted.found = Some(seq);
        }
    }

    /// Takes what has effect in the chain under its own id for what was wanted.
    pub(super) fn find_by_id(&mut self, place_of: impl Fn(DocumentId) -> Option<u64>) {
        for wanted in &mut self.wanted {
            wanted.found = place_of(wanted.id);
        }
    }

    /// The chain is another one from this place on: what was found behind it is missing again.
    pub(super) fn unfind(&mut self, from: u64) {
        for wanted in &mut self.wanted {
            wanted.found.take_if(|seq| *seq >= from);
        }
    }
}

impl Member {
    /// Entries that the chain has: whether one of them says again what was lost.
    pub(super) fn find_again<'a>(&mut self, entries: impl IntoIterator<Item = &'a Entry>) {
        let misses = |branch: &Branch| branch.wanted.iter().any(|wanted| !wanted.is_found());
        if !self.aside.iter().chain(&self.ended).any(misses) {
            return;
        }
        for entry in entries {
            let Some((id, said)) = self.said_again(entry) else {
                continue;
            };
            let all = self.aside.iter_mut().chain(&mut self.ended);
            for branch in all.filter(|branch| branch.from <= entry.seq) {
                branch.find(id, &said, entry.seq);
            }
        }
    }

    /// What a document says that has effect at the place of this entry of the chain.
    pub(super) fn said_again(&self, entry: &Entry) -> Option<(DocumentId, Said)> {
        let (id, said) = said(&self.chain, entry, &self.identity.sealing)?;
        let place = self.household()?.place_of(id)?;
        (place == entry.seq).then_some((id, said))
    }
}
