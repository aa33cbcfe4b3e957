//! A compiled host list: how its bytes are laid out, opened and asked.
//!
//! | At | Bytes | What |
//! |---|---|---|
//! | 0 | 8 | [`MAGIC`], the last byte of which is the version |
//! | 8 | 32 | SHA-256 of everything behind it |
//! | 40 | 32 | name of the list: SHA-256 of the canonical text |
//! | 72 | 4 | how many hosts |
//! | 76 | 4 | how many buckets |
//! | 80 | 4 | how many bytes of packed hosts |
//! | 84 | 1 | which key |
//! | 85 | 2 | fewest and most labels of any host |
//! | 87 | 9 | zero |
//! | 96 | 16 each | heads of buckets: where its hosts begin (4), how many (1), a byte of the hash of each of the first 11 |
//! | … | | packed hosts, bucket after bucket: number of units (1), units (2 each) |
//!
//! Numbers are little-endian. A host's bucket follows from the upper half of its hash. Asking for
//! a host that is not there reads one head of 16 bytes; only where a byte of the hash agrees are
//! hosts compared, and then in full.

use std::fmt;

use super::key::Key;
use super::{HostSetError, canonical_text, pack};
use crate::crypto::{Hash, sha256};
use crate::policy::HostName;

pub(super) const MAGIC: [u8; 8] = *b"PRCPHST\x01";
/// Everything before this place is not covered by the checksum.
pub(super) const CHECKED_FROM: usize = 40;
pub(super) const HEADER: usize = 96;
pub(super) const HEAD: usize = 16;
/// How many hosts of a bucket have a byte of their hash in the head.
pub(super) const MARKED: usize = 11;

/// A list of hosts in compiled bytes, borrowed.
#[derive(Clone, Copy)]
pub struct HostSet<'a> {
    name: Hash,
    count: u32,
    key: Key,
    fewest_labels: u8,
    most_labels: u8,
    heads: &'a [[u8; HEAD]],
    packed: &'a [u8],
}

impl<'a> HostSet<'a> {
    /// Opens bytes that [`super::HostSetBuilder`] or [`super::build_from_text`] made.
    ///
    /// Reads them once, for their checksum: 13 ms for a million hosts on a machine with SHA
    /// instructions. So bytes that were damaged later never open, and never let a host pass.
    /// Bytes that somebody else built are to be checked with [`Self::verify`] too.
    ///
    /// # Errors
    /// [`HostSetError::NotAList`], [`HostSetError::Version`] or [`HostSetError::Damaged`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, HostSetError> {
        let (magic, rest) = bytes
            .split_first_chunk::<8>()
            .ok_or(HostSetError::NotAList)?;
        let (version, letters) = (magic.last(), magic.get(..7));
        if letters != MAGIC.get(..7) {
            return Err(HostSetError::NotAList);
        }
        if version != MAGIC.last() {
            return Err(HostSetError::Version);
        }
        let checked = rest
            .split_first_chunk::<32>()
            .filter(|(checksum, checked)| sha256(checked).0 == **checksum);
        let (_, checked) = checked.ok_or(HostSetError::Damaged)?;
        Self::parts(checked).ok_or(HostSetError::Damaged)
    }

    fn parts(bytes: &'a [u8]) -> Option<Self> {
        let (header, rest) = bytes.split_at_checked(HEADER - CHECKED_FROM)?;
        let (name, rest_of_header) = header.split_first_chunk::<32>()?;
        let number = |at| {
            rest_of_header
                .get(at..)?
                .first_chunk()
                .copied()
                .map(u32::from_le_bytes)
        };
        let size = |at| usize::try_from(number(at)?).ok();
        let byte = |at| rest_of_header.get(at).copied();
        let name = Hash(*name);
        let (heads, packed) = rest.split_at_checked(size(4)?.checked_mul(HEAD)?)?;
        let set = Self {
            name,
            count: number(0)?,
            key: Key::new(&name, byte(12)?),
            fewest_labels: byte(13)?,
            most_labels: byte(14)?,
            heads: heads.as_chunks().0,
            packed,
        };
        (packed.len() == size(8)? && set.heads_agree()).then_some(set)
    }

    /// Buckets follow each other without gaps, and together hold as many hosts as they should.
    fn heads_agree(&self) -> bool {
        let (mut count, mut before) = (0_u32, 0);
        for head in self.heads.iter().map(Head::of) {
            if head.start < before || head.start as usize > self.packed.len() {
                return false;
            }
            before = head.start;
            count = count.saturating_add(u32::from(head.hosts));
        }
        count == self.count
    }

    /// SHA-256 of the list's canonical text: what a policy names it by (R-POL-017).
    #[must_use]
    pub const fn name(&self) -> &Hash {
        &self.name
    }

    /// How many hosts the list has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether the list has no host.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Labels of the longest host of the list that covers `host`; `None` if none does.
    ///
    /// A host covers itself and everything below it; an address covers itself and is below nothing
    /// (R-POL-013).
    #[must_use]
    pub fn longest_match(&self, host: &HostName) -> Option<usize> {
        let text = host.as_str().as_bytes();
        let address = text.last().is_some_and(u8::is_ascii_digit) && host.is_address();
        let fewest = usize::from(self.fewest_labels);
        let (mut labels, mut longest) = (0, None);
        self.key.each_suffix(text, |start, hash| {
            labels += 1;
            if labels >= fewest
                && labels <= usize::from(self.most_labels)
                && (start == 0 || !address)
                && self.holds(hash, text, start)
            {
                longest = Some(labels);
            }
        });
        longest
    }

    /// Whether the suffix of `host` from `start`, which has this hash, is in the list.
    #[inline(always)]
    fn holds(&self, hash: u64, host: &[u8], start: usize) -> bool {
        let Some(head) = self.heads.get(bucket(hash, self.heads.len())) else {
            return false;
        };
        let head = Head::of(head);
        let alike = head.alike(mark(hash));
        if alike == 0 && usize::from(head.hosts) <= MARKED {
            return false;
        }
        self.stored(head, alike, host.get(start..).unwrap_or_default())
    }

    /// Compares the hosts of a bucket whose mark is alike, and those that have none.
    #[inline(never)]
    fn stored(&self, head: Head, alike: u128, host: &[u8]) -> bool {
        let hosts = self.bucket(head).enumerate();
        let likely = |at: usize| at >= MARKED || alike >> (8 * at) & 0x80 != 0;
        hosts
            .into_iter()
            .any(|(at, packed)| likely(at) && pack::is(packed, host))
    }

    /// The packed hosts of a bucket.
    fn bucket(&self, head: Head) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = self.packed.get(head.start as usize..).unwrap_or_default();
        (0..head.hosts).map_while(move |_| {
            let (units, after) = rest.split_first()?;
            let (packed, after) = after.split_at_checked(2 * usize::from(*units))?;
            rest = after;
            Some(packed)
        })
    }

    /// Every host of the list, in no useful order. Allocates each.
    pub fn hosts(&self) -> impl Iterator<Item = String> {
        let heads = self.heads.iter().map(Head::of);
        heads
            .flat_map(|head| self.bucket(head))
            .filter_map(pack::unpack)
    }

    /// Proves that this is the list of its name: unpacks all hosts, finds each, sorts them and
    /// hashes their text. For bytes that somebody else built. Allocates as much as the text takes.
    ///
    /// # Errors
    /// [`HostSetError::Damaged`] if a host cannot be read or is not found where it stands,
    /// [`HostSetError::WrongName`] if they are not those of the name.
    pub fn verify(&self) -> Result<(), HostSetError> {
        let mut hosts = Vec::with_capacity(self.len());
        for text in self.hosts() {
            let host: HostName = text.parse().map_err(|_| HostSetError::Damaged)?;
            if host.as_str() != text || self.longest_match(&host) != Some(host.suffixes().count()) {
                return Err(HostSetError::Damaged);
            }
            hosts.push(host);
        }
        let all = hosts.len();
        let text = canonical_text(hosts);
        if all != self.len() || text.lines().count() != all {
            return Err(HostSetError::Damaged);
        }
        if sha256(text.as_bytes()) == self.name {
            Ok(())
        } else {
            Err(HostSetError::WrongName)
        }
    }
}

impl fmt::Debug for HostSet<'_> {
    /// Name and size: the hosts themselves are many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("HostSet");
        shown.field("name", &self.name).field("hosts", &self.count);
        shown.finish_non_exhaustive()
    }
}

/// Where a host belongs, of this many buckets.
#[inline(always)]
pub(super) const fn bucket(hash: u64, buckets: usize) -> usize {
    ((hash >> 32).wrapping_mul(buckets as u64) >> 32) as usize
}

/// The byte of a hash that the head of a bucket holds.
#[inline(always)]
pub(super) const fn mark(hash: u64) -> u8 {
    hash as u8
}

/// The head of a bucket.
#[derive(Debug, Clone, Copy)]
struct Head {
    start: u32,
    hosts: u8,
    /// The first mark is the lowest byte.
    marks: u128,
}

impl Head {
    #[inline(always)]
    const fn of(bytes: &[u8; HEAD]) -> Self {
        let all = u128::from_le_bytes(*bytes);
        Self {
            start: all as u32,
            hosts: (all >> 32) as u8,
            marks: all >> 40,
        }
    }

    /// The highest bit of the byte of every host whose mark this is.
    #[inline(always)]
    fn alike(self, mark: u8) -> u128 {
        const EVERY: u128 = 0x0101_0101_0101_0101_0101_0101_0101_0101;
        const LOW: u128 = 0x7f * EVERY;
        let different = self.marks ^ (EVERY * u128::from(mark));
        let same = !(((different & LOW) + LOW) | different | LOW);
        let marked = u32::from(self.hosts).min(MARKED as u32);
        same & ((1 << (8 * marked)) - 1)
    }
}
