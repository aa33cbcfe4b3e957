//! That a delay has passed: pairs of signed statements, from two kinds of source (R-CONS-008).

use super::{BeatStatement, BookmarkStatement, Head, Span, Statement};
use crate::crypto::{Hash, Transcript, VerifyingKey, label};
use crate::document::{PayloadType, payload_number};
use crate::id::{DeviceId, LogId};
use crate::session;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of source. No one of them can shorten a delay alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A guardian's device.
    Guardian,
    /// A relay that the constitution names.
    Relay,
    /// An enforcement point.
    EnforcementPoint,
}

/// One source: a device, or a relay key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A device of a person, or an enforcement point.
    Device(DeviceId),
    /// A relay.
    Relay(VerifyingKey),
}

/// A statement that verified: somebody the household knows saw this head at this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witnessed {
    /// Who.
    pub source: Source,
    /// Of which kind.
    pub kind: Kind,
    /// The place of the head.
    pub seq: u64,
    /// The source's time, seconds since 1970-01-01T00:00:00Z.
    pub time: i64,
}

/// Picks from statements that a device has kept the pairs that prove a delay, the shortest proof that
/// there is; `None` if they do not suffice. `witness` says what each is worth.
pub(crate) fn gather(
    statements: &[Statement],
    delay: i64,
    witness: impl Fn(&Statement) -> Option<Witnessed>,
) -> Option<Vec<Span>> {
    let mut of_source: BTreeMap<Source, Vec<(Witnessed, &Statement)>> = BTreeMap::new();
    for statement in statements {
        if let Some(seen) = witness(statement) {
            of_source
                .entry(seen.source)
                .or_default()
                .push((seen, statement));
        }
    }
    let mut proven: BTreeMap<Kind, Span> = BTreeMap::new();
    for seen in of_source.values() {
        let pair = seen.iter().find_map(|(earlier, first)| {
            let mut later = seen
                .iter()
                .filter(|(later, _)| spans(earlier, later, delay));
            later
                .next()
                .map(|(_, second)| (earlier.kind, first, second))
        });
        if let Some((kind, first, second)) = pair {
            proven.entry(kind).or_insert_with(|| Span {
                earlier: (*first).clone(),
                later: (*second).clone(),
            });
        }
    }
    (proven.len() >= 2).then(|| proven.into_values().take(2).collect())
}

/// Whether pairs prove a delay by two kinds of source.
pub(crate) fn proves(
    proof: &[Option<Span>],
    delay: i64,
    witness: impl Fn(&Statement) -> Option<Witnessed>,
) -> bool {
    let kinds = proof.iter().flatten().filter_map(|span| {
        let (earlier, later) = (witness(&span.earlier)?, witness(&span.later)?);
        spans(&earlier, &later, delay).then_some(earlier.kind)
    });
    kinds.collect::<BTreeSet<_>>().len() >= 2
}

fn spans(earlier: &Witnessed, later: &Witnessed, delay: i64) -> bool {
    let passed = later.time.checked_sub(earlier.time);
    earlier.source == later.source
        && earlier.seq <= later.seq
        && passed.is_some_and(|passed| passed >= delay)
}

impl Statement {
    /// The statement of a beat, as it stood in its register; `None` if it is none.
    pub fn of_beat(signed: &pb::SignedRegister) -> Option<Self> {
        (signed.payload_type() == PayloadType::Beat).then_some(())?;
        Some(Self::Beat(BeatStatement {
            document: signed.document.clone(),
            signature: signed.signature.clone(),
            author: DeviceId::try_from(signed.author_device.as_slice()).ok()?,
        }))
    }

    /// The statement of a bookmark, with what its signature covers; `None` if it is none.
    pub fn of_bookmark(
        relay_key: VerifyingKey,
        handle: &[u8],
        bookmark: &pb::Bookmark,
    ) -> Option<Self> {
        Some(Self::Bookmark(BookmarkStatement {
            relay_key,
            handle: handle.to_vec(),
            head: Head {
                seq: bookmark.seq,
                hash: Hash::try_from(bookmark.head.as_slice()).ok()?,
            },
            time: bookmark.time,
            relay_epoch: bookmark.relay_epoch,
            signature: bookmark.signature.clone(),
        }))
    }
}

impl BeatStatement {
    /// What it says, if this key signed it, for this household.
    pub(crate) fn verify(&self, key: &VerifyingKey, log_id: LogId) -> Option<(Head, i64)> {
        let signed = Transcript::new(label::REGISTER)
            .number(payload_number(PayloadType::Beat))
            .bytes(&self.document);
        key.verify(&signed, &self.signature).ok()?;
        let document = pb::RegisterDocument::decode(self.document.as_slice()).ok()?;
        let about = document.log_id == log_id.as_bytes()
            && document.payload_type() == PayloadType::Beat
            && document.author_device == self.author.as_bytes();
        about.then_some(())?;
        let beat = pb::Beat::decode(document.payload.as_slice()).ok()?;
        Some((super::convert::head(beat.head?)?, beat.time))
    }
}

impl BookmarkStatement {
    /// What it says, if its relay key signed it.
    pub(crate) fn verify(&self) -> Option<(Head, i64)> {
        let head = self.head;
        let signed = session::bookmark(
            &self.handle,
            self.relay_epoch,
            head.seq,
            &head.hash,
            self.time,
        );
        self.relay_key.verify(&signed, &self.signature).ok()?;
        Some((head, self.time))
    }
}
