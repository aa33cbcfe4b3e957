//! Proof of a fork, for somebody who was not there (R-MOVE-001, R-MOVE-028).

use super::Entry;
use crate::constitution::Standing;
use crate::crypto::{Hash, SealingKey, Transcript, VerifyingKey, label};
use crate::document::{PayloadType, payload_number};
use crate::id::{DeviceId, PrincipalId};
use crate::member::{Chain, Taken};
use crate::session;
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// Largest encoded proof: four entries of the largest size with two bookmarks.
const MAX_PROOF: usize = 5 * 1024 * 1024;

/// Two stories that one log cannot tell. Verify it before it is believed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ForkProof {
    /// One relay key signed two heads for one place.
    Bookmarks(Box<[pb::SignedBookmark; 2]>),
    /// Two entries stand at one place, and somebody else saw each of them there. Without that, the
    /// second may be what the loser of a race signed, and proves nothing.
    Entries(Box<[Seen; 2]>),
}

/// An entry, and who saw it in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The entry.
    pub entry: Entry,
    /// The witness.
    pub witness: Witness,
}

/// What shows that an entry stood in a log, and was not only signed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Witness {
    /// A bookmark of a relay of the constitution names it as head.
    Bookmark(pb::SignedBookmark),
    /// The entry behind it, by another principal or an enforcement point.
    Next(Entry),
    /// A beat or report of another principal or an enforcement point, which names it as head.
    Register(pb::SignedRegister),
}

impl ForkProof {
    /// The proof that two bookmarks are; `None` if they are none.
    pub fn of_bookmarks(one: pb::SignedBookmark, other: pb::SignedBookmark) -> Option<Self> {
        let proof = Self::Bookmarks(Box::new([one, other]));
        let Self::Bookmarks(pair) = &proof else {
            return None;
        };
        differ(pair).then_some(proof)
    }

    /// The place at which the stories part. Of entries it is verified with the chain just before it.
    pub fn place(&self) -> u64 {
        match self {
            Self::Bookmarks(pair) => {
                let [one, _] = pair.as_ref();
                one.bookmark.as_ref().map_or(0, |bookmark| bookmark.seq)
            }
            Self::Entries(pair) => {
                let [one, _] = pair.as_ref();
                one.entry.seq
            }
        }
    }

    /// Whether it proves a fork of this log (R-MOVE-001). `chain` is any state of the chain for
    /// bookmarks, and the one just before [`ForkProof::place`] for entries; `handle` is the anchor's.
    pub fn verify(&self, handle: &[u8], chain: &Chain, key: &SealingKey) -> bool {
        match self {
            Self::Bookmarks(pair) => {
                let signed = pair.iter().all(|bookmark| {
                    bookmark.handle == handle && bookmark_head(bookmark, chain).is_some()
                });
                signed && differ(pair)
            }
            Self::Entries(pair) => {
                let [one, other] = pair.as_ref();
                let same_place =
                    (one.entry.seq, one.entry.prev) == (other.entry.seq, other.entry.prev);
                let next = (one.entry.seq, one.entry.prev) == (chain.next_seq(), chain.head());
                let epoch = seen_in(one, handle, chain, key);
                let differ = one.entry.hash() != other.entry.hash();
                same_place
                    && next
                    && differ
                    && epoch.is_some()
                    && epoch == seen_in(other, handle, chain, key)
            }
        }
    }

    /// The bytes of a file that another member accepts.
    pub fn encode(&self) -> Vec<u8> {
        let file = match self {
            Self::Bookmarks(pair) => File {
                bookmarks: pair.to_vec(),
                entries: Vec::new(),
            },
            Self::Entries(pair) => File {
                bookmarks: Vec::new(),
                entries: pair.iter().map(row).collect(),
            },
        };
        file.encode_to_vec()
    }

    /// Reads what [`ForkProof::encode`] wrote; `None` for anything else. Nothing of it is verified yet.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_PROOF {
            return None;
        }
        let file = File::decode(Bytes::copy_from_slice(bytes)).ok()?;
        match (file.bookmarks.len(), file.entries.len()) {
            (2, 0) => {
                let pair: [_; 2] = file.bookmarks.try_into().ok()?;
                Some(Self::Bookmarks(Box::new(pair)))
            }
            (0, 2) => {
                let seen = file.entries.into_iter().map(seen);
                let pair: [_; 2] = seen.collect::<Option<Vec<_>>>()?.try_into().ok()?;
                Some(Self::Entries(Box::new(pair)))
            }
            _ => None,
        }
    }
}

/// Whether two bookmarks contradict each other.
fn differ(pair: &[pb::SignedBookmark; 2]) -> bool {
    let [one, other] = pair;
    let (Some(first), Some(second)) = (&one.bookmark, &other.bookmark) else {
        return false;
    };
    (one.relay_key == other.relay_key && one.handle == other.handle)
        && (first.relay_epoch, first.seq) == (second.relay_epoch, second.seq)
        && first.head != second.head
}

/// The head that a bookmark names, if a relay key of the constitution signed it.
fn bookmark_head(signed: &pb::SignedBookmark, chain: &Chain) -> Option<Hash> {
    let relays = chain.household()?.constitution().relays();
    let keys: Vec<VerifyingKey> = relays.iter().filter_map(|relay| relay.key).collect();
    let bookmark = signed.bookmark.as_ref()?;
    let again = session::signed_bookmark(bookmark, &signed.handle, &keys)?;
    (again.relay_key == signed.relay_key).then_some(())?;
    Hash::try_from(bookmark.head.as_slice()).ok()
}

/// The relay epoch of an entry that was properly signed and seen by somebody else; `None` if it was not.
fn seen_in(seen: &Seen, handle: &[u8], before: &Chain, key: &SealingKey) -> Option<u32> {
    let entry = &seen.entry;
    let household = before.household()?;
    let header = household.signed_header(entry, before.keyring(), key)?;
    let author = answerable(before, header.author);
    match &seen.witness {
        Witness::Bookmark(signed) => {
            let here = signed.handle == handle
                && signed.bookmark.as_ref().is_some_and(|b| b.seq == entry.seq);
            (here && bookmark_head(signed, before)? == entry.hash()).then_some(())?;
        }
        Witness::Next(next) => {
            let mut after = before.clone();
            after.forget_newer();
            matches!(after.take(entry, key), Ok(Taken::Next(_))).then_some(())?;
            let follows = next.seq == after.next_seq() && next.prev == entry.hash();
            let signer = after
                .household()?
                .signed_header(next, after.keyring(), key)?
                .author;
            (follows && answerable(&after, signer) != author).then_some(())?;
        }
        Witness::Register(signed) => {
            let (writer, head) = registered(signed, before)?;
            let named = head.seq == entry.seq && head.hash == entry.hash().as_bytes();
            (named && answerable(before, writer) != author).then_some(())?;
        }
    }
    Some(header.relay_epoch)
}

/// Who wrote a beat or report of this household, and the head that it names.
fn registered(signed: &pb::SignedRegister, chain: &Chain) -> Option<(DeviceId, pb::HeadRef)> {
    let household = chain.household()?;
    let writer = DeviceId::try_from(signed.author_device.as_slice()).ok()?;
    let payload = signed.payload_type();
    let text = Transcript::new(label::REGISTER)
        .number(payload_number(payload))
        .bytes(&signed.document);
    let key = household.key_of(writer)?;
    key.verify(&text, &signed.signature).ok()?;
    let document = pb::RegisterDocument::decode(signed.document.as_slice()).ok()?;
    let about = document.log_id == household.log_id().as_bytes()
        && document.payload_type() == payload
        && document.author_device == signed.author_device;
    about.then_some(())?;
    let head = match payload {
        PayloadType::Beat => pb::Beat::decode(document.payload.as_slice()).ok()?.head,
        PayloadType::AppliedReport => {
            let report = pb::AppliedReport::decode(document.payload.as_slice());
            report.ok()?.head
        }
        _ => None,
    };
    Some((writer, head?))
}

/// Who answers for a device: its principal, or an enforcement point itself.
fn answerable(chain: &Chain, device: DeviceId) -> Option<PrincipalId> {
    let household = chain.household()?;
    match household.standing_of(device)? {
        Standing::EnforcementPoint => Some(PrincipalId::from_bytes(*device.as_bytes())),
        _ => household.principal_of(device),
    }
}

fn row(seen: &Seen) -> Row {
    let mut row = Row {
        entry: Some((&seen.entry).into()),
        ..Row::default()
    };
    match &seen.witness {
        Witness::Bookmark(bookmark) => row.bookmark = Some(bookmark.clone()),
        Witness::Next(entry) => row.next = Some(entry.into()),
        Witness::Register(register) => row.register = Some(register.clone()),
    }
    row
}

fn seen(row: Row) -> Option<Seen> {
    let witness = match (row.bookmark, row.next, row.register) {
        (Some(bookmark), None, None) => Witness::Bookmark(bookmark),
        (None, Some(next), None) => Witness::Next(Entry::try_from(next).ok()?),
        (None, None, Some(register)) => Witness::Register(register),
        _ => return None,
    };
    Some(Seen {
        entry: Entry::try_from(row.entry?).ok()?,
        witness,
    })
}

#[derive(Clone, PartialEq, prost::Message)]
struct File {
    #[prost(message, repeated, tag = "1")]
    bookmarks: Vec<pb::SignedBookmark>,
    #[prost(message, repeated, tag = "2")]
    entries: Vec<Row>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Row {
    #[prost(message, optional, tag = "1")]
    entry: Option<pb::Entry>,
    #[prost(message, optional, tag = "2")]
    bookmark: Option<pb::SignedBookmark>,
    #[prost(message, optional, tag = "3")]
    next: Option<pb::Entry>,
    #[prost(message, optional, tag = "4")]
    register: Option<pb::SignedRegister>,
}
