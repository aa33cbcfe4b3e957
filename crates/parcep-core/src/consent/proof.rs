//! That a delay has passed: pairs of signed statements, from two kinds of source (R-CONS-008).

use super::{BeatStatement, BookmarkStatement, Head, Span, Statement};
use crate::crypto::{Hash, Transcript, VerifyingKey, label};
use crate::document::{PayloadType, payload_number};
use crate::id::{DeviceId, LogId, PrincipalId};
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
    /// Whose word it is: a guardian's device, or an enforcement point whose keys this guardian wrote; `None`
    /// for a relay.
    pub person: Option<PrincipalId>,
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
    interested: &BTreeSet<PrincipalId>,
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
    let pairs: Vec<_> = of_source
        .values()
        .filter_map(|seen| {
            seen.iter().find_map(|(earlier, first)| {
                let mut later = seen.iter();
                let (_, second) = later.find(|(later, _)| spans(earlier, later, delay))?;
                Some((*earlier, *first, *second))
            })
        })
        .collect();
    let span = |first: &Statement, second: &Statement| Span {
        earlier: first.clone(),
        later: second.clone(),
    };
    pairs.iter().find_map(|(one, first, second)| {
        let mut others = pairs.iter();
        let (_, third, fourth) = others.find(|(other, _, _)| suffice(one, other, interested))?;
        Some(vec![span(first, second), span(third, fourth)])
    })
}

/// Whether pairs prove a delay by two kinds of source, of two persons, of whom one is not interested.
pub(crate) fn proves(
    proof: &[Option<Span>],
    delay: i64,
    interested: &BTreeSet<PrincipalId>,
    witness: impl Fn(&Statement) -> Option<Witnessed>,
) -> bool {
    let pairs = proof.iter().flatten().filter_map(|span| {
        let (earlier, later) = (witness(&span.earlier)?, witness(&span.later)?);
        spans(&earlier, &later, delay).then_some(earlier)
    });
    let pairs: Vec<_> = pairs.collect();
    let mut each = pairs.iter();
    each.any(|one| pairs.iter().any(|other| suffice(one, other, interested)))
}

/// Whether two sources together can be believed: two kinds, not of one person, and not both of persons who
/// want the act (R-CONS-008).
pub(crate) fn suffice(
    one: &Witnessed,
    other: &Witnessed,
    interested: &BTreeSet<PrincipalId>,
) -> bool {
    let wants = |seen: &Witnessed| seen.person.is_some_and(|who| interested.contains(&who));
    let one_person = one.person.is_some() && one.person == other.person;
    one.kind != other.kind && !one_person && !(wants(one) && wants(other))
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
