//! Hashes of a host and of every host above it, in one pass from its end.

use crate::crypto::Hash;

/// Key of a list's hashes, made from the list's name: nobody can choose hosts that collide without
/// knowing the name of a list that has them in it.
///
/// Hosts are folded from their end, eight bytes at a time, so that a host and those above it share
/// the work. Whatever a hash finds is compared in full: a collision costs time, never an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    start: u64,
    factor: u64,
}

const LAST: u64 = 0x9e37_79b9_7f4a_7c15;

impl Key {
    /// The key of small tables, which are built anew in every process: the same for all.
    pub(crate) const PLAIN: Self = Self {
        start: 0x2545_f491_4f6c_dd1d,
        factor: 0xd6e8_feb8_6659_fd93,
    };

    /// `attempt` gives another key for the same list.
    pub(super) fn new(name: &Hash, attempt: u8) -> Self {
        let [start, factor, ..] = name.0.as_chunks::<8>().0 else {
            return Self {
                start: 0,
                factor: 1,
            };
        };
        let start = u64::from_le_bytes(*start);
        Self {
            start: start ^ u64::from(attempt).wrapping_mul(LAST),
            factor: u64::from_le_bytes(*factor) | 1,
        }
    }

    /// The hash of a whole host.
    pub(crate) fn of(self, host: &[u8]) -> u64 {
        let mut hash = 0;
        // The host itself comes last.
        self.each_suffix(host, |_, of| hash = of);
        hash
    }

    /// Gives `each` the start and the hash of every suffix that begins a label, shortest first.
    #[inline(always)]
    pub(crate) fn each_suffix(self, host: &[u8], mut each: impl FnMut(usize, u64)) {
        let mut state = self.start;
        let mut rest = host;
        loop {
            let left = rest.len();
            let (front, word) = match rest.split_last_chunk::<8>() {
                Some((front, chunk)) => (Some(front), u64::from_le_bytes(*chunk)),
                None => (None, first_bytes(host, left)),
            };
            // `word` ends where the suffixes that were folded in before begin.
            let mut dots = zero_bytes(word ^ DOTS);
            while dots != 0 {
                let behind = dots.leading_zeros() / 8;
                let length = host.len() - left + behind as usize;
                each(
                    host.len() - length,
                    self.last(state, top(word, behind), length),
                );
                dots &= !(1 << (63 - dots.leading_zeros()));
            }
            match front {
                Some(front) => (state, rest) = (fold(state ^ word, self.factor), front),
                // No shift by 8 bytes: fewer than 8 are left.
                None => {
                    let part = top(word, u32::try_from(left).unwrap_or(0));
                    return each(0, self.last(state, part, host.len()));
                }
            }
        }
    }

    /// Folds in the part of a word that a suffix begins with, and its length.
    #[inline(always)]
    const fn last(self, state: u64, part: u64, length: usize) -> u64 {
        let mixed = fold(state ^ part, self.factor);
        fold(mixed ^ (length as u64) ^ self.start, LAST)
    }
}

const EVERY: u64 = 0x0101_0101_0101_0101;
const DOTS: u64 = EVERY * b'.' as u64;

/// Both halves of the product carry entropy; the truncation to the low half is meant.
#[inline(always)]
const fn fold(word: u64, factor: u64) -> u64 {
    let product = word as u128 * factor as u128;
    (product as u64) ^ ((product >> 64) as u64)
}

/// The last `bytes` of a word, fewer than 8.
#[inline(always)]
const fn top(word: u64, bytes: u32) -> u64 {
    // In two steps, because a shift by 64 is none.
    (word >> (56 - 8 * bytes)) >> 8
}

/// The first bytes of a host, fewer than 8, at the end of a word.
#[inline(always)]
fn first_bytes(host: &[u8], bytes: usize) -> u64 {
    if bytes == 0 {
        return 0;
    }
    let word = match host.first_chunk::<8>() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => {
            let mut chunk = [0; 8];
            chunk
                .iter_mut()
                .zip(host)
                .for_each(|(to, from)| *to = *from);
            u64::from_le_bytes(chunk)
        }
    };
    word << (64 - 8 * bytes)
}

/// The highest bit of every byte that is zero, and no other bit.
#[inline(always)]
const fn zero_bytes(word: u64) -> u64 {
    const LOW: u64 = 0x7f * EVERY;
    !(((word & LOW) + LOW) | word | LOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suffix_has_the_hash_that_it_has_alone() {
        let key = Key::new(&crate::crypto::sha256(b"list"), 0);
        let hosts = [
            "a",
            "abcdefg",
            "abcdefgh",
            "abcdefghi",
            "a.b",
            ".",
            "a.",
            "a.b.c.d.e.f.g.h.i.j",
            "www.example.co.uk",
            "12345678.12345678.12345678",
            "1234567.1234567.1234567",
            "xn--bcher-kva.example",
            "",
        ];
        for host in hosts {
            let mut starts = Vec::new();
            key.each_suffix(host.as_bytes(), |start, hash| {
                let suffix = host.get(start..).unwrap_or("?");
                assert_eq!(hash, key.of(suffix.as_bytes()), "{host} from {start}");
                starts.push(start);
            });
            let dots = host.bytes().enumerate().filter(|(_, byte)| *byte == b'.');
            let mut expected: Vec<usize> = dots.map(|(at, _)| at + 1).collect();
            expected.reverse();
            expected.push(0);
            assert_eq!(starts, expected, "{host}");
        }
    }

    #[test]
    fn another_name_or_attempt_gives_other_hashes() {
        let of = |name: &[u8], attempt| Key::new(&crate::crypto::sha256(name), attempt).of(b"a.b");
        assert_ne!(of(b"1", 0), of(b"2", 0));
        assert_ne!(of(b"1", 0), of(b"1", 1));
    }
}
