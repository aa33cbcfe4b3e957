//! A snapshot: what still says something, byte for byte, and what is remembered of the rest (R-LOG-017).
//! One device writes it for itself; read again, its entries are verified anew.

use super::roots::Roots;
use super::{Chain, Event, Identity, Member};
use crate::consent::{Act, OpenProposal};
use crate::crypto::{Hash, SealingKey};
use crate::document::{PayloadType, SectionKind};
use crate::epoch::Keyring;
use crate::household::{Effect, EpochAt, Live, Outcome};
use crate::id::DocumentId;
use crate::joining::Anchor;
use crate::log::{Entry, Follower, REMEMBERED};
use crate::member::Taken;
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// Hashes of places before the head that are kept, to tell a fork from a repetition.
const KEPT_PLACES: usize = 256;
/// Largest snapshot that is read.
const MAX_SNAPSHOT: usize = 64 * 1024 * 1024;
/// Format of the bytes.
const FORMAT: u32 = 2;

/// Why a snapshot is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The bytes are none, or of another format.
    #[error("snapshot does not parse")]
    Malformed,
    /// An entry in it does not verify, or has another effect than it had.
    #[error("entry {0} of the snapshot does not verify")]
    Entry(u64),
    /// The entries kept beside it are not those that it stands for.
    #[error("the log beside the snapshot is another one")]
    OtherLog,
}

impl Member {
    /// A member that goes on from what [`Member::snapshot`] wrote, and from the entries that it followed
    /// since, in order. `secrets` are all that it held, since wraps of earlier epochs are not kept.
    ///
    /// Whoever keeps earlier entries too hands them over in front, as many as there are: nothing is judged
    /// anew, but a fork is told that begins at one of the last 4 096 places, and no other log passes for
    /// this one. Whoever keeps none cannot follow a fork that begins before the snapshot, and begins at
    /// entry 0 then.
    ///
    /// # Errors
    /// [`SnapshotError`]; then it begins at entry 0 with [`Member::restore`].
    pub fn resume(
        identity: Identity,
        anchor: Anchor,
        secrets: Keyring,
        snapshot: &[u8],
        entries: impl IntoIterator<Item = Entry>,
    ) -> Result<(Self, Vec<Event>), SnapshotError> {
        let mut member = Self::with(identity, anchor, secrets);
        let sealing = &member.identity.sealing;
        member.chain = Chain::resume(member.chain, snapshot, sealing)?;
        let was_here = member.chain.household().is_some_and(|household| {
            let (device, key) = (member.identity.device, member.identity.signing.public());
            household.lists(&member.identity) || household.past_key_of(device) == Some(key)
        });
        member.joined_at = was_here.then(|| member.chain.next_seq().saturating_sub(1));
        let mut entries = entries.into_iter().peekable();
        let before = std::iter::from_fn(|| {
            let next = member.chain.next_seq();
            entries.next_if(|entry| entry.seq < next)
        });
        let before = hashes(before, member.head())?;
        if !before.is_empty() {
            member.chain.follower.remember(before);
        }
        for entry in entries {
            member.follow(entry);
        }
        let history = std::mem::take(&mut member.events);
        Ok((member, history.into()))
    }

    /// What has to be kept instead of the entries before the head: at most 256 KiB for a family of four
    /// with ten devices. `None` before entry 0, and while entries at the end are skipped for now.
    pub fn snapshot(&self) -> Option<Vec<u8>> {
        self.chain.snapshot()
    }
}

impl Chain {
    /// See [`Member::snapshot`].
    pub fn snapshot(&self) -> Option<Vec<u8>> {
        let household = self.household()?;
        if self.is_provisional() {
            return None;
        }
        let live = self.live.iter();
        let live = live
            .filter(|(id, entry)| household.is_kept(**id) && !self.asked.contains_key(&entry.seq));
        let live = live.map(|(_, entry)| entry);
        let past: Vec<_> = household.past_epochs().iter().map(|at| at.seq).collect();
        let members = self.membership().iter();
        let members = members.filter(|entry| past.binary_search(&entry.seq).is_err());
        let mut entries: Vec<_> = members.chain(live).collect();
        entries.extend(self.asked.values());
        entries.sort_by_key(|entry| entry.seq);
        let next = self.next_seq();
        let kept = u64::try_from(KEPT_PLACES).unwrap_or(u64::MAX);
        let from = next.saturating_sub(kept.saturating_add(1));
        let recent = (from..next.saturating_sub(1)).filter_map(|seq| self.follower().hash_at(seq));
        let open = household.remembered_places();
        let proven = self.proven.iter().map(|(seq, hash)| (*seq, *hash));
        let places = proven.chain(open).map(|(seq, hash)| pb::HeadRef {
            seq,
            hash: hash.0.to_vec(),
        });
        let (mut ids, mut gaps, mut last) = (Vec::new(), Vec::new(), 0);
        for (seq, id) in household.recent() {
            ids.extend(id.as_bytes());
            gaps.push(seq.saturating_sub(std::mem::replace(&mut last, seq)));
        }
        let stored = Stored {
            format: FORMAT,
            next_seq: next,
            head: self.head().0.to_vec(),
            entries: entries.into_iter().map(Into::into).collect(),
            epochs: household
                .past_epochs()
                .iter()
                .map(StoredEpoch::of)
                .collect(),
            ids,
            gaps,
            relay_epoch: household.relay_epoch(),
            without_effect: household.without_effect(),
            unopened_at: self.unopened_at,
            places: places.collect(),
            recent: recent.map(|hash| hash.0).collect::<Vec<_>>().concat(),
            roots: self.roots.since(from).map(root).collect(),
        };
        Some(stored.encode_to_vec())
    }

    pub(crate) fn resume(
        empty: Self,
        bytes: &[u8],
        key: &SealingKey,
    ) -> Result<Self, SnapshotError> {
        let malformed = SnapshotError::Malformed;
        if bytes.len() > MAX_SNAPSHOT {
            return Err(malformed);
        }
        let stored = Stored::decode(Bytes::copy_from_slice(bytes)).map_err(|_| malformed)?;
        let head = Hash::try_from(stored.head.as_slice()).map_err(|_| malformed)?;
        if stored.format != FORMAT {
            return Err(malformed);
        }
        let mut chain = empty;
        let mut places = stored.places.iter().peekable();
        let mut epochs = stored.epochs.into_iter().peekable();
        for entry in stored.entries {
            let entry = Entry::try_from(entry).map_err(|_| malformed)?;
            while let Some(epoch) = epochs.next_if(|epoch| epoch.seq < entry.seq) {
                let household = chain.household.as_mut().ok_or(malformed)?;
                let epoch = epoch.into_epoch().ok_or(malformed)?;
                household.pass(epoch).map_err(|_| malformed)?;
            }
            let before = std::iter::from_fn(|| places.next_if(|place| place.seq < entry.seq));
            let before = before.filter_map(place).collect::<Vec<_>>();
            chain.put_back(&entry, before, key)?;
        }
        let rest: Vec<_> = places.filter_map(place).collect();
        let household = chain.household.as_mut().ok_or(malformed)?;
        household.remember_places(rest);
        let recent = recent(&stored.ids, &stored.gaps).ok_or(malformed)?;
        household.remember(recent, stored.relay_epoch, stored.without_effect);
        let recent = stored.recent.chunks_exact(32).map(Hash::try_from);
        let recent = recent
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| malformed)?;
        chain.follower = Follower::resume(stored.next_seq, head, recent);
        chain.unopened_at = stored.unopened_at;
        let roots: Vec<_> = stored.roots.iter().filter_map(place).collect();
        // Nothing that was live may be missing.
        if roots.last().map(|(_, root)| *root) != Some(chain.live_root()) {
            return Err(malformed);
        }
        chain.roots = Roots::default();
        for (seq, root) in roots {
            chain.roots.note(seq, root);
        }
        Ok(chain)
    }

    /// Takes an entry out of a snapshot: those before it that are left out did nothing that counts here.
    fn put_back(
        &mut self,
        entry: &Entry,
        places: Vec<(u64, Hash)>,
        key: &SealingKey,
    ) -> Result<(), SnapshotError> {
        let wrong = SnapshotError::Entry(entry.seq);
        if let Some(household) = &mut self.household {
            household.remember_places(places.clone());
            if household.put_back(entry, &self.keyring, key) {
                if let Some(header) = household.signed_header(entry, &self.keyring, key) {
                    self.live.insert(header.document_id, entry.clone());
                }
                return Ok(());
            }
        }
        self.follower = Follower::resume(entry.seq, entry.prev, []);
        self.proven.extend(places);
        match self.take(entry, key) {
            Ok(Taken::Next(Outcome::Effect(_))) => Ok(()),
            _ => Err(wrong),
        }
    }

    /// Remembers what a snapshot will need of an entry that had this effect.
    pub(super) fn note_kept(&mut self, effect: Effect, entry: &Entry, key: &SealingKey) {
        match effect {
            Effect::Document(id) => {
                self.live.insert(id, entry.clone());
                let holds = self
                    .household()
                    .map_or(0, |household| household.live().count());
                if self.live.len() > 2 * holds + 16
                    && let Some(household) = &self.household
                {
                    self.live.retain(|id, _| household.is_kept(*id));
                }
            }
            Effect::Epoch(_) => {}
            Effect::Proposed(_) | Effect::Approved(_) => self.note_asked(effect),
            _ => {
                self.note_asked(effect);
                self.note_proof(entry, key);
            }
        }
    }

    /// The layers whose authors are asked before an enforcement point goes (R-CONS-016): a snapshot that
    /// left out those replaced since would remove it without them.
    fn note_asked(&mut self, effect: Effect) {
        let Some(household) = &self.household else {
            return;
        };
        let removes = |open: &OpenProposal| matches!(open.act(), Act::RemoveEnforcementPoint(_));
        let removed = matches!(effect, Effect::EnforcementPointRemoved(_));
        if !removed && !household.proposals().any(removes) {
            return;
        }
        let layers = household
            .live()
            .filter(|live| live.document.header().payload_type == PayloadType::PolicyLayer);
        for id in layers.map(Live::id) {
            if let Some(entry) = self.live.get(&id) {
                self.asked.insert(entry.seq, entry.clone());
            }
        }
    }

    /// The places that the proof in an EFFECT or a CANCEL names: without them it proves nothing later.
    fn note_proof(&mut self, entry: &Entry, key: &SealingKey) {
        let household = self.household.as_ref();
        let document =
            household.and_then(|household| household.document_of(entry, &self.keyring, key));
        let Some(document) = document else {
            return;
        };
        let section = |kind| document.section(kind, &self.keyring).ok();
        let proof = match document.header().payload_type {
            PayloadType::Effect => section(SectionKind::Effect)
                .and_then(|bytes| pb::Effect::decode(bytes.as_slice()).ok())
                .map(|effect| effect.proof),
            PayloadType::Cancel => section(SectionKind::Cancel)
                .and_then(|bytes| pb::Cancel::decode(bytes.as_slice()).ok())
                .map(|cancel| cancel.proof),
            _ => None,
        };
        let spans = proof.into_iter().flatten();
        let heads = spans.flat_map(|span| [span.earlier, span.later]);
        for seq in heads.flatten().filter_map(|statement| named(&statement)) {
            if let Some(hash) = self.follower.hash_at(seq) {
                self.proven.insert(seq, hash);
            }
        }
    }
}

/// Hashes of the entries kept before a head, as far as they are remembered, without its own.
fn hashes(
    before: impl Iterator<Item = Entry>,
    (next, head): (u64, Hash),
) -> Result<Vec<Hash>, SnapshotError> {
    let from = next.saturating_sub(u64::try_from(REMEMBERED).unwrap_or(u64::MAX));
    let mut hashes: Vec<Hash> = Vec::new();
    for entry in before.filter(|entry| entry.seq >= from) {
        if hashes.last().is_some_and(|last| *last != entry.prev) {
            return Err(SnapshotError::OtherLog);
        }
        hashes.push(entry.hash());
    }
    match hashes.pop() {
        Some(last) if last != head => Err(SnapshotError::OtherLog),
        _ => Ok(hashes),
    }
}

/// The place that a statement names.
fn named(statement: &pb::Statement) -> Option<u64> {
    use pb::statement::Source;
    match statement.source.as_ref()? {
        Source::Bookmark(signed) => Some(signed.bookmark.as_ref()?.seq),
        Source::Beat(signed) => {
            let document = pb::RegisterDocument::decode(signed.document.as_slice()).ok()?;
            let beat = pb::Beat::decode(document.payload.as_slice()).ok()?;
            Some(beat.head?.seq)
        }
    }
}

/// Ids in the order of their places, each beside how far behind the one before.
fn recent(ids: &[u8], gaps: &[u64]) -> Option<Vec<(u64, DocumentId)>> {
    let (ids, rest) = ids.as_chunks::<16>();
    if !rest.is_empty() || ids.len() != gaps.len() {
        return None;
    }
    let mut seq = 0u64;
    let rows = ids.iter().zip(gaps).map(|(id, gap)| {
        seq = seq.checked_add(*gap)?;
        Some((seq, DocumentId::from_bytes(*id)))
    });
    rows.collect()
}

fn place(row: &pb::HeadRef) -> Option<(u64, Hash)> {
    Some((row.seq, Hash::try_from(row.hash.as_slice()).ok()?))
}

fn root((seq, hash): (u64, Hash)) -> pb::HeadRef {
    pb::HeadRef {
        seq,
        hash: hash.0.to_vec(),
    }
}

impl StoredEpoch {
    fn of(at: &EpochAt) -> Self {
        Self {
            seq: at.seq,
            id: at.id.as_bytes().to_vec(),
            content: at.content.clone(),
        }
    }

    fn into_epoch(self) -> Option<EpochAt> {
        Some(EpochAt {
            seq: self.seq,
            id: DocumentId::try_from(self.id.as_slice()).ok()?,
            content: self.content,
        })
    }
}

#[derive(Clone, PartialEq, prost::Message)]
struct StoredEpoch {
    #[prost(uint64, tag = "1")]
    seq: u64,
    #[prost(bytes = "vec", tag = "2")]
    id: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    content: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Stored {
    #[prost(uint32, tag = "1")]
    format: u32,
    #[prost(uint64, tag = "2")]
    next_seq: u64,
    #[prost(bytes = "vec", tag = "3")]
    head: Vec<u8>,
    #[prost(message, repeated, tag = "4")]
    entries: Vec<pb::Entry>,
    #[prost(bytes = "vec", tag = "5")]
    ids: Vec<u8>,
    #[prost(uint64, repeated, tag = "6")]
    gaps: Vec<u64>,
    #[prost(uint32, tag = "7")]
    relay_epoch: u32,
    #[prost(uint64, tag = "8")]
    without_effect: u64,
    #[prost(uint64, optional, tag = "9")]
    unopened_at: Option<u64>,
    #[prost(message, repeated, tag = "10")]
    places: Vec<pb::HeadRef>,
    #[prost(bytes = "vec", tag = "11")]
    recent: Vec<u8>,
    #[prost(message, repeated, tag = "12")]
    roots: Vec<pb::HeadRef>,
    #[prost(message, repeated, tag = "13")]
    epochs: Vec<StoredEpoch>,
}
