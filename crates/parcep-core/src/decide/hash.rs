//! A quick hash for tables whose keys are compared in full.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

/// A map from text, faster to ask than the standard one. Found keys are compared in full, so a
/// collision costs time and never an answer.
pub(super) type TextMap<V> = HashMap<Box<str>, V, Seeded>;

/// Numbers that nobody outside this process knows, new for each map. Whoever writes a policy
/// chooses its hosts and names, and would otherwise choose ten thousand that all collide.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seeded {
    start: u64,
    factor: u64,
}

impl Default for Seeded {
    fn default() -> Self {
        let random = RandomState::new();
        Self {
            start: random.hash_one(0_u8),
            factor: random.hash_one(1_u8) | 1,
        }
    }
}

impl BuildHasher for Seeded {
    type Hasher = Folding;

    #[inline]
    fn build_hasher(&self) -> Folding {
        Folding {
            state: self.start,
            factor: self.factor,
        }
    }
}

/// Folds eight bytes at a time by a wide multiplication.
pub(super) struct Folding {
    state: u64,
    factor: u64,
}

impl Folding {
    #[inline]
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.state ^ word) * u128::from(self.factor);
        // Both halves of the product carry entropy; the truncation to the low half is meant.
        self.state = (product as u64) ^ ((product >> 64) as u64) ^ self.factor.rotate_left(31);
    }
}

impl Hasher for Folding {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words
            .iter()
            .for_each(|word| self.fold(u64::from_le_bytes(*word)));
        let mut last = [0; 8];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.fold(u64::from_le_bytes(last) ^ (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, byte: u8) {
        // The standard end mark of a string; lengths are folded in already.
        self.state = self.state.rotate_left(u32::from(byte & 1));
    }

    fn finish(&self) -> u64 {
        self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_can_choose_texts_that_collide_in_every_process() {
        let (one, other) = (Seeded::default(), Seeded::default());
        assert_ne!(one.hash_one("example.org"), other.hash_one("example.org"));
        assert_eq!(one.hash_one("example.org"), one.hash_one("example.org"));
    }
}
