//! What a guardian's device clears away, hands on and asks: bodies that newer ones replaced, secrets for
//! a device that stayed behind, and own documents that a fork, a restore or a move took.

use super::Guardian;
use crate::ClientError;
use bytes::Bytes;
use parcep_core::crypto::SystemRandom;
use parcep_core::document::{Header, PayloadType};
use parcep_core::id::{DeviceId, DocumentId, PrincipalId};
use parcep_core::log::{Entry, EntryBody};
use parcep_core::member::Event;
use parcep_core::reason::Reason;
use std::collections::{BTreeMap, VecDeque};

/// File of what the relay was asked to drop: hash of the entry, and when it may be asked again.
const ASKED: &str = "pruned.json";
/// How long a newer one has stood: a week, and the rest of the UTC day on which it arrived (R-MOVE-025).
const STOOD: i64 = 8 * 86_400;
/// How long the relay is left alone about a body that it refused to drop.
const REFUSED_FOR: i64 = 30 * 86_400;
/// Most bodies in one go.
const MOST: usize = 32;

/// An own document that a fork, a restore or a move took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Its id, which it keeps unless somebody else took it.
    pub id: DocumentId,
    /// What it is.
    pub payload_type: PayloadType,
    /// Whom it is about.
    pub dependant: Option<PrincipalId>,
    /// When it was signed, seconds since 1970-01-01T00:00:00Z.
    pub issued_at: i64,
}

impl Guardian {
    /// Own documents that a fork, a restore or a move took and that do not stand in the log again. Ask
    /// the person about each (R-MOVE-007).
    pub fn lost(&self) -> Vec<Lost> {
        let member = self.0.member();
        let mut random = SystemRandom::new();
        let drafts = member.lost().into_iter();
        let drafts = drafts.filter_map(|id| Some((id, member.draft_again(id, &mut random)?)));
        drafts
            .map(|(id, draft)| Lost {
                id,
                payload_type: draft.payload_type,
                dependant: draft.dependant,
                issued_at: draft.issued_at,
            })
            .collect()
    }

    /// Appends such a document again, because its person said so; its place. It keeps its id, so it
    /// cannot count twice, or has a new one where somebody else took that.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with `INVALID_ARGUMENT` if nothing with this id was lost, or with the
    /// reason why it does not stand: with `BASE_NOT_LIVE` something newer stands in its place.
    pub async fn append_again(&mut self, id: DocumentId) -> Result<u64, ClientError> {
        let draft = self.0.member().draft_again(id, &mut SystemRandom::new());
        let draft = draft.ok_or(ClientError::Refused(Reason::InvalidArgument))?;
        self.0.append(draft).await
    }

    /// The file for a device that lacks secrets which it may hold: every one of those held here
    /// (R-JOIN-009). [`Driver::take_supplement`](crate::Driver::take_supplement) takes it there.
    ///
    /// # Errors
    /// If the device is not of this household.
    pub fn supplement(&self, device: DeviceId) -> Result<Vec<u8>, ClientError> {
        let mut random = SystemRandom::new();
        Ok(self.0.member().supplement(device, &mut random)?)
    }

    /// Has the relay drop bodies of own documents that newer ones replaced a week ago; how many. A
    /// refusal is remembered for a month.
    pub(super) async fn prune_replaced(&mut self) -> Result<usize, ClientError> {
        let (now, mut asked) = (self.0.now(), self.asked()?);
        let mut places = self.replaced()?;
        places.retain(|(_, hash)| asked.get(hash).is_none_or(|next| *next <= now));
        places.truncate(MOST);
        if places.is_empty() {
            return Ok(0);
        }
        let mut dropped = 0;
        let mut batches = VecDeque::from([places]);
        while let Some(mut batch) = batches.pop_front() {
            let agreed = self.prune(&batch).await?;
            if !agreed && batch.len() > 1 {
                // One that is not granted spoils the rest.
                let rest = batch.split_off(batch.len() / 2);
                batches.extend([batch, rest]);
                continue;
            }
            dropped += if agreed { batch.len() } else { 0 };
            let next = if agreed { i64::MAX } else { now + REFUSED_FOR };
            asked.extend(batch.into_iter().map(|(_, hash)| (hash, next)));
        }
        let text = serde_json::to_vec_pretty(&asked).unwrap_or_default();
        self.0.store().keep(ASKED, &text)?;
        Ok(dropped)
    }

    async fn prune(&mut self, batch: &[(u64, String)]) -> Result<bool, ClientError> {
        let seqs = batch.iter().map(|(seq, _)| *seq).collect();
        self.0.member_mut().prune(seqs);
        let events = self.0.settle().await?;
        let agreed = |event: &Event| matches!(event, Event::Pruned(Ok(())));
        Ok(events.iter().any(agreed))
    }

    /// Places and hashes of own documents in slots where a newer one has stood long enough. None while
    /// there are branches: what is replaced here may be what holds there.
    fn replaced(&mut self) -> Result<Vec<(u64, String)>, ClientError> {
        if !self.0.member().branches().is_empty() {
            return Ok(Vec::new());
        }
        let (now, me) = (self.0.now(), self.principal()?);
        let entries = self.0.store().entries()?;
        let mut slots: BTreeMap<&Bytes, Vec<&Entry>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| !entry.slot.is_empty()) {
            slots.entry(&entry.slot).or_default().push(entry);
        }
        let (member, household) = (self.0.member(), self.household()?);
        let key = &member.identity().sealing;
        let own = |entry: &Entry| -> Option<Header> {
            let header = household.signed_header(entry, member.keyring(), key)?;
            (household.principal_of(header.author) == Some(me)).then_some(header)
        };
        let mut places = Vec::new();
        for line in slots.values().filter(|line| line.len() > 1) {
            let line: Vec<_> = line
                .iter()
                .filter_map(|entry| Some((*entry, own(entry)?)))
                .collect();
            let stood = line.iter().rev().find(|(entry, header)| {
                let effect = household.place_of(header.document_id) == Some(entry.seq);
                effect && header.issued_at.saturating_add(STOOD) <= now
            });
            let Some((newer, _)) = stood else {
                continue;
            };
            let older = line.iter().filter(|(entry, header)| {
                let lives = household.live().any(|live| live.id() == header.document_id);
                entry.seq < newer.seq && !lives && matches!(entry.body, EntryBody::Kept(_))
            });
            places.extend(older.map(|(entry, _)| (entry.seq, entry.hash().to_hex())));
        }
        Ok(places)
    }

    fn asked(&mut self) -> Result<BTreeMap<String, i64>, ClientError> {
        let bytes = self.0.store().kept(ASKED)?;
        // Damaged, it is as good as none: then the relay is asked once more.
        let asked = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(asked.unwrap_or_default())
    }
}
